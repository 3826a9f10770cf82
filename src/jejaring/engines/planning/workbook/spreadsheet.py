"""An .xlsx file as sheets of cells: what stands where, exactly as it was stored.

Reads the file's XML itself, for reasons that no package met together: one pass tells values from
formulas that have no value yet, percentages from numbers and dates from both, sees merged cells,
counts what it unpacks, refuses document types (entity attacks), and fails only with a `Refusal`.
What the cells mean is the business of `reading`.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO
from xml.parsers import expat

from jejaring.engines.errors import Refusal
from jejaring.engines.planning.workbook.stored import (
    Area,
    Cell,
    Error,
    NoValue,
    Percent,
    SheetRow,
    Truth,
    column_number,
    date_stored,
    iso_date,
    number_stored,
    style_kinds,
    text_stored,
    whole,
)


@dataclass(frozen=True)
class Limits:
    """How much a workbook may be: bytes unpacked, and cells that aren't empty in one sheet."""

    unpacked_bytes: int = 512 * 2**20
    cells: int = 12_000_000


LIMITS = Limits()


class Sheet:
    """One sheet. `merged` is complete once `rows` has run to its end."""

    def __init__(self, name: str, book: Spreadsheet, part: str) -> None:
        self.name = name
        self.merged: list[Area] = []
        self._book = book
        self._part = part

    def rows(self) -> Iterator[SheetRow]:
        """Yield the rows that have cells, in the file's order, hidden ones like all others.

        Raises Refusal where the sheet is damaged or larger than the limits.
        """
        if not self._part:
            raise _damaged(self.name)
        self.merged.clear()
        parser = _SheetParser(self._book, self.merged)
        for chunk in self._book.chunks(self._part):
            parser.feed(chunk, self._part)
            yield from parser.taken()
        parser.finish(self._part)
        yield from parser.taken()


class Spreadsheet:
    """An .xlsx workbook in memory. Raises Refusal where `data` isn't one."""

    def __init__(self, data: bytes, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self.strings: list[str] = []
        self.styles: list[str] = []
        self.from_1904 = False
        self._unpacked = 0
        self._zip = _opened(data)
        self._names = {_part_name(name): name for name in self._zip.namelist()}
        self.sheets = self._read_book()

    def chunks(self, part: str) -> Iterator[bytes]:
        """Yield the bytes of a part, counting them."""
        try:
            name = self._names[part]
            if self._zip.getinfo(name).compress_type not in _COMPRESSED:
                raise _damaged(part)
            with self._zip.open(name) as stream:
                yield from self._counted(stream)
        except _BROKEN_ZIP as broken:
            raise _damaged(part) from broken

    def _counted(self, stream: IO[bytes]) -> Iterator[bytes]:
        while chunk := stream.read(2**20):
            self._unpacked += len(chunk)
            if self._unpacked > self.limits.unpacked_bytes:
                raise _too_large(self.limits)
            yield chunk

    def _read_book(self) -> tuple[Sheet, ...]:
        book = self._target("", "officeDocument") or "xl/workbook.xml"
        if book not in self._names:
            raise _not_a_workbook(self._names)
        parts = self._relations(book)
        strings = next((part for kind, part in parts.values() if kind == "sharedStrings"), "")
        if strings in self._names:
            self.strings = self._read_strings(strings)
        styles = next((part for kind, part in parts.values() if kind == "styles"), "")
        if styles in self._names:
            self.styles = style_kinds(self._elements(styles))
        sheets: list[Sheet] = []
        for name, attributes in self._elements(book):
            if name == "workbookPr":
                self.from_1904 = attributes.get("date1904") in ("1", "true", "on")
            elif name == "sheet":
                id_ = next((value for key, value in attributes.items() if key.endswith(":id")), "")
                kind, part = parts.get(id_, ("", ""))
                if kind == "worksheet":
                    part = part if part in self._names else ""
                    sheets.append(Sheet(attributes.get("name", ""), self, part))
        return tuple(sheets)

    def _target(self, part: str, kind: str) -> str:
        return next((target for k, target in self._relations(part).values() if k == kind), "")

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return what `part` points at: kind and part by id. The package itself is part ""."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}
        if relations not in self._names:
            return found
        for element, attributes in self._elements(relations):
            if element == "Relationship" and attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "").rpartition("/")[2]
                target = posixpath.join("/", folder, attributes.get("Target", ""))
                found[attributes.get("Id", "")] = (kind, _part_name(posixpath.normpath(target)))
        return found

    def _elements(self, part: str) -> list[tuple[str, dict[str, str]]]:
        """Return the elements of a small part in order: names without prefix, and attributes."""
        elements: list[tuple[str, dict[str, str]]] = []
        parser = _parser()
        parser.StartElementHandler = lambda name, attributes: elements.append(
            (name.rpartition(":")[2], attributes)
        )
        self._parse(parser, part)
        return elements

    def _read_strings(self, part: str) -> list[str]:
        strings: list[str] = []
        pieces: list[str] = []
        state = {"collecting": False, "phonetic": False}

        def start(name: str, _attributes: dict[str, str]) -> None:
            local = name.rpartition(":")[2]
            if local == "si":
                pieces.clear()
            elif local == "rPh":
                state["phonetic"] = True
            elif local == "t":
                state["collecting"] = not state["phonetic"]

        def end(name: str) -> None:
            local = name.rpartition(":")[2]
            if local == "t":
                state["collecting"] = False
            elif local == "rPh":
                state["phonetic"] = False
            elif local == "si":
                strings.append(text_stored("".join(pieces)))

        def text(data: str) -> None:
            if state["collecting"]:
                pieces.append(data)

        parser = _parser()
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        self._parse(parser, part)
        return strings

    def _parse(self, parser: expat.XMLParserType, part: str) -> None:
        try:
            for chunk in self.chunks(part):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except _BROKEN_XML as broken:
            raise _damaged(part) from broken


class _SheetParser:
    """Turns the XML of a sheet into rows, a chunk at a time."""

    def __init__(self, book: Spreadsheet, merged: list[Area]) -> None:
        self._book = book
        self._merged = merged
        self._done: list[SheetRow] = []
        self._count = 0
        self._row = 0
        self._column = 0
        self._cells: dict[int, Cell] = {}
        self._kind = "n"
        self._style = ""
        self._formula = False
        self._phonetic = False
        self._collecting = False
        self._pieces: list[str] = []
        self._columns: dict[str, int] = {}
        self._parser = _parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def feed(self, chunk: bytes, part: str, last: bool = False) -> None:
        try:
            self._parser.Parse(chunk, last)
        except _BROKEN_XML as broken:
            raise _damaged(part) from broken

    def finish(self, part: str) -> None:
        self.feed(b"", part, last=True)

    def taken(self) -> list[SheetRow]:
        """Return the rows finished since the last call."""
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            reference = attributes.get("r")
            self._column = self._column_of(reference) if reference else self._column + 1
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._formula = False
            self._pieces.clear()
        elif name == "v" or (name == "t" and not self._phonetic):
            self._collecting = True
        elif name == "row":
            number = attributes.get("r")
            self._row = whole(number, 1_048_576) if number else self._row + 1
            self._column = 0
            self._cells = {}
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._phonetic = True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _end(self, name: str) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name in ("v", "t"):
            self._collecting = False
        elif name == "c":
            cell = self._cell("".join(self._pieces))
            if cell is not None:
                self._cells[self._column] = cell
        elif name == "row":
            if self._cells:
                self._count += len(self._cells)
                if self._count > self._book.limits.cells:
                    raise _too_large(self._book.limits)
                self._done.append((self._row, self._cells))
        elif name == "rPh":
            self._phonetic = False

    def _text(self, data: str) -> None:
        if self._collecting:
            self._pieces.append(data)

    def _cell(self, text: str) -> Cell | None:
        kind = self._kind
        if kind == "n":
            if not text:
                return NoValue() if self._formula else None
            number = number_stored(text)
            style = self._style_kind() if self._style else ""
            if not style or isinstance(number, Error):
                return number
            return Percent(number) if style == "percent" else date_stored(number, self._book.from_1904)
        if kind == "s":
            return self._book.strings[whole(text, len(self._book.strings) - 1)] or None
        if kind == "b":
            return Truth(text == "1")
        if kind == "e":
            return Error(text)
        if kind == "d":
            return iso_date(text)
        return text_stored(text) or None

    def _style_kind(self) -> str:
        styles = self._book.styles
        place = whole(self._style, 2**31)
        return styles[place] if place < len(styles) else ""

    def _column_of(self, reference: str) -> int:
        name = reference.rstrip("0123456789")
        known = self._columns.get(name)
        if known is None:
            known = self._columns[name] = column_number(name)
        return known

    def _merge(self, reference: str) -> None:
        match = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})", reference)
        if match:
            left, top, right, bottom = match.groups()
            self._merged.append(Area(int(top), column_number(left), int(bottom), column_number(right)))


# --- the file as a whole -------------------------------------------------------------------------

_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # A way of compressing that zipfile lacks.
    RuntimeError,  # A part under a password.
    OSError,
    ValueError,
    OverflowError,
)
_COMPRESSED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What spreadsheet programs write; other ways fail with other errors."""

_BROKEN_XML = (expat.ExpatError, ValueError, LookupError)
_OLD_FORM = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _opened(data: bytes) -> zipfile.ZipFile:
    if not data:
        raise Refusal("workbook.empty_file", "The file is empty.")
    if data.startswith(_OLD_FORM):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refusal("workbook.password", "The workbook is locked with a password.")
        raise _other_form(".xls")
    if not data.startswith(b"PK"):
        raise Refusal("workbook.not_a_workbook", "This is not an Excel workbook, whatever its name says.")
    try:
        return zipfile.ZipFile(BytesIO(data))
    except _BROKEN_ZIP as broken:
        raise Refusal(
            "workbook.cut_off", "The workbook is damaged or only part of it was copied."
        ) from broken


def _not_a_workbook(names: dict[str, str]) -> Refusal:
    if "xl/workbook.bin" in names:
        return _other_form(".xlsb")
    if "content.xml" in names:
        return _other_form(".ods")
    return Refusal("workbook.not_a_workbook", "This is not an Excel workbook, whatever its name says.")


def _other_form(ending: str) -> Refusal:
    return Refusal(
        "workbook.other_form", "This is a workbook of the kind {ending}, not .xlsx.", ending=ending
    )


def _damaged(part: str) -> Refusal:
    return Refusal("workbook.damaged", "The workbook is damaged: {part} in it can't be read.", part=part)


def _too_large(limits: Limits) -> Refusal:
    return Refusal(
        "workbook.too_large",
        "The workbook is too large: more than {megabytes} MB unpacked, or {cells} cells in a sheet.",
        megabytes=limits.unpacked_bytes // 2**20,
        cells=limits.cells,
    )


def _part_name(name: str) -> str:
    """Return a part's name as it is compared: Excel's own rule ignores case."""
    return name.replace("\\", "/").lstrip("/").lower()


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    return parser


def _refuse_document_type(*_: object) -> None:
    raise Refusal(
        "workbook.unsafe",
        "The workbook has a document type inside, which Excel never writes: it may be an attack.",
    )
