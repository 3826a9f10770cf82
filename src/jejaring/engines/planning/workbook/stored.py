"""What a cell of an .xlsx file holds: the kinds of values, and how each is stored."""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple


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
    """A time of day, or a date that no calendar has."""

    text: str


Cell = str | Decimal | datetime.date | Percent | Truth | Error | NoValue | Time
"""What stands in a cell that isn't empty. Numbers are the shortest decimals that name what was stored."""

SheetRow = tuple[int, dict[int, Cell]]
"""A row's number and its cells by column; rows and columns count from 1."""


class Area(NamedTuple):
    """A rectangle of cells, all four edges belonging to it."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{letters(self.left)}{self.top}:{letters(self.right)}{self.bottom}"


def letters(column: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def column_number(name: str) -> int:
    """Return the number of a column: A is 1. Raises ValueError where Excel has no such column."""
    if not re.fullmatch("[A-Z]{1,3}", name):
        raise ValueError(name)
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    if number > 16_384:
        raise ValueError(name)
    return number


BLANKS = " \t\r\n\v\f\xa0\u2007\u200b\u202f\u3000\ufeff"
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_LONGEST_TEXT = 2**18
"""Excel allows 32,767 letters, each of which may be written as seven."""

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def text_stored(text: str) -> str:
    """Return a text without the blanks and line breaks at its ends; those written as _x0020_ stay.

    Raises ValueError where it is longer than any cell's.
    """
    if len(text) > _LONGEST_TEXT:
        raise ValueError("text")
    text = text.strip(BLANKS)
    if "_x" not in text:
        return text
    whole_text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    bare = whole_text.strip("\t\r\n")
    return whole_text if bare == whole_text else bare.strip(BLANKS)


def whole(text: str, most: int) -> int:
    """Return a whole number of the file's own book-keeping. Raises ValueError where it isn't one."""
    if not (text.isascii() and text.isdigit() and len(text) < 12) or int(text) > most:
        raise ValueError(text)
    return int(text)


def number_stored(text: str) -> Decimal | Error:
    """Return the shortest decimal that is stored as the same float: Excel writes 0.1 with 17 digits."""
    if len(text) <= 15 and text.isascii() and text.isdigit():
        return Decimal(text)
    if not _NUMBER.fullmatch(text):
        return Error(text)
    number = float(text)
    if not math.isfinite(number):
        return Error(text)
    if number.is_integer() and abs(number) < 1e15:
        return Decimal(int(number))
    return Decimal(repr(number))


def date_stored(number: Decimal, from_1904: bool) -> Cell:
    """Return the day with Excel's number. Below 61 lies Excel's 29 February 1900, which never was."""
    days = int(number) + (1462 if from_1904 else 0)
    if not 61 <= days <= 2_958_465:
        return Time(str(number))
    return datetime.date(1899, 12, 30) + datetime.timedelta(days=days)


def iso_date(text: str) -> Cell:
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        return Time(text)


_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_BUILT_IN_PERCENTS = {9, 10}
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


def style_kinds(elements: list[tuple[str, dict[str, str]]]) -> list[str]:
    """Return for each cell style "date", "percent" or ""."""
    formats: dict[str, str] = {}
    kinds: list[str] = []
    in_cell_styles = False
    for name, attributes in elements:
        if name == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            in_cell_styles = name == "cellXfs"
        elif name == "xf" and in_cell_styles:
            id_ = attributes.get("numFmtId", "0")
            kinds.append(_format_kind(id_, formats.get(id_, "")))
    return kinds


def _format_kind(id_: str, code: str) -> str:
    if not code:
        number = int(id_) if id_.isascii() and id_.isdigit() and len(id_) < 9 else 0
        if number in _BUILT_IN_DATES:
            return "date"
        return "percent" if number in _BUILT_IN_PERCENTS else ""
    bare = _NOT_FORMAT.sub("", code.partition(";")[0]).lower()
    if "%" in bare:
        return "percent"
    if "general" in bare or "standard" in bare:
        return ""
    # [h]:mm was taken off with the brackets; a format of nothing but that is a time as well.
    if re.search("[dmyhs]", bare) or re.search(r"\[(h|m|s)+\]", code.lower()):
        return "date"
    return ""
