"""Networks of format version 2, solved: what tests of losses, lorries, building and shelf life share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from jejaring.engines.planning import share, solve
from jejaring.engines.planning.interchange import read_json
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.plan_file import plan_document
from jejaring.engines.planning.problem import Problem
from tests.referee.worlds import world

Object = dict[str, Any]


@dataclass(frozen=True)
class Solved:
    """A network with its plan, its shares and plan.json."""

    problem: Problem
    plan: Plan
    shares: tuple[Share, ...]
    document: Object

    def kg(self, table: str, **key: Any) -> int:
        """Return the kilograms of all flows of a table that have these keys."""
        rows = self.document["flows"][table]
        return sum(row["kg"] for row in rows if all(row.get(name) == each for name, each in key.items()))

    def price(self, site: str, period: str = "t1", age: int = 0) -> float:
        """Return the price of rice at a site."""
        found = [
            row["idr_per_kg"]
            for row in self.document["prices"]
            if (row["site"], row["period"], row["product"], row.get("age_periods", 0))
            == (site, period, "beras", age)
        ]
        return float(found[0]) if found else 0.0

    def payoff(self, rule: str) -> Object:
        """Return the payoffs of a rule by party."""
        payoff: Object = self.document["sharing"][rule]["payoff_idr"]
        return payoff

    def hand_overs(self) -> list[tuple[str, str, str, str, int, float]]:
        """Return (giver, taker, kind, period, kg, price) of every hand-over."""
        return [
            (each["giver"], each["taker"], each["kind"], part["period"], part["kg"], part["price_idr_per_kg"])
            for each in self.document["partnerships"]
            for part in each["hand_overs"]
        ]


def second(*args: Any, **sections: Any) -> Object:
    """Return a world of version 2 (`tests.referee.worlds.world`)."""
    return {**world(*args, **sections), "format": "jejaring-network/2"}


def read(network: Object) -> Problem:
    """Return a network as the engine reads it."""
    return read_json(json.dumps(network).encode(), "network.json")


def solved(network: Object, *, shared: bool = True) -> Solved:
    """Return a network with its plan and, where they are to be made, its shares; the plan must be proved."""
    problem = read(network)
    plan = solve(problem)
    shares = share(problem, plan) if shared else ()
    assert plan.status == "optimal"
    return Solved(problem, plan, shares, plan_document(problem, plan, shares))
