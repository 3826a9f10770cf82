"""Photos that come with submissions: found beside them, and stripped before anything is kept.

ODK packs them into the export itself (media/1234.jpg); Kobo hands out a .zip of their own with a folder for
each submission; somebody may also send them one by one. A submission tells the name of its photo, never where
it lies. The same name may come from two phones: then the folder must say whose it is.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from jejaring.documents import photos
from jejaring.domain.mapping.actions.evidence import MOST_BYTES, fit_to_keep
from jejaring.engines.errors import Refusal

_ENDINGS = (".jpg", ".jpeg", ".png")
_MOST_PARTS = 5000
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, NotImplementedError)


@dataclass(frozen=True)
class Named:
    """A photo as a submission names it, and what it is about."""

    name: str
    instance: str
    """Of the submission: uuid:…"""
    stage: str
    product: str = ""
    """Code; "" where it is of no product."""
    note: str = ""


@dataclass(frozen=True)
class Photo:
    """A photo that was found, without what a camera adds."""

    named: Named
    content_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Return what tells it from others."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Found:
    """The photos of some submissions, and how many names had none that can be kept."""

    photos: tuple[Photo, ...]
    missing: int


@dataclass(frozen=True)
class _Part:
    path: str
    read: Callable[[], bytes]

    @property
    def name(self) -> str:
        return _bare(self.path.rpartition("/")[2])


class Media:
    """Every photo in the files that somebody sent, read only when a submission names it."""

    def __init__(self, files: Iterable[tuple[str, bytes]]) -> None:
        self._parts: dict[str, list[_Part]] = {}
        for name, data in files:
            for part in _parts(name, data):
                self._parts.setdefault(part.name, []).append(part)

    def find(self, wanted: Sequence[Named]) -> Found:
        """Return the photos that these submissions name, each once."""
        found: dict[str, Photo] = {}
        missing = 0
        for named in wanted:
            photo = self._find(named)
            if photo is None:
                missing += 1
            else:
                found.setdefault(photo.sha256, photo)
        return Found(tuple(found.values()), missing)

    def _find(self, named: Named) -> Photo | None:
        there = self._parts.get(_bare(named.name.rpartition("/")[2]), [])
        uuid = named.instance.removeprefix("uuid:")
        own = [part for part in there if uuid and uuid in part.path.casefold()]
        # Two phones may have called their photos alike: nobody's photo is put into somebody else's answers.
        fitting = own or [part for part in there if not _UUID.search(part.path.casefold())]
        if len(fitting) != 1:
            return None
        try:
            kind, content = fit_to_keep(fitting[0].read())
        except (Refusal, *_BROKEN):
            return None
        return Photo(named, kind, content)


def is_photo(data: bytes) -> bool:
    """Return whether a file is a photo by itself."""
    return photos.sniffed(data) in (photos.JPEG, photos.PNG)


def has_photos(parts: zipfile.ZipFile) -> bool:
    """Return whether a .zip holds photos."""
    return any(name.casefold().endswith(_ENDINGS) for name in parts.namelist())


def _parts(name: str, data: bytes) -> Iterator[_Part]:
    if is_photo(data):
        yield _Part(name, lambda: data)
        return
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            inside = packed.infolist()
    except _BROKEN:
        return
    for info in inside[:_MOST_PARTS]:
        if info.filename.casefold().endswith(_ENDINGS) and info.file_size <= MOST_BYTES:
            yield _Part(info.filename, _reading(data, info))


def _reading(data: bytes, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return packed.read(info)

    return read


def _bare(name: str) -> str:
    """Return a file's name as it is compared: servers write a space as an underscore."""
    return name.strip().casefold().replace(" ", "_")
