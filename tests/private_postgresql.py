"""Runs a command with a PostgreSQL of its own: made for it, on a socket in a new folder, gone after it.

    python -m tests.private_postgresql python -m pytest tests/domain

The command finds it through JEJARING_DATABASE. Where the programs of PostgreSQL aren't installed, this is
said and the command isn't run. PostgreSQL refuses to run as root, so root lets the user `postgres` run it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

_NOWHERE = "PostgreSQL isn't installed here: the tests didn't run on it. (Debian: apt-get install postgresql)"


def programs() -> Path | None:
    """Return the folder with initdb and pg_ctl, the newest version's; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: each.parts[-3])
    if found:
        return found[-1].parent
    anywhere = shutil.which("initdb")
    return Path(anywhere).resolve().parent if anywhere else None


def main(command: list[str]) -> int:
    """Run `command` beside a new PostgreSQL and return its exit code; 0 where there is no PostgreSQL."""
    if programs() is None:
        print(_NOWHERE)
        return 0
    with running() as address:
        environment = os.environ | {"JEJARING_DATABASE": address}
        return subprocess.run(command, check=False, env=environment).returncode


@contextmanager
def running() -> Iterator[str]:
    """Start a new PostgreSQL and yield its address; it is gone afterwards. Its programs must be there."""
    folder = programs()
    assert folder is not None, _NOWHERE
    who = "postgres" if os.geteuid() == 0 else None
    # A short path: a socket's may have about a hundred signs.
    with tempfile.TemporaryDirectory(prefix="jejaring-pg-", dir="/tmp", ignore_cleanup_errors=True) as there:
        if who:
            shutil.chown(there, who)

        def run(program: str, *words: str) -> None:
            subprocess.run(
                [str(folder / program), *words], check=True, user=who, cwd=there, stdout=subprocess.DEVNULL
            )

        data = f"{there}/data"
        run("initdb", "--auth=trust", "--username=jejaring", "--encoding=UTF8", "--no-sync", "-D", data)
        settings = f"-k {there} -c listen_addresses='' -c fsync=off -c max_connections=200"
        run("pg_ctl", "-D", data, "-w", "-l", f"{there}/log", "-o", settings, "start")
        try:
            yield f"postgresql://jejaring@{quote(there, safe='')}/postgres"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
