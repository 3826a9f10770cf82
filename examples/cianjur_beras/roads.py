"""How far it is by road, what hauling costs, and which ways there are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from examples.cianjur_beras.figures import (
    DETOUR,
    DIESEL_IDR_PER_LITRE,
    FARTHEST_KM,
    FARTHEST_STALL_KM,
    FARTHEST_WET_PADDY_KM,
    Row,
    rounded,
)
from examples.cianjur_beras.places import (
    AGENCY,
    DRYERS,
    FEED,
    FERTILISER,
    KITCHENS,
    MARKET,
    MILL_SITES,
    PANDANWANGI_COOPS,
    PLACES,
    RETAIL,
    VILLAGES,
)

# Rows stand as rows from here on, close together.
# fmt: off

EARTH_RADIUS_KM = 6371.0088


def lanes() -> Iterator[Row]:
    goods: dict[tuple[str, str], list[str]] = {}
    for start, end, products, farthest_km in _ways():
        if start != end and road_km(start, end) <= farthest_km:
            carried = goods.setdefault((start, end), [])
            carried.extend(product for product in products if product not in carried)
    for (start, end), carried in goods.items():
        yield {"from": start, "to": end, "products": carried,
               "cost_idr_per_kg": haulage_idr_per_kg(start, end),
               "source": f"ilustratif: aturan.angkut ({road_km(start, end):.0f} km jalan)"}


def _ways() -> Iterator[tuple[str, str, tuple[str, ...], float]]:
    """Yield from, to, what is carried, and how far at most in road kilometres."""
    for village in VILLAGES:
        for dryer in nearest(village.code, (dryer.owner for dryer in DRYERS), 3):
            yield village.code, dryer, ("gkp",), FARTHEST_WET_PADDY_KM
        for mill in {**dict.fromkeys(nearest(village.code, MILL_SITES, 3)), "hub": None}:
            yield village.code, mill, ("gkg",), FARTHEST_KM
        for mill in {**dict.fromkeys(nearest(village.code, MILL_SITES, 2)), "hub": None}:
            yield mill, village.code, ("beras",), FARTHEST_STALL_KM
        yield "hub", village.code, ("urea",), FARTHEST_KM
    for mill in MILL_SITES:
        yield mill, "hub", ("gkg", "beras"), FARTHEST_KM
        yield mill, MARKET.code, ("beras",), FARTHEST_KM
        yield mill, AGENCY.code, ("beras",), FARTHEST_KM
        yield mill, FEED.code, ("dedak", "menir"), FARTHEST_KM
        for kitchen in KITCHENS:
            yield mill, kitchen.code, ("beras",), FARTHEST_KM
    for coop in PANDANWANGI_COOPS:
        yield coop, "jambudipa", ("gkg-pandanwangi",), FARTHEST_KM
        yield coop, "hub", ("gkg-pandanwangi",), FARTHEST_KM
    yield "jambudipa", "hub", ("beras-pandanwangi",), FARTHEST_KM
    yield "hub", "jambudipa", ("beras-pandanwangi",), FARTHEST_KM
    yield "hub", RETAIL.code, ("beras-pandanwangi",), FARTHEST_KM
    yield FERTILISER.code, "hub", ("urea",), FARTHEST_KM


def nearest(start: str, sites: Iterable[str], count: int) -> list[str]:
    return sorted((site for site in sites if site != start), key=lambda site: road_km(start, site))[:count]


def road_km(start: str, end: str) -> float:
    """Return the great circle times the detour of the rougher end's terrain, in km."""
    a, b = PLACES[start], PLACES[end]
    north, south = math.radians(a.lat), math.radians(b.lat)
    h = math.sin((north - south) / 2) ** 2
    h += math.cos(north) * math.cos(south) * math.sin(math.radians(a.lon - b.lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(h)) * max(DETOUR[a.terrain], DETOUR[b.terrain])


def haulage_idr_per_kg(start: str, end: str) -> int:
    """Return what a full lorry's round trip costs by aturan.angkut, in Rp/kg."""
    mountain = "gunung" in (PLACES[start].terrain, PLACES[end].terrain)
    load_kg, km_per_litre, km_per_hour = (2_200, 6, 25) if mountain else (4_500, 5, 30)
    km = 2 * road_km(start, end)
    trip_idr = km / km_per_litre * DIESEL_IDR_PER_LITRE + (km / km_per_hour + 2) * 75_000
    return rounded(trip_idr / load_kg + 20, 5)
