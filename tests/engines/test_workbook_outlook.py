"""Version 2 in a workbook: scenarios and ranges in its own words, factors by word, lorries and growers."""

# Sentences for people, one a line.
# ruff: noqa: E501, ISC004

# Sentences as people read them, one thing a line.
# ruff: noqa: E501, ISC004

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from jejaring.engines.planning.assembly import assemble
from jejaring.engines.planning.outlook import CHANGEABLE
from jejaring.engines.planning.rows import Row
from jejaring.engines.planning.workbook import dropdowns, read_workbook, selectors
from jejaring.engines.planning.workbook.headings import Language, plain
from jejaring.engines.planning.workbook.writing import template, workbook
from tests.engines.small_networks import example
from tests.engines.workbooks import comparable, content, edited, rows_of, told, with_cells

LANGUAGES: tuple[Language, ...] = ("id", "en")

NETWORK = example(
    format="jejaring-network/2",
    lane_rule={"detour": 1.3, "detours": {"bukit": 1.625, "a=b": 2}, "nearest": 3, "fixed_cost_idr": 25000,
               "vehicle": "truk"},
    vehicles=[{"code": "truk", "capacity_kg": 8000, "idr_per_km": 6800, "idr_per_trip": 300000.5}],
    scenarios=[
        {"code": "turun", "name": "Harga turun", "table": "outlets", "field": "price_idr_per_kg", "factor": 0.9},
        {"code": "turun", "table": "processes", "field": "outputs", "party": "A", "factor": 0},
        {"code": "turun", "table": "supplies", "field": "available_kg", "period": "2026-03", "factor": 1.2},
    ],
    ranges=[{"code": "r1", "table": "storages", "field": "opening_kg", "lowest": 0.8, "highest": 1.1,
             "apart": "site; period"}],
    today=[{"site": "a1", "product": "gkp", "period": "*", "sells_kg": 900, "partner": "tengkulak"}],
    crops=[{"product": "gkp", "days_to_harvest": 110, "safety": 0.1}],
    growers=[{"site": "a1", "product": "gkp", "area_ha": 12.5, "kg_per_ha": 5500, "most_kg": 4000}],
)  # fmt: skip


def rows_after(sheet: str, **cells: Any) -> list[Row]:
    """The rows of scenarios after some cells of the sheet are filled in."""
    rows = read_workbook(with_cells(sheet, **cells), "x.xlsx")
    assert rows.faults == []
    return rows.tables["scenarios"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_network_of_version_2_survives_a_workbook(language: Language) -> None:
    back = read_workbook(workbook(rows_of(NETWORK), language), "x.xlsx")
    assert back.faults == []
    assert content(back) == content(rows_of(NETWORK))
    assert comparable(assemble(back)) == comparable(assemble(rows_of(NETWORK)))


def test_scenarios_are_written_in_the_words_of_the_workbook() -> None:
    for language, wanted in (
        ("id", [("Saluran jual", "Harga"), ("Pengolahan", "Rendemen"), ("Pasokan", "Tersedia")]),
        ("en", [("Outlets", "Price"), ("Processes", "Yield"), ("Supplies", "Available")]),
    ):
        book = openpyxl.load_workbook(io.BytesIO(workbook(rows_of(NETWORK), language)))  # type: ignore[arg-type]
        sheet = book["Skenario" if language == "id" else "Scenarios"]
        assert [(row[2], row[3]) for row in sheet.iter_rows(min_row=4, max_row=6, values_only=True)] == wanted
        ranges = book["Rentang" if language == "id" else "Ranges"]
        assert ranges["L4"].value == ("lokasi; periode" if language == "id" else "site; period")


@pytest.mark.parametrize(
    ("sheet", "column", "table", "field"),
    [
        ("Saluran jual", "Harga", "outlets", "price_idr_per_kg"),
        ("saluran  JUAL", "harga (Rp/kg)", "outlets", "price_idr_per_kg"),
        ("Outlets", "Price", "outlets", "price_idr_per_kg"),
        ("Outlets", "Paling banyak", "outlets", "most_kg"),
        ("outlets", "price_idr_per_kg", "outlets", "price_idr_per_kg"),
        ("Pengolahan", "Kapasitas bahan masuk\n(Satuan)", "processes", "capacity_kg"),
        ("Processes", "Capacity (input)", "processes", "capacity_kg"),
        ("Kebutuhan", "Dibutuhkan", "needs", "kg"),
        ("Kendaraan", "Biaya per kilometer", "vehicles", "idr_per_km"),
    ],
)
def test_sheets_and_headings_are_understood_in_either_language_and_as_codes(
    sheet: str, column: str, table: str, field: str
) -> None:
    values = rows_after("Skenario", A4="s", C4=sheet, D4=column, J4=0.5)[0].values
    assert (values["table"], values["field"]) == (table, field)


@pytest.mark.parametrize("written", [0.9, "0,9", "90 %", "90%", "90 persen"])
def test_a_factor_is_a_number_or_a_percentage(written: object) -> None:
    rows = rows_after("Skenario", A4="s", C4="Jalur", D4="Biaya angkut", J4=written)
    assert rows[0].values["factor"] == Decimal("0.9")


def test_a_factor_may_be_formatted_as_a_percentage() -> None:
    def edit(book: openpyxl.Workbook) -> None:
        sheet = book["Skenario"]
        sheet["A4"], sheet["C4"], sheet["D4"], sheet["J4"] = "s", "Gudang", "Susut", 1.25
        sheet["J4"].number_format = "0%"

    assert read_workbook(edited(edit), "x.xlsx").tables["scenarios"][0].values["factor"] == Decimal("1.25")


WRONG = [
    ({"C4": "Saluran jaul", "D4": "Harga"}, "C4", "No numbers of a sheet “Saluran jaul” can change.",
     "Did you mean “Saluran jual”?"),
    ({"C4": "Produk", "D4": "Nama"}, "C4", "No numbers of a sheet “Produk” can change.",
     "Write the name of one of these sheets: Pasokan, Saluran jual, Saluran beli, Kebutuhan, Pengolahan, Gudang, "
     "Jalur, Pedagang setempat, Kendaraan."),
    ({"C4": "Pasokan", "D4": "Harga"}, "D4", "The sheet “Pasokan” has no column “Harga” whose numbers can change.",
     "Write one of these headings: Tersedia, Harga pokok anggota."),
    ({"D4": "Harga"}, "C4", "“Lembar” is empty, but this row needs it.", "Fill it in."),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "place", "wrong", "right"), WRONG)
def test_a_wrong_word_is_told_once_with_what_would_be_right(
    cells: dict[str, object], place: str, wrong: str, right: str
) -> None:
    found = told(with_cells("Skenario", A4="s", J4=0.5, **cells))
    assert found == [(f"Skenario · {place}", wrong, right)]


def test_what_a_range_is_drawn_apart_for_is_read_in_either_language() -> None:
    cells = {"A4": "r", "C4": "Jalur", "D4": "Biaya", "J4": 0.8, "K4": "110 %"}
    rows = read_workbook(with_cells("Rentang", **cells, L4="Koperasi, period"), "x.xlsx")
    assert rows.faults == []
    assert rows.tables["ranges"][0].values["apart"] == "party; period"
    assert told(with_cells("Rentang", **cells, L4="cuaca")) == [
        ("Rentang · L4", "Nothing can be drawn for each “cuaca”.",
         "Write koperasi, lokasi, produk, periode; several with semicolons between them.")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("bukit=1,6; pegunungan=1,9", {"bukit": "1.6", "pegunungan": "1.9"}),
        (" Bukit : 1.6 ;\n lereng curam = 190 %;", {"Bukit": "1.6", "lereng curam": "1.9"}),
        ('"a;b"=2', {"a;b": "2"}),
        ("bukit=1,1250", {"bukit": "1.125"}),
    ],
)
def test_factors_by_word_are_read_exactly(written: str, wanted: dict[str, str]) -> None:
    rows = read_workbook(with_cells("Umum", B7=1.3, B11=written), "x.xlsx")
    assert rows.faults == []
    assert rows.lane_rule is not None
    assert rows.lane_rule.values["detours"] == {word: Decimal(factor) for word, factor in wanted.items()}


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        (1.6, "“1.6” isn't a list of factors."),
        ("bukit 1,6", "“bukit 1,6” isn't a list of factors."),
        ("bukit=curam", "“curam” isn't a number. Write digits, with a comma before decimals: 1250 or 1250,5."),
        ("bukit=1; bukit=2", "“bukit” stands in this list twice."),
        ("bukit=1.250", "“1.250” can mean two numbers. Write 1250 for the large one, 1,25 for the small one."),
    ],
)  # fmt: skip
def test_wrong_factors_are_told(written: object, wrong: str) -> None:
    assert [(place, said) for place, said, _ in told(with_cells("Umum", B7=1.3, B11=written))] == [
        ("Umum · B11", wrong)
    ]


def test_a_yield_in_kilograms_for_each_hectare_keeps_its_unit_beside_quotas_in_tonnes() -> None:
    cells = {"A4": "a1", "B4": "gkp", "C4": 2, "D4": 5500, "F4": "ton", "H4": 4}
    rows = read_workbook(with_cells("Petani", **cells), "x.xlsx")
    assert rows.faults == []
    values = rows.tables["growers"][0].values
    assert values["kg_per_ha"] == Decimal(5500)
    assert values["most_kg"] == Decimal(4000)
    assert values["fulfilment"] is None


def test_a_vehicle_that_nobody_listed_is_told() -> None:
    assert told(with_cells("Jalur", J4="truk")) == [
        ("Jalur · J4", "No vehicle has the code “truk”.",
         "Use a code from the list of vehicles, or add it there.")
    ]  # fmt: skip


def test_columns_of_version_2_stay_empty_where_they_say_nothing() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(rows_of(NETWORK))))["Saluran jual"]
    heads = [str(cell.value) for cell in sheet[3]]
    assert sheet.cell(4, heads.index("Dibayar setelah\n(hari)") + 1).value is None
    assert sheet.cell(4, heads.index("Paling sedikit\n(Satuan)") + 1).value == 0


@pytest.mark.parametrize("name", ["jejaring-network/1", "jejaring-network/2"])
def test_a_workbook_of_either_version_is_read(name: str) -> None:
    assert told(with_cells("Umum", B16=name)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_numbers_of_a_sheet_have_the_same_words(language: Language) -> None:
    for table, fields in CHANGEABLE.items():
        words = {plain(selectors.column_word(table, field, language)) for field in fields}
        assert len(words) == len(fields)


@pytest.mark.parametrize("language", LANGUAGES)
def test_scenarios_offer_the_sheets_and_then_the_headings_of_the_chosen_one(language: Language) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template(language, first_period="2026-01")))
    sheet = book["Skenario" if language == "id" else "Scenarios"]
    formulas = {
        str(each.sqref).partition(":")[0]: str(each.formula1)
        for each in sheet.data_validations.dataValidation
    }
    columns = dropdowns.listed_columns(language)
    assert formulas["C4"] == '"' + ",".join(column[0] for column in columns) + '"'
    lists = book["Daftar" if language == "id" else "Lists"]
    shown = [
        [cell for cell in column if cell]
        for column in lists.iter_cols(min_col=3, max_col=2 + len(CHANGEABLE), values_only=True)
    ]
    assert shown == columns
    # Excel takes no longer formula, and looks the chosen sheet up beside the cell.
    assert len(formulas["D4"]) <= 255
    assert "MATCH($C4," in formulas["D4"]
