"""Workbooks to spoil: the small network as a workbook, edited as people and programs edit them."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from decimal import Context, Decimal
from functools import cache
from typing import Any

import numpy as np
import openpyxl
from openpyxl import Workbook
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.worksheet.datavalidation import DataValidationList
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from jejaring.engines.errors import Fault, Faults
from jejaring.engines.measures import Decimals
from jejaring.engines.planning import tables
from jejaring.engines.planning.assembly import assemble
from jejaring.engines.planning.interchange import read_rows
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.rows import Rows
from jejaring.engines.planning.workbook import read_workbook
from jejaring.engines.planning.workbook.headings import Language
from jejaring.engines.planning.workbook.writing import workbook
from tests.engines.small_networks import EXAMPLE

_ALL_DIGITS = Context(prec=100)

Told = tuple[str, str, str]
"""A fault as the tests compare it: the place within the workbook, what is wrong, what is right."""


def rows_of(network: Mapping[str, Any]) -> Rows:
    """Return the rows of a JSON network."""
    return read_rows(json.dumps(network).encode(), "n.json")


@cache
def good(language: Language = "id") -> bytes:
    """Return the small network as a workbook without faults."""
    return workbook(rows_of(EXAMPLE), language)


@cache
def lean(language: Language = "id") -> bytes:
    """Return the good workbook without what only helps people, so that editing it is quick."""
    book = openpyxl.load_workbook(io.BytesIO(good(language)))
    for sheet in book.worksheets:
        sheet.data_validations = DataValidationList()
        sheet.conditional_formatting = ConditionalFormattingList()
        for row in sheet.iter_rows():
            for cell in row:
                cell.comment = None
    del (
        book["Daftar" if language == "id" else "Lists"],
        book["Petunjuk" if language == "id" else "Instructions"],
    )
    return saved(book)


def edited(edit: Callable[[Workbook], object], language: Language = "id") -> bytes:
    """Return the good workbook after an edit with openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(lean(language)))
    edit(book)
    return saved(book)


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_cells(sheet: str, **cells: Any) -> bytes:
    """Return the good workbook with some cells of a sheet replaced: with_cells("Pasokan", E4="abc")."""

    def edit(book: Workbook) -> None:
        for cell, value in cells.items():
            book[sheet][cell] = value

    return edited(edit)


def told(data: bytes) -> list[Told]:
    """Return every fault of a workbook, read and assembled, in reading order; none where it is sound."""
    try:
        assemble(read_workbook(data, "jejaring.xlsx"))
    except Faults as faults:
        found = faults.faults
    else:
        return []
    assert {fault.place.file for fault in found} == {"jejaring.xlsx"}
    return [_told(fault) for fault in found]


def _told(fault: Fault) -> Told:
    place = dataclasses.replace(fault.place, file="")
    return str(place), str(fault.wrong), str(fault.right or "")


def first_supply(data: bytes) -> dict[str, object]:
    """Return the first row of supplies, which must be free of faults."""
    rows = read_workbook(data, "jejaring.xlsx")
    assert rows.faults == []
    return dict(rows.tables["supplies"][0].values)


def with_part(name: str, change: Callable[[str], str], data: bytes | None = None) -> bytes:
    """Return a workbook with the XML of one part changed."""
    return with_parts({name: lambda old: change(old.decode()).encode()}, data)


def with_parts(changes: Mapping[str, Callable[[bytes], bytes]], data: bytes | None = None) -> bytes:
    """Return a workbook with the bytes of some parts changed."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data or good())) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, changes[name](part) if name in changes else part)
    return stream.getvalue()


@cache
def shared() -> bytes:
    """Return the good workbook as Excel stores it: texts in one table, half of them in pieces."""
    texts: dict[str, int] = {}

    def moved(match: re.Match[str]) -> str:
        at = texts.setdefault(match[2] or "", len(texts))
        return f'{match[1]} t="s"><v>{at}</v></c>'

    def sheet(xml: bytes) -> bytes:
        pattern = r'(<c [^>]*?) t="inlineStr"><is><t(?: [^>]*)?>([^<]*)</t></is></c>'
        return re.sub(pattern, moved, xml.decode()).encode()

    parts = [name for name in zipfile.ZipFile(io.BytesIO(good())).namelist() if "worksheets/sheet" in name]
    data = with_parts(dict.fromkeys(parts, sheet))
    items = "".join(
        f"<si><r><t>{text[:1]}</t></r><r><t>{text[1:]}</t></r><rPh sb='0' eb='1'><t>x</t></rPh></si>"
        if at % 2
        else f"<si><t>{text}</t></si>"
        for text, at in texts.items()
    )
    kind = f'ContentType="{SHARED_STRINGS}"'
    override = f'<Override PartName="/xl/sharedStrings.xml" {kind}/></Types>'
    data = with_part("[Content_Types].xml", lambda xml: xml.replace("</Types>", override), data)
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as book:
        book.writestr(
            "xl/sharedStrings.xml", f'<?xml version="1.0"?><sst xmlns="{SHEET_MAIN_NS}">{items}</sst>'
        )
    return stream.getvalue()


def sheet_part(title: str, language: Language = "id") -> str:
    """Return the part of the good workbook in which a sheet stands."""
    names = openpyxl.load_workbook(io.BytesIO(good(language)), read_only=True).sheetnames
    return f"xl/worksheets/sheet{names.index(title) + 1}.xml"


def comparable(value: object) -> object:
    """Return a problem, or a part of one, as plain values that == compares; its hash aside."""
    if isinstance(value, Decimals):
        return value.fractions()
    if isinstance(value, np.ndarray):
        return [str(each) for each in value.tolist()]
    if isinstance(value, Problem):
        value = dataclasses.replace(value, sha256="")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: comparable(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return value


def content(rows: Rows) -> dict[str, object]:
    """Return what rows say, their order within supplies and needs aside, places left out."""
    found: dict[str, object] = {}
    for name in [table.name for table in tables.TABLES]:
        table = rows.tables.get(name, [])
        lines = [{key: _plain(value) for key, value in sorted(row.values.items())} for row in table]
        found[name] = sorted(lines, key=repr) if name in {"supplies", "needs"} else lines
    rule = {key: _plain(value) for key, value in rows.lane_rule.values.items()} if rows.lane_rule else None
    return {"name": rows.name, "note": rows.note, "lane_rule": rule, **found}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return value.normalize(_ALL_DIGITS)
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(_plain(each) for each in value)
    return value
