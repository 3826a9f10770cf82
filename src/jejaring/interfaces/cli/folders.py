"""Files of results: written whole or not at all, and nothing that people made is overwritten."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from jejaring.engines.errors import Refusal, Sentence

_WHY = {
    errno.ENOSPC: Sentence("disk.full", "the disk is full"),
    errno.EDQUOT: Sentence("disk.full", "the disk is full"),
    errno.EACCES: Sentence("disk.permission", "you may not write there"),
    errno.EPERM: Sentence("disk.permission", "you may not write there"),
    errno.EROFS: Sentence("disk.permission", "you may not write there"),
    errno.ENOTDIR: Sentence("disk.no_folder", "a file stands where a folder is needed"),
    errno.EEXIST: Sentence("disk.no_folder", "a file stands where a folder is needed"),
    errno.EISDIR: Sentence("disk.no_file", "a folder stands where a file is to be written"),
    errno.ENOENT: Sentence("disk.no_place", "no folder can be made there"),
    errno.ENAMETOOLONG: Sentence("disk.long_name", "the name is too long"),
}
"""What a system says in English and in few words. EDQUOT is a full share of a disk."""


def why(error: OSError) -> Sentence | str:
    """Return why the system wouldn't, in words that can be translated where the case is an ordinary one."""
    return _WHY.get(error.errno or 0, error.strerror or "?")


def shown_name(path: Path | str) -> str:
    """Return the name of a file without its folder, as text that any file can hold."""
    name = Path(path).name or Path(path).resolve().name
    return name.encode("utf-8", "replace").decode("utf-8")


def refuse_unusable(folder: Path) -> None:
    """Refuse a folder that can't be written to, before minutes of work; nothing is made."""
    with _refused(folder):
        there = folder.absolute()
        while not os.path.lexists(there):
            there = there.parent
        if not there.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not os.access(there, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def written(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write `files` into `folder`, by name or folder/name, each whole, none before all have been set down.

    Raises a Refusal where the folder can't be written to; what stood there stays as it was.
    """
    made: list[tuple[Path, Path]] = []
    try:
        with _refused(folder):
            folder.mkdir(parents=True, exist_ok=True)
            for name, data in files.items():
                number, temporary = tempfile.mkstemp(prefix=".jejaring-", dir=folder)
                made.append((Path(temporary), folder / name))
                with os.fdopen(number, "wb") as stream:
                    stream.write(data)
                Path(temporary).chmod(0o644)
            for _, final in made:
                final.parent.mkdir(exist_ok=True)
                if final.is_dir():
                    raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            for path, final in made:
                path.replace(final)
    finally:
        for path, _ in made:
            path.unlink(missing_ok=True)
    return [final for _, final in made]


def renewed(folder: Path, files: Mapping[str, bytes], aside: str) -> Path | None:
    """Make `folder` hold these PDFs and no others; return where earlier ones are now, None if nowhere.

    Where other PDFs are there (drafts of another plan, a signed copy), the whole folder is moved
    aside, to `aside` with a number, and nothing in it is changed. Raises a Refusal.
    """
    with _refused(folder):
        if not os.path.lexists(folder):
            written(folder, files)
            return None
        there = {path.name: path for path in folder.iterdir() if path.suffix.lower() == ".pdf"}
        if all(name in files and path.read_bytes() == files[name] for name, path in there.items()):
            written(folder, files)
            return None
        fresh = Path(tempfile.mkdtemp(prefix=".jejaring-", dir=folder.parent))
        try:
            fresh.chmod(0o755)
            written(fresh, files)
            number = 1
            while os.path.lexists(old := folder.with_name(f"{aside}-{number}")):
                number += 1
            folder.rename(old)
            fresh.rename(folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return old


@contextmanager
def _refused(folder: Path) -> Iterator[None]:
    """Turn what the system says into a Refusal."""
    try:
        yield
    except OSError as error:
        raise Refusal(
            "output.unwritable",
            "Nothing was written: {folder} can't be used for the results ({why}). Name another place.",
            folder=str(folder),
            why=why(error),
        ) from None
