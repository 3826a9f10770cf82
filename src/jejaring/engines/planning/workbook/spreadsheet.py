"""An .xlsx file as sheets of cells: what stands where, exactly as it was stored.

openpyxl reads it. What it doesn't do is done here: refusing what is no workbook, too large or unsafe
before anything is parsed, finding merged cells, and telling formulas without a value from empty cells.
What the cells mean is the business of `reading`.
"""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import IO, Any

from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import TranslatorError
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import CellCoordinatesException
from openpyxl.xml.constants import SHEET_MAIN_NS

from jejaring.engines.errors import Refusal
from jejaring.engines.planning.workbook.stored import Area, Cell, NoValue, SheetRow, cell_stored

_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError),  # The zip: damaged, cut off.
    RuntimeError,  # A part under a password (zipfile); elements nested too deep (RecursionError).
    SyntaxError,  # ParseError: not well-formed XML.
    LookupError,  # A part, relation, style or shared text that isn't there; an unknown encoding.
    *(ValueError, TypeError, AttributeError, ArithmeticError),  # Attributes and numbers out of their range.
    *(CellCoordinatesException, TokenizerError, TranslatorError),  # These are plain Exceptions.
)
"""What openpyxl and zipfile raise at damaged files; they promise nothing narrower."""

_OLD_FORM = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_NOT_XML = ("xl/media/", "xl/embeddings/")
"""Pictures and files inside, which aren't read."""

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_MERGED = re.compile(rb"mergeCell\s[^>]*?\bref=[\"']([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})[\"']")
_MOST_ROWS = 1_048_576


@dataclass(frozen=True)
class Limits:
    """How much a workbook may be: bytes unpacked, and cells that aren't empty in one sheet."""

    unpacked_bytes: int = 512 * 2**20
    cells: int = 12_000_000


LIMITS = Limits()


@dataclass
class _Part:
    """What one look at the bytes of a part shows."""

    merged: list[Area] = field(default_factory=list)
    formulas: bool = False
    readable: bool = False


class Sheet:
    """One sheet. `at` is its place among those that are in the file, None where it is missing there."""

    def __init__(self, name: str, book: Spreadsheet, part: _Part, at: int | None) -> None:
        self.name = name
        self.merged = part.merged
        self._book = book
        self._part = part
        self._at = at

    def rows(self) -> Iterator[SheetRow]:
        """Yield the rows that have cells, in the file's order, hidden ones like all others.

        Raises Refusal where the sheet is damaged or larger than the limits.
        """
        if self._at is None or not self._part.readable:
            raise _damaged()
        try:
            yield from self._rows(self._at)
        except _BROKEN as broken:
            raise _damaged() from broken

    def _rows(self, at: int) -> Iterator[SheetRow]:
        count = 0
        for number, row in enumerate(self._twins(at), 1):
            if number > _MOST_ROWS:
                raise ValueError(number)
            cells: dict[int, Cell] = {}
            for column, (cell, twin) in enumerate(row, 1):
                value = cell_stored(cell, self._book.values.epoch)
                # A formula that came to an empty text has another type of data.
                if value is None and twin.data_type == "f" and cell.data_type == "n":
                    value = NoValue()
                if value is not None:
                    cells[column] = value
            count += len(cells)
            if count > self._book.limits.cells:
                raise _too_large(self._book.limits)
            if cells:
                yield number, cells

    def _twins(self, at: int) -> Iterator[Iterator[tuple[Any, Any]]]:
        """Yield each row's cells twice: with values, and with formulas where the sheet has any."""
        rows = _all_rows(self._book.values, at)
        if not self._part.formulas:
            return (zip(row, row, strict=True) for row in rows)
        both = zip(rows, _all_rows(self._book.formulas, at), strict=True)
        return (zip(row, formulas, strict=True) for row, formulas in both)


class Spreadsheet:
    """An .xlsx workbook in memory. Raises Refusal where `data` isn't one."""

    def __init__(self, data: bytes, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self._data = data
        # What openpyxl couldn't keep if it wrote the file is no news to those who only have it read.
        warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
        parts = _looked_through(data, limits)
        try:
            reader = self._read(data_only=True)
            self.values = reader.wb
            self.sheets = tuple(self._found(reader, parts))
        except _BROKEN as broken:
            raise _damaged() from broken

    @cached_property
    def formulas(self) -> Any:
        """The same workbook with formulas in place of their values."""
        return self._read(data_only=False).wb

    def _read(self, data_only: bool) -> _Reader:
        reader = _Reader(BytesIO(self._data), read_only=True, data_only=data_only, keep_links=False)
        reader.read()
        return reader

    def _found(self, reader: _Reader, parts: dict[str, _Part]) -> Iterator[Sheet]:
        at = 0
        for sheet, relation in reader.parser.find_sheets():
            if "chartsheet" in relation.Type:
                continue
            if relation.target in parts:
                yield Sheet(sheet.name, self, parts[relation.target], at)
                at += 1
            else:
                yield Sheet(sheet.name, self, _Part(), None)


class _Reader(ExcelReader):
    """What `load_workbook` uses; it doesn't tell which sheets it left out."""

    def read_chartsheet(self, *_: object) -> None:
        """Pass over a sheet that is a chart: it has no rows."""


def _all_rows(book: Any, at: int) -> Iterator[tuple[Any, ...]]:
    """Return all rows from the first on, whatever extent the file says that the sheet has."""
    sheet = book.worksheets[at]
    sheet.reset_dimensions()
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows()
    return rows


# --- the file as a whole -------------------------------------------------------------------------


def _looked_through(data: bytes, limits: Limits) -> dict[str, _Part]:
    """Look at the bytes of all parts before anything parses them."""
    book = _opened(data)
    # No more than these sizes is ever unpacked, whatever really is in the file.
    if sum(part.file_size for part in book.infolist()) > limits.unpacked_bytes:
        raise _too_large(limits)
    names = set(book.namelist())
    if "xl/workbook.bin" in names:
        raise _other_form(".xlsb")
    if "content.xml" in names:
        raise _other_form(".ods")
    if "[Content_Types].xml" not in names or not any("workbook" in name for name in names):
        raise Refusal("workbook.not_a_workbook", "This is not an Excel workbook, whatever its name says.")
    parts: dict[str, _Part] = {}
    try:
        for name in names:
            if not name.startswith(_NOT_XML):
                with book.open(name) as stream:
                    parts[name] = _look(stream)
    except _BROKEN as broken:
        raise _damaged() from broken
    return parts


def _look(stream: IO[bytes]) -> _Part:
    part = _Part()
    merged: dict[bytes, None] = {}
    tail = b""
    while chunk := stream.read(2**20):
        window = tail + chunk.replace(b"\0", b"")  # UTF-16 hides nothing.
        tail = window[-200:]
        if b"<!DOCTYPE" in window:
            raise Refusal(
                "workbook.unsafe",
                "The workbook has a document type inside, which Excel never writes: it may be an attack.",
            )
        if _STRICT in window:
            raise _other_form("Strict Open XML")
        part.readable = part.readable or SHEET_MAIN_NS.encode() in window
        part.formulas = part.formulas or bool(_FORMULA.search(window))
        merged.update(dict.fromkeys(_MERGED.findall(window)))
    part.merged = [Area(*range_boundaries(ref.decode())) for ref in merged]
    return part


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
    except _BROKEN as broken:
        raise Refusal(
            "workbook.cut_off", "The workbook is damaged or only part of it was copied."
        ) from broken


def _other_form(ending: str) -> Refusal:
    return Refusal(
        "workbook.other_form", "This is a workbook of the kind {ending}, not .xlsx.", ending=ending
    )


def _damaged() -> Refusal:
    return Refusal("workbook.damaged", "The workbook is damaged: not all of it can be read.")


def _too_large(limits: Limits) -> Refusal:
    return Refusal(
        "workbook.too_large",
        "The workbook is too large: more than {megabytes} MB unpacked, or {cells} cells in a sheet.",
        megabytes=limits.unpacked_bytes // 2**20,
        cells=limits.cells,
    )
