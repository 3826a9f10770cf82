"""The most even payoffs that no group would leave, by row generation (docs/planning.md §7)."""

from __future__ import annotations

import numpy as np

from jejaring.engines.measures import Flags, Floats
from jejaring.engines.planning.sharing import branches, evenness, groups, probing
from jejaring.engines.planning.sharing.game import TOLERANCE_IDR, Divided, Game, judged, whole_amounts

_ROUNDS = 400
_WORK_A_SECOND = 3_000_000
"""Columns of linear programs that may be looked through for each second allowed, the same everywhere."""
_EXACT_IDR = TOLERANCE_IDR + 0.01
_HALF = 0.5
_NEAR = 0.95
_TAKEN_AT_ONCE = 12
_HINTS = 2


def even_core(game: Game) -> Divided:
    """Return the most even payoffs that no group would leave.

    Groups that would leave are looked for among all groups by `branches`, with so much work in all. Where
    that isn't enough, it is the last split on the way that was proved stable, if there was one.
    """
    if game.every_group or game.parties < 2:
        even = evenness.Evenness(game.value_idr - float(game.alone_idr.sum()), game.parties)
        for key, (worth, _) in game.every_group.items():
            group = np.frombuffer(key, dtype=bool)
            even.know(group, worth - float(game.alone_idr[group].sum()))
        found = even.best()
        payoff, worst, certain = judged(game, game.alone_idr + found.gains)
        return Divided(payoff, found.epsilon, worst, certain, settled=certain)
    return _Rounds(game).divided()


class _Rounds:
    """The groups met so far, what each makes beyond its members' alone values, and the most even gains."""

    def __init__(self, game: Game) -> None:
        self._game = game
        self._total = game.value_idr - float(game.alone_idr.sum())
        self._prober = probing.Prober(game.program, game.chosen, game.limits)
        self._evenness = evenness.Evenness(self._total, game.parties)
        self._floors: dict[bytes, float] = {}
        for party, group in enumerate(self._prober.large_groups()):
            exact = game.searched
            self._take(group, game.value_idr - game.needed_idr[party] if exact else self._prober.floor(group))
        self._even = self._evenness.best()

    def divided(self) -> Divided:
        """Return the most even payoffs, or what comes near them when the work allowed runs out."""
        game = self._game
        if not game.searched:
            hints = groups.Hints(game.search, game.limits)
            while self._probed(hints):
                self._even = self._evenness.best()
            return self._as_they_are()
        work = _WORK_A_SECOND * min(game.limits.seconds, 60.0)
        programs = max(1, int(work / max(1, len(game.search.model.cost))))
        search = branches.Branches(game.search, self._prober.floor, game.limits, programs)
        stable, part = self._market(search)
        for _ in range(_ROUNDS):
            payoff, paid = whole_amounts(game, self._amounts)
            leaves = self._even.epsilon + _tolerance(game)
            if stable is not None and part < 1.0:
                # Between a stable split and the most even one that the known groups accept.
                point = stable + part * (paid - stable)
                met = search.above(point, leaves - TOLERANCE_IDR, leaves)
                if met.proved and met.bound_idr <= leaves:
                    stable, part = point, 1 - (1 - part) * _HALF if part < _NEAR else 1.0
            else:
                met = search.above(paid, self._worst_known(paid)[1], leaves)
                if met.proved and met.bound_idr <= leaves:
                    return self._settled(payoff, paid, met)
                part = _HALF if stable is not None and met.gain_idr > leaves else part
            fresh = self._learn(met, paid, leaves)
            if not fresh and not met.proved:
                break
            if fresh:
                self._even = self._evenness.best()
            elif part < 1.0 and met.bound_idr > leaves:
                part = 1.0
        return self._as_they_are() if stable is None else self._stable(stable)

    def _market(self, search: branches.Branches) -> tuple[Floats | None, float]:
        """Return the market payoffs where no group leaves them, and how far to go from there."""
        game = self._game
        market = np.array([float(rent) for rent in game.rents_idr])
        if self._even.epsilon > 0:
            return None, 1.0
        if not game.program.choices.any():
            return market, _HALF  # Owen 1975
        leaves = _tolerance(game)
        met = search.above(market, leaves - TOLERANCE_IDR, leaves)
        if met.proved and met.bound_idr <= leaves:
            return market, _HALF
        if self._learn(met, self._amounts, -np.inf):
            self._even = self._evenness.best()
        return None, 1.0

    def _settled(self, payoff: list[int], paid: Floats, met: branches.Met) -> Divided:
        """Return payoffs that are proved, with the group that gains most by leaving."""
        for key, worth in met.worths.items():
            floor = worth - float(self._game.alone_idr[np.frombuffer(key, dtype=bool)].sum())
            self._floors[key] = max(floor, self._floors.get(key, -np.inf))
        group, best = self._worst_known(paid)
        worst = groups.Found(group, best, max(best, met.bound_idr), np.zeros(0))
        certain = worst.bound_idr - best <= _EXACT_IDR
        return Divided(payoff, self._even.epsilon, worst, certain, settled=True)

    def _stable(self, stable: Floats) -> Divided:
        """Return the last split on the way that was proved stable."""
        payoff, worst, certain = judged(self._game, stable)
        return Divided(payoff, 0.0, worst, certain, settled=False)

    def _as_they_are(self) -> Divided:
        """Return the payoffs that the known groups accept."""
        payoff, worst, certain = judged(self._game, self._amounts)
        return Divided(payoff, self._even.epsilon, worst, certain, settled=False)

    @property
    def _amounts(self) -> Floats:
        return self._game.alone_idr + self._even.gains

    def _worst_known(self, paid: Floats) -> tuple[Flags, float]:
        """Return the known group that gains most by leaving, and its gain."""
        alone = self._game.alone_idr - paid
        known = {
            key: floor + float(alone[np.frombuffer(key, dtype=bool)].sum())
            for key, floor in self._floors.items()
        }
        key = max(known, key=lambda each: (known[each], each))
        if alone.max() > known[key]:
            return np.arange(len(alone)) == int(np.argmax(alone)), float(alone.max())
        return np.frombuffer(key, dtype=bool), known[key]

    def _learn(self, met: branches.Met, paid: Floats, leaves_idr: float) -> bool:
        """Take up the groups met that gain more than `leaves_idr` at `paid`, and better ones around the best
        of them; say whether there were any.
        """
        fresh = False
        gains: list[tuple[float, bytes]] = []
        for key, worth in met.worths.items():
            group = np.frombuffer(key, dtype=bool)
            gain = worth - float(paid[group].sum())
            if gain > leaves_idr and self._take(group, worth):
                fresh = True
                gains.append((gain, key))
        if gains and np.isfinite(leaves_idr):
            fresh |= self._met_around([np.frombuffer(max(gains)[1], dtype=bool)])
        return fresh

    def _take(self, group: Flags, worth: float) -> bool:
        """Remember what a group makes, if it is more than was known."""
        key = group.tobytes()
        floor = worth - float(self._game.alone_idr[group].sum())
        if not np.isfinite(floor) or floor <= self._floors.get(key, -np.inf) + TOLERANCE_IDR:
            return False
        self._floors[key] = floor
        self._evenness.know(group, floor)
        return True

    def _probed(self, hints: groups.Hints) -> bool:
        """Look for groups that would leave: around everybody and the group nearest to leaving, and where that
        finds none, around the best of what the relaxed search hints at.
        """
        slack = {
            key: float(self._even.gains[np.frombuffer(key, dtype=bool)].sum()) - floor
            for key, floor in self._floors.items()
        }
        starts = [np.ones(self._game.parties, dtype=bool)]
        starts += [np.frombuffer(min(slack, key=lambda key: (slack[key], key)), dtype=bool)] if slack else []
        if self._met_around(starts):
            return True
        payoff = self._amounts
        hinted = hints.at(payoff)
        gains = [self._prober.floor(group) - float(payoff[group].sum()) for group in hinted]
        best = sorted(range(len(hinted)), key=lambda place: -gains[place])[:_HINTS]
        return self._met_around([hinted[place] for place in best])

    def _met_around(self, starts: list[Flags]) -> bool:
        """Take up the best of the groups met around `starts`; say whether there were any."""
        met = [each for start in starts for each in self._prober.around(start, self._amounts)]
        met.sort(key=lambda pair: (-pair[1], pair[0].tobytes()))
        fresh = False
        for group, gain in met[:_TAKEN_AT_ONCE]:
            if gain > self._even.epsilon + _tolerance(self._game):
                fresh |= self._take(group, self._prober.floor(group))
        return fresh


def _tolerance(game: Game) -> float:
    """Return what a group may seem to gain at payoffs that are proved all the same: rounding to whole rupiah
    adds a fourth of a rupiah a party at most, and a rupiah for each is what `stable` allows.
    """
    return max(TOLERANCE_IDR, game.parties / 2)
