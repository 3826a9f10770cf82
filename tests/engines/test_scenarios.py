"""Scenarios: the same figures as a run of its own for the changed file, and words where there is no plan."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem, Selector
from jejaring.engines.planning.questions.ahead import Scenarios, Tried
from jejaring.engines.planning.questions.scenarios import scenarios
from jejaring.engines.planning.solve import solve
from jejaring.engines.planning.solver import Limits
from tests.documents.networks import problem_of, small_network, village_network

LIMITS = Limits()


def asked(problem: Problem) -> tuple[Plan, Scenarios]:
    plan = solve(problem, LIMITS)
    return plan, scenarios(problem, plan, LIMITS, lambda stage: None)


def by_code(found: Scenarios) -> dict[str, Tried]:
    return {each.code: each for each in found.tried}


def second(**tables: Any) -> dict[str, Any]:
    return small_network() | {"format": "jejaring-network/2"} | copy.deepcopy(tables)


def test_the_standard_scenarios_of_a_network_on_paper() -> None:
    # A brings 1,000 kg, B 200; 472,000 remain (small_network says how). A kilogram of paddy makes half
    # a kilogram of rice at 14,500.
    _, found = asked(problem_of(small_network()))
    assert found.standard
    assert found.value_idr == 472_000
    wanted = {
        "price-lower": 0,  # Half of 13,050 doesn't pay for 6,500 and 300.
        "price-higher": 472_000 + 600 * 1_450,
        "harvest-lower": 472_000 - 200 * 60 + 200 * 50,  # 800 from A and 400 from B, who is farther.
        "yield-lower": 1000 * (0.475 * 14_490 - 6_850) + 200 * (0.475 * 14_490 - 6_860),
        "mill-lost": 0,
        "buyer-lost": 0,
        "hauling-dearer": 472_000 - 0.2 * 68_000,
    }
    tried = by_code(found)
    assert {code: each.value_idr for code, each in tried.items()} == pytest.approx(wanted, abs=0.01)
    assert all(each.gain_idr == each.value_idr for each in found.tried), "nobody earns anything alone"


def test_what_passes_otherwise_is_told_with_the_largest_first() -> None:
    _, found = asked(problem_of(small_network()))
    tried = by_code(found)
    shifts = [
        (each.giver, each.taker, each.before_kg, each.after_kg) for each in tried["harvest-lower"].shifts
    ]
    assert shifts == [(0, 2, 1000, 800), (1, 2, 200, 400)]
    gone = {(each.giver, each.after_kg) for each in tried["mill-lost"].shifts}
    assert gone == {(0, 0), (1, 0)}


def test_who_sells_to_the_local_trader_instead_is_told() -> None:
    local = [{"site": "a", "product": "gkp", "period": "*", "sell_idr_per_kg": 6550}]
    _, found = asked(problem_of(small_network() | {"local_trade": local}))
    lost = by_code(found)["mill-lost"]
    # In the plan A sells 300 there, because B, who has no trader, fills the mill with 500.
    assert lost.local_sales_kg == (700, 0, 0)
    assert lost.value_idr == 1000 * 50
    assert lost.gain_idr == 0


@pytest.mark.parametrize("count", [4])
def test_a_scenario_has_the_figures_of_a_run_of_the_changed_file(count: int) -> None:
    network = village_network(count) | {
        "format": "jejaring-network/2",
        "scenarios": [
            {"code": "dry", "table": "supplies", "field": "available_kg", "factor": 0.6},
            {"code": "dry", "table": "outlets", "field": "price_idr_per_kg", "row": "o1", "factor": 1.07},
            {"code": "full", "name": "No store", "table": "storages", "field": "capacity_kg", "factor": 0},
        ],
    }
    _, found = asked(problem_of(network))
    assert not found.standard
    assert [(each.code, each.name) for each in found.tried] == [
        ("dry", ""),
        ("full", "No store"),
        # Asked of every network.
        ("price-lower", ""),
        ("mill-lost", ""),
    ]
    dry, full = copy.deepcopy(network), copy.deepcopy(network)
    for row in dry["supplies"]:
        row["available_kg"] = row["available_kg"] * 6 / 10
    for row in dry["outlets"]:
        if row["code"] == "o1":
            row["price_idr_per_kg"] = row["price_idr_per_kg"] * 107 / 100
    for row in full["storages"]:
        row["capacity_kg"] = 0
    for each, changed in zip(found.tried[:2], (dry, full), strict=True):
        alone = solve(problem_of(changed), LIMITS)
        assert each.value_idr == pytest.approx(alone.value_idr, abs=0.01)
        assert each.surplus_idr == pytest.approx(alone.surplus_idr, abs=0.01)
        assert each.alone_idr == pytest.approx(alone.alone_idr, abs=0.01)


def test_market_payoffs_add_up_to_the_value() -> None:
    _, found = asked(problem_of(village_network(4)))
    assert sum(found.market_idr) == pytest.approx(found.value_idr, rel=1e-6)
    for each in found.tried:
        assert sum(each.market_idr) == pytest.approx(each.value_idr, rel=1e-6, abs=1)


def test_needs_that_cannot_be_met_are_said_in_words() -> None:
    network = second(
        needs=[{"site": "a", "product": "gkp", "period": "*", "kg": 1200}],
        local_trade=[{"site": "a", "product": "gkp", "period": "*", "buy_idr_per_kg": 9000}],
        scenarios=[
            {"code": "none", "table": "local_trade", "field": "most_buy_kg", "factor": 0},
            {"code": "more", "table": "needs", "field": "kg", "factor": 0.5},
        ],
    )
    _, found = asked(problem_of(network))
    none, more = found.tried[:2]
    assert none.why_not is not None
    assert none.why_not.code == "scenario.needs"
    assert more.why_not is None
    assert more.value_idr > found.value_idr


def test_a_scenario_that_would_earn_without_end_is_said_in_words() -> None:
    network = second(
        sources=[
            {
                "code": "s",
                "owner": "A",
                "site": "a",
                "product": "gkp",
                "period": "*",
                "price_idr_per_kg": 7000,
            }
        ],
        local_trade=[{"site": "a", "product": "gkp", "period": "*", "sell_idr_per_kg": 6000}],
        scenarios=[{"code": "x", "table": "local_trade", "field": "sell_idr_per_kg", "factor": 2}],
    )
    _, found = asked(problem_of(network))
    assert found.tried[0].why_not is not None
    assert found.tried[0].why_not.code == "scenario.endless"


def test_standard_scenarios_of_a_network_without_trade_still_have_figures() -> None:
    network = small_network() | {"outlets": [], "processes": []}
    plan, found = asked(problem_of(network))
    assert plan.value_idr == 0
    assert [each.code for each in found.tried] == ["hauling-dearer"]
    assert found.tried[0].shifts == ()


def test_a_lorry_with_an_owner_can_be_lost() -> None:
    network = second(
        vehicles=[{"code": "truk", "name": "Truk", "owner": "H", "capacity_kg": 500, "most_trips": 9}],
    )
    network["lanes"][0]["vehicle"] = "truk"
    network["lanes"][0]["km"] = 3
    _, found = asked(problem_of(network))
    lost = by_code(found)["lorry-lost"]
    assert lost.changes == ((Selector("vehicles", "most_trips", row="truk"), Decimal(0)),)
    hired = second(vehicles=[{"code": "truk", "capacity_kg": 500}])
    hired["lanes"][0] |= {"vehicle": "truk", "km": 3}
    _, found = asked(problem_of(hired))
    assert "lorry-lost" not in by_code(found)
