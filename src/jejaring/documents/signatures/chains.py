"""Who vouches for a certificate: its chain to a root that the installation trusts.

For labels that are drawn before a file is signed, and to know whose evidence to ask for. What a signature is
worth is judged by pyHanko afterwards (`found`), by the same rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.validate import validate_path

from jejaring.documents.signatures import keys, signing
from jejaring.documents.signatures.reading import READING_FAILED, opened
from jejaring.documents.signatures.signing import RemoteSigner, certificate_of

_LENGTH_MAX = 8
_OTHERS_MAX = 100
"""So many certificates that came with one are looked at: anybody may bring thousands."""


@dataclass(frozen=True)
class Holder:
    """A certificate that signed, and those that came with it."""

    field: str
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...] = ()
    is_time: bool = False
    """It is a timestamp's, not a signatory's."""


def chain(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    *,
    at: datetime,
) -> tuple[x509.Certificate, ...]:
    """Return the certificates from this one to a trusted root, the root last; empty where there is no way.

    Each is looked at once: a shortest way is found, however many there are.
    """
    if not _valid(certificate, at):
        return ()
    unseen = [each for each in dict.fromkeys((*roots, *others[:_OTHERS_MAX])) if each != certificate]
    waiting: list[tuple[x509.Certificate, ...]] = [(certificate,)]
    while waiting:
        so_far = waiting.pop(0)
        last = so_far[-1]
        if any(last == root for root in roots):
            return so_far if _holds(so_far, at) else ()
        if len(so_far) < _LENGTH_MAX:
            above = [each for each in unseen if _issued(last, each, at)]
            unseen = [each for each in unseen if each not in above]
            waiting.extend((*so_far, each) for each in above)
    return ()


def issuer_of(found: Sequence[x509.Certificate]) -> str:
    """Return what the issuer of a chain's first certificate is called: its organisation, else its name."""
    if not found:
        return ""
    names = found[0].issuer
    for kind in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        said = names.get_attributes_for_oid(kind)
        if said:
            return str(said[0].value)[:200]
    return ""


def pkcs12_holder(p12: bytes, passphrase: str, *, at: datetime) -> Holder:
    """Return whose certificate a .p12 file has; refuses like `sign_with_pkcs12`."""
    found = keys.pkcs12_credential(p12, passphrase, at=at)
    return Holder("", found.certificate, found.others)


def remote_holder(remote: RemoteSigner) -> Holder | None:
    """Return whose certificate a signing service signs with; None where it has none."""
    found = [certificate_of(each) for each in remote.certificates()]
    return Holder("", found[0], tuple(found[1:])) if found else None


def holders(pdf: bytes) -> tuple[Holder, ...]:
    """Return whose certificates signed a file, the timestamps' too; nothing where it can't be read."""
    read = opened(pdf)
    found: list[Holder] = []
    try:
        for each in read.reader.embedded_signatures if read else ():
            found += _holders(each)
    except READING_FAILED:
        return ()
    return tuple(found)


def _holders(signature: EmbeddedPdfSignature) -> list[Holder]:
    made = [
        Holder(
            signature.field_name,
            _read(signature.signer_cert),
            tuple(_read(each) for each in signature.other_embedded_certs),
            signature.sig_object.get("/Type") == "/DocTimeStamp",
        )
    ]
    for token in extract_tst_data_iter(signature.signer_info, signed=False):
        inside = [_read(each.chosen) for each in token["certificates"] if each.name == "certificate"]
        signed = token["signer_infos"][0]["sid"].chosen
        made += [
            Holder(signature.field_name, each, tuple(inside), is_time=True)
            for each in inside
            if each.serial_number == signed["serial_number"].native
        ]
    return made


def _read(certificate: asn1_x509.Certificate) -> x509.Certificate:
    return x509.load_der_x509_certificate(certificate.dump())


def _valid(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _holds(found: Sequence[x509.Certificate], at: datetime) -> bool:
    """Tell whether a chain keeps the rules that a signature is judged by afterwards: lengths, purposes."""
    if len(found) == 1:
        return True
    first, *between, root = (signing.asn1(each) for each in found)
    context = ValidationContext(
        trust_roots=[root], moment=at, allow_fetching=False, revocation_mode="soft-fail"
    )
    try:
        validate_path(context, ValidationPath(CertTrustAnchor(root), reversed(between), first))
    except (PathError, ValidationError, ValueError):
        return False
    return True


def _issued(certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> bool:
    """Tell whether one certificate was issued by the other, which may do so."""
    try:
        allowed = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        certificate.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, InvalidSignature, ValueError, TypeError):
        return False
    return allowed and _valid(issuer, at)
