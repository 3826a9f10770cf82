"""Which group of parties could gain most by leaving: the search over all groups at once.

A yes/no column for each party says whether it is in the group; what a group may use hangs on its
members (docs/planning.md §5). The best of V(S) − payoff(S) over all proper groups comes with the
solver's bound, so that nobody has to enumerate 2^n groups.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from jejaring.engines.measures import NONE, Flags, Floats, Indices
from jejaring.engines.planning import solver
from jejaring.engines.planning.certificate import owner_of_columns, owner_of_ties
from jejaring.engines.planning.headroom import headroom, roof
from jejaring.engines.planning.model import TOGETHER, Model
from jejaring.engines.planning.problem import NOBODY
from jejaring.engines.planning.program import CHOICE, NO_NODE, Program

_MOST_WAYS = 3
"""How many ways to choose are tried for each group when probing; the oldest is forgotten."""


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

    @classmethod
    def over(cls, program: Program, limits: solver.Limits) -> Search:
        """Return the search over the groups of `program`'s parties."""
        model = _with_members(program, roof(program, limits))
        return cls(model, program, len(program.problem.parties))

    def worst(self, payoff_idr: Floats, limits: solver.Limits) -> Found:
        """Return the proper, non-empty group with the largest V(S) − payoff(S)."""
        columns = len(self.program.columns)
        cost = np.concatenate([self.program.gains, -payoff_idr])
        answer = solver.searched(replace(self.model, cost=cost), limits)
        group = np.asarray(answer.flows[columns:] > 0.5, dtype=bool)
        return Found(group, answer.value, answer.bound, answer.flows[:columns])

    def any_above(self, payoff_idr: Floats, least_idr: float, limits: solver.Limits) -> Found | None:
        """Return a group that gains more than `least_idr` by leaving, None where there is none.

        An empty group where the time was too short to tell.

        Without yes/no choices it is the one that gains most; with them, where searching takes longer,
        the first one met.
        """
        columns = len(self.program.columns)
        cost = np.concatenate([self.program.gains, -payoff_idr])
        answer = solver.searched(
            replace(self.model, cost=cost), limits, above=least_idr, first=bool(self.program.choices.any())
        )
        if answer.value <= least_idr and answer.bound <= least_idr:
            return None
        group = np.asarray(answer.flows[columns:] > 0.5, dtype=bool)
        return Found(group, answer.value, answer.bound, answer.flows[:columns])

    def relaxed(self, payoff_idr: Floats, limits: solver.Limits) -> float:
        """Return an upper bound of what any group gains, without searching."""
        cost = np.concatenate([self.program.gains, -payoff_idr])
        free = replace(self.model, cost=cost, choice=np.zeros(len(cost), dtype=bool))
        return solver.best(free, limits).value


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
        met: list[tuple[Flags, float]] = []
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


def _with_members(program: Program, roof_kg: float) -> Model:
    base = Model.of(program)
    parties = len(program.problem.parties)
    columns = len(program.columns)
    rows, cols, values = _memberships(program, headroom(program, roof_kg))
    extra = int(rows.max(initial=-1)) + 1
    limit = np.concatenate([base.limit, np.zeros(extra), [parties - 1.0, -1.0]])
    first = len(base.limit)
    own_rows = np.repeat(np.arange(columns), np.diff(base.start))
    members = columns + np.arange(parties)
    entry_column = np.concatenate([own_rows, cols, members, members])
    entry_row = np.concatenate(
        [base.index, first + rows, np.full(parties, first + extra), np.full(parties, first + extra + 1)]
    )
    entry_value = np.concatenate([base.value, values, np.ones(parties), -np.ones(parties)])
    _scale_shared_limits(program, limit, entry := [entry_column, entry_row, entry_value])
    entry_column, entry_row, entry_value = entry
    order = np.lexsort((entry_row, entry_column))
    start = np.zeros(columns + parties + 1, dtype=np.int32)
    np.cumsum(np.bincount(entry_column, minlength=columns + parties), out=start[1:])
    return Model(
        cost=np.concatenate([base.cost, np.zeros(parties)]),
        lower=np.zeros(columns + parties),
        upper=np.concatenate([base.upper, np.ones(parties)]),
        limit=limit,
        start=start,
        index=entry_row[order].astype(np.int32),
        value=entry_value[order],
        choice=np.concatenate([base.choice, np.ones(parties, dtype=bool)]),
        period=np.concatenate([base.period, np.full(parties, TOGETHER)]),
    )


def _scale_shared_limits(program: Program, limit: Floats, entry: list[Indices]) -> None:
    """Turn limits over several products or lanes into limits × membership of their owner."""
    ties = program.ties
    shared = np.flatnonzero(ties.family != CHOICE)
    if not len(shared):
        return
    owner = owner_of_ties(program)[shared]
    rows = len(program.nodes) + shared
    entry[0] = np.concatenate([entry[0], len(program.columns) + owner])
    entry[1] = np.concatenate([entry[1], rows])
    entry[2] = np.concatenate([entry[2], -limit[rows]])
    limit[rows] = 0.0


def _memberships(program: Program, most: Floats) -> tuple[Indices, Indices, Floats]:
    """Return rows (from 0), columns and values that hang every column on the parties it needs.

    A way without limit out of a party's site needs no tie to that party: what comes into the site
    hangs on it already.
    """
    columns = program.columns
    n = len(columns)
    bounded = columns.upper != NONE
    leaves = columns.leaves
    site = (
        np.where(leaves == NO_NODE, 0, program.forms.site_of(program.nodes[np.maximum(leaves, 0)]))
        if n
        else leaves
    )
    home = np.where(leaves == NO_NODE, NOBODY, program.problem.sites.party[site]) if n else leaves
    rows: list[Indices] = []
    cols: list[Indices] = []
    values: list[Floats] = []
    count = 0
    for k in range(3):
        party = columns.parties[:, k]
        again = np.zeros(n, dtype=bool)
        for earlier in range(k):
            again |= columns.parties[:, earlier] == party
        tied = np.flatnonzero((party != NOBODY) & ~again & (bounded | (party != home)))
        for sign, chosen in ((1.0, tied), (-1.0, tied[columns.lower[tied] > 0])):
            size = np.where(
                program.choices[chosen], 1.0, np.where(sign > 0, most[chosen], program.lowers[chosen])
            )
            row = count + np.arange(len(chosen))
            count += len(chosen)
            rows += [row, row]
            cols += [chosen, n + party[chosen]]
            values += [np.full(len(chosen), sign), -sign * size]
    return np.concatenate(rows), np.concatenate(cols), np.concatenate(values)
