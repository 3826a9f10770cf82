"""Months as people and files write them: 2026-11, Nov 2026, 11/2026, and dates that Excel made of them."""

from __future__ import annotations

import re
from datetime import date

from jejaring.documents.language import Code, language

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.]0?1)?")
_TURNED = re.compile(r"(\d{1,2})[-/.](\d{4})")
_NAMED = re.compile(r"([^\W\d_]+)\.?[\s\-/]*(\d{4}|'?\d{2})")
_CODES: tuple[Code, ...] = ("id", "en")


def read_month(text: str) -> date | None:
    """Return the first day of the month that `text` writes; None where it writes none."""
    tidy = text.strip()
    if found := _ISO.fullmatch(tidy):
        return _month(int(found[1]), int(found[2]))
    if found := _TURNED.fullmatch(tidy):
        return _month(int(found[2]), int(found[1]))
    if found := _NAMED.fullmatch(tidy):
        year = int(found[2].lstrip("'"))
        return _month(year if year > 99 else 2000 + year, _number(found[1]))
    return None


def shown_month(month: date, code: Code) -> str:
    """Return a month as headings show it: Nov 2026."""
    return f"{language(code).period(f'{month:%Y-%m}', short=True)} {month.year}"


def _number(word: str) -> int:
    """Return which month a word names, 0 for none. Three letters are enough."""
    wanted = word.casefold()
    if len(wanted) < 3:
        return 0
    for number in range(1, 13):
        for code in _CODES:
            whole = language(code).period(f"2026-{number:02}").split()[0].casefold()
            short = language(code).period(f"2026-{number:02}", short=True).casefold()
            if wanted in {whole, short, "agt" if number == 8 else short, "sept" if number == 9 else short}:
                return number
    return 0


def _month(year: int, number: int) -> date | None:
    return date(year, number, 1) if 1 <= number <= 12 and 1900 <= year <= 9998 else None
