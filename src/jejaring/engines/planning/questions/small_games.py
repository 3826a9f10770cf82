"""The most even stable payoff of a small network, quickly enough to be asked many times."""

from __future__ import annotations

import numpy as np

from jejaring.engines.measures import Floats
from jejaring.engines.planning import headroom, solver, trimming
from jejaring.engines.planning.model import Model
from jejaring.engines.planning.program import Program
from jejaring.engines.planning.sharing import evenness
from jejaring.engines.planning.sharing.worths import every_group

MOST_PARTIES = 5
"""Above it, the worth of every group takes too long to be asked for every declaration."""


class SmallGame:
    """The worths of all groups of a few parties. When one party's figures change, only groups with it do."""

    def __init__(self, program: Program, limits: solver.Limits) -> None:
        self._limits = limits
        self._parties = len(program.problem.parties)
        self._worths = every_group(self._tight(program), limits)

    def even_payoff(self, program: Program, value_idr: float, alone: Floats, party: int) -> float:
        """Return what `party` gets under even_core when `program` is its network with other figures of its
        own, worth `value_idr`; `alone` by party.
        """
        if self._parties < 2:
            return value_idr
        tight = self._tight(program)
        model = Model.of(tight)
        groups = [np.frombuffer(key, dtype=bool) for key in self._worths]
        even = evenness.Evenness(value_idr - float(alone.sum()), self._parties)
        for group, (before, _) in zip(groups, self._worths.values(), strict=True):
            mine = model.cut(tight.usable(group)).model if group[party] else None
            worth = before if mine is None else solver.best(mine, self._limits).value
            even.know(group, worth - float(alone[group].sum()))
        return float(alone[party] + even.best().gains[party])

    def _tight(self, program: Program) -> Program:
        return headroom.tightened(trimming.trimmed(program)[0], self._limits)
