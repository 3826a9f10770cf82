"""Rows -> jejaring-network/1 in JSON that `interchange` reads back without loss.

Rows for every period stay as they are, with their sources. What `jejaring plan` keeps beside a plan is
`network_file`'s: that is made from a Problem.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from jejaring.engines.planning import tables
from jejaring.engines.planning.plan_file import Json, json_bytes
from jejaring.engines.planning.rows import Row, Rows, Value
from jejaring.engines.quantities import plain_text


def network_json(rows: Rows) -> bytes:
    """Return `rows` as a JSON network: the same bytes for the same rows."""
    version = tables.format_of(rows.tables)
    document: Json = {"format": version, **{name: getattr(rows, name) for name in tables.TOP_TEXTS}}
    known = 1 + tables.FORMATS.index(version)
    for table in (each for each in tables.TABLES if each.since <= known):
        fields = tuple(field for field in table.fields if field.since <= known)
        document[table.name] = [_row(row, fields) for row in rows.tables.get(table.name, [])]
    document["lane_rule"] = None if rows.lane_rule is None else _row(rows.lane_rule, tables.LANE_RULE)
    return json_bytes(document)


def _row(row: Row, fields: tuple[tables.Field, ...]) -> Json:
    return {field.name: _written(row.values.get(field.name), field.kind) for field in fields}


def _written(value: Value, kind: tables.Kind) -> object:
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, Mapping):
        return {code: number(amount) for code, amount in value.items()}
    if isinstance(value, tuple) and kind == "steps":
        names = [field.name for field in tables.STEP_FIELDS]
        steps = (step for step in value if isinstance(step, tuple))
        return [dict(zip(names, map(number, step), strict=True)) for step in steps]
    return list(value) if isinstance(value, tuple) else value


def number(value: Decimal) -> int | float | Decimal:
    """Return a number as JSON will show it; a Decimal where a float would not mean the same."""
    if value == value.to_integral_value():
        return int(value)
    text = plain_text(value)
    return float(text) if repr(float(text)) == text else Decimal(text)
