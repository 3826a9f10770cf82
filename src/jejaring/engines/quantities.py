"""Numbers and quantities as Indonesians write them: exact, or a Refusal where they are ambiguous.

Indonesian writes 1.250,5 and English 1,250.5; both are clear. "1.250" and "1,250" may each mean
1250 or one and a quarter: they are refused with both readings, never guessed.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal
from typing import NoReturn

from jejaring.engines.errors import Refusal

LARGEST = 10**15
"""No kilogram, price or rupiah of a network is larger."""

MOST_DECIMALS = 30

KG_PER_UNIT = {
    "kg": 1, "kilo": 1, "kilogram": 1,
    "kw": 100, "ku": 100, "kwintal": 100, "kuintal": 100,
    "t": 1000, "ton": 1000,
}  # fmt: skip
"""Kilograms in each unit of weight that is understood."""

_SHOWN = 40
_ALL_DIGITS = Context(prec=100)
_MARKED = re.compile(r"[0-9][0-9.,]*")
_QUANTITY = re.compile(r"([0-9.,]*)\s*([^\W\d_]*)\.?")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")


def read_number(text: str) -> Decimal:
    """Return the number that `text` writes, 0 or more.

    Raises a Refusal where there is none, or where it may be read in two ways.
    """
    return _number(_bare(text), text)


def read_kg(text: str, unit: str = "kg") -> Decimal:
    """Return the kilograms that `text` writes, which may name a unit; without one it is in `unit`.

    Raises a Refusal where there is no quantity, or where it may be read in two ways.
    """
    match = _QUANTITY.fullmatch(_bare(text))
    name = match[2].casefold() if match else ""
    if not match or not match[1] or (name and name not in KG_PER_UNIT):
        _explain(_bare(text), text)
        raise Refusal(
            "quantity.unit",
            "“{written}” isn't a weight. Write a number alone, or with kg, kuintal or ton after it.",
            written=_shown(text),
        )
    return _within(_ALL_DIGITS.multiply(_number(match[1], text), Decimal(KG_PER_UNIT[name or unit])), text)


def read_rupiah(text: str) -> Decimal:
    """Return the rupiah that `text` writes, with or without "Rp" before it and ",-" after it.

    A full stop before three digits stands for thousands where "Rp" or ",-" says that it is money.
    Raises a Refusal where there is no amount, or where it may be read in two ways.
    """
    bare = _bare(text)
    digits = re.sub(r"^(?:rp|idr)\.?\s*(?=[0-9])", "", bare, flags=re.IGNORECASE)
    digits = re.sub(r",\s*[-–—]+$", "", digits)
    if digits != bare and _THOUSANDS.fullmatch(digits):
        digits = digits.replace(".", "")
    return _number(digits, text)


def _number(digits: str, text: str) -> Decimal:
    """Return the number that `digits` writes; `text` is what the person wrote."""
    if not _MARKED.fullmatch(digits):
        _explain(digits, text)
        raise Refusal(
            "quantity.words",
            "“{written}” isn't a number. Write digits, with a comma before decimals: 1250 or 1250,5.",
            written=_shown(text),
        )
    marks = [mark for mark in digits if mark in ".,"]
    if not marks:
        return _within(_decimal(digits, "", text), text)
    last = marks[-1]
    if len(set(marks)) == 2:
        whole, part = digits.rsplit(last, 1)
        if last in whole or not part:
            _refuse_marks(text)
        return _within(_decimal(_without_thousands(whole, marks[0], text), part, text), text)
    if len(marks) > 1:
        return _within(_decimal(_without_thousands(digits, last, text), "", text), text)
    whole, part = digits.split(last)
    if not part:
        _refuse_marks(text)
    if _THOUSANDS.fullmatch(f"{whole}.{part}"):
        small = part.rstrip("0")
        raise Refusal(
            "quantity.ambiguous",
            "“{written}” can mean two numbers. Write {large} for the large one, {small} for the small one.",
            written=_shown(text),
            large=whole + part,
            small=f"{whole},{small}{'0' if len(small) in {0, 3} else ''}",
        )
    return _within(_decimal(whole, part, text), text)


def _without_thousands(digits: str, mark: str, text: str) -> str:
    if not _THOUSANDS.fullmatch(digits.replace(mark, ".")):
        _refuse_marks(text)
    return digits.replace(mark, "")


def _decimal(whole: str, part: str, text: str) -> Decimal:
    if len(part) > MOST_DECIMALS:
        raise Refusal(
            "quantity.decimals",
            "“{written}” has more than {most} decimals.",
            written=_shown(text),
            most=MOST_DECIMALS,
        )
    digits = whole.lstrip("0") or "0"
    if len(digits) > len(str(LARGEST)):
        _refuse_large(text)
    return Decimal(f"{digits}.{part}" if part else digits)


def _within(number: Decimal, text: str) -> Decimal:
    if number > LARGEST:
        _refuse_large(text)
    return number


def _bare(text: str) -> str:
    # str.strip takes no-break spaces away too; zero-width ones come along when text is pasted.
    return text.strip("\u200b\u200e\u200f\u2060\ufeff \t\r\n\u00a0\u202f").strip()


def _explain(digits: str, text: str) -> None:
    """Raise the Refusal that says best why `digits` isn't a number; return where nothing is special."""
    if not digits:
        raise Refusal("quantity.empty", "A number is missing. Write 0 if there is nothing.")
    if re.fullmatch(r"[-−–+±~≈<>≤≥].*", digits, flags=re.DOTALL):
        raise Refusal(
            "quantity.sign", "“{written}” has a sign before it. Write one number, 0 or more, without a sign.",
            written=_shown(text),
        )  # fmt: skip
    if re.fullmatch(r"[0-9.,]+(?:\s+[0-9.,]+)+", digits):
        raise Refusal(
            "quantity.blank", "“{written}” has a blank inside the number. Write the digits together.",
            written=_shown(text),
        )  # fmt: skip
    if re.fullmatch(r"[0-9.,]*[.,][0-9.,]*", digits):
        _refuse_marks(text)


def _refuse_marks(text: str) -> NoReturn:
    raise Refusal(
        "quantity.marks",
        "The full stops and commas of “{written}” don't make one number. Write it as 1250 or 1250,5.",
        written=_shown(text),
    )


def _refuse_large(text: str) -> NoReturn:
    raise Refusal(
        "quantity.too_large", "“{written}” is too large to be true. Check the unit.", written=_shown(text)
    )


def _shown(text: str) -> str:
    """Return `text` short enough for a sentence."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def plain_text(number: Decimal) -> str:
    """Return all digits of a number, with a point before decimals and no zeros after them."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
