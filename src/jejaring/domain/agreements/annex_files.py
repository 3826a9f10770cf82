"""The commitments of many agreements as files: a workbook, or text apart by semicolons."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from jejaring.documents.agreements import Annex, AnnexRow, annex_heads
from jejaring.documents.agreements.words import words
from jejaring.documents.language import Language
from jejaring.engines.planning.csv_folder.values import shielded

_KG, _VALUE = 10, 15
"""Columns that are added up: places among the fields of an AnnexRow."""
_FORMATS = {_KG: "#,##0", 11: "#,##0.###", _VALUE: "#,##0"}


def annex_workbook(annex: Annex, language: Language, states: Sequence[str] = ()) -> bytes:
    """Return a workbook (.xlsx) with a line for each commitment, and their total below; `states` says of each
    line what its agreement is.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(language.text("Commitments"))
    sheet.freeze_panes = "A2"

    def cells(values: tuple[Any, ...], *, bold: bool = False) -> list[Any]:
        made = []
        for at, value in enumerate(values):
            cell = WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                # Text that begins like a formula stays text.
                cell.data_type = "s"
            elif at in _FORMATS:
                cell.number_format = _FORMATS[at]
            if bold:
                cell.font = Font(bold=True)
            made.append(cell)
        return made

    sheet.append(cells(_heads(language, states), bold=True))
    for values in _lines(annex, language, states):
        sheet.append(cells(values))
    sheet.append(cells(_total(annex, language), bold=True))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def annex_csv(annex: Annex, language: Language, states: Sequence[str] = ()) -> bytes:
    """Return the same lines as CSV, apart by semicolons as Excel in Indonesia reads them, without total."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(_heads(language, states))
    for values in _lines(annex, language, states):
        writer.writerow([_written(value) for value in values])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _heads(language: Language, states: Sequence[str]) -> tuple[Any, ...]:
    return (*annex_heads(language), *((language.text("State"),) if states else ()))


def _lines(annex: Annex, language: Language, states: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for at, row in enumerate(annex.rows):
        yield (*_shown(row, language), *states[at : at + 1])


def _shown(row: AnnexRow, language: Language) -> tuple[object, ...]:
    said = words(language)
    values = dict(zip(row.__dataclass_fields__, astuple(row), strict=True))
    values["kind"] = said["documents"][row.kind]
    values["deal"] = said["deal_titles"][row.deal]
    values["formula"] = said.priced(row.formula) if row.formula else ""
    values["kg"], values["value_idr"] = int(row.kg), int(row.value_idr)
    return tuple(values.values())


def _total(annex: Annex, language: Language) -> tuple[object, ...]:
    values: list[object] = [None] * len(AnnexRow.__dataclass_fields__)
    values[0], values[_KG], values[_VALUE] = language.text("Total"), int(annex.kg), int(annex.value_idr)
    return tuple(values)


def _written(value: object) -> str:
    if isinstance(value, str):
        return shielded(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace(".", ",")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
