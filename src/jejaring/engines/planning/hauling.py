"""What lanes cost, lose and how long they are: positions, roads, lorries (docs/network-format.md).

`lane_rule` finds the pairs of sites that a rule joins; `assembly` puts given and made lanes together.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from jejaring.engines.measures import Decimals, Floats, Indices
from jejaring.engines.planning.lane_rule import COST_PLACES, great_circle_km
from jejaring.engines.planning.problem import NOBODY, LaneRule, Sites, Vehicles

LOSS_PLACES = 9


def detours(rule: LaneRule | None, sites: Sites) -> Floats:
    """Return the detour factor of each site: its terrain's, or the rule's own; 1 without a rule."""
    if rule is None:
        return np.ones(len(sites))
    by_terrain = {word: float(factor) for word, factor in rule.detours}
    return np.array([by_terrain.get(word, float(rule.detour)) for word in sites.terrains], dtype=np.float64)


def road_km(rule: LaneRule | None, sites: Sites, start: Indices, end: Indices) -> Floats:
    """Return great circle × the larger detour of the two sites, km; NaN where a position isn't known."""
    by_site = detours(rule, sites)
    straight = great_circle_km(sites.lat[start], sites.lon[start], sites.lat[end], sites.lon[end])
    return np.asarray(straight * np.maximum(by_site[start], by_site[end]), dtype=np.float64)


def trip_cost_idr_per_kg(vehicles: Vehicles, vehicle: Indices, km: Floats) -> Decimals:
    """Return what a kilogram of a full load costs, there and back:
    (idr_per_trip + 2 · km · idr_per_km) / capacity_kg, rounded to 1e-9 Rp/kg; 0 without a vehicle.
    """
    numerators = np.zeros(len(vehicle), dtype=object)
    for lane in np.flatnonzero(vehicle != NOBODY).tolist():
        of = int(vehicle[lane])
        trip = vehicles.idr_per_trip.fraction(of) + 2 * Fraction(
            float(km[lane])
        ) * vehicles.idr_per_km.fraction(of)
        numerators[lane] = round(trip / vehicles.capacity_kg.fraction(of) * 10**COST_PLACES)
    return narrowed(numerators, COST_PLACES)


def losses(own: Decimals, per_100_km: Decimals, lane: Indices, product: Indices, km: Floats) -> Decimals:
    """Return the share lost by entry (lane, product): min(1, own + km/100 × the product's loss on 100 km),
    rounded to 1e-9. Where the road isn't known only `own` counts.
    """
    share = per_100_km.floats(0.0)[product] * np.nan_to_num(km[lane], nan=0.0) / 100.0
    scale = 10**LOSS_PLACES
    added = np.rint(share * scale).astype(np.int64)
    if not added.any():
        return own.take(lane)
    given = [round((own.fraction(row)) * scale) for row in range(len(own))]
    return Decimals(np.minimum(np.array(given, dtype=np.int64)[lane] + added, scale), LOSS_PLACES)


def added(one: Decimals, other: Decimals) -> Decimals:
    """Return the sums of two columns without gaps, exactly."""
    places = max(one.places, other.places)
    sums = one.numerators.astype(object) * 10 ** (places - one.places) + other.numerators.astype(
        object
    ) * 10 ** (places - other.places)
    return narrowed(sums, places)


def narrowed(numerators: np.typing.NDArray[Any], places: int) -> Decimals:
    """Return a column of int64 where its numbers fit."""
    fits = numerators.dtype == np.int64 or all(abs(number) < 2**62 for number in numerators.tolist())
    return Decimals(numerators.astype(np.int64) if fits else numerators, places)
