"""What every group of few parties makes by itself, without a search for most of them.

A group that falls into parts which can't trade with each other makes what its parts make. Without
yes/no choices the rest are linear programs, each solved from where the last one stood. With them the
relaxation often takes its choices whole, or no more than two known parts of the group make together;
only then is a group searched by itself (docs/planning.md §7).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from jejaring.engines.measures import Flags, Indices
from jejaring.engines.planning import solver
from jejaring.engines.planning.model import Model
from jejaring.engines.planning.problem import NOBODY
from jejaring.engines.planning.program import NO_NODE, Program

Worths = dict[bytes, tuple[float, float]]
"""V(S) of a group by its flags as bytes, with an upper bound of it."""
_WHOLE = 1e-9
_CLOSE_IDR = 1e-3


def every_group(program: Program, limits: solver.Limits) -> Worths:
    """Return V(S) of every proper, non-empty group S, with an upper bound of it (the same number unless
    a time limit was hit).
    """
    parties = len(program.problem.parties)
    linked = links(program)
    model = Model.of(program)
    relaxed = solver.Warm(replace(model, choice=np.zeros(len(model.cost), dtype=bool)), limits)
    worths: Worths = {}
    for number in range(1, 2**parties - 1):
        group = np.array([number >> party & 1 for party in range(parties)], dtype=bool)
        split = _parts(group, linked)
        if len(split) > 1:
            known = [worths[part.tobytes()] for part in split]
            worths[group.tobytes()] = sum(value for value, _ in known), sum(bound for _, bound in known)
        else:
            worths[group.tobytes()] = _worth(program, model, relaxed, group, worths, limits)
    return worths


def _worth(
    program: Program, model: Model, relaxed: solver.Warm, group: Flags, worths: Worths, limits: solver.Limits
) -> tuple[float, float]:
    usable = program.usable(group)
    answer = relaxed.best(usable)
    if answer:
        taken = answer.flows[program.choices]
        if (np.abs(taken - np.round(taken)) <= _WHOLE).all():
            return answer.value, answer.value
        least = _least(group, worths)
        if answer.value - least <= _CLOSE_IDR:
            return least, answer.value
    found = solver.best(model.cut(usable).model, limits)
    return found.value, found.bound if found.ended == "limit" else found.value


def _least(group: Flags, worths: Worths) -> float:
    """Return what a group makes at least: a member and the others by themselves."""
    least = -np.inf
    for party in np.flatnonzero(group).tolist():
        one = np.zeros(len(group), dtype=bool)
        one[party] = True
        rest = group & ~one
        if rest.any():
            least = max(least, worths[one.tobytes()][0] + worths[rest.tobytes()][0])
    return float(least)


def links(program: Program) -> Flags:
    """Return, for each two parties, whether goods or a column ever join them.

    They are joined by a column that needs both, or where one brings goods to a place of nobody's from which
    the other takes some, on the way over nobody's lanes too.
    """
    columns = program.columns
    parties = len(program.problem.parties)
    linked = np.eye(parties, dtype=bool)
    for first in range(3):
        for second in range(first + 1, 3):
            one, other = columns.parties[:, first], columns.parties[:, second]
            both = (one != NOBODY) & (other != NOBODY)
            linked[one[both], other[both]] = linked[other[both], one[both]] = True
    place = _joined_places(program)
    brings, takes = np.zeros((2, len(program.nodes) + 1, parties), dtype=bool)
    for k in range(3):
        party = columns.parties[:, k]
        mine = np.flatnonzero((party != NOBODY) & (columns.leaves != NO_NODE))
        takes[place[columns.leaves[mine]], party[mine]] = True
        arrives = party[program.arrival_column]
        known = arrives != NOBODY
        brings[place[program.arrival_node[known]], arrives[known]] = True
    # At a party's own place every column needs that party, so that these add no false links.
    joined = brings[:-1].T.astype(np.int64) @ takes[:-1].astype(np.int64) > 0
    return np.asarray(linked | joined | joined.T, dtype=bool)


def _joined_places(program: Program) -> Indices:
    """Return a number for each balance; the same where columns that need nobody lead from one to another."""
    place = np.arange(len(program.nodes))
    leaves = program.columns.leaves[program.arrival_column]
    free = (program.columns.parties == NOBODY).all(axis=1)[program.arrival_column] & (leaves != NO_NODE)
    while True:
        low = np.minimum(place[leaves[free]], place[program.arrival_node[free]])
        before = place.copy()
        np.minimum.at(place, leaves[free], low)
        np.minimum.at(place, program.arrival_node[free], low)
        if np.array_equal(before, place):
            return place


def _parts(group: Flags, linked: Flags) -> list[Flags]:
    """Return the parts of a group between which there is no link."""
    left, parts = group.copy(), []
    while left.any():
        part = np.zeros(len(group), dtype=bool)
        part[int(np.argmax(left))] = True
        while True:
            wider = linked[part].any(axis=0) & group
            if np.array_equal(wider, part):
                break
            part = wider
        parts.append(part)
        left &= ~part
    return parts
