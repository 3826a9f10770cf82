"""What is written as a workbook comes back unchanged, and helps the person who fills it in."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jejaring.engines.errors import Place, Refusal
from jejaring.engines.planning import tables
from jejaring.engines.planning.assembly import assemble
from jejaring.engines.planning.outlook import APART, CHANGEABLE
from jejaring.engines.planning.rows import Row, Rows, Value
from jejaring.engines.planning.workbook import headings, read_workbook
from jejaring.engines.planning.workbook.headings import Language
from jejaring.engines.planning.workbook.layout import layout
from jejaring.engines.planning.workbook.stored import BLANKS
from jejaring.engines.planning.workbook.writing import template, workbook, write_template, write_workbook
from tests.engines.small_networks import EXAMPLE, example
from tests.engines.workbooks import comparable, content, good, rows_of, told

LANGUAGES: tuple[Language, ...] = ("id", "en")


# --- there and back ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_json_network_survives_a_workbook(language: Language) -> None:
    network = example(
        note="Angka ilustrasi.\nDua baris.",
        lane_rule={"detour": 1.3, "farthest_km": None, "idr_per_kg": 45, "idr_per_kg_km": 1.85},
    )
    back = read_workbook(workbook(rows_of(network), language), "x.xlsx")
    assert comparable(assemble(back)) == comparable(assemble(rows_of(network)))
    assert content(back) == content(rows_of(network))


def test_rows_for_every_period_and_for_one_stay_as_they_are() -> None:
    supplies = [
        {"site": "b1", "product": "gkp", "period": "2026-04", "available_kg": 7, "source": "A"},
        {"site": "a1", "product": "gkp", "period": "*", "available_kg": 5, "cost_idr_per_kg": 6500.75},
        {"site": "a1", "product": "gkp", "period": "2026-04", "available_kg": 0, "cost_idr_per_kg": 6500.75},
        {"site": "b1", "product": "gkp", "period": "2026-03", "available_kg": 0.125, "source": "B"},
    ]
    rows = rows_of(example(supplies=supplies))
    back = read_workbook(workbook(rows), "x.xlsx")
    assert content(back) == content(rows)
    assert comparable(assemble(back)) == comparable(assemble(rows))


def test_supplies_of_one_site_and_product_stand_on_one_line() -> None:
    supplies = [
        {"site": site, "product": "gkp", "period": period, "available_kg": 5}
        for period in ("2026-03", "2026-04")
        for site in ("a1", "b1")
    ]
    book = openpyxl.load_workbook(io.BytesIO(workbook(rows_of(example(supplies=supplies)))))
    lines = list(book["Pasokan"].iter_rows(min_row=4, max_col=6, values_only=True))
    assert lines == [("a1", "gkp", 0, None, 5, 5), ("b1", "gkp", 0, None, 5, 5)]


_LETTERS = st.sampled_from(list("abAB019 .,;:-=*'\"_x/()é漢<>&%#@\t"))
_ODD_TEXTS = st.sampled_from([
    "=1+1", "+6281", "@x", "#REF!", "TRUE", "2026-03", "007", "1.250", "semua", "*a", "-", "all", "Satuan",
    "No",
    "_x0041_", "_x000D_", "a;b", '"', '"a"', "a, b", "Hasil 1", "Keterangan", "kg", "x y", "N/A", "'a",
])  # fmt: skip
_CODES = (_ODD_TEXTS | st.text(_LETTERS, min_size=1, max_size=8)).filter(
    lambda code: code == code.strip() and code != "*" and "\t" not in code
)
_TEXTS = (
    _ODD_TEXTS
    | st.text(_LETTERS, max_size=12).map(lambda text: text.strip("\t\n\r"))
    | st.just("baris 1\nbaris 2")
)
_NUMBERS = (
    st.integers(0, 10**15).map(Decimal)
    | st.decimals(0, 10**6, places=3)
    | st.decimals(0, 10, places=30)
    | st.decimals(0, 10**15, places=2)
)
_SHARES = st.decimals(0, 1, places=6)


@st.composite
def networks(draw: st.DrawFn) -> Rows:
    """Draw rows of every table whose codes are strange, but exist."""
    codes = {name: draw(st.lists(_CODES, min_size=1, max_size=4, unique=True)) for name in
             ("periods", "products", "parties", "sites", "vehicles")}  # fmt: skip
    rows = Rows("x", name=draw(_TEXTS), note=draw(_TEXTS))
    for table in tables.TABLES:
        few = 4 if table.name in {"supplies", "needs"} else 2
        count = len(codes[table.name]) if table.name in codes else draw(st.integers(0, few))
        rows.tables[table.name] = []
        for at in range(count):
            values = {field.name: draw(_values(field, codes)) for field in table.fields}
            if table.name in {"scenarios", "ranges"}:
                # Other words than those of the sheets are told as faults.
                changed = draw(st.sampled_from(list(CHANGEABLE)))
                values["table"], values["field"] = changed, draw(st.sampled_from(CHANGEABLE[changed]))
            if "apart" in values:
                values["apart"] = "; ".join(draw(st.lists(st.sampled_from(APART), unique=True)))
            if table.name in codes:
                values["code"] = codes[table.name][at]
            rows.tables[table.name].append(Row(values, lambda _: Place()))
    for name in ("outlets", "sources"):
        # Price steps find their row by code and period; a repeated row is a fault and may lose them.
        unique = {(row.values["code"], row.values["period"]): row for row in rows.tables[name]}
        rows.tables[name] = list(unique.values())
    rule = st.fixed_dictionaries({field.name: _values(field, codes) for field in tables.LANE_RULE})
    drawn = draw(st.none() | rule)
    rows.lane_rule = None if drawn is None else Row(drawn, lambda _: Place())
    return rows


def _values(field: tables.Field, codes: dict[str, list[str]]) -> st.SearchStrategy[Value]:
    products = st.sampled_from(codes["products"])
    strategies: dict[str, st.SearchStrategy[Any]] = {
        "code": st.sampled_from(codes[field.refers_to]) if field.refers_to else _CODES,
        "text": _TEXTS,
        "share": _SHARES,
        "latitude": st.decimals(-11, 6, places=4),
        "longitude": st.decimals(95, 141, places=4),
        "codes": st.lists(products, max_size=4, unique=True).map(tuple),
        "count": st.integers(0, 10**15).map(Decimal),
        "factors": st.dictionaries(_CODES, _NUMBERS, max_size=3),
        "yields": st.dictionaries(products, _SHARES, max_size=5),
        "kilograms": st.dictionaries(products, _NUMBERS, max_size=3),
        "steps": st.lists(st.tuples(_NUMBERS, _NUMBERS), max_size=3).map(tuple),
    }
    drawn = strategies.get(field.kind, _NUMBERS)
    if field.refers_to == "periods":
        drawn = drawn | st.just("*")
    if field.missing == "fault" and field.kind == "text":
        drawn = drawn.filter(lambda text: bool(text.strip(BLANKS)))
    # A workbook can't hold a supply without limit: an empty cell is no supply.
    return drawn | st.none() if field.missing == "none" and field.name != "available_kg" else drawn


def test_a_supply_without_limit_is_refused() -> None:
    rows = Rows("x")
    rows.tables["supplies"] = [Row({"product": "gkp", "site": "a1", "available_kg": None}, lambda _: Place())]
    with pytest.raises(Refusal) as refused:
        workbook(rows)
    assert str(refused.value) == (
        "A supply of gkp at a1 has no limit. A workbook can't hold that: give it one."
    )


@settings(max_examples=25)
@given(networks(), st.sampled_from(LANGUAGES))
def test_any_network_comes_back_from_a_workbook_unchanged(rows: Rows, language: Language) -> None:
    back = read_workbook(workbook(rows, language), "x.xlsx")
    assert back.faults == []
    assert content(back) == content(rows)


def test_text_is_never_taken_for_a_formula() -> None:
    parties = [{"code": "=1+1", "name": '=HYPERLINK("http://x")'}, {"code": "B", "name": "#REF!"}]
    sites = [{"code": "a1", "party": "=1+1"}]
    network = {"format": tables.FORMAT, "periods": [{"code": "2026-03"}], "products": [{"code": "gkp"}],
               "parties": parties, "sites": sites}  # fmt: skip
    data = workbook(rows_of(network))
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Koperasi"]
    assert {cell.data_type for row in sheet.iter_rows(min_row=4) for cell in row if cell.value} == {"s"}
    assert told(data) == []


def test_the_same_network_gives_the_same_bytes() -> None:
    assert workbook(rows_of(EXAMPLE)) == workbook(rows_of(EXAMPLE))
    assert template(first_period="2026-01") == template(first_period="2026-01")


def test_what_excel_has_no_room_for_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        workbook(rows_of(example(note="a" * 32_768)))
    assert str(refused.value) == f"A text of 32768 letters has no room in a cell of Excel: “{'a' * 40}…”."
    periods = [{"code": f"p{at}"} for at in range(16_384)]
    with pytest.raises(Refusal) as refused:
        workbook(rows_of(example(periods=periods)))
    assert (
        str(refused.value)
        == "The sheet “Pasokan” would be larger than Excel allows; write the network as JSON."
    )


# --- the template --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_template_asks_for_what_it_needs_and_finds_no_other_fault(language: Language) -> None:
    places = [place for place, _, _ in told(template(language, first_period="2026-11"))]
    names = {headings.SHEETS[name].name(language) for name in ("parties", "sites", "products")}
    assert places == sorted(names)


def test_a_template_has_twelve_months_from_the_first(tmp_path: Path) -> None:
    write_template(tmp_path / "templat.xlsx", "id", first_period="2026-11")
    rows = read_workbook(tmp_path / "templat.xlsx")
    periods = [(row.values["code"], row.values["name"]) for row in rows.tables["periods"]]
    assert periods[:3] == [
        ("2026-11", "November 2026"),
        ("2026-12", "Desember 2026"),
        ("2027-01", "Januari 2027"),
    ]
    assert len(periods) == 12
    book = openpyxl.load_workbook(tmp_path / "templat.xlsx")
    months = [str(code) for code, _ in periods]
    assert [cell.value for cell in book["Pasokan"][3]][4:16] == months
    assert [cell.value for cell in book["Kebutuhan"][3]][4:16] == months


def test_a_template_refuses_what_is_no_month() -> None:
    with pytest.raises(Refusal) as refused:
        template(first_period="2026-13")
    assert str(refused.value) == "“2026-13” isn't a month. Write it as 2026-01."


def test_a_template_that_is_filled_in_is_a_network(tmp_path: Path) -> None:
    path = tmp_path / "isi.xlsx"
    write_template(path, first_period="2026-01")
    book = openpyxl.load_workbook(path)
    filled: dict[str, dict[str, Any]] = {
        "Produk": {"A4": "gkp", "B4": "Gabah kering panen"},
        "Koperasi": {"A4": "A", "B4": "Koperasi A"},
        "Lokasi": {"A4": "a1", "C4": "A"},
        "Pasokan": {"A4": "a1", "B4": "gkp", "C4": 6500, "D4": "ton", "G4": 12.5},
        "Pedagang setempat": {"A4": "a1", "B4": "gkp", "C4": "*", "D4": 6600},
    }
    for sheet, cells in filled.items():
        for cell, value in cells.items():
            book[sheet][cell] = value
    book.save(path)
    problem = assemble(read_workbook(path))
    assert problem.supplies.available_kg.fractions() == [12500]
    assert [problem.periods[at] for at in problem.supplies.period] == ["2026-03"]


# --- help for the person who fills it in ---------------------------------------------------------


def test_drop_downs_offer_codes_units_and_words() -> None:
    book = openpyxl.load_workbook(io.BytesIO(good()))
    lists = {
        str(each.sqref).partition(":")[0]: each.formula1
        for each in book["Saluran jual"].data_validations.dataValidation
        if each.type == "list"
    }
    assert lists == {
        "C4": "jejaring_parties",
        "D4": "jejaring_sites",
        "E4": "jejaring_products",
        "F4": "jejaring_periods_or_star",
        "G4": '"kg,kuintal,ton"',
        "L4": '"lisan,dokumen,ditimbang,diukur"',
    }
    assert set(book.defined_names) >= {
        formula for formula in lists.values() if formula.startswith("jejaring")
    }
    assert book["Daftar"].sheet_state == "hidden"
    assert book["Daftar"]["A1"].value == "*"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sheet_has_a_frozen_styled_head_with_help_and_prints_across(language: Language) -> None:
    book = openpyxl.load_workbook(io.BytesIO(good(language)))
    for name in [*(table.name for table in tables.TABLES), "steps"]:
        sheet = book[headings.SHEETS[name].name(language)]
        assert sheet.freeze_panes is not None
        assert sheet.freeze_panes.endswith("4")
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows == "$3:$3"
        assert sheet["A2"].value
        for cell in sheet[3]:
            assert cell.font.b
            assert cell.fill.fgColor.rgb != "00000000"
        helped = [cell for cell in sheet[3] if cell.comment]
        assert len(helped) >= len([column for column in layout(name).columns if column.words.help(language)])


def test_every_field_of_every_table_has_a_heading_and_help_in_both_languages() -> None:
    for table in tables.TABLES:
        written = {column.name for column in layout(table.name).columns}
        left_out = {field.name for field in table.fields} - written
        assert left_out <= {"steps", "period", "available_kg", "kg"}
        for column in layout(table.name).columns:
            for language in LANGUAGES:
                assert column.words.name(language)
                assert column.words.help(language)


def test_headings_of_a_sheet_are_never_alike() -> None:
    for name in [*(table.name for table in tables.TABLES), "steps"]:
        for language in LANGUAGES:
            shown = [headings.plain(column.heading(language)) for column in layout(name).columns]
            assert len(shown) == len(set(shown))
            assert not set(shown) & headings.UNREAD


def test_the_instructions_name_every_sheet_and_link_to_it() -> None:
    book = openpyxl.load_workbook(io.BytesIO(good()))
    links = [cell.value for row in book["Petunjuk"].iter_rows() for cell in row if cell.hyperlink]
    assert links == [title for title in book.sheetnames if title not in {"Petunjuk", "Daftar"}]


def test_a_workbook_is_written_to_a_path(tmp_path: Path) -> None:
    write_workbook(rows_of(EXAMPLE), tmp_path / "a.xlsx", "en")
    assert content(read_workbook(tmp_path / "a.xlsx")) == content(rows_of(EXAMPLE))
