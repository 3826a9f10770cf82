"""Rows of a network as columns, each field judged by itself.

Codes become positions and numbers are checked against the range of their kind. What rows must be
to each other is judged in `consistency`; the `Problem` is made in `assembly`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from jejaring.engines.errors import Fault, Place, Sentence
from jejaring.engines.measures import Flags, Indices
from jejaring.engines.planning import tables
from jejaring.engines.planning.problem import NOBODY
from jejaring.engines.planning.rows import Row, Rows, Value
from jejaring.engines.quantities import LARGEST, MOST_DECIMALS

EVERY = -2
"""Stands for "every period" in a column of periods."""

UNKNOWN = -3
"""Stands for a code that names nothing, or that could not be read; its fault is told."""

_NUMBERS = frozenset({"kg", "price", "rupiah", "share", "rate", "km", "count", "latitude", "longitude"})
_NEAREST_MOST = 200
"""Looking for the nearest code is slow; nobody reads more suggestions than this."""


class Findings:
    """Collects faults. What the reader told of a place isn't told again."""

    def __init__(self, rows: Rows) -> None:
        self.faults = list(rows.faults)
        self.table_place = rows.place_of_table
        self._told = {fault.place for fault in self.faults}
        self._nearest: dict[tuple[str, str], str] = {}

    def add(self, place: Place, wrong: Sentence, right: Sentence | None = None) -> None:
        """Note one fault, unless the reader found one in the same place."""
        if place not in self._told:
            self.faults.append(Fault(place, wrong, right))

    def nearest(self, table: str, code: str, codes: Iterable[str]) -> str:
        """Return the code of `table` that looks most like `code`, or nothing."""
        key = (table, code)
        if key not in self._nearest:
            if len(self._nearest) >= _NEAREST_MOST:
                return ""
            self._nearest[key] = nearest(code, codes)
        return self._nearest[key]


@dataclass(eq=False)
class Columns:
    """One table, by field: values as read, positions of codes, and whether each is sound.

    `position` holds fields that name a row of another table; `parts` those that name several
    products. A number that isn't sound is None; the position of a code that isn't is UNKNOWN.
    """

    table: tables.Table
    rows: list[Row]
    values: dict[str, list[Value]] = field(default_factory=dict)
    sound: dict[str, Flags] = field(default_factory=dict)
    position: dict[str, Indices] = field(default_factory=dict)
    parts: dict[str, list[tuple[int, ...]]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def good(self, *names: str) -> Flags:
        """Return True for each row in which all fields of `names` are sound."""
        flags = np.ones(len(self.rows), dtype=bool)
        for name in names:
            flags &= self.sound[name]
            if name in self.position:
                flags &= self.position[name] != UNKNOWN
        return flags

    def numbers(self, name: str) -> list[Decimal | None]:
        """Return the values of a field of numbers."""
        return [value if isinstance(value, Decimal) else None for value in self.values[name]]

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the values of a field of text, empty text where there is none."""
        return tuple(value if isinstance(value, str) else "" for value in self.values[name])

    def steps(self, row: int) -> tuple[tuple[Decimal, Decimal], ...]:
        """Return the price steps of row `row`."""
        value = self.values["steps"][row]
        return tuple(step for step in value if isinstance(step, tuple)) if isinstance(value, tuple) else ()

    def amounts(self, name: str, row: int) -> Mapping[str, Decimal]:
        """Return the numbers by product of row `row`."""
        value = self.values[name][row]
        return value if isinstance(value, Mapping) else {}


def nearest(word: str, words: Iterable[str]) -> str:
    """Return the one of `words` that looks most like `word`, or nothing where none does."""
    small = {each.casefold(): each for each in words}
    found = difflib.get_close_matches(word.casefold()[:100], small, n=1, cutoff=0.6)
    return small[found[0]] if found else ""


def columns(rows: Rows, findings: Findings) -> dict[str, Columns]:
    """Return every table of `rows` as columns, telling `findings` what is wrong with single fields."""
    by_name = {
        table.name: _read_columns(table, rows.tables.get(table.name, []), findings) for table in tables.TABLES
    }
    positions = {
        name: positions_of(by_name[name].texts("code"))
        for name in ("parties", "sites", "products", "periods", "vehicles")
    }
    for each in by_name.values():
        for column in each.table.fields:
            if column.refers_to and column.kind == "code":
                each.position[column.name] = _positions(each, column, positions, findings)
            elif column.kind in {"codes", "yields", "kilograms"}:
                each.parts[column.name] = _parts(each, column, positions["products"], findings)
    return by_name


def positions_of(codes: Sequence[str]) -> dict[str, int]:
    """Return the position at which each code stands first; empty codes have none."""
    found: dict[str, int] = {}
    for position, code in enumerate(codes):
        if code:
            found.setdefault(code, position)
    return found


def may_be_none(row: Row, column: tables.Field, findings: Findings) -> bool:
    """Return whether `row` rightly has nothing in a field; what it lacks is told."""
    if column.name not in row.values:
        return False
    if column.missing != "fault":
        return True
    findings.add(
        row.place_of(column.name),
        Sentence("input.missing", "Something is missing here."),
        Sentence("input.missing.right", "Fill it in."),
    )
    return False


def number_fault(kind: tables.Kind, number: Decimal) -> tuple[Sentence, Sentence] | None:
    """Return what is wrong with `number` as a value of `kind`, and what would be right."""
    if not number.is_finite():
        return (
            Sentence("input.number", "This isn't a number."),
            Sentence("input.number.right", "Write a number."),
        )
    if kind in {"latitude", "longitude"}:
        # Positions become floats; how finely they are written doesn't matter.
        return _position_fault(kind, number)
    facts = {"number": _sayable(number)}
    if number < 0:
        return (
            Sentence("input.negative", "{number} is below zero.", facts),
            Sentence("input.negative.right", "Write 0 or more."),
        )
    if kind == "share" and number > 1:
        return (
            Sentence("input.share", "{number} is not a share between 0 and 1.", facts),
            Sentence("input.share.right", "Divide a percentage by 100: half a percent is 0.005."),
        )
    if kind == "count" and number != number.to_integral_value():
        return (
            Sentence("input.whole", "{number} isn't a whole number.", facts),
            Sentence("input.whole.right", "Write a whole number, as 3."),
        )
    if number > LARGEST:
        return (
            Sentence("input.too_large", "The number here is too large to be true."),
            Sentence("input.too_large.right", "Check the unit, and write at most {most}.", {"most": LARGEST}),
        )
    if _decimals(number) > MOST_DECIMALS:
        return (
            Sentence("input.decimals", "The number here has too many decimals."),
            Sentence("input.decimals.right", "Write at most {most} decimals.", {"most": MOST_DECIMALS}),
        )
    return None


def _position_fault(kind: tables.Kind, degrees: Decimal) -> tuple[Sentence, Sentence] | None:
    facts = {"number": _sayable(degrees)}
    if kind == "latitude" and not -90 <= degrees <= 90:
        return (
            Sentence("input.latitude", "{number} is not a latitude.", facts),
            Sentence("input.latitude.right", "Write degrees from −90 (south) to 90 (north)."),
        )
    if kind == "longitude" and not -180 <= degrees <= 180:
        return (
            Sentence("input.longitude", "{number} is not a longitude.", facts),
            Sentence("input.longitude.right", "Write degrees from −180 (west) to 180 (east)."),
        )
    return None


def _decimals(number: Decimal) -> int:
    """Return how many decimals a finite number is written with."""
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return max(-exponent, 0)


def _sayable(number: Decimal) -> Decimal | str:
    """Return `number`, or its text where it is too large or too fine to be written out."""
    written_out = -LARGEST <= number <= LARGEST and _decimals(number) <= MOST_DECIMALS
    return number if written_out else str(number)


def _read_columns(table: tables.Table, rows: list[Row], findings: Findings) -> Columns:
    read = Columns(table, rows)
    for column in table.fields:
        name = column.name
        values: list[Value] = [row.values.get(name) for row in rows]
        sound = np.ones(len(rows), dtype=bool)
        for index, row in enumerate(rows):
            if values[index] is None and not may_be_none(row, column, findings):
                sound[index] = False
        for index, where, sentences in _wrong_numbers(column, values):
            findings.add(rows[index].place_of(where), *sentences)
            sound[index] = False
            if column.kind in _NUMBERS:
                values[index] = None
        read.values[name] = values
        read.sound[name] = sound
    return read


def _wrong_numbers(
    column: tables.Field, values: list[Value]
) -> Iterator[tuple[int, str, tuple[Sentence, Sentence]]]:
    """Yield the row and place of each number out of range, and what is wrong and right."""
    if column.kind in _NUMBERS:
        judged: dict[Decimal, tuple[Sentence, Sentence] | None] = {}
        for index, value in enumerate(values):
            if isinstance(value, Decimal):
                # Equal decimals may be written with more or fewer zeros; either verdict is fair.
                if value not in judged:
                    judged[value] = number_fault(column.kind, value)
                fault = judged[value]
                if fault:
                    yield index, column.name, fault
    elif column.kind in {"yields", "kilograms", "factors", "steps"}:
        for index, value in enumerate(values):
            for within, kind, number in _inner_numbers(column.kind, value):
                fault = number_fault(kind, number)
                if fault:
                    yield index, f"{column.name}.{within}", fault


def _inner_numbers(kind: tables.Kind, value: Value) -> Iterator[tuple[str, tables.Kind, Decimal]]:
    if kind == "steps" and isinstance(value, tuple):
        for index, step in enumerate(value):
            if isinstance(step, tuple):
                yield str(index), "kg", step[0]
                yield str(index), "price", step[1]
    elif isinstance(value, Mapping):
        for code, number in value.items():
            yield code, "kg" if kind == "kilograms" else "rate", number


def _positions(
    each: Columns, column: tables.Field, positions: Mapping[str, dict[str, int]], findings: Findings
) -> Indices:
    known = positions[column.refers_to]
    may_be_every = column.refers_to == "periods"
    found = np.full(len(each), UNKNOWN, dtype=np.int64)
    for index, value in enumerate(each.values[column.name]):
        if isinstance(value, str):
            position = known.get(value)
            if position is not None:
                found[index] = position
            elif may_be_every and value == tables.EVERY_PERIOD:
                found[index] = EVERY
            elif known or tables.table(column.refers_to).may_be_empty:
                _tell_unknown(
                    each.rows[index].place_of(column.name), column.refers_to, value, known, findings
                )
        elif each.sound[column.name][index]:
            found[index] = NOBODY
    return found


def _parts(
    each: Columns, column: tables.Field, products: dict[str, int], findings: Findings
) -> list[tuple[int, ...]]:
    seen: dict[tuple[str, ...], tuple[int, ...]] = {}
    found: list[tuple[int, ...]] = []
    for index, value in enumerate(each.values[column.name]):
        codes = (
            tuple(code for code in value if isinstance(code, str))
            if isinstance(value, (tuple, Mapping))
            else ()
        )
        if codes not in seen:
            seen[codes] = tuple(products.get(code, UNKNOWN) for code in codes)
        positions = seen[codes]
        found.append(positions)
        if UNKNOWN in positions:
            each.sound[column.name][index] = False
            for within, (code, position) in enumerate(zip(codes, positions, strict=True)):
                if position == UNKNOWN and products:
                    inner = within if column.kind == "codes" else code
                    place = each.rows[index].place_of(f"{column.name}.{inner}")
                    _tell_unknown(place, "products", code, products, findings)
    return found


def _tell_unknown(place: Place, table: str, code: str, known: Iterable[str], findings: Findings) -> None:
    facts = {"code": code}
    wrong, right = {
        "parties": (
            Sentence("input.unknown_party", "No party has the code “{code}”.", facts),
            Sentence("input.unknown_party.right", "Use a code from the list of parties, or add it there."),
        ),
        "sites": (
            Sentence("input.unknown_site", "No site has the code “{code}”.", facts),
            Sentence("input.unknown_site.right", "Use a code from the list of sites, or add it there."),
        ),
        "products": (
            Sentence("input.unknown_product", "No product has the code “{code}”.", facts),
            Sentence("input.unknown_product.right", "Use a code from the list of products, or add it there."),
        ),
        "vehicles": (
            Sentence("input.unknown_vehicle", "No vehicle has the code “{code}”.", facts),
            Sentence("input.unknown_vehicle.right", "Use a code from the list of vehicles, or add it there."),
        ),
        "periods": (
            Sentence("input.unknown_period", "No period has the code “{code}”.", facts),
            Sentence("input.unknown_period.right", "Use a listed period, or * for every period."),
        ),
    }[table]
    near = findings.nearest(table, code, known)
    if near:
        right = Sentence("input.unknown.nearest", "Did you mean “{nearest}”?", {"nearest": near})
    findings.add(place, wrong, right)
