"""The network as a whole, and who is in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from examples.cianjur_beras.figures import (
    COMMISSION,
    HARVEST_GKP_TRADER,
    HARVEST_SHARES,
    LEAN_GKP_TRADER,
    LEAN_MONTHS,
    MONTHS,
    PAYS_PARTNERS_DAYS,
    PERIODS,
    YEAR,
    Row,
    rounded,
)
from examples.cianjur_beras.harvests import paddy, paddy_kg_a_year, pandanwangi_paddy
from examples.cianjur_beras.places import HUB, PLACES, VILLAGES, Village
from examples.cianjur_beras.roads import lanes
from examples.cianjur_beras.sources import NOTE, references
from examples.cianjur_beras.trade import (
    fertiliser_sources,
    hub_outlets,
    hub_trade,
    kitchen_outlets,
    needs,
    pandanwangi_outlets,
    pandanwangi_trade,
    village_trade,
)
from examples.cianjur_beras.work import drying, milling, storages

# Rows stand as rows from here on, close together.
# fmt: off

PRODUCTS = {
    "gkp": "Gabah kering panen (GKP)",
    "gkg": "Gabah kering giling (GKG)",
    "beras": "Beras medium",
    "gkp-pandanwangi": "GKP Pandanwangi",
    "gkg-pandanwangi": "GKG Pandanwangi",
    "beras-pandanwangi": "Beras Pandanwangi",
    "dedak": "Dedak",
    "menir": "Menir",
    "urea": "Urea nonsubsidi",
}


def network() -> dict[str, Any]:
    """Return the example as jejaring-network/2, with names, villages, buyers and sources."""
    return {
        "format": "jejaring-network/2",
        "name": "Jejaring beras Cianjur 2027 (contoh)",
        "note": NOTE,
        "periods": [{"code": code, "name": f"{MONTHS[month - 1]} {YEAR}"} for month, code in PERIODS.items()],
        "products": [{"code": code, "name": name} for code, name in PRODUCTS.items()],
        "parties": list(_parties()),
        "sites": list(_sites()),
        "supplies": [*paddy(), *pandanwangi_paddy()],
        "outlets": [*kitchen_outlets(), *hub_outlets(), *pandanwangi_outlets()],
        "sources": list(fertiliser_sources()),
        "needs": list(needs()),
        "processes": [*drying(), *milling()],
        "storages": list(storages()),
        "lanes": list(lanes()),
        "lane_rule": None,
        "local_trade": [*village_trade(), *pandanwangi_trade(), *hub_trade()],
        "today": list(_today()),
        "references": list(references()),
    }


def _parties() -> Iterator[Row]:
    yield {"code": HUB.code, "name": HUB.name, "kind": "koperasi eksisting", "role": "hub",
           "pays_partners_after_days": PAYS_PARTNERS_DAYS, "source": "ilustratif: aturan.peran, aturan.tempo"}
    for village in VILLAGES:
        yield {"code": village.code, "name": f"Koperasi Desa Merah Putih {village.name}", "kind": "KDMP",
               "village": village.village,
               "source": "Kode dan nama desa: Kepmendagri 300.2.2-2430/2025; nama koperasi: aturan.nama"}


def _sites() -> Iterator[Row]:
    for place in PLACES.values():
        row: Row = {"code": place.code, "party": None, "lat": place.lat, "lon": place.lon, "name": place.name}
        if isinstance(place, Village):
            row |= {"party": place.code, "name": f"Desa {place.name}", "village": place.village,
                    "source": "Titik tengah desa dibulatkan ke 0,01° (batas Kemendagri/BIG, 2026)"}
        else:
            row |= {"party": "hub" if place is HUB else None, "source": "ilustratif: aturan.peran"}
        yield row


def _today() -> Iterator[Row]:
    """Today members' paddy goes to the village trader, by aturan.kini: the co-op earns its commission."""
    for village in VILLAGES:
        for month, code in PERIODS.items():
            price = LEAN_GKP_TRADER if month in LEAN_MONTHS else HARVEST_GKP_TRADER
            yield {"site": village.code, "product": "gkp", "period": code,
                   "sells_kg": rounded(paddy_kg_a_year(village) * HARVEST_SHARES[month - 1], 100),
                   "sells_idr_per_kg": price, "cost_idr_per_kg": price - COMMISSION,
                   "partner": "pedagang pengumpul (peran)", "source": "ilustratif: aturan.kini"}
