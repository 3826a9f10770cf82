"""Published facility location problems as networks with mills to build: the plan finds their optima.

OR-Library's capacitated warehouse problems (Beasley 1988), in which a customer may be served by several
warehouses. The data isn't part of the repository: it is looked for in the folder that the environment
variable JEJARING_DATA names, or beside the checkout (../shared/data).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from jejaring.engines.planning import solve
from tests.engines.version_two import Object, read

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("JEJARING_DATA") or ROOT.parent / "shared" / "data")
FOLDER = DATA / "benchmarks" / "facility-location"
SMALL, MIDDLE, LARGE = (1, 2, 3, 4, 5, 8), (9, 12, 16), (17, 20, 24)


def numbers(path: Path) -> Iterator[Decimal]:
    """Yield the numbers of a file."""
    yield from map(Decimal, path.read_text(encoding="utf-8").split())


def network_of(path: Path) -> Object:
    """Return a problem of OR-Library as a network of one co-op.

    A warehouse is a process to be built, fed from a supply without limit; a customer is a need that must be
    met, at worst from a local trader so dear that nobody buys there. Costs by customer become costs by
    kilogram, rounded to 1e-9.
    """
    data = numbers(path)
    warehouses, customers = int(next(data)), int(next(data))
    capacity = [next(data) for _ in range(warehouses)]
    cost = [next(data) for _ in range(warehouses)]
    demand = [next(data) for _ in range(customers)]
    lanes = [
        {"from": f"w{w}", "to": f"c{c}", "products": ["served"],
         "cost_idr_per_kg": float(round(next(data) / demand[c], 9))}
        for c in range(customers)
        for w in range(warehouses)
    ]  # fmt: skip
    places = [*(f"w{w}" for w in range(warehouses)), *(f"c{c}" for c in range(customers))]
    return {
        "format": "jejaring-network/2",
        "periods": [{"code": "t"}],
        "products": [{"code": "raw"}, {"code": "served"}],
        "parties": [{"code": "H"}],
        "sites": [{"code": place, "party": "H"} for place in places],
        "supplies": [{"site": f"w{w}", "product": "raw", "period": "t"} for w in range(warehouses)],
        "processes": [
            {"code": f"p{w}", "owner": "H", "site": f"w{w}", "input": "raw", "outputs": {"served": 1},
             "period": "t", "capacity_kg": float(capacity[w]), "build_cost_idr": float(cost[w])}
            for w in range(warehouses)
        ],
        "needs": [
            {"site": f"c{c}", "product": "served", "period": "t", "kg": int(demand[c])}
            for c in range(customers)
        ],
        "local_trade": [
            {"site": f"c{c}", "product": "served", "period": "t", "buy_idr_per_kg": 1000}
            for c in range(customers)
        ],
        "lanes": lanes,
    }  # fmt: skip


def optimum(instance: int) -> float:
    """Return the optimum where customers may be split, as optimal.csv has it."""
    with (FOLDER / "optimal.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if (row["set"], row["instance"]) == ("or-library", str(instance)):
                return float(row["optimum_splittable_highs"])
    raise AssertionError(instance)


@pytest.mark.slow
@pytest.mark.parametrize("instance", [*SMALL, *MIDDLE, *LARGE])
def test_candidate_facilities_reach_the_published_optimum(instance: int) -> None:
    if not FOLDER.is_dir():
        pytest.skip(f"NOT PROVED: no published facility location problems in {FOLDER}; set JEJARING_DATA")
    problem = read(network_of(FOLDER / "or-library" / f"p{instance}"))
    plan = solve(problem)
    assert plan.status == "optimal"
    # The optima stand there with two to four decimals.
    assert -plan.value_idr == pytest.approx(optimum(instance), abs=0.01, rel=2e-6)
    # Demands and warehouses are whole, so whole kilograms cost nothing.
    assert plan.surplus_idr == pytest.approx(plan.value_idr, abs=0.01)
    built = [problem.processes.build_cost_idr.fraction(each.row) for each in plan.choices]
    assert plan.lines.building_idr == pytest.approx(float(sum(built)))
