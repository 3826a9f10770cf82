"""The co-op's own workbook: all that is kept of it, ready to be corrected in Excel and uploaded again."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from datetime import date
from io import BytesIO

from django.utils.crypto import salted_hmac
from openpyxl import Workbook
from openpyxl.cell import Cell as Written
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from jejaring.domain.mapping.exchange import columns as words
from jejaring.domain.mapping.exchange.columns import LAYOUTS, Column, Language, Layout, output_columns
from jejaring.domain.mapping.exchange.kept import Catalogue, Kept, kept_of
from jejaring.domain.mapping.exchange.lines import Cell, Writer
from jejaring.domain.mapping.exchange.months import shown_month
from jejaring.domain.mapping.exchange.rows import FACILITY, NEED, POTENTIAL, month_of
from jejaring.domain.mapping.queries import months_ahead
from jejaring.domain.parties.models import Cooperative

TITLE_ROW, HELP_ROW, HEAD_ROW, FIRST_ROW = 1, 2, 3, 4
_LINE_LETTERS = 90
"""What one line of the instructions takes."""
LAST_ROW = 500
"""Drop-downs reach this far."""

_GREEN, _PALE, _SAND, _GREY, _INK, _HAIR = "0D6152", "DCEBE4", "F6E7C4", "52605B", "1C2B28", "D9D6C8"
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMATS = {
    "kg": "#,##0",
    "price": "#,##0.###",
    "rupiah": "#,##0",
    "share": "0.0####",
    "rate": "0.0####",
    "count": "0",
}
_WIDTHS = {"product": 30, "products": 28, "text": 24, "grade": 14, "site": 16, "code": 8, "unit": 9, "yes": 9}
_FONT = "Calibri"
_LEFT = Alignment(horizontal="left", vertical="center")
_RIGHT = Alignment(horizontal="right", vertical="center")
_HEAD = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LINE = Border(bottom=Side(style="thin", color=_HAIR))


def cooperative_code(cooperative: Cooperative) -> str:
    """Return what a co-op's workbook carries: its number here, and a mark that another server hasn't."""
    mark = salted_hmac("jejaring.exchange", str(cooperative.pk)).hexdigest()[:6]
    return f"k{cooperative.pk}-{mark}"


def cooperative_workbook(cooperative: Cooperative, *, on: date, language: Language = "id") -> bytes:
    """Return the workbook of a co-op with all that is kept of it from this month on.

    The same answers give the same bytes. Harvests and needs have a column for each of twelve months from
    `on`, and for later ones that were said.
    """
    kept, catalogue = kept_of(cooperative), Catalogue(cooperative)
    writer = Writer(kept, catalogue, language)
    months = _months(kept, on)
    book = Workbook()
    book.remove(book.worksheets[0])
    _add_instructions(book, cooperative, language)
    for layout in LAYOUTS:
        _add_sheet(book, layout, writer, catalogue, months, language)
    _add_lists(book, [writer.product(code) for code in catalogue.products], language)
    raw = BytesIO()
    book.save(raw)
    return timeless(raw)


def _months(kept: Kept, on: date) -> list[date]:
    first = on.replace(day=1)
    said = {month_of(key[3]) for table, key in kept.rows if table in (POTENTIAL, NEED)}
    later = {month for month in said if month is not None and month >= first}
    return sorted({*months_ahead(on), *later})


def columns_of(layout: Layout, catalogue: Catalogue, outputs: int) -> list[Column]:
    """Return the columns of a sheet: places only where the co-op has any, outputs as many as needed."""
    found: list[Column] = []
    for column in layout.columns:
        if column.kind == "site" and not catalogue.sites:
            continue
        found.append(column)
        if layout.table == FACILITY and column.name == f"yield{words.OUTPUTS}":
            for number in range(words.OUTPUTS + 1, outputs + 1):
                found += output_columns(number)
    return found


def _add_sheet(
    book: Workbook,
    layout: Layout,
    writer: Writer,
    catalogue: Catalogue,
    months: Sequence[date],
    language: Language,
) -> None:
    sheet: Worksheet = book.create_sheet(layout.words.name(language))
    sheet.sheet_properties.tabColor = _GREEN
    _put(sheet, TITLE_ROW, 1, layout.words.name(language)).font = Font(
        name=_FONT, size=16, bold=True, color=_GREEN
    )
    _put(sheet, HELP_ROW, 1, layout.words.help(language)).font = Font(name=_FONT, size=10, color=_GREY)
    columns = columns_of(layout, catalogue, writer.most_outputs())
    for at, column in enumerate(columns, start=1):
        _add_head(sheet, at, column, language)
    names = [column.name for column in columns]
    formats = [_FORMATS.get(column.kind, "@") for column in columns]
    if layout.wide:
        for month in months:
            names.append(f"{month:%Y-%m}")
            formats.append(_FORMATS["kg"])
            _add_month(sheet, len(names), shown_month(month, language))
    for row, line in enumerate(writer.lines(layout, months), start=FIRST_ROW):
        for at, name in enumerate(names, start=1):
            if line.get(name) is not None:
                cell = _put(sheet, row, at, line[name])
                cell.number_format = formats[at - 1]
                cell.alignment = _LEFT if formats[at - 1] == "@" else _RIGHT
                cell.border = _LINE
    _set_up(sheet, len(names), columns)


def _add_head(sheet: Worksheet, at: int, column: Column, language: Language) -> None:
    name = column.words.name(language)
    head = _put(sheet, HEAD_ROW, at, f"{name} ({column.unit})" if column.unit else name)
    _colour(head, _GREEN if column.needed else _PALE, "FFFFFF" if column.needed else _INK)
    if column.words.help(language):
        head.comment = Comment(column.words.help(language), "Jejaring", width=260, height=80)
    letter = get_column_letter(at)
    width = _WIDTHS.get(column.kind, 12)
    sheet.column_dimensions[letter].width = max(width, *(len(part) + 2 for part in str(head.value).split()))
    sheet.column_dimensions[letter].number_format = _FORMATS.get(column.kind, "@")
    check = _check(column, language)
    if check is not None:
        check.add(f"{letter}{FIRST_ROW}:{letter}{LAST_ROW}")
        sheet.add_data_validation(check)


def _add_month(sheet: Worksheet, at: int, name: str) -> None:
    _colour(_put(sheet, HEAD_ROW, at, name), _SAND, _INK)
    sheet.column_dimensions[get_column_letter(at)].width = 11


def _colour(head: Written, fill: str, ink: str) -> None:
    head.font = Font(name=_FONT, size=10, bold=True, color=ink)
    head.fill = PatternFill("solid", fgColor=fill)
    head.alignment = _HEAD
    head.number_format = "@"
    white = Side(style="thin", color="FFFFFF")
    head.border = Border(left=white, right=white)


def _check(column: Column, language: Language) -> DataValidation | None:
    """Return the drop-down of a column; it offers words, and lets others be typed."""
    lists = {
        "unit": ("kg", "kuintal", "ton"),
        "evidence": tuple(each.name(language) for each in words.EVIDENCE_WORDS.values()),
        "direction": tuple(each.name(language) for each in words.DIRECTION_WORDS.values()),
        "facility_kind": tuple(each.name(language) for each in words.FACILITY_WORDS.values()),
        "yes": tuple(each.name(language) for each in words.YES_WORDS.values()),
    }
    if column.kind == "product":
        formula = "jejaring_products"
    elif column.kind in lists:
        formula = f'"{",".join(lists[column.kind])}"'
    else:
        return None
    return DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=False)


def _set_up(sheet: Worksheet, width: int, columns: Sequence[Column]) -> None:
    named = [at for at, column in enumerate(columns, start=1) if column.name in {"product", "name"}]
    sheet.freeze_panes = f"{get_column_letter(min(named, default=1) + 1)}{FIRST_ROW}"
    sheet.auto_filter.ref = f"A{HEAD_ROW}:{get_column_letter(width)}{HEAD_ROW}"
    sheet.row_dimensions[TITLE_ROW].height = 26
    sheet.row_dimensions[HEAD_ROW].height = 36
    sheet.sheet_format.defaultRowHeight = 18
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    _fit_to_page(sheet, "landscape")


def _fit_to_page(sheet: Worksheet, orientation: str) -> None:
    sheet.sheet_view.showGridLines = orientation == "landscape"
    sheet.page_setup.orientation = orientation  # type: ignore[assignment]
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _add_instructions(book: Workbook, cooperative: Cooperative, language: Language) -> None:
    sheet: Worksheet = book.create_sheet(words.INSTRUCTIONS.name(language))
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 90
    _put(sheet, 1, 1, cooperative.name).font = Font(name=_FONT, size=18, bold=True, color=_GREEN)
    _put(sheet, 2, 1, cooperative.place or None).font = Font(name=_FONT, size=10, color=_GREY)
    _put(sheet, 3, 1, words.COOPERATIVE_CODE.name(language)).font = Font(name=_FONT, bold=True, color=_INK)
    _put(sheet, 3, 2, cooperative_code(cooperative)).font = Font(name=_FONT, color=_GREY)
    for row, text in enumerate(words.HOW_TO[language], start=5):
        _put(sheet, row, 1, f"{row - 4}.").alignment = Alignment(horizontal="right", vertical="top")
        _put(sheet, row, 2, text).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[row].height = 18
    row = 6 + len(words.HOW_TO[language])
    for at, layout in enumerate(LAYOUTS, start=row):
        name = layout.words.name(language)
        link = _put(sheet, at, 1, name)
        link.hyperlink = f"#{quote_sheetname(name)}!A{FIRST_ROW}"
        link.alignment = Alignment(vertical="top")
        link.font = Font(name=_FONT, bold=True, underline="single", color=_GREEN)
        told = layout.words.help(language)
        _put(sheet, at, 2, told).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[at].height = 18 if len(told) < _LINE_LETTERS else 34
    _fit_to_page(sheet, "portrait")


def _add_lists(book: Workbook, products: Sequence[str], language: Language) -> None:
    """Add the hidden sheet that the drop-down of products is made from."""
    sheet: Worksheet = book.create_sheet(words.LISTS.name(language))
    sheet.sheet_state = "hidden"
    for row, name in enumerate(products, start=1):
        _put(sheet, row, 1, name)
    area = f"{quote_sheetname(sheet.title)}!$A$1:$A${max(len(products), 1)}"
    book.defined_names["jejaring_products"] = DefinedName("jejaring_products", attr_text=area)


def _put(sheet: Worksheet, row: int, column: int, value: Cell) -> Written:
    """Write one cell. Text is never taken for a formula, here or when somebody edits it in Excel."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Written)
    if isinstance(value, str):
        cell.value = _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", value)
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in {"=", "+", "-", "@", "\t", "\r"}
    else:
        cell.value = value
    return cell


def timeless(raw: BytesIO) -> bytes:
    """Return the same file with no moment in it, neither in the zip nor in its properties."""
    written = BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "docProps/core.xml":
                data = re.sub(
                    rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", data
                )
            info = zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, data)
    return written.getvalue()
