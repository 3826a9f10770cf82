"""A solved network, ready to be asked "and if this number were different?" many times.

Two ways to an answer. The quick one keeps the yes/no choices of the plan and solves a linear program again
from where it stood, in milliseconds (`Standing.linear`). The full one builds the changed network as the plan
itself was built and searches over all choices (`Standing.searched`). What the quick one finds is shown to be
so by the full one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Flags, Floats, Indices
from jejaring.engines.planning import families, headroom, solver, trimming
from jejaring.engines.planning.model import Model
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.prices import worths
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.program import CHOICE, Program
from jejaring.engines.planning.sharing.game import chosen_columns

_SECONDS_A_SEARCH = 20.0


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a changed network earns, its flows by column of the program and its prices by row."""

    value_idr: float
    flows: Floats
    prices: Floats


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
        self.limits = replace(limits, seconds=min(limits.seconds, _SECONDS_A_SEARCH))
        self.program = families.program(problem)
        self.chosen = chosen_columns(self.program, plan)
        self.searches = 0
        self._cold = 0
        self._flowing = np.flatnonzero(~self.program.choices)
        self.position = np.full(len(self.program.columns), -1, dtype=np.int64)
        self.position[self._flowing] = np.arange(len(self._flowing))
        self.model, self.paid_idr = linear_model(self.program, self.chosen)
        self._patched: dict[tuple[str, bytes], tuple[solver.Patched, float]] = {}
        now = self.linear(solver.Patch())
        assert now is not None, "the plan's own choices can be kept"
        self.now = now
        self.certain_idr = max(plan.bound_idr, now.value_idr)
        """No plan of the network as it is earns more, as far as its certificate goes."""
        self.tolerance_idr = 1.0 + 1e-8 * abs(now.value_idr)

    @property
    def solves(self) -> int:
        """Return how many linear programs were solved."""
        return self._cold + sum(each.solves for each, _ in self._patched.values())

    @cached_property
    def price_idr_per_kg(self) -> Floats:
        """Return the plan's prices by balance of the program."""
        problem, listed = self.problem, self.plan.prices
        prices = np.zeros(len(problem.sites) * len(problem.products) * len(problem.periods))
        node = (listed.site * len(problem.products) + listed.product) * len(problem.periods) + listed.period
        prices[node] = listed.idr_per_kg
        return np.asarray(prices[self.program.nodes], dtype=np.float64)

    @cached_property
    def worth_idr_per_kg(self) -> Floats:
        """Return by column what a kilogram sent that way brings at the plan's prices, less its cost."""
        return worths(self.program, self.price_idr_per_kg)

    def linear(self, patch: solver.Patch, usable: Flags | None = None, line: str = "free") -> Outcome | None:
        """Return the best plan with the numbers of `patch` (by column of the program) and the yes/no choices
        as they are; None where there is none. Questions of one `line` start from where the last one ended.
        """
        key = b"" if usable is None else usable.tobytes()
        if (line, key) not in self._patched:
            self._patched[line, key] = self._of_group(usable)
        patched, paid = self._patched[line, key]
        answer = patched.best(self._moved(patch), None if usable is None else usable[self._flowing])
        if answer is None:
            return None
        flows = np.zeros(len(self.program.columns))
        flows[self._flowing] = answer.flows
        return Outcome(answer.value + paid, flows, answer.prices)

    def _of_group(self, usable: Flags | None) -> tuple[solver.Patched, float]:
        if usable is None:
            return solver.Patched(self.model, self.limits), self.paid_idr
        model, paid = linear_model(self.program, self._choices_of(usable))
        return solver.Patched(model, self.limits), paid

    def _choices_of(self, usable: Flags) -> Flags:
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
        self.searches += 1
        flows = np.zeros(len(mine))
        flows[mine] = solver.searched(opened.model.cut(mine).model, self.limits).flows
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
        self, changed: Problem, usable: Flags | None = None
    ) -> tuple[Program, solver.Answer, float] | None:
        """Return the program of a changed network, its best linear answer with the choices as they are (by
        column of the program) and its value; None where these choices can't be kept.
        """
        program = families.program(changed)
        chosen = self.chosen_in(program)
        if usable is not None:
            chosen = chosen & usable
        model, paid = linear_model(program, chosen)
        flowing = np.flatnonzero(~program.choices)
        kept = np.ones(len(flowing), dtype=bool) if usable is None else usable[flowing]
        cut = model.cut(kept)
        self._cold += 1
        try:
            answer = solver.best(cut.model, self.limits)
        except Refusal:
            return None
        flows = np.zeros(len(program.columns))
        flows[flowing[kept]] = answer.flows
        prices = np.zeros(len(model.limit))
        prices[cut.rows] = answer.prices
        return program, replace(answer, flows=flows, prices=prices), answer.value + paid

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
        usable: Flags | None = None,
        caps: Mapping[int, float] | None = None,
    ) -> float | None:
        """Return what the best plan earns if that is more than `above_idr`; minus infinity where none does,
        None where the search ended before that was certain.
        """
        model = opened.model
        if caps:
            upper = model.upper.copy()
            for column, kg in caps.items():
                upper[column] = min(upper[column], kg)
            model = replace(model, upper=upper, lower=np.minimum(model.lower, upper))
        if usable is not None:
            model = model.cut(usable).model
        self.searches += 1
        if not len(model.cost):
            return 0.0 if above_idr < 0 else -np.inf
        answer = solver.searched(model, replace(self.limits, gap=min(self.limits.gap, 1e-9)), above=above_idr)
        if answer.value > above_idr:
            return answer.value
        return -np.inf if answer.ended == "optimal" else None

    def flows_of(self, opened: Opened) -> Floats:
        """Return the best flows of a network built for a full search, by column of its program."""
        self.searches += 1
        return solver.searched(opened.model, replace(self.limits, gap=min(self.limits.gap, 1e-9))).flows

    def _moved(self, patch: solver.Patch) -> solver.Patch:
        """Return a patch by column of the program as one by column of the linear model."""
        at = self.position
        return solver.Patch(
            costs={int(at[column]): idr for column, idr in patch.costs.items()},
            uppers={int(at[column]): kg for column, kg in patch.uppers.items()},
            entries={(row, int(at[column])): each for (row, column), each in patch.entries.items()},
            limits=patch.limits,
        )


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


def linear_model(program: Program, chosen: Flags) -> tuple[Model, float]:
    """Return the linear model of a program's flows when its choices are as `chosen`, and what these cost.

    A choice taken sets no limit beyond those that its flows have, as in `Program.fixed`.
    """
    ties, choices = program.ties, program.choices
    whole = Model.of(program)
    limit = whole.limit.copy()
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
