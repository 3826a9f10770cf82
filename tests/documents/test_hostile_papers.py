"""What somebody could try with a paper of ours: figures under cover of a stamp, certificates without end."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import keys as asn1_keys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field, enumerate_sig_fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from jejaring.documents import signatures
from jejaring.documents.signatures import Block, Verdict
from tests.documents import signing_world as made
from tests.documents.signing_world import AT, PASSPHRASE

LATER = AT + timedelta(days=2)
PLACE = (200, 100, 260, 160)
"""Where the paper keeps room for an e-meterai, on its first page."""


def kept() -> bytes:
    """Return a memorandum of several pages with two places for parties and one for an e-meterai."""
    stamp = Block(signatures.stamp_field(1), 1, *PLACE)
    return signatures.prepare(made.memorandum(), made.blocks(2), [stamp])


def whole() -> bytes:
    pdf = signatures.seal(kept(), made.platform(), at=AT, reason="Dibuka")
    return signatures.seal(pdf, made.platform(), at=LATER, reason="Lengkap", closing=True)


def judged(pdf: bytes) -> Verdict:
    originals = [signatures.Original(made.CODE, kept())]
    return signatures.verdict(pdf, at=LATER, trusted=made.trusted(), originals=originals)


def stamped(
    pdf: bytes,
    change: Callable[[IncrementalPdfFileWriter, Any], None] | None = None,
    *,
    field: str = "Peruri",
    box: tuple[int, int, int, int] | None = PLACE,
) -> bytes:
    """Return the file with a stamp in a place (a new one in `box`), after a change to that place."""
    key, certificate = made.Authority("Distributor Uji").person("Meterai", begins=AT - timedelta(days=364))
    der = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = SimpleSigner(
        made._asn1(certificate), asn1_keys.PrivateKeyInfo.load(der), SimpleCertificateStore()
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    if box is not None:
        append_signature_field(writer, SigFieldSpec(field, on_page=0, box=box))
    place = next(each for _, _, each in enumerate_sig_fields(writer, with_name=field))
    if change is not None:
        change(writer, place)
        writer.mark_update(place)
    session = PdfSigner(
        PdfSignatureMetadata(field_name=field, md_algorithm="sha256"),
        signer,
        stamp_style=TextStampStyle(stamp_text="Rp 1.000", border_width=1),
    )
    out = io.BytesIO()
    session.sign_pdf(writer, existing_fields_only=True, output=out)
    return out.getvalue()


def _number(value: int) -> generic.NumberObject:
    return generic.NumberObject(value)


def _page(writer: IncrementalPdfFileWriter, number: int) -> Any:
    """Return a page of a paper, which is about to be changed."""
    reference = writer.find_page_for_modification(number)[0]
    writer.mark_update(reference)
    return reference.get_object()


def _shown(page: Any) -> list[Any]:
    return [page["/Annots"].raw_get(at) for at in range(len(page["/Annots"]))] if "/Annots" in page else []


def on_both_pages(writer: IncrementalPdfFileWriter, place: Any) -> None:
    """Show it on the second page too."""
    second = _page(writer, 1)
    second["/Annots"] = generic.ArrayObject([*_shown(second), place])


def on_another_page(writer: IncrementalPdfFileWriter, place: Any) -> None:
    """Show it on the second page; it goes on saying that it is on the first."""
    on_both_pages(writer, place)
    first = _page(writer, 0)
    first["/Annots"] = generic.ArrayObject([each for each in _shown(first) if each.idnum != place.idnum])


def growing_when_zoomed_out(_writer: IncrementalPdfFileWriter, place: Any) -> None:
    """Keep its size on the screen while the page around it shrinks (NoZoom)."""
    place.get_object()["/F"] = _number(4 + 8)


def turning(_writer: IncrementalPdfFileWriter, place: Any) -> None:
    """Stand upright round its upper left corner on a page that is turned (NoRotate)."""
    place.get_object()["/F"] = _number(4 + 16)


def acting(_writer: IncrementalPdfFileWriter, place: Any) -> None:
    """Lead elsewhere."""
    place.get_object()["/A"] = generic.DictionaryObject(
        {
            generic.NameObject("/S"): generic.NameObject("/URI"),
            generic.NameObject("/URI"): generic.TextStringObject("https://elsewhere.invalid/"),
        }
    )


def of_two_parts(writer: IncrementalPdfFileWriter, place: Any) -> None:
    """Have a second part, anywhere."""
    part = generic.DictionaryObject(
        {
            generic.NameObject("/Type"): generic.NameObject("/Annot"),
            generic.NameObject("/Subtype"): generic.NameObject("/Widget"),
            generic.NameObject("/Rect"): generic.ArrayObject(map(_number, (20, 400, 300, 700))),
            generic.NameObject("/Parent"): place,
            generic.NameObject("/F"): _number(4),
        }
    )
    reference = writer.add_object(part)
    place.get_object()["/Kids"] = generic.ArrayObject([reference])
    first = _page(writer, 0)
    first["/Annots"] = generic.ArrayObject([*_shown(first), reference])


def test_a_stamp_in_its_place_is_taken() -> None:
    told = judged(stamped(whole()))
    assert (told.state, told.signatures[-1].kind) == ("intact", "stamp")


@pytest.mark.parametrize(
    "change", [on_another_page, on_both_pages, growing_when_zoomed_out, turning, acting, of_two_parts]
)
def test_nothing_is_covered_under_cover_of_a_stamp(change: Callable[..., None]) -> None:
    assert judged(stamped(whole(), change)).state == "tampered"


@pytest.mark.parametrize("field", ["meterai-1", "party-0"])
@pytest.mark.parametrize("change", [growing_when_zoomed_out, turning])
def test_a_place_of_ours_stays_where_it_is_when_it_is_filled(field: str, change: Callable[..., None]) -> None:
    sealed = signatures.seal(kept(), made.platform(), at=AT, reason="Dibuka")
    assert judged(stamped(sealed, field=field, box=None)).state == "intact"
    assert judged(stamped(sealed, change, field=field, box=None)).state == "tampered"


@pytest.mark.parametrize("by_certificate", [False, True])
def test_a_picture_anywhere_else_breaks_the_seal_whoever_has_signed(by_certificate: bool) -> None:
    """Signatures stand in a file in another order than they were made; the seal's rule holds for all."""
    pdf = signatures.seal(kept(), made.platform(), at=AT, reason="Dibuka")
    pdf = made.signed(pdf, 0, at=AT) if by_certificate else pdf
    pdf = signatures.seal(pdf, made.platform(), at=LATER, reason="Lengkap", closing=True)
    assert judged(stamped(pdf)).state == "intact"
    over_figures = judged(stamped(pdf, box=(10, 300, 400, 700)))
    assert over_figures.state == "tampered"
    assert not over_figures.signatures[0].sound


@pytest.mark.parametrize("first", [("Peruri", PLACE), ("meterai-1", None)])
def test_no_stamp_is_put_over_another(first: tuple[str, tuple[int, int, int, int] | None]) -> None:
    field, box = first
    once = stamped(whole(), field=field, box=box)
    assert judged(once).state == "intact"
    assert judged(stamped(once, field="Lain")).state == "tampered"


def test_places_of_stamps_arent_made_later() -> None:
    """Else each could lie a point further out than the one before, until they are where the figures are."""
    left, bottom, right, top = PLACE
    pdf = whole()
    for step in range(1, 4):
        pdf = stamped(pdf, field=f"meterai-{step + 1}", box=(left - step, bottom, right, top))
    assert judged(pdf).state == "tampered"
    # One that isn't seen would pass for a stamp, whoever signs in it.
    assert judged(stamped(whole(), field="meterai-2", box=(0, 0, 0, 0))).state == "tampered"


def test_a_chain_that_its_issuers_forbid_is_none() -> None:
    """What is drawn into a box beforehand is what is found of the signature afterwards."""
    root, middle, low = made.Authority("Akar"), made.Authority("Antara"), made.Authority("Bawah")
    middle.certificate = issued_by(root, middle, below=0)
    low.certificate = issued_by(middle, low, below=None)
    for authority, others, name in (
        (middle, [middle.certificate], "Antara"),
        (low, [low.certificate, middle.certificate], ""),
    ):
        p12 = made.wrapped(*authority.person(), others)
        holder = signatures.pkcs12_holder(p12, PASSPHRASE, at=AT)
        found = signatures.chain(holder.certificate, holder.others, [root.certificate], at=AT)
        assert signatures.issuer_of(found) == name
        pdf = made.signed(signatures.seal(kept(), made.platform(), at=AT, reason="Dibuka"), 0, p12, at=AT)
        trusted = signatures.Trusted((made.platform().certificate_pem,), (root.pem,))
        assert signatures.verdict(pdf, at=LATER, trusted=trusted).signatures[1].certified_by == name


def issued_by(above: made.Authority, authority: made.Authority, *, below: int | None) -> x509.Certificate:
    """Return the certificate of an authority that another one vouches for, with so many more below it."""
    usage = authority.certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    builder = (
        x509.CertificateBuilder()
        .subject_name(authority.certificate.subject)
        .issuer_name(above.certificate.subject)
        .public_key(authority.certificate.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT - timedelta(days=365))
        .not_valid_after(AT + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=True, path_length=below), critical=True)
        .add_extension(usage, critical=True)
    )
    for kind in (
        x509.SubjectKeyIdentifier.from_public_key(authority.key.public_key()),
        x509.AuthorityKeyIdentifier.from_issuer_public_key(above.key.public_key()),
    ):
        builder = builder.add_extension(kind, critical=False)
    return builder.sign(above.key, hashes.SHA256())


def crowded(count: int) -> bytes:
    """Return a .p12 file with so many authorities that could all have issued each other."""
    first = made.Authority("Banyak")
    others = [made.Authority("Banyak", key=first.key).certificate for _ in range(count)]
    return made.wrapped(*first.person(), others)


def test_certificates_that_could_all_have_issued_each_other_cost_no_time() -> None:
    p12 = crowded(16)
    pdf = made.signed(signatures.seal(kept(), made.platform(), at=AT, reason="Dibuka"), 0, p12, at=AT)
    started = time.monotonic()
    holder = signatures.pkcs12_holder(p12, PASSPHRASE, at=AT)
    assert signatures.chain(holder.certificate, holder.others, [made.authority().certificate], at=AT) == ()
    told = judged(pdf)
    assert time.monotonic() - started < 10
    assert told.signatures[1].certified_by == ""
