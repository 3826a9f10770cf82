"""Fractional flows -> whole kilograms that keep every rule exactly.

Goods are followed from farm to buyer: at each balance what has really arrived, in exact numbers,
is dealt out in whole kilograms next to the fractional flows, first to what must not fall short
(a least quantity, a price step, a need), then by largest remainder. Rounding each flow by itself
breaks balances or limits; this can't. What then arrives for nothing is sent back upstream.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from jejaring.engines.measures import NONE, Flags, Floats, Indices, whole_parts
from jejaring.engines.planning.program import (
    BUY,
    CHOICE,
    NEED,
    NO_NODE,
    OPENING,
    PROCESS,
    Fixed,
    Program,
)

_DUST_KG = 1e-6
_NO_LIMIT = 2**62
_LARGE_LOT_KG = 200
_FEWER_KG = 5
_MOST_PASSES = 20


@dataclass(frozen=True, eq=False)
class Whole:
    """Whole kilograms by column (0 for choices). `short`: columns that fell below what their choice
    or need demands; empty when the flows keep every rule.
    """

    kg: Indices
    short: tuple[int, ...]


def whole(program: Program, flows: Floats, chosen: Flags) -> Whole:
    """Return whole kilograms next to `flows` (kg by column); `chosen` says which yes/no columns are yes."""
    dealer = _Dealer(program, flows, chosen)
    dealer.deal_entries()
    order = dealer.order()
    for _ in range(_MOST_PASSES if dealer.agreed else 1):
        dealt = sum(dealer.kg)
        for node in order:
            dealer.deal(node)
        # Where goods run in a circle, what comes round is dealt out in the next pass.
        if sum(dealer.kg) == dealt:
            break
    dealer.buy_what_must_be_met()
    for node in reversed(order):
        dealer.send_back(node)
    dealer.send_back_entries()
    kg = np.array(dealer.kg, dtype=np.int64)
    return Whole(kg, dealer.short())


class _Dealer:
    """The state of one rounding: what arrived where, and what is left of every limit."""

    def __init__(self, program: Program, flows: Floats, chosen: Flags) -> None:
        self.program = program
        columns = program.columns
        n = len(columns)
        live = (flows > _DUST_KG) & (columns.family != CHOICE) & (columns.family != OPENING)
        limits = program.fixed(chosen)
        live |= np.asarray(limits.lower > 0, dtype=bool)
        self.live: list[int] = np.flatnonzero(live).tolist()
        self.flows: list[float] = flows.tolist()
        self.kg: list[int] = [0] * n
        one = 10**program.kg_places
        self.upper: list[int] = np.where(limits.upper == NONE, _NO_LIMIT, limits.upper // one).tolist()
        self.lower: list[int] = (-(-limits.lower // one)).tolist()
        self._read_least(limits, flows)
        self.leaves: list[int] = columns.leaves.tolist()
        self.family: list[int] = columns.family.tolist()
        self.scale = 10 ** max(program.yield_places, program.kg_places)
        self._read_shared(limits)
        self._read_arrivals(live)
        self.hard = self._hard()
        self.agreed = program.problem.terms.bind

    def _read_least(self, limits: Fixed, flows: Floats) -> None:
        """Ask of each age of goods for its part of what all ages together must be."""
        one = 10**self.program.kg_places
        for row in range(len(limits.least_kg)):
            members = limits.least_column[limits.least_row == row].tolist()
            asked = int(-(-limits.least_kg[row] // one))
            carried = sum(flows[column] for column in members)
            if carried > 0:
                parts = [
                    Fraction(float(flows[column])) * asked / Fraction(float(carried)) for column in members
                ]
                for column, part in zip(members, whole_parts(parts, asked), strict=True):
                    self.lower[column] = part

    def _read_shared(self, limits: Fixed) -> None:
        """Read the limits over several columns and what is left of them."""
        one = 10**self.program.kg_places
        self.shared_of: dict[int, list[int]] = {}
        self.shared_left: list[int] = [int(each) // one for each in limits.shared_limit]
        for row, column in zip(limits.shared_row.tolist(), limits.shared_column.tolist(), strict=True):
            self.shared_of.setdefault(column, []).append(row)

    def _read_arrivals(self, live: Flags) -> None:
        program = self.program
        nodes = len(program.nodes)
        self.arrives: dict[int, list[tuple[int, int]]] = {}
        up = self.scale // 10**program.yield_places
        chosen = live[program.arrival_column]
        for column, node, share in zip(
            program.arrival_column[chosen].tolist(),
            program.arrival_node[chosen].tolist(),
            program.arrival_yield[chosen].tolist(),
            strict=True,
        ):
            self.arrives.setdefault(column, []).append((node, int(share) * up))
        self.there: list[int] = [0] * nodes
        self._open_stores()
        self.leaving: list[list[int]] = [[] for _ in range(nodes)]
        self.entering: list[int] = []
        for column in self.live:
            node = self.leaves[column]
            if node != NO_NODE:
                self.leaving[node].append(column)
            elif self.family[column] != OPENING:
                self.entering.append(column)

    def _open_stores(self) -> None:
        """Opening stock is all there, parts of a kilogram included."""
        program = self.program
        kg_up = self.scale // 10**program.kg_places
        opened = np.flatnonzero(program.columns.family == OPENING)
        place, arrival = program.arrivals_of(opened)
        for stock, node in zip(
            program.columns.upper[opened][place].tolist(), program.arrival_node[arrival].tolist(), strict=True
        ):
            self.there[node] += int(stock) * kg_up

    def _hard(self) -> set[int]:
        """Return the columns on whose way something must not fall short."""
        hard = {c for c in self.live if self.lower[c] > 0}
        if not hard:
            return hard
        into: dict[int, list[int]] = {}
        for column, entries in self.arrives.items():
            for node, _ in entries:
                into.setdefault(node, []).append(column)
        waiting = deque(hard)
        while waiting:
            node = self.leaves[waiting.popleft()]
            for column in into.get(node, ()) if node != NO_NODE else ():
                if column not in hard:
                    hard.add(column)
                    waiting.append(column)
        return hard

    def deal_entries(self) -> None:
        """Round up what enters from outside: members, suppliers, the local trader."""
        for column in self.entering:
            wanted = max(self.lower[column], -int(-(self.flows[column] - _DUST_KG) // 1))
            self._give(column, min(wanted, self.room(column)))

    def order(self) -> list[int]:
        """Return the balances so that goods come from earlier ones; where goods run in a circle,
        what comes round again is not counted on.
        """
        waits = [0] * len(self.leaving)
        for column, entries in self.arrives.items():
            if self.leaves[column] != NO_NODE:
                for node, _ in entries:
                    waits[node] += 1
        ready = deque(node for node, count in enumerate(waits) if count == 0)
        order: list[int] = []
        done = [False] * len(waits)
        forced = 0
        while len(order) < len(waits):
            if not ready:
                while done[forced]:
                    forced += 1
                ready.append(forced)
            node = ready.popleft()
            if done[node]:
                continue
            done[node] = True
            order.append(node)
            for column in self.leaving[node]:
                for arrival, _ in self.arrives.get(column, ()):
                    waits[arrival] -= 1
                    if waits[arrival] == 0 and not done[arrival]:
                        ready.append(arrival)
        return order

    def room(self, column: int) -> int:
        """Return how many kilograms more the column's limits allow."""
        room = self.upper[column] - self.kg[column]
        for row in self.shared_of.get(column, ()):
            room = min(room, self.shared_left[row])
        return max(room, 0)

    def _give(self, column: int, kg: int) -> None:
        if not kg:
            return
        self.kg[column] += kg
        for row in self.shared_of.get(column, ()):
            self.shared_left[row] -= kg
        for node, share in self.arrives.get(column, ()):
            self.there[node] += kg * share
        if self.leaves[column] != NO_NODE:
            self.there[self.leaves[column]] -= kg * self.scale

    def deal(self, node: int) -> None:
        """Deal out what has arrived at `node`."""
        columns = self.leaving[node]
        if not columns:
            return
        flows, hard = self.flows, self.hard
        if hard:
            for column in columns:
                if self.lower[column] > 0:
                    self._deal_up_to(node, column, self.lower[column])
            for column in self._in_need(columns):
                self._deal_up_to(node, column, -int(-(flows[column] - _DUST_KG) // 1))
        for column in columns:
            self._deal_up_to(node, column, self._nearly_whole(column, int(flows[column] + _DUST_KG)))
        if self.there[node] < self.scale:
            return
        parts = [
            (flows[c] - self.kg[c], -c)
            for c in columns
            if flows[c] - self.kg[c] > _DUST_KG and not self._chosen_with_care(c)
        ]
        for _, column in sorted(parts, reverse=True):
            self._deal_up_to(node, -column, self.kg[-column] + 1)

    def _in_need(self, columns: list[int]) -> list[int]:
        """Return those of `columns` on whose way something must not fall short. Where something was agreed
        nearly all are: each has its whole kilograms first then, and those with the largest part begin.
        """
        needy = [column for column in columns if column in self.hard]
        if self.agreed:
            for column in needy:
                self._deal_up_to(self.leaves[column], column, int(self.flows[column] + _DUST_KG))
            needy.sort(key=lambda column: (self.kg[column] - self.flows[column], column))
        return needy

    def _chosen_with_care(self, column: int) -> bool:
        """Whether a process is fed so that little of a kilogram comes out beside whole ones."""
        return (
            self.family[column] == PROCESS
            and self.flows[column] >= _LARGE_LOT_KG
            and column not in self.hard
            and bool(self.arrives.get(column))
        )

    def _nearly_whole(self, column: int, kg: int) -> int:
        """Return `kg` or a little less: what a process is fed so that its main output is nearly whole.
        Parts of a kilogram that come out are lost, and cost more than what a few kilograms earn.
        """
        if not self._chosen_with_care(column):
            return kg
        share = max(share for _, share in self.arrives[column])
        return min(range(kg, kg - _FEWER_KG - 1, -1), key=lambda each: each * share % self.scale)

    def _deal_up_to(self, node: int, column: int, kg: int) -> None:
        more = min(kg - self.kg[column], self.there[node] // self.scale, self.room(column))
        if more > 0:
            self._give(column, more)

    def buy_what_must_be_met(self) -> None:
        """Make up for needs that must be met with local purchases, which have no limit there."""
        missing = [c for c in self.live if self.family[c] == NEED and self.kg[c] < self.lower[c]]
        if not missing:
            return
        columns = self.program.columns
        buys = np.flatnonzero((columns.family == BUY) & (columns.upper == NONE))
        arrival = dict(
            zip(self.program.arrival_column.tolist(), self.program.arrival_node.tolist(), strict=True)
        )
        by_node = {arrival[int(column)]: int(column) for column in buys}
        one = self.scale // 10**self.program.yield_places * 10**self.program.yield_places
        for column in missing:
            node = self.leaves[column]
            buy = by_node.get(node)
            if buy is None:
                continue
            kg = self.lower[column] - self.kg[column]
            if buy not in self.arrives:
                self.arrives[buy] = [(node, one)]
                self.entering.append(buy)
            short = kg * self.scale - self.there[node]
            self._give(buy, max(0, -(-short // self.scale)))
            self._give(column, kg)

    def send_back(self, node: int) -> None:
        """Take back what leaves `node` only to arrive for nothing."""
        for column in self.leaving[node]:
            if self.arrives.get(column):
                self._take_back(column)

    def send_back_entries(self) -> None:
        """Leave with members and suppliers what is not used."""
        for column in self.entering:
            self._take_back(column)

    def _take_back(self, column: int) -> None:
        spare = self.kg[column] - self.lower[column]
        for node, share in self.arrives[column]:
            if share:
                spare = min(spare, self.there[node] // share)
        if spare > 0:
            self._give(column, -spare)

    def short(self) -> tuple[int, ...]:
        """Return the columns below what they must carry."""
        return tuple(c for c in self.live if self.kg[c] < self.lower[c])
