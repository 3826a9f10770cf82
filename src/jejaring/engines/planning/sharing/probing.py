"""Groups that would gain by leaving, looked for quickly and without proof: one party in or out at a time."""

from __future__ import annotations

import numpy as np

from jejaring.engines.measures import Flags, Floats
from jejaring.engines.planning import solver
from jejaring.engines.planning.certificate import owner_of_columns, owner_of_ties
from jejaring.engines.planning.model import Model
from jejaring.engines.planning.program import Program

_MOST_WAYS = 3
"""How many ways to choose are tried for each group when probing; the oldest is forgotten."""


class Prober:
    """Looks for groups that would gain by leaving, quickly and without proof: each group's worth is
    taken with yes/no choices known from elsewhere, which is never more than it could really make.
    """

    def __init__(self, program: Program, chosen: Flags, limits: solver.Limits) -> None:
        self.program = program
        self.parties = len(program.problem.parties)
        self.known: dict[bytes, float] = {}
        self._rents: dict[bytes, Floats] = {}
        self._owner = owner_of_columns(program)
        self._tie_owner = owner_of_ties(program)
        self._model = Model.of(program)
        self._limits = limits
        self._warm: dict[bytes, solver.Warm] = {}
        self.learn(chosen)

    def learn(self, chosen: Flags) -> bool:
        """Take up another way to choose, met elsewhere; say whether it was new."""
        key = chosen[self.program.choices].tobytes()
        if key in self._warm:
            return False
        if len(self._warm) == _MOST_WAYS:
            self._warm.pop(next(iter(self._warm)))
        self._warm[key] = solver.Warm(self._model.fixed(chosen.astype(float)), self._limits)
        self.known.clear()
        return True

    def floor(self, group: Flags) -> float:
        """Return what `group` can make by itself, or less; minus infinity where that isn't known."""
        key = group.tobytes()
        if key not in self.known:
            usable = self.program.usable(group)
            answers = [warm.best(usable) for warm in self._warm.values()]
            best = max((each for each in answers if each), key=lambda each: each.value, default=None)
            self.known[key] = best.value if best else -np.inf
            self._rents[key] = self._rents_in(best) if best else np.zeros(self.parties)
        return self.known[key]

    def _rents_in(self, answer: solver.Answer) -> Floats:
        """Return what each party's limits are worth to the group, which without it loses no less."""
        rents = np.zeros(self.parties + 1)
        np.add.at(rents, self._owner, answer.worths * answer.flows)
        ties = self._model.limit[len(self.program.nodes) :]
        np.add.at(rents, self._tie_owner, answer.prices[len(self.program.nodes) :] * ties)
        return rents[:-1]

    def large_groups(self) -> list[Flags]:
        """Return everybody but one, for each one."""
        groups = []
        for party in range(self.parties):
            group = np.ones(self.parties, dtype=bool)
            group[party] = False
            groups.append(group)
        return groups if self.parties > 1 else []

    def around(self, start: Flags, payoff_idr: Floats) -> list[tuple[Flags, float]]:
        """Return groups that gain by leaving, met while letting parties in and out of `start` as long as
        that raises the gain, with their gains.
        """
        group = start.copy()
        gain = self.floor(group) - float(payoff_idr[group].sum())
        met = [(group.copy(), gain)] if gain > 0 else []
        for _ in range(self.parties):
            best, best_gain = -1, gain
            rents = self._rents[group.tobytes()]
            for party in range(self.parties):
                # Without a member the group loses at least its rents, so that most need no look.
                if group[party] and gain + payoff_idr[party] - rents[party] <= best_gain:
                    continue
                group[party] ^= True
                if 0 < group.sum() < self.parties:
                    changed = self.floor(group) - float(payoff_idr[group].sum())
                    if changed > best_gain:
                        best, best_gain = party, changed
                group[party] ^= True
            if best < 0:
                break
            group[best] ^= True
            gain = best_gain
            if gain > 0:
                met.append((group.copy(), gain))
        return met

    def widened(self, group: Flags, payoff_idr: Floats) -> Flags:
        """Return `group` with all parties that cost it nothing to let in.

        Where several parties can stand in for each other, a group with all of them stops the most even
        gains from moving from one to the next.
        """
        wide = group.copy()
        gain = self.floor(wide) - float(payoff_idr[wide].sum())
        for party in np.flatnonzero(~group).tolist():
            if wide.sum() == self.parties - 1:
                break
            wide[party] = True
            changed = self.floor(wide) - float(payoff_idr[wide].sum())
            if changed < gain - 1.0:
                wide[party] = False
            else:
                gain = max(gain, changed)
        return wide
