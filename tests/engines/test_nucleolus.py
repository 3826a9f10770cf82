"""The nucleolus against a package that works in fractions, and its check against points that aren't it."""

from __future__ import annotations

import random
from fractions import Fraction

import coopgame
import numpy as np
import pytest

from jejaring.engines.errors import Refusal
from jejaring.engines.planning import share, solve
from jejaring.engines.planning.sharing import nucleolus as ours
from tests.engines.judged import Object, faults, planned, read
from tests.referee import games, networks
from tests.referee.worlds import lane, outlet, supply, world


def superadditive(seed: int) -> tuple[int, list[int]]:
    """Return the parties and the worths, by binary number, of a drawn game: uniting never costs anything."""
    draw = random.Random(seed)
    parties = draw.choice([2, 3, 4, 5, 6])
    worth = [0] * 2**parties
    for number in range(1, 2**parties):
        worth[number] = draw.choice([0, draw.randrange(60 if number & (number - 1) == 0 else 300)])
        part = (number - 1) & number
        while part:
            worth[number] = max(worth[number], worth[part] + worth[number ^ part])
            part = (part - 1) & number
    return parties, worth


@pytest.mark.parametrize("seed", range(40))
def test_it_is_the_package_s_to_the_last_fraction(seed: int) -> None:
    parties, worth = superadditive(seed)
    groups = np.array(
        [[number >> i & 1 for i in range(parties)] for number in range(1, 2**parties - 1)], dtype=bool
    )
    alone = [worth[1 << i] for i in range(parties)]
    floors = np.array(worth[1:-1], dtype=float) - groups @ np.array(alone, dtype=float)
    found = ours.nucleolus(groups, floors, float(worth[-1] - sum(alone)))
    right = coopgame.nucleolus_exact(worth[1:])["allocation"]
    assert [mine + own for mine, own in zip(found.gains, alone, strict=True)] == [
        Fraction(each) for each in right
    ]
    assert found.proved


@pytest.mark.parametrize("seed", range(12))
def test_the_check_refuses_what_is_moved_a_little_from_it(seed: int) -> None:
    parties, worth = superadditive(seed)
    groups = np.array(
        [[number >> i & 1 for i in range(parties)] for number in range(1, 2**parties - 1)], dtype=float
    )
    exact = coopgame.nucleolus_exact(worth[1:])["allocation"]
    point = np.array([float(each) for each in exact])
    assert ours._kohlberg(groups, np.array(worth[1:-1], dtype=float), point)
    point[:2] += [0.01, -0.01]
    assert not ours._kohlberg(groups, np.array(worth[1:-1], dtype=float), point)


def gloves(sellers: int) -> Object:
    """Return so many parties with 10 kg each, and one with an outlet for as many kg."""
    places = {f"s{k}": f"S{k}" for k in range(sellers)}
    return world(
        sites={**places, "b": "B", "m": None},
        supplies=[supply(10, 2, site) for site in places],
        outlets=[outlet(10 * sellers, 8, "m", owner="B")],
        lanes=[lane(site, "m") for site in places],
    )


def test_a_buyer_and_sellers_halve_what_each_brings() -> None:
    # Each seller brings 60, only with the buyer: 30 of each stay with it, whatever the others do.
    judged = planned(gloves(3))
    assert judged.payoff("nucleolus") == {"S0": 30, "S1": 30, "S2": 30, "B": 90}
    assert faults(judged) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["tiny", "coreless", "yesno"])
def test_it_stands_before_the_referee(kind: str) -> None:
    for seed in range(60, 64):
        judged = planned(getattr(networks, kind)(seed))
        if len(judged.network.parties) <= 6:
            game = games.game_of(judged.network)
            assert judged.document["sharing"]["nucleolus"]["settled"]
            assert faults(judged, game) == []


def test_above_twelve_parties_it_is_not_offered_and_refused_when_asked_for() -> None:
    problem = read(gloves(12))
    plan = solve(problem)
    assert "nucleolus" not in [each.rule for each in share(problem, plan, rules=None)]
    with pytest.raises(Refusal, match="too many"):
        share(problem, plan, rules=["nucleolus"])


def test_who_gets_nothing_for_what_the_network_needs_could_object() -> None:
    # Two sellers of 10 kg, an outlet of 15: without either 30 is lost, and prices give both nothing.
    network = world(
        sites={"a": "A", "b": "B", "c": "C", "m": None},
        supplies=[supply(10, 2, "a"), supply(10, 2, "b")],
        outlets=[outlet(15, 8, "m", owner="C")],
        lanes=[lane(site, "m") for site in "ab"],
    )
    entry = planned(network).document["sharing"]["market"]
    assert entry["payoff_idr"] == {"A": 0, "B": 0, "C": 90}
    assert entry["objections"] == [
        {"kind": "unpaid", "parties": ["A"], "idr": 30},
        {"kind": "unpaid", "parties": ["B"], "idr": 30},
    ]


def test_the_others_object_to_one_who_gets_more_than_it_brings() -> None:
    # A brings 10 kg, B one, and C has the outlet: a gain of 66.
    network = world(
        sites={"a": "A", "b": "B", "c": "C", "m": None},
        supplies=[supply(10, 2, "a"), supply(1, 2, "b")],
        outlets=[outlet(15, 8, "m", owner="C")],
        lanes=[lane(site, "m") for site in "ab"],
    )
    entry = planned(network).document["sharing"]["equal"]
    # 22 each, but without B only 6 are lost.
    above = [each for each in entry["objections"] if each["kind"] == "above"]
    assert above == [{"kind": "above", "parties": ["B"], "idr": 16}]
    assert entry["worst_group"] == ["A", "C"]
