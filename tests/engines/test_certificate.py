"""What proves the value: prices under which nothing earns too much, and the bound added up again."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import pytest

from jejaring.engines.errors import Refusal
from jejaring.engines.planning import Limits, share, solve
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from tests.engines.judged import Judged, Object, planned, read
from tests.referee import networks, rents
from tests.referee.reading import exact
from tests.referee.worlds import chain, lane, outlet, store, supply, world

ROUNDED_IDR_PER_KG = 1e-5
"""Prices in plan.json keep six decimals; a way may seem to gain a few millionths by that."""


def rents_of(judged: Judged) -> rents.Rents:
    """Return what each party's limits are worth at the plan's prices, added up by the referee."""
    prices = {node: exact(price) for node, price in judged.prices.items()}
    return rents.rents(judged.network, prices, judged.document["flows"])


def gains_without_limit(judged: Judged) -> dict[str, float]:
    """Return what a kilogram gains, at the plan's prices, on every way that has no limit.

    Said once more from the format: what goods bring where they arrive, less what they are worth where
    they leave and what the way costs.
    """
    network, prices = judged.network, judged.prices

    def worth(site: str, product: str, period: str) -> float:
        return prices.get((site, product, period), 0.0)

    after = dict(zip(network.periods, network.periods[1:], strict=False))
    gains: dict[str, float] = {}
    for row in network.lane_rows.values():
        if row["capacity_kg"] is None and not row["fixed_cost_idr"]:
            for product in row["products"]:
                for period in network.periods:
                    ends = worth(row["to"], product, period) - worth(row["from"], product, period)
                    name = f"{row['from']}-{row['to']} {product} {period}"
                    gains[name] = ends - float(row["cost_idr_per_kg"])
    for (code, period), row in network.processes.items():
        if row["capacity_kg"] is None and not row["opening_cost_idr"]:
            made = sum(float(share) * worth(row["site"], p, period) for p, share in row["outputs"].items())
            spent = worth(row["site"], row["input"], period) + float(row["cost_idr_per_kg"])
            gains[f"{code} {period}"] = made - spent
    for code, row in network.storages.items():
        for product in row["products"] if row["capacity_kg"] is None else ():
            for period, later in after.items():
                kept = float(1 - row["loss"]) * worth(row["site"], product, later)
                now = worth(row["site"], product, period)
                gains[f"{code} {product} {period}"] = kept - now - float(row["cost_idr_per_kg"])
    for node, row in network.local_trade.items():
        if row["sell_idr_per_kg"] is not None and row["most_sell_kg"] is None:
            gains[f"sale {node}"] = float(row["sell_idr_per_kg"]) - worth(*node)
        if row["buy_idr_per_kg"] is not None and row["most_buy_kg"] is None:
            gains[f"purchase {node}"] = worth(*node) - float(row["buy_idr_per_kg"])
    return gains


def without_limits(network: Object, every: int) -> Object:
    """Return a linear network in which every so many lanes, mills, stores and sales have no limit."""
    for table, field in (("lanes", "capacity_kg"), ("processes", "capacity_kg"), ("storages", "capacity_kg")):
        for row in network[table][::every]:
            row[field] = None
    for row in network["local_trade"][::every]:
        row["most_sell_kg"] = None
    return network


@pytest.mark.parametrize("seed", range(6))
def test_nothing_gains_without_limit_at_the_prices_told(seed: int) -> None:
    judged = planned(without_limits(networks.linear(800 + seed, 10, 3), 2))
    gains = gains_without_limit(judged)
    assert len(gains) > 60
    # Ways to which goods never come carry nothing; the referee leaves them out.
    unproved = rents_of(judged).unproved
    assert unproved == []
    near = ROUNDED_IDR_PER_KG
    assert {name: gain for name, gain in gains.items() if gain > near} == {}


@pytest.mark.parametrize("seed", range(6))
def test_the_bound_of_a_linear_network_can_be_added_up_again_from_its_prices(seed: int) -> None:
    judged = planned(networks.linear(900 + seed, 8 + seed, 1 + seed % 4))
    assert judged.document["bound_proof"] == "duals"
    total = rents_of(judged).total_idr()
    assert float(total) == pytest.approx(judged.plan.bound_idr, rel=1e-9, abs=0.01)
    assert judged.plan.bound_idr == pytest.approx(judged.plan.value_idr, rel=1e-9)
    assert judged.plan.certificate.linear_bound_idr == pytest.approx(judged.plan.bound_idr, rel=1e-12)
    assert judged.plan.gap >= 0


def test_every_partys_market_payoff_is_its_part_of_the_bound() -> None:
    judged = planned(networks.linear(17, 12, 2))
    found = rents_of(judged).idr
    for party, idr in judged.payoff("market").items():
        assert idr == pytest.approx(float(found.get(party, Fraction(0))), abs=1.01)


def test_the_prices_of_the_chain_are_those_on_paper() -> None:
    # B's own rice is the dearest that the outlet at m still takes: 2 and 2 for the way.
    judged = planned(chain())
    assert judged.prices["m", "beras", "t1"] == pytest.approx(4)
    assert judged.prices["b", "beras", "t1"] == pytest.approx(2)
    assert judged.prices["a", "beras", "t1"] == pytest.approx(3)


def test_one_more_unit_of_a_scarce_limit_is_worth_what_the_plan_says() -> None:
    network = chain()
    before = planned(network)
    told = {(each.table, each.row): each.worth_idr_per_kg for each in before.plan.scarce}
    # One kg more of A's rice spares one of B's: 4 - 3. One more of the outlet earns 9 - 4.
    assert told["supplies", 0] == pytest.approx(1)
    assert told["outlets", 0] == pytest.approx(5)
    network["supplies"][0]["available_kg"] += 1
    assert planned(network).plan.value_idr == pytest.approx(before.plan.value_idr + 1)
    network["outlets"][0]["most_kg"] += 1
    assert planned(network).plan.value_idr == pytest.approx(before.plan.value_idr + 6)


def test_the_proof_of_a_network_with_choices_says_what_it_rests_on() -> None:
    linear, chosen = planned(chain()).plan, planned(networks.yesno(2)).plan
    assert (linear.certificate.yes_no_choices, linear.certificate.bound_proof) == (0, "duals")
    assert {check.code for check in linear.certificate.checks} >= {"check.duals", "check.whole"}
    assert chosen.certificate.yes_no_choices > 0
    assert chosen.certificate.bound_proof == "solver"
    assert {check.code for check in chosen.certificate.checks} >= {"check.fixed", "check.whole"}
    # With its choices fixed, the plan is proved as well as any linear one.
    assert chosen.certificate.linear_bound_idr == pytest.approx(chosen.value_idr, rel=1e-8)


def test_what_proves_a_plan_stands_in_it() -> None:
    plan = solve(read(chain()), Limits(gap=1e-4, seed=7))
    certificate = plan.certificate
    assert (certificate.solver, certificate.seed, certificate.gap_asked) == ("HiGHS", 7, 1e-4)
    assert certificate.solver_version


def cut_short(problem: Problem, seconds: float) -> Plan | None:
    """Return what was found in the time; None where nothing was, and the engine says so."""
    try:
        return solve(problem, Limits(seconds=seconds))
    except Refusal as refused:
        if "time" not in str(refused).lower():
            raise
        return None


@pytest.mark.parametrize("seed", [6, 7, 8, 9])
@pytest.mark.parametrize("seconds", [1e-3, 0.02])
def test_a_plan_cut_short_by_time_is_never_called_the_best(seed: int, seconds: float) -> None:
    network = networks.small(seed)
    problem = read(network)
    best = solve(problem).value_idr
    plan = cut_short(problem, seconds)
    if plan is None:
        return
    assert all(math.isfinite(number) for number in (plan.value_idr, plan.bound_idr, plan.gap))
    near = 1e-6 * max(1.0, abs(best)) + 1
    assert plan.value_idr <= best + near
    assert plan.bound_idr >= best - near
    assert plan.gap == pytest.approx((plan.bound_idr - plan.value_idr) / max(1.0, abs(plan.bound_idr)))
    assert (plan.status == "optimal") == (plan.gap <= 1e-6)
    if plan.status == "optimal":
        assert plan.value_idr >= best - near


def test_a_wide_gap_is_kept_and_a_narrow_one_too() -> None:
    problem = read(networks.yesno(11))
    for gap in (0.2, 1e-2, 1e-6):
        plan = solve(problem, Limits(gap=gap))
        assert plan.status == "optimal"
        assert 0 <= plan.gap <= gap


def test_the_lines_of_the_surplus_add_up_to_it() -> None:
    network = world(
        "t1 t2",
        supplies=[{**supply(10, 2), "period": "t1"}],
        storages=[store(cost_idr_per_kg=1, loss=0.5)],
        lanes=[lane("a", "b", 3, fixed_cost_idr=7)],
        outlets=[{**outlet(4, 30, "b"), "period": "t2"}],
    )
    judged = planned(network)
    lines = judged.document["surplus_lines"]
    # 8 kg bought, held and halved, 4 hauled: 120 - 16 - 8 - 12 - 7.
    told = {name: idr for name, idr in lines.items() if idr}
    assert told == {
        "outlet_sales_idr": 120, "supplies_idr": 16, "holding_idr": 8, "lanes_idr": 12, "lanes_fixed_idr": 7,
    }  # fmt: skip
    assert judged.plan.surplus_idr == 120 - 16 - 8 - 12 - 7


def test_limits_are_not_changed_by_solving() -> None:
    limits = Limits(seconds=60)
    solve(read(chain()), limits)
    assert limits == replace(Limits(), seconds=60)


def test_a_mill_without_capacity_behind_an_opening_cost_proves_its_value() -> None:
    problem = read(
        {
            "format": "jejaring-network/1",
            "periods": [{"code": "t1"}],
            "products": [{"code": "padi"}, {"code": "beras"}],
            "parties": [{"code": "A"}, {"code": "B"}],
            "sites": [{"code": "a", "party": "A"}, {"code": "b", "party": "B"}],
            "supplies": [
                {"site": "a", "product": "padi", "period": "t1", "available_kg": 100, "cost_idr_per_kg": 1}
            ],
            "local_trade": [{"site": "a", "product": "padi", "period": "t1", "buy_idr_per_kg": 9999}],
            "processes": [
                {
                    "code": "p",
                    "owner": "A",
                    "site": "a",
                    "input": "padi",
                    "outputs": {"beras": 0.6499999},
                    "period": "*",
                    "capacity_kg": None,
                    "opening_cost_idr": 10,
                }
            ],
            "outlets": [
                {
                    "code": "o",
                    "owner": "A",
                    "site": "a",
                    "product": "beras",
                    "period": "*",
                    "most_kg": 500,
                    "price_idr_per_kg": 13731.256,
                }
            ],
        }
    )
    plan = solve(problem)
    assert plan.certificate.linear_bound_idr == pytest.approx(plan.value_idr, abs=0.01)
    (market,) = share(problem, plan, ["market"])
    assert market.payoff_idr == (892421, 0)
