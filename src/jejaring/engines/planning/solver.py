"""The door to HiGHS: a program goes in, the best flows and prices come out.

With `months` the only module that knows the solver. Its answers are floats and are believed nowhere:
`certificate` proves the bound and `whole` makes the flows again in whole kilograms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import highspy
import numpy as np

from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Flags, Floats
from jejaring.engines.planning import months
from jejaring.engines.planning.model import Model

VERSION = highspy.Highs().version()
Ended = Literal["optimal", "limit"]
_KEPT = 1e-7
"""By how much a row of `Growing` may be missed."""
_YES = 1e3
"""Yes in `Boxed`: the solver's arithmetic, good to 10^-7, would otherwise lose rupiah of large payoffs."""
_LARGE = 5_000
"""From so many columns on, periods are solved one by one first."""


@dataclass(frozen=True)
class Limits:
    """How far to search: relative gap that is good enough, seconds, seed of the solver, and how many branches
    (None: any number).
    """

    gap: float = 1e-6
    seconds: float = 120.0
    seed: int = 0
    nodes: int | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """What the solver found. `flows` by column, `prices` by row (Rp/kg, 0 or more), `worths` what one
    more unit of each column's limit is worth (from `Warm` only).

    With yes/no choices, `flows`, `prices` and `value` are those of the linear program in which
    the choices are fixed as found, and `bound` is the solver's own.
    """

    flows: Floats
    prices: Floats
    value: float
    bound: float
    ended: Ended
    worths: Floats = field(default_factory=lambda: np.zeros(0))


def best(model: Model, limits: Limits) -> Answer:
    """Return the best flows of `model`. A Refusal where it is unbounded or can't be met."""
    if not len(model.cost):
        return Answer(np.zeros(0), np.zeros(len(model.limit)), 0.0, 0.0, "optimal")
    if not (model.choice & (model.upper > 0)).any():
        return _linear(model.fixed(np.zeros(len(model.cost))), limits)
    return _with_choices(model, limits)


def presolved(model: Model, limits: Limits) -> Answer:
    """Return the best flows of a linear model in whose rows much is said twice, as in a search over groups.

    Its periods tell little by themselves: each hangs on who is in the group.
    """
    assert not model.choice.any()
    solver = _loaded(model, limits)
    solver.run()
    return _best_of(solver, model, limits)


class Warm:
    """A linear model solved again and again with some columns left out, each time from where it stood."""

    def __init__(self, model: Model, limits: Limits) -> None:
        assert not model.choice.any()
        self._model = model
        # The solver's clock runs on from one answer to the next.
        self._solver = _loaded(model, replace(limits, seconds=float("inf")))
        self._solver.setOptionValue("presolve", "off")
        self._columns = np.arange(len(model.cost), dtype=np.int32)

    def best(self, usable: Flags) -> Answer | None:
        """Return the best flows of the `usable` columns, None where they can't keep a least quantity."""
        zero = np.zeros(len(usable))
        lower = np.where(usable, self._model.lower, zero)
        upper = np.where(usable, self._model.upper, zero)
        self._solver.changeColsBounds(len(usable), self._columns, lower, upper)
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._solver.getSolution()
        flows = np.array(solution.col_value)
        value = float(self._model.cost @ flows)
        prices = np.maximum(-np.array(solution.row_dual), 0.0)
        return Answer(flows, prices, value, value, "optimal", worths=-np.array(solution.col_dual))


class Relaxed:
    """A model without its yes/no conditions, solved again and again for other gains of the last columns, each
    time from where it stood.
    """

    def __init__(self, model: Model, limits: Limits) -> None:
        linear = replace(model, choice=np.zeros(len(model.cost), dtype=bool))
        self._solver = _loaded(linear, replace(limits, seconds=float("inf")))
        self._solver.setOptionValue("presolve", "off")
        self._columns = len(model.cost)

    def best(self, gain: Floats) -> Floats:
        """Return what columns carry when the last ones gain `gain`: a hint, not to be believed."""
        last = np.arange(self._columns - len(gain), self._columns, dtype=np.int32)
        self._solver.changeColsCost(len(gain), last, -gain)
        self._solver.run()
        return np.array(self._solver.getSolution().col_value)


class Boxed:
    """A model without its yes/no conditions, solved again and again for other gains of the last columns and
    other bounds of the yes/no columns, each time from where it stood.
    """

    def __init__(self, model: Model, limits: Limits) -> None:
        self.choices = np.flatnonzero(model.choice).astype(np.int32)
        linear = replace(model, choice=np.zeros(len(model.cost), dtype=bool))
        self._yes = np.where(model.choice, _YES, 1.0)
        scaled = replace(
            linear,
            cost=model.cost / self._yes,
            lower=model.lower * self._yes,
            upper=model.upper * self._yes,
            value=model.value / np.repeat(self._yes, np.diff(model.start)),
        )
        self._solver = _loaded(scaled, replace(limits, seconds=float("inf")))
        self._solver.setOptionValue("presolve", "off")
        self._gain = scaled.cost.copy()

    def weigh(self, gain: Floats) -> None:
        """Give the last columns other gains."""
        first = len(self._gain) - len(gain)
        self._gain[first:] = gain / self._yes[first:]
        last = np.arange(first, len(self._gain), dtype=np.int32)
        self._solver.changeColsCost(len(gain), last, -self._gain[first:])

    def best(self, lower: Flags, upper: Flags, enough: float, anew: bool = False) -> Boxes | None:
        """Return the best flows with the yes/no columns between `lower` and `upper`; None where there are
        none. The solver stops when it knows that they are worth no more than `enough`, and forgets where it
        stood if it is to begin `anew`.
        """
        if anew:
            self._solver.clearSolver()
        least, most = lower.astype(np.float64) * _YES, upper.astype(np.float64) * _YES
        self._solver.changeColsBounds(len(self.choices), self.choices, least, most)
        self._solver.setOptionValue("objective_bound", -enough)
        self._solver.run()
        if self._solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return None
        solution = self._solver.getSolution()
        flows = np.array(solution.col_value)
        return Boxes(
            value=float(self._gain @ flows),
            parts=np.clip(flows[self.choices] / _YES, 0.0, 1.0),
            prices=np.maximum(-np.array(solution.row_dual), 0.0),
        )


@dataclass(frozen=True, eq=False)
class Boxes:
    """What `Boxed` found: value and parts of the yes/no columns, not to be believed where it stopped early or
    lost its way; prices by row, which prove a bound all the same.
    """

    value: float
    parts: Floats
    prices: Floats


@dataclass(frozen=True)
class Patch:
    """Single numbers of a model that are other than they were: costs and limits by column, entries of the
    matrix by (row, column), limits by row.
    """

    costs: Mapping[int, float] = field(default_factory=dict)
    uppers: Mapping[int, float] = field(default_factory=dict)
    entries: Mapping[tuple[int, int], float] = field(default_factory=dict)
    limits: Mapping[int, float] = field(default_factory=dict)


class Patched:
    """A linear model solved again and again with a few numbers changed, each time from where it stood.

    `solves` counts how often.
    """

    def __init__(self, model: Model, limits: Limits) -> None:
        assert not model.choice.any()
        self._model = model
        # The solver's clock runs on from one answer to the next.
        self._solver = _loaded(model, replace(limits, seconds=float("inf")))
        self._solver.setOptionValue("presolve", "off")
        self._columns = np.arange(len(model.cost), dtype=np.int32)
        self._bounds = model.lower, model.upper
        self.solves = 0

    def best(self, patch: Patch, usable: Flags | None = None) -> Answer | None:
        """Return the best flows with the numbers of `patch` and of the `usable` columns; None where there
        are none.
        """
        if not len(self._columns):
            return Answer(np.zeros(0), np.zeros(len(self._model.limit)), 0.0, 0.0, "optimal")
        self.solves += 1
        model, solver = self._model, self._solver
        cost, lower, upper = model.cost.copy(), model.lower, model.upper.copy()
        for column, idr in patch.costs.items():
            cost[column] = idr
        for column, kg in patch.uppers.items():
            upper[column] = kg
        if usable is not None:
            lower, upper = np.where(usable, lower, 0.0), np.where(usable, upper, 0.0)
        solver.changeColsCost(len(cost), self._columns, -cost)
        self._bound(np.minimum(lower, upper), upper)
        for (row, column), number in patch.entries.items():
            solver.changeCoeff(row, column, number)
        for row, kg in patch.limits.items():
            solver.changeRowBounds(row, -highspy.kHighsInf, kg)
        solver.run()
        answer = self._answer(cost)
        for row, column in patch.entries:
            solver.changeCoeff(row, column, _entry(model, row, column))
        for row in patch.limits:
            solver.changeRowBounds(row, -highspy.kHighsInf, float(model.limit[row]))
        return answer

    def _bound(self, lower: Floats, upper: Floats) -> None:
        """Give the solver the limits that are other than they were last time: few of many."""
        moved = self._columns[(lower != self._bounds[0]) | (upper != self._bounds[1])]
        self._solver.changeColsBounds(len(moved), moved, lower[moved], upper[moved])
        self._bounds = lower, upper

    def _answer(self, cost: Floats) -> Answer | None:
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._solver.getSolution()
        flows = np.array(solution.col_value)
        value = float(cost @ flows)
        prices = np.maximum(-np.array(solution.row_dual), 0.0)
        return Answer(flows, prices, value, value, "optimal")


def _entry(model: Model, row: int, column: int) -> float:
    """Return what stands in the matrix at a row and column."""
    span = slice(int(model.start[column]), int(model.start[column + 1]))
    return float(model.value[span][model.index[span] == row].sum())


class Growing:
    """A small linear program that grows by rows and is solved again and again from where it stood: the most
    of the last column.
    """

    def __init__(self, columns: int) -> None:
        self._solver = highspy.Highs()
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("threads", 1)
        self._solver.setOptionValue("presolve", "off")
        self._solver.setOptionValue("dual_feasibility_tolerance", 1e-9)
        self._rows: list[Floats] = []
        self._least: list[float] = []
        free = np.full(columns, highspy.kHighsInf)
        self._solver.addVars(columns, -free, free)
        self._solver.changeColCost(columns - 1, -1.0)

    def add(self, row: Floats, least: float, most: float = np.inf) -> None:
        """Add a row: `least` ≤ row · columns ≤ `most`."""
        columns = np.flatnonzero(row).astype(np.int32)
        self._solver.addRow(least, most, len(columns), columns, row[columns])
        self._rows.append(row.copy())
        self._least.append(least)

    def bound_row(self, row: int, least: float) -> None:
        """Give a row another least."""
        self._solver.changeRowBounds(row, least, np.inf)
        self._least[row] = least

    def bound_column(self, column: int, least: float, most: float = np.inf) -> None:
        """Bound a column anew."""
        self._solver.changeColBounds(column, least, most)

    def best(self) -> tuple[Floats, Floats] | None:
        """Return the columns at the most of the last one, and each row's price (0 or more); None where the
        solver finds none.
        """
        self._solver.run()
        if not self._kept():
            # Errors add up on the way from one answer to the next.
            self._solver.clearSolver()
            self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._solver.getSolution()
        return np.array(solution.col_value), np.abs(np.array(solution.row_dual))

    def _kept(self) -> bool:
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return False
        rows = np.array(self._rows) @ np.array(self._solver.getSolution().col_value)
        return bool((rows >= np.array(self._least) - _KEPT).all())


def searched(
    model: Model,
    limits: Limits,
    above: float = -np.inf,
    enough: float = np.inf,
    meet: Callable[[Floats], None] | None = None,
) -> Answer:
    """Return the best flows that the search finds within `limits`, with its bound and no prices.

    Flows worth `above` or less are not looked for; where there are no others, the value is minus
    infinity and the bound `above`. The search ends with the first that are worth more than `enough`.
    `meet` is told all flows that it meets on its way, each better than the last.
    """
    solver = _loaded(model, limits)
    if meet is not None:
        solver.cbMipImprovingSolution.subscribe(lambda event: meet(np.array(event.data_out.mip_solution)))
    if np.isfinite(above):
        solver.setOptionValue("objective_bound", -above)
    if np.isfinite(enough):
        solver.setOptionValue("objective_target", -enough)
    solver.run()
    nothing = np.zeros(len(model.cost))
    if np.isfinite(above) and solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return Answer(nothing, np.zeros(0), -np.inf, above, "optimal")
    ended = _ended(solver)
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        bound = _bound(solver, model, limits) if ended == "limit" else above
        return Answer(nothing, np.zeros(0), -np.inf, max(above, bound), ended)
    flows = np.array(solver.getSolution().col_value)
    value = float(model.cost @ flows)
    return Answer(flows, np.zeros(0), value, max(value, _bound(solver, model, limits)), ended)


def most_in(model: Model, columns: Flags, least_idr: float, limits: Limits) -> float:
    """Return the most kilograms that `columns` of a linear model carry together while it earns at least
    `least_idr`; infinity where there is no most.
    """
    assert not model.choice.any()
    solver = _loaded(replace(model, cost=columns.astype(np.float64)), limits)
    live = np.flatnonzero(model.cost).astype(np.int32)
    solver.addRow(least_idr, highspy.kHighsInf, len(live), live, model.cost[live])
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return float("inf")
    return -float(solver.getInfo().objective_function_value)


def _bound(solver: highspy.Highs, model: Model, limits: Limits) -> float:
    """Return the search's bound; where it ended before it had one, that of the program without choices."""
    bound = -float(solver.getInfo().mip_dual_bound)
    if np.isfinite(bound):
        return bound
    relaxed = replace(model, choice=np.zeros(len(model.cost), dtype=bool))
    return _linear(relaxed, replace(limits, seconds=float("inf"))).value


def _linear(model: Model, limits: Limits) -> Answer:
    solver = _loaded(model, limits)
    if len(model.cost) >= _LARGE:
        # Presolve takes longer than it saves on networks.
        solver.setOptionValue("presolve", "off")
        months.run(solver, model, lambda part: _loaded(part, limits))
    else:
        solver.run()
    return _best_of(solver, model, limits)


def _best_of(solver: highspy.Highs, model: Model, limits: Limits) -> Answer:
    """Return what the solver found for a linear model."""
    ended = _ended(solver)
    solution = solver.getSolution()
    flows = np.array(solution.col_value)
    value = float(model.cost @ flows)
    if ended == "limit":
        raise Refusal(
            "solve.time",
            "No plan was found within {seconds} seconds. Allow more time, or plan fewer months or products "
            "at once.",
            seconds=limits.seconds,
        )
    return Answer(flows, np.maximum(-np.array(solution.row_dual), 0.0), value, value, "optimal")


def _with_choices(model: Model, limits: Limits) -> Answer:
    solver = _loaded(model, limits)
    solver.run()
    ended = _ended(solver)
    flows = np.array(solver.getSolution().col_value)
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        flows = np.zeros(len(model.cost))
    answer = _linear(model.fixed(_opened(model, flows)), replace(limits, seconds=float("inf")))
    return replace(answer, bound=max(answer.value, _bound(solver, model, limits)), ended=ended)


def _opened(model: Model, flows: Floats) -> Floats:
    """Return the choices as 0 or 1, never less than the flows behind them need."""
    return np.where(model.choice, np.round(flows), flows)


def _loaded(model: Model, limits: Limits) -> highspy.Highs:
    program = highspy.HighsLp()
    program.num_col_ = len(model.cost)
    program.num_row_ = len(model.limit)
    program.col_cost_ = -model.cost
    program.col_lower_ = model.lower
    program.col_upper_ = model.upper
    program.row_lower_ = np.full(len(model.limit), -highspy.kHighsInf)
    program.row_upper_ = model.limit
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = model.start
    program.a_matrix_.index_ = model.index
    program.a_matrix_.value_ = model.value
    if model.choice.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        program.integrality_ = [kinds[int(choice)] for choice in model.choice]
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", limits.seed)
    solver.setOptionValue("mip_rel_gap", limits.gap / 2)
    solver.setOptionValue("mip_abs_gap", 0.001)
    solver.setOptionValue("mip_feasibility_tolerance", 1e-7)
    # Networks have strong relaxations: searching around them took six times as long as the rest.
    solver.setOptionValue("mip_heuristic_effort", 0.0)
    solver.setOptionValue("mip_allow_restart", False)
    for search in ("rins", "rens", "root_reduced_cost"):
        solver.setOptionValue(f"mip_heuristic_run_{search}", False)
    if np.isfinite(limits.seconds):
        solver.setOptionValue("time_limit", limits.seconds)
    if limits.nodes is not None:
        solver.setOptionValue("mip_max_nodes", limits.nodes)
    status = solver.passModel(program)
    assert status != highspy.HighsStatus.kError
    return solver


def _ended(solver: highspy.Highs) -> Ended:
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kOptimal:
        return "optimal"
    if status in (
        highspy.HighsModelStatus.kObjectiveBound,
        highspy.HighsModelStatus.kObjectiveTarget,
    ):
        return "optimal"
    if status in (highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kSolutionLimit):
        return "limit"
    if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        raise Refusal(
            "solve.unbounded",
            "This network could earn without end: something can be bought without limit for less than it is "
            "sold for without limit. Give the purchase or the sale a limit.",
        )
    raise Refusal(
        "solve.failed",
        "The solver gave no plan for this network ({status}). Please send the file to those who look "
        "after Jejaring.",
        status=str(solver.modelStatusToString(status)),
    )
