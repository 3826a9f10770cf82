"""Networks solved again: "and if this number were different?", asked many times.

Three ways to an answer. The quick one (`Standing.linear`) keeps the yes/no choices of the plan and solves a
linear program again from where it stood, in milliseconds. The others build the changed network as the plan
itself was built (`ready`): with the choices of the plan where they fit (`resolved`), or with the best ones
(`searched`, and `Standing.searched` for whether anything is better than so much). Each keeps within the cash
of all, or of the group that is asked about. For the whole answer, with proof and reasons, there is `solve`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from jejaring.engines.planning.sharing.game import chosen_columns

CANNOT = frozenset({"solve.failed", "solve.unbounded"})
"""What the solver is refused for where no plan keeps all rules."""
_DUST_IDR = 1.0
"""By so much flows may go beyond the cash before they are solved again within it."""
_NODES_A_SEARCH = 200
"""A full search ends after so many branches, settled or not: never by the clock, so that answers repeat."""


@dataclass(frozen=True, eq=False)
class Ready:
    """A network as the solver wants it: without what can't matter, choices tied tightly. `place`: where its
    columns stand in the program with everything; `purse`: the cash, where that is limited.
    """

    program: Program
    model: Model
    place: Indices
    purse: Purse | None


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a network earns and at most could, its flows by column of the program, its prices by row, and the
    yes/no columns `chosen`. `cash_worth`: what one more rupiah of cash at the end of each period gains,
    nothing where there is enough. `searched`: the choices were looked for, not those of the plan.
    """

    value_idr: float
    bound_idr: float
    flows: Floats
    prices: Floats
    chosen: Flags
    cash_worth: tuple[Fraction, ...] = ()
    searched: bool = False


def ready(problem: Problem, limits: solver.Limits) -> Ready:
    """Return `problem` ready to be solved."""
    return ready_program(families.program(problem), limits)


def ready_program(everything: Program, limits: solver.Limits, group: Flags | None = None) -> Ready:
    """Return a program ready to be solved within the cash of a group (of all)."""
    trimmed, place = trimming.trimmed(everything)
    program = headroom.tightened(trimmed, limits)
    return Ready(program, Model.of(program), place, Purse.of(program, group))


def possible(made: Ready, limits: solver.Limits) -> bool:
    """Whether any plan keeps all rules: every need that must be met can be."""
    if not (made.program.lowers > 0).any():
        return True
    return best_or_none(replace(made.model, cost=np.zeros(len(made.model.cost))), limits) is not None


def resolved(made: Ready, plan: Plan, limits: solver.Limits) -> Outcome | None:
    """Return the best flows with the choices of `plan`; where these don't fit, with the best others.
    None where no plan keeps all rules.
    """
    chosen = chosen_columns(made.program, plan)
    found = _best(made, limits, chosen)
    return searched(made, limits) if found is None and made.model.choice.any() else found


def searched(made: Ready, limits: solver.Limits) -> Outcome | None:
    """Return the best flows with the best choices, None where no plan keeps all rules."""
    return _best(made, limits)


def _best(made: Ready, limits: solver.Limits, chosen: Flags | None = None) -> Outcome | None:
    """Return the best flows, with the best choices or those `chosen`."""

    def solved(purse: Purse | None) -> solver.Answer | None:
        model = made.model if purse is None else purse.limited(made.model)
        return best_or_none(model if chosen is None else model.fixed(chosen.astype(np.float64)), limits)

    answer, cash_worth = _within(made.purse, solved)
    if answer is None:
        return None
    yes = made.program.choices & (answer.flows > 0.5) if chosen is None else chosen
    return Outcome(
        value_idr=answer.value,
        bound_idr=answer.bound,
        flows=answer.flows,
        prices=answer.prices,
        chosen=yes,
        cash_worth=cash_worth,
        searched=chosen is None,
    )


def _within(
    purse: Purse | None, solved: Callable[[Purse | None], solver.Answer | None]
) -> tuple[solver.Answer | None, tuple[Fraction, ...]]:
    """Return what is `solved` without a limit of cash, or within the purse where that lays out more than
    there is, and what cash is worth. Flows are by column of the purse's program.
    """
    found = solved(None)
    if found is None or purse is None or not purse.broken_by(found.flows, dust_idr=_DUST_IDR):
        return found, ()
    found = solved(purse)
    return found, () if found is None else purse.worths(found.prices)


def best_or_none(model: Model, limits: solver.Limits) -> solver.Answer | None:
    """Return the best flows of a model, None where none keep all rules."""
    try:
        return solver.best(model, limits)
    except Refusal as refused:
        if refused.sentence.code not in CANNOT:
            raise
        return None


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
        if answer and on.purse and on.purse.broken_by(self._everywhere(answer, on), patch.costs, _DUST_IDR):
            answer, cash_worth = self._with_purse(on, patch, usable)
        if answer is None:
            return None
        flows = np.where(self.program.choices, 0.0, self._everywhere(answer, on))
        value, bound = answer.value + on.paid_idr, answer.bound + on.paid_idr
        return Outcome(value, bound, flows, answer.prices, on.chosen, cash_worth)

    def _line_of(self, group: Flags | None) -> _Line:
        usable = None if group is None else self.program.usable(group)
        chosen = self.chosen if group is None or usable is None else self._choices_of(usable, group)
        model, paid = linear_model(self.program, chosen)
        purse = Purse.of(self.program, group)
        return _Line(solver.Patched(model, self.limits), paid, chosen, usable, purse, [])

    def _with_purse(
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
        made = self.ready(self.problem)
        mine = usable[made.place]
        if not mine.any():
            return chosen
        flows = self._found(made, group, -np.inf, None).flows
        taken = made.program.choices & (flows > 0.5)
        chosen[made.place[taken]] = True
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

    def linear_of(self, changed: Problem, group: Flags | None = None) -> tuple[Program, Outcome] | None:
        """Return the program of a changed network and its best linear outcome with the choices as they are,
        within the group's cash; None where these choices can't be kept.
        """
        program = families.program(changed)
        usable = np.ones(len(program.columns), dtype=bool) if group is None else program.usable(group)
        chosen = chosen_columns(program, self.plan) & usable
        kept = usable[~program.choices]

        def solved(purse: Purse | None) -> solver.Answer | None:
            model, _ = linear_model(program, chosen, purse)
            cut = model.cut(kept)
            self._cold += 1
            answer = best_or_none(cut.model, self.limits)
            if answer is None:
                return None
            flows = chosen.astype(np.float64)
            flows[np.flatnonzero(~program.choices)[kept]] = answer.flows
            prices = np.zeros(len(model.limit))
            prices[cut.rows] = answer.prices
            return replace(answer, flows=flows, prices=prices)

        found, cash_worth = _within(Purse.of(program, group), solved)
        if found is None:
            return None
        value = found.value + float(program.gains[chosen].sum())
        return program, Outcome(value, value, found.flows, found.prices, chosen, cash_worth)

    def ready(self, changed: Problem) -> Ready:
        """Return a changed network, built for a full search."""
        return ready(changed, self.limits)

    def searched(
        self,
        made: Ready,
        above_idr: float,
        group: Flags | None = None,
        caps: Mapping[int, float] | None = None,
    ) -> float | None:
        """Return what the best plan of a group earns, within its cash, if that is more than `above_idr`;
        minus infinity where none does, None where the search ended before that was certain.
        """
        answer = self._found(made, group, above_idr, caps)
        if answer.value > above_idr:
            return answer.value if answer.ended == "optimal" or np.isfinite(above_idr) else None
        return -np.inf if answer.ended == "optimal" else None

    def flows_of(self, made: Ready) -> Floats:
        """Return the best flows of a network built for a full search, by column of its program."""
        return self._found(made, None, -np.inf, None).flows

    def _found(
        self, made: Ready, group: Flags | None, above_idr: float, caps: Mapping[int, float] | None
    ) -> solver.Answer:
        """Return what a search for the best plan of a group finds, its flows by column of the program."""
        model, program = made.model, made.program
        if caps:
            upper = model.upper.copy()
            for column, kg in caps.items():
                upper[column] = min(upper[column], kg)
            model = replace(model, upper=upper, lower=np.minimum(model.lower, upper))
        mine = np.ones(len(model.cost), dtype=bool) if group is None else program.usable(group)
        nothing = np.zeros(len(model.cost))
        if not mine.any():
            value = 0.0 if above_idr < 0 else -np.inf
            return solver.Answer(nothing, nothing[:0], value, 0.0, "optimal")
        limits = replace(self.limits, gap=min(self.limits.gap, 1e-9))

        def solved(purse: Purse | None) -> solver.Answer:
            self.searches += 1
            whole = model if purse is None else purse.limited(model)
            answer = _searched_or_nothing(whole if mine.all() else whole.cut(mine).model, limits, above_idr)
            flows = nothing.copy()
            flows[mine] = answer.flows
            return replace(answer, flows=flows)

        answer, _ = _within(made.purse if group is None else Purse.of(program, group), solved)
        assert answer is not None
        return answer

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
