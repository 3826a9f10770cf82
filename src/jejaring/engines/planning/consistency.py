"""What the rows of a network must be to each other, told row by row where they aren't."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from jejaring.engines.errors import Sentence
from jejaring.engines.measures import Flags, Indices
from jejaring.engines.planning import tables
from jejaring.engines.planning.columns import EVERY, UNKNOWN, Columns, Findings
from jejaring.engines.planning.problem import NOBODY

Network = Mapping[str, Columns]


@dataclass(frozen=True, eq=False)
class Entries:
    """Rows spread over the periods: entry e is row `row[e]` in period `period[e]`.

    Sorted by what the rows are about (in order of first mention), then by period.
    """

    row: Indices
    period: Indices


def check(network: Network, findings: Findings) -> None:
    """Tell `findings` everything that makes the rows of `network` contradict each other."""
    for table in tables.TABLES:
        columns = network[table.name]
        if not table.may_be_empty and not len(columns):
            _tell_empty(table, findings)
        if table.key and table.name != "lanes":
            _check_repeats(columns, findings)
    _check_codes(network["periods"], findings)
    _check_positions(network["sites"], findings)
    _check_parts(network["sites"], findings)
    for name in ("supplies", "needs", "local_trade", "today", "growers"):
        _check_somebody(network[name], network["sites"], findings)
    for name, product in (("outlets", "product"), ("sources", "product"), ("processes", "input")):
        _check_agreement(network[name], product, findings)
    _check_steps(network["outlets"], _rises, findings)
    _check_steps(network["sources"], _falls, findings)
    _check_stock(network["storages"], findings)
    _check_listed_once(network["storages"], findings)
    _check_lanes(network["lanes"], network["sites"], findings)


def subject(columns: Columns) -> Indices:
    """Return a number for what each row is about, its period aside: equal where its key is equal.

    Numbers count up in order of first mention; UNKNOWN where a part of the key isn't sound.
    """
    names = tuple(name for name in columns.table.key if name != "period")
    if names == ("product",):
        return columns.position["product"]
    if names == ("code",):
        seen: dict[str, int] = {}
        return np.array(
            [seen.setdefault(code, len(seen)) if code else UNKNOWN for code in columns.texts("code")],
            dtype=np.int64,
        )
    if names == ("code", "valid_from"):
        pairs: dict[tuple[str, str], int] = {}
        both = zip(columns.texts("code"), columns.texts("valid_from"), strict=True)
        return np.array(
            [pairs.setdefault(pair, len(pairs)) if pair[0] else UNKNOWN for pair in both], dtype=np.int64
        )
    first, *others = (columns.position[name] for name in names)
    sound, mixed = first >= 0, first
    for position in others:
        sound = sound & (position >= 0)
        mixed = mixed * (int(position.max(initial=0)) + 1) + position
    return _by_first_mention(np.where(sound, mixed, UNKNOWN))


def spread(columns: Columns, period_count: int) -> Entries:
    """Return the rows of `columns` spread over the periods; a row for a period replaces the "*" row."""
    about = subject(columns)
    period = columns.position["period"]
    sound = (about >= 0) & (period != UNKNOWN)
    row = np.full((int(about.max(initial=-1)) + 1, period_count), -1, dtype=np.int64)
    every = np.flatnonzero(sound & (period == EVERY))
    row[about[every], :] = every[:, None]
    own = np.flatnonzero(sound & (period >= 0))
    row[about[own], period[own]] = own
    subjects, periods = np.nonzero(row >= 0)
    return Entries(row[subjects, periods], periods.astype(np.int64))


def _by_first_mention(keys: Indices) -> Indices:
    unique, first, which = np.unique(keys, return_index=True, return_inverse=True)
    known = unique != UNKNOWN
    rank = np.full(len(unique), UNKNOWN, dtype=np.int64)
    rank[np.flatnonzero(known)[np.argsort(first[known])]] = np.arange(int(known.sum()))
    return rank[which.reshape(-1)]


def _first_rows(about: Indices) -> Indices:
    """Return for each row the first row that is about the same, itself where it is UNKNOWN."""
    first = np.arange(len(about), dtype=np.int64)
    known = about >= 0
    if known.any():
        starts = np.full(int(about.max()) + 1, len(about), dtype=np.int64)
        np.minimum.at(starts, about[known], first[known])
        first[known] = starts[about[known]]
    return first


def _tell_empty(table: tables.Table, findings: Findings) -> None:
    wrong = {
        "periods": Sentence("input.no_periods", "This network has no periods."),
        "products": Sentence("input.no_products", "This network has no products."),
        "parties": Sentence("input.no_parties", "This network has no parties."),
        "sites": Sentence("input.no_sites", "This network has no sites."),
    }[table.name]
    right = {
        "periods": Sentence("input.no_periods.right", "List at least one month or week."),
        "products": Sentence("input.no_products.right", "List at least one product."),
        "parties": Sentence("input.no_parties.right", "List at least one co-op."),
        "sites": Sentence("input.no_sites.right", "List at least one place where goods are."),
    }[table.name]
    findings.add(findings.table_place(table.name), wrong, right)


def _check_repeats(columns: Columns, findings: Findings) -> None:
    about = subject(columns)
    if "period" in columns.table.key:
        period = columns.position["period"]
        keys = np.where(
            (about >= 0) & (period != UNKNOWN),
            about * (int(period.max(initial=0)) + 4) + period - EVERY,
            UNKNOWN,
        )
    else:
        keys = about
    first = _first_rows(keys)
    for row in np.flatnonzero(first != np.arange(len(columns))):
        findings.add(
            columns.rows[row].place_of(""),
            Sentence(
                "input.repeat",
                "This row repeats {first}: both are for {what}.",
                {
                    "first": _here(columns, int(first[row])),
                    "what": _key_words(columns, int(row)),
                },
            ),
            Sentence("input.repeat.right", "Keep one of the two, or add them up in one row."),
        )


def _here(columns: Columns, row: int) -> str:
    """Return the place of a row in the words of its file, the file's own name left out."""
    return str(replace(columns.rows[row].place_of(""), file=""))


def _key_words(columns: Columns, row: int) -> str:
    words = (columns.values[name][row] for name in columns.table.key)
    return ", ".join(str(word) for word in words if word)


def _check_codes(periods: Columns, findings: Findings) -> None:
    for row, code in zip(periods.rows, periods.texts("code"), strict=True):
        if code == tables.EVERY_PERIOD:
            findings.add(
                row.place_of("code"),
                Sentence("input.period_star", "A period can't be called *, which means every period."),
                Sentence("input.period_star.right", "Give it a code of its own, as 2026-03."),
            )


def _check_positions(sites: Columns, findings: Findings) -> None:
    lat, lon = sites.values["lat"], sites.values["lon"]
    for index in np.flatnonzero(sites.good("lat", "lon")):
        if (lat[index] is None) != (lon[index] is None):
            findings.add(
                sites.rows[index].place_of("lon" if lon[index] is None else "lat"),
                Sentence("input.half_position", "Only one of latitude and longitude is given."),
                Sentence("input.half_position.right", "Give both, or leave both empty."),
            )


def _check_parts(sites: Columns, findings: Findings) -> None:
    """A part belongs to a place that is no part itself."""
    part_of = sites.position["part_of"]
    for index in np.flatnonzero(part_of >= 0).tolist():
        place = int(part_of[index])
        if place == index or part_of[place] != NOBODY:
            findings.add(
                sites.rows[index].place_of("part_of"),
                Sentence(
                    "input.part_of_part",
                    "“{site}” is a part of a place itself.",
                    {"site": sites.values["part_of"][index]},
                ),
                Sentence("input.part_of_part.right", "Name the whole place, or leave this empty."),
            )


def _check_somebody(columns: Columns, sites: Columns, findings: Findings) -> None:
    site = columns.position["site"]
    nobody = _at_nobody(site, sites)
    for index in np.flatnonzero(nobody):
        facts = {"site": columns.values["site"][index]}
        wrong = {
            "supplies": Sentence(
                "input.supply_nobody", "Site “{site}” belongs to nobody: nobody supplies there.", facts
            ),
            "needs": Sentence(
                "input.need_nobody", "Site “{site}” belongs to nobody: nobody needs goods there.", facts
            ),
            "local_trade": Sentence(
                "input.local_nobody", "Site “{site}” belongs to nobody: nobody trades locally there.", facts
            ),
            "today": Sentence(
                "input.today_nobody", "Site “{site}” belongs to nobody: nobody trades there today.", facts
            ),
            "growers": Sentence(
                "input.grower_nobody", "Site “{site}” belongs to nobody: no members grow for it.", facts
            ),
        }[columns.table.name]
        findings.add(
            columns.rows[index].place_of("site"),
            wrong,
            Sentence(
                "input.nobody.right",
                "Name a site of a party, or give this site a party in the list of sites.",
            ),
        )


def _at_nobody(site: Indices, sites: Columns) -> Flags:
    """Return True where a site is known and is surely nobody's."""
    party = np.append(sites.position["party"], UNKNOWN)
    return np.asarray(party[np.where(site >= 0, site, -1)] == NOBODY, dtype=bool)


def _check_agreement(columns: Columns, product: str, findings: Findings) -> None:
    first = _first_rows(subject(columns))
    for name in ("owner", "site", product):
        position = columns.position[name]
        differs = (position != position[first]) & (position >= 0) & (position[first] >= 0)
        for row in np.flatnonzero(differs):
            findings.add(
                columns.rows[row].place_of(name),
                Sentence(
                    "input.disagree",
                    "“{code}” has “{value}” here and “{other}” in {first}.",
                    {
                        "code": columns.values["code"][row],
                        "value": columns.values[name][row],
                        "other": columns.values[name][first[row]],
                        "first": _here(columns, int(first[row])),
                    },
                ),
                Sentence(
                    "input.disagree.right",
                    "One code has one owner, site and product; use another code where they differ.",
                ),
            )


def _rises(before: Decimal, after: Decimal) -> Sentence | None:
    if after >= before:
        return None
    return Sentence(
        "input.step_falls",
        "A selling price may only rise with the quantity; this falls from {before_idr_per_kg} "
        "to {after_idr_per_kg}.",
        {"before_idr_per_kg": before, "after_idr_per_kg": after},
    )


def _falls(before: Decimal, after: Decimal) -> Sentence | None:
    if after <= before:
        return None
    return Sentence(
        "input.step_rises",
        "A purchase price may only fall with the quantity; this rises from {before_idr_per_kg} "
        "to {after_idr_per_kg}.",
        {"before_idr_per_kg": before, "after_idr_per_kg": after},
    )


def _check_steps(
    columns: Columns, wrong_way: Callable[[Decimal, Decimal], Sentence | None], findings: Findings
) -> None:
    prices = columns.numbers("price_idr_per_kg")
    for index, row in enumerate(columns.rows):
        steps = columns.steps(index)
        if not steps or not columns.sound["steps"][index]:
            continue
        before_kg: Decimal | None = None
        before_price = prices[index]
        for number, (from_kg, price) in enumerate(steps):
            if before_kg is not None and from_kg <= before_kg:
                findings.add(
                    row.place_of(f"steps.{number}"),
                    Sentence(
                        "input.step_order",
                        "The step from {from_kg} comes after the step from {before_kg}.",
                        {"from_kg": from_kg, "before_kg": before_kg},
                    ),
                    Sentence(
                        "input.step_order.right",
                        "List steps from the smallest quantity up, each quantity once.",
                    ),
                )
            wrong = wrong_way(before_price, price) if before_price is not None else None
            if wrong:
                findings.add(
                    row.place_of(f"steps.{number}"),
                    wrong,
                    Sentence("input.step_price.right", "Check the prices and the quantities of the steps."),
                )
            before_kg, before_price = from_kg, price


def _check_stock(storages: Columns, findings: Findings) -> None:
    for index in np.flatnonzero(storages.good("products", "opening_kg")):
        listed = set(storages.parts["products"][index])
        stocked = storages.amounts("opening_kg", int(index))
        for code, position in zip(stocked, storages.parts["opening_kg"][index], strict=True):
            if position not in listed:
                findings.add(
                    storages.rows[index].place_of(f"opening_kg.{code}"),
                    Sentence(
                        "input.stock_unlisted",
                        "There is an opening stock of “{product}”, which this store doesn't list.",
                        {"product": code},
                    ),
                    Sentence("input.stock_unlisted.right", "Add it to the products of the store."),
                )


def _check_listed_once(columns: Columns, findings: Findings) -> None:
    for index, parts in enumerate(columns.parts["products"]):
        if len(set(parts)) < len(parts) and columns.sound["products"][index]:
            findings.add(
                columns.rows[index].place_of("products"),
                Sentence("input.listed_twice", "A product is listed twice here."),
                Sentence("input.listed_twice.right", "List each product once."),
            )


def _check_lanes(lanes: Columns, sites: Columns, findings: Findings) -> None:
    start, end = lanes.position["from"], lanes.position["to"]
    for row in np.flatnonzero((start == end) & (start >= 0)):
        findings.add(
            lanes.rows[row].place_of("to"),
            Sentence(
                "input.lane_loop",
                "This lane goes from “{site}” to itself.",
                {"site": lanes.values["to"][row]},
            ),
            Sentence(
                "input.lane_loop.right", "Goods are there already; take the row away or correct a site."
            ),
        )
    _check_listed_once(lanes, findings)
    _check_lane_repeats(lanes, findings)
    between_nobodies = _at_nobody(start, sites) & _at_nobody(end, sites)
    for row in np.flatnonzero(between_nobodies):
        for name, wrong in _lane_limits(lanes, int(row)):
            findings.add(
                lanes.rows[row].place_of(name),
                wrong,
                Sentence(
                    "input.lane_nobody.right",
                    "Leave this empty, or give one of the two sites a party in the list of sites.",
                ),
            )


def _lane_limits(lanes: Columns, row: int) -> Iterable[tuple[str, Sentence]]:
    if lanes.values["capacity_kg"][row] is not None:
        yield (
            "capacity_kg",
            Sentence(
                "input.lane_nobody_limit",
                "A lane between two sites that belong to nobody can't have a capacity.",
            ),
        )
    if lanes.values["fixed_cost_idr"][row]:
        yield (
            "fixed_cost_idr",
            Sentence(
                "input.lane_nobody_fixed",
                "A lane between two sites that belong to nobody can't have a fixed cost.",
            ),
        )


def _check_lane_repeats(lanes: Columns, findings: Findings) -> None:
    seen: dict[tuple[int, int, int], int] = {}
    pairs = zip(lanes.position["from"].tolist(), lanes.position["to"].tolist(), strict=True)
    for row, (start, end) in enumerate(pairs):
        if start < 0 or end < 0:
            continue
        for product in dict.fromkeys(lanes.parts["products"][row]):
            first = seen.setdefault((start, end, product), row)
            if first != row and product != UNKNOWN:
                findings.add(
                    lanes.rows[row].place_of("products"),
                    Sentence(
                        "input.lane_repeat",
                        "{first} already is a lane from “{start}” to “{end}” for a product of this row.",
                        {
                            "first": _here(lanes, first),
                            "start": lanes.values["from"][row],
                            "end": lanes.values["to"][row],
                        },
                    ),
                    Sentence("input.lane_repeat.right", "Keep one row for each direction and product."),
                )
                break
