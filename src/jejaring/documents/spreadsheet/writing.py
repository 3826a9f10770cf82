"""Sheets -> the bytes of a workbook: filtered, frozen, with formulas and the values they give.

The same plan gives the same bytes: nothing in the file tells when it was written.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from jejaring.documents.language import Language
from jejaring.documents.names import names
from jejaring.documents.spreadsheet.contents import sheets
from jejaring.documents.spreadsheet.tables import (
    FIRST_ROW,
    HEAD_ROW,
    TOTAL_ROW,
    Column,
    Formula,
    Kind,
    Table,
    Value,
    letter,
    number_of,
)
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers

_FORMATS: dict[Kind, str] = {
    "text": "General", "long": "General", "kg": "#,##0", "idr": "#,##0;[Red]-#,##0", "price": "#,##0.00",
    "share": "0%",
}  # fmt: skip
_WIDTHS: dict[Kind, float] = {"text": 12, "long": 60, "kg": 11, "idr": 17, "price": 11, "share": 9}
_WIDEST = 48
_MOST_TEXT = 32_000
_GREEN, _PALE, _GREY = "0D6152", "E3EBDC", "52605B"
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_CACHE = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)><f>([^<]*)</f><v\s*/?>(?:</v>)?</c>')


def plan_workbook(
    problem: Problem,
    plan: Plan,
    shares: Sequence[Share],
    language: Language,
    answers: Answers | None = None,
) -> bytes:
    """Return the plan as a workbook (.xlsx) for the facilitator."""
    language = language.of_periods(problem.periods)
    called = names(problem, language)
    tables = sheets(problem, plan, shares, called, language, answers)
    book = Workbook()
    book.remove(book.worksheets[0])
    values = [_add(book, table, language) for table in tables]
    raw = BytesIO()
    book.save(raw)
    return _finished(raw, problem.name, values)


def _add(book: Workbook, table: Table, language: Language) -> dict[str, float]:
    """Add a sheet, and return what its formulas give, by cell."""
    sheet: Worksheet = book.create_sheet(table.name)
    values: dict[str, float] = {}
    meaning = table.meaning
    if table.more:
        meaning += " " + language.plural(
            "{count} more line is in plan.json.", "{count} more lines are in plan.json.", table.more
        )
    _put(sheet, 1, 0, table.name).font = Font(name="Calibri", size=16, bold=True, color=_GREEN)
    _put(sheet, 2, 0, meaning).font = Font(name="Calibri", size=10, color=_GREY)
    _add_heads(sheet, table, values, language)
    widths = [_WIDTHS[column.kind] for column in table.columns]
    looks = _looks(table)
    for row, line in enumerate(table.lines, start=FIRST_ROW):
        for at, (column, value) in enumerate(zip(table.columns, line, strict=True)):
            if value is None or value == "":
                continue
            cell = _put(sheet, row, at, value)
            if not isinstance(value, str):
                cell.number_format = _FORMATS[column.kind]
            if look := looks.get(column.kind):
                cell.alignment = look
            if isinstance(value, Formula):
                values[cell.coordinate] = value.value
            elif isinstance(value, str) and column.kind == "text":
                widths[at] = min(max(widths[at], len(value) + 1), _WIDEST)
    for at, width in enumerate(widths):
        sheet.column_dimensions[letter(at)].width = width
    _set_up(sheet, table)
    return values


def _looks(table: Table) -> dict[Kind, Alignment]:
    """Return how cells are set where some are several lines high; nothing elsewhere, which is quicker."""
    kinds = {column.kind for column in table.columns}
    if "long" not in kinds:
        return {}
    return {kind: Alignment(vertical="top", wrap_text=kind == "long") for kind in kinds}


def _add_heads(sheet: Worksheet, table: Table, values: dict[str, float], language: Language) -> None:
    last = max(FIRST_ROW + len(table.lines) - 1, FIRST_ROW)
    thin = Side(style="thin", color="FFFFFF")
    for at, column in enumerate(table.columns):
        head = _put(sheet, HEAD_ROW, at, column.head)
        head.font = Font(name="Calibri", size=10, bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", fgColor=_GREEN)
        head.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        head.border = Border(left=thin, right=thin)
        if column.added_up:
            _add_total(sheet, table, at, column, last, values)
    if any(column.added_up for column in table.columns):
        words = _put(sheet, TOTAL_ROW, 0, language.text("Total of what is shown"))
        words.font = Font(name="Calibri", size=11, bold=True)
        words.fill = PatternFill("solid", fgColor=_PALE)
    sheet.row_dimensions[HEAD_ROW].height = 44


def _add_total(
    sheet: Worksheet, table: Table, at: int, column: Column, last: int, values: dict[str, float]
) -> None:
    """Add up a column: all its lines, or those that a filter leaves."""
    name = letter(at)
    total = Formula(
        f"SUBTOTAL(109,{name}{FIRST_ROW}:{name}{last})", sum(number_of(line[at]) for line in table.lines)
    )
    cell = _put(sheet, TOTAL_ROW, at, total)
    cell.number_format = _FORMATS[column.kind]
    cell.font = Font(name="Calibri", size=11, bold=True)
    cell.fill = PatternFill("solid", fgColor=_PALE)
    values[cell.coordinate] = total.value


def _set_up(sheet: Worksheet, table: Table) -> None:
    last = FIRST_ROW + len(table.lines) - 1
    sheet.sheet_view.showGridLines = False
    sheet.freeze_panes = f"{letter(min(table.frozen, len(table.columns) - 1))}{FIRST_ROW}"
    sheet.auto_filter.ref = f"A{HEAD_ROW}:{letter(len(table.columns) - 1)}{max(last, FIRST_ROW)}"
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _put(sheet: Worksheet, row: int, at: int, value: Value) -> Cell:
    """Write one cell. Text is never taken for a formula, here or when somebody edits it in Excel."""
    cell = sheet.cell(row, at + 1)
    assert isinstance(cell, Cell)
    if isinstance(value, Formula):
        cell.value = f"={value.at(row)}"
        return cell
    if isinstance(value, str):
        cell.value = _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", value)[:_MOST_TEXT]
        cell.data_type = "s"
        # Excel keeps an apostrophe before it, so that it stays text when it is edited.
        cell.quotePrefix = value[:1] in {"=", "+", "-", "@", "\t", "\r"}
        return cell
    cell.value = value
    return cell


def _finished(raw: BytesIO, name: str, values: Sequence[Mapping[str, float]]) -> bytes:
    """Return the file with the values of its formulas in it, and no moment, neither in the zip nor inside."""
    core = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(''.join(c for c in name if c.isprintable()))}</dc:title>"
        "<dc:creator>Jejaring</dc:creator></cp:coreProperties>"
    )
    written = BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = core.encode() if part.filename == "docProps/core.xml" else old.read(part)
            if sheet := re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", part.filename):
                data = _with_values(data.decode(), values[int(sheet[1]) - 1]).encode()
            info = zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, data)
    return written.getvalue()


def _with_values(xml: str, values: Mapping[str, float]) -> str:
    """Return a sheet whose formulas have their values beside them, for readers that don't calculate."""
    found = 0

    def beside(match: re.Match[str]) -> str:
        nonlocal found
        found += 1
        cell, look, formula = match.groups()
        return f'<c r="{cell}"{look}><f>{formula}</f><v>{values[cell]!r}</v></c>'

    filled = _CACHE.sub(beside, xml)
    assert found == len(values), "a formula was written in another way than this reads"
    return filled
