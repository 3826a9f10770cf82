"""Time, evidence and signing services: asked over HTTP from a server of the test, and done without them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.error import HTTPError

import pypdf
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pytest_django import Settings

from jejaring.documents import signatures
from jejaring.domain.agreements import checking, keyring, tasks
from jejaring.domain.agreements.actions import dating, offering, signing, stamping
from jejaring.domain.agreements.models import Agreement, Event, Signature, Version
from jejaring.domain.agreements.services import Consent, Timestamps
from jejaring.domain.agreements.services.reaching import Unreachable, asked
from jejaring.domain.agreements.services.revocation import evidence_of
from jejaring.engines.errors import Refusal
from tests.cast import Cast, make_cast
from tests.documents import signing_world, test_sealing
from tests.domain import agreement_story
from tests.domain.signing_services import (
    Provider,
    Server,
    authority,
    now,
    serves_revocation,
    serves_time,
)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.http.shutdown()
    made.http.server_close()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def rooted(settings: Settings) -> signing_world.Authority:
    """Return an authority that the installation trusts, for persons and for time."""
    der = authority().certificate.public_bytes(serialization.Encoding.DER)
    settings.TRUSTED_ROOTS = settings.TIMESTAMP_ROOTS = (der,)
    return authority()


def p12(ca: signing_world.Authority, **more: object) -> bytes:
    named = {"begins": now() - timedelta(days=1), "ends": now() + timedelta(days=200)} | more
    return ca.p12(**named)  # type: ignore[arg-type]


def paper_of(version: Version) -> bytes:
    return bytes(signing.newest_paper(version).pdf)


def judged(version: Version) -> signatures.Verdict:
    return signatures.verdict(paper_of(version), at=now(), trusted=keyring.trusted())


def by_certificate(
    version: Version, position: int, ca: signing_world.Authority, desk: offering.Desk
) -> Signature:
    party = version.agreement.parties.get(position=position)
    made = signing.Signing(version, party, "Ketua", None, now())
    return signing.sign_with_certificate(made, p12=p12(ca), passphrase=signing_world.PASSPHRASE, desk=desk)


def desk(timestamps: Timestamps | None = None) -> offering.Desk:
    return offering.Desk(keyring.platform_key(), "https://contoh.invalid/{code}/{version}/", timestamps)


# --- who vouches -----------------------------------------------------------------------------------


def test_level_three_is_only_for_a_certificate_that_somebody_trusted_vouches_for(
    cast: Cast, rooted: signing_world.Authority
) -> None:
    version = agreement_story.offered(cast)
    stranger = by_certificate(version, 0, signing_world.Authority("Root Uji"), desk())
    certified = by_certificate(version, 1, rooted, desk())
    assert (stranger.level, stranger.facts["certified_by"]) == ("digital", "")
    assert (certified.level, certified.facts["certified_by"]) == ("certificate", "Root Uji")
    document = checking.by_file(paper_of(version), at=now()).document
    assert document is not None
    assert [(each.level, each.certified_by) for each in document.signed] == [
        ("digital", ""),
        ("certificate", "Root Uji"),
    ]


def test_a_revoked_certificate_isnt_taken_and_no_stranger_is_asked_about(
    cast: Cast, rooted: signing_world.Authority, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    serves_revocation(server, rooted)
    with_addresses(monkeypatch, server)
    version = agreement_story.offered(cast)
    key, certificate = rooted.person(begins=now() - timedelta(days=1), ends=now() + timedelta(days=9))
    monkeypatch.setattr(rooted, "revoked", [certificate.serial_number])
    party = version.agreement.parties.get(position=0)
    made = signing.Signing(version, party, "Ketua", None, now())
    file = signing_world.wrapped(key, certificate, [rooted.certificate])
    with pytest.raises(Refusal, match="revoked"):
        signing.sign_with_certificate(made, p12=file, passphrase=signing_world.PASSPHRASE, desk=desk())
    assert not Signature.objects.exists()
    server.asked.clear()
    by_certificate(version, 0, signing_world.Authority("Orang Lain"), desk())
    assert server.asked == []


def with_addresses(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    """Let certificates of the test name its server as the place to ask about revocation."""
    monkeypatch.setattr(
        "jejaring.domain.agreements.services.revocation._responders", lambda _: [f"{server.address}/ocsp"]
    )
    monkeypatch.setattr(
        "jejaring.domain.agreements.services.revocation._lists", lambda _: [f"{server.address}/crl"]
    )


def test_a_list_answers_where_no_responder_does(
    rooted: signing_world.Authority, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    serves_revocation(server, rooted)
    with_addresses(monkeypatch, server)
    _, certificate = rooted.person(begins=now() - timedelta(days=1), ends=now() + timedelta(days=9))
    chain = (certificate, rooted.certificate)
    evidence, complete = evidence_of(chain)
    assert (len(evidence.ocsps), len(evidence.crls), complete) == (1, 0, True)
    server.answers["/ocsp"] = lambda *_: (500, "text/plain", b"")
    evidence, complete = evidence_of(chain)
    assert (len(evidence.ocsps), len(evidence.crls), complete) == (0, 1, True)
    server.answers["/crl"] = lambda *_: (200, "text/plain", b"hello")
    assert evidence_of(chain)[1] is False


def test_what_is_said_of_one_certificate_isnt_held_against_another_of_the_same_issuer(
    cast: Cast, rooted: signing_world.Authority, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = agreement_story.offered(cast)
    by_certificate(version, 0, rooted, desk())
    by_certificate(version, 1, rooted, desk())
    first, second = (each for each in signatures.holders(paper_of(version)) if each.field.startswith("party"))
    serves_revocation(server, rooted)
    with_addresses(monkeypatch, server)
    monkeypatch.setattr(rooted, "revoked", [second.certificate.serial_number])
    evidence, _ = evidence_of((first.certificate, rooted.certificate))
    dated = signatures.with_time(paper_of(version), serves_time(server, rooted), {first.field: evidence})
    told = signatures.verdict(dated, at=now(), trusted=keyring.trusted()).signatures
    assert {each.field: (each.chain, each.level) for each in told if each.kind == "person"} == {
        "party-1": ("trusted", "B-LTA"),
        "party-2": ("trusted", "B-T"),
    }


# --- time ------------------------------------------------------------------------------------------


def test_with_a_service_a_paper_becomes_b_lta_and_says_so(
    cast: Cast, rooted: signing_world.Authority, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    serves_revocation(server, rooted)
    with_addresses(monkeypatch, server)
    service = serves_time(server, rooted)
    version = agreement_story.offered(cast)
    signed = by_certificate(version, 0, rooted, desk(service))
    assert (signed.facts["pades"], bool(signed.facts["stamped_at"])) == ("B-T", True)
    made = signing.Signing(version, version.agreement.parties.get(position=1), "Ketua", cast.chair, now())
    signing.tap(made, strength="totp", desk=desk(service))
    version.refresh_from_db()
    assert not dating.is_dated(version.agreement)
    assert [each.pk for each in dating.undated()] == [version.pk]
    before = paper_of(version)
    event = dating.date_paper(version, desk=desk(service), by=None, at=now())
    assert event is not None
    assert (event.kind, event.text) == (Event.Kind.DATED, "B-LTA")
    assert paper_of(version).startswith(before)
    told = judged(version)
    assert all(each.sound for each in told.signatures)
    assert [(each.kind, each.level) for each in told.signatures][:-1] == [
        ("seal", "B-LTA"), ("person", "B-LTA"), ("seal", "B-LTA"), ("seal", "B-LTA")
    ]  # fmt: skip
    assert told.signatures[-1].kind == "timestamp"
    assert dating.date_paper(version, desk=desk(service), by=None, at=now()) is None
    assert dating.undated() == []
    checked = checking.by_file(paper_of(version), at=now())
    assert (checked.state, checked.document and checked.document.dated_at) == ("intact", event.at)


@pytest.mark.parametrize(
    "trouble",
    ["gone", *(pytest.param(each, marks=pytest.mark.slow) for each in ("500", "nonsense", "other"))],
)
def test_a_service_that_is_down_leaves_the_signature_without_and_it_can_be_added_later(
    cast: Cast, rooted: signing_world.Authority, server: Server, trouble: str
) -> None:
    good = serves_time(server, rooted)
    server.answers["/500"] = lambda *_: (500, "text/plain", b"")
    server.answers["/nonsense"] = lambda *_: (200, "application/timestamp-reply", b"\x30\x03\x02\x01\x00")
    server.answers["/other"] = lambda *_: (200, "text/html", b"<html>")
    address = "http://127.0.0.1:9/" if trouble == "gone" else f"{server.address}/{trouble}"
    version = agreement_story.offered(cast)
    signed = by_certificate(version, 0, rooted, desk(Timestamps(address)))
    assert (signed.level, signed.facts["pades"], signed.facts["stamped_at"]) == ("certificate", "B-B", "")
    agreement_story.tapped(version, 1, cast.chair, at=now())
    version.refresh_from_db()
    with pytest.raises(Refusal, match="doesn't answer"):
        dating.date_paper(version, desk=desk(Timestamps(address)), by=None, at=now())
    assert judged(version).signatures[-1].kind == "seal"
    assert dating.date_paper(version, desk=desk(good), by=None, at=now()) is not None
    assert {each.level for each in judged(version).signatures[:-1]} == {"B-T", "B-LTA"}


def test_a_service_whose_root_isnt_here_is_refused_and_nothing_is_kept(
    cast: Cast, server: Server, settings: Settings
) -> None:
    settings.TIMESTAMP_ROOTS = ()
    service = serves_time(server, signing_world.Authority("Waktu Lain"))
    version = agreement_story.in_force(cast).versions.get()
    before = version.papers.count()
    with pytest.raises(Refusal, match="JEJARING_TIMESTAMP_ROOTS"):
        dating.date_paper(version, desk=desk(service), by=None, at=now())
    assert version.papers.count() == before


def test_the_worker_asks_for_time_after_the_last_signature(
    cast: Cast, rooted: signing_world.Authority, server: Server, settings: Settings
) -> None:
    serves_time(server, rooted)
    settings.TIMESTAMP_SERVICE = {"URL": f"{server.address}/tsa", "USER": "", "PASSWORD": ""}
    version = agreement_story.in_force(cast).versions.get()
    assert tasks.date_undated() == 1
    tasks.date_in_background.call(version.pk)
    assert Agreement.objects.get().events.filter(kind=Event.Kind.DATED).count() == 1
    assert tasks.date_undated() == 0


# --- e-meterai -------------------------------------------------------------------------------------


def test_a_stamped_paper_is_taken_when_nothing_else_changed(cast: Cast) -> None:
    version = agreement_story.in_force(cast).versions.get()
    agreement, party = version.agreement, version.agreement.parties.get(position=0)
    before = paper_of(version)
    stamped = distributor(before)

    def bring(pdf: bytes) -> Event:
        return stamping.take_stamped(
            agreement, party=party, pdf=pdf, serial="SN123456", desk=desk(), by=None, at=now()
        )

    anew = io.BytesIO()
    pypdf.PdfWriter(clone_from=io.BytesIO(stamped)).write(anew)
    elsewhere = distributor(before, field="Peruri", box=(20, 20, 60, 60))
    for wrong in (before, anew.getvalue(), stamped[:-200], elsewhere):
        with pytest.raises(Refusal):
            bring(wrong)
    assert version.papers.count() == 2
    assert bring(stamped).text == "SN123456"
    assert paper_of(version) == stamped
    checked = checking.by_file(stamped, at=now())
    assert (checked.state, checked.is_newest, checked.strangers) == ("intact", True, 0)
    assert checked.document is not None
    assert checked.document.duty_stamps == 1
    # An own place at the same coordinates, as programs make that don't know of ours.
    again = distributor(before, field="Peruri", box=place_of(before))
    assert checking.by_file(again, at=now()).state == "intact"
    assert not checking.by_file(before, at=now()).is_newest


def test_whoever_brings_a_signature_puts_no_stamp_beside_it(cast: Cast) -> None:
    """Else one party fills the place that another one keeps for its e-meterai."""
    version = agreement_story.offered(cast)
    before = paper_of(version)
    party = version.agreement.parties.get(position=0)
    made = signing.Signing(version, party, "Ketua", None, now())

    def signed_in_place(pdf: bytes) -> bytes:
        return signatures.sign_with_pkcs12(
            pdf, "party-1", p12(authority()), signing_world.PASSPHRASE, at=now(), office="Ketua", place=""
        )

    with pytest.raises(Refusal, match="more than one new signature"):
        signing.take_signed(made, pdf=signed_in_place(distributor(before)), desk=desk())
    signing.take_signed(made, pdf=signed_in_place(before), desk=desk())
    # What was stamped before, and brought here as a stamp, stays.
    stamped = distributor(paper_of(version))
    stamping.take_stamped(
        version.agreement, party=party, pdf=stamped, serial="SN123456", desk=desk(), by=None, at=now()
    )
    assert by_certificate(version, 1, authority(), desk()).level == "digital"


def test_a_stamp_isnt_kept_with_a_paper_that_was_taken_back_meanwhile(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = agreement_story.offered(cast)
    agreement, party = version.agreement, version.agreement.parties.get(position=0)
    stamped = distributor(paper_of(version))
    looked = stamping._only_a_stamp

    def meanwhile(before: bytes, pdf: bytes, desk: offering.Desk, at: datetime) -> None:
        looked(before, pdf, desk, at)
        offering.withdraw(agreement, why="Harga salah", by=None, at=now())

    monkeypatch.setattr(stamping, "_only_a_stamp", meanwhile)
    with pytest.raises(Refusal, match="changed in the same moment"):
        stamping.take_stamped(
            agreement, party=party, pdf=stamped, serial="SN123456", desk=desk(), by=None, at=now()
        )
    assert version.papers.count() == 1
    assert not agreement.events.filter(kind=Event.Kind.STAMPED).exists()


def distributor(
    pdf: bytes, *, field: str = "meterai-1", box: tuple[int, int, int, int] | None = None
) -> bytes:
    return test_sealing.distributor(pdf, field=field, box=box, page=page_of(pdf))


def place_of(pdf: bytes) -> tuple[int, int, int, int]:
    [(_, _, place)] = enumerate_sig_fields(PdfFileReader(io.BytesIO(pdf)), with_name="meterai-1")
    left, bottom, right, top = (int(number) for number in place.get_object()["/Rect"])
    return left, bottom, right, top


def page_of(pdf: bytes) -> int:
    reader = PdfFileReader(io.BytesIO(pdf))
    [(_, _, place)] = enumerate_sig_fields(reader, with_name="meterai-1")
    wanted = place.get_object().raw_get("/P").idnum
    pages = reader.root["/Pages"]["/Count"]
    return next(at for at in range(pages) if reader.find_page_for_modification(at)[0].idnum == wanted)


# --- a provider that keeps keys ----------------------------------------------------------------------


def remotely(version: Version, provider: Provider, consent: Consent) -> Signature:
    party = version.agreement.parties.get(position=1)
    made = signing.Signing(version, party, "Ketua", None, now())
    return signing.sign_remotely(made, remote=provider.service.credential(consent), desk=desk())


GOOD = Consent("ketua-1", "1234", "567890")


def test_a_provider_signs_the_digest_of_the_paper(
    cast: Cast, rooted: signing_world.Authority, server: Server
) -> None:
    version = agreement_story.offered(cast)
    made = remotely(version, Provider(server, rooted), GOOD)
    assert (made.level, made.facts["certified_by"]) == ("certificate", "Root Uji")
    assert checking.by_file(paper_of(version), at=now()).state == "intact"
    sent = b"".join(body for _, body in server.asked)
    assert b"PDF" not in sent
    assert "1234" not in repr(GOOD) + repr(made.facts)


@pytest.mark.parametrize(
    ("consent", "told"),
    [
        (Consent("orang-lain", "1234", "567890"), "knows no certificate"),
        (Consent("ketua-1", "9999", "567890"), "PIN salah"),
    ],
)
def test_what_a_provider_refuses_is_told_and_nothing_is_signed(
    cast: Cast, rooted: signing_world.Authority, server: Server, consent: Consent, told: str
) -> None:
    version = agreement_story.offered(cast)
    with pytest.raises(Refusal) as refused:
        remotely(version, Provider(server, rooted), consent)
    sentence = refused.value.sentence
    assert told in sentence.text.format(**sentence.facts)
    assert not Signature.objects.exists()


def test_a_provider_that_is_gone_odd_or_wants_a_browser_signs_nothing(
    cast: Cast, rooted: signing_world.Authority, server: Server
) -> None:
    version = agreement_story.offered(cast)
    codes = []
    for spoil in ("mode", "other_key", "nonsense", "gone"):
        provider = Provider(server, rooted, mode="oauth2code" if spoil == "mode" else "explicit")
        if spoil == "other_key":
            provider.key = ec.generate_private_key(ec.SECP256R1())
        elif spoil == "nonsense":
            server.answers["/csc/v2/signatures/signHash"] = lambda *_: (200, "application/json", b"[]")
        elif spoil == "gone":
            server.answers["/csc/v2/oauth2/token"] = lambda *_: (503, "text/plain", b"")
        with pytest.raises(Refusal) as refused:
            remotely(version, provider, GOOD)
        codes.append(refused.value.sentence.code)
    assert codes == ["remote.mode", "remote.odd", "remote.odd", "remote.unreachable"]
    assert not Signature.objects.exists()


def test_a_refusal_leaves_no_connection_open(server: Server) -> None:
    server.answers["/tolak"] = lambda *_: (503, "text/plain", b"nanti lagi")
    with pytest.raises(Unreachable) as refused:
        asked(f"{server.address}/tolak")
    assert refused.value.answer == b"nanti lagi"
    assert isinstance(refused.value.__cause__, HTTPError)
    assert refused.value.__cause__.closed


def test_a_service_that_falls_silent_while_it_refuses_doesnt_answer(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_body: bytes, _headers: dict[str, str]) -> tuple[int, str, bytes]:
        return 500, "text/plain", b""

    class Silent(io.BytesIO):
        def read(self, *_size: object) -> bytes:
            raise TimeoutError

    monkeypatch.setattr("urllib.error.HTTPError.read", Silent().read, raising=False)
    server.answers["/diam"] = silent
    with pytest.raises(Unreachable):
        asked(f"{server.address}/diam")
