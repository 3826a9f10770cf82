"""Limits that hold a plan back, and what one more kilogram of each is worth."""

from __future__ import annotations

import numpy as np

from jejaring.engines.measures import Indices
from jejaring.engines.planning.certificate import Proof, owner_of_columns
from jejaring.engines.planning.plan import Scarce
from jejaring.engines.planning.program import (
    BUY,
    LANE,
    NEED,
    NO_NODE,
    OUTLET,
    PROCESS,
    SELL,
    SOURCE,
    STORE,
    SUPPLY,
    Program,
)

_TABLES = {
    SUPPLY: "supplies",
    OUTLET: "outlets",
    SOURCE: "sources",
    NEED: "needs",
    SELL: "local_sales",
    BUY: "local_purchases",
    PROCESS: "processes",
    STORE: "storages",
    LANE: "lanes",
}
_LEAST_IDR_PER_KG = 0.005


def scarce(program: Program, proof: Proof) -> tuple[Scarce, ...]:
    """Return the limits worth something at the prices of `proof`, the greatest gain (worth × limit) first."""
    columns, fixed = program.columns, proof.fixed
    one = 10**program.kg_places
    owners, node = owner_of_columns(program), _node(program)
    worth = proof.worth_idr_per_kg()
    found: list[tuple[float, Scarce]] = []
    for column in np.flatnonzero(worth > _LEAST_IDR_PER_KG).tolist():
        family, limit = int(columns.family[column]), int(fixed.upper[column])
        if family in _TABLES and limit > 0:
            site, product = _place(program, int(node[column]))
            scarcity = Scarce(
                table=_TABLES[family],
                row=int(columns.row[column]),
                owner=int(owners[column]),
                site=site,
                product=product,
                period=int(columns.period[column]),
                limit_kg=limit // one,
                worth_idr_per_kg=round(float(worth[column]), 6),
            )
            found.append((float(worth[column]) * limit, scarcity))
    shared_worth = proof.shared_worth_idr_per_kg()
    for row in np.flatnonzero(shared_worth > _LEAST_IDR_PER_KG).tolist():
        members = fixed.shared_column[fixed.shared_row == row]
        column, limit = int(members[0]), int(fixed.shared_limit[row])
        site, _ = _place(program, int(node[column]))
        scarcity = Scarce(
            table=_TABLES[int(columns.family[column])],
            row=int(columns.row[column]),
            owner=int(owners[column]),
            site=site,
            product=-1,
            period=int(columns.period[column]),
            limit_kg=limit // one,
            worth_idr_per_kg=round(float(shared_worth[row]), 6),
        )
        found.append((float(shared_worth[row]) * limit, scarcity))
    found.sort(key=lambda pair: (-pair[0], pair[1].table, pair[1].row, pair[1].period))
    return tuple(each for _, each in found)


def _node(program: Program) -> Indices:
    """Return the balance at which each column stands: where goods leave, else where they arrive."""
    node = program.columns.leaves.copy()
    entering = np.flatnonzero(node == NO_NODE)
    place, arrival = program.arrivals_of(entering)
    node[entering[place]] = program.arrival_node[arrival]
    return node


def _place(program: Program, node: int) -> tuple[int, int]:
    if node == NO_NODE:
        return -1, -1
    number = int(program.nodes[node]) // len(program.problem.periods)
    site, product = divmod(number, len(program.problem.products))
    return site, product
