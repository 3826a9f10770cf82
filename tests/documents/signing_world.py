"""Certificates made for one run, and documents to sign: nothing secret is in the tree, nobody is invented."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pypdf
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from jejaring.documents import agreements, signatures, typesetting
from jejaring.documents.signatures import Block, Code, Original, PlatformKey, Trusted
from jejaring.documents.signatures.keys import PrivateKey, signing_usage
from tests.documents.agreement_examples import agreement

AT = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
CODE = Code("AB12-CD34", 2)
PASSPHRASE = "kata sandi uji"
TEXT = "Koperasi Sukamaju menjual 12.000 kg gabah."
MEMORANDUM = ""
"""Instead of a text: the whole memorandum, tagged, some pages long."""


@dataclass
class Authority:
    """A certificate authority that lives as long as the test run."""

    name: str = "Otoritas Uji"
    key: PrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    revoked: list[int] = field(default_factory=list)
    responder: str = ""
    """Where its certificates say that one can ask about them."""

    def __post_init__(self) -> None:
        usage = _usage(key_cert_sign=True, crl_sign=True)
        self.certificate = self._issue(_names(self.name), self.key, usage, years=20, ca=True)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def person(
        self,
        office: str = "Ketua",
        *,
        organisation: str = "Koperasi Sukamaju",
        begins: datetime = AT - timedelta(days=30),
        ends: datetime = AT + timedelta(days=365),
        usage: x509.KeyUsage | None = None,
        key: PrivateKey | None = None,
    ) -> tuple[PrivateKey, x509.Certificate]:
        """Return key and certificate of somebody who signs."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        subject = _names(f"{office} {organisation}", organisation, office)
        return key, self._issue(subject, key, usage or signing_usage(), begins=begins, ends=ends)

    def p12(self, office: str = "Ketua", *, key: PrivateKey | None = None, **more: object) -> bytes:
        """Return a .p12 file under PASSPHRASE."""
        private, certificate = self.person(office, key=key, **more)  # type: ignore[arg-type]
        return wrapped(private, certificate, [self.certificate])

    def timestamper(self, at: datetime = AT) -> DummyTimeStamper:
        """Return a timestamp service inside this process."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        made = self._issue(_names("Layanan Waktu Uji"), key, _usage(digital_signature=True), purpose=purpose)
        private = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return DummyTimeStamper(_asn1(made), asn1_keys.PrivateKeyInfo.load(private), fixed_dt=at)

    def crl(self, at: datetime = AT) -> bytes:
        """Return the list of revoked certificates."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(at - timedelta(hours=1)).next_update(at + timedelta(days=7))
        for number in self.revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(number)
            builder = builder.add_revoked_certificate(entry.revocation_date(at - timedelta(hours=2)).build())
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(identifier, critical=False).add_extension(
            x509.CRLNumber(1), critical=False
        )
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _issue(
        self,
        subject: x509.Name,
        key: PrivateKey,
        usage: x509.KeyUsage,
        *,
        begins: datetime = AT - timedelta(days=365),
        ends: datetime | None = None,
        years: int = 5,
        ca: bool = False,
        purpose: x509.ExtendedKeyUsage | None = None,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(_names(self.name))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends or begins + timedelta(days=365 * years))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
        )
        if not ca:
            # pyHanko asks for a list of revoked certificates only where a certificate names one.
            where = x509.DistributionPoint(
                [x509.UniformResourceIdentifier("http://otoritas.invalid/crl")], None, None, None
            )
            builder = builder.add_extension(x509.CRLDistributionPoints([where]), critical=False)
        if self.responder and not ca:
            asked = x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(self.responder)
            )
            builder = builder.add_extension(x509.AuthorityInformationAccess([asked]), critical=False)
        if purpose is not None:
            builder = builder.add_extension(purpose, critical=True)
        return builder.sign(self.key, hashes.SHA256())


def wrapped(key: PrivateKey, certificate: x509.Certificate, others: list[x509.Certificate]) -> bytes:
    """Return a .p12 file under PASSPHRASE; few rounds, for speed."""
    lock = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(2)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .build(PASSPHRASE.encode())
    )
    return pkcs12.serialize_key_and_certificates(b"uji", key, certificate, others, lock)


def _usage(**allowed: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in names})


def usage_of_a_server() -> x509.KeyUsage:
    return _usage(key_encipherment=True)


def _names(common: str, organisation: str = "", office: str = "") -> x509.Name:
    parts = [
        (NameOID.COMMON_NAME, common),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.TITLE, office),
    ]
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts if value])


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


@cache
def authority() -> Authority:
    return Authority()


@cache
def platform() -> PlatformKey:
    return signatures.new_platform_key("Instalasi Uji", date(2027, 1, 1))


def trusted() -> Trusted:
    return Trusted((platform().certificate_pem,), (authority().pem,), (authority().pem,))


@cache
def memorandum(*, code: Code = CODE) -> bytes:
    """Return a memorandum as it is typeset, with its code among the keywords."""
    made = pypdf.PdfWriter(clone_from=io.BytesIO(agreements.paper(agreement()).pdf))
    made.add_metadata({"/Keywords": str(code)})
    return saved(made)


@cache
def short(text: str, code: Code | None = CODE) -> bytes:
    """Return one small page that says this."""
    made = pypdf.PdfWriter(clone_from=io.BytesIO(typesetting_of(text)))
    if code:
        made.add_metadata({"/Keywords": str(code)})
    return saved(made)


def typesetting_of(text: str) -> bytes:
    data = {"lines": [text], "width_pt": 400, "height_pt": 300}
    return typesetting.untagged_pdf("signature", "stamp.typ", json.dumps(data))


def saved(writer: pypdf.PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def blocks(count: int, *, page: int = 1) -> list[Block]:
    """Return places side by side, four in a row."""
    return [
        Block(
            f"party-{at}",
            page,
            10 + 95 * (at % 4),
            10 + 40 * (at // 4),
            95 + 95 * (at % 4),
            45 + 40 * (at // 4),
        )
        for at in range(count)
    ]


@cache
def prepared(count: int = 2, *, text: str = TEXT, code: Code = CODE) -> bytes:
    """Return a document with places: the memorandum, or a page that says `text`."""
    return signatures.prepare(short(text, code) if text else memorandum(code=code), blocks(count))


@cache
def sealed(count: int = 2, *, text: str = TEXT, code: Code = CODE) -> bytes:
    return signatures.seal(
        prepared(count, text=text, code=code), platform(), at=AT, reason="Dibuka oleh instalasi"
    )


def signed(pdf: bytes, number: int, p12: bytes | None = None, **more: object) -> bytes:
    """Return the file signed in this place, so many hours after AT."""
    named = {"at": AT + timedelta(hours=1 + number), "office": f"Ketua {number}", "place": "Cianjur"} | more
    return signatures.sign_with_pkcs12(
        pdf,
        f"party-{number}",
        p12 or authority().p12(f"Ketua {number}"),
        PASSPHRASE,
        **named,  # type: ignore[arg-type]
    )


@cache
def complete(*, text: str = TEXT) -> bytes:
    """Return a document that two parties signed, opened and closed by the installation."""
    made = signed(signed(sealed(text=text), 0), 1)
    return signatures.seal(
        made, platform(), at=AT + timedelta(hours=9), reason="Semua pihak menandatangani", closing=True
    )


def original(count: int = 2, *, text: str = TEXT, code: Code = CODE, until: date | None = None) -> Original:
    return Original(code, prepared(count, text=text, code=code), until)
