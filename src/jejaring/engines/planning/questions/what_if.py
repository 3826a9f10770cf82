"""Scenarios, seasons and commitments asked together."""

from __future__ import annotations

from jejaring.engines.planning import solver
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.ahead import WhatIf
from jejaring.engines.planning.questions.commitments import commitments
from jejaring.engines.planning.questions.scenarios import scenarios
from jejaring.engines.planning.questions.seasons import MOST_PARTIES, seasons
from jejaring.engines.planning.solve import Tell


def what_if(problem: Problem, plan: Plan, limits: solver.Limits, tell: Tell, count: int) -> WhatIf:
    """Return the scenarios, and what `count` sampled seasons say (none for 0). Standard scenarios are left
    out of large networks, unless seasons are asked for.
    """
    small = len(problem.parties) <= MOST_PARTIES
    tried = scenarios(problem, plan, limits, tell) if problem.scenarios or small or count else None
    if not count:
        return WhatIf(tried)
    spread = seasons(problem, plan, limits, tell, count)
    return WhatIf(tried, spread, commitments(problem, plan, limits, tell, count, fresh=count))
