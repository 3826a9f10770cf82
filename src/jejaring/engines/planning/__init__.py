"""The network plan: from a workbook of co-ops to a certified, fair plan.

    from jejaring.engines import planning

    problem = planning.read("examples/cianjur-beras.xlsx")
    plan = planning.solve(problem)
    shares = planning.share(problem, plan)
    answers = planning.ask(problem, plan, shares)

`read` returns a `Problem` or raises `Faults` with everything that is wrong with the file. The
method stands in docs/planning.md.
"""

from __future__ import annotations

from jejaring.engines.planning.questions.ask import ask
from jejaring.engines.planning.reading import read
from jejaring.engines.planning.sharing.rules import share
from jejaring.engines.planning.solve import solve
from jejaring.engines.planning.solver import Limits

__all__ = ["Limits", "ask", "read", "share", "solve"]
