"""A round planned again: accepted parts kept, declined ones barred, counters tried."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from jejaring.engines.planning import solver
from jejaring.engines.planning.conflicts import Conflict
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem, Terms
from jejaring.engines.planning.rounds.apart import told_apart
from jejaring.engines.planning.rounds.bounds import (
    Bounds,
    Counter,
    Drafted,
    Pair,
    barred_terms,
    countered_terms,
    kept_terms,
    together,
    with_terms,
)
from jejaring.engines.planning.rounds.differences import (
    Changes,
    DealChange,
    Solved,
    as_agreed,
    compared,
    moved,
)
from jejaring.engines.planning.rounds.ways import Parties, Place, Ways, pair_of, ways
from jejaring.engines.planning.solve import solve

MOST_TIMES = 3
"""How often a plan is made again because declined pairs found another way, or kept ones something more."""

_MOST_YIELDS = 12
"""How often kilograms give way: those that others declined or give less of, then a few where whole ones fall
short."""


@dataclass(frozen=True)
class Agreed:
    """What the people of a round said: pairs who accepted all that was proposed to them, pairs of whom one
    declined, and what was countered. A pair may be kept and countered: what was countered comes first.
    """

    kept: tuple[Pair, ...] = ()
    barred: tuple[Pair, ...] = ()
    countered: tuple[Counter, ...] = ()


@dataclass(frozen=True, eq=False)
class Replanned:
    """A round planned again. `problem` has the terms, so that anybody can make the same plan; `as_agreed` is
    that plan with the partnerships of kept pairs as they were accepted, prices included.

    `changes` is all that moved. What couldn't be had: hand-overs of kept pairs that aren't as they were
    (`not_kept`), of declined pairs that still happen (`not_barred`), and counters with what came of them
    instead (`not_countered`, kilograms that arrive). `times`: how often it was planned.
    """

    problem: Problem
    plan: Plan
    as_agreed: Plan
    changes: Changes
    not_kept: tuple[DealChange, ...]
    not_barred: tuple[DealChange, ...]
    not_countered: tuple[tuple[Counter, int], ...]
    times: int


def replanned(
    problem: Problem,
    plan: Plan,
    agreed: Agreed,
    limits: solver.Limits | None = None,
) -> Replanned:
    """Return `problem` planned again with what was agreed of `plan`; terms that it has already stay.

    Where what was accepted can't hold any more it gives way by as few kilograms as can be (`not_kept`).
    Raises a Conflict where what is countered can't be had, a Refusal where no lane leads there.
    """
    apart = told_apart(problem)
    found = ways(problem, plan, apart)
    asked = countered_terms(apart.problem, plan, agreed.countered, found)
    drafted = _drafted(apart.problem, plan, agreed, found) | asked
    kept = {pair.parties for pair in agreed.kept} - _countered(agreed)
    barred = {pair.parties for pair in agreed.barred}
    times = 0
    while True:
        times += 1
        again, after = _solved(apart.problem, drafted, asked, limits)
        now = ways(again, after)
        deals = compared(found, now)
        wrong = [each for each in deals if _wrong(each, kept, barred)]
        more = _closed(drafted, now, found, wrong, barred, len(problem.periods)) if wrong else {}
        if not more or times == MOST_TIMES:
            break
        drafted |= more
    both = Solved(problem, plan, found), Solved(again, after, now)
    return Replanned(
        problem=again,
        plan=after,
        as_agreed=as_agreed(plan, after, deals, kept),
        changes=moved(*both, kept=kept),
        not_kept=tuple(each for each in deals if each.pair in kept and each.moved),
        not_barred=tuple(each for each in deals if each.pair in barred and each.after_kg),
        not_countered=_missed(now, agreed.countered),
        times=times,
    )


def _solved(
    problem: Problem, drafted: Drafted, asked: Drafted, limits: solver.Limits | None
) -> tuple[Problem, Plan]:
    """Return the network with what was drafted and its plan. Where what was accepted can't hold any more,
    since somebody before or after it declined or gives less, or where whole kilograms fall short, as many
    less are asked for as are missing: `drafted` then holds what can be kept. A counter (`asked`) is refused.
    """
    for _ in range(_MOST_YIELDS):
        again = with_terms(problem, drafted)
        try:
            return again, solve(again, limits)
        except Conflict as conflict:
            yielding = _yielding(conflict, again.terms)
            by_rounding = conflict.sentence.code == "solve.terms_whole"
            if not yielding or (not by_rounding and not asked.keys().isdisjoint(yielding)):
                raise
            for place, kg in yielding.items():
                least = int(_least_kg(again.terms)[place])
                most = drafted[place].most_kg if place in drafted else least
                drafted[place] = Bounds(max(0, least - kg), most)
    again = with_terms(problem, drafted)
    return again, solve(again, limits)


def _yielding(conflict: Conflict, terms: Terms) -> dict[Place, int]:
    """Return where how many kilograms too much are asked for; empty where nothing gives way."""
    places = list(zip(terms.listing.tolist(), terms.period.tolist(), strict=True))
    asking = [each for each in conflict.conflicting if each.asks]
    short = {places[each.term]: each.short_kg for each in asking if each.short_kg}
    # Where just as little would be opened as could be given up: what was declined stays barred.
    missing_kg = sum(each.short_kg for each in conflict.conflicting)
    return short or ({places[asking[0].term]: missing_kg} if asking and missing_kg else {})


def _least_kg(terms: Terms) -> dict[Place, Fraction]:
    places = zip(terms.listing.tolist(), terms.period.tolist(), strict=True)
    return {place: terms.least_kg.fraction(entry) for entry, place in enumerate(places)}


def _drafted(problem: Problem, plan: Plan, agreed: Agreed, found: Ways) -> Drafted:
    kept = kept_terms(problem, plan, agreed.kept, found)
    return together(kept, barred_terms(problem, plan, agreed.barred, found))


def _countered(agreed: Agreed) -> set[Parties]:
    return {pair_of(each.giver, each.taker) for each in agreed.countered}


def _wrong(deal: DealChange, kept: Collection[Parties], barred: Collection[Parties]) -> bool:
    """Whether a declined pair still trades, or a kept one more than it agreed on."""
    return bool(deal.after_kg and deal.pair in barred) or (
        deal.pair in kept and deal.after_kg > deal.before_kg
    )


def _closed(
    drafted: Drafted,
    now: Ways,
    before: Ways,
    wrong: Sequence[DealChange],
    barred: Collection[Parties],
    periods: int,
) -> Drafted:
    """Return terms that close the ways on which `wrong` deals travel, as far as what is kept allows."""
    more: Drafted = {}
    wanted = {(each.pair, each.what.period) for each in wrong}
    for (listing, wrong_period), parts in now.passed.items():
        for pair in parts:
            if (pair, wrong_period) not in wanted:
                continue
            # What is closed in one period would only come back in another.
            for place in [(listing, period) for period in range(periods)]:
                held = more.get(place) or drafted.get(place, Bounds())
                most = held.least_kg if pair in barred else max(held.least_kg, before.sent_kg.get(place, 0))
                if held.most_kg is None or most < held.most_kg:
                    more[place] = Bounds(held.least_kg, most)
    return more


def _missed(now: Ways, counters: Sequence[Counter]) -> tuple[tuple[Counter, int], ...]:
    """Return the counters whose kilograms don't arrive, with what does."""
    arrived: dict[tuple[int, int, int, int], int] = {}
    for each, (kg, _) in now.handed.items():
        key = each.giver, each.taker, each.product, each.period
        arrived[key] = arrived.get(key, 0) + kg
    found = []
    for counter in counters:
        kg = arrived.get((counter.giver, counter.taker, counter.product, counter.period), 0)
        if kg != counter.kg:
            found.append((counter, kg))
    return tuple(found)
