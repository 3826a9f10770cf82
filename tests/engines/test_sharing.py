"""Who gets what: the rules on paper, and claims of stability checked by a package for such games."""

from __future__ import annotations

from fractions import Fraction

import coopgame
import pytest

from jejaring.engines.planning import share, solve
from jejaring.engines.planning.plan import Rule
from tests.engines.judged import Judged, Object, faults, planned, read
from tests.referee import games, groups, networks
from tests.referee.worlds import chain, lane, outlet, store, supply, world

ABC = {"a": "A", "b": "B", "c": "C", "m": None}


def test_the_chain_is_shared_as_on_paper() -> None:
    judged = planned(chain())
    assert judged.document["alone_idr"] == {"A": 0, "B": 20, "C": 10}
    # G = 50. A and B trade: 25 each.
    assert judged.payoff("equal") == {"A": 25, "B": 45, "C": 10}
    # 10, 14 and 10 kg of 34: 14.71, 20 + 20.59 and 10 + 14.71.
    assert judged.payoff("volume") == {"A": 15, "B": 40, "C": 25}
    # Rice at m costs what B's own does there, 4: the outlet earns 12 * 5, A's supply 10 * (4 - 1 - 2).
    assert judged.payoff("market") == {"A": 10, "B": 60, "C": 10}
    assert judged.payoff("even_core") == {"A": 25, "B": 45, "C": 10}
    assert judged.traders() == {"A", "B"}


def test_what_the_others_would_lose_without_a_party_is_told() -> None:
    document = planned(chain()).document
    # V(N) = 80. Without A, B and C make 30; without B, A and C make 10; without C, A and B make 70.
    assert document["needed_idr"] == {"A": 50, "B": 70, "C": 10}


def test_what_a_party_pays_beside_the_prices_makes_its_payoff_and_adds_up_to_nothing() -> None:
    judged = planned(chain())
    for entry in judged.document["sharing"].values():
        settled = entry["settlement_idr"]
        assert sum(settled.values()) == 0
        for party, idr in entry["payoff_idr"].items():
            assert settled[party] == idr - judged.payoff("market")[party]


def test_a_group_that_could_do_better_is_named_with_its_gain() -> None:
    # C makes 10 alone and gets 25 by volume, so A and B lose 15 together by staying.
    entry = planned(chain()).document["sharing"]["volume"]
    assert entry["worst_group"] == ["A", "B"]
    assert entry["worst_group_gain_idr"] == 15
    assert entry["worst_group_proved"] == "exact"
    assert not entry["stable"]


def contracts(*kg: int) -> Object:
    """Return three parties with 100 kg each, and contracts of which any two can fill one."""
    return world(
        sites=ABC,
        supplies=[supply(100, 50, site) for site in "abc"],
        outlets=[{**outlet(200, 80, "m", owner=owner, least_kg=200), "code": f"o{owner}"} for owner in "ABC"],
        lanes=[lane(site, "m") for site in "abc"],
    )


def test_an_empty_core_is_told_by_how_much() -> None:
    # Any two make 200 * 30 = 6000, and so do all three: each pair must forgo 2000.
    judged = planned(contracts())
    assert judged.plan.value_idr == pytest.approx(6000)
    entry = judged.document["sharing"]["even_core"]
    assert entry["payoff_idr"] == {"A": 2000, "B": 2000, "C": 2000}
    assert entry["epsilon_idr"] == pytest.approx(2000, abs=1)
    assert entry["worst_group_gain_idr"] == pytest.approx(2000, abs=1)
    assert len(entry["worst_group"]) == 2
    assert not entry["stable"]
    assert faults(judged) == []


def test_the_party_whom_the_others_cannot_do_without_gets_it_all_where_they_compete() -> None:
    # Two have goods without end and one has the outlet: prices give the sellers nothing.
    network = world(
        sites=ABC,
        supplies=[supply(10, 2, "a"), supply(10, 2, "b")],
        outlets=[outlet(10, 8, "m", owner="C")],
        lanes=[lane(site, "m") for site in "abc"],
    )
    judged = planned(network)
    assert judged.payoff("market") == {"A": 0, "B": 0, "C": 60}
    assert judged.payoff("even_core") == {"A": 0, "B": 0, "C": 60}
    assert faults(judged) == []


def test_a_network_without_rows_is_shared_without_complaint() -> None:
    # A party without any site, too.
    for network in (world(), world(sites={"b": "B"}) | {"parties": [{"code": "B"}, {"code": "C"}]}):
        judged = planned(network)
        assert all(set(entry["payoff_idr"].values()) == {0} for entry in judged.document["sharing"].values())
        assert faults(judged) == []


def test_a_single_party_gets_everything() -> None:
    judged = planned(world(sites={"a": "A"}, supplies=[supply(10, 2)], outlets=[outlet(10, 5)]))
    assert [judged.payoff(rule) for rule in judged.document["sharing"]] == [{"A": 30}] * 5
    assert {entry["worst_group_gain_idr"] for entry in judged.document["sharing"].values()} == {0}


def test_whose_stock_lies_at_anothers_site_may_trade_or_not_but_shares_add_up() -> None:
    network = world(
        sites={"d": "D", "c": "C"},
        supplies=[supply(1, 0, "d")],
        outlets=[outlet(1, 19, "c", owner="C")],
        storages=[store(site="d", opening_kg={"beras": 3}, capacity_kg=0)],
        lanes=[lane("d", "c", capacity_kg=1)],
    )
    judged = planned(network | {"parties": [{"code": code} for code in "ACD"]})
    assert judged.plan.value_idr == pytest.approx(19)
    assert faults(judged) == []


def test_a_loss_of_a_party_that_must_be_served_is_shared_too() -> None:
    judged = planned(
        world(
            needs=[{"site": "a", "product": "beras", "period": "t1", "kg": 3, "worth_idr_per_kg": None}],
            local_trade=[{"site": "a", "product": "beras", "period": "*", "buy_idr_per_kg": 7}],
            supplies=[supply(9, 2, "b")],
            lanes=[lane("b", "a", 1)],
        )
    )
    # Alone -21 and 0, together -9: the gain of 12 in equal parts.
    assert judged.payoff("equal") == {"A": -15, "B": 6}
    assert judged.payoff("even_core") == {"A": -15, "B": 6}
    assert faults(judged) == []


def test_only_the_rules_asked_for_are_computed_and_they_are_the_same() -> None:
    problem = read(networks.tiny(3))
    plan = solve(problem)
    every = {each.rule: each for each in share(problem, plan)}
    assert list(every) == ["equal", "volume", "market", "even_core", "nucleolus"]
    (one,) = share(problem, plan, rules=["even_core"])
    assert one == every["even_core"]
    again = share(problem, plan, rules=["market", "equal"])
    assert again == (every["market"], every["equal"])


# --- the package for cooperative games


def packaged(judged: Judged) -> tuple[coopgame.Game, list[str]]:
    """Return the referee's worths of all groups as the package's game, and the order of parties."""
    parties = sorted(judged.network.parties)
    game = games.game_of(judged.network)
    values = []
    for mask in range(1, 2 ** len(parties)):
        group = frozenset(party for bit, party in enumerate(parties) if mask >> bit & 1)
        values.append(float(Fraction(game[group]).limit_denominator(10**6)))
    return coopgame.Game(values), parties


DRAWN = [
    *((f"tiny {seed}", networks.tiny(seed)) for seed in range(40, 52)),
    *((f"coreless {seed}", networks.coreless(seed)) for seed in range(8)),
    *((f"linear {seed}", networks.linear(seed, 4 + seed % 2, 2)) for seed in range(3)),
    ("yesno 9", networks.yesno(9)),
]


@pytest.mark.parametrize(("name", "network"), DRAWN, ids=[name for name, _ in DRAWN])
def test_what_is_said_of_the_core_holds_in_the_package(name: str, network: Object) -> None:
    judged = planned(network)
    game, parties = packaged(judged)
    entry = judged.document["sharing"]["even_core"]
    # Whole rupiah and the search's gap may cost each member of a group a rupiah.
    near = len(parties) + 1e-6 * max(1.0, abs(judged.plan.value_idr))
    least = max(0.0, coopgame.least_core(game, domain="preimputation")["epsilon"])
    assert entry["epsilon_idr"] == pytest.approx(least, abs=near)
    assert entry["stable"] == (least <= near) or abs(least - len(parties)) <= near
    for rule, told in judged.document["sharing"].items():
        payoff = [told["payoff_idr"][party] for party in parties]
        excess = max(
            float(game.value([parties.index(party) for party in group]))
            - sum(payoff[parties.index(party)] for party in group)
            for group in groups.proper_groups(parties)
        )
        assert told["worst_group_gain_idr"] >= excess - near, rule
        if told["stable"]:
            assert excess <= 2 * near, rule
        if told["worst_group_proved"] == "exact":
            assert told["worst_group_gain_idr"] == pytest.approx(excess, abs=near), rule
    if name.startswith("linear"):
        assert game.has_nonempty_core()
        assert judged.document["sharing"]["market"]["stable"]


def test_contracts_that_pairs_compete_for_have_an_empty_core_in_the_package_too() -> None:
    game, _ = packaged(planned(contracts()))
    assert not game.has_nonempty_core()


# --- what no payoff may break


@pytest.mark.parametrize("kind", ["yesno", "linear", "coreless"])
def test_payoffs_are_whole_add_up_and_even_core_leaves_nobody_below_alone(kind: str) -> None:
    for seed in range(30, 34):
        network = networks.linear(seed, 12, 2) if kind == "linear" else getattr(networks, kind)(seed)
        # With twelve parties the nucleolus takes long, and has tests of its own.
        rules: tuple[Rule, ...] = ("equal", "volume", "market", "even_core")
        judged = planned(network, rules=rules if kind == "linear" else None)
        whole = int(judged.plan.value_idr // 1)
        for entry in judged.document["sharing"].values():
            assert all(isinstance(idr, int) for idr in entry["payoff_idr"].values())
            assert sum(entry["payoff_idr"].values()) == whole
        even = judged.document["sharing"]["even_core"]
        for party, idr in even["payoff_idr"].items():
            assert idr >= judged.document["alone_idr"][party] - even["epsilon_idr"] - 2
