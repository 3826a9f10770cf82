"""Rows of a network -> Problem, or all their faults.

Neighbours: `columns` judges each field by itself, `consistency` the rows against each other,
`bounds` what would have no end; here the columns of the `Problem` are put together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from jejaring.engines.errors import Faults
from jejaring.engines.measures import NONE, Decimals, Floats, Indices
from jejaring.engines.planning import bounds, consistency, hauling, outlook, problem, tables, terms
from jejaring.engines.planning.columns import Columns, Findings, columns, may_be_none, number_fault
from jejaring.engines.planning.consistency import Entries, Network
from jejaring.engines.planning.lane_rule import RuleLanes, rule_lanes
from jejaring.engines.planning.rows import Row, Rows

ZERO = Decimal(0)


def assemble(rows: Rows) -> problem.Problem:
    """Return the network that `rows` describe. Raises Faults with everything wrong with them."""
    findings = Findings(rows)
    network = columns(rows, findings)
    consistency.check(network, findings)
    entries = {
        name: consistency.spread(network[name], len(network["periods"]))
        for name in ("supplies", "outlets", "sources", "needs", "processes", "local_trade", "today", "terms")
    }
    bounds.check(network, entries, findings)
    rule = _lane_rule(rows.lane_rule, network["vehicles"], findings)
    outlook.check(network, rule, findings)
    terms.check(network, findings, only_given_lanes=rows.lane_rule is None)
    if findings.faults:
        raise Faults(tuple(findings.faults))
    # A reader that leaves a field out has told why.
    assert all(sound.all() for each in network.values() for sound in each.sound.values())
    made = _problem(rows, network, entries, rule)
    # Only now it is known which lanes the lane rule makes.
    agreed = terms.of(network["terms"], entries["terms"], made, findings)
    if findings.faults:
        raise Faults(tuple(findings.faults))
    return replace(made, terms=agreed)


def _lane_rule(row: Row | None, vehicles: Columns, findings: Findings) -> problem.LaneRule | None:
    if row is None:
        return None
    numbers: dict[str, Decimal | None] = {}
    for field in tables.LANE_RULE:
        value = row.values.get(field.name)
        if value is None:
            may_be_none(row, field, findings)
        number = value if isinstance(value, Decimal) else None
        fault = number_fault(field.kind, number) if number is not None else None
        if fault:
            findings.add(row.place_of(field.name), *fault)
        numbers[field.name] = number
    nearest = numbers["nearest"]
    return problem.LaneRule(
        detour=numbers["detour"] or ZERO,
        farthest_km=numbers["farthest_km"],
        idr_per_kg=numbers["idr_per_kg"] or ZERO,
        idr_per_kg_km=numbers["idr_per_kg_km"] or ZERO,
        detours=outlook.detours(row, findings),
        nearest=None if nearest is None else int(nearest),
        fixed_cost_idr=numbers["fixed_cost_idr"] or ZERO,
        vehicle=outlook.rule_vehicle(row, vehicles, findings),
    )


def _problem(
    rows: Rows, network: Network, entries: Mapping[str, Entries], rule: problem.LaneRule | None
) -> problem.Problem:
    sites = _sites(network["sites"])
    vehicles = outlook.vehicles(network["vehicles"])
    periods, products, parties = network["periods"], network["products"], network["parties"]
    return problem.Problem(
        name=rows.name,
        note=rows.note,
        sha256=rows.sha256,
        periods=periods.texts("code"),
        period_names=periods.texts("name"),
        products=products.texts("code"),
        product_names=products.texts("name"),
        parties=problem.Parties(
            codes=parties.texts("code"),
            names=parties.texts("name"),
            kinds=parties.texts("kind"),
            roles=parties.texts("role"),
            villages=parties.texts("village"),
            pays_members_after_days=_counts(parties, "pays_members_after_days"),
            pays_partners_after_days=_counts(parties, "pays_partners_after_days"),
            cash_idr=_given(parties, "cash_idr"),
        ),
        sites=sites,
        supplies=_supplies(network["supplies"], entries["supplies"]),
        outlets=_channels(network["outlets"], entries["outlets"], "buyer", "pays_after_days"),
        sources=_channels(network["sources"], entries["sources"], "supplier", "due_after_days"),
        needs=_needs(network["needs"], entries["needs"]),
        processes=_processes(network["processes"], entries["processes"]),
        storages=_storages(network["storages"]),
        lanes=_lanes(network["lanes"], rule, sites, vehicles, _given(products, "loss_per_100_km")),
        local_trade=_local_trade(network["local_trade"], entries["local_trade"]),
        references=_references(network["references"]),
        vehicles=vehicles,
        today=_today(network["today"], entries["today"]),
        growers=_growers(network["growers"]),
        shelf_life_periods=_counts(products, "shelf_life_periods"),
        loss_per_100_km=_given(products, "loss_per_100_km"),
        scenarios=outlook.scenarios(network["scenarios"]),
        ranges=outlook.ranges(network["ranges"]),
        crops=outlook.crops(network["crops"]),
        lane_rule=rule,
    )


def _sites(sites: Columns) -> problem.Sites:
    return problem.Sites(
        codes=sites.texts("code"),
        names=sites.texts("name"),
        villages=sites.texts("village"),
        terrains=sites.texts("terrain"),
        party=sites.position["party"],
        lat=_degrees(sites, "lat"),
        lon=_degrees(sites, "lon"),
        part_of=sites.position["part_of"],
    )


def _degrees(sites: Columns, name: str) -> Floats:
    degrees = [np.nan if number is None else float(number) for number in sites.numbers(name)]
    return np.array(degrees, dtype=np.float64)


def _supplies(rows: Columns, entries: Entries) -> problem.Supplies:
    return problem.Supplies(
        site=rows.position["site"][entries.row],
        product=rows.position["product"][entries.row],
        period=entries.period,
        available_kg=_entered(rows, "available_kg", entries),
        cost_idr_per_kg=_entered(rows, "cost_idr_per_kg", entries),
        evidence=_evidence(rows, entries),
    )


def _channels(rows: Columns, entries: Entries, counterparty: str, days: str) -> problem.Channels:
    codes, code = _codes(rows)
    steps = [rows.steps(row) for row in range(len(rows))]
    spans, flat = _spread_spans([len(each) for each in steps], entries)
    steps_flat = [step for each in steps for step in each]
    least = _entered(rows, "least_kg", entries) if "least_kg" in rows.values else _zeros(len(entries.row))
    return problem.Channels(
        codes=codes,
        counterparties=_first_texts(rows.texts(counterparty), code, len(codes)),
        code=code[entries.row],
        owner=rows.position["owner"][entries.row],
        site=rows.position["site"][entries.row],
        product=rows.position["product"][entries.row],
        period=entries.period,
        most_kg=_entered(rows, "most_kg", entries),
        least_kg=least,
        price_idr_per_kg=_entered(rows, "price_idr_per_kg", entries),
        step_spans=spans,
        step_from_kg=Decimals.of(from_kg for from_kg, _ in steps_flat).take(flat),
        step_price_idr_per_kg=Decimals.of(price for _, price in steps_flat).take(flat),
        days=_counts(rows, days)[entries.row],
        evidence=_evidence(rows, entries),
    )


def _needs(rows: Columns, entries: Entries) -> problem.Needs:
    return problem.Needs(
        site=rows.position["site"][entries.row],
        product=rows.position["product"][entries.row],
        period=entries.period,
        kg=_entered(rows, "kg", entries),
        worth_idr_per_kg=_entered(rows, "worth_idr_per_kg", entries),
        evidence=_evidence(rows, entries),
    )


def _processes(rows: Columns, entries: Entries) -> problem.Processes:
    codes, code = _codes(rows)
    outputs = rows.parts["outputs"]
    spans, flat = _spread_spans([len(each) for each in outputs], entries)
    yields = [number for row in range(len(rows)) for number in rows.amounts("outputs", row).values()]
    return problem.Processes(
        codes=codes,
        names=_first_texts(rows.texts("name"), code, len(codes)),
        code=code[entries.row],
        owner=rows.position["owner"][entries.row],
        site=rows.position["site"][entries.row],
        input=rows.position["input"][entries.row],
        period=entries.period,
        capacity_kg=_entered(rows, "capacity_kg", entries),
        cost_idr_per_kg=_entered(rows, "cost_idr_per_kg", entries),
        opening_cost_idr=_entered(rows, "opening_cost_idr", entries),
        output_spans=spans,
        output_product=_flattened(outputs)[flat],
        output_yield=Decimals.of(yields).take(flat),
        build_cost_idr=_entered(rows, "build_cost_idr", entries),
        build_share=_or_one(_entered(rows, "build_share", entries)),
        evidence=_evidence(rows, entries),
    )


def _storages(rows: Columns) -> problem.Storages:
    opening: list[Decimal] = []
    for row, products in enumerate(rows.parts["products"]):
        stocked = dict(
            zip(rows.parts["opening_kg"][row], rows.amounts("opening_kg", row).values(), strict=True)
        )
        opening += [stocked.get(product, ZERO) for product in products]
    return problem.Storages(
        codes=rows.texts("code"),
        names=rows.texts("name"),
        owner=rows.position["owner"],
        site=rows.position["site"],
        capacity_kg=_given(rows, "capacity_kg"),
        cost_idr_per_kg=_given(rows, "cost_idr_per_kg"),
        loss=_given(rows, "loss"),
        product_spans=_spans([len(each) for each in rows.parts["products"]]),
        product=_flattened(rows.parts["products"]),
        opening_kg=Decimals.of(opening),
        build_cost_idr=_given(rows, "build_cost_idr"),
        build_share=_or_one(_given(rows, "build_share")),
        evidence=rows.texts("evidence"),
    )


def _lanes(
    rows: Columns,
    rule: problem.LaneRule | None,
    sites: problem.Sites,
    vehicles: problem.Vehicles,
    loss_per_100_km: Decimals,
) -> problem.Lanes:
    given = rows.parts["products"]
    made, made_counts, made_products = _made_lanes(rows, rule, sites, len(loss_per_100_km))
    count = len(made.start)
    start = np.concatenate([rows.position["from"], made.start])
    end = np.concatenate([rows.position["to"], made.end])
    between_nobodies = (sites.party[made.start] == problem.NOBODY) & (sites.party[made.end] == problem.NOBODY)
    fixed = rule.fixed_cost_idr if rule else ZERO
    by_rule = np.repeat(np.array([0, 1], dtype=np.int64), [len(rows), count])
    vehicle = np.concatenate([rows.position["vehicle"], np.full(count, rule.vehicle if rule else -1)])
    given_km = _given(rows, "km")
    far = given_km.floats(np.nan)
    near = hauling.road_km(rule, sites, start[: len(rows)], end[: len(rows)])
    km = np.concatenate([np.where(np.isnan(far), near, far), made.km])
    own_cost = _given(rows, "cost_idr_per_kg").followed_by(made.cost_idr_per_kg)
    own_loss = _given(rows, "loss").followed_by(_zeros(count))
    spans = _spans([*map(len, given), *made_counts.tolist()])
    product = np.concatenate([_flattened(given), made_products])
    lane = np.repeat(np.arange(len(start)), np.diff(spans.start))
    return problem.Lanes(
        start=start,
        end=end,
        cost_idr_per_kg=hauling.added(own_cost, hauling.trip_cost_idr_per_kg(vehicles, vehicle, km))
        if (vehicle != problem.NOBODY).any()
        else own_cost,
        capacity_kg=_given(rows, "capacity_kg").followed_by(_filled(count, NONE)),
        fixed_cost_idr=_given(rows, "fixed_cost_idr").followed_by(
            Decimals.of(ZERO if free else fixed for free in between_nobodies.tolist())
        ),
        by_rule=by_rule,
        product_spans=spans,
        product=product,
        loss=hauling.losses(own_loss, loss_per_100_km, lane, product, km),
        km=km,
        vehicle=vehicle.astype(np.int64),
        own_cost_idr_per_kg=own_cost,
        own_loss=own_loss,
        given_km=given_km.followed_by(_filled(count, NONE)),
    )


def _made_lanes(
    rows: Columns, rule: problem.LaneRule | None, sites: problem.Sites, product_count: int
) -> tuple[RuleLanes, Indices, Indices]:
    """Return the lanes of the rule, how many products each carries, and those products in a row.

    A given lane takes its products out of the rule's lane between the same sites.
    """
    nothing = np.zeros(0, dtype=np.int64)
    if rule is None:
        return RuleLanes(nothing, nothing, np.zeros(0), Decimals(nothing, 0)), nothing, nothing
    part = sites.part_of != problem.NOBODY
    made = rule_lanes(rule, np.where(part, np.nan, sites.lat), sites.lon, hauling.detours(rule, sites))
    # Places that have parts have given lanes only, as their parts have.
    apart = np.isin(np.arange(len(sites)), sites.part_of)
    site_count = len(sites)
    keys = made.start * site_count + made.end
    carries = np.ones((len(keys), product_count), dtype=bool)
    given_keys = rows.position["from"] * site_count + rows.position["to"]
    where = np.searchsorted(keys, given_keys)
    for row, at in enumerate(where.tolist()):
        if at < len(keys) and keys[at] == given_keys[row]:
            carries[at, list(rows.parts["products"][row])] = False
    kept = carries.any(axis=1) & ~apart[made.start] & ~apart[made.end]
    carries = carries[kept]
    lanes = RuleLanes(
        made.start[kept], made.end[kept], made.km[kept], made.cost_idr_per_kg.take(np.flatnonzero(kept))
    )
    return lanes, carries.sum(axis=1).astype(np.int64), np.nonzero(carries)[1].astype(np.int64)


def _local_trade(rows: Columns, entries: Entries) -> problem.LocalTrade:
    return problem.LocalTrade(
        site=rows.position["site"][entries.row],
        product=rows.position["product"][entries.row],
        period=entries.period,
        sell_idr_per_kg=_entered(rows, "sell_idr_per_kg", entries),
        buy_idr_per_kg=_entered(rows, "buy_idr_per_kg", entries),
        most_sell_kg=_entered(rows, "most_sell_kg", entries),
        most_buy_kg=_entered(rows, "most_buy_kg", entries),
        evidence=_evidence(rows, entries),
    )


def _today(rows: Columns, entries: Entries) -> problem.Today:
    partners = rows.texts("partner")
    return problem.Today(
        site=rows.position["site"][entries.row],
        product=rows.position["product"][entries.row],
        period=entries.period,
        sells_kg=_entered(rows, "sells_kg", entries),
        sells_idr_per_kg=_entered(rows, "sells_idr_per_kg", entries),
        cost_idr_per_kg=_entered(rows, "cost_idr_per_kg", entries),
        buys_kg=_entered(rows, "buys_kg", entries),
        buys_idr_per_kg=_entered(rows, "buys_idr_per_kg", entries),
        partners=tuple(partners[row] for row in entries.row.tolist()),
        evidence=_evidence(rows, entries),
    )


def _growers(rows: Columns) -> problem.Growers:
    return problem.Growers(
        site=rows.position["site"],
        product=rows.position["product"],
        area_ha=_given(rows, "area_ha"),
        kg_per_ha=_given(rows, "kg_per_ha"),
        fulfilment=_or_one(_given(rows, "fulfilment")),
        least_kg=_given(rows, "least_kg"),
        most_kg=_given(rows, "most_kg"),
        evidence=rows.texts("evidence"),
    )


def _references(rows: Columns) -> tuple[problem.Reference, ...]:
    names = ("code", "item", "value", "unit", "valid_from", "source", "confidence")
    return tuple(
        problem.Reference(*texts) for texts in zip(*(rows.texts(name) for name in names), strict=True)
    )


def _given(rows: Columns, name: str) -> Decimals:
    """Return a field of numbers, one for each row; a missing cost or loss is 0."""
    numbers = rows.numbers(name)
    if rows.table.field(name).missing == "zero":
        return Decimals.of(ZERO if number is None else number for number in numbers)
    return Decimals.of(numbers)


def _entered(rows: Columns, name: str, entries: Entries) -> Decimals:
    """Return a field of numbers, one for each entry."""
    return _given(rows, name).take(entries.row)


def _counts(rows: Columns, name: str) -> Indices:
    """Return a field of whole numbers, NONE where there is none; a missing number of days is 0."""
    return np.array([int(number) for number in _given(rows, name).floors().tolist()], dtype=np.int64)


def _or_one(column: Decimals) -> Decimals:
    """Return `column` with 1 where there is no number."""
    one = 10**column.places
    return Decimals(np.where(column.none, one, column.numerators), column.places)


def _evidence(rows: Columns, entries: Entries) -> tuple[str, ...]:
    texts = rows.texts("evidence")
    return tuple(texts[row] for row in entries.row.tolist()) if any(texts) else ("",) * len(entries.row)


def _codes(rows: Columns) -> tuple[tuple[str, ...], Indices]:
    """Return the codes of a table in order of first mention, and the position of each row's code."""
    codes = rows.texts("code")
    return tuple(dict.fromkeys(codes)), consistency.subject(rows)


def _first_texts(texts: Sequence[str], code: Indices, count: int) -> tuple[str, ...]:
    """Return for each code the first text that isn't empty."""
    found = [""] * count
    for text, position in zip(texts, code.tolist(), strict=True):
        found[position] = found[position] or text
    return tuple(found)


def _flattened(parts: Sequence[Sequence[int]]) -> Indices:
    return np.array([part for each in parts for part in each], dtype=np.int64)


def _spans(counts: Sequence[int]) -> problem.Spans:
    return problem.Spans(np.concatenate([[0], np.cumsum(np.array(counts, dtype=np.int64))]).astype(np.int64))


def _spread_spans(counts: Sequence[int], entries: Entries) -> tuple[problem.Spans, Indices]:
    """Return the spans of entries whose rows have `counts` parts, and where each part stands by row."""
    per_row = np.array(counts, dtype=np.int64)
    first = np.cumsum(per_row) - per_row
    per_entry = per_row[entries.row]
    spans = _spans(per_entry.tolist())
    flat = np.repeat(first[entries.row] - spans.start[:-1], per_entry) + np.arange(int(per_entry.sum()))
    return spans, flat.astype(np.int64)


def _zeros(count: int) -> Decimals:
    return _filled(count, 0)


def _filled(count: int, numerator: int) -> Decimals:
    return Decimals(np.full(count, numerator, dtype=np.int64), 0)
