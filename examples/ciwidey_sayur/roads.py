"""How far it is by road, lorries, and which ways they drive."""

from __future__ import annotations

import math
from collections.abc import Iterator

from examples.ciwidey_sayur.buyers import WHOLESALERS
from examples.ciwidey_sayur.figures import DETOURS, DIESEL_IDR_PER_LITRE, TOLL_SHARE, Row, rounded
from examples.ciwidey_sayur.places import (
    CARINGIN,
    KRAMAT_JATI,
    PLACES,
    SHOPS,
    SORTERS,
    VILLAGES,
    grown_at,
    village_at,
)
from examples.ciwidey_sayur.vegetables import BY_CODE, MAIN, MIXED, SORTED_APART, VEGETABLES, raw, second

# Rows stand as rows from here on, close together.
# fmt: off

EARTH_RADIUS_KM = 6371.0088
# Load in kg, km per litre, km per hour, Rp per hour of vehicle and crew.
VEHICLES = {
    "pikap": ("Pikap sewa", None, 1_000, 10, 30, 60_000, None),
    "cde": ("Truk CDE sewa", None, 2_200, 6, 25, 75_000, None),
    "cdd-hub": ("Truk CDD milik hub (dua unit)", "hub", 4_500, 5, 30, 75_000, 10),
}


def vehicles() -> Iterator[Row]:
    for code, (name, owner, load_kg, km_per_litre, km_per_hour, idr_per_hour, trips) in VEHICLES.items():
        yield {"code": code, "name": name, "owner": owner, "capacity_kg": load_kg,
               "idr_per_km": rounded(DIESEL_IDR_PER_LITRE / km_per_litre + idr_per_hour / km_per_hour, 10),
               "idr_per_trip": 2 * idr_per_hour, "most_trips": trips,
               "source": "Solar Rp6.800/l (2022); ilustratif: aturan.angkut"}


def lanes() -> Iterator[Row]:
    for village in VILLAGES:
        yield _lane(village.code, "hub", [raw(code) for code in village.grows], "cde")
        for sorter in SORTERS:
            shared = [code for code in village.grows if code in grown_at(sorter)]
            if village.code != sorter and village.village[:5] == village_at(sorter).village[:5] and shared:
                yield _lane(village.code, sorter, [raw(code) for code in shared], "cde")
        wortel = village.village.startswith("32.03") and "wortel" in village.grows
        if wortel and village.code != "ciputri":
            yield _lane(village.code, "ciputri", [raw("wortel")], "pikap")
        for market, owner, _ in WHOLESALERS:
            goods = [raw(code) for code in village.grows if code in MAIN]
            if goods and owner != "hub" and village.village[:5] == village_at(owner).village[:5]:
                yield _lane(village.code, market.code, goods, "cde")
    for sorter in (*SORTERS, "ciputri"):
        grades = [*grown_at(sorter)] if sorter in SORTERS else ["wortel"]
        rest = [*dict.fromkeys(second(code) for code in grades)]
        yield _lane(sorter, "hub", [*grades, *rest], "cde")
        yield _lane(sorter, CARINGIN.code, rest, "cde")
        if sorter == "cipendawa":
            yield _lane(sorter, KRAMAT_JATI.code, rest, "cde")
        for shop in SHOPS[:3]:
            goods = [code for code in grades if BY_CODE[code].kind not in shop.without]
            yield _lane(sorter, shop.place.code, goods, "cde")
    for shop in SHOPS:
        goods = [each.code for each in VEGETABLES if each.kind not in shop.without]
        local = shop.place.code in {"toko-hub", "dapur"}
        yield _lane("hub", shop.place.code, goods, "pikap" if local else "cdd-hub")
    rest = [*(second(code) for code in SORTED_APART), MIXED]
    yield _lane("hub", CARINGIN.code, [*rest, *(raw(code) for code in MAIN)], "cde")
    yield _lane("hub", KRAMAT_JATI.code, rest, "cdd-hub")


def _lane(start: str, end: str, products: list[str], vehicle: str) -> Row:
    km = road_km(start, end)
    toll = 0.0
    if end in {"ritel-jakarta", "hipermarket", KRAMAT_JATI.code}:
        _, _, load_kg, km_per_litre, km_per_hour, idr_per_hour, _ = VEHICLES[vehicle]
        trip_idr = 2 * km * (DIESEL_IDR_PER_LITRE / km_per_litre + idr_per_hour / km_per_hour)
        toll = trip_idr / load_kg * TOLL_SHARE
    return {"from": start, "to": end, "products": products, "cost_idr_per_kg": rounded(20 + toll, 5),
            "vehicle": vehicle, "source": f"ilustratif: aturan.angkut ({km:.0f} km jalan)"}


def road_km(start: str, end: str) -> float:
    """Return the great circle times the detour of the rougher end's terrain, in km."""
    a, b = PLACES[start], PLACES[end]
    north, south = math.radians(a.lat), math.radians(b.lat)
    h = math.sin((north - south) / 2) ** 2
    h += math.cos(north) * math.cos(south) * math.sin(math.radians(a.lon - b.lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(h)) * max(DETOURS[a.terrain], DETOURS[b.terrain])
