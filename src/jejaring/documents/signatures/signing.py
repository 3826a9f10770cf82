"""Signs a prepared document, one party after the other: each signature is added, no earlier byte changes.

The order is in docs/decisions/0014-signatures.md: the installation's seal opens the document, parties sign
in any order, and the closing seal says that all have. A moment is an argument; nothing asks the clock,
except that pyHanko dates the evidence that a timestamp service gives.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from jejaring.documents.signatures import keys, stamps
from jejaring.documents.signatures.fields import CLOSING_SEAL, SEAL, places, size_pt
from jejaring.documents.signatures.increments import Increment, increment
from jejaring.engines.errors import Refusal

DIGEST = "sha256"


@dataclass(frozen=True)
class Evidence:
    """What proves a certificate for years: roots that are trusted, and what their issuers say of revocation.

    Certificates as PEM or DER, lists of revoked ones (CRL) and answers (OCSP) as DER. The caller brings them.
    """

    roots: tuple[bytes, ...]
    others: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


NO_EVIDENCE = Evidence(())


class RemoteSigner(Protocol):
    """A signing service that keeps the signatory's key, as Indonesian PSrE do.

    The service asks the signatory for consent by its own means (a code by phone, a face) before `signature`
    returns. An adapter maps these two calls to the service's own; those of the Cloud Signature Consortium are
    credentials/info and signatures/signHash. A refusal of the service is raised as a `Refusal`.
    """

    def certificates(self) -> Sequence[bytes]:
        """Return the signatory's certificate, then those of its issuers. PEM or DER."""

    def signature(self, digest: bytes) -> bytes:
        """Return the signature of a SHA-256 digest: RSA as PKCS#1 v1.5, elliptic curves as DER."""


@dataclass(frozen=True)
class Statement:
    """What a signature says of itself: in which office, where, why. Nothing of it is proven."""

    field: str
    at: datetime
    reason: str
    place: str = ""
    stamp: tuple[str, ...] = ()
    """Lines shown in the place of the signature, in the document's language."""


def seal(
    pdf: bytes, key: keys.PlatformKey, *, at: datetime, reason: str, place: str = "", closing: bool = False
) -> bytes:
    """Return the file sealed by the installation (PAdES B-B); this isn't the signature of a person.

    The opening seal certifies the document: afterwards signatures may be added, nothing else. The closing
    seal covers all that was signed; `reason` says who consented. The same arguments give the same bytes.
    """
    credential = keys.platform_credential(key)
    statement = Statement(CLOSING_SEAL if closing else SEAL, at, reason, place)
    return _signed(pdf, statement, _local(credential), certify=not closing)


def seal_consent(
    pdf: bytes,
    key: keys.PlatformKey,
    field: str,
    *,
    at: datetime,
    reason: str,
    place: str = "",
    stamp: Sequence[str] = (),
) -> bytes:
    """Return the file with the installation's seal in a party's place, where it says that they consented.

    It isn't the party's signature: `reason` and `stamp` say so. Comes before the closing seal.
    """
    statement = Statement(field, at, reason, place, tuple(stamp))
    return _signed(pdf, statement, _local(keys.platform_credential(key)))


def sign_with_pkcs12(
    pdf: bytes,
    field: str,
    p12: bytes,
    passphrase: str,
    *,
    at: datetime,
    office: str,
    place: str,
    stamp: Sequence[str] = (),
    timestamper: TimeStamper | None = None,
    long_term: Evidence | None = None,
) -> bytes:
    """Return the file signed in this place with a person's certificate: PAdES B-B.

    B-T where a timestamp service is given, B-LTA where evidence is given too. Refuses a wrong passphrase,
    a certificate that can't sign now, and a place that is signed already or closed.
    """
    credential = keys.pkcs12_credential(p12, passphrase, at=at)
    statement = Statement(field, at, office, place, tuple(stamp))
    return _signed(pdf, statement, _local(credential), timestamper=timestamper, long_term=long_term)


def sign_remotely(
    pdf: bytes,
    field: str,
    remote: RemoteSigner,
    *,
    at: datetime,
    office: str,
    place: str,
    stamp: Sequence[str] = (),
    timestamper: TimeStamper | None = None,
    long_term: Evidence | None = None,
) -> bytes:
    """Return the file signed in this place by a service that keeps the key; else like `sign_with_pkcs12`."""
    certificates = [certificate_of(each) for each in remote.certificates()]
    if not certificates:
        raise Refusal("certificate.none", "The signing service gave no certificate.")
    keys.fit_to_sign(certificates[0], at=at)
    statement = Statement(field, at, office, place, tuple(stamp))
    signer = _Signer(certificates[0], certificates[1:], remote.signature)
    return _signed(pdf, statement, signer, timestamper=timestamper, long_term=long_term)


def certificate_of(content: bytes) -> x509.Certificate:
    """Return the certificate in these bytes, PEM or DER."""
    if content.lstrip().startswith(b"-----"):
        return x509.load_pem_x509_certificate(content)
    return x509.load_der_x509_certificate(content)


def asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """Return a certificate as pyHanko wants it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


# --- how ---------------------------------------------------------------------------------------


class _Signer(Signer):
    """pyHanko's signer with somebody who signs a digest: a key in memory, or a service."""

    def __init__(
        self,
        certificate: x509.Certificate,
        others: Sequence[x509.Certificate],
        sign: Callable[[bytes], bytes],
    ) -> None:
        store = SimpleCertificateStore()
        store.register_multiple([asn1(each) for each in others])
        super().__init__(signing_cert=asn1(certificate), cert_registry=store)
        public = certificate.public_key()
        assert isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
        # An elliptic curve's signature is two numbers of the key's size, and what separates them.
        self._size_bytes = 2 * ((public.key_size + 7) // 8) + 16
        self._sign = sign

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        assert digest_algorithm == DIGEST
        return bytes(self._size_bytes) if dry_run else self._sign(hashlib.sha256(data).digest())


def _local(credential: keys.Credential) -> _Signer:
    key, kind = credential.key, Prehashed(hashes.SHA256())

    def sign(digest: bytes) -> bytes:
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(digest, padding.PKCS1v15(), kind)
        return key.sign(digest, ec.ECDSA(kind))

    return _Signer(credential.certificate, credential.others, sign)


class _Timed(PdfSigner):
    """pyHanko's signer at a moment that is given, not asked of the clock."""

    def __init__(self, *args: Any, at: datetime, **named: Any) -> None:
        super().__init__(*args, **named)
        self._at = at

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> Any:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session


def _signed(
    pdf: bytes,
    statement: Statement,
    signer: Signer,
    *,
    certify: bool = False,
    timestamper: TimeStamper | None = None,
    long_term: Evidence | None = None,
) -> bytes:
    assert statement.at.tzinfo is not None
    assert long_term is None or timestamper is not None, "long-term evidence rests on a timestamp"
    writer = increment(pdf)
    _free(writer, statement.field)
    meta = PdfSignatureMetadata(
        field_name=statement.field,
        md_algorithm=DIGEST,
        reason=statement.reason or None,
        location=statement.place or None,
        subfilter=SigSeedSubFilter.PADES,
        certify=certify,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        embed_validation_info=long_term is not None,
        use_pades_lta=long_term is not None,
        validation_context=None if long_term is None else _context(long_term, statement.at),
        signer_key_usage={"digital_signature", "non_repudiation"},
    )
    style = stamps.style(statement.stamp, size_pt(writer.prev, statement.field))
    session = _Timed(meta, signer, timestamper=timestamper, stamp_style=style, at=statement.at)
    out = io.BytesIO()
    try:
        session.sign_pdf(writer, existing_fields_only=True, output=out)
    except SigningError as error:
        raise Refusal(
            "signature.failed", "The signature couldn't be made: {reason}", reason=str(error)
        ) from error
    return out.getvalue()


def _free(writer: Increment, field: str) -> None:
    """Refuse a place that there isn't, that is signed, or whose document is closed."""
    found = places(writer.prev)
    if field not in found:
        raise Refusal("signature.no_place", "This document has no place for this signature.")
    if found[field]:
        raise Refusal("signature.signed", "This place of the document is signed already.")
    if found.get(CLOSING_SEAL):
        raise Refusal("signature.closed", "This document is closed: nobody can sign it any more.")
    if field == SEAL and any(found.values()):
        raise Refusal("signature.seal_first", "The seal that opens a document comes before every signature.")


def _context(evidence: Evidence, at: datetime) -> ValidationContext:
    return ValidationContext(
        trust_roots=[asn1(certificate_of(each)) for each in evidence.roots],
        other_certs=[asn1(certificate_of(each)) for each in evidence.others],
        crls=list(evidence.crls),
        ocsps=list(evidence.ocsps),
        moment=at,
        allow_fetching=False,
    )
