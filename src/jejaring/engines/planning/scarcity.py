"""Limits that hold a plan back, and what one more kilogram of each is worth."""

from __future__ import annotations

import numpy as np

from jejaring.engines.measures import Indices
from jejaring.engines.planning.certificate import Proof, owner_of_columns, owner_of_ties
from jejaring.engines.planning.plan import Scarce
from jejaring.engines.planning.problem import NOBODY
from jejaring.engines.planning.program import (
    BUY,
    CHOICE,
    FLEET,
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
    found += _shared(program, proof)
    found.sort(key=lambda pair: (-pair[0], pair[1].table, pair[1].row, pair[1].period))
    return tuple(each for _, each in found)


def _shared(program: Program, proof: Proof) -> list[tuple[float, Scarce]]:
    """Return the scarce limits over several columns, each with worth × limit."""
    columns, fixed, ties = program.columns, proof.fixed, program.ties
    node, owners = _node(program), owner_of_ties(program)
    shared_worth = proof.shared_worth_idr_per_kg()
    found: list[tuple[float, Scarce]] = []
    for row in np.flatnonzero(shared_worth > _LEAST_IDR_PER_KG).tolist():
        members = fixed.shared_column[fixed.shared_row == row]
        column, limit, tie = int(members[0]), int(fixed.shared_limit[row]), int(fixed.tie[row])
        if ties.family[tie] == CHOICE and columns.family[column] == STORE:
            # A store that isn't built has no room that could be scarce.
            continue
        fleet = ties.family[tie] == FLEET
        site, product = _place(program, int(node[column]))
        of_one = (program.forms.product_of(program.nodes[node[members]]) == product).all()
        scarcity = Scarce(
            table="vehicles" if fleet else _TABLES[int(columns.family[column])],
            row=int(ties.entry[tie] if fleet else columns.row[column]),
            owner=int(owners[tie]),
            site=NOBODY if fleet else site,
            product=product if of_one and not fleet else -1,
            period=int(columns.period[column]),
            limit_kg=limit // int(10**program.kg_places),
            worth_idr_per_kg=round(float(shared_worth[row]), 6),
        )
        found.append((float(shared_worth[row]) * limit, scarcity))
    return found


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
    site, product, _ = program.forms.place(int(program.nodes[node]))
    return site, product
