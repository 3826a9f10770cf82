"""The linear program of a network as somebody would write it with numpy and scipy for HiGHS.

All columns, none left out, HiGHS as it comes: no proof, no whole kilograms, no alone values, no
reasons. Written from network-format/1 alone; nothing of the engine's own program is used.
"""

from __future__ import annotations

import highspy
import numpy as np
from scipy import sparse

from jejaring.engines.planning.problem import Problem


class Draft:
    """Columns with what leaves and what arrives, while they are put together."""

    def __init__(self, problem: Problem) -> None:
        self.products, self.periods = len(problem.products), len(problem.periods)
        self.places = len(problem.sites) * self.products * self.periods
        self.gain: list[np.ndarray] = []
        self.upper: list[np.ndarray] = []
        self.entries: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.limits: list[np.ndarray] = []
        self.columns = self.rows = 0

    def place(self, site, product, period):
        return (site * self.products + product) * self.periods + period

    def add(self, gain, upper, leaves=None, arrives=None):
        """Add columns; return their numbers."""
        number = self.columns + np.arange(len(gain))
        self.columns += len(gain)
        self.gain.append(np.asarray(gain, dtype=float))
        self.upper.append(np.asarray(upper, dtype=float))
        if leaves is not None:
            self.entries.append((leaves, number, np.ones(len(number))))
        if arrives is not None:
            self.entries.append((arrives, number, -np.ones(len(number))))
        return number

    def together(self, columns, group, limit):
        """Limit the sum of columns of one group."""
        groups, first, row = np.unique(group, return_index=True, return_inverse=True)
        self.entries.append((self.places + self.rows + row, columns, np.ones(len(columns))))
        self.limits.append(limit[first])
        self.rows += len(groups)


def solve(problem: Problem, seconds: float) -> tuple[float | None, str]:
    """Return the best surplus of a linear network (None where the time was up), and HiGHS's status."""
    p = problem
    assert not len(p.needs.site)
    assert not len(p.sources.code)
    assert not len(p.outlets.step_from_kg)
    assert not p.outlets.least_kg.floats(0.0).any()
    assert not p.processes.opening_cost_idr.floats(0.0).any()
    assert not p.lanes.fixed_cost_idr.floats(0.0).any()
    draft = Draft(p)
    s = p.supplies
    draft.add(
        -s.cost_idr_per_kg.floats(0.0),
        s.available_kg.floats(np.inf),
        arrives=draft.place(s.site, s.product, s.period),
    )
    o = p.outlets
    draft.add(
        o.price_idr_per_kg.floats(0.0),
        o.most_kg.floats(np.inf),
        leaves=draft.place(o.site, o.product, o.period),
    )
    t = p.local_trade
    sells, buys = ~t.sell_idr_per_kg.none, ~t.buy_idr_per_kg.none
    at = draft.place(t.site, t.product, t.period)
    draft.add(t.sell_idr_per_kg.floats(0.0)[sells], t.most_sell_kg.floats(np.inf)[sells], leaves=at[sells])
    draft.add(-t.buy_idr_per_kg.floats(0.0)[buys], t.most_buy_kg.floats(np.inf)[buys], arrives=at[buys])
    c = p.processes
    used = draft.add(
        -c.cost_idr_per_kg.floats(0.0),
        c.capacity_kg.floats(np.inf),
        leaves=draft.place(c.site, c.input, c.period),
    )
    entry = np.repeat(np.arange(len(c.code)), np.diff(c.output_spans.start))
    made = draft.place(c.site[entry], c.output_product, c.period[entry])
    draft.entries.append((made, used[entry], -c.output_yield.floats(0.0)))
    _add_stores(draft, p)
    _add_lanes(draft, p)
    return _run(draft, seconds)


def _add_stores(draft: Draft, p: Problem) -> None:
    g = p.storages
    assert not g.opening_kg.floats(0.0).any()
    store = np.repeat(np.arange(len(g.owner)), np.diff(g.product_spans.start))
    listing = np.repeat(np.arange(len(store)), draft.periods)
    period = np.tile(np.arange(draft.periods), len(store))
    of = store[listing]
    at = draft.place(g.site[of], g.product[listing], period)
    held = draft.add(-g.cost_idr_per_kg.floats(0.0)[of], np.full(len(of), np.inf), leaves=at)
    on = period < draft.periods - 1
    draft.entries.append((at[on] + 1, held[on], -(1 - g.loss.floats(0.0))[of[on]]))
    draft.together(held, of * draft.periods + period, g.capacity_kg.floats(np.inf)[of])


def _add_lanes(draft: Draft, p: Problem) -> None:
    w = p.lanes
    lane = np.repeat(np.arange(len(w.start)), np.diff(w.product_spans.start))
    listing = np.repeat(np.arange(len(lane)), draft.periods)
    period = np.tile(np.arange(draft.periods), len(lane))
    of = lane[listing]
    sent = draft.add(
        -w.cost_idr_per_kg.floats(0.0)[of],
        np.full(len(of), np.inf),
        leaves=draft.place(w.start[of], w.product[listing], period),
        arrives=draft.place(w.end[of], w.product[listing], period),
    )
    limit = w.capacity_kg.floats(np.inf)[of]
    some = np.isfinite(limit)
    draft.together(sent[some], (of * draft.periods + period)[some], limit[some])


def _run(draft: Draft, seconds: float) -> tuple[float | None, str]:
    rows, columns, values = (np.concatenate(part) for part in zip(*draft.entries, strict=True))
    matrix = sparse.csc_matrix((values, (rows, columns)), shape=(draft.places + draft.rows, draft.columns))
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.concatenate(draft.gain)
    lp.col_lower_ = np.zeros(draft.columns)
    lp.col_upper_ = np.concatenate(draft.upper)
    lp.row_lower_ = np.full(matrix.shape[0], -np.inf)
    lp.row_upper_ = np.concatenate([np.zeros(draft.places), *draft.limits])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("time_limit", seconds)
    highs.passModel(lp)
    highs.run()
    status = highs.getModelStatus()
    found = status == highspy.HighsModelStatus.kOptimal
    return (highs.getInfo().objective_function_value if found else None), highs.modelStatusToString(status)
