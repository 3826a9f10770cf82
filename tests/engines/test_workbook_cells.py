"""Every cell is read as it was meant, or told with its place and its mending."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from openpyxl import Workbook

from jejaring.engines.errors import Faults
from jejaring.engines.planning.assembly import assemble
from jejaring.engines.planning.workbook import read_workbook
from tests.engines.workbooks import (
    edited,
    first_supply,
    good,
    told,
    with_cells,
)

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
        "B16",
        "jejaring-network/9",
        "This workbook says that it is made for “jejaring-network/9”.",
        "This program reads “jejaring-network/3”: use its template.",
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


def test_a_wrong_unit_hides_no_wrong_number() -> None:
    assert [place for place, _, _ in told(with_cells("Pasokan", D4="karung", E4="1.250"))] == [
        "Pasokan · D4",
        "Pasokan · E4",
    ]


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
        "detours": {},
        "nearest": None,
        "fixed_cost_idr": Decimal(0),
        "vehicle": None,
    }
    assert str(rows.lane_rule.place_of("farthest_km")) == "x.xlsx · Umum · B8"
