"""Problem -> Program: one function for each family of variables.

The result is the whole program; `trimming` leaves out what can't matter before it is solved, and
the certificate is checked on the whole.
"""

from __future__ import annotations

import numpy as np

from jejaring.engines.measures import NONE, Flags, Indices
from jejaring.engines.planning.drafting import MOST_KG, Draft, drafted, put_together
from jejaring.engines.planning.problem import Channels, Problem
from jejaring.engines.planning.program import (
    BUY,
    CHOICE,
    LANE,
    NEED,
    OPENING,
    OUTLET,
    PROCESS,
    SELL,
    SOURCE,
    STORE,
    SUPPLY,
    Numbers,
    Program,
    joined,
    scaled,
)


def program(problem: Problem) -> Program:
    """Return the joint program of all parties."""
    draft = drafted(problem)
    for add in (_supplies, _outlets_and_sources, _needs, _local_trade, _processes, _storages, _lanes):
        add(draft)
    return put_together(draft)


def _outlets_and_sources(draft: Draft) -> None:
    _channels(draft, draft.problem.outlets, OUTLET)
    _channels(draft, draft.problem.sources, SOURCE)


def _supplies(draft: Draft) -> None:
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


def _needs(draft: Draft) -> None:
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


def _local_trade(draft: Draft) -> None:
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


def _channels(draft: Draft, channels: Channels, family: int) -> None:
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
    draft: Draft,
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


def _pieces(draft: Draft, channels: Channels, family: int, entry: int) -> None:
    """One stepped or least-or-nothing entry: a column and, but for a first piece from 0, a choice
    for each price. A piece holds from its own quantity to the next one's, both included: there the
    better price is the next piece's, so that nothing is gained by the overlap.
    """
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
    endless = int(MOST_KG) * 10**draft.kg_places
    ups: Numbers = np.array([NONE if high >= endless else high for _, _, high, _ in pieces])
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
    draft: Draft,
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


def _processes(draft: Draft) -> None:
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


def _tie_choice(draft: Draft, rows: Indices, columns: Indices, choice: Indices, most: Numbers) -> None:
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


def _storages(draft: Draft) -> None:
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
    draft: Draft,
    family: int,
    columns: Indices,
    group: Indices,
    capacity: Numbers,
    shared: Flags,
    periods: int,
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


def _lanes(draft: Draft) -> None:
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
    groups, inverse = np.unique(group[fixed], return_inverse=True)
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
