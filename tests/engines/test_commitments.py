"""Commitments: what is promised is what a further season keeps, by flows that keep every rule."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jejaring.engines.planning.evaluate import broken_rules
from jejaring.engines.planning.financing import Purse
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem, Selector
from jejaring.engines.planning.questions.ahead import Commitments
from jejaring.engines.planning.questions.changes import changed
from jejaring.engines.planning.questions.commitments import (
    Key,
    carried_out,
    commitments,
    held,
    kept_kg,
    planned_kg,
)
from jejaring.engines.planning.questions.seasons import drawn, ranges_of, season_problem
from jejaring.engines.planning.solve import flows_of, solve
from jejaring.engines.planning.solver import Limits
from tests.documents.networks import problem_of, small_network, village_network

LIMITS = Limits()
EIGHT_OF_TEN = Decimal("0.8")


def ranged(**tables: Any) -> Problem:
    harvest = {
        "code": "h", "table": "supplies", "field": "available_kg", "lowest": 0.5, "highest": 1,
        "apart": "party",
    }  # fmt: skip
    network = small_network() | {"format": "jejaring-network/2", "ranges": [harvest], **tables}
    return problem_of(copy.deepcopy(network))


def asked(problem: Problem, count: int = 40, fresh: int = 0) -> tuple[Plan, Commitments]:
    plan = solve(problem, LIMITS)
    return plan, commitments(problem, plan, LIMITS, lambda stage: None, count, fresh)


def test_the_promises_of_a_network_on_paper() -> None:
    # A brings all of its 1,000 kg × a factor; B, who has 500 × its own (250 at least), its planned 200.
    problem = ranged()
    _, found = asked(problem)
    ranges, _ = ranges_of(problem)
    factors = sorted(drawn(problem, ranges, 0, number).changes[0][1] for number in range(40))
    promised = {(each.giver, each.taker): (each.planned_kg, each.kg) for each in found.promises}
    assert promised == {(0, 2): (1000, int(1000 * factors[7])), (1, 2): (200, 200)}


@given(
    kilograms=st.lists(st.integers(0, 50), min_size=2, max_size=45),
    share=st.sampled_from([Decimal("0.5"), Decimal("0.8"), Decimal("0.9")]),
)
def test_of_seasons_drawn_alike_each_keeps_what_the_others_promise_often_enough(
    kilograms: list[int], share: Decimal
) -> None:
    # Each of n + 1 seasons is equally likely to be the one that comes after the n others.
    kept = [kg >= held(kilograms[:at] + kilograms[at + 1 :], share) for at, kg in enumerate(kilograms)]
    assert sum(kept) >= share * len(kilograms)


def test_few_seasons_promise_nothing() -> None:
    assert held([9, 9, 9], EIGHT_OF_TEN) == 0
    assert held([9, 7, 8, 9], EIGHT_OF_TEN) == 7
    assert held(list(range(1, 41)), EIGHT_OF_TEN) == 8


def test_where_nothing_changes_the_plan_is_kept() -> None:
    for problem in (problem_of(small_network()), problem_of(village_network(5))):
        plan = solve(problem, LIMITS)
        planned, kept = planned_kg(plan), kept_kg(problem, plan, LIMITS)
        assert kept is not None
        # Kilograms are dealt out anew, so one may go another way at each of the few places on the road.
        assert all(abs(kept.get(key, 0) - kg) <= 5 for key, kg in planned.items())


def test_a_shortage_is_spread_over_those_who_wait_for_the_goods() -> None:
    # A sends 500 kg to each of two mills. With 600 kg both get 300: the first 60 per cent come first.
    network = small_network()
    network["parties"].append({"code": "J", "name": "Koperasi J"})
    network["sites"].append({"code": "j", "party": "J", "lat": -6.82, "lon": 107.15})
    network["supplies"] = network["supplies"][:1]
    network["processes"][0]["capacity_kg"] = 500
    network["processes"].append(network["processes"][0] | {"code": "q", "owner": "J", "site": "j"})
    network["outlets"].append(network["outlets"][0] | {"code": "r", "owner": "J"})
    network["lanes"] += [
        {"from": "a", "to": "j", "products": ["gkp"], "cost_idr_per_kg": 50},
        {"from": "j", "to": "m", "products": ["beras"], "cost_idr_per_kg": 10},
    ]
    problem = problem_of(network)
    plan = solve(problem, LIMITS)
    to_h: Key = (0, 2, "sale", 0, 0)
    to_j: Key = (0, 3, "sale", 0, 0)
    planned = planned_kg(plan)
    assert (planned[to_h], planned[to_j]) == (500, 500)
    short = changed(problem, [(Selector("supplies", "available_kg"), Decimal("0.6"))])
    kept = kept_kg(short, plan, LIMITS)
    assert kept is not None
    assert (kept[to_h], kept[to_j]) == (300, 300)


@given(
    first=st.integers(2, 12),
    second=st.integers(0, 12),
    mill=st.integers(0, 12),
    market=st.integers(0, 12),
)
@settings(max_examples=40, deadline=None)
def test_no_other_way_keeps_more_of_the_plan(first: int, second: int, mill: int, market: int) -> None:
    # Every way of carrying out the small network in steps of 5 kg of paddy, judged by the rule of
    # docs/planning.md, "What may come": two lanes to the mill, one to the market, and the outlet there.
    # Nothing is handed over that nobody could sell.
    problem = problem_of(small_network())
    plan = solve(problem, LIMITS)
    parts = [
        (Selector("supplies", "available_kg", party=0), Decimal(first) / 10),
        (Selector("supplies", "available_kg", party=1), Decimal(second) / 10),
        (Selector("processes", "capacity_kg"), Decimal(mill) / 10),
        (Selector("outlets", "most_kg"), Decimal(market) / 10),
    ]
    kept = kept_kg(changed(problem, parts), plan, LIMITS)
    assert kept is not None

    def kept_of(kg: float, planned: int) -> float:
        share = kg / planned
        return planned * (
            12 * min(share, 0.6) + 8 * min(max(share - 0.6, 0), 0.2) + 5 * min(max(share - 0.8, 0), 0.2)
        )

    def worth(a: float, b: float) -> float:
        return kept_of(a, 1000) + kept_of(b, 200) + 2 * kept_of((a + b) / 2, 600)

    best = max(
        worth(a, b)
        for a in range(0, 100 * first + 1, 5)
        for b in range(0, 50 * second + 1, 5)
        if a + b <= min(120 * mill, 400 * market)
    )
    # Whole kilograms: a kilogram of paddy or rice may be missing.
    assert worth(kept.get((0, 2, "sale", 0, 0), 0), kept.get((1, 2, "sale", 0, 0), 0)) >= best - 60


def test_a_promise_is_kept_even_where_it_does_not_pay() -> None:
    problem = problem_of(small_network())
    plan = solve(problem, LIMITS)
    cheap = changed(problem, [(Selector("outlets", "price_idr_per_kg"), Decimal("0.5"))])
    assert solve(cheap, LIMITS).partnerships == ()
    assert kept_kg(cheap, plan, LIMITS) == planned_kg(plan)


def test_nobody_buys_in_to_fill_a_promise() -> None:
    local = [{"site": "a", "product": "gkp", "period": "*", "buy_idr_per_kg": 7000}]
    problem = problem_of(small_network() | {"local_trade": local})
    plan = solve(problem, LIMITS)
    half = changed(problem, [(Selector("supplies", "available_kg"), Decimal("0.5"))])
    kept = kept_kg(half, plan, LIMITS)
    assert kept is not None
    assert kept[0, 2, "sale", 0, 0] == 500


def test_a_season_without_a_plan_keeps_nothing() -> None:
    problem = ranged(
        needs=[{"site": "a", "product": "gkp", "period": "*", "kg": 600}],
        local_trade=[{"site": "a", "product": "gkp", "period": "*", "buy_idr_per_kg": 9000}],
        ranges=[{"code": "b", "table": "local_trade", "field": "most_buy_kg", "lowest": 0, "highest": 0},
                {"code": "s", "table": "supplies", "field": "available_kg", "lowest": 0.1, "highest": 0.1}],
    )  # fmt: skip
    _, found = asked(problem, count=5, fresh=3)
    assert found.impossible == 8
    assert {each.kg for each in found.promises} == {0}


def test_each_season_is_carried_out_by_flows_that_keep_every_rule() -> None:
    network = village_network(6)
    network["outlets"][0]["least_kg"] = 1500
    network["processes"][0]["opening_cost_idr"] = 50_000
    problem = problem_of(network)
    plan = solve(problem, LIMITS)
    ranges, _ = ranges_of(problem)
    for number in range(6):
        season = season_problem(problem, drawn(problem, ranges, 5, number))
        carried = carried_out(season, plan, LIMITS)
        assert carried is not None
        assert not broken_rules(season, flows_of(*carried))


@pytest.mark.slow
def test_promises_hold_in_seasons_of_other_seeds() -> None:
    problem = problem_of(village_network(6))
    plan, found = asked(problem, count=40, fresh=40)
    ranges, _ = ranges_of(problem)
    assert found.fresh_share > 0.75
    promised = {
        (each.giver, each.taker, each.kind, each.product, each.period): each.kg
        for each in found.promises
        if 0 < each.kg < each.planned_kg
    }
    assert len(promised) > 10, "a test of promises that are below the plan"
    kept = []
    for seed in range(1, 51):
        season = kept_kg(season_problem(problem, drawn(problem, ranges, seed, 0)), plan, LIMITS)
        assert season is not None
        kept.append([season.get(key, 0) >= kg for key, kg in promised.items()])
    shares = np.array(kept).mean(axis=0)
    # 8 of 10 are expected at least; one promise read from 40 seasons and tried on 50 is off by
    # sqrt(0.16/41 + 0.16/50) = 0.085 in one case of three.
    assert shares.mean() > 0.8 - 0.085
    assert shares.min() > 0.8 - 4 * 0.085


def test_a_season_in_which_cash_binds_delivers_as_much_as_can_be_paid() -> None:
    # The plan lays out 1,200 × 6,500 + 360,000 + 68,000 = 8,228,000 of 9,000,000 before the buyer pays. With
    # paddy at 7,800 it would be 9,788,000; a kilogram costs 8,155 with milling and hauling, B's 10 more.
    network = small_network() | {"format": "jejaring-network/2"}
    network["outlets"][0]["pays_after_days"] = 60
    for party, idr in zip(network["parties"], (0, 0, 9_000_000), strict=True):
        party["cash_idr"] = idr
    problem = problem_of(network)
    dear = changed(problem, [(Selector(table="supplies", field="cost_idr_per_kg"), Decimal("1.2"))])
    carried = carried_out(dear, solve(problem, LIMITS), LIMITS)
    assert carried is not None
    program, kg = carried
    purse = Purse.of(program)
    assert purse is not None
    assert -2 * 8_165 < purse.over_idr(kg) <= 0
    assert not broken_rules(dear, flows_of(program, kg))
