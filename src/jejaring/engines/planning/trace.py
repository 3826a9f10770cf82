"""Who hands what to whom: flows of goods -> hand-overs between parties.

At a party's site the goods are that party's; at nobody's site they stay with whoever brought,
bought or made them there, in proportion to what came in, stock first in, first out
(docs/planning.md §6). Goods that go to a partner and come back, worked on or kept, are toll
processing or storage, not two sales.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from jejaring.engines.measures import Flags, Floats, Indices, whole_parts
from jejaring.engines.planning.plan import HandOver, Partnership, PartnershipKind
from jejaring.engines.planning.problem import NOBODY, Problem
from jejaring.engines.planning.program import (
    BUY,
    LANE,
    NO_NODE,
    OPENING,
    OUTLET,
    PROCESS,
    SOURCE,
    STORE,
    SUPPLY,
    USE,
    Program,
)


@dataclass
class Passing:
    """Goods that pass from one party to another at a site in a period; `column` carried them there.

    `node` is the number of their balance, which tells their age too. `until` is the period in which
    goods that are kept come back, -1 for all others. Of goods that came back, `sent` are the sales that
    would have been without that, and `back` those of what came back, or of what the taker kept of it.
    """

    giver: int
    taker: int
    kind: PartnershipKind
    site: int
    product: int
    period: int
    kg: int
    column: int
    node: int
    until: int = -1
    sent: tuple[Passing, ...] = ()
    back: tuple[Passing, ...] = ()


def passings(program: Program, kg: Indices) -> list[Passing]:
    """Return every hand-over of a plan, `kg` by column."""
    tracer = _Tracer(program, kg)
    found = [each for column in tracer.in_order() for each in tracer.follow(column)]
    found = _returned_worked(program, kg, found)
    return [each for each in _returned_kept(found) if each.kg > 0]


def partnerships(
    program: Program, found: Iterable[Passing], price: Floats, fee: Floats
) -> list[tuple[Partnership, int]]:
    """Return the partnerships, greatest value first, each with the column that carries most of it.

    `price` is what goods are worth by place (flattened), Rp/kg; `fee` what a
    column adds to a kilogram it carries, Rp/kg.
    """
    groups: dict[tuple[int, int, PartnershipKind], list[Passing]] = defaultdict(list)
    for each in _worth_returning(program, found, price):
        groups[each.giver, each.taker, each.kind].append(each)
    made: list[tuple[Partnership, int]] = []
    for (giver, taker, kind), members in groups.items():
        sums: dict[tuple[int, int, int], tuple[int, float]] = {}
        for each in members:
            key = (int(program.problem.sites.place[each.site]), each.product, each.period)
            if kind in ("sale", "pooled_buying"):
                rate = _paid(program, each, price)
            elif each.back:
                rate = _added(program, each, price) / each.kg
            else:
                rate = float(fee[each.column])
            kg, money = sums.get(key, (0, 0.0))
            sums[key] = (kg + each.kg, money + each.kg * rate)
        hand_overs = tuple(
            HandOver(site, product, period, kg, money / kg)
            for (site, product, period), (kg, money) in sorted(sums.items())
        )
        most = max(members, key=lambda each: (each.kg, -each.column))
        made.append((Partnership(giver, taker, kind, hand_overs), most.column))
    made.sort(key=lambda pair: (-pair[0].value_idr, pair[0].giver, pair[0].taker, pair[0].kind))
    return made


def _paid(program: Program, sale: Passing, price: Floats) -> float:
    """Return what is paid for a kilogram: the price where it arrives. From nobody's site the receiver pays
    the haul, and bears what is lost on it, so there it is the price where the goods were.
    """
    columns, sites = program.columns, program.problem.sites
    leaves = int(columns.leaves[sale.column])
    if columns.family[sale.column] != LANE or leaves == NO_NODE:
        return float(price[sale.node])
    start = int(program.nodes[leaves])
    if sites.party[program.forms.place(start)[0]] != NOBODY:
        return float(price[sale.node])
    arriving = int(program.arrival_yield[program.arrival_start[sale.column]]) / 10.0**program.yield_places
    return float(price[start]) / arriving


def _added(program: Program, each: Passing, price: Floats) -> float:
    """Return what goods that come back are worth more there than they were worth when they were sent: the
    fee, with the haul back, which whoever worked on them pays.
    """
    return sum(_paid(program, one, price) * one.kg for one in each.back) - sum(
        _paid(program, one, price) * one.kg for one in each.sent
    )


def _worth_returning(program: Program, found: Iterable[Passing], price: Floats) -> list[Passing]:
    """Take it for sales both ways where goods that seem to come back are worth less than those sent: nobody
    sends goods for that, so these were others.
    """
    members = list(found)
    undone = [each for each in members if each.sent and _added(program, each, price) < 0]
    # What the worker keeps stands among the members too, and wasn't sold if nothing was worked on.
    gone = {id(one) for each in undone for one in each.back} | {id(each) for each in undone}
    own = {id(each) for each in members}
    sales = [one for each in undone for one in (*each.sent, *each.back) if id(one) not in own]
    return [each for each in members if id(each) not in gone] + sales


class _Tracer:
    """Follows goods through nobody's sites; everywhere else the site tells whose they are."""

    def __init__(self, program: Program, kg: Indices) -> None:
        self.program, self.kg = program, kg
        problem = program.problem
        columns = program.columns
        self.site_party = problem.sites.party
        self.bought = _only_bought(problem, program, kg)
        self.owner_of_row = _channel_owners(program)
        # Whose goods stand at nobody's sites: layers of (owner, kg), what was in store first.
        self.leaving_kg = _leaving(program, kg)
        self.layers: dict[int, list[tuple[int, Fraction]]] = defaultdict(list)
        self.family = columns.family

    def in_order(self) -> list[int]:
        """Return the columns that carry something so that goods come before what is done with them."""
        program, kg = self.program, self.kg
        flowing = np.flatnonzero((kg > 0) | ((self.family == OPENING) & (program.columns.upper > 0)))
        depth = _depths(program, flowing)
        leaves = program.columns.leaves[flowing]
        at = np.where(leaves == NO_NODE, -1, depth[leaves])
        stored = self.family[flowing] == STORE
        return [int(c) for c in flowing[np.lexsort((flowing, ~stored, leaves, at))]]

    def follow(self, column: int) -> list[Passing]:
        """Return the hand-overs of one column and remember whose its goods are."""
        family, kg = int(self.family[column]), int(self.kg[column])
        leaves = int(self.program.columns.leaves[column])
        worker = int(self.owner_of_row[column])
        if leaves == NO_NODE:
            return self._enter(column, family, kg, worker)
        node = leaves
        site, product, period = self._place(node)
        at = int(self.site_party[site])
        owners = [(at, kg)] if at != NOBODY else self._taken(node, kg, newest=family == STORE)
        if family in (LANE, USE):
            return self._arrive(column, owners)
        found: list[Passing] = []
        kinds: dict[int, PartnershipKind] = {
            PROCESS: "toll" if at != NOBODY else "sale",
            STORE: "storage",
            OUTLET: "marketing",
        }
        if family in kinds:
            found = [
                Passing(owner, worker, kinds[family], site, product, period, part, column, self._number(node))
                for owner, part in owners
                if owner != worker and part
            ]
        if family == PROCESS and at == NOBODY:
            self._put(column, [(worker, kg)])
        elif family == STORE and at == NOBODY:
            self._put(column, owners)
        return found

    def _enter(self, column: int, family: int, kg: int, worker: int) -> list[Passing]:
        node = self.program.arrives_at(column)
        site, product, period = self._place(node)
        at = int(self.site_party[site])
        if family == OPENING:
            # Stock goes out first: of it is used what leaves, as far as it goes.
            stock = Fraction(int(self.program.columns.upper[column]), 10**self.program.kg_places)
            kg = min(int(stock), self.leaving_kg[node])
            if at == NOBODY:
                self.layers[node].insert(0, (worker, stock))
        elif at == NOBODY:
            self.layers[node].append((worker, Fraction(kg)))
        if at == NOBODY or worker in (NOBODY, at) or family not in (SOURCE, OPENING):
            return []
        kind: PartnershipKind = "pooled_buying" if family == SOURCE else "sale"
        number = self._number(node)
        return [Passing(worker, at, kind, site, product, period, kg, column, number)] if kg else []

    def _arrive(self, column: int, owners: list[tuple[int, int]]) -> list[Passing]:
        node = self.program.arrives_at(column)
        site, product, period = self._place(node)
        at = int(self.site_party[site])
        if at == NOBODY:
            self._put(column, owners)
            return []
        kind: PartnershipKind = "pooled_buying" if self.bought[product] else "sale"
        return [
            Passing(owner, at, kind, site, product, period, part, column, self._number(node))
            for owner, part in self._arrived(column, owners)
            if owner != at and part
        ]

    def _arrived(self, column: int, owners: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return whose whole kilograms are left of what `column` carries, less what is lost on the way."""
        one = 10**self.program.yield_places
        share = int(self.program.arrival_yield[self.program.arrival_start[column]])
        if share == one:
            return owners
        parts = [Fraction(part * share, one) for _, part in owners]
        kept = whole_parts(parts, int(sum(parts, Fraction(0))))
        return [(owner, part) for (owner, _), part in zip(owners, kept, strict=True)]

    def _number(self, node: int) -> int:
        return int(self.program.nodes[node])

    def _put(self, column: int, owners: list[tuple[int, int]]) -> None:
        """Remember whose the goods are that arrive by `column` at nobody's site."""
        start = self.program.arrival_start
        for arrival in range(start[column], start[column + 1]):
            node = int(self.program.arrival_node[arrival])
            share = Fraction(int(self.program.arrival_yield[arrival]), 10**self.program.yield_places)
            arrived = [(owner, part * share) for owner, part in owners if part]
            if self.family[column] == STORE:
                self.layers[node][:0] = arrived
            else:
                self.layers[node] += arrived

    def _taken(self, node: int, kg: int, *, newest: bool) -> list[tuple[int, int]]:
        """Take `kg` from what stands at nobody's `node`: in proportion to what came in; what is kept
        for later (`newest`) is what came last, so that stock goes first in, first out.
        """
        layers = self.layers[node]
        there = sum((part for _, part in layers), Fraction(0))
        if not there:
            return []
        taken: dict[int, Fraction] = defaultdict(Fraction)
        left = Fraction(kg)
        if newest:
            for k in range(len(layers) - 1, -1, -1):
                part = min(left, layers[k][1])
                taken[layers[k][0]] += part
                layers[k] = (layers[k][0], layers[k][1] - part)
                left -= part
        else:
            share = min(Fraction(1), left / there)
            for owner, part in layers:
                taken[owner] += part * share
        owners = sorted(taken)
        parts = whole_parts([taken[owner] for owner in owners], kg)
        whole = list(zip(owners, parts, strict=True))
        if not newest:
            # Whole kilograms go, what came first first: nobody hands on more than it brought.
            gone = {owner: Fraction(part) for owner, part in whole}
            for k, (owner, part) in enumerate(layers):
                less = min(part, gone[owner])
                layers[k] = (owner, part - less)
                gone[owner] -= less
        return whole

    def _place(self, node: int) -> tuple[int, int, int]:
        return self.program.forms.place(self._number(node))


def _leaving(program: Program, kg: Indices) -> list[int]:
    """Return how many kilograms leave each balance."""
    out = program.columns.leaves != NO_NODE
    leaving = np.zeros(len(program.nodes), dtype=np.int64)
    np.add.at(leaving, program.columns.leaves[out], kg[out])
    sums: list[int] = leaving.tolist()
    return sums


def _channel_owners(program: Program) -> Indices:
    """Return for each column the party whose facility, store or channel it is, NOBODY for others."""
    problem, columns = program.problem, program.columns
    store = np.repeat(np.arange(len(problem.storages.owner)), np.diff(problem.storages.product_spans.start))
    owner = np.full(len(columns), NOBODY, dtype=np.int64)
    for family, owners in (
        (OUTLET, problem.outlets.owner),
        (SOURCE, problem.sources.owner),
        (PROCESS, problem.processes.owner),
        (STORE, problem.storages.owner[store]),
        (OPENING, problem.storages.owner[store]),
    ):
        mine = columns.family == family
        owner[mine] = owners[columns.row[mine]]
    return owner


def _only_bought(problem: Problem, program: Program, kg: Indices) -> Flags:
    """Return which products the plan only buys from outside: handing them on is pooled buying."""
    products = len(problem.products)
    place, arrival = program.arrivals_of(np.arange(len(program.columns)))
    product = program.forms.product_of(program.nodes[program.arrival_node[arrival]])
    family = program.columns.family[place]
    flowing = kg[place] > 0
    bought = np.zeros(products, dtype=bool)
    bought[product[flowing & np.isin(family, (SOURCE, BUY))]] = True
    bought[product[flowing & np.isin(family, (SUPPLY, PROCESS))]] = False
    return bought


def _depths(program: Program, flowing: Indices) -> Indices:
    """Return for each balance how many steps goods have behind them; circles are cut after as many
    rounds as there are balances on the longest way.
    """
    depth = np.zeros(len(program.nodes), dtype=np.int64)
    place, arrival = program.arrivals_of(flowing)
    leaves = program.columns.leaves[flowing][place]
    moving = leaves != NO_NODE
    start, end = leaves[moving], program.arrival_node[arrival][moving]
    for _ in range(
        4 * len(program.problem.periods) + 4 * len(program.forms) - 3 * len(program.problem.products) + 40
    ):
        deeper = depth.copy()
        np.maximum.at(deeper, end, depth[start] + 1)
        if np.array_equal(deeper, depth):
            break
        depth = deeper
    return depth


def _returned_worked(program: Program, kg: Indices, found: list[Passing]) -> list[Passing]:
    """Turn paddy sold to a mill and rice sold back into toll processing."""
    sales: dict[tuple[int, int, int, int], list[Passing]] = defaultdict(list)
    for each in found:
        if each.kind == "sale":
            sales[each.giver, each.taker, each.product, each.period].append(each)
    columns, processes = program.columns, program.problem.processes
    tolls: list[Passing] = []
    givers: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for giver, taker, product, when in sales:
        givers[taker, product, when].append(giver)
    for column in np.flatnonzero((columns.family == PROCESS) & (kg > 0)).tolist():
        row, period = int(columns.row[column]), int(columns.period[column])
        worker, worked = int(processes.owner[row]), int(processes.input[row])
        for giver in givers.get((worker, worked, period), ()):
            sold = sales[giver, worker, worked, period]
            made = {
                int(processes.output_product[output]): (
                    sales.get((worker, giver, int(processes.output_product[output]), period), []),
                    processes.output_yield.fraction(output),
                )
                for output in processes.output_spans.of(row)
                if processes.output_yield.fraction(output)
            }
            # What comes back of the main product tells how much was worked on for the giver: a mill that
            # sells back the bran alone has bought the paddy.
            main, share = max(made.values(), key=lambda pair: pair[1], default=([], Fraction(1)))
            returned = sum(each.kg for each in main) / share
            amount = min(sum(p.kg for p in sold), -(-returned.numerator // returned.denominator))
            if amount <= 0:
                continue
            sent, back, bought = _less(sold, amount), [], []
            for product, (members, share) in made.items():
                all_kg = int(-(-(amount * share).numerator // (amount * share).denominator))
                taken = _less(members, all_kg)
                back += taken
                whole = int(amount * share) - sum(each.kg for each in taken)
                if whole > 0 and members is not main:
                    bought.append(_by_product(program, column, sent[0], product, whole))
            site, node = sent[0].site, sent[0].node
            toll = Passing(giver, worker, "toll", site, worked, period, amount, column, node)
            tolls.append(replace(toll, sent=tuple(sent), back=(*back, *bought)))
            tolls += bought
    return found + tolls


def _returned_kept(found: list[Passing]) -> list[Passing]:
    """Turn goods that went to a partner and came back as they were into storage."""
    sales: dict[tuple[int, int, int], list[Passing]] = defaultdict(list)
    for each in found:
        if each.kind == "sale":
            sales[each.giver, each.taker, each.product].append(each)
    kept: list[Passing] = []
    for (giver, taker, product), sent in list(sales.items()):
        for out in sorted(sent, key=lambda each: each.period):
            for back in sales.get((taker, giver, product), []):
                amount = min(out.kg, back.kg)
                if amount > 0 and back.period >= out.period:
                    gone, returned = _less([out], amount), _less([back], amount)
                    kept.append(
                        replace(
                            out,
                            kind="storage",
                            kg=amount,
                            until=back.period,
                            sent=tuple(gone),
                            back=tuple(returned),
                        )
                    )
    return found + kept


def _by_product(program: Program, column: int, sent: Passing, product: int, kg: int) -> Passing:
    """Return the sale of what the worker keeps of goods that it worked on for another."""
    start, end = program.arrival_start[column], program.arrival_start[column + 1]
    for arrival in range(start, end):
        node = int(program.nodes[program.arrival_node[arrival]])
        site, made, period = program.forms.place(node)
        if made == product:
            return Passing(sent.giver, sent.taker, "sale", site, product, period, kg, column, node)
    raise AssertionError("a process makes what it has a yield of")


def _less(members: list[Passing], kg: int) -> list[Passing]:
    """Take up to `kg` from `members`, the first first, and return what was taken."""
    taken = []
    for each in members:
        part = min(each.kg, kg)
        each.kg -= part
        kg -= part
        if part:
            taken.append(replace(each, kg=part))
    return taken
