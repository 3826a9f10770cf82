"""An installation from its first start to its restored backup, each command in a process of its own."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests import private_postgresql

RUN = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "jejaring.config.settings"
django.setup()
exec(sys.argv[1])
"""


class Installation:
    """One installation in a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        kept = {key: value for key, value in os.environ.items() if not key.startswith("JEJARING_")}
        self.environment = kept | {"JEJARING_HOME": str(home), "JEJARING_LANGUAGE": "en"}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "jejaring.interfaces.cli.main", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    def python(self, code: str) -> str:
        command = [sys.executable, "-c", RUN, code]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


KEEP_SOMEBODY = """
from django.db import transaction
from jejaring.domain.parties import audit, personal
from jejaring.domain.parties.models import User
with transaction.atomic():
    phone = personal.phone("0812 3456 7890")
    user = User.objects.create(name="bendahara", phone=phone, phone_hash=personal.lookup_hash("phone", phone))
    audit.record("user.made", user, by=None)
"""
READ_SOMEBODY = """
from jejaring.domain.parties.models import User
print(User.objects.get().phone)
"""


@pytest.fixture
def there(tmp_path: Path) -> Installation:
    made = Installation(tmp_path / "first")
    assert made.run("set-up").returncode == 0
    return made


def test_a_first_start_makes_keys_that_only_the_owner_reads(there: Installation) -> None:
    for name in ("keys.json", "jejaring.sqlite3"):
        assert (there.home / name).stat().st_mode & 0o077 == 0, name
    before = (there.home / "keys.json").read_bytes()
    assert there.run("set-up").returncode == 0
    assert (there.home / "keys.json").read_bytes() == before


def test_serving_and_working_without_tables_says_what_to_do(tmp_path: Path) -> None:
    empty = Installation(tmp_path / "empty")
    for command in ("serve", "work"):
        refused = empty.run(command)
        assert refused.returncode == 1
        assert "jejaring set-up" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_a_setting_that_cannot_be_is_refused_in_a_sentence(tmp_path: Path) -> None:
    wrong = Installation(tmp_path / "wrong")
    wrong.environment["JEJARING_DATABASE"] = "mysql://somewhere/else"
    refused = wrong.run("set-up")
    assert refused.returncode == 1
    assert "postgresql://" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_what_was_kept_comes_back_from_a_backup_and_can_be_read(there: Installation, tmp_path: Path) -> None:
    there.python(KEEP_SOMEBODY)
    evidence = there.home / "files" / "evidence" / "ticket.pdf"
    evidence.parent.mkdir(parents=True)
    evidence.write_bytes(b"%PDF weighed")
    saved = tmp_path / "saved.tar.gz"
    assert there.run("backup", str(saved)).returncode == 0
    assert saved.stat().st_mode & 0o077 == 0
    assert there.run("backup", str(saved)).returncode == 1, "a backup never overwrites another"

    other = Installation(tmp_path / "second")
    assert other.run("restore", str(saved)).returncode == 0
    assert other.run("set-up").returncode == 0
    assert other.python(READ_SOMEBODY) == "+6281234567890"
    assert (other.home / "files" / "evidence" / "ticket.pdf").read_bytes() == b"%PDF weighed"
    trail = other.run("check-trail")
    assert trail.returncode == 0
    assert trail.stdout == there.run("check-trail").stdout


SEAL = """
from jejaring.domain.agreements.keyring import platform_key
print(platform_key().certificate_pem.decode())
"""


@pytest.mark.slow
def test_the_key_of_the_seal_comes_back_and_is_asked_for(there: Installation, tmp_path: Path) -> None:
    certificate = there.python(SEAL)
    assert (there.home / "seal.pem").stat().st_mode & 0o077 == 0
    saved, bare = tmp_path / "saved.tar.gz", tmp_path / "bare.tar.gz"
    assert there.run("backup", str(saved)).returncode == 0
    assert there.run("backup", str(bare), "--without-keys").returncode == 0
    with tarfile.open(bare) as archive:
        assert not {"seal.pem", "keys.json"} & set(archive.getnames())

    other = Installation(tmp_path / "second")
    assert other.run("restore", str(saved)).returncode == 0
    assert other.python(SEAL) == certificate
    assert (other.home / "seal.pem").stat().st_mode & 0o077 == 0

    third = Installation(tmp_path / "third")
    third.home.mkdir()
    (third.home / "keys.json").write_bytes((there.home / "keys.json").read_bytes())
    refused = third.run("restore", str(bare))
    assert refused.returncode == 1
    assert "seal.pem" in refused.stderr
    (third.home / "seal.pem").write_bytes((there.home / "seal.pem").read_bytes())
    assert third.run("restore", str(bare)).returncode == 0
    assert third.python(SEAL) == certificate


AGREEMENT = """
from datetime import date, timedelta
from django.utils import timezone
from jejaring.domain.agreements.models import Agreement
from jejaring.domain.parties.models import Network
network = Network.objects.create(name="Beras", region_code="32.03")
Agreement.objects.create(
    network=network, kind="mou", title="Lama", code="lama", state="in_force", made_at=timezone.now(),
    valid_until=timezone.localdate() - timedelta(days=1),
)
"""
STATE = """
from jejaring.domain.agreements.models import Agreement
print(Agreement.objects.get().state)
"""


@pytest.mark.slow
def test_the_worker_lets_agreements_expire(there: Installation) -> None:
    there.python(AGREEMENT)
    command = [sys.executable, "-m", "jejaring.interfaces.cli.main", "work"]
    worker = subprocess.Popen(command, env=there.environment)
    try:
        for _ in range(60):
            if there.python(STATE) == "expired":
                break
            time.sleep(0.5)
    finally:
        worker.terminate()
        worker.wait(timeout=20)
    assert there.python(STATE) == "expired"


@pytest.mark.slow
def test_papers_know_the_address_of_the_installation(there: Installation) -> None:
    said = "from django.conf import settings; print(settings.PUBLIC_ADDRESS)"
    assert there.python(said) == "http://localhost:8000"
    there.environment |= {"JEJARING_HOSTS": "jejaring.example.id", "JEJARING_HTTPS": "yes"}
    assert there.python(said) == "https://jejaring.example.id"
    there.environment["JEJARING_ADDRESS"] = "https://naskah.example.id/"
    assert there.python(said) == "https://naskah.example.id"
    there.environment["JEJARING_ADDRESS"] = "naskah.example.id"
    refused = there.run("set-up")
    assert refused.returncode == 1
    assert "JEJARING_ADDRESS" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_nobody_inhabited_is_overwritten_and_a_damaged_backup_is_refused(
    there: Installation, tmp_path: Path
) -> None:
    saved = tmp_path / "saved.tar.gz"
    assert there.run("backup", str(saved)).returncode == 0
    there.python(KEEP_SOMEBODY)
    refused = there.run("restore", str(saved))
    assert refused.returncode == 1
    assert there.python(READ_SOMEBODY) == "+6281234567890"

    damaged = tmp_path / "damaged.tar.gz"
    with tarfile.open(saved) as whole, tarfile.open(damaged, "w:gz") as broken:
        for entry in whole:
            content = whole.extractfile(entry)
            if content is not None and entry.name != "database.sqlite3":
                broken.addfile(entry, content)
    for file in (damaged, Path(__file__)):
        refused = Installation(tmp_path / "third").run("restore", str(file))
        assert refused.returncode == 1
        assert "Traceback" not in refused.stderr


def test_without_its_keys_a_backup_asks_for_them(there: Installation, tmp_path: Path) -> None:
    there.python(KEEP_SOMEBODY)
    saved = tmp_path / "saved.tar.gz"
    assert there.run("backup", str(saved), "--without-keys").returncode == 0
    with tarfile.open(saved) as archive:
        assert "keys.json" not in archive.getnames()
    other = Installation(tmp_path / "second")
    assert other.run("restore", str(saved)).returncode == 1
    (other.home / "keys.json").write_bytes((there.home / "keys.json").read_bytes())
    assert other.run("restore", str(saved)).returncode == 0
    assert other.python(READ_SOMEBODY) == "+6281234567890"


def test_a_changed_line_of_the_trail_is_found(there: Installation) -> None:
    there.python(KEEP_SOMEBODY)
    assert there.run("check-trail").returncode == 0
    with closing(sqlite3.connect(there.home / "jejaring.sqlite3")) as database, database:
        database.execute("UPDATE parties_auditline SET action = 'user.erased'")
    found = there.run("check-trail")
    assert found.returncode == 1
    assert "was changed" in found.stdout


@pytest.fixture
def address(there: Installation) -> Iterator[str]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jejaring.interfaces.cli.main", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=there.environment, stdout=subprocess.DEVNULL) as server:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def test_the_server_answers_with_styles_and_says_that_it_is_well(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{address}/sehat/") as answer:
                assert json.load(answer) == {"status": "well"}
            break
        except urllib.error.URLError:
            time.sleep(0.1)
    with urllib.request.urlopen(address) as answer:
        page = answer.read().decode()
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    [style] = [part.split('"')[0] for part in page.split('href="') if ".css" in part.split('"')[0]]
    with urllib.request.urlopen(address + style) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


ON_POSTGRESQL = """
import os, sys
from pathlib import Path
from tests.interfaces.test_installation import KEEP_SOMEBODY, READ_SOMEBODY, Installation

folder = Path(sys.argv[1])
address = os.environ["JEJARING_DATABASE"]
first, second = Installation(folder / "first"), Installation(folder / "second")
first.environment["JEJARING_DATABASE"] = address
second.environment["JEJARING_DATABASE"] = address.removesuffix("/postgres") + "/other"
assert first.run("set-up").returncode == 0
first.python(KEEP_SOMEBODY)
assert first.run("backup", str(folder / "saved.tar.gz")).returncode == 0
first.python("from django.db import connection\\nconnection.cursor().execute('CREATE DATABASE other')")
restored = second.run("restore", str(folder / "saved.tar.gz"))
assert restored.returncode == 0, restored.stderr
assert second.run("set-up").returncode == 0
assert second.python(READ_SOMEBODY) == "+6281234567890"
assert second.run("check-trail").stdout == first.run("check-trail").stdout
"""


@pytest.mark.skipif(private_postgresql.programs() is None, reason="PostgreSQL isn't installed here")
def test_a_backup_of_postgresql_comes_back(tmp_path: Path) -> None:
    story = [sys.executable, "-c", ON_POSTGRESQL, str(tmp_path)]
    command = [sys.executable, "-m", "tests.private_postgresql", *story]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
