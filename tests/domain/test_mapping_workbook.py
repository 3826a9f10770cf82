"""A co-op's workbook comes back: one figure changed is one difference, faults have cells."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from jejaring.documents.language import language
from jejaring.domain.mapping.actions import answers
from jejaring.domain.mapping.exchange.accepting import accept, faults_of
from jejaring.domain.mapping.exchange.comparing import differences
from jejaring.domain.mapping.exchange.kept import kept_of
from jejaring.domain.mapping.exchange.rows import Difference
from jejaring.domain.mapping.exchange.workbook_reading import read_cooperative_workbook
from jejaring.domain.mapping.exchange.workbook_writing import cooperative_workbook
from jejaring.domain.mapping.models import Channel, Facility, Potential, Product, Vehicle
from jejaring.domain.parties.models import AuditLine
from jejaring.engines.errors import Faults
from tests.cast import Cast, make_cast
from tests.domain.exchange_story import APRIL, AT, MARCH, MAY, ON, edited, find, make_products, say_everything


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def made(cast: Cast) -> dict[str, Product]:
    products = make_products()
    say_everything(cast.babakankaret, products)
    return products


@pytest.fixture
def workbook(cast: Cast, made: dict[str, Product]) -> bytes:
    return cooperative_workbook(cast.babakankaret, on=ON)


def compared(cast: Cast, data: bytes) -> tuple[Difference, ...]:
    rows = read_cooperative_workbook(cast.babakankaret, data, "k.xlsx", on=ON)
    return differences(cast.babakankaret, rows, on=ON)


def changed(cast: Cast, data: bytes) -> list[Difference]:
    return [each for each in compared(cast, data) if each.kind != "same"]


def accept_all(cast: Cast, found: tuple[Difference, ...] | list[Difference]) -> Any:
    ids = {each.id for each in found}
    return accept(cast.babakankaret, found, ids, by=cast.chair, at=AT, way="excel")


def faults(cast: Cast, data: bytes) -> dict[str, str]:
    """Return what is wrong with a file, by sheet and cell, in Indonesian."""
    with pytest.raises(Faults) as caught:
        read_cooperative_workbook(cast.babakankaret, data, "k.xlsx", on=ON)
    said = language("id")
    return {
        f"{fault.place.sheet} {fault.place.column}{fault.place.row or ''}".strip(): said.sentence(fault.wrong)
        for fault in caught.value.faults
    }


@pytest.mark.parametrize("code", ["id", "en"])
def test_a_workbook_that_nobody_changed_changes_nothing(
    cast: Cast, made: dict[str, Product], code: Any
) -> None:
    data = cooperative_workbook(cast.babakankaret, on=ON, language=code)
    found = compared(cast, data)
    assert [each.kind for each in found] == ["same"] * len(found)
    # Everything that was said is in it; so is what was said of months long past the twelve.
    kept = kept_of(cast.babakankaret).rows
    assert {each.key for each in found} == {key for table, key in kept if table != "position"}
    assert data == cooperative_workbook(cast.babakankaret, on=ON, language=code)


def test_one_number_changed_is_one_difference_and_is_kept_once(cast: Cast, made: dict[str, Product]) -> None:
    def change(book: Any) -> None:
        sheet = book["Hasil panen"]
        [cell] = [cell for row in sheet.iter_rows(min_row=4) for cell in row if cell.value == 500]
        cell.value = 1.5
        find(sheet, "Satuan", cell.row).value = "ton"

    data = edited(cooperative_workbook(cast.babakankaret, on=ON), change)
    [difference] = changed(cast, data)
    assert (difference.kind, difference.changes) == ("changed", (("kg", 500, 1500),))
    assert difference.said.place.sheet == "Hasil panen"
    done = accept_all(cast, [difference])
    assert [each.id for each in done.kept] == [difference.id]
    row = Potential.objects.get(product=made["gkp"], month=MAY, site=None)
    assert (row.kg, row.way, row.evidence, row.as_typed, row.said_by) == (
        1500, "excel", "weighed", "1.5 ton", cast.chair,
    )  # fmt: skip
    lines = AuditLine.objects.count()
    assert changed(cast, data) == []
    assert accept_all(cast, compared(cast, data)).kept == ()
    assert AuditLine.objects.count() == lines


def test_what_the_file_doesnt_tell_of_a_facility_or_channel_stays(
    cast: Cast, made: dict[str, Product]
) -> None:
    def change(book: Any) -> None:
        find(book["Alat dan gudang"], "Kapasitas").value = 30_000
        find(book["Jual dan beli"], "Harga").value = "Rp6.550"

    found = changed(cast, edited(cooperative_workbook(cast.babakankaret, on=ON), change))
    accept_all(cast, found)
    mill = Facility.objects.get(name="Penggilingan")
    assert (mill.capacity_kg, mill.months.count(), mill.build_share) == (30_000, 1, Decimal("0.5"))
    bulog = Channel.objects.get(partner="Bulog")
    assert (bulog.idr_per_kg, bulog.steps.count(), Channel.objects.count()) == (Decimal(6550), 1, 2)


def test_new_rows_are_added_once_however_often_the_file_comes(cast: Cast, made: dict[str, Product]) -> None:
    def change(book: Any) -> None:
        channel = book["Jual dan beli"]
        for heading, value in (
            ("Jual atau beli", "beli"), ("Produk", "urea"), ("Mitra", "Toko"), ("Harga", 2500),
        ):  # fmt: skip
            find(channel, heading, 6).value = value
        for heading, value in (("Jenis", "simpan"), ("Nama", "Gudang baru"), ("Yang disimpan", "Dedak; GKP")):
            find(book["Alat dan gudang"], heading, 6).value = value
        find(book["Alat dan gudang"], "Yang disimpan", 6).value = "Dedak; gkp"
        find(book["Kendaraan"], "Nama", 5).value = "Truk"
        find(book["Kendaraan"], "Muatan", 5).value = "8 ton"

    data = edited(cooperative_workbook(cast.babakankaret, on=ON), change)
    found = changed(cast, data)
    assert [(each.said.table, each.kind) for each in found] == [
        ("facility", "new"), ("vehicle", "new"), ("channel", "new"),
    ]  # fmt: skip
    accept_all(cast, found)
    assert changed(cast, data) == []
    assert Vehicle.objects.get(name="Truk").capacity_kg == 8000
    # The older comparison, sent a second time, doesn't add them again.
    again = accept_all(cast, found)
    assert (again.kept, again.meanwhile) == ((), ())
    assert (Channel.objects.count(), Facility.objects.count(), Vehicle.objects.count()) == (3, 3, 2)


def test_only_what_the_file_says_so_is_taken_away(cast: Cast, made: dict[str, Product]) -> None:
    def change(book: Any) -> None:
        sheet = book["Hasil panen"]
        [cell] = [cell for row in sheet.iter_rows(min_row=4) for cell in row if cell.value == 1000]
        cell.value = "hapus"
        for other in (500, 70):
            for row in sheet.iter_rows(min_row=4):
                for each in row:
                    if each.value == other:
                        each.value = None
        find(book["Kendaraan"], "Hapus").value = "ya"
        find(book["Alat dan gudang"], "Hapus", 5).value = "ya"

    data = edited(cooperative_workbook(cast.babakankaret, on=ON), change)
    # Rows of harvest that lost their only figure say so: somebody may have slipped.
    assert list(faults(cast, data).values()) == ["Baris ini tidak berisi jumlah di bulan mana pun."]

    def mend(book: Any) -> None:
        change(book)
        sheet = book["Hasil panen"]
        for row in range(4, 12):
            if find(sheet, "Sekali angkut paling sedikit", row).value == 10:
                sheet.delete_rows(row)

    found = changed(cast, edited(cooperative_workbook(cast.babakankaret, on=ON), mend))
    assert [(each.said.table, each.kind) for each in found] == [
        ("potential", "gone"), ("facility", "gone"), ("vehicle", "gone"),
    ]  # fmt: skip
    accept_all(cast, found)
    months = set(Potential.objects.filter(product=made["gkp"], site=None).values_list("month", flat=True))
    assert months == {APRIL, MAY}
    assert not Vehicle.objects.exists()


def test_what_changed_meanwhile_isnt_overwritten_and_is_shown_again(
    cast: Cast, made: dict[str, Product]
) -> None:
    def change(book: Any) -> None:
        sheet = book["Hasil panen"]
        for row in sheet.iter_rows(min_row=4):
            for cell in row:
                if cell.value in (1000, 500):
                    cell.value += 100

    found = changed(cast, edited(cooperative_workbook(cast.babakankaret, on=ON), change))
    answers.declare_potential(
        cast.babakankaret, product=made["gkp"], month=MARCH, kg=4000, by=None, at=AT, sure=True
    )
    done = accept_all(cast, found)
    assert [each.changes for each in done.kept] == [(("kg", 500, 600),)]
    [again] = done.meanwhile
    assert ("kg", 4000, 1100) in again.changes
    assert Potential.objects.get(product=made["gkp"], month=MARCH).kg == 4000
    accept_all(cast, done.meanwhile)
    assert Potential.objects.get(product=made["gkp"], month=MARCH).kg == 1100


def test_one_refused_row_keeps_all_others_out_and_has_its_cell(cast: Cast, made: dict[str, Product]) -> None:
    def change(book: Any) -> None:
        find(book["Kendaraan"], "Muatan").value = 90_000
        find(book["Jual dan beli"], "Harga").value = 6550

    found = changed(cast, edited(cooperative_workbook(cast.babakankaret, on=ON), change))
    before, lines = kept_of(cast.babakankaret), AuditLine.objects.count()
    [fault] = faults_of(cast.babakankaret, found, by=None, at=AT, way="excel")
    assert (fault.place.sheet, fault.place.row) == ("Kendaraan", 4)
    with pytest.raises(Exception, match="pickup"):
        accept_all(cast, found)
    assert kept_of(cast.babakankaret) == before
    assert AuditLine.objects.count() == lines


def test_doubts_are_shown_beside_their_row(cast: Cast, made: dict[str, Product]) -> None:
    answers.declare_potential(
        cast.babakankaret,
        product=made["gkp"],
        month=MARCH.replace(year=2026),
        kg=100,
        by=None,
        at=AT,
        sure=True,
    )

    def change(book: Any) -> None:
        sheet = book["Hasil panen"]
        [cell] = [cell for row in sheet.iter_rows(min_row=4) for cell in row if cell.value == 1000]
        cell.value = 10_000
        find(sheet, "Harga terendah", cell.row).value = 65

    [difference] = changed(cast, edited(cooperative_workbook(cast.babakankaret, on=ON), change))
    assert {doubt.code for doubt in difference.doubts} == {"mapping.amount_unlike", "mapping.price_unlike"}


def test_all_faults_are_told_at_once_with_their_cells(cast: Cast, made: dict[str, Product]) -> None:
    def change(book: Any) -> None:
        sheet = book["Kebutuhan"]
        find(sheet, "Produk").value = "Uria"
        find(sheet, "Mar 2027", 5).value = "1.250"
        find(book["Kendaraan"], "Muatan").value = "banyak"
        find(book["Keadaan sekarang"], "Dari bulan").value = "2099-01"
        find(book["Jual dan beli"], "Produk").value = None
        find(book["Alat dan gudang"], "Rendemen 1").value = None
        book["Pedagang setempat"].merge_cells("A4:A5")
        book.create_sheet("Coretan")["A1"] = "x"

    found = faults(cast, edited(cooperative_workbook(cast.babakankaret, on=ON), change))
    assert found == {
        "Kebutuhan A4": "“Uria” bukan produk yang ada di sini.",
        "Kebutuhan K5": (
            "“1.250” bisa berarti dua angka. "
            "Tulis 1250 kalau maksudnya angka yang besar, 1,25 kalau yang kecil."
        ),
        "Kendaraan C4": found["Kendaraan C4"],
        "Keadaan sekarang D4": found["Keadaan sekarang D4"],
        "Jual dan beli A4": "Di baris ini belum ada: Produk.",
        "Alat dan gudang A4": "Hasil tanpa rendemen, atau rendemen tanpa hasil.",
        "Pedagang setempat A4": "Sel A4:A5 digabung; hanya sel pertama yang berisi.",
        "Pedagang setempat D5": "Di baris ini belum ada: Produk.",
        "Coretan": "Lembar dengan nama ini tidak ada di berkas koperasi.",
    }


def test_columns_may_change_places(cast: Cast, made: dict[str, Product], workbook: bytes) -> None:
    def turned(book: Any) -> None:
        for name in ("Hasil panen", "Jual dan beli"):
            sheet = book[name]
            one, other = (find(sheet, heading, 3).column for heading in ("Produk", "Mutu"))
            for row in range(3, sheet.max_row + 1):
                first, second = sheet.cell(row, one), sheet.cell(row, other)
                first.value, second.value = second.value, first.value

    found = compared(cast, edited(workbook, turned))
    assert [each for each in found if each.kind != "same"] == []
    assert any(each.said.key[1] == "premium" for each in found if each.said.table == "potential")


def test_dates_that_excel_made_of_months_are_months(cast: Cast, made: dict[str, Product]) -> None:
    def change(book: Any) -> None:
        sheet = book["Hasil panen"]
        for cell in sheet[3]:
            if cell.value == "Mei 2027":
                cell.value = datetime(2027, 5, 1, tzinfo=None)  # noqa: DTZ001 – Excel knows no time zones
            elif cell.value == "Mar 2027":
                cell.value = "03/2027"
        find(book["Keadaan sekarang"], "Dari bulan").value = datetime(2027, 3, 1)  # noqa: DTZ001

    assert changed(cast, edited(cooperative_workbook(cast.babakankaret, on=ON), change)) == []


def test_another_coops_workbook_is_refused(cast: Cast, made: dict[str, Product]) -> None:
    other = cooperative_workbook(cast.garut_coop, on=ON)
    assert "koperasi lain" in next(iter(faults(cast, other).values()))

    def strip(book: Any) -> None:
        del book["Petunjuk"]

    nameless = edited(cooperative_workbook(cast.babakankaret, on=ON), strip)
    assert "koperasi mana" in next(iter(faults(cast, nameless).values()))


def zipped(name: str, content: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(name, content)
    return written.getvalue()


def saved(book: Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"produk;bulan;kg\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600,
        zipped("word/document.xml", b"<w/>"),
        zipped("xl/workbook.xml", b"0" * 80_000_000),
        b"x" * (6 * 2**20),
        saved(Workbook()),
    ],
    ids=["empty", "csv", "xls", "docx", "bomb", "large", "other workbook"],
)
def test_files_that_arent_the_workbook_are_refused_in_a_sentence(cast: Cast, data: bytes) -> None:
    assert len(faults(cast, data)) == 1


def test_a_hundred_thousand_rows_are_refused_soon(cast: Cast, made: dict[str, Product]) -> None:
    plain = cooperative_workbook(cast.babakankaret, on=ON)
    row = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>urea</t></is></c></row>'
    many = "".join(row.format(number) for number in range(10, 100_010))

    def grown(name: str, text: str) -> str:
        return text.replace("</sheetData>", f"{many}</sheetData>") if name.endswith("sheet3.xml") else text

    found = faults(cast, rewritten(plain, grown))
    assert "Lembar ini berisi lebih dari 2.000 baris." in found.values()


def test_a_formula_without_a_value_is_told(cast: Cast, made: dict[str, Product]) -> None:
    def change(book: Any) -> None:
        find(book["Kendaraan"], "Muatan").value = "=500*2"

    found = faults(cast, edited(cooperative_workbook(cast.babakankaret, on=ON), change))
    assert found["Kendaraan C4"] == "Rumus ini belum ada hasilnya."


# --- whatever is done to it -------------------------------------------------------------------------


def rewritten(data: bytes, change: Callable[[str, str], str]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, change(name, text))
    return written.getvalue()


JUNK = [
    "", "0", "-1", "1e400", "nan", "99999999999999999999", "TRUE", "#REF!", "*", "-", "hapus", "ya", "=1+1",
    "1.250", "1,5 ton", "Rp", "%", "2027-03", "2027-13", "46082", "_x0000_", "∞", "gkp", "Beras medium",
    "jual", "olah", "f1", "c999999999999999", "ditimbang", "0.5", "Mar 2027", "x" * 5000,
]  # fmt: skip


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_junk_in_any_cell_gives_words_or_differences_and_writes_nothing(
    cast: Cast, workbook: bytes, data: st.DataObject
) -> None:
    before, lines = kept_of(cast.babakankaret), AuditLine.objects.count()
    sheet = data.draw(st.integers(2, 8))

    def junked(name: str, text: str) -> str:
        if not name.endswith(f"/sheet{sheet}.xml"):
            return text
        cells = list(re.finditer(r'(<c r="[A-Z]+[0-9]+")[^>]*?(?:/>|>.*?</c>)', text))
        for match in sorted(
            data.draw(
                st.lists(st.sampled_from(cells), min_size=1, max_size=4, unique_by=lambda each: each.start())
            ),
            key=lambda each: -each.start(),
        ):
            kind = data.draw(st.sampled_from(["n", "inlineStr", "b", "e", "str"]))
            junk = data.draw(st.sampled_from(JUNK) | st.text("abc1.,;-% =", max_size=12))
            inner = f"<is><t>{junk}</t></is>" if kind == "inlineStr" else f"<v>{junk}</v>"
            text = f'{text[: match.start()]}{match[1]} t="{kind}">{inner}</c>{text[match.end() :]}'
        return text

    try:
        found = compared(cast, rewritten(workbook, junked))
        faults_of(cast.babakankaret, found, by=None, at=AT, way="excel")
    except Faults as told:
        said = [str(fault) for fault in told.faults]
    else:
        said = ["nothing"]
    assert all(said)
    assert kept_of(cast.babakankaret) == before
    assert AuditLine.objects.count() == lines


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 20_000), flips=st.lists(st.integers(0, 20_000), max_size=5))
def test_a_damaged_file_never_gives_a_traceback(
    cast: Cast, workbook: bytes, cut: int, flips: list[int]
) -> None:
    data = bytearray(workbook)
    for at in flips:
        data[at % len(data)] ^= 0xFF
    before = kept_of(cast.babakankaret)
    with contextlib.suppress(Faults):
        compared(cast, bytes(data[: max(len(data) - cut, 0)] if cut % 2 else data))
    assert kept_of(cast.babakankaret) == before
