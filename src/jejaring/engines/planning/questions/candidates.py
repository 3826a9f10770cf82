"""Whether it pays to build what isn't there yet: each candidate process or storage by itself.

Its gain is what the network earns if it stands there for nothing, less what it earns without it, both
planned anew; other candidates are built in either where that pays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from jejaring.engines.errors import Sentence
from jejaring.engines.measures import Decimals, Flags
from jejaring.engines.planning import certificate, families, headroom, solver, trimming
from jejaring.engines.planning.building import FOR_ALL_PERIODS
from jejaring.engines.planning.calendar import Calendar
from jejaring.engines.planning.model import Model
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.program import CHOICE, PROCESS, STORE
from jejaring.engines.planning.solve import Joint, solve_jointly

Table = Literal["processes", "storages"]
_DAYS_A_MONTH = Fraction(36525, 1200)
_DUST_IDR = 0.5
_BESIDE = Fraction(1, 1000)
"""How far beside its break-even cost a candidate is asked about again, at least Rp1."""


@dataclass(frozen=True)
class Candidate:
    """What one candidate would mean for the network over these periods.

    `entry` is its position in the codes of its table. `gain_idr` is what the network gains with it before
    its building is paid, `gains_idr` by party at the prices of either plan (market payoffs). These periods
    bear `borne_idr` of `build_cost_idr`; `break_even_idr` is the building cost at which it would just pay
    (None: none of it is borne), `confirmed` whether plans just below and above it say so too.
    `payback_months` is how long its gain takes to pay for it (None: it gains nothing), `life_months` over
    how long the cost is spread. `used_share` of its capacity would be used (None without limit).
    """

    table: Table
    entry: int
    owner: int
    site: int
    built: bool
    build_cost_idr: Fraction
    borne_idr: Fraction
    gain_idr: float
    gains_idr: tuple[float, ...]
    months: float
    payback_months: float | None
    life_months: float | None
    used_share: float | None
    break_even_idr: int | None
    confirmed: bool
    verdict: Sentence

    @property
    def monthly_gain_idr(self) -> float:
        """Return what the network gains with it in a month, before its building is paid."""
        return self.gain_idr / self.months


def candidates(problem: Problem, plan: Plan, limits: solver.Limits | None = None) -> tuple[Candidate, ...]:
    """Return every candidate of `problem`, processes first, in the order of their codes."""
    limits = limits or solver.Limits()
    return tuple(
        _candidate(problem, plan, limits, table, entry)
        for table in ("processes", "storages")
        for entry in range(len(getattr(problem, table).codes))
        if (getattr(problem, table).build_cost_idr.numerators[_rows(problem, table, entry)] > 0).any()
    )


def _candidate(problem: Problem, plan: Plan, limits: solver.Limits, table: Table, entry: int) -> Candidate:
    rows: Any = getattr(problem, table)
    mine = _rows(problem, table, entry)
    first = int(np.flatnonzero(mine)[0])
    free = solve_jointly(_at_cost(problem, table, mine, 0), limits, _silent)
    without = solve_jointly(_taken_away(problem, table, mine), limits, _silent)
    gain = max(0.0, free.answer.value - without.answer.value)
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
        gains_idr=_by_party(free, without),
        months=float(months),
        payback_months=payback,
        life_months=life,
        used_share=_used_share(free, table, mine),
        break_even_idr=even,
        confirmed=even is None or _confirmed(problem, table, mine, even, limits),
        verdict=_verdict(rows.names[entry] or rows.codes[entry], gain / float(months), payback, life),
    )


def _silent(stage: str) -> None:
    """Tell nobody."""


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


def _by_party(free: Joint, without: Joint) -> tuple[float, ...]:
    """Return how much more each party's own limits are worth with the candidate than without it."""
    either = [certificate.rents(joint.everything, joint.proof) for joint in (free, without)]
    return tuple(round(float(more - less), 2) for more, less in zip(*either, strict=True))


def _used_share(free: Joint, table: Table, mine: Flags) -> float | None:
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
    used = free.kg[family[mine[of[columns.row[family]]]]].sum()
    return float(used) / room if room else None


def _confirmed(problem: Problem, table: Table, mine: Flags, even_idr: int, limits: solver.Limits) -> bool:
    """Whether it is built just below its break-even cost and not just above it."""
    beside = max(1, int(even_idr * _BESIDE))
    below = even_idr <= beside or _is_built(problem, table, mine, even_idr - beside, limits)
    return below and not _is_built(problem, table, mine, even_idr + 1 + beside, limits)


def _is_built(problem: Problem, table: Table, mine: Flags, cost_idr: int, limits: solver.Limits) -> bool:
    everything = families.program(_at_cost(problem, table, mine, cost_idr))
    program = headroom.tightened(trimming.trimmed(everything)[0], limits)
    answer = solver.best(Model.of(program), limits)
    columns = program.columns
    family = PROCESS if table == "processes" else STORE
    asked = (columns.family == CHOICE) & (columns.period == FOR_ALL_PERIODS) & (columns.piece == family)
    choice = np.flatnonzero(asked)
    return bool((answer.flows[choice[mine[columns.row[choice]]]] > 0.5).any())


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
