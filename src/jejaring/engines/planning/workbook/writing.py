"""Rows -> an Excel workbook that `read_workbook` reads back without loss; and an empty one to fill in.

The same rows and language give the same bytes: nothing in the file tells when it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from jejaring.engines.errors import Place, Refusal
from jejaring.engines.planning import tables
from jejaring.engines.planning.rows import Row, Rows, Value
from jejaring.engines.planning.tables import EVERY_PERIOD
from jejaring.engines.planning.workbook import headings, selectors
from jejaring.engines.planning.workbook.cells import decimal_text, factors_listed, listed
from jejaring.engines.planning.workbook.headings import Language
from jejaring.engines.planning.workbook.layout import PAIRS, PAIRS_SHOWN, WIDE, Column, layout, understood
from jejaring.engines.planning.workbook.stored import BLANKS
from jejaring.engines.planning.workbook.styling import Book, Head, Written

MOST_LINES = 1_048_000
MOST_COLUMNS = 16_384
LONGEST_TEXT = 32_767

Key = tuple[str, str, int]
"""A column of a sheet: its name, which of a pair it is, and its number. Periods have the name "*"."""


def write_workbook(rows: Rows, path: Path, language: Language = "id") -> None:
    """Write `rows` as a workbook to `path`. Raises a Refusal where Excel has no room for them."""
    path.write_bytes(workbook(rows, language))


def write_template(path: Path, language: Language = "id", *, first_period: str) -> None:
    """Write an empty workbook to `path` whose periods are twelve months from `first_period` on."""
    path.write_bytes(template(language, first_period=first_period))


def workbook(rows: Rows, language: Language = "id") -> bytes:
    """Return `rows` as the bytes of a workbook. Raises a Refusal where Excel has no room for them."""
    for row in rows.tables.get("supplies", []):
        if row.values.get("available_kg") is None:
            raise Refusal(
                "workbook.supply_without_limit",
                "A supply of {product} at {site} has no limit. A workbook can't hold that: give it one.",
                product=row.values.get("product"),
                site=row.values.get("site"),
            )
    book = Book(language, rows.name)
    book.add_general(_general(rows))
    periods = _codes(rows, "periods")
    products = _codes(rows, "products")
    for name in headings.SHEETS:
        if name == "steps":
            book.add_table(name, _step_heads(language), _step_lines(rows, language))
        elif name in _TABLES:
            heads = _heads(name, rows, periods, language)
            book.add_table(name, heads, _lines(name, rows, heads, products, language))
    return book.bytes()


def template(language: Language = "id", *, first_period: str) -> bytes:
    """Return an empty workbook whose periods are twelve months from `first_period` (2026-01) on."""
    return workbook(empty_rows(language, first_period=first_period), language)


def empty_rows(language: Language = "id", *, first_period: str) -> Rows:
    """Return a network to be filled in: nothing but twelve months from `first_period` on."""
    match = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", first_period)
    if match is None:
        raise Refusal(
            "template.month", "“{period}” isn't a month. Write it as 2026-01.", period=first_period[:40]
        )
    first = int(match[1]) * 12 + int(match[2]) - 1
    months = [(f"{at // 12:04}-{at % 12 + 1:02}", _month(at, language)) for at in range(first, first + 12)]
    rows = Rows(file="")
    rows.tables["periods"] = [Row({"code": code, "name": name}, lambda _: Place()) for code, name in months]
    return rows


_MONTHS: dict[Language, tuple[str, ...]] = {
    "id": ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
           "November", "Desember"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
}  # fmt: skip


def _month(at: int, language: Language) -> str:
    return f"{_MONTHS[language][at % 12]} {at // 12}"


# --- heads ---------------------------------------------------------------------------------------

_TABLES = {table.name for table in tables.TABLES}


@dataclass(frozen=True)
class _Shape:
    """Which columns a sheet needs for its rows: periods, and the numbers of pairs."""

    periods: tuple[str, ...]
    pairs: Mapping[str, int]


def _shape(name: str, rows: Rows, periods: tuple[str, ...]) -> _Shape:
    pairs = dict(PAIRS_SHOWN)
    used: dict[str, None] = {}
    for row in rows.tables.get(name, []):
        for pair in PAIRS:
            value = row.values.get(pair)
            if isinstance(value, Mapping):
                pairs[pair] = max(pairs[pair], len(value))
        period = row.values.get("period")
        if isinstance(period, str):
            used[period] = None
    every = (EVERY_PERIOD,) if EVERY_PERIOD in used else ()
    strange = tuple(period for period in used if period not in periods and period != EVERY_PERIOD)
    return _Shape((*every, *periods, *strange), pairs)


def _heads(name: str, rows: Rows, periods: tuple[str, ...], language: Language) -> list[Head]:
    """Return the heads of a table's sheet, left to right."""
    shape = _shape(name, rows, periods)
    shown = layout(name)
    heads: list[Head] = []
    pairs_done: set[str] = set()
    for at, column in enumerate(shown.columns):
        if at == shown.period_from:
            heads += [_period_head(name, period) for period in shape.periods]
        if not column.part:
            heads.append(_head(column, language))
        elif column.name not in pairs_done:
            pairs_done.add(column.name)
            pair = [each for each in shown.columns if each.name == column.name]
            for number in range(1, shape.pairs[column.name] + 1):
                heads += [_head(each, language, number) for each in pair]
    if len(heads) > MOST_COLUMNS:
        raise _no_room(name, language)
    return heads


def _head(column: Column, language: Language, number: int = 0) -> Head:
    return Head(
        key=(column.name, column.part, number),
        text=column.written_heading(language, number),
        help=column.words.help(language),
        field=column.field,
        # The first pair must be filled in, the others may be.
        compulsory=column.compulsory and number <= 1,
    )


def _period_head(name: str, period: str) -> Head:
    """Return the head of a period; one that is called like another column says what it is."""
    text = period
    if period != EVERY_PERIOD and (understood(name, period) or headings.plain(period) in headings.UNREAD):
        text = f"Periode {period}"
    return Head(("*", period, 0), _text(text) or "", "", tables.Field("*", "kg", period), compulsory=False)


def _step_heads(language: Language) -> list[Head]:
    return [_head(column, language) for column in layout("steps").columns]


# --- lines ---------------------------------------------------------------------------------------


def _general(rows: Rows) -> dict[str, Written]:
    rule = rows.lane_rule
    values: dict[str, Written] = {
        "name": _text(rows.name),
        "note": _text(rows.note),
        "format": tables.format_of(rows.tables),
    }
    for each in tables.LANE_RULE:
        value = rule.values.get(each.name) if rule else None
        values[each.name] = _text(factors_listed(value)) if isinstance(value, Mapping) else _plain(value)
    return values


def _lines(
    name: str, rows: Rows, heads: list[Head], products: tuple[str, ...], language: Language
) -> Iterable[list[Written]]:
    """Return the cells of a table's sheet, a list for each row, as wide as `heads`."""
    table_rows = rows.tables.get(name, [])
    lines = (
        _wide_lines(name, table_rows)
        if name in WIDE
        else [_line(_values(name, row, language), products, language) for row in table_rows]
    )
    if len(lines) > MOST_LINES:
        raise _no_room(name, language)
    keys = [head.key for head in heads]
    return ([line.get(key) for key in keys] for line in lines)


def _values(name: str, row: Row, language: Language) -> Mapping[str, Value]:
    """Return what stands in the cells of a row: version 2's columns stay empty where they say 0."""
    if name in selectors.SHEETS:
        return selectors.written(row.values, language)
    later = {field.name for field in tables.table(name).fields if field.since > 1 and field.missing == "zero"}
    return {key: value for key, value in row.values.items() if key not in later or value != 0}


def _line(values: Mapping[str, Value], products: tuple[str, ...], language: Language) -> dict[Key, Written]:
    line: dict[Key, Written] = {}
    for name, value in values.items():
        if name == "steps":
            continue
        if name in PAIRS and isinstance(value, Mapping):
            if not value and name == "outputs":
                line[name, "product", 1] = headings.NO_CODES
            for at, (code, amount) in enumerate(value.items(), start=1):
                line[name, "product", at] = _text(code)
                line[name, "amount", at] = number(amount)
        elif isinstance(value, tuple):
            codes = [code for code in value if isinstance(code, str)]
            line[name, "", 0] = _text(listed(codes, products, language))
        else:
            line[name, "", 0] = _plain(value)
    return line


def _wide_lines(name: str, rows: Iterable[Row]) -> list[dict[Key, Written]]:
    """Return a line for each site, product, price and source; a second one where a period repeats."""
    amount_name = WIDE[name]
    lines: list[dict[Key, Written]] = []
    by_about: dict[tuple[Value, ...], list[dict[Key, Written]]] = {}
    for row in rows:
        shared = {key: value for key, value in row.values.items() if key not in {"period", amount_name}}
        amount = row.values.get(amount_name)
        cell: Key = ("*", str(row.values.get("period", "")), 0)
        same = by_about.setdefault(tuple(shared.values()), [])
        line = next((each for each in same if cell not in each), None)
        if line is None:
            line = {(key, "", 0): _plain(value) for key, value in shared.items()}
            same.append(line)
            lines.append(line)
        line[cell] = number(amount) if isinstance(amount, Decimal) else None
    return lines


def _step_lines(rows: Rows, language: Language) -> Iterable[list[Written]]:
    for table, words in (("outlets", headings.OUTLET_WORDS), ("sources", headings.SOURCE_WORDS)):
        for row in rows.tables.get(table, []):
            steps = row.values.get("steps")
            if not isinstance(steps, tuple):
                continue
            code, period = _plain(row.values.get("code")), _plain(row.values.get("period"))
            for step in steps:
                if isinstance(step, tuple):
                    from_kg, price = step
                    yield [words.name(language), code, period, None, number(from_kg), number(price)]


def _plain(value: Value) -> Written:
    if isinstance(value, Decimal):
        return number(value)
    return _text(value) if isinstance(value, str) else None


def number(value: Decimal) -> Written:
    """Return a number as a cell holds it, or as text where a cell's float would change it."""
    if value == value.to_integral_value() and abs(value) < 10**15:
        return int(value)
    # openpyxl writes 16 digits of a float.
    written = f"{float(value):.16g}"
    if Decimal(repr(float(written))) == value:
        return float(written)
    return decimal_text(value)


_UNWRITABLE = re.compile(
    f"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{{4}}_)|^[{BLANKS}]+|[{BLANKS}]+\\Z"
)


def _text(text: str) -> str | None:
    """Return text as Excel writes it: what XML can't hold stands as _x0007_."""
    if len(text) > LONGEST_TEXT:
        raise Refusal(
            "workbook.long_text",
            "A text of {length} letters has no room in a cell of Excel: “{start}…”.",
            length=len(text),
            start=text[:40],
        )
    return (
        _UNWRITABLE.sub(lambda match: "".join(f"_x{ord(letter):04X}_" for letter in match[0]), text) or None
    )


def _codes(rows: Rows, table: str) -> tuple[str, ...]:
    codes = (row.values.get("code") for row in rows.tables.get(table, []))
    return tuple(code for code in codes if isinstance(code, str))


def _no_room(name: str, language: Language) -> Refusal:
    return Refusal(
        "workbook.no_room",
        "The sheet “{sheet}” would be larger than Excel allows; write the network as JSON.",
        sheet=headings.SHEETS[name].name(language),
    )
