"""Time and evidence over a whole file: its signatures outlive their certificates (PAdES B-T to B-LTA)."""

from __future__ import annotations

import io
from collections.abc import Mapping

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from jejaring.documents.signatures.fields import places
from jejaring.documents.signatures.increments import increment
from jejaring.documents.signatures.signing import DIGEST, Evidence, asn1, certificate_of

_PLACE = "jejaring-time-"


def with_time(pdf: bytes, timestamper: TimeStamper, evidence: Mapping[str, Evidence]) -> bytes:
    """Return the file with a timestamp over all of it, and with the evidence for its signatures.

    `evidence` is by the name of the signed place, and complete or left out: what is given makes that
    signature B-LTA, the others become B-T. The service is asked twice: how long its answer is, and for the
    answer. Raises what the service raises (OSError).
    """
    writer = increment(pdf)
    for signature in writer.prev.embedded_signatures:
        proof = evidence.get(signature.field_name)
        if proof is not None:
            DocumentSecurityStore.supply_dss_in_writer(
                writer,
                signature.pkcs7_content,
                certs=[asn1(certificate_of(each)) for each in (*proof.roots, *proof.others)],
                ocsps=[asn1_ocsp.OCSPResponse.load(each) for each in proof.ocsps],
                crls=[asn1_crl.CertificateList.load(each) for each in proof.crls],
            )
    taken = sum(name.startswith(_PLACE) for name in places(writer.prev))
    name = f"{_PLACE}{taken + 1}"
    out = io.BytesIO()
    PdfTimeStamper(timestamper, field_name=name, readable_field_name=name).timestamp_pdf(
        writer, DIGEST, output=out
    )
    return out.getvalue()
