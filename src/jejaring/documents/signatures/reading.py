"""Opens PDF files that anybody may have made: what can go wrong is named, what may be used up is limited.

A reader of PDF meets whatever bytes it is given. The limits here bound size, revisions and unpacked data;
the errors are those that pyHanko and what it stands on raise for damaged or hostile files.
"""

from __future__ import annotations

import io
import logging
import re
import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import ValueErrorWithMessage
from pyhanko_certvalidator.errors import PathError, ValidationError

from jejaring.documents.signatures.later import LimitedReader

# For every certificate that it doesn't know, pyHanko writes a trace with the holder's name into the log.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

SIZE_BYTES_MAX = 20_000_000
REVISIONS_MAX = 200
"""24 parties with timestamps and long-term evidence make about a hundred."""

READING_FAILED = (
    PdfError,
    ValueErrorWithMessage,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
    InvalidSignature,
    UnsupportedAlgorithm,
    PathError,
    ValidationError,
)
"""What reading a damaged or hostile file raises. Not `Exception`: a mistake of ours must be seen (pyHanko
needs a thread without an event loop and raises RuntimeError in one)."""

_LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=32_000_000),
    document_budget=DocumentDecodeBudget(base_allowance=96_000_000, max_ratio=10),
)
_CODE = re.compile(r"jejaring:([A-Za-z0-9][A-Za-z0-9-]{2,63}):([1-9]\d{0,5})(?!\d)")


@dataclass(frozen=True)
class Code:
    """Which document this is, and which version of it: what the keywords of our PDF say."""

    code: str
    version: int

    def __str__(self) -> str:
        return f"jejaring:{self.code}:{self.version}"


@dataclass(frozen=True)
class Opened:
    """A file that could be read; `strict` tells that it keeps the rules which signatures need."""

    reader: PdfFileReader
    strict: bool


def opened(pdf: bytes) -> Opened | None:
    """Return a reader of this file, None where nobody could read it."""
    if not 0 < len(pdf) <= SIZE_BYTES_MAX:
        return None
    for strict in (True, False):
        try:
            reader = LimitedReader(io.BytesIO(pdf), strict=strict, decode_limits=_LIMITS)
            if reader.encrypted or reader.total_revisions > REVISIONS_MAX:
                return None
            reader.root["/Pages"]["/Type"]
        except READING_FAILED:
            continue
        return Opened(reader, strict and not reader.xrefs.hybrid_xrefs_present)
    return None


def known_code(pdf: bytes) -> Code | None:
    """Return which document and version the file says it is, None where it doesn't say.

    Read from the keywords, which other programs keep when they save a file again; anybody could
    write them, so they prove nothing.
    """
    found = opened(pdf)
    texts = _described(found.reader) if found else []
    for text in (*texts, pdf[:SIZE_BYTES_MAX].decode("latin-1")):
        if code := _CODE.search(text):
            return Code(code[1], int(code[2]))
    return None


def _described(reader: PdfFileReader) -> list[str]:
    """Return what the file says of itself: keywords, then the XMP packet."""
    texts = []
    with suppress(*READING_FAILED):
        texts.append(str(reader.trailer["/Info"]["/Keywords"]))
    with suppress(*READING_FAILED):
        texts.append(reader.root["/Metadata"].data.decode("utf-8", "replace"))
    return texts
