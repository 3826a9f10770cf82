"""Keys and certificates to sign with: the installation's own, and what a person brings as PKCS#12.

Keys come in as arguments and are kept nowhere. Certificates are read with `cryptography`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from jejaring.engines.errors import Refusal

PLATFORM_KEY_BITS = 3072
PLATFORM_KEY_YEARS = 10
RSA_BITS_MIN = 2048
PKCS12_BYTES_MAX = 100_000

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class PlatformKey:
    """The installation's key for its seal, and the certificate that others check the seal with. PEM."""

    private_pem: bytes = field(repr=False)
    certificate_pem: bytes


@dataclass(frozen=True)
class Credential:
    """A key fit to sign with, its certificate, and the others of its chain."""

    key: PrivateKey = field(repr=False)
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...] = ()


def new_platform_key(name: str, on: date) -> PlatformKey:
    """Return a new key of the installation `name`, its self-signed certificate valid for ten years from `on`.

    RSA, since every reader of PDF checks it, and one seal at one moment is always the same bytes.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=PLATFORM_KEY_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    begins = datetime.combine(on, time(), UTC)
    ends = begins + timedelta(days=365 * PLATFORM_KEY_YEARS + 3)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(signing_usage(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return PlatformKey(private, certificate.public_bytes(serialization.Encoding.PEM))


def signing_usage() -> x509.KeyUsage:
    """Return the key usage of a certificate that signs documents and nothing else."""
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


@lru_cache(maxsize=4)
def platform_credential(key: PlatformKey) -> Credential:
    """Return the installation's key, ready to sign. To read it takes longer than to sign with it."""
    private = serialization.load_pem_private_key(key.private_pem, password=None)
    assert isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    return Credential(private, x509.load_pem_x509_certificate(key.certificate_pem))


def pkcs12_credential(p12: bytes, passphrase: str, *, at: datetime) -> Credential:
    """Return key and certificates of a .p12 or .pfx file, or refuse what can't sign at this moment."""
    if not _is_pkcs12(p12):
        raise Refusal("certificate.other_file", "This is no certificate file. It ends in .p12 or .pfx.")
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(p12, passphrase.encode("utf-8"))
    except ValueError as error:
        raise Refusal(
            "certificate.passphrase", "The passphrase doesn't open this certificate file. Type it again."
        ) from error
    if key is None or certificate is None or key.public_key() != certificate.public_key():
        raise Refusal(
            "certificate.no_key",
            "This file has no private key with its certificate. Export it again, with the key.",
        )
    fit_to_sign(certificate, at=at)
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    return Credential(key, certificate, tuple(others))


def _is_pkcs12(content: bytes) -> bool:
    if not 0 < len(content) <= PKCS12_BYTES_MAX:
        return False
    try:
        return bool(asn1_pkcs12.Pfx.load(content)["version"].native == "v3")
    except (TypeError, ValueError, KeyError):
        return False


def fit_to_sign(certificate: x509.Certificate, *, at: datetime) -> None:
    """Refuse a certificate that is expired, not yet valid, too weak, or not made for signatures."""
    if at > certificate.not_valid_after_utc:
        raise Refusal(
            "certificate.expired",
            "This certificate expired on {on}. Ask its issuer for a new one.",
            on=certificate.not_valid_after_utc.date(),
        )
    if at < certificate.not_valid_before_utc:
        raise Refusal(
            "certificate.not_yet",
            "This certificate is valid only from {on}.",
            on=certificate.not_valid_before_utc.date(),
        )
    public = certificate.public_key()
    if not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise Refusal("certificate.kind", "This kind of key isn't supported. RSA and elliptic curves are.")
    if isinstance(public, rsa.RSAPublicKey) and public.key_size < RSA_BITS_MIN:
        raise Refusal(
            "certificate.weak",
            "This key has {bits} bits; signatures need at least {bits_min}.",
            bits=str(public.key_size),
            bits_min=str(RSA_BITS_MIN),
        )
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise Refusal(
            "certificate.usage",
            "This certificate isn't made for signatures. Ask its issuer for one that is.",
        )
