"""Exact columns as the numbers of a JSON file."""

from __future__ import annotations

from decimal import Decimal

from jejaring.engines.measures import NONE, Decimals

Number = int | float | Decimal | None
"""A number as JSON will show it; a Decimal where a float would not mean the same."""


def json_numbers(column: Decimals) -> list[Number]:
    """Return a column as JSON numbers that mean exactly the same."""
    written: dict[int, Number] = {NONE: None}
    numbers: list[Number] = []
    for numerator in column.numerators.tolist():
        if numerator not in written:
            written[numerator] = _number(numerator, column.places)
        numbers.append(written[numerator])
    return numbers


def _number(numerator: int, places: int) -> int | float | Decimal:
    scale: int = 10**places
    whole, part = divmod(numerator, scale)
    if not part:
        return whole
    text = f"{whole}.{part:0{places}d}".rstrip("0")
    return float(text) if repr(float(text)) == text else Decimal(text)
