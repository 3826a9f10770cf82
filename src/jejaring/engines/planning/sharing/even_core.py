"""The most even payoffs that no group would leave, by row generation (docs/planning.md §7)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from jejaring.engines.measures import Flags
from jejaring.engines.planning.sharing import evenness, groups, probing
from jejaring.engines.planning.sharing.game import TOLERANCE_IDR, Divided, Game, judged, whole_amounts

_SEARCHES, _SEARCHES_WITH_CHOICES = 40, 15
_STEPS = 6
_NEAR_SHARE = 1e-3
_PROBED = 2
_TAKEN_AT_ONCE = 12
_HINTS = 2


def even_core(game: Game) -> Divided:
    """Return the most even payoffs that no group would leave.

    Groups that would leave are found in two ways: quickly by probing, and when that finds no more,
    by searching all of them, only so many times. What isn't settled by then is brought to a
    stable split near it by `_approached`.
    """
    total = game.value_idr - float(game.alone_idr.sum())
    if game.every_group or game.parties < 2:
        alone = {key: float(game.alone_idr[np.frombuffer(key, dtype=bool)].sum()) for key in game.every_group}
        known = {key: worth - alone[key] for key, (worth, _) in game.every_group.items()}
        even = _leximin(game, known, total)
        payoff, worst, certain = judged(game, game.alone_idr + even.gains)
        return Divided(payoff, even.epsilon, worst, certain, settled=certain)
    prober = probing.Prober(game.program, game.chosen, game.limits)
    floors: dict[bytes, float] = {}
    for party, group in enumerate(prober.large_groups()):
        worth = game.value_idr - game.needed_idr[party] if game.searched else prober.floor(group)
        _take(floors, group, worth - float(game.alone_idr[group].sum()))
    searches = 0
    hints = groups.Hints(game.search, game.limits)
    most = _SEARCHES_WITH_CHOICES if game.program.choices.any() else _SEARCHES
    while True:
        even = _leximin(game, floors, total)
        if _probe(game, prober, hints, floors, even):
            continue
        if not game.searched:
            payoff, worst, certain = judged(game, game.alone_idr + even.gains)
            return Divided(payoff, even.epsilon, worst, certain, settled=False)
        settled = _settled(game, floors, even)
        searches += 1
        if isinstance(settled, Divided):
            return settled
        if not settled.group.any() or searches == most:
            return _approached(game, floors, total, prober, hints)
        _take(floors, settled.group, settled.gain_idr + float(even.gains[settled.group].sum()))
        _learn(game, prober, settled)
        wide = prober.widened(settled.group, game.alone_idr + even.gains)
        _take(floors, wide, prober.floor(wide) - float(game.alone_idr[wide].sum()))


def _settled(game: Game, floors: dict[bytes, float], even: evenness.Even) -> Divided | groups.Found:
    """Return the most even payoffs with their proof, or the group that would leave them.

    Whole rupiah are searched, beyond the known group that gains most, so that the same search proves which
    group is the worst.
    """
    payoff, paid = whole_amounts(game, game.alone_idr + even.gains)
    known = {
        key: floor + float((game.alone_idr - paid)[np.frombuffer(key, dtype=bool)].sum())
        for key, floor in floors.items()
    }
    key = max(known, key=lambda each: (known[each], each))
    alone = game.alone_idr - paid
    best, group = known[key], np.frombuffer(key, dtype=bool)
    if alone.max() > best:
        best, group = float(alone.max()), np.arange(game.parties) == int(np.argmax(alone))
    found = game.search.any_above(paid, best + TOLERANCE_IDR, game.limits)
    if found is None:
        worst = groups.Found(group, best, best + TOLERANCE_IDR, np.zeros(0))
        return Divided(payoff, even.epsilon, worst, certain=True, settled=True)
    if found.group.any() and found.bound_idr <= even.epsilon + _tolerance(game):
        # What rounding and the solver's arithmetic leave is no reason to go on.
        certain = found.bound_idr - found.gain_idr <= TOLERANCE_IDR
        return Divided(payoff, even.epsilon, found, certain, settled=True)
    asked = float((game.alone_idr + even.gains - paid)[found.group].sum())
    return replace(found, gain_idr=found.gain_idr - asked)


def _leximin(game: Game, floors: dict[bytes, float], total: float) -> evenness.Even:
    known = [np.frombuffer(key, dtype=bool) for key in floors]
    return evenness.leximin(known, list(floors.values()), total, game.parties)


def _approached(
    game: Game, floors: dict[bytes, float], total: float, prober: probing.Prober, hints: groups.Hints
) -> Divided:
    """Go from the market payoffs, where they are stable, towards the most even ones as far as is proven.

    Between a stable point and the most even point that the known groups accept, a point half way is
    searched (stable payoffs are a convex set): without a group that would leave it is the new stable
    point, and the most even one is tried next; with one, that group is known from then on (in-out
    separation, Ben-Ameur and Neto 2007).
    """
    stable = np.array([float(rent) for rent in game.rents_idr])
    _, worst, certain = judged(game, stable)
    even = _leximin(game, floors, total)
    if not _accepted(game, worst, 0.0) or even.epsilon > 0:
        payoff, worst, certain = judged(game, game.alone_idr + even.gains)
        return Divided(payoff, even.epsilon, worst, certain, settled=False)
    settled, hopeful = False, False
    for _ in range(_STEPS):
        _probe(game, prober, hints, floors, even)
        even = _leximin(game, floors, total)
        goal = game.alone_idr + even.gains
        point = goal if hopeful else (goal + stable) / 2
        found = game.search.any_above(point, _tolerance(game), game.limits)
        if found is None:
            stable, settled = point, hopeful
            if settled or np.abs(goal - stable).max() <= _NEAR_SHARE * max(total, 1.0):
                break
            hopeful = True
            continue
        if not found.group.any():
            break
        hopeful = False
        _take(floors, found.group, found.gain_idr + float((point - game.alone_idr)[found.group].sum()))
        _learn(game, prober, found)
    payoff, worst, certain = judged(game, stable)
    return Divided(payoff, 0.0, worst, certain, settled)


def _learn(game: Game, prober: probing.Prober, found: groups.Found) -> None:
    if len(found.flows):
        prober.learn(game.program.choices & (found.flows > 0.5))


def _tolerance(game: Game) -> float:
    """Return what a group may seem to gain at payoffs that are proved all the same: rounding to whole rupiah
    adds a fourth of a rupiah a party at most, and a rupiah for each is what `stable` allows.
    """
    return max(TOLERANCE_IDR, game.parties / 2)


def _accepted(game: Game, worst: groups.Found, epsilon: float) -> bool:
    """Whether it is certain that no group gains more than ε, but for whole rupiah."""
    return worst.bound_idr <= epsilon + game.parties * TOLERANCE_IDR


def _take(floors: dict[bytes, float], group: Flags, floor: float) -> bool:
    """Remember what a group makes beyond its members' alone values, if it is more than was known."""
    key = group.tobytes()
    if not np.isfinite(floor) or floor <= floors.get(key, -np.inf) + TOLERANCE_IDR:
        return False
    floors[key] = floor
    return True


def _probe(
    game: Game, prober: probing.Prober, hints: groups.Hints, floors: dict[bytes, float], even: evenness.Even
) -> bool:
    """Look for groups that would leave: around everybody and the groups nearest to leaving, and where that
    finds none, around the best of what the relaxed search hints at.
    """
    payoff = game.alone_idr + even.gains
    slack = {
        key: float(even.gains[np.frombuffer(key, dtype=bool)].sum()) - floor for key, floor in floors.items()
    }
    nearest = sorted(slack, key=lambda key: (slack[key], key))[: _PROBED - 1]
    starts = [np.ones(game.parties, dtype=bool), *(np.frombuffer(key, dtype=bool) for key in nearest)]
    if _met_around(game, prober, floors, even, starts):
        return True
    hinted = hints.at(payoff)
    gains = [prober.floor(group) - float(payoff[group].sum()) for group in hinted]
    best = sorted(range(len(hinted)), key=lambda place: -gains[place])[:_HINTS]
    return _met_around(game, prober, floors, even, [hinted[place] for place in best])


def _met_around(
    game: Game,
    prober: probing.Prober,
    floors: dict[bytes, float],
    even: evenness.Even,
    starts: list[Flags],
) -> bool:
    payoff = game.alone_idr + even.gains
    met = [each for start in starts for each in prober.around(start.copy(), payoff)]
    met.sort(key=lambda pair: (-pair[1], pair[0].tobytes()))
    fresh = False
    for group, gain in met[:_TAKEN_AT_ONCE]:
        if gain > even.epsilon + _tolerance(game):
            fresh |= _take(floors, group, prober.floor(group) - float(game.alone_idr[group].sum()))
    return fresh
