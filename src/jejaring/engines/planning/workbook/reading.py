"""An Excel workbook -> rows, with everything wrong with the file, its sheets, heads and cells.

What the rows must be to each other is judged in `assembly`. A cell that can't be read is told once
and left out of its row; the row stays, so that other rows may name it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from openpyxl.utils import column_index_from_string

from jejaring.engines.errors import Fault, Faults, Place, Refusal, Sentence
from jejaring.engines.planning import tables
from jejaring.engines.planning.rows import Row, Rows, Value
from jejaring.engines.planning.workbook import cells as cell_values
from jejaring.engines.planning.workbook import headings, sheets
from jejaring.engines.planning.workbook.cells import Codes, Wrong
from jejaring.engines.planning.workbook.headings import Language, plain
from jejaring.engines.planning.workbook.heads import HeadReader, find_head
from jejaring.engines.planning.workbook.layout import WIDE, layout
from jejaring.engines.planning.workbook.lines import Grid, Line, Spot, missing_value
from jejaring.engines.planning.workbook.spreadsheet import LIMITS, Limits, Sheet, Spreadsheet
from jejaring.engines.planning.workbook.stored import Area, Cell, SheetRow, letters

MOST_FAULTS = 500
"""Faults told of one sheet; nobody reads more before mending the first ones."""


def read_workbook(given: Path | str | bytes, file: str = "", limits: Limits = LIMITS) -> Rows:
    """Return the rows of a workbook with the faults found on the way, for `assembly.assemble`.

    `file` is what faults call the file, its own name where it is empty. Raises Faults where the
    file isn't a workbook that can be read at all.
    """
    name = file or ("" if isinstance(given, bytes) else Path(given).name)
    try:
        data = given if isinstance(given, bytes) else _bytes_of(Path(given))
        book = Spreadsheet(data, limits)
    except Refusal as refusal:
        fault = Fault(Place(file=name), refusal.sentence, _MENDS.get(refusal.sentence.code))
        raise Faults((fault,)) from refusal
    rows = Rows(file=name, sha256=sha256(data).hexdigest())
    _Reader(rows, book).read()
    return rows


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(
            "workbook.unreadable", "The file can't be opened: {reason}.", reason=error.strerror or "unknown"
        ) from error


_COPY = Sentence("workbook.copy.right", "Copy or download it again, or take an earlier copy.")
_TEMPLATE = Sentence(
    "workbook.template.right", "Save it as an Excel workbook (.xlsx), or copy its rows into the template."
)
_MENDS: dict[str, Sentence] = {
    "workbook.unreadable": Sentence(
        "workbook.unreadable.right", "Check its name and folder, and close it in other programs."
    ),
    "workbook.empty_file": _COPY,
    "workbook.cut_off": _COPY,
    "workbook.damaged": Sentence(
        "workbook.damaged.right",
        "Open it in Excel, let Excel repair it, and save it again; or take an earlier copy.",
    ),
    "workbook.password": Sentence(
        "workbook.password.right",
        "Open it in Excel, take the password away (File, Info, Protect Workbook), and save it.",
    ),
    "workbook.other_form": _TEMPLATE,
    "workbook.not_a_workbook": _TEMPLATE,
    "workbook.too_large": Sentence(
        "workbook.too_large.right", "Take away pictures and formatted but empty rows, or split the network."
    ),
    "workbook.unsafe": Sentence("workbook.unsafe.right", "Don't open it; ask the sender for a new copy."),
}


@dataclass
class _Steps:
    """The price steps of one channel in one period. A number that couldn't be read is None."""

    steps: list[tuple[Decimal | None, Decimal | None]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    used: bool = False


class _Reader:
    """Reads one workbook into rows."""

    def __init__(self, rows: Rows, book: Spreadsheet) -> None:
        self._rows = rows
        self._book = book
        self._codes = Codes()
        self._language: Language = "id"
        self._told: dict[str, int] = {}
        self._steps: dict[tuple[str, str, str], _Steps] = {}

    def read(self) -> None:
        found = sheets.match(self._book.sheets, self._rows.file, self._tell)
        self._language = found.language
        if "general" in found.by_name:
            self._read_general(found.by_name["general"])
        for name in ("periods", "products"):
            self._read_table(name, found.by_name.get(name))
        if "steps" in found.by_name:
            for grid, line in self._lines("steps", found.by_name["steps"]):
                self._keep_step(grid, line)
        for table in tables.TABLES:
            if table.name not in self._rows.tables:
                self._read_table(table.name, found.by_name.get(table.name))
        self._tell_loose_steps()

    def _tell(self, place: Place, wrong: Sentence, right: Sentence | None = None) -> None:
        told = self._told.get(place.sheet, 0) + 1
        self._told[place.sheet] = told
        if told > MOST_FAULTS:
            return
        if told == MOST_FAULTS:
            wrong = Sentence(
                "sheet.many_faults", "From here on this sheet has more faults, which aren't listed."
            )
            right = Sentence(
                "sheet.many_faults.right", "Mend those above first, then check the workbook again."
            )
        self._rows.faults.append(Fault(place, wrong, right))

    # --- tables ----------------------------------------------------------------------------------

    def _read_table(self, name: str, sheet: Sheet | None) -> None:
        kept: list[Row] = []
        self._rows.tables[name] = kept
        title = sheet.name if sheet else headings.SHEETS[name].name(self._language)
        self._rows.table_places[name] = Place(self._rows.file, title)
        if sheet is None:
            return
        keep = self._keep_wide if name in WIDE else self._keep
        for grid, line in self._lines(name, sheet):
            keep(kept, grid, line)
        if name in {"periods", "products"}:
            codes = tuple(code for row in kept if isinstance(code := row.values.get("code"), str))
            self._codes = Codes(codes) if name == "periods" else Codes(self._codes.periods, codes)

    def _lines(self, name: str, sheet: Sheet) -> Iterator[tuple[Grid, Line]]:
        """Yield the rows of a sheet below its head, and tell its merged cells."""
        place = Place(self._rows.file, sheet.name)
        shape = layout(name)
        last = 0
        grid: Grid | None = None
        try:
            row, below = find_head(sheet.rows(), shape, self._codes)
            if row is None:
                self._tell_headless(name, place, any(True for _ in below))
                return
            head = HeadReader(shape, self._codes, place, self._language, self._tell).read(row)
            grid = Grid(place, shape, head, self._codes, self._language, self._tell)
            for each in below:
                line = grid.read(each)
                if line is not None:
                    last = max(last, line.number)
                    yield grid, line
        except Refusal as refusal:
            self._tell(place, refusal.sentence, _MENDS.get(refusal.sentence.code))
        if grid is not None:
            if last and shape.wide and not grid.head.periods:
                self._tell_no_periods(grid)
            self._tell_merged(sheet, grid, last)

    def _keep(self, kept: list[Row], grid: Grid, line: Line) -> None:
        if grid.layout.sheet in {"outlets", "sources"}:
            self._add_steps(grid.layout.sheet, line)
        kept.append(Row(line.values, Spot(grid, line.number, "", line.inner)))

    def _keep_wide(self, kept: list[Row], grid: Grid, line: Line) -> None:
        """Keep a row for each period in which something stands."""
        name = WIDE[grid.layout.sheet]
        for at, period in grid.head.periods.items():
            cell = line.cells.get(at)
            if cell is None:
                continue
            values = dict(line.values)
            values["period"] = period
            amount = grid.amount(line, at, cell)
            if amount is not None:
                values[name] = amount
            kept.append(Row(values, Spot(grid, line.number, grid.period_letters[at])))

    def _tell_headless(self, name: str, place: Place, filled: bool) -> None:
        if not filled and (name == "steps" or tables.table(name).may_be_empty):
            return
        wanted = [column.heading(self._language) for column in layout(name).columns if column.compulsory]
        self._tell(
            place,
            Sentence("heading.none_found", "This sheet has no row of headings."),
            Sentence(
                "heading.none_found.right",
                "Write the headings in one row, above the data: {headings} …",
                {"headings": wanted},
            ),
        )

    def _tell_no_periods(self, grid: Grid) -> None:
        if self._codes.periods:
            self._tell(
                Place(grid.file, grid.sheet, grid.head.row),
                Sentence("heading.no_periods", "No column of this sheet is headed with a period."),
                Sentence(
                    "heading.no_periods.right",
                    "Write a period above each column of quantities, as {period}.",
                    {"period": self._codes.periods[0]},
                ),
            )

    def _tell_merged(self, sheet: Sheet, grid: Grid, last: int) -> None:
        """Tell merged cells among the head and the rows; above and beyond them they do no harm."""
        columns = [*grid.head.columns, *grid.head.periods]
        hidden: list[Area] = []
        for area in sheet.merged:
            if area.bottom < grid.head.row or area.top > max(last, grid.head.row):
                continue
            if area.left > max(columns, default=0) or area.right < min(columns, default=1):
                continue
            hidden.append(area)
            self._tell(
                Place(grid.file, grid.sheet, area.top, letters(area.left)),
                Sentence(
                    "sheet.merged",
                    "The cells {area} are merged; only the first of them has a value.",
                    {"area": str(area)},
                ),
                Sentence("sheet.merged.right", "Unmerge them, and write the value in each row."),
            )

        if hidden:
            # A cell below a merged one only looks empty.
            self._rows.faults = [
                fault for fault in self._rows.faults if not _only_looks_empty(fault, grid.sheet, hidden)
            ]

    # --- price steps -----------------------------------------------------------------------------

    def _keep_step(self, grid: Grid, line: Line) -> None:
        key = tuple(line.values.get(name) for name in ("channel", "code", "period"))
        channel, code, period = key
        if not (isinstance(channel, str) and isinstance(code, str) and isinstance(period, str)):
            return
        group = self._steps.setdefault((channel, code, period), _Steps())
        from_kg, price = line.values.get("from_kg"), line.values.get("price_idr_per_kg")
        group.steps.append(
            (from_kg if isinstance(from_kg, Decimal) else None, price if isinstance(price, Decimal) else None)
        )
        group.places.append(Place(grid.file, grid.sheet, line.number))

    def _add_steps(self, table: str, line: Line) -> None:
        """Give a channel's row the price steps of its code and period."""
        line.values["steps"] = ()
        code, period = line.values.get("code"), line.values.get("period")
        if not isinstance(code, str) or not isinstance(period, str):
            for (channel, step_code, _), group in self._steps.items():
                # The row that these steps belong to may be this one; its own fault is told.
                group.used |= channel == table and code in {None, step_code}
            return
        found = self._steps.get((table, code, period))
        if found is None:
            return
        found.used = True
        steps = tuple(
            (from_kg, price) for from_kg, price in found.steps if from_kg is not None and price is not None
        )
        if len(steps) < len(found.steps):
            del line.values["steps"]
        else:
            line.values["steps"] = steps
        line.inner["steps"] = found.places[0]
        line.inner.update({f"steps.{at}": place for at, place in enumerate(found.places)})

    def _tell_loose_steps(self) -> None:
        for (table, code, period), group in self._steps.items():
            if not group.used:
                sheet = self._rows.table_places[table].sheet
                self._tell(
                    group.places[0],
                    Sentence(
                        "steps.loose",
                        "“{sheet}” has no row with the code “{code}” and the period “{period}”.",
                        {"sheet": sheet, "code": code, "period": period},
                    ),
                    Sentence(
                        "steps.loose.right",
                        "Add that row, or correct the channel, the code or the period here.",
                    ),
                )

    # --- general things --------------------------------------------------------------------------

    def _read_general(self, sheet: Sheet) -> None:
        """Read the sheet of labels and values: the network's name and note, and the lane rule."""
        found: dict[str, tuple[Place, Cell | None]] = {}
        place = Place(self._rows.file, sheet.name)
        try:
            for row in sheet.rows():
                self._read_label(row, place, found)
        except Refusal as refusal:
            self._tell(place, refusal.sentence, _MENDS.get(refusal.sentence.code))
        for name in tables.TOP_TEXTS:
            at, cell = found.get(name, (place, None))
            if cell is not None:
                try:
                    setattr(self._rows, name, cell_values.text_of(cell))
                except Wrong as error:
                    self._tell(at, error.wrong, error.right)
        self._check_format(found)
        self._read_lane_rule(found, place)

    def _read_label(self, row: SheetRow, sheet: Place, found: dict[str, tuple[Place, Cell | None]]) -> None:
        number, cells = row
        first = min(cells)
        label, cell = cells[first], cells.get(first + 1)
        labels = {plain(each): name for name, words in headings.GENERAL.items() for each in words.understood}
        text = cell_values.shown(label)
        name = _label(text, labels)
        place = Place(sheet.file, sheet.sheet, number, letters(first))
        if name in found:
            self._tell(
                place,
                Sentence("general.twice", "“{label}” stands on this sheet twice.", {"label": text}),
                Sentence("general.twice.right", "Keep one of the two rows."),
            )
        elif name:
            found[name] = (Place(sheet.file, sheet.sheet, number, letters(first + 1)), cell)
        elif (cell is not None or not isinstance(label, str)) and plain(text) not in _HEADS:
            near = difflib.get_close_matches(plain(text)[:60], labels, n=1, cutoff=0.6)
            self._tell(
                place,
                Sentence("general.unknown", "“{label}” isn't known on this sheet.", {"label": text}),
                Sentence(
                    "heading.unknown.nearest",
                    "Did you mean “{nearest}”?",
                    {"nearest": headings.GENERAL[labels[near[0]]].name(self._language)},
                )
                if near
                else Sentence("general.unknown.right", "Take the row away, or start from the template."),
            )

    def _check_format(self, found: dict[str, tuple[Place, Cell | None]]) -> None:
        place, cell = found.get("format", (Place(), None))
        if cell is not None and cell not in tables.FORMATS:
            self._tell(
                place,
                Sentence(
                    "general.format",
                    "This workbook says that it is made for “{found}”.",
                    {"found": cell_values.shown(cell)},
                ),
                Sentence(
                    "general.format.right",
                    "This program reads “{right}”: use its template.",
                    {"right": tables.FORMAT},
                ),
            )

    def _read_lane_rule(self, found: dict[str, tuple[Place, Cell | None]], sheet: Place) -> None:
        places = {name: place for name, (place, _) in found.items()}
        given = {each.name for each in tables.LANE_RULE if found.get(each.name, (sheet, None))[1] is not None}
        if not given:
            return
        values: dict[str, Value] = {}
        for each in tables.LANE_RULE:
            place, cell = found.get(each.name, (sheet, None))
            try:
                if cell is not None:
                    values[each.name] = _rule_value(each, cell)
                elif each.missing != "fault":
                    values[each.name] = missing_value(each, each.name)
                else:
                    label = headings.GENERAL[each.name].name(self._language)
                    raise Wrong(
                        Sentence(
                            "general.no_detour",
                            "“{label}” is empty, but the lane rule needs it.",
                            {"label": label},
                        ),
                        Sentence(
                            "general.no_detour.right",
                            "Write road kilometres per kilometre, as 1,3; or empty the whole lane rule.",
                        ),
                    )
            except Wrong as error:
                self._tell(place, error.wrong, error.right)
        self._rows.lane_rule = Row(values, lambda name: places.get(name.partition(".")[0], sheet))


def _rule_value(wanted: tables.Field, cell: Cell) -> Value:
    """Return the value of one field of the lane rule. Raises Wrong."""
    if wanted.kind == "factors":
        return cell_values.factors_of(cell)
    return cell_values.code_of(cell) if wanted.kind == "code" else cell_values.number_of(cell, wanted)


def _only_looks_empty(fault: Fault, sheet: str, merged: list[Area]) -> bool:
    if fault.wrong.code not in {"cell.missing", "cell.half_pair"} or fault.place.sheet != sheet:
        return False
    column = column_index_from_string(fault.place.column)
    return any(
        area.top <= fault.place.row <= area.bottom and area.left <= column <= area.right for area in merged
    )


_HEADS = {plain(name) for words in headings.GENERAL_HEADS for name in words.understood}


def _label(text: str, labels: dict[str, str]) -> str:
    """Return what a label means; its unit may stand in parentheses after it."""
    return labels.get(plain(text)) or labels.get(plain(text.partition("(")[0])) or ""
