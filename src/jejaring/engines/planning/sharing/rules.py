"""Who gets what of the value: four rules side by side, each with the group that could object.

What the rules are stands in network-format/1, how they are computed in docs/planning.md §7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from jejaring.engines.measures import Flags, Floats, whole_parts
from jejaring.engines.planning import certificate, families, headroom, prices, solver, trimming
from jejaring.engines.planning.plan import RULES, Plan, Rule, Share
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.program import LANE, OUTLET, PROCESS, SOURCE, STORE, Program
from jejaring.engines.planning.sharing import coalitions, evenness, groups

MOST_PARTIES_SEARCHED = 40
"""Above it, no group is searched for; what any group could gain is bounded instead."""
MOST_PARTIES_ENUMERATED = 8
"""Up to it the worth of every group is computed, one by one."""
_SEARCHES, _SEARCHES_WITH_CHOICES = 12, 3
_STEPS = 6
_SECONDS_A_SEARCH = 60.0
_NEAR_SHARE = 1e-3
_PROBED = 2
_TAKEN_AT_ONCE = 12
_TOLERANCE_IDR = 1.0
_TABLES = {OUTLET: "outlets", SOURCE: "sources", PROCESS: "processes", STORE: "storages", LANE: "lanes"}


@dataclass(frozen=True, eq=False)
class Game:
    """A plan as the groups of its parties see it. `rents_idr` are what each party's limits are worth
    at the plan's prices; `alone_idr` what it makes alone.
    """

    program: Program
    chosen: Flags
    alone_idr: Floats
    value_idr: float
    rents_idr: tuple[Fraction, ...]
    search: groups.Search
    searched: bool
    every_group: dict[bytes, tuple[float, float]]
    limits: solver.Limits
    judged: dict[tuple[int, ...], tuple[groups.Found, bool]] = field(default_factory=dict)

    @property
    def parties(self) -> int:
        """Return how many parties there are."""
        return len(self.alone_idr)


def share(
    problem: Problem,
    plan: Plan,
    rules: Iterable[Rule] | None = None,
    limits: solver.Limits | None = None,
    tell: Callable[[str], None] | None = None,
) -> tuple[Share, ...]:
    """Return how each of `rules` divides the value of `plan`.

    Without `rules`: all of them, `even_core` only for up to MOST_PARTIES_SEARCHED parties.
    """
    if rules is None:
        rules = RULES if len(problem.parties) <= MOST_PARTIES_SEARCHED else RULES[:-1]
    say = tell or _silent
    limits = limits or solver.Limits()
    # There are many searches: none may take all the time that one was given.
    limits = replace(limits, seconds=min(limits.seconds, _SECONDS_A_SEARCH))
    game = _game(problem, plan, limits)
    market = _whole_payoffs(game, list(game.rents_idr))
    shares = []
    for rule in rules:
        say(rule)
        shares.append(_share(problem, plan, game, rule, market))
    return tuple(shares)


def _silent(stage: str) -> None:
    """Tell nobody."""


def _share(problem: Problem, plan: Plan, game: Game, rule: Rule, market: list[int]) -> Share:
    epsilon, settled = 0.0, True
    if rule == "even_core":
        even = _even_core(game)
        payoff, epsilon, worst, proved, settled = (
            even.payoff,
            even.epsilon,
            even.worst,
            even.certain,
            even.settled,
        )
    else:
        amounts = {"equal": _equal, "volume": _volume}.get(rule)
        payoff = _whole_payoffs(game, amounts(problem, plan, game)) if amounts else market
        worst, proved = _worst(game, payoff)
    gain = worst.gain_idr if worst.group.any() else 0.0
    return Share(
        rule=rule,
        payoff_idr=tuple(payoff),
        settlement_idr=tuple(mine - at_prices for mine, at_prices in zip(payoff, market, strict=True)),
        worst_group=tuple(np.flatnonzero(worst.group).tolist()),
        worst_group_gain_idr=round(gain if proved else worst.bound_idr, 2),
        proved="exact" if proved else "bound",
        stable=(gain if proved else worst.bound_idr) <= game.parties * _TOLERANCE_IDR,
        epsilon_idr=round(epsilon, 2),
        settled=settled,
    )


def _game(problem: Problem, plan: Plan, limits: solver.Limits) -> Game:
    """Rebuild the program from the problem, and the prices and choices from the plan: they prove it again."""
    everything = families.program(problem)
    trimmed, place = trimming.trimmed(everything)
    program = headroom.tightened(trimmed, limits)
    worth = prices.placed(problem, everything.forms, plan.prices)
    chosen = _chosen(everything, plan)
    proof = certificate.prove(everything, worth[everything.nodes], chosen=chosen)
    few = len(problem.parties) <= MOST_PARTIES_ENUMERATED
    return Game(
        program=program,
        chosen=chosen[place],
        alone_idr=np.array(plan.alone_idr),
        value_idr=plan.value_idr,
        rents_idr=certificate.rents(everything, proof),
        search=groups.Search.over(program, limits),
        searched=len(problem.parties) <= MOST_PARTIES_SEARCHED,
        every_group=coalitions.every_group(program, limits) if few else {},
        limits=limits,
    )


def _chosen(program: Program, plan: Plan) -> Flags:
    """Return the yes/no columns that `plan` takes."""
    taken = {(each.table, each.row, each.period, each.piece) for each in plan.choices}
    columns = program.columns
    chosen = np.zeros(len(columns), dtype=bool)
    for column, (family, _) in families.what_choices_open(program).items():
        of = columns.row[column], columns.period[column], columns.piece[column]
        chosen[column] = (_TABLES[family], *(int(each) for each in of)) in taken
    return chosen


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


def _whole_payoffs(game: Game, amounts: list[Fraction]) -> list[int]:
    return whole_parts(amounts, int(np.floor(game.value_idr)))


def _worst(game: Game, payoff: list[int]) -> tuple[groups.Found, bool]:
    """Return the group that gains most by leaving, and whether that is certain."""
    key = tuple(payoff)
    if key not in game.judged:
        game.judged[key] = _searched_worst(game, payoff)
    return game.judged[key]


def _searched_worst(game: Game, payoff: list[int]) -> tuple[groups.Found, bool]:
    paid = np.array(payoff, dtype=float)
    if game.parties < 2:
        return groups.Found(np.zeros(game.parties, dtype=bool), 0.0, 0.0, np.zeros(0)), True
    group = np.zeros(game.parties, dtype=bool)
    group[int(np.argmax(game.alone_idr - paid))] = True
    single = float((game.alone_idr - paid).max())
    if game.every_group:
        asked = {key: float(paid[np.frombuffer(key, dtype=bool)].sum()) for key in game.every_group}
        gains = {key: worth - asked[key] for key, (worth, _) in game.every_group.items()}
        key = max(gains, key=lambda each: (gains[each], each))
        bound = max(most - asked[each] for each, (_, most) in game.every_group.items())
        found = groups.Found(np.frombuffer(key, dtype=bool), gains[key], bound, np.zeros(0))
        return found, bound - gains[key] <= _TOLERANCE_IDR
    if game.searched:
        found = game.search.worst(paid, game.limits)
        if not found.group.any():
            return groups.Found(group, single, max(single, found.bound_idr), np.zeros(0)), False
        return found, found.bound_idr - found.gain_idr <= max(_TOLERANCE_IDR, 1e-6 * abs(found.gain_idr))
    by_prices = float(
        sum(max(Fraction(0), rent - mine) for rent, mine in zip(game.rents_idr, payoff, strict=True))
    )
    if not game.program.choices.any() and by_prices <= game.parties:
        return groups.Found(group, single, max(single, by_prices), np.zeros(0)), False
    bound = game.search.relaxed(paid, game.limits)
    return groups.Found(group, single, max(single, bound), np.zeros(0)), False


@dataclass(frozen=True, eq=False)
class _Even:
    """What the search for even payoffs came to. `settled`: they are the rule's own, not just near."""

    payoff: list[int]
    epsilon: float
    worst: groups.Found
    certain: bool
    settled: bool


def _even_core(game: Game) -> _Even:
    """Return the most even payoffs that no group would leave.

    Groups that would leave are found in two ways: quickly by probing, and when that finds no more,
    by searching all of them, only so many times. What isn't settled by then is brought to a
    stable split near it by `_approached`.
    """
    total = game.value_idr - float(game.alone_idr.sum())
    if game.every_group or game.parties < 2:
        alone = {key: float(game.alone_idr[np.frombuffer(key, dtype=bool)].sum()) for key in game.every_group}
        known = {key: worth - alone[key] for key, (worth, _) in game.every_group.items()}
        even = _leximin(game, known, total)
        payoff, worst, certain = _judged(game, game.alone_idr + even.gains)
        return _Even(payoff, even.epsilon, worst, certain, settled=certain)
    prober = groups.Prober(game.program, game.chosen, game.limits)
    floors: dict[bytes, float] = {}
    for group in prober.large_groups():
        _take(floors, group, prober.floor(group) - float(game.alone_idr[group].sum()))
    searches, settled = 0, False
    most = _SEARCHES_WITH_CHOICES if game.program.choices.any() else _SEARCHES
    while True:
        even = _leximin(game, floors, total)
        if _probe(game, prober, floors, even):
            continue
        if not game.searched:
            break
        found = game.search.any_above(game.alone_idr + even.gains, even.epsilon + _TOLERANCE_IDR, game.limits)
        searches += 1
        if found is None:
            settled = True
            break
        if not found.group.any():
            break
        _take(floors, found.group, found.gain_idr + float(even.gains[found.group].sum()))
        if searches == most:
            return _approached(game, floors, total, prober)
        prober.learn(game.program.choices & (found.flows > 0.5))
    payoff, worst, certain = _judged(game, game.alone_idr + even.gains)
    return _Even(payoff, even.epsilon, worst, certain, settled)


def _leximin(game: Game, floors: dict[bytes, float], total: float) -> evenness.Even:
    known = [np.frombuffer(key, dtype=bool) for key in floors]
    return evenness.leximin(known, list(floors.values()), total, game.parties)


def _approached(game: Game, floors: dict[bytes, float], total: float, prober: groups.Prober) -> _Even:
    """Go from the market payoffs, where they are stable, towards the most even ones as far as is proven.

    Between a stable point and the most even point that the known groups accept, a point half way is
    searched (stable payoffs are a convex set): without a group that would leave it is the new stable
    point, and the most even one is tried next; with one, that group is known from then on (in-out
    separation, Ben-Ameur and Neto 2007).
    """
    stable = np.array([float(rent) for rent in game.rents_idr])
    _, worst, certain = _judged(game, stable)
    even = _leximin(game, floors, total)
    if not _accepted(game, worst, 0.0) or even.epsilon > 0:
        payoff, worst, certain = _judged(game, game.alone_idr + even.gains)
        return _Even(payoff, even.epsilon, worst, certain, settled=False)
    settled, hopeful = False, False
    for _ in range(_STEPS):
        _probe(game, prober, floors, even)
        even = _leximin(game, floors, total)
        goal = game.alone_idr + even.gains
        point = goal if hopeful else (goal + stable) / 2
        found = game.search.any_above(point, _TOLERANCE_IDR, game.limits)
        if found is None:
            stable, settled = point, hopeful
            if settled or np.abs(goal - stable).max() <= _NEAR_SHARE * max(total, 1.0):
                break
            hopeful = True
            continue
        if not found.group.any():
            break
        hopeful = False
        _take(floors, found.group, found.gain_idr + float((point - game.alone_idr)[found.group].sum()))
        prober.learn(game.program.choices & (found.flows > 0.5))
    payoff, worst, certain = _judged(game, stable)
    return _Even(payoff, 0.0, worst, certain, settled)


def _judged(game: Game, amounts: Floats) -> tuple[list[int], groups.Found, bool]:
    payoff = _whole_payoffs(game, [Fraction(amount) for amount in amounts.tolist()])
    return payoff, *_worst(game, payoff)


def _accepted(game: Game, worst: groups.Found, epsilon: float) -> bool:
    """Whether it is certain that no group gains more than ε, but for whole rupiah."""
    return worst.bound_idr <= epsilon + game.parties * _TOLERANCE_IDR


def _take(floors: dict[bytes, float], group: Flags, floor: float) -> bool:
    """Remember what a group makes beyond its members' alone values, if it is more than was known."""
    key = group.tobytes()
    if not np.isfinite(floor) or floor <= floors.get(key, -np.inf) + _TOLERANCE_IDR:
        return False
    floors[key] = floor
    return True


def _probe(game: Game, prober: groups.Prober, floors: dict[bytes, float], even: evenness.Even) -> bool:
    """Look for groups that would leave around everybody and around the groups nearest to leaving."""
    payoff = game.alone_idr + even.gains
    slack = {
        key: float(even.gains[np.frombuffer(key, dtype=bool)].sum()) - floor for key, floor in floors.items()
    }
    nearest = sorted(slack, key=lambda key: (slack[key], key))[: _PROBED - 1]
    starts = [np.ones(game.parties, dtype=bool), *(np.frombuffer(key, dtype=bool) for key in nearest)]
    met = [each for start in starts for each in prober.around(start.copy(), payoff)]
    met.sort(key=lambda pair: (-pair[1], pair[0].tobytes()))
    fresh = False
    for group, gain in met[:_TAKEN_AT_ONCE]:
        if gain > even.epsilon + _TOLERANCE_IDR:
            fresh |= _take(floors, group, prober.floor(group) - float(game.alone_idr[group].sum()))
    return fresh
