"""A co-op's workbook on a small phone: taken home, brought back with slips, mended, taken over in part."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import FilePayload, Page, expect

from jejaring.documents.language import language
from tests.browser.conftest import LOOKS, Phones, World, months
from tests.domain.exchange_story import edited, find

pytestmark = pytest.mark.slow

ID = language("id")
NAME = "KDMP Taji"


def test_a_workbook_with_slips_is_refused_mended_and_taken_over_row_by_row(
    phones: Phones, world: World
) -> None:
    phone = phones.signed_in("facilitator")
    coop = world.cooperatives[NAME]
    phone.goto(f"/koperasi/{coop}/potensi/")
    phone.get_by_role("link", name="Isi lewat Excel").click()
    assert phone.evaluate(LOOKS) == []
    with phone.expect_download() as download:
        phone.get_by_role("link", name="Unduh berkas").click()
    assert download.value.suggested_filename.startswith("kdmp-taji-")
    filled = Path(download.value.path()).read_bytes()

    upload(phone, filled, with_slips)
    expect(phone.get_by_role("alert")).to_have_text(
        "Ada 4 hal di berkas ini yang harus dibetulkan dulu. Belum ada yang disimpan."
    )
    assert [line(each) for each in phone.locator("ol.faults li").all_inner_texts()] == [
        (
            f"Hasil panen {column_of(filled, months()[0])}4 “1.250” bisa berarti dua angka. "
            "Tulis 1250 kalau maksudnya angka yang besar, 1,25 kalau yang kecil."
        ),
        (
            f"Hasil panen {column_of(filled, months()[1])}4 “banyak” bukan ukuran berat. "
            "Tulis angkanya saja, atau angka diikuti kg, kuintal, atau ton."
        ),
        (
            "Hasil panen A5 “Gabah kering panem” bukan produk yang ada di sini. "
            "Maksudnya: Gabah kering panen (GKP), Gabah kering giling (GKG)?"
        ),
        "Jual dan beli B4 Di baris ini belum ada: Harga. Lengkapi, atau kosongkan seluruh barisnya.",
    ]
    assert phone.evaluate(LOOKS) == []
    assert kept(phone, coop) == {months()[0]: 9_000, months()[1]: 9_000}
    assert "Pasar pagi" not in phone.locator("main").inner_text()

    phone.goto(f"/koperasi/{coop}/berkas/")
    upload(phone, filled, mended)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Yang akan berubah")
    assert phone.evaluate(LOOKS) == []
    first, second, buyer = (line(each) for each in phone.locator("li.difference").all_inner_texts())
    assert ID.period(months()[0]) in first
    assert "Jumlah 9.000 kg → 12.500 kg" in first
    assert ID.period(months()[1]) in second
    assert "Jumlah 9.000 kg → 8.000 kg" in second
    assert "Pasar pagi · Gabah kering panen (GKP) baru" in buyer
    assert "Harga Rp7.100/kg" in buyer
    assert kept(phone, coop) == {months()[0]: 9_000, months()[1]: 9_000}, "looking keeps nothing"
    phone.go_back()

    phone.locator("li.difference").nth(1).get_by_role("checkbox").uncheck()
    phone.get_by_role("button", name="Simpan yang dicentang").click()
    expect(phone.get_by_text("2 perubahan sudah disimpan.")).to_be_visible()
    assert kept(phone, coop) == {months()[0]: 12_500, months()[1]: 9_000}
    expect(phone.locator("main")).to_contain_text("Pasar pagi")
    expect(phone.locator("main")).to_contain_text("7.100")


def upload(phone: Page, data: bytes, change: Callable[[Any], None]) -> None:
    """Bring a workbook back after it was changed in a spreadsheet program."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file: FilePayload = {"name": "isian.xlsx", "mimeType": kind, "buffer": edited(data, change)}
    phone.get_by_label("Berkas yang sudah Anda isi").set_input_files(file)
    phone.get_by_role("button", name="Unggah dan bandingkan").click()


def with_slips(book: Any) -> None:
    """Write what people write in a hurry."""
    harvest, trade = book["Hasil panen"], book["Jual dan beli"]
    _of_month(harvest, months()[0]).value = "1.250"
    _of_month(harvest, months()[1]).value = "banyak"
    find(harvest, "Produk", 5).value = "Gabah kering panem"
    _of_month(harvest, months()[0], 5).value = 500
    find(trade, "Jual atau beli").value = "jual"
    find(trade, "Produk").value = "Gabah kering panen (GKP)"
    find(trade, "Mitra").value = "Pasar pagi"


def mended(book: Any) -> None:
    """Write the same as it was meant."""
    with_slips(book)
    harvest, trade = book["Hasil panen"], book["Jual dan beli"]
    _of_month(harvest, months()[0]).value = 12_500
    _of_month(harvest, months()[1]).value = 8_000
    find(harvest, "Produk", 5).value = None
    _of_month(harvest, months()[0], 5).value = None
    find(trade, "Harga").value = 7_100


def _of_month(sheet: Any, month: str, row: int = 4) -> Any:
    """Return the cell in a row below a month, whose heading is as people write it."""
    [at] = [cell.column for cell in sheet[3] if cell.value == f"{ID.period(month, short=True)} {month[:4]}"]
    return sheet.cell(row, at)


def column_of(data: bytes, month: str) -> str:
    """Return the letter of a month's column."""
    return _of_month(load_workbook(BytesIO(data))["Hasil panen"], month).column_letter


def line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def kept(phone: Page, coop: int) -> dict[str, int]:
    """Return the harvest that the page of all answers shows, by month."""
    phone.goto(f"/koperasi/{coop}/potensi/jawaban/")
    words = line(phone.get_by_role("region", name="Anggota bisa memasok").inner_text())
    found = {}
    for month in months():
        [kg] = re.findall(rf"{ID.period(month)} ([\d.]+) kg", words)
        found[month] = int(kg.replace(".", ""))
    return found
