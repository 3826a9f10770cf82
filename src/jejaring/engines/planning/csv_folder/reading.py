"""A folder of CSV files -> rows, with everything wrong with the folder, its files, heads and cells.

What the rows must be to each other is judged in `assembly`. A cell that can't be read is told once
and left out of its row; the row stays, so that other rows may name it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from jejaring.engines.errors import Fault, Place, Refusal, Sentence
from jejaring.engines.planning import tables
from jejaring.engines.planning.columns import nearest
from jejaring.engines.planning.csv_folder import heads
from jejaring.engines.planning.csv_folder.delimited import decoded, delimiter_of, records
from jejaring.engines.planning.csv_folder.heads import (
    LANE_RULE,
    NETWORK,
    file_of,
    forms,
    meaning,
)
from jejaring.engines.planning.csv_folder.lines import Lines, Sheet
from jejaring.engines.planning.rows import Row, Rows
from jejaring.engines.planning.workbook import headings
from jejaring.engines.planning.workbook.cells import Codes, shown
from jejaring.engines.planning.workbook.headings import plain

MOST_BYTES = 2**28


def read_folder(folder: Path) -> Rows:
    """Return the rows of a folder of CSV files with the faults found on the way, for `assembly.assemble`.

    Raises a Refusal where the folder holds no table.
    """
    reader = _Reader(Rows(file=folder.name or folder.resolve().name))
    reader.read(folder)
    return reader.rows


def folder_sha256(files: Sequence[tuple[str, bytes]]) -> str:
    """Return the hash of a folder: of each file in order of its name the name, the length, and the bytes."""
    digest = sha256()
    for name, data in sorted(files):
        digest.update(
            name.encode("utf-8", "surrogateescape") + b"\0" + str(len(data)).encode() + b"\0" + data
        )
    return digest.hexdigest()


class _Reader:
    """Reads one folder into rows."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._codes = Codes()

    def read(self, folder: Path) -> None:
        found = self._files(folder)
        read: list[tuple[str, bytes]] = []
        content: dict[str, bytes] = {}
        for name, path in found.items():
            data = self._bytes(path)
            if data is not None:
                content[name] = data
                read.append((path.name, data))
        self.rows.sha256 = folder_sha256(read)
        first = ("periods", "products")
        for name in (*first, *(name for name in forms() if name not in first)):
            file = self._name(found[name].name if name in found else file_of(name))
            sheet = Sheet(file, forms()[name], self._codes, self.rows.faults)
            kept = list(self._rows_of(sheet, content[name])) if name in content else []
            if name == NETWORK:
                self._keep_top(sheet, kept)
            elif name == LANE_RULE:
                self._keep_lane_rule(sheet, kept)
            else:
                self._keep_table(sheet, kept, there=name in found)

    def _keep_table(self, sheet: Sheet, kept: list[Row], *, there: bool) -> None:
        name = sheet.form.name
        place = Place(sheet.file)
        self.rows.tables[name] = kept
        self.rows.table_places[name] = place
        if not there and not tables.table(name).may_be_empty:
            sheet.tell(
                place,
                Sentence("csv.missing_file", "The file {file} is missing.", {"file": file_of(name)}),
                Sentence("csv.missing_file.right", "Add it, or start from “jejaring template --csv”."),
            )
        if name in {"periods", "products"}:
            codes = tuple(code for row in kept if isinstance(code := row.values.get("code"), str))
            self._codes = Codes(codes) if name == "periods" else Codes(self._codes.periods, codes)

    def _keep_top(self, sheet: Sheet, kept: list[Row]) -> None:
        for row in _only_one(sheet, kept):
            for name in tables.TOP_TEXTS:
                setattr(self.rows, name, row.values.get(name) or "")
            said = row.values.get("format")
            if isinstance(said, str) and said.strip() not in {"", *tables.FORMATS[1:]}:
                sheet.tell(
                    row.place_of("format"),
                    Sentence(
                        "csv.format",
                        "This folder says that it is made for “{found}”.",
                        {"found": shown(said)},
                    ),
                    Sentence("csv.format.right", "This program reads “{right}”.", {"right": tables.FORMAT}),
                )

    def _keep_lane_rule(self, sheet: Sheet, kept: list[Row]) -> None:
        for row in _only_one(sheet, kept):
            self.rows.lane_rule = row

    # --- files -----------------------------------------------------------------------------------

    def _files(self, folder: Path) -> dict[str, Path]:
        """Return the file of each form that has one; telling those that are there twice or wrongly named."""
        known = {plain(name): name for name in forms()}
        for name, words in headings.SHEETS.items():
            if name in forms():
                for word in words.understood:
                    known.setdefault(plain(word), name)
        found: dict[str, Path] = {}
        strange: list[Path] = []
        for path in _listed(folder):
            table = known.get(plain(path.name.partition(".")[0]))
            ending = path.suffix.lower()
            if table is None or ending != ".csv" or path.name.count(".") > 1:
                if ending == ".csv" or (table and ending in _SHEETLIKE):
                    strange.append(path)
            elif table in found:
                self._tell(
                    Place(self._name(path.name)),
                    Sentence(
                        "csv.file_twice",
                        "The files {first} and {second} hold the same table.",
                        {"first": found[table].name, "second": path.name},
                    ),
                    Sentence(
                        "csv.file_twice.right", "Put all rows into one of them, and take the other away."
                    ),
                )
            else:
                found[table] = path
        if not found:
            _refuse(folder)
        for path in strange:
            self._tell_strange(path, known)
        return found

    def _tell_strange(self, path: Path, known: dict[str, str]) -> None:
        near = nearest(plain(path.name.partition(".")[0]), known)
        self._tell(
            Place(self._name(path.name)),
            Sentence("csv.unknown_file", "The file {file} would not be read.", {"file": shown(path.name)}),
            Sentence(
                "csv.unknown_file.nearest",
                "Name it {nearest}, or move it away.",
                {"nearest": file_of(known[near])},
            )
            if near
            else Sentence(
                "csv.unknown_file.right", "Move it to another folder, so that nothing seems to be read."
            ),
        )

    def _bytes(self, path: Path) -> bytes | None:
        """Return the bytes of a file; None, and a fault, where it can't be opened."""
        why = ""
        try:
            size = path.stat().st_size
            if not path.is_file():
                why = os.strerror(errno.EISDIR)
            elif size <= MOST_BYTES:
                return path.read_bytes()
        except OSError as error:
            why = error.strerror or "?"
        place = Place(self._name(path.name))
        if why:
            self._tell(
                place,
                Sentence("csv.unreadable", "The file can't be opened: {reason}.", {"reason": why}),
                Sentence("csv.unreadable.right", "Close it in other programs, and check who may read it."),
            )
        else:
            self._tell(
                place,
                Sentence(
                    "csv.too_large",
                    "This file is too large to be true ({most} MB is the most).",
                    {"most": 256},
                ),
                Sentence("csv.too_large.right", "Check that it is the right file, or split the network."),
            )
        return None

    def _name(self, file: str) -> str:
        shown_file = file.encode("utf-8", "replace").decode()
        return f"{self.rows.file}/{shown_file}"

    def _tell(self, place: Place, wrong: Sentence, right: Sentence) -> None:
        self.rows.faults.append(Fault(place, wrong, right))

    # --- rows ------------------------------------------------------------------------------------

    def _rows_of(self, sheet: Sheet, data: bytes) -> Iterator[Row]:
        """Yield the rows of one file."""
        form = sheet.form
        text = decoded(data, sheet.tell_row)
        delimiter = delimiter_of(text, lambda cell: meaning(form, cell.strip()) is not None)
        found = records(text, delimiter, sheet.tell_row)
        first = next(found, None)
        if first is None:
            sheet.tell(
                Place(sheet.file),
                Sentence("csv.empty", "This file is empty; not even headings stand in it."),
                Sentence(
                    "csv.empty.right",
                    "Write the headings in its first row: {headings}.",
                    {"headings": [each.name for each in form.fields]},
                ),
            )
            return
        head = heads.read_head(form, first[0], first[1], self._codes.periods, sheet.tell_cell)
        sheet.head = head
        sheet.by_name = {column.field.name: column for column in head.columns}
        lines = Lines(sheet, head)
        for number, cells in found:
            yield lines.read(number, cells)


_SHEETLIKE = {".txt", ".tsv", ".tab", ".xls", ".xlsx", ".ods"}
"""Endings of files that somebody may take for one of the tables."""


def _listed(folder: Path) -> list[Path]:
    """Return the files of a folder in order of name, without hidden ones.

    What is called like a table and is no file stays: a table must not be missed in silence.
    """
    try:
        paths = sorted(folder.iterdir())
        return [
            path
            for path in paths
            if (path.is_file() or path.suffix.lower() == ".csv") and not path.name.startswith((".", "~"))
        ]
    except OSError as error:
        raise Refusal(
            "input.unreadable", "{file} can't be opened ({why}).", file=str(folder), why=error.strerror or "?"
        ) from None


def _refuse(folder: Path) -> None:
    if (folder / "network.json").is_file():
        raise Refusal(
            "input.plan_folder",
            "{file} is the folder of a plan. Name the network in it: {example}",
            file=str(folder),
            example=str(folder / "network.json"),
        )
    raise Refusal(
        "input.folder",
        "{file} is a folder without tables. Name a workbook, a JSON file, or a folder with {example} "
        "and others.",
        file=str(folder),
        example=file_of("parties"),
    )


def _only_one(sheet: Sheet, kept: list[Row]) -> list[Row]:
    """Return the one row that a file may have, or none."""
    if len(kept) > 1:
        sheet.tell(
            kept[1].place_of(""),
            Sentence("csv.one_row", "Only one row can stand below the headings of this file."),
            Sentence("csv.one_row.right", "Keep one of them."),
        )
    return kept[:1]
