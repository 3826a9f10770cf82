"""JSON Schemas (2020-12) of what goes in and what comes out, for `jejaring schema`.

The network's is made from `tables.TABLES`. It says what one field must be; what rows must be to
each other is told by `consistency` and `bounds`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from jejaring.engines.planning import tables
from jejaring.engines.planning.json_values import REMARKS
from jejaring.engines.planning.plan import OBJECTION_KINDS, RULES, SurplusLines
from jejaring.engines.planning.plan_file import FORMAT, SCARCE_TABLES, Json
from jejaring.engines.planning.questions.answers_schema import questions_schema
from jejaring.engines.quantities import LARGEST

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# Sorted, because the order of a set changes from run to run.
_REMARKS: Json = dict.fromkeys(sorted(REMARKS), True)
_AMOUNT: Json = {"type": "number", "minimum": 0, "maximum": LARGEST}
_CODE: Json = {"type": "string", "pattern": r"^\S(.*\S)?$"}
_STEP: Json = {
    "type": "object",
    "properties": {field.name: _AMOUNT for field in tables.STEP_FIELDS} | _REMARKS,
    "required": [field.name for field in tables.STEP_FIELDS],
    "additionalProperties": False,
}
_KINDS: dict[tables.Kind, Json] = {
    "code": _CODE,
    "text": {"type": "string"},
    "kg": _AMOUNT,
    "price": _AMOUNT,
    "rupiah": _AMOUNT,
    "rate": _AMOUNT,
    "km": _AMOUNT,
    "count": {"type": "integer", "minimum": 0, "maximum": LARGEST},
    "share": {"type": "number", "minimum": 0, "maximum": 1},
    "latitude": {"type": "number", "minimum": -90, "maximum": 90},
    "longitude": {"type": "number", "minimum": -180, "maximum": 180},
    "codes": {"type": "array", "items": _CODE, "uniqueItems": True},
    "yields": {"type": "object", "propertyNames": _CODE, "additionalProperties": _AMOUNT},
    "factors": {"type": "object", "propertyNames": _CODE, "additionalProperties": _AMOUNT},
    "kilograms": {"type": "object", "propertyNames": _CODE, "additionalProperties": _AMOUNT},
    "steps": {"type": "array", "items": _STEP},
}


def network_schema() -> Json:
    """Return the schema of a network in its newest version; a file of an older one keeps it too, but for
    what came later.
    """
    lists = {table.name: _table_schema(table) for table in tables.TABLES}
    return {
        "$schema": DIALECT,
        "$id": "urn:jejaring:network:3",
        "title": tables.FORMAT,
        "description": "A network of co-ops: what they have, need, and can do with it.",
        "type": "object",
        "properties": {
            "format": {"enum": list(tables.FORMATS)},
            **{name: {"type": ["string", "null"]} for name in tables.TOP_TEXTS},
            **{name: each for name, each in _REMARKS.items() if name not in tables.TOP_TEXTS},
            **lists,
            "lane_rule": _or_null(_row_schema(tables.LANE_RULE))
            | {"description": "A lane for every product between any two sites with positions, near enough."},
        },
        "required": ["format", *(table.name for table in tables.TABLES if not table.may_be_empty)],
        "additionalProperties": False,
    }


def plan_schema() -> Json:
    """Return the schema of jejaring-plan/1."""
    schema: Json = {
        "$schema": DIALECT,
        "$id": "urn:jejaring:plan:1",
        "title": FORMAT,
        "description": "The best joint plan of a network: what moves, what it is worth, how it is shared.",
        **_object(
            {
                "format": {"const": FORMAT},
                "network_sha256": {"type": "string", "description": "Of the bytes of the network as read."},
                "status": _words(("optimal", "gap"), "optimal: the gap is within the one asked for."),
                "value_idr": _number("The best surplus found in fractional kilograms."),
                "bound_idr": _number("A proven upper bound of it."),
                "bound_proof": _words(("duals", "solver"), "duals: checked by the program's own code."),
                "gap": _number("(bound - value) / max(1, |bound|)"),
                "surplus_idr": _number("The surplus of the whole kilograms in `flows`."),
                "surplus_lines": _surplus_lines(),
                "alone_idr": _by_party("The best surplus of each party alone."),
                "flows": _flows(),
                "prices": _with_ages(
                    _rows({"idr_per_kg": _number("Worth of one more kilogram there.")}, _SPOT)
                ),
                "sharing": _sharing(),
                "partnerships": _list_of(_partnership()),
                "scarce": _list_of(_scarce()),
                "outcomes": _list_of(_outcome()),
                "certificate": _certificate(),
                "choices": _list_of(
                    _object({"table": _TEXT, "row": _WHOLE, "period": _MAY_BE_CODE, "piece": _WHOLE})
                ),
            }
        ),
    }
    schema["properties"] |= {"today_idr": _today(), "quotas": _quotas()}
    schema["properties"]["needed_idr"] = _by_party("What the network would make less without each party.")
    schema["properties"]["cash_worth"] = {"type": "array", "items": _AMOUNT}
    # Only what was asked is there, so that it isn't required.
    schema["properties"]["questions"] = questions_schema()
    return schema


def _today() -> Json:
    schema = _by_party("What each party makes today, as it told; null where that isn't known.")
    return schema | {"additionalProperties": {"type": ["number", "null"]}}


def _quotas() -> Json:
    """Who plants what when; there where the network tells crops and growers."""
    kg = {"planned_kg": _WHOLE, "harvest_kg": _WHOLE}
    dated = {"type": ["string", "null"]}
    return _object(
        {
            "demands": _rows(
                kg | {"given_kg": _WHOLE, "floors_kept": {"type": "boolean"}}, ("product", "period")
            ),
            "quotas": _rows(
                kg | {"area_ha": _AMOUNT, "plants_on": dated, "plants_week": dated},
                ("site", "product", "period"),
            ),
            "fields": _rows({"area_ha": _AMOUNT, "needed_ha": _AMOUNT}, ("site", "product")),
        }
    )


def _table_schema(table: tables.Table) -> Json:
    schema: Json = {"type": "array", "description": table.help, "items": _row_schema(table.fields)}
    return _or_null(schema) if table.may_be_empty else {**schema, "minItems": 1}


def _row_schema(row: Iterable[tables.Field]) -> Json:
    properties = {field.name: _field_schema(field) for field in row}
    remarks = {name: each for name, each in _REMARKS.items() if name not in properties}
    return {
        "type": "object",
        "properties": properties | remarks,
        "required": [field.name for field in row if field.missing == "fault"],
        "additionalProperties": False,
    }


def _field_schema(field: tables.Field) -> Json:
    schema = _KINDS[field.kind] if field.missing == "fault" else _or_null(_KINDS[field.kind])
    unit = f" ({field.unit})" if field.unit else ""
    return {**schema, "title": field.heading + unit, **({"description": field.help} if field.help else {})}


def _or_null(schema: Json) -> Json:
    return {**schema, "type": [schema["type"], "null"]}


def _object(properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list_of(items: Json) -> Json:
    return {"type": "array", "items": items}


def _rows(values: Json, codes: Iterable[str]) -> Json:
    return _list_of(_object({**dict.fromkeys(codes, _CODE), **values}))


def _number(description: str) -> Json:
    return {"type": "number", **({"description": description} if description else {})}


def _words(words: Iterable[str], description: str) -> Json:
    return {"enum": list(words), "description": description}


def _by_party(description: str, kind: str = "number") -> Json:
    return {"type": "object", "description": description, "additionalProperties": {"type": kind}}


_SPOT = ("site", "product", "period")
_KG: Json = {"type": "integer", "minimum": 0}
_WHOLE: Json = {"type": "integer"}
_TEXT: Json = {"type": "string"}
_MAY_BE_CODE: Json = {"type": ["string", "null"]}
_SENTENCE: Json = {
    **_object({"code": _TEXT, "text": _TEXT, "facts": {"type": "object"}}),
    "description": "One sentence in English with named holes, and the facts that fill them.",
}


def _surplus_lines() -> Json:
    """What is paid for building stands only where something can be built."""
    lines = _object({each.name: _number("") for each in fields(SurplusLines)})
    lines["required"].remove("building_idr")
    return lines


def _flows() -> Json:
    kg = {"kg": {"type": "integer", "minimum": 1}}
    keys = {
        "supplies": _SPOT,
        "outlets": ("code", "period"),
        "sources": ("code", "period"),
        "needs": _SPOT,
        "local_sales": _SPOT,
        "local_purchases": _SPOT,
        "processes": ("code", "period"),
        "storages": ("code", "product", "period"),
        "lanes": ("from", "to", "product", "period"),
    }
    tables = {name: _rows(kg, codes) for name, codes in keys.items()}
    for name in ("storages", "lanes"):
        _with_ages(tables[name])
    return _object(tables)


def _with_ages(rows: Json) -> Json:
    """Return `rows`, in which goods that don't keep tell their age."""
    rows["items"]["properties"]["age_periods"] = {
        "type": "integer",
        "minimum": 1,
        "description": "Over how many period ends the goods were held before; missing means none.",
    }
    return rows


def _sharing() -> Json:
    share = _object(
        {
            "payoff_idr": _by_party("Whole rupiah, adding up to the value rounded down.", "integer"),
            "settlement_idr": _by_party("What each gets beside the site prices; adds up to 0.", "integer"),
            "worst_group": _list_of(_CODE),
            "worst_group_gain_idr": _number("What that group would gain by leaving; at most 0 is stable."),
            "worst_group_proved": _words(("exact", "bound"), "bound: no group gains more than this."),
            "stable": {"type": "boolean"},
            "epsilon_idr": _number("The least that some group must forgo; 0 when the core isn't empty."),
            "settled": {"type": "boolean", "description": "False: near the rule's payoffs, not settled."},
            "objections": _list_of(
                _object(
                    {
                        "kind": _words(OBJECTION_KINDS, "What the objection is."),
                        "parties": _list_of(_CODE),
                        "idr": _number("By how much."),
                    }
                )
            ),
        }
    )
    return {"type": "object", "propertyNames": {"enum": list(RULES)}, "additionalProperties": share}


def _partnership() -> Json:
    hand_over = {"kg": _KG, "price_idr_per_kg": _number(""), "value_idr": _number("")}
    return _object(
        {
            "giver": _CODE,
            "taker": _CODE,
            "kind": _words(
                ("sale", "toll", "storage", "marketing", "pooled_buying"), "What passes, and how."
            ),
            "kg": _KG,
            "value_idr": _number(""),
            "reason": {"anyOf": [_SENTENCE, {"type": "null"}]},
            "hand_overs": _rows(hand_over, _SPOT),
        }
    )


def _scarce() -> Json:
    scarce = _object(
        {
            "table": {"enum": list(SCARCE_TABLES)},
            "row": {**_WHOLE, "description": "Of the table in network.json, from 0."},
            "owner": _MAY_BE_CODE,
            "site": _MAY_BE_CODE,
            "product": _MAY_BE_CODE,
            "period": _MAY_BE_CODE,
            "limit_kg": _WHOLE,
            "worth_idr_per_kg": _number("What one more kilogram of the limit is worth."),
        }
    )
    scarce["properties"]["code"] = _CODE
    return scarce


def _outcome() -> Json:
    return _object(
        {
            "party": _CODE,
            "alone_idr": _number(""),
            "trades": {"type": "boolean", "description": "With another party."},
            "reasons": _list_of(_SENTENCE),
        }
    )


def _certificate() -> Json:
    return _object(
        {
            "solver": _TEXT,
            "solver_version": _TEXT,
            "solver_status": _TEXT,
            "seed": _WHOLE,
            "gap_asked": _number(""),
            "yes_no_choices": _WHOLE,
            "bound_proof": {"enum": ["duals", "solver"]},
            "linear_bound_idr": _number(""),
            "checks": _list_of(_SENTENCE),
        }
    )
