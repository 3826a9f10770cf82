"""Why this partner and not the next: the second-best use of goods, and the price at which it would win."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import numpy as np

from jejaring.engines.planning.explain import Reader
from jejaring.engines.planning.plan import FlowTable
from jejaring.engines.planning.prices import by_place, fees
from jejaring.engines.planning.problem import NOBODY, Problem
from jejaring.engines.planning.program import (
    LANE,
    NEED,
    NO_NODE,
    OUTLET,
    PROCESS,
    SELL,
    STORE,
    Program,
)
from jejaring.engines.planning.questions import edits
from jejaring.engines.planning.questions.answers import Rival
from jejaring.engines.planning.questions.resolving import Standing
from jejaring.engines.planning.questions.subjects import RESIDUE_KG
from jejaring.engines.planning.questions.thresholds import smallest
from jejaring.engines.planning.questions.uses import into_use
from jejaring.engines.planning.solve import FLOW_TABLES
from jejaring.engines.planning.solver import Patch
from jejaring.engines.planning.trace import partnerships, passings

_SOLVED_AGAIN = 12
_SEARCHED = 4
_MOST_RISE_IDR_PER_KG = 1000

_RivalProof = Literal["exact", "choices_kept", "prices"]


def rivals(standing: Standing) -> tuple[Rival, ...]:
    """Return the next best partner of each partnership that has one, the greatest partnership first."""
    problem, program, plan = standing.problem, standing.program, standing.plan
    kg = kilograms(standing)
    prices = by_place(problem, program, standing.price_idr_per_kg)
    made = partnerships(program, passings(program, kg), prices, fees(program, prices))
    reader = Reader(program, kg, prices, np.array(plan.alone_idr))
    found: list[Rival] = []
    for partnership, column in made:
        node = int(program.columns.leaves[column])
        if partnership.kind == "pooled_buying" or node == NO_NODE:
            continue
        best, other = reader.next_best(node, column, partnership.taker)
        if other < 0 or best <= 0:
            continue
        less = max(0.0, float(standing.price_idr_per_kg[node]) - best)
        wins: int | None = None
        proof: _RivalProof = "prices"
        if len(found) < _SOLVED_AGAIN:
            wins, proof = _wins_at(standing, other, less, searched=len(found) < _SEARCHED)
        _, product, period = program.forms.place(int(program.nodes[node]))
        found.append(
            Rival(
                giver=partnership.giver,
                taker=partnership.taker,
                kind=partnership.kind,
                product=product,
                period=period,
                other=reader.use(other),
                other_party=_party_of(program, other, partnership.giver),
                less_idr_per_kg=round(less),
                wins_at_idr_per_kg=wins,
                proof=proof,
            )
        )
    return tuple(found)


def kilograms(standing: Standing) -> np.typing.NDArray[np.int64]:
    """Return the plan's whole kilograms by column of the program.

    Where price steps make several columns of one entry, its kilograms stand on the one that the plan chose.
    """
    program, flows = standing.program, standing.plan.flows
    columns = program.columns
    periods = max(1, len(standing.problem.periods))
    kg = np.zeros(len(columns), dtype=np.int64)
    for table, family in FLOW_TABLES.items():
        flow: FlowTable = getattr(flows, table)
        key = (flow.row * periods + flow.period) * periods + flow.age
        amounts = dict(zip(key.tolist(), flow.kg.tolist(), strict=True))
        mine = np.flatnonzero(columns.family == family)
        # The linear program's own flows tell which piece of a price carries them.
        order = mine[np.argsort(-standing.now.flows[mine], kind="stable")]
        for column in order.tolist():
            age = int(columns.piece[column]) if family in (STORE, LANE) else 0
            at = (int(columns.row[column]) * periods + int(columns.period[column])) * periods + age
            kg[column] = amounts.pop(at, 0)
    return into_use(program, kg.astype(np.float64)).astype(np.int64)


def _party_of(program: Program, column: int, giver: int) -> int:
    """Return the party that a use belongs to, beside the giver; NOBODY where there is none."""
    others = [int(each) for each in program.columns.parties[column] if each not in (NOBODY, giver)]
    return others[-1] if others else NOBODY


def _wins_at(standing: Standing, column: int, less: float, searched: bool) -> tuple[int | None, _RivalProof]:
    """Return the smallest whole rise of what a use brings at which it gets more goods than now.

    What it earns grows in the rise as any plan's kilograms there do, so without more of them the network
    earns now + rise × what it carries now.
    """
    program = standing.program
    held = float(standing.now.flows[column]) + RESIDUE_KG
    gain = float(program.gains[column])

    def brings(rise: int) -> bool:
        tried = standing.linear(Patch(costs={column: gain + rise}), line="rival")
        return tried is not None and tried.value_idr > (
            standing.now.value_idr + rise * held + standing.tolerance_idr
        )

    rise = smallest(brings, max(_MOST_RISE_IDR_PER_KG, 3 * int(less)))
    if rise is None:
        return None, "prices"
    if not program.choices.any():
        return rise, "exact"
    changed = _edited(standing.problem, program, column, rise - 1) if searched and rise > 1 else None
    if rise == 1:
        return rise, "exact"
    if changed is None:
        return rise, "choices_kept"
    above = standing.now.value_idr + (rise - 1) * held + standing.tolerance_idr
    best = standing.searched(standing.ready(changed), above)
    return rise, "exact" if best == -np.inf else "choices_kept"


def _edited(problem: Problem, program: Program, column: int, rise: int) -> Problem | None:
    """Return the network in which a use brings `rise` more, None where no single number says so."""
    family, row = int(program.columns.family[column]), int(program.columns.row[column])
    more = Decimal(rise)
    if family == SELL:
        return edits.with_added(problem, "local_trade", "sell_idr_per_kg", [row], more)
    if family == OUTLET and not len(problem.outlets.step_spans.of(row)):
        return edits.with_channel_price(problem, "outlets", np.array([row]), more)
    if family == NEED and not problem.needs.worth_idr_per_kg.none[row]:
        return edits.with_added(problem, "needs", "worth_idr_per_kg", [row], more)
    if family == PROCESS and edits.decimal(problem.processes.cost_idr_per_kg, row) >= more:
        return edits.with_added(problem, "processes", "cost_idr_per_kg", [row], -more)
    return None
