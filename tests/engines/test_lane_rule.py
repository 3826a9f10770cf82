"""The lanes that a rule makes between sites with positions."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejaring.engines.errors import Refusal
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
