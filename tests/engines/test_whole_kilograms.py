"""Whole kilograms: every rule is kept exactly, and what that costs is bounded."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.engines import judged as judging
from tests.engines.judged import Judged, Object
from tests.referee import grid, networks, rules
from tests.referee.worlds import lane, outlet, store, supply, world


def planned(network: Object) -> Judged:
    """Return a network with its plan; nothing here is about shares."""
    return judging.planned(network, shared=False)


def assert_kept(judged: Judged) -> None:
    """Check that all flows are whole and keep every rule, and that the surplus is theirs."""
    flows = judged.document["flows"]
    assert all(isinstance(row["kg"], int) and row["kg"] > 0 for rows in flows.values() for row in rows)
    assert rules.broken_rules(judged.network, flows) == []
    assert float(rules.surplus(judged.network, flows)) == pytest.approx(judged.plan.surplus_idr, abs=1e-4)
    near = max(1.0, 1e-9 * abs(judged.plan.value_idr))
    assert judged.plan.surplus_idr <= judged.plan.value_idr + near


def price_bound_idr(judged: Judged) -> float:
    """Return what whole kilograms may cost at most where there are no choices and no rings.

    Each way that is used loses less than a kilogram to the rounding of its own limit; at each balance
    less than a kilogram stays lying. Yields are at most 1, so every kilogram missing somewhere is at
    most one missing at the end, where it would have brought the dearest price at most.
    """
    network = judged.network
    dearest = max(float(row["price_idr_per_kg"]) for row in network.outlets.values())
    ways = sum(len(rows) for rows in judged.document["flows"].values())
    found, _ = rules.amounts(judged.network, judged.document["flows"])
    balances = len(rules.net_kg(judged.network, found))
    return dearest * (ways + balances)


@pytest.mark.parametrize("kind", ["tiny", "yesno", "coreless"])
def test_whole_kilograms_of_random_networks_keep_every_rule(kind: str) -> None:
    for seed in range(500, 560 if kind == "tiny" else 508):
        assert_kept(planned(getattr(networks, kind)(seed)))


def test_whole_kilograms_of_linear_networks_cost_no_more_than_what_stays_lying() -> None:
    for seed in range(600, 612):
        judged = planned(networks.linear(seed, 6 + seed % 20, 1 + seed % 4))
        assert_kept(judged)
        assert judged.plan.value_idr - judged.plan.surplus_idr <= price_bound_idr(judged)


def test_on_networks_of_tonnes_they_cost_little() -> None:
    # Thousands of kilograms go each way, so a kilogram is less than a thousandth of what it is part of.
    for seed in range(600, 612):
        plan = planned(networks.linear(seed, 20, 3)).plan
        assert plan.value_idr - plan.surplus_idr <= 5e-3 * plan.value_idr


def test_no_kilogram_is_lost_where_everything_is_whole() -> None:
    network = world(
        "t1 t2",
        supplies=[supply(7, 1), supply(8, 2, "b")],
        storages=[store(capacity_kg=5)],
        lanes=[lane("a", "m", 1, capacity_kg=6), lane("b", "m", 1)],
        outlets=[outlet(11, 9, "m"), {**outlet(3, 8), "code": "oa"}],
    )
    judged = planned(network)
    assert_kept(judged)
    assert judged.plan.surplus_idr == pytest.approx(judged.plan.value_idr)
    assert judged.plan.surplus_idr == pytest.approx(float(grid.best_surplus(judged.network)))


# --- what must be reached from below


def farms(*kg: float, ways: int = 0) -> Object:
    """Return rice of three farms that meets at nobody's site m, over so many sites between."""
    sites = {"a": "A", "b": "B", "c": "C", "m": None} | {f"w{number}": None for number in range(ways)}
    chain = [*(f"w{number}" for number in range(ways)), "m"]
    return world(
        sites=sites,
        supplies=[supply(each, 2, site) for each, site in zip(kg, "abc", strict=True)],
        lanes=[
            *(lane(site, chain[0], 1) for site in "abc"),
            *(lane(one, other) for one, other in itertools.pairwise(chain)),
        ],
    )


@pytest.mark.parametrize("ways", [0, 1, 4])
@pytest.mark.parametrize("kg", [(40, 40, 40), (40.9, 40.5, 40.1), (100.7, 10.9, 9.3), (60.4, 60.4, 0.9)])
def test_a_price_step_reached_exactly_is_not_lost_where_goods_suffice(
    kg: tuple[float, float, float], ways: int
) -> None:
    threshold = sum(int(each) for each in kg)
    rows = [outlet(500, 9, "m", steps=[(threshold, 12)])]
    judged = planned(farms(*kg, ways=ways) | {"outlets": rows})
    assert_kept(judged)
    assert judged.kg("outlets", "omberas", "t1") == threshold
    assert judged.plan.surplus_idr == pytest.approx(threshold * (12 - 3))


@pytest.mark.parametrize("field", ["least", "step"])
def test_a_quantity_that_whole_kilograms_cannot_reach_is_given_up_and_the_next_best_done(field: str) -> None:
    # 100.2 kg in fractions, 99 in whole kilograms; the least or the step is 100.
    special = {"least_kg": 100} if field == "least" else {"steps": [(100, 12)]}
    rows = [{**outlet(500, 9, "m", **special), "code": "o"}, {**outlet(50, 5, "m"), "code": "p"}]
    judged = planned(farms(33.4, 33.4, 33.4) | {"outlets": rows})
    assert_kept(judged)
    assert judged.plan.value_idr == pytest.approx(100.2 * (6 if field == "least" else 9))
    assert judged.plan.surplus_idr == pytest.approx(50 * (5 - 3) if field == "least" else 99 * 6)


def mill(share: float, **more: Any) -> Object:
    """Return A's mill at a."""
    row = {"code": "p", "owner": "A", "site": "a", "input": "padi", "outputs": {"beras": share}}
    return {**row, "period": "*", "capacity_kg": None, "cost_idr_per_kg": 0, **more}


@pytest.mark.parametrize(
    ("paddy", "share", "rice"), [(200, 0.5, 100), (1000, 0.532, 532), (1000, 0.6499, 649)]
)
def test_a_least_quantity_behind_a_mill_is_reached_where_goods_suffice(
    paddy: int, share: float, rice: int
) -> None:
    network = world(
        sites={"a": "A"},
        supplies=[supply(paddy, 2, product="padi")],
        processes=[mill(share)],
        outlets=[outlet(rice, 30, least_kg=rice)],
    )
    judged = planned(network)
    assert_kept(judged)
    assert judged.kg("outlets", "oaberas", "t1") == rice


def test_a_source_is_bought_up_to_its_step_though_less_is_used() -> None:
    source = {**outlet(100, 10, steps=[(50, 5)]), "code": "u"}
    judged = planned(world(sites={"a": "A"}, sources=[source], outlets=[outlet(40, 20)]))
    assert_kept(judged)
    assert (judged.kg("sources", "u", "t1"), judged.kg("outlets", "oaberas", "t1")) == (50, 40)
    assert judged.plan.surplus_idr == pytest.approx(550)


@pytest.mark.parametrize("share", [0.5, 0.532, 0.333])
def test_a_need_that_must_be_met_is_met_in_full_out_of_parts_of_a_kilogram(share: float) -> None:
    network = world(
        sites={"a": "A"},
        supplies=[supply(10.7, 2, product="padi")],
        processes=[mill(share)],
        needs=[{"site": "a", "product": "beras", "period": "t1", "kg": 7, "worth_idr_per_kg": None}],
        local_trade=[{"site": "a", "product": "beras", "period": "*", "buy_idr_per_kg": 90}],
    )
    judged = planned(network)
    assert_kept(judged)
    assert judged.kg("needs", "a", "beras", "t1") == 7
    # As few as possible are bought: what 10 whole kg of paddy don't make.
    assert judged.kg("local_purchases", "a", "beras", "t1") == 7 - int(10 * share)


def test_limits_over_several_products_hold_in_whole_kilograms() -> None:
    network = world(
        supplies=[supply(50, 1), supply(50, 1, product="dedak")],
        lanes=[{**lane("a", "m", 0, capacity_kg=20.9), "products": ["beras", "dedak"]}],
        outlets=[outlet(12.6, 9, "m"), outlet(50, 8, "m", "dedak")],
    )
    judged = planned(network)
    assert_kept(judged)
    # 12.6 and 8.3 kg in fractions, for 8 and 7 rupiah each; a kilogram of either may be lost.
    assert judged.plan.value_idr == pytest.approx(12.6 * 8 + 8.3 * 7)
    assert judged.plan.surplus_idr >= 11 * 8 + 7 * 7


def test_what_would_only_be_thrown_away_is_not_bought_or_hauled() -> None:
    # Ten kg of paddy make 5.32 of rice, of which 5 can be sold: 9.4 kg would do, so it's ten.
    network = world(
        supplies=[supply(1000, 2, product="padi")],
        lanes=[{**lane("a", "b", 1), "products": ["padi"]}],
        processes=[mill(0.532, site="b", owner="B")],
        outlets=[outlet(5, 90, "b", owner="B")],
    )
    judged = planned(network)
    assert_kept(judged)
    assert judged.kg("outlets", "obberas", "t1") == 5
    assert judged.kg("supplies", "a", "padi", "t1") == judged.kg("processes", "p", "t1") == 10


@pytest.mark.slow
def test_whole_kilograms_of_many_random_networks_keep_every_rule() -> None:
    for seed in range(10_000, 10_400):
        assert_kept(planned(networks.tiny(seed)))
        if seed % 20 == 0:
            assert_kept(planned(networks.yesno(seed)))
