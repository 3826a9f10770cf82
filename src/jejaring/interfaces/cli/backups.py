"""The commands `backup` and `restore`: the whole of an installation in one file, and back."""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

from jejaring import __version__
from jejaring.documents.language import Language
from jejaring.engines.errors import Refusal
from jejaring.interfaces.cli import screen
from jejaring.interfaces.cli.folders import shown_name, why
from jejaring.interfaces.cli.installation import prepared

_KEYS, _SEAL = "keys.json", "seal.pem"
_DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}


def backup(typed: argparse.Namespace, language: Language) -> int:
    """`jejaring backup FILE`: database, files and keys into one archive that only its owner can read."""
    settings = prepared()
    target = Path(typed.file)
    if target.exists():
        raise Refusal(
            "backup.exists", "“{file}” is there already; choose another name.", file=shown_name(target)
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, unfinished = tempfile.mkstemp(prefix=".jejaring-", dir=target.parent)
        os.close(descriptor)
        try:
            _write(Path(unfinished), settings, with_keys=not typed.without_keys)
            Path(unfinished).replace(target)
        finally:
            Path(unfinished).unlink(missing_ok=True)
    except OSError as error:
        raise Refusal(
            "backup.unwritable",
            "“{file}” can't be written: {reason}.",
            file=shown_name(target),
            reason=why(error),
        ) from error
    screen.say(language.text("{file} has everything.", file=shown_name(target)))
    if typed.without_keys:
        screen.say(language.text("The keys are not in it: keep copies of keys.json and seal.pem apart."))
    else:
        screen.say(language.text("The keys are in it: whoever has it can read personal data. Lock it away."))
    return 0


def restore(typed: argparse.Namespace, language: Language) -> int:
    """`jejaring restore FILE`: an archive becomes this installation, which must be empty."""
    settings = prepared()
    source = Path(typed.file)
    _refuse_inhabited(settings)
    with tempfile.TemporaryDirectory(dir=settings.HOME) as folder:
        there = Path(folder)
        try:
            with tarfile.open(source) as archive:
                archive.extractall(there, filter="data")
        except (OSError, tarfile.TarError) as error:
            raise Refusal(
                "backup.unreadable", "“{file}” can't be read as a backup.", file=shown_name(source)
            ) from error
        _put_back(there, settings, shown_name(source))
    screen.say(language.text("Restored from {file}. Run “jejaring set-up” now.", file=shown_name(source)))
    return 0


def _write(target: Path, settings: Any, *, with_keys: bool) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as folder, tarfile.open(target, "w:gz") as archive:
        dumped = _dumped(Path(folder), settings.DATABASES["default"])
        archive.add(dumped, dumped.name)
        if settings.MEDIA_ROOT.is_dir():
            archive.add(settings.MEDIA_ROOT, "files")
        keys = (settings.HOME / "keys.json").read_bytes()
        if with_keys:
            for name in _secrets(settings):
                archive.add(settings.HOME / name, name)
        about = {
            "format": "jejaring-backup/1",
            "version": __version__,
            "database": dumped.name,
            "sha256": _digest(dumped),
            "keys_sha256": sha256(keys).hexdigest(),
            "seal_sha256": _digest(settings.SEAL_FILE) if settings.SEAL_FILE.exists() else "",
        }
        text = json.dumps(about, indent=1).encode()
        entry = tarfile.TarInfo("backup.json")
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text))
    target.chmod(0o600)


def _put_back(there: Path, settings: Any, name: str) -> None:
    about = _about(there)
    if about is None:
        raise Refusal("backup.damaged", "“{file}” isn't a whole backup of this program.", file=name)
    dumped = there / about["database"]
    database = settings.DATABASES["default"]
    if dumped.name != _DATABASE[_kind(database)]:
        raise Refusal(
            "backup.other_database",
            "This backup is of another kind of database ({kind}). Set JEJARING_DATABASE accordingly.",
            kind=dumped.suffix.removeprefix("."),
        )
    keys = there / "keys.json"
    here = settings.HOME / "keys.json"
    if not keys.exists() and sha256(here.read_bytes()).hexdigest() != about["keys_sha256"]:
        raise Refusal(
            "backup.keys_missing",
            "The keys aren't in this backup. Put the keys.json of that time into {folder} first.",
            folder=str(settings.HOME),
        )
    _refuse_without_seal(there, settings, about.get("seal_sha256", ""))
    _load(dumped, database)
    for secret in (_KEYS, _SEAL):
        if (there / secret).exists():
            shutil.copyfile(there / secret, settings.HOME / secret)
            (settings.HOME / secret).chmod(0o600)
    if (there / "files").is_dir():
        shutil.copytree(there / "files", settings.MEDIA_ROOT, dirs_exist_ok=True)


def _secrets(settings: Any) -> list[str]:
    """Return the files of keys that there are: the seal's is made when the first paper is sealed."""
    return [name for name in (_KEYS, _SEAL) if (settings.HOME / name).exists()]


def _refuse_without_seal(there: Path, settings: Any, wanted: str) -> None:
    """Refuse a restore after which papers that were sealed before wouldn't be known as ours."""
    here = [folder / _SEAL for folder in (there, settings.HOME) if (folder / _SEAL).exists()]
    if wanted and (not here or _digest(here[0]) != wanted):
        raise Refusal(
            "backup.seal_missing",
            "The key of the seal isn't in this backup. Put the seal.pem of that time into {folder} first.",
            folder=str(settings.HOME),
        )


def _about(there: Path) -> dict[str, str] | None:
    """Return what a backup says of itself; None where it isn't one, or isn't whole."""
    try:
        about = json.loads((there / "backup.json").read_text(encoding="utf-8"))
        dumped = there / about["database"]
        whole = about["format"] == "jejaring-backup/1" and about["sha256"] == _digest(dumped)
        return about if whole and about["keys_sha256"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _refuse_inhabited(settings: Any) -> None:
    from django.db import connection

    with closing(connection.cursor()) as cursor:
        inhabited = "parties_user" in connection.introspection.table_names(cursor)
        if inhabited:
            cursor.execute("SELECT count(*) FROM parties_user")
            inhabited = cursor.fetchone()[0] > 0
    connection.close()
    if inhabited:
        raise Refusal(
            "backup.inhabited",
            "There are people in this installation; nothing is overwritten. "
            "Restore into an empty one: set JEJARING_HOME to a new folder (now {folder}).",
            folder=str(settings.HOME),
        )


def _kind(database: Mapping[str, Any]) -> str:
    return "sqlite" if "sqlite" in database["ENGINE"] else "postgresql"


def _dumped(folder: Path, database: Mapping[str, Any]) -> Path:
    """Return a file with the database as it is at one moment, while others go on writing."""
    target = folder / _DATABASE[_kind(database)]
    if _kind(database) == "sqlite":
        import sqlite3

        with closing(sqlite3.connect(database["NAME"])) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
        return target
    _run(["pg_dump", "--format=custom", f"--file={target}", *_reached(database)], database)
    return target


def _load(dumped: Path, database: Mapping[str, Any]) -> None:
    if _kind(database) == "sqlite":
        name = Path(database["NAME"])
        for rest in (f"{name}-wal", f"{name}-shm"):
            Path(rest).unlink(missing_ok=True)
        shutil.copyfile(dumped, name)
        name.chmod(0o600)
        return
    _run(["pg_restore", "--clean", "--if-exists", "--no-owner", *_reached(database), str(dumped)], database)


def _reached(database: Mapping[str, Any]) -> list[str]:
    named = {"host": database["HOST"], "port": database["PORT"], "username": database["USER"]}
    return [f"--{key}={value}" for key, value in named.items() if value] + [f"--dbname={database['NAME']}"]


def _run(command: list[str], database: Mapping[str, Any]) -> None:
    environment = os.environ | ({"PGPASSWORD": database["PASSWORD"]} if database["PASSWORD"] else {})
    try:
        subprocess.run(command, env=environment, check=True, capture_output=True)
    except FileNotFoundError as error:
        raise Refusal(
            "backup.no_program",
            "{program} is needed for a backup of PostgreSQL: install its client programs.",
            program=command[0],
        ) from error
    except subprocess.CalledProcessError as error:
        raise Refusal(
            "backup.program_failed",
            "{program} says: {said}",
            program=command[0],
            said=error.stderr.decode(errors="replace").strip()[:400],
        ) from error


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        found = sha256()
        while chunk := stream.read(1 << 20):
            found.update(chunk)
    return found.hexdigest()
