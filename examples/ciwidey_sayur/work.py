"""Grading, packing and keeping."""

from __future__ import annotations

from collections.abc import Iterator

from examples.ciwidey_sayur.figures import EVERY, LOAN_A_WEEK, Row, rounded
from examples.ciwidey_sayur.places import SORTERS, VILLAGES, grown_at
from examples.ciwidey_sayur.vegetables import BY_CODE, MAIN, VEGETABLES, raw, second

# Rows stand as rows from here on, close together.
# fmt: off


def grading() -> Iterator[Row]:
    for each in VEGETABLES:
        yield {"code": f"kemas-{each.code}", "owner": "hub", "site": "hub", "input": raw(each.code),
               "outputs": {each.code: each.first, second(each.code): each.second}, "period": EVERY,
               "capacity_kg": 12_000 if each.code in MAIN else 4_000,
               "cost_idr_per_kg": 600 if each.kind == "daun" else 400,
               "name": f"Rumah kemas hub, {each.name.lower()}", "source": "ilustratif: aturan.sortir"}
    for village in VILLAGES:
        if village.code in SORTERS:
            for code in village.grows:
                each = BY_CODE[code]
                yield {"code": f"sortir-{village.code}-{code}", "owner": village.code, "site": village.code,
                       "input": raw(code),
                       "outputs": {code: round(each.first - 0.04, 2), second(code): each.second + 0.04},
                       "period": EVERY, "capacity_kg": 4_000 if code in MAIN else 1_500,
                       "cost_idr_per_kg": 350, "name": f"Tempat sortir {village.name}, {each.name.lower()}",
                       "source": "ilustratif: aturan.sortir"}
    yield {"code": "cuci-wortel-ciputri", "owner": "ciputri", "site": "ciputri", "input": raw("wortel"),
           "outputs": {"wortel": 0.74, second("wortel"): 0.2}, "period": EVERY, "capacity_kg": 6_000,
           "cost_idr_per_kg": 250, "build_cost_idr": 150_000_000, "build_share": 0.025,
           "name": "Calon lini cuci wortel Ciputri", "source": "ilustratif: aturan.calon"}


def storages() -> Iterator[Row]:
    kept = [each for each in VEGETABLES if each.keeps]
    yield {"code": "ruang-dingin-hub", "owner": "hub", "site": "hub",
           "products": [each.code for each in kept], "capacity_kg": 15_000, "cost_idr_per_kg": 150,
           "loss": 0.02, "name": "Ruang dingin hub", "source": "ilustratif: aturan.dingin"}
    yield {"code": "gudang-kentang-hub", "owner": "hub", "site": "hub",
           "products": ["kentang", "kentang-panen"], "capacity_kg": 20_000,
           "cost_idr_per_kg": rounded(40 + 7_600 * LOAN_A_WEEK, 5), "loss": 0.01,
           "name": "Gudang kentang hub", "source": "Bunga 6 % (PMK 49/2025); ilustratif: aturan.dingin"}
    grown = [code for code in grown_at("simpang-cikajang") if BY_CODE[code].keeps]
    yield {"code": "ruang-dingin-simpang", "owner": "simpang-cikajang", "site": "simpang-cikajang",
           "products": grown, "capacity_kg": 10_000, "cost_idr_per_kg": 100, "loss": 0.02,
           "build_cost_idr": 400_000_000, "build_share": 0.025, "name": "Calon ruang dingin Simpang",
           "source": "ilustratif: aturan.calon"}
