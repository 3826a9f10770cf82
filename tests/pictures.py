"""Pictures made of nothing but bytes, for tests that upload one."""

from __future__ import annotations

import struct
import zlib


def white_png(width: int, height: int) -> bytes:
    """Return a white picture in grey scale, as a scanner makes it."""
    rows = (b"\x00" + b"\xff" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
