"""The most even core point by the textbook: row generation with one integer program for each cut.

It starts with everybody alone, hangs every flow on its owners' membership with one number for all
(more kilograms than there are), and leaves HiGHS as it comes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import highspy
import numpy as np
from scipy.optimize import linprog

from jejaring.engines.planning.problem import NOBODY
from jejaring.engines.planning.program import Program

TOLERANCE_IDR = 1.0


@dataclass
class Outcome:
    """Gains over alone (rupiah by party), ε, cuts made, and whether the time was up first."""

    gains: np.ndarray
    epsilon: float
    cuts: int
    capped: bool
    groups: list = field(default_factory=list)


def even_core(program: Program, alone: np.ndarray, value: float, seconds: float) -> Outcome:
    """Return the most even gains that no group objects to, or what was reached in `seconds`."""
    began = time.perf_counter()
    parties = len(alone)
    groups: list[np.ndarray] = []
    floors: list[float] = []
    total = value - float(alone.sum())
    search = _Search(program)
    cuts = 0
    while True:
        gains, epsilon = _leximin(groups, floors, total, parties)
        left = seconds - (time.perf_counter() - began)
        found = search.worst(alone + gains, left) if left > 0 else None
        if found is None:
            return Outcome(gains, epsilon, cuts, capped=True)
        group, gain = found
        if gain <= epsilon + TOLERANCE_IDR:
            return Outcome(gains, epsilon, cuts, capped=False)
        groups.append(group)
        floors.append(gain + float(gains[group].sum()))
        cuts += 1


class _Search:
    def __init__(self, program: Program) -> None:
        rows, columns, numbers, places = program.entries
        self.parties = len(program.problem.parties)
        self.columns = len(program.columns)
        self.values = numbers.astype(float) / 10.0**places
        self.rows, self.cols = rows, columns
        self.program = program
        supplies = program.problem.supplies.available_kg.floats(0.0).sum()
        finite = program.uppers[np.isfinite(program.uppers)]
        self.most = max(float(supplies), float(finite.max(initial=1.0)))

    def worst(self, payoff: np.ndarray, seconds: float) -> tuple[np.ndarray, float] | None:
        """Return the group that gains most by leaving, None where the time was up."""
        p, n = self.program, self.columns
        count = len(p.limits)
        rows, cols, values = [self.rows], [self.cols], [self.values]
        upper = [p.limits.astype(float) / 10.0**p.kg_places]
        for k in range(3):
            party = p.columns.parties[:, k]
            tied = np.flatnonzero(party != NOBODY)
            most = np.where(p.choices[tied], 1.0, self.most)
            at = count + np.arange(len(tied))
            count += len(tied)
            rows += [at, at]
            cols += [tied, n + party[tied]]
            values += [np.ones(len(tied)), -most]
            upper.append(np.zeros(len(tied)))
        least = np.flatnonzero(p.lowers > 0)
        at = count + np.arange(len(least))
        count += len(least)
        rows += [at, at]
        cols += [least, n + p.columns.parties[least, 0]]
        values += [-np.ones(len(least)), p.lowers[least]]
        upper.append(np.zeros(len(least)))
        members = n + np.arange(self.parties)
        rows += [np.full(self.parties, count), np.full(self.parties, count + 1)]
        cols += [members, members]
        values += [np.ones(self.parties), -np.ones(self.parties)]
        upper.append(np.array([self.parties - 1.0, -1.0]))
        lp = _program(
            np.concatenate([p.gains, -payoff]),
            np.concatenate([p.uppers, np.ones(self.parties)]),
            np.concatenate(rows),
            np.concatenate(cols),
            np.concatenate(values),
            np.concatenate(upper),
        )
        whole = np.concatenate([p.choices, np.ones(self.parties, dtype=bool)])
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(each)] for each in whole]
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("time_limit", seconds)
        highs.passModel(lp)
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        group = np.array(highs.getSolution().col_value)[n:] > 0.5
        return group, highs.getInfo().objective_function_value


def _program(gain, most, rows, cols, values, upper) -> highspy.HighsLp:
    order = np.lexsort((rows, cols))
    start = np.zeros(len(gain) + 1, dtype=np.int32)
    np.cumsum(np.bincount(cols, minlength=len(gain)), out=start[1:])
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(gain), len(upper)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = gain
    lp.col_lower_ = np.zeros(len(gain))
    lp.col_upper_ = most
    lp.row_lower_ = np.full(len(upper), -np.inf)
    lp.row_upper_ = upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = start
    lp.a_matrix_.index_ = rows[order].astype(np.int32)
    lp.a_matrix_.value_ = values[order]
    return lp


def _leximin(groups, floors, total: float, parties: int) -> tuple[np.ndarray, float]:
    """Raise the smallest gain as far as the groups accept, fix those that can't rise, and go on."""
    scale = max(1.0, abs(total))
    rows = np.array(groups, dtype=float).reshape(len(groups), parties)
    least = np.array(floors) / scale
    ones = np.ones((1, parties))
    free_bounds = [(None, None)] * parties
    epsilon = 0.0
    if groups:
        sums = np.hstack([-rows, -np.ones((len(rows), 1))])
        result = linprog(
            np.append(np.zeros(parties), 1.0),
            A_ub=sums,
            b_ub=-least,
            A_eq=np.hstack([ones, [[0.0]]]),
            b_eq=[total / scale],
            bounds=[*free_bounds, (0, None)],
        )
        assert result.x is not None
        epsilon = result.x[-1] * (1 + 1e-9) if result.x[-1] > 1e-9 else 0.0
    fixed = np.full(parties, np.nan)
    gains = np.full(parties, total / scale / parties)
    while np.isnan(fixed).any():
        own = np.flatnonzero(np.isnan(fixed))
        raises = np.zeros((len(own), parties + 1))
        raises[np.arange(len(own)), own] = -1.0
        raises[:, -1] = 1.0
        result = linprog(
            np.append(np.zeros(parties), -1.0),
            A_ub=np.vstack([raises, np.hstack([-rows, np.zeros((len(rows), 1))])]),
            b_ub=np.concatenate([np.zeros(len(own)), epsilon - least]),
            A_eq=np.hstack([ones, [[0.0]]]),
            b_eq=[total / scale],
            bounds=[(None, None) if np.isnan(at) else (at - 1e-11, at + 1e-11) for at in fixed]
            + [(None, None)],
            method="highs-ds",
        )
        assert result.x is not None
        assert result.status == 0, result.message
        gains = result.x[:-1]
        stuck = own[result.ineqlin.marginals[: len(own)] < -1e-9]
        fixed[stuck if len(stuck) else own] = result.x[-1]
    return gains * scale, epsilon * scale
