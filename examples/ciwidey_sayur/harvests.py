"""What members bring in each week, and what is planted for it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from examples.ciwidey_sayur.figures import (
    FARM_SHARE_OF_RETAIL,
    LAST_WEEK_OF_MONTH,
    MEASURED,
    MEMBERS_SHARE,
    PERIODS,
    REST_WEEKS,
    RETAIL_BIRD_CHILI,
    RETAIL_RED_CHILI,
    SAID,
    THROUGH_COOP,
    WEEKS,
    WEIGHED,
    WRITTEN,
    Row,
    rounded,
)
from examples.ciwidey_sayur.places import HUB_GROWS, VILLAGES, Village
from examples.ciwidey_sayur.vegetables import BY_CODE, FIELD, MAIN, VEGETABLES, Vegetable, raw

# Rows stand as rows from here on, close together.
# fmt: off


def area_ha(village: Village, code: str) -> float:
    """Return the land on which a village's members grow a vegetable for it, by aturan.lahan, in ha."""
    field = 1.0 if code in MAIN else FIELD[BY_CODE[code].kind]
    return rounded(min(2.0, max(0.6, village.area_km2 / 9)) * field * 100, 5) / 100


def mean_kg(area: float, vegetable: Vegetable) -> float:
    """Return what a field gives in a week when it is planted little by little, by aturan.lahan, in kg."""
    return area * vegetable.kg_per_ha / (vegetable.days / 7 + REST_WEEKS)


def planted_fields() -> Iterator[tuple[str, Vegetable, float, int]]:
    """Yield who grows what on how much land, with a number that tells the fields apart."""
    for number, village in enumerate(VILLAGES):
        for place, code in enumerate(village.grows):
            yield village.code, BY_CODE[code], area_ha(village, code), 3 * number + 5 * place
    for place, (code, area) in enumerate(HUB_GROWS.items()):
        yield "hub", BY_CODE[code], area, 70 + place


def harvest_kg(area: float, vegetable: Vegetable, number: int, week: int) -> int:
    """Return a field's harvest of one week, by aturan.panen, in kg."""
    wave = 1 + 0.25 * math.sin(2 * math.pi * (week - WEEKS[0] + number) / 8)
    return rounded(mean_kg(area, vegetable) * THROUGH_COOP * wave, 10)


def price_idr_per_kg(vegetable: Vegetable, week: int) -> int:
    """Return what farmers are paid for a vegetable in a week, by aturan.harga."""
    if vegetable.kind != "cabai":
        return vegetable.price
    retail = RETAIL_RED_CHILI if vegetable.code == "cabai-merah" else RETAIL_BIRD_CHILI
    month = next(month for month, last in enumerate(LAST_WEEK_OF_MONTH) if week <= last)
    return rounded(retail[month] * FARM_SHARE_OF_RETAIL, 100)


def harvests() -> Iterator[Row]:
    evidence = (SAID, WRITTEN, WEIGHED)
    for site, vegetable, area, number in planted_fields():
        for week, code in PERIODS.items():
            yield {"site": site, "product": raw(vegetable.code), "period": code,
                   "available_kg": harvest_kg(area, vegetable, number, week),
                   "cost_idr_per_kg": rounded(price_idr_per_kg(vegetable, week) * MEMBERS_SHARE, 50),
                   "evidence": evidence[number % 3],
                   "source": f"{vegetable.source}; ilustratif: aturan.panen, aturan.bukti"}


def crops() -> Iterator[Row]:
    for each in VEGETABLES:
        yield {"product": raw(each.code), "days_to_harvest": each.days,
               "sorting_loss": 0.05 if each.kind in {"daun", "krop"} else 0.03, "safety": 0.1,
               "source": "ilustratif: aturan.tanam"}


def growers() -> Iterator[Row]:
    for site, vegetable, area, number in planted_fields():
        week_kg = mean_kg(area, vegetable)
        yield {"site": site, "product": raw(vegetable.code), "area_ha": area,
               "kg_per_ha": vegetable.kg_per_ha, "fulfilment": (70 + 5 * (number % 6)) / 100,
               "least_kg": rounded(week_kg * 0.25, 10), "most_kg": rounded(week_kg * 1.5, 10),
               "evidence": MEASURED if number % 2 else SAID,
               "source": f"{_yield_source(vegetable)}; ilustratif: aturan.lahan, aturan.kuota, aturan.bukti"}


def _yield_source(vegetable: Vegetable) -> str:
    return {
        "kentang": "17,27 t/ha (Pangalengan 2016–2018)",
        "cabai-merah": "12,33 t/ha (Jawa Barat 2011)",
    }.get(vegetable.code, "ilustratif: aturan.hasil")
