"""A workbook is read as it was meant, or every fault in it is told with its place and its mending."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from jejaring.engines.errors import Faults
from jejaring.engines.planning.assembly import assemble
from jejaring.engines.planning.workbook import read_workbook
from jejaring.engines.planning.workbook.reading import MOST_FAULTS
from jejaring.engines.planning.workbook.spreadsheet import Limits
from tests.engines.workbooks import (
    Told,
    content,
    edited,
    good,
    saved,
    shared,
    sheet_part,
    told,
    with_cells,
    with_part,
    with_parts,
)

HEAD = '<?xml version="1.0"?>'
MEND_COPY = "Copy or download it again, or take an earlier copy."
MEND_KIND = "Save it as an Excel workbook (.xlsx), or copy its rows into the template."
MEND_DAMAGE = "Open it in Excel, let Excel repair it, and save it again; or take an earlier copy."


def first_supply(data: bytes) -> dict[str, object]:
    """Return the first row of supplies, which must be free of faults."""
    rows = read_workbook(data, "jejaring.xlsx")
    assert rows.faults == []
    return dict(rows.tables["supplies"][0].values)


# --- files that are no workbook ------------------------------------------------------------------


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
    import io
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good())) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(names.get(name.replace("/", "_").replace(".", "_"), name), old.read(name))
    return stream.getvalue()


def test_workbooks_of_other_kinds_inside_a_zip_are_named() -> None:
    no_book = {"_rels__rels": "other"}
    binary = renamed_parts(xl_workbook_xml="xl/workbook.bin", **no_book)
    libre = renamed_parts(xl_workbook_xml="content.xml", **no_book)
    word = renamed_parts(xl_workbook_xml="word/document.xml", **no_book)
    assert told(binary) == [("", "This is a workbook of the kind .xlsb, not .xlsx.", MEND_KIND)]
    assert told(libre) == [("", "This is a workbook of the kind .ods, not .xlsx.", MEND_KIND)]
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
    assert told(data)[0][0] == "Produk"
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
    part = sheet_part("Pasokan")
    found = told(data)
    assert ("Pasokan", f"The workbook is damaged: {part} in it can't be read.", MEND_DAMAGE) in found
    assert {place for place, _, _ in found} == {"Pasokan", "Jalur"}


def test_a_broken_part_of_the_whole_is_told() -> None:
    for part in ("xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"):
        data = with_part(part, lambda xml: xml[:-20], shared())
        assert told(data) == [
            ("", f"The workbook is damaged: {part.lower()} in it can't be read.", MEND_DAMAGE)
        ]


# --- sheets --------------------------------------------------------------------------------------


def test_the_good_workbook_has_no_faults_in_either_language() -> None:
    assert told(good("id")) == []
    assert told(good("en")) == []


def test_a_missing_sheet_is_told_once_and_an_optional_one_not_at_all() -> None:
    def edit(book: Workbook) -> None:
        del book["Produk"], book["Acuan"], book["Umum"]

    assert told(edited(edit)) == [
        (
            "Produk",
            "The sheet “Produk” is missing.",
            "Add it, or start from the template, which has all sheets.",
        )
    ]


def test_a_workbook_of_one_empty_sheet_names_every_sheet_that_it_needs() -> None:
    missing = [place for place, wrong, _ in told(saved(Workbook())) if wrong.endswith("is missing.")]
    assert missing == ["Koperasi", "Lokasi", "Periode", "Produk"]


def test_an_english_workbook_is_told_of_in_english_words() -> None:
    def edit(book: Workbook) -> None:
        del book["Products"]
        book["Supplies"]["A4"] = None

    assert told(edited(edit, "en")) == [
        (
            "Products",
            "The sheet “Products” is missing.",
            "Add it, or start from the template, which has all sheets.",
        ),
        ("Supplies · A4", "“Site” is empty, but this row needs it.", "Write a code from the sheet “Sites”."),
    ]


def test_sheets_are_known_in_both_languages_whatever_their_case_and_blanks() -> None:
    def edit(book: Workbook) -> None:
        book["Pasokan"].title = " SUPPLIES"
        book["Saluran jual"].title = "saluranjual"
        book["Jalur"].title = "Rute Angkut"

    assert told(edited(edit)) == []


def test_a_sheet_named_nearly_right_is_told_and_a_persons_own_is_not() -> None:
    def edit(book: Workbook) -> None:
        book["Kebutuhan"].title = "Kebutuhn"
        book.copy_worksheet(book["Pasokan"]).title = "Pasokan (2)"
        book.create_sheet("Hitungan biaya produksi")["A1"] = "=1+1"
        book.create_chartsheet("Grafik")

    mine = "if it is your own, give it quite another name."
    assert told(edited(edit)) == [
        ("Kebutuhn", "The sheet “Kebutuhn” would not be read.", f"Name it “Kebutuhan”; {mine}"),
        (
            "Pasokan (2)",
            "The sheet “Pasokan (2)” would not be read.",
            f"Put its rows on the sheet “Pasokan”; {mine}",
        ),
    ]


def test_two_sheets_of_the_same_thing_are_told() -> None:
    def edit(book: Workbook) -> None:
        book.copy_worksheet(book["Pasokan"]).title = "Supplies"

    assert told(edited(edit)) == [
        (
            "Supplies",
            "The sheets “Pasokan” and “Supplies” hold the same thing.",
            "Put all rows on one of them, and take the other away.",
        )
    ]


def test_merged_cells_are_told_where_they_hide_something() -> None:
    def edit(book: Workbook) -> None:
        book["Lokasi"].merge_cells("C4:C5")
        book["Lokasi"].merge_cells("A1:G1")
        book["Lokasi"].merge_cells("A90:B91")
        book["Lokasi"].merge_cells("P4:Q5")

    assert told(edited(edit)) == [
        (
            "Lokasi · C4",
            "The cells C4:C5 are merged; only the first of them has a value.",
            "Unmerge them, and write the value in each row.",
        ),
        # Unmerged by nobody, B's site stands there without an owner.
    ]


def test_hidden_and_empty_rows_change_nothing() -> None:
    def edit(book: Workbook) -> None:
        sheet = book["Pasokan"]
        sheet.insert_rows(4, amount=3)
        sheet["A90"] = "   "
        sheet["D50"] = "ton"
        sheet.row_dimensions[7].hidden = True
        book["Jalur"].sheet_state = "hidden"

    assert told(edited(edit)) == []
    assert first_supply(edited(edit))["available_kg"] == 120000


def test_a_sheet_with_many_faults_tells_the_first_ones() -> None:
    def edit(book: Workbook) -> None:
        for row in range(4, 4 + 2 * MOST_FAULTS):
            book["Pedagang setempat"].cell(row, 1, "a1")

    rows = read_workbook(edited(edit), "x.xlsx")
    assert len(rows.faults) == MOST_FAULTS
    assert str(rows.faults[-1].wrong) == "From here on this sheet has more faults, which aren't listed."
    assert str(rows.faults[-1].right) == "Mend those above first, then check the workbook again."


# --- headings ------------------------------------------------------------------------------------


def test_columns_are_found_by_their_headings_wherever_they_are() -> None:
    def edit(book: Workbook) -> None:
        sheet = book["Pasokan"]
        sheet.move_range("A3:G4", rows=6, cols=2)
        for cell in sheet[9]:
            if isinstance(cell.value, str):
                cell.value = f"  {cell.value.upper()} "
        sheet["I9"], sheet["C9"], sheet["D9"], sheet["F9"] = "Source", "site", "PRODUK*", "unit"
        sheet["B9"], sheet["B10"] = "No.", 1
        sheet["J9"], sheet["J10"] = "Keterangan", "panen raya"

    assert told(edited(edit)) == []
    assert first_supply(edited(edit)) == {
        "site": "a1",
        "product": "gkp",
        "period": "2026-03",
        "available_kg": Decimal(120000),
        "cost_idr_per_kg": Decimal(6500),
        "source": "",
    }


def test_months_in_headings_may_have_become_dates() -> None:
    data = with_cells("Pasokan", E3=datetime.date(2026, 3, 1), F3="Periode 2026-04")
    assert told(data) == []
    assert first_supply(data)["period"] == "2026-03"


def test_a_column_for_every_period_stands_under_a_star() -> None:
    for star in ("*", "Semua", "setiap periode", "every"):
        data = with_cells("Pasokan", E3=star)
        assert told(data) == []
        assert first_supply(data)["period"] == "*"


HEADINGS: list[tuple[str, dict[str, object], list[Told]]] = [
    (
        "Produk",
        {"B3": "Namaa", "B4": "Gabah"},
        [("Produk · B3", "This sheet has no column “Namaa”.", "Did you mean “Nama”?")],
    ),
    (
        "Produk",
        {"C3": "Warna"},
        [
            (
                "Produk · C3",
                "This sheet has no column “Warna”.",
                "Take the column away, or write “Keterangan” above a column of your own.",
            )
        ],
    ),
    (
        "Pasokan",
        {"F3": "2026-05"},
        [("Pasokan · F3", "This sheet has no column “2026-05”.", "Did you mean “2026-04”?")],
    ),
    (
        "Pasokan",
        {"F3": datetime.date(2026, 4, 15)},
        [("Pasokan · F3", "This sheet has no column “2026-04-15”.", "Did you mean “2026-04”?")],
    ),
    (
        "Pasokan",
        {"F3": "Lain-lain"},
        [
            (
                "Pasokan · F3",
                "This sheet has no column “Lain-lain”.",
                "Write a period, as 2026-03, or “Keterangan” above a column of your own.",
            )
        ],
    ),
    (
        "Pasokan",
        {"F3": "2026-03"},
        [
            (
                "Pasokan · F3",
                "“2026-03” stands above two columns: E and F.",
                "Keep one of the two columns, or correct a heading.",
            )
        ],
    ),
    (
        "Pasokan",
        {"A3": "Keterangan"},
        [
            (
                "Pasokan · 3",
                "The column “Lokasi” is missing.",
                "Add a column headed “Lokasi” in row 3.",
            )
        ],
    ),
    (
        "Pengolahan",
        {"J3": "No"},
        [
            (
                "Pengolahan · 3",
                "The column “Rendemen 2” is missing.",
                "Add a column headed “Rendemen 2” in row 3.",
            )
        ],
    ),
    (
        "Jalur",
        {"D3": "Biaya angkut (Rp/ton)"},
        [
            (
                "Jalur · D3",
                "“Biaya angkut (Rp/ton)” names a unit that this column can't be in.",
                "Write “Biaya angkut (Rp/kg)”, and the numbers below in that unit.",
            )
        ],
    ),
    (
        "Jalur",
        {"J5": "mahal", "J6": "murah"},
        [
            (
                "Jalur · J5",
                "Something stands here, but this column has no heading.",
                "Write the heading in row 3: “Keterangan” for a remark of your own.",
            )
        ],
    ),
    (
        "Kebutuhan",
        {"E3": "No", "F3": None, "F4": None},
        [
            (
                "Kebutuhan · 3",
                "No column of this sheet is headed with a period.",
                "Write a period above each column of quantities, as 2026-03.",
            )
        ],
    ),
]


@pytest.mark.parametrize(("sheet", "cells", "wanted"), HEADINGS)
def test_a_wrong_heading_is_told_with_what_would_be_right(
    sheet: str, cells: dict[str, object], wanted: list[Told]
) -> None:
    assert told(with_cells(sheet, **cells)) == wanted


def test_a_sheet_without_headings_is_told() -> None:
    def edit(book: Workbook) -> None:
        book["Jalur"].delete_rows(3)
        book["Lokasi"].delete_rows(1, 20)
        book["Acuan"].delete_rows(1, 20)

    assert told(edited(edit)) == [
        (
            "Jalur",
            "This sheet has no row of headings.",
            "Write the headings in one row, above the data: Dari, Ke, Produk …",
        ),
        (
            "Lokasi",
            "This sheet has no row of headings.",
            "Write the headings in one row, above the data: Kode …",
        ),
        *(
            (place, wrong, right)
            for place, wrong, right in told(edited(edit))
            if place not in {"Jalur", "Lokasi"}
        ),
    ]


def test_a_very_wide_sheet_tells_its_unknown_headings_in_few_lines() -> None:
    def edit(book: Workbook) -> None:
        for column in range(20, 16_385):
            book["Produk"].cell(3, column, f"kolom {column}")

    found = told(edited(edit))
    assert len(found) == 40
    assert found[-1][1:] == (
        "From here on this sheet has many more headings that it can't have.",
        "Start again from the template, which has all headings.",
    )


# --- cells ---------------------------------------------------------------------------------------

NUMBER_FORMAT = "Format the cell as a number, then write the number again."
TEXT_FORMAT = "Format the cell as text, then write the code again."

CELLS: list[tuple[str, str, object, str, str]] = [
    (
        "Pasokan",
        "E4",
        "banyak",
        "“banyak” isn't a weight. Write a number alone, or with kg, kuintal or ton after it.",
        "",
    ),
    (
        "Pasokan",
        "E4",
        "1.250",
        "“1.250” can mean two numbers. Write 1250 for the large one, 1,25 for the small one.",
        "",
    ),
    ("Pasokan", "E4", "-", "A dash can mean zero or unknown.", "Write 0 for zero, or leave the cell empty."),
    (
        "Pasokan",
        "E4",
        True,
        "This cell says TRUE, a yes or no.",
        "Write the value that the heading asks for.",
    ),
    ("Pasokan", "E4", datetime.date(2026, 5, 6), "This is a date (2026-05-06), not a number.", NUMBER_FORMAT),
    (
        "Pasokan",
        "E4",
        datetime.time(7, 30),
        "This cell is formatted as a date or time, but its number (0.3125) is no day.",
        NUMBER_FORMAT,
    ),
    (
        "Pasokan",
        "E4",
        "=D4*2",
        "This formula has no value yet.",
        "Open the workbook in Excel or LibreOffice, wait until it has calculated, and save it again.",
    ),
    (
        "Pasokan",
        "E4",
        "#REF!",
        "This cell shows the error #REF!.",
        "Correct the formula, or write the value itself.",
    ),
    (
        "Pasokan",
        "C4",
        "mahal",
        "“mahal” isn't a number. Write digits, with a comma before decimals: 1250 or 1250,5.",
        "",
    ),
    (
        "Pasokan",
        "D4",
        "karung",
        "“karung” isn't a unit of weight.",
        "Write kg, kuintal (100 kg) or ton (1000 kg), or leave it empty for kg.",
    ),
    (
        "Pasokan",
        "D4",
        5,
        "“5” isn't a unit of weight.",
        "Write kg, kuintal (100 kg) or ton (1000 kg), or leave it empty for kg.",
    ),
    (
        "Pasokan",
        "A4",
        None,
        "“Lokasi” is empty, but this row needs it.",
        "Write a code from the sheet “Lokasi”.",
    ),
    (
        "Saluran jual",
        "F4",
        None,
        "“Periode” is empty, but this row needs it.",
        "Write a period, or * for every period.",
    ),
    (
        "Saluran jual",
        "F4",
        datetime.date(2026, 3, 17),
        "This is a day (2026-03-17), not a month.",
        "Format the cell as text and write a month as 2026-03.",
    ),
    (
        "Saluran jual",
        "J4",
        None,
        "“Harga” is empty, but this row needs it.",
        "Write rupiah per kilogram, 0 if it is free.",
    ),
    ("Saluran jual", "A4", 1.5, "This code became the number 1.5.", TEXT_FORMAT),
    (
        "Koperasi",
        "A4",
        None,
        "“Kode” is empty, but this row needs it.",
        "Write a short code that no other row has.",
    ),
    ("Produk", "A7", datetime.date(2026, 3, 1), "This code became a date (2026-03-01).", TEXT_FORMAT),
    (
        "Periode",
        "A5",
        datetime.date(2026, 4, 2),
        "This is a day (2026-04-02), not a month.",
        "Format the cell as text and write a month as 2026-04.",
    ),
    (
        "Pengolahan",
        "H4",
        None,
        "“Rendemen 1” is empty, but its neighbour isn't.",
        "Fill in both, or empty both.",
    ),
    (
        "Pengolahan",
        "I4",
        None,
        "“Hasil 2” is empty, but its neighbour isn't.",
        "Fill in both, or empty both.",
    ),
    ("Pengolahan", "I4", "beras", "“beras” stands in this row twice.", "Write each product once."),
    (
        "Gudang",
        "K4",
        None,
        "“Stok awal 1” is empty, but its neighbour isn't.",
        "Fill in both, or empty both.",
    ),
    (
        "Gudang",
        "E4",
        "; ,",
        "“; ,” isn't a list of codes.",
        "Write codes with semicolons between them: beras; dedak.",
    ),
    (
        "Jenjang harga",
        "A4",
        "pinjam",
        "“pinjam” says neither selling nor buying.",
        "Write “jual” for an outlet or “beli” for a purchase.",
    ),
    (
        "Jenjang harga",
        "B6",
        "u2",
        "“Saluran beli” has no row with the code “u2” and the period “*”.",
        "Add that row, or correct the channel, the code or the period here.",
    ),
    (
        "Jenjang harga",
        "C6",
        datetime.date(2026, 3, 1),
        "“Saluran beli” has no row with the code “u1” and the period “2026-03”.",
        "Add that row, or correct the channel, the code or the period here.",
    ),
    (
        "Umum",
        "B8",
        60,
        "“Faktor jalan memutar” is empty, but the lane rule needs it.",
        "Write road kilometres per kilometre, as 1,3; or empty the whole lane rule.",
    ),
    (
        "Umum",
        "B7",
        "jauh",
        "“jauh” isn't a number. Write digits, with a comma before decimals: 1250 or 1250,5.",
        "",
    ),
    ("Umum", "B4", True, "This cell says TRUE, a yes or no.", "Write the value that the heading asks for."),
    ("Umum", "A5", "Nama", "“Nama” stands on this sheet twice.", "Keep one of the two rows."),
    (
        "Umum",
        "B12",
        "jejaring-network/9",
        "This workbook says that it is made for “jejaring-network/9”.",
        "This program reads “jejaring-network/1”: use its template.",
    ),
]


def _places(sheet: str, cell: str, wrong: str) -> set[str]:
    """Return where a fault may stand: on the cell, or on the row where the rule is about a row."""
    if wrong.startswith("“Faktor"):
        return {"Umum · B7"}
    if "has no row with the code" in wrong:
        return {f"{sheet} · {cell[1:]}"}
    return {f"{sheet} · {cell}"}


@pytest.mark.parametrize(("sheet", "cell", "value", "wrong", "right"), CELLS)
def test_a_wrong_cell_is_told_at_its_place(
    sheet: str, cell: str, value: object, wrong: str, right: str
) -> None:
    found = told(with_cells(sheet, **{cell: value}))
    at_place = [(said, mend) for place, said, mend in found if place in _places(sheet, cell, wrong)]
    assert (wrong, right) in at_place
    assert len(at_place) == 1


ASSEMBLED = [
    ("Pasokan", "E4", -5, "input.negative"),
    ("Pasokan", "E4", 1e300, "input.too_large"),
    ("Pasokan", "A4", "a11", "input.unknown_site"),
    ("Pengolahan", "I4", "dedakk", "input.unknown_product"),
    ("Gudang", "J4", "urea", "input.stock_unlisted"),
    ("Gudang", "I4", 5, "input.share"),
    ("Lokasi", "D4", 95, "input.latitude"),
]


@pytest.mark.parametrize(("sheet", "cell", "value", "code"), ASSEMBLED)
def test_what_assembly_finds_stands_at_the_cell(sheet: str, cell: str, value: object, code: str) -> None:
    with pytest.raises(Faults) as refused:
        assemble(read_workbook(with_cells(sheet, **{cell: value}), "x.xlsx"))
    assert (f"x.xlsx · {sheet} · {cell}", code) in [
        (str(fault.place), fault.wrong.code) for fault in refused.value.faults
    ]


def test_every_fault_of_a_workbook_is_told_at_once_in_reading_order() -> None:
    def edit(book: Workbook) -> None:
        book["Pasokan"]["D4"] = "karung"
        book["Jalur"]["C5"] = None
        book["Lokasi"]["C5"] = "C"
        del book["Periode"]

    assert [place for place, _, _ in told(edited(edit))] == [
        "Jalur · C5", "Lokasi · C5", "Pasokan · D4", "Periode",
    ]  # fmt: skip


def test_a_code_wrong_in_many_months_is_told_once() -> None:
    assert told(with_cells("Pasokan", A4="a11", F4=500)) == [
        ("Pasokan · A4", "No site has the code “a11”.", "Did you mean “a1”?")
    ]


def test_a_supply_that_repeats_is_told_at_its_month() -> None:
    data = with_cells("Pasokan", A6="a1", B6="gkp", E6=5, F6=7)
    assert told(data) == [
        (
            "Pasokan · E6",
            "This row repeats Pasokan · E4: both are for a1, gkp, 2026-03.",
            "Keep one of the two, or add them up in one row.",
        )
    ]


def test_an_unknown_label_on_the_general_sheet_is_told_where_it_has_a_value() -> None:
    data = with_cells("Umum", A8="Jarak terjauhh", B8=60, A9="Cuaca", B9="hujan", A10="Sekadar judul")
    assert told(data) == [
        ("Umum · A8", "“Jarak terjauhh” isn't known on this sheet.", "Did you mean “Jarak terjauh”?"),
        ("Umum · A9", "“Cuaca” isn't known on this sheet.", "Take the row away, or start from the template."),
    ]


# --- cells that are right, however they were written -----------------------------------------------

RIGHT: list[tuple[object, object, object, str]] = [
    # The cell, the unit of the row, the unit in the heading, kilograms.
    (120000, None, None, "120000"),
    (120000.0, "kg", None, "120000"),
    (0.1, None, None, "0.1"),
    (0.1, "ton", None, "100"),
    (0.30000000000000004, None, None, "0.3"),
    (1.25, "kuintal", None, "125"),
    (1.25, " Kw. ", None, "125"),
    (3, "tonnes", None, "3000"),
    ("1.250,5", None, None, "1250.5"),
    ("1.250,5 kuintal", None, None, "125050"),
    ("12 ton", "ton", None, "12000"),
    (" 750 ", "TON", None, "750000"),
    (0, None, None, "0"),
    (12, None, "Kapasitas (ton)", "12000"),
    (12, None, "Kapasitas (kg)", "12"),
    (12, "kuintal", "Kapasitas (kuintal)", "1200"),
    (12, "ton", "KAPASITAS", "12000"),
]


@pytest.mark.parametrize(("cell", "unit", "heading", "kg"), RIGHT)
def test_quantities_are_exact_kilograms_in_whatever_unit(
    cell: object, unit: object, heading: object, kg: str
) -> None:
    cells = {"F4": cell, "E4": unit} | ({"F3": heading} if heading else {})
    rows = read_workbook(with_cells("Jalur", **cells), "x.xlsx")
    assert rows.faults == []
    assert rows.tables["lanes"][0].values["capacity_kg"] == Decimal(kg)


def test_two_units_for_one_quantity_are_told() -> None:
    assert told(with_cells("Jalur", F4="12 ton", E4="kg")) == [
        (
            "Jalur · F4",
            "“12 ton” names a unit of its own, but this row or column is in kg.",
            "Write the number alone, in kg.",
        )
    ]
    assert told(with_cells("Jalur", F3="Kapasitas (ton)", E4="kg")) == [
        (
            "Jalur · F4",
            "The heading says ton and the row says kg.",
            "Use one unit: empty the unit of this row, or take the unit out of the heading.",
        )
    ]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("Rp6.500", "6500"), ("6500/kg", "6500"), ("Rp 6.500,50 per kg", "6500.5"), (6500.25, "6500.25")],
)
def test_prices_may_be_written_as_money(cell: object, value: str) -> None:
    assert first_supply(with_cells("Pasokan", C4=cell))["cost_idr_per_kg"] == Decimal(value)


@pytest.mark.parametrize(
    ("cell", "value"), [(0.532, "0.532"), ("53,2 %", "0.532"), ("0,532", "0.532"), ("53 persen", "0.53")]
)
def test_a_yield_may_be_a_share_or_a_percentage(cell: object, value: str) -> None:
    rows = read_workbook(with_cells("Pengolahan", H4=cell), "x.xlsx")
    assert rows.tables["processes"][0].values["outputs"] == {
        "beras": Decimal(value),
        "dedak": Decimal("0.07"),
    }


def test_a_cell_formatted_as_a_percentage_is_its_value_and_no_price() -> None:
    def edit(book: Workbook) -> None:
        book["Pengolahan"]["H4"].number_format = "0.0%"
        book["Gudang"]["I4"].number_format = "0.00 %"
        book["Pasokan"]["C4"].number_format = "0%"

    rows = read_workbook(edited(edit), "x.xlsx")
    assert rows.tables["processes"][0].values["outputs"] == {
        "beras": Decimal("0.532"),
        "dedak": Decimal("0.07"),
    }
    assert rows.tables["storages"][0].values["loss"] == Decimal("0.005")
    assert told(edited(edit)) == [
        ("Pasokan · C4", "This is a percentage (650000 %), not an amount.", NUMBER_FORMAT)
    ]


def test_degrees_may_be_text_with_a_sign() -> None:
    rows = read_workbook(with_cells("Lokasi", D4="-6,82°", E4="107.14"), "x.xlsx")
    assert rows.faults == []
    assert rows.tables["sites"][0].values["lat"] == Decimal("-6.82")
    assert rows.tables["sites"][0].values["lon"] == Decimal("107.14")


def test_a_month_that_became_a_date_is_that_month() -> None:
    def edit(book: Workbook) -> None:
        book["Periode"]["A4"] = datetime.date(2026, 3, 1)
        book["Saluran jual"]["F4"] = datetime.date(2026, 4, 1)
        book["Saluran beli"]["F4"] = "Setiap periode"
        for row in (4, 5):
            book["Jenjang harga"][f"C{row}"] = datetime.date(2026, 4, 1)
        book["Acuan"]["E4"] = datetime.date(2025, 1, 15)

    rows = read_workbook(edited(edit), "x.xlsx")
    assert told(edited(edit)) == []
    assert [row.values["code"] for row in rows.tables["periods"]] == ["2026-03", "2026-04"]
    assert rows.tables["outlets"][0].values["period"] == "2026-04"
    assert rows.tables["sources"][0].values["period"] == "*"
    assert rows.tables["references"][0].values["valid_from"] == "2025-01-15"


def test_a_date_is_no_week() -> None:
    def edit(book: Workbook) -> None:
        book["Periode"]["A4"], book["Periode"]["A5"] = "2026-W09", "2026-W10"
        for name in ("Pasokan", "Kebutuhan"):
            book[name]["E3"], book[name]["F3"] = "2026-W09", "2026-W10"
        book["Saluran beli"]["F4"] = datetime.date(2026, 3, 1)
        book["Jenjang harga"].delete_rows(6)

    assert told(edited(edit)) == [
        (
            "Saluran beli · F4",
            "This is a date (2026-03-01), not a period.",
            "Format the cell as text, then write the period as on the sheet of periods.",
        )
    ]


def test_codes_that_are_numbers_are_their_digits() -> None:
    def edit(book: Workbook) -> None:
        book["Koperasi"]["A4"] = 7
        book["Koperasi"]["E4"] = 3203011006
        book["Lokasi"]["C4"] = "7"
        book["Gudang"]["C4"] = 7.0

    assert told(edited(edit)) == []


def test_products_are_listed_with_any_separator_or_all_at_once() -> None:
    lists = {
        "beras": ("beras",),
        "gkp; beras": ("gkp", "beras"),
        "gkp , beras;": ("gkp", "beras"),
        "gkp\nberas": ("gkp", "beras"),
        '"gkp";beras': ("gkp", "beras"),
        "Semua": ("gkp", "beras", "dedak", "urea"),
        "all products": ("gkp", "beras", "dedak", "urea"),
        "-": (),
    }
    for text, products in lists.items():
        rows = read_workbook(with_cells("Jalur", C4=text), "x.xlsx")
        assert rows.tables["lanes"][0].values["products"] == products


def test_price_steps_belong_to_the_row_of_their_code_and_period() -> None:
    rows = read_workbook(with_cells("Jenjang harga", D4="ton", E4=20, A5="Sell"), "x.xlsx")
    row = rows.tables["outlets"][0]
    assert row.values["steps"] == ((Decimal(20000), Decimal(12300)), (Decimal(30000), Decimal("12400.5")))
    assert str(row.place_of("steps")) == "x.xlsx · Jenjang harga · 4"
    assert str(row.place_of("steps.1")) == "x.xlsx · Jenjang harga · 5"


def test_an_unreadable_step_leaves_the_steps_out_and_says_nothing_more() -> None:
    assert told(with_cells("Jenjang harga", E4="banyak")) == [
        (
            "Jenjang harga · E4",
            "“banyak” isn't a weight. Write a number alone, or with kg, kuintal or ton after it.",
            "",
        )
    ]
    # Whose steps they are can't be known while the code of the only outlet is missing.
    assert [place for place, _, _ in told(with_cells("Saluran jual", A4=None))] == ["Saluran jual · A4"]


def test_places_name_the_cell_of_every_field() -> None:
    rows = read_workbook(good(), "x.xlsx")
    process = rows.tables["processes"][0]
    assert str(process.place_of("outputs.dedak")) == "x.xlsx · Pengolahan · I4"
    assert str(process.place_of("capacity_kg")) == "x.xlsx · Pengolahan · P4"
    assert str(process.place_of("")) == "x.xlsx · Pengolahan · 4"
    supply = rows.tables["supplies"][0]
    assert str(supply.place_of("site")) == "x.xlsx · Pasokan · A4"
    assert str(supply.place_of("available_kg")) == "x.xlsx · Pasokan · E4"
    assert str(supply.place_of("period")) == "x.xlsx · Pasokan · E4"
    assert str(rows.place_of_table("lanes")) == "x.xlsx · Jalur"


def test_a_lane_rule_is_read_from_the_general_sheet() -> None:
    data = with_cells("Umum", B4=None, B5=2026, B7="1,3", B8="60 km", B9=45, B10=1.8)
    rows = read_workbook(data, "x.xlsx")
    assert rows.faults == []
    assert (rows.name, rows.note) == ("", "2026")
    assert rows.lane_rule is not None
    assert rows.lane_rule.values == {
        "detour": Decimal("1.3"),
        "farthest_km": Decimal(60),
        "idr_per_kg": Decimal(45),
        "idr_per_kg_km": Decimal("1.8"),
    }
    assert str(rows.lane_rule.place_of("farthest_km")) == "x.xlsx · Umum · B8"


# --- how programs store it -------------------------------------------------------------------------


def with_cell_xml(sheet: str, cell: str, xml: str) -> bytes:
    """Return the good workbook with one cell's XML replaced."""
    import re

    pattern = re.compile(rf'<c r="{cell}"[^>]*?(/>|>.*?</c>)')
    return with_part(sheet_part(sheet), lambda old: pattern.sub(xml, old, count=1))


@pytest.mark.parametrize(
    ("xml", "kg"),
    [
        ('<c r="E4"><v>0.10000000000000001</v></c>', "0.1"),
        ('<c r="E4" t="n"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="E4" t="str"><f>"12"</f><v>12</v></c>', "12"),
        ('<c r="E4" t="inlineStr"><is><r><t>1</t></r><r><t>2</t></r><rPh><t>x</t></rPh></is></c>', "12"),
        ('<x:c xmlns:x="u" r="E4"><x:v>1.2E1</x:v></x:c>', "12"),
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
        ('<c r="E4"><v>NaN</v></c>', ["cell.error"]),
        ('<c r="E4"><v>1_000</v></c>', ["cell.error"]),
        ('<c r="E4"><v>1e999</v></c>', ["cell.error"]),
        ('<c r="E4" t="e"><v>#DIV/0!</v></c>', ["cell.error"]),
        ('<c r="E4" t="d"><v>2026-03-01T00:00:00</v></c>', ["cell.date"]),
        ('<c r="E4" t="d"><v>kemarin</v></c>', ["cell.time"]),
        ('<c r="E4" t="s"><v>99999</v></c>', ["workbook.damaged"]),
        ('<c r="E4" t="s"><v>-1</v></c>', ["workbook.damaged"]),
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
    import re

    def bare(xml: str) -> str:
        return re.sub(r'(<(?:row|c)) r="[A-Z]*[0-9]+"', r"\1", xml)

    cells = "".join(f"<row><c t='str'><v>{text}</v></c></row>" for text in ("Kode", "gkp"))
    xml = f"<worksheet><sheetData>{cells}</sheetData></worksheet>"
    rows = read_workbook(with_part(sheet_part("Produk"), lambda _: bare(xml)), "x.xlsx")
    assert [str(row.place_of("code")) for row in rows.tables["products"]] == ["x.xlsx · Produk · A2"]


def test_days_count_from_1904_where_a_workbook_says_so() -> None:
    def since_1904(xml: str) -> str:
        return xml.replace("<workbookPr ", '<workbookPr date1904="1" ')

    def edit(book: Workbook) -> None:
        book["Saluran jual"]["F4"] = datetime.date(2030, 3, 2)

    assert told(with_part("xl/workbook.xml", since_1904, edited(edit)))[0] == (
        "Saluran jual · F4",
        "This is a day (2034-03-03), not a month.",
        "Format the cell as text and write a month as 2034-03.",
    )


Change = Callable[[str], str]


def test_parts_are_found_where_the_relations_point() -> None:
    def moved(xml: str) -> str:
        return xml.replace('Target="/xl/worksheets/', 'Target="WORKSHEETS/')

    assert told(with_part("xl/_rels/workbook.xml.rels", moved)) == []
    gone = with_part("xl/_rels/workbook.xml.rels", lambda xml: xml.replace("sheet4.xml", "sheet99.xml"))
    assert ("Produk", "The workbook is damaged: Produk in it can't be read.", MEND_DAMAGE) in told(gone)
