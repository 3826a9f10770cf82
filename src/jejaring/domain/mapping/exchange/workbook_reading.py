"""The co-op's own workbook as it comes back -> rows, or everything that is wrong, each with its cell."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jejaring.domain.mapping.exchange import columns as words
from jejaring.domain.mapping.exchange.columns import LAYOUTS, Column, Layout, output_columns, plain
from jejaring.domain.mapping.exchange.kept import Catalogue
from jejaring.domain.mapping.exchange.months import read_month
from jejaring.domain.mapping.exchange.rows import (
    BY_MONTH,
    CHANNEL,
    FACILITY,
    VEHICLE,
    Key,
    Said,
    month_code,
    natural_key,
)
from jejaring.domain.mapping.exchange.typed_cells import CellReader, is_remove, kg_of
from jejaring.domain.mapping.exchange.workbook_writing import cooperative_code
from jejaring.domain.parties.models import Cooperative
from jejaring.engines.errors import Fault, Faults, Place, Refusal, Sentence
from jejaring.engines.planning.workbook import cells
from jejaring.engines.planning.workbook.cells import Unit, Wrong
from jejaring.engines.planning.workbook.spreadsheet import Limits, Sheet, Spreadsheet
from jejaring.engines.planning.workbook.stored import Cell, SheetRow, letters

MOST_BYTES = 5 * 2**20
LIMITS = Limits(unpacked_bytes=64 * 2**20, cells=300_000)
MOST_LINES = 2_000
"""Of one sheet."""
_MOST_FAULTS = 100
"""Told of one sheet; nobody reads more before mending the first ones."""
_MOST_COLUMNS = 200
_HEAD_WITHIN = 20
_LAST_MONTHS = 72

_NULLABLE = {
    "cost_idr_per_kg", "least_lot_kg", "worth_idr_per_kg", "sell_idr_per_kg", "buy_idr_per_kg",
    "most_sell_kg", "most_buy_kg", "most_kg", "most_trips", "capacity_kg",
}  # fmt: skip
"""Columns in which "hapus" means: not said any more."""

_OUTPUT = re.compile(r"(?:hasil|output|rendemen|yield)([1-9][0-9]?)")


def read_cooperative_workbook(
    cooperative: Cooperative, data: bytes, file: str, *, on: date
) -> tuple[Said, ...]:
    """Return the rows of a co-op's workbook.

    Raises Faults with everything that is wrong: no workbook, another co-op's, or cells to be mended.
    """
    try:
        if len(data) > MOST_BYTES:
            raise Refusal("exchange.large", "This file is larger than {most} MB.", most=MOST_BYTES // 2**20)
        book = Spreadsheet(data, LIMITS)
        reader = _Reader(file, CellReader(Catalogue(cooperative), on))
        reader.read(cooperative, book)
    except Refusal as refusal:
        if isinstance(refusal, Faults):
            raise
        raise Faults((Fault(Place(file=file), refusal.sentence, _ANEW),)) from refusal
    if reader.faults:
        raise Faults(tuple(reader.faults))
    return tuple(reader.rows)


_ANEW = Sentence(
    "exchange.anew", "Download the co-op's workbook again, write your figures in it, and save it as .xlsx."
)


@dataclass
class _Head:
    """The heading row of a sheet: its columns, and its months."""

    row: int
    columns: dict[int, Column] = field(default_factory=dict)
    months: dict[int, date] = field(default_factory=dict)


class _Reader:
    """Reads one workbook."""

    def __init__(self, file: str, cell_reader: CellReader) -> None:
        self.rows: list[Said] = []
        self.faults: list[Fault] = []
        self._file = file
        self._cells = cell_reader
        self._seen: dict[tuple[str, Any], Place] = {}
        self._told: dict[str, int] = {}

    def read(self, cooperative: Cooperative, book: Spreadsheet) -> None:
        by_name = {plain(sheet.name): sheet for sheet in book.sheets}
        _refuse_another(cooperative, by_name)
        known = {plain(word) for word in (*words.INSTRUCTIONS.understood, *words.LISTS.understood)}
        for layout in LAYOUTS:
            names = [plain(word) for word in layout.words.understood]
            known.update(names)
            for name in names:
                if name in by_name:
                    self._read_sheet(layout, by_name[name])
                    break
        for name, sheet in by_name.items():
            if name not in known and any(True for _ in sheet.rows()):
                self._tell(
                    Place(self._file, sheet.name),
                    Sentence("exchange.sheet", "There is no sheet of this name in the co-op's workbook."),
                    Sentence("exchange.sheet.right", "Give it its old name again, or delete the sheet."),
                )

    def _tell(self, place: Place, wrong: Sentence, right: Sentence | None = None) -> None:
        told = self._told[place.sheet] = self._told.get(place.sheet, 0) + 1
        if told <= _MOST_FAULTS:
            self.faults.append(Fault(place, wrong, right))

    def _read_sheet(self, layout: Layout, sheet: Sheet) -> None:
        rows = iter(sheet.rows())
        head = self._find_head(layout, sheet, rows)
        if head is None:
            return
        last = head.row
        for count, (number, row) in enumerate(rows):
            if count >= MOST_LINES:
                self._told[sheet.name] = 0
                self._tell(
                    Place(self._file, sheet.name, number),
                    Sentence(
                        "exchange.many_lines", "This sheet has more than {most} rows.", {"most": MOST_LINES}
                    ),
                    Sentence(
                        "exchange.many_lines.right",
                        "One co-op needs far fewer: delete those that aren't its own.",
                    ),
                )
                return
            last = number
            _Line(self, layout, head, sheet.name, number, row).read()
        for area in sheet.merged:
            if area.bottom >= head.row and area.top <= last:
                self._tell(
                    Place(self._file, sheet.name, area.top, letters(area.left)),
                    Sentence(
                        "sheet.merged",
                        "The cells {area} are merged; only the first of them has a value.",
                        {"area": str(area)},
                    ),
                    Sentence("sheet.merged.right", "Unmerge them, and write the value in each row."),
                )

    # --- headings --------------------------------------------------------------------------------

    def _find_head(self, layout: Layout, sheet: Sheet, rows: Iterator[SheetRow]) -> _Head | None:
        needed = {column.name for column in layout.columns if column.needed}
        filled = False
        for number, row in itertools.takewhile(lambda each: each[0] <= _HEAD_WITHIN, rows):
            filled = True
            columns = {at: found for at, cell in row.items() if (found := _column(layout, cell))}
            if needed <= {column.name for column in columns.values()}:
                return self._read_head(layout, sheet.name, number, row)
        if filled:
            self._tell(
                Place(self._file, sheet.name),
                Sentence("heading.none_found", "This sheet has no row of headings."),
                Sentence(
                    "heading.none_found.right",
                    "Write the headings in one row, above the data: {headings} …",
                    {"headings": [column.words.indonesian for column in layout.columns if column.needed]},
                ),
            )
        return None

    def _read_head(self, layout: Layout, sheet: str, number: int, row: Mapping[int, Cell]) -> _Head:
        head = _Head(number)
        taken: set[Any] = set()
        for at, cell in row.items():
            place = Place(self._file, sheet, number, letters(at))
            found: Column | date | None = _column(layout, cell)
            if found is None and layout.wide and at <= _MOST_COLUMNS:
                found = self._month(cell, place)
                if found is None:
                    continue
            if found is None:
                self._tell(
                    place,
                    Sentence(
                        "exchange.heading",
                        "The heading “{text}” isn't understood.",
                        {"text": cells.shown(cell)},
                    ),
                    Sentence(
                        "exchange.heading.right",
                        "Write it as in the workbook that you downloaded, or delete the column.",
                    ),
                )
                continue
            name = found if isinstance(found, date) else found.name
            if name in taken:
                self._tell(
                    place,
                    Sentence(
                        "exchange.heading_twice",
                        "The heading “{text}” stands here twice.",
                        {"text": cells.shown(cell)},
                    ),
                    Sentence("exchange.heading_twice.right", "Keep one of these columns."),
                )
                continue
            taken.add(name)
            if isinstance(found, date):
                head.months[at] = found
            else:
                head.columns[at] = found
        return head

    def _month(self, cell: Cell, place: Place) -> date | None:
        if isinstance(cell, str) and read_month(cell) is None:
            self._tell(
                place,
                Sentence(
                    "exchange.heading_month",
                    "“{text}” is neither a heading of this sheet nor a month.",
                    {"text": cells.shown(cell)},
                ),
                Sentence("exchange.month.right", "Write it as 2027-03 or Mar 2027."),
            )
            return None
        try:
            return self._cells.month(cell)
        except (Wrong, Refusal) as error:
            self.wrong(place, error)
            return None

    # --- used by lines ---------------------------------------------------------------------------

    @property
    def cells(self) -> CellReader:
        return self._cells

    def place(self, sheet: str, row: int, at: int) -> Place:
        return Place(self._file, sheet, row, letters(at))

    def wrong(self, place: Place, error: Wrong | Refusal) -> None:
        """Tell what is wrong with a cell."""
        if isinstance(error, Wrong):
            self._tell(place, error.wrong, error.right)
        else:
            self._tell(place, error.sentence)

    def tell(self, place: Place, wrong: Sentence, right: Sentence | None = None) -> None:
        """Tell something else that is wrong."""
        self._tell(place, wrong, right)

    def keep(self, said: Said) -> None:
        """Keep a row, or tell that another one is about the same thing."""
        identity = (said.table, said.key if any(said.key) else natural_key(said.table, said.values))
        first = self._seen.setdefault(identity, said.place)
        if first is not said.place:
            self._tell(
                said.place,
                Sentence(
                    "exchange.twice",
                    "The same thing stands in this sheet twice: here and at {where}.",
                    {"where": f"{first.column}{first.row}"},
                ),
                Sentence("exchange.twice.right", "Keep one of them."),
            )
            return
        self.rows.append(said)


def _refuse_another(cooperative: Cooperative, sheets: Mapping[str, Sheet]) -> None:
    names = [plain(word) for word in words.INSTRUCTIONS.understood]
    page = next((sheets[name] for name in names if name in sheets), None)
    label = {plain(word) for word in words.COOPERATIVE_CODE.understood}
    code = ""
    for _, row in itertools.islice(page.rows(), 30) if page else ():
        if any(isinstance(cell, str) and plain(cell) in label for cell in row.values()):
            code = next((str(cell) for _, cell in sorted(row.items()) if plain(str(cell)) not in label), "")
            break
    if not code:
        raise Refusal("exchange.no_code", "This workbook doesn't say which co-op it is about.")
    if code.strip() != cooperative_code(cooperative):
        raise Refusal(
            "exchange.another", "This is the workbook of another co-op, not of {name}.", name=cooperative.name
        )


def _column(layout: Layout, cell: Cell) -> Column | None:
    """Return the column that a heading names; None where it names none."""
    if not isinstance(cell, str):
        return None
    wanted = plain(cell)
    for column in layout.columns:
        if wanted in {plain(word) for word in column.words.understood}:
            return column
    if layout.table == FACILITY and (found := _OUTPUT.fullmatch(wanted)):
        pair = output_columns(int(found[1]))
        return pair[0] if wanted.startswith(("hasil", "output")) else pair[1]
    return None


class _Line:
    """One row below the headings."""

    def __init__(
        self, reader: _Reader, layout: Layout, head: _Head, sheet: str, number: int, row: Any
    ) -> None:
        self._reader = reader
        self._layout = layout
        self._head = head
        self._sheet = sheet
        self._number = number
        self._row: Mapping[int, Cell] = {
            at: cell for at, cell in row.items() if at in head.columns or at in head.months
        }
        self._at = {column.name: at for at, column in head.columns.items()}
        self._broken = False
        self._unit = Unit()

    def read(self) -> None:
        """Read the row and keep what it says."""
        if not self._row:
            return
        self._read_unit()
        values = dict(self._values())
        missing = [
            column.words.indonesian
            for column in self._layout.columns
            if column.needed and self._at.get(column.name) not in self._row
        ]
        if missing:
            self._wrong_line(
                Sentence("exchange.missing", "This row lacks: {names}.", {"names": missing}),
                Sentence("exchange.missing.right", "Fill it in, or empty the whole row."),
            )
            return
        if self._broken:
            return
        removed = bool(values.pop("remove", False))
        if self._layout.wide:
            self._keep_months(values)
        elif self._layout.table in BY_MONTH:
            self._keep_span(values, removed=removed)
        else:
            self._keep_one(values, removed=removed)

    def _place(self, at: int = 0) -> Place:
        return self._reader.place(self._sheet, self._number, at or min(self._row))

    def _wrong_line(self, wrong: Sentence, right: Sentence | None = None) -> None:
        self._broken = True
        self._reader.tell(self._place(), wrong, right)

    def _read_unit(self) -> None:
        at = self._at.get("unit", 0)
        if at in self._row:
            try:
                self._unit = cells.unit_of(self._row[at])
            except Wrong as error:
                self._broken = True
                self._reader.wrong(self._place(at), error)

    def _values(self) -> Iterator[tuple[str, Any]]:
        """Yield what the row's own columns say; empty ones say nothing."""
        product: str | None = None
        # The product first, wherever its column was moved to: the grade is looked up among its own.
        for at, column in sorted(
            self._head.columns.items(), key=lambda each: (each[1].name != "product", each[0])
        ):
            cell = self._row.get(at)
            if cell is None or column.name == "unit":
                continue
            try:
                if column.name in _NULLABLE and is_remove(cell):
                    value = None
                elif column.kind == "grade":
                    if product is None:
                        continue
                    value = self._reader.cells.grade(product, cell)
                else:
                    value = self._reader.cells.value(column, cell, self._unit)
            except (Wrong, Refusal) as error:
                self._broken = True
                self._reader.wrong(self._place(at), error)
                continue
            if column.name == "product":
                product = value
            yield column.name, value

    def _keep_months(self, values: dict[str, Any]) -> None:
        key = _about(values)
        any_month = False
        for at, month in self._head.months.items():
            cell = self._row.get(at)
            if cell is None:
                continue
            any_month = True
            place = self._place(at)
            said_key = (*key, month_code(month))
            if is_remove(cell):
                self._reader.keep(Said(self._layout.table, said_key, {}, place, removed=True))
                continue
            try:
                kg = kg_of(cell, self._unit)
            except (Wrong, Refusal) as error:
                self._reader.wrong(place, error)
                continue
            typed = self._typed(cell)
            self._reader.keep(Said(self._layout.table, said_key, {"kg": kg, **values}, place, typed=typed))
        if not any_month and set(values) - {"evidence", "source"}:
            self._wrong_line(
                Sentence("exchange.no_month", "This row has no quantity in any month."),
                Sentence(
                    "exchange.no_month.right", "Write quantities below the months, or empty the whole row."
                ),
            )

    def _typed(self, cell: Cell) -> str:
        text = cells.shown(cell, 30)
        return text if text[-1:].isalpha() else f"{text} {self._unit.name}"

    def _keep_span(self, values: dict[str, Any], *, removed: bool) -> None:
        """Keep the row for each month from its first to its last."""
        key = _about(values)
        first: date | None = values.pop("month", None)
        last: date | None = values.pop("until", None) or first
        months = [first] if first is None else _months_between(first, last)
        if not months:
            self._wrong_line(
                Sentence("exchange.span", "The last month is before the first, or years after it."),
                Sentence("exchange.span.right", "Write the earlier month first."),
            )
            return
        for month in months:
            said = Said(self._layout.table, (*key, month_code(month)), values, self._place(), removed=removed)
            self._reader.keep(said)

    def _keep_one(self, values: dict[str, Any], *, removed: bool) -> None:
        table = self._layout.table
        code = str(values.pop("code", ""))
        if table == VEHICLE:
            key: Key = (values["name"],)
        else:
            letter = {FACILITY: "f", CHANNEL: "c"}[table]
            found = re.fullmatch(rf"{letter}([0-9]{{1,15}})", code.strip())
            key = (found[1] if found else "",)
        if table == FACILITY and not self._put_outputs(values):
            return
        self._reader.keep(Said(table, key, values, self._place(), removed=removed))

    def _put_outputs(self, values: dict[str, Any]) -> bool:
        """Put products and yields together; return whether each has the other."""
        outputs: list[list[str]] = []
        for number in sorted({int(name[6:]) for name in values if name.startswith("output")}):
            outputs.append([values.pop(f"output{number}"), values.pop(f"yield{number}", "")])
        if any(not factor for _, factor in outputs) or any(name.startswith("yield") for name in values):
            self._wrong_line(
                Sentence(
                    "exchange.output", "A product that comes out lacks its yield, or a yield its product."
                ),
                Sentence("exchange.output.right", "Write both, or neither."),
            )
            return False
        if outputs:
            values["outputs"] = outputs
        return True


def _about(values: dict[str, Any]) -> Key:
    """Take product, grade and place out of a row's values, and return them as a key."""
    return (values.pop("product"), values.pop("grade", ""), values.pop("site", ""))


def _months_between(first: date, last: date | None) -> list[date]:
    end = last or first
    count = (end.year - first.year) * 12 + end.month - first.month + 1
    if not 0 < count <= _LAST_MONTHS:
        return []
    start = first.year * 12 + first.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(start, start + count)]
