"""Sheets and columns are found by their names, and what is wrong with them is told."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from openpyxl import Workbook

from jejaring.engines.planning.workbook import read_workbook
from jejaring.engines.planning.workbook.reading import MOST_FAULTS
from tests.engines.workbooks import (
    Told,
    edited,
    first_supply,
    good,
    saved,
    told,
    with_cells,
)

# --- sheets ----------------------------------------------------------------------------------------


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
        book["Jalur"].merge_cells("A5:A6")
        book["Lokasi"].merge_cells("P4:Q5")

    assert told(edited(edit)) == [
        (
            "Jalur · A5",
            "The cells A5:A6 are merged; only the first of them has a value.",
            "Unmerge them, and write the value in each row.",
        ),
        (
            "Lokasi · C4",
            "The cells C4:C5 are merged; only the first of them has a value.",
            "Unmerge them, and write the value in each row.",
        ),
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


# --- headings -------------------------------------------------------------------------------------


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
        "evidence": "",
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
        {"L5": "mahal", "L6": "murah"},
        [
            (
                "Jalur · L5",
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
