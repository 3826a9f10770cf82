"""The places where a document is signed: all of them are made before the first signature.

A place added later would break the seal that opens the document (docs/decisions/0014-signatures.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, append_signature_field, enumerate_sig_fields

from jejaring.documents.signatures.increments import increment, written
from jejaring.documents.signatures.meterai import STAMP

SEAL = "jejaring-seal"
"""The installation's seal that opens a document: from then on nothing but signatures may be added."""
CLOSING_SEAL = "jejaring-closing-seal"
"""The installation's seal after the last consent or signature."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,59}")


@dataclass(frozen=True)
class Block:
    """Where one party signs: a page counted from 1, and a box in points (taken whole) from its lower left."""

    field: str
    page: int
    left_pt: float
    bottom_pt: float
    right_pt: float
    top_pt: float
    label: str = ""
    """What a screen reader says of the place, in the document's language."""


def prepare(pdf: bytes, blocks: Sequence[Block], stamps: Sequence[Block] = ()) -> bytes:
    """Return the file with an empty place for every party and two, unseen, for the installation's seal.

    `stamps` are the places of e-meterai, named by `stamp_field`. Names are unique, made of letters, digits
    and hyphens. The same file and blocks give the same bytes.
    """
    assert not any(block.field.startswith(STAMP) for block in blocks)
    assert all(block.field.startswith(STAMP) for block in stamps)
    blocks = (*blocks, *stamps)
    names = [block.field for block in blocks]
    assert len(set(names)) == len(names), names
    assert all(_NAME.fullmatch(name) and name not in {SEAL, CLOSING_SEAL} for name in names), names
    writer = increment(pdf)
    for block in blocks:
        assert block.page >= 1
        assert block.left_pt < block.right_pt
        assert block.bottom_pt < block.top_pt
        box = (round(block.left_pt), round(block.bottom_pt), round(block.right_pt), round(block.top_pt))
        spec = SigFieldSpec(
            block.field, on_page=block.page - 1, box=box, readable_field_name=block.label or block.field
        )
        append_signature_field(writer, spec)
    for name in (SEAL, CLOSING_SEAL):
        append_signature_field(writer, SigFieldSpec(name, readable_field_name=name))
    return written(writer)


def places(reader: PdfFileReader) -> dict[str, bool]:
    """Return the names of all places of a file, and whether each is signed."""
    return {name: value is not None for name, value, _ in enumerate_sig_fields(reader)}


def size_pt(reader: PdfFileReader, field: str) -> tuple[float, float]:
    """Return width and height of a place, zeros for one without."""
    for _, _, reference in enumerate_sig_fields(reader, with_name=field):
        left, bottom, right, top = (float(number) for number in reference.get_object()["/Rect"])
        return abs(right - left), abs(top - bottom)
    return 0.0, 0.0
