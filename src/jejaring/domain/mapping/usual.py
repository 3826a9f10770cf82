"""Usual values that are offered where nobody has weighed yet, each with its source."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Usual:
    """A value to start from, and where it is from."""

    value: Decimal
    source: str


@cache
def usual() -> dict[str, Usual]:
    """Return all usual values by their code, such as drying.cost_idr_per_kg."""
    file = resources.files("jejaring.domain.mapping") / "reference" / "usual.csv"
    with file.open(encoding="utf-8") as lines:
        return {row["code"]: Usual(Decimal(row["value"]), row["source"]) for row in csv.DictReader(lines)}
