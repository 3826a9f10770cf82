"""From a proposal to a checked paper, on a small phone in Chromium: answers, consent, a changed byte."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import LOOKS, PLACES, Phones, World, months, served, small_network, with_passkeys

pytestmark = pytest.mark.slow

TITLE = "Kerja sama gabah"
_OPEN = """
from datetime import date
from django.utils import timezone
from jejaring.domain.parties.models import *
from jejaring.domain.partnering.actions import rounds
from jejaring.domain.partnering.models import Round
at, by = timezone.now(), User.objects.get(email="facilitator@contoh.invalid")
"""
_OFFER = (
    _OPEN
    + """
from decimal import Decimal
from jejaring.documents.agreements.content import Terms
from jejaring.domain.agreements.actions import drafting, offering
from jejaring.domain.agreements.actions.drafting import Draft, DraftLine, DraftParty, Frame
from jejaring.interfaces.web.agreements.desk import desk
hub, coop = (Cooperative.objects.get(name=name) for name in ("KDMP Tonggalan", "KDMP Cucukan"))
month = date.fromisoformat(MONTH + "-01")
line = DraftLine("sale", 1, 0, "Gabah", month, 9_000, 58_500_000, Decimal(6_500), "Gudang")
year = date.today().year
frame = Frame(place="Klaten", valid_from=date(year, 1, 1), valid_until=date(year + 2, 12, 31))
sides = [DraftParty(hub, is_hub=True), DraftParty(coop)]
made = drafting.draft(Network.objects.get(), Draft("mou", TITLE, sides, [line], frame), by=by, at=at)
for party in made.parties.all():
    drafting.name_signatory(made, party=party, signatory=drafting.said.Signatory(office="Ketua"),
                            notices="kantor@contoh.invalid", account=None, by=by, at=at)
offering.offer(made, desk=desk(), on=at.date(), by=by, at=at)
offering.withdraw(made, why="Hari pembayaran belum disebut", by=by, at=at)
drafting.set_terms(made, frame=drafting.replace(frame, terms=Terms(payment_days=14)), by=by, at=at)
offering.offer(made, desk=desk(), on=at.date(), by=by, at=at)
print(made.pk)
"""
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A round in which each village is proposed something with the hub."""
    villages = [name for name in PLACES if name != "Tonggalan"]
    network: dict[str, Any] = small_network(villages, market_kg=60_000)
    with served(tmp_path_factory.mktemp("signing"), network) as made:
        month = f"date.fromisoformat('{months()[0]}-01')"
        made.installation.python(
            f"{_OPEN}\nrounds.open_round(Network.objects.get(), title='Putaran panen', first_month={month}, "
            "months=2, rule='equal', by=by, at=at)"
        )
        made.run_worker()
        made.installation.python(f"{_OPEN}\nrounds.publish(Round.objects.get(), by=by, at=at)")
        yield made


@pytest.fixture(scope="module")
def agreement(world: World) -> int:
    """A memorandum of the hub and Cucukan, whose second version is up for signing."""
    return int(world.installation.python(f"MONTH, TITLE = {months()[0]!r}, {TITLE!r}\n{_OFFER}"))


def card(page: Page, name: str) -> Locator:
    """Return what is proposed with this co-op."""
    return page.locator("article.proposal").filter(has=page.get_by_role("heading", name=name))


def test_a_co_op_accepts_declines_and_wants_it_otherwise(phones: Phones) -> None:
    phone = phones.signed_in("hub_manager")
    expect(phone.locator("main")).to_contain_text("4 usulan menunggu jawaban Anda")
    phone.get_by_role("link", name="Lihat dan jawab").click()
    expect(phone.locator("article.proposal")).to_have_count(4)
    package = phone.url
    assert phone.evaluate(LOOKS) == []

    card(phone, "Sengon").get_by_role("button", name="Ya, kami setuju").click()
    expect(card(phone, "Sengon")).to_contain_text("kita setuju, KDMP Sengon belum")
    expect(phone.locator("main")).to_contain_text("3 usulan menunggu jawaban Anda")

    card(phone, "Kotesan").get_by_role("link", name="Tidak", exact=True).click()
    expect(phone.get_by_label("Apa alasannya?")).to_be_visible()
    assert phone.evaluate(LOOKS) == []
    phone.get_by_label("Apa alasannya?").fill("Jembatan ke sana putus")
    phone.get_by_role("button", name="Tolak", exact=True).click()
    expect(phone.locator("main")).to_contain_text("kita menolak")
    expect(phone.locator("main")).to_contain_text("“Jembatan ke sana putus”")

    phone.goto(package)
    card(phone, "Taji").get_by_role("link", name="Minta diubah").click()
    expect(phone.locator("#lain")).to_have_attribute("open", "")
    phone.locator("#lain input[id^=kg-]").first.fill("4.500")
    assert phone.evaluate(LOOKS) == []
    phone.get_by_role("button", name="Kirim permintaan kami").click()
    # “4.500” can be read in two ways: which is meant is asked, and nothing is sent before.
    expect(phone.locator("#lain .fault")).to_contain_text("“4.500” bisa berarti dua angka")
    assert phone.evaluate(LOOKS) == []
    phone.locator("#lain").get_by_role("button", name="4500", exact=True).click()
    expect(phone.locator("#lain input[id^=kg-]").first).to_have_value("4500")
    phone.get_by_role("button", name="Kirim permintaan kami").click()
    expect(phone.locator("main")).to_contain_text("diminta diubah: menunggu rencana berikutnya")
    expect(phone.locator("main")).to_contain_text("4.500 kg, bukan 9.000 kg")

    phone.goto(package)
    expect(phone.locator("main")).to_contain_text("1 usulan menunggu jawaban Anda")
    for name, state in (("Sengon", "kita setuju"), ("Kotesan", "kita menolak"), ("Taji", "diminta diubah")):
        expect(card(phone, name)).to_contain_text(state)


def test_what_both_accept_is_agreed(phones: Phones) -> None:
    chair = phones.signed_in("chair")
    chair.get_by_role("link", name="Lihat dan jawab").click()
    card(chair, "Tonggalan").get_by_role("button", name="Ya, kami setuju").click()
    expect(card(chair, "Tonggalan")).to_contain_text("kita setuju, KDMP Tonggalan belum")

    hub = phones.signed_in("hub_manager")
    hub.get_by_role("link", name="Lihat dan jawab").click()
    expect(card(hub, "Cucukan")).to_contain_text("KDMP Cucukan setuju dan menunggu kita")
    card(hub, "Cucukan").get_by_role("button", name="Ya, kami setuju").click()
    expect(card(hub, "Cucukan")).to_contain_text("disepakati")
    chair.reload()
    expect(card(chair, "Tonggalan")).to_contain_text("disepakati")


def test_a_chair_reads_what_changed_and_agrees_after_a_second_step(
    phones: Phones, world: World, agreement: int
) -> None:
    phone = phones.signed_in("chair")
    with_passkeys(phone)
    phone.get_by_role("link", name="Naskah kerja sama").click()
    phone.get_by_role("link", name=TITLE).click()
    expect(phone.locator("main")).to_contain_text("menunggu tanda tangan")
    assert phone.evaluate(LOOKS) == []

    phone.get_by_role("link", name="Apa yang berubah").click()
    expect(phone.get_by_text("Hari pembayaran belum disebut")).to_be_visible()
    payment = phone.locator("section.changes").filter(has=phone.get_by_role("heading", name="Pembayaran"))
    expect(payment.locator("del")).to_have_count(1)
    expect(payment.locator("ins")).to_contain_text("14 (empat belas) hari kalender")
    assert phone.evaluate(LOOKS) == []

    phone.go_back()
    phone.get_by_role("link", name="Tandatangani untuk KDMP Cucukan").click()
    expect(phone.locator("main")).to_contain_text("Rp58.500.000")
    assert phone.evaluate(LOOKS) == []
    assert phone.get_by_role("button", name="Tandatangani sekarang").count() == 0
    set_up_a_passkey(phone, world.password)

    expect(phone.locator("#office-tap")).to_have_value("Ketua")
    phone.get_by_role("button", name="Tandatangani sekarang").click()
    expect(phone.locator("[role=alert]")).to_be_visible()
    phone.get_by_label("Saya sudah membaca naskah ini").check()
    phone.get_by_role("button", name="Tandatangani sekarang").click()
    expect(phone).to_have_url(re.compile(rf"/naskah/{agreement}/$"))
    expect(phone.locator("main")).to_contain_text("Tanda tangan 1/2")
    expect(phone.locator("main")).to_contain_text(
        "disetujui dengan ketukan setelah masuk dengan langkah kedua"
    )
    assert phone.get_by_role("link", name="Tandatangani untuk").count() == 0


def set_up_a_passkey(phone: Page, password: str) -> None:
    """Go from the page that asks for a second step through setting one up, and back to signing."""
    phone.get_by_role("link", name="Pasang langkah kedua").click()
    phone.get_by_role("link", name="Tambah", exact=True).click()
    phone.get_by_label("Kata sandi").fill(password)
    phone.get_by_role("button", name="Lanjutkan").click()
    phone.locator("[name=name]").fill("ponsel")
    phone.locator("#mfa_webauthn_add, main form.sheet button").last.click()
    # Spare codes come first, for a lost phone; from their page a way leads back.
    phone.get_by_role("link", name="Kembali menandatangani").click()
    phone.get_by_role("link", name="Tunjukkan bahwa ini saya").click()
    phone.get_by_role("button", name="Pakai passkey atau kunci").click()


def test_a_paper_is_checked_by_anybody_and_one_changed_byte_is_seen(phones: Phones, agreement: int) -> None:
    desk = phones.signed_in("facilitator")
    paper = desk.request.get(f"/naskah/{agreement}/versi/2/naskah.pdf").body()
    place = len(paper) // 2
    changed = paper[:place] + bytes([paper[place] ^ 1]) + paper[place + 1 :]

    phone = phones.new()
    phone.goto("/verifikasi/")
    assert phone.evaluate(LOOKS) == []
    for pdf, said in ((paper, "Utuh"), (changed, "Diubah atau rusak")):
        phone.get_by_label("Berkas PDF").set_input_files(
            FilePayload(name="naskah.pdf", mimeType="application/pdf", buffer=pdf)
        )
        phone.get_by_role("button", name="Periksa").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text(said)
        expect(phone.locator("main")).to_contain_text(TITLE)
        assert phone.evaluate(LOOKS) == []
        phone.get_by_role("link", name="Periksa naskah lain").click()
