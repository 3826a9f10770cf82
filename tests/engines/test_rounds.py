"""A matching round planned again: what is kept, what is barred, what a counter comes to."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jejaring.engines.errors import Refusal
from jejaring.engines.planning import rounds, solve
from jejaring.engines.planning.network_file import write_network
from jejaring.engines.planning.rounds.ways import ways
from tests.engines import judged
from tests.referee import networks_two
from tests.referee.worlds import Object, lane, outlet, supply, world

A, B, C = 0, 1, 2


def market(**more: object) -> Object:
    """Return A and B with 10 kg each, and C who sells 12 kg at 9 at its own site c and 5 kg at m at 8."""
    return world(
        "t1 t2",
        sites={"a": "A", "b": "B", "c": "C", "d": "C", "m": None},
        supplies=[supply(10, 1), supply(10, 2, "b")],
        outlets=[outlet(12, 9, "c", owner="C"), outlet(5, 8, "m", owner="C")],
        lanes=[lane("a", "c", 1), lane("b", "c", 1), lane("a", "m", 1), lane("a", "d", 3), lane("d", "c")],
        **more,
    )


def replanned(agreed: rounds.Agreed) -> rounds.Replanned:
    """Return the market planned again."""
    problem = judged.read(market())
    return rounds.replanned(problem, solve(problem), agreed)


def kg(again: rounds.Replanned, giver: int, taker: int, kind: str = "goods", period: int = 0) -> int:
    """Return what passes in a period of the new plan."""
    handed = ways(again.problem, again.plan).handed
    return sum(
        whole
        for each, (whole, _) in handed.items()
        if (each.giver, each.taker, each.kind, each.period) == (giver, taker, kind, period)
    )


def test_a_declined_pair_hands_over_nothing_at_any_site() -> None:
    again = replanned(rounds.Agreed(barred=(rounds.Pair(C, A),)))
    assert again.not_barred == ()
    assert (kg(again, A, C), kg(again, A, C, "marketing"), kg(again, B, C)) == (0, 0, 10)
    # Each period 10 of B's at 9 − 2 − 1.
    assert again.plan.value_idr == pytest.approx(2 * 60)


def test_what_was_accepted_stays_when_another_declines() -> None:
    problem = judged.read(market())
    plan = solve(problem)
    again = rounds.replanned(
        problem, plan, rounds.Agreed(kept=(rounds.Pair(A, C),), barred=(rounds.Pair(B, C),))
    )
    assert (again.not_kept, again.not_barred) == ((), ())
    before, after = ways(problem, plan).handed, ways(again.problem, again.plan).handed
    kept = {each: whole for each, (whole, _) in before.items() if each.giver == A}
    assert {each: after[each][0] for each in kept} == kept
    assert not [each for each in after if each.giver == B]


def test_accepted_parts_keep_their_prices_and_all_money_adds_up_to_the_surplus() -> None:
    problem = judged.read(market())
    plan = solve(problem)
    again = rounds.replanned(problem, plan, rounds.Agreed(kept=(rounds.Pair(A, C), rounds.Pair(B, C))))
    assert again.as_agreed.partnerships == plan.partnerships
    assert again.changes.deals == again.changes.repriced == ()
    assert sum(each.after_idr for each in again.changes.parties) == again.plan.surplus_idr
    assert all(each.before_idr == each.after_idr for each in again.changes.parties)


@pytest.mark.parametrize("sent", [0, 3, 7])
def test_a_counter_in_kilograms_is_what_arrives_in_that_period_and_no_other(sent: int) -> None:
    again = replanned(rounds.Agreed(countered=(rounds.Counter(B, C, product=1, period=1, kg=sent),)))
    assert again.not_countered == ()
    assert kg(again, B, C, period=1) == sent


def test_a_counter_can_move_the_delivery_point() -> None:
    problem = judged.read(market())
    moved = rounds.Counter(A, C, product=1, period=0, kg=4, end=problem.sites.codes.index("d"))
    again = rounds.replanned(problem, solve(problem), rounds.Agreed(countered=(moved,)))
    handed = ways(again.problem, again.plan).handed
    ends = {
        problem.sites.codes[each.site]
        for each in handed
        if (each.giver, each.taker, each.period) == (A, C, 0)
    }
    assert "d" in ends
    assert "c" not in ends
    assert again.not_countered == ()


def test_a_counter_to_where_no_lane_leads_is_refused_in_words() -> None:
    problem = judged.read(market())
    nowhere = rounds.Counter(B, C, product=1, period=0, kg=4, end=problem.sites.codes.index("d"))
    with pytest.raises(Refusal, match="There is no lane on which B could bring beras to d"):
        rounds.replanned(problem, solve(problem), rounds.Agreed(countered=(nowhere,)))


def test_a_round_is_a_network_that_anybody_can_plan_again() -> None:
    again = replanned(rounds.Agreed(kept=(rounds.Pair(A, C),), barred=(rounds.Pair(B, C),)))
    data = write_network(again.problem)
    assert b"jejaring-network/3" in data
    from jejaring.engines.planning.interchange import read_json

    assert solve(read_json(data, "network.json")).surplus_idr == again.plan.surplus_idr


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 200), declined=st.integers(0, 20))
def test_keeping_everybody_moves_nothing_and_a_declined_pair_is_gone(seed: int, declined: int) -> None:
    problem = judged.read(networks_two.linear(seed))
    plan = solve(problem)
    found = ways(problem, plan)
    pairs = sorted({rounds.Pair(*sorted((each.giver, each.taker))) for each in plan.partnerships})
    if not pairs:
        return
    laned = tuple(pair for pair in pairs if pair.parties not in found.unlaned)
    again = rounds.replanned(problem, plan, rounds.Agreed(kept=laned))
    lost = [each for each in again.not_kept if each.what.kind == "goods" and each.after_kg < each.before_kg]
    assert lost == []
    barred = pairs[declined % len(pairs)]
    if barred.parties not in found.unlaned:
        without = rounds.replanned(problem, plan, rounds.Agreed(barred=(barred,)))
        assert without.not_barred == ()
