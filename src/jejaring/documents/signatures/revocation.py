"""What is known of revocation when a signature is judged: from the file, and from whoever asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.authority import TrustAnchor
from pyhanko_certvalidator.registry import CertificateRegistry, TrustManager

from jejaring.documents.signatures.signing import Evidence

_STEPS_MAX = 200
"""So many steps from a certificate to one that may have issued it are looked at for one signature."""


class _FewSteps(CertificateRegistry):
    """Certificates, among which the search for a chain comes to an end.

    Twenty that could all have issued each other, in one file, have more chains than anybody can try.
    """

    steps = 0

    def find_potential_issuers(
        self, cert: asn1_x509.Certificate, trust_manager: TrustManager
    ) -> Iterator[TrustAnchor | asn1_x509.Certificate]:
        for each in super().find_potential_issuers(cert, trust_manager):
            self.steps += 1
            if self.steps > _STEPS_MAX:
                return
            yield each


def context(
    reader: PdfFileReader,
    roots: Sequence[asn1_x509.Certificate],
    evidence: Evidence,
    certificates: Sequence[asn1_x509.Certificate],
    moment: datetime,
) -> ValidationContext:
    """Return what a signature with these certificates is judged by.

    Answers (OCSP) about others are left out: pyHanko takes one about another certificate of the same issuer
    for one that fails, and doesn't believe the first any more.
    """
    try:
        kept = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        kept = None
    others = list(kept.load_certs()) if kept else []
    answers = [asn1_ocsp.OCSPResponse.load(each) for each in evidence.ocsps]
    lists = [asn1_crl.CertificateList.load(each) for each in evidence.crls]
    if kept:
        answers += [asn1_ocsp.OCSPResponse.load(each.get_object().data) for each in kept.ocsps]
        lists += [asn1_crl.CertificateList.load(each.get_object().data) for each in kept.crls]
    wanted = set(_numbers(certificates, others))
    return ValidationContext(
        trust_roots=list(roots),
        certificate_registry=_FewSteps.build(others),
        ocsps=[each for each in answers if _about(each) & wanted],
        crls=lists,
        moment=moment,
        allow_fetching=False,
        revocation_mode="soft-fail",
        # Evidence is gathered after the signature that it is for.
        retroactive_revinfo=True,
    )


def _numbers(
    certificates: Sequence[asn1_x509.Certificate], others: Sequence[asn1_x509.Certificate]
) -> Iterator[int]:
    """Yield the serial numbers of certificates and of their issuers."""
    for each in certificates:
        yield each.serial_number
        yield from (other.serial_number for other in others if other.subject == each.issuer)


def _about(answer: asn1_ocsp.OCSPResponse) -> set[int]:
    """Return the serial numbers of the certificates that an answer is about."""
    if answer["response_status"].native != "successful":
        return set()
    said = answer.response_data["responses"]
    return {each["cert_id"]["serial_number"].native for each in said}
