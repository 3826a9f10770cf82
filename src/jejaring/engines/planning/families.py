"""Problem -> Program: one function for each family of variables.

The result is the whole program; `trimming` leaves out what can't matter before it is solved, and
the certificate is checked on the whole.
"""

from __future__ import annotations

import numpy as np

from jejaring.engines.measures import NONE, Indices
from jejaring.engines.planning import building, moving
from jejaring.engines.planning.drafting import MOST_KG, Draft, drafted, most_behind, put_together, tie_choice
from jejaring.engines.planning.problem import Channels, Problem
from jejaring.engines.planning.program import (
    BUY,
    CHOICE,
    NEED,
    OUTLET,
    PROCESS,
    SELL,
    SOURCE,
    SUPPLY,
    Numbers,
    Program,
    scaled,
)


def program(problem: Problem) -> Program:
    """Return the joint program of all parties."""
    draft = drafted(problem)
    for add in (_supplies, _outlets_and_sources, _needs, _local_trade, _processes):
        add(draft)
    for add in (moving.stores, moving.lanes, moving.uses):
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
        leaves=draft.use_node(needs.site, needs.product, needs.period),
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
        leaves=draft.use_node(trade.site, trade.product, trade.period)[sells],
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
    place = channels.site[entries], channels.product[entries], channels.period[entries]
    selling = family == OUTLET
    return draft.add(
        family,
        entries,
        channels.period[entries],
        price if selling else -price,
        upper,
        (channels.owner[entries], draft.problem.sites.party[channels.site[entries]]),
        leaves=draft.use_node(*place) if selling else None,
        arrives=None if selling else draft.node(*place),
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
        leaves=draft.use_node(processes.site, processes.input, processes.period),
    )
    entry = np.repeat(rows, np.diff(processes.output_spans.start))
    arrives = draft.node(processes.site[entry], processes.output_product, processes.period[entry])
    draft.arrivals.append((columns[entry], arrives, scaled(processes.output_yield, draft.yield_places)))
    building.of_processes(draft, columns)
    _openings(draft, columns)


def _openings(draft: Draft, columns: Indices) -> None:
    """Add a choice for each process with an opening cost and period."""
    processes = draft.problem.processes
    opens = np.flatnonzero(processes.opening_cost_idr.numerators > 0)
    if not len(opens):
        return
    choice = draft.add(
        CHOICE,
        opens,
        processes.period[opens],
        draft.minus(processes.opening_cost_idr)[opens],
        np.full(len(opens), 10**draft.kg_places),
        (processes.owner[opens], draft.problem.sites.party[processes.site[opens]]),
        piece=np.full(len(opens), PROCESS),
    )
    each = np.arange(len(opens))
    most = most_behind(draft, each, processes.input[opens], draft.kg(processes.capacity_kg)[opens])
    tie_choice(draft, each, columns[opens], choice, most)


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
