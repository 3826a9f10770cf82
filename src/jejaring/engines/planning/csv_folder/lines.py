"""One row of a CSV file -> the values of its fields, faulty ones told and left out."""

from __future__ import annotations

from dataclasses import dataclass, field

from jejaring.engines.errors import Fault, Place, Sentence
from jejaring.engines.planning import tables
from jejaring.engines.planning.csv_folder.heads import Column, Form, Head, file_of
from jejaring.engines.planning.csv_folder.values import missing_value, value_of
from jejaring.engines.planning.rows import Row, Value
from jejaring.engines.planning.workbook.cells import Codes, Unit, Wrong, shown, unit_of
from jejaring.engines.planning.workbook.stored import BLANKS, letters

MOST_FAULTS = 500
"""Faults told of one file; nobody reads more before mending the first ones."""

_KG = Unit()


class _Spot:
    """Tells where the fields of one row stand."""

    __slots__ = ("_row", "_sheet")

    def __init__(self, sheet: Sheet, row: int) -> None:
        self._sheet = sheet
        self._row = row

    def __call__(self, name: str) -> Place:
        return self._sheet.place(self._row, self._sheet.by_name.get(name.partition(".")[0]))


@dataclass
class Sheet:
    """One file while it is read: its columns, and the values that its cells were found to say."""

    file: str
    form: Form
    codes: Codes
    faults: list[Fault]
    head: Head | None = None
    by_name: dict[str, Column] = field(default_factory=dict)
    told: int = 0

    def place(self, row: int, column: Column | None = None) -> Place:
        if column is None:
            return Place(self.file, row=row)
        return Place(self.file, row=row, column=letters(column.at + 1), path=column.heading)

    def tell(self, place: Place, wrong: Sentence, right: Sentence | None) -> None:
        self.told += 1
        if self.told > MOST_FAULTS:
            return
        if self.told == MOST_FAULTS:
            place = Place(self.file, row=place.row)
            wrong = Sentence(
                "csv.many_faults", "From here on this file has more faults, which aren't listed."
            )
            right = Sentence("csv.many_faults.right", "Mend those above first, then check again.")
        self.faults.append(Fault(place, wrong, right))

    def tell_row(self, row: int, wrong: Sentence, right: Sentence | None) -> None:
        self.tell(Place(self.file, row=row), wrong, right)

    def tell_cell(self, row: int, at: int, heading: str, wrong: Sentence, right: Sentence | None) -> None:
        self.tell(Place(self.file, row=row, column=letters(at), path=shown(heading)), wrong, right)


class Lines:
    """Reads the rows below one head."""

    def __init__(self, sheet: Sheet, head: Head) -> None:
        self._sheet = sheet
        self._head = head
        self._defaults = {
            each.name: missing_value(each) for each in sheet.form.fields if each.missing != "fault"
        }
        self._columns: list[tuple[Column, dict[str, Value]]] = [(column, {}) for column in head.columns]
        self._strays: set[int] = set()

    def read(self, number: int, cells: list[str]) -> Row:
        """Return one row; a field that couldn't be read is told and left out."""
        spot = _Spot(self._sheet, number)
        if not self._head.least <= len(cells) <= self._head.width and not self._fits(number, cells):
            return Row(self._code_alone(cells), spot)
        for at in self._head.unheaded:
            if at < len(cells) and cells[at].strip() and at not in self._strays:
                self._strays.add(at)
                self._tell_stray(number, at)
        unit = self._unit(number, cells)
        values = dict(self._defaults)
        for column, known in self._columns:
            text = cells[column.at]
            try:
                if unit is not _KG:
                    value = self._value(text, column, self._unit_for(unit, column))
                elif text in known:
                    value = known[text]
                else:
                    value = known[text] = self._value(text, column, column.unit or _KG)
            except Wrong as error:
                self._sheet.tell(self._sheet.place(number, column), error.wrong, error.right)
                values.pop(column.field.name, None)
            else:
                values[column.field.name] = value
        return Row(values, spot)

    def _value(self, text: str, column: Column, unit: Unit) -> Value:
        wanted = column.field
        if text.strip(BLANKS):
            return value_of(text, wanted, self._sheet.codes, unit)
        if wanted.missing == "fault":
            raise Wrong(
                Sentence(
                    "cell.missing", "“{heading}” is empty, but this row needs it.", {"heading": wanted.name}
                ),
                _fill_in(wanted),
            )
        return text if wanted.kind == "text" else missing_value(wanted)

    def _unit(self, number: int, cells: list[str]) -> Unit:
        column = self._head.unit
        text = cells[column.at].strip(BLANKS) if column else ""
        if not text:
            return _KG
        try:
            return unit_of(text)
        except Wrong as error:
            self._sheet.tell(self._sheet.place(number, column), error.wrong, error.right)
            return _KG

    def _unit_for(self, unit: Unit, column: Column) -> Unit:
        """Return the unit of a quantity: its row's, or the one in parentheses in its heading."""
        if column.unit and column.unit.kg != unit.kg:
            raise Wrong(
                Sentence(
                    "cell.unit_heading",
                    "The heading says {heading} and the row says {unit}.",
                    {"heading": column.unit.name, "unit": unit.name},
                ),
                Sentence(
                    "cell.unit_heading.right",
                    "Use one unit: empty the unit of this row, or take the unit out of the heading.",
                ),
            )
        return unit

    def _fits(self, number: int, cells: list[str]) -> bool:
        """Return whether a row is longer than the head only by empty cells; tell it where not."""
        width = self._head.width
        facts: dict[str, object] = {"found": str(len(cells)), "right": str(self._head.least)}
        if len(cells) > width:
            if not any(cell.strip() for cell in cells[width:]):
                return True
            wrong = Sentence(
                "csv.long_row", "This row has {found} cells, but there are {right} headings.", facts
            )
            right = Sentence(
                "csv.long_row.right",
                "Put a text or number that holds the delimiter in quotation marks, or add a heading.",
            )
        else:
            wrong = Sentence(
                "csv.short_row", "This row has only {found} cells, but there are {right} headings.", facts
            )
            right = Sentence("csv.short_row.right", "Write a delimiter for each cell, for empty ones too.")
        self._sheet.tell_row(number, wrong, right)
        return False

    def _code_alone(self, cells: list[str]) -> dict[str, Value]:
        """Return the code of a row whose other cells may have slipped, so that other rows may name it."""
        column = self._sheet.by_name.get("code")
        if column is None or column.at >= len(cells):
            return {}
        try:
            return {"code": self._value(cells[column.at], column, _KG)}
        except Wrong:
            return {}

    def _tell_stray(self, number: int, at: int) -> None:
        self._sheet.tell_cell(
            number,
            at + 1,
            "",
            Sentence("heading.none", "Something stands here, but this column has no heading."),
            Sentence(
                "heading.none.right",
                "Write the heading in row {row}: “{remark}” for a remark of your own.",
                {"row": str(self._head.row), "remark": "note"},
            ),
        )


def _fill_in(wanted: tables.Field) -> Sentence:
    if wanted.refers_to == "periods":
        return Sentence("cell.missing.period", "Write a period, or * for every period.")
    if wanted.refers_to and wanted.kind == "code":
        return Sentence("csv.missing.code", "Write a code from {file}.", {"file": file_of(wanted.refers_to)})
    return Sentence("cell.missing.right", "Fill it in.")
