"""What each party makes alone.

V(S) is the best surplus of the parties S with what they own (docs/planning.md §5). What everybody
is worth alone comes from one program in which each party has its own copy of nobody's sites.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jejaring.engines.measures import Flags, Floats, Indices
from jejaring.engines.planning import certificate, financing, solver
from jejaring.engines.planning.model import Model
from jejaring.engines.planning.problem import NOBODY
from jejaring.engines.planning.program import NO_NODE, Columns, Program
from jejaring.engines.planning.trimming import circles_feed_themselves, kept_ties


@dataclass(frozen=True, eq=False)
class Alone:
    """What each party is worth alone, rupiah, with a proven upper bound of each.

    For parties with yes/no choices the bound is the solver's.
    """

    value_idr: Floats
    bound_idr: Floats


@dataclass(frozen=True, eq=False)
class _Copies:
    """A program of blocks that share nothing, and the block (party) of each column."""

    program: Program
    block: Indices


def alone(program: Program, limits: solver.Limits) -> Alone:
    """Return V({i}) of every party i."""
    parties = len(program.problem.parties)
    copies = _copies(program)
    chooses = np.zeros(parties, dtype=bool)
    chooses[copies.block[copies.program.choices]] = True
    value, bound = np.zeros(parties), np.zeros(parties)
    model = Model.of(copies.program)
    linear = ~chooses[copies.block]
    if linear.any():
        cut = model.cut(linear)
        answer = solver.best(cut.model, limits)
        np.add.at(value, copies.block[linear], cut.model.cost * answer.flows)
        prices = np.zeros(len(model.limit))
        prices[cut.rows] = answer.prices
        proof = certificate.prove(copies.program, prices[: len(copies.program.nodes)], usable=linear)
        bound = np.array([float(rent) for rent in certificate.rents(copies.program, proof)])
    for party in np.flatnonzero(chooses):
        answer = solver.best(model.cut(copies.block == party).model, limits)
        value[party], bound[party] = answer.value, answer.bound
    passing = financing.money(copies.program)
    for stating in np.flatnonzero(~program.problem.parties.cash_idr.none).tolist():
        mine = copies.block == stating
        own = _within_cash(copies.program, model.cut(mine).model, passing, mine, stating)
        answer = solver.best(own, limits)
        value[stating], bound[stating] = answer.value, answer.bound
    return Alone(value, np.maximum(value, bound))


def _within_cash(program: Program, model: Model, passing: financing.Money, mine: Flags, party: int) -> Model:
    """Return the model of what a party can do alone, within the cash that it states."""
    problem = program.problem
    limit = financing.limit_idr(problem, np.arange(len(problem.parties)) == party)
    assert limit is not None
    idr = passing.floats(program)[mine]
    return financing.limited(model, idr, passing.period[mine], len(problem.periods), limit)


def _copies(program: Program) -> _Copies:
    """Return the program in which every party works alone, all of them side by side."""
    columns = program.columns
    parties = len(program.problem.parties)
    owner = columns.parties.max(axis=1)
    others = (columns.parties != owner[:, None]) & (columns.parties != NOBODY)
    single = np.flatnonzero(~others.any(axis=1) & (owner != NOBODY))
    common = np.flatnonzero(owner == NOBODY)
    nodes = len(program.nodes)
    column = np.concatenate([single, np.tile(common, parties)])
    block = np.concatenate([owner[single], np.repeat(np.arange(parties), len(common))])
    kept = _reachable(program, column, block)
    column, block = column[kept], block[kept]
    source, arrival = program.arrivals_of(column)
    arrival_key = block[source] * nodes + program.arrival_node[arrival]
    leaves = columns.leaves[column]
    leave_key = np.where(leaves == NO_NODE, NO_NODE, block * nodes + leaves)
    used = np.unique(np.concatenate([leave_key[leave_key != NO_NODE], arrival_key]))
    program_nodes = used % nodes if nodes else used
    where = {name: getattr(columns, name)[column] for name in Columns.__dataclass_fields__}
    where["leaves"] = np.where(leave_key == NO_NODE, NO_NODE, np.searchsorted(used, leave_key))
    copied = Program(
        problem=program.problem,
        forms=program.forms,
        columns=Columns(**where),
        nodes=program.nodes[program_nodes],
        arrival_column=source,
        arrival_node=np.searchsorted(used, arrival_key),
        arrival_yield=program.arrival_yield[arrival],
        ties=kept_ties(program.ties, column, len(columns)),
        gain_places=program.gain_places,
        kg_places=program.kg_places,
        yield_places=program.yield_places,
        most_goods=program.most_goods,
        stand_in_kg=program.stand_in_kg,
    )
    return _Copies(copied, block)


def _reachable(program: Program, column: Indices, block: Indices) -> Flags:
    """Leave out copies of nobody's lanes to which a party can bring no goods."""
    nodes = len(program.nodes)
    there = np.zeros(len(program.problem.parties) * nodes + 1, dtype=bool)
    there[-1] = True
    there |= circles_feed_themselves(program)
    leaves = program.columns.leaves[column]
    needs = np.where(leaves == NO_NODE, len(there) - 1, block * nodes + leaves)
    source, arrival = program.arrivals_of(column)
    arrives = block[source] * nodes + program.arrival_node[arrival]
    lower = program.columns.lower[column] > 0
    while True:
        reached = there[needs]
        more = arrives[reached[source]]
        if there[more].all():
            return np.asarray(reached | lower | program.choices[column], dtype=bool)
        there[more] = True
