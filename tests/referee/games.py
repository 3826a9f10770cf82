"""The game of the groups: V of every group, the worst group, and fair points by brute force.

A game is V(S) in rupiah by group. Everything is done in gains over alone, in
units of a thousandth of the whole gain, so that the linear programs see numbers
near one whatever the rupiah are.
"""

from collections.abc import Collection, Mapping
from fractions import Fraction
from math import floor

import numpy as np
from scipy.optimize import linprog

from . import groups, model
from .reading import Network

Group = frozenset[str]
Game = dict[Group, float]
TIGHT = 1e-6


def game_of(network: Network) -> Game:
    """Return V(S) for every non-empty group, by a model of its own for each."""
    everyone = frozenset(network.parties)
    return {
        group: model.best_surplus(network, group) for group in [*groups.proper_groups(everyone), everyone]
    }


def worst_group(game: Game, payoff_idr: Mapping[str, float | int | Fraction]) -> tuple[Group, float]:
    """Return the proper group with the largest V(S) - payoff(S), and that gain in rupiah."""
    everyone = frozenset(payoff_idr)
    gains = {
        group: value - float(sum(payoff_idr[party] for party in group))
        for group, value in game.items()
        if group != everyone
    }
    worst = max(gains, key=lambda group: gains[group])
    return worst, gains[worst]


def largest_remainder(payoff_idr: Mapping[str, float], total_idr: int) -> dict[str, int]:
    """Return whole rupiah that add up to the total, each within one of what is given.

    Equal remainders go to the code that comes first.
    """
    whole = {party: floor(idr) for party, idr in payoff_idr.items()}
    missing = total_idr - sum(whole.values())
    order = sorted(payoff_idr, key=lambda party: (whole[party] - payoff_idr[party], party))
    for place in range(abs(missing)):
        party = order[place % len(order)] if missing > 0 else order[-1 - place % len(order)]
        whole[party] += 1 if missing > 0 else -1
    return whole


class Gains:
    """A game in gains over alone: y(S) must be at least `claim` of S; y(N) is all there is."""

    def __init__(self, game: Game, parties: Collection[str]) -> None:
        self.parties = sorted(parties)
        self.alone = {party: game[frozenset([party])] for party in self.parties}
        self.groups = groups.proper_groups(self.parties)
        everyone = game[frozenset(self.parties)] - sum(self.alone.values())
        self.unit = max(1.0, abs(everyone)) / 1000.0
        self.whole = everyone / self.unit
        self.claim = np.array(
            [(game[group] - sum(self.alone[party] for party in group)) / self.unit for group in self.groups]
        )
        self.inside = np.array(
            [[float(party in group) for party in self.parties] for group in self.groups]
        ).reshape(len(self.groups), len(self.parties))

    def most(self, goal: np.ndarray, inside: np.ndarray, least: np.ndarray) -> np.ndarray:
        """Return the point (gains, then extra variables) with the largest goal.

        inside @ point >= least; the gains add up to the whole.
        """
        count = len(self.parties)
        total = np.concatenate([np.ones(count), np.zeros(len(goal) - count)])
        solved = linprog(
            -goal, A_ub=-inside, b_ub=-least, A_eq=[total], b_eq=[self.whole], bounds=(None, None)
        )
        if solved.status != 0:
            raise model.Undecided(f"the game was not solved: {solved.message}")
        return np.asarray(solved.x)

    def payoff(self, gains: np.ndarray) -> dict[str, float]:
        """Return gains in units as payoffs in rupiah."""
        return {
            party: self.alone[party] + float(gain) * self.unit
            for party, gain in zip(self.parties, gains, strict=True)
        }


def even_core(game: Game, parties: Collection[str]) -> tuple[dict[str, float], float]:
    """Return the most even payoff of the least core with epsilon >= 0, and epsilon in rupiah.

    The least epsilon first; then the smallest gain over alone is raised as far as
    it goes, those who can get no more are held there, and so on with the rest.
    """
    gains = Gains(game, parties)
    count = len(gains.parties)
    if count == 1:
        return gains.payoff(np.array([gains.whole])), 0.0
    unit_row = np.eye(count + 1)
    loose = np.column_stack([gains.inside, np.ones(len(gains.groups))])
    rows = np.vstack([loose, unit_row[count:]])
    epsilon = float(gains.most(-unit_row[count], rows, np.append(gains.claim, 0.0))[count])
    epsilon = max(0.0, epsilon)
    core, least = gains.inside, gains.claim - epsilon - 1e-9
    held: dict[int, float] = {}
    while len(held) < count:
        free = [place for place in range(count) if place not in held]
        floors = np.array([[float(column == place) for column in range(count)] for place in range(count)])
        # The last variable is the smallest gain of those who are still free.
        lowest = np.column_stack([floors, [-1.0 if place in free else 0.0 for place in range(count)]])
        bottom = np.array([held.get(place, 0.0) - 1e-9 if place in held else 0.0 for place in range(count)])
        all_rows = np.vstack([np.column_stack([core, np.zeros(len(core))]), lowest])
        height = float(gains.most(unit_row[count], all_rows, np.concatenate([least, bottom]))[count])
        levels = np.array([held.get(place, height) - 1e-9 for place in range(count)])
        best = {
            place: float(
                gains.most(floors[place], np.vstack([core, floors]), np.concatenate([least, levels]))[place]
            )
            for place in free
        }
        stuck = [place for place in free if best[place] <= height + TIGHT] or [
            min(best, key=lambda place: best[place])
        ]
        held.update(dict.fromkeys(stuck, height))
    return gains.payoff(np.array([held[place] for place in range(count)])), epsilon * gains.unit


def nucleolus(game: Game, parties: Collection[str]) -> dict[str, float]:
    """Return the nucleolus in rupiah: the largest excess is lowered first, then the next.

    V is superadditive, so nobody gets less than alone in it anyway.
    """
    gains = Gains(game, parties)
    count = len(gains.parties)
    if count == 1:
        return gains.payoff(np.array([gains.whole]))
    settled: dict[int, float] = {}
    known = [np.ones(count)]
    while np.linalg.matrix_rank(np.array(known)) < count:
        free = [place for place in range(len(gains.groups)) if place not in settled]
        goal = np.append(np.zeros(count), 1.0)
        inside = np.column_stack(
            [gains.inside, [-1.0 if place in free else 0.0 for place in range(len(gains.groups))]]
        )
        least = np.array([settled.get(place, gains.claim[place]) for place in range(len(gains.groups))])
        slack = np.array([1e-10 if place in settled else 0.0 for place in range(len(gains.groups))])
        margin = float(gains.most(goal, inside, least - slack)[count])
        floors = np.array(
            [settled.get(place, gains.claim[place] + margin) - 1e-9 for place in range(len(gains.groups))]
        )
        tight = []
        for place in free:
            reached = gains.most(gains.inside[place], gains.inside, floors) @ gains.inside[place]
            if reached <= gains.claim[place] + margin + TIGHT:
                tight.append(place)
        assert tight, "some group is tight at every best point"
        for place in tight:
            settled[place] = gains.claim[place] + margin
            known.append(gains.inside[place])
    matrix = np.array(known)
    worth = np.array([gains.whole, *settled.values()])
    return gains.payoff(np.linalg.lstsq(matrix, worth, rcond=None)[0])
