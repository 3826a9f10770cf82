"""Periods as days: when each begins and how long it is, read off its code. Knows no clock.

A period called 2026-03 is a month, 2026-W07 a week by ISO 8601; any other counts 30 days, from the end
of the one before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

OTHER_DAYS = 30
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")


@dataclass(frozen=True)
class Days:
    """The days of a period. `start` is None where no code tells a date."""

    start: date | None
    count: int

    @property
    def middle(self) -> date | None:
        """Return the day on which what happens in the period is taken to happen."""
        return None if self.start is None else self.start + timedelta(days=self.count // 2)


def days_of(periods: Iterable[str]) -> tuple[Days, ...]:
    """Return the days of each period."""
    found: list[Days] = []
    for code in periods:
        own = _named(code)
        if own is None:
            before = found[-1] if found else None
            start = before.start + timedelta(days=before.count) if before and before.start else None
            own = Days(start, OTHER_DAYS)
        found.append(own)
    return tuple(found)


def week_of(on: date) -> str:
    """Return the code of the week in which a day lies: 2026-W14."""
    year, week, _ = on.isocalendar()
    return f"{year:04d}-W{week:02d}"


def _named(code: str) -> Days | None:
    """Return the days that a code names, None where it is neither month nor week."""
    try:
        if month := _MONTH.fullmatch(code):
            year, number = int(month[1]), int(month[2])
            start = date(year, number, 1)
            after = date(year + number // 12, number % 12 + 1, 1)
            return Days(start, (after - start).days)
        if week := _WEEK.fullmatch(code):
            return Days(date.fromisocalendar(int(week[1]), int(week[2]), 1), 7)
    except ValueError:
        return None
    return None
