"""Leaving out of a program what can't matter, before it is solved.

A column whose goods can never be there, or can never reach anybody who uses them, is dropped: on
a regency that is most of the lanes of the lean months. Nothing is believed: the certificate is
checked on the whole program.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from jejaring.engines.measures import Flags, Indices
from jejaring.engines.planning.program import CHOICE, NEED, NO_NODE, OUTLET, SELL, Columns, Program, Ties


def trimmed(program: Program) -> tuple[Program, Indices]:
    """Return the program without what can't matter, and the place of each of its columns in `program`."""
    kept = np.flatnonzero(_with_choices(program, _matters(program)))
    return part(program, kept), kept


def part(program: Program, kept: Indices) -> Program:
    """Return the program of the columns `kept` (in order) and of the balances and ties they touch."""
    columns = program.columns
    place, arrival = program.arrivals_of(kept)
    live = program.arrival_yield[arrival] != 0
    place, arrival = place[live], arrival[live]
    leaves = columns.leaves[kept]
    used = np.unique(np.concatenate([leaves[leaves != NO_NODE], program.arrival_node[arrival]]))
    fields = {name: getattr(columns, name)[kept] for name in Columns.__dataclass_fields__}
    fields["leaves"] = np.where(leaves == NO_NODE, NO_NODE, np.searchsorted(used, leaves))
    return Program(
        problem=program.problem,
        forms=program.forms,
        columns=Columns(**fields),
        nodes=program.nodes[used],
        arrival_column=place,
        arrival_node=np.searchsorted(used, program.arrival_node[arrival]),
        arrival_yield=program.arrival_yield[arrival],
        ties=kept_ties(program.ties, kept, len(columns)),
        gain_places=program.gain_places,
        kg_places=program.kg_places,
        yield_places=program.yield_places,
        most_goods=program.most_goods,
        stand_in_kg=program.stand_in_kg,
    )


def without_ties(program: Program) -> Program:
    """Return the program with its balances only."""
    nothing = np.zeros(0, dtype=np.int64)
    return replace(program, ties=Ties(**dict.fromkeys(Ties.__dataclass_fields__, nothing)))


def without_choices(program: Program) -> Program:
    """Return the program without the ties between flows and yes/no choices."""
    ties = program.ties
    entries = ties.family[ties.row] != CHOICE
    live = ties.family != CHOICE
    number = np.cumsum(live) - 1
    kept = Ties(
        row=number[ties.row[entries]],
        column=ties.column[entries],
        coefficient=ties.coefficient[entries],
        limit=ties.limit[live],
        family=ties.family[live],
        entry=ties.entry[live],
        period=ties.period[live],
    )
    return replace(program, ties=kept)


def kept_ties(ties: Ties, kept: Indices, count: int) -> Ties:
    """Return the ties that touch the columns `kept` of `count` columns, in their new numbers."""
    position = np.full(count, -1, dtype=np.int64)
    position[kept] = np.arange(len(kept))
    entries = position[ties.column] >= 0
    live = np.zeros(len(ties.limit), dtype=bool)
    live[ties.row[entries]] = True
    number = np.cumsum(live) - 1
    return Ties(
        row=number[ties.row[entries]],
        column=position[ties.column[entries]],
        coefficient=ties.coefficient[entries],
        limit=ties.limit[live],
        family=ties.family[live],
        entry=ties.entry[live],
        period=ties.period[live],
    )


def there(program: Program) -> Flags:
    """Return the balances where goods can be; one flag more for what comes from outside.

    All of them, where processes in a circle give back at least what they take: the balances let such
    a circle feed itself.
    """
    columns, nodes = program.columns, len(program.nodes)
    if circles_feed_themselves(program):
        return np.ones(nodes + 1, dtype=bool)
    leaves = np.where(columns.leaves == NO_NODE, nodes, columns.leaves)
    alive = _alive(program)
    carries = program.arrival_yield != 0
    found = np.zeros(nodes + 1, dtype=bool)
    found[nodes] = True
    while True:
        reached = alive & found[leaves]
        more = program.arrival_node[carries & reached[program.arrival_column]]
        if found[more].all():
            return found
        found[more] = True


def circles_feed_themselves(program: Program) -> bool:
    """Whether going round processes can bring back as much of a product as was put in."""
    processes = program.problem.processes
    products = len(program.problem.products)
    entry = np.repeat(np.arange(len(processes.code)), np.diff(processes.output_spans.start))
    back = np.zeros((products, products))
    np.maximum.at(
        back, (processes.input[entry], processes.output_product), processes.output_yield.floats(0.0)
    )
    for middle in range(products):
        back = np.maximum(back, np.outer(back[:, middle], back[middle]))
        if (np.diagonal(back) >= 1 - 1e-9).any():
            return True
    return False


def _alive(program: Program) -> Flags:
    return np.asarray((program.columns.upper != 0) & (program.columns.family != CHOICE), dtype=bool)


def _matters(program: Program) -> Flags:
    """Return which flow columns can carry goods to somebody who can use them."""
    columns, nodes = program.columns, len(program.nodes)
    leaves = np.where(columns.leaves == NO_NODE, nodes, columns.leaves)
    carries = program.arrival_yield != 0
    reached = _alive(program) & there(program)[leaves]
    agreed = np.asarray(program.must_send > 0, dtype=bool)
    # What was agreed must be sent even where nobody uses it.
    ends = np.isin(columns.family, (OUTLET, NEED, SELL)) | agreed
    wanted = np.zeros(nodes + 1, dtype=bool)
    wanted[nodes] = True
    wanted[leaves[ends & reached]] = True
    while True:
        useful = ends.copy()
        useful[program.arrival_column[carries & wanted[program.arrival_node]]] = True
        more = leaves[useful & reached]
        if wanted[more].all():
            break
        wanted[more] = True
    # A need that must be met stays, whatever it costs, and what was agreed.
    return np.asarray((reached & useful) | (columns.lower > 0) | agreed, dtype=bool)


def _with_choices(program: Program, matters: Flags) -> Flags:
    """Keep a yes/no column where a flow that it opens is kept."""
    ties = program.ties
    live = np.zeros(len(ties.limit), dtype=bool)
    live[ties.row[matters[ties.column]]] = True
    opened = np.zeros(len(matters), dtype=bool)
    opened[ties.column[live[ties.row]]] = True
    return np.asarray(matters | (program.choices & opened), dtype=bool)
