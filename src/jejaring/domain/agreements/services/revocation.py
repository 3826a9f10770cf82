"""What issuers say of revocation: OCSP, else a list (CRL). Only issuers of trusted chains are asked.

A stranger's certificate could name any address, also one inside the network of this installation.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from jejaring.documents.signatures import Evidence
from jejaring.domain.agreements.services.reaching import Unreachable, asked

_FAILED = (Unreachable, ValueError, TypeError)


def evidence_of(chain: Sequence[x509.Certificate], dead: set[str] | None = None) -> tuple[Evidence, bool]:
    """Return what the issuers of a chain say now, and whether that is all that is needed.

    `chain` goes from a person's certificate to a trusted root, which nobody can revoke. Addresses that don't
    answer are added to `dead`, and aren't asked again.
    """
    dead = set() if dead is None else dead
    crls, ocsps, complete = [], [], True
    for certificate, issuer in pairwise(chain):
        if _never_checked(certificate):
            continue
        if answer := _ocsp(certificate, issuer, dead):
            ocsps.append(answer)
        elif listed := _crl(certificate, dead):
            crls.append(listed)
        else:
            complete = False
    der = [each.public_bytes(Encoding.DER) for each in chain]
    return Evidence(tuple(der[-1:]), tuple(der[:-1]), tuple(crls), tuple(ocsps)), complete


def _ocsp(certificate: x509.Certificate, issuer: x509.Certificate, dead: set[str]) -> bytes | None:
    """Return a responder's answer, None where there is none that says anything."""
    body = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1()).build()  # noqa: S303
    for address in _responders(certificate):
        with suppress(*_FAILED):
            kind = {"Content-Type": "application/ocsp-request"}
            answer = _once(address, dead, body.public_bytes(Encoding.DER), kind)
            if ocsp.load_der_ocsp_response(answer).response_status == ocsp.OCSPResponseStatus.SUCCESSFUL:
                return answer
    return None


def _crl(certificate: x509.Certificate, dead: set[str]) -> bytes | None:
    for address in _lists(certificate):
        with suppress(*_FAILED):
            answer = _once(address, dead)
            if answer.lstrip().startswith(b"-----"):
                answer = x509.load_pem_x509_crl(answer).public_bytes(Encoding.DER)
            x509.load_der_x509_crl(answer)
            return answer
    return None


def _once(
    address: str, dead: set[str], body: bytes | None = None, headers: dict[str, str] | None = None
) -> bytes:
    if address in dead:
        raise Unreachable("it didn't answer before")
    try:
        return asked(address, body, headers)
    except Unreachable:
        dead.add(address)
        raise


def _responders(certificate: x509.Certificate) -> list[str]:
    try:
        said = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return []
    wanted = AuthorityInformationAccessOID.OCSP
    return [str(each.access_location.value) for each in said if each.access_method == wanted]


def _lists(certificate: x509.Certificate) -> list[str]:
    try:
        said = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    names = [name for point in said for name in point.full_name or ()]
    return [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]


def _never_checked(certificate: x509.Certificate) -> bool:
    """Tell whether its issuer says that nobody needs to ask (responders, short-lived certificates)."""
    with suppress(x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_class(x509.OCSPNoCheck)
        return True
    return False
