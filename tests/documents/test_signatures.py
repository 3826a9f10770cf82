"""Several parties sign one file, one after the other; what can't sign is refused in words."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pypdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf.generic import DictionaryObject, PdfObject

from jejaring.documents import signatures
from jejaring.documents.language import language
from jejaring.documents.signatures import Block, Evidence, Verdict
from jejaring.documents.signatures.signing import asn1, certificate_of
from jejaring.engines.errors import Refusal
from tests.documents import signing_world as made
from tests.documents.signing_world import AT, MEMORANDUM, PASSPHRASE, TEXT

ID = language("id")
LATER = AT + timedelta(days=2)


def judged(pdf: bytes, *, count: int = 2, text: str = TEXT) -> Verdict:
    originals = [made.original(count, text=text)]
    return signatures.verdict(pdf, at=LATER, trusted=made.trusted(), originals=originals)


def vouched(pdf: bytes) -> list[tuple[str, bool]]:
    """Return what pyHanko's own validator says: each place, and whether all is well with it."""
    roots = [asn1(certificate_of(each)) for each in (made.platform().certificate_pem, made.authority().pem)]
    found = []
    for each in PdfFileReader(io.BytesIO(pdf)).embedded_signatures:
        context = ValidationContext(trust_roots=roots, moment=LATER, allow_fetching=False)
        found.append((each.field_name, validate_pdf_signature(each, context).bottom_line))
    return found


def poppler(pdf: bytes, folder: Path) -> list[str]:
    """Return what pdfsig says of each signature."""
    if shutil.which("pdfsig") is None:
        pytest.skip("pdfsig (poppler-utils) is not installed: a second opinion on signatures is missing")
    (folder / "made.pdf").write_bytes(pdf)
    done = subprocess.run(
        ["pdfsig", "-nocert", str(folder / "made.pdf")],
        capture_output=True,
        env={**os.environ, "HOME": str(folder), "LC_ALL": "C"},
        text=True,
        check=False,
    )
    mark = "- Signature Validation: "
    return [line.partition(mark)[2] for line in done.stdout.splitlines() if mark in line]


def refusal(
    *, p12: bytes, passphrase: str = PASSPHRASE, pdf: bytes | None = None, field: str = "party-0"
) -> str:
    with pytest.raises(Refusal) as refused:
        signatures.sign_with_pkcs12(
            pdf or made.sealed(), field, p12, passphrase, at=AT, office="Ketua", place="Cianjur"
        )
    return ID.sentence(refused.value.sentence)


# --- one after the other -------------------------------------------------------------------------


def test_two_parties_sign_one_file_and_every_earlier_byte_stays(tmp_path: Path) -> None:
    steps = [made.prepared(text=MEMORANDUM), made.sealed(text=MEMORANDUM)]
    steps.append(made.signed(steps[-1], 1))
    steps.append(made.signed(steps[-1], 0))
    steps.append(signatures.seal(steps[-1], made.platform(), at=LATER, reason="Lengkap", closing=True))
    for earlier, later in pairwise(steps):
        assert later.startswith(earlier)
    told = judged(steps[-1], text=MEMORANDUM)
    assert told.state == "intact"
    found = told.signatures
    assert [each.field for each in found] == ["jejaring-seal", "party-1", "party-0", "jejaring-closing-seal"]
    assert [each.kind for each in found] == ["seal", "person", "person", "seal"]
    assert [each.covered_bytes for each in found] == [len(step) for step in steps[1:]]
    assert [each.covers for each in found] == ["revision", "revision", "revision", "file"]
    assert [each.later for each in found] == ["allowed", "allowed", "allowed", "nothing"]
    assert all(fine for _, fine in vouched(steps[-1]))
    assert poppler(steps[-1], tmp_path) == ["Signature is Valid."] * 4


def test_a_signature_says_who_in_which_office_where_and_when() -> None:
    at = datetime(2027, 3, 2, 15, 4, tzinfo=UTC)
    pdf = made.signed(
        made.sealed(), 0, made.authority().p12("Sekretaris"), at=at, office="Pengurus", place="Pacet"
    )
    _, person = judged(pdf).signatures
    assert (person.office, person.organisation) == ("Sekretaris", "Koperasi Sukamaju")
    assert person.common_name == "Sekretaris Koperasi Sukamaju"
    assert (person.reason, person.place, person.signed_at) == ("Pengurus", "Pacet", at)
    assert (person.level, person.chain, person.stamped_at) == ("B-B", "trusted", None)
    assert not person.expired_at_signing
    assert not person.expired_now


@pytest.mark.slow
def test_twenty_four_parties_sign_one_file_and_all_signatures_hold(tmp_path: Path) -> None:
    pdf = made.sealed(24, text=MEMORANDUM)
    for at in range(24):
        pdf = made.signed(pdf, at, stamp=(f"Ketua {at}", "1 Maret 2027"))
    pdf = signatures.seal(
        pdf, made.platform(), at=AT + timedelta(days=1, hours=6), reason="Lengkap", closing=True
    )
    told = judged(pdf, count=24, text=MEMORANDUM)
    assert told.state == "intact"
    assert len(told.signatures) == 26
    assert [each.reason for each in told.signatures[1:-1]] == [f"Ketua {at}" for at in range(24)]
    assert {each.chain for each in told.signatures} == {"trusted"}
    assert [fine for _, fine in vouched(pdf)] == [True] * 26
    assert poppler(pdf, tmp_path) == ["Signature is Valid."] * 26


def test_rsa_keys_sign_as_well_as_elliptic_curves(tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pdf = made.signed(made.sealed(), 0, made.authority().p12(key=key))
    assert judged(pdf).signatures[1].chain == "trusted"
    assert poppler(pdf, tmp_path) == ["Signature is Valid."] * 2


def test_preparing_and_sealing_give_the_same_bytes_each_time() -> None:
    assert signatures.prepare(made.short(TEXT), made.blocks(2)) == made.prepared()
    again = signatures.seal(made.prepared(), made.platform(), at=AT, reason="Dibuka oleh instalasi")
    assert again == made.sealed()


def test_a_signed_memorandum_keeps_tags_metadata_words_and_pages() -> None:
    signed = made.complete(text=MEMORANDUM)
    before, after = (pypdf.PdfReader(io.BytesIO(pdf)) for pdf in (made.memorandum(), signed))
    assert [page.extract_text() for page in after.pages] == [page.extract_text() for page in before.pages]
    for part in ("/StructTreeRoot", "/MarkInfo", "/Lang", "/Metadata", "/ViewerPreferences"):
        assert part in before.root_object, part
        assert shape(after, part) == shape(before, part), part
    packets = [dictionary(read.root_object["/Metadata"]).get_data() for read in (before, after)]  # type: ignore[attr-defined]
    assert packets[0] == packets[1]
    assert b"pdfuaid" in packets[1]
    assert after.metadata == before.metadata
    assert signatures.known_code(signed) == made.CODE


def shape(read: pypdf.PdfReader, part: str) -> str:
    """Return a part of the catalogue as text, without what names this reading of it."""
    return repr(read.root_object[part]).replace(str(id(read)), "")


def dictionary(found: object) -> DictionaryObject:
    """Return what a reference of a PDF leads to."""
    assert isinstance(found, PdfObject)
    there = found.get_object()
    assert isinstance(there, DictionaryObject)
    return there


def place(pdf: bytes, name: str, page: int = 0) -> DictionaryObject:
    notes: Sequence[object] = pypdf.PdfReader(io.BytesIO(pdf)).pages[page].annotations or []
    (found,) = [note for note in map(dictionary, notes) if note.get("/T") == name]
    return found


def test_places_stand_on_the_page_and_are_named_for_screen_readers() -> None:
    block = Block("hub", 2, 100, 200, 240, 260, "Tanda tangan Koperasi Niaga")
    found = place(signatures.prepare(made.memorandum(), [block]), "hub", page=1)
    assert str(found["/Rect"]) == "[100, 200, 240, 260]"
    assert str(found["/TU"]) == "Tanda tangan Koperasi Niaga"
    assert "/V" not in found


def test_a_stamp_is_seen_in_its_place_with_our_font() -> None:
    pdf = made.signed(made.sealed(), 0, stamp=("Ditandatangani elektronik", "Ketua · Koperasi Sukamaju"))
    drawing = dictionary(dictionary(place(pdf, "party-0")["/AP"])["/N"])
    fonts = dictionary(dictionary(drawing["/Resources"])["/Font"])
    assert len(fonts) == 2, "one for the first line, one for the others"
    assert all("SourceSans3" in str(dictionary(font)["/BaseFont"]) for font in fonts.values())


# --- what is refused -------------------------------------------------------------------------------


def test_a_wrong_passphrase_is_told_from_a_wrong_file() -> None:
    assert refusal(p12=made.authority().p12(), passphrase="salah").startswith("Kata sandi ini tidak membuka")
    assert refusal(p12=b"bukan sertifikat").startswith("Ini bukan berkas sertifikat")
    assert refusal(p12=b"").startswith("Ini bukan berkas sertifikat")
    assert refusal(p12=b"x" * 200_000).startswith("Ini bukan berkas sertifikat")


def test_certificates_that_cant_sign_now_are_refused_with_their_day() -> None:
    ca, key = made.authority(), rsa.generate_private_key(public_exponent=65537, key_size=1024)
    old = ca.p12(begins=AT - timedelta(days=400), ends=AT - timedelta(days=1))
    new = ca.p12(begins=AT + timedelta(days=1), ends=AT + timedelta(days=9))
    assert refusal(p12=old) == (
        "Masa berlaku sertifikat ini habis pada 28 Februari 2027. Mintalah yang baru kepada penerbitnya."
    )
    assert refusal(p12=new) == "Sertifikat ini baru berlaku mulai 2 Maret 2027."
    assert "tidak dibuat untuk tanda tangan" in refusal(p12=ca.p12(usage=made.usage_of_a_server()))
    assert "1024 bit" in refusal(p12=ca.p12(key=key))


def test_a_file_without_its_key_is_refused() -> None:
    lock = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    _, certificate = made.authority().person()
    bare = serialization.pkcs12.serialize_key_and_certificates(b"", None, None, [certificate], lock)
    assert "tidak memuat kunci pribadi" in refusal(p12=bare)


def test_a_place_is_signed_once_and_never_after_the_closing_seal() -> None:
    p12 = made.authority().p12()
    half = made.signed(made.sealed(), 0)
    assert refusal(p12=p12, pdf=half) == "Tempat ini di dokumen sudah ditandatangani."
    assert refusal(p12=p12, field="party-7") == "Dokumen ini tidak menyediakan tempat untuk tanda tangan ini."
    closed = signatures.seal(half, made.platform(), at=AT, reason="Lengkap", closing=True)
    assert refusal(p12=p12, pdf=closed, field="party-1").startswith("Dokumen ini sudah ditutup")
    assert "tidak dapat dibaca" in refusal(p12=p12, pdf=b"%PDF-1.7 nothing")


def test_the_opening_seal_comes_first_and_once() -> None:
    unsealed = made.signed(made.prepared(), 0)
    for pdf in (unsealed, made.sealed()):
        with pytest.raises(Refusal) as refused:
            signatures.seal(pdf, made.platform(), at=AT, reason="Dibuka")
        assert refused.value.sentence.code in {"signature.seal_first", "signature.signed"}


# --- timestamps, evidence, remote ---------------------------------------------------------------------


def test_with_a_timestamp_service_a_signature_is_b_t() -> None:
    seen = AT + timedelta(minutes=7)
    pdf = made.signed(made.sealed(), 0, timestamper=made.authority().timestamper(seen))
    _, person = judged(pdf).signatures
    assert (person.level, person.stamped_at) == ("B-T", seen)
    nobody = signatures.verdict(
        pdf,
        at=LATER,
        trusted=signatures.Trusted((made.platform().certificate_pem,)),
        originals=[made.original()],
    )
    assert (nobody.signatures[1].level, nobody.signatures[1].stamped_at) == ("B-B", None)
    assert nobody.signatures[1].chain == "unknown"


# pyHanko dates the archive timestamp itself.
def test_with_evidence_too_it_is_b_lta_and_others_may_still_sign() -> None:
    ca = made.authority()
    proof = Evidence((ca.pem,), crls=(ca.crl(),))
    pdf = made.signed(made.sealed(), 0, timestamper=ca.timestamper(AT), long_term=proof, at=AT)
    pdf = made.signed(pdf, 1)
    told = judged(pdf)
    assert told.state == "intact"
    levels = {each.field: each.level for each in told.signatures if each.kind == "person"}
    assert levels == {"party-0": "B-LTA", "party-1": "B-B"}
    assert [each.kind for each in told.signatures] == ["seal", "person", "timestamp", "person"]


class Service:
    """A signing service in this process; it sees a digest and nothing of the document."""

    def __init__(self, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> None:
        self.key, self.certificate = made.authority().person("Bendahara", key=key)
        self.asked: list[bytes] = []

    def certificates(self) -> list[bytes]:
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        return [der, made.authority().pem]

    def signature(self, digest: bytes) -> bytes:
        self.asked.append(digest)
        kind = utils.Prehashed(hashes.SHA256())
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(digest, padding.PKCS1v15(), kind)
        return self.key.sign(digest, ec.ECDSA(kind))


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_remote_service_signs_a_digest_once(kind: str, tmp_path: Path) -> None:
    key = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if kind == "rsa"
        else ec.generate_private_key(ec.SECP256R1())
    )
    service = Service(key)
    pdf = signatures.sign_remotely(
        made.sealed(), "party-1", service, at=AT, office="Bendahara", place="Cianjur", timestamper=None
    )
    assert [len(digest) for digest in service.asked] == [32]
    assert judged(pdf).state == "intact"
    assert judged(pdf).signatures[1].office == "Bendahara"
    assert poppler(pdf, tmp_path) == ["Signature is Valid."] * 2


def test_the_installations_key_lasts_ten_years_and_can_only_sign() -> None:
    certificate = x509.load_pem_x509_certificate(made.platform().certificate_pem)
    assert certificate.not_valid_before_utc.date() == date(2027, 1, 1)
    assert certificate.not_valid_after_utc.date() >= date(2037, 1, 1)
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert "PRIVATE" not in repr(made.platform())
