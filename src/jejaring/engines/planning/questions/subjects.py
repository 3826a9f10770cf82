"""Who is left out of a plan, and what of theirs it leaves unused: what "why not me" asks about."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from jejaring.engines.measures import Flags, Indices
from jejaring.engines.planning.plan import FlowTable
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.program import OUTLET, PROCESS, SOURCE, STORE, SUPPLY
from jejaring.engines.planning.questions.answers import SubjectKind
from jejaring.engines.planning.questions.resolving import Standing, columns_of

RESIDUE_KG = 5
"""What rounding to whole kilograms may leave of one flow in a period."""

NOTICED_KG = 20
"""Less than this in a period, after rounding in several steps, nobody asks about."""


@dataclass(frozen=True)
class Subject:
    """What isn't in the plan, or not all of it.

    "party": it trades with nobody; `row` is the supply that speaks for it. "supply": `row` of supplies, of
    which `left_kg` stay. The others are facilities and channels that stand idle in every period: `row` is
    the code's position (for storages the store), `rows` its entries. `more` counts the party's other
    supplies of which something stays. -1: no product, no period.
    """

    kind: SubjectKind
    party: int
    row: int
    rows: tuple[int, ...]
    product: int
    period: int
    left_kg: int
    more: int = 0


def subjects(standing: Standing) -> tuple[Subject, ...]:
    """Return everybody and everything that the plan leaves aside, by party."""
    found = [*_supplies(standing), *_facilities(standing)]
    told = {each.party for each in found if each.kind == "party"}
    # Who is out altogether is asked about as a whole, not about its mill as well.
    kept = [each for each in found if each.kind == "party" or each.party not in told]
    order = {kind: number for number, kind in enumerate(_ORDER)}
    return tuple(sorted(kept, key=lambda each: (each.party, order[each.kind], each.row)))


def first_asked(found: tuple[Subject, ...], most: int) -> tuple[Subject, ...]:
    """Return all parties and supplies, and of what stands idle as much as makes `most` subjects together: of
    every kind and party one before the second of any.
    """
    before: dict[tuple[SubjectKind, int], int] = defaultdict(int)
    ranks = []
    for place, each in enumerate(found):
        rank = 0 if each.kind in {"party", "supply"} else 1 + before[each.kind, each.party]
        before[each.kind, each.party] += 1
        ranks.append((rank, place))
    kept = sorted(place for number, (rank, place) in enumerate(sorted(ranks)) if rank == 0 or number < most)
    return tuple(found[place] for place in kept)


_ORDER: tuple[SubjectKind, ...] = ("party", "supply", "processes", "storages", "outlets", "sources")
_FAMILIES = {"processes": PROCESS, "storages": STORE, "outlets": OUTLET, "sources": SOURCE}


def columns_asked(standing: Standing, subject: Subject, program: Any = None) -> list[int]:
    """Return the columns of the program (of another one where given) that carry the subject's goods."""
    program = program or standing.program
    family = _FAMILIES.get(subject.kind, SUPPLY)
    return columns_of(program, family, list(subject.rows))


def group_without(standing: Standing, party: int) -> Flags:
    """Return the group of all parties but one."""
    group = np.ones(len(standing.problem.parties), dtype=bool)
    group[party] = False
    return group


def used_kg(flows: FlowTable, entries: int) -> Indices:
    """Return the kilograms of each entry of a table, all periods together."""
    kg = np.zeros(entries, dtype=np.int64)
    np.add.at(kg, flows.row, flows.kg)
    return kg


def _supplies(standing: Standing) -> list[Subject]:
    problem, plan = standing.problem, standing.plan
    supplies = problem.supplies
    offered = supplies.available_kg.floors()
    used = used_kg(plan.flows.supplies, len(supplies.site))
    # Of goods without limit nobody can say how much stays.
    left = np.where(supplies.available_kg.none, 0, offered.astype(object) - used).astype(np.int64)
    party = problem.sites.party[supplies.site]
    by_party: dict[int, list[int]] = defaultdict(list)
    for row in np.flatnonzero(offered != 0).tolist():
        by_party[int(party[row])].append(row)
    found = []
    for outcome in plan.outcomes:
        rows = by_party.get(outcome.party, [])
        short = [row for row in rows if left[row] > NOTICED_KG]
        if outcome.trades and not short:
            continue
        if not outcome.trades and not rows:
            continue
        lead = max(short or rows, key=lambda row: (int(left[row]), int(used[row]), -row))
        found.append(
            Subject(
                kind="supply" if outcome.trades else "party",
                party=outcome.party,
                row=lead,
                rows=(lead,),
                product=int(supplies.product[lead]),
                period=int(supplies.period[lead]),
                left_kg=int(left[lead]),
                more=max(0, len(short) - 1),
            )
        )
    return found


def _facilities(standing: Standing) -> list[Subject]:
    problem, flows = standing.problem, standing.plan.flows
    found = []
    tables: tuple[tuple[SubjectKind, Any, FlowTable], ...] = (
        ("processes", problem.processes, flows.processes),
        ("outlets", problem.outlets, flows.outlets),
        ("sources", problem.sources, flows.sources),
    )
    for kind, table, flow in tables:
        kg = used_kg(flow, len(table.code))
        for code in range(len(table.codes)):
            rows = np.flatnonzero(table.code == code)
            if len(rows) and not kg[rows].any() and not _to_be_built(table, rows):
                product = table.input if kind == "processes" else table.product
                found.append(_idle(kind, table, code, rows, int(product[rows[0]])))
    storages = problem.storages
    kg = used_kg(flows.storages, len(storages.product))
    for store in range(len(storages.codes)):
        rows = np.array(storages.product_spans.of(store), dtype=np.int64)
        here = len(problem.periods) > 1 and not _to_be_built(storages, np.array([store]))
        if len(rows) and here and not kg[rows].any():
            found.append(_idle("storages", storages, store, rows, -1))
    return found


def _to_be_built(table: Any, rows: Indices) -> bool:
    """Whether it isn't there yet: whether it pays to build it is a question of its own (`candidates`)."""
    return hasattr(table, "build_cost_idr") and bool((table.build_cost_idr.numerators[rows] > 0).any())


def _idle(kind: SubjectKind, table: Any, code: int, rows: Indices, product: int) -> Subject:
    owner = int(table.owner[code if kind == "storages" else rows[0]])
    return Subject(kind, owner, code, tuple(rows.tolist()), product, -1, 0)


def entry_of_listing(problem: Problem, table: str, listing: int) -> int:
    """Return the store or lane of a listing (store or lane, and product)."""
    spans = getattr(problem, table).product_spans
    return int(np.searchsorted(spans.start, listing, side="right")) - 1
