"""A running installation of its own: `jejaring serve` on a free port, with its own data and database."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.private_postgresql import programs, running

_PYTHON = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "jejaring.config.settings"
django.setup()
exec(sys.argv[1])
"""


@dataclass(frozen=True)
class Installation:
    """One installation, its commands in processes of their own."""

    home: Path
    database: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are told."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("JEJARING_")}
        told = {"JEJARING_HOME": str(self.home), "JEJARING_LANGUAGE": "id"}
        return kept | told | ({"JEJARING_DATABASE": self.database} if self.database else {})

    def run(self, *words: str) -> str:
        """Run a command of jejaring and return what it says."""
        return self._run(["-m", "jejaring.interfaces.cli.main", *words])

    def python(self, code: str) -> str:
        """Run Python beside the installation's data and return what it prints."""
        return self._run(["-c", _PYTHON, code])

    def _run(self, words: list[str]) -> str:
        command = [sys.executable, *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve its pages; yield their address."""
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        words = ["-m", "jejaring.interfaces.cli.main", "serve", "--port", str(port)]
        log = (self.home / "served.log").open("w")
        with (
            log,
            subprocess.Popen(
                [sys.executable, *words], env=self.environment, stdout=log, stderr=log
            ) as server,
        ):
            try:
                yield _awaited(f"http://127.0.0.1:{port}", server)
            finally:
                server.terminate()


def _awaited(address: str, server: subprocess.Popen[bytes]) -> str:
    for _ in range(600):
        assert server.poll() is None, "the server stopped"
        try:
            urllib.request.urlopen(f"{address}/sehat/", timeout=10).close()
        except OSError:  # Nobody listens yet, or a busy machine answers late.
            time.sleep(0.1)
        else:
            return address
    raise AssertionError("the server doesn't answer")


@contextmanager
def new_postgresql() -> Iterator[str | None]:
    """Yield the address of a new PostgreSQL database; None where there is no PostgreSQL."""
    given = os.environ.get("JEJARING_DATABASE", "")
    if given:
        with _new_database(given) as address:
            yield address
    elif programs() is None:
        yield None
    else:
        with running() as server, _new_database(server) as address:
            yield address


@contextmanager
def _new_database(server: str) -> Iterator[str]:
    name = f"crowd_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield f"{server.rpartition('/')[0]}/{quote(name)}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
