"""Scenarios, seasons and commitments -> their keys in plan.json, with the schemas of these."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jejaring.engines.planning.outlook_file import number_document, selector_document
from jejaring.engines.planning.plan_file import Json, by_code, plain, sentence_document
from jejaring.engines.planning.problem import Problem, Range
from jejaring.engines.planning.questions.ahead import (
    Commitments,
    Scenarios,
    Seasons,
    Spread,
    Tried,
)
from jejaring.engines.planning.questions.changes import Change


def scenarios_json(problem: Problem, answer: Scenarios) -> Json:
    """Return the key `scenarios`: each scenario with its changes, its amounts, and what passes otherwise."""
    return {
        "standard": answer.standard,
        "market_idr": by_code(problem.parties.codes, answer.market_idr),
        "tried": [_tried(problem, each, answer.value_idr) for each in answer.tried],
    }


def _tried(problem: Problem, each: Tried, planned_idr: float) -> Json:
    parties = problem.parties.codes
    document: Json = {
        "code": each.code,
        "name": each.name,
        "said": None if each.said is None else sentence_document(each.said),
        "changes": [_change(problem, change) for change in each.changes],
        "why_not": None if each.why_not is None else sentence_document(each.why_not),
    }
    if each.why_not is not None:
        return document
    return document | {
        "value_idr": plain(each.value_idr),
        "surplus_idr": plain(each.surplus_idr),
        "difference_idr": plain(each.value_idr - planned_idr),
        "gain_idr": plain(each.gain_idr),
        "alone_idr": by_code(parties, each.alone_idr),
        "market_idr": by_code(parties, each.market_idr),
        "shifts": [
            {
                "giver": parties[shift.giver],
                "taker": parties[shift.taker],
                "kind": shift.kind,
                "product": problem.products[shift.product],
                "before_kg": shift.before_kg,
                "after_kg": shift.after_kg,
            }
            for shift in each.shifts
        ],
        "local_sales_kg": by_code(parties, each.local_sales_kg),
    }


def seasons_json(problem: Problem, answer: Seasons) -> Json:
    """Return the key `seasons`: the ranges drawn from, and how values are spread."""
    spreads = zip(problem.parties.codes, answer.alone, answer.market, strict=True)
    return {
        "seed": answer.seed,
        "count": answer.count,
        "standard": answer.standard,
        "ranges": [_range(problem, each) for each in answer.ranges],
        "impossible": answer.impossible,
        "searched": answer.searched,
        "checked": answer.checked,
        "checked_share": plain(answer.checked_share),
        "value": _spread(answer.value),
        "gain": _spread(answer.gain),
        "values_idr": [plain(each) for each in answer.values_idr],
        "gains_idr": [plain(each) for each in answer.gains_idr],
        "parties": [
            {"party": code, "alone": _spread(alone), "market": _spread(market)}
            for code, alone, market in spreads
        ],
    }


def commitments_json(problem: Problem, answer: Commitments) -> Json:
    """Return the key `commitments`: what can be promised, and how that held in fresh seasons."""
    parties = problem.parties.codes
    return {
        "seed": answer.seed,
        "count": answer.count,
        "fresh": answer.fresh,
        "kept_share": number_document(answer.kept_share),
        "fresh_share": plain(answer.fresh_share),
        "fresh_least_share": plain(answer.fresh_least_share),
        "season_least_share": plain(answer.season_least_share),
        "impossible": answer.impossible,
        "promises": [
            {
                "giver": parties[each.giver],
                "taker": parties[each.taker],
                "kind": each.kind,
                "product": problem.products[each.product],
                "period": problem.periods[each.period],
                "planned_kg": each.planned_kg,
                "kg": each.kg,
                "fresh_share": plain(each.fresh_share),
            }
            for each in answer.promises
        ],
    }


def _change(problem: Problem, change: Change) -> Json:
    selector, factor = change
    return {**selector_document(problem, selector), "factor": number_document(factor)}


def _range(problem: Problem, each: Range) -> Json:
    return {
        "code": each.code,
        "name": each.name,
        **selector_document(problem, each.selector),
        "lowest": number_document(each.lowest),
        "highest": number_document(each.highest),
        "apart": "; ".join(each.apart),
    }


def _spread(spread: Spread) -> Json:
    return {
        "p10_idr": plain(spread.p10_idr),
        "p50_idr": plain(spread.p50_idr),
        "p90_idr": plain(spread.p90_idr),
    }


# --- schemas -----------------------------------------------------------------------------------

_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "number"}
_WHOLE: Json = {"type": "integer"}
_SHARE: Json = {"type": "number", "minimum": 0, "maximum": 1}
_CODE_OR_NONE: Json = {"type": ["string", "null"]}
_BY_PARTY: Json = {"type": "object", "additionalProperties": _NUMBER}
_SAID: Json = {"type": ["object", "null"], "description": "A sentence, as elsewhere in a plan."}
_SELECTOR: Json = dict.fromkeys(("table", "field", "row"), _TEXT) | dict.fromkeys(
    ("party", "site", "product", "period"), _CODE_OR_NONE
)


def schemas() -> dict[str, Any]:
    """Return the schemas of the keys `scenarios`, `seasons` and `commitments`."""
    kinds = {"enum": ["sale", "toll", "storage", "marketing", "pooled_buying"]}
    passing = {"giver": _TEXT, "taker": _TEXT, "kind": kinds, "product": _TEXT}
    amounts = dict.fromkeys(("value_idr", "surplus_idr", "difference_idr", "gain_idr"), _NUMBER)
    spread = _object(dict.fromkeys(("p10_idr", "p50_idr", "p90_idr"), _NUMBER))
    tried = {
        "code": _TEXT,
        "name": _TEXT,
        "said": _SAID,
        "changes": _list_of(_object(_SELECTOR | {"factor": _NUMBER})),
        "why_not": _SAID,
    }
    found = {
        **amounts,
        "alone_idr": _BY_PARTY,
        "market_idr": _BY_PARTY,
        "shifts": _list_of(_object({**passing, "before_kg": _WHOLE, "after_kg": _WHOLE})),
        "local_sales_kg": _BY_PARTY,
    }
    ranged = _SELECTOR | {"code": _TEXT, "name": _TEXT, "lowest": _NUMBER, "highest": _NUMBER, "apart": _TEXT}
    return {
        "scenarios": _object(
            {
                "standard": {"type": "boolean"},
                "market_idr": _BY_PARTY,
                "tried": _list_of(_object(tried | found, required=tried)),
            }
        ),
        "seasons": _object(
            dict.fromkeys(("seed", "count", "impossible", "searched", "checked"), _WHOLE)
            | {
                "standard": {"type": "boolean"},
                "ranges": _list_of(_object(ranged)),
                "checked_share": _NUMBER,
                "value": spread,
                "gain": spread,
                "values_idr": _list_of(_NUMBER),
                "gains_idr": _list_of(_NUMBER),
                "parties": _list_of(_object({"party": _TEXT, "alone": spread, "market": spread})),
            }
        ),
        "commitments": _object(
            dict.fromkeys(("seed", "count", "fresh", "impossible"), _WHOLE)
            | dict.fromkeys(("kept_share", "fresh_share", "fresh_least_share", "season_least_share"), _SHARE)
            | {
                "promises": _list_of(
                    _object(
                        passing | {"period": _TEXT, "planned_kg": _WHOLE, "kg": _WHOLE, "fresh_share": _SHARE}
                    )
                )
            }
        ),
    }


def _object(properties: Json, required: Iterable[str] | None = None) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties if required is None else required),
        "additionalProperties": False,
    }


def _list_of(items: Json) -> Json:
    return {"type": "array", "items": items}
