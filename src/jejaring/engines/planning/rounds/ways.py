"""On which lanes the goods travel that pass from one party to another.

A plan is traced again from its flows (`trace`), and every hand-over is followed back to the lanes that
brought the goods: between sites of the two parties that is one lane; at nobody's site all lanes by which
the giver's goods came there, over other sites of nobody's and out of stores too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from jejaring.engines.measures import Floats, Indices
from jejaring.engines.planning import families, prices, trace
from jejaring.engines.planning.forms import FOR_USE
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import NOBODY, Problem
from jejaring.engines.planning.program import (
    BUY,
    LANE,
    NEED,
    NO_NODE,
    OPENING,
    OUTLET,
    PROCESS,
    SELL,
    SOURCE,
    STORE,
    SUPPLY,
    USE,
    Program,
)
from jejaring.engines.planning.rounds.apart import Apart

Place = tuple[int, int]
"""A lane's listing (`Lanes.product`) and a period."""
Parties = tuple[int, int]
"""Two parties, the one that stands first in the network first."""
_TABLES = {
    SUPPLY: "supplies",
    OUTLET: "outlets",
    SOURCE: "sources",
    NEED: "needs",
    SELL: "local_sales",
    BUY: "local_purchases",
    PROCESS: "processes",
    STORE: "storages",
    LANE: "lanes",
}


def pair_of(one: int, other: int) -> Parties:
    """Return two parties in the order of the network."""
    return (one, other) if one < other else (other, one)


Kind = Literal["goods", "toll", "storage", "marketing"]


@dataclass(frozen=True)
class Handed:
    """What passes from one party to another: of which product, at which site, in which period.

    "goods" are handed over; in "toll", "storage" and "marketing" the taker works on, keeps or sells goods of
    the giver where they are. Goods that go to a mill and come back are goods both ways here, since whether
    a plan calls that toll processing or two sales follows from its prices.
    """

    giver: int
    taker: int
    kind: Kind
    site: int
    product: int
    period: int


@dataclass(frozen=True, eq=False)
class Ways:
    """What a plan sends on each lane and period (`sent_kg`), and how much of it passes between which two
    parties (`passed`): a part of 1 for each pair; what isn't anybody's hand-over counts for nobody.
    `unlaned` are the pairs of which some goods pass without any lane, at a site of one of them. `handed` is
    all that passes: kilograms, and Rp/kg at the plan's prices where they arrive (for all but goods the fee).
    """

    sent_kg: dict[Place, int]
    passed: dict[Place, dict[Parties, Fraction]]
    unlaned: frozenset[Parties]
    handed: dict[Handed, tuple[int, float]]

    def of(self, pair: Parties) -> list[Place]:
        """Return the lanes and periods on which goods of a pair travel."""
        return [place for place, parts in self.passed.items() if parts.get(pair)]


def ways(problem: Problem, plan: Plan, apart: Apart | None = None) -> Ways:
    """Return on which lanes the goods travel that parties of `plan` hand over to each other.

    `apart`: the same network with its shared places told apart. Then goods that are handed over there
    travel on its lanes from stand to door.
    """
    program = families.program(problem)
    kg = kg_by_column(program, plan)
    worth = prices.placed(problem, program.forms, plan.prices)
    follower = _Follower(program, kg, worth, prices.fees(program, worth), apart)
    for passing in trace.passings(program, kg.copy()):
        own = {id(each) for each in passing.back if program.columns.family[each.column] == PROCESS}
        for each in (*passing.sent, *passing.back) or (passing,):
            # What a mill keeps of goods that it worked on for another is told by itself besides.
            if id(each) not in own:
                follower.follow(each, pair_of(passing.giver, passing.taker))
    return follower.found()


def kg_by_column(program: Program, plan: Plan) -> Indices:
    """Return the whole kilograms of a plan by column of the program with everything."""
    columns, periods = program.columns, max(1, len(program.problem.periods))
    kg = np.zeros(len(columns), dtype=np.int64)
    for family, name in _TABLES.items():
        flows = getattr(plan.flows, name)
        mine = np.flatnonzero(columns.family == family)
        age = columns.piece[mine] if family in (STORE, LANE) else np.zeros(len(mine), dtype=np.int64)
        keys = (columns.row[mine] * periods + columns.period[mine]) * periods + age
        wanted = (flows.row * periods + flows.period) * periods + (
            flows.age if family in (STORE, LANE) else np.zeros(len(flows.row), dtype=np.int64)
        )
        order = np.argsort(keys, kind="stable")
        # Of an outlet or source with several prices the first column stands for all.
        kg[mine[order[np.searchsorted(keys[order], wanted)]]] = flows.kg
    _take_into_use(program, kg)
    return kg


def _take_into_use(program: Program, kg: Indices) -> None:
    """Fill in how much of each age is used: plans don't say; the oldest goods are taken first."""
    columns, forms = program.columns, program.forms
    uses = np.flatnonzero(columns.family == USE)
    if not len(uses):
        return
    left = np.zeros(len(program.nodes))
    share = program.arrival_yield.astype(np.float64) / 10.0**program.yield_places
    np.add.at(left, program.arrival_node, share * kg[program.arrival_column])
    place, arrival = program.arrivals_of(stock := np.flatnonzero(columns.family == OPENING))
    kept = columns.upper[stock].astype(np.float64) / 10.0**program.kg_places
    np.add.at(left, program.arrival_node[arrival], kept[place])
    out = columns.leaves != NO_NODE
    wanted = np.zeros(len(program.nodes), dtype=np.int64)
    np.add.at(wanted, columns.leaves[out], kg[out])
    aged = forms.age_of(program.nodes) != FOR_USE
    left[aged] -= wanted[aged]
    for column in sorted(uses.tolist(), key=lambda each: -int(columns.piece[each])):
        node, use = int(columns.leaves[column]), program.arrives_at(column)
        taken = min(int(left[node] + 1e-6), int(wanted[use]))
        if taken > 0:
            kg[column] = taken
            left[node] -= taken
            wanted[use] -= taken


class _Follower:
    """Adds up, lane by lane, for which pair what it carries passes."""

    def __init__(
        self, program: Program, kg: Indices, worth: Floats, fees: Floats, apart: Apart | None
    ) -> None:
        self._program, self._kg, self._apart = program, kg, apart
        self._worth, self._fees = worth, fees
        self._handed: dict[Handed, tuple[int, float]] = {}
        self._party, self._whole = program.problem.sites.party, program.problem.sites.place
        self._columns = program.columns
        flowing = np.flatnonzero(kg > 0)
        self._into: dict[int, list[int]] = defaultdict(list)
        place, arrival = program.arrivals_of(flowing)
        for column, node in zip(flowing[place].tolist(), program.arrival_node[arrival].tolist(), strict=True):
            self._into[node].append(column)
        self._passed: dict[Place, dict[Parties, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        self._unlaned: set[Parties] = set()
        self._at_doors: dict[Place, int] = defaultdict(int)
        """Kilograms that go from stand to door once places are told apart."""

    def follow(self, passing: trace.Passing, pair: Parties) -> None:
        """Add the lanes on which the goods of one hand-over came."""
        if not passing.kg:
            return
        self._hand(passing)
        door = self._door(passing)
        if door is not None:
            self._at_doors[door] += self._sent(passing)
            self._passed[door][pair] += self._sent(passing)
            return
        lanes = set(self._behind(passing.column, passing.giver))
        # What a mill keeps of goods that it worked on for another came and goes with these.
        kept_by_mill = passing.kind == "sale" and self._columns.family[passing.column] == PROCESS
        if not lanes and not kept_by_mill:
            self._unlaned.add(pair)
        arrived = {lane: self._arrived(lane) for lane in lanes}
        total = sum(arrived.values())
        for lane, kg in arrived.items():
            place = self._listing(lane), int(self._columns.period[lane])
            self._passed[place][pair] += Fraction(passing.kg * kg, total) if total else 0

    def _hand(self, passing: trace.Passing) -> None:
        """Add what passes, at what it is worth."""
        kind: Kind = (
            "goods" if passing.kind == "sale" or passing.kind == "pooled_buying" else passing.kind  # noqa: PLR1714
        )
        rate = float(self._worth[passing.node] if kind == "goods" else self._fees[passing.column])
        site = int(self._whole[passing.site])
        key = Handed(passing.giver, passing.taker, kind, site, passing.product, passing.period)
        kg, price = self._handed.get(key, (0, 0.0))
        whole = kg + passing.kg
        self._handed[key] = whole, (price * kg + rate * passing.kg) / whole

    def found(self) -> Ways:
        """Return what was added up."""
        sent: dict[Place, int] = defaultdict(int)
        arrived: dict[Place, int] = defaultdict(int)
        for column in np.flatnonzero((self._columns.family == LANE) & (self._kg > 0)).tolist():
            place = self._listing(column), int(self._columns.period[column])
            sent[place] += int(self._kg[column])
            arrived[place] += self._arrived(column)
        sent |= self._at_doors
        arrived |= self._at_doors
        passed = {
            place: {pair: kg / arrived[place] for pair, kg in parts.items() if kg}
            for place, parts in self._passed.items()
        }
        return Ways(dict(sent), passed, frozenset(self._unlaned), self._handed)

    def _listing(self, lane: int) -> int:
        """Return the listing of a lane's column, of the network told apart where that is asked for."""
        row = int(self._columns.row[lane])
        return row if self._apart is None else int(self._apart.listing[row])

    def _door(self, passing: trace.Passing) -> Place | None:
        """Return where goods that were handed over at a place go from stand to door, told apart."""
        leaves = int(self._columns.leaves[passing.column])
        if self._apart is None or leaves == NO_NODE:
            return None
        site, _, _ = self._program.forms.place(int(self._program.nodes[leaves]))
        apart, family = self._apart, int(self._columns.family[passing.column])
        if family == OUTLET:
            door = apart.door.get((site, passing.taker))
        else:
            door = apart.lane_door.get(int(self._columns.row[passing.column])) if family == LANE else None
        stand = apart.stand.get((site, passing.giver))
        if stand is None or door is None:
            return None
        listing = apart.handing.get((stand, door, passing.product))
        return None if listing is None else (listing, passing.period)

    def _sent(self, passing: trace.Passing) -> int:
        """Return how many kilograms were sent so that those of `passing` arrived."""
        if self._columns.family[passing.column] != LANE:
            return passing.kg
        kept = int(self._program.arrival_yield[self._program.arrival_start[passing.column]])
        one = int(10**self._program.yield_places)
        return -(-passing.kg * one // kept)

    def _arrived(self, lane: int) -> int:
        """Return the whole kilograms that are left of what a lane carries, less what is lost on the way."""
        share = int(self._program.arrival_yield[self._program.arrival_start[lane]])
        return int(self._kg[lane]) * share // int(10**self._program.yield_places)

    def _behind(self, column: int, giver: int) -> Iterable[int]:
        """Yield the lanes with a party at one end that `column` or the goods it takes came on."""
        family, leaves = int(self._columns.family[column]), int(self._columns.leaves[column])
        if leaves != NO_NODE and self._is_door(leaves):
            # What leaves by a door is told by the lanes to it.
            yield from self._brought(leaves, giver, set())
            return
        if family == LANE and (self._columns.parties[column] != NOBODY).any():
            yield column
        if leaves != NO_NODE and self._owner(leaves) == NOBODY:
            yield from self._brought(leaves, giver, set())

    def _brought(self, node: int, giver: int, seen: set[int]) -> Iterable[int]:
        """Yield the lanes on which goods of `giver` came to a balance of nobody's site."""
        if node in seen:
            return
        seen.add(node)
        for column in self._into[node]:
            leaves = int(self._columns.leaves[column])
            if leaves == NO_NODE:
                continue
            owner = self._owner(leaves)
            if self._columns.family[column] == LANE and owner == giver:
                yield column
            elif owner == NOBODY:
                yield from self._brought(leaves, giver, seen)

    def _is_door(self, node: int) -> bool:
        site, _, _ = self._program.forms.place(int(self._program.nodes[node]))
        return bool(self._party[site] == NOBODY and self._whole[site] != site)

    def _owner(self, node: int) -> int:
        site, _, _ = self._program.forms.place(int(self._program.nodes[node]))
        return int(self._party[site])
