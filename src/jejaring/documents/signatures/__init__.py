"""Signatures in PDF: places for them, the installation's seal, certificates of persons, and what a file is.

Pure: moments and keys are arguments, nothing is kept and nothing is asked of the network, except by a
timestamp or signing service that the caller hands in. The order of signing and what the states mean:
docs/decisions/0014-signatures.md.
"""

from jejaring.documents.signatures.chains import (
    Holder,
    chain,
    holders,
    issuer_of,
    pkcs12_holder,
    remote_holder,
)
from jejaring.documents.signatures.fields import CLOSING_SEAL, SEAL, Block, prepare
from jejaring.documents.signatures.found import Signature, Trusted
from jejaring.documents.signatures.judging import Original, State, Verdict, verdict
from jejaring.documents.signatures.keys import PlatformKey, new_platform_key
from jejaring.documents.signatures.lasting import with_time
from jejaring.documents.signatures.meterai import stamp_field
from jejaring.documents.signatures.reading import Code, known_code
from jejaring.documents.signatures.scans import checked_scan
from jejaring.documents.signatures.signing import (
    Evidence,
    RemoteSigner,
    seal,
    seal_consent,
    sign_remotely,
    sign_with_pkcs12,
)

__all__ = [
    "CLOSING_SEAL",
    "SEAL",
    "Block",
    "Code",
    "Evidence",
    "Holder",
    "Original",
    "PlatformKey",
    "RemoteSigner",
    "Signature",
    "State",
    "Trusted",
    "Verdict",
    "chain",
    "checked_scan",
    "holders",
    "issuer_of",
    "known_code",
    "new_platform_key",
    "pkcs12_holder",
    "prepare",
    "remote_holder",
    "seal",
    "seal_consent",
    "sign_remotely",
    "sign_with_pkcs12",
    "stamp_field",
    "verdict",
    "with_time",
]
