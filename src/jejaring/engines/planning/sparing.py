"""A little to spare for what was agreed, where whole kilograms fall short of it.

Goods that are worked on or kept lose parts of a kilogram on their way, so that 100 kg agreed on can
come out as 99. The flows are made again as if 101 kg, then 102, 104 … had been agreed on, and dealt
out to the true limits. Where that leads nowhere, a search over whole kilograms does.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Floats, Indices
from jejaring.engines.planning import conflicts, solver
from jejaring.engines.planning.model import Model
from jejaring.engines.planning.program import TERM, Program

_MOST_KG = 16
_WHOLE_GAP = 0.002
"""By how much whole kilograms may miss the best there are, once they have to be searched for."""
_SECONDS = 30.0


class Spare:
    """What is asked beyond what was agreed, column by column, from one try to the next. `searched`: whole
    kilograms had to be searched for, and the last flows are these.
    """

    def __init__(self, program: Program, limits: solver.Limits) -> None:
        self._program, self._limits = program, limits
        self._more = np.zeros(len(program.columns))
        self.searched = False

    def flows(self, model: Model, last: Floats, short: Indices, kg: Indices) -> Floats:
        """Return the best flows of `model` with a little more for the `short` columns: of the flows `last`
        whole kilograms came out as `kg`, which is too little there. A Refusal where what was agreed can't be
        kept in whole kilograms.
        """
        self._more[short] = np.maximum(1.0, 2.0 * self._more[short])
        if not self._more.any():
            return solver.best(model, self._limits).flows
        if self.searched and len(short):
            raise conflicts.not_whole(self._program, short, kg)
        if not self.searched and self._more.max() <= _MOST_KG:
            raised = self._raised(model)
            # Nearly always the choices may stay as they are, and then no search is needed.
            for each in (raised.fixed(np.where(model.choice, np.round(last), 0.0)), raised):
                found = self._best(each)
                if found is not None:
                    return found
        self.searched = True
        return self._whole(model, short, kg)

    def _best(self, model: Model) -> Floats | None:
        try:
            return solver.best(model, self._limits).flows
        except Refusal as refusal:
            if refusal.sentence.code not in conflicts.IMPOSSIBLE:
                raise
        return None

    def _raised(self, model: Model) -> Model:
        """Return `model` with more asked on lanes of which something was agreed."""
        ties, nodes = self._program.ties, len(self._program.nodes)
        lower = np.where(model.lower > 0, model.lower + self._more, model.lower)
        limit = model.limit.copy()
        of_terms = np.flatnonzero(ties.family[ties.row] == TERM)
        more = np.zeros(len(ties.limit))
        np.maximum.at(more, ties.row[of_terms], self._more[ties.column[of_terms]])
        asks = np.zeros(len(ties.limit), dtype=bool)
        asks[ties.row[of_terms[ties.coefficient[of_terms] < 0]]] = True
        limit[nodes : nodes + len(more)] += np.where(asks, -more, more)
        return replace(model, lower=lower, upper=np.maximum(model.upper, lower), limit=limit)

    def _whole(self, model: Model, short: Indices, kg: Indices) -> Floats:
        """Return whole kilograms found by a search."""
        everything = replace(model, choice=np.ones(len(model.cost), dtype=bool))
        limits = replace(self._limits, gap=_WHOLE_GAP, seconds=min(_SECONDS, self._limits.seconds))
        try:
            found = solver.searched(everything, limits)
        except Refusal as refusal:
            if refusal.sentence.code not in conflicts.IMPOSSIBLE:
                raise
            raise conflicts.not_whole(self._program, short, kg) from None
        if not np.isfinite(found.value):
            raise conflicts.not_whole(self._program, short, kg)
        return np.round(found.flows)
