"""Which ages of goods go into use: the flow tables of a plan don't tell, nobody hands anything over then."""

from __future__ import annotations

import numpy as np

from jejaring.engines.measures import Floats
from jejaring.engines.planning.program import NO_NODE, USE, Program


def into_use(program: Program, kg: Floats) -> Floats:
    """Return kilograms by column with those that go into use filled in: what isn't sent on or kept, the
    oldest first, as much as is used.
    """
    columns = program.columns
    mine = np.flatnonzero(columns.family == USE)
    if not len(mine):
        return kg
    kg = kg.copy()
    kg[mine] = 0
    left = np.zeros(len(program.nodes))
    yields = program.arrival_yield.astype(np.float64) / 10.0**program.yield_places
    np.add.at(left, program.arrival_node, yields * kg[program.arrival_column])
    out = columns.leaves != NO_NODE
    np.subtract.at(left, columns.leaves[out], kg[out])
    for column in mine[np.argsort(-columns.piece[mine], kind="stable")].tolist():
        used, node = program.arrives_at(column), int(columns.leaves[column])
        kg[column] = max(0.0, min(np.floor(left[node] + 1e-6), np.ceil(-left[used] - 1e-6)))
        left[node] -= kg[column]
        left[used] += kg[column]
    return kg
