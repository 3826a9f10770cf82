"""Time, evidence and signing services: asked over HTTP from a server of the test, and done without them."""

from __future__ import annotations

import io
import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pypdf
import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509 import ocsp
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pytest_django import Settings

from jejaring.documents import signatures
from jejaring.domain.agreements import checking, keyring, tasks
from jejaring.domain.agreements.actions import dating, offering, signing, stamping
from jejaring.domain.agreements.models import Agreement, Event, Signature, Version
from jejaring.domain.agreements.services import CloudService, Consent, Timestamps
from jejaring.domain.agreements.services.revocation import evidence_of
from jejaring.engines.errors import Refusal
from tests.cast import Cast, make_cast
from tests.documents import signing_world, test_sealing
from tests.domain import agreement_story

Answer = Callable[[bytes, dict[str, str]], tuple[int, str, bytes]]


class Server:
    """Answers at addresses of this machine, as long as the test runs; remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.asked.append((self.path, body))
                status, kind, answer = outer.answers[self.path](body, dict(self.headers))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(answer)

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.http.shutdown()
    made.http.server_close()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@cache
def authority() -> signing_world.Authority:
    return signing_world.Authority("Root Uji", responder="http://otoritas.invalid/ocsp")


@pytest.fixture
def rooted(settings: Settings) -> signing_world.Authority:
    """Return an authority that the installation trusts, for persons and for time."""
    der = authority().certificate.public_bytes(serialization.Encoding.DER)
    settings.TRUSTED_ROOTS = settings.TIMESTAMP_ROOTS = (der,)
    return authority()


def now() -> datetime:
    return timezone.now()


def p12(ca: signing_world.Authority, **more: object) -> bytes:
    named = {"begins": now() - timedelta(days=1), "ends": now() + timedelta(days=200)} | more
    return ca.p12(**named)  # type: ignore[arg-type]


def clocked(ca: signing_world.Authority) -> DummyTimeStamper:
    """Return the service that the server is: it says what the clock says."""
    service = ca.timestamper()
    service.fixed_dt = None
    return service


def serves_time(server: Server, ca: signing_world.Authority) -> Timestamps:
    service = clocked(ca)

    def answer(body: bytes, _headers: dict[str, str]) -> tuple[int, str, bytes]:
        made = service.request_tsa_response(tsp.TimeStampReq.load(body))
        return 200, "application/timestamp-reply", made.dump()

    server.answers["/tsa"] = answer
    return Timestamps(f"{server.address}/tsa")


def serves_revocation(server: Server, ca: signing_world.Authority) -> None:
    """Answer for a certificate that names this server: good, unless it is among the revoked ones."""

    def answer(body: bytes, _headers: dict[str, str]) -> tuple[int, str, bytes]:
        asked = ocsp.load_der_ocsp_request(body)
        revoked = asked.serial_number in ca.revoked
        made = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=asked.issuer_name_hash,
            issuer_key_hash=asked.issuer_key_hash,
            serial_number=asked.serial_number,
            algorithm=asked.hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
            this_update=now(),
            next_update=now() + timedelta(days=1),
            revocation_time=now() - timedelta(hours=3) if revoked else None,
            revocation_reason=x509.ReasonFlags.key_compromise if revoked else None,
        )
        signed = made.responder_id(ocsp.OCSPResponderEncoding.HASH, ca.certificate).sign(
            ca.key, hashes.SHA256()
        )
        return 200, "application/ocsp-response", signed.public_bytes(serialization.Encoding.DER)

    server.answers["/ocsp"] = answer
    server.answers["/crl"] = lambda *_: (200, "application/pkix-crl", ca.crl(now()))


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


@pytest.mark.parametrize("trouble", ["gone", "500", "nonsense", "other"])
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


class Provider:
    """A service of the Cloud Signature Consortium's API, as far as it is used here."""

    def __init__(self, server: Server, ca: signing_world.Authority, *, mode: str = "explicit") -> None:
        self.ca, self.mode, self.allowed = ca, mode, ""
        self.key, self.certificate = ca.person(
            "Ketua", begins=now() - timedelta(days=1), ends=now() + timedelta(days=9)
        )
        self.server = server
        for name in ("oauth2/token", "credentials/list", "credentials/info", "credentials/authorize",
                     "signatures/signHash"):  # fmt: skip
            server.answers[f"/csc/v2/{name}"] = getattr(self, name.rpartition("/")[2])

    @property
    def service(self) -> CloudService:
        return CloudService(f"{self.server.address}/csc/v2", "jejaring", "rahasia")

    def token(self, body: bytes, headers: dict[str, str]) -> tuple[int, str, bytes]:
        assert parse_qs(body.decode())["grant_type"] == ["client_credentials"]
        if b64decode(headers["Authorization"].removeprefix("Basic ")) != b"jejaring:rahasia":
            return 401, "application/json", b'{"error": "invalid_client"}'
        return self._said({"access_token": "kunci", "token_type": "Bearer"})

    def list(self, body: bytes, headers: dict[str, str]) -> tuple[int, str, bytes]:
        assert headers["Authorization"] == "Bearer kunci"
        known = json.loads(body)["userID"] == "ketua-1"
        return self._said({"credentialIDs": ["satu"] if known else []})

    def info(self, _body: bytes, _headers: dict[str, str]) -> tuple[int, str, bytes]:
        chain = [
            b64encode(each.public_bytes(serialization.Encoding.DER)).decode()
            for each in (self.certificate, self.ca.certificate)
        ]
        return self._said(
            {
                "key": {"status": "enabled", "algo": ["1.2.840.10045.4.3.2"], "len": 256},
                "cert": {"status": "valid", "certificates": chain},
                "auth": {"mode": self.mode},
            }
        )

    def authorize(self, body: bytes, _headers: dict[str, str]) -> tuple[int, str, bytes]:
        asked = json.loads(body)
        given = {each["id"]: each["value"] for each in asked["authData"]}
        if self.mode == "explicit" and given != {"PIN": "1234", "OTP": "567890"}:
            return 400, "application/json", b'{"error": "invalid_pin", "error_description": "PIN salah"}'
        [self.allowed] = asked["hashes"]
        return self._said({"SAD": "boleh"})

    def signHash(self, body: bytes, _headers: dict[str, str]) -> tuple[int, str, bytes]:  # noqa: N802
        asked = json.loads(body)
        assert (asked["SAD"], asked["hashes"]) == ("boleh", [self.allowed])
        assert asked["signAlgo"] == "1.2.840.10045.4.3.2"
        assert isinstance(self.key, ec.EllipticCurvePrivateKey)
        made = self.key.sign(b64decode(self.allowed), ec.ECDSA(Prehashed(hashes.SHA256())))
        return self._said({"signatures": [b64encode(made).decode()]})

    @staticmethod
    def _said(facts: dict[str, object]) -> tuple[int, str, bytes]:
        return 200, "application/json", json.dumps(facts).encode()


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
