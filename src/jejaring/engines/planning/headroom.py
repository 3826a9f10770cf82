"""How much each column can carry at most in some best plan: what can come together where it starts,
and what can be used where it ends. Small numbers here make yes/no choices quick to search."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from jejaring.engines.measures import Floats
from jejaring.engines.planning.program import CHOICE, NO_NODE, Numbers, Program

_ROUNDS = 12


def headroom(program: Program) -> Floats:
    """Return by column more kilograms than it carries in some best plan of any group; 1 for choices.

    Goods are never sent where they would be thrown away, so that what leaves the place of arrival
    limits a column as well as what can come together where it starts.
    """
    columns = program.columns
    nodes, n = len(program.nodes), len(columns)
    if not n:
        return np.zeros(0)
    product = program.nodes // len(program.problem.periods) % len(program.problem.products)
    leaves, out = columns.leaves, columns.leaves != NO_NODE
    flows = ~program.choices
    arriving, arrival_node = program.arrival_column, program.arrival_node
    yields = program.arrival_yield.astype(np.float64) / 10.0**program.yield_places
    goods = program.most_goods[product]
    most = np.where(flows, program.uppers, 0.0)
    most = np.minimum(most, np.where(out, goods[np.maximum(leaves, 0)], float(program.most_goods.max())))
    useful = yields > 0
    for _ in range(_ROUNDS):
        before = most
        come = np.zeros(nodes)
        np.add.at(come, arrival_node, yields * most[arriving])
        most = np.where(out, np.minimum(most, come[np.maximum(leaves, 0)]), most)
        use = np.zeros(nodes)
        np.add.at(use, leaves[out], most[out])
        needed = np.zeros(n)
        np.maximum.at(needed, arriving[useful], use[arrival_node[useful]] / yields[useful])
        carries_on = np.zeros(n, dtype=bool)
        carries_on[arriving] = True
        most = np.where(carries_on, np.minimum(most, needed), most)
        if np.array_equal(before, most):
            break
    return np.where(flows, np.maximum(most * (1 + 1e-9) + 1e-6, program.lowers), 1.0)


def tightened(program: Program) -> Program:
    """Return the program with each yes/no choice tied to no more kilograms than can flow behind it."""
    ties, choices = program.ties, program.choices
    if not choices.any():
        return program
    most = headroom(program)
    entry_choice = choices[ties.column]
    behind = np.zeros(len(ties.limit))
    np.add.at(behind, ties.row[~entry_choice], most[ties.column[~entry_choice]])
    positive = np.ones(len(ties.limit), dtype=bool)
    positive[ties.row[~entry_choice & (ties.coefficient < 0)]] = False
    opens = np.flatnonzero(
        entry_choice & (ties.family[ties.row] == CHOICE) & positive[ties.row] & (ties.coefficient < 0)
    )
    coefficient: Numbers = ties.coefficient.astype(object)
    one = 10**program.kg_places
    for entry in opens.tolist():
        cap = int(np.ceil(behind[ties.row[entry]])) + 1
        coefficient[entry] = max(coefficient[entry], -cap * one)
    return replace(program, ties=replace(ties, coefficient=coefficient))
