"""A large linear program solved period by period first, and then as a whole.

Only stores join periods. So each period is solved without them; where its matrix is that of the
period before, the solver goes on from there (only prices and limits moved). The periods' bases side
by side are a basis of the whole program, feasible with empty stores, and the primal simplex brings
the stores in. The answer is a vertex of the whole program, the same every time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import highspy
import numpy as np

from jejaring.engines.measures import Floats, Indices
from jejaring.engines.planning.model import TOGETHER, Model

Load = Callable[[Model], highspy.Highs]


def run(solver: highspy.Highs, model: Model, load: Load) -> None:
    """Solve `model`, which `solver` has loaded; `load` gives a solver for a part of it.

    Where the stores change almost everything, the whole program is solved afresh: an iteration of the
    primal simplex takes as long as several of the dual.
    """
    assert not model.choice.any()
    slices = _slices(model)
    basis = _side_by_side(model, slices, load) if len(slices) > 1 else None
    if basis is not None:
        solver.setBasis(basis)
        solver.setOptionValue("simplex_iteration_limit", max(500, len(model.limit) // 20))
    solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kIterationLimit:
        solver.setOptionValue("simplex_iteration_limit", highspy.kHighsIInf)
        solver.clearSolver()
        solver.run()


@dataclass(frozen=True, eq=False)
class _Slice:
    """The columns and rows of one period, and its model."""

    columns: Indices
    rows: Indices
    model: Model


def _slices(model: Model) -> list[_Slice]:
    """Cut a model in periods. Rows that only joining columns touch belong to none.

    What is built stays built in each of them; stores stay empty.
    """
    built = np.flatnonzero((model.period == TOGETHER) & (model.lower > 0))
    if len(built):
        model = replace(model, limit=model.limit - _taken(model, built))
    slices = []
    for each in range(int(model.period.max(initial=TOGETHER)) + 1):
        columns = model.period == each
        if columns.any():
            part = model.cut(columns)
            slices.append(_Slice(np.flatnonzero(columns), part.rows.astype(np.int64), part.model))
    return slices


def _taken(model: Model, columns: Indices) -> Floats:
    """Return what `columns` at their lower limits take of each row."""
    taken = np.zeros(len(model.limit))
    for column in columns.tolist():
        entries = slice(model.start[column], model.start[column + 1])
        taken[model.index[entries]] += model.value[entries] * model.lower[column]
    return taken


def _side_by_side(model: Model, slices: list[_Slice], load: Load) -> highspy.HighsBasis | None:
    """Return the periods' bases as one, None where a period can't do without the others."""
    lower, basic = highspy.HighsBasisStatus.kLower, highspy.HighsBasisStatus.kBasic
    columns = np.full(len(model.cost), lower, dtype=object)
    rows = np.full(len(model.limit), basic, dtype=object)
    solver: highspy.Highs | None = None
    last: _Slice | None = None
    for each in slices:
        if solver is not None and last is not None and _alike(each.model, last.model):
            _change(solver, each.model)
        else:
            solver = load(each.model)
            solver.setOptionValue("presolve", "off")
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found = solver.getBasis()
        columns[each.columns] = found.col_status
        rows[each.rows] = found.row_status
        last = each
    basis = highspy.HighsBasis()
    basis.col_status, basis.row_status, basis.valid = columns.tolist(), rows.tolist(), True
    return basis


def _alike(one: Model, other: Model) -> bool:
    """Whether two models have the same matrix."""
    return (
        np.array_equal(one.start, other.start)
        and np.array_equal(one.index, other.index)
        and np.array_equal(one.value, other.value)
        and len(one.limit) == len(other.limit)
    )


def _change(solver: highspy.Highs, model: Model) -> None:
    """Give the solver the prices and limits of a model that is like the one it has."""
    columns, rows = len(model.cost), len(model.limit)
    numbers = np.arange(columns, dtype=np.int32)
    solver.changeColsCost(columns, numbers, -model.cost)
    solver.changeColsBounds(columns, numbers, model.lower, model.upper)
    # The stubs of highspy lack this one.
    solver.changeRowsBounds(  # type: ignore[attr-defined]
        rows, np.arange(rows, dtype=np.int32), np.full(rows, -highspy.kHighsInf), model.limit
    )
