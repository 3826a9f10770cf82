"""One row of a sheet -> the values of its fields, faulty ones told and left out."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from jejaring.engines.errors import Place, Sentence
from jejaring.engines.planning.rows import Value
from jejaring.engines.planning.tables import Field, Missing
from jejaring.engines.planning.workbook import cells as values
from jejaring.engines.planning.workbook import headings, selectors
from jejaring.engines.planning.workbook.cells import Codes, Unit, Wrong
from jejaring.engines.planning.workbook.headings import Language
from jejaring.engines.planning.workbook.heads import Head, Tell, unheaded
from jejaring.engines.planning.workbook.layout import PAIRS, UNIT, Column, Layout
from jejaring.engines.planning.workbook.stored import Cell, SheetRow, letters

NOTHING: Mapping[str, Place] = {}
_KG = Unit()


class Spot:
    """Tells where the fields of one row stand; a row below a period's heading stands in its cell.

    `inner` has the places of parts by name ("outputs.beras", "steps.0") and of what stands elsewhere.
    """

    __slots__ = ("_column", "_grid", "_inner", "_row")

    def __init__(self, grid: Grid, row: int, column: str = "", inner: Mapping[str, Place] = NOTHING) -> None:
        self._grid = grid
        self._row = row
        self._column = column
        self._inner = inner

    def __call__(self, name: str) -> Place:
        if name in self._inner:
            return self._inner[name]
        column = self._grid.letters_of.get(name.partition(".")[0], self._column)
        return Place(self._grid.file, self._grid.sheet, self._row, column)


@dataclass
class Line:
    """One row while it is read: its values so far, the places of parts, and the unit of its quantities.

    A unit of None couldn't be read; then the quantities of the row are left out.
    """

    number: int
    cells: dict[int, Cell]
    values: dict[str, Value]
    unit: Unit | None = _KG
    inner: dict[str, Place] = field(default_factory=dict)


class Grid:
    """A sheet with its head: reads the rows below it."""

    def __init__(
        self, place: Place, layout: Layout, head: Head, codes: Codes, language: Language, tell: Tell
    ) -> None:
        self.file = place.file
        self.sheet = place.sheet
        self.head = head
        self.layout = layout
        self._codes = codes
        self._language = language
        self._tell = tell
        self._strays: set[int] = set()
        self._columns: list[tuple[int, Column]] = []
        self._pairs: dict[str, dict[int, dict[str, int]]] = {}
        self._unit_at = 0
        self._table_at = next((at for at, each in head.columns.items() if each.column.name == "table"), 0)
        self._units: dict[int, Unit] = {}
        self.letters_of: dict[str, str] = {}
        for at, heading in head.columns.items():
            self._add(at, heading.column, heading.number, heading.unit)
        self.period_letters = {at: letters(at) for at in head.periods}
        self._counting = {at for at in head.columns if at != self._unit_at} | set(head.periods)
        self._defaults = {
            column.name: missing_value(column.field, column.name)
            for column in layout.columns
            if not column.compulsory and column.name != UNIT
        }

    def _add(self, at: int, column: Column, number: int, unit: str) -> None:
        if column.name == UNIT:
            self._unit_at = at
            return
        self.letters_of.setdefault(column.name, letters(at))
        kg = values.unit_kg(unit) if unit and column.field.kind == "kg" else None
        if kg:
            self._units[at] = Unit(unit, kg, written=True)
        if column.part:
            self._pairs.setdefault(column.name, {}).setdefault(number, {})[column.part] = at
        else:
            self._columns.append((at, column))

    def read(self, row: SheetRow) -> Line | None:
        """Return one row's values, or None where nothing stands in it that counts."""
        number, cells = row
        if self._counting.isdisjoint(cells):
            self._tell_strays(number, cells)
            return None
        if len(cells) > len(self._counting & cells.keys()):
            self._tell_strays(number, cells)
        line = Line(number, cells, dict(self._defaults))
        if self._unit_at in cells:
            line.unit = self._unit(line)
        for at, column in self._columns:
            cell = cells.get(at)
            if cell is None:
                if column.compulsory:
                    self._tell_missing(line, at, column.field, column.heading(self._language))
                continue
            try:
                value = self._value(line, at, column, cell)
            except Wrong as error:
                self._tell(self.place(number, at), error.wrong, error.right)
                value = None
            if value is None:
                line.values.pop(column.name, None)
            else:
                line.values[column.name] = value
        for name, pairs in self._pairs.items():
            self._read_pairs(line, name, pairs)
        return line

    def amount(self, line: Line, at: int, cell: Cell) -> Decimal | None:
        """Return the kilograms below a period's heading; None where they couldn't be read."""
        if line.unit and line.unit.kg == 1 and isinstance(cell, Decimal):
            return cell
        try:
            return self._kg(cell, line.unit)
        except Wrong as error:
            self._tell(self.place(line.number, at), error.wrong, error.right)
            return None

    def place(self, row: int, column: int) -> Place:
        return Place(self.file, self.sheet, row, letters(column))

    def _value(self, line: Line, at: int, column: Column, cell: Cell) -> Value:
        """Return the value of one cell, None where its unit is missing. Raises Wrong."""
        kind = column.field.kind
        if kind == "kg":
            # A yield in kg/ha isn't in the row's unit.
            return self._kg(cell, self._unit_for(line, at) if column.field.unit == "kg" else _KG)
        if kind == "code":
            if column.field.refers_to == "periods":
                return values.period_of(cell, self._codes)
            if self.layout.sheet == "periods" and isinstance(cell, datetime.date):
                return values.month_of(cell)
            return values.code_of(cell)
        if kind == "text":
            return self._text(line, column.name, cell)
        if kind == "codes":
            return values.codes_of(cell, self._codes)
        return values.number_of(cell, column.field)

    def _text(self, line: Line, name: str, cell: Cell) -> str | None:
        if self.layout.sheet in selectors.SHEETS:
            return selectors.value_of(name, cell, line.cells.get(self._table_at), self._language)
        return values.channel_of(cell) if name == "channel" else values.text_of(cell)

    def _kg(self, cell: Cell, unit: Unit | None) -> Decimal | None:
        """Return kilograms, None where their unit is missing. A wrong number is told all the same."""
        kg = values.kg_of(cell, unit or _KG)
        return kg if unit else None

    def _unit(self, line: Line) -> Unit | None:
        try:
            return values.unit_of(line.cells[self._unit_at])
        except Wrong as error:
            self._tell(self.place(line.number, self._unit_at), error.wrong, error.right)
            return None

    def _unit_for(self, line: Line, at: int) -> Unit | None:
        """Return the unit of a quantity: its row's, or the one in parentheses in its heading."""
        head = self._units.get(at)
        if head is None or line.unit is None:
            return line.unit
        if line.unit.written and line.unit.kg != head.kg:
            raise Wrong(
                Sentence(
                    "cell.unit_heading",
                    "The heading says {heading} and the row says {unit}.",
                    {"heading": head.name, "unit": line.unit.name},
                ),
                Sentence(
                    "cell.unit_heading.right",
                    "Use one unit: empty the unit of this row, or take the unit out of the heading.",
                ),
            )
        return head

    def _read_pairs(self, line: Line, name: str, pairs: Mapping[int, Mapping[str, int]]) -> None:
        """Read the pairs of product and amount that belong to one field."""
        found: dict[str, Decimal] = {}
        sound = True
        for number, pair in sorted(pairs.items()):
            if len(pair) < 2:
                sound = False
                continue
            product_at, amount_at = pair["product"], pair["amount"]
            product, amount = line.cells.get(product_at), line.cells.get(amount_at)
            if product is None and amount is None:
                continue
            if product == headings.NO_CODES and amount is None and len(pairs) > 0:
                line.values[name] = {}
                continue
            sound &= self._read_pair(line, name, number, pair, found)
        compulsory = self.layout.column(name).compulsory
        if not sound:
            line.values.pop(name, None)
        elif found:
            line.values[name] = found
        elif compulsory and name not in line.values:
            first = pairs[min(pairs)]
            heading = self.layout.column(name).heading(self._language, min(pairs))
            self._tell_missing(line, first["product"], self.layout.column(name).field, heading)

    def _read_pair(
        self, line: Line, name: str, number: int, pair: Mapping[str, int], found: dict[str, Decimal]
    ) -> bool:
        """Read one pair into `found`, and return whether it was sound."""
        product_words, amount_words = PAIRS[name]
        for part, words in (("product", product_words), ("amount", amount_words)):
            if pair[part] not in line.cells:
                heading = f"{words.name(self._language)} {number}"
                self._tell_half(line, pair[part], heading)
                return False
        at = pair["product"]
        try:
            code = values.code_of(line.cells[at])
            if code in found:
                raise Wrong(
                    Sentence("cell.product_twice", "“{code}” stands in this row twice.", {"code": code}),
                    Sentence("cell.product_twice.right", "Write each product once."),
                )
            line.inner[f"{name}.{code}"] = self.place(line.number, at)
            at = pair["amount"]
            amount = self._pair_amount(line, at, name)
        except Wrong as error:
            self._tell(self.place(line.number, at), error.wrong, error.right)
            return False
        if amount is None:
            return False
        found[code] = amount
        return True

    def _pair_amount(self, line: Line, at: int, name: str) -> Decimal | None:
        cell = line.cells[at]
        if name == "opening_kg":
            return self._kg(cell, self._unit_for(line, at))
        return values.number_of(cell, _YIELD)

    def _tell_half(self, line: Line, at: int, heading: str) -> None:
        self._tell(
            self.place(line.number, at),
            Sentence(
                "cell.half_pair", "“{heading}” is empty, but its neighbour isn't.", {"heading": heading}
            ),
            Sentence("cell.half_pair.right", "Fill in both, or empty both."),
        )

    def _tell_missing(self, line: Line, at: int, wanted: Field, heading: str) -> None:
        self._tell(
            self.place(line.number, at),
            Sentence("cell.missing", "“{heading}” is empty, but this row needs it.", {"heading": heading}),
            _fill_in(wanted, self._language),
        )

    def _tell_strays(self, number: int, cells: dict[int, Cell]) -> None:
        """Tell columns that have values but no heading, each once."""
        for at in unheaded(self.head, cells):
            if at not in self._strays:
                self._strays.add(at)
                remark = headings.GENERAL_HEADS[3].name(self._language)
                self._tell(
                    self.place(number, at),
                    Sentence("heading.none", "Something stands here, but this column has no heading."),
                    Sentence(
                        "heading.none.right",
                        "Write the heading in row {row}: “{remark}” for a remark of your own.",
                        {"row": str(self.head.row), "remark": remark},
                    ),
                )


_YIELD = Field("outputs", "rate", "Yield")


def missing_value(wanted: Field, name: str) -> Value:
    """Return what an empty cell means, where it may be empty."""
    if name == "opening_kg" or wanted.kind == "factors":
        return {}
    empty: Value = () if wanted.kind in {"codes", "steps"} else ""
    by_rule: dict[Missing, Value] = {"none": None, "zero": Decimal(0), "empty": empty}
    return by_rule[wanted.missing]


def _fill_in(wanted: Field, language: Language) -> Sentence:
    """Return how to fill in a cell that may not be empty."""
    if wanted.refers_to == "periods":
        return Sentence("cell.missing.period", "Write a period, or * for every period.")
    if wanted.refers_to:
        sheet = headings.SHEETS[wanted.refers_to].name(language)
        return Sentence("cell.missing.code", "Write a code from the sheet “{sheet}”.", {"sheet": sheet})
    by_kind: dict[str, Callable[[], Sentence]] = {
        "code": lambda: Sentence("cell.missing.own_code", "Write a short code that no other row has."),
        "kg": lambda: Sentence("cell.missing.kg", "Write the quantity, 0 if there is nothing."),
        "price": lambda: Sentence("cell.missing.price", "Write rupiah per kilogram, 0 if it is free."),
    }
    make = by_kind.get(wanted.kind, lambda: Sentence("cell.missing.right", "Fill it in."))
    return make()
