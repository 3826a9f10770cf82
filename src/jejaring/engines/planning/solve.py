"""Problem -> Plan: solve, prove, make whole, trace, explain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from jejaring.engines.errors import Refusal, Sentence
from jejaring.engines.measures import Flags, Indices
from jejaring.engines.planning import (
    certificate,
    conflicts,
    explain,
    families,
    financing,
    headroom,
    prices,
    scarcity,
    solver,
    sparing,
    trace,
    trimming,
)
from jejaring.engines.planning import whole as whole_kilograms
from jejaring.engines.planning.evaluate import broken_rules, earnings
from jejaring.engines.planning.model import Model
from jejaring.engines.planning.plan import Certificate, Choice, Flows, FlowTable, Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.program import (
    BUY,
    CHOICE,
    LANE,
    NEED,
    OPENING,
    OUTLET,
    PROCESS,
    SELL,
    SOURCE,
    STORE,
    SUPPLY,
    Program,
)
from jejaring.engines.planning.sharing import coalitions

Tell = Callable[[str], None]
"""Told the name of each stage as it begins: build, solve, whole, prove, alone, explain."""

FLOW_TABLES = {
    "supplies": SUPPLY,
    "outlets": OUTLET,
    "sources": SOURCE,
    "needs": NEED,
    "local_sales": SELL,
    "local_purchases": BUY,
    "processes": PROCESS,
    "storages": STORE,
    "lanes": LANE,
}


@dataclass(frozen=True, eq=False)
class Joint:
    """The joint program with its best flows, proved and in whole kilograms.

    `place` tells where the columns of `program` (without what can't matter) stand in `everything`;
    `chosen` are the yes/no columns taken, by column of `program`; `proof` is of `everything`.
    """

    everything: Program
    program: Program
    place: Indices
    answer: solver.Answer
    chosen: Flags
    proof: certificate.Proof
    kg: Indices
    cash: Cash | None = None

    @property
    def bound_idr(self) -> Fraction:
        """The bound that prices prove with the choices as they are; that of cash limits counts in it."""
        return self.proof.bound_idr + (self.cash.worth_idr if self.cash else 0)


@dataclass(frozen=True, eq=False)
class Cash:
    """The limit of cash of all parties, and what one more rupiah at the end of each period is worth."""

    limit_idr: Fraction
    worth: tuple[Fraction, ...]

    @property
    def worth_idr(self) -> Fraction:
        """What all of it is worth."""
        return self.limit_idr * sum(self.worth, Fraction(0))


def solve(problem: Problem, limits: solver.Limits | None = None, tell: Tell | None = None) -> Plan:
    """Return the joint plan of `problem`.

    `limits`: the relative gap that is good enough, seconds at most, the solver's seed. Raises a
    Refusal where the network could earn without end or no plan was found in the time.
    """
    limits = limits or solver.Limits()
    say = tell or _silent
    joint = solve_jointly(problem, limits, say)
    flows = flows_of(joint.program, joint.kg)
    earned = earnings(problem, flows)
    broken = broken_rules(problem, flows)
    assert not broken, broken
    say("alone")
    alone = coalitions.alone(joint.program.without_least(), limits)
    say("explain")
    best = max(joint.answer.value, float(earned.surplus_idr))
    if not problem.terms.bind:
        # Who has agreed on something may have made more alone.
        best = max(best, float(alone.value_idr.sum()))
    value = round(best, 6)
    exact = float(joint.bound_idr)
    bound = max(value, joint.answer.bound if joint.program.choices.any() else exact)
    gap = (bound - value) / max(1.0, abs(bound))
    local = joint.proof.price_idr_per_kg()
    worth = prices.by_place(problem, joint.everything, local)
    found = trace.passings(joint.program, joint.kg)
    made = trace.partnerships(joint.program, found, worth, prices.fees(joint.program, worth))
    reader = explain.Reader(joint.program, joint.kg, worth, alone.value_idr)
    partnerships = tuple(replace(each, reason=reader.why(each, column)) for each, column in made)
    return Plan(
        status="optimal" if gap <= limits.gap else "gap",
        value_idr=value,
        bound_idr=bound,
        gap=gap,
        surplus_idr=float(earned.surplus_idr),
        lines=earned.lines,
        alone_idr=tuple(round(each, 6) for each in alone.value_idr.tolist()),
        flows=flows,
        prices=prices.listed(joint.everything.forms, worth),
        scarce=scarcity.scarce(joint.everything, joint.proof),
        partnerships=partnerships,
        outcomes=reader.outcomes(partnerships),
        certificate=_certificate(joint, limits),
        choices=_choices(joint),
        cash_worth=tuple(float(each) for each in joint.cash.worth) if joint.cash else (),
    )


def _silent(stage: str) -> None:
    """Tell nobody."""


def solve_jointly(problem: Problem, limits: solver.Limits, say: Tell) -> Joint:
    """Return the best flows of the joint program, proved and in whole kilograms."""
    say("build")
    everything = families.program(problem)
    trimmed, place = trimming.trimmed(everything)
    program = headroom.tightened(trimmed, limits)
    model = Model.of(program)
    say("solve")
    answer = conflicts.best(program, model, limits)
    purse = financing.Purse.of(program)
    cash = None
    free = model
    if purse and purse.broken_by(answer.flows):
        model = purse.limited(free)
        answer = _best_within(purse, model, limits)
        cash = Cash(purse.limit_idr, purse.worths(answer.prices))
    say("whole")
    kg = _whole_within(purse, program, free, model, answer, limits)
    say("prove")
    chosen = program.choices & (answer.flows > 0.5)
    counted, weighed = program, everything
    if cash:
        counted, weighed = (
            financing.adjusted(each, financing.money(each), cash.worth) for each in (program, everything)
        )
    yes = np.zeros(len(everything.columns), dtype=bool)
    yes[place[chosen]] = True
    rows = np.searchsorted(everything.nodes, program.nodes)
    local = np.zeros(len(everything.nodes))
    local[rows] = prices.lowest(counted, answer.flows, answer.prices)
    idle = ~trimming.there(everything)[:-1]
    proof = certificate.prove(weighed, local, chosen=yes, idle=idle)
    return Joint(everything, program, place, answer, chosen, proof, kg, cash)


def _whole_within(
    purse: financing.Purse | None,
    program: Program,
    free: Model,
    model: Model,
    answer: solver.Answer,
    limits: solver.Limits,
) -> Indices:
    """Return whole kilograms that keep within the cash too: where rounding goes beyond it, the flows are
    made again with so much less. `model` is `free` with the limit of the purse, where that binds.
    """
    kg, chosen = _whole_kilograms(program, model, answer, limits)
    if purse is None:
        return kg
    less = Fraction(0)
    while (over := purse.over_idr(np.where(chosen, 1, kg))) > 0:
        less += 2 * over + 1
        tighter = purse.limited(free, less)
        kg, chosen = _whole_kilograms(program, tighter, _best_within(purse, tighter, limits), limits)
    return kg


def _best_within(purse: financing.Purse, model: Model, limits: solver.Limits) -> solver.Answer:
    """Return the best flows of a model that is limited by a purse. A Refusal where there are none."""
    try:
        return solver.best(model, limits)
    except Refusal as refusal:
        if refusal.sentence.code != "solve.failed":
            raise
    raise Refusal(
        "solve.cash",
        "The cash of all parties, {limit_idr}, isn't enough for what must be met. State more cash, or "
        "later days of payment.",
        limit_idr=int(purse.limit_idr),
    )


def flows_of(program: Program, kg: Indices) -> Flows:
    """Return whole kilograms by column as the flow tables of a plan: what is above zero, in order."""
    columns = program.columns
    periods = max(1, len(program.problem.periods))
    tables = {}
    for name, family in FLOW_TABLES.items():
        mine = np.flatnonzero((columns.family == family) & (kg > 0))
        age = columns.piece[mine] if family in (STORE, LANE) else np.zeros(len(mine), dtype=np.int64)
        key = (columns.row[mine] * periods + columns.period[mine]) * periods + age
        keys, inverse = np.unique(key, return_inverse=True)
        sums = np.zeros(len(keys), dtype=np.int64)
        np.add.at(sums, inverse, kg[mine])
        row, period = np.divmod(keys // periods, periods)
        tables[name] = FlowTable(row, period, sums, keys % periods)
    return Flows(**tables)


def _whole_kilograms(
    program: Program, model: Model, answer: solver.Answer, limits: solver.Limits
) -> tuple[Indices, Flags]:
    """Return whole kilograms, and which yes/no columns are yes. Where whole kilograms fall short the flows
    are made again (`sparing`).
    """
    spare = sparing.Spare(program, model, limits)
    flows = answer.flows
    while True:
        chosen = program.choices & (flows > 0.5)
        if spare.searched:
            kg = np.where(columns_of_flows(program), flows, 0).astype(np.int64)
            if not set(broken_rules(program.problem, flows_of(program, kg))) - {"cash"}:
                return kg, chosen
        dealt = whole_kilograms.whole(program, flows, chosen)
        if not dealt.short:
            return dealt.kg, chosen
        flows = spare.flows(flows, np.array(dealt.short), dealt.kg)


def columns_of_flows(program: Program) -> Flags:
    """Return the columns that carry whole kilograms: stock is all there, and choices carry nothing."""
    return np.asarray(~np.isin(program.columns.family, (CHOICE, OPENING)), dtype=bool)


def _choices(joint: Joint) -> tuple[Choice, ...]:
    columns = joint.program.columns
    behind = families.what_choices_open(joint.program)
    tables = {family: name for name, family in FLOW_TABLES.items()}
    return tuple(
        Choice(
            table=tables[behind[column][0]],
            row=int(columns.row[column]),
            period=int(columns.period[column]),
            piece=int(columns.piece[column]),
        )
        for column in np.flatnonzero(joint.chosen).tolist()
    )


def _certificate(joint: Joint, limits: solver.Limits) -> Certificate:
    choices = int(joint.program.choices.sum())
    checks = [
        Sentence(
            "check.whole",
            "Every flow is a whole number of kilograms, and all rules of the network were checked again "
            "in exact numbers.",
        ),
        Sentence("check.surplus", "The surplus was added up again, line by line, from these kilograms."),
        Sentence(
            "check.duals",
            "Prices prove that no plan can earn more: the proof was added up in whole numbers by code that "
            "doesn't share the solver's arithmetic.",
        )
        if not choices
        else Sentence(
            "check.fixed",
            "With the {count} yes/no choices taken as they are, prices prove that no plan can earn more. "
            "That no other choices are better rests on the solver's search.",
            {"count": choices},
        ),
    ]
    if joint.proof.leaning:
        checks.append(
            Sentence(
                "check.leaning",
                "Some ways have no limit and still gain a trace at these prices: the proof takes it that "
                "no best plan carries more on them than all limits of the network together.",
            )
        )
    return Certificate(
        solver="HiGHS",
        solver_version=solver.VERSION,
        solver_status=joint.answer.ended,
        seed=limits.seed,
        gap_asked=limits.gap,
        yes_no_choices=choices,
        bound_proof="solver" if choices or joint.proof.leaning else "duals",
        linear_bound_idr=float(joint.bound_idr),
        checks=tuple(checks),
    )
