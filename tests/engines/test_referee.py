"""The referee judged first: worlds with numbers to be checked on paper, and bent plans caught."""

import copy
import importlib.util
import json
import subprocess
import sys
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.referee import games, grid, groups, model, networks, paths, plans, rents, rules, sharing
from tests.referee.bends import BENDS
from tests.referee.reading import Faulty
from tests.referee.worlds import (
    FAULTS,
    Object,
    chain_plan,
    lane,
    must_world,
    outlet,
    read,
    store,
    supply,
    world,
)

ROOT = Path(__file__).resolve().parents[2]


def value(network: Object, group: str | None = None, **more: Any) -> Any:
    """Return V of a group of one-letter parties, to be compared with a number on paper."""
    return pytest.approx(model.best_surplus(read(network), group, **more), abs=1e-6)


def test_a_price_step_holds_for_the_whole_quantity_once_it_is_reached() -> None:
    def sold(kg: Any) -> Object:
        return world(supplies=[supply(kg, 10)], outlets=[outlet(100, 12, steps=[(60, 13)])])

    assert value(sold(60)) == 60 * 3
    assert value(sold(59.5)) == 59.5 * 2
    assert value(sold(59.5), integer_flows=True) == 59 * 2
    flows = {
        "supplies": [{"site": "a", "product": "beras", "period": "t1", "kg": 60}],
        "outlets": [{"code": "oaberas", "period": "t1", "kg": 60}],
    }
    assert rules.surplus_lines(read(sold(60)), flows) == {"outlets": 780, "supplies": -600}


def test_a_step_above_most_is_never_reached() -> None:
    assert value(world(supplies=[supply(60, 10)], outlets=[outlet(50, 12, steps=[(60, 13)])])) == 50 * 2


def test_buying_more_for_the_lower_price_and_throwing_the_rest_away() -> None:
    source = {
        "code": "u",
        "owner": "A",
        "site": "a",
        "product": "beras",
        "period": "*",
        "most_kg": 20,
        "price_idr_per_kg": 9,
    }
    need = {"site": "a", "product": "beras", "period": "t1", "kg": 8, "worth_idr_per_kg": 10}
    assert value(world(sources=[source], needs=[need])) == 8 * (10 - 9)
    stepped = {**source, "steps": [{"from_kg": 10, "price_idr_per_kg": 6}]}
    assert value(world(sources=[stepped], needs=[need])) == 8 * 10 - 10 * 6


def test_what_is_held_is_costed_before_it_shrinks_and_opening_stock_is_whole() -> None:
    late = {**outlet(200, 5), "period": "t2"}
    assert (
        value(
            world(
                "t1 t2",
                storages=[store(cost_idr_per_kg=1, loss=0.1, opening_kg={"beras": 100})],
                outlets=[late],
            )
        )
        == 90 * 5 - 100
    )


def test_opening_stock_is_not_capped_but_what_is_held_is() -> None:
    rows = [{**outlet(30, 2), "period": "t1"}, {**outlet(100, 5), "period": "t2"}]
    assert (
        value(world("t1 t2", storages=[store(capacity_kg=40, opening_kg={"beras": 100})], outlets=rows))
        == 30 * 2 + 40 * 5
    )


def test_one_capacity_of_a_store_is_shared_by_its_products() -> None:
    both = store(products=["beras", "dedak"], capacity_kg=10, opening_kg={"beras": 8, "dedak": 8})
    rows = [{**outlet(99, 3), "period": "t2"}, {**outlet(99, 1, product="dedak"), "period": "t2"}]
    assert value(world("t1 t2", storages=[both], outlets=rows)) == 8 * 3 + 2 * 1


def test_stock_at_the_end_is_worth_nothing_and_still_costs() -> None:
    network = world(supplies=[supply(5, 2)], storages=[store(cost_idr_per_kg=1)])
    flows = {
        "supplies": [{"site": "a", "product": "beras", "period": "t1", "kg": 5}],
        "storages": [{"code": "g", "product": "beras", "period": "t1", "kg": 5}],
    }
    assert rules.broken_rules(read(network), flows) == []
    assert rules.surplus(read(network), flows) == -15
    assert value(network) == 0


def test_an_outlet_takes_nothing_or_at_least_its_least() -> None:
    assert value(world(supplies=[supply(5, 1)], outlets=[outlet(9, 10, least_kg=6)])) == 0
    assert value(world(supplies=[supply(6, 1)], outlets=[outlet(9, 10, least_kg=6)])) == 6 * 9


def test_a_need_that_must_be_met_adds_only_costs_and_a_helper_lowers_them() -> None:
    assert value(must_world(), "A") == -21
    assert value(must_world(), "B") == 0
    assert value(must_world()) == -9


def test_a_process_at_anothers_site_needs_both_parties() -> None:
    mill = {
        "code": "p",
        "owner": "A",
        "site": "b",
        "input": "padi",
        "outputs": {"beras": 0.5},
        "period": "*",
        "cost_idr_per_kg": 1,
    }
    network = world(
        supplies=[supply(10, 2, "b", "padi")], processes=[mill], outlets=[outlet(9, 10, "b", owner="B")]
    )
    assert (value(network, "A"), value(network, "B")) == (0, 0)
    assert value(network) == 5 * 10 - 10 * 3


def test_a_group_uses_nobodys_lanes_but_not_a_strangers_site() -> None:
    through_b = [lane("a", "b"), lane("b", "n", 1)]
    open_road = [lane("a", "m", 2), lane("m", "n", 1)]
    network = world(supplies=[supply(10, 1)], outlets=[outlet(10, 9, "n")], lanes=through_b + open_road)
    assert value(network, "A") == 10 * (9 - 1 - 3)
    assert value(network) == 10 * (9 - 1 - 1)


def test_a_given_lane_replaces_the_rule_for_the_products_that_it_lists() -> None:
    places = {"a": (0, 0), "b": (0, 1)}  # a degree of the equator: 111.195 km
    network = world(
        sites={"a": "A", "b": "A"},
        lane_rule={"detour": 1, "farthest_km": 112, "idr_per_kg": 1, "idr_per_kg_km": 0.01},
        supplies=[supply(10, 0), supply(10, 0, product="dedak")],
        outlets=[outlet(99, 10, "b"), outlet(99, 10, "b", "dedak")],
    )
    for site in network["sites"]:
        site["lat"], site["lon"] = places[site["code"]]
    by_rule = 10 * (10 - 1 - 0.01 * 111.19508)
    assert model.best_surplus(read(network)) == pytest.approx(2 * by_rule, abs=1e-4)
    network["lanes"] = [lane("a", "b", 5)]
    assert model.best_surplus(read(network)) == pytest.approx(by_rule + 50, abs=1e-4)
    network["lane_rule"]["farthest_km"] = 111
    assert value(network) == 50


def test_a_row_for_one_period_replaces_the_star_row_whole() -> None:
    rows = [{**outlet(10, 6), "period": "t2"}, outlet(10, 5, least_kg=8, steps=[(9, 7)])]
    assert value(world("t1 t2", supplies=[supply(5, 1)], outlets=rows)) == 5 * (6 - 1)


def test_one_capacity_and_one_fixed_cost_of_a_lane_are_shared_by_its_products() -> None:
    row = {**lane("a", "m", capacity_kg=10, fixed_cost_idr=20), "products": ["beras", "dedak"]}
    outlets = [outlet(99, 3, "m"), outlet(99, 1, "m", "dedak")]
    network = world(
        "t1 t2", supplies=[supply(8, 0), supply(8, 0, product="dedak")], outlets=outlets, lanes=[row]
    )
    assert value(network) == 2 * (8 * 3 + 2 * 1 - 20)
    row["fixed_cost_idr"] = 26
    assert value(network) == 0


def test_an_opening_cost_is_paid_in_each_period_that_is_used() -> None:
    mill = {
        "code": "p",
        "owner": "A",
        "site": "a",
        "input": "padi",
        "outputs": {"beras": 1},
        "period": "*",
        "opening_cost_idr": 9,
    }
    held = store(products=["padi"], cost_idr_per_kg=1)
    network = world(
        "t1 t2",
        supplies=[supply(5, 0, product="padi")],
        processes=[mill],
        outlets=[outlet(99, 4)],
        storages=[held],
    )
    assert value(network) == 10 * 4 - 5 * 1 - 9  # all of it milled in the second period
    network["storages"] = []
    assert value(network) == 10 * 4 - 2 * 9


def test_awkward_yields_leave_fractions_that_whole_sales_cannot_use() -> None:
    mill = {
        "code": "p",
        "owner": "A",
        "site": "a",
        "input": "padi",
        "outputs": {"beras": 0.532, "dedak": 0.0701},
        "period": "*",
    }
    network = world(
        supplies=[supply(100, 1, product="padi")],
        processes=[mill],
        outlets=[outlet(99, 10), outlet(99, 2, product="dedak")],
    )
    assert value(network) == 53.2 * 10 + 7.01 * 2 - 100
    assert value(network, integer_flows=True) == 53 * 10 + 7 * 2 - 100


def test_local_trade_goes_only_the_ways_that_have_a_price_up_to_its_limits() -> None:
    trade = {
        "site": "a",
        "product": "beras",
        "period": "*",
        "sell_idr_per_kg": 6,
        "buy_idr_per_kg": None,
        "most_sell_kg": 4.5,
    }
    network = world(supplies=[supply(10, 1)], local_trade=[trade])
    assert value(network) == 4.5 * 5
    assert value(network, integer_flows=True) == 4 * 5
    assert value(network, "B") == 0


def test_a_network_that_earns_without_limit_is_refused() -> None:
    network = world(supplies=[supply(None, 1)], outlets=[outlet(None, 2)])
    with pytest.raises(model.Unbounded):
        model.refuse_unbounded(read(network))
    with pytest.raises(model.Unbounded):
        model.best_surplus(read({**network, "outlets": [outlet(None, 2, least_kg=5)]}))


def test_choices_without_any_limit_are_decided_all_the_same() -> None:
    # The lanes a-m-a are a ring that costs nothing to go round, so no kg is the most.
    ring = [lane("a", "m", fixed_cost_idr=7), lane("m", "a"), lane("m", "n", 1)]
    network = world(supplies=[supply(None, 3)], outlets=[outlet(10, 5, "n", least_kg=1)], lanes=ring)
    assert value(network) == 10 * (5 - 3 - 1) - 7
    assert value({**network, "outlets": [outlet(6, 5, "n")]}) == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_a_network_with_a_fault_is_refused_by_name(fault: str) -> None:
    with pytest.raises(Faulty) as caught:
        read(world(**FAULTS[fault]))
    assert fault in str(caught.value)


def test_the_model_and_the_grid_agree_on_every_group_of_tiny_networks() -> None:
    for seed in range(25):
        network = read(networks.tiny(seed))
        for group in [*groups.proper_groups(network.parties), frozenset(network.parties)]:
            best = model.best_plan(network, group, integer_flows=True)
            flows = model.flow_rows(best.kg)
            assert rules.broken_rules(groups.cut(network, group), flows) == [], f"seed {seed}"
            assert rules.surplus(network, flows) == pytest.approx(best.value_idr)
            assert grid.best_surplus(network, group) == pytest.approx(best.value_idr), (
                f"seed {seed} {set(group)}"
            )


def test_two_groups_apart_never_do_better_than_together() -> None:
    for seed in range(20):
        game = games.game_of(read(networks.tiny(seed)))
        for one, other in combinations(game, 2):
            if not one & other:
                assert game[one | other] >= game[one] + game[other] - 1e-6, f"seed {seed}"


def test_generated_networks_are_valid_bounded_and_repeatable() -> None:
    for draw in (networks.small, networks.yesno, networks.tiny):
        for seed in range(6):
            network = read(draw(seed))
            model.refuse_unbounded(network)
            best = model.best_plan(network)
            slack = Fraction(1, 1000)
            assert rules.broken_rules(network, model.flow_rows(best.kg, whole=False), False, slack) == []
    assert networks.text(networks.small(3)) == networks.text(networks.small(3))
    assert rents.is_linear(read(networks.linear(1, 40, 3)))


@pytest.mark.skipif(importlib.util.find_spec("ortools") is None, reason="ortools is not installed")
@pytest.mark.parametrize(
    "network",
    [networks.small(1), networks.yesno(1), networks.linear(2, 12, 3)],
    ids=["small", "yesno", "linear"],
)
def test_another_solver_finds_the_same_value(network: Object, tmp_path: Path) -> None:
    file = tmp_path / "network.json"
    file.write_bytes(networks.text(network))
    command = [sys.executable, "-m", "tests.referee.other_solver", str(file)]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert float(printed) == pytest.approx(model.best_surplus(read(network)), rel=1e-8)


def game_of(**worths: float) -> games.Game:
    """Return the game with these values by group letters; unnamed groups are worth 0."""
    letters = max(worths, key=len)
    every = [frozenset(c) for size in range(1, len(letters) + 1) for c in combinations(letters, size)]
    return {group: float(worths.get("".join(sorted(group)), 0)) for group in every}


def assert_even_core(game: games.Game, payoff: dict[str, float], epsilon: float) -> None:
    """Check the most even core point of parties A, B and C, in rupiah."""
    found, found_epsilon = games.even_core(game, "ABC")
    assert found == pytest.approx(payoff, abs=1e-5)
    assert found_epsilon == pytest.approx(epsilon, abs=1e-5)


def test_the_most_even_core_point_of_small_games() -> None:
    gloves = game_of(AC=6, BC=6, ABC=6)  # two left gloves A and B, one right glove C
    assert_even_core(gloves, {"A": 0, "B": 0, "C": 6}, epsilon=0)
    apart = game_of(AB=6, ABC=9)
    assert_even_core(apart, {"A": 3, "B": 3, "C": 3}, epsilon=0)
    held = game_of(AB=8, ABC=9)  # A and B could have 8, so C gets 1
    assert_even_core(held, {"A": 4, "B": 4, "C": 1}, epsilon=0)
    empty = game_of(AB=6, AC=6, BC=6, ABC=6)  # three pairs of 6, only 6 to share
    assert_even_core(empty, {"A": 2, "B": 2, "C": 2}, epsilon=2)
    # Alone 3, 1 and 0. AB = 9 leaves C at most 1; AC = 8.5 leaves B a gain of 0.5; A has the rest.
    steps = {**game_of(A=3, B=1, AB=9, BC=2, ABC=10), frozenset("AC"): 8.5}
    assert_even_core(steps, {"A": 7.5, "B": 1.5, "C": 1}, epsilon=0)


def test_the_nucleolus_is_that_of_a_package_with_exact_arithmetic() -> None:
    coopgame = pytest.importorskip("coopgame")
    for seed in range(8):
        network = read(networks.tiny(seed))
        game, parties = games.game_of(network), sorted(network.parties)
        order = [
            [p for bit, p in enumerate(parties) if mask >> bit & 1] for mask in range(1, 2 ** len(parties))
        ]
        values = [Fraction(game[frozenset(group)]).limit_denominator(10**6) for group in order]
        exact = coopgame.nucleolus_exact(values)["allocation"]
        mine = games.nucleolus(game, parties)
        assert [mine[p] for p in parties] == pytest.approx([float(x) for x in exact], abs=1e-4), (
            f"seed {seed}"
        )


def test_whole_rupiah_go_to_the_largest_remainders() -> None:
    assert games.largest_remainder({"A": 1.2, "B": 2.7, "C": 3.6}, 7) == {"A": 1, "B": 3, "C": 3}
    assert games.largest_remainder({"A": -1.5, "B": 4.0}, 2) == {"A": -2, "B": 4}


def test_the_chain_is_shared_as_on_paper() -> None:
    data, plan = chain_plan()
    assert plan["value_idr"] == pytest.approx(80)
    assert plan["alone_idr"] == pytest.approx({"A": 0, "B": 20, "C": 10})
    payoff = {rule: entry["payoff_idr"] for rule, entry in plan["sharing"].items()}
    assert payoff["equal"] == {"A": 25, "B": 45, "C": 10}
    # 10, 14 and 10 kg of 34: 14.71, 20 + 20.59 and 10 + 14.71.
    assert payoff["volume"] == {"A": 15, "B": 40, "C": 25}
    # Rice at m costs what B's own does there, 4: the outlet earns 12 * 5, A's supply 10 * (4 - 1 - 2).
    assert payoff["market"] == {"A": 10, "B": 60, "C": 10}
    assert payoff["even_core"] == {"A": 25, "B": 45, "C": 10}
    network = rules.read(data)
    assert paths.trading_parties(network, plan["flows"]) == {"A", "B"}
    assert paths.inseparable_parties(network, plan["flows"]) == {"A", "B"}
    assert sharing.volume_kg(network, plan["flows"]) == {"A": 10, "B": 14, "C": 10}
    assert sharing.faults_of_plan(data, plan) == []


@pytest.fixture(scope="module")
def right() -> tuple[bytes, Object]:
    """The chain and its right plan, made once."""
    return chain_plan()


@pytest.mark.parametrize("name", BENDS)
def test_a_bent_plan_is_caught(name: str, right: tuple[bytes, Object]) -> None:
    data, plan = right
    bend, told = BENDS[name]
    bent = copy.deepcopy(plan)
    bend(bent)
    faults = sharing.faults_of_plan(data, bent)
    assert any(told in fault for fault in faults), faults


def test_goods_that_only_pass_may_be_called_trade_or_not() -> None:
    # A's rice goes through B's site to A's own outlet at m.
    network = read(
        world(supplies=[supply(5, 1)], outlets=[outlet(9, 5, "m")], lanes=[lane("a", "b"), lane("b", "m")])
    )
    flows = model.flow_rows(model.best_plan(network).kg)
    assert paths.trading_parties(network, flows) == {"A", "B"}
    assert paths.inseparable_parties(network, flows) == set()


def test_goods_on_one_heap_may_be_anyones_until_the_sums_say_otherwise() -> None:
    # Both bring 5 to m; each sells there. 4 and 6 cannot be their own, 5 and 5 can.
    def heap(most: int) -> tuple[Any, Object]:
        outlets = [outlet(most, 9, "m"), outlet(10 - most, 9, "m", owner="B", code="ob")]
        lanes = [lane("a", "m"), lane("b", "m")]
        network = read(world(supplies=[supply(5, 1), supply(5, 1, "b")], outlets=outlets, lanes=lanes))
        return network, model.flow_rows(model.best_plan(network).kg)

    assert paths.inseparable_parties(*heap(4)) == {"A", "B"}
    assert paths.inseparable_parties(*heap(5)) == set()
    assert paths.trading_parties(*heap(5)) == {"A", "B"}


def test_rents_at_any_prices_are_never_below_the_best_surplus() -> None:
    network = read(networks.linear(7, 6, 2))
    best = model.best_plan(network)
    dual = {
        (site, product, period): Fraction(price)
        for (site, product, period), price in model.site_prices(network, best.made).items()
    }
    flows = model.flow_rows(best.kg, whole=False)
    at_dual = rents.rents(network, dual, flows)
    assert float(at_dual.total_idr()) == pytest.approx(best.value_idr, rel=1e-8)
    assert at_dual.unproved == []
    for share in (Fraction(1, 2), Fraction(9, 10), Fraction(11, 10)):
        bent = {node: price * share for node, price in dual.items()}
        found = rents.rents(network, bent, flows)
        assert found.unproved or found.total_idr() > best.value_idr


def test_a_must_met_need_left_out_and_a_least_not_reached_are_caught() -> None:
    assert any("must be met" in fault for fault in rules.broken_rules(read(must_world()), {}))
    network = read(world(supplies=[supply(9, 1)], outlets=[outlet(9, 10, least_kg=6)]))
    flows = {
        "supplies": [{"site": "a", "product": "beras", "period": "t1", "kg": 5}],
        "outlets": [{"code": "oaberas", "period": "t1", "kg": 5}],
    }
    assert any("neither 0 nor at least" in fault for fault in rules.broken_rules(network, flows))


def test_a_full_lane_and_a_full_store_are_caught_over_all_their_products() -> None:
    row = {**lane("a", "m", capacity_kg=10), "products": ["beras", "dedak"]}
    held = store(products=["beras", "dedak"], capacity_kg=10, opening_kg={"beras": 20, "dedak": 20})
    network = read(world(lanes=[row], storages=[held]))
    moved = [
        {"from": "a", "to": "m", "product": product, "period": "t1", "kg": 6}
        for product in ("beras", "dedak")
    ]
    kept = [{"code": "g", "product": product, "period": "t1", "kg": 6} for product in ("beras", "dedak")]
    broken = rules.broken_rules(network, {"lanes": moved, "storages": kept})
    assert len(broken) == 2
    assert all("12 kg is above capacity_kg 10" in fault for fault in broken)


@pytest.mark.parametrize(
    "network",
    [
        must_world(),
        networks.linear(4, 5, 2),
        networks.linear(4, 1, 2),
        networks.coreless(1),
        networks.small(7),
        *map(networks.tiny, range(8)),
    ],
)
def test_right_plans_of_random_networks_have_no_faults(network: Object) -> None:
    data = networks.text(network)
    plan = plans.right_plan(data, known := games.game_of(rules.read(data)))
    assert sharing.faults_of_plan(data, json.loads(json.dumps(plan)), game=known) == []
