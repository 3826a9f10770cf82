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


_STEPS_A_PARTY = 2
"""How often a party may come or go, on average, when probing around a group."""


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

        With choices the party that raises it most goes first; without them, where there are more parties,
        the first that raises it.
        """
        step = self._best_step if self.program.choices.any() else self._any_step
        group = start.copy()
        gain = self.floor(group) - float(payoff_idr[group].sum())
        met = [(group.copy(), gain)] if gain > 0 else []
        first = 0
        for _ in range(_STEPS_A_PARTY * self.parties):
            party, gain = step(group, gain, first, payoff_idr)
            if party < 0:
                break
            group[party] ^= True
            first = party + 1
            if gain > 0:
                met.append((group.copy(), gain))
        return met

    def _any_step(self, group: Flags, gain: float, first: int, payoff_idr: Floats) -> tuple[int, float]:
        """Return the next party from `first` on that raises the gain by coming or going, and the gain."""
        for party in (*range(first, self.parties), *range(min(first, self.parties))):
            changed = self._changed(group, party, gain, gain, payoff_idr)
            if changed > gain:
                return party, changed
        return -1, gain

    def _best_step(self, group: Flags, gain: float, _: int, payoff_idr: Floats) -> tuple[int, float]:
        """Return the party that raises the gain most by coming or going, and the gain then."""
        best, best_gain = -1, gain
        for party in range(self.parties):
            changed = self._changed(group, party, gain, best_gain, payoff_idr)
            if changed > best_gain:
                best, best_gain = party, changed
        return best, best_gain

    def _changed(self, group: Flags, party: int, gain: float, least: float, payoff_idr: Floats) -> float:
        """Return what the group gains with `party` let in or out; minus infinity where that isn't above
        `least`, since without a member the group loses at least its rents.
        """
        rents = self._rents[group.tobytes()]
        if group[party] and gain + payoff_idr[party] - rents[party] <= least:
            return -np.inf
        other = group.copy()
        other[party] ^= True
        if not 0 < other.sum() < self.parties:
            return -np.inf
        return self.floor(other) - float(payoff_idr[other].sum())
