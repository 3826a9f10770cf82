"""A CSV file while it is read: its lines, and everything wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jejaring.domain.parties.simkopdes.tables import Table
from jejaring.engines.errors import Fault, Faults, Place, Refusal, Sentence
from jejaring.engines.planning.csv_folder.delimited import Record, decoded, delimiter_of, records
from jejaring.engines.planning.csv_folder.values import unshielded
from jejaring.engines.planning.workbook.stored import letters

MOST_BYTES = 1_500_000
MOST_ROWS = 5000


@dataclass(frozen=True)
class Line:
    """One row below the headings: its number as a spreadsheet counts it, and its cells by column."""

    row: int
    cells: Mapping[str, str]


@dataclass
class Sheet:
    """One file. Faults are noted as they are met and raised together by `done`."""

    file: str
    table: Table
    lines: list[Line] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    """Columns in which something stands that isn't kept."""
    _at: dict[str, int] = field(default_factory=dict)
    _faults: list[Fault] = field(default_factory=list)

    def tell(self, row: int, column: str, wrong: Sentence) -> None:
        """Note what is wrong with a cell, or with a row where no column is named."""
        at = self._at.get(column)
        letter = "" if at is None else letters(at + 1)
        self._faults.append(Fault(Place(self.file, row=row, column=letter, path=column), wrong))

    def tell_refusal(self, line: Line, refusal: Refusal, columns: Mapping[str, str]) -> None:
        """Note what an action's checks refuse: each field's fault at its column."""
        if isinstance(refusal, Faults):
            for fault in refusal.faults:
                self.tell(line.row, columns.get(fault.place.path, ""), fault.wrong)
        else:
            self.tell(line.row, "", refusal.sentence)

    def done(self) -> None:
        """Raise Faults where anything is wrong."""
        if self._faults:
            raise Faults(tuple(self._faults))

    def tell_row(self, row: int, wrong: Sentence, right: Sentence | None = None) -> None:
        """Note what is wrong with a whole row."""
        self._faults.append(Fault(Place(self.file, row=row), wrong, right))

    def read_headings(self, number: int, cells: list[str]) -> None:
        """Note which column stands where; unknown ones are ignored, missing ones told."""
        for at, heading in enumerate(cells):
            column = self.table.column(heading)
            if column is None:
                if heading.strip():
                    self.ignored.append(heading.strip()[:40])
            elif column in self._at:
                self.tell(number, column, Sentence("csv.twice", "This heading stands twice."))
            else:
                self._at[column] = at
        for needed in self.table.needed:
            if needed not in self._at:
                wrong = Sentence("csv.no_column", "There is no column “{heading}”.", {"heading": needed})
                self.tell_row(number, wrong)

    def line_of(self, number: int, cells: list[str]) -> Line:
        """Return one row's cells by column."""
        read = {
            column: unshielded(cells[at].strip()) if at < len(cells) else ""
            for column, at in self._at.items()
        }
        self.ignored += [name for name in self.table.not_kept if read.get(name) and name not in self.ignored]
        return Line(number, read)


def read_sheet(data: bytes, table: Table, file: str) -> Sheet:
    """Return a file's lines. What is wrong with letters, quotes and headings is noted, not raised.

    Raises Refusal for a file that is too large to be looked through by people.
    """
    if len(data) > MOST_BYTES:
        raise Refusal("csv.too_large", "This file is larger than 1.5 MB. Please split it.")
    sheet = Sheet(file[:120], table)
    text = decoded(data, sheet.tell_row)
    delimiter = delimiter_of(text, lambda heading: table.column(heading) is not None)
    found: list[Record] = list(records(text, delimiter, sheet.tell_row))
    if not found:
        raise Refusal("csv.nothing", "There is nothing in this file.")
    if len(found) > MOST_ROWS + 1:
        raise Refusal("csv.too_long", "More than {most} rows at once, please split the file.", most=MOST_ROWS)
    sheet.read_headings(*found[0])
    sheet.lines = [sheet.line_of(*record) for record in found[1:]]
    return sheet
