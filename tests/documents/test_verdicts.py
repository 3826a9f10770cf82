"""What a file is that somebody shows: intact, tampered with, saved again, expired, old, not ours."""

from __future__ import annotations

import io
import random
import re
import struct
import zlib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf.annotations import FreeText
from pypdf.generic import ArrayObject, NameObject, NumberObject

from jejaring.documents import signatures
from jejaring.documents.signatures import Code, Original, Trusted, Verdict
from jejaring.engines.errors import Refusal
from tests.documents import signing_world as made
from tests.documents.signing_world import AT, CODE, MEMORANDUM, TEXT
from tests.documents.test_signatures import LATER, poppler, vouched

OTHER = "Koperasi Sukamaju menjual 21.000 kg gabah."


def judged(pdf: bytes, *originals: Original, **more: object) -> Verdict:
    named = {"at": LATER, "trusted": made.trusted()} | more
    return signatures.verdict(pdf, originals=originals or (made.original(text=TEXT),), **named)  # type: ignore[arg-type]


def whole() -> bytes:
    return made.complete(text=TEXT)


def contents(pdf: bytes) -> list[tuple[int, int]]:
    """Return from where to where the last signature is no part of what it signs."""
    numbers = [
        tuple(map(int, found.groups()))
        for found in re.finditer(rb"/ByteRange \[(\d+) +(\d+) +(\d+) +(\d+)", pdf)
    ]
    return [(first, start) for _, first, start, _ in numbers]


def changed(pdf: bytes, at: int) -> bytes:
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def resaved(pdf: bytes, *, compress: bool = False) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    if compress:
        for page in writer.pages:
            page.compress_content_streams()
    return made.saved(writer)


# --- tampered -------------------------------------------------------------------------------------


def places(pdf: bytes) -> list[int]:
    """Return bytes of every part of a file: text, tables, dictionaries, ends, and some drawn with a seed."""
    first, start = contents(pdf)[-1]
    marks = (b"startxref", b"/ByteRange", b"/Root", b"/AcroForm", b"/V ", b"/Keywords", b"%%EOF")
    found = [
        hit.start() + step
        for mark in marks
        for hit in (*re.finditer(re.escape(mark), pdf),)[-2:]
        for step in (1, len(mark) + 2)
    ]
    draw = random.Random(5)
    found += [draw.randrange(len(pdf)) for _ in range(10)] + [3, len(pdf) - 3]
    return sorted({at for at in found if at < len(pdf) and not first <= at < start})


def test_one_changed_byte_is_found_wherever_it_is() -> None:
    pdf = whole()
    states = {at: judged(changed(pdf, at)).state for at in places(pdf)}
    assert {at: state for at, state in states.items() if state != "tampered"} == {}


@pytest.mark.slow
def test_one_changed_byte_is_found_in_every_part_of_every_revision() -> None:
    pdf = whole()
    ours = replace(made.original(text=TEXT), kept=pdf)
    assert judged(pdf, ours).state == "intact"
    first, _ = contents(pdf)[-1]
    draw = random.Random(11)
    picked = {
        *range(first, first + 200),
        *draw.sample(range(len(pdf)), 1500),
        *range(len(pdf) - 500, len(pdf) - 1),
    }
    wrong = {at: state for at in picked if (state := judged(changed(pdf, at), ours).state) != "tampered"}
    assert wrong == {}


def test_what_a_signature_cannot_sign_of_itself_is_compared_with_the_file_that_is_kept() -> None:
    pdf = whole()
    first, _ = contents(pdf)[-1]
    named = first + pdf[first:].index(b"608648016503040201") + 17  # the list of digests, signed by nobody
    assert all(fine for _, fine in vouched(changed(pdf, named)))
    ours = replace(made.original(text=TEXT), kept=pdf)
    assert judged(pdf, ours).state == "intact"
    assert judged(changed(pdf, named), ours).state == "tampered"


def test_a_file_signed_elsewhere_since_is_no_change_of_the_one_that_is_kept() -> None:
    opened = made.sealed(text=TEXT)
    ours = replace(made.original(text=TEXT), kept=made.signed(opened, 0))
    assert judged(made.signed(opened, 1), ours).state == "intact"
    assert judged(made.signed(ours.kept, 1), ours).state == "intact"
    assert judged(opened, ours).state == "intact"


def test_pyhanko_and_poppler_find_the_same_changed_bytes(tmp_path: Path) -> None:
    pdf = whole()
    stream = pdf.index(b"stream", pdf.index(b"/FlateDecode")) + 60
    for at in (stream, pdf.index(b"Dibuka oleh") + 3, pdf.rindex(b"Semua pihak") + 2):
        assert not all(fine for _, fine in vouched(changed(pdf, at))), at
        assert "Digest Mismatch." in poppler(changed(pdf, at), tmp_path), at
        assert judged(changed(pdf, at)).state == "tampered"


def test_signatures_before_a_change_still_say_that_they_hold() -> None:
    pdf = whole()
    told = judged(changed(pdf, pdf.rindex(b"Semua pihak") + 2))
    assert [each.intact for each in told.signatures] == [True, True, True, False]
    assert told.state == "tampered"


def test_bytes_after_the_end_and_a_cut_end_are_found() -> None:
    pdf = whole()
    assert judged(pdf + b"\n% tambahan").state == "tampered"
    assert judged(pdf[:-200]).state == "tampered"
    assert judged(pdf[: len(pdf) // 2]).state == "tampered"
    assert judged(pdf + b"\n").state == "intact"


def test_an_addition_that_changes_the_page_is_forbidden() -> None:
    pdf = whole()
    writer = pypdf.PdfWriter(io.BytesIO(pdf), incremental=True)
    page = writer.pages[0]
    page[NameObject("/Rotate")] = NumberObject(90)
    told = judged(made.saved(writer))
    assert made.saved(writer).startswith(pdf)
    assert told.state == "tampered"
    assert {each.later for each in told.signatures} == {"forbidden"}
    assert all(each.intact for each in told.signatures)


def test_other_words_under_our_code_are_tampered_even_with_new_signatures() -> None:
    forged = signatures.prepare(made.short(OTHER), made.blocks(2))
    stranger = made.Authority("Bukan Siapa-siapa")
    for pdf in (made.short(OTHER), forged, made.signed(forged, 0, stranger.p12())):
        assert judged(pdf).state == "tampered"


def test_a_document_without_our_seal_is_not_intact_though_it_begins_as_ours() -> None:
    unsealed = made.signed(made.prepared(text=TEXT), 0, made.Authority("Bukan Siapa-siapa").p12())
    assert judged(unsealed).state == "tampered"
    assert judged(unsealed, trusted=Trusted()).state == "intact"


def test_a_forged_seal_is_no_seal() -> None:
    forger = signatures.new_platform_key("Instalasi Uji", date(2027, 1, 1))
    pdf = signatures.seal(made.prepared(text=TEXT), forger, at=AT, reason="Dibuka")
    told = judged(pdf)
    assert told.state == "tampered"
    assert [(each.kind, each.chain) for each in told.signatures] == [("person", "self_signed")]


def test_a_strangers_signature_is_intact_but_unknown() -> None:
    told = judged(made.signed(made.sealed(text=TEXT), 0, made.Authority("Bukan Siapa-siapa").p12()))
    assert told.state == "intact"
    assert [each.chain for each in told.signatures] == ["trusted", "unknown"]


# --- saved again ----------------------------------------------------------------------------------


@pytest.mark.parametrize("compress", [False, True])
def test_a_file_saved_by_another_program_is_told_from_a_changed_one(compress: bool) -> None:
    again = resaved(whole(), compress=compress)
    told = judged(again)
    assert (told.state, told.original, told.code) == ("resaved", CODE, CODE)
    assert not any(each.sound for each in told.signatures)


def test_a_memorandum_saved_again_is_recognised_by_its_words() -> None:
    again = resaved(made.complete(text=MEMORANDUM))
    ours = made.original(text=MEMORANDUM)
    assert judged(again, ours).state == "resaved"
    assert judged(again, made.original(text=MEMORANDUM, code=Code("AB12-CD34", 3)), ours).original == CODE


def test_pages_printed_into_a_new_file_lose_signatures_but_not_words() -> None:
    printed = pypdf.PdfWriter()
    for page in pypdf.PdfReader(io.BytesIO(whole())).pages:
        printed.add_page(page)
        if "/Annots" in printed.pages[-1]:
            del printed.pages[-1]["/Annots"]
    told = judged(made.saved(printed))
    assert (told.state, told.signatures, told.code) == ("resaved", (), None)
    assert told.original == CODE


def test_a_file_saved_again_with_other_words_or_a_note_is_tampered() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(whole()))
    writer.add_annotation(0, FreeText(text="99.000 kg", rect=(50, 50, 200, 100)))
    assert judged(made.saved(writer)).state == "tampered"
    assert judged(resaved(made.complete(text=OTHER))).state == "tampered"


# --- versions, expiry, others ---------------------------------------------------------------------


def test_a_signature_on_an_old_version_is_told_apart() -> None:
    old, new = Code("AB12-CD34", 1), Code("AB12-CD34", 2)
    originals = [made.original(text=TEXT, code=old), made.original(text=OTHER, code=new)]
    on_old = judged(made.signed(made.sealed(text=TEXT, code=old), 0), *originals)
    on_new = judged(made.signed(made.sealed(text=OTHER, code=new), 0), *originals)
    assert (on_old.state, on_old.original, on_old.outdated) == ("intact", old, True)
    assert (on_new.state, on_new.original, on_new.outdated) == ("intact", new, False)
    again = judged(resaved(made.sealed(text=TEXT, code=old)), *originals)
    assert (again.state, again.original, again.outdated) == ("resaved", old, True)


def test_an_agreement_or_certificate_past_its_time_is_expired_not_tampered() -> None:
    pdf = made.signed(made.sealed(text=TEXT), 0)
    until = replace(made.original(text=TEXT), until=date(2027, 6, 30))
    assert judged(pdf, until, at=AT + timedelta(days=100)).state == "intact"
    assert judged(pdf, until, at=AT + timedelta(days=130)).state == "expired"
    late = judged(pdf, at=AT + timedelta(days=400))
    assert late.state == "expired"
    assert [each.expired_now for each in late.signatures] == [False, True]
    assert [each.chain for each in late.signatures] == ["trusted", "trusted"]
    assert judged(changed(pdf, pdf.index(b"Dibuka")), until, at=AT + timedelta(days=400)).state == "tampered"


def test_a_timestamp_keeps_a_signature_good_after_its_certificate() -> None:
    stamped = made.signed(made.sealed(text=TEXT), 0, timestamper=made.authority().timestamper())
    assert judged(stamped, at=AT + timedelta(days=400)).state == "intact"


def test_a_certificate_expired_at_signing_is_said() -> None:
    p12 = made.authority().p12(ends=AT + timedelta(days=1))
    backdated = made.signed(
        made.sealed(text=TEXT), 0, p12, at=AT, timestamper=made.authority().timestamper(LATER)
    )
    told = judged(backdated, at=LATER + timedelta(days=1))
    assert told.state == "expired"
    assert told.signatures[1].expired_at_signing


def test_a_revoked_certificate_is_said_where_the_file_has_the_list() -> None:
    ca = made.Authority("Otoritas yang Mencabut")
    key, certificate = ca.person()
    both = Trusted((made.platform().certificate_pem,), (ca.pem,))

    def evidenced(pdf: bytes, number: int, p12: bytes) -> bytes:
        proof = signatures.Evidence((ca.pem,), crls=(ca.crl(),))
        return made.signed(pdf, number, p12, at=AT, timestamper=ca.timestamper(), long_term=proof)

    pdf = evidenced(made.sealed(), 0, made.wrapped(key, certificate, []))
    assert judged(pdf, trusted=both).signatures[1].chain == "trusted"
    ca.revoked.append(certificate.serial_number)
    with pytest.raises(Refusal):
        evidenced(pdf, 1, made.wrapped(key, certificate, []))
    told = judged(evidenced(pdf, 1, ca.p12()), trusted=both)
    assert {each.field: each.chain for each in told.signatures if each.kind == "person"} == {
        "party-0": "revoked",
        "party-1": "trusted",
    }


def test_unsigned_and_foreign_files_are_told_apart() -> None:
    assert judged(made.prepared(text=TEXT)).state == "unsigned"
    foreign = made.short("Bukan dokumen kami", None)
    assert judged(foreign).state == "other"
    assert judged(made.signed(signatures.prepare(foreign, made.blocks(1)), 0)).state == "other"
    assert judged(b"bukan PDF").state == "unreadable"
    assert judged(b"").state == "unreadable"


def test_our_seal_is_known_even_where_the_original_is_lost() -> None:
    told = signatures.verdict(whole(), at=LATER, trusted=made.trusted())
    assert (told.state, told.original, told.code) == ("intact", None, CODE)
    assert signatures.verdict(changed(whole(), 2000), at=LATER, trusted=made.trusted()).state == "tampered"


def test_the_code_is_read_again_after_another_program_saved_the_file() -> None:
    assert signatures.known_code(resaved(whole())) == CODE
    assert signatures.known_code(b"jejaring:AB12-CD34:7 in whatever bytes") == Code("AB12-CD34", 7)
    for nothing in (b"", b"jejaring:AB12-CD34:0", b"jejaring::1", b"jejaring:AB12-CD34:1234567", b"Jejaring"):
        assert signatures.known_code(nothing) is None


# --- any bytes ------------------------------------------------------------------------------------

ANY = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@ANY
@given(st.binary(max_size=3000), st.booleans())
def test_any_bytes_get_a_verdict(content: bytes, named: bool) -> None:
    pdf = b"%PDF-1.7\n" + content if named else content
    assert judged(pdf).state in {"unreadable", "other", "tampered"}
    signatures.known_code(pdf)


@pytest.mark.slow
@settings(ANY, max_examples=300)
@given(st.data())
def test_any_damage_to_a_signed_file_gets_a_verdict_that_is_not_intact(data: st.DataObject) -> None:
    pdf = whole()
    first, start = contents(pdf)[-1]
    at = data.draw(st.integers(0, len(pdf) - 1).filter(lambda at: not first <= at < start))
    length = data.draw(st.integers(0, 400))
    piece = data.draw(st.binary(max_size=300))
    damaged = pdf[:at] + piece + pdf[at + length :]
    if damaged != pdf:
        # A cut at the end of a revision leaves an earlier state of the document, which is whole.
        allowed = {"tampered", "resaved", "unsigned"} | (
            {"intact"} if pdf.startswith(damaged.rstrip()) else set()
        )
        assert judged(damaged).state in allowed


def test_hostile_page_trees_and_tables_get_a_verdict() -> None:
    endless = (
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj "
        b"2 0 obj<</Type/Pages/Count 999999999/Kids[2 0 R 2 0 R]>>endobj "
    )
    bomb = zlib.compress(b"(A)Tj " * 20_000_000)
    page = (
        b"3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R>>endobj "
        b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n" % len(bomb)
    )
    bombed = endless.replace(b"[2 0 R 2 0 R]", b"[3 0 R]") + page + bomb + b"\nendstream endobj "
    assert judged(_file(endless)).state == "other"
    assert judged(_file(bombed)).state == "other"
    loop = (
        b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer<</Size 1/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF"
    )
    assert judged(loop).state in {"unreadable", "other"}
    assert judged(b"%PDF-1.7" + bytes(21_000_000)).state == "unreadable"


def _file(body: bytes) -> bytes:
    """Return objects as a file with the table of where they stand."""
    pdf = b"%PDF-1.7\n" + body
    table = b"".join(b"%010d 00000 n \n" % hit.start() for hit in re.finditer(rb"\d 0 obj", pdf))
    size, start = table.count(b"\n") + 1, len(pdf)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    return pdf + head + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start)


@pytest.mark.slow
def test_an_addition_with_millions_of_paths_is_given_up() -> None:
    writer = pypdf.PdfWriter(io.BytesIO(whole()), incremental=True)
    knot = writer._add_object(ArrayObject([NumberObject(1)]))
    for _ in range(40):
        knot = writer._add_object(ArrayObject([knot, knot]))
    writer.root_object[NameObject("/Knot")] = knot
    twice = pypdf.PdfWriter(io.BytesIO(made.saved(writer)), incremental=True)
    twice.root_object[NameObject("/Other")] = NumberObject(1)
    assert judged(made.saved(twice)).state == "tampered"


# --- scans ----------------------------------------------------------------------------------------


def _jpeg() -> bytes:
    position = b"Exif\0\0GPS 6.8 S 107.1 E"
    return (
        b"\xff\xd8\xff\xe1" + struct.pack(">H", len(position) + 2) + position
        + b"\xff\xdb\x00\x04\x00\x01" + b"\xff\xda\x00\x04\x01\x00" + b"gambar" + b"\xff\xd9"
    )  # fmt: skip


def test_a_scan_loses_what_the_camera_added() -> None:
    kind, clean = signatures.checked_scan(_jpeg())
    assert kind == "image/jpeg"
    assert b"GPS" not in clean
    assert clean.endswith(b"gambar\xff\xd9")
    assert signatures.checked_scan(whole()) == ("application/pdf", whole())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"GIF89a", "scan.kind"),
        (b"", "scan.kind"),
        (_jpeg()[:20], "scan.damaged"),
        (b"%PDF-1.7 tidak ada isinya", "scan.closed"),
        (b"%PDF-" + bytes(10_000_001), "scan.size"),
    ],
)
def test_what_is_no_scan_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        signatures.checked_scan(content)
    assert refused.value.sentence.code == code
