"""Whether it pays to build what isn't there yet: each candidate process or storage by itself.

Its gain is what the network earns if it stands there for nothing, less what it earns without it, both
searched anew, but not made whole; other candidates are built in either where that pays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from jejaring.engines.errors import Sentence
from jejaring.engines.measures import Decimals, Flags, Floats
from jejaring.engines.planning import solver
from jejaring.engines.planning.building import FOR_ALL_PERIODS
from jejaring.engines.planning.calendar import Calendar
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.program import PROCESS, STORE, Program
from jejaring.engines.planning.questions import rents, resolving
from jejaring.engines.planning.questions.answers import BuildingTable as Table
from jejaring.engines.planning.questions.answers import Candidate

_DAYS_A_MONTH = Fraction(36525, 1200)
_DUST_IDR = 0.5
_MOST = 12
"""So many candidates are asked about at most."""
_MOST_NODES = 2000
"""A search ends after so many branches; its bound then says how far it got."""
_BESIDE = Fraction(1, 1000)
"""How far beside its break-even cost a candidate is asked about again, at least Rp1."""


def candidates(
    problem: Problem,
    plan: Plan,
    limits: solver.Limits | None = None,
    tell: Callable[[str], None] | None = None,
) -> tuple[Candidate, ...]:
    """Return the candidates of `problem` (at most twelve), processes first, in the order of their codes,
    without those whose absence leaves no plan.
    """
    limits = limits or solver.Limits()
    tables: tuple[Table, ...] = ("processes", "storages")
    found = [
        (table, entry)
        for table in tables
        for entry in range(len(getattr(problem, table).codes))
        if (getattr(problem, table).build_cost_idr.numerators[_rows(problem, table, entry)] > 0).any()
    ]
    if found and tell:
        tell("candidates")
    limits = replace(limits, seconds=float("inf"), nodes=_MOST_NODES)
    made = (_candidate(problem, plan, limits, table, entry) for table, entry in found[:_MOST])
    return tuple(each for each in made if each is not None)


def _candidate(
    problem: Problem, plan: Plan, limits: solver.Limits, table: Table, entry: int
) -> Candidate | None:
    rows: Any = getattr(problem, table)
    mine = _rows(problem, table, entry)
    first = int(np.flatnonzero(mine)[0])
    free = _searched(_at_cost(problem, table, mine, 0), limits)
    without = _searched(_taken_away(problem, table, mine), limits)
    if free is None or without is None:
        return None
    gain = max(0.0, free.value_idr - without.value_idr)
    cost, share = rows.build_cost_idr.fraction(first), rows.build_share.fraction(first)
    months = Fraction(Calendar.of(problem.periods).days) / _DAYS_A_MONTH
    even = int(Fraction(gain) / share) if share else None
    payback = float(cost * months / Fraction(gain)) if gain > _DUST_IDR else None
    life = float(months / share) if share else None
    return Candidate(
        table=table,
        entry=entry,
        owner=int(rows.owner[first]),
        site=int(rows.site[first]),
        built=any(
            (each.table, each.row, each.period) == (table, first, FOR_ALL_PERIODS) for each in plan.choices
        ),
        build_cost_idr=cost,
        borne_idr=cost * share,
        gain_idr=gain,
        gains_idr=tuple(
            round(more - less, 2) for more, less in zip(free.rents_idr, without.rents_idr, strict=True)
        ),
        months=float(months),
        payback_months=payback,
        life_months=life,
        used_share=_used_share(free, table, mine),
        break_even_idr=even,
        confirmed=even is None or _confirmed(free, without, even, share),
        verdict=_verdict(rows.names[entry] or rows.codes[entry], gain / float(months), payback, life),
    )


def _rows(problem: Problem, table: Table, entry: int) -> Flags:
    """Return the rows of one process or storage."""
    if table == "processes":
        return np.asarray(problem.processes.code == entry, dtype=bool)
    return np.asarray(np.arange(len(problem.storages.codes)) == entry, dtype=bool)


def _at_cost(problem: Problem, table: Table, mine: Flags, cost_idr: int) -> Problem:
    rows: Any = getattr(problem, table)
    column: Decimals = rows.build_cost_idr
    numerators = np.where(mine, cost_idr * 10**column.places, column.numerators.astype(object))
    changed = replace(rows, build_cost_idr=Decimals(numerators, column.places))
    return replace(problem, **{table: changed})


def _taken_away(problem: Problem, table: Table, mine: Flags) -> Problem:
    """Return `problem` without room in a candidate; opening stock of a storage is there in any case."""
    rows: Any = getattr(problem, table)
    room = Decimals(np.where(mine, 0, rows.capacity_kg.numerators), rows.capacity_kg.places)
    return _at_cost(replace(problem, **{table: replace(rows, capacity_kg=room)}), table, mine, 0)


def _used_share(free: _Searched, table: Table, mine: Flags) -> float | None:
    """Return which share of its capacity in all periods is used (of a storage: at the periods' ends)."""
    problem, columns = free.program.problem, free.program.columns
    rows: Any = getattr(problem, table)
    if rows.capacity_kg.none[mine].any():
        return None
    room = float(rows.capacity_kg.floats(0.0)[mine].sum())
    of = np.arange(len(mine))
    if table == "storages":
        of = np.repeat(of, np.diff(problem.storages.product_spans.start))
        room *= len(problem.periods) - 1
    family = np.flatnonzero(columns.family == (PROCESS if table == "processes" else STORE))
    used = free.flows[family[mine[of[columns.row[family]]]]].sum()
    return float(used) / room if room else None


def _confirmed(free: _Searched, without: _Searched, even_idr: int, share: Fraction) -> bool:
    """Whether it pays just below its break-even cost and not just above it, as far as the bounds of both
    searches prove it: no plan with it earns more than the one bound less the cost borne, none without it
    more than the other.
    """
    beside = max(1, int(even_idr * _BESIDE))
    below = even_idr <= beside or (
        free.value_idr - float((even_idr - beside) * share) > without.bound_idr - _DUST_IDR
    )
    return below and free.bound_idr - float((even_idr + 1 + beside) * share) < without.value_idr + _DUST_IDR


@dataclass(frozen=True, eq=False)
class _Searched:
    """The best plan of a network in kilograms that aren't whole; `rents_idr` by party, at its prices."""

    program: Program
    flows: Floats
    value_idr: float
    bound_idr: float
    rents_idr: tuple[float, ...]


def _searched(problem: Problem, limits: solver.Limits) -> _Searched | None:
    """Return the best plan, None where no plan keeps all rules."""
    made = resolving.ready(problem, limits)
    found = resolving.searched(made, limits)
    if found is None:
        return None
    market = tuple(rents.market_idr(made.program, found).tolist())
    return _Searched(made.program, found.flows, found.value_idr, found.bound_idr, market)


def _verdict(name: str, monthly_idr: float, payback: float | None, life: float | None) -> Sentence:
    if payback is None:
        return Sentence(
            "candidate.nothing", "{facility} would bring the network nothing.", {"facility": name}
        )
    facts: dict[str, object] = {
        "facility": name,
        "monthly_idr": round(monthly_idr),
        "payback_months": round(payback, 1),
    }
    if life is None:
        return Sentence(
            "candidate.gift",
            "{facility} brings {monthly_idr} a month; these periods bear nothing of its cost, which would be "
            "paid back after {payback_months} months.",
            facts,
        )
    facts["life_months"] = round(life, 1)
    if payback <= life:
        return Sentence(
            "candidate.pays",
            "{facility} pays: it brings {monthly_idr} a month and is paid back after {payback_months} "
            "months, within the {life_months} months over which its cost is spread.",
            facts,
        )
    return Sentence(
        "candidate.dear",
        "{facility} doesn't pay: it brings {monthly_idr} a month, and its cost isn't paid back within "
        "{life_months} months but only after {payback_months}.",
        facts,
    )
