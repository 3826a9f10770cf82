"""A changed network solved again quickly: value, flows and prices, with the plan's yes/no choices where
they fit. For the whole answer, with proof and reasons, there is `solve`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Flags, Floats
from jejaring.engines.planning import certificate, families, financing, headroom, prices, solver, trimming
from jejaring.engines.planning.financing import Purse
from jejaring.engines.planning.model import Model
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.program import Program
from jejaring.engines.planning.sharing.game import chosen_columns

CANNOT = frozenset({"solve.failed", "solve.unbounded"})
"""What the solver is refused for where no plan keeps all rules."""
DUST_IDR = 1.0
"""By so much flows may go beyond the cash before they are solved again within it."""


@dataclass(frozen=True, eq=False)
class Ready:
    """A network as the solver wants it: without what can't matter, choices tied tightly."""

    program: Program
    model: Model
    purse: Purse | None = None


@dataclass(frozen=True, eq=False)
class Resolved:
    """The best flows of a changed network; `searched`: the plan's own choices didn't fit, others were
    looked for. `cash_worth`: what one more rupiah of cash at the end of each period gains, nothing where
    there is enough.
    """

    answer: solver.Answer
    chosen: Flags
    searched: bool
    cash_worth: tuple[Fraction, ...] = ()


def ready(problem: Problem, limits: solver.Limits) -> Ready:
    """Return `problem` ready to be solved."""
    trimmed, _ = trimming.trimmed(families.program(problem))
    program = headroom.tightened(trimmed, limits)
    return Ready(program, Model.of(program), Purse.of(program))


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
    found = _best(made, limits, yes)
    if found is not None or not made.model.choice.any():
        return None if found is None else Resolved(found[0], yes, False, found[1])
    return searched(made, limits)


def searched(made: Ready, limits: solver.Limits) -> Resolved | None:
    """Return the best flows with the best choices, None where no plan keeps all rules."""
    found = _best(made, limits)
    if found is None:
        return None
    return Resolved(found[0], made.program.choices & (found[0].flows > 0.5), True, found[1])


def taken(program: Program, plan: Plan) -> Flags:
    """Return the yes/no columns of `program` that `plan` takes."""
    return chosen_columns(program, plan)


def market_idr(program: Program, found: Resolved) -> Floats:
    """Return what each party's own goods, machines and channels are worth at the prices of `found`
    (Owen 1975; docs/planning.md §7). Together they are the value.
    """
    counted = weighed(program, found.cash_worth)
    rows = len(program.nodes)
    local = prices.lowest(counted, found.answer.flows, found.answer.prices)[:rows]
    return rents(counted, local, found.chosen, found.cash_worth)


def market_of_plan_idr(problem: Problem, plan: Plan) -> Floats:
    """Return the same for a whole plan, at its own prices."""
    everything = families.program(problem)
    worth = prices.placed(problem, everything.forms, plan.prices)[everything.nodes]
    of_cash = financing.exact_worths(plan.cash_worth)
    return rents(weighed(everything, of_cash), worth, taken(everything, plan), of_cash)


def weighed(program: Program, cash_worth: tuple[Fraction, ...]) -> Program:
    """Return the program with each gain counted as cash is worth, where it is scarce."""
    if not cash_worth:
        return program
    return financing.adjusted(program, financing.money(program), cash_worth)


def rents(program: Program, local: Floats, chosen: Flags, cash_worth: tuple[Fraction, ...]) -> Floats:
    """Return what each party's own is worth at prices by balance, its cash included where it is scarce."""
    proof = certificate.prove(program, local, chosen=chosen)
    worth = np.array([float(each) for each in certificate.rents(program, proof)])
    if cash_worth:
        worth += float(sum(cash_worth)) * program.problem.parties.cash_idr.floats(0.0)
    return worth


def _best(
    made: Ready, limits: solver.Limits, yes: Flags | None = None
) -> tuple[solver.Answer, tuple[Fraction, ...]] | None:
    """Return the best flows (with the choices `yes`) within all cash, and what cash is worth."""
    found = best_or_none(made.model if yes is None else made.model.fixed(yes.astype(np.float64)), limits)
    if found is None or made.purse is None or not made.purse.broken_by(found.flows, dust_idr=DUST_IDR):
        return None if found is None else (found, ())
    within = made.purse.limited(made.model)
    found = best_or_none(within if yes is None else within.fixed(yes.astype(np.float64)), limits)
    if found is None:
        return None
    return found, made.purse.worths(found.prices)


def best_or_none(model: Model, limits: solver.Limits) -> solver.Answer | None:
    """Return the best flows of a model, None where none keep all rules."""
    try:
        return solver.best(model, limits)
    except Refusal as refused:
        if refused.sentence.code not in CANNOT:
            raise
        return None
