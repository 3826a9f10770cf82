"""Each main page on a small phone: labels, headings, contrast, focus, width, language, weight."""

from __future__ import annotations

import pytest

from tests.browser.conftest import LOOKS, Phones, World, weighed

pytestmark = pytest.mark.slow

FIRST_PAGE_MOST_BYTES = 300_000
MAIN = {
    "outsider": ["/", "/masuk/login/", "/masuk/password/reset/"],
    "facilitator": [
        "/", "/koperasi/", "/koperasi/baru/", "/jaringan/", "/jaringan/baru/", "/jaringan/{network}/",
        "/jaringan/{network}/tambah/", "/jaringan/{network}/impor/", "/jaringan/{network}/orang/",
        "/jaringan/{network}/mitra/baru/", "/jaringan/{network}/peta/", "/jaringan/{network}/neraca/",
        "/jaringan/{network}/belum/", "/jaringan/{network}/rencana/", "/jaringan/{network}/rencana/baru/",
        "/jaringan/{network}/lokakarya/baru/", "/wilayah/33.10/neraca/", "/wilayah/33.10/peta/", "/acuan/",
    ],
    "chair": [
        "/", "/akun/", "/akun/keamanan/", "/koperasi/{coop}/", "/koperasi/{coop}/profil/",
        "/koperasi/{coop}/letak/", "/koperasi/{coop}/unit/", "/koperasi/{coop}/pengurus/baru/",
        "/koperasi/{coop}/anggota/", "/koperasi/{coop}/anggota/baru/", "/koperasi/{coop}/orang/",
        "/koperasi/{coop}/jejak/", "/koperasi/{coop}/potensi/", "/koperasi/{coop}/potensi/produksi/hasil/",
        "/koperasi/{coop}/potensi/produksi/hasil/gkp/bulan/",
        "/koperasi/{coop}/potensi/produksi/hasil/gkp/jumlah/",
        "/koperasi/{coop}/potensi/produksi/hasil/gkp/harga/",
        "/koperasi/{coop}/potensi/produksi/hasil/gkp/bukti/", "/koperasi/{coop}/potensi/selesai/production/",
        "/koperasi/{coop}/potensi/pengolahan/", "/koperasi/{coop}/potensi/pengolahan/baru/pengering/",
        "/koperasi/{coop}/potensi/angkutan/", "/koperasi/{coop}/potensi/pemasaran/",
        "/koperasi/{coop}/potensi/pemasaran/sekarang/", "/koperasi/{coop}/potensi/pemasaran/pedagang/",
        "/koperasi/{coop}/potensi/pemasaran/baru/", "/koperasi/{coop}/potensi/ringkasan/",
        "/koperasi/{coop}/potensi/jawaban/",
    ],
}  # fmt: skip


@pytest.mark.parametrize("role", MAIN)
def test_main_pages_can_be_read_and_reached_by_everybody(phones: Phones, world: World, role: str) -> None:
    page = phones.new() if role == "outsider" else phones.signed_in(role)
    wrong: dict[str, list[str]] = {}
    for pattern in MAIN[role]:
        address = pattern.format(network=world.network, coop=world.of_chair)
        answer = page.goto(address, wait_until="networkidle")
        if answer is None or answer.status != 200:
            wrong[address] = [f"status {answer.status if answer else 0}"]
            continue
        found = page.evaluate(LOOKS)
        found += [f"console: {each}" for each in phones.complaints]
        phones.complaints.clear()
        if found:
            wrong[address] = found
    assert wrong == {}


BAD = """<html><meta name="viewport" content="width=device-width"><body style="margin:0">
<h2>Second</h2><h4 style="color:#999">Fourth</h4><input id="a"><p id="a" style="width:900px">wide</p>
<img src="data:,"><button></button><svg width="20" height="20"></svg></body></html>"""


def test_each_fault_is_found(phones: Phones) -> None:
    page = phones.new()
    page.set_content(BAD)
    found = " | ".join(page.evaluate(LOOKS))
    phones.complaints.clear()
    for fault in (
        "no language", "no title", "wider than the screen", "no label", "no name", "no alt",
        "a drawing without words", "two of one id: a", "0 first headings", "heading 2 after 0",
        "heading 4 after 2", "contrast 2.85 of “Fourth”",
    ):  # fmt: skip
        assert fault in found, found


def test_what_has_the_focus_is_seen(phones: Phones, world: World) -> None:
    page = phones.signed_in("chair")
    unseen = []
    for address in ("/", "/akun/", f"/jaringan/{world.network}/", f"/jaringan/{world.network}/neraca/"):
        page.goto(address)
        for _ in range(25):
            page.keyboard.press("Tab")
            told = page.evaluate(
                """() => {
                  const at = document.activeElement, style = getComputedStyle(at);
                  // Parts of a field for months have rings of the browser's own.
                  if (at.matches("input[type=month]:not(:focus-visible)")) return "";
                  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                  return ring || style.boxShadow !== "none" || at === document.body ? "" : at.outerHTML;
                }"""
            )
            if told:
                unseen.append(f"{address}: {told[:100]}")
    assert unseen == []


@pytest.mark.parametrize(
    "address", ["/", "/masuk/login/", "/jaringan/{network}/peta/", "/koperasi/{coop}/potensi/"]
)
def test_a_first_page_weighs_at_most_300_kilobytes(phones: Phones, world: World, address: str) -> None:
    needs_account = "{" in address
    page = phones.signed_in("chair") if needs_account else phones.new()
    with weighed(page) as pieces:
        page.goto(address.format(network=world.network, coop=world.of_chair), wait_until="networkidle")
    assert len(pieces) > 1
    assert sum(pieces) <= FIRST_PAGE_MOST_BYTES, sum(pieces)
    print(f"{address}: {sum(pieces):,} bytes in {len(pieces)} answers")


def test_the_language_is_switched_and_kept(phones: Phones) -> None:
    page = phones.new()
    page.goto("/masuk/login/")
    assert page.locator("html").get_attribute("lang") == "id"
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto("/")
    assert "one strong network" in page.locator("h1").inner_text()
    page.get_by_role("button", name="Bahasa Indonesia").click()
    page.get_by_role("button", name="English").wait_for()
    assert page.locator("html").get_attribute("lang") == "id"
