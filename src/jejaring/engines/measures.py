"""Exact numbers in columns, and the measures that people see.

Money is whole rupiah and weight whole kilograms wherever somebody acts on them; inputs may carry
decimals and are kept as written. Floats exist only inside the solver (`Decimals.floats`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, NewType

import numpy as np
import numpy.typing as npt

Rupiah = NewType("Rupiah", int)
Kilograms = NewType("Kilograms", int)

NONE = -1
"""Stands for "no limit" or "not possible" in a column whose numbers are never negative."""

_INT64 = 2**63 - 1

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Decimals:
    """A column of exact decimals: whole numbers over one power of ten.

    `numerators` are int64 where they fit and Python ints (dtype object) where they don't;
    the value of row k is numerators[k] / 10**places, or none where numerators[k] is NONE.
    """

    numerators: npt.NDArray[Any]
    places: int

    @classmethod
    def of(cls, values: Iterable[Decimal | int | None]) -> Decimals:
        """Return the column of `values`, None standing for none. Raises on a negative or NaN."""
        rows: list[tuple[int, int]] = []
        for value in values:
            if value is None:
                rows.append((NONE, 0))
                continue
            assert not isinstance(value, float)
            number = Decimal(value)
            assert number.is_finite()
            assert number >= 0
            top, bottom = number.as_integer_ratio()
            places = _places(bottom)
            rows.append((top * 10**places // bottom, places))
        places = max((p for _, p in rows), default=0)
        ints = [n if n == NONE and p == 0 else n * 10 ** (places - p) for n, p in rows]
        return cls(_fitted(ints), places)

    def __len__(self) -> int:
        return len(self.numerators)

    @cached_property
    def none(self) -> Flags:
        """True where there is no number."""
        return np.asarray(self.numerators == NONE, dtype=bool)

    def floats(self, none: float) -> Floats:
        """Return the nearest floats, with `none` where there is no number. For the solver only."""
        scale = float(10**self.places)
        values = self.numerators.astype(np.float64) / scale
        return np.where(self.none, none, values)

    def floors(self) -> npt.NDArray[Any]:
        """Return each number rounded down to a whole one, NONE where there is none."""
        return np.where(self.none, NONE, self.numerators // 10**self.places)

    def ceilings(self) -> npt.NDArray[Any]:
        """Return each number rounded up to a whole one, NONE where there is none."""
        return np.where(self.none, NONE, -(-self.numerators // 10**self.places))

    def fraction(self, row: int) -> Fraction:
        """Return row `row` exactly. The row must have a number."""
        number = int(self.numerators[row])
        assert number != NONE
        return Fraction(number, 10**self.places)

    def fractions(self) -> list[Fraction | None]:
        """Return every row exactly, None where there is no number."""
        scale = 10**self.places
        return [None if n == NONE else Fraction(int(n), scale) for n in self.numerators]

    def take(self, rows: npt.NDArray[Any]) -> Decimals:
        """Return the column of the rows chosen by index or flag."""
        return Decimals(self.numerators[rows], self.places)

    def times(self, other: Decimals) -> Decimals:
        """Return the column of products with the same row of `other`, none where either is none."""
        numbers = [
            NONE if NONE in (one, two) else one * two
            for one, two in zip(self.numerators.tolist(), other.numerators.tolist(), strict=True)
        ]
        return Decimals(_fitted(numbers), self.places + other.places)

    def followed_by(self, other: Decimals) -> Decimals:
        """Return the column of these rows and then those of `other`."""
        places = max(self.places, other.places)
        parts = [_rescaled(self, places), _rescaled(other, places)]
        if any(part.dtype == object for part in parts):
            return Decimals(_fitted([int(n) for part in parts for n in part]), places)
        return Decimals(np.concatenate(parts), places)


def whole_parts(amounts: Sequence[Fraction], total: int) -> list[int]:
    """Return whole numbers that add up to `total` and lie next to `amounts`.

    Largest remainder (Hamilton): everyone gets the amount rounded down, and what is left goes
    one by one to the largest fractions, the earlier row first where they tie. Where `total`
    is further from the sum than one each, the rest is spread evenly in the same order.
    """
    if not amounts:
        assert total == 0
        return []
    floors = [amount.numerator // amount.denominator for amount in amounts]
    left = total - sum(floors)
    order = sorted(range(len(amounts)), key=lambda i: (floors[i] - amounts[i], i))
    each, extra = divmod(left, len(amounts))
    for rank, i in enumerate(order):
        floors[i] += each + (1 if rank < extra else 0)
    assert sum(floors) == total
    return floors


def _places(denominator: int) -> int:
    """Return the least p for which 10**p is a multiple of `denominator` (a product of 2s and 5s)."""
    places = 0
    power = 1
    while power % denominator:
        power *= 10
        places += 1
    return places


def _rescaled(column: Decimals, places: int) -> npt.NDArray[Any]:
    """Return the numerators of `column` over 10**places, which is no less than its own power."""
    factor = 10 ** (places - column.places)
    if column.numerators.dtype != object:
        if int(column.numerators.max(initial=0)) * factor <= _INT64 // 1_000:
            return np.where(column.none, NONE, column.numerators * factor)
    return _fitted([n if n == NONE else n * factor for n in column.numerators.tolist()])


def _fitted(ints: list[int]) -> npt.NDArray[Any]:
    if all(abs(n) <= _INT64 // 1_000 for n in ints):
        return np.array(ints, dtype=np.int64)
    column = np.empty(len(ints), dtype=object)
    column[:] = ints
    return column
