"""The program of all groups at once: a yes/no column for each party says whether it is in the group, and
every column hangs on the parties that it needs (docs/planning.md §7).
"""

from __future__ import annotations

import numpy as np

from jejaring.engines.measures import NONE, Floats, Indices
from jejaring.engines.planning.certificate import owner_of_ties
from jejaring.engines.planning.model import TOGETHER, Model
from jejaring.engines.planning.problem import NOBODY
from jejaring.engines.planning.program import CHOICE, NO_NODE, Program


def with_members(program: Program, most: Floats) -> Model:
    """Return the model of `program` with a membership for each party behind its columns.

    `most`: what each column carries at most in some best plan of any group, kg.
    """
    base = Model.of(program)
    parties = len(program.problem.parties)
    columns = len(program.columns)
    rows, cols, values = _memberships(program, most)
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
