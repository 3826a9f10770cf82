"""How figures are written in JSON: kilograms and rupiah as integers, prices as decimal text.

A price per kilogram is text ("6500.5") in every answer, because many programs read a JSON number with
decimals as a binary float, and 0.1 isn't one. Sent to us it is such text or an integer; a JSON number with
decimals is refused, for nobody can tell whether it was exact before it was written.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    Strict,
    StringConstraints,
    WithJsonSchema,
)

from jejaring.domain.fields import MOST
from jejaring.engines.quantities import plain_text

LARGEST_NUMBER = 2**63 - 1
ROWS_MOST = 1000
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _month(written: Any) -> Any:
    match = _MONTH.fullmatch(written) if isinstance(written, str) else None
    if match is None or int(match[1]) == 0:
        raise ValueError("month")
    return date(int(match[1]), int(match[2]), 1)


def _day(written: Any) -> Any:
    if not isinstance(written, str) or not _DAY.fullmatch(written):
        raise ValueError("day")
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise ValueError("day") from error


def _decimal(places: int, whole: int) -> BeforeValidator:
    pattern = re.compile(rf"\d{{1,{whole}}}(\.\d{{1,{places}}})?", re.ASCII)

    def read(written: Any) -> Any:
        text = str(written) if type(written) is int and abs(written) < 10**15 else written
        if not isinstance(text, str) or not pattern.fullmatch(text):
            raise ValueError(f"decimal_{places}")
        return Decimal(text)

    return BeforeValidator(read)


def _shown(value: Decimal) -> str:
    return plain_text(Decimal(value))


def _tidy(written: Any) -> Any:
    if not isinstance(written, str):
        return written
    tidy = " ".join(written.split())
    if not tidy.isprintable():
        raise ValueError("unprintable")
    return tidy


def _decimal_described(places: int, whole: int) -> WithJsonSchema:
    text = {"type": "string", "pattern": rf"^\d{{1,{whole}}}(\.\d{{1,{places}}})?$"}
    return WithJsonSchema({"anyOf": [text, {"type": "integer", "minimum": 0}]})


_DECIMAL_OUT = {"type": "string", "pattern": r"^\d+(\.\d+)?$"}

MonthSent = Annotated[
    date,
    BeforeValidator(_month),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$", "example": "2026-03"}),
]
Month = Annotated[
    date,
    PlainSerializer(lambda value: f"{value:%Y-%m}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}$", "example": "2026-03"}),
]
FirstMonth = Annotated[MonthSent | None, Query(alias="from")]
LastMonth = Annotated[MonthSent | None, Query(alias="until")]
DaySent = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
PriceSent = Annotated[Decimal, _decimal(3, 12), _decimal_described(3, 12)]
"""Rupiah for a kilogram, at most three decimals: more would be rounded away."""
FactorSent = Annotated[Decimal, _decimal(6, 4), _decimal_described(6, 4)]
"""A yield or share, at most six decimals."""
Exact = Annotated[Decimal, PlainSerializer(_shown, return_type=str), WithJsonSchema(_DECIMAL_OUT)]
Kilograms = Annotated[int, Strict(), Field(ge=0, le=MOST)]
Rupiah = Annotated[int, Strict(), Field(ge=0, le=MOST)]
RowNumber = Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]
Yes = Annotated[bool, Strict()]
# The length stands first, so that it is a text that is too long, not a list.
Code = Annotated[str, StringConstraints(strict=True, max_length=60), BeforeValidator(_tidy)]
Name = Annotated[str, StringConstraints(strict=True, max_length=120), BeforeValidator(_tidy)]
Title = Annotated[str, StringConstraints(strict=True, max_length=160), BeforeValidator(_tidy)]
Partner = Annotated[str, StringConstraints(strict=True, max_length=200), BeforeValidator(_tidy)]
Text = Annotated[str, StringConstraints(strict=True, max_length=300), BeforeValidator(_tidy)]
Known = Literal["said", "document", "weighed", "measured"]
"""How a figure is known."""


class Sent(BaseModel):
    """What a program sends. A field that isn't known is refused: it is a slip of the pen."""

    model_config = ConfigDict(extra="forbid")


class Shown(BaseModel):
    """What a program is answered."""


class Wrong(Shown):
    """One thing that was refused."""

    field: str
    """Where: answers[0].kg."""
    code: str
    message: str
    facts: dict[str, Any]


class Doubt(Shown):
    """One thing that may be a slip."""

    code: str
    message: str
    facts: dict[str, Any]


class Error(Shown):
    """Why there is no answer: `code` is for programs, `message` for people."""

    code: str
    message: str
    facts: dict[str, Any]
    faults: list[Wrong] = []
    doubts: list[Doubt] = []


class Kept(Shown):
    """How many answers were kept or taken back."""

    count: int


class Made(Shown):
    """The number of what was made or changed."""

    id: int


RequestKey = UUID
"""The same key again returns what the first request made."""
