"""Which groups gain by leaving: a search over all of them that remembers what it proved.

The program of all groups (`membership`) is split by yes or no for one party (or choice) after another, each
part a linear program solved from where the last one stood. The prices of each bound what the groups of any
part gain at any payoffs, so that much of what was proved for the last payoffs needs no program for the
next (docs/planning.md §7). Bounds are worked out here from the prices, whatever else the solver says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from jejaring.engines.measures import Flags, Floats
from jejaring.engines.planning import solver
from jejaring.engines.planning.sharing.game import TOLERANCE_IDR
from jejaring.engines.planning.sharing.groups import Search

_WHOLE = 1e-9
"""Parts of a yes that are none."""
_LOOKS = 30
"""Once a group that leaves is met, so many programs are looked at in all."""
_OLD = 60
"""After so many programs without such a group the parts of the last payoffs are left and all begins anew."""


@dataclass(frozen=True, eq=False)
class _Part:
    """The groups and choices between `lower` and `upper`. Where it was split off: the column, to no or yes (0
    or 1), how far that was, and the bound before.
    """

    lower: Flags
    upper: Flags
    split: tuple[int, int, float, float] | None = None


@dataclass(frozen=True, eq=False)
class Met:
    """Groups with what they make by themselves at least; the most that any group is known to gain by leaving,
    the bound of it, and whether that is proved.
    """

    worths: dict[bytes, float]
    gain_idr: float
    bound_idr: float
    proved: bool


class Branches:
    """The search over all groups, kept from one payoff to the next.

    `floor` returns what a group makes by itself at least. No more than `programs` are solved in all.
    """

    def __init__(
        self, search: Search, floor: Callable[[Flags], float], limits: solver.Limits, programs: int
    ) -> None:
        model = search.model
        self._parties = search.parties
        self._floor = floor
        self._left = programs
        self._boxed = solver.Boxed(model, limits)
        self._prices = _Prices(search)
        self._splits = _Splits(len(self._boxed.choices))
        self._parts = [self._everything()]

    def above(self, payoff_idr: Floats, known_idr: float, leaves_idr: float) -> Met:
        """Return groups that gain more than `leaves_idr` by leaving, or the proof that none gains more than
        it or than Rp1 beyond the best known: a known one gains `known_idr`.
        """
        self._boxed.weigh(-payoff_idr)
        self._prices.weigh(payoff_idr)
        bounds = self._prices.bounds(self._parts)
        order = np.argsort(bounds, kind="stable").tolist()
        at = _Look(payoff_idr, leaves_idr, known_idr)
        at.done = [self._parts[each] for each in order if bounds[each] <= at.least]
        at.stack = [self._parts[each] for each in order if bounds[each] > at.least]
        anew = False
        while at.stack and self._left and not (at.leaving and at.looks >= _LOOKS):
            if not anew and not at.leaving and at.looks >= _OLD:
                anew, at.done, at.stack = True, [], [self._everything()]
            self._look(at, at.stack.pop())
        self._parts = at.done + at.stack
        self._prices.forget(self._parts)
        return Met(at.worths, at.best, max(at.least, at.loose), not at.stack)

    def _everything(self) -> _Part:
        count = len(self._boxed.choices)
        return _Part(np.zeros(count, dtype=bool), np.ones(count, dtype=bool))

    def _look(self, at: _Look, part: _Part) -> None:
        """Bound a part; split it unless no group in it gains enough."""
        if at.looks and self._prices.bounds([part])[0] <= at.least:
            at.done.append(part)
            return
        at.looks += 1
        self._left -= 1
        answer = self._boxed.best(part.lower, part.upper, at.least)
        if answer is None:
            return
        bound = self._prices.add(answer.prices, part)
        self._splits.learn(part, max(bound, at.least))
        if bound > at.least:
            self._meet(at, answer.parts > 0.5, bool((_loose(answer.parts) <= _WHOLE).all()))
        if bound <= at.least:
            at.done.append(part)
            return
        if not (_loose(answer.parts) > _WHOLE).any():
            # The solver lost its way, or its arithmetic leaves it no more to say.
            answer = self._boxed.best(part.lower, part.upper, -np.inf, anew=True)
            if answer is None:
                return
            bound = min(bound, self._prices.add(answer.prices, part))
            if bound <= at.least or not (_loose(answer.parts) > _WHOLE).any():
                at.loose = max(at.loose, bound)
                at.done.append(part)
                return
        at.stack += self._splits.split(part, answer.parts, bound, at.least)

    def _meet(self, at: _Look, taken: Flags, whole: bool) -> None:
        """Take up the group of those who are rather in than out."""
        group = taken[-self._parties :]
        key = group.tobytes()
        if not 0 < group.sum() < self._parties or (key in at.worths and not whole):
            return
        worth = self._floor(group)
        paid = float(at.payoff_idr[group].sum())
        if whole and self._parties < len(taken):
            answer = self._boxed.best(taken, taken, -np.inf)
            worth = max(worth, answer.value + paid) if answer else worth
        at.worths[key] = max(worth, at.worths.get(key, -np.inf))
        at.best = max(at.best, worth - paid)


@dataclass(eq=False)
class _Look:
    """A search at some payoffs while it goes on."""

    payoff_idr: Floats
    leaves_idr: float
    best: float

    def __post_init__(self) -> None:
        self.worths: dict[bytes, float] = {}
        self.loose = -np.inf
        self.looks = 0
        self.done: list[_Part] = []
        self.stack: list[_Part] = []

    @property
    def least(self) -> float:
        """Return what a group must gain to be looked for."""
        return self.best + TOLERANCE_IDR

    @property
    def leaving(self) -> bool:
        """Return whether a group was met that leaves."""
        return self.best > self.leaves_idr


class _Splits:
    """What splitting by a column brought so far: how much lower the bound was for each whole yes or no."""

    def __init__(self, columns: int) -> None:
        self._fall = np.zeros((2, columns))
        self._seen = np.zeros((2, columns))

    def learn(self, part: _Part, bound: float) -> None:
        """Remember what the last split of `part` brought."""
        if part.split is None:
            return
        column, way, distance, before = part.split
        self._seen[way, column] += 1.0
        fall = max(0.0, before - bound) / distance
        self._fall[way, column] += (fall - self._fall[way, column]) / self._seen[way, column]

    def split(self, part: _Part, parts: Floats, bound: float, least: float) -> list[_Part]:
        """Return both halves of a part, the nearer one last."""
        where = np.flatnonzero(_loose(parts) > _WHOLE)
        falls = []
        for way, distance in ((0, parts[where]), (1, 1.0 - parts[where])):
            known = self._seen[way] > 0
            usual = float(self._fall[way][known].mean()) if known.any() else 1.0
            fall = np.where(known, self._fall[way], usual)[where] * distance
            falls.append(np.minimum(fall, bound - least))
        score = falls[0] * falls[1] + 1e-6 * (bound - least) * np.maximum(*falls)
        if not self._seen[:, where].any():
            score = _loose(parts)[where]
        column = int(where[int(np.argmax(score))])
        lower, upper = part.lower.copy(), part.upper.copy()
        lower[column], upper[column] = True, False
        inside = float(parts[column])
        without = _Part(part.lower, upper, (column, 0, inside, bound))
        within = _Part(lower, part.upper, (column, 1, 1.0 - inside, bound))
        return [without, within] if inside > 0.5 else [within, without]


class _Prices:
    """Bounds from prices (weak duality): what limits are worth at them, and each yes/no column beyond."""

    def __init__(self, search: Search) -> None:
        model, first = search.model, len(search.program.columns)
        flows = ~model.choice
        shape = (len(model.limit), len(flows))
        matrix = sparse.csc_array((model.value, model.index, model.start), shape=shape)
        self._flows, self._yes = matrix[:, flows].T.tocsr(), matrix[:, model.choice].T.tocsr()
        self._gain, self._yes_gain = model.cost[flows], model.cost[model.choice]
        self._most = np.minimum(search.most[flows[:first]], model.upper[flows])
        self._limit = model.limit
        self._paid = np.zeros(len(self._yes_gain))
        self._base = np.zeros(0)
        self._rents = np.zeros((0, len(self._yes_gain)))

    def weigh(self, payoff_idr: Floats) -> None:
        """Bound what groups gain at other payoffs."""
        self._paid[len(self._paid) - len(payoff_idr) :] = payoff_idr

    def add(self, prices: Floats, part: _Part) -> float:
        """Take up prices; return the bound that they prove for `part`."""
        worth = self._gain - self._flows @ prices
        base = float(self._limit @ prices + np.maximum(worth, 0.0) @ self._most)
        rents = self._yes_gain - self._yes @ prices
        self._base = np.append(self._base, base)
        self._rents = np.vstack([self._rents, rents])
        net = rents - self._paid
        return base + float(np.where(net > 0, net * part.upper, net * part.lower).sum())

    def bounds(self, parts: list[_Part]) -> Floats:
        """Return what the groups of each part gain at most at the payoffs."""
        if not len(self._base) or not parts:
            return np.full(len(parts), np.inf)
        return np.asarray(self._all(parts).min(axis=1))

    def forget(self, parts: list[_Part]) -> None:
        """Keep only the best prices of each part."""
        if len(self._base) and parts:
            used = np.unique(self._all(parts).argmin(axis=1))
            self._base, self._rents = self._base[used], self._rents[used]

    def _all(self, parts: list[_Part]) -> Floats:
        net = self._rents - self._paid
        upper = np.array([part.upper for part in parts], dtype=float)
        lower = np.array([part.lower for part in parts], dtype=float)
        return np.asarray(self._base + upper @ np.maximum(net, 0.0).T + lower @ np.minimum(net, 0.0).T)


def _loose(parts: Floats) -> Floats:
    """Return how far each is from a yes or no."""
    return np.asarray(np.minimum(parts, 1.0 - parts))
