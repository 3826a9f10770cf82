"""Says things in the reader's language: sentences, money, weights, months.

English is the source text. Every other language is read from `locale/<code>/LC_MESSAGES/*.po`
when it is first asked for; there is no compile step. Each way out brings its own .po file, and
tests/documents/test_language.py proves that none of their sentences lacks a translation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Literal

from babel.messages.pofile import read_po

from jejaring.engines.errors import Sentence

Code = Literal["id", "en"]
Calendar = Literal["month", "week", "day", "period"]
Number = int | float | Decimal | Fraction

MINUS = "−"

_MONTHS: Mapping[Code, tuple[str, ...]] = {
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni",
        "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_SHORT_MONTHS: Mapping[Code, tuple[str, ...]] = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_SIZES: Mapping[Code, tuple[tuple[int, str], ...]] = {
    "id": ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta")),
    "en": ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")),
}
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_WEEK = re.compile(r"(\d{4})-W(\d{1,2})")
_WEEKS: Mapping[Code, tuple[str, str, str, str]] = {
    "id": ("minggu ke-", "minggu ke-", " sampai ke-", " sampai "),
    "en": ("week ", "weeks ", " to ", " to "),
}
"""Before a week, before several, between two of one year, between two of different years."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CALENDARS: Mapping[Code, Mapping[Calendar, tuple[str, str]]] = {
    "id": {
        "month": ("bulan", "bulan"),
        "week": ("minggu", "minggu"),
        "day": ("hari", "hari"),
        "period": ("masa", "masa"),
    },
    "en": {
        "month": ("month", "months"),
        "week": ("week", "weeks"),
        "day": ("day", "days"),
        "period": ("period", "periods"),
    },
}
"""What one period of a network is called, and several."""


@dataclass(frozen=True)
class Language:
    """One language: its sentences and its way of writing numbers. Made by `language`.

    Facts fill the named holes of a sentence. Text and dates are shown as such, a nested
    `Sentence` is said, several things are joined with commas, and a number is written by the end
    of its name: …_idr, …_idr_per_kg, …_kg, …_share (0.125 is 12,5%), …_km; any other name is a
    bare number. A name that ends in _period holds a code like 2027-03 and is written as a month
    (`period` by itself is shown as it is, as faults want it). The holes {month_or_week} and
    {months_or_weeks} fill themselves with what a period of the network is called; `of_periods` sets it.
    """

    code: Code
    sentences: Mapping[str, str] = field(repr=False)
    plurals: Mapping[tuple[str, str], str] = field(repr=False)
    calendar: Calendar = "period"

    def of_periods(self, periods: Sequence[str]) -> Language:
        """Return this language for a network of these periods: it says month, week, day or period."""
        return replace(self, calendar=_calendar(periods))

    def text(self, msgid: str, /, **facts: object) -> str:
        """Return the sentence `msgid` in this language, its holes filled with `facts`."""
        return self.filled(self.sentences.get(msgid, msgid), facts)

    def plural(self, one: str, many: str, count: int, /, **facts: object) -> str:
        """Return `one` or `many` in this language as `count` asks; {count} is a hole like any other."""
        text = self.plurals.get((one, many), one if count == 1 else many)
        return self.filled(text, {"count": count, **facts})

    def sentence(self, sentence: Sentence) -> str:
        """Return what an engine said, in this language."""
        return self.text(sentence.text, **sentence.facts)

    def filled(self, text: str, facts: Mapping[str, object]) -> str:
        """Return `text` with its holes filled; it is already in this language."""
        one, many = _CALENDARS[self.code][self.calendar]
        shown = {name: self.shown(name, value) for name, value in facts.items()}
        return text.format_map({"month_or_week": one, "months_or_weeks": many, **shown})

    def shown(self, name: str, value: object) -> str:
        """Return a fact as a reader sees it; `name` tells the unit."""
        if isinstance(value, Sentence):
            return self.sentence(value)
        if isinstance(value, (tuple, list)):
            return ", ".join(self.shown(name, part) for part in value)
        if isinstance(value, str):
            return self.period(value) if name.endswith("_period") else value
        if isinstance(value, date):
            return self.date(value)
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, Fraction)):
            return str(value)
        return self._measured(f"_{name}", value)

    def _measured(self, name: str, value: Number) -> str:
        if name.endswith("_idr_per_kg"):
            return self.price(value)
        if name.endswith("_idr"):
            return self.rupiah(value)
        if name.endswith("_kg"):
            return self.kg(value)
        if name.endswith("_share"):
            return self.percent(value)
        if name.endswith("_km"):
            return f"{self.number(value, places=1)} km"
        return self.number(value)

    def number(self, value: Number, *, places: int = 3, signed: bool = False) -> str:
        """Return a number with at most `places` decimals: 1.250,5 in Indonesian."""
        exact = _rounded(value, places)
        text = f"{abs(exact):,f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        if self.code == "id":
            text = text.translate(str.maketrans(",.", ".,"))
        if exact < 0:
            return MINUS + text
        return f"+{text}" if signed and exact > 0 else text

    def rupiah(self, value: Number, *, signed: bool = False) -> str:
        """Return whole rupiah: Rp1.250.000."""
        return self._money(self.number(value, places=0, signed=signed))

    def rupiah_short(self, value: Number, *, signed: bool = False) -> str:
        """Return rupiah in three digits or so: Rp7,58 miliar, Rp329 juta, Rp950.000."""
        for size, word in _SIZES[self.code]:
            if abs(_rounded(value, 0)) >= size - size // 2000:
                part = Decimal(_rounded(value, 0)) / size
                text = self.number(part, places=_three_digits(part), signed=signed)
                return f"{self._money(text)} {word}"
        return self.rupiah(value, signed=signed)

    def price(self, value: Number) -> str:
        """Return a price per kilogram: Rp6.500/kg."""
        places = 0 if abs(_rounded(value, 2)) >= 100 else 2
        return f"{self._money(self.number(value, places=places))}/kg"

    def kg(self, value: Number) -> str:
        """Return kilograms: 1.250 kg."""
        return f"{self.number(value)} kg"

    def tonnes(self, kg: Number) -> str:
        """Return kilograms as tonnes in three digits or so: 12,5 ton."""
        tonnes = _rounded(kg, 3) / 1000
        word = "ton" if self.code == "id" else "t"
        return f"{self.number(tonnes, places=_three_digits(tonnes))} {word}"

    def percent(self, share: Number, *, places: int = 1, signed: bool = False) -> str:
        """Return a share as per cent: 0.125 is 12,5%."""
        return f"{self.number(_rounded(share, 12) * 100, places=places, signed=signed)}%"

    def period(self, code: str, name: str = "", *, short: bool = False) -> str:
        """Return a period: its own name if it has one, else Maret 2027 (short: Mar) or
        minggu ke-7 2027 (15–21 Feb) (short: M7).

        A name that only says the month in one of the languages is none. A code that is neither
        month nor week is returned as it is.
        """
        own = name if name != code else ""
        month = _MONTH.fullmatch(code)
        if month and own in {f"{names[int(month[2]) - 1]} {month[1]}" for names in _MONTHS.values()}:
            own = ""
        if own and not short:
            return own
        if month:
            names = _SHORT_MONTHS if short else _MONTHS
            word = names[self.code][int(month[2]) - 1]
            return word if short else f"{word} {month[1]}"
        if week := _WEEK.fullmatch(code):
            if short:
                return f"{'M' if self.code == 'id' else 'W'}{int(week[2])}"
            named = f"{_WEEKS[self.code][0]}{int(week[2])} {week[1]}"
            days = self._days(code, code)
            return f"{named} ({days})" if days else named
        return own or code

    def span(self, first: str, last: str) -> str:
        """Return several weeks as one: minggu ke-27 sampai ke-39 2026 (29 Jun–27 Sep); "" for others."""
        start, end = _WEEK.fullmatch(first), _WEEK.fullmatch(last)
        days = self._days(first, last) if start and end else ""
        if not start or not end or not days:
            return ""
        one, several, to, and_to = _WEEKS[self.code]
        if start[1] == end[1]:
            named = f"{several}{int(start[2])}{to}{int(end[2])} {end[1]}"
        else:
            named = f"{one}{int(start[2])} {start[1]}{and_to}{one}{int(end[2])} {end[1]}"
        return f"{named} ({days})"

    def _days(self, first: str, last: str) -> str:
        """Return from when to when weeks last, as 29 Jun–5 Jul; "" where there is no such week."""
        try:
            start, end = (
                date.fromisocalendar(int(code[:4]), int(code.partition("W")[2]), day)
                for code, day in ((first, 1), (last, 7))
            )
        except ValueError:
            return ""
        months = _SHORT_MONTHS[self.code]
        began = str(start.day) if start.month == end.month else f"{start.day} {months[start.month - 1]}"
        return f"{began}–{end.day} {months[end.month - 1]}"

    def date(self, on: date) -> str:
        """Return a day: 7 Maret 2027."""
        return f"{on.day} {_MONTHS[self.code][on.month - 1]} {on.year}"

    @staticmethod
    def _money(number: str) -> str:
        sign = number[0] if number[0] in {MINUS, "+"} else ""
        return f"{sign}Rp{number.removeprefix(sign)}"


@cache
def language(code: Code) -> Language:
    """Return the language `code`, its catalogs read once."""
    assert code in _MONTHS
    sentences: dict[str, str] = {}
    plurals: dict[tuple[str, str], str] = {}
    folder = resources.files("jejaring") / "locale" / code / "LC_MESSAGES"
    files = [file for file in folder.iterdir() if file.name.endswith(".po")] if folder.is_dir() else []
    for file in sorted(files, key=lambda file: file.name):
        with file.open("rb") as stream:
            catalog = read_po(stream, locale=code, abort_invalid=True)
        for message in catalog:
            if not message.id or message.fuzzy:
                continue
            if isinstance(message.id, tuple):
                if message.string and message.string[0]:
                    plurals[message.id[0], message.id[1]] = message.string[0]
            elif message.string:
                assert isinstance(message.string, str)
                sentences[str(message.id)] = message.string
    return Language(code, sentences, plurals)


def _calendar(periods: Sequence[str]) -> Calendar:
    """Return what all these periods are."""
    kinds: tuple[tuple[Calendar, re.Pattern[str]], ...] = (("month", _MONTH), ("week", _WEEK), ("day", _DAY))
    for kind, written in kinds:
        if periods and all(written.fullmatch(code) for code in periods):
            return kind
    return "period"


def _rounded(value: Number, places: int) -> Decimal:
    """Return `value` to `places` decimals, halves to even, never minus zero."""
    if isinstance(value, Fraction):
        exact = Decimal(round(value * 10**places)).scaleb(-places)
    else:
        exact = Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    return exact or abs(exact)


def _three_digits(value: Decimal) -> int:
    """Return how many decimals leave about three digits."""
    size = abs(value)
    if size >= Decimal("99.95"):
        return 0
    return 1 if size >= Decimal("9.995") else 2
