"""The lanes that a rule makes between sites with positions."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejaring.engines.errors import Refusal
from jejaring.engines.planning.problem import Problem
from tests.engines.small_networks import EXAMPLE, example, read

GKP_LANE = EXAMPLE["lanes"][0]
RULE = {"detour": 1.3, "farthest_km": 15, "idr_per_kg": 20, "idr_per_kg_km": 3.5}


def test_the_lane_rule_joins_sites_with_positions_both_ways() -> None:
    lanes = read(example(lanes=[], lane_rule=RULE)).lanes
    assert lanes.start.tolist() == [0, 1]
    assert lanes.end.tolist() == [1, 0]
    assert lanes.by_rule.tolist() == [1, 1]
    assert lanes.product.tolist() == [0, 1, 2, 3] * 2
    assert lanes.capacity_kg.fractions() == [None, None]
    assert lanes.fixed_cost_idr.fractions() == [0, 0]
    # Cianjur, 3.3 km north to south and 6.6 km west to east, by hand: 7.419 km as the crow flies.
    assert float(lanes.cost_idr_per_kg.fraction(0)) == pytest.approx(20 + 3.5 * 1.3 * 7.419, abs=0.01)
    assert lanes.cost_idr_per_kg.places == 9


def test_a_given_lane_replaces_the_rules_lane_for_the_products_that_it_lists() -> None:
    lanes = read(example(lane_rule=RULE)).lanes
    assert lanes.by_rule.tolist() == [0, 0, 0, 1, 1]
    assert lanes.start.tolist() == [0, 1, 1, 0, 1]
    by_lane = [lanes.product[list(lanes.product_spans.of(lane))].tolist() for lane in range(5)]
    assert by_lane == [[0], [1], [3], [1, 2, 3], [0, 1, 2]]


def test_a_rule_lane_without_a_product_left_is_no_lane() -> None:
    every = {**GKP_LANE, "products": ["gkp", "beras", "dedak", "urea"]}
    assert read(example(lanes=[every], lane_rule=RULE)).lanes.start.tolist() == [0, 1]


def test_a_rule_beside_sites_without_positions_makes_no_lane() -> None:
    sites = [{"code": each["code"], "party": each["party"]} for each in EXAMPLE["sites"]]
    assert read(example(sites=sites, lanes=[], lane_rule=RULE)).lanes.start.tolist() == []


def test_a_rule_that_would_make_millions_of_lanes_is_refused() -> None:
    sites = [{"code": f"s{number}", "lat": 0, "lon": number / 100} for number in range(4500)]
    network = {**example(sites=sites), "lane_rule": {"detour": 1}}
    for table in ("supplies", "needs", "outlets", "sources", "processes", "storages", "lanes", "local_trade"):
        del network[table]
    with pytest.raises(Refusal) as refused:
        read(network)
    assert str(refused.value) == (
        "The lane rule would make 20245500 lanes, more than 20000000. Give it a smaller farthest distance."
    )


def test_absurd_costs_stay_exact() -> None:
    lanes = read(example(lane_rule={"detour": 1, "idr_per_kg": 10**15, "idr_per_kg_km": 10**15})).lanes
    assert lanes.cost_idr_per_kg.fraction(0) == Fraction(111, 2)
    assert float(lanes.cost_idr_per_kg.fraction(3)) == pytest.approx(10**15 * (1 + 7.42), rel=1e-3)


def in_a_row(rule: dict[str, object], *more: dict[str, object]) -> Problem:
    """Return A, B and nobody twice, 0.01°, 0.02° and 0.04° apart on the equator: 1.112 km for each 0.01°."""
    sites = [
        {"code": "a", "party": "A", "lat": 0, "lon": -0.07},
        {"code": "b", "party": "B", "lat": 0, "lon": -0.06},
        {"code": "m", "party": None, "lat": 0, "lon": -0.04},
        {"code": "n", "party": None, "lat": 0, "lon": 0, "terrain": "hills"},
    ]
    network = {name: EXAMPLE[name] for name in ("periods", "products", "parties")}
    return read({**network, "format": "jejaring-network/2", "sites": [*sites, *more], "lane_rule": rule})


def by_way(problem: Problem, values: Iterable[Any]) -> dict[str, Any]:
    """Return the values of lanes, in order, by "ab": the codes of their sites."""
    codes, lanes = problem.sites.codes, problem.lanes
    ways = zip(lanes.start.tolist(), lanes.end.tolist(), values, strict=True)
    return {codes[start] + codes[end]: value for start, end, value in ways}


def pairs(problem: Problem) -> set[str]:
    """Return the pairs of sites that are joined, which they must be both ways."""
    both = set(by_way(problem, problem.lanes.km))
    assert both == {way[::-1] for way in both}
    return {way for way in both if way[0] < way[1]}


def test_only_sites_one_of_which_is_among_the_nearest_of_the_other_are_joined() -> None:
    # The nearest of a, b, m, n are b, a, b, m.
    assert pairs(in_a_row({"detour": 1, "nearest": 1})) == {"ab", "bm", "mn"}
    # The second nearest are m, m, a, b.
    assert pairs(in_a_row({"detour": 1, "nearest": 2})) == {"ab", "bm", "mn", "am", "bn"}
    assert pairs(in_a_row({"detour": 1, "nearest": 0})) == set()
    assert len(pairs(in_a_row({"detour": 1, "nearest": 9}))) == 6


def test_at_equal_distance_the_site_that_stands_first_is_the_nearest() -> None:
    # n has m and o 0.04° away; both have another site nearer than n.
    o: dict[str, object] = {"code": "o", "party": None, "lat": 0, "lon": 0.04}
    p: dict[str, object] = {"code": "p", "party": None, "lat": 0, "lon": 0.05}
    assert pairs(in_a_row({"detour": 1, "nearest": 1}, o, p)) == {"ab", "bm", "mn", "op"}


def test_sites_too_far_away_are_no_neighbours() -> None:
    # n is 4.4 km from m: it has no neighbour within 3 km.
    assert pairs(in_a_row({"detour": 1, "nearest": 1, "farthest_km": 3})) == {"ab", "bm"}


def test_the_worse_road_of_two_sites_counts() -> None:
    problem = in_a_row({"detour": 1.2, "detours": {"hills": 2}, "idr_per_kg_km": 1})
    km = by_way(problem, problem.lanes.km)
    assert km["ab"] == pytest.approx(1.2 * 1.11195, rel=1e-4)
    assert km["mn"] == km["nm"] == pytest.approx(2 * 4.4478, rel=1e-4)
    costs = by_way(problem, problem.lanes.cost_idr_per_kg.floats(0.0))
    assert costs == pytest.approx(km, rel=1e-6)


def test_a_fixed_cost_of_the_rule_is_not_paid_between_nobodys_sites() -> None:
    problem = in_a_row({"detour": 1, "fixed_cost_idr": 500})
    fixed = by_way(problem, problem.lanes.fixed_cost_idr.fractions())
    assert {way for way, cost in fixed.items() if cost == 0} == {"mn", "nm"}
    assert set(fixed.values()) == {0, 500}


def haversine_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * 6371.0088 * math.asin(min(1.0, math.sqrt(half)))


DEGREES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
NEARBY = st.tuples(st.integers(-700, -600), st.integers(10600, 10700)).map(
    lambda at: (at[0] / 100, at[1] / 100)
)


@given(
    st.lists(st.one_of(NEARBY, DEGREES), min_size=1, max_size=12),
    st.sampled_from([None, 0, 5, 60.5, 3000, 20015, 40000]),
    st.sampled_from([0, 1, 1.3]),
)
def test_the_lane_rule_finds_exactly_the_pairs_near_enough(
    positions: list[tuple[float, float]], farthest: float | None, detour: float
) -> None:
    sites = [{"code": str(number), "lat": lat, "lon": lon} for number, (lat, lon) in enumerate(positions)]
    rule = {"detour": detour, "farthest_km": farthest, "idr_per_kg": 1.5, "idr_per_kg_km": 2}
    network = {name: EXAMPLE[name] for name in ("format", "periods", "products", "parties")}
    text_of = read({**network, "sites": sites, "lane_rule": rule}).lanes
    found = dict(
        zip(zip(text_of.start.tolist(), text_of.end.tolist(), strict=True), range(10**6), strict=False)
    )
    costs = text_of.cost_idr_per_kg.floats(np.nan)
    for one, first in enumerate(positions):
        for other, second in enumerate(positions):
            km = haversine_km(first, second) * detour
            if one == other or (farthest is not None and abs(km - farthest) < 1e-6):
                continue
            near = farthest is None or km <= farthest
            assert ((one, other) in found) == near
            if near:
                assert costs[found[one, other]] == pytest.approx(1.5 + 2 * km, abs=1e-4)
