"""Limits of cash in a program: what may be laid out by the end of each period.

Where every party of a group states its cash, the group's plan keeps within the sum of it
(docs/network-format.md, Cash; docs/planning.md §3). The limit is a row for each period over nearly
all columns. Its worth λ is proved like a price: each column's gain is counted with λ added to what
it pays and is paid, and λ times the cash is added to the bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from scipy import sparse

from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Flags, Floats, Indices
from jejaring.engines.planning import solver
from jejaring.engines.planning.calendar import Calendar
from jejaring.engines.planning.model import TOGETHER, Model
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.program import NEED, OUTLET, SOURCE, SUPPLY, Numbers, Program

WORTH_PLACES = 9
_NOTHING = Fraction(0)
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


def worths(model: Model, prices: Floats) -> tuple[Fraction, ...]:
    """Return what one more rupiah at the end of each period is worth, from the prices of the rows that
    `limited` added to `model`.
    """
    return worths_of(prices[len(model.limit) :])


def worths_of(prices: Floats) -> tuple[Fraction, ...]:
    """Return the same from the prices of these rows alone."""
    scale = 10**WORTH_PLACES
    return tuple(Fraction(max(0, round(float(price) / ROW_IDR * scale)), scale) for price in prices)


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
class Within:
    """A program whose plan must keep within the cash of all parties; `model` is it without that limit."""

    program: Program
    model: Model
    passing: Money
    limit_idr: Fraction

    @classmethod
    def of(cls, program: Program, model: Model) -> Within | None:
        """Return the limit of `program`, None where not all parties state their cash."""
        limit = limit_idr(program.problem, np.ones(len(program.problem.parties), dtype=bool))
        return None if limit is None else cls(program, model, money(program), limit)

    def broken_by(self, flows: Floats) -> bool:
        """Return whether fractional flows lay out more than there is."""
        paid = -self.passing.floats(self.program) * flows
        sums = np.bincount(self.passing.period, weights=paid, minlength=len(self.program.problem.periods) + 1)
        return bool((np.cumsum(sums)[:-1] > float(self.limit_idr)).any())

    def limited(self, less_idr: Fraction = _NOTHING) -> Model:
        """Return the model with the limit, `less_idr` less than all the cash."""
        idr, periods = self.passing.floats(self.program), len(self.program.problem.periods)
        return limited(self.model, idr, self.passing.period, periods, self.limit_idr - less_idr)

    def best(self, limits: solver.Limits, model: Model) -> solver.Answer:
        """Return the best flows of a `limited` model. A Refusal where there are none."""
        try:
            return solver.best(model, limits)
        except Refusal as refusal:
            if refusal.sentence.code != "solve.failed":
                raise
        raise Refusal(
            "solve.cash",
            "The cash of all parties, {limit_idr}, isn't enough for what must be met. State more cash, or "
            "later days of payment.",
            limit_idr=int(self.limit_idr),
        )

    def over_idr(self, units: Indices) -> Fraction:
        """Return how far whole kilograms (and choices as 0 or 1) go beyond the cash; 0 or less: not."""
        return max(laid_out_idr(self.program, self.passing, units)) - self.limit_idr
