"""A plan and its shares -> plan.json (jejaring-plan/1). The way back is `plan_reading`.

Kilograms are whole. Prices and rupiah keep at most 6 decimals, and are whole numbers where they
are whole; everything stands in the problem's order. So the same plan gives the same bytes.
Keys beyond network-format.md: surplus_lines, partnerships, scarce, outcomes, certificate, choices,
needed_idr, and in each rule of sharing settlement_idr, worst_group_proved, stable, epsilon_idr, settled,
objections. `schema` has them.
What is asked beside a plan (today_idr, quotas) comes from `questions.plan_keys`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import fields
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from jejaring.engines.errors import Place, Sentence
from jejaring.engines.measures import Indices
from jejaring.engines.planning.plan import FlowTable, HandOver, Plan, Scarce, Share
from jejaring.engines.planning.problem import Channels, Problem, Processes
from jejaring.engines.planning.questions import plan_keys

FORMAT = "jejaring-plan/1"
PLACES = 6
"""Decimals of rupiah and prices."""

GAP_PLACES = 12

SCARCE_TABLES = (
    "supplies", "outlets", "sources", "needs", "processes", "storages", "lanes",
    "local_sales", "local_purchases", "vehicles",
)  # fmt: skip
"""What `Scarce.table` may be."""

Json = dict[str, Any]


def write_plan(problem: Problem, plan: Plan, shares: Iterable[Share], questions: Json | None = None) -> bytes:
    """Return plan.json: the same bytes for the same plan. `questions`: as `answers_file` writes them."""
    document = plan_document(problem, plan, shares)
    return json_bytes(document if questions is None else {**document, "questions": questions})


def json_bytes(document: Json) -> bytes:
    """Return `document` as JSON with one line for each key at the top and for each row of a list."""
    lines = [f"{json.dumps(key)}: {_lines(value)}" for key, value in document.items()]
    return ("{" + ",\n ".join(lines) + "}\n").encode("utf-8")


def plan_document(problem: Problem, plan: Plan, shares: Iterable[Share]) -> Json:
    """Return `plan` and its `shares` as jejaring-plan/1."""
    parties = problem.parties.codes
    shares = tuple(shares)
    needed = next((share.needed_idr for share in shares if share.needed_idr), ())
    return {
        "format": FORMAT,
        "network_sha256": problem.sha256,
        "status": plan.status,
        "value_idr": plain(plan.value_idr),
        "bound_idr": plain(plan.bound_idr),
        "bound_proof": plan.certificate.bound_proof,
        "gap": plain(plan.gap, GAP_PLACES),
        "surplus_idr": plain(plan.surplus_idr),
        "surplus_lines": {
            each.name: plain(getattr(plan.lines, each.name))
            for each in fields(plan.lines)
            if each.name != "building_idr" or problem.builds
        },
        "alone_idr": by_code(parties, plan.alone_idr),
        "flows": _flows(problem, plan),
        "prices": _prices(problem, plan),
        "sharing": {share.rule: _share(parties, share) for share in shares},
        **({"needed_idr": by_code(parties, needed)} if needed else {}),
        "partnerships": [
            {
                "giver": parties[each.giver],
                "taker": parties[each.taker],
                "kind": each.kind,
                "kg": each.kg,
                "value_idr": plain(each.value_idr),
                "reason": None if each.reason is None else sentence_document(each.reason),
                "hand_overs": [_hand_over(problem, hand_over) for hand_over in each.hand_overs],
            }
            for each in plan.partnerships
        ],
        "scarce": [_scarce(problem, each) for each in plan.scarce],
        "outcomes": [
            {
                "party": parties[each.party],
                "alone_idr": plain(each.alone_idr),
                "trades": each.trades,
                "reasons": [sentence_document(reason) for reason in each.reasons],
            }
            for each in plan.outcomes
        ],
        "certificate": _certificate(plan),
        "choices": [
            {
                "table": each.table,
                "row": each.row,
                "period": _code_or_none(problem.periods, each.period),
                "piece": each.piece,
            }
            for each in plan.choices
        ],
        **({"cash_worth": [plain(each, 9) for each in plan.cash_worth]} if plan.cash_worth else {}),
        **plan_keys.documents(problem, plan),
    }


def plain(number: float, places: int = PLACES) -> int | float:
    """Return `number` with at most `places` decimals, a whole one as an int."""
    if isinstance(number, int):
        return number
    assert math.isfinite(number)
    rounded = round(float(number), places)
    return int(rounded) if rounded.is_integer() else rounded


def by_code(codes: tuple[str, ...], amounts: Iterable[float]) -> dict[str, int | float]:
    """Return `amounts` by code."""
    return {code: plain(amount) for code, amount in zip(codes, amounts, strict=True)}


def sentence_document(sentence: Sentence) -> Json:
    """Return a sentence with the facts that fill it."""
    return {
        "code": sentence.code,
        "text": sentence.text,
        "facts": {name: _fact(value) for name, value in sentence.facts.items()},
    }


def _fact(value: object) -> object:
    """Return a fact as JSON from which `plan_reading` makes the same fact again."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return plain(float(value))
    if isinstance(value, (tuple, list)):
        return [_fact(part) for part in value]
    if isinstance(value, Sentence):
        return sentence_document(value)
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, Fraction):
        return {"fraction": str(value)}
    assert isinstance(value, Place), f"a fact of a kind that plan.json doesn't have: {type(value).__name__}"
    return str(value)


def _flows(problem: Problem, plan: Plan) -> Json:
    flows = plan.flows
    local = problem.local_trade
    return {
        "supplies": _site_flows(problem, problem.supplies.site, problem.supplies.product, flows.supplies),
        "outlets": _code_flows(problem, problem.outlets, flows.outlets),
        "sources": _code_flows(problem, problem.sources, flows.sources),
        "needs": _site_flows(problem, problem.needs.site, problem.needs.product, flows.needs),
        "local_sales": _site_flows(problem, local.site, local.product, flows.local_sales),
        "local_purchases": _site_flows(problem, local.site, local.product, flows.local_purchases),
        "processes": _code_flows(problem, problem.processes, flows.processes),
        "storages": _storage_flows(problem, flows.storages),
        "lanes": _lane_flows(problem, flows.lanes),
    }


def _in_order(flows: FlowTable) -> Iterable[tuple[int, int, Json]]:
    """Yield row, period and kilograms (with their age above 0) of every flow above zero, in the problem's
    order.
    """
    order = np.lexsort((flows.age, flows.period, flows.row))
    columns = (each[order].tolist() for each in (flows.row, flows.period, flows.kg, flows.age))
    return (
        (row, period, _aged({"kg": kg}, age)) for row, period, kg, age in zip(*columns, strict=True) if kg
    )


def _aged(document: Json, age: int) -> Json:
    """Return `document` with the age of the goods where they were held before."""
    return {"age_periods": age} | document if age else document


def _site_flows(problem: Problem, site: Indices, product: Indices, flows: FlowTable) -> list[Json]:
    return [
        {
            "site": problem.sites.codes[site[row]],
            "product": problem.products[product[row]],
            "period": problem.periods[period],
        }
        | kg
        for row, period, kg in _in_order(flows)
    ]


def _code_flows(problem: Problem, table: Channels | Processes, flows: FlowTable) -> list[Json]:
    return [
        {"code": table.codes[table.code[row]], "period": problem.periods[period]} | kg
        for row, period, kg in _in_order(flows)
    ]


def _storage_flows(problem: Problem, flows: FlowTable) -> list[Json]:
    storages = problem.storages
    storage = np.repeat(np.arange(len(storages.codes)), np.diff(storages.product_spans.start))
    return [
        {
            "code": storages.codes[storage[row]],
            "product": problem.products[storages.product[row]],
            "period": problem.periods[period],
        }
        | kg
        for row, period, kg in _in_order(flows)
    ]


def _lane_flows(problem: Problem, flows: FlowTable) -> list[Json]:
    lanes, sites = problem.lanes, problem.sites.codes
    lane = np.repeat(np.arange(len(lanes.start)), np.diff(lanes.product_spans.start))
    return [
        {
            "from": sites[lanes.start[lane[row]]],
            "to": sites[lanes.end[lane[row]]],
            "product": problem.products[lanes.product[row]],
            "period": problem.periods[period],
        }
        | kg
        for row, period, kg in _in_order(flows)
    ]


def _prices(problem: Problem, plan: Plan) -> list[Json]:
    prices = plan.prices
    order = np.lexsort((prices.age, prices.period, prices.product, prices.site))
    return [
        {
            "site": problem.sites.codes[prices.site[at]],
            "product": problem.products[prices.product[at]],
            "period": problem.periods[prices.period[at]],
        }
        | _aged({"idr_per_kg": plain(prices.idr_per_kg[at])}, int(prices.age[at]))
        for at in order.tolist()
    ]


def _share(parties: tuple[str, ...], share: Share) -> Json:
    return {
        "payoff_idr": by_code(parties, share.payoff_idr),
        "settlement_idr": by_code(parties, share.settlement_idr),
        "worst_group": [parties[party] for party in share.worst_group],
        "worst_group_gain_idr": plain(share.worst_group_gain_idr),
        "worst_group_proved": share.proved,
        "stable": share.stable,
        "epsilon_idr": plain(share.epsilon_idr),
        "settled": share.settled,
        "objections": [
            {"kind": each.kind, "parties": [parties[party] for party in each.parties], "idr": plain(each.idr)}
            for each in share.objections
        ],
    }


def _hand_over(problem: Problem, each: HandOver) -> Json:
    return {
        "site": problem.sites.codes[each.site],
        "product": problem.products[each.product],
        "period": problem.periods[each.period],
        "kg": each.kg,
        "price_idr_per_kg": plain(each.price_idr_per_kg),
        "value_idr": plain(each.value_idr),
    }


def _scarce(problem: Problem, each: Scarce) -> Json:
    document: Json = {"table": each.table, "row": each.row}
    if each.table in {"outlets", "sources", "processes"}:
        table: Channels | Processes = getattr(problem, each.table)
        document["code"] = table.codes[table.code[each.row]]
    elif each.table == "vehicles":
        document["code"] = problem.vehicles.codes[each.row]
    return document | {
        "owner": _code_or_none(problem.parties.codes, each.owner),
        "site": _code_or_none(problem.sites.codes, each.site),
        "product": _code_or_none(problem.products, each.product),
        "period": _code_or_none(problem.periods, each.period),
        "limit_kg": each.limit_kg,
        "worth_idr_per_kg": plain(each.worth_idr_per_kg),
    }


def _code_or_none(codes: tuple[str, ...], position: int) -> str | None:
    return None if position < 0 else codes[position]


def _certificate(plan: Plan) -> Json:
    certificate = plan.certificate
    return {
        "solver": certificate.solver,
        "solver_version": certificate.solver_version,
        "solver_status": certificate.solver_status,
        "seed": certificate.seed,
        "gap_asked": plain(certificate.gap_asked, GAP_PLACES),
        "yes_no_choices": certificate.yes_no_choices,
        "bound_proof": certificate.bound_proof,
        "linear_bound_idr": plain(certificate.linear_bound_idr),
        "checks": [sentence_document(check) for check in certificate.checks],
    }


def _lines(value: object) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n  " + ",\n  ".join(_text(each) for each in value) + "]"
    if isinstance(value, Mapping) and any(isinstance(each, (list, dict)) for each in value.values()):
        return (
            "{\n  " + ",\n  ".join(f"{json.dumps(key)}: {_lines(each)}" for key, each in value.items()) + "}"
        )
    return _text(value)


def _text(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except TypeError:
        # A Decimal: too long for a float to mean the same.
        if isinstance(value, Mapping):
            parts = (f"{_text(str(key))}: {_text(each)}" for key, each in value.items())
            return "{" + ", ".join(parts) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(_text(each) for each in value) + "]"
        assert isinstance(value, Decimal)
        return f"{value:f}"
