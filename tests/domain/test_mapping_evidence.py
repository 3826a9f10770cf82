"""Photos and documents: kept once, without traces, only of the kinds that they claim to be."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from jejaring.documents import photos
from jejaring.domain.mapping.actions import evidence
from jejaring.domain.mapping.models import Evidence
from jejaring.engines.errors import Refusal
from tests.cast import Cast, make_cast

AT = datetime(2027, 1, 15, 3, 0, tzinfo=UTC)


def segment(mark: int, body: bytes) -> bytes:
    return bytes((0xFF, mark)) + (len(body) + 2).to_bytes(2, "big") + body


def exif(turned: int) -> bytes:
    entry = b"\x12\x01\x03\x00\x01\x00\x00\x00" + turned.to_bytes(2, "little") + b"\0\0"
    return segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry + b"\0\0\0\0GPS 6.82 S 107.14 E")


JFIF, TABLE, SCAN = (
    segment(0xE0, b"JFIF\0"),
    segment(0xDB, b"q" * 64),
    segment(0xDA, b"s") + b"pixels\xff\xd9",
)
COMMENT = segment(0xFE, b"taken by somebody")
CHUNK = b"\0\0\0\x04tEXtGPS!\0\0\0\0"
PNG = b"\x89PNG\r\n\x1a\n"
END = b"\0\0\0\0IEND\xaeB`\x82"


def test_a_photo_keeps_its_picture_and_nothing_of_place_and_camera() -> None:
    plain = b"\xff\xd8" + JFIF + TABLE + SCAN
    assert photos.without_traces(b"\xff\xd8" + JFIF + exif(1) + COMMENT + TABLE + SCAN) == plain
    assert photos.without_traces(plain + b"a second picture, GPS") == plain
    assert photos.without_traces(PNG + CHUNK + END) == PNG + END


def test_a_photo_taken_upright_stays_upright() -> None:
    bare = photos.without_traces(b"\xff\xd8" + exif(6) + TABLE + SCAN)
    assert b"GPS" not in bare
    assert bare.endswith(TABLE + SCAN)
    assert photos._turned(bare[2 + 4 + 6 :]) == 6
    assert photos.without_traces(bare) == bare


@pytest.mark.parametrize("cut", [3, 10, 30])
def test_a_photo_whose_parts_cant_be_told_apart_isnt_kept(cut: int) -> None:
    with pytest.raises(ValueError, match=r"cut off|missing"):
        photos.without_traces((b"\xff\xd8" + JFIF + exif(1) + TABLE + SCAN)[:cut])


@pytest.fixture
def cast(db: None, tmp_path: Path, settings: LazySettings) -> Cast:
    settings.MEDIA_ROOT = tmp_path
    return make_cast()


def add(cast: Cast, content: bytes) -> Evidence:
    return evidence.add_evidence(
        cast.babakankaret, stage="production", content=content, note="Nota", by=cast.clerk, at=AT
    )


def test_the_same_photo_sent_twice_is_kept_once_and_goes_with_its_row(
    cast: Cast, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    photo = b"\xff\xd8" + exif(1) + TABLE + SCAN
    kept = add(cast, photo)
    assert add(cast, photo) == kept
    assert (kept.content_type, kept.size_bytes) == ("image/jpeg", 2 + len(TABLE + SCAN))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in files] == [b"\xff\xd8" + TABLE + SCAN]
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            evidence.remove_evidence(kept, by=cast.clerk)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html><script>", "mapping.evidence_kind"),
        (b"MZ\x90", "mapping.evidence_kind"),
        (b"", "mapping.evidence_kind"),
        (b"\xff\xd8\xff\xe1\xff", "mapping.evidence_broken"),
        (b"%PDF-1.7" + b" " * evidence.MOST_BYTES, "mapping.evidence_large"),
    ],
)
def test_other_files_are_refused_whatever_they_are_called(cast: Cast, content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        add(cast, content)
    assert refused.value.sentence.code == code
    assert not Evidence.objects.exists()
