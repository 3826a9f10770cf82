"""An agreement as bytes and back: one value has one spelling, so that its SHA-256 tells versions apart.

JSON in UTF-8, keys sorted, no blanks; days as 2026-11-22, decimals as text without needless noughts,
what was never said as null. `FORMAT` names the layout.
"""

from __future__ import annotations

import hashlib
import json
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from jejaring.documents.agreements.content import Agreement
from jejaring.engines.errors import Refusal

FORMAT = "jejaring-agreement/1"

_HALF_A_SIGN = re.compile("[\ud800-\udfff]")
"""JSON can hold halves of characters, UTF-8 can't."""


def to_json(agreement: Agreement) -> bytes:
    """Return the one spelling of `agreement`."""
    content = {"format": FORMAT, "agreement": _plain(agreement)}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(agreement: Agreement) -> str:
    """Return the fingerprint of `agreement`'s one spelling, 64 hexadecimal digits."""
    return hashlib.sha256(to_json(agreement)).hexdigest()


def from_json(content: bytes) -> Agreement:
    """Return the agreement that `to_json` wrote. Raises Refusal for anything else.

    What was left out is taken as never said; what isn't known is refused, not dropped.
    """
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        raise _unreadable("", "JSON") from None
    if not isinstance(read, dict) or read.get("format") != FORMAT or set(read) != {"format", "agreement"}:
        raise _unreadable("format", FORMAT)
    made = _read(Agreement, read["agreement"], "agreement")
    assert isinstance(made, Agreement)
    return made


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    assert value is None or isinstance(value, (str, int, bool)), type(value)
    return value


def _read(kind: Any, value: object, path: str) -> object:
    """Return `value` as `kind`, a type of the fields of an Agreement."""
    kind = getattr(kind, "__supertype__", kind)
    origin = typing.get_origin(kind)
    if origin in {typing.Union, types.UnionType}:
        (inner,) = (part for part in typing.get_args(kind) if part is not type(None))
        return None if value is None else _read(inner, value, path)
    if origin is typing.Literal:
        if isinstance(value, str) and value in typing.get_args(kind):
            return value
        raise _unreadable(path, ", ".join(typing.get_args(kind)))
    if origin is tuple:
        if not isinstance(value, list):
            raise _unreadable(path, "[…]")
        inner = typing.get_args(kind)[0]
        return tuple(_read(inner, part, f"{path}[{at}]") for at, part in enumerate(value))
    if is_dataclass(kind):
        return _record(kind, value, path)
    return _single(kind, value, path)


def _record(kind: Any, value: object, path: str) -> object:
    if not isinstance(value, dict):
        raise _unreadable(path, "{…}")
    known = _types(kind)
    strange = sorted(set(value) - set(known))
    if strange:
        raise _unreadable(f"{path}.{strange[0]}", ", ".join(known))
    for field in fields(kind):
        if field.name not in value and field.default is MISSING:
            raise _unreadable(f"{path}.{field.name}", field.name)
    return kind(**{name: _read(known[name], part, f"{path}.{name}") for name, part in value.items()})


def _single(kind: Any, value: object, path: str) -> object:
    if kind is str and isinstance(value, str) and not _HALF_A_SIGN.search(value):
        return value
    if kind is bool and isinstance(value, bool):
        return value
    if kind is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind in {date, Decimal} and isinstance(value, str):
        try:
            made = date.fromisoformat(value) if kind is date else Decimal(value)
        except (ValueError, InvalidOperation):
            raise _unreadable(path, kind.__name__) from None
        if isinstance(made, date) or made.is_finite():
            return made
    raise _unreadable(path, kind.__name__)


@cache
def _types(kind: Any) -> Mapping[str, Any]:
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _unreadable(path: str, expected: str) -> Refusal:
    return Refusal(
        "agreement.unreadable",
        "This isn't an agreement as Jejaring writes it: at “{path}” {expected} was expected.",
        path=path,
        expected=expected,
    )
