"""Who vouches for a signatory's certificate, and what the issuer says of it today."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from django.conf import settings

from jejaring.documents import signatures
from jejaring.documents.signatures import Evidence, Holder
from jejaring.documents.signatures.signing import certificate_of
from jejaring.domain.agreements.services.revocation import evidence_of

NOTHING = Evidence(())


def vouched(holder: Holder | None, *, at: datetime) -> tuple[str, Evidence]:
    """Return the issuer of a certificate whose chain ends at a trusted root, and what it says of revocation.

    Empty for a certificate that nobody here vouches for; then nobody is asked either. Asks the network.
    """
    if holder is None:
        return "", NOTHING
    chain = signatures.chain(holder.certificate, holder.others, authorities(), at=at)
    if not chain:
        return "", NOTHING
    evidence, _ = evidence_of(chain)
    return signatures.issuer_of(chain), evidence


def authorities() -> tuple[x509.Certificate, ...]:
    """Return the authorities that vouch for persons."""
    return read(settings.TRUSTED_ROOTS)


def time_authorities() -> tuple[x509.Certificate, ...]:
    """Return the authorities that vouch for the timestamp service."""
    return read(settings.TIMESTAMP_ROOTS)


def read(contents: tuple[bytes, ...]) -> tuple[x509.Certificate, ...]:
    """Return certificates from PEM or DER."""
    return tuple(certificate_of(each) for each in contents)
