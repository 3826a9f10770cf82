"""The bytes of a CSV file -> its records, with everything wrong with letters and quotation marks."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator

from jejaring.engines.errors import Sentence

DELIMITERS = (",", ";", "\t")
LONGEST_CELL = 131_072
"""Letters in one cell: what Python's reader of CSV takes, and more than anybody reads."""

Record = tuple[int, list[str]]
"""A row's number, as a spreadsheet counts it (empty rows too), and its cells."""

TellRow = Callable[[int, Sentence, Sentence | None], None]
"""Notes what is wrong with a row of the file, and what would be right."""

_SAVE_AS_UTF8 = Sentence("csv.encoding.right", "Save it again as “CSV UTF-8”.")
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)


def decoded(data: bytes, tell: TellRow) -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark.

    What isn't UTF-8 is told, and read as Windows-1252, so that its other faults can be told too.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tell(
            0, Sentence("csv.utf16", "This file is in UTF-16 (“Unicode text”), not in UTF-8."), _SAVE_AS_UTF8
        )
        return data.decode("utf-16", "replace").replace("\0", "")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = data.decode("cp1252", "replace")
        tell(
            _row_at(text[: error.start]),
            Sentence(
                "csv.encoding",
                "A letter in this row isn't in UTF-8: the file seems to be in an older Windows encoding.",
            ),
            _SAVE_AS_UTF8,
        )
    if "\0" in text:
        tell(
            _row_at(text[: text.index("\0")]),
            Sentence("csv.nul", "This row holds a byte that is no letter (zero)."),
            Sentence("csv.nul.right", "The file is damaged, or isn't text: export it again."),
        )
        text = text.replace("\0", "")
    return text


def delimiter_of(text: str, known: Callable[[str], bool]) -> str:
    """Return what stands between the cells: comma, semicolon or tab, whichever makes most headings known.

    Where none does, the one that makes most cells; a comma where all are alike. A first line
    "sep=;", as Excel writes it, decides.
    """
    said = _SEPARATOR_LINE.match(text)
    if said:
        return said[1]
    best, delimiter = (-1, -1), ","
    for each in DELIMITERS:
        cells = _first_cells(text, each)
        score = (sum(known(cell) for cell in cells), len(cells))
        if score > best:
            best, delimiter = score, each
    return delimiter


def records(text: str, delimiter: str, tell: TellRow) -> Iterator[Record]:
    """Yield the records in which something stands; one whose quotation marks are wrong is told instead."""
    said = _SEPARATOR_LINE.match(text)
    stream = io.StringIO(text[said.end() :] if said else text, newline="")
    reader = csv.reader(stream, delimiter=delimiter, skipinitialspace=True, strict=True)
    number = 1 if said else 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            tell(number, *_trouble(str(error)))
            continue
        if any(cells) and any(cell.strip() for cell in cells):
            yield number, cells


def _first_cells(text: str, delimiter: str) -> list[str]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        return next((cells for cells in reader if any(cell.strip() for cell in cells)), [])
    except csv.Error:
        return []


def _row_at(before: str) -> int:
    """Return the number of the row that follows `before`; a line break in quotation marks ends no row."""
    outside = "".join(before.split('"')[::2]).replace("\r\n", "\n").replace("\r", "\n")
    return outside.count("\n") + 1


def _trouble(message: str) -> tuple[Sentence, Sentence]:
    if "end of data" in message:
        return (
            Sentence("csv.open_quote", "A quotation mark opens in this row and never closes."),
            Sentence("csv.open_quote.right", "Close it; a quotation mark within a text is written twice."),
        )
    if "limit" in message:
        return (
            Sentence("csv.long_cell", "A cell of this row is too long to be true."),
            Sentence(
                "csv.long_cell.right", "Look for a quotation mark that never closes, or shorten the text."
            ),
        )
    return (
        Sentence("csv.quote", "After a closing quotation mark something else stands in the same cell."),
        Sentence("csv.quote.right", "Put the whole text in quotation marks; within it write each one twice."),
    )
