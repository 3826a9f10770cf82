"""Goods that don't keep: how long they are held in all stores together, whoever moves them."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from random import Random

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from jejaring.engines.planning import solver
from jejaring.engines.planning.evaluate import broken_rules
from jejaring.engines.planning.families import program
from jejaring.engines.planning.plan import FlowTable
from jejaring.engines.planning.plan_file import write_plan
from jejaring.engines.planning.plan_reading import read_plan
from jejaring.engines.planning.schema import plan_schema
from jejaring.engines.planning.sharing import worths
from jejaring.engines.planning.trimming import trimmed
from tests.engines.version_two import Object, Solved, second, solved
from tests.referee.worlds import lane, outlet, store, supply


def keeps(network: Object, periods: int | None) -> Object:
    """Return `network` with rice that keeps for so many period ends."""
    products = [
        {**row, "shelf_life_periods": periods} if row["code"] == "beras" else row
        for row in network["products"]
    ]
    return {**network, "products": products}


def sold_over_time(life: int | None, **more: object) -> Object:
    """Return A's 100 kg in t1, a store, and a buyer of 30 kg in each of four periods, dearer every time."""
    network = second(
        "t1 t2 t3 t4",
        supplies=[supply(100, 1, period="t1")],
        outlets=[{**outlet(30, 10 * k), "period": f"t{k}"} for k in (1, 2, 3, 4)],
        storages=[store(**more)],
    )
    return keeps(network, life)


def held(found: Solved) -> list[tuple[str, int, int]]:
    """Return period, age and kilograms of all that is held."""
    rows = found.document["flows"]["storages"]
    return [(row["period"], row.get("age_periods", 0), row["kg"]) for row in rows]


@pytest.mark.parametrize(
    ("life", "sold"),
    [
        (None, {"t1": 10, "t2": 30, "t3": 30, "t4": 30}),
        (3, {"t1": 10, "t2": 30, "t3": 30, "t4": 30}),
        (2, {"t1": 30, "t2": 30, "t3": 30, "t4": 0}),
        (1, {"t1": 30, "t2": 30, "t3": 0, "t4": 0}),
        (0, {"t1": 30, "t2": 0, "t3": 0, "t4": 0}),
    ],
)
def test_nothing_is_held_longer_than_it_keeps(life: int | None, sold: dict[str, int]) -> None:
    found = solved(sold_over_time(life))
    assert {period: found.kg("outlets", period=period) for period in sold} == sold
    earned = sum(int(period[1]) * 10 * kg for period, kg in sold.items()) - sum(sold.values())
    assert found.plan.value_idr == found.plan.bound_idr == found.plan.surplus_idr == earned
    assert found.plan.certificate.bound_proof == "duals"


def test_the_age_of_what_is_held_stands_in_the_plan() -> None:
    found = solved(sold_over_time(2))
    assert held(found) == [("t1", 0, 60), ("t2", 1, 30)]
    # All of the harvest can't be sold in time: one more kilogram is worth what it costs.
    assert found.price("a", "t1") == 1
    assert all(row.get("age_periods", 0) <= 2 for row in found.document["prices"])
    jsonschema.validate(found.document, plan_schema())


def test_goods_that_keep_for_all_periods_are_told_no_age() -> None:
    for life in (None, 3, 9):
        written = json.dumps(solved(sold_over_time(life)).document)
        assert "age_periods" not in written


def test_moving_makes_nothing_younger() -> None:
    # Two stores of two co-ops: through both of them, rice still keeps for one period end.
    network = second(
        "t1 t2 t3",
        supplies=[supply(100, 1, period="t1")],
        outlets=[{**outlet(None, 10, "b", owner="B"), "period": "t3"}],
        storages=[store(), store(code="h", owner="B", site="b")],
        lanes=[lane("a", "b"), lane("b", "a")],
    )
    assert solved(keeps(network, None)).plan.value_idr == 900
    assert solved(keeps(network, 1)).plan.value_idr == 0
    sold_before = {**network, "outlets": [{**outlet(None, 10, "b", owner="B"), "period": "t2"}]}
    assert solved(keeps(sold_before, 1)).plan.value_idr == 900


def test_older_goods_are_carried_with_their_age() -> None:
    network = second(
        "t1 t2 t3",
        supplies=[supply(100, 1, period="t1")],
        outlets=[{**outlet(None, 10, "b", owner="B"), "period": "t2"}],
        storages=[store()],
        lanes=[lane("a", "b", 1)],
    )
    found = solved(keeps(network, 1))
    (carried,) = found.document["flows"]["lanes"]
    assert (carried["period"], carried["age_periods"], carried["kg"]) == ("t2", 1, 100)
    # B pays what older rice is worth where it arrives: all that the buyer pays.
    assert found.hand_overs() == [("A", "B", "sale", "t2", 100, 10)]
    assert found.payoff("market") == {"A": 800, "B": 0}


def test_what_is_made_of_old_goods_is_new() -> None:
    network = second(
        "t1 t2 t3",
        supplies=[supply(100, 1, product="padi", period="t1")],
        processes=[{"code": "p", "owner": "A", "site": "a", "input": "padi", "outputs": {"beras": 0.5},
                    "period": "t2"}],
        outlets=[{**outlet(None, 10), "period": "t3"}],
        storages=[store(products=["beras", "padi"])],
    )  # fmt: skip
    network["products"][0]["shelf_life_periods"] = 1
    assert solved(keeps(network, 1)).plan.value_idr == 400
    assert solved(keeps(network, 0)).plan.value_idr == 0
    network["products"][0]["shelf_life_periods"] = 0
    assert solved(keeps(network, 1)).plan.value_idr == 0


def test_opening_stock_is_new_in_the_first_period() -> None:
    network = second(
        "t1 t2 t3",
        outlets=[{**outlet(None, 10), "period": period} for period in ("t2", "t3")],
        storages=[store(opening_kg={"beras": 40}, capacity_kg=25)],
    )
    assert solved(keeps(network, 1)).plan.value_idr == 250
    assert solved(keeps(network, 0)).plan.value_idr == 0


def test_a_store_has_room_for_all_ages_together() -> None:
    network = second(
        "t1 t2 t3",
        supplies=[supply(50, 1, period=period) for period in ("t1", "t2")],
        outlets=[{**outlet(60, price), "period": period} for price, period in ((5, "t2"), (9, "t3"))],
        storages=[store(capacity_kg=40)],
    )
    found = solved(keeps(network, 1))
    # t2 has its own 50 kg and 40 of t1: 60 are sold there and the other 30 kept for t3, which must be new.
    assert held(found) == [("t1", 0, 40), ("t2", 0, 40)]
    assert found.plan.value_idr == 50 * 5 + 40 * 9 - 90
    scarce = [(row["table"], row["product"], row["period"]) for row in found.document["scarce"]]
    assert ("storages", "beras", "t2") in scarce


def test_a_lane_and_a_lorry_carry_all_ages_together() -> None:
    network = second(
        "t1 t2 t3",
        supplies=[supply(50, 1, period=period) for period in ("t1", "t2")],
        outlets=[{**outlet(None, 9, "m"), "period": "t2"}],
        storages=[store()],
        lanes=[lane("a", "m", capacity_kg=80)],
    )
    assert solved(keeps(network, 1)).kg("outlets") == 80
    network["lanes"] = [lane("a", "m", vehicle="v", km=1)]
    network["vehicles"] = [{"code": "v", "owner": "B", "capacity_kg": 35, "most_trips": 2}]
    found = solved(keeps(network, 1))
    assert found.kg("outlets") == 70
    assert found.payoff("market") == {"A": 0, "B": 70 * 8}


def test_losses_in_store_and_on_the_way_come_on_top() -> None:
    network = second(
        "t1 t2 t3",
        supplies=[supply(100, 1, period="t1")],
        outlets=[{**outlet(None, 10, "m"), "period": "t2"}],
        storages=[store(loss=0.1)],
        lanes=[lane("a", "m", loss=0.1)],
    )
    found = solved(keeps(network, 1))
    assert found.kg("outlets") == 81
    assert found.plan.value_idr == pytest.approx(710)


def test_flows_that_keep_goods_too_long_or_call_them_younger_break_a_rule() -> None:
    found = solved(sold_over_time(2), shared=False)
    flows, stored = found.plan.flows, found.plan.flows.storages
    assert broken_rules(found.problem, flows) == ()
    too_old = FlowTable(stored.row, stored.period, stored.kg, stored.age + 1)
    assert "shelf_life" in broken_rules(found.problem, replace(flows, storages=too_old))
    # Everything held on in t2 called new, though what is new was never there then.
    younger = FlowTable(stored.row, stored.period, stored.kg, stored.age * 0)
    assert broken_rules(found.problem, replace(flows, storages=younger)) == ("balance",)
    # Kept on in t3 instead of sold there.
    more = (np.append(each, new) for each, new in zip(vars(stored).values(), (0, 2, 30, 2), strict=True))
    kept = replace(flows, storages=FlowTable(*more), outlets=FlowTable(*(
        each[:2] for each in vars(flows.outlets).values()
    )))  # fmt: skip
    assert broken_rules(found.problem, kept) == ("shelf_life",)


def test_flows_of_goods_that_keep_have_no_age() -> None:
    found = solved(sold_over_time(None), shared=False)
    stored = found.plan.flows.storages
    aged = FlowTable(stored.row, stored.period, stored.kg, stored.age + 1)
    assert "shelf_life" in broken_rules(found.problem, replace(found.plan.flows, storages=aged))


def test_a_plan_with_ages_is_read_as_it_was_written() -> None:
    found = solved(sold_over_time(2))
    written = write_plan(found.problem, found.plan, found.shares)
    plan, shares = read_plan(found.problem, written)
    assert write_plan(found.problem, plan, shares) == written
    assert broken_rules(found.problem, plan.flows) == ()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), min_size=2, max_size=5),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), min_size=5, max_size=5),
    st.integers(0, 4),
    st.one_of(st.none(), st.integers(0, 60)),
    st.sampled_from([0, 0.1, 0.25]),
)
def test_every_kilogram_is_followed_from_harvest_to_sale(
    harvests: list[tuple[int, int]],
    sales: list[tuple[int, int]],
    life: int,
    room: int | None,
    loss: float,
) -> None:
    """The same network as pairs of (harvest, sale) at most `life` periods apart, without any ages."""
    count = len(harvests)
    network = second(
        " ".join(f"t{k}" for k in range(count)),
        supplies=[supply(kg, cost, period=f"t{k}") for k, (kg, cost) in enumerate(harvests)],
        outlets=[{**outlet(kg, price), "period": f"t{k}"} for k, (kg, price) in enumerate(sales[:count])],
        storages=[store(capacity_kg=room, loss=loss)],
    )
    found = solved(keeps(network, life), shared=False)
    ways = [(start, end) for start in range(count) for end in range(start, min(count, start + life + 1))]
    gains = [sales[end][1] * (1 - loss) ** (end - start) - harvests[start][1] for start, end in ways]
    rows, limits = [], []
    for k in range(count):
        rows.append([1.0 if start == k else 0.0 for start, _ in ways])
        limits.append(harvests[k][0])
        rows.append([(1 - loss) ** (end - start) if end == k else 0.0 for start, end in ways])
        limits.append(sales[k][0])
        if room is not None:
            rows.append([(1 - loss) ** (k - start) if start <= k < end else 0.0 for start, end in ways])
            limits.append(room)
    best = linprog(-np.array(gains), A_ub=np.array(rows), b_ub=np.array(limits), method="highs")
    assert best.fun is not None
    assert found.plan.value_idr == pytest.approx(-best.fun, abs=1e-4)
    assert found.plan.surplus_idr <= found.plan.value_idr + 1e-6
    assert broken_rules(found.problem, found.plan.flows) == ()


def drawn(seed: int) -> Object:
    """Return three parties, rice that keeps for one or two of four periods, stores and lanes all over."""
    random = Random(f"perishable {seed}")
    sites = {"a": "A", "b": "B", "c": "C", "m": None}
    network = second("t1 t2 t3 t4", sites=sites)
    network["supplies"] = [
        supply(random.randint(3, 40), random.randint(1, 5), site, random.choice(["beras", "padi"]), period)
        for site in "abc"
        for period in ("t1", "t2", "t3")
        if random.random() < 0.7
    ]
    keys = {(row["site"], row["product"], row["period"]): row for row in network["supplies"]}
    network["supplies"] = list(keys.values())
    network["outlets"] = [
        {**outlet(random.randint(3, 40), random.randint(3, 25), random.choice("abcm")), "code": f"o{k}",
         "owner": random.choice("ABC"), "period": random.choice(["*", "t2", "t3", "t4"]),
         "least_kg": random.choice([0, 0, 0, 5])}
        for k in range(4)
    ]  # fmt: skip
    network["processes"] = [
        {"code": "p", "owner": random.choice("ABC"), "site": random.choice("abc"), "input": "padi",
         "outputs": {"beras": 0.75}, "period": "*", "capacity_kg": random.choice([None, 20])}
    ]  # fmt: skip
    network["storages"] = [
        store(code=f"g{k}", owner=random.choice("ABC"), site=random.choice("abcm"),
              products=["padi", "beras"], capacity_kg=random.choice([None, 15, 60]),
              cost_idr_per_kg=random.choice([0, 0.5]), loss=random.choice([0, 0.125]),
              opening_kg=random.choice([{}, {"beras": 7.5}]))
        for k in range(3)
    ]  # fmt: skip
    network["lanes"] = [
        {**lane(start, end, random.randint(0, 2)), "products": ["padi", "beras"],
         "loss": random.choice([0, 0.05]), "fixed_cost_idr": random.choice([0, 0, 10])}
        for start in sites for end in sites
        if start != end and random.random() < 0.6
    ]  # fmt: skip
    network["products"][0]["shelf_life_periods"] = random.choice([None, 1])
    return keeps(network, random.choice([1, 2]))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_plans_of_goods_that_dont_keep_hold_together(seed: int) -> None:
    network = drawn(seed)
    found: Solved = solved(network)
    assert broken_rules(found.problem, found.plan.flows) == ()
    longer = solved(keeps(network, None), shared=False).plan.value_idr
    shorter = solved(keeps(network, 0), shared=False).plan.value_idr
    assert shorter - 1e-6 <= found.plan.value_idr <= longer + 1e-6
    # Value is no more than what parties can make by themselves in groups, and payoffs are whole.
    joint = trimmed(program(found.problem))[0]
    worth = worths.every_group(joint, solver.Limits())
    assert max(value for value, _ in worth.values()) <= found.plan.value_idr + 1e-6
    for share in found.shares:
        assert sum(share.payoff_idr) == int(Fraction(found.plan.value_idr).__floor__())
    if not found.problem.lanes.fixed_cost_idr.numerators.any() and not found.plan.certificate.yes_no_choices:
        market = next(share for share in found.shares if share.rule == "market")
        assert market.stable


def worth_of_batches(network: Object, life: int) -> float:
    """Return the best value of a network of rice, lanes and stores: each batch (what comes in, in one period)
    goes its own way, and no way holds it over more than `life` period ends.
    """
    periods = [row["code"] for row in network["periods"]]
    sites = [row["code"] for row in network["sites"]]
    spots = [(b, site, t) for b in range(len(periods)) for site in sites for t in range(b, len(periods))]
    balance = {spot: number for number, spot in enumerate(spots)}
    gains: list[float] = []
    limits: list[float] = [0.0] * len(balance)
    entries: list[tuple[int, int, float]] = []
    shared: dict[object, int] = {}

    def flow(
        gain: float, key: object, limit: float | None, *ends: tuple[tuple[int, str, int], float]
    ) -> None:
        """Add a flow that takes from (1) or gives to (below 0) balances, within a shared limit."""
        entries.extend((balance[spot], len(gains), share) for spot, share in ends)
        if limit is not None:
            if key not in shared:
                shared[key] = len(limits)
                limits.append(limit)
            entries.append((shared[key], len(gains), 1.0))
        gains.append(gain)

    for k, row in enumerate(network["supplies"]):
        t = periods.index(row["period"])
        flow(-row["cost_idr_per_kg"], ("supply", k), row["available_kg"], ((t, row["site"], t), -1.0))
    for b in range(len(periods)):
        for k, row in enumerate(network["outlets"]):
            for t in range(b, len(periods)):
                if row["period"] in ("*", periods[t]):
                    flow(
                        row["price_idr_per_kg"], ("outlet", k, t), row["most_kg"], ((b, row["site"], t), 1.0)
                    )
        for k, row in enumerate(network["storages"]):
            for t in range(b, min(len(periods) - 1, b + life)):
                here, later = (b, row["site"], t), (b, row["site"], t + 1)
                kept = (later, row["loss"] - 1.0)
                flow(-row["cost_idr_per_kg"], ("store", k, t), row["capacity_kg"], (here, 1.0), kept)
        for k, row in enumerate(network["lanes"]):
            for t in range(b, len(periods)):
                left = ((b, row["to"], t), row["loss"] - 1.0)
                sent = ((b, row["from"], t), 1.0)
                flow(-row["cost_idr_per_kg"], ("lane", k, t), row["capacity_kg"], sent, left)
    matrix = np.zeros((len(limits), len(gains)))
    for at, column, share in entries:
        matrix[at, column] += share
    best = linprog(-np.array(gains), A_ub=matrix, b_ub=np.array(limits), method="highs")
    assert best.fun is not None
    return float(-best.fun)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(25))
def test_batches_that_go_their_own_ways_earn_as_much(seed: int) -> None:
    network = drawn(seed)
    random = Random(f"batches {seed}")
    life = random.choice([0, 1, 2])
    network["processes"] = []
    network["supplies"] = [row for row in network["supplies"] if row["product"] == "beras"]
    network["outlets"] = [{**row, "least_kg": 0} for row in network["outlets"]]
    network["storages"] = [{**row, "products": ["beras"], "opening_kg": {}} for row in network["storages"]]
    network["lanes"] = [
        {**row, "products": ["beras"], "fixed_cost_idr": 0,
         "capacity_kg": random.choice([None, 4, 12]) if row["from"] != "m" and row["to"] != "m" else None}
        for row in network["lanes"]
    ]  # fmt: skip
    found = solved(keeps(network, life), shared=False)
    assert found.plan.value_idr == pytest.approx(worth_of_batches(network, life), rel=1e-7, abs=1e-3)
    assert found.plan.certificate.bound_proof == "duals"
