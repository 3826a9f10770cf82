"""The nucleolus of a game of few parties: the largest complaint as small as it can be, then the next.

The levels come from linear programs, one after the other (Maschler, Peleg and Shapley 1979); a group is
held at a level only where its price in the dual says that it must be, so that each program raises the
rank (Fromen 1997). The point is then worked out in fractions, and Kohlberg's criterion (1971) checked on
it by code that knows nothing of how it was found (docs/planning.md §7).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.optimize import linprog

from jejaring.engines.measures import Flags, Floats

_UNITS = 1e4
"""The whole gain in the units of the linear programs."""
_PRICED = 1e-7
_SAME = 1e-5
"""Units: complaints that differ by less count as equal in the check."""


@dataclass(frozen=True, eq=False)
class Nucleolus:
    """Gains over alone by party, and whether Kohlberg's criterion holds for them."""

    gains: tuple[Fraction, ...]
    proved: bool


def nucleolus(groups: Flags, floors: Floats, total: float) -> Nucleolus:
    """Return the nucleolus of the game in which `groups` (one row each, all proper ones) make `floors`
    and everybody together makes `total`, all in gains over alone.
    """
    parties = groups.shape[1]
    if parties == 1:
        return Nucleolus((Fraction(total),), proved=True)
    unit = max(1.0, abs(total)) / _UNITS
    rows, least = groups.astype(float), floors / unit
    held = _held(rows, least, total / unit)
    levels = 1 + max(level for _, level in held)
    equations = _Equations(parties + levels)
    equations.add([1] * parties + [0] * levels, Fraction(total))
    for group, level in held:
        of_level = [-int(level == each) for each in range(levels)]
        equations.add([*(int(each) for each in groups[group]), *of_level], Fraction(float(floors[group])))
    gains = equations.solved()[:parties]
    return Nucleolus(tuple(gains), _kohlberg(rows, least, np.array([float(each) for each in gains]) / unit))


def _held(rows: Floats, least: Floats, total: float) -> list[tuple[int, int]]:
    """Return which groups are held at which level: each program's groups with a price."""
    parties = rows.shape[1]
    held: list[tuple[int, int]] = []
    known, worths = np.ones((1, parties)), np.array([total])
    level = 0
    while len(known) < parties:
        free = np.flatnonzero(_apart(known, rows))
        margin, prices = _margin(rows[free], least[free], known, worths)
        order = np.argsort(-prices, kind="stable")
        for group in free[order[: int((prices > _PRICED).sum())]].tolist():
            held.append((group, level))
            if _apart(known, rows[group : group + 1])[0]:
                known = np.vstack([known, rows[group]])
                worths = np.append(worths, least[group] + margin)
        level += 1
    return held


def _margin(rows: Floats, least: Floats, known: Floats, worths: Floats) -> tuple[float, Floats]:
    """Return the largest margin that all of `rows` can have over `least`, and each one's price."""
    parties = rows.shape[1]
    result = linprog(
        np.append(np.zeros(parties), -1.0),
        A_ub=np.hstack([-rows, np.ones((len(rows), 1))]),
        b_ub=-least,
        A_eq=np.hstack([known, np.zeros((len(known), 1))]),
        b_eq=worths,
        bounds=(None, None),
        method="highs-ds",
    )
    assert result.status == 0, result.message
    assert result.x is not None
    return float(result.x[-1]), -np.asarray(result.ineqlin.marginals)


def _apart(known: Floats, rows: Floats) -> Flags:
    """Return which of `rows` are no combination of the rows `known`."""
    base = np.linalg.qr(known.T)[0]
    return np.asarray(np.abs(rows - rows @ base @ base.T).max(axis=1) > 1e-9, dtype=bool)


def _kohlberg(rows: Floats, least: Floats, gains: Floats) -> bool:
    """Return whether the groups with the largest complaints are balanced at every level (Kohlberg 1971):
    no change could lower one of these complaints without raising another.
    """
    parties = rows.shape[1]
    complaints = least - rows @ gains
    order = np.argsort(-complaints, kind="stable")
    ends = np.flatnonzero(np.diff(complaints[order], append=-np.inf) < -_SAME) + 1
    for end in ends.tolist():
        loudest = rows[order[:end]]
        change = linprog(
            -loudest.sum(axis=0),
            A_ub=-loudest,
            b_ub=np.zeros(end),
            A_eq=np.ones((1, parties)),
            b_eq=[0.0],
            bounds=(-1.0, 1.0),
            method="highs",
        )
        if change.status != 0 or change.x is None or float(loudest.sum(axis=0) @ change.x) > 1e-6:
            return False
        if np.linalg.matrix_rank(np.vstack([np.ones(parties), loudest])) == parties:
            return True
    return False


class _Equations:
    """Linear equations in fractions; what follows from those already there is left out."""

    def __init__(self, unknowns: int) -> None:
        self._rows: list[tuple[int, list[Fraction]]] = []
        self._unknowns = unknowns

    def add(self, coefficients: list[int], right: Fraction) -> None:
        """Take up one equation."""
        row = [*(Fraction(each) for each in coefficients), right]
        for lead, other in self._rows:
            if row[lead]:
                factor = row[lead]
                row = [mine - factor * theirs for mine, theirs in zip(row, other, strict=True)]
        lead = next((place for place in range(self._unknowns) if row[place]), -1)
        if lead >= 0:
            self._rows.append((lead, [each / row[lead] for each in row]))

    def solved(self) -> list[Fraction]:
        """Return the unknowns, from the last equation back. There must be one equation for each."""
        assert len(self._rows) == self._unknowns
        found = [Fraction(0)] * self._unknowns
        for lead, row in reversed(self._rows):
            rest = (row[place] * found[place] for place in range(self._unknowns) if place != lead)
            found[lead] = row[-1] - sum(rest, Fraction(0))
        return found
