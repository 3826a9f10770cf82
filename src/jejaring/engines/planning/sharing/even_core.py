"""The most even payoffs that no group would leave, by row generation (docs/planning.md §7)."""

from __future__ import annotations

import numpy as np

from jejaring.engines.measures import Flags, Floats
from jejaring.engines.planning import solver
from jejaring.engines.planning.model import Model
from jejaring.engines.planning.sharing import branches, evenness, groups, probing
from jejaring.engines.planning.sharing.game import TOLERANCE_IDR, Divided, Game, judged, whole_amounts

_SEARCHES = 15
_STEPS = 6
_NEAR_SHARE = 1e-3
_TAKEN_AT_ONCE = 12
_HINTS = 2
_AROUND = 2
_EARLY_PART = 0.25
_ROUNDS = 400
_WORK_A_SECOND = 3_000_000
"""Columns of linear programs that may be looked through for each second allowed, the same everywhere."""
_HALF = 0.5
_NEAR = 0.95
_EXACT_IDR = TOLERANCE_IDR + 0.01


def even_core(game: Game) -> Divided:
    """Return the most even payoffs that no group would leave.

    Groups that would leave are found in two ways: quickly by probing, and when that finds no more,
    by searching all of them, only so many times. What isn't settled by then is brought to a
    stable split near it.
    """
    if game.every_group or game.parties < 2:
        even = evenness.Evenness(game.value_idr - float(game.alone_idr.sum()), game.parties)
        for key, (worth, _) in game.every_group.items():
            group = np.frombuffer(key, dtype=bool)
            even.know(group, worth - float(game.alone_idr[group].sum()))
        found = even.best()
        payoff, worst, certain = judged(game, game.alone_idr + found.gains)
        return Divided(payoff, found.epsilon, worst, certain, settled=certain)
    if game.searched and not game.program.choices.any():
        return _Between(game).divided()
    return _Rounds(game).divided()


class _Rounds:
    """The groups met so far, what each makes beyond its members' alone values, and the most even gains.

    For networks with yes/no choices, and for those too large to be searched.
    """

    def __init__(self, game: Game) -> None:
        self._game = game
        self._total = game.value_idr - float(game.alone_idr.sum())
        self._choices = bool(game.program.choices.any())
        self._model = Model.of(game.program)
        self._prober = probing.Prober(game.program, game.chosen, game.limits)
        self._hints = groups.Hints(game.search, game.limits)
        self._evenness = evenness.Evenness(self._total, game.parties)
        self._floors: dict[bytes, float] = {}
        self._searched_worths: dict[bytes, float] = {}
        self._last_gain = np.inf
        for party, group in enumerate(self._prober.large_groups()):
            exact = game.searched
            self._take(group, game.value_idr - game.needed_idr[party] if exact else self._prober.floor(group))
        self._even = self._evenness.best()

    def divided(self) -> Divided:
        """Return the most even payoffs, or what comes near them when searches run out."""
        searches = 0
        while True:
            while self._probed():
                self._even = self._evenness.best()
            if not self._game.searched:
                return self._as_they_are()
            found = self._settled()
            searches += 1
            if isinstance(found, Divided):
                return found
            self._even = self._evenness.best()
            if not found or searches == _SEARCHES:
                return self._approached()

    def _as_they_are(self) -> Divided:
        """Return the payoffs that the known groups accept."""
        payoff, worst, certain = judged(self._game, self._amounts)
        return Divided(payoff, self._even.epsilon, worst, certain, settled=False)

    @property
    def _amounts(self) -> Floats:
        return self._game.alone_idr + self._even.gains

    def _settled(self) -> Divided | bool:
        """Return the most even payoffs with their proof, or whether groups were met that would leave them.

        Whole rupiah are searched, beyond the known group that gains most, so that the same search proves
        which group is the worst.
        """
        game, epsilon = self._game, self._even.epsilon
        payoff, paid = whole_amounts(game, self._amounts)
        group, best = self._worst_known(paid)
        least = best + TOLERANCE_IDR
        # A search that is good enough for another round need not find the best group.
        enough = max(least + TOLERANCE_IDR, self._last_gain * _EARLY_PART)
        found = game.search.any_above(paid, least, game.limits, enough)
        if found is None:
            worst = groups.Found(group, best, least, np.zeros(0))
            return Divided(payoff, epsilon, worst, certain=True, settled=True)
        if found and found[-1].bound_idr <= epsilon + _tolerance(game):
            # What rounding and the solver's arithmetic leave is no reason to go on.
            certain = found[-1].bound_idr - found[-1].gain_idr <= TOLERANCE_IDR
            return Divided(payoff, epsilon, found[-1], certain, settled=True)
        return self._learned(found)

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

    def _learned(self, found: tuple[groups.Found, ...]) -> bool:
        """Take up all groups that a search met, and look around the best of them."""
        fresh = False
        gains = []
        for each in found:
            worth = self._worth(each.group)
            fresh |= self._take(each.group, worth)
            gains.append(worth - float(self._amounts[each.group].sum()))
        if gains:
            self._last_gain = max(gains)
            best = sorted(range(len(found)), key=lambda place: -gains[place])[:_AROUND]
            fresh |= self._met_around([found[place].group for place in best])
        return fresh

    def _worth(self, group: Flags) -> float:
        """Return V of a group; where there are choices, those it takes are tried for others from then on."""
        if not self._choices:
            return self._prober.floor(group)
        key = group.tobytes()
        if key not in self._searched_worths:
            usable = self._game.program.usable(group)
            answer = solver.best(self._model.cut(usable).model, self._game.limits)
            chosen = np.zeros(len(usable), dtype=bool)
            chosen[usable] = answer.flows > 0.5
            self._prober.learn(chosen & self._game.program.choices)
            self._searched_worths[key] = answer.value
        return self._searched_worths[key]

    def _take(self, group: Flags, worth: float) -> bool:
        """Remember what a group makes, if it is more than was known."""
        key = group.tobytes()
        floor = worth - float(self._game.alone_idr[group].sum())
        if not np.isfinite(floor) or floor <= self._floors.get(key, -np.inf) + TOLERANCE_IDR:
            return False
        self._floors[key] = floor
        self._evenness.know(group, floor)
        return True

    def _probed(self) -> bool:
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
        hinted = self._hints.at(payoff)
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

    def _approached(self) -> Divided:
        """Go from the market payoffs, where they are stable, towards the most even ones as far as is proven.

        Between a stable point and the most even point that the known groups accept, a point half way is
        searched (stable payoffs are a convex set): without a group that would leave it is the new stable
        point, and the most even one is tried next; with some, they are known from then on (in-out
        separation, Ben-Ameur and Neto 2007).
        """
        game = self._game
        stable = np.array([float(rent) for rent in game.rents_idr])
        _, worst, _ = judged(game, stable)
        if worst.bound_idr > game.parties * TOLERANCE_IDR or self._even.epsilon > 0:
            return self._as_they_are()
        settled, hopeful = False, False
        for _ in range(_STEPS):
            goal = self._amounts
            point = goal if hopeful else (goal + stable) / 2
            found = game.search.any_above(point, _tolerance(game), game.limits)
            if found is None:
                stable, settled = point, hopeful
                if settled or np.abs(goal - stable).max() <= _NEAR_SHARE * max(self._total, 1.0):
                    break
                hopeful = True
                continue
            if not self._learned(found):
                break
            hopeful = False
            self._even = self._evenness.best()
        payoff, worst, certain = judged(game, stable)
        return Divided(payoff, 0.0, worst, certain, settled)


class _Between(_Rounds):
    """The same without yes/no choices: searches by `branches`, between market payoffs (which no group leaves,
    Owen 1975) and the most even ones that the known groups accept.
    """

    def divided(self) -> Divided:
        """Return the most even payoffs, or stable ones near them when the work allowed runs out."""
        game = self._game
        work = _WORK_A_SECOND * min(game.limits.seconds, 60.0)
        programs = max(1, int(work / max(1, len(game.search.model.cost))))
        search = branches.Branches(game.search, self._prober.floor, game.limits, programs)
        stable, part = np.array([float(rent) for rent in game.rents_idr]), _HALF
        for _ in range(_ROUNDS):
            payoff, paid = whole_amounts(game, self._amounts)
            leaves = self._even.epsilon + _tolerance(game)
            point = stable + part * (paid - stable)
            known = leaves - TOLERANCE_IDR if part < 1 else self._worst_known(paid)[1]
            met = search.above(point, known, leaves)
            proved = met.proved and met.bound_idr <= leaves
            if proved and part == 1:
                return self._proved(payoff, paid, met)
            fresh = self._learn(met, paid, leaves)
            if proved:
                stable, part = point, 1 - (1 - part) * _HALF if part < _NEAR else 1.0
            elif not fresh:
                break
            elif part == 1:
                part = _HALF
            if fresh:
                self._even = self._evenness.best()
        payoff, worst, certain = judged(game, stable)
        return Divided(payoff, 0.0, worst, certain, settled=False)

    def _proved(self, payoff: list[int], paid: Floats, met: branches.Met) -> Divided:
        """Return payoffs that are proved, with the group that gains most by leaving."""
        for key, worth in met.worths.items():
            floor = worth - float(self._game.alone_idr[np.frombuffer(key, dtype=bool)].sum())
            self._floors[key] = max(floor, self._floors.get(key, -np.inf))
        group, best = self._worst_known(paid)
        worst = groups.Found(group, best, max(best, met.bound_idr), np.zeros(0))
        certain = worst.bound_idr - best <= _EXACT_IDR
        return Divided(payoff, self._even.epsilon, worst, certain, settled=True)

    def _learn(self, met: branches.Met, paid: Floats, leaves_idr: float) -> bool:
        """Take up the groups met that gain more than `leaves_idr` at `paid`, and better ones around the best
        of them; say whether there were any.
        """
        gains: list[tuple[float, bytes]] = []
        for key, worth in met.worths.items():
            group = np.frombuffer(key, dtype=bool)
            gain = worth - float(paid[group].sum())
            if gain > leaves_idr and self._take(group, worth):
                gains.append((gain, key))
        if gains:
            self._met_around([np.frombuffer(max(gains)[1], dtype=bool)])
        return bool(gains)


def _tolerance(game: Game) -> float:
    """Return what a group may seem to gain at payoffs that are proved all the same: rounding to whole rupiah
    adds a fourth of a rupiah a party at most, and a rupiah for each is what `stable` allows.
    """
    return max(TOLERANCE_IDR, game.parties / 2)
