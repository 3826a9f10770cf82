"""Who gets what of the value: the rules, and who could object to each (docs/planning.md §7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction

import numpy as np

from jejaring.engines.errors import Refusal
from jejaring.engines.planning import solver
from jejaring.engines.planning.plan import RULES, Plan, Rule, Share
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.sharing.even_core import even_core
from jejaring.engines.planning.sharing.game import (
    MOST_PARTIES_ENUMERATED,
    MOST_PARTIES_OF_NUCLEOLUS,
    TOLERANCE_IDR,
    Divided,
    Game,
    game_of,
    judged,
    whole_payoffs,
    worst_group,
    worst_of_all,
)
from jejaring.engines.planning.sharing.nucleolus import nucleolus
from jejaring.engines.planning.sharing.objections import objections

_SECONDS_A_SEARCH = 60.0
_MOST_COLUMNS_WITH_CHOICES = 10_000
"""Beyond, searches for the most even split take many minutes: it is worked out where it is asked for."""


def share(
    problem: Problem,
    plan: Plan,
    rules: Iterable[Rule] | None = None,
    limits: solver.Limits | None = None,
    tell: Callable[[str], None] | None = None,
) -> tuple[Share, ...]:
    """Return how each of `rules` divides the value of `plan`.

    Without `rules`: all of them, `even_core` only where all groups can be searched (with yes/no choices also
    only in networks of few columns), `nucleolus` only for
    up to MOST_PARTIES_OF_NUCLEOLUS parties (MOST_PARTIES_ENUMERATED with yes/no choices). A Refusal where
    it is asked for above MOST_PARTIES_OF_NUCLEOLUS.
    """
    asked = None if rules is None else tuple(rules)
    parties = len(problem.parties)
    if asked and "nucleolus" in asked and parties > MOST_PARTIES_OF_NUCLEOLUS:
        raise Refusal(
            "share.nucleolus",
            "The rule nucleolus compares every group of parties, and this network has too many of them: "
            "{parties} parties, of at most {most}. Leave it out, or use even_core.",
            parties=parties,
            most=MOST_PARTIES_OF_NUCLEOLUS,
        )
    say = tell or _silent
    limits = limits or solver.Limits()
    # There are many searches: none may take all the time that one was given.
    limits = replace(limits, seconds=min(limits.seconds, _SECONDS_A_SEARCH))
    game = game_of(problem, plan, limits)
    market = whole_payoffs(game, list(game.rents_idr))
    shares = []
    for rule in RULES if asked is None else asked:
        if asked is not None or _offered(game, rule):
            say(rule)
            shares.append(_share(problem, plan, game, rule, market))
    return tuple(shares)


def _silent(stage: str) -> None:
    """Tell nobody."""


def _offered(game: Game, rule: Rule) -> bool:
    """Return whether a rule is worked out without being asked for."""
    if rule == "nucleolus":
        # With choices many groups take a search each: offered where they are all computed anyway.
        return game.parties <= (
            MOST_PARTIES_ENUMERATED if game.program.choices.any() else MOST_PARTIES_OF_NUCLEOLUS
        )
    if rule != "even_core":
        return True
    few_columns = len(game.program.columns) <= _MOST_COLUMNS_WITH_CHOICES
    return game.searched and (few_columns or not game.program.choices.any())


def _share(problem: Problem, plan: Plan, game: Game, rule: Rule, market: list[int]) -> Share:
    found = _divided(problem, plan, game, rule, market)
    gain = found.worst.gain_idr if found.worst.group.any() else 0.0
    claim = float(gain if found.certain else found.worst.bound_idr)
    share = Share(
        rule=rule,
        payoff_idr=tuple(found.payoff),
        settlement_idr=tuple(mine - at_prices for mine, at_prices in zip(found.payoff, market, strict=True)),
        worst_group=tuple(np.flatnonzero(found.worst.group).tolist()),
        worst_group_gain_idr=round(claim, 2),
        # Groups are taken to have cash without limit, so that what they could gain is a bound.
        proved="exact" if found.certain and not plan.cash_worth else "bound",
        stable=bool(claim <= game.parties * TOLERANCE_IDR),
        epsilon_idr=round(found.epsilon, 2),
        settled=found.settled,
    )
    needed = game.needed_idr if game.searched else np.zeros(0)
    return replace(
        share,
        objections=objections(share, game.alone_idr, needed),
        needed_idr=tuple(round(each, 2) for each in needed.tolist()),
    )


def _divided(problem: Problem, plan: Plan, game: Game, rule: Rule, market: list[int]) -> Divided:
    """Return what `rule` comes to."""
    if rule == "even_core":
        return even_core(game)
    if rule == "nucleolus":
        return _nucleolus(game)
    amounts = {"equal": _equal, "volume": _volume}.get(rule)
    payoff = whole_payoffs(game, amounts(problem, plan, game)) if amounts else market
    worst, certain = worst_group(game, payoff)
    return Divided(payoff, 0.0, worst, certain, settled=True)


def _nucleolus(game: Game) -> Divided:
    """Return alone, and the gain so that the largest complaint is as small as can be, then the next."""
    if game.parties < 2:
        payoff, worst, certain = judged(game, np.array([game.value_idr]))
        return Divided(payoff, 0.0, worst, certain, settled=True)
    groups = np.array([np.frombuffer(key, dtype=bool) for key in game.worths])
    floors = np.array([value for value, _ in game.worths.values()]) - groups @ game.alone_idr
    found = nucleolus(groups, floors, game.value_idr - float(game.alone_idr.sum()))
    amounts = [
        Fraction(alone) + mine for alone, mine in zip(game.alone_idr.tolist(), found.gains, strict=True)
    ]
    payoff = whole_payoffs(game, amounts)
    worst, certain = worst_of_all(game, payoff)
    return Divided(payoff, 0.0, worst, certain, settled=found.proved and certain)


def _equal(_: Problem, plan: Plan, game: Game) -> list[Fraction]:
    """Alone, and an equal part of the gain for each party that trades with another."""
    trading = [outcome.trades for outcome in plan.outcomes]
    count = sum(trading)
    part = _gain(game) / count if count else Fraction(0)
    return [
        Fraction(alone) + (part if trades else 0)
        for alone, trades in zip(plan.alone_idr, trading, strict=True)
    ]


def _volume(problem: Problem, plan: Plan, game: Game) -> list[Fraction]:
    """Alone, and the gain in proportion to what a party's supplies, process inputs and outlets carry."""
    kg = np.zeros(game.parties, dtype=np.int64)
    np.add.at(kg, problem.sites.party[problem.supplies.site[plan.flows.supplies.row]], plan.flows.supplies.kg)
    np.add.at(kg, problem.processes.owner[plan.flows.processes.row], plan.flows.processes.kg)
    np.add.at(kg, problem.outlets.owner[plan.flows.outlets.row], plan.flows.outlets.kg)
    total = int(kg.sum())
    gain = _gain(game)
    return [
        Fraction(alone) + (gain * Fraction(int(mine), total) if total else Fraction(0))
        for alone, mine in zip(plan.alone_idr, kg, strict=True)
    ]


def _gain(game: Game) -> Fraction:
    return Fraction(game.value_idr) - sum((Fraction(alone) for alone in game.alone_idr.tolist()), Fraction(0))
