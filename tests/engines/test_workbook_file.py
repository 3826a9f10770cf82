"""Files that are no workbook say what they are; workbooks are read however a program stores them."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.xml.constants import SHEET_MAIN_NS

from jejaring.engines.errors import Faults
from jejaring.engines.planning.assembly import assemble
from jejaring.engines.planning.workbook import read_workbook
from jejaring.engines.planning.workbook.spreadsheet import Limits
from tests.engines.workbooks import (
    content,
    edited,
    first_supply,
    good,
    shared,
    sheet_part,
    told,
    with_part,
    with_parts,
)

HEAD = '<?xml version="1.0"?>'
MEND_COPY = "Copy or download it again, or take an earlier copy."
MEND_KIND = "Save it as an Excel workbook (.xlsx), or copy its rows into the template."
DAMAGED = "The workbook is damaged: not all of it can be read."
MEND_DAMAGE = "Open it in Excel, let Excel repair it, and save it again; or take an earlier copy."


@pytest.mark.parametrize(
    ("data", "wrong", "right"),
    [
        (b"", "The file is empty.", MEND_COPY),
        (b"lokasi;produk\na1;gkp\n", "This is not an Excel workbook, whatever its name says.", MEND_KIND),
        (b"<html><table>", "This is not an Excel workbook, whatever its name says.", MEND_KIND),
        (good()[:5000], "The workbook is damaged or only part of it was copied.", MEND_COPY),
        (b"PK\x03\x04", "The workbook is damaged or only part of it was copied.", MEND_COPY),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "This is a workbook of the kind .xls, not .xlsx.",
            MEND_KIND,
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64) + "EncryptedPackage".encode("utf-16-le"),
            "The workbook is locked with a password.",
            "Open it in Excel, take the password away (File, Info, Protect Workbook), and save it.",
        ),
    ],
)
def test_a_file_that_is_no_workbook_says_what_it_is(data: bytes, wrong: str, right: str) -> None:
    assert told(data) == [("", wrong, right)]


def renamed_parts(**names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good())) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(names.get(name.replace("/", "_").replace(".", "_"), name), old.read(name))
    return stream.getvalue()


def test_workbooks_of_other_kinds_inside_a_zip_are_named() -> None:
    binary = renamed_parts(xl_workbook_xml="xl/workbook.bin")
    libre = renamed_parts(xl_workbook_xml="content.xml")
    word = renamed_parts(xl_workbook_xml="word/document.xml", xl__rels_workbook_xml_rels="word/rels")
    strict = with_part(
        sheet_part("Produk"),
        lambda xml: xml.replace(SHEET_MAIN_NS, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
    )
    assert told(binary) == [("", "This is a workbook of the kind .xlsb, not .xlsx.", MEND_KIND)]
    assert told(libre) == [("", "This is a workbook of the kind .ods, not .xlsx.", MEND_KIND)]
    assert told(strict) == [("", "This is a workbook of the kind Strict Open XML, not .xlsx.", MEND_KIND)]
    assert told(word) == [("", "This is not an Excel workbook, whatever its name says.", MEND_KIND)]


def test_a_file_that_is_not_there_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(Faults) as refused:
        read_workbook(tmp_path / "hilang.xlsx")
    (fault,) = refused.value.faults
    assert fault.place.file == "hilang.xlsx"
    assert fault.wrong.code == "workbook.unreadable"
    assert str(fault.right) == "Check its name and folder, and close it in other programs."


def test_a_workbook_is_read_from_a_path_under_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "cianjur.xlsx"
    path.write_bytes(good())
    rows = read_workbook(path)
    assert rows.file == "cianjur.xlsx"
    assert assemble(rows).name == "Contoh"
    assert len(rows.sha256) == 64


def test_a_document_type_is_refused_before_its_entities_are_read() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    for part in ("xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "_rels/.rels"):
        data = with_part(part, lambda xml: bomb + xml.removeprefix(HEAD), shared())
        assert told(data) == [
            (
                "",
                "The workbook has a document type inside, which Excel never writes: it may be an attack.",
                "Don't open it; ask the sender for a new copy.",
            )
        ]
    wide = bomb.encode("utf-16")
    data = with_parts({sheet_part("Produk"): lambda _: wide})
    assert "may be an attack" in told(data)[0][1]


def test_a_zip_bomb_is_refused_before_it_fills_the_memory() -> None:
    spaces = " " * 3_000_000
    bomb = with_part("xl/sharedStrings.xml", lambda xml: xml.replace("</sst>", spaces + "</sst>"), shared())
    assert len(bomb) < 100_000
    with pytest.raises(Faults) as refused:
        read_workbook(bomb, "b.xlsx", Limits(unpacked_bytes=2_000_000))
    (fault,) = refused.value.faults
    assert (
        str(fault.wrong)
        == "The workbook is too large: more than 1 MB unpacked, or 12000000 cells in a sheet."
    )
    assert str(fault.right) == "Take away pictures and formatted but empty rows, or split the network."
    many = read_workbook(good(), "b.xlsx", Limits(cells=20))
    assert {fault.place.sheet for fault in many.faults} >= {"Saluran jual", "Pengolahan"}
    assert {fault.wrong.code for fault in many.faults} == {"workbook.too_large"}


def test_a_broken_sheet_is_told_and_the_others_are_still_read() -> None:
    data = with_part(sheet_part("Pasokan"), lambda xml: xml[: len(xml) // 2])
    data = with_part(sheet_part("Jalur"), lambda xml: xml.replace('<c r="A4"', '<c r="ZZZZ4"'), data)
    found = told(data)
    assert ("Pasokan", DAMAGED, MEND_DAMAGE) in found
    assert {place for place, _, _ in found} == {"Pasokan", "Jalur"}


def test_a_broken_part_of_the_whole_is_told() -> None:
    for part in ("xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"):
        data = with_part(part, lambda xml: xml[:-20], shared())
        assert told(data) == [("", DAMAGED, MEND_DAMAGE)]


# --- how programs store it --------------------


def with_cell_xml(sheet: str, cell: str, xml: str) -> bytes:
    """Return the good workbook with one cell's XML replaced."""
    pattern = re.compile(rf'<c r="{cell}"[^>]*?(/>|>.*?</c>)')
    return with_part(sheet_part(sheet), lambda old: pattern.sub(xml, old, count=1))


@pytest.mark.parametrize(
    ("xml", "kg"),
    [
        ('<c r="E4"><v>0.10000000000000001</v></c>', "0.1"),
        ('<c r="E4" t="n"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="E4" t="str"><f>"12"</f><v>12</v></c>', "12"),
        (
            '<c r="E4" t="inlineStr"><is><r><t>1</t></r><r><t>2</t></r><rPh sb="0" eb="1"/></is></c>',
            "12",
        ),
        (f'<x:c xmlns:x="{SHEET_MAIN_NS}" r="E4"><x:v>1.2E1</x:v></x:c>', "12"),
        ('<c r="E4"><v>1E3</v></c>', "1000"),
    ],
)
def test_numbers_are_read_however_a_program_stores_them(xml: str, kg: str) -> None:
    assert first_supply(with_cell_xml("Pasokan", "E4", xml))["available_kg"] == Decimal(kg)


@pytest.mark.parametrize(
    ("xml", "codes"),
    [
        ('<c r="E4"><f>SUM(A1:A2)</f></c>', ["cell.no_value"]),
        ('<c r="E4"><f>SUM(A1:A2)</f><v></v></c>', ["cell.no_value"]),
        ('<c r="E4"><v>NaN</v></c>', ["workbook.damaged"]),
        ('<c r="E4"><v>1e999</v></c>', ["cell.error"]),
        ('<c r="E4" t="e"><v>#DIV/0!</v></c>', ["cell.error"]),
        ('<c r="E4" t="d"><v>2026-03-01T00:00:00</v></c>', ["cell.date"]),
        ('<c r="E4" t="d"><v>kemarin</v></c>', ["workbook.damaged"]),
        ('<c r="E4" t="s"><v>99999</v></c>', ["workbook.damaged"]),
        ('<c r="E4" t="str"><f>""</f><v></v></c>', []),
        ('<c r="E4"/>', []),
    ],
)
def test_what_is_no_number_is_told_however_it_is_stored(xml: str, codes: list[str]) -> None:
    rows = read_workbook(with_cell_xml("Pasokan", "E4", xml), "x.xlsx")
    assert [fault.wrong.code for fault in rows.faults] == codes


def test_texts_may_stand_in_one_table_as_excel_keeps_them() -> None:
    assert told(shared()) == []
    assert content(read_workbook(shared(), "x.xlsx")) == content(read_workbook(good(), "x.xlsx"))


def test_rows_and_cells_without_addresses_follow_one_another() -> None:
    def bare(xml: str) -> str:
        return re.sub(r'(<(?:row|c)) r="[A-Z]*[0-9]+"', r"\1", xml)

    cells = "".join(f"<row><c t='str'><v>{text}</v></c></row>" for text in ("Kode", "gkp"))
    xml = f"<worksheet xmlns='{SHEET_MAIN_NS}'><sheetData>{cells}</sheetData></worksheet>"
    rows = read_workbook(with_part(sheet_part("Produk"), lambda _: bare(xml)), "x.xlsx")
    assert [str(row.place_of("code")) for row in rows.tables["products"]] == ["x.xlsx · Produk · A2"]
    foreign = with_part(sheet_part("Produk"), lambda _: xml.replace(SHEET_MAIN_NS, "urn:other"))
    assert ("Produk", DAMAGED, MEND_DAMAGE) in told(foreign)


def test_a_sheet_is_read_whatever_extent_it_claims() -> None:
    def smaller(xml: str) -> str:
        return re.sub(r'<dimension ref="[^"]*" ?/>', '<dimension ref="A1:B2"/>', xml)

    data = with_part(sheet_part("Pasokan"), smaller)
    assert data != good()
    assert content(read_workbook(data, "x.xlsx")) == content(read_workbook(good(), "x.xlsx"))


def test_a_row_beyond_excels_last_is_damage() -> None:
    data = with_part(sheet_part("Pasokan"), lambda xml: xml.replace('<row r="4"', '<row r="999999999999"'))
    assert ("Pasokan", DAMAGED, MEND_DAMAGE) in told(data)


def test_days_count_from_1904_where_a_workbook_says_so() -> None:
    def since_1904(xml: str) -> str:
        return re.sub(r"<workbookPr\b", '<workbookPr date1904="1"', xml)

    def edit(book: Workbook) -> None:
        book["Saluran jual"]["F4"] = datetime.date(2030, 3, 2)

    assert told(with_part("xl/workbook.xml", since_1904, edited(edit)))[0] == (
        "Saluran jual · F4",
        "This is a day (2034-03-03), not a month.",
        "Format the cell as text and write a month as 2034-03.",
    )


def test_parts_are_found_where_the_relations_point() -> None:
    def moved(xml: str) -> str:
        return xml.replace('Target="/xl/worksheets/', 'Target="worksheets/')

    assert told(with_part("xl/_rels/workbook.xml.rels", moved)) == []
    gone = with_part("xl/_rels/workbook.xml.rels", lambda xml: xml.replace("sheet4.xml", "sheet99.xml"))
    assert ("Produk", DAMAGED, MEND_DAMAGE) in told(gone)
