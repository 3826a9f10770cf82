"""A Problem -> network.json (jejaring-network/1), the way back from `interchange`.

Rows for every period stay spread out, one row a period; lanes that the lane rule made stay with
the rule. Reading it again gives the same Problem, its `sha256` aside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from decimal import Decimal

import numpy as np

from jejaring.engines.measures import NONE, Decimals, Floats
from jejaring.engines.planning import tables
from jejaring.engines.planning.plan_file import Json, json_bytes
from jejaring.engines.planning.problem import NOBODY, Channels, LocalTrade, Needs, Problem, Supplies

Number = int | float | Decimal | None
"""A number as JSON will show it; a Decimal where a float would not mean the same."""


def write_network(problem: Problem) -> bytes:
    """Return network.json: the same bytes for the same network."""
    return json_bytes(network_document(problem))


def network_document(problem: Problem) -> Json:
    """Return `problem` as jejaring-network/1. Numbers that no float can say exactly are Decimals."""
    local = problem.local_trade
    local_fields = ("sell_idr_per_kg", "buy_idr_per_kg", "most_sell_kg", "most_buy_kg")
    return {
        "format": tables.FORMAT,
        "name": problem.name,
        "note": problem.note,
        "periods": _named(problem.periods, problem.period_names),
        "products": _named(problem.products, problem.product_names),
        "parties": _parties(problem),
        "sites": _sites(problem),
        "supplies": _placed(problem, problem.supplies, ("available_kg", "cost_idr_per_kg")),
        "outlets": _channels(problem, problem.outlets, "buyer"),
        "sources": _channels(problem, problem.sources, "supplier"),
        "needs": _placed(problem, problem.needs, ("kg", "worth_idr_per_kg")),
        "processes": _processes(problem),
        "storages": _storages(problem),
        "lanes": _lanes(problem),
        "lane_rule": _lane_rule(problem),
        "local_trade": _placed(problem, local, local_fields),
        "references": [
            {each.name: getattr(reference, each.name) for each in fields(reference)}
            for reference in problem.references
        ],
    }


def _named(codes: Sequence[str], names: Sequence[str]) -> list[Json]:
    return [{"code": code, "name": name} for code, name in zip(codes, names, strict=True)]


def _parties(problem: Problem) -> list[Json]:
    parties = problem.parties
    columns = (parties.codes, parties.names, parties.kinds, parties.roles, parties.villages)
    return [
        {"code": code, "name": name, "kind": kind, "role": role, "village": village}
        for code, name, kind, role, village in zip(*columns, strict=True)
    ]


def _sites(problem: Problem) -> list[Json]:
    sites = problem.sites
    return [
        {
            "code": sites.codes[site],
            "party": None if sites.party[site] == NOBODY else problem.parties.codes[sites.party[site]],
            "lat": _degrees(sites.lat, site),
            "lon": _degrees(sites.lon, site),
            "name": sites.names[site],
            "village": sites.villages[site],
        }
        for site in range(len(sites))
    ]


def _degrees(column: Floats, site: int) -> float | None:
    return None if np.isnan(column[site]) else float(column[site])


def _placed(problem: Problem, table: Supplies | Needs | LocalTrade, names: Sequence[str]) -> list[Json]:
    columns = [_numbers(getattr(table, name)) for name in names]
    places = zip(table.site.tolist(), table.product.tolist(), table.period.tolist(), strict=True)
    return [
        {
            "site": problem.sites.codes[site],
            "product": problem.products[product],
            "period": problem.periods[period],
            **dict(zip(names, numbers, strict=True)),
        }
        for (site, product, period), *numbers in zip(places, *columns, strict=True)
    ]


def _channels(problem: Problem, channels: Channels, counterparty: str) -> list[Json]:
    most = _numbers(channels.most_kg)
    least = _numbers(channels.least_kg)
    price = _numbers(channels.price_idr_per_kg)
    step_from = _numbers(channels.step_from_kg)
    step_price = _numbers(channels.step_price_idr_per_kg)
    rows: list[Json] = []
    for row, code in enumerate(channels.code.tolist()):
        written: Json = {
            "code": channels.codes[code],
            "owner": problem.parties.codes[channels.owner[row]],
            "site": problem.sites.codes[channels.site[row]],
            "product": problem.products[channels.product[row]],
            "period": problem.periods[channels.period[row]],
            "most_kg": most[row],
        }
        if counterparty == "buyer":
            written["least_kg"] = least[row]
        written["price_idr_per_kg"] = price[row]
        written["steps"] = [
            {"from_kg": step_from[step], "price_idr_per_kg": step_price[step]}
            for step in channels.step_spans.of(row)
        ]
        written[counterparty] = channels.counterparties[code]
        rows.append(written)
    return rows


def _processes(problem: Problem) -> list[Json]:
    processes = problem.processes
    capacity = _numbers(processes.capacity_kg)
    cost = _numbers(processes.cost_idr_per_kg)
    opening = _numbers(processes.opening_cost_idr)
    yields = _numbers(processes.output_yield)
    return [
        {
            "code": processes.codes[code],
            "owner": problem.parties.codes[processes.owner[row]],
            "site": problem.sites.codes[processes.site[row]],
            "input": problem.products[processes.input[row]],
            "outputs": {
                problem.products[processes.output_product[output]]: yields[output]
                for output in processes.output_spans.of(row)
            },
            "period": problem.periods[processes.period[row]],
            "capacity_kg": capacity[row],
            "cost_idr_per_kg": cost[row],
            "opening_cost_idr": opening[row],
            "name": processes.names[code],
        }
        for row, code in enumerate(processes.code.tolist())
    ]


def _storages(problem: Problem) -> list[Json]:
    storages = problem.storages
    capacity = _numbers(storages.capacity_kg)
    cost = _numbers(storages.cost_idr_per_kg)
    loss = _numbers(storages.loss)
    opening = _numbers(storages.opening_kg)
    listed = [problem.products[product] for product in storages.product.tolist()]
    return [
        {
            "code": code,
            "owner": problem.parties.codes[storages.owner[row]],
            "site": problem.sites.codes[storages.site[row]],
            "products": [listed[each] for each in storages.product_spans.of(row)],
            "capacity_kg": capacity[row],
            "cost_idr_per_kg": cost[row],
            "loss": loss[row],
            "opening_kg": {
                listed[each]: opening[each] for each in storages.product_spans.of(row) if opening[each]
            },
            "name": storages.names[row],
        }
        for row, code in enumerate(storages.codes)
    ]


def _lanes(problem: Problem) -> list[Json]:
    lanes = problem.lanes
    given = np.flatnonzero(lanes.by_rule == 0)
    cost = _numbers(lanes.cost_idr_per_kg.take(given))
    capacity = _numbers(lanes.capacity_kg.take(given))
    fixed = _numbers(lanes.fixed_cost_idr.take(given))
    return [
        {
            "from": problem.sites.codes[lanes.start[lane]],
            "to": problem.sites.codes[lanes.end[lane]],
            "products": [problem.products[lanes.product[each]] for each in lanes.product_spans.of(lane)],
            "cost_idr_per_kg": cost[row],
            "capacity_kg": capacity[row],
            "fixed_cost_idr": fixed[row],
        }
        for row, lane in enumerate(given.tolist())
    ]


def _lane_rule(problem: Problem) -> Json | None:
    rule = problem.lane_rule
    if rule is None:
        return None
    numbers = (rule.detour, rule.farthest_km, rule.idr_per_kg, rule.idr_per_kg_km)
    written = _numbers(Decimals.of(numbers))
    return dict(zip((field.name for field in tables.LANE_RULE), written, strict=True))


def _numbers(column: Decimals) -> list[Number]:
    """Return a column as JSON numbers that mean exactly the same."""
    written: dict[int, Number] = {NONE: None}
    numbers: list[Number] = []
    for numerator in column.numerators.tolist():
        if numerator not in written:
            written[numerator] = _number(numerator, column.places)
        numbers.append(written[numerator])
    return numbers


def _number(numerator: int, places: int) -> int | float | Decimal:
    scale: int = 10**places
    whole, part = divmod(numerator, scale)
    if not part:
        return whole
    text = f"{whole}.{part:0{places}d}".rstrip("0")
    return float(text) if repr(float(text)) == text else Decimal(text)
