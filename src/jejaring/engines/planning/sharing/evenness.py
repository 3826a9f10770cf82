"""The most even split that known groups accept: raise the smallest gain as far as they allow, then
the next. A small linear program, solved again each time that some gains can't rise any more
(as Maschler, Peleg and Shapley 1979 do for the nucleolus; docs/planning.md §7).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from jejaring.engines.measures import Flags, Floats

_SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Even:
    """Gains over alone (rupiah by party) and ε, by how much the most dissatisfied group is asked to give."""

    gains: Floats
    epsilon: float


def leximin(groups: list[Flags], floors: list[float], total: float, parties: int) -> Even:
    """Return the most even gains that add up to `total` and give each of `groups` its floor less ε.

    `floors` are in gains (what the group makes by itself less its members' alone values). ε is the
    least for which there are any gains; gains are not below −ε. Amounts are scaled by `total`.
    """
    scale = max(1.0, abs(total))
    rows = np.array([group.astype(float) for group in groups]).reshape(len(groups), parties)
    least = np.array(floors) / scale
    epsilon = _epsilon(rows, least, total / scale, parties)
    gains = _raised(rows, least - epsilon, total / scale, parties)
    return Even(gains * scale, epsilon * scale)


def _epsilon(rows: Floats, least: Floats, total: float, parties: int) -> float:
    """Return the least ε ≥ 0 for which there are gains that every group accepts but for ε."""
    if not len(rows):
        return 0.0
    cost = np.append(np.zeros(parties), 1.0)
    sums = np.hstack([-rows, -np.ones((len(rows), 1))])
    equal = np.append(np.ones(parties), 0.0)[None, :]
    bounds = [(None, None)] * parties + [(0.0, None)]
    result = linprog(cost, A_ub=sums, b_ub=-least, A_eq=equal, b_eq=[total], bounds=bounds, method="highs")
    assert result.status == 0, result.message
    assert result.x is not None
    epsilon = float(result.x[-1])
    return epsilon * (1 + _SAME) if epsilon > _SAME else 0.0


def _raised(rows: Floats, least: Floats, total: float, parties: int) -> Floats:
    """Raise the smallest gain as far as it goes, fix those that can't rise, and go on with the rest."""
    free = np.ones(parties, dtype=bool)
    fixed = np.zeros(parties)
    gains = np.full(parties, total / parties)
    while free.any():
        level, gains, stuck = _level(rows, least, total, free, fixed)
        stuck &= free
        if not stuck.any():
            stuck = free & (gains <= level + 1e-7)
            if not stuck.any():
                stuck = free.copy()
        fixed[stuck] = np.maximum(level, 0.0) if level > -_SAME else level
        free &= ~stuck
    return gains


def _level(
    rows: Floats, least: Floats, total: float, free: Flags, fixed: Floats
) -> tuple[float, Floats, Flags]:
    """Return the highest level for all free gains, gains that reach it, and which of them can't rise:
    those whose own row has a price in the program's dual.
    """
    parties = len(free)
    cost = np.append(np.zeros(parties), -1.0)
    own = np.flatnonzero(free)
    raises = np.zeros((len(own), parties + 1))
    raises[np.arange(len(own)), own] = -1.0
    raises[:, -1] = 1.0
    sums = np.vstack([raises, np.hstack([-rows, np.zeros((len(rows), 1))])])
    limits = np.concatenate([np.zeros(len(own)), -least])
    equal = np.append(np.ones(parties), 0.0)[None, :]
    slack = 1e-11
    bounds = [
        (None, None) if is_free else (at - slack, at + slack) for is_free, at in zip(free, fixed, strict=True)
    ]
    result = linprog(
        cost,
        A_ub=sums,
        b_ub=limits,
        A_eq=equal,
        b_eq=[total],
        bounds=[*bounds, (None, None)],
        method="highs-ds",
    )
    assert result.status == 0, result.message
    assert result.x is not None
    stuck = np.zeros(parties, dtype=bool)
    stuck[own] = result.ineqlin.marginals[: len(own)] < -1e-9
    return float(result.x[-1]), np.asarray(result.x[:-1]), stuck
