"""Anybody checks a paper: by its code and by the file; nothing personal and no sums come out."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pypdf
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jejaring.documents import signatures
from jejaring.documents.agreements import content as said
from jejaring.domain.agreements import checking
from jejaring.domain.agreements.actions import drafting, offering, signing
from jejaring.domain.agreements.models import Agreement, Motion, Paper, Version
from jejaring.domain.parties.models import AuditLine
from jejaring.interfaces.web.agreements import verifying
from tests.cast import Cast, make_cast
from tests.documents.signing_world import PASSPHRASE, Authority
from tests.domain.agreement_story import AT, carried, desk, drafted, in_force, offered, tapped
from tests.interfaces.web.agreement_browser import as_

VERIFY = "/verifikasi/"


@pytest.fixture
def cast(db: None) -> Cast:
    cache.clear()
    return make_cast()


def newest(agreement: Agreement) -> bytes:
    paper = Paper.objects.filter(version__agreement=agreement).order_by("-version__number", "-number")[0]
    return bytes(paper.pdf)


def shown(pdf: bytes) -> str:
    file = io.BytesIO(pdf)
    file.name = "naskah.pdf"
    answer = Client().post(VERIFY, {"file": file})
    assert answer.status_code == 200
    return answer.content.decode()


def heading(pdf: bytes) -> str:
    return shown(pdf).split("<h1>")[1].split("</h1>")[0]


def checked(pdf: bytes) -> checking.Checked:
    return checking.by_file(pdf, at=timezone.now())


def test_a_signed_paper_is_unchanged_and_tells_offices_levels_and_the_version(cast: Cast) -> None:
    agreement = in_force(cast)
    page = shown(newest(agreement))
    for told in (
        "Utuh",
        "Kerja sama gabah",
        agreement.reference,
        "Koperasi hub Cianjur",
        cast.babakankaret.name,
        "Ketua, Koperasi hub Cianjur",
        "disetujui dengan ketukan setelah masuk dengan langkah kedua, disegel platform",
        "Tingkat 2, persetujuan tersegel",
        "yang berlaku",
    ):
        assert told in page
    assert "lebih awal" not in page


def test_what_is_signed_and_begins_later_is_not_called_in_force(cast: Cast) -> None:
    agreement = in_force(cast)
    public = reverse("verify_code", args=[agreement.code, 1])
    own = reverse("agreement", args=[agreement.pk])
    today = timezone.localdate()
    for begins, later in ((today + timedelta(days=1), True), (today, False)):
        Agreement.objects.filter(pk=agreement.pk).update(valid_from=begins)
        for page in (Client().get(public), as_(cast.chair).get(own)):
            assert ("belum mulai berlaku" in page.content.decode()) is later


def test_no_name_no_kilogram_and_no_rupiah_comes_out(cast: Cast) -> None:
    agreement = drafted(cast)
    party = agreement.parties.get(position=1)
    drafting.name_signatory(
        agreement,
        party=party,
        signatory=said.Signatory("Ketua", "Nama Rahasia"),
        notices="0812-RAHASIA",
        account=None,
        by=cast.facilitator,
        at=AT,
    )
    cast.chair.name = "Nama Rahasia"
    cast.chair.save()
    in_force(cast, agreement)
    version = agreement.versions.get(state="signed")
    by_code = Client().get(reverse("verify_code", args=[agreement.code, version.number])).content.decode()
    for page in (by_code, shown(newest(agreement))):
        assert "Ketua" in page
        for secret in ("RAHASIA", "Rahasia", "80.400.000", "12.000", "6.700", "Gudang hub", "delapan puluh"):
            assert secret not in page


def test_one_changed_byte_anywhere_is_told(cast: Cast) -> None:
    agreement = in_force(cast)
    pdf = newest(agreement)
    first = bytes(Paper.objects.get(version__agreement=agreement, number=0).pdf)
    for at in (20, len(first) // 3, len(first) - 40, len(first) + 500, len(pdf) - 8):
        changed = bytearray(pdf)
        changed[at] ^= 1
        found = checked(bytes(changed))
        assert found.state == "tampered", at
        assert found.document is not None
        assert found.document.reference == agreement.reference
    changed = bytearray(pdf)
    changed[len(first) // 3] ^= 1
    assert heading(bytes(changed)) == "Diubah atau rusak"
    assert checked(pdf).state == "intact"


def test_saved_again_expired_replaced_and_foreign_are_told_apart(cast: Cast) -> None:
    agreement = in_force(cast)
    pdf = newest(agreement)
    anew = io.BytesIO()
    pypdf.PdfWriter(clone_from=io.BytesIO(pdf)).write(anew)
    assert heading(anew.getvalue()) == "Disimpan ulang oleh program lain"
    foreign = io.BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(foreign)
    assert heading(foreign.getvalue()) == "Bukan dari sini"
    assert heading(b"%PDF-1.7 nothing") == "Tidak terbaca"
    assert heading(b"\x00" * 2000) == "Tidak terbaca"
    carried(cast, agreement, Motion.What.END, at=AT - timedelta(days=9))
    Agreement.objects.filter(pk=agreement.pk).update(ended_on=date(2020, 1, 1))
    page = shown(pdf)
    assert "Utuh, tetapi lewat waktu" in page
    assert "diakhiri sebelum waktunya" in page


def test_a_replaced_version_is_told_by_code_and_by_file(cast: Cast) -> None:
    old = offered(cast)
    before = bytes(old.papers.get(number=0).pdf)
    code = old.agreement.code
    offering.withdraw(old.agreement, why="Salah", by=cast.facilitator, at=AT)
    assert "ditarik untuk disusun kembali" in shown(before)
    # The draft that takes its place is nobody's business yet.
    assert Client().get(reverse("verify_code", args=[code, 2])).status_code == 404
    offered(cast, old.agreement)
    assert heading(before) == "Sudah diganti"
    answer = Client().get(reverse("verify_code", args=[code, 1])).content.decode()
    assert "Versi 1 sudah diganti dengan versi 2." in answer
    assert "sudah diganti" not in Client().get(reverse("verify_code", args=[code, 2])).content.decode()


def test_an_earlier_state_of_the_paper_says_so(cast: Cast) -> None:
    version = offered(cast)
    first = bytes(version.papers.get(number=0).pdf)
    assert "Belum ditandatangani oleh" in shown(first)
    tapped(version, 0, cast.chair_of_hub)
    tapped(version, 1, cast.chair)
    page = shown(first)
    assert "sebelum semua tanda tangan masuk" in page


def test_a_signature_that_was_never_brought_here_is_counted_apart(cast: Cast) -> None:
    version = offered(cast)
    now = timezone.now()
    p12 = Authority().p12(begins=now - timedelta(days=1), ends=now + timedelta(days=30))
    first = bytes(version.papers.get(number=0).pdf)
    signed = signatures.sign_with_pkcs12(
        first, "party-2", p12, PASSPHRASE, at=now, office="Ketua", place="Cianjur"
    )
    assert "tidak pernah dibawa ke sini" in shown(signed)
    party = version.agreement.parties.get(position=1)
    made = signing.Signing(version, party, "Ketua", cast.chair, now)
    signing.take_signed(made, pdf=signed, desk=desk())
    page = shown(signed)
    assert "tidak pernah dibawa ke sini" not in page
    assert "sertifikat tidak dikenal" in page


def test_a_file_without_its_code_is_found_by_its_bytes(cast: Cast) -> None:
    version = offered(cast)
    paper = version.papers.get(number=0)
    assert checking.by_file(bytes(paper.pdf), at=AT).document is not None
    Agreement.objects.filter(pk=version.agreement_id).update(code="another-code")
    found = checking.by_file(bytes(paper.pdf), at=AT)
    assert found.document is not None
    assert found.document.code == "another-code"


def test_unknown_codes_empty_forms_and_too_many_tries_are_told(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Client().get(reverse("verify_code", args=["0" * 24, 1])).status_code == 404
    empty = Client().post(VERIFY)
    assert empty.status_code == 422
    assert "Pilih berkasnya dulu" in empty.content.decode()
    monkeypatch.setattr(verifying, "MOST", 5)
    told = [Client().get(reverse("verify_code", args=["0" * 24, 1])) for _ in range(4)]
    assert [answer.status_code for answer in told] == [404, 404, 404, 429]
    answer = Client().post(VERIFY)
    assert answer.status_code == 429
    assert "Tunggu 10 menit" in answer.content.decode()


def test_a_file_that_is_too_large_is_refused_and_nothing_is_kept(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreement = in_force(cast)
    pdf = newest(agreement)
    before = (Paper.objects.count(), Version.objects.count(), AuditLine.objects.count())
    shown(pdf)
    assert before == (Paper.objects.count(), Version.objects.count(), AuditLine.objects.count())
    monkeypatch.setattr(checking, "FILE_BYTES_MAX", 1_000_000)
    file = io.BytesIO(b"0" * 1_000_001)
    file.name = "besar.pdf"
    answer = Client().post(VERIFY, {"file": file})
    assert answer.status_code == 422
    assert "lebih besar dari 1 MB" in answer.content.decode()


def test_the_qr_code_on_the_paper_leads_to_the_page(cast: Cast) -> None:
    version = offered(cast)
    told = drafting.content_of(version).verification
    assert told.code == version.agreement.code
    assert told.address.endswith(reverse("verify_code", args=[version.agreement.code, version.number]))


def test_what_was_typed_freely_as_an_office_isnt_on_the_public_page(cast: Cast) -> None:
    agreement = drafted(cast)
    version = offered(cast, agreement)
    names = ("ketua", "Contoh Nama Orang")
    for position, (office, by) in enumerate(zip(names, (cast.chair_of_hub, cast.chair), strict=True)):
        party = agreement.parties.get(position=position)
        signing.tap(signing.Signing(version, party, office, by, AT), strength="totp", desk=desk())
    page = Client().get(reverse("verify_code", args=[agreement.code, 1])).content.decode()
    assert "Contoh Nama Orang" not in page
    assert "Wakil yang berwenang" in page
    assert "<strong>Ketua, " in page


def test_a_code_is_typed_as_it_is_printed(cast: Cast) -> None:
    agreement = in_force(cast)
    typed = f" {agreement.code[:6].upper()} {agreement.code[6:]} "
    answer = Client().get(VERIFY, {"kode": typed, "versi": "1"}, follow=True)
    assert answer.redirect_chain == [(reverse("verify_code", args=[agreement.code, 1]), 302)]
    assert agreement.reference in answer.content.decode()


@pytest.mark.parametrize(("code", "version"), [("", "1"), ("../x", "1"), ("abc", ""), ("abc", "1.5")])
def test_what_cant_be_a_code_is_none(code: str, version: str, cast: Cast) -> None:
    answer = Client().get(VERIFY, {"kode": code, "versi": version})
    assert answer.status_code == 404
    assert "Tidak ada naskah dengan kode ini" in answer.content.decode()
