"""What each party's own goods, machines and channels are worth at the prices of a solved network
(Owen 1975; docs/planning.md §7), and how cash that is scarce counts in it.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from jejaring.engines.measures import Flags, Floats
from jejaring.engines.planning import certificate, families, financing, prices
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.program import Program
from jejaring.engines.planning.questions.resolving import Outcome
from jejaring.engines.planning.sharing.game import chosen_columns


def market_idr(program: Program, found: Outcome) -> Floats:
    """Return what each party's own is worth at the prices of `found`. Together they are the value."""
    counted = weighed(program, found.cash_worth)
    rows = len(program.nodes)
    local = prices.lowest(counted, found.flows, found.prices)[:rows]
    return by_party(counted, local, found.chosen, found.cash_worth)


def market_of_plan_idr(problem: Problem, plan: Plan) -> Floats:
    """Return the same for a whole plan, at its own prices."""
    everything = families.program(problem)
    worth = prices.placed(problem, everything.forms, plan.prices)[everything.nodes]
    of_cash = financing.exact_worths(plan.cash_worth)
    return by_party(weighed(everything, of_cash), worth, chosen_columns(everything, plan), of_cash)


def weighed(program: Program, cash_worth: tuple[Fraction, ...]) -> Program:
    """Return the program with each gain counted as cash is worth, where it is scarce."""
    if not cash_worth:
        return program
    return financing.adjusted(program, financing.money(program), cash_worth)


def by_party(program: Program, local: Floats, chosen: Flags, cash_worth: tuple[Fraction, ...]) -> Floats:
    """Return what each party's own is worth at prices by balance, its cash included where it is scarce."""
    proof = certificate.prove(program, local, chosen=chosen)
    worth = np.array([float(each) for each in certificate.rents(program, proof)])
    if cash_worth:
        worth += float(sum(cash_worth)) * program.problem.parties.cash_idr.floats(0.0)
    return worth
