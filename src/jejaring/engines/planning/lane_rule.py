"""The lanes that a lane rule makes: every two sites near enough, both ways."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Decimals, Flags, Floats, Indices
from jejaring.engines.planning.problem import LaneRule

EARTH_KM = 6371.0088
COST_PLACES = 9
MOST_PAIRS = 20_000_000
"""More lanes than this are refused: a rule without a farthest distance joins everybody with everybody."""

_SLACK_KM = 0.01


@dataclass(frozen=True, eq=False)
class RuleLanes:
    """Lanes made by a rule, sorted by start and end."""

    start: Indices
    end: Indices
    km: Floats
    cost_idr_per_kg: Decimals


def rule_lanes(rule: LaneRule, lat: Floats, lon: Floats, detour: Floats) -> RuleLanes:
    """Return the lanes that `rule` makes between sites at `lat`, `lon` (degrees, NaN where unknown).

    The road between two sites is great circle × the larger `detour` of the two.
    """
    placed = np.flatnonzero(~np.isnan(lat) & ~np.isnan(lon))
    least = float(detour[placed].min(initial=np.inf))
    first, second = _pairs_within(rule, lat[placed], lon[placed], least)
    first, second = placed[first], placed[second]
    straight = great_circle_km(lat[first], lon[first], lat[second], lon[second])
    km = straight * np.maximum(detour[first], detour[second])
    if rule.farthest_km is not None:
        near = km <= float(rule.farthest_km)
        first, second, km = first[near], second[near], km[near]
    if rule.nearest is not None:
        near = _among_nearest(first, second, km, rule.nearest, len(lat))
        first, second, km = first[near], second[near], km[near]
    start = np.concatenate([first, second])
    end = np.concatenate([second, first])
    both_km = np.concatenate([km, km])
    order = np.lexsort((end, start))
    km = both_km[order]
    return RuleLanes(start[order], end[order], km, _costs(rule, km))


def great_circle_km(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> Floats:
    """Return distances along the great circle by the haversine formula, R = 6,371.0088 km."""
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half = (
        np.sin((phi2 - phi1) / 2) ** 2
        + np.cos(phi1) * np.cos(phi2) * np.sin(np.radians(lon2 - lon1) / 2) ** 2
    )
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))), dtype=np.float64)


def _among_nearest(first: Indices, second: Indices, km: Floats, nearest: int, sites: int) -> Flags:
    """Return which pairs have a site that is among the `nearest` of the other; at equal distance the site
    that stands first in the list of sites.
    """
    count = len(first)
    of = np.concatenate([first, second])
    other = np.concatenate([second, first])
    order = np.lexsort((other, np.concatenate([km, km]), of))
    begin = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=sites))])
    rank = np.empty(2 * count, dtype=np.int64)
    rank[order] = np.arange(2 * count) - begin[of[order]]
    near = rank < nearest
    return np.asarray(near[:count] | near[count:], dtype=bool)


def _pairs_within(rule: LaneRule, lat: Floats, lon: Floats, detour: float) -> tuple[Indices, Indices]:
    """Return pairs of positions, first below second, that hold all pairs near enough and few others.

    `detour` is the least factor of any site.
    """
    straight_km = np.inf
    if rule.farthest_km is not None and detour > 0:
        straight_km = float(rule.farthest_km) / detour + _SLACK_KM
    if straight_km >= np.pi * EARTH_KM:
        _refuse_too_many(len(lat) * (len(lat) - 1))
        first, second = np.triu_indices(len(lat), 1)
        return first.astype(np.int64), second.astype(np.int64)
    if not len(lat):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    phi, theta = np.radians(lat), np.radians(lon)
    points = np.column_stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)])
    tree = cKDTree(points)
    chord = 2 * np.sin(straight_km / (2 * EARTH_KM))
    _refuse_too_many(int(tree.count_neighbors(tree, chord)) - len(lat))
    pairs: npt.NDArray[Any] = tree.query_pairs(chord, output_type="ndarray")
    return pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64)


def _refuse_too_many(lanes: int) -> None:
    if lanes > MOST_PAIRS:
        raise Refusal(
            "input.too_many_lanes",
            "The lane rule would make {lanes} lanes, more than {most}. Give it a smaller farthest distance.",
            lanes=lanes,
            most=MOST_PAIRS,
        )


def _costs(rule: LaneRule, km: Floats) -> Decimals:
    """Return the cost of each lane, rounded to 1e-9 Rp/kg."""
    cost = float(rule.idr_per_kg) + float(rule.idr_per_kg_km) * km
    if float(cost.max(initial=0.0)) < 1e6:
        return Decimals(np.rint(cost * 10**COST_PLACES).astype(np.int64), COST_PLACES)
    numerators = np.empty(len(cost), dtype=object)
    numerators[:] = [round(Fraction(each) * 10**COST_PLACES) for each in cost.tolist()]
    return Decimals(numerators, COST_PLACES)
