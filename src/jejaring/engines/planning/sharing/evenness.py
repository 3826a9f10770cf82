"""The most even split that known groups accept: raise the smallest gain as far as they allow, then
the next. A small linear program, solved again from where it stood each time that some gains can't rise any
more (as Maschler, Peleg and Shapley 1979 do for the nucleolus; docs/planning.md §7).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jejaring.engines.measures import Flags, Floats
from jejaring.engines.planning.solver import Growing

_UNITS = 1e4
"""The whole gain in the units of the linear programs."""
_PRICED = 1e-9
_SPARE = 1e-7
"""Units by which a group may be left short, for the sake of the solver's arithmetic."""
_SLACKS = (5e-7, 5e-6, 5e-5, 5e-4, 5e-3)
"""Units by which a gain that can't rise may fall again when the next are raised: the least that will do."""


@dataclass(frozen=True, eq=False)
class Even:
    """Gains over alone (rupiah by party) and ε, by how much the most dissatisfied group is asked to give."""

    gains: Floats
    epsilon: float


class Evenness:
    """The most even gains that add up to `total` and give each known group its floor less ε.

    Floors are in gains (what the group makes by itself less its members' alone values). ε is the least for
    which there are any gains; gains are not below −ε.
    """

    def __init__(self, total: float, parties: int) -> None:
        self._unit = max(1.0, abs(total)) / _UNITS
        self._parties = parties
        self._least: list[float] = []
        self._place: dict[bytes, int] = {}
        # Columns: a gain for each party and what is raised (a level, or −ε).
        self._raise, self._spare = Growing(parties + 1), Growing(parties + 1)
        everybody = np.append(np.ones(parties), 0.0)
        for program in (self._raise, self._spare):
            program.add(everybody, total / self._unit, total / self._unit)
        self._spare.bound_column(parties, -np.inf, 0.0)
        for party in range(parties):
            row = np.zeros(parties + 1)
            row[party], row[parties] = 1.0, -1.0
            self._raise.add(row, -np.inf)

    def know(self, group: Flags, floor: float) -> None:
        """Take up what `group` makes; of what is said of a group, the last counts."""
        key = group.tobytes()
        least = floor / self._unit
        if key in self._place:
            place = self._place[key]
            self._least[place] = least
            self._spare.bound_row(1 + place, least)
            return
        self._place[key] = len(self._least)
        self._least.append(least)
        row = np.append(group.astype(float), 0.0)
        self._raise.add(row, -np.inf)
        row[self._parties] = -1.0
        self._spare.add(row, least)

    def best(self) -> Even:
        """Return the most even gains, and ε."""
        least = self._epsilon()
        for place, floor in enumerate(self._least):
            self._raise.bound_row(1 + self._parties + place, floor - least - _SPARE)
        epsilon = least * self._unit if least > _SPARE else 0.0
        for slack in _SLACKS:
            gains = self._raised(slack)
            if gains is not None:
                return Even(gains * self._unit, epsilon)
        raise AssertionError("the known groups leave no gains, though ε was made for them")

    def _epsilon(self) -> float:
        """Return the least ε ≥ 0 for which there are gains that every group accepts but for ε."""
        if not self._least:
            return 0.0
        found = self._spare.best()
        assert found is not None
        return max(0.0, -float(found[0][-1]))

    def _raised(self, slack: float) -> Floats | None:
        """Raise the smallest gain as far as it goes, keep those that can't rise, and go on.

        None where `slack` is too little for the solver's arithmetic.
        """
        free = np.ones(self._parties, dtype=bool)
        for party in range(self._parties):
            self._raise.bound_column(party, -np.inf)
            self._raise.bound_row(1 + party, 0.0)
        while True:
            found = self._raise.best()
            if found is None:
                return None
            columns, prices = found
            gains, level = columns[:-1], float(columns[-1])
            # Those whose own row has a price in the program's dual can't rise.
            stuck = free & (prices[1 : 1 + self._parties] > _PRICED)
            if not stuck.any():
                stuck = free & (gains <= level + 2 * slack)
            free &= ~stuck
            if not free.any():
                return np.asarray(gains)
            for party in np.flatnonzero(stuck).tolist():
                self._raise.bound_column(party, min(level, gains[party]) - slack)
                self._raise.bound_row(1 + party, -np.inf)
