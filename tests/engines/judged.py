"""Plans of the engine before the judge: solve a network, write the plan, let the referee look for faults."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jejaring.engines.planning import share, solve
from jejaring.engines.planning.interchange import read_json
from jejaring.engines.planning.plan import Partnership, Plan, Rule, Share
from jejaring.engines.planning.plan_file import write_plan
from jejaring.engines.planning.problem import Problem
from tests.referee import games, model, networks, rules, sharing
from tests.referee.reading import Network

Object = dict[str, Any]
HALF_RUPIAH = 0.5 + 1e-6


@dataclass(frozen=True)
class Judged:
    """A network's bytes, the engine's answer, and the answer as plan.json."""

    data: bytes
    problem: Problem
    plan: Plan
    shares: tuple[Share, ...]
    document: Object

    @cached_property
    def network(self) -> Network:
        """Return the network as the referee reads it."""
        return rules.read(self.data)

    @property
    def prices(self) -> dict[tuple[str, str, str], float]:
        """Return the prices in rupiah per kg by (site, product, period)."""
        return {
            (row["site"], row["product"], row["period"]): row["idr_per_kg"] for row in self.document["prices"]
        }

    def payoff(self, rule: str) -> dict[str, int]:
        """Return the payoffs of a sharing rule by party."""
        payoff: dict[str, int] = self.document["sharing"][rule]["payoff_idr"]
        return payoff

    def kg(self, family: str, *key: str) -> int:
        """Return the whole kilograms of a flow, 0 where there is none."""
        found, unread = rules.amounts(self.network, self.document["flows"])
        assert not unread
        return int(found[family].get(key, 0))

    def partners(self) -> list[tuple[str, str, str, int]]:
        """Return (giver, taker, kind, kg) of every partnership, sorted."""
        codes = self.problem.parties.codes
        return sorted((codes[p.giver], codes[p.taker], p.kind, p.kg) for p in self.plan.partnerships)

    def partnership(self, giver: str, taker: str) -> Partnership:
        """Return the only partnership of two parties."""
        codes = self.problem.parties.codes
        (found,) = [p for p in self.plan.partnerships if (codes[p.giver], codes[p.taker]) == (giver, taker)]
        return found

    def traders(self) -> set[str]:
        """Return the parties of which the plan says that they trade with another."""
        return {self.problem.parties.codes[o.party] for o in self.plan.outcomes if o.trades}


def read(network: Object) -> Problem:
    """Return a network as the engine reads it."""
    return read_json(networks.text(network), "network.json")


def planned(network: Object, *, shared: bool = True, rules: tuple[Rule, ...] | None = None) -> Judged:
    """Return a network with its plan and, where it is to be shared, all its shares or those of `rules`."""
    data = networks.text(network)
    problem = read_json(data, "network.json")
    plan = solve(problem)
    shares = share(problem, plan, rules) if shared else ()
    return Judged(data, problem, plan, shares, json.loads(write_plan(problem, plan, shares)))


def faults(judged: Judged, game: games.Game | None = None) -> list[str]:
    """Return what the referee has against a plan.

    A plan that calls itself the best may miss the optimum by a millionth. The search stops half a
    rupiah from it in any case; then a plan of a few rupiah must say that there is a gap.

    Rounding to whole kilograms can end all trade while a gain is still divided. The format doesn't
    say who shares it equally then; the engine says everybody, and the referee knows nothing better.
    """
    found = sharing.faults_of_plan(judged.data, judged.document, asked_gap=1e-6, game=game)
    best = model.best_surplus(judged.network) if game is None else game[frozenset(judged.network.parties)]
    near = 1e-6 * max(1.0, abs(best)) if judged.plan.status == "optimal" else HALF_RUPIAH
    if abs(best - judged.plan.value_idr) > near:
        found.append(f"value_idr is {judged.plan.value_idr}, the best is {best}")
    if judged.traders():
        return found
    alone = judged.document["alone_idr"]
    part = (judged.plan.value_idr - sum(alone.values())) / max(1, len(alone))
    if all(abs(idr - alone[party] - part) <= 1 for party, idr in judged.payoff("equal").items()):
        found = [sentence for sentence in found if not sentence.startswith("sharing equal: the payoff")]
    return found


def of_group(network: Object, group: Collection[str]) -> Object:
    """Return the part of a network, as its file tells it, that a group of parties may use.

    Said once more from the format, apart from the referee's `groups.cut`.
    """
    sites = [row for row in network["sites"] if row["party"] in group or row["party"] is None]
    places = {row["code"] for row in sites}
    part = {
        **network,
        "parties": [row for row in network["parties"] if row["code"] in group],
        "sites": sites,
    }
    for table in ("supplies", "needs", "local_trade"):
        part[table] = [row for row in network.get(table, []) if row["site"] in places]
    for table in ("outlets", "sources", "processes", "storages"):
        rows = network.get(table, [])
        part[table] = [row for row in rows if row["owner"] in group and row["site"] in places]
    part["lanes"] = [row for row in network.get("lanes", []) if {row["from"], row["to"]} <= places]
    return part
