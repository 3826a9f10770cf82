"""The game that a plan makes of its parties: what groups make by themselves, and who could object."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np

from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Flags, Floats, whole_parts
from jejaring.engines.planning import certificate, families, financing, headroom, prices, solver, trimming
from jejaring.engines.planning.model import Model
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.program import LANE, OUTLET, PROCESS, SOURCE, STORE, Program
from jejaring.engines.planning.sharing import groups
from jejaring.engines.planning.sharing.worths import Worths, every_group

MOST_PARTIES_SEARCHED, MOST_PARTIES_SEARCHED_WITH_CHOICES = 100, 40
"""Above it, no group is searched for; what any group could gain is bounded instead."""
MOST_PARTIES_ENUMERATED = 8
"""Up to it the worth of every group is computed, one by one, under every rule."""
MOST_PARTIES_OF_NUCLEOLUS = 12
"""Up to it the worth of every group is computed for the nucleolus."""
TOLERANCE_IDR = 1.0
_TABLES = {OUTLET: "outlets", SOURCE: "sources", PROCESS: "processes", STORE: "storages", LANE: "lanes"}


@dataclass(frozen=True, eq=False)
class Game:
    """A plan as the groups of its parties see it. `rents_idr` are what each party's limits are worth
    at the plan's prices, `free_rents_idr` where nothing that was agreed must be sent; `alone_idr` what it
    makes alone.
    """

    program: Program
    chosen: Flags
    alone_idr: Floats
    value_idr: float
    rents_idr: tuple[Fraction, ...]
    free_rents_idr: tuple[Fraction, ...]
    search: groups.Search
    searched: bool
    limits: solver.Limits
    judged: dict[tuple[int, ...], tuple[groups.Found, bool]] = field(default_factory=dict)

    @property
    def parties(self) -> int:
        """Return how many parties there are."""
        return len(self.alone_idr)

    @cached_property
    def worths(self) -> Worths:
        """Return what every group makes by itself. For few parties."""
        return every_group(self.program, self.limits)

    @property
    def every_group(self) -> Worths:
        """Return what every group makes by itself where all rules ask for it, nothing for more parties."""
        return self.worths if self.parties <= MOST_PARTIES_ENUMERATED else {}

    @cached_property
    def needed_idr(self) -> Floats:
        """Return by party what the others together would make less without it: V(N) − V(N∖{i})."""
        model = Model.of(self.program)
        chooses = bool(model.choice.any())
        warm = None if chooses else solver.Warm(model, self.limits)
        without = np.zeros(self.parties)
        for party in range(self.parties if self.parties > 1 else 0):
            usable = self.program.usable(np.arange(self.parties) != party)
            answer = warm.best(usable) if warm else None
            answer = answer or solver.best(model.cut(usable).model, self.limits)
            without[party] = answer.value
        return self.value_idr - without


@dataclass(frozen=True, eq=False)
class Divided:
    """What a rule comes to: payoffs, ε, the group that gains most by leaving and whether that is `certain`.
    `settled`: they are the rule's own, not just near.
    """

    payoff: list[int]
    epsilon: float
    worst: groups.Found
    certain: bool
    settled: bool


def game_of(problem: Problem, plan: Plan, limits: solver.Limits) -> Game:
    """Rebuild the program from the problem, and the prices and choices from the plan: they prove it again."""
    everything = families.program(problem)
    # Who leaves the others leaves what was agreed with them (docs/planning.md §5).
    free = everything.without_least()
    trimmed, place = trimming.trimmed(free)
    program = headroom.tightened(trimmed, limits)
    rents_idr = rents_of(everything, plan)
    return Game(
        program=program,
        chosen=chosen_columns(everything, plan)[place],
        alone_idr=np.array(plan.alone_idr),
        value_idr=plan.value_idr,
        rents_idr=rents_idr,
        free_rents_idr=rents_idr if free is everything else rents_of(free, plan),
        search=groups.Search.over(program, limits),
        searched=searched(len(problem.parties), program),
        limits=limits,
    )


def rents_of(everything: Program, plan: Plan) -> tuple[Fraction, ...]:
    """Return what each party's limits are worth at the prices of `plan`, less the costs of what it opens and
    builds: proved again from the program with everything.
    """
    problem = everything.problem
    worth = prices.placed(problem, everything.forms, plan.prices)
    weighed = everything
    of_cash = financing.exact_worths(plan.cash_worth)
    if of_cash:
        weighed = financing.adjusted(everything, financing.money(everything), of_cash)
    proof = certificate.prove(weighed, worth[everything.nodes], chosen=chosen_columns(everything, plan))
    rents = certificate.rents(weighed, proof)
    if of_cash:
        rents = tuple(
            rent + sum(of_cash) * problem.parties.cash_idr.fraction(party) for party, rent in enumerate(rents)
        )
    return rents


def searched(parties: int, program: Program) -> bool:
    """Return whether all groups of so many parties are searched."""
    with_choices = bool(program.choices.any())
    return parties <= (MOST_PARTIES_SEARCHED_WITH_CHOICES if with_choices else MOST_PARTIES_SEARCHED)


def chosen_columns(program: Program, plan: Plan) -> Flags:
    """Return the yes/no columns that `plan` takes."""
    taken = {(each.table, each.row, each.period, each.piece) for each in plan.choices}
    columns = program.columns
    chosen = np.zeros(len(columns), dtype=bool)
    for column, (family, _) in families.what_choices_open(program).items():
        of = columns.row[column], columns.period[column], columns.piece[column]
        chosen[column] = (_TABLES[family], *(int(each) for each in of)) in taken
    return chosen


def whole_payoffs(game: Game, amounts: list[Fraction]) -> list[int]:
    """Return amounts in whole rupiah that add up to the value rounded down."""
    return whole_parts(amounts, int(np.floor(game.value_idr)))


def worst_group(game: Game, payoff: list[int]) -> tuple[groups.Found, bool]:
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
        return worst_of_all(game, payoff)
    if game.searched:
        found = game.search.worst(paid, game.limits)
        if not found.group.any():
            return groups.Found(group, single, max(single, found.bound_idr), np.zeros(0)), False
        return found, found.bound_idr - found.gain_idr <= max(TOLERANCE_IDR, 1e-6 * abs(found.gain_idr))
    return groups.Found(group, single, max(single, _bounded(game, payoff)), np.zeros(0)), False


def _bounded(game: Game, payoff: list[int]) -> float:
    """Return an upper bound of what any group gains by leaving, without a search.

    What limits are worth at the plan's prices bounds it too, where there are no yes/no choices: whoever
    leaves needn't send what was agreed. It does where it is as good as nothing, or where the time is too
    short for a closer one.
    """
    pairs = zip(game.free_rents_idr, payoff, strict=True)
    by_prices = float(sum(max(Fraction(0), rent - mine) for rent, mine in pairs))
    holds = not game.program.choices.any()
    if holds and by_prices <= game.parties:
        return by_prices
    try:
        return game.search.relaxed(np.array(payoff, dtype=float), game.limits)
    except Refusal as refusal:
        if not holds or refusal.sentence.code != "solve.time":
            raise
        return by_prices


def worst_of_all(game: Game, payoff: list[int]) -> tuple[groups.Found, bool]:
    """Return the group that gains most by leaving, out of what every group makes. For few parties."""
    paid = np.array(payoff, dtype=float)
    asked = {key: float(paid[np.frombuffer(key, dtype=bool)].sum()) for key in game.worths}
    gains = {key: worth - asked[key] for key, (worth, _) in game.worths.items()}
    key = max(gains, key=lambda each: (gains[each], each))
    bound = max(most - asked[each] for each, (_, most) in game.worths.items())
    found = groups.Found(np.frombuffer(key, dtype=bool), gains[key], bound, np.zeros(0))
    return found, bound - gains[key] <= TOLERANCE_IDR


def judged(game: Game, amounts: Floats) -> tuple[list[int], groups.Found, bool]:
    """Return amounts in whole rupiah, the group that gains most by leaving, and whether that is certain."""
    payoff, _ = whole_amounts(game, amounts)
    return payoff, *worst_group(game, payoff)


def whole_amounts(game: Game, amounts: Floats) -> tuple[list[int], Floats]:
    """Return amounts in whole rupiah, as they are paid and as floats."""
    payoff = whole_payoffs(game, [Fraction(amount) for amount in amounts.tolist()])
    return payoff, np.array(payoff, dtype=float)
