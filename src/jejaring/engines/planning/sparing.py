"""Flows made again where whole kilograms fall short: of what was agreed with a little to spare for it.

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
from jejaring.engines.planning.program import LANE, TERM, Program

_MOST_KG = 16
_WHOLE_GAP = 0.002
"""By how much whole kilograms may miss the best there are, once they have to be searched for."""
_SECONDS = 30.0
_NEAR = 0.05
"""What a search that is cut short found must be as near to what it may still find."""
_MOST_COLUMNS = 20_000
"""Whole kilograms of more columns aren't searched for."""


class Spare:
    """How the flows of a joint model are made again where whole kilograms fall short, from one try to the
    next. `searched`: whole kilograms had to be searched for, and the last flows are these.
    """

    def __init__(self, program: Program, model: Model, limits: solver.Limits) -> None:
        self._program, self._model, self._limits = program, model, limits
        self._barred = np.zeros(len(program.columns), dtype=bool)
        self._more = np.zeros(len(program.columns))
        self.searched = False

    def flows(self, last: Floats, short: Indices, kg: Indices) -> Floats:
        """Return the best flows in which the `short` columns won't fall short: of the flows `last` whole
        kilograms came out as `kg`.

        A least quantity or price step that nobody agreed on is given up, at most once for each choice. A
        Refusal where what was agreed can't be kept in whole kilograms.
        """
        agreed = self._program.must_send[short] > 0
        if not self._program.problem.terms.bind:
            self._give_up(short)
            return solver.best(self._allowed(), self._limits).flows
        self._more[short] = np.maximum(1.0, 2.0 * self._more[short])
        if not self.searched and self._more.max() <= _MOST_KG:
            # Nearly always the choices may stay as they are, and then no search is needed.
            found = self._best(self._raised(last))
            if found is None:
                self._give_up(short[~agreed])
                found = self._best(self._raised())
            if found is None:
                found = self._best(self._drawn(last))
            if found is not None:
                return found
        if self.searched:
            raise conflicts.not_whole(self._program, short[agreed], kg)
        self.searched = True
        return self._whole(short[agreed], kg)

    def _give_up(self, columns: Indices) -> None:
        """Bar columns for good."""
        assert not self._barred[columns].any(), "a barred column is short again"
        self._barred[columns] = True
        self._more[columns] = 0.0

    def _allowed(self) -> Model:
        return self._model.restricted(~self._barred)

    def _best(self, model: Model) -> Floats | None:
        try:
            return solver.best(model, self._limits).flows
        except Refusal as refusal:
            if refusal.sentence.code not in conflicts.IMPOSSIBLE:
                raise
        return None

    def _raised(self, last: Floats | None = None) -> Model:
        """Return the model with more asked where whole kilograms fell short: of what was agreed, and with the
        choices of `last` of what they ask for too.
        """
        program, model = self._program, self._allowed()
        least = np.where(program.columns.family == LANE, model.lower, 0.0)
        if last is not None:
            chosen = program.choices & (last > 0.5)
            model = model.fixed(chosen.astype(np.float64))
            least = program.fixed(chosen).lower.astype(np.float64) / 10.0**program.kg_places
        lower = np.where((least > 0) & (self._more > 0), least + self._more, model.lower)
        ties, nodes = program.ties, len(program.nodes)
        of_terms = np.flatnonzero(ties.family[ties.row] == TERM)
        more = np.zeros(len(ties.limit))
        np.maximum.at(more, ties.row[of_terms], self._more[ties.column[of_terms]])
        asks = np.zeros(len(ties.limit), dtype=bool)
        asks[ties.row[of_terms[ties.coefficient[of_terms] < 0]]] = True
        limit = model.limit.copy()
        limit[nodes : nodes + len(more)] += np.where(asks, -more, more)
        return replace(model, lower=lower, upper=np.maximum(model.upper, lower), limit=limit)

    def _drawn(self, last: Floats) -> Model:
        """Return the model in which more of what fell short is worth having, where it can't all be asked for:
        as much of it is sent as there can be.
        """
        model = self._allowed().fixed(np.where(self._model.choice, np.round(last), 0.0))
        short = (self._program.columns.family == LANE) & (self._more > 0)
        most = np.where(np.isfinite(model.upper), model.upper, np.maximum(last, model.lower)) + self._more
        dear = 10.0 * float(np.abs(model.cost[~self._program.choices]).max(initial=1.0))
        return replace(
            model,
            cost=np.where(short, model.cost + dear, model.cost),
            upper=np.where(short, most, model.upper),
        )

    def _whole(self, short: Indices, kg: Indices) -> Floats:
        """Return whole kilograms found by a search, the `short` columns of which came out as `kg`."""
        if len(self._model.cost) > _MOST_COLUMNS:
            raise conflicts.not_whole(self._program, short, kg)
        everything = replace(self._model, choice=np.ones(len(self._model.cost), dtype=bool))
        limits = replace(self._limits, gap=_WHOLE_GAP, seconds=min(_SECONDS, self._limits.seconds))
        try:
            found = solver.searched(everything, limits)
        except Refusal as refusal:
            if refusal.sentence.code not in conflicts.IMPOSSIBLE:
                raise
            raise conflicts.not_whole(self._program, short, kg) from None
        near = found.bound - found.value <= _NEAR * abs(found.bound)
        if not np.isfinite(found.value) or not near:
            raise conflicts.not_whole(self._program, short, kg)
        return np.round(found.flows)
