"""A program as sparse columns of floats: what the solver is given."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from jejaring.engines.measures import Flags, Floats, Indices
from jejaring.engines.planning.program import STORE, Program

Positions = npt.NDArray[np.int32]
TOGETHER = -1
"""The period of columns that join periods."""


@dataclass(frozen=True, eq=False)
class Model:
    """A program as sparse columns, ready for the solver. `period` by column, TOGETHER where it joins some."""

    cost: Floats
    lower: Floats
    upper: Floats
    limit: Floats
    start: Positions
    index: Positions
    value: Floats
    choice: Flags
    period: Indices

    @classmethod
    def of(cls, program: Program) -> Model:
        """Return the solver's view of `program`."""
        rows, columns, numbers, places = program.entries
        values = numbers.astype(np.float64) / 10.0**places
        shape = (len(program.nodes) + len(program.ties.limit), len(program.columns))
        # A process may give back some of its own input: the two entries are added up.
        matrix = sparse.coo_array((values, (rows, columns)), shape=shape).tocsc()
        return cls(
            cost=program.gains,
            lower=program.lowers,
            upper=program.uppers,
            limit=program.limits.astype(np.float64) / 10.0**program.kg_places,
            start=matrix.indptr.astype(np.int32),
            index=matrix.indices.astype(np.int32),
            value=matrix.data,
            choice=program.choices,
            period=np.where(program.columns.family == STORE, TOGETHER, program.columns.period),
        )

    def restricted(self, usable: Flags) -> Model:
        """Return the model in which the columns that are not `usable` carry nothing."""
        zero = np.zeros(len(self.cost))
        return replace(
            self, lower=np.where(usable, self.lower, zero), upper=np.where(usable, self.upper, zero)
        )

    def cut(self, kept: Flags) -> Cut:
        """Return the model of the kept columns, with the rows that they touch."""
        count = np.diff(self.start)[kept]
        start = np.zeros(int(kept.sum()) + 1, dtype=np.int32)
        np.cumsum(count, out=start[1:])
        entries = np.repeat(kept, np.diff(self.start))
        touched, index = np.unique(self.index[entries], return_inverse=True)
        model = Model(
            cost=self.cost[kept],
            lower=self.lower[kept],
            upper=self.upper[kept],
            limit=self.limit[touched],
            start=start,
            index=index.astype(np.int32),
            value=self.value[entries],
            choice=self.choice[kept],
            period=self.period[kept],
        )
        return Cut(model, touched)

    def fixed(self, choices: Floats) -> Model:
        """Return the linear model in which the choices are as in `choices` (one number a column)."""
        yes = np.where(self.choice, choices, 0.0)
        return replace(
            self,
            lower=np.where(self.choice, yes, self.lower),
            upper=np.where(self.choice, yes, self.upper),
            choice=np.zeros(len(self.choice), dtype=bool),
        )


@dataclass(frozen=True, eq=False)
class Cut:
    """Part of a model; `rows` are the places of its rows in the whole one."""

    model: Model
    rows: Positions
