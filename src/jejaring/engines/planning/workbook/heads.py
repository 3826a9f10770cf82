"""The head of a sheet: which row it is, and what each column of the sheet means."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, islice

from jejaring.engines.errors import Place, Sentence
from jejaring.engines.planning import tables
from jejaring.engines.planning.workbook import headings
from jejaring.engines.planning.workbook.cells import Codes, shown, unit_kg
from jejaring.engines.planning.workbook.headings import Language
from jejaring.engines.planning.workbook.layout import Heading, Layout, nearest_heading, understood
from jejaring.engines.planning.workbook.stored import Cell, SheetRow, letters

SEARCHED_ROWS = 20
"""The head stands among the first rows that aren't empty; titles may stand above it."""

MOST_UNKNOWN = 40
"""Unknown headings told one by one; a sheet with more has another trouble."""

Tell = Callable[[Place, Sentence, Sentence | None], None]


@dataclass
class Head:
    """Where the head is and what stands below each heading; `unread` are people's own columns."""

    row: int
    columns: dict[int, Heading] = field(default_factory=dict)
    periods: dict[int, str] = field(default_factory=dict)
    unread: set[int] = field(default_factory=set)

    def has(self, name: str) -> bool:
        """Return whether the sheet has a column called `name`."""
        return any(heading.column.name == name for heading in self.columns.values())


def find_head(
    rows: Iterator[SheetRow], layout: Layout, codes: Codes
) -> tuple[SheetRow | None, Iterator[SheetRow]]:
    """Return the row with the most headings among the first ones, and the rows below it.

    None where the first rows hold no heading; then all rows are given back.
    """
    first = list(islice(rows, SEARCHED_ROWS))
    scores = [sum(_is_heading(cell, layout, codes) for cell in cells.values()) for _, cells in first]
    best = max(scores, default=0)
    if not best:
        return None, chain(first, rows)
    at = scores.index(best)
    return first[at], chain(first[at + 1 :], rows)


def _is_heading(cell: Cell, layout: Layout, codes: Codes) -> bool:
    if isinstance(cell, str) and understood(layout.sheet, cell):
        return True
    return layout.wide and period_heading(cell, codes) != ""


_PERIOD_PREFIX = re.compile(r"(?:periode|period)\s*:?\s+(.*)", re.IGNORECASE | re.DOTALL)


def period_heading(cell: Cell, codes: Codes) -> str:
    """Return the period that a heading names, "*" for every period, or nothing."""
    if isinstance(cell, datetime.date):
        code = f"{cell:%Y-%m}"
        return code if cell.day == 1 and code in codes.periods else ""
    if isinstance(cell, Decimal):
        text = format(cell, "f")
        return text if text in codes.periods else ""
    if not isinstance(cell, str):
        return ""
    if cell in codes.periods:
        return cell
    prefixed = _PERIOD_PREFIX.fullmatch(cell)
    if prefixed and prefixed[1] in codes.periods:
        return prefixed[1]
    return tables.EVERY_PERIOD if headings.every(cell) else ""


class HeadReader:
    """Reads one head, telling what is wrong with it."""

    def __init__(self, layout: Layout, codes: Codes, place: Place, language: Language, tell: Tell) -> None:
        self._layout = layout
        self._codes = codes
        self._place = place
        self._language = language
        self._tell = tell
        self._unknown = 0
        self._seen: dict[tuple[str, str, int] | str, int] = {}

    def read(self, row: SheetRow) -> Head:
        """Return what the columns below a row of headings mean."""
        number, cells = row
        head = Head(number)
        for at, cell in sorted(cells.items()):
            self._read_heading(head, at, cell)
        self._tell_missing(head)
        return head

    def _read_heading(self, head: Head, at: int, cell: Cell) -> None:
        place = self._at(head, at)
        meant = understood(self._layout.sheet, cell) if isinstance(cell, str) else None
        period = "" if meant or not self._layout.wide else period_heading(cell, self._codes)
        if isinstance(cell, str) and headings.plain(cell) in headings.UNREAD and not meant and not period:
            head.unread.add(at)
            return
        if not meant and not period:
            self._tell_unknown(place, cell)
            head.unread.add(at)
            return
        key = (meant.column.name, meant.column.part, meant.number) if meant else period
        if key in self._seen:
            self._tell(
                place,
                Sentence(
                    "heading.twice",
                    "“{heading}” stands above two columns: {first} and {second}.",
                    {"heading": shown(cell), "first": letters(self._seen[key]), "second": letters(at)},
                ),
                Sentence("heading.twice.right", "Keep one of the two columns, or correct a heading."),
            )
            head.unread.add(at)
            return
        self._seen[key] = at
        if meant:
            self._check_unit(place, cell, meant)
            head.columns[at] = meant
        else:
            head.periods[at] = period

    def _check_unit(self, place: Place, cell: Cell, meant: Heading) -> None:
        unit = meant.column.field.unit
        if not meant.unit or (unit == "kg" and unit_kg(meant.unit)):
            return
        if not unit:
            return
        self._tell(
            place,
            Sentence(
                "heading.unit",
                "“{heading}” names a unit that this column can't be in.",
                {"heading": shown(cell)},
            ),
            Sentence(
                "heading.unit.right",
                "Write “{heading}”, and the numbers below in that unit.",
                {"heading": shown(meant.column.written_heading(self._language, meant.number))},
            ),
        )

    def _tell_unknown(self, place: Place, cell: Cell) -> None:
        if self._layout.wide and not self._codes.periods:
            # The heading may well be a period: that there are none is told elsewhere.
            return
        self._unknown += 1
        if self._unknown > MOST_UNKNOWN:
            return
        text = shown(cell)
        if self._unknown == MOST_UNKNOWN:
            self._tell(
                place,
                Sentence(
                    "heading.many_unknown",
                    "From here on this sheet has many more headings that it can't have.",
                ),
                Sentence(
                    "heading.many_unknown.right", "Start again from the template, which has all headings."
                ),
            )
            return
        others = self._codes.periods if self._layout.wide else ()
        near = nearest_heading(self._layout.sheet, text, others, self._language)
        if near:
            right = Sentence("heading.unknown.nearest", "Did you mean “{nearest}”?", {"nearest": near})
        elif self._layout.wide:
            right = Sentence(
                "heading.unknown.period",
                "Write a period, as {period}, or “{remark}” above a column of your own.",
                {"period": self._codes.periods[0], "remark": self._remark},
            )
        else:
            right = Sentence(
                "heading.unknown.right",
                "Take the column away, or write “{remark}” above a column of your own.",
                {"remark": self._remark},
            )
        self._tell(
            place,
            Sentence("heading.unknown", "This sheet has no column “{heading}”.", {"heading": text}),
            right,
        )

    def _tell_missing(self, head: Head) -> None:
        for column in self._layout.columns:
            numbers = {0}
            if column.numbered:
                numbers = {h.number for h in head.columns.values() if h.column.name == column.name}
                numbers |= {1} if column.compulsory else set()
            elif not column.compulsory:
                continue
            for number in sorted(numbers):
                if (column.name, column.part, number) not in self._seen:
                    self._tell_absent(head, column.heading(self._language, number))

    def _tell_absent(self, head: Head, heading: str) -> None:
        self._tell(
            self._at(head, 0),
            Sentence("heading.missing", "The column “{heading}” is missing.", {"heading": heading}),
            Sentence(
                "heading.missing.right",
                "Add a column headed “{heading}” in row {row}.",
                {"heading": heading, "row": str(head.row)},
            ),
        )

    @property
    def _remark(self) -> str:
        return "Keterangan" if self._language == "id" else "Remark"

    def _at(self, head: Head, column: int) -> Place:
        return Place(self._place.file, self._place.sheet, head.row, letters(column))


def unheaded(head: Head, cells: Iterable[int]) -> Iterator[int]:
    """Yield the columns of `cells` that have no heading."""
    for at in cells:
        if at not in head.columns and at not in head.periods and at not in head.unread:
            yield at
