"""Prices and flows -> reasons that a co-op manager can read.

Why this partner: what the goods are worth there and what the next best use would bring. Why a
party is left out or keeps goods: which price or limit stands in the way. Sentences are English
with named holes; amounts are named by their unit so that any language can write them.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from jejaring.engines.errors import Sentence
from jejaring.engines.measures import NONE, Flags, Floats, Indices
from jejaring.engines.planning.building import FOR_ALL_PERIODS
from jejaring.engines.planning.plan import Outcome, Partnership
from jejaring.engines.planning.prices import worths
from jejaring.engines.planning.problem import NOBODY
from jejaring.engines.planning.program import (
    LANE,
    NO_NODE,
    OUTLET,
    PROCESS,
    SELL,
    STORE,
    SUPPLY,
    USE,
    Program,
)
from jejaring.engines.planning.terms import lanes_of

Where = tuple[int, int, int]
"""A site, a product and a period."""
_NEAR_IDR_PER_KG = 0.5
"""Two uses that differ by less are as good as each other."""

_RESIDUE_KG = 5
"""What rounding to whole kilograms may leave with a party in a period; no reason is given for it."""


class Reader:
    """Reads a solved program. `kg` by column, `prices` by place (flattened)."""

    def __init__(self, program: Program, kg: Indices, prices: Floats, alone_idr: Floats) -> None:
        self.program, self.kg, self.alone_idr = program, kg, alone_idr
        self.problem = program.problem
        self.local = prices[program.nodes]
        self.worth = worths(program, self.local)
        self.agreed, closed, self._closed = _agreed_ways(program, kg)
        self.leaving = _leaving(program, ~_not_built(program, kg) & ~closed)

    def why(self, partnership: Partnership, column: int) -> Sentence:
        """Return why `partnership` is better than the next best use; `column` carries most of it."""
        node = self._origin(column)
        giver = self._party(partnership.giver)
        taker = self._party(partnership.taker)
        if partnership.kind == "pooled_buying":
            return Sentence(
                "why.pooled_buying",
                "{giver} buys for several co-ops at once, so that {taker} gets the price of a large lot.",
                {"giver": giver, "taker": taker},
            )
        if node == NO_NODE:
            return Sentence(
                "why.stock", "{taker} uses stock that {giver} has there.", {"giver": giver, "taker": taker}
            )
        facts: dict[str, object] = {
            "giver": giver,
            "taker": taker,
            "product": self._product_of(node),
            "period": self.problem.periods[self.program.forms.place(int(self.program.nodes[node]))[2]],
        }
        if self.agreed[column]:
            # The price where a way is fixed says what one more kilogram would be worth, not why it is used.
            return Sentence(
                "why.agreed",
                "This plan keeps to what was answered before on {product} in {period} between {giver} and "
                "{taker}.",
                facts,
            )
        facts["worth_idr_per_kg"] = round(float(self.local[node]))
        best, other = self.next_best(node, column, partnership.taker)
        if other < 0 and self._has_closed(node):
            return Sentence(
                "why.open",
                "For {product} of {giver}, {taker} is the only use that is still open after what was agreed "
                "and declined; it is worth {worth_idr_per_kg} there.",
                facts,
            )
        if other < 0:
            return Sentence(
                "why.only",
                "For {product} of {giver}, {taker} is the only use within reach; "
                "it is worth {worth_idr_per_kg} there.",
                facts,
            )
        facts["other"] = self.use(other)
        facts["less_idr_per_kg"] = max(0, round(float(self.local[node]) - best))
        if float(self.local[node]) - best < _NEAR_IDR_PER_KG:
            return Sentence(
                "why.as_good",
                "In {period}, {product} of {giver} is worth {worth_idr_per_kg} with {taker}; {other} would "
                "be as good, but has no room left or is used as well.",
                facts,
            )
        return Sentence(
            "why.better",
            "In {period}, {product} of {giver} is worth {worth_idr_per_kg} with {taker}; the next best use, "
            "{other}, would bring {less_idr_per_kg} less.",
            facts,
        )

    def outcomes(self, partnerships: tuple[Partnership, ...]) -> tuple[Outcome, ...]:
        """Return what the plan means for each party, with reasons where it is left out or keeps goods."""
        trading = {each.giver for each in partnerships} | {each.taker for each in partnerships}
        supply, idle = self._supply_by_party(), self._idle_by_party()
        return tuple(
            Outcome(
                party,
                float(self.alone_idr[party]),
                party in trading,
                self._reasons(party, supply.get(party, []), idle.get(party, {}), party in trading),
            )
            for party in range(len(self.problem.parties))
        )

    def _reasons(
        self, party: int, columns: list[int], idle: dict[int, int], trades: bool
    ) -> tuple[Sentence, ...]:
        name = self._party(party)
        reasons: list[Sentence] = []
        for product, kg in sorted(idle.items()):
            reasons.append(
                Sentence(
                    "left.no_use",
                    "Nobody within reach of {party} takes {product}: {left_kg} stay there.",
                    {"party": name, "product": self._product_name(product), "left_kg": kg},
                )
            )
        if not trades and not columns and not reasons:
            reasons.append(
                Sentence(
                    "out.nothing",
                    "{party} has no harvest of its own to deliver in these periods.",
                    {"party": name},
                )
            )
        by_product: dict[int, list[int]] = defaultdict(list)
        for column in columns:
            by_product[self._product(column)].append(column)
        for product, members in sorted(by_product.items()):
            left = sum(self._left(column) for column in members)
            if left > _RESIDUE_KG * len(members):
                reasons.append(self._why_left(name, product, members, left))
            elif not trades:
                reasons.append(self._why_alone(name, product, members))
        return tuple(reasons)

    def _why_left(self, name: str, product: int, members: list[int], left: int) -> Sentence:
        """Why not all of a harvest is taken: it is worth too little there, or just what it costs."""
        column = max(members, key=lambda each: (self._left(each), -each))
        row = int(self.program.columns.row[column])
        cost = float(-self.program.gains[column])
        worth = max(0.0, self._best_use(self.program.arrives_at(column)))
        facts: dict[str, object] = {
            "party": name,
            "product": self._product_name(product),
            "left_kg": left,
            "most_period": self.problem.periods[int(self.problem.supplies.period[row])],
            "cost_idr_per_kg": round(cost),
            "worth_idr_per_kg": round(worth),
            "short_idr_per_kg": max(0, round(cost - worth)),
        }
        if cost - worth >= _NEAR_IDR_PER_KG and self._has_closed(self.program.arrives_at(column)):
            return Sentence(
                "left.agreed",
                "{left_kg} of {product} stays with {party}, most of it in {most_period}: the plan keeps to "
                "what was agreed and declined, and no way that is still open pays what members must be paid "
                "({cost_idr_per_kg}).",
                facts,
            )
        if cost - worth < _NEAR_IDR_PER_KG:
            return Sentence(
                "left.even",
                "{left_kg} of {product} stays with {party}, most of it in {most_period}: there it earns just "
                "what members must be paid ({cost_idr_per_kg}), and the limits further on are full.",
                facts,
            )
        return Sentence(
            "left.dear",
            "{left_kg} of {product} stays with {party}, most of it in {most_period}: members must be paid "
            "{cost_idr_per_kg}, but it is worth {worth_idr_per_kg} there. A price lower by "
            "{short_idr_per_kg}, a higher yield or a cheaper way would bring it in.",
            facts,
        )

    def _why_alone(self, name: str, product: int, members: list[int]) -> Sentence:
        """Why a party that sells its harvest doesn't do so with others: what it does instead pays more."""
        column = max(members, key=lambda each: (int(self.kg[each]), -each))
        node = self.program.arrives_at(column)
        used = [each for each in self.leaving[node] if self.kg[each] > 0]
        facts: dict[str, object] = {
            "party": name,
            "product": self._product_name(product),
            "worth_idr_per_kg": round(float(self.local[node])),
        }
        others = [each for each in self.leaving[node] if self._shared_with_others(each) and each not in used]
        if not others and self._has_closed(node):
            return Sentence(
                "alone.agreed",
                "{party} uses its {product} itself, where it is worth {worth_idr_per_kg}: what was agreed "
                "and declined leaves no way to others.",
                facts,
            )
        if not others:
            return Sentence(
                "alone.no_way",
                "No partner is within reach of {party} for {product}: it uses it itself, where it is worth "
                "{worth_idr_per_kg}.",
                facts,
            )
        best = max(others, key=lambda each: (float(self.worth[each]), -each))
        facts["other"] = self.use(best)
        facts["less_idr_per_kg"] = max(0, round(float(self.local[node] - self.worth[best])))
        return Sentence(
            "alone.better",
            "{party} earns more with its {product} by itself ({worth_idr_per_kg}): the best way with others, "
            "{other}, would bring {less_idr_per_kg} less.",
            facts,
        )

    def _best_use(self, node: int) -> float:
        """Return what the best way out of `node` brings per kilogram. Where nothing is sent, the price
        there may be anything up to what members ask; what goods are worth is what they could bring.
        """
        return max((float(self.worth[each]) for each in self.leaving[node]), default=0.0)

    def next_best(self, node: int, column: int, taker: int) -> tuple[float, int]:
        """Return what the best other use brings, and its column, -1 where there is none."""
        best, choice = 0.0, -1
        for each in self.leaving[node]:
            if each == column or self._serves(each, taker):
                continue
            worth = float(self.worth[each])
            if worth > best or choice < 0:
                best, choice = worth, each
        return best, choice

    def _has_closed(self, node: int) -> bool:
        """Whether what was agreed or declined leaves no more room on a way out of a balance."""
        return self.program.forms.place(int(self.program.nodes[node])) in self._closed

    def _serves(self, column: int, taker: int) -> bool:
        family = int(self.program.columns.family[column])
        return family != SELL and taker in self.program.columns.parties[column].tolist()

    def _shared_with_others(self, column: int) -> bool:
        parties = {party for party in self.program.columns.parties[column].tolist() if party != NOBODY}
        return len(parties) > 1 or int(self.program.columns.family[column]) == LANE

    def _origin(self, column: int) -> int:
        return int(self.program.columns.leaves[column])

    def _supply_by_party(self) -> dict[int, list[int]]:
        columns = self.program.columns
        found: dict[int, list[int]] = defaultdict(list)
        for column in np.flatnonzero((columns.family == SUPPLY) & (columns.upper != 0)).tolist():
            found[int(columns.parties[column, 0])].append(column)
        return found

    def _idle_by_party(self) -> dict[int, dict[int, int]]:
        """Return whole kilograms by party and product that could be supplied but can go nowhere."""
        supplies = self.problem.supplies
        used = self.program.columns.row[self.program.columns.family == SUPPLY]
        idle_rows = np.setdiff1d(np.arange(len(supplies.site)), used)
        kg = supplies.available_kg.floors()[idle_rows].tolist()
        parties = self.problem.sites.party[supplies.site[idle_rows]].tolist()
        idle: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for party, product, amount in zip(parties, supplies.product[idle_rows].tolist(), kg, strict=True):
            if amount > 0:
                idle[party][product] += int(amount)
        return idle

    def _left(self, column: int) -> int:
        upper = int(self.program.columns.upper[column])
        return 0 if upper == NONE else upper // 10**self.program.kg_places - int(self.kg[column])

    def use(self, column: int) -> Sentence:
        """Name a use of goods in words."""
        program, problem = self.program, self.problem
        family, row = int(program.columns.family[column]), int(program.columns.row[column])
        if family == LANE:
            lane = int(np.searchsorted(problem.lanes.product_spans.start, row, side="right")) - 1
            return Sentence(
                "use.lane", "hauling it to {site}", {"site": self._site(int(problem.lanes.end[lane]))}
            )
        if family == SELL:
            return Sentence("use.local", "the local trader")
        if family == OUTLET:
            code = int(problem.outlets.code[row])
            buyer = problem.outlets.counterparties[code] or problem.outlets.codes[code]
            return Sentence("use.outlet", "selling it to {buyer}", {"buyer": buyer})
        if family == PROCESS:
            code = int(problem.processes.code[row])
            return Sentence(
                "use.process",
                "working on it at {process}",
                {"process": problem.processes.names[code] or problem.processes.codes[code]},
            )
        if family == STORE:
            return Sentence("use.store", "keeping it in store")
        return Sentence("use.need", "using it there")

    def _product(self, column: int) -> int:
        return int(self.problem.supplies.product[int(self.program.columns.row[column])])

    def _product_of(self, node: int) -> str:
        _, product, _ = self.program.forms.place(int(self.program.nodes[node]))
        return self._product_name(product)

    def _product_name(self, product: int) -> str:
        return self.problem.product_names[product] or self.problem.products[product]

    def _party(self, party: int) -> str:
        return self.problem.parties.names[party] or self.problem.parties.codes[party]

    def _site(self, site: int) -> str:
        return self.problem.sites.names[site] or self.problem.sites.codes[site]


def _not_built(program: Program, kg: Indices) -> Flags:
    """Return the columns of what isn't there and isn't built: goods can't be used there."""
    ties, columns = program.ties, program.columns
    opens = program.choices[ties.column] & (columns.period[ties.column] == FOR_ALL_PERIODS)
    choice = np.full(len(ties.limit), -1, dtype=np.int64)
    choice[ties.row[opens]] = ties.column[opens]
    behind = (choice[ties.row] >= 0) & ~opens
    used = np.zeros(len(columns), dtype=np.int64)
    np.add.at(used, choice[ties.row[behind]], kg[ties.column[behind]])
    closed = np.zeros(len(columns), dtype=bool)
    closed[ties.column[behind]] = used[choice[ties.row[behind]]] == 0
    return closed


def _agreed_ways(program: Program, kg: Indices) -> tuple[Flags, Flags, set[Where]]:
    """Return the columns of lanes on which it was agreed that goods are sent, those that may carry no more
    than they do, and where such lanes begin: those that may carry nothing have no column.
    """
    columns, problem = program.columns, program.problem
    terms, lanes = problem.terms, problem.lanes
    agreed, closed = (np.zeros(len(columns), dtype=bool) for _ in range(2))
    starts: set[Where] = set()
    by_place: dict[tuple[int, int], list[int]] = defaultdict(list)
    for column in np.flatnonzero(columns.family == LANE).tolist() if len(terms) else ():
        by_place[int(columns.row[column]), int(columns.period[column])].append(column)
    most = terms.most_kg.floors()
    for entry, lane in enumerate(lanes_of(problem).tolist()):
        listing, period = int(terms.listing[entry]), int(terms.period[entry])
        ways = by_place.get((listing, period), [])
        agreed[ways] = terms.least_kg.fraction(entry) > 0
        if most[entry] != NONE and int(kg[ways].sum()) >= int(most[entry]):
            closed[ways] = True
            starts.add((int(lanes.start[lane]), int(lanes.product[listing]), period))
    return agreed, closed, starts


def _leaving(program: Program, there: Flags) -> dict[int, list[int]]:
    """Return the ways out of each balance that are `there`. Goods that don't keep go out by what uses them,
    whatever their age, as well as by lanes and stores.
    """
    columns = program.columns
    found: dict[int, list[int]] = defaultdict(list)
    out = (columns.leaves != NO_NODE) & there
    for column in np.flatnonzero(out & (columns.family != USE)).tolist():
        found[int(columns.leaves[column])].append(column)
    into_use = [
        (int(columns.leaves[column]), program.arrives_at(column))
        for column in np.flatnonzero(out & (columns.family == USE)).tolist()
    ]
    ways = {node: list(found[node]) for pair in into_use for node in pair}
    for node, used in into_use:
        found[node] += ways[used]
        found[used] += ways[node]
    return found
