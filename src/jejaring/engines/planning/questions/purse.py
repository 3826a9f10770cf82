"""The cash of a group in questions: whether flows keep within it, and the model in which they must.

Cash seldom binds, and its rows are dense: a network is solved without them first, and again with them only
where the flows found lay out more than there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from jejaring.engines.measures import Flags, Floats, Indices
from jejaring.engines.planning import financing
from jejaring.engines.planning.model import Model
from jejaring.engines.planning.program import NEED, Program

_DUST_IDR = 1.0


@dataclass(frozen=True, eq=False)
class Purse:
    """What passes for one unit of each column of a program (`idr`, below zero: paid), in which `period`, and
    how much may be laid out. `counts` tells which columns pass money at all.
    """

    idr: Floats
    period: Indices
    counts: Flags
    periods: int
    limit_idr: Fraction

    @classmethod
    def of(cls, program: Program, group: Flags | None = None) -> Purse | None:
        """Return the purse of a group of parties (of all), None where not all of them state their cash."""
        everybody = np.ones(len(program.problem.parties), dtype=bool)
        limit = financing.limit_idr(program.problem, everybody if group is None else group)
        if limit is None:
            return None
        passing = financing.money(program)
        counts = program.columns.family != NEED
        periods = len(program.problem.periods)
        return cls(passing.floats(program), passing.period, counts, periods, limit)

    def spent(self, columns: Flags) -> Floats:
        """Return what one unit of each of these columns lays out together by the end of each period."""
        sums = np.bincount(self.period[columns], weights=-self.idr[columns], minlength=self.periods + 1)
        return np.asarray(np.cumsum(sums)[: self.periods], dtype=np.float64)

    def changed(self, gains: Mapping[int, float]) -> Purse:
        """Return the purse with other gains of some columns."""
        idr = self.idr.copy()
        for column, gain in gains.items():
            if self.counts[column]:
                idr[column] = gain
        return replace(self, idr=idr)

    def entries(self, gains: Mapping[int, float], first_row: int) -> dict[tuple[int, int], float]:
        """Return what stands in the rows of the limit, which begin at `first_row`, for other gains."""
        return {
            (first_row + later, column): -gain / financing.ROW_IDR
            for column, gain in gains.items()
            if self.counts[column]
            for later in range(int(self.period[column]), self.periods)
        }

    def broken_by(self, flows: Floats) -> bool:
        """Return whether flows by column lay out more than there is at some period's end."""
        sums = np.bincount(self.period, weights=-self.idr * flows, minlength=self.periods + 1)
        room = float(self.limit_idr) + _DUST_IDR
        return bool((np.cumsum(sums)[: self.periods] > room).any())

    def limited(self, model: Model) -> Model:
        """Return `model` (of the same columns) with a row for the limit of each period."""
        return financing.limited(model, self.idr, self.period, self.periods, self.limit_idr)
