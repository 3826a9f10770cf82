"""A changed network solved again quickly: value, flows and prices, with the plan's yes/no choices where
they fit. For the whole answer, with proof and reasons, there is `solve`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Flags, Floats
from jejaring.engines.planning import certificate, families, headroom, prices, solver, trimming
from jejaring.engines.planning.model import Model
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.program import LANE, OUTLET, PROCESS, SOURCE, STORE, Program

_TABLES = {OUTLET: "outlets", SOURCE: "sources", PROCESS: "processes", STORE: "storages", LANE: "lanes"}
CANNOT = frozenset({"solve.failed", "solve.unbounded"})
"""What the solver is refused for where no plan keeps all rules."""


@dataclass(frozen=True, eq=False)
class Ready:
    """A network as the solver wants it: without what can't matter, choices tied tightly."""

    program: Program
    model: Model


@dataclass(frozen=True, eq=False)
class Resolved:
    """The best flows of a changed network; `searched`: the plan's own choices didn't fit, others were
    looked for.
    """

    answer: solver.Answer
    chosen: Flags
    searched: bool


def ready(problem: Problem, limits: solver.Limits) -> Ready:
    """Return `problem` ready to be solved."""
    trimmed, _ = trimming.trimmed(families.program(problem))
    program = headroom.tightened(trimmed, limits)
    return Ready(program, Model.of(program))


def possible(made: Ready, limits: solver.Limits) -> bool:
    """Whether any plan keeps all rules: every need that must be met can be."""
    if not (made.program.lowers > 0).any():
        return True
    try:
        solver.best(replace(made.model, cost=np.zeros(len(made.model.cost))), limits)
    except Refusal as refused:
        if refused.sentence.code not in CANNOT:
            raise
        return False
    return True


def resolved(made: Ready, plan: Plan, limits: solver.Limits) -> Resolved | None:
    """Return the best flows with the choices of `plan`; where these don't fit, with the best others.
    None where no plan keeps all rules.
    """
    yes = taken(made.program, plan)
    found = _best(made.model.fixed(yes.astype(np.float64)), limits)
    if found is not None or not made.model.choice.any():
        return None if found is None else Resolved(found, yes, searched=False)
    return searched(made, limits)


def searched(made: Ready, limits: solver.Limits) -> Resolved | None:
    """Return the best flows with the best choices, None where no plan keeps all rules."""
    found = _best(made.model, limits)
    if found is None:
        return None
    return Resolved(found, made.program.choices & (found.flows > 0.5), searched=True)


def taken(program: Program, plan: Plan) -> Flags:
    """Return the yes/no columns of `program` that `plan` takes."""
    chosen = {(each.table, each.row, each.period, each.piece) for each in plan.choices}
    columns = program.columns
    flags = np.zeros(len(columns), dtype=bool)
    for column, (family, _) in families.what_choices_open(program).items():
        of = columns.row[column], columns.period[column], columns.piece[column]
        flags[column] = (_TABLES[family], *(int(each) for each in of)) in chosen
    return flags


def market_idr(program: Program, found: Resolved) -> Floats:
    """Return what each party's own goods, machines and channels are worth at the prices of `found`
    (Owen 1975; docs/planning.md §7). Together they are the value.
    """
    rows = len(program.nodes)
    local = prices.lowest(program, found.answer.flows, found.answer.prices)[:rows]
    proof = certificate.prove(program, local, chosen=found.chosen)
    return np.array([float(each) for each in certificate.rents(program, proof)])


def market_of_plan_idr(problem: Problem, plan: Plan) -> Floats:
    """Return the same for a whole plan, at its own prices."""
    everything = families.program(problem)
    worth = prices.placed(problem, everything.forms, plan.prices)
    proof = certificate.prove(everything, worth[everything.nodes], chosen=taken(everything, plan))
    return np.array([float(each) for each in certificate.rents(everything, proof)])


def _best(model: Model, limits: solver.Limits) -> solver.Answer | None:
    try:
        return solver.best(model, limits)
    except Refusal as refused:
        if refused.sentence.code not in CANNOT:
            raise
        return None
