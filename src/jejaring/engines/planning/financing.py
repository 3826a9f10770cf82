"""Limits of cash in a program: what may be laid out by the end of each period.

Where every party of a group states its cash, the group's plan keeps within the sum of it
(docs/network-format.md, Cash; docs/planning.md §3). The limit is a row for each period over nearly
all columns. Its worth λ is proved like a price: each column's gain is counted with λ added to what
it pays and is paid, and λ times the cash is added to the bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
from scipy import sparse

from jejaring.engines.measures import Flags, Floats, Indices
from jejaring.engines.planning.calendar import Calendar
from jejaring.engines.planning.model import TOGETHER, Model
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.program import NEED, OUTLET, SOURCE, SUPPLY, Numbers, Program

WORTH_PLACES = 9
_NOTHING = Fraction(0)
_AS_THEY_ARE: Mapping[int, float] = {}
ROW_IDR = 10_000.0
"""Rows are written in units of Rp10,000, so that their numbers are near those of the others."""


@dataclass(frozen=True, eq=False)
class Money:
    """What passes for one unit of each column: `idr` over 10**gain_places (below zero: paid) in `period`;
    the number of periods stands for after the last.
    """

    idr: Numbers
    period: Indices

    def floats(self, program: Program) -> Floats:
        """Return rupiah as floats, for the solver."""
        return self.idr.astype(np.float64) / 10.0**program.gain_places


def limit_idr(problem: Problem, group: Flags) -> Fraction | None:
    """Return the cash of a group of parties, None where one of them doesn't state it."""
    cash = problem.parties.cash_idr
    if not group.any() or cash.none[group].any():
        return None
    return Fraction(sum(int(each) for each in cash.numerators[group]), 10**cash.places)


def money(program: Program) -> Money:
    """Return what each column of `program` pays or is paid, and in which period."""
    problem, columns = program.problem, program.columns
    calendar = Calendar.of(problem.periods)
    days = np.zeros(len(columns), dtype=np.int64)
    for family, by_row in (
        (SUPPLY, problem.parties.pays_members_after_days[problem.sites.party[problem.supplies.site]]),
        (OUTLET, problem.outlets.days),
        (SOURCE, problem.sources.days),
    ):
        mine = columns.family == family
        days[mine] = by_row[columns.row[mine]]
    # What is built for all periods is paid before any of them earns anything.
    passing = np.maximum(columns.period, 0)
    # What is built once for all periods is taken to be paid in the first.
    when = {
        (period, later): calendar.period_of(calendar.middle(max(period, 0)) + later)
        for period, later in {*zip(passing.tolist(), days.tolist(), strict=True)}
    }
    period = [when[pair] for pair in zip(passing.tolist(), days.tolist(), strict=True)]
    idr = np.where(columns.family == NEED, 0, columns.gain)
    return Money(idr, np.array(period, dtype=np.int64))


def limited(model: Model, idr: Floats, period: Indices, periods: int, limit: Fraction) -> Model:
    """Return `model` with one more row for each period: what was paid by its end, less what was received,
    is at most `limit` rupiah. `idr` and `period`: what passes for one unit of each column, and when.
    """
    amount = -idr / ROW_IDR
    live = np.flatnonzero((amount != 0) & (period < periods))
    count = periods - period[live]
    column = np.repeat(live, count)
    first = np.repeat(period[live], count)
    row = first + np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
    shape = (len(model.limit), len(model.cost))
    matrix = sparse.csc_array((model.value, model.index, model.start), shape=shape)
    rows = sparse.csc_array((np.repeat(amount[live], count), (row, column)), shape=(periods, shape[1]))
    whole = sparse.vstack([matrix, rows], format="csc")
    return replace(
        model,
        limit=np.concatenate([model.limit, np.full(periods, float(limit) / ROW_IDR)]),
        start=whole.indptr.astype(np.int32),
        index=whole.indices.astype(np.int32),
        value=whole.data,
        period=np.full(len(model.cost), TOGETHER),
    )


def exact_worths(worth: Sequence[float]) -> tuple[Fraction, ...]:
    """Return worths as a plan holds them, exactly as they were."""
    scale = 10**WORTH_PLACES
    return tuple(Fraction(round(each * scale), scale) for each in worth)


def adjusted(program: Program, passing: Money, worth: tuple[Fraction, ...]) -> Program:
    """Return `program` with each gain counted as cash is worth: what is paid or received in period e gains
    (1 + Σ_(t ≥ e) λ_t) times as much.
    """
    scale = 10**WORTH_PLACES
    later = np.zeros(len(worth) + 1, dtype=object)
    for period in range(len(worth) - 1, -1, -1):
        later[period] = later[period + 1] + int(worth[period] * scale)
    gain = program.columns.gain.astype(object) * scale + passing.idr.astype(object) * later[passing.period]
    columns = replace(program.columns, gain=gain)
    return replace(program, columns=columns, gain_places=program.gain_places + WORTH_PLACES)


def laid_out_idr(program: Program, passing: Money, kg: Indices) -> tuple[Fraction, ...]:
    """Return what whole kilograms (and choices as 0 or 1) by column lay out by the end of each period."""
    periods = len(program.problem.periods)
    sums: Numbers = np.zeros(periods + 1, dtype=object)
    np.add.at(sums, passing.period, -passing.idr.astype(object) * kg.astype(object))
    scale = 10**program.gain_places
    return tuple(Fraction(int(each), scale) for each in np.cumsum(sums)[:periods])


@dataclass(frozen=True, eq=False)
class Purse:
    """The cash of a group of parties: whether flows of a program keep within it, and the model in which they
    must.

    Cash seldom binds, and its rows are dense: a network is solved without them first, and again with them
    only where the flows found lay out more than there is. Gains that are other than the program's are given
    by column.
    """

    program: Program
    passing: Money
    limit_idr: Fraction

    @classmethod
    def of(cls, program: Program, group: Flags | None = None) -> Purse | None:
        """Return the purse of a group (of all), None where not all of them state their cash."""
        everybody = np.ones(len(program.problem.parties), dtype=bool)
        limit = limit_idr(program.problem, everybody if group is None else group)
        return None if limit is None else cls(program, money(program), limit)

    @property
    def periods(self) -> int:
        """Return how many rows the limit has: one for each period."""
        return len(self.program.problem.periods)

    @cached_property
    def _idr(self) -> Floats:
        return self.passing.floats(self.program)

    def broken_by(
        self, flows: Floats, gains: Mapping[int, float] = _AS_THEY_ARE, dust_idr: float = 0.0
    ) -> bool:
        """Return whether fractional flows lay out more than there is, by more than `dust_idr`."""
        idr = self._idr
        if gains:
            idr = idr.copy()
            for column, gain in self._passing(gains):
                idr[column] = gain
        laid_out = self._by_period(self.passing.period, -idr * flows)
        return bool((laid_out > float(self.limit_idr) + dust_idr).any())

    def over_idr(self, units: Indices) -> Fraction:
        """Return how far whole kilograms (and choices as 0 or 1) go beyond the cash; 0 or less: not."""
        return max(laid_out_idr(self.program, self.passing, units)) - self.limit_idr

    def spent(self, columns: Flags) -> Floats:
        """Return what one unit of each of these columns lays out together by the end of each period."""
        return self._by_period(self.passing.period[columns], -self._idr[columns])

    def limited(self, model: Model, less_idr: Fraction = _NOTHING) -> Model:
        """Return `model` (of the same columns) with a row for each period, which are its last; the limit is
        `less_idr` less than all the cash.
        """
        return limited(model, self._idr, self.passing.period, self.periods, self.limit_idr - less_idr)

    def entries(self, gains: Mapping[int, float], first_row: int) -> dict[tuple[int, int], float]:
        """Return what stands in the rows of the limit, which begin at `first_row`, for other gains."""
        return {
            (first_row + later, column): -gain / ROW_IDR
            for column, gain in self._passing(gains)
            for later in range(int(self.passing.period[column]), self.periods)
        }

    def worths(self, prices: Floats) -> tuple[Fraction, ...]:
        """Return what one more rupiah at the end of each period is worth, from the prices of all rows of a
        `limited` model.
        """
        scale = 10**WORTH_PLACES
        mine = prices[len(prices) - self.periods :]
        return tuple(Fraction(max(0, round(float(price) / ROW_IDR * scale)), scale) for price in mine)

    def _passing(self, gains: Mapping[int, float]) -> list[tuple[int, float]]:
        """Return the columns of `gains` that pass money at all."""
        counts = self.program.columns.family != NEED
        return [(column, gain) for column, gain in gains.items() if counts[column]]

    def _by_period(self, period: Indices, paid_idr: Floats) -> Floats:
        """Return what is paid by the end of each period."""
        sums = np.bincount(period, weights=paid_idr, minlength=self.periods + 1)
        return np.asarray(np.cumsum(sums)[: self.periods], dtype=np.float64)
