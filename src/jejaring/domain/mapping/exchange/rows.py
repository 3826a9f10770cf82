"""What a file says, row by row, in the form in which it is compared and kept between two pages.

Values are what JSON has: kilograms as whole numbers, prices and shares as the text of an exact decimal,
products by code. Two rows say the same where their values are equal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal

from jejaring.engines.errors import Place, Sentence
from jejaring.engines.quantities import plain_text

Values = Mapping[str, Any]
Key = tuple[str, ...]

POTENTIAL, NEED, TODAY, LOCAL = "potential", "need", "today", "local"
FACILITY, VEHICLE, CHANNEL, POSITION = "facility", "vehicle", "channel", "position"
TABLES = (POTENTIAL, NEED, FACILITY, VEHICLE, CHANNEL, LOCAL, TODAY, POSITION)
"""All tables of an exchange, in the order in which people see them."""

BY_MONTH = (POTENTIAL, NEED, TODAY, LOCAL)
"""Their key is product, grade, site, month; "" where there is none."""


@dataclass(frozen=True)
class Said:
    """One row of a file. `values` has only the columns that the file tells; others stay as they are.

    The key of a facility or channel is its number here, "" where the file doesn't tell it: then it is
    found by what it is called.
    """

    table: str
    key: Key
    values: Values
    place: Place = field(default_factory=Place)
    removed: bool = False
    """The file says in so many words that this should be taken away."""
    typed: str = ""
    """How an amount was written: 1,5 ton."""
    doubts: tuple[Sentence, ...] = ()
    """What may be a slip in the file itself."""

    @property
    def id(self) -> str:
        """Return what a form calls this row; the same file gives the same."""
        text = json.dumps([self.table, self.key, natural_key(self.table, self.values)])
        return sha256(text.encode()).hexdigest()[:16]


Kind = Literal["new", "changed", "same", "gone"]


@dataclass(frozen=True)
class Difference:
    """A row of a file beside what is kept of the same thing."""

    said: Said
    key: Key
    """What finds the kept row: of a facility or channel its number, "" where there is none yet."""
    kind: Kind
    before: Values | None
    """What is kept; None: nothing."""
    after: Values | None
    """What would be kept; None: nothing any more."""
    doubts: tuple[Sentence, ...] = ()

    @property
    def id(self) -> str:
        """Return what a form calls it."""
        return self.said.id

    @property
    def changes(self) -> tuple[tuple[str, Any, Any], ...]:
        """Return name, old value and new value of each column that differs."""
        before, after = self.before or {}, self.after or {}
        names = after if self.after is not None else before
        return tuple(
            (name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
        )


def natural_key(table: str, values: Values) -> Key:
    """Return what finds a facility or channel again that the file gives no number of."""
    if table == FACILITY:
        return (values.get("kind", ""), _plain(values.get("name")))
    if table == CHANNEL:
        names = ("direction", "product", "grade", "site", "partner")
        return tuple(_plain(values.get(name)) for name in names)
    return ()


def _plain(value: Any) -> str:
    return " ".join(str(value or "").casefold().split())


# --- values -----------------------------------------------------------------------------------------


def exact(number: Decimal | int | None) -> str | None:
    """Return a price or share as values hold it: all its digits, no zeros behind them."""
    return None if number is None else plain_text(Decimal(number))


def decimal(value: str | None) -> Decimal | None:
    """Return the number that a value holds."""
    return None if value is None else Decimal(value)


def month_code(month: date | None) -> str:
    """Return a month as keys hold it: 2026-11; "" for none."""
    return "" if month is None else f"{month:%Y-%m}"


def month_of(code: str) -> date | None:
    """Return the first day of a month."""
    return date.fromisoformat(f"{code}-01") if code else None


# --- kept between two pages -------------------------------------------------------------------------


def to_json(difference: Difference) -> dict[str, Any]:
    """Return a difference as a draft keeps it."""
    said = difference.said
    return {
        "table": said.table,
        "key": list(said.key),
        "values": dict(said.values),
        "place": [said.place.file, said.place.sheet, said.place.row, said.place.column, said.place.path],
        "removed": said.removed,
        "typed": said.typed,
        "doubts": [[doubt.code, doubt.text, dict(doubt.facts)] for doubt in said.doubts],
        "before": None if difference.before is None else dict(difference.before),
    }


def said_in(row: Mapping[str, Any]) -> tuple[Said, Values | None]:
    """Return what a draft's row said, and what was kept when it was compared."""
    said = Said(
        table=row["table"],
        key=tuple(row["key"]),
        values=row["values"],
        place=Place(*row["place"]),
        removed=row["removed"],
        typed=row["typed"],
        doubts=tuple(Sentence(code, text, facts) for code, text, facts in row["doubts"]),
    )
    return said, row["before"]
