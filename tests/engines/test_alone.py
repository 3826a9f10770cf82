"""What parties make alone, what groups make, and that V grows when groups join."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from jejaring.engines.planning import solve
from tests.engines.judged import Object, of_group, planned, read
from tests.referee import games, groups, model, networks, rules
from tests.referee.worlds import chain, lane, must_world, outlet, store, supply, world


def alone(network: Object) -> dict[str, Any]:
    """Return what each party makes alone, to be compared with numbers on paper."""
    problem = read(network)
    return dict(zip(problem.parties.codes, map(pytest.approx, solve(problem).alone_idr), strict=True))


def test_the_parties_of_the_chain_make_alone_what_they_make_on_paper() -> None:
    assert alone(chain()) == {"A": 0, "B": 20, "C": 10}


def test_a_need_that_must_be_met_is_met_alone_too_at_the_local_price() -> None:
    assert alone(must_world()) == {"A": -21, "B": 0}


def test_a_process_at_anothers_site_is_nobodys_alone() -> None:
    mill = {"code": "p", "owner": "B", "site": "a", "input": "padi", "outputs": {"beras": 1}, "period": "*"}
    network = world(
        supplies=[supply(9, 1, product="padi")],
        processes=[{**mill, "capacity_kg": 9, "cost_idr_per_kg": 0}],
        outlets=[outlet(9, 4)],
    )
    assert alone(network) == {"A": 0, "B": 0}
    assert solve(read(network)).value_idr == pytest.approx(27)


def test_stock_and_channel_at_anothers_site_are_nobodys_alone() -> None:
    network = world(
        storages=[store(site="b", opening_kg={"beras": 5})], outlets=[outlet(9, 4, "b", owner="B")]
    )
    assert alone(network) == {"A": 0, "B": 0}
    assert solve(read(network)).value_idr == pytest.approx(20)


def test_nobodys_sites_and_the_lanes_between_them_are_everybodys() -> None:
    network = world(
        supplies=[supply(5, 1, "a"), supply(5, 1, "b")],
        outlets=[{**outlet(9, 4, "n", owner=owner), "code": f"o{owner}"} for owner in "AB"],
        lanes=[lane("a", "m"), lane("b", "m", 1), lane("m", "n")],
    )
    # Both pass m to n; each copy of the market stands for itself.
    assert alone(network) == {"A": 15, "B": 10}


def test_a_choice_that_does_not_pay_alone_is_left_alone() -> None:
    network = world(
        supplies=[supply(5, 1, "a"), supply(5, 1, "b")],
        outlets=[outlet(20, 4, "m", least_kg=8), {**outlet(20, 2, "m", owner="B"), "code": "oB"}],
        lanes=[lane("a", "m", fixed_cost_idr=3), lane("b", "m", fixed_cost_idr=3)],
    )
    assert alone(network) == {"A": 0, "B": 2}
    assert solve(read(network)).value_idr == pytest.approx(30 - 6)


def test_alone_values_of_more_parties_than_groups_can_be_listed_are_the_referees() -> None:
    for network in (networks.linear(7, 25, 3), networks.small(21)):
        problem = read(network)
        judge = rules.read(networks.text(network))
        for party, told in zip(problem.parties.codes, solve(problem).alone_idr, strict=True):
            assert told == pytest.approx(model.best_surplus(judge, [party]), rel=1e-6, abs=1e-3)


@pytest.mark.parametrize(
    ("kind", "seeds"),
    [("tiny", range(60, 72)), ("coreless", range(20, 24)), ("yesno", range(40, 42))],
    ids=["tiny", "coreless", "yesno"],
)
def test_groups_apart_never_make_more_than_together(kind: str, seeds: range) -> None:
    for seed in seeds:
        network = getattr(networks, kind)(seed)
        parties = frozenset(row["code"] for row in network["parties"])
        every = [*groups.proper_groups(parties), parties]
        worth = {group: solve(read(of_group(network, group))).value_idr for group in every}
        near = 1e-6 * max(1.0, abs(worth[parties])) + 1e-6
        for one, other in combinations(every, 2):
            if not one & other:
                assert worth[one | other] >= worth[one] + worth[other] - near, f"seed {seed}"
        alone_idr = planned(network).document["alone_idr"]
        assert {p: worth[frozenset([p])] for p in parties} == pytest.approx(alone_idr, rel=1e-6, abs=1e-3)


def test_every_group_of_linear_networks_is_worth_what_the_referee_says() -> None:
    for seed in range(50, 53):
        network = networks.linear(seed, 5, 2)
        game = games.game_of(rules.read(networks.text(network)))
        for group, worth in game.items():
            assert solve(read(of_group(network, group))).value_idr == pytest.approx(worth, rel=1e-6, abs=1e-3)
