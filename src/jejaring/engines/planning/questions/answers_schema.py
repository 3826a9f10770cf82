"""JSON Schema of the key `questions` of plan.json; a question is there only where it was asked."""

from __future__ import annotations

from typing import get_args

from jejaring.engines.planning.plan import RULES
from jejaring.engines.planning.plan_file import Json
from jejaring.engines.planning.questions import money_file, season_file
from jejaring.engines.planning.questions.answers import (
    STATES,
    ChangeKind,
    DeclaredKind,
    Proof,
    SubjectKind,
)

_TEXT: Json = {"type": "string"}
_CODE: Json = {"type": "string", "pattern": r"^\S(.*\S)?$"}
_MAY_BE_CODE: Json = {"type": ["string", "null"]}
_WHOLE: Json = {"type": "integer"}
_KG: Json = {"type": "integer", "minimum": 0}
_NUMBER: Json = {"type": "number"}
_MAY_BE_NUMBER: Json = {"type": ["number", "null"]}


def questions_schema() -> Json:
    """Return the schema of all questions."""
    return {
        "type": "object",
        "description": "What was asked of the plan; each question by its name.",
        "properties": {
            **{name: schema() for name, schema in _SCHEMAS.items()},
            **season_file.schemas(),
            **money_file.schemas(),
        },
        "additionalProperties": False,
    }


def _why_not() -> Json:
    change = {
        "kind": {"enum": list(get_args(ChangeKind))},
        "table": _TEXT,
        "field": _TEXT,
        "row": _WHOLE,
        "before": {"type": ["number", "string"]},
        "after": {"type": ["number", "string"]},
        "kg": {**_KG, "description": "Of the goods in question, that then come in."},
        "cost_idr": {**_WHOLE, "description": "What somebody must do without or find for it."},
        "less_km": {**_NUMBER, "description": "The road that a cheaper way stands for; 0: not known."},
        "via": {**_MAY_BE_CODE, "description": "The first other party to which they would go."},
        "proof": {"enum": list(get_args(Proof))},
    }
    left = {
        "kind": {"enum": list(get_args(SubjectKind))},
        "party": _CODE,
        "code": _MAY_BE_CODE,
        "site": _MAY_BE_CODE,
        "product": _MAY_BE_CODE,
        "period": _MAY_BE_CODE,
        "left_kg": _KG,
        "more": _WHOLE,
        "changes": _list_of(_object(change)),
    }
    return _object(
        {
            "left_aside": _list_of(_object(left)),
            "next_partners": _list_of(_object(_rival())),
            "shortages": _list_of(_object(_shortage())),
            "linear_solves": _WHOLE,
            "searches": _WHOLE,
        }
    )


def _rival() -> Json:
    return {
        "giver": _CODE,
        "taker": _CODE,
        "kind": _TEXT,
        "product": _CODE,
        "period": _CODE,
        "other": {"type": "object", "description": "A sentence: code, text, facts."},
        "other_party": _MAY_BE_CODE,
        "less_idr_per_kg": _WHOLE,
        "wins_at_idr_per_kg": {"type": ["integer", "null"]},
        "proof": {"enum": [*get_args(Proof), "prices"]},
    }


def _shortage() -> Json:
    binding = {
        "table": _TEXT,
        "row": _WHOLE,
        "owner": _MAY_BE_CODE,
        "period": _MAY_BE_CODE,
        "worth_idr_per_kg": _NUMBER,
    }
    return {
        "table": {"enum": ["needs", "outlets"]},
        "row": _WHOLE,
        "owner": _MAY_BE_CODE,
        "site": _CODE,
        "product": _CODE,
        "period": _CODE,
        "short_kg": _KG,
        "periods": _WHOLE,
        "short_periods": {"type": "array", "items": _CODE},
        "brings_idr_per_kg": _NUMBER,
        "costs_idr_per_kg": _MAY_BE_NUMBER,
        "binding": {"anyOf": [_object(binding), {"type": "null"}]},
    }


def _declarations() -> Json:
    by_rule = {"type": "object", "propertyNames": {"enum": list(RULES)}, "additionalProperties": _WHOLE}
    swing = {
        "party": _CODE,
        "kind": {"enum": list(get_args(DeclaredKind))},
        "factor": _NUMBER,
        "value_idr": _WHOLE,
        "alone_idr": _WHOLE,
        "payoff_idr": by_rule,
        "gain_idr": {**by_rule, "description": "What the party would really gain by declaring so."},
        "proof": {"enum": list(get_args(Proof))},
    }
    known = _object(dict.fromkeys(STATES, _KG))
    place = {"type": ["integer", "null"], "description": "Of `swings`; null: nobody gains."}
    return _object(
        {
            "rules": _list_of({"enum": list(RULES)}),
            "rules_not_computed": _list_of({"enum": list(RULES)}),
            "swings": _list_of(_object(swing)),
            "largest": {**by_rule, "additionalProperties": place},
            "evidence": _list_of(_object({"party": _CODE, "kg": known, "idr": known})),
        }
    )


_SCHEMAS = {"why_not": _why_not, "declarations": _declarations}


def _object(properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list_of(items: Json) -> Json:
    return {"type": "array", "items": items}
