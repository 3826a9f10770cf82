"""Time over a whole file, who vouches for a certificate, e-meterai put on later, consents in their boxes."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import keys as asn1_keys
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from jejaring.documents import signatures
from jejaring.documents.signatures import Block, Evidence, Verdict
from tests.documents import signing_world as made
from tests.documents.signing_world import AT, PASSPHRASE, TEXT
from tests.documents.test_signatures import poppler, vouched

LATER = AT + timedelta(days=2)
PLACE = (200, 100, 260, 160)
"""Where the paper keeps room for an e-meterai."""


def kept() -> bytes:
    """Return a sealed page with two places for parties and one for an e-meterai."""
    stamp = Block(signatures.stamp_field(1), 1, *PLACE)
    return signatures.prepare(made.short(TEXT), made.blocks(2), [stamp])


def sealed() -> bytes:
    return signatures.seal(kept(), made.platform(), at=AT, reason="Dibuka")


def closed(pdf: bytes) -> bytes:
    return signatures.seal(pdf, made.platform(), at=LATER, reason="Lengkap", closing=True)


def judged(pdf: bytes, **more: object) -> Verdict:
    named = {"at": LATER, "trusted": made.trusted(), "originals": [signatures.Original(made.CODE, kept())]}
    return signatures.verdict(pdf, **named | more)  # type: ignore[arg-type]


# --- time and evidence -----------------------------------------------------------------------------


def test_one_timestamp_over_the_paper_dates_every_signature_in_it(tmp_path: Path) -> None:
    pdf = closed(made.signed(sealed(), 0, at=AT))
    seen = LATER + timedelta(minutes=3)
    dated = signatures.with_time(pdf, made.authority().timestamper(seen), {})
    assert dated.startswith(pdf)
    told = judged(dated, at=LATER + timedelta(days=1))
    assert told.state == "intact"
    assert [(each.kind, each.level, each.stamped_at) for each in told.signatures[:3]] == [
        ("seal", "B-T", seen), ("person", "B-T", seen), ("seal", "B-T", seen)
    ]  # fmt: skip
    assert told.signatures[3].kind == "timestamp"
    assert all(fine for _, fine in vouched(pdf))
    assert poppler(dated, tmp_path)[:3] == ["Signature is Valid."] * 3


def test_a_paper_with_time_outlives_its_certificates_and_one_without_doesnt() -> None:
    ca = made.authority()
    p12 = ca.p12(ends=LATER + timedelta(days=10))
    pdf = closed(made.signed(sealed(), 0, p12, at=AT))
    after = LATER + timedelta(days=30)
    dated = signatures.with_time(pdf, ca.timestamper(LATER), {})
    assert judged(pdf, at=after).state == "expired"
    assert judged(dated, at=after).state == "intact"
    late = signatures.with_time(pdf, ca.timestamper(after), {})
    assert judged(late, at=after).state == "expired"


def test_nobody_vouches_for_the_time_of_a_service_that_isnt_trusted() -> None:
    stranger = made.Authority("Orang Lain")
    dated = signatures.with_time(closed(sealed()), stranger.timestamper(LATER), {})
    assert {each.stamped_at for each in judged(dated).signatures} == {None}
    # Whoever vouches for persons doesn't vouch for time, nor the other way round.
    known = signatures.Trusted((made.platform().certificate_pem,), (stranger.pem,))
    assert {each.stamped_at for each in judged(dated, trusted=known).signatures} == {None}


def test_with_evidence_a_signature_is_b_lta_and_a_revoked_one_is_told() -> None:
    ca = made.Authority("Otoritas Cabut")
    trusted = signatures.Trusted((made.platform().certificate_pem,), (ca.pem,), (ca.pem,))
    key, certificate = ca.person("Ketua")
    pdf = closed(made.signed(sealed(), 0, made.wrapped(key, certificate, [ca.certificate]), at=AT))
    crl = Evidence((ca.pem,), crls=(ca.crl(LATER),))
    lasting = signatures.with_time(pdf, ca.timestamper(LATER), {"party-0": crl})
    [_, person, *_] = judged(lasting, trusted=trusted).signatures
    assert (person.level, person.chain, person.certified_by) == ("B-LTA", "trusted", "Otoritas Cabut")
    ca.revoked.append(certificate.serial_number)
    known = signatures.Trusted(
        trusted.platform, trusted.authorities, trusted.timestamps, Evidence((), crls=(ca.crl(AT),))
    )
    [_, person, *_] = judged(pdf, trusted=known).signatures
    assert (person.chain, person.certified_by) == ("revoked", "")


# --- who vouches -----------------------------------------------------------------------------------


def test_a_certificate_made_by_oneself_is_vouched_for_by_nobody() -> None:
    ca, stranger = made.authority(), made.Authority("Orang Lain")
    roots = [ca.certificate]
    for authority, name in ((ca, "Otoritas Uji"), (stranger, "")):
        holder = signatures.pkcs12_holder(authority.p12(), PASSPHRASE, at=AT)
        found = signatures.chain(holder.certificate, holder.others, roots, at=AT)
        assert signatures.issuer_of(found) == name
        signed = made.signed(sealed(), 0, authority.p12(), at=AT)
        assert judged(signed).signatures[1].certified_by == name
        assert judged(signed).state == "intact"
    copied = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Otoritas Uji")])
    assert made.Authority("Otoritas Uji").certificate.subject == copied
    twin = made.Authority("Otoritas Uji")
    holder = signatures.pkcs12_holder(twin.p12(), PASSPHRASE, at=AT)
    assert signatures.chain(holder.certificate, holder.others, roots, at=AT) == ()
    assert judged(made.signed(sealed(), 0, twin.p12(), at=AT)).signatures[1].certified_by == ""


# --- e-meterai -------------------------------------------------------------------------------------


def distributor(
    pdf: bytes,
    *,
    box: tuple[int, int, int, int] | None = PLACE,
    certify: bool = False,
    field: str = "Peruri",
    page: int = 0,
) -> bytes:
    """Return the file as a distributor's program makes it: its picture and signature, added."""
    # Such a program asks the clock when it signs.
    key, certificate = made.Authority("Distributor Uji").person(
        "Meterai Elektronik", organisation="Distributor", begins=AT - timedelta(days=364)
    )
    der = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    loaded = asn1_keys.PrivateKeyInfo.load(der)
    signer = SimpleSigner(made._asn1(certificate), loaded, SimpleCertificateStore())
    meta = PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", certify=certify, docmdp_permissions=MDPPerm.NO_CHANGES
    )
    spec = SigFieldSpec(field, on_page=page, box=box) if box else None
    style = TextStampStyle(stamp_text="METERAI ELEKTRONIK Rp10.000", border_width=1)
    out = io.BytesIO()
    session = PdfSigner(meta, signer, new_field_spec=spec, stamp_style=style)
    session.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
    return out.getvalue()


def test_an_e_meterai_in_the_place_that_is_kept_for_it_leaves_the_paper_intact(tmp_path: Path) -> None:
    whole = closed(made.signed(sealed(), 0, at=AT))
    for stamped in (distributor(whole), distributor(whole, box=None, field="meterai-1")):
        told = judged(stamped)
        assert told.state == "intact"
        last = told.signatures[-1]
        assert (last.kind, last.chain, last.organisation) == ("stamp", "unknown", "Distributor")
        assert poppler(stamped, tmp_path) == ["Signature is Valid."] * 4
    # Into our own place it is put so that every validator agrees.
    filled = distributor(whole, box=None, field="meterai-1")
    assert [fine for _, fine in vouched(filled)][:3] == [True] * 3


@pytest.mark.parametrize("box", [(10, 200, 60, 260), (190, 100, 260, 160), (10, 10, 60, 40)])
def test_a_stamp_anywhere_else_breaks_the_seal(box: tuple[int, int, int, int]) -> None:
    assert judged(distributor(closed(sealed()), box=box)).state == "tampered"


def test_between_the_seals_a_stamp_is_taken_too_and_parties_sign_on() -> None:
    stamped = distributor(sealed())
    whole = closed(made.signed(made.signed(stamped, 0), 1))
    told = judged(whole, at=LATER)
    assert told.state == "intact"
    assert [each.kind for each in told.signatures] == ["seal", "stamp", "person", "person", "seal"]


# --- consents in their boxes -------------------------------------------------------------------------


def test_a_consent_is_sealed_in_its_box_and_seen_there(tmp_path: Path) -> None:
    half = made.signed(sealed(), 1, at=AT)
    lines = ("Ketua, Koperasi Sukamaju", "setuju dengan ketukan, disegel Jejaring")
    pdf = signatures.seal_consent(half, made.platform(), "party-0", at=LATER, reason="setuju", stamp=lines)
    whole = closed(pdf)
    assert whole.startswith(half)
    told = judged(whole)
    assert told.state == "intact"
    assert [(each.field, each.kind) for each in told.signatures] == [
        ("jejaring-seal", "seal"),
        ("party-1", "person"),
        ("party-0", "seal"),
        ("jejaring-closing-seal", "seal"),
    ]
    assert all(fine for _, fine in vouched(whole))
    assert poppler(whole, tmp_path) == ["Signature is Valid."] * 4
