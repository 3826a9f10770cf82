"""Lines of the co-op's own workbook: what is kept, grouped as people read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from jejaring.domain.mapping.exchange import columns as words
from jejaring.domain.mapping.exchange.columns import Column, Language, Layout
from jejaring.domain.mapping.exchange.kept import Catalogue, Kept
from jejaring.domain.mapping.exchange.rows import CHANNEL, FACILITY, LOCAL, TODAY, VEHICLE, month_of

Cell = str | int | float | None
Line = dict[str, Cell]
"""Cells by the name of the column; a month's by its code."""


class Writer:
    """Turns kept rows into lines, in one language."""

    def __init__(self, kept: Kept, catalogue: Catalogue, language: Language) -> None:
        self._kept = kept
        self._catalogue = catalogue
        self._language = language
        self._lines: Mapping[str, Callable[[], Iterator[Line]]] = {
            FACILITY: self._facilities,
            VEHICLE: self._vehicles,
            CHANNEL: self._channels,
            LOCAL: self._local,
            TODAY: self._today,
        }

    def lines(self, layout: Layout, months: Sequence[date]) -> list[Line]:
        """Return the lines of a sheet."""
        if layout.wide:
            return list(self._wide(layout, {f"{month:%Y-%m}" for month in months}))
        return list(self._lines[layout.table]())

    def product(self, code: str) -> str:
        """Return a product as cells name it: by its name where nothing else is called so."""
        row = self._catalogue.products[code]
        name = row.name_en if self._language == "en" and row.name_en else row.name_id
        return name if self._catalogue.product(name) == row else code

    def most_outputs(self) -> int:
        """Return how many products come out of one process at most."""
        return max((len(each["outputs"]) for _, each in self._of(FACILITY)), default=0)

    # --- tables ----------------------------------------------------------------------------------

    def _of(self, table: str) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
        for (of, key), values in self._kept.rows.items():
            if of == table:
                yield key, values

    def _wide(self, layout: Layout, months: set[str]) -> Iterator[Line]:
        """Yield a line for the months of a product that have all else in common."""
        lines: dict[Any, Line] = {}
        own = [column for column in layout.columns if column.kind in {"price", "kg", "yes"}]
        for key, values in sorted(self._of(layout.table)):
            if key[3] not in months:
                continue
            common = (key[:3], *(values[column.name] for column in own), values["evidence"], values["source"])
            line = lines.setdefault(common, self._about(key) | self._known(values))
            for column in own:
                line[column.name] = self._cell(column, values[column.name])
            line[key[3]] = values["kg"]
        yield from lines.values()

    def _facilities(self) -> Iterator[Line]:
        for key, values in self._of(FACILITY):
            line = self._told(FACILITY, values) | self._known(values)
            line["code"] = f"f{key[0]}"
            line["kind"] = words.FACILITY_WORDS[values["kind"]].name(self._language)
            line["product"] = self.product(values["product"]) if values["product"] else None
            line["stored"] = "; ".join(self.product(code) for code in values["stored"]) or None
            for number, (code, factor) in enumerate(values["outputs"], start=1):
                line[f"output{number}"] = self.product(code)
                line[f"yield{number}"] = _number(factor)
            yield line

    def _vehicles(self) -> Iterator[Line]:
        for _, values in self._of(VEHICLE):
            yield self._told(VEHICLE, values) | {"unit": "kg"}

    def _channels(self) -> Iterator[Line]:
        for key, values in self._of(CHANNEL):
            about = self._about((values["product"], values["grade"], values["site"]))
            line = self._told(CHANNEL, values) | self._known(values) | about
            line["code"] = f"c{key[0]}"
            line["direction"] = words.DIRECTION_WORDS[values["direction"]].name(self._language)
            yield line

    def _local(self) -> Iterator[Line]:
        for key, values in sorted(self._of(LOCAL)):
            line = self._told(LOCAL, values) | self._known(values) | self._about(key)
            yield line | {"month": key[3] or None}

    def _today(self) -> Iterator[Line]:
        """Yield a line for months that follow each other and say the same."""
        rows = [(key, tuple(values.items()), values) for key, values in sorted(self._of(TODAY))]
        numbered = [
            (key, same, values, _month_number(key[3]) - at) for at, (key, same, values) in enumerate(rows)
        ]
        for _, group in groupby(numbered, key=lambda row: (row[0][:3], row[1], row[3])):
            run = list(group)
            key, _, values, _ = run[0]
            line = self._told(TODAY, values) | self._known(values) | self._about(key)
            yield line | {"month": key[3], "until": run[-1][0][3] if len(run) > 1 else None}

    # --- cells -----------------------------------------------------------------------------------

    def _about(self, key: Sequence[str]) -> Line:
        product, grade, site = key[:3]
        line: Line = {"product": self.product(product), "unit": "kg"}
        if grade:
            row = self._catalogue.grades[product, grade]
            line["grade"] = row.name_en if self._language == "en" and row.name_en else row.name_id
        if site:
            line["site"] = self._catalogue.sites[site].name
        return line

    def _known(self, values: Mapping[str, Any]) -> Line:
        evidence = words.EVIDENCE_WORDS[values["evidence"]].name(self._language)
        return {"unit": "kg", "evidence": evidence, "source": values["source"] or None}

    def _told(self, table: str, values: Mapping[str, Any]) -> Line:
        [layout] = [each for each in words.LAYOUTS if each.table == table]
        plain = {"kg", "price", "rupiah", "share", "count", "text"}
        told = [column for column in layout.columns if column.kind in plain and column.name in values]
        return {column.name: self._cell(column, values[column.name]) for column in told}

    def _cell(self, column: Column, value: Any) -> Cell:
        if column.kind == "yes":
            return words.YES_WORDS[bool(value)].name(self._language)
        if value is None or value == "":
            return None
        return _number(value) if column.kind in {"price", "share"} else value


def _number(value: str) -> int | float:
    exact = Decimal(value)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _month_number(code: str) -> int:
    month = month_of(code)
    assert month is not None
    return month.year * 12 + month.month
