"""Services for signatures inside a test: a server of this machine that says time, revocation, and signs."""

from __future__ import annotations

import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509 import ocsp
from django.utils import timezone
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from jejaring.domain.agreements.services import CloudService, Timestamps
from tests.documents import signing_world

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


def now() -> datetime:
    return timezone.now()


@cache
def authority() -> signing_world.Authority:
    return signing_world.Authority("Root Uji", responder="http://otoritas.invalid/ocsp")


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
