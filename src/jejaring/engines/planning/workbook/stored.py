"""What a cell of an .xlsx file holds: the kinds of values, made of what openpyxl gives."""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.utils.escape import unescape


@dataclass(frozen=True)
class Percent:
    """A number shown as a percentage: 53.2 % is 0.532."""

    value: Decimal


@dataclass(frozen=True)
class Truth:
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True)
class Error:
    """An error that a formula came to (#REF!), or a number that isn't one."""

    text: str


@dataclass(frozen=True)
class NoValue:
    """A formula that no program has worked out yet."""


@dataclass(frozen=True)
class Time:
    """A time of day, or a date that no calendar has, as Excel's number."""

    text: str


Cell = str | Decimal | datetime.date | Percent | Truth | Error | NoValue | Time
"""What stands in a cell that isn't empty. Numbers are the shortest decimals that name what was stored."""

SheetRow = tuple[int, dict[int, Cell]]
"""A row's number and its cells by column; rows and columns count from 1."""


class Area(NamedTuple):
    """A rectangle of cells, all four edges belonging to it."""

    left: int
    top: int
    right: int
    bottom: int

    def __str__(self) -> str:
        return f"{letters(self.left)}{self.top}:{letters(self.right)}{self.bottom}"


def letters(column: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA; 0 is none."""
    return get_column_letter(column) if column else ""


BLANKS = " \t\r\n\v\f\xa0\u2007\u200b\u202f\u3000\ufeff"
_LONGEST_TEXT = 2**18
"""Excel allows 32,767 letters, each of which may be written as seven."""


def cell_stored(cell: Any, epoch: datetime.datetime) -> Cell | None:
    """Return what a cell read by openpyxl holds, None where nothing."""
    value = cell.value
    kind = cell.data_type
    if value is None:
        return None
    if kind == "n":
        number = _number(value)
        if isinstance(number, Decimal) and cell.has_style and _is_percent(cell.number_format):
            return Percent(number)
        return number
    if kind == "b":
        return Truth(value)
    if kind == "e":
        return Error(value)
    return _day(value, epoch) if kind == "d" else _text(value) or None


def _number(number: float) -> Decimal | Error:
    """Return the shortest decimal that is stored as the same float: Excel writes 0.1 with 17 digits."""
    if isinstance(number, int) and abs(number) < 10**15:
        return Decimal(number)
    number = float(number)
    if not math.isfinite(number):
        return Error("#NUM!")
    return Decimal(int(number)) if number.is_integer() and abs(number) < 1e15 else Decimal(repr(number))


@lru_cache
def _is_percent(number_format: str) -> bool:
    """Return whether a format multiplies by 100; a quoted or escaped % is only a letter."""
    return "%" in re.sub(r'"[^"]*"|\\.|_.|\*.', "", number_format.partition(";")[0])


def _day(value: Any, epoch: datetime.datetime) -> Cell:
    """Return a day. Before March 1900 lies Excel's 29 February, which never was."""
    day = value.date() if isinstance(value, datetime.datetime) else value
    if isinstance(day, datetime.date) and day >= datetime.date(1900, 3, 1):
        return day
    return Time(f"{to_excel(value, epoch):.15g}")  # type: ignore[no-untyped-call]


def _text(text: str) -> str:
    """Return a text without the blanks and line breaks at its ends; those written as _x0020_ stay.

    Raises ValueError where it is longer than any cell's.
    """
    if len(text) > _LONGEST_TEXT:
        raise ValueError("text")
    text = text.strip(BLANKS)
    if "_x" not in text:
        return text
    whole_text = unescape(text)
    bare = whole_text.strip("\t\r\n")
    return whole_text if bare == whole_text else bare.strip(BLANKS)
