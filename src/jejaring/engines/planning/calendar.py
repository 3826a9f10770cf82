"""Days of a network's periods, from their codes: 2026-03 is a month, 2026-W07 a week (ISO 8601)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_OTHER_DAYS = 30
_SOME_DAY = date(2000, 1, 1).toordinal()


@dataclass(frozen=True)
class Calendar:
    """Where each period starts and ends, in ordinal days; `end[t]` is the first day after period t.

    A code that is neither month nor week counts 30 days from the end of the period before.
    """

    start: tuple[int, ...]
    end: tuple[int, ...]

    @classmethod
    def of(cls, codes: Sequence[str]) -> Calendar:
        """Return the calendar of periods with these codes, in their order."""
        starts: list[int] = []
        ends: list[int] = []
        for code in codes:
            start = first_day(code)
            begins = start.toordinal() if start else (ends[-1] if ends else _SOME_DAY)
            starts.append(begins)
            ends.append(begins + _days(code, start))
        return cls(tuple(starts), tuple(ends))

    def middle(self, period: int) -> int:
        """Return the day on which what happens in `period` is taken to happen."""
        return self.start[period] + (self.end[period] - self.start[period]) // 2

    def period_of(self, day: int) -> int:
        """Return the period in which `day` lies: the last that has started; len(self.start) after the
        last period's end.
        """
        if day >= self.end[-1]:
            return len(self.start)
        return max(0, bisect_right(self.start, day) - 1)

    @property
    def days(self) -> int:
        """How many days all periods have."""
        return sum(end - start for start, end in zip(self.start, self.end, strict=True))


def first_day(code: str) -> date | None:
    """Return the first day of the month or week called `code`, None where it is neither."""
    try:
        if found := _MONTH.fullmatch(code):
            return date(int(found[1]), int(found[2]), 1)
        if found := _WEEK.fullmatch(code):
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        pass
    return None


def week_of(day: int) -> str:
    """Return the ISO week of an ordinal day, as 2026-W07."""
    year, week, _ = date.fromordinal(day).isocalendar()
    return f"{year}-W{week:02d}"


def _days(code: str, start: date | None) -> int:
    if start is None:
        return _OTHER_DAYS
    if _WEEK.fullmatch(code):
        return 7
    return ((start + timedelta(days=31)).replace(day=1) - start).days
