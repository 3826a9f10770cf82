"""One cell -> one typed value, or what is wrong with it and what would be right."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cached_property

from jejaring.engines.errors import Refusal, Sentence
from jejaring.engines.planning import tables
from jejaring.engines.planning.tables import Field
from jejaring.engines.planning.workbook import headings
from jejaring.engines.planning.workbook.stored import Cell, Error, NoValue, Percent, Time, Truth
from jejaring.engines.quantities import KG_PER_UNIT, plain_text, read_kg, read_number, read_rupiah


class Wrong(Exception):
    """A cell that isn't what its column asks for: what is wrong, and what would be right."""

    def __init__(self, wrong: Sentence, right: Sentence | None = None) -> None:
        super().__init__(wrong.code)
        self.wrong = wrong
        self.right = right


_EXACT = Context(prec=400)
"""Multiplies without rounding whatever a cell can hold (a float has 767 digits only below 1e-300)."""

_DASHES = frozenset("-–—−")
_SIGN = re.compile(r"([-–−+]?)\s*(.*)", re.DOTALL)
_PER_KG = re.compile(r"\s*(?:/|per)\s*kg\.?$", re.IGNORECASE)
_PER_CENT = re.compile(r"\s*(?:%|persen|percent)$", re.IGNORECASE)
_KM = re.compile(r"\s*km\.?$", re.IGNORECASE)
_UNIT_IN_TEXT = re.compile(r".*[0-9]\s*([^\W\d_]+)\.?\s*", re.DOTALL)
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Unit:
    """The unit of a row's quantities: kilograms in it, and whether somebody wrote it down."""

    name: str = "kg"
    kg: int = 1
    written: bool = False


@dataclass(frozen=True)
class Codes:
    """The codes that cells are read against: those of the periods and of the products."""

    periods: tuple[str, ...] = ()
    products: tuple[str, ...] = ()

    @cached_property
    def months(self) -> bool:
        """Whether the periods are months, so that a date can stand for one."""
        return any(_MONTH.fullmatch(code) for code in self.periods)


# --- texts and codes -----------------------------------------------------------------------------


def text_of(cell: Cell) -> str:
    """Return a cell of free text: numbers and dates as they are written in files."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, Percent):
        return f"{format(_EXACT.multiply(cell.value, Decimal(100)), 'f')} %"
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    raise odd(cell)


def code_of(cell: Cell) -> str:
    """Return a cell that holds a code. A whole number is its digits."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Decimal) and cell == cell.to_integral_value() and 0 <= cell < 10**15:
        return str(int(cell))
    if isinstance(cell, Decimal | Percent):
        raise Wrong(
            Sentence("cell.code_number", "This code became the number {number}.", {"number": shown(cell)}),
            Sentence("cell.code_number.right", "Format the cell as text, then write the code again."),
        )
    if isinstance(cell, datetime.date):
        raise Wrong(
            Sentence("cell.code_date", "This code became a date ({date}).", {"date": cell.isoformat()}),
            Sentence("cell.code_number.right", "Format the cell as text, then write the code again."),
        )
    raise odd(cell)


def period_of(cell: Cell, codes: Codes) -> str:
    """Return a period's code, or "*". Excel turns 2026-03 into the first of March: that is the month."""
    if isinstance(cell, datetime.date):
        if not codes.months:
            raise Wrong(
                Sentence(
                    "cell.period_date", "This is a date ({date}), not a period.", {"date": cell.isoformat()}
                ),
                Sentence(
                    "cell.period_date.right",
                    "Format the cell as text, then write the period as on the sheet of periods.",
                ),
            )
        return month_of(cell)
    code = code_of(cell)
    if code in codes.periods:
        return code
    return tables.EVERY_PERIOD if headings.every(code) else code


def month_of(day: datetime.date) -> str:
    """Return the month that a date stands for: only its first day does."""
    if day.day != 1:
        raise Wrong(
            Sentence("cell.month_day", "This is a day ({date}), not a month.", {"date": day.isoformat()}),
            Sentence(
                "cell.month_day.right",
                "Format the cell as text and write a month as {month}.",
                {"month": f"{day:%Y-%m}"},
            ),
        )
    return f"{day:%Y-%m}"


_NONE = '""'
"""An empty list of codes where a product is called "-"."""

_LISTED = re.compile(r'\s*"((?:[^"]|"")*)"\s*(?=[,;\n]|\Z)|([^,;\n]+)')


def codes_of(cell: Cell, codes: Codes) -> tuple[str, ...]:
    """Return a list of product codes. Codes that hold a separator stand in double quotes."""
    text = code_of(cell)
    if '"' not in text:
        if text in codes.products:
            return (text,)
        if headings.every(text):
            return codes.products
        if text in _DASHES:
            return ()
    if text == _NONE:
        return ()
    found: list[str] = []
    for match in _LISTED.finditer(text):
        code = match[2].strip() if match[1] is None else match[1].replace('""', '"')
        if code:
            found.append(code)
    if not found:
        raise Wrong(
            Sentence("cell.list", "“{text}” isn't a list of codes.", {"text": shown(text)}),
            Sentence("cell.list.right", "Write codes with semicolons between them: beras; dedak."),
        )
    return tuple(found)


def listed(codes: Sequence[str], everything: Sequence[str], language: headings.Language) -> str:
    """Return the text of a list of codes, which `codes_of` reads back."""
    if not codes:
        return headings.NO_CODES if headings.NO_CODES not in everything else _NONE
    if (
        len(codes) > 1
        and tuple(codes) == tuple(everything)
        and not any(headings.every(code) for code in codes)
    ):
        return headings.every_product(language)
    written = "; ".join(_in_quotes(code) if _odd_code(code) else code for code in codes)
    if len(codes) > 1 and written in everything:
        return "; ".join(_in_quotes(code) for code in codes)
    return written


def _odd_code(code: str) -> bool:
    return bool(re.search(r'[,;\n"]', code)) or code in _DASHES or headings.every(code)


def _in_quotes(code: str) -> str:
    return '"' + code.replace('"', '""') + '"'


# --- factors by word -----------------------------------------------------------------------------

_BETWEEN = " \t\n;"
_FACTOR = re.compile(r'(?:"((?:[^"]|"")*)"|([^"=:;\n][^=:;\n]*?))\s*[=:]([^;\n]*)')
_FACTOR_FIELD = Field("factor", "rate", "Factor")


def factors_of(cell: Cell) -> dict[str, Decimal]:
    """Return factors by word, as "bukit=1,6; pegunungan=1,9". Raises Wrong."""
    if isinstance(cell, Error | NoValue | Truth | Time):
        raise odd(cell)
    rest = text_of(cell).strip(_BETWEEN)
    found: dict[str, Decimal] = {}
    while rest:
        match = _FACTOR.match(rest)
        if match is None:
            raise Wrong(
                Sentence("cell.factors", "“{text}” isn't a list of factors.", {"text": shown(rest)}),
                Sentence("cell.factors.right", "Write each word with its factor: bukit=1,6; pegunungan=1,9."),
            )
        word = match[2] if match[1] is None else match[1].replace('""', '"')
        if word in found:
            raise Wrong(
                Sentence("cell.factor_twice", "“{word}” stands in this list twice.", {"word": shown(word)}),
                Sentence("cell.factor_twice.right", "Write each word once."),
            )
        found[word] = number_of(match[3].strip(), _FACTOR_FIELD)
        rest = rest[match.end() :].strip(_BETWEEN)
    return found


def factors_listed(factors: Mapping[str, Decimal]) -> str:
    """Return the text of factors by word, which `factors_of` reads back."""
    written = []
    for word, factor in factors.items():
        odd_word = re.search(r'[=:;\n"]', word) is not None
        written.append(f"{_in_quotes(word) if odd_word else word}={_decimal_text(factor)}")
    return "; ".join(written)


def decimal_text(number: Decimal) -> str:
    """Return all digits of a number, with a comma before decimals."""
    return plain_text(number).replace(".", ",")


def _decimal_text(number: Decimal) -> str:
    """Return a number with a comma; three decimals become four, which nobody takes for thousands."""
    text = decimal_text(number)
    return f"{text}0" if re.fullmatch(r"[0-9]+,[0-9]{3}", text) else text


# --- numbers -------------------------------------------------------------------------------------


def kg_of(cell: Cell, unit: Unit) -> Decimal:
    """Return kilograms, exactly. Text may name its own unit where the row names no other."""
    if isinstance(cell, Decimal):
        return cell if unit.kg == 1 else _EXACT.multiply(cell, Decimal(unit.kg))
    if isinstance(cell, str):
        _refuse_dash(cell)
        named = _UNIT_IN_TEXT.fullmatch(cell)
        kg = unit_kg(named[1]) if named else None
        if kg and unit.written and kg != unit.kg:
            raise Wrong(
                Sentence(
                    "cell.two_units",
                    "“{text}” names a unit of its own, but this row or column is in {unit}.",
                    {"text": shown(cell), "unit": unit.name},
                ),
                Sentence("cell.two_units.right", "Write the number alone, in {unit}.", {"unit": unit.name}),
            )
        return _read(lambda: read_kg(cell, "kg" if kg else _BY_KG[unit.kg]))
    raise _not_a_number(cell)


def number_of(cell: Cell, field: Field) -> Decimal:
    """Return a number that isn't a quantity: a price, rupiah, a share, kilometres, degrees."""
    if isinstance(cell, Decimal):
        return cell
    if isinstance(cell, Percent):
        if field.kind in {"share", "rate"}:
            return cell.value
        raise _not_a_number(cell)
    if isinstance(cell, str):
        _refuse_dash(cell)
        return _read(lambda: _number_in(cell, field))
    raise _not_a_number(cell)


def _number_in(text: str, field: Field) -> Decimal:
    if field.kind in {"price", "rupiah"}:
        return read_rupiah(_PER_KG.sub("", text) if field.unit == "Rp/kg" else text)
    if field.kind in {"share", "rate"} and _PER_CENT.search(text):
        return read_number(_PER_CENT.sub("", text)).scaleb(-2, _EXACT)
    if field.kind == "km":
        return read_number(_KM.sub("", text))
    if field.kind in {"latitude", "longitude"}:
        match = _SIGN.fullmatch(text)
        assert match
        number = read_number(match[2].rstrip("°"))
        return -number if match[1] not in {"", "+"} else number
    return read_number(text)


def unit_of(cell: Cell) -> Unit:
    """Return the unit that a cell names."""
    if isinstance(cell, Error | NoValue | Truth | Time):
        raise odd(cell)
    name = text_of(cell)
    kg = unit_kg(name)
    if kg is None:
        raise Wrong(
            Sentence("cell.unit", "“{text}” isn't a unit of weight.", {"text": shown(cell)}),
            Sentence(
                "cell.unit.right", "Write kg, kuintal (100 kg) or ton (1000 kg), or leave it empty for kg."
            ),
        )
    return Unit(name, kg, written=True)


def unit_kg(name: str) -> int | None:
    """Return the kilograms in a unit of weight, None where nobody knows it."""
    key = name.casefold().strip().rstrip(".")
    return KG_PER_UNIT.get(key) or headings.WEIGHT_UNITS.get(key)


_BY_KG = {1: "kg", 100: "kuintal", 1000: "ton"}


def channel_of(cell: Cell) -> str:
    """Return "outlets" or "sources", which a row of price steps belongs to."""
    text = code_of(cell)
    for table, words in (("outlets", headings.OUTLET_WORDS), ("sources", headings.SOURCE_WORDS)):
        if headings.plain(text) in {headings.plain(word) for word in words.understood}:
            return table
    raise Wrong(
        Sentence("cell.channel", "“{text}” says neither selling nor buying.", {"text": shown(text)}),
        Sentence("cell.channel.right", "Write “jual” for an outlet or “beli” for a purchase."),
    )


def _read(reader: Callable[[], Decimal]) -> Decimal:
    try:
        return reader()
    except Refusal as refusal:
        raise Wrong(refusal.sentence) from refusal


def _refuse_dash(text: str) -> None:
    if text in _DASHES:
        raise Wrong(
            Sentence("cell.dash", "A dash can mean zero or unknown."),
            Sentence("cell.dash.right", "Write 0 for zero, or leave the cell empty."),
        )


# --- what no column asks for ---------------------------------------------------------------------


def odd(cell: Cell) -> Wrong:
    """Return what is wrong with a cell that holds neither text nor a number."""
    if isinstance(cell, NoValue):
        return Wrong(
            Sentence("cell.no_value", "This formula has no value yet."),
            Sentence(
                "cell.no_value.right",
                "Open the workbook in Excel or LibreOffice, wait until it has calculated, and save it again.",
            ),
        )
    if isinstance(cell, Error):
        return Wrong(
            Sentence("cell.error", "This cell shows the error {error}.", {"error": shown(cell.text)}),
            Sentence("cell.error.right", "Correct the formula, or write the value itself."),
        )
    if isinstance(cell, Truth):
        return Wrong(
            Sentence(
                "cell.truth",
                "This cell says {word}, a yes or no.",
                {"word": "TRUE" if cell.value else "FALSE"},
            ),
            Sentence("cell.truth.right", "Write the value that the heading asks for."),
        )
    assert isinstance(cell, Time)
    return Wrong(
        Sentence(
            "cell.time",
            "This cell is formatted as a date or time, but its number ({number}) is no day.",
            {"number": shown(cell.text)},
        ),
        Sentence("cell.number_format.right", "Format the cell as a number, then write the number again."),
    )


def _not_a_number(cell: Cell) -> Wrong:
    right = Sentence("cell.number_format.right", "Format the cell as a number, then write the number again.")
    if isinstance(cell, datetime.date):
        return Wrong(
            Sentence("cell.date", "This is a date ({date}), not a number.", {"date": cell.isoformat()}), right
        )
    if isinstance(cell, Percent):
        return Wrong(
            Sentence(
                "cell.percent", "This is a percentage ({number}), not an amount.", {"number": shown(cell)}
            ),
            right,
        )
    return odd(cell)


def shown(cell: Cell, most: int = 60) -> str:
    """Return what a cell says, short enough for a sentence."""
    if isinstance(cell, str):
        text = cell
    elif isinstance(cell, Error | Time):
        text = cell.text
    elif isinstance(cell, Truth):
        text = "TRUE" if cell.value else "FALSE"
    elif isinstance(cell, NoValue):
        text = "="
    else:
        text = text_of(cell)
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
