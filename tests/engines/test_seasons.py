"""Sampled seasons: the same by seed, within their ranges, and each the same as a file of its own."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jejaring.engines.planning.outlook_file import number_document, selector_document
from jejaring.engines.planning.problem import Range, Selector
from jejaring.engines.planning.questions.seasons import (
    apart,
    drawn,
    ranges_of,
    season_problem,
    seasons,
    spread,
    standard_ranges,
)
from jejaring.engines.planning.solve import solve
from jejaring.engines.planning.solver import Limits
from tests.documents.networks import problem_of, small_network, village_network

LIMITS = Limits()
SMALL = problem_of(small_network())


def ranged(*rows: dict[str, Any], **tables: Any) -> dict[str, Any]:
    return copy.deepcopy(small_network() | {"format": "jejaring-network/2", "ranges": list(rows), **tables})


PRICE = {"code": "p", "table": "outlets", "field": "price_idr_per_kg", "lowest": 0.9, "highest": 1.1}


def test_the_same_seed_draws_the_same_seasons_whatever_others_are_drawn() -> None:
    village = problem_of(village_network(4))
    ranges = standard_ranges()
    first = [drawn(village, ranges, 3, number) for number in range(3)]
    assert first[2] == drawn(village, ranges, 3, 2)
    factors = [tuple(factor for _, factor in season.changes) for season in first]
    assert len(set(factors)) == 3
    assert drawn(village, ranges, 4, 0) != first[0]


@given(
    lowest=st.decimals(0, 2, places=5),
    width=st.decimals(0, 1, places=5),
    seed=st.integers(0, 2**31 - 1),
)
@settings(max_examples=60, deadline=None)
def test_factors_keep_within_their_range_and_to_four_decimals(
    lowest: Decimal, width: Decimal, seed: int
) -> None:
    each = Range("r", "", Selector("supplies", "available_kg"), lowest, lowest + width, ("party",))
    season = drawn(SMALL, [each], seed, 0)
    assert len(season.changes) == 2
    for _, factor in season.changes:
        assert lowest <= factor <= lowest + width
        exponent = factor.normalize().as_tuple().exponent
        assert isinstance(exponent, int)
        assert exponent >= -4 or factor == lowest


def test_every_factor_of_a_range_is_equally_likely() -> None:
    each = Range("r", "", Selector("outlets", "price_idr_per_kg"), Decimal(1), Decimal("1.0009"), ())
    found = [drawn(SMALL, [each], 0, number).changes[0][1] for number in range(2000)]
    counts = [found.count(Decimal(1) + Decimal(step) / 10000) for step in range(10)]
    assert sum(counts) == 2000
    # 200 each are expected; five standard deviations of sqrt(200 × 0.9) are 67.
    assert all(abs(count - 200) < 67 for count in counts)


def test_what_is_drawn_apart_has_a_factor_for_each_that_has_such_rows() -> None:
    village = problem_of(village_network(3))

    def keys(table: str, field: str, *words: str) -> list[tuple[int, int, int, int]]:
        each = Range("r", "", Selector(table, field), Decimal(1), Decimal(1), words)
        return [(one.party, one.site, one.product, one.period) for one in apart(village, each)]

    assert keys("supplies", "available_kg") == [(-1, -1, -1, -1)]
    assert keys("supplies", "available_kg", "party") == [(0, -1, -1, -1), (1, -1, -1, -1), (2, -1, -1, -1)]
    assert len(keys("supplies", "available_kg", "period", "party")) == 36
    assert keys("outlets", "price_idr_per_kg", "product") == [(-1, -1, 2, -1)]
    assert keys("storages", "capacity_kg", "product") == [(-1, -1, 1, -1), (-1, -1, 2, -1)]
    assert keys("storages", "capacity_kg", "period") == []


def test_a_season_is_the_same_from_a_file() -> None:
    network = village_network(4)
    problem = problem_of(network)
    plan = solve(problem, LIMITS)
    ranges, standard = ranges_of(problem)
    assert standard
    found = seasons(problem, plan, LIMITS, lambda stage: None, count=3)
    season = drawn(problem, ranges, 0, 1)
    rows = [
        {"code": "s", **selector_document(problem, selector), "factor": number_document(factor)}
        for selector, factor in season.changes
    ]
    written = problem_of(network | {"format": "jejaring-network/2", "scenarios": rows})
    assert written.scenarios[0].changes == season.changes
    again = solve(season_problem(written, drawn(written, ranges, 0, 1)), LIMITS)
    assert found.values_idr[1] == pytest.approx(again.value_idr, rel=1e-6)
    assert found.gains_idr[1] == pytest.approx(again.value_idr - sum(again.alone_idr), rel=1e-6)


def test_the_seasons_of_a_network_on_paper() -> None:
    # With the price × f, 1,200 kg of paddy bring 600 × 14,500 × f, and 8,228,000 go out; or nothing moves
    # where a kilogram doesn't pay: A's pays from 6,850 / 0.5 + 10, B's from 6,860 / 0.5 + 10.
    problem = problem_of(ranged(PRICE))
    plan = solve(problem, LIMITS)
    found = seasons(problem, plan, LIMITS, lambda stage: None, count=15)
    assert not found.standard

    def value(factor: Decimal) -> float:
        rice = float(factor) * 14_500 - 10
        return 1000 * max(0.0, rice / 2 - 6_850) + 200 * max(0.0, rice / 2 - 6_860)

    factors = [drawn(problem, found.ranges, 0, number).changes[0][1] for number in range(15)]
    assert found.values_idr == pytest.approx([value(factor) for factor in factors], abs=0.01)
    assert found.value.p50_idr == pytest.approx(sorted(value(factor) for factor in factors)[7], abs=0.01)
    assert found.value == found.gain
    assert [each.p90_idr for each in found.alone] == [0, 0, 0]
    assert found.impossible == 0


def test_seasons_without_a_plan_are_counted_and_left_out() -> None:
    network = ranged(
        PRICE,
        {"code": "b", "table": "local_trade", "field": "most_buy_kg", "lowest": 0, "highest": 0},
        needs=[{"site": "a", "product": "gkp", "period": "*", "kg": 1600}],
        local_trade=[{"site": "a", "product": "gkp", "period": "*", "buy_idr_per_kg": 9000}],
    )
    problem = problem_of(network)
    found = seasons(problem, solve(problem, LIMITS), LIMITS, lambda stage: None, count=4)
    assert found.impossible == 4
    assert found.values_idr == ()
    assert found.value.p50_idr == 0


def test_a_spread_is_the_quantiles() -> None:
    found = spread(np.array([5.0, 1.0, 2.0, 4.0, 3.0, 0.0, 10.0, 9.0, 8.0, 7.0, 6.0]))
    assert (found.p10_idr, found.p50_idr, found.p90_idr) == (1, 5, 9)


def test_with_the_choices_of_the_plan_a_season_is_never_better_than_with_the_best(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = small_network()
    network["processes"][0]["opening_cost_idr"] = 100_000
    network["outlets"][0]["steps"] = [{"from_kg": 500, "price_idr_per_kg": 14_600}]
    problem = problem_of(network)
    plan = solve(problem, LIMITS)
    best = seasons(problem, plan, LIMITS, lambda stage: None, count=12)
    monkeypatch.setattr("jejaring.engines.planning.questions.seasons.MOST_SEARCHED", 0)
    kept = seasons(problem, plan, LIMITS, lambda stage: None, count=12)
    assert best.searched == 12
    assert kept.checked > 0
    pairs = list(zip(best.values_idr, kept.values_idr, strict=True))
    assert all(one >= other - 0.01 for one, other in pairs)
    assert kept.searched < 12
