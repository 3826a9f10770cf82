"""A solved network, ready to be asked "and if this number were different?" many times.

Two ways to an answer. The quick one keeps the yes/no choices of the plan and solves a linear program again
from where it stood, in milliseconds (`Standing.linear`). The full one builds the changed network as the plan
itself was built and searches over all choices (`Standing.searched`). What the quick one finds is shown to be
so by the full one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Flags, Floats, Indices
from jejaring.engines.planning import families, financing, headroom, solver, trimming
from jejaring.engines.planning.building import FOR_ALL_PERIODS
from jejaring.engines.planning.financing import Purse
from jejaring.engines.planning.model import Model
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.prices import placed, worths
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.program import CHOICE, Program
from jejaring.engines.planning.questions.resolving import CANNOT, DUST_IDR, best_or_none
from jejaring.engines.planning.sharing.game import chosen_columns

_NODES_A_SEARCH = 200
"""A full search ends after so many branches, settled or not: never by the clock, so that answers repeat."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a changed network earns, its flows by column of the program and its prices by row. `cash_worth`:
    what one more rupiah of cash at the end of each period gains, nothing where there is enough.
    """

    value_idr: float
    flows: Floats
    prices: Floats
    cash_worth: tuple[Fraction, ...] = ()


@dataclass(frozen=True, eq=False)
class _Line:
    """A linear program of a group, solved again and again. `within`: the same within the group's cash."""

    free: solver.Patched
    paid_idr: float
    chosen: Flags
    usable: Flags | None
    purse: Purse | None
    within: list[solver.Patched]

    @property
    def solves(self) -> int:
        """Return how many linear programs were solved."""
        return self.free.solves + sum(each.solves for each in self.within)


@dataclass(frozen=True, eq=False)
class Opened:
    """A network built for a full search: its program and model, whose columns are those of the program, and
    the place of each in the program with everything.
    """

    program: Program
    model: Model
    place: Indices


class Standing:
    """A problem with its plan. `solves` counts linear programs, `searches` full ones."""

    def __init__(self, problem: Problem, plan: Plan, limits: solver.Limits) -> None:
        self.problem, self.plan = problem, plan
        self.limits = replace(limits, seconds=np.inf, nodes=_NODES_A_SEARCH)
        self.program = families.program(problem)
        self.chosen = chosen_columns(self.program, plan)
        self.searches = 0
        self._cold = 0
        self._flowing = np.flatnonzero(~self.program.choices)
        self.position = np.full(len(self.program.columns), -1, dtype=np.int64)
        self.position[self._flowing] = np.arange(len(self._flowing))
        self._lines: dict[tuple[str, bytes], _Line] = {}
        now = self.linear(solver.Patch())
        assert now is not None, "the plan's own choices can be kept"
        self.now = now
        self.certain_idr = max(plan.bound_idr, now.value_idr)
        """No plan of the network as it is earns more, as far as its certificate goes."""
        self.tolerance_idr = 1.0 + 1e-8 * abs(now.value_idr)

    @property
    def solves(self) -> int:
        """Return how many linear programs were solved."""
        return self._cold + sum(each.solves for each in self._lines.values())

    @cached_property
    def price_idr_per_kg(self) -> Floats:
        """Return the plan's prices by balance of the program."""
        prices = placed(self.problem, self.program.forms, self.plan.prices)
        return np.asarray(prices[self.program.nodes], dtype=np.float64)

    @cached_property
    def worth_idr_per_kg(self) -> Floats:
        """Return by column what a kilogram sent that way brings at the plan's prices, less its cost."""
        return worths(self.program, self.price_idr_per_kg)

    @cached_property
    def closed(self) -> Flags:
        """Return the columns of what isn't built: nothing can flow there as things are."""
        ties, columns = self.program.ties, self.program.columns
        builds = self.program.choices & (columns.period == FOR_ALL_PERIODS) & ~self.chosen
        rows = np.zeros(len(ties.limit), dtype=bool)
        rows[ties.row[builds[ties.column]]] = True
        closed = np.zeros(len(columns), dtype=bool)
        closed[ties.column[rows[ties.row]]] = True
        return closed & ~self.program.choices

    def linear(self, patch: solver.Patch, group: Flags | None = None, line: str = "free") -> Outcome | None:
        """Return the best plan of a group (of all) with the numbers of `patch` (by column of the program)
        and the yes/no choices as they are, within the cash of the group; None where there is none.
        Questions of one `line` start from where the last one ended.
        """
        key = line, b"" if group is None else group.tobytes()
        if key not in self._lines:
            self._lines[key] = self._line_of(group)
        on = self._lines[key]
        usable = None if on.usable is None else on.usable[self._flowing]
        answer = on.free.best(self._moved(patch), usable)
        cash_worth: tuple[Fraction, ...] = ()
        if answer and on.purse and on.purse.broken_by(self._everywhere(answer, on), patch.costs, DUST_IDR):
            answer, cash_worth = self._within(on, patch, usable)
        if answer is None:
            return None
        flows = np.where(self.program.choices, 0.0, self._everywhere(answer, on))
        return Outcome(answer.value + on.paid_idr, flows, answer.prices, cash_worth)

    def _line_of(self, group: Flags | None) -> _Line:
        usable = None if group is None else self.program.usable(group)
        chosen = self.chosen if group is None or usable is None else self._choices_of(usable, group)
        model, paid = linear_model(self.program, chosen)
        purse = Purse.of(self.program, group)
        return _Line(solver.Patched(model, self.limits), paid, chosen, usable, purse, [])

    def _within(
        self, on: _Line, patch: solver.Patch, usable: Flags | None
    ) -> tuple[solver.Answer | None, tuple[Fraction, ...]]:
        """Return the best plan within the cash of a group, and what cash is worth."""
        assert on.purse is not None
        if not on.within:
            model, _ = linear_model(self.program, on.chosen, on.purse)
            on.within.append(solver.Patched(model, self.limits))
        rows = len(self.program.nodes) + len(self.program.ties.limit)
        more = replace(patch, entries={**patch.entries, **on.purse.entries(patch.costs, rows)})
        answer = on.within[0].best(self._moved(more), usable)
        return answer, () if answer is None else on.purse.worths(answer.prices)

    def _everywhere(self, answer: solver.Answer, on: _Line) -> Floats:
        """Return flows by column of the program, choices as they are taken."""
        flows = on.chosen.astype(np.float64)
        flows[self._flowing] = answer.flows
        return flows

    def _choices_of(self, usable: Flags, group: Flags) -> Flags:
        """Return the yes/no choices that a group would take by itself in the network as it is: those of the
        plan may ask for more goods than it has.
        """
        chosen = np.zeros(len(self.program.columns), dtype=bool)
        if not (self.program.choices & usable).any():
            return chosen
        opened = self.opened(self.problem)
        mine = usable[opened.place]
        if not mine.any():
            return chosen
        flows = self._found(opened, group, -np.inf, None)[1]
        taken = opened.program.choices & (flows > 0.5)
        chosen[opened.place[taken]] = True
        return chosen

    def patch_to(self, program: Program) -> solver.Patch | None:
        """Return what the linear program of another network has different, None where it has other columns:
        price steps that no goods can reach have none.
        """
        mine, flowing = self.program, self._flowing
        for name in ("family", "row", "piece"):
            if not np.array_equal(getattr(program.columns, name), getattr(mine.columns, name)):
                return None
        costs = flowing[program.gains[flowing] != mine.gains[flowing]]
        uppers = flowing[program.uppers[flowing] != mine.uppers[flowing]]
        scale, other = 10.0**mine.kg_places, 10.0**program.kg_places
        before = mine.ties.limit.astype(np.float64) / scale
        after = program.ties.limit.astype(np.float64) / other
        tied = np.flatnonzero((before != after) & ~_with_choices(mine))
        return solver.Patch(
            costs={int(each): float(program.gains[each]) for each in costs},
            uppers={int(each): float(program.uppers[each]) for each in uppers},
            limits={len(mine.nodes) + int(each): float(after[each]) for each in tied},
        )

    def linear_of(
        self, changed: Problem, group: Flags | None = None
    ) -> tuple[Program, solver.Answer, float] | None:
        """Return the program of a changed network, its best linear answer with the choices as they are (by
        column of the program) and its value, within the group's cash; None where these choices can't be
        kept.
        """
        program = families.program(changed)
        usable = np.ones(len(program.columns), dtype=bool) if group is None else program.usable(group)
        chosen = self.chosen_in(program) & usable
        purse = Purse.of(program, group)
        found = self._cold_of(program, chosen, usable, None)
        if found and purse and purse.broken_by(found[0].flows + chosen, dust_idr=DUST_IDR):
            found = self._cold_of(program, chosen, usable, purse)
        return None if found is None else (program, *found)

    def _cold_of(
        self, program: Program, chosen: Flags, usable: Flags, purse: Purse | None
    ) -> tuple[solver.Answer, float] | None:
        model, paid = linear_model(program, chosen, purse)
        kept = usable[~program.choices]
        cut = model.cut(kept)
        self._cold += 1
        answer = best_or_none(cut.model, self.limits)
        if answer is None:
            return None
        flows = np.zeros(len(program.columns))
        flows[np.flatnonzero(~program.choices)[kept]] = answer.flows
        prices = np.zeros(len(model.limit))
        prices[cut.rows] = answer.prices
        return replace(answer, flows=flows, prices=prices), answer.value + paid

    def chosen_in(self, program: Program) -> Flags:
        """Return the yes/no columns of another program that the plan takes."""
        return chosen_columns(program, self.plan)

    def opened(self, changed: Problem) -> Opened:
        """Return a changed network, built for a full search."""
        trimmed, place = trimming.trimmed(families.program(changed))
        program = headroom.tightened(trimmed, self.limits)
        return Opened(program, Model.of(program), place)

    def searched(
        self,
        opened: Opened,
        above_idr: float,
        group: Flags | None = None,
        caps: Mapping[int, float] | None = None,
    ) -> float | None:
        """Return what the best plan of a group earns, within its cash, if that is more than `above_idr`;
        minus infinity where none does, None where the search ended before that was certain.
        """
        answer, _ = self._found(opened, group, above_idr, caps)
        if answer.value > above_idr:
            return answer.value if answer.ended == "optimal" or np.isfinite(above_idr) else None
        return -np.inf if answer.ended == "optimal" else None

    def flows_of(self, opened: Opened) -> Floats:
        """Return the best flows of a network built for a full search, by column of its program."""
        return self._found(opened, None, -np.inf, None)[1]

    def _found(
        self, opened: Opened, group: Flags | None, above_idr: float, caps: Mapping[int, float] | None
    ) -> tuple[solver.Answer, Floats]:
        """Return what a search for the best plan of a group finds, and its flows by column."""
        model, program = opened.model, opened.program
        if caps:
            upper = model.upper.copy()
            for column, kg in caps.items():
                upper[column] = min(upper[column], kg)
            model = replace(model, upper=upper, lower=np.minimum(model.lower, upper))
        mine = np.ones(len(model.cost), dtype=bool) if group is None else program.usable(group)
        purse = Purse.of(program, group)
        limits = replace(self.limits, gap=min(self.limits.gap, 1e-9))
        flows = np.zeros(len(model.cost))
        if not mine.any():
            nothing = 0.0 if above_idr < 0 else -np.inf
            return solver.Answer(flows[:0], flows[:0], nothing, 0.0, "optimal"), flows
        self.searches += 1
        answer = _searched_or_nothing(model if mine.all() else model.cut(mine).model, limits, above_idr)
        flows[mine] = answer.flows
        if purse and answer.value > -np.inf and purse.broken_by(flows, dust_idr=DUST_IDR):
            self.searches += 1
            answer = _searched_or_nothing(purse.limited(model).cut(mine).model, limits, above_idr)
            flows[mine] = answer.flows
        return answer, flows

    def _moved(self, patch: solver.Patch) -> solver.Patch:
        """Return a patch by column of the program as one by column of the linear model."""
        at = self.position
        return solver.Patch(
            costs={int(at[column]): idr for column, idr in patch.costs.items()},
            uppers={int(at[column]): kg for column, kg in patch.uppers.items()},
            entries={(row, int(at[column])): each for (row, column), each in patch.entries.items()},
            limits=patch.limits,
        )


def _searched_or_nothing(model: Model, limits: solver.Limits, above_idr: float) -> solver.Answer:
    """Return what a search finds; minus infinity where no plan keeps all rules."""
    try:
        return solver.searched(model, limits, above=above_idr)
    except Refusal as refused:
        if refused.sentence.code not in CANNOT:
            raise
    return solver.Answer(np.zeros(len(model.cost)), np.zeros(0), -np.inf, -np.inf, "optimal")


def _with_choices(program: Program) -> Flags:
    """Return the ties that hold a yes/no column."""
    flags = np.zeros(len(program.ties.limit), dtype=bool)
    flags[program.ties.row[program.choices[program.ties.column]]] = True
    return flags


def columns_of(program: Program, family: int, rows: Indices | list[int]) -> list[int]:
    """Return the columns of a family that stand for these entries of its table."""
    mine = (program.columns.family == family) & np.isin(program.columns.row, rows)
    found: list[int] = np.flatnonzero(mine).tolist()
    return found


def linear_model(program: Program, chosen: Flags, purse: Purse | None = None) -> tuple[Model, float]:
    """Return the linear model of a program's flows when its choices are as `chosen`, and what these cost;
    with the limit of a `purse` if one is given.

    A choice taken sets no limit beyond those that its flows have, as in `Program.fixed`.
    """
    ties, choices = program.ties, program.choices
    whole = Model.of(program) if purse is None else purse.limited(Model.of(program))
    limit = whole.limit.copy()
    if purse is not None:
        limit[-purse.periods :] -= purse.spent(chosen) / financing.ROW_IDR
    entry = choices[ties.column] & chosen[ties.column]
    rows = len(program.nodes) + ties.row[entry]
    scale = np.where(choices[ties.column[entry]], 10.0**program.kg_places, 1.0)
    np.subtract.at(limit, rows, ties.coefficient[entry].astype(np.float64) / scale)
    opens = entry.copy()
    opens[entry] = (ties.coefficient[entry] < 0) & (ties.family[ties.row[entry]] == CHOICE)
    limit[len(program.nodes) + ties.row[opens]] = np.inf
    flowing = ~choices
    count = np.diff(whole.start)[flowing]
    start = np.zeros(int(flowing.sum()) + 1, dtype=np.int32)
    np.cumsum(count, out=start[1:])
    entries = np.repeat(flowing, np.diff(whole.start))
    model = Model(
        cost=whole.cost[flowing],
        lower=whole.lower[flowing],
        upper=whole.upper[flowing],
        limit=limit,
        start=start,
        index=whole.index[entries],
        value=whole.value[entries],
        choice=np.zeros(int(flowing.sum()), dtype=bool),
        period=whole.period[flowing],
    )
    return model, float(program.gains[chosen].sum())
