"""Agreements are signed on pages, in four ways and only by those who may."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone

from jejaring.domain.agreements.actions import drafting, offering
from jejaring.domain.agreements.actions.drafting import Draft, DraftParty
from jejaring.domain.agreements.models import Agreement, Paper, Signature
from jejaring.domain.parties.models import Counterparty
from tests.cast import Cast, make_cast
from tests.documents.signing_world import PASSPHRASE, Authority
from tests.domain.agreement_story import AT, FRAME, offered
from tests.interfaces.web.agreement_browser import as_, form_of, page, save, sign_address
from tests.pictures import white_png

State = Agreement.State


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_a_tap_needs_a_second_step_of_the_last_half_hour(cast: Cast) -> None:
    version = offered(cast)
    for browser in (as_(cast.chair), as_(cast.chair, second_step="totp", ago_seconds=3600)):
        shown = page(browser, "agreement_sign", version.agreement_id)
        assert 'name="consent"' not in shown
        assert reverse("mfa_index") in shown
        answer = browser.post(sign_address(version), form_of(version, 1, "tap"))
        assert answer.status_code == 422
        assert "langkah kedua" in answer.content.decode()
    assert not Signature.objects.exists()


def test_setting_up_a_second_step_leads_back_to_the_paper(cast: Cast) -> None:
    version = offered(cast)
    browser, back = as_(cast.chair), "Kembali menandatangani"
    page(browser, "agreement_sign", version.agreement_id)
    assert back not in page(browser, "mfa_index")
    Authenticator.objects.create(user=cast.chair, type=Authenticator.Type.TOTP, data={})
    assert back not in page(as_(cast.chair), "mfa_index")
    shown = page(browser, "mfa_index")
    assert back in shown
    assert f'href="{sign_address(version)}?pihak=1"' in shown


def test_a_chair_reads_what_is_signed_and_taps_once(cast: Cast) -> None:
    version = offered(cast)
    browser = as_(cast.chair, second_step="webauthn")
    shown = page(browser, "agreement_sign", version.agreement_id)
    for told in (
        "Kerja sama gabah",
        version.agreement.reference or "/NK/",
        "Rp80.400.000",
        "delapan puluh juta empat ratus ribu rupiah",
        "Koperasi hub Cianjur",
    ):
        assert told in shown
    form = form_of(version, 1, "tap")
    for _ in range(2):
        assert browser.post(sign_address(version), form).status_code == 302
    [made] = Signature.objects.all()
    assert (made.level, made.party.position, made.facts) == ("tapped", 1, {"strength": "passkey"})
    twice = browser.post(sign_address(version), form_of(version, 1, "tap"))
    assert "sudah menandatangani versi ini" in twice.content.decode()
    unticked = as_(cast.hub_manager, second_step="totp")
    answer = unticked.post(sign_address(version), form_of(version, 0, "tap", consent=""))
    assert answer.status_code == 422
    assert Signature.objects.count() == 1


def test_nobody_signs_for_another_party(cast: Cast) -> None:
    version = offered(cast)
    for who, position in ((cast.chair, 0), (cast.hub_manager, 1), (cast.chair_of_hub, 1)):
        answer = as_(who, second_step="totp").post(sign_address(version), form_of(version, position, "tap"))
        assert answer.status_code == 403
    garut = as_(cast.chair_garut, second_step="totp")
    assert garut.post(sign_address(version), form_of(version, 1, "tap")).status_code == 404
    assert as_(cast.facilitator).post(sign_address(version), form_of(version, 1, "ink")).status_code == 403
    assert not Signature.objects.exists()


def test_signing_an_old_version_is_refused_in_a_clear_sentence(cast: Cast) -> None:
    version = offered(cast)
    offering.withdraw(version.agreement, why="Harga salah", by=cast.facilitator, at=AT)
    offered(cast, version.agreement)
    answer = as_(cast.chair, second_step="totp").post(sign_address(version), form_of(version, 1, "tap"))
    assert answer.status_code == 422
    assert "sudah diganti dengan versi yang lebih baru" in answer.content.decode()
    assert not Signature.objects.exists()


def test_a_later_version_says_that_it_is_one_and_what_passes(cast: Cast) -> None:
    version = offered(cast)
    chair = as_(cast.chair)
    first = chair.get(sign_address(version)).content.decode()
    assert "Ini versi" not in first
    assert "12.000 kg" in first
    offering.withdraw(version.agreement, why="Harga salah", by=cast.facilitator, at=AT)
    offered(cast, version.agreement)
    second = chair.get(sign_address(version)).content.decode()
    assert "Ini versi 2. Tanda tangan pada versi sebelumnya tidak berlaku lagi." in second
    assert "Harga salah" in second
    assert reverse("agreement_changes", args=[version.agreement_id, 2]) in second


def photo() -> io.BytesIO:
    made = io.BytesIO(white_png(60, 40))
    made.name = "scan.png"
    return made


def test_ink_and_certificate_bring_it_into_force(cast: Cast) -> None:
    version = offered(cast)
    chair = as_(cast.chair)
    wrong = io.BytesIO(b"hello")
    wrong.name = "scan.jpg"
    assert chair.post(sign_address(version), form_of(version, 1, "ink", scan=wrong)).status_code == 422
    assert chair.post(sign_address(version), form_of(version, 1, "ink", scan=photo())).status_code == 302
    now = timezone.now()
    p12 = Authority().p12(begins=now - timedelta(days=1), ends=now + timedelta(days=30))
    hub = as_(cast.chair_of_hub)

    def with_certificate(passphrase: str) -> int:
        file = io.BytesIO(p12)
        file.name = "ketua.p12"
        form = form_of(version, 0, "certificate", p12=file, passphrase=passphrase)
        return hub.post(sign_address(version), form).status_code

    assert with_certificate("salah") == 422
    assert with_certificate(PASSPHRASE) == 302
    assert set(Signature.objects.values_list("party__position", "level")) == {
        (0, "digital"),
        (1, "ink"),
    }
    assert Agreement.objects.get().state == State.IN_FORCE
    shown = page(as_(cast.clerk), "agreement", version.agreement_id)
    assert "ditandatangani dengan tinta, hasil pindai diunggah" in shown
    assert "tanda tangan digital, sertifikat tidak dikenal di sini (PAdES)" in shown
    kept = b"".join(bytes(each.pdf) for each in Paper.objects.all())
    assert PASSPHRASE.encode() not in kept


def test_a_paper_signed_elsewhere_is_taken_and_one_saved_anew_is_not(cast: Cast) -> None:
    version = offered(cast)
    chair = as_(cast.chair)
    paper = chair.get(reverse("agreement_paper", args=[version.agreement_id, version.number])).content
    now = timezone.now()
    p12 = Authority().p12(begins=now - timedelta(days=1), ends=now + timedelta(days=30))
    from jejaring.documents import signatures

    signed = signatures.sign_with_pkcs12(
        paper, "party-2", p12, PASSPHRASE, at=now, office="Ketua", place="Cianjur"
    )
    anew = io.BytesIO()
    pypdf.PdfWriter(clone_from=io.BytesIO(signed)).write(anew)
    for content, status in ((anew.getvalue(), 422), (paper, 422), (signed, 302)):
        file = io.BytesIO(content)
        file.name = "naskah.pdf"
        answer = chair.post(sign_address(version), form_of(version, 1, "signed", pdf=file))
        assert answer.status_code == status
    assert Signature.objects.get().level == Signature.Level.DIGITAL
    assert version.papers.count() == 2


def test_a_paper_in_which_another_partys_place_was_filled_too_isnt_taken(cast: Cast) -> None:
    version = offered(cast)
    signed = bytes(version.papers.get().pdf)
    now = timezone.now()
    p12 = Authority().p12(begins=now - timedelta(days=1), ends=now + timedelta(days=30))
    from jejaring.documents import signatures

    for place in ("party-1", "party-2"):
        signed = signatures.sign_with_pkcs12(
            signed, place, p12, PASSPHRASE, at=now, office="Ketua", place="Cianjur"
        )
    file = io.BytesIO(signed)
    file.name = "naskah.pdf"
    answer = as_(cast.chair).post(sign_address(version), form_of(version, 1, "signed", pdf=file))
    assert answer.status_code == 422
    assert "lebih dari satu tanda tangan baru" in answer.content.decode()
    assert version.papers.count() == 1


def test_what_cant_be_a_place_of_a_party_is_no_fault(cast: Cast) -> None:
    version = offered(cast)
    assert as_(cast.chair).get(sign_address(version), {"pihak": "9" * 5_000}).status_code == 200


def test_the_facilitator_brings_the_scan_of_a_party_outside(cast: Cast) -> None:
    market = Counterparty.objects.create(name="Pasar Induk", kind="market", network=cast.cianjur)
    parties = [DraftParty(cast.hub, is_hub=True), DraftParty(counterparty=market)]
    made = drafting.draft(
        cast.cianjur, Draft("mou", "Penjualan beras", parties, [], FRAME), by=cast.facilitator, at=AT
    )
    facilitator = as_(cast.facilitator, second_step="totp")
    named = {"office": "Kepala Pasar", "body": "other", "number": "7", "on": "2026-11-01"}
    address = reverse("agreement_party", args=[made.pk, 1])
    assert save(facilitator, address, named).status_code == 302
    version = offered(cast, made)
    assert facilitator.post(sign_address(version), form_of(version, 1, "tap")).status_code == 403
    assert (
        facilitator.post(sign_address(version), form_of(version, 0, "ink", scan=photo())).status_code == 403
    )
    form = form_of(version, 1, "ink", scan=photo(), office="Kepala Pasar")
    assert facilitator.post(sign_address(version), form).status_code == 302
    assert Signature.objects.get().party.counterparty == market


def test_an_office_is_chosen_or_said_to_be_nobodys_name(cast: Cast) -> None:
    version = offered(cast)
    chair = as_(cast.chair, second_step="totp")

    def sign(**typed: str) -> Any:
        return chair.post(sign_address(version), form_of(version, 1, "tap", **typed))

    other = {"office": "lain", "office_other": "Kepala Unit"}
    for wrong in (
        {"office": "Contoh Nama"},
        {"office": ""},
        other,
        other | {"office_checked": "1", "office_other": "Unit 7"},
    ):
        assert sign(**wrong).status_code == 422
    assert 'value="Kepala Unit"' in sign(**other).content.decode()
    assert not Signature.objects.exists()
    assert sign(**other, office_checked="1").status_code == 302
    assert Signature.objects.get().office == "Kepala Unit"
