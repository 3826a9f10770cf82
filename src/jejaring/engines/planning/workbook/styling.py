"""How a workbook looks, and what helps people to fill it in: styles, drop-downs, notes, print."""

from __future__ import annotations

import re
import textwrap
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from jejaring.engines.planning import tables
from jejaring.engines.planning.workbook import headings
from jejaring.engines.planning.workbook.dropdowns import FIRST_LISTED, listed_columns, validation
from jejaring.engines.planning.workbook.headings import Language
from jejaring.engines.planning.workbook.instructions import INSTRUCTIONS, Line, Mark
from jejaring.engines.planning.workbook.layout import UNIT

Written = str | int | float | None
"""What can be put into a cell."""

TITLE_ROW, HELP_ROW, HEAD_ROW, FIRST_ROW = 1, 2, 3, 4
LAST_ROW = 5_000
"""Drop-downs and marks reach this far, further where there are more rows."""

_GREEN, _PALE_GREEN, _SAND, _AMBER = "1F5C4A", "DCEAE3", "F4ECDB", "FCEFC7"
_INK, _GREY, _HAIR = "24312C", "6B7772", "DDE3E0"
_TABS = {
    "instructions": "9AA5A0", "general": "5B7F95", "periods": "5B7F95", "products": "5B7F95",
    "parties": "5B7F95", "sites": "5B7F95", "supplies": "1F5C4A", "needs": "1F5C4A",
    "outlets": "B8893B", "sources": "B8893B", "steps": "B8893B", "processes": "7A6A9B", "storages": "7A6A9B",
    "lanes": "7A6A9B", "local_trade": "7A6A9B", "references": "9AA5A0",
    "vehicles": "A98BB0", "today": "A98BB0", "scenarios": "A98BB0", "ranges": "A98BB0", "crops": "A98BB0",
    "growers": "A98BB0", "terms": "A98BB0",
}  # fmt: skip

_FORMATS: dict[str, str] = {
    "code": "@", "text": "@", "codes": "@", "kg": "#,##0_)", "price": "#,##0_)", "rupiah": "#,##0_)",
    "share": "0.0####_)", "rate": "0.0####_)", "km": "#,##0.0##_)", "count": "#,##0_)",
    "latitude": "0.00####_)", "longitude": "0.00####_)",
}  # fmt: skip
"""Number formats by kind; _) is a little room to the right, which an indent gives unevenly in LibreOffice."""

_WHOLE = "#,##0_)"
_DECIMALS = "#,##0.0##_)"
"""Shown instead of _WHOLE where a number isn't whole, which would otherwise look rounded."""

_WIDTHS: dict[str, float] = {
    "source": 22, "name": 22, "buyer": 20, "supplier": 20, "item": 40, "products": 16, UNIT: 9, "unit": 9,
    "kind": 11, "role": 8, "village": 15, "lat": 11, "lon": 11, "period": 10, "*": 11, "loss": 9,
    "channel": 10, "outputs": 11, "opening_kg": 12, "value": 12, "valid_from": 13, "confidence": 12,
    "evidence": 14, "table": 18, "field": 24, "partner": 20, "apart": 22, "terrain": 12,
}  # fmt: skip

_GENERAL_STYLES: dict[str, str] = {
    "text": "text", "code": "text", "factors": "text", "count": "whole", "rupiah": "whole",
}  # fmt: skip
"""Styles of the sheet of general things by kind; numbers have the others'."""

_FREEZE = {"today": 2, "growers": 2, "supplies": 2, "needs": 2, "lanes": 2, "steps": 2, "terms": 2}


@dataclass(frozen=True)
class Head:
    """One column of a sheet as it is written. `key` is what its lines are asked for."""

    key: tuple[str, str, int]
    text: str
    help: str
    field: tables.Field
    compulsory: bool


class Book:
    """A workbook while it is being written."""

    def __init__(self, language: Language, name: str) -> None:
        self._language = language
        self._name = name
        self._book = Workbook()
        self._book.remove(self._book.worksheets[0])
        self._styles = {style.name: style for style in _styles()}
        for style in self._styles.values():
            self._book.add_named_style(style)
        self._add_instructions()

    def add_general(self, values: Mapping[str, Written]) -> None:
        """Add the sheet of labels and values."""
        sheet = self._add_sheet("general")
        for at, words in enumerate(headings.GENERAL_HEADS, start=1):
            _put(sheet, HEAD_ROW, at, words.name(self._language), "jejaring head")
        rule = {field.name: field for field in tables.LANE_RULE}
        row = FIRST_ROW
        for name, words in headings.GENERAL.items():
            if name in {"detour", "format"}:
                row += 1
            quiet = name == "format"
            _put(sheet, row, 1, words.name(self._language), "jejaring remark" if quiet else "jejaring label")
            kind = rule[name].kind if name in rule else "text"
            style = f"jejaring general {_GENERAL_STYLES.get(kind, 'number')}"
            value = _put(sheet, row, 2, values[name], "jejaring remark" if quiet else style)
            if not quiet:
                value.fill = PatternFill("solid", fgColor="F7FAF8")
            unit = rule[name].unit if name in rule else ""
            _put(sheet, row, 3, unit or None, "jejaring remark")
            _put(sheet, row, 4, words.help(self._language) or None, "jejaring wrapped remark")
            if len(words.help(self._language)) > 70:
                sheet.row_dimensions[row].height = 34
            check = validation(rule[name], name, self._language) if name in rule else None
            if check is not None:
                self._validate(sheet, check, f"B{row}")
            row += 1
        for letter, width in zip("ABCD", (28, 44, 11, 62), strict=True):
            sheet.column_dimensions[letter].width = width
        self._finish_sheet(sheet, "A4")

    def add_table(self, name: str, heads: Sequence[Head], lines: Iterable[Sequence[Written]]) -> None:
        """Add the sheet of a table with its rows."""
        sheet = self._add_sheet(name)
        widths = [self._add_head(sheet, at, head) for at, head in enumerate(heads, start=1)]
        lines_of_text = max(_line_count(head.text, width) for head, width in zip(heads, widths, strict=True))
        sheet.row_dimensions[HEAD_ROW].height = 8 + 14 * max(lines_of_text, 2)
        styles = [_style_of(head) for head in heads]
        row = FIRST_ROW
        for line in lines:
            for at, value in enumerate(line, start=1):
                if value is not None:
                    _put(sheet, row, at, value, styles[at - 1])
                    if isinstance(value, str) and len(value) > widths[at - 1]:
                        widths[at - 1] = min(len(value), 40)
            row += 1
        for at, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(at)].width = width + 2
        last = max(LAST_ROW, row + 200)
        self._help_fill_in(sheet, heads, last)
        frozen = get_column_letter(_FREEZE.get(name, 1) + 1)
        self._finish_sheet(sheet, f"{frozen}{FIRST_ROW}")
        sheet.auto_filter.ref = f"A{HEAD_ROW}:{get_column_letter(len(heads))}{max(row - 1, FIRST_ROW)}"

    def bytes(self) -> bytes:
        """Return the file; the same content gives the same bytes."""
        self._add_lists()
        self._book.active = 0
        raw = BytesIO()
        self._book.save(raw)
        return _timeless(raw, self._name)

    # --- sheets ----------------------------------------------------------------------------------

    def _add_sheet(self, name: str) -> Worksheet:
        words = headings.of_sheet(name)
        sheet: Worksheet = self._book.create_sheet(words.name(self._language))
        sheet.sheet_properties.tabColor = _TABS[name]
        sheet.sheet_view.showGridLines = False
        sheet.sheet_format.defaultRowHeight = 18
        sheet.sheet_format.customHeight = True
        _put(sheet, TITLE_ROW, 1, words.name(self._language), "jejaring title")
        _put(sheet, HELP_ROW, 1, words.help(self._language), "jejaring remark")
        sheet.row_dimensions[TITLE_ROW].height = 26
        sheet.row_dimensions[HELP_ROW].height = 18
        return sheet

    def _add_head(self, sheet: Worksheet, at: int, head: Head) -> float:
        """Write one head, set its column's style, and return its width."""
        period = head.key[0] == "*"
        style = (
            "jejaring period" if period else "jejaring head" if head.compulsory else "jejaring optional head"
        )
        cell = _put(sheet, HEAD_ROW, at, head.text, style)
        if head.help:
            note = Comment(head.help, "Jejaring", width=260, height=30 + 18 * (1 + len(head.help) // 38))
            cell.comment = note
        self._style_column(sheet, at, _style_of(head))
        for row in (TITLE_ROW, HELP_ROW):
            if at > 1:
                # Else the column's style would draw its lines up here.
                _put(sheet, row, at, None, "jejaring remark")
        width = _WIDTHS.get(head.key[0]) or {"code": 13, "text": 20}.get(head.field.kind, 11)
        longest = max(len(word) for word in re.split(r"\s", head.text))
        return max(width, float(longest))

    def _style_column(self, sheet: Worksheet, at: int, name: str) -> None:
        """Give the empty cells of a column their style; a column can't have a named one."""
        column = sheet.column_dimensions[get_column_letter(at)]
        style = self._styles[name]
        column.number_format = style.number_format
        column.font, column.border, column.alignment = style.font, style.border, style.alignment

    def _finish_sheet(self, sheet: Worksheet, frozen: str) -> None:
        sheet.freeze_panes = frozen
        sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
        _set_up_page(sheet)

    def _add_instructions(self) -> None:
        """Add the page that says what the workbook is and how to fill it in."""
        sheet = self._book.create_sheet(headings.SHEETS["instructions"].name(self._language))
        sheet.sheet_properties.tabColor = _TABS["instructions"]
        sheet.sheet_view.showGridLines = False
        sheet.column_dimensions["A"].width = 2
        for at in range(2, 10):
            sheet.column_dimensions[get_column_letter(at)].width = 16
        for row, line in enumerate(INSTRUCTIONS[self._language], start=1):
            for at, (text, mark) in enumerate(line, start=2):
                cell = _put(sheet, row, at, text or None, _MARKS[mark])
                if mark is Mark.LINK:
                    target = headings.SHEETS[str(text)].name(self._language)
                    cell.value = target
                    cell.hyperlink = f"#{quote_sheetname(target)}!A1"
                    cell.style = _MARKS[mark]
            sheet.row_dimensions[row].height = _instruction_height(line)
        _set_up_page(sheet)
        sheet.page_setup.orientation = "portrait"
        sheet.page_setup.fitToHeight = 1

    # --- help to fill in -------------------------------------------------------------------------

    def _help_fill_in(self, sheet: Worksheet, heads: Sequence[Head], last: int) -> None:
        end = get_column_letter(len(heads))
        table_at = next((at for at, head in enumerate(heads, start=1) if head.key[0] == "table"), 0)
        beside = f"${get_column_letter(table_at)}{FIRST_ROW}" if table_at else ""
        for at, head in enumerate(heads, start=1):
            letter = get_column_letter(at)
            cells = f"{letter}{FIRST_ROW}:{letter}{last}"
            check = validation(head.field, head.key[0], self._language, beside)
            if check is not None:
                self._validate(sheet, check, cells)
            first = f"{letter}{FIRST_ROW}"
            if head.compulsory:
                started = f'AND({first}="",COUNTA($A{FIRST_ROW}:${end}{FIRST_ROW})>0)'
                sheet.conditional_formatting.add(cells, _rule(started, fill=_AMBER))
            if _FORMATS.get(head.field.kind) == _WHOLE:
                broken = f"AND(ISNUMBER({first}),{first}<>INT({first}))"
                sheet.conditional_formatting.add(cells, _rule(broken, number_format=_DECIMALS))

    def _validate(self, sheet: Worksheet, check: DataValidation, cells: str) -> None:
        check.add(cells)
        sheet.add_data_validation(check)

    def _add_lists(self) -> None:
        """Add the hidden sheet and the names that drop-downs are made from."""
        lists = self._book.create_sheet(headings.SHEETS["lists"].name(self._language))
        lists.sheet_state = "hidden"
        own = quote_sheetname(lists.title)
        for at, column in enumerate(listed_columns(self._language), start=FIRST_LISTED):
            for row, word in enumerate(column, start=1):
                lists.cell(row, at, word)
        for table in ("periods", "products", "parties", "sites", "vehicles"):
            sheet = quote_sheetname(headings.SHEETS[table].name(self._language))
            codes = f"{sheet}!$A${FIRST_ROW}:$A${LAST_ROW}"
            self._name_range(f"jejaring_{table}", f"{sheet}!$A${FIRST_ROW}", f"MAX(1,COUNTA({codes}))")
        wholes = (
            ("periods", "jejaring_periods_or_star", "*", 120),
            ("products", "jejaring_product_lists", headings.every_product(self._language), 300),
        )
        for at, (table, name, whole, most) in enumerate(wholes, start=1):
            letter = get_column_letter(at)
            sheet = quote_sheetname(headings.SHEETS[table].name(self._language))
            lists[f"{letter}1"] = whole
            for row in range(most):
                code = f"{sheet}!$A${FIRST_ROW + row}"
                lists[f"{letter}{row + 2}"] = f'=IF({code}="","",{code})'
            codes = f"{sheet}!$A${FIRST_ROW}:$A${FIRST_ROW + most - 1}"
            self._name_range(name, f"{own}!${letter}$1", f"1+COUNTA({codes})")

    def _name_range(self, name: str, first: str, count: str) -> None:
        self._book.defined_names[name] = DefinedName(name, attr_text=f"OFFSET({first},0,0,{count},1)")


def _set_up_page(sheet: Worksheet) -> None:
    """Set a sheet up to print on A4 across, as wide as the page, with its name and page number below."""
    page = sheet.page_setup
    page.orientation = "landscape"
    page.paperSize = int(sheet.PAPERSIZE_A4)
    page.fitToWidth = 1
    page.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    footer = sheet.oddFooter
    assert footer is not None
    for part, text in ((footer.left, "&A"), (footer.right, "&P / &N")):
        part.text = text
        part.size = 8


def _rule(formula: str, fill: str = "", number_format: str = "") -> Rule:
    style = DifferentialStyle(
        fill=PatternFill(bgColor=fill, fill_type="solid") if fill else None,
        numFmt=NumberFormat(numFmtId=164, formatCode=number_format) if number_format else None,
    )
    return Rule(type="expression", dxf=style, formula=[formula])


# --- styles --------------------------------------------------------------------------------------

_MARKS = {
    Mark.TITLE: "jejaring title", Mark.SECTION: "jejaring section", Mark.TEXT: "jejaring instruction",
    Mark.LINK: "jejaring link", Mark.HEAD: "jejaring head", Mark.OPTIONAL: "jejaring optional head",
    Mark.PERIOD: "jejaring period", Mark.EXAMPLE: "jejaring example", Mark.NUMBER: "jejaring example number",
    Mark.YIELD: "jejaring example yield", Mark.AMBER: "jejaring amber",
}  # fmt: skip


_LEFT = Alignment(horizontal="left", vertical="center", indent=1)
_RIGHT = Alignment(horizontal="right", vertical="center")


def _instruction_height(line: Line) -> float:
    if any(mark is Mark.TITLE for _, mark in line):
        return 32
    heads = [str(text) for text, mark in line if mark in {Mark.HEAD, Mark.OPTIONAL, Mark.PERIOD}]
    return 18 if not heads else 46 if any("\n" in text for text in heads) else 30


def _style_of(head: Head) -> str:
    return f"jejaring {head.field.kind}"


def _styles() -> Iterable[NamedStyle]:
    hair = Side(style="thin", color=_HAIR)
    line = Border(bottom=hair)
    ink = Font(name="Calibri", size=11, color=_INK)
    for kind, code in _FORMATS.items():
        text = code == "@"
        alignment = _LEFT if text else _RIGHT
        yield NamedStyle(f"jejaring {kind}", font=ink, border=line, number_format=code, alignment=alignment)
    head = Alignment(wrap_text=True, vertical="center", horizontal="center")
    white = Border(left=Side(style="thin", color="FFFFFF"), right=Side(style="thin", color="FFFFFF"))
    for name, fill, color in (
        ("head", _GREEN, "FFFFFF"),
        ("optional head", _PALE_GREEN, _INK),
        ("period", _SAND, _INK),
    ):
        yield NamedStyle(
            f"jejaring {name}",
            font=Font(name="Calibri", size=10, bold=True, color=color),
            alignment=head,
            border=white,
            fill=PatternFill("solid", fgColor=fill),
            number_format="@",
        )
    middle = Alignment(vertical="center")
    plain = (
        ("title", Font(name="Calibri", size=17, bold=True, color=_GREEN)),
        ("section", Font(name="Calibri", size=12, bold=True, color=_GREEN)),
        ("instruction", ink),
        ("remark", Font(name="Calibri", size=10, color=_GREY)),
        ("label", Font(name="Calibri", size=11, bold=True, color=_INK)),
        ("link", Font(name="Calibri", size=11, bold=True, underline="single", color=_GREEN)),
    )
    for name, font in plain:
        yield NamedStyle(f"jejaring {name}", font=font, alignment=middle, number_format="General")
    yield NamedStyle(
        "jejaring wrapped remark",
        font=Font(name="Calibri", size=10, color=_GREY),
        alignment=Alignment(vertical="center", wrap_text=True),
    )
    wrapped = Alignment(horizontal="left", vertical="center", indent=1, wrap_text=True)
    yield NamedStyle("jejaring general text", font=ink, border=line, alignment=wrapped, number_format="@")
    yield NamedStyle(
        "jejaring general number", font=ink, border=line, alignment=_LEFT, number_format="0.0####"
    )
    yield NamedStyle("jejaring general whole", font=ink, border=line, alignment=_LEFT, number_format="#,##0")
    for name, code in (("example", "@"), ("example number", _WHOLE), ("example yield", _FORMATS["rate"])):
        shown = _LEFT if code == "@" else _RIGHT
        yield NamedStyle(f"jejaring {name}", font=ink, border=line, alignment=shown, number_format=code)
    yield NamedStyle("jejaring amber", font=ink, alignment=middle, fill=PatternFill("solid", fgColor=_AMBER))


def _line_count(text: str, width: float) -> int:
    """Return about how many lines a heading takes in a column of a width."""
    return sum(len(textwrap.wrap(part, int(width))) for part in text.split("\n"))


def _put(sheet: Worksheet, row: int, column: int, value: Written, style: str) -> Cell:
    """Write one cell. Text is never taken for a formula or an error, whatever it starts with."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    cell.style = style
    return cell


def _timeless(raw: BytesIO, name: str) -> bytes:
    """Return the same file with no moment in it, neither in the zip nor in its properties."""
    core = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(_printable(name))}</dc:title><dc:creator>Jejaring</dc:creator></cp:coreProperties>"
    )
    written = BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = core.encode() if part.filename == "docProps/core.xml" else old.read(part)
            info = zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, data)
    return written.getvalue()


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())
