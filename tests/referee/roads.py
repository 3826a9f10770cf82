"""Roads between sites: their length, the lanes that a rule makes, what lorries cost and what is lost.

Distances are floats; all that is rounded is rounded to 1e-9 from the float's own fraction.
"""

import math
from fractions import Fraction
from typing import Any

from .reading import Network, Row, amount, exact

EARTH_RADIUS_KM = 6371.0088
PLACES = 9
Position = tuple[float, float]


def haversine_km(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Return the great-circle distance of two positions given in degrees."""
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    half_lat = math.sin((phi_b - phi_a) / 2)
    half_lon = math.sin(math.radians(lon_b - lon_a) / 2)
    chord = half_lat * half_lat + math.cos(phi_a) * math.cos(phi_b) * half_lon * half_lon
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))


class Roads:
    """Road kilometres between the sites of one network."""

    def __init__(self, rule: Row | None, sites: list[Row]) -> None:
        self.position: dict[str, Position] = {
            site["code"]: (float(site["lat"]), float(site["lon"]))
            for site in sites
            if site.get("lat") is not None and site.get("lon") is not None
        }
        self.detour = {site["code"]: _detour(rule, site.get("terrain")) for site in sites}
        self.ruled = [
            site["code"] for site in sites if site["code"] in self.position and site.get("part_of") is None
        ]
        """Sites that the lane rule knows: parts of a place don't count among its nearest."""
        self.told_apart = {site["part_of"] for site in sites if site.get("part_of") is not None}

    def km(self, origin: str, target: str) -> float | None:
        """Return great circle times the larger detour of two sites; None where a position is missing."""
        if origin not in self.position or target not in self.position:
            return None
        straight = haversine_km(*self.position[origin], *self.position[target])
        return straight * max(self.detour[origin], self.detour[target])


def _detour(rule: Row | None, terrain: Any) -> float:
    """Return a site's factor: that of its terrain, else the rule's own; 1 without a rule."""
    if rule is None:
        return 1.0
    own = rule.get("detour")
    found = (rule.get("detours") or {}).get(terrain, own)
    return 1.0 if found is None else float(found)


def rounded(value: Fraction) -> Fraction:
    """Return a number rounded to 1e-9."""
    return Fraction(round(value * 10**PLACES), 10**PLACES)


def put_in(network: Network, rule: Row | None, sites: list[Row], products: list[Row]) -> list[str]:
    """Add the rule's lanes, the trips' costs and the losses to a network; return the faults found.

    A lane with a vehicle that costs by kilometre, whose length nobody knows, is a fault.
    """
    roads = Roads(rule, sites)
    if rule is not None:
        _add_rule_lanes(network, rule, roads)
    per_100_km = {product["code"]: amount(product, "loss_per_100_km") for product in products}
    faults = []
    for row in network.lane_rows.values():
        known = roads.km(row["from"], row["to"])
        km = row["km"] if row["km"] is not None else None if known is None else Fraction(known)
        row["km"] = km
        row["loss_of"] = {p: loss(row["loss"], per_100_km[p], km) for p in row["products"]}
        row["own_cost_idr_per_kg"] = row["cost_idr_per_kg"]
        if row["vehicle"] is not None:
            vehicle = network.vehicles[row["vehicle"]]
            if km is None and vehicle["idr_per_km"]:
                faults.append(f"lanes: nobody knows how far it is from {row['from']!r} to {row['to']!r}")
                continue
            row["cost_idr_per_kg"] += trip_idr_per_kg(vehicle, km or Fraction(0))
    return faults


def loss(own: Fraction, per_100_km: Fraction, km: Fraction | None) -> Fraction:
    """Return the share that is lost on a road."""
    if km is None or not per_100_km:
        return min(Fraction(1), own)
    return min(Fraction(1), rounded(own + km / 100 * per_100_km))


def trip_idr_per_kg(vehicle: Row, km: Fraction) -> Fraction:
    """Return what a kilogram of a full load costs, there and back."""
    trip = vehicle["idr_per_trip"] + 2 * km * vehicle["idr_per_km"]
    return rounded(trip / vehicle["capacity_kg"])


def _add_rule_lanes(network: Network, rule: Row, roads: Roads) -> None:
    """Add the rule's lanes for the products that no given lane lists.

    A missing farthest_km is no limit, a missing `nearest` lets everybody through.
    """
    farthest_km = math.inf if rule.get("farthest_km") is None else float(rule["farthest_km"])
    flat, by_km = amount(rule, "idr_per_kg"), amount(rule, "idr_per_kg_km")
    near = {
        origin: [
            (km, target)
            for target in roads.ruled
            if target != origin and (km := roads.km(origin, target)) is not None and km <= farthest_km
        ]
        for origin in roads.ruled
    }
    chosen = _nearest(near, rule.get("nearest"))
    number = len(network.lane_rows)
    for origin, others in near.items():
        for km, target in others:
            if {origin, target} & roads.told_apart:
                continue
            free = tuple(p for p in network.products if (origin, target, p) not in network.lanes)
            if not free or not ({(origin, target), (target, origin)} & chosen):
                continue
            nobodys = network.party_of_site[origin] is None and network.party_of_site[target] is None
            network.lane_rows[number] = {
                "from": origin,
                "to": target,
                "products": free,
                "capacity_kg": None,
                "cost_idr_per_kg": rounded(flat + by_km * Fraction(km)),
                "fixed_cost_idr": Fraction(0) if nobodys else amount(rule, "fixed_cost_idr"),
                "loss": Fraction(0),
                "km": None,
                "vehicle": rule.get("vehicle"),
                "loss_of": {},
            }
            network.lanes.update({(origin, target, product): number for product in free})
            number += 1


def _nearest(near: dict[str, list[tuple[float, str]]], most: Any) -> set[tuple[str, str]]:
    """Return (site, other) for the others that are among the nearest of a site, in the file's order."""
    count = None if most is None else int(exact(most))
    return {
        (origin, target)
        for origin, others in near.items()
        for _, target in sorted(others, key=lambda one: one[0])[:count]
    }
