"""Problem -> Program: one function for each family of variables.

The result is the whole program; `trimming` leaves out what can't matter before it is solved, and
the certificate is checked on the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from jejaring.engines.measures import NONE, Decimals, Flags, Floats, Indices
from jejaring.engines.planning.problem import NOBODY, Channels, Problem
from jejaring.engines.planning.program import (
    BUY,
    CHOICE,
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
    Columns,
    Numbers,
    Program,
    Ties,
    joined,
    scaled,
)


@dataclass
class _Draft:
    """Columns, arrivals and ties while they are being put together."""

    problem: Problem
    gain_places: int
    kg_places: int
    yield_places: int
    most_goods: Floats
    count: int = 0
    ties_count: int = 0
    columns: dict[str, list[Numbers]] = field(default_factory=dict)
    arrivals: list[tuple[Indices, Indices, Numbers]] = field(default_factory=list)
    ties: dict[str, list[Numbers]] = field(default_factory=dict)

    def node(self, site: Indices, product: Indices, period: Indices) -> Indices:
        """Return the number of the balance of a site, product and period."""
        products, periods = len(self.problem.products), len(self.problem.periods)
        return np.asarray((site * products + product) * periods + period, dtype=np.int64)

    def add(
        self,
        family: int,
        row: Indices,
        period: Indices,
        gain: Numbers,
        upper: Numbers,
        parties: tuple[Indices, ...],
        *,
        leaves: Indices | None = None,
        arrives: Indices | None = None,
        lower: Numbers | None = None,
        piece: Indices | None = None,
    ) -> Indices:
        """Add columns and return their numbers; goods arrive whole at `arrives` where it is given."""
        n = len(row)
        numbers = np.arange(self.count, self.count + n)
        self.count += n
        need = np.full((n, 3), NOBODY, dtype=np.int64)
        for k, party in enumerate(parties):
            need[:, k] = party
        block: dict[str, Numbers] = {
            "family": np.full(n, family, dtype=np.int64),
            "row": row,
            "period": period,
            "piece": np.zeros(n, dtype=np.int64) if piece is None else piece,
            "gain": gain,
            "lower": np.zeros(n, dtype=np.int64) if lower is None else lower,
            "upper": upper,
            "leaves": np.full(n, NO_NODE, dtype=np.int64) if leaves is None else leaves,
            "parties": need,
        }
        for name, part in block.items():
            self.columns.setdefault(name, []).append(part)
        if arrives is not None:
            self.arrivals.append((numbers, arrives, np.full(n, 10**self.yield_places, dtype=np.int64)))
        return numbers

    def tie(
        self,
        rows: Indices,
        columns: Indices,
        coefficients: Numbers,
        limits: Numbers,
        family: int,
        entry: Indices,
        period: Indices,
    ) -> None:
        """Add `len(limits)` ties; `rows` counts from 0 within them."""
        n = len(limits)
        parts: dict[str, Numbers] = {
            "row": rows + self.ties_count,
            "column": columns,
            "coefficient": coefficients,
            "limit": limits,
            "family": np.full(n, family, dtype=np.int64),
            "entry": entry,
            "period": period,
        }
        self.ties_count += n
        for name, part in parts.items():
            self.ties.setdefault(name, []).append(part)

    def minus(self, prices: Decimals) -> Numbers:
        """Return prices as costs (negative gains)."""
        return -scaled(prices, self.gain_places)

    def kg(self, column: Decimals) -> Numbers:
        """Return kilograms over 10**kg_places."""
        return scaled(column, self.kg_places)

    def most(self, product: int, *limits: int) -> int:
        """Return a limit (over 10**kg_places) that no best plan passes: the least of those given and
        of all the goods that there can be of `product`."""
        goods = int(np.ceil(self.most_goods[product])) * 10**self.kg_places
        return min([goods, *(limit for limit in limits if limit != NONE)])


def program(problem: Problem) -> Program:
    """Return the joint program of all parties."""
    draft = _Draft(
        problem,
        gain_places=_places(_money(problem)),
        kg_places=_places(_weights(problem)),
        yield_places=_places([problem.processes.output_yield, problem.storages.loss]),
        most_goods=_most_goods(problem),
    )
    _supplies(draft)
    _channels(draft, problem.outlets, OUTLET)
    _channels(draft, problem.sources, SOURCE)
    _needs(draft)
    _local_trade(draft)
    _processes(draft)
    _storages(draft)
    _lanes(draft)
    return _put_together(draft)


def _supplies(draft: _Draft) -> None:
    supplies = draft.problem.supplies
    draft.add(
        SUPPLY,
        np.arange(len(supplies.site)),
        supplies.period,
        draft.minus(supplies.cost_idr_per_kg),
        draft.kg(supplies.available_kg),
        (draft.problem.sites.party[supplies.site],),
        arrives=draft.node(supplies.site, supplies.product, supplies.period),
    )


def _needs(draft: _Draft) -> None:
    needs = draft.problem.needs
    kg = draft.kg(needs.kg)
    must = needs.worth_idr_per_kg.none
    worth = scaled(needs.worth_idr_per_kg, draft.gain_places)
    draft.add(
        NEED,
        np.arange(len(needs.site)),
        needs.period,
        np.where(must, 0, worth),
        kg,
        (draft.problem.sites.party[needs.site],),
        leaves=draft.node(needs.site, needs.product, needs.period),
        lower=np.where(must, kg, 0),
    )


def _local_trade(draft: _Draft) -> None:
    trade = draft.problem.local_trade
    node = draft.node(trade.site, trade.product, trade.period)
    party = draft.problem.sites.party[trade.site]
    rows = np.arange(len(trade.site))
    sells = ~trade.sell_idr_per_kg.none
    draft.add(
        SELL,
        rows[sells],
        trade.period[sells],
        scaled(trade.sell_idr_per_kg, draft.gain_places)[sells],
        draft.kg(trade.most_sell_kg)[sells],
        (party[sells],),
        leaves=node[sells],
    )
    buys = ~trade.buy_idr_per_kg.none
    draft.add(
        BUY,
        rows[buys],
        trade.period[buys],
        draft.minus(trade.buy_idr_per_kg)[buys],
        draft.kg(trade.most_buy_kg)[buys],
        (party[buys],),
        arrives=node[buys],
    )


def _channels(draft: _Draft, channels: Channels, family: int) -> None:
    """Outlets (family OUTLET) or sources (SOURCE): plain ones as columns, stepped ones in pieces."""
    spans = channels.step_spans.start
    plain = (np.diff(spans) == 0) & (draft.kg(channels.least_kg) == 0)
    _add_channel_columns(
        draft,
        channels,
        family,
        np.flatnonzero(plain),
        scaled(channels.price_idr_per_kg, draft.gain_places)[plain],
        draft.kg(channels.most_kg)[plain],
    )
    for entry in np.flatnonzero(~plain):
        _pieces(draft, channels, family, int(entry))


def _add_channel_columns(
    draft: _Draft,
    channels: Channels,
    family: int,
    entries: Indices,
    price: Numbers,
    upper: Numbers,
    piece: Indices | None = None,
) -> Indices:
    node = draft.node(channels.site[entries], channels.product[entries], channels.period[entries])
    selling = family == OUTLET
    return draft.add(
        family,
        entries,
        channels.period[entries],
        price if selling else -price,
        upper,
        (channels.owner[entries], draft.problem.sites.party[channels.site[entries]]),
        leaves=node if selling else None,
        arrives=None if selling else node,
        piece=piece,
    )


def _pieces(draft: _Draft, channels: Channels, family: int, entry: int) -> None:
    """One stepped or least-or-nothing entry: a column and, but for a first piece from 0, a choice
    for each price. A piece holds from its own quantity to the next one's, both included: there the
    better price is the next piece's, so that nothing is gained by the overlap."""
    least = int(draft.kg(channels.least_kg)[entry])
    most = draft.most(int(channels.product[entry]), int(draft.kg(channels.most_kg)[entry]))
    prices = [int(scaled(channels.price_idr_per_kg, draft.gain_places)[entry])]
    starts = [0]
    for step in channels.step_spans.of(entry):
        starts.append(int(draft.kg(channels.step_from_kg)[step]))
        prices.append(int(scaled(channels.step_price_idr_per_kg, draft.gain_places)[step]))
    ends = [*starts[1:], most]
    pieces = [
        (k, max(start, least), min(end, most), price)
        for k, (start, end, price) in enumerate(zip(starts, ends, prices, strict=True))
        if max(start, least) <= min(end, most) and (start < end or k == len(starts) - 1)
    ]
    if not pieces:
        return
    n = len(pieces)
    entries = np.full(n, entry)
    numbers = np.array([k for k, *_ in pieces])
    period = channels.period[entries]
    ups: Numbers = np.array([high for _, _, high, _ in pieces])
    columns = _add_channel_columns(
        draft, channels, family, entries, np.array([price for *_, price in pieces]), ups, piece=numbers
    )
    first = 1 if pieces[0][1] == 0 else 0
    if first == n:
        return
    choice = draft.add(
        CHOICE,
        entries[first:],
        period[first:],
        np.zeros(n - first, dtype=np.int64),
        np.full(n - first, 10**draft.kg_places),
        (channels.owner[entries[first:]], draft.problem.sites.party[channels.site[entries[first:]]]),
        piece=numbers[first:],
    )
    _tie_pieces(draft, family, entry, pieces, columns, choice, first)


def _tie_pieces(
    draft: _Draft,
    family: int,
    entry: int,
    pieces: list[tuple[int, int, int, int]],
    columns: Indices,
    choice: Indices,
    first: int,
) -> None:
    """x ≤ high·y, low·y ≤ x for chosen pieces; one choice at most; the free first piece only without any."""
    rows: list[tuple[int, int, int]] = []
    limits: list[int] = []
    for (_, low, high, _), x, y in zip(pieces[first:], columns[first:], choice, strict=True):
        rows += [(len(limits), int(x), 1), (len(limits), int(y), -high)]
        limits.append(0)
        if low > 0:
            rows += [(len(limits), int(x), -1), (len(limits), int(y), low)]
            limits.append(0)
    one = 10**draft.kg_places
    if first:
        high = pieces[0][2]
        rows += [(len(limits), int(columns[0]), 1), *((len(limits), int(y), high) for y in choice)]
        limits.append(high)
    if len(choice) > 1 or (first and pieces[0][2] == 0):
        rows += [(len(limits), int(y), one) for y in choice]
        limits.append(one)
    table = np.array(rows, dtype=object)
    n = len(limits)
    draft.tie(
        table[:, 0].astype(np.int64),
        table[:, 1].astype(np.int64),
        table[:, 2],
        np.array(limits, dtype=object),
        CHOICE,
        np.full(n, entry),
        np.full(n, family),
    )


def _processes(draft: _Draft) -> None:
    processes = draft.problem.processes
    rows = np.arange(len(processes.code))
    party = draft.problem.sites.party[processes.site]
    capacity = draft.kg(processes.capacity_kg)
    columns = draft.add(
        PROCESS,
        rows,
        processes.period,
        draft.minus(processes.cost_idr_per_kg),
        capacity,
        (processes.owner, party),
        leaves=draft.node(processes.site, processes.input, processes.period),
    )
    entry = np.repeat(rows, np.diff(processes.output_spans.start))
    arrives = draft.node(processes.site[entry], processes.output_product, processes.period[entry])
    draft.arrivals.append((columns[entry], arrives, scaled(processes.output_yield, draft.yield_places)))
    opens = np.flatnonzero(processes.opening_cost_idr.numerators > 0)
    if not len(opens):
        return
    choice = draft.add(
        CHOICE,
        opens,
        processes.period[opens],
        draft.minus(processes.opening_cost_idr)[opens],
        np.full(len(opens), 10**draft.kg_places),
        (processes.owner[opens], party[opens]),
        piece=np.full(len(opens), PROCESS),
    )
    most = np.array(
        [draft.most(int(p), int(c)) for p, c in zip(processes.input[opens], capacity[opens], strict=True)],
        dtype=object,
    )
    _tie_choice(draft, np.arange(len(opens)), columns[opens], choice, most)


def _tie_choice(draft: _Draft, rows: Indices, columns: Indices, choice: Indices, most: Numbers) -> None:
    """Σ x ≤ most·y for each choice; `rows` says to which choice each column belongs."""
    n = len(choice)
    draft.tie(
        np.concatenate([rows, np.arange(n)]),
        np.concatenate([columns, choice]),
        joined([np.ones(len(columns), dtype=np.int64), -most]),
        np.zeros(n, dtype=np.int64),
        CHOICE,
        np.arange(n),
        np.zeros(n, dtype=np.int64),
    )


def _storages(draft: _Draft) -> None:
    """What a store holds at a period's end leaves that balance and, less the loss, opens the next."""
    storages = draft.problem.storages
    periods = len(draft.problem.periods)
    listings = np.arange(len(storages.product))
    store = np.repeat(np.arange(len(storages.owner)), np.diff(storages.product_spans.start))
    # Stock after the last period is worth nothing, so that nothing is held there.
    held = np.repeat(listings, periods - 1)
    period = np.tile(np.arange(periods - 1), len(listings))
    of = store[held]
    site = storages.site[of]
    capacity = draft.kg(storages.capacity_kg)
    alone = np.diff(storages.product_spans.start)[of] == 1
    columns = draft.add(
        STORE,
        held,
        period,
        draft.minus(storages.cost_idr_per_kg)[of],
        capacity[of],
        (storages.owner[of], draft.problem.sites.party[site]),
        leaves=draft.node(site, storages.product[held], period),
    )
    kept = 10**draft.yield_places - scaled(storages.loss, draft.yield_places)
    draft.arrivals.append((columns, draft.node(site, storages.product[held], period + 1), kept[of]))
    _tie_shared(draft, STORE, columns, of * periods + period, capacity[of], ~alone, periods)
    stock = draft.kg(storages.opening_kg)
    opened = np.flatnonzero(stock > 0)
    at = storages.site[store[opened]]
    first = np.zeros(len(opened), dtype=np.int64)
    draft.add(
        OPENING,
        opened,
        first,
        first,
        stock[opened],
        (storages.owner[store[opened]], draft.problem.sites.party[at]),
        arrives=draft.node(at, storages.product[opened], first),
    )


def _tie_shared(
    draft: _Draft, family: int, columns: Indices, group: Indices, capacity: Numbers, shared: Flags, periods: int
) -> None:
    """Add a limit over several products where `shared` and there is a capacity."""
    rows = np.flatnonzero(shared & (capacity != NONE))
    if not len(rows):
        return
    groups, first, inverse = np.unique(group[rows], return_index=True, return_inverse=True)
    draft.tie(
        inverse,
        columns[rows],
        np.ones(len(rows), dtype=np.int64),
        capacity[rows][first],
        family,
        groups // periods,
        groups % periods,
    )


def _lanes(draft: _Draft) -> None:
    lanes = draft.problem.lanes
    periods = len(draft.problem.periods)
    counts = np.diff(lanes.product_spans.start)
    listing = np.repeat(np.arange(len(lanes.product)), periods)
    lane = np.repeat(np.arange(len(lanes.start)), counts)[listing]
    period = np.tile(np.arange(periods), len(lanes.product))
    product = lanes.product[listing]
    party = draft.problem.sites.party
    start, end = lanes.start[lane], lanes.end[lane]
    capacity = draft.kg(lanes.capacity_kg)
    columns = draft.add(
        LANE,
        listing,
        period,
        draft.minus(lanes.cost_idr_per_kg)[lane],
        capacity[lane],
        (party[start], party[end]),
        leaves=draft.node(start, product, period),
        arrives=draft.node(end, product, period),
    )
    group = lane * periods + period
    _tie_shared(draft, LANE, columns, group, capacity[lane], counts[lane] > 1, periods)
    fixed = np.flatnonzero((lanes.fixed_cost_idr.numerators > 0)[lane])
    if not len(fixed):
        return
    groups, first, inverse = np.unique(group[fixed], return_index=True, return_inverse=True)
    opened = groups // periods
    choice = draft.add(
        CHOICE,
        opened,
        groups % periods,
        draft.minus(lanes.fixed_cost_idr)[opened],
        np.full(len(groups), 10**draft.kg_places),
        (party[lanes.start[opened]], party[lanes.end[opened]]),
        piece=np.full(len(groups), LANE),
    )
    goods = np.zeros(len(groups), dtype=object)
    for k, p in zip(inverse, product[fixed], strict=True):
        goods[k] += draft.most(int(p))
    most = np.array(
        [min(int(g), int(c)) if c != NONE else int(g) for g, c in zip(goods, capacity[opened], strict=True)],
        dtype=object,
    )
    _tie_choice(draft, inverse, columns[fixed], choice, most)


def _put_together(draft: _Draft) -> Program:
    """Number the balances that any column touches, and return the whole program."""
    columns = {name: _stacked(parts) for name, parts in draft.columns.items()}
    arrival_column = np.concatenate([part[0] for part in draft.arrivals])
    arrival_node = np.concatenate([part[1] for part in draft.arrivals])
    in_order = np.argsort(arrival_column, kind="stable")
    used = np.unique(np.concatenate([columns["leaves"][columns["leaves"] != NO_NODE], arrival_node]))
    leaves = np.searchsorted(used, columns["leaves"])
    columns["leaves"] = np.where(columns["leaves"] == NO_NODE, NO_NODE, leaves)
    ties = {name: joined(parts) for name, parts in draft.ties.items()} if draft.ties else _no_ties()
    return Program(
        problem=draft.problem,
        columns=Columns(**columns),
        nodes=used,
        arrival_column=arrival_column[in_order],
        arrival_node=np.searchsorted(used, arrival_node[in_order]),
        arrival_yield=joined([part[2] for part in draft.arrivals])[in_order],
        ties=Ties(**ties),
        gain_places=draft.gain_places,
        kg_places=draft.kg_places,
        yield_places=draft.yield_places,
        most_goods=draft.most_goods,
    )


def _no_ties() -> dict[str, Numbers]:
    names = ("row", "column", "coefficient", "limit", "family", "entry", "period")
    return {name: np.zeros(0, dtype=np.int64) for name in names}


def _stacked(parts: list[Numbers]) -> Numbers:
    return np.concatenate(parts) if parts[0].ndim == 2 else joined(parts)


def _money(problem: Problem) -> list[Decimals]:
    return [
        problem.supplies.cost_idr_per_kg,
        problem.outlets.price_idr_per_kg,
        problem.outlets.step_price_idr_per_kg,
        problem.sources.price_idr_per_kg,
        problem.sources.step_price_idr_per_kg,
        problem.needs.worth_idr_per_kg,
        problem.processes.cost_idr_per_kg,
        problem.processes.opening_cost_idr,
        problem.storages.cost_idr_per_kg,
        problem.lanes.cost_idr_per_kg,
        problem.lanes.fixed_cost_idr,
        problem.local_trade.sell_idr_per_kg,
        problem.local_trade.buy_idr_per_kg,
    ]


def _weights(problem: Problem) -> list[Decimals]:
    return [
        problem.supplies.available_kg,
        problem.outlets.most_kg,
        problem.outlets.least_kg,
        problem.outlets.step_from_kg,
        problem.sources.most_kg,
        problem.sources.step_from_kg,
        problem.needs.kg,
        problem.processes.capacity_kg,
        problem.storages.capacity_kg,
        problem.storages.opening_kg,
        problem.lanes.capacity_kg,
        problem.local_trade.most_sell_kg,
        problem.local_trade.most_buy_kg,
    ]


def _places(columns: list[Decimals]) -> int:
    return max(column.places for column in columns)


def _most_goods(problem: Problem) -> Floats:
    """Return for each product more kilograms than any best plan moves of it in all periods together.

    Finite sums where every way in is limited. Where a way in is unlimited, what leaves sets the
    limit; where that is unlimited too, all finite limits of the network together, raised by the
    poorest yield, do: some best plan is a vertex, whose flows all start or end at a finite limit.
    """
    grow = 1.0
    processes = problem.processes
    yields = processes.output_yield.floats(0.0)
    entry = np.repeat(np.arange(len(processes.code)), np.diff(processes.output_spans.start))
    inside = _totals(problem, (problem.supplies, "available_kg"), (problem.sources, "most_kg"))
    np.add.at(inside, problem.storages.product, problem.storages.opening_kg.floats(0.0))
    trade = problem.local_trade
    buys = ~trade.buy_idr_per_kg.none
    site_product = trade.product[buys]
    np.add.at(inside, site_product, trade.most_buy_kg.floats(np.inf)[buys])
    goods = inside.copy()
    capacity = processes.capacity_kg.floats(np.inf)
    for _ in range(len(problem.products) + 1):
        into = np.minimum(capacity, goods[processes.input])[entry]
        made = inside.copy()
        live = yields > 0
        np.add.at(made, processes.output_product[live], into[live] * yields[live])
        if np.array_equal(made, goods):
            break
        goods = made
    else:
        grow = max(1.0, float(yields.max(initial=1.0))) ** len(problem.products)
    finite = [column.floats(0.0).sum() for column in _weights(problem)]
    poorest = float(yields[yields > 0].min(initial=1.0))
    everything = max(1.0, sum(finite)) * grow / poorest ** min(3, len(processes.codes))
    return np.where(np.isfinite(goods) & (grow == 1.0), np.maximum(goods, 1.0), everything)


def _totals(problem: Problem, *parts: tuple[Any, str]) -> Floats:
    sums = np.zeros(len(problem.products))
    for rows, name in parts:
        np.add.at(sums, rows.product, getattr(rows, name).floats(np.inf))
    return sums


def what_choices_open(program: Program) -> dict[int, tuple[int, int]]:
    """Return for each yes/no column the family of what it opens and one flow column behind it."""
    ties, choices = program.ties, program.choices
    flow: dict[int, int] = {}
    for row, column in zip(ties.row.tolist(), ties.column.tolist(), strict=True):
        if not choices[column]:
            flow.setdefault(row, column)
    opened: dict[int, tuple[int, int]] = {}
    for row, column in zip(ties.row.tolist(), ties.column.tolist(), strict=True):
        if choices[column] and row in flow:
            tied = flow[row]
            same_piece = program.columns.piece[tied] == program.columns.piece[column]
            stepped = program.columns.family[tied] in (OUTLET, SOURCE)
            if column not in opened and (same_piece or not stepped):
                opened[column] = (int(program.columns.family[tied]), tied)
    return opened
