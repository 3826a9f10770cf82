"""Files that ODK and Kobo export -> submissions: what was answered to which question, and where it stands.

Tables (CSV, one file or a zip of several; XLSX with a sheet for each repeat) and JSON. Groups before a
question's name are left out; repeats are known by the names of their questions.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jejaring.domain.mapping.exchange import media
from jejaring.engines.errors import Fault, Faults, Place, Refusal, Sentence
from jejaring.engines.planning.workbook import cells
from jejaring.engines.planning.workbook.cells import Wrong
from jejaring.engines.planning.workbook.spreadsheet import Limits, Spreadsheet
from jejaring.engines.planning.workbook.stored import Truth, letters

MOST_BYTES = 64 * 2**20
"""Of all files together, with photos."""
_TEXT_BYTES = 20 * 2**20
"""Of a file that isn't packed."""
LIMITS = Limits(unpacked_bytes=128 * 2**20, cells=2_000_000)
_MOST_FILES = 60
_MOST_DEPTH = 12

REPEATS = {
    "p": "potential", "n": "need", "f": "facility", "v": "vehicle", "c": "channel", "t": "trade_now",
    "l": "trader",
}  # fmt: skip
_PARENTS = {
    "PARENT_KEY": "KEY",
    "_submission__uuid": "_uuid",
    "_parent_index": "_index",
    "_submission__id": "_id",
}
"""Columns of repeats that name their submission, and its own column that they name."""

_OWN = re.compile(r"[pnfvctl]_[a-z0-9_]+")
_SPLIT = re.compile(r"[/:-]")
_POSITION = {
    "_position_latitude": "position_lat",
    "_position_longitude": "position_lon",
    "position-Latitude": "position_lat",
    "position-Longitude": "position_lon",
}

Answers = dict[str, tuple[str, Place]]
"""What was answered by a question's name, and where it stands in the file. Unanswered ones are missing."""


@dataclass
class Sent:
    """One submission."""

    instance: str
    place: Place
    answers: Answers = field(default_factory=dict)
    repeats: list[tuple[str, Answers]] = field(default_factory=list)
    """The name of each repeat, and what was answered in it."""

    def text(self, name: str) -> str:
        """Return an answer; "" where there is none."""
        return self.answers.get(name, ("", self.place))[0]


def read_submissions(files: Sequence[tuple[str, bytes]]) -> list[Sent]:
    """Return the submissions of files (name and content), the earliest first.

    Raises Faults for what isn't an export of the survey.
    """
    tables: list[_Table] = []
    found: list[Sent] = []
    for name, data in files:
        if media.is_photo(data):
            continue
        try:
            if sum(len(content) for _, content in files) > MOST_BYTES:
                raise _large(MOST_BYTES)
            if not data.startswith(b"PK") and len(data) > _TEXT_BYTES:
                raise _large(_TEXT_BYTES)
            if data.lstrip()[:1] in (b"{", b"[") or data.startswith(b"\xef\xbb\xbf{"):
                found += _in_json(name, data)
            else:
                tables += _tables(name, data)
        except Refusal as refusal:
            raise Faults((Fault(Place(file=name), refusal.sentence, _EXPORT),)) from refusal
    found += _joined(tables, files[0][0] if files else "")
    if not tables and not found:
        raise Faults((Fault(Place(file=files[0][0] if files else ""), _not_an_export().sentence, _EXPORT),))
    found.sort(key=lambda sent: sent.text("end") or sent.text("_submission_time"))
    return found


_EXPORT = Sentence(
    "exchange.export.right",
    "Export it again: Kobo as XLSX with “XML values and headers”, ODK as a .zip of CSV with all repeats.",
)


def _large(most_bytes: int) -> Refusal:
    return Refusal("exchange.large", "This file is larger than {most} MB.", most=most_bytes // 2**20)


def _not_an_export() -> Refusal:
    return Refusal("exchange.not_an_export", "This isn't an export of the mapping survey.")


def instance_of(written: str) -> str:
    """Return a submission's id as it is remembered: ODK writes uuid: before it, Kobo doesn't."""
    bare = written.strip().removeprefix("uuid:").casefold()
    return f"uuid:{bare}"[:120] if bare else ""


# --- tables -----------------------------------------------------------------------------------------


@dataclass
class _Table:
    """A CSV file or a sheet: its rows by question, with the place of each cell."""

    rows: list[Answers]
    is_main: bool


def _tables(name: str, data: bytes) -> Iterator[_Table]:
    if not data.startswith(b"PK"):
        yield _table(_csv_rows(name, data))
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            names = parts.namelist()
            if "[Content_Types].xml" not in names:
                yield from _zipped(name, parts)
                return
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as broken:
        raise Refusal(
            "workbook.cut_off", "The workbook is damaged or only part of it was copied."
        ) from broken
    for sheet in Spreadsheet(data, LIMITS).sheets:
        yield _table(_sheet_rows(name, sheet))


def _zipped(name: str, parts: zipfile.ZipFile) -> Iterator[_Table]:
    inside = [part for part in parts.infolist() if part.filename.casefold().endswith(".csv")]
    if not inside and media.has_photos(parts):
        return
    if not inside:
        raise _not_an_export()
    if len(inside) > _MOST_FILES or sum(part.file_size for part in inside) > LIMITS.unpacked_bytes:
        raise Refusal("exchange.large_zip", "The .zip holds too much to be the export of one survey.")
    for part in inside:
        yield _table(_csv_rows(f"{name}/{part.filename}", parts.read(part)))


Row = list[tuple[str, Place]]


def _csv_rows(name: str, data: bytes) -> Iterator[Row]:
    try:
        text = data.decode("utf-8-sig")
        head = text.partition("\n")[0]
        reader = csv.reader(
            io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ","
        )
        for number, line in enumerate(reader, start=1):
            yield [(value.strip(), Place(name, "", number, letters(at))) for at, value in enumerate(line, 1)]
    except (UnicodeDecodeError, csv.Error) as broken:
        raise _not_an_export() from broken


def _sheet_rows(name: str, sheet: Any) -> Iterator[Row]:
    for number, row in sheet.rows():
        line: Row = []
        for at in range(1, max(row) + 1):
            place = Place(name, sheet.name, number, letters(at))
            cell = row.get(at, "")
            try:
                line.append((str(cell.value) if isinstance(cell, Truth) else cells.text_of(cell), place))
            except Wrong as wrong:
                raise Faults((Fault(place, wrong.wrong, wrong.right),)) from wrong
        yield line


def _table(rows: Iterator[Row]) -> _Table:
    heads = [_leaf(text) for text, _ in next(rows, [])]
    is_main = "coop" in heads or "consent" in heads
    if not is_main and not _PARENTS.keys() & set(heads):
        raise _not_an_export()
    read: list[Answers] = []
    for line in rows:
        answers = {head: cell for head, cell in zip(heads, line, strict=False) if head and cell[0]}
        if answers:
            read.append(answers)
    return _Table(read, is_main)


def _leaf(head: str) -> str:
    """Return the name of the question that a heading ends in."""
    for ending, name in _POSITION.items():
        if head.endswith(ending):
            return name
    return _SPLIT.split(head.strip())[-1]


def _joined(tables: Sequence[_Table], file: str) -> list[Sent]:
    """Return the rows of main tables as submissions, with the repeats that name them."""
    mains = [row for table in tables if table.is_main for row in table.rows]
    if tables and not any(table.is_main for table in tables):
        raise Faults((Fault(Place(file=file), _not_an_export().sentence, _EXPORT),))
    found: list[Sent] = []
    by_key: dict[tuple[str, str], Sent] = {}
    for row in mains:
        place = Place(*_row_of(row))
        named = [row[name][0] for name in ("KEY", "_uuid", "instanceID") if name in row]
        sent = Sent(instance_of(named[0]) if named else "", place, row)
        found.append(sent)
        for own in set(_PARENTS.values()):
            if own in row:
                by_key.setdefault((own, row[own][0]), sent)
    for table in tables:
        if table.is_main:
            continue
        for row in table.rows:
            letter = next((name[0] for name in row if _OWN.fullmatch(name)), "")
            keys = ((own, row[parent][0]) for parent, own in _PARENTS.items() if parent in row)
            parents = [by_key[key] for key in keys if key in by_key]
            if letter and parents:
                parents[0].repeats.append((REPEATS[letter], row))
    return found


def _row_of(row: Answers) -> tuple[str, str, int]:
    place = next(iter(row.values()))[1]
    return (place.file, place.sheet, place.row)


# --- JSON -------------------------------------------------------------------------------------------


def _in_json(name: str, data: bytes) -> Iterator[Sent]:
    try:
        read = json.loads(data.decode("utf-8-sig"), parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as broken:
        raise _not_an_export() from broken
    listed, where = read, ""
    if isinstance(read, dict):
        where = next((key for key in ("results", "value") if isinstance(read.get(key), list)), "")
        listed = read.get(where) if where else [read]
    assert isinstance(listed, list)
    for at, each in enumerate(listed):
        if not isinstance(each, dict):
            raise _not_an_export()
        sent = Sent("", Place(name, path=f"{where}[{at}]"))
        _walk(each, sent, sent.answers, sent.place, 0)
        if "coop" not in sent.answers and "consent" not in sent.answers:
            raise _not_an_export()
        named = next((sent.text(key) for key in ("__id", "_uuid", "instanceID") if sent.text(key)), "")
        sent.instance = instance_of(named)
        yield sent


def _walk(values: Mapping[str, Any], sent: Sent, answers: Answers, place: Place, depth: int) -> None:
    """Put what stands in an object, and in objects inside it, into `answers` and the repeats of `sent`."""
    if depth > _MOST_DEPTH:
        raise _not_an_export()
    for key, value in values.items():
        inside = Place(place.file, path=f"{place.path}.{key}")
        leaf = _leaf(key.removesuffix("@odata.navigationLink"))
        if key.endswith("@odata.navigationLink") and leaf in REPEATS.values() and leaf not in values:
            raise Refusal("exchange.no_repeats", "This export has the submissions without their repeats.")
        if isinstance(value, list):
            _walk_list(leaf, value, sent, inside, depth)
        elif leaf == "position" and isinstance(value, dict):
            _put_point(value.get("coordinates"), answers, inside)
        elif isinstance(value, dict):
            _walk(value, sent, answers, inside, depth + 1)
        elif value is not None and str(value).strip():
            answers.setdefault(leaf, (str(value).strip(), inside))


def _walk_list(leaf: str, listed: Iterable[Any], sent: Sent, place: Place, depth: int) -> None:
    if leaf not in REPEATS.values():
        return
    for at, each in enumerate(listed):
        if isinstance(each, dict):
            answers: Answers = {}
            _walk(each, sent, answers, Place(place.file, path=f"{place.path}[{at}]"), depth + 1)
            sent.repeats.append((leaf, answers))


def _put_point(coordinates: Any, answers: Answers, place: Place) -> None:
    """Keep a GeoJSON point: longitude comes first."""
    if isinstance(coordinates, list) and len(coordinates) >= 2:
        answers["position"] = (f"{coordinates[1]} {coordinates[0]}", place)
