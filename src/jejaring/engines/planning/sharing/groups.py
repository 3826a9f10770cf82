"""Which group of parties could gain most by leaving: the search over all groups at once.

A yes/no column for each party says whether it is in the group; what a group may use hangs on its
members (docs/planning.md §5). The best of V(S) − payoff(S) over all proper groups comes with the
solver's bound, so that nobody has to enumerate 2^n groups.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from jejaring.engines.measures import Flags, Floats
from jejaring.engines.planning import solver
from jejaring.engines.planning.headroom import headroom, roof
from jejaring.engines.planning.model import Model
from jejaring.engines.planning.program import Program
from jejaring.engines.planning.sharing.membership import with_members

_PARTS = (0.999, 0.9, 0.6, 0.4, 0.2, 0.1, 0.05, 0.001)


@dataclass(frozen=True, eq=False)
class Found:
    """The group that gains most by leaving, by how much (rupiah), and a proven upper bound of that."""

    group: Flags
    gain_idr: float
    bound_idr: float
    flows: Floats


@dataclass(frozen=True, eq=False)
class Search:
    """The program of `Search.over` with a membership column for each party behind the others."""

    model: Model
    program: Program
    parties: int
    most: Floats

    @classmethod
    def over(cls, program: Program, limits: solver.Limits) -> Search:
        """Return the search over the groups of `program`'s parties."""
        most = headroom(program, roof(program, limits))
        if not program.choices.any():
            # What a column may carry itself binds exactly where its party is in: headroom is a little more.
            most = np.minimum(most, program.uppers)
        return cls(with_members(program, most), program, len(program.problem.parties), most)

    def worst(self, payoff_idr: Floats, limits: solver.Limits) -> Found:
        """Return the proper, non-empty group with the largest V(S) − payoff(S)."""
        columns = len(self.program.columns)
        cost = np.concatenate([self.program.gains, -payoff_idr])
        answer = solver.searched(replace(self.model, cost=cost), limits)
        group = np.asarray(answer.flows[columns:] > 0.5, dtype=bool)
        return Found(group, answer.value, answer.bound, answer.flows[:columns])

    def any_above(
        self, payoff_idr: Floats, least_idr: float, limits: solver.Limits, enough_idr: float = np.inf
    ) -> tuple[Found, ...] | None:
        """Return groups that gain more than `least_idr` by leaving, the one that gains most last; None where
        there is none, no groups where the time was too short to tell.

        The search ends with the first group that gains more than `enough_idr`.
        """
        columns = len(self.program.columns)
        cost = np.concatenate([self.program.gains, -payoff_idr])
        met: list[Floats] = []
        answer = solver.searched(
            replace(self.model, cost=cost), limits, above=least_idr, enough=enough_idr, meet=met.append
        )
        if answer.value <= least_idr and answer.bound <= least_idr:
            return None
        if np.isfinite(answer.value):
            met.append(answer.flows)
        return tuple(
            Found(
                np.asarray(each[columns:] > 0.5, dtype=bool),
                float(cost @ each),
                answer.bound,
                each[:columns],
            )
            for each in met
        )

    def relaxed(self, payoff_idr: Floats, limits: solver.Limits) -> float:
        """Return an upper bound of what any group gains, without searching."""
        cost = np.concatenate([self.program.gains, -payoff_idr])
        free = replace(self.model, cost=cost, choice=np.zeros(len(cost), dtype=bool))
        return solver.presolved(free, limits).value


class Hints:
    """Groups that may gain by leaving, read off the search with parts of memberships allowed."""

    def __init__(self, search: Search, limits: solver.Limits) -> None:
        self._relaxed = solver.Relaxed(search.model, limits)
        self._parties = search.parties

    def at(self, payoff_idr: Floats) -> list[Flags]:
        """Return the groups of the parties that are in by more than some part, largest parts first."""
        inside = self._relaxed.best(-payoff_idr)[-self._parties :]
        found = {}
        for part in _PARTS:
            group = np.asarray(inside > part, dtype=bool)
            if 0 < group.sum() < self._parties:
                found[group.tobytes()] = group
        return list(found.values())
