"""Values of a network in JSON, by the kind of their field: typed, or what is wrong with them.

Numbers mean their decimal text: `parsed` gives every number as a Decimal. Ranges are `columns`'
business; here only what JSON lets stand where something else belongs.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, TypeVar

from jejaring.engines.errors import Refusal, Sentence
from jejaring.engines.planning import tables
from jejaring.engines.planning.rows import Value

REMARKS = frozenset({"source", "note"})
"""Keys that may stand beside any other, for people; not read where the table has no such field."""

_LONGEST_NUMBER = 100
_LONGEST_SHOWN = 60

_T = TypeVar("_T")


class WrongValue(Exception):
    """A value that isn't of its kind: for each thing wrong, where in the value, what, and what is right."""

    def __init__(self, *faults: tuple[str, Sentence, Sentence | None]) -> None:
        super().__init__(faults[0][1].code)
        self.faults = faults


class Repeating(dict[str, Any]):
    """An object in which the keys `repeated` stand more than once."""

    repeated: tuple[str, ...] = ()


class _Odd:
    """Something that Python's reader of JSON takes for a number, and we don't."""

    def __init__(self, wrong: Sentence) -> None:
        self.wrong = wrong


def parsed(data: bytes, file: str) -> tuple[dict[str, Any], bool]:
    """Return the object in `data`, and whether any object in it has a key twice. Raises a Refusal."""
    repeats = False

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeats
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        repeats = True
        counts = Counter(key for key, _ in pairs)
        repeating = Repeating(found)
        repeating.repeated = tuple(key for key in found if counts[key] > 1)
        return repeating

    try:
        # A byte order mark says nothing about the network; Windows programs put one.
        text = data.decode("utf-8-sig")
        top = json.loads(
            text, parse_float=_number, parse_int=_number, parse_constant=_constant, object_pairs_hook=made
        )
    except UnicodeDecodeError as error:
        raise Refusal(
            "json.encoding",
            "“{file}” isn't text in UTF-8: byte {byte} makes no letter. Save it as UTF-8.",
            file=file,
            byte=error.start + 1,
        ) from error
    except json.JSONDecodeError as error:
        raise Refusal(
            "json.syntax",
            "“{file}” isn't complete JSON: something is wrong at line {line}, column {column}.",
            file=file,
            line=error.lineno,
            column=error.colno,
        ) from error
    except RecursionError as error:
        raise Refusal("json.depth", "In “{file}” lists stand too deep in each other.", file=file) from error
    if not isinstance(top, dict):
        raise Refusal("json.top", "“{file}” must hold one JSON object, in braces, and doesn't.", file=file)
    return top, repeats


def read_value(kind: tables.Kind, value: object) -> Value:
    """Return `value` as one of `kind`. Raises WrongValue."""
    return READERS[kind](value)


def path_below(path: str, key: str) -> str:
    """Return the path of `key` below `path`; a key that isn't a plain word is quoted and cut short."""
    if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", key):
        return f"{path}.{key}" if path else key
    return f"{path}[{json.dumps(shown(key), ensure_ascii=False)}]"


def shown(text: str) -> str:
    """Return `text` cut short and without characters that can't be shown."""
    short = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return "".join(character if character.isprintable() else "�" for character in short)


def _number(text: str) -> Decimal | _Odd:
    if len(text) <= _LONGEST_NUMBER:
        try:
            return Decimal(text)
        except InvalidOperation:
            pass
    return _Odd(Sentence("json.long_number", "The number here is too long to be true."))


def _constant(text: str) -> _Odd:
    return _Odd(Sentence("json.constant", "{word} isn't a number.", {"word": text}))


def _wrong(wrong: Sentence, right: Sentence) -> WrongValue:
    return WrongValue(("", wrong, right))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(
            Sentence("json.not_text", "This must be text."),
            Sentence("json.not_text.right", "Write it between quotation marks."),
        )
    if not value.isprintable() and _ODD_CHARACTERS.search(value):
        raise _wrong(
            Sentence("json.odd_character", "This text holds a character that can't be shown."),
            Sentence("json.odd_character.right", "Type the text anew."),
        )
    return value


def _code(value: object) -> str:
    code = _text(value)
    if not code or code != code.strip() or (not code.isprintable() and _LINES.search(code)):
        raise _wrong(
            Sentence("json.code", "“{code}” isn't a code.", {"code": shown(code)}),
            Sentence("json.code.right", "Write a short text in one line, without blanks at its ends."),
        )
    return code


def _decimal(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str):
        raise _wrong(
            Sentence("json.not_number", "This must be a number."),
            Sentence("json.quoted_number.right", "Write it without quotation marks, as 1250 or 12.5."),
        )
    raise _wrong(
        value.wrong if isinstance(value, _Odd) else Sentence("json.not_number", "This must be a number."),
        Sentence("json.number.right", "Write a number in digits, as 1250 or 12.5."),
    )


def _codes(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _wrong(
            Sentence("json.not_codes", "This must be a list of codes."),
            Sentence("json.not_codes.right", "Write {example}.", {"example": '["beras", "dedak"]'}),
        )
    return tuple(_each([(f"[{index}]", partial(_code, each)) for index, each in enumerate(value)]))


def _amounts(value: object) -> Mapping[str, Decimal]:
    if not isinstance(value, dict):
        raise _wrong(
            Sentence("json.not_amounts", "This must give a number for each product."),
            Sentence("json.not_amounts.right", "Write {example}.", {"example": '{"beras": 0.53}'}),
        )
    return dict(_each([(_inside(key), partial(_amount, key, number)) for key, number in value.items()]))


def _amount(key: str, number: object) -> tuple[str, Decimal]:
    return _code(key), _decimal(number)


def _steps(value: object) -> tuple[tuple[Decimal, Decimal], ...]:
    if not isinstance(value, list):
        raise _not_steps()
    return tuple(_each([(f"[{index}]", partial(_step, each)) for index, each in enumerate(value)]))


def _step(value: object) -> tuple[Decimal, Decimal]:
    names = [field.name for field in tables.STEP_FIELDS]
    if not isinstance(value, dict) or not set(names) <= value.keys() <= REMARKS.union(names):
        raise _not_steps()
    from_kg, price = _each([(f".{name}", partial(_decimal, value[name])) for name in names])
    return from_kg, price


def _not_steps() -> WrongValue:
    example = '[{"from_kg": 20000, "price_idr_per_kg": 12300}]'
    return _wrong(
        Sentence("json.not_steps", "This must be price steps, each with a quantity and a price."),
        Sentence("json.not_steps.right", "Write {example}.", {"example": example}),
    )


def _each(parts: list[tuple[str, Callable[[], _T]]]) -> list[_T]:
    """Return every part's value; where some are wrong, raise all that is wrong at once."""
    values: list[_T] = []
    faults: list[tuple[str, Sentence, Sentence | None]] = []
    for within, read in parts:
        try:
            values.append(read())
        except WrongValue as error:
            faults += [(within + deeper, wrong, right) for deeper, wrong, right in error.faults]
    if faults:
        raise WrongValue(*faults)
    return values


def _inside(key: str) -> str:
    path = path_below("", key)
    return path if path.startswith("[") else f".{path}"


# Control characters other than tab and new line, and halves of surrogate pairs.
_ODD_CHARACTERS = re.compile(r"[^\t\n\r -\x7e\xa0-\ud7ff\ue000-\U0010ffff]")
_LINES = re.compile(r"[\t\n\r\u2028\u2029]")

READERS: dict[tables.Kind, Callable[[object], Value]] = {
    "code": _code,
    "text": _text,
    "kg": _decimal,
    "price": _decimal,
    "rupiah": _decimal,
    "share": _decimal,
    "rate": _decimal,
    "km": _decimal,
    "latitude": _decimal,
    "longitude": _decimal,
    "count": _decimal,
    "codes": _codes,
    "factors": _amounts,
    "yields": _amounts,
    "kilograms": _amounts,
    "steps": _steps,
}
