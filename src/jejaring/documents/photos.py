"""What a file really is, and a photo without what it tells of place and camera.

Content is sniffed, never believed. Of photos only what draws the picture is kept: the segments of a JPEG
and the chunks of a PNG that carry position, time, camera, owner or comments are left out, and nothing else
is changed. A JPEG keeps which way is up. Pure functions of bytes.
"""

from __future__ import annotations

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
ENDINGS = {JPEG: "jpg", PNG: "png", PDF: "pdf"}

_PNG_SIGN = b"\x89PNG\r\n\x1a\n"
_PNG_LEFT_OUT = {b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME"}
_JPEG_KEPT = {0xE0, 0xE2, 0xEE}
"""Application segments that say how to draw: JFIF, colour profile, Adobe's colour transform."""
_JPEG_COMMENT, _JPEG_SCAN, _JPEG_EXIF = 0xFE, 0xDA, 0xE1


def sniffed(content: bytes) -> str:
    """Return the kind of file that these bytes are, "" where it is neither photo nor PDF."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(_PNG_SIGN):
        return PNG
    if content.startswith(b"%PDF-"):
        return PDF
    return ""


def without_traces(content: bytes) -> bytes:
    """Return a JPEG or PNG without position, time and camera; other content as it is.

    Raises ValueError for a photo whose parts can't be told apart: it isn't known what it carries.
    """
    kind = sniffed(content)
    if kind == JPEG:
        return _bare_jpeg(content)
    return _bare_png(content) if kind == PNG else content


def _bare_jpeg(content: bytes) -> bytes:
    kept, at, turned = [content[:2]], 2, 1
    while True:
        if len(content) < at + 4 or content[at] != 0xFF:
            raise ValueError("a segment is missing")
        mark = content[at + 1]
        if mark == 0xFF:
            at += 1
            continue
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(content):
            raise ValueError("a segment is cut off")
        segment = content[at:end]
        if mark == _JPEG_EXIF and segment[4:10] == b"Exif\0\0":
            turned = _turned(segment[10:]) or turned
        elif not (0xE0 <= mark <= 0xEF or mark == _JPEG_COMMENT) or mark in _JPEG_KEPT:
            kept.append(segment)
        at = end
        if mark == _JPEG_SCAN:
            break
    # What follows the end of the picture (a second, larger picture with its own position) isn't kept.
    last = content.find(b"\xff\xd9", at)
    kept.append(content[at : last + 2] if last >= 0 else content[at:])
    if turned != 1:
        kept.insert(1, _which_way_up(turned))
    return b"".join(kept)


def _turned(exif: bytes) -> int:
    """Return the orientation in Exif data, 1 to 8; 0 where it has none."""
    order: str = {b"II": "little", b"MM": "big"}.get(exif[:2], "")
    if not order or len(exif) < 8:
        return 0

    def number(at: int, size: int) -> int:
        return int.from_bytes(exif[at : at + size], "little" if order == "little" else "big")

    first = number(4, 4)
    for entry in range(min(number(first, 2), 200)):
        at = first + 2 + 12 * entry
        if number(at, 2) == 0x0112:
            found = number(at + 8, 2)
            return found if 1 <= found <= 8 else 0
    return 0


def _which_way_up(turned: int) -> bytes:
    """Return a segment that holds the orientation and nothing else."""
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01" + turned.to_bytes(2, "big") + b"\0\0"
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + entry + b"\0\0\0\0"
    return b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif


def _bare_png(content: bytes) -> bytes:
    kept, at = [_PNG_SIGN], len(_PNG_SIGN)
    while at < len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            raise ValueError("a chunk is cut off")
        if kind not in _PNG_LEFT_OUT:
            kept.append(content[at:end])
        at = end
        if kind == b"IEND":
            break
    return b"".join(kept)
