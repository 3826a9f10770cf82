"""A quicker way through the linear program, to be moved into solver.py: not used by the product yet.

Only stores join periods. So each period is solved without them first; where its matrix is that of
the period before, the solver goes on from that basis (only limits and prices moved). The bases side
by side are a basis of the whole program, feasible with empty stores, and the primal simplex brings
the stores in. Exact, a vertex of the whole program, the same every time.

    python -m benchmarks.prototype_sifting 360 2000
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import highspy
import numpy as np

from benchmarks import networks
from jejaring.engines import planning
from jejaring.engines.measures import Flags, Indices
from jejaring.engines.planning import families, solver, trimming
from jejaring.engines.planning.program import STORE, Program

TOGETHER = -1


def periods_of(program: Program) -> Indices:
    """Return the period of each column, TOGETHER where it joins periods."""
    return np.where(program.columns.family == STORE, TOGETHER, program.columns.period)


def linear(model: solver.Model, period: Indices, limits: solver.Limits) -> solver.Answer:
    """Return the best flows of a model without choices."""
    slices = _slices(model, period)
    basis = _side_by_side(model, slices, limits) if len(slices) > 1 else None
    highs = _solver(model, limits)
    if basis is not None:
        highs.setBasis(basis)
        # An iteration of the primal simplex takes as long as several of the dual: where the stores
        # change almost everything, start afresh.
        highs.setOptionValue("simplex_iteration_limit", max(1000, len(model.limit) // 3))
    highs.run()
    if highs.getModelStatus() == highspy.HighsModelStatus.kIterationLimit:
        highs = _solver(model, limits)
        highs.run()
    ended = solver._ended(highs)
    solution = highs.getSolution()
    flows = np.array(solution.col_value)
    value = float(model.cost @ flows)
    return solver.Answer(flows, np.maximum(-np.array(solution.row_dual), 0.0), value, value, ended)


@dataclass(frozen=True, eq=False)
class _Slice:
    """The columns and rows of one period, and its model."""

    columns: Indices
    rows: Indices
    model: solver.Model


def _slices(model: solver.Model, period: Indices) -> list[_Slice]:
    """Cut a model in periods. Rows that only joining columns touch belong to none."""
    count = np.diff(model.start)
    entry_period = np.repeat(period, count)
    row_period = np.full(len(model.limit), TOGETHER)
    row_period[model.index[entry_period != TOGETHER]] = entry_period[entry_period != TOGETHER]
    within = np.zeros(len(model.limit), dtype=np.int32)
    slices = []
    for each in range(int(period.max(initial=TOGETHER)) + 1):
        columns, rows = np.flatnonzero(period == each), np.flatnonzero(row_period == each)
        if not len(columns):
            continue
        within[rows] = np.arange(len(rows))
        entries = entry_period == each
        start = np.zeros(len(columns) + 1, dtype=np.int32)
        np.cumsum(count[columns], out=start[1:])
        cut = solver.Model(
            cost=model.cost[columns],
            lower=model.lower[columns],
            upper=model.upper[columns],
            limit=model.limit[rows],
            start=start,
            index=within[model.index[entries]],
            value=model.value[entries],
            choice=np.zeros(len(columns), dtype=bool),
        )
        slices.append(_Slice(columns, rows, cut))
    return slices


def _side_by_side(
    model: solver.Model, slices: list[_Slice], limits: solver.Limits
) -> highspy.HighsBasis | None:
    """Return the periods' bases as one, None where a period can't do without the others."""
    lower, basic = highspy.HighsBasisStatus.kLower, highspy.HighsBasisStatus.kBasic
    columns = np.full(len(model.cost), lower, dtype=object)
    rows = np.full(len(model.limit), basic, dtype=object)
    highs, last = None, None
    for each in slices:
        if highs is None or last is None or not _alike(each.model, last.model):
            highs = _solver(each.model, limits)
        else:
            _change(highs, each.model)
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found = highs.getBasis()
        columns[each.columns] = found.col_status
        rows[each.rows] = found.row_status
        last = each
    basis = highspy.HighsBasis()
    basis.col_status, basis.row_status, basis.valid = columns.tolist(), rows.tolist(), True
    return basis


def _alike(one: solver.Model, other: solver.Model) -> bool:
    """Whether two models have the same matrix."""
    return (
        np.array_equal(one.start, other.start)
        and np.array_equal(one.index, other.index)
        and np.array_equal(one.value, other.value)
        and len(one.limit) == len(other.limit)
    )


def _change(highs: highspy.Highs, model: solver.Model) -> None:
    """Give the solver the prices and limits of a model that is like the one it has."""
    n, rows = len(model.cost), len(model.limit)
    columns = np.arange(n, dtype=np.int32)
    highs.changeColsCost(n, columns, -model.cost)
    highs.changeColsBounds(n, columns, model.lower, model.upper)
    # The stubs of highspy don't know it.
    highs.changeRowsBounds(  # type: ignore[attr-defined]
        rows, np.arange(rows, dtype=np.int32), np.full(rows, -highspy.kHighsInf), model.limit
    )


def _solver(model: solver.Model, limits: solver.Limits) -> highspy.Highs:
    highs = solver._loaded(model, limits)
    highs.setOptionValue("presolve", "off")
    return highs


def _main(sizes: list[int]) -> None:
    limits = solver.Limits()
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "network.json"
            networks.write(networks.paddy(size), path)
            problem = planning.read(path)
        program: Program = trimming.trimmed(families.program(problem))[0]
        model = solver.Model.of(program)
        period = periods_of(program)
        usual: Flags = np.zeros(len(model.cost), dtype=bool)
        for _ in range(3):
            started = time.process_time()
            plain = solver._linear(model.fixed(usual.astype(float)), limits)
            middle = time.process_time()
            ours = linear(model, period, limits)
            ended = time.process_time()
            print(
                f"{size}: now {middle - started:.3f} s, prototype {ended - middle:.3f} s (processor time),"
                f" ratio {(middle - started) / (ended - middle):.2f},"
                f" values {ours.value / plain.value - 1:+.1e} apart"
            )


if __name__ == "__main__":
    _main([int(size) for size in sys.argv[1:]] or [360, 2000])
