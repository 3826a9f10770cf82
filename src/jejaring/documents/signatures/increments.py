"""Additions to a file that leave every earlier byte as it is, and are the same each time they are made."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from jejaring.documents.signatures.reading import READING_FAILED, SIZE_BYTES_MAX
from jejaring.engines.errors import Refusal


class Increment(IncrementalPdfFileWriter):
    """A revision to be added to a file. Its identifier follows from the file, its metadata stay.

    pyHanko writes the time of the clock and random numbers there; a signature has its own time.
    """

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> Any:
        stream = prev.stream
        stream.seek(0)
        digest = hashlib.sha256(stream.read()).digest()[:16]
        try:
            first = generic.ByteStringObject(bytes(prev.trailer["/ID"][0].original_bytes))
        except (AttributeError, KeyError):
            first = generic.ByteStringObject(digest)
        return generic.ArrayObject([first, generic.ByteStringObject(digest)])

    def _update_meta(self) -> None:
        """Leave keywords, dates and producer of the file as they are."""


def increment(pdf: bytes) -> Increment:
    """Return a revision to be added to our own file, or refuse what isn't one."""
    try:
        assert len(pdf) <= SIZE_BYTES_MAX
        return Increment(io.BytesIO(pdf))
    except READING_FAILED as error:
        raise Refusal(
            "signature.unreadable", "This file can't be read as a PDF, so it can't be signed."
        ) from error


def written(writer: Increment) -> bytes:
    """Return the file with the new revision."""
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()
