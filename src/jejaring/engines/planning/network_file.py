"""A Problem -> network.json (jejaring-network/1, or a later version where it needs that), the way back from
`interchange`.

Rows for every period stay spread out, one row a period; lanes that the lane rule made stay with
the rule. Reading it again gives the same Problem, its `sha256` aside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from jejaring.engines.measures import NONE, Decimals, Floats
from jejaring.engines.planning import outlook_file, tables, terms
from jejaring.engines.planning.json_numbers import Number, json_numbers
from jejaring.engines.planning.plan_file import Json, json_bytes
from jejaring.engines.planning.problem import NOBODY, Channels, LocalTrade, Needs, Problem, Supplies


def write_network(problem: Problem) -> bytes:
    """Return network.json: the same bytes for the same network."""
    return json_bytes(network_document(problem))


def network_document(problem: Problem) -> Json:
    """Return `problem` in the oldest version of the format that can say it. Numbers that no float can say
    exactly are Decimals; what came with a later version stands there only where it says something.
    """
    local = problem.local_trade
    local_fields = ("sell_idr_per_kg", "buy_idr_per_kg", "most_sell_kg", "most_buy_kg")
    document: Json = {
        "format": tables.FORMATS[0],
        "name": problem.name,
        "note": problem.note,
        "periods": _named(problem.periods, problem.period_names),
        "products": _products(problem),
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
        **outlook_file.documents(problem),
        "terms": terms.rows(problem),
        "references": [
            {each.name: getattr(reference, each.name) for each in fields(reference)}
            for reference in problem.references
        ],
    }
    return _in_its_version(document)


def _in_its_version(document: Json) -> Json:
    """Leave out what came with a later version and says nothing; name the version that is needed."""
    needed = 1
    for table in tables.TABLES:
        later = [(field.name, field.since, _says_nothing(field)) for field in table.fields if field.since > 1]
        for row in document[table.name]:
            for name, since, nothing in later:
                if row[name] == nothing:
                    del row[name]
                else:
                    needed = max(needed, since)
        if table.since > 1:
            if document[table.name]:
                needed = max(needed, table.since)
            else:
                del document[table.name]
    for field in tables.LANE_RULE:
        if field.since > 1 and document["lane_rule"]:
            if document["lane_rule"][field.name] == _says_nothing(field):
                del document["lane_rule"][field.name]
            else:
                needed = max(needed, field.since)
    document["format"] = tables.FORMATS[needed - 1]
    return document


def _says_nothing(field: tables.Field) -> object:
    """Return what a field holds where nothing was said."""
    if field.missing == "zero":
        return 0
    if field.missing == "empty":
        return {} if field.kind == "factors" else ""
    return None


def _named(codes: Sequence[str], names: Sequence[str]) -> list[Json]:
    return [{"code": code, "name": name} for code, name in zip(codes, names, strict=True)]


def _products(problem: Problem) -> list[Json]:
    loss = json_numbers(problem.loss_per_100_km)
    return [
        {
            **named,
            "shelf_life_periods": None if life == NONE else life,
            "loss_per_100_km": loss[product],
        }
        for product, (named, life) in enumerate(
            zip(
                _named(problem.products, problem.product_names),
                problem.shelf_life_periods.tolist(),
                strict=True,
            )
        )
    ]


def _parties(problem: Problem) -> list[Json]:
    parties = problem.parties
    columns = (parties.codes, parties.names, parties.kinds, parties.roles, parties.villages)
    cash = json_numbers(parties.cash_idr)
    return [
        {
            "code": code,
            "name": name,
            "kind": kind,
            "role": role,
            "village": village,
            "pays_members_after_days": int(parties.pays_members_after_days[party]),
            "pays_partners_after_days": int(parties.pays_partners_after_days[party]),
            "cash_idr": cash[party],
        }
        for party, (code, name, kind, role, village) in enumerate(zip(*columns, strict=True))
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
            "terrain": sites.terrains[site],
            "part_of": None if sites.part_of[site] == NOBODY else sites.codes[sites.part_of[site]],
        }
        for site in range(len(sites))
    ]


def _degrees(column: Floats, site: int) -> float | None:
    return None if np.isnan(column[site]) else float(column[site])


def _placed(problem: Problem, table: Supplies | Needs | LocalTrade, names: Sequence[str]) -> list[Json]:
    columns = [json_numbers(getattr(table, name)) for name in names]
    places = zip(table.site.tolist(), table.product.tolist(), table.period.tolist(), strict=True)
    return [
        {
            "site": problem.sites.codes[site],
            "product": problem.products[product],
            "period": problem.periods[period],
            **dict(zip(names, numbers, strict=True)),
            "evidence": evidence,
        }
        for (site, product, period), evidence, *numbers in zip(places, table.evidence, *columns, strict=True)
    ]


def _channels(problem: Problem, channels: Channels, counterparty: str) -> list[Json]:
    most = json_numbers(channels.most_kg)
    least = json_numbers(channels.least_kg)
    price = json_numbers(channels.price_idr_per_kg)
    step_from = json_numbers(channels.step_from_kg)
    step_price = json_numbers(channels.step_price_idr_per_kg)
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
        written["pays_after_days" if counterparty == "buyer" else "due_after_days"] = int(channels.days[row])
        written["evidence"] = channels.evidence[row]
        rows.append(written)
    return rows


def _processes(problem: Problem) -> list[Json]:
    processes = problem.processes
    capacity = json_numbers(processes.capacity_kg)
    cost = json_numbers(processes.cost_idr_per_kg)
    opening = json_numbers(processes.opening_cost_idr)
    yields = json_numbers(processes.output_yield)
    built, shares = json_numbers(processes.build_cost_idr), json_numbers(processes.build_share)
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
            **_building(built[row], shares[row]),
            "evidence": processes.evidence[row],
        }
        for row, code in enumerate(processes.code.tolist())
    ]


def _storages(problem: Problem) -> list[Json]:
    storages = problem.storages
    capacity = json_numbers(storages.capacity_kg)
    cost = json_numbers(storages.cost_idr_per_kg)
    loss = json_numbers(storages.loss)
    opening = json_numbers(storages.opening_kg)
    built, shares = json_numbers(storages.build_cost_idr), json_numbers(storages.build_share)
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
            **_building(built[row], shares[row]),
            "evidence": storages.evidence[row],
        }
        for row, code in enumerate(storages.codes)
    ]


def _building(cost: Number, share: Number) -> Json:
    """Return what building costs; bearing all of it is what an empty share means."""
    return {"build_cost_idr": cost, "build_share": None if share == 1 else share}


def _lanes(problem: Problem) -> list[Json]:
    lanes = problem.lanes
    given = np.flatnonzero(lanes.by_rule == 0)
    cost = json_numbers(lanes.own_cost_idr_per_kg.take(given))
    capacity = json_numbers(lanes.capacity_kg.take(given))
    fixed = json_numbers(lanes.fixed_cost_idr.take(given))
    loss, km = json_numbers(lanes.own_loss.take(given)), json_numbers(lanes.given_km.take(given))
    vehicles = problem.vehicles.codes
    return [
        {
            "from": problem.sites.codes[lanes.start[lane]],
            "to": problem.sites.codes[lanes.end[lane]],
            "products": [problem.products[lanes.product[each]] for each in lanes.product_spans.of(lane)],
            "cost_idr_per_kg": cost[row],
            "capacity_kg": capacity[row],
            "fixed_cost_idr": fixed[row],
            "loss": loss[row],
            "km": km[row],
            "vehicle": None if lanes.vehicle[lane] == NOBODY else vehicles[lanes.vehicle[lane]],
        }
        for row, lane in enumerate(given.tolist())
    ]


def _lane_rule(problem: Problem) -> Json | None:
    rule = problem.lane_rule
    if rule is None:
        return None
    numbers = (rule.detour, rule.farthest_km, rule.idr_per_kg, rule.idr_per_kg_km, rule.fixed_cost_idr)
    names = ("detour", "farthest_km", "idr_per_kg", "idr_per_kg_km", "fixed_cost_idr")
    factors = json_numbers(Decimals.of(factor for _, factor in rule.detours))
    return {
        **dict(zip(names, json_numbers(Decimals.of(numbers)), strict=True)),
        "detours": dict(zip((word for word, _ in rule.detours), factors, strict=True)),
        "nearest": rule.nearest,
        "vehicle": None if rule.vehicle == NOBODY else problem.vehicles.codes[rule.vehicle],
    }
