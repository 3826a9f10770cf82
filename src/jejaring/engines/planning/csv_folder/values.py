"""One cell of a CSV file -> one typed value, and back. Numbers, units and lists are read as in workbooks.

Lists that a workbook spreads over columns or rows stand in one cell here: `beras=0.532; dedak=0.07` for
yields and kilograms, `20000=12300; 30000=12400` (from so many kilograms = so many rupiah) for price
steps. A product that holds a sign of the list stands in double quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from jejaring.engines.errors import Refusal, Sentence
from jejaring.engines.planning import json_values, tables
from jejaring.engines.planning.csv_folder.delimited import LONGEST_CELL
from jejaring.engines.planning.json_values import WrongValue
from jejaring.engines.planning.rows import Value
from jejaring.engines.planning.tables import Field, Kind
from jejaring.engines.planning.workbook import cells, headings
from jejaring.engines.planning.workbook.cells import Codes, Unit, Wrong
from jejaring.engines.planning.workbook.stored import BLANKS
from jejaring.engines.quantities import MOST_DECIMALS, plain_text

_RATE = Field("yield", "rate", "Yield")
_STEP_PRICE = tables.STEP_FIELDS[1]


def value_of(text: str, field: Field, codes: Codes, unit: Unit) -> Value:
    """Return what a cell that isn't empty says. Raises Wrong."""
    return _READERS[field.kind](text, field, codes, unit)


def missing_value(field: Field) -> Value:
    """Return what an empty cell, or a missing column, means where it may be missing."""
    if field.missing == "zero":
        return Decimal(0)
    return _EMPTY.get(field.kind, "") if field.missing == "empty" else None


_EMPTY: dict[Kind, Value] = {"codes": (), "steps": (), "yields": {}, "kilograms": {}, "factors": {}}


# --- cells that a spreadsheet would take for a formula -------------------------------------------

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def shielded(text: str) -> str:
    """Return `text` as it is written: with an apostrophe before it where a spreadsheet would calculate."""
    return f"'{text}" if _FORMULA.match(text) and text != headings.NO_CODES else text


def unshielded(text: str) -> str:
    """Return `text` without the apostrophe that `shielded` puts before it."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


# --- reading -------------------------------------------------------------------------------------

_Reader = Callable[[str, Field, Codes, Unit], Value]


def _text(text: str, _field: Field, _codes: Codes, _unit: Unit) -> Value:
    return _checked("text", unshielded(text))


def _code(text: str, field: Field, codes: Codes, _unit: Unit) -> Value:
    bare = unshielded(text.strip(BLANKS))
    return _checked("code", cells.period_of(bare, codes) if field.refers_to == "periods" else bare)


def _checked(kind: Kind, text: str) -> Value:
    try:
        return json_values.read_value(kind, text)
    except WrongValue as error:
        _, wrong, right = error.faults[0]
        raise Wrong(wrong, right) from error


def _number(text: str, field: Field, _codes: Codes, _unit: Unit) -> Value:
    return cells.number_of(text.strip(BLANKS), field)


def _kg(text: str, _field: Field, _codes: Codes, unit: Unit) -> Value:
    return cells.kg_of(text.strip(BLANKS), unit)


def _list(text: str, _field: Field, codes: Codes, _unit: Unit) -> Value:
    return cells.codes_of(unshielded(text.strip(BLANKS)), codes)


def _amounts(text: str, field: Field, _codes: Codes, unit: Unit) -> Value:
    found: dict[str, Decimal] = {}
    for code, amount in _pairs(text, field):
        if code in found:
            raise Wrong(
                Sentence("cell.product_twice", "“{code}” stands in this row twice.", {"code": code}),
                Sentence("cell.product_twice.right", "Write each product once."),
            )
        found[code] = (
            cells.kg_of(amount, unit) if field.kind == "kilograms" else cells.number_of(amount, _RATE)
        )
    return found


def _steps(text: str, field: Field, _codes: Codes, unit: Unit) -> Value:
    return tuple(
        (cells.kg_of(from_kg, unit), cells.number_of(price, _STEP_PRICE))
        for from_kg, price in _pairs(text, field)
    )


_PAIR = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^=;\n"]*))\s*=([^=;\n"]*)(?:[;\n]|\Z)')


def _pairs(text: str, field: Field) -> list[tuple[str, str]]:
    """Return the pairs of a list, both sides as text."""
    bare = unshielded(text.strip(BLANKS))
    if bare == headings.NO_CODES:
        return []
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(bare):
        match = _PAIR.match(bare, at)
        left = (
            ""
            if match is None
            else match[2].strip(BLANKS)
            if match[1] is None
            else match[1].replace('""', '"')
        )
        right = match[3].strip(BLANKS) if match else ""
        if match is None or not left or not right:
            raise Wrong(
                Sentence("csv.pairs", "“{text}” isn't a list of pairs.", {"text": cells.shown(bare)}),
                Sentence("csv.pairs.right", "Write {example}.", {"example": _EXAMPLES[field.kind]}),
            )
        found.append((left, right))
        at = match.end()
    return found


_EXAMPLES: dict[Kind, str] = {
    "yields": "beras=0.532; dedak=0.07",
    "kilograms": "beras=1000; dedak=250",
    "factors": "bukit=1.6; pegunungan=1.9",
    "steps": "20000=12300; 30000=12400",
}

_READERS: dict[Kind, _Reader] = {
    "code": _code,
    "text": _text,
    "kg": _kg,
    "price": _number,
    "rupiah": _number,
    "share": _number,
    "rate": _number,
    "km": _number,
    "count": _number,
    "latitude": _number,
    "longitude": _number,
    "codes": _list,
    "factors": _amounts,
    "yields": _amounts,
    "kilograms": _amounts,
    "steps": _steps,
}


# --- writing -------------------------------------------------------------------------------------


def written(value: Value, field: Field, products: Sequence[str]) -> str:
    """Return the text of a value that `value_of` reads back. Raises a Refusal where a cell can't hold it."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, str):
        text = value
        if field.missing == "fault" and not text.strip(BLANKS):
            raise Refusal(
                "csv.empty_text",
                "A row has an empty text under “{heading}”, which a CSV file can't tell from a missing one. "
                "Write something there.",
                heading=field.name,
            )
    elif isinstance(value, Mapping):
        text = "; ".join(f"{_bare_or_quoted(code)}={number(amount)}" for code, amount in value.items())
        text = text or (headings.NO_CODES if field.missing == "fault" else "")
    elif field.kind == "steps":
        steps = (step for step in value if isinstance(step, tuple))
        text = "; ".join(f"{number(from_kg)}={number(price)}" for from_kg, price in steps)
    else:
        text = cells.listed([code for code in value if isinstance(code, str)], products, "en")
    if len(text) > LONGEST_CELL - 2:
        raise Refusal(
            "csv.long_text",
            "A text of {length} letters has no room in a cell of a CSV file: “{start}…”.",
            length=len(text),
            start=text[:40],
        )
    return shielded(text)


def _bare_or_quoted(code: str) -> str:
    if re.search(r'[=;\n"]', code) or code == headings.NO_CODES:
        return '"' + code.replace('"', '""') + '"'
    return code


_TWO_READINGS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")


def number(value: Decimal) -> str:
    """Return a number with a decimal point that is read back as the same: 1.125 as 1.1250, which is no 1125.

    Only degrees may have more decimals than a number is read with; they are cut to as many.
    """
    text = plain_text(value)
    whole, point, part = text.partition(".")
    if len(part) > MOST_DECIMALS:
        text = f"{whole}.{part[:MOST_DECIMALS]}"
    return f"{text}0" if point and _TWO_READINGS.fullmatch(text) else text
