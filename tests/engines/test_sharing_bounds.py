"""Where no groups are searched, what any could gain is bounded, also where something was agreed."""

from __future__ import annotations

import pytest

from jejaring.engines.errors import Refusal
from jejaring.engines.planning import share, solve
from jejaring.engines.planning.sharing import game, groups
from tests.engines import judged
from tests.referee import agreements
from tests.referee.agreements import term
from tests.referee.worlds import Object, lane, outlet, second, supply


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat small networks as ones with too many parties for a search."""
    monkeypatch.setattr(game, "MOST_PARTIES_SEARCHED", 0)
    monkeypatch.setattr(game, "MOST_PARTIES_ENUMERATED", 0)


def losing(*terms: Object) -> Object:
    """Return A with 20 kg at 1, which C sells at 12 (10 kg) and B at 1 (4 kg); each haul is 1.

    Worth 10 · 10 = 100; 4 less where A must send 4 kg to B.
    """
    network = second(
        sites={"a": "A", "b": "B", "c": "C"},
        supplies=[supply(20, 1)],
        outlets=[outlet(10, 12, "c", code="oc"), outlet(4, 1, "b", code="ob")],
        lanes=[lane("a", "c", 1), lane("a", "b", 1)],
    )
    return agreements.third(network, list(terms))


@pytest.mark.usefixtures("many")
def test_a_loss_that_was_agreed_on_is_a_gain_of_who_leaves() -> None:
    problem = judged.read(losing(term(("a", "b", "beras", "*"), 4, 4)))
    plan = solve(problem)
    assert plan.value_idr == pytest.approx(96)
    (market,) = share(problem, plan, ["market"])
    # A and C make 100 without B, and have 96.
    assert market.worst_group_gain_idr >= 4
    assert not market.stable


@pytest.mark.usefixtures("many")
def test_prices_alone_bound_what_groups_gain_where_nothing_must_be_sent() -> None:
    problem = judged.read(losing())
    plan = solve(problem)
    (market,) = share(problem, plan, ["market"])
    assert (market.worst_group_gain_idr, market.stable) == (0, True)


@pytest.mark.usefixtures("many")
def test_a_bound_by_prices_stands_in_where_the_time_is_too_short(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: object) -> float:
        raise Refusal("solve.time", "No plan was found within {seconds} seconds.", seconds=1)

    for terms in ([], [term(("a", "b", "beras", "*"), 4, 4)]):
        problem = judged.read(losing(*terms))
        plan = solve(problem)
        with monkeypatch.context() as patched:
            (closer,) = share(problem, plan, ["equal"])
            patched.setattr(groups.Search, "relaxed", late)
            (by_prices,) = share(problem, plan, ["equal"])
        assert by_prices.payoff_idr == closer.payoff_idr
        # A and C make 100 without B, and no prices bound it by less.
        truth = 100 - by_prices.payoff_idr[0] - by_prices.payoff_idr[2]
        assert by_prices.worst_group_gain_idr >= closer.worst_group_gain_idr >= truth
        assert by_prices.proved == "bound"
