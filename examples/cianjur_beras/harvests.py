"""What members bring, in paddy."""

from __future__ import annotations

from collections.abc import Iterator

from examples.cianjur_beras.figures import (
    FLOOR_GKP,
    GKP_TO_GKG,
    HARVEST_SHARES,
    LAND_WEIGHT,
    LEAN_GKP,
    LEAN_MONTHS,
    PANDANWANGI_DISTRICTS,
    PANDANWANGI_HA,
    PANDANWANGI_MONTHS,
    PANDANWANGI_T_GKP_PER_HA,
    PANDANWANGI_TO_ORDINARY_PADDY,
    PERIODS,
    REGENCY_HARVEST_T_GKG,
    REGENCY_VILLAGES,
    SHARE_THROUGH_COOP,
    Row,
    rounded,
)
from examples.cianjur_beras.places import PANDANWANGI_COOPS, VILLAGES, Village

# Rows stand as rows from here on, close together.
# fmt: off


def paddy() -> Iterator[Row]:
    source = "BPS Jawa Barat 2024 (630.848 t GKG) dan kalender 2022; ilustratif: aturan.pasokan; harga: "
    for village in VILLAGES:
        for month, code in PERIODS.items():
            lean = month in LEAN_MONTHS
            yield {"site": village.code, "product": "gkp", "period": code,
                   "available_kg": rounded(paddy_kg_a_year(village) * HARVEST_SHARES[month - 1], 100),
                   "cost_idr_per_kg": LEAN_GKP if lean else FLOOR_GKP,
                   "source": source + ("laporan Tasikmalaya Okt 2025" if lean else "HPP 2025")}


def paddy_kg_a_year(village: Village) -> float:
    """Return the wet paddy that members deliver through the co-op in a year, by aturan.pasokan, in kg."""
    share = REGENCY_HARVEST_T_GKG * 1000 / REGENCY_VILLAGES * SHARE_THROUGH_COOP / GKP_TO_GKG
    return share * min(1.5, max(0.5, village.area_km2 / 4)) * LAND_WEIGHT[village.terrain]


def pandanwangi_paddy() -> Iterator[Row]:
    hectares = PANDANWANGI_HA / PANDANWANGI_DISTRICTS
    for coop in PANDANWANGI_COOPS:
        for month in PANDANWANGI_MONTHS:
            yield {"site": coop, "product": "gkp-pandanwangi", "period": PERIODS[month],
                   "available_kg": rounded(hectares * PANDANWANGI_T_GKP_PER_HA * 1000 / 4, 100),
                   "cost_idr_per_kg": rounded(FLOOR_GKP * PANDANWANGI_TO_ORDINARY_PADDY, 100),
                   "source": "59 ha (2023), 7 t/ha (2022); ilustratif: aturan.pandanwangi"}
