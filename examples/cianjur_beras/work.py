"""Drying, milling and keeping."""

from __future__ import annotations

from collections.abc import Iterator

from examples.cianjur_beras.figures import (
    EVERY,
    GKG_TO_RICE,
    GKP_TO_GKG,
    LOAN_A_MONTH,
    PANDANWANGI_MONTHS,
    PERIODS,
    WET_MONTHS,
    Row,
    rounded,
)
from examples.cianjur_beras.places import (
    DRYERS,
    MILL_SITES,
    MILLS,
    PANDANWANGI_COOPS,
    PANDANWANGI_MILLS,
    VILLAGES,
    Mill,
    place_name,
)

# Rows stand as rows from here on, close together.
# fmt: off


def drying() -> Iterator[Row]:
    yields = {"gkg": GKP_TO_GKG}
    for village in VILLAGES:
        # A row for every month, replaced in the wet ones.
        for code, capacity_kg in ((EVERY, 12_000), *((PERIODS[month], 4_000) for month in WET_MONTHS)):
            yield {"code": f"jemur-{village.code}", "owner": village.code, "site": village.code,
                   "input": "gkp", "outputs": yields, "period": code, "capacity_kg": capacity_kg,
                   "cost_idr_per_kg": 100, "name": f"Lantai jemur {village.name}",
                   "source": "Konversi GKP–GKG 83,12 % (BPS 2012); ilustratif: aturan.jemur"}
    for dryer in DRYERS:
        yield {"code": f"pengering-{dryer.owner}", "owner": dryer.owner, "site": dryer.owner, "input": "gkp",
               "outputs": yields, "period": EVERY, "capacity_kg": dryer.capacity_kg,
               "cost_idr_per_kg": dryer.cost_idr_per_kg, "opening_cost_idr": dryer.opening_cost_idr,
               "name": f"Mesin pengering {place_name(dryer.owner)}",
               "source": "Konversi GKP–GKG 83,12 % (BPS 2012); ilustratif: aturan.pengering"}
    for coop in PANDANWANGI_COOPS:
        for month in PANDANWANGI_MONTHS:
            yield {"code": f"jemur-pandanwangi-{coop}", "owner": coop, "site": coop,
                   "input": "gkp-pandanwangi", "outputs": {"gkg-pandanwangi": GKP_TO_GKG},
                   "period": PERIODS[month], "capacity_kg": 15_000, "cost_idr_per_kg": 150,
                   "name": f"Jemuran malai Pandanwangi {place_name(coop)}",
                   "source": "Konversi GKP–GKG 83,12 % (BPS 2012); ilustratif: aturan.pandanwangi"}


def milling() -> Iterator[Row]:
    for mill in MILLS:
        yield _mill(mill, f"giling-{mill.owner}", "gkg", "beras", f"Penggilingan {place_name(mill.owner)}")
    for mill in PANDANWANGI_MILLS:
        yield _mill(mill, f"giling-pandanwangi-{mill.owner}", "gkg-pandanwangi", "beras-pandanwangi",
                    f"Lini giling Pandanwangi {place_name(mill.owner)}")


def _mill(mill: Mill, code: str, paddy: str, rice: str, name: str) -> Row:
    survey = "64,02 % (SKGB 2018)" if mill.rice == GKG_TO_RICE else "62,74 % (BPS 2005–07)"
    return {"code": code, "owner": mill.owner, "site": mill.owner, "input": paddy,
            "outputs": {rice: mill.rice, "dedak": 0.09, "menir": 0.02}, "period": EVERY,
            "capacity_kg": mill.capacity_kg, "cost_idr_per_kg": mill.cost_idr_per_kg, "name": name,
            "source": f"Rendemen {survey}; ilustratif: aturan.giling"}


def storages() -> Iterator[Row]:
    yield _storage("gudang-gkg-hub", "hub", ("gkg",), 200_000, 8_000)
    yield _storage("gudang-beras-hub", "hub", ("beras",), 100_000, 13_000) | {"opening_kg": {"beras": 2_000}}
    yield _storage("gudang-pandanwangi-hub", "hub", ("gkg-pandanwangi", "beras-pandanwangi"), 50_000, 16_000)
    yield _storage("gudang-pandanwangi-jambudipa", "jambudipa", ("gkg-pandanwangi",), 12_000, 16_000)
    for site in MILL_SITES:
        if site != "hub":
            yield _storage(f"gudang-{site}", site, ("gkg",), 30_000, 8_000)


def _storage(
    code: str, owner: str, products: tuple[str, ...], capacity_kg: int, value_idr_per_kg: int
) -> Row:
    goods = "Pandanwangi" if "gkg-pandanwangi" in products else "beras" if "beras" in products else "GKG"
    return {"code": code, "owner": owner, "site": owner, "products": list(products),
            "capacity_kg": capacity_kg, "loss": 0.003, "name": f"Gudang {goods} {place_name(owner)}",
            "cost_idr_per_kg": rounded(30 + LOAN_A_MONTH * value_idr_per_kg, 5),
            "source": "Bunga 6 % (PMK 49/2025), susut 1,7 % (survei 1986/87); ilustratif: aturan.simpan"}
