"""One cell of the co-op's own workbook -> a value as rows hold it, or what is wrong with it."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from jejaring.domain.mapping import plausible
from jejaring.domain.mapping.exchange import columns as words
from jejaring.domain.mapping.exchange.columns import Column
from jejaring.domain.mapping.exchange.kept import Catalogue
from jejaring.domain.mapping.exchange.months import read_month
from jejaring.domain.mapping.exchange.rows import exact
from jejaring.engines.errors import Refusal, Sentence
from jejaring.engines.planning.tables import Field
from jejaring.engines.planning.workbook import cells
from jejaring.engines.planning.workbook.cells import Unit, Wrong
from jejaring.engines.planning.workbook.stored import Cell, Truth

T = TypeVar("T")

_FIELDS = {
    "price": Field("price", "price", "", unit="Rp/kg"),
    "rupiah": Field("rupiah", "rupiah", "", unit="Rp"),
    "share": Field("share", "share", ""),
    "rate": Field("rate", "rate", ""),
    "count": Field("count", "count", ""),
}


_LONGEST = {"name": 120, "partner": 200, "source": 300}
"""Letters that a column keeps."""


def is_remove(cell: Cell) -> bool:
    """Return whether a cell asks in so many words that something be taken away."""
    return isinstance(cell, str) and cell.casefold().strip() in words.REMOVE_WORDS


class CellReader:
    """Reads cells for one co-op on one day."""

    def __init__(self, catalogue: Catalogue, on: date) -> None:
        self._catalogue = catalogue
        self._on = on
        self._readers: dict[str, Callable[[Cell], Any]] = {
            "product": self.product,
            "products": self._products,
            "month": self.month,
            "site": self._site,
            "text": lambda cell: " ".join(cells.text_of(cell).split()),
            "code": cells.code_of,
            "grade": cells.code_of,
            "unit": cells.unit_of,
            "evidence": lambda cell: _word(cell, words.EVIDENCE_WORDS),
            "direction": lambda cell: _word(cell, words.DIRECTION_WORDS),
            "facility_kind": lambda cell: _word(cell, words.FACILITY_WORDS),
            "yes": _yes,
            "price": lambda cell: exact(plausible.rupiah_per_kg(_number(cell, "price"))),
            "rupiah": lambda cell: plausible.rupiah(_whole(_number(cell, "rupiah"))),
            "share": lambda cell: exact(plausible.share(_number(cell, "share"))),
            "rate": lambda cell: exact(plausible.share(_number(cell, "rate"), most=Decimal(1000))),
            "count": lambda cell: _whole(_number(cell, "count")),
        }

    def value(self, column: Column, cell: Cell, unit: Unit) -> Any:
        """Return what a cell holds, as rows keep it. Raises Wrong."""
        if column.kind == "kg":
            return kg_of(cell, unit)
        value = _ruled(lambda: self._readers[column.kind](cell))
        most = _LONGEST.get(column.name)
        if most and len(value) > most:
            raise Wrong(
                Sentence("exchange.long", "This text has more than {most} letters.", {"most": most}),
                Sentence("exchange.long.right", "Write it shorter."),
            )
        return value

    def product(self, cell: Cell) -> str:
        """Return the code of the product that a cell names. Raises Wrong."""
        written = cells.text_of(cell)
        found = self._catalogue.product(written)
        if found is not None:
            return found.code
        names = [row.name_id for row in self._catalogue.products.values()]
        near = difflib.get_close_matches(written, names, n=3, cutoff=0.56)
        raise Wrong(
            Sentence(
                "exchange.product", "“{text}” isn't a product that is kept here.", {"text": cells.shown(cell)}
            ),
            Sentence("exchange.product.near", "Did you mean: {names}?", {"names": near})
            if near
            else Sentence("exchange.product.right", "Choose one from the list in the cell."),
        )

    def grade(self, product: str, cell: Cell) -> str:
        """Return the code of a product's grade that a cell names. Raises Wrong."""
        found = self._catalogue.grade(product, cells.code_of(cell))
        if found is not None:
            return found.code
        names = [row.name_id for (of, _), row in self._catalogue.grades.items() if of == product]
        raise Wrong(
            Sentence(
                "exchange.grade", "“{text}” isn't a grade of this product.", {"text": cells.shown(cell)}
            ),
            Sentence("exchange.grade.right", "Write one of: {names}; or leave it empty.", {"names": names})
            if names
            else Sentence("exchange.grade.none", "This product has no grades: leave the cell empty."),
        )

    def month(self, cell: Cell) -> date:
        """Return the month that a cell names. Raises Wrong."""
        found = read_month(cells.month_of(cell) if isinstance(cell, date) else cells.code_of(cell))
        if found is None:
            raise Wrong(
                Sentence("exchange.month", "“{text}” isn't a month.", {"text": cells.shown(cell)}),
                Sentence("exchange.month.right", "Write it as 2027-03 or Mar 2027."),
            )
        return plausible.first_of_month(found, self._on)

    def _products(self, cell: Cell) -> list[str]:
        parts = [part.strip() for part in cells.text_of(cell).split(";")]
        return sorted({self.product(part) for part in parts if part})

    def _site(self, cell: Cell) -> str:
        found = self._catalogue.site(cells.code_of(cell))
        if not found:
            raise Wrong(
                Sentence(
                    "exchange.site", "“{text}” isn't a place of this co-op.", {"text": cells.shown(cell)}
                ),
                Sentence("exchange.site.right", "Write the place as on the co-op's page, or leave it empty."),
            )
        return found


def kg_of(cell: Cell, unit: Unit) -> int:
    """Return whole kilograms. Raises Wrong."""
    kg = cells.kg_of(cell, unit)
    if kg != kg.to_integral_value():
        raise Wrong(
            Sentence(
                "exchange.part_of_a_kilogram", "“{text}” isn't whole kilograms.", {"text": cells.shown(cell)}
            ),
            Sentence("exchange.part_of_a_kilogram.right", "Write whole kilograms."),
        )
    return _ruled(lambda: plausible.kilograms(int(kg)))


def _ruled(reader: Callable[[], T]) -> T:
    try:
        return reader()
    except Refusal as refusal:
        raise Wrong(refusal.sentence) from refusal


def _number(cell: Cell, kind: str) -> Decimal:
    return cells.number_of(cell, _FIELDS[kind])


def _whole(number: Decimal) -> int:
    if number != number.to_integral_value() or number < 0:
        raise Wrong(
            Sentence("exchange.whole", "{number} isn't a whole number.", {"number": number}),
            Sentence("exchange.whole.right", "Write a whole number, 0 or more."),
        )
    return int(number)


def _word(cell: Cell, known: dict[str, words.Words]) -> str:
    found = words.meaning(known, cells.text_of(cell))
    if found is None:
        raise Wrong(
            Sentence("exchange.word", "“{text}” isn't understood here.", {"text": cells.shown(cell)}),
            Sentence(
                "exchange.word.right",
                "Write one of: {names}.",
                {"names": [each.indonesian for each in known.values()]},
            ),
        )
    return found


def _yes(cell: Cell) -> bool:
    if isinstance(cell, Truth):
        return cell.value
    written = words.plain(cells.text_of(cell))
    for value, each in words.YES_WORDS.items():
        if written in {words.plain(word) for word in each.understood}:
            return value
    raise Wrong(
        Sentence("exchange.yes", "“{text}” is neither yes nor no.", {"text": cells.shown(cell)}),
        Sentence("exchange.yes.right", "Write ya or tidak, or leave it empty."),
    )
