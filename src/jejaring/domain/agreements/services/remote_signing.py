"""Signing with a key that a provider keeps: the API of the Cloud Signature Consortium, version 2.

What is used of it: oauth2/token (the installation shows who it is), credentials/list, credentials/info,
credentials/authorize, signatures/signHash. A person gives the name that the provider knows them by, and PIN
or code where the provider asks for them; a provider that asks by its own app answers once the person has
agreed there. Consent in a browser of the provider's (oauth2code) isn't done.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from jejaring.domain.agreements.services.reaching import Unreachable, asked, basic
from jejaring.engines.errors import Refusal

_SHA256 = "2.16.840.1.101.3.4.2.1"
_RSA_SHA256 = "1.2.840.113549.1.1.11"
_ECDSA_SHA256 = "1.2.840.10045.4.3.2"


@dataclass(frozen=True)
class Consent:
    """How a person shows the provider that it is they. Used once, kept nowhere."""

    user: str
    pin: str = field(default="", repr=False)
    code: str = field(default="", repr=False)


class CloudService:
    """A provider's service at an address like https://provider.example.id/csc/v2."""

    def __init__(self, address: str, client: str, secret: str) -> None:
        self._address, self._client = address.rstrip("/"), basic(client, secret)

    def credential(self, consent: Consent) -> RemoteCredential:
        """Return a person's first usable certificate at the provider, ready to sign. Raises a Refusal."""
        token = self._token()
        listed = self.call(token, "credentials/list", {"userID": consent.user, "onlyValid": True})
        names = [str(each) for each in listed.get("credentialIDs") or ()]
        if not names:
            raise Refusal(
                "remote.nobody",
                "The signing service knows no certificate under this name. Ask the provider what it is.",
            )
        wanted = {"credentialID": names[0], "certificates": "chain", "certInfo": False, "authInfo": True}
        return RemoteCredential(self, token, names[0], consent, self.call(token, "credentials/info", wanted))

    def call(self, token: str, method: str, facts: dict[str, Any]) -> dict[str, Any]:
        """Return what a method of the service answers. Raises a Refusal with what it refuses."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        return _answer(f"{self._address}/{method}", json.dumps(facts).encode(), headers)

    def _token(self) -> str:
        body = urlencode({"grant_type": "client_credentials", "scope": "service"}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", **self._client}
        return str(_answer(f"{self._address}/oauth2/token", body, headers).get("access_token", ""))


class RemoteCredential:
    """One person's key at a provider: a `RemoteSigner` of documents/signatures."""

    def __init__(
        self, service: CloudService, token: str, name: str, consent: Consent, info: dict[str, Any]
    ) -> None:
        self._service, self._token, self._name, self._consent = service, token, name, consent
        try:
            self._certificates = tuple(b64decode(each) for each in info["cert"]["certificates"])
            self._leaf = x509.load_der_x509_certificate(self._certificates[0])
            self._algorithms = {str(each) for each in info["key"]["algo"]}
            self._mode = str((info.get("auth") or {}).get("mode", "explicit"))
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise _odd() from error
        if self._mode not in {"explicit", "implicit"}:
            raise Refusal(
                "remote.mode",
                "This provider asks for your consent in a browser of its own, which isn't done here yet. "
                "Download the paper, sign it there, and bring it back.",
            )

    def certificates(self) -> Sequence[bytes]:
        """Return the person's certificate and those of its issuers."""
        return self._certificates

    def signature(self, digest: bytes) -> bytes:
        """Return the signature of a SHA-256 digest, once the person has consented to this very digest."""
        hashed = b64encode(digest).decode("ascii")
        said: dict[str, Any] = {
            "credentialID": self._name,
            "hashes": [hashed],
            "hashAlgorithmOID": _SHA256,
        }
        given = (("PIN", self._consent.pin), ("OTP", self._consent.code))
        proofs = [{"id": kind, "value": value} for kind, value in given if value]
        allowed = self._service.call(
            self._token, "credentials/authorize", said | {"numSignatures": 1, "authData": proofs}
        )
        wanted = said | {"SAD": allowed.get("SAD", ""), "signAlgo": self._algorithm()}
        answer = self._service.call(self._token, "signatures/signHash", wanted)
        try:
            made = b64decode(answer["signatures"][0])
            self._check(made, digest)
        except (KeyError, IndexError, TypeError, ValueError, InvalidSignature) as error:
            raise _odd() from error
        return made

    def _algorithm(self) -> str:
        usual = _RSA_SHA256 if isinstance(self._leaf.public_key(), rsa.RSAPublicKey) else _ECDSA_SHA256
        if usual in self._algorithms or len(self._algorithms) != 1:
            return usual
        return next(iter(self._algorithms))

    def _check(self, made: bytes, digest: bytes) -> None:
        """Raise InvalidSignature where the service signed something else."""
        public, kind = self._leaf.public_key(), Prehashed(hashes.SHA256())
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(made, digest, padding.PKCS1v15(), kind)
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(made, digest, ec.ECDSA(kind))
        else:
            raise InvalidSignature


def _answer(address: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    try:
        found = json.loads(asked(address, body, headers))
    except Unreachable as error:
        raise _refused(error) from error
    except ValueError as error:
        raise _odd() from error
    if not isinstance(found, dict):
        raise _odd()
    return found


def _refused(error: Unreachable) -> Refusal:
    """Return what people read of a service's refusal: its own sentence where it has one."""
    try:
        told = json.loads(error.answer)
        said = str(told.get("error_description") or told.get("error") or "")[:200]
    except (ValueError, AttributeError):
        said = ""
    if not said:
        return Refusal(
            "remote.unreachable",
            "The signing service doesn't answer. Nothing was signed; try again later or sign in another way.",
        )
    return Refusal("remote.refused", "The signing service refused: {said}", said=said)


def _odd() -> Refusal:
    return Refusal(
        "remote.odd", "The signing service answered something that isn't a signature. Nothing was signed."
    )
