"""Who buys: shops, wholesale markets, and traders in the villages."""

from __future__ import annotations

from collections.abc import Iterator

from examples.ciwidey_sayur.figures import EVERY, PERIODS, SAID, WEEKS, Row, rounded
from examples.ciwidey_sayur.harvests import planted_fields, price_idr_per_kg
from examples.ciwidey_sayur.places import CARINGIN, GARUT_MARKET, KRAMAT_JATI, SHOPS, SORTERS, grown_at
from examples.ciwidey_sayur.vegetables import (
    BY_CODE,
    LEAST_WANTED,
    MAIN,
    MIXED,
    SORTED_APART,
    VEGETABLES,
    Vegetable,
    raw,
    second,
)

# Rows stand as rows from here on, close together.
# fmt: off


def shop_outlets() -> Iterator[Row]:
    for shop in SHOPS:
        wanted = [each for each in VEGETABLES if each.kind not in shop.without]
        weights = sum(each.basket for each in wanted)
        for each in wanted:
            most = rounded(shop.kg * each.basket / weights, 10)
            row = {"code": f"{shop.place.code}-{each.code}", "owner": "hub", "site": shop.place.code,
                   "product": each.code, "most_kg": most, "buyer": shop.place.name,
                   "pays_after_days": shop.days, "evidence": SAID,
                   "source": f"{each.source}; ilustratif: aturan.gerai, aturan.bukti"}
            if shop is SHOPS[0] and each.code in LEAST_WANTED:
                row |= {"least_kg": rounded(most * 0.6, 10)}
            yield from _by_week(row, each, shop.times)


def _by_week(row: Row, vegetable: Vegetable, times: float) -> Iterator[Row]:
    """Yield an outlet for every week: one row where its price stays, one for each week where it doesn't."""
    if vegetable.kind != "cabai":
        yield row | {"period": EVERY, "price_idr_per_kg": rounded(vegetable.price * times, 50)}
        return
    for week, code in PERIODS.items():
        price = price_idr_per_kg(vegetable, week) * times
        yield row | {"period": code, "price_idr_per_kg": rounded(price, 50)}


def market_outlets() -> Iterator[Row]:
    """Wholesale: sortings at the hub's stalls, and unsorted goods through three co-ops' own and the hub's."""
    for market, times in ((CARINGIN, 0.75), (KRAMAT_JATI, 0.85)):
        for code in SORTED_APART:
            row = {"code": f"{market.code}-{second(code)}", "owner": "hub", "site": market.code,
                   "product": second(code), "buyer": market.name, "pays_after_days": 0,
                   "source": f"{BY_CODE[code].source}; ilustratif: aturan.pasar"}
            yield from _by_week(row, BY_CODE[code], times)
        yield {"code": f"{market.code}-{MIXED}", "owner": "hub", "site": market.code, "product": MIXED,
               "period": EVERY, "price_idr_per_kg": 1_200, "buyer": market.name, "pays_after_days": 0,
               "source": "ilustratif: aturan.pasar"}
    for market, owner, times in WHOLESALERS:
        for code in MAIN:
            yield {"code": f"{market.code}-{raw(code)}-{owner}", "owner": owner, "site": market.code,
                   "product": raw(code), "period": EVERY, "most_kg": 6_000,
                   "price_idr_per_kg": rounded(BY_CODE[code].price * times, 50), "buyer": market.name,
                   "pays_after_days": 0, "source": f"{BY_CODE[code].source}; ilustratif: aturan.pasar"}


WHOLESALERS = (
    (CARINGIN, "hub", 1.15), (CARINGIN, "margamukti", 1.12), (KRAMAT_JATI, "cipendawa", 1.2),
    (GARUT_MARKET, "simpang-cikajang", 1.08),
)


# --- What each can do alone, and does today


def traders() -> Iterator[Row]:
    for site, vegetable, _, _ in planted_fields():
        row = {"site": site, "product": raw(vegetable.code), "evidence": SAID,
               "source": f"{vegetable.source}; ilustratif: aturan.tengkulak, aturan.bukti"}
        if vegetable.kind != "cabai":
            yield row | {"period": EVERY, "sell_idr_per_kg": vegetable.price}
            continue
        for week, code in PERIODS.items():
            yield row | {"period": code, "sell_idr_per_kg": price_idr_per_kg(vegetable, week)}
    for sorter in SORTERS:
        prices: dict[str, int] = {}
        for code in grown_at(sorter):
            price = min(price_idr_per_kg(BY_CODE[code], week) for week in WEEKS)
            prices[second(code)] = min(rounded(price * 0.5, 50), prices.get(second(code), 900))
            if code in SORTED_APART:
                prices[second(code)] = rounded(price * 0.5, 50)
        for product, price in prices.items():
            yield {"site": sorter, "product": product, "period": EVERY, "sell_idr_per_kg": price,
                   "evidence": SAID, "source": "ilustratif: aturan.tengkulak, aturan.bukti"}
