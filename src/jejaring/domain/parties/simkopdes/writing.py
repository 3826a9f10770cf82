"""Rows -> the bytes of a CSV file that spreadsheets open and that can be read back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from jejaring.domain.parties.simkopdes.tables import Table
from jejaring.engines.planning.csv_folder.values import shielded

_OURS = {"koordinat"}
"""Made of numbers here, so that nothing in it can be a formula."""


def file_of(table: Table, rows: Iterable[Mapping[str, str]]) -> bytes:
    """Return a file in UTF-8 with all columns of the table; what might be a formula has an apostrophe."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(table.columns)
    for row in rows:
        writer.writerow(
            row.get(column, "") if column in _OURS else shielded(row.get(column, ""))
            for column in table.columns
        )
    return stream.getvalue().encode("utf-8-sig")
