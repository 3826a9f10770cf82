"""The most even stable payoff of a small network, quickly enough to be asked many times."""

from __future__ import annotations

import numpy as np

from jejaring.engines.measures import Floats
from jejaring.engines.planning import headroom, solver, trimming
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.program import Program
from jejaring.engines.planning.sharing import evenness
from jejaring.engines.planning.sharing.worths import every_group

MOST_PARTIES = 5
"""Above it, the worth of every group takes too long to be asked for every declaration."""


def even_payoff(problem: Problem, program: Program, value_idr: float, alone: Floats, party: int) -> float:
    """Return what `party` gets under even_core: the worths of all groups are computed."""
    parties = len(problem.parties)
    if parties < 2:
        return value_idr
    limits = solver.Limits()
    tight = headroom.tightened(trimming.trimmed(program)[0], limits)
    worths = every_group(tight, limits)
    groups = [np.frombuffer(key, dtype=bool) for key in worths]
    floors = [
        worth - float(alone[group].sum()) for group, (worth, _) in zip(groups, worths.values(), strict=True)
    ]
    even = evenness.leximin(groups, floors, value_idr - float(alone.sum()), parties)
    return float(alone[party] + even.gains[party])
