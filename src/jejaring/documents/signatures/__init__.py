"""Signatures in PDF: places for them, the installation's seal, certificates of persons, and what a file is.

Pure: moments and keys are arguments, nothing is kept and nothing is asked of the network, except by a
timestamp or signing service that the caller hands in. The order of signing and what the states mean:
docs/decisions/0014-signatures.md.
"""

from jejaring.documents.signatures.fields import CLOSING_SEAL, SEAL, Block, prepare
from jejaring.documents.signatures.found import Signature, Trusted
from jejaring.documents.signatures.judging import Original, State, Verdict, verdict
from jejaring.documents.signatures.keys import PlatformKey, new_platform_key
from jejaring.documents.signatures.reading import Code, known_code
from jejaring.documents.signatures.scans import checked_scan
from jejaring.documents.signatures.signing import (
    Evidence,
    RemoteSigner,
    seal,
    sign_remotely,
    sign_with_pkcs12,
)

__all__ = [
    "CLOSING_SEAL",
    "SEAL",
    "Block",
    "Code",
    "Evidence",
    "Original",
    "PlatformKey",
    "RemoteSigner",
    "Signature",
    "State",
    "Trusted",
    "Verdict",
    "checked_scan",
    "known_code",
    "new_platform_key",
    "prepare",
    "seal",
    "sign_remotely",
    "sign_with_pkcs12",
    "verdict",
]
