"""One contender on one network, measured in a process of its own: prints one line of JSON.

    python -m benchmarks.contenders plan network.json

What is timed begins with the network in memory and read. Each contender first works on a small
network, so that what happens once in a process (imports, first calls) counts for nobody.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import networks
from jejaring.engines import planning
from jejaring.engines.planning.model import Model
from jejaring.engines.planning.problem import Problem

Result = dict[str, Any]


def plan(problem: Problem, seconds: float) -> Result:
    """Ours: from the problem to the certified plan, by stage."""
    marks: list[tuple[str, float]] = []
    began = time.perf_counter()
    found = planning.solve(
        problem,
        planning.Limits(seconds=seconds),
        lambda stage: marks.append((stage, time.perf_counter())),
    )
    ended = time.perf_counter()
    until = [at for _, at in marks[1:]] + [ended]
    stages: dict[str, float] = {}
    for (stage, at), end in zip(marks, until, strict=True):
        stages[stage] = stages.get(stage, 0.0) + end - at
    return {
        "seconds": ended - began,
        "stages": stages,
        "value": found.value_idr,
        "gap": found.gap,
        "ended": found.status,
    }


def direct(problem: Problem, seconds: float) -> Result:
    """The linear program by hand with numpy and scipy, HiGHS as it comes."""
    from benchmarks import direct as by_hand

    began = time.perf_counter()
    value, status = by_hand.solve(problem, seconds)
    return {"seconds": time.perf_counter() - began, "value": value, "capped": value is None, "ended": status}


def linopy(problem: Problem, seconds: float) -> Result:
    """The linear program with linopy. It is not stopped: it has no part in the large cases."""
    from benchmarks import with_linopy

    del seconds
    tables = with_linopy.tables(problem)
    began = time.perf_counter()
    value = with_linopy.solve(tables)
    return {"seconds": time.perf_counter() - began, "value": value}


def alone(problem: Problem, seconds: float) -> Result:
    """Ours: what each party is worth alone, all of them in one program."""
    from jejaring.engines.planning import families, trimming
    from jejaring.engines.planning.sharing import coalitions

    program, _ = trimming.trimmed(families.program(problem))
    began = time.perf_counter()
    found = coalitions.alone(program, planning.Limits(seconds=seconds))
    return {"seconds": time.perf_counter() - began, "values": found.value_idr.tolist()}


def alone_one_by_one(problem: Problem, seconds: float) -> Result:
    """One run of HiGHS for each party, on the columns that it may use by itself."""
    import highspy

    from jejaring.engines.planning import families, trimming

    del seconds
    program, _ = trimming.trimmed(families.program(problem))
    began = time.perf_counter()
    model = Model.of(program)
    values = []
    for party in range(len(problem.parties)):
        group = np.zeros(len(problem.parties), dtype=bool)
        group[party] = True
        mine = model.cut(program.usable(group)).model
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(mine.cost), len(mine.limit)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = mine.cost, mine.lower, mine.upper
        lp.row_lower_, lp.row_upper_ = np.full(len(mine.limit), -np.inf), mine.limit
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = mine.start, mine.index, mine.value
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.passModel(lp)
        highs.run()
        values.append(highs.getInfo().objective_function_value)
    return {"seconds": time.perf_counter() - began, "values": values}


def even_core(problem: Problem, seconds: float) -> Result:
    """Ours: the most even split that no group objects to, with its proof. The plan is made before."""
    made = planning.solve(problem)
    limits = planning.Limits(seconds=seconds)
    began = time.perf_counter()
    (found,) = planning.share(problem, made, rules=("even_core",), limits=limits)
    return {
        "seconds": time.perf_counter() - began,
        "values": list(found.payoff_idr),
        "worst": found.worst_group_gain_idr,
        "ended": found.proved,
    }


def even_core_naive(problem: Problem, seconds: float) -> Result:
    """Row generation by the textbook. The plan and alone values are made before."""
    from benchmarks import naive_sharing
    from jejaring.engines.planning import families, trimming

    made = planning.solve(problem)
    program, _ = trimming.trimmed(families.program(problem))
    alone_idr = np.array(made.alone_idr)
    began = time.perf_counter()
    found = naive_sharing.even_core(program, alone_idr, made.value_idr, seconds)
    return {
        "seconds": time.perf_counter() - began,
        "values": (alone_idr + found.gains).tolist(),
        "capped": found.capped,
        "cuts": found.cuts,
    }


CONTENDERS: dict[str, Callable[[Problem, float], Result]] = {
    "plan": plan,
    "direct": direct,
    "linopy": linopy,
    "alone": alone,
    "alone-one-by-one": alone_one_by_one,
    "even-core": even_core,
    "even-core-naive": even_core_naive,
}


def main() -> None:
    """Measure one contender."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contenders", description=__doc__)
    parser.add_argument("contender", choices=CONTENDERS)
    parser.add_argument("network", type=Path)
    parser.add_argument("--seconds", type=float, default=600.0, help="the contender stops there")
    arguments = parser.parse_args()
    contender = CONTENDERS[arguments.contender]
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.json"
        networks.write(networks.paddy(5, months=2), small)
        contender(planning.read(small), arguments.seconds)
    problem = planning.read(arguments.network)
    result = contender(problem, arguments.seconds)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result["peak_mb"] = most / (1024 * 1024 if sys.platform == "darwin" else 1024)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
