"""What the machine says of this installation: where its data lies, its database, its keys.

All of it has an answer without asking, so that a first start needs no manual. What may be set:

    JEJARING_HOME       folder for data and keys (default: ~/.local/share/jejaring)
    JEJARING_DATABASE   postgresql://user:password@host:port/name (default: SQLite in JEJARING_HOME)
    JEJARING_HOSTS      names and addresses under which it is reached, with commas (default: this machine)
    JEJARING_ADDRESS    its address on papers: https://jejaring.example.id (default: from the hosts)
    JEJARING_HTTPS      yes: pages are only reached through HTTPS (default: no)
    JEJARING_TILES      address of map tiles with {z}, {x}, {y} (default: none, maps work without)
    JEJARING_PORT       where pages are reached when nothing stands in front (`serve` sets its own)
    JEJARING_EMAIL      smtp://user:password@host:port (default: no e-mail is sent)

What signatures rest on (read in `services`, all of it may be left out):

    JEJARING_TRUSTED_ROOTS    folder with certificates of authorities (PSrE) that vouch for persons
    JEJARING_TIMESTAMP_URL    https://user:password@host/path of a timestamp service (RFC 3161)
    JEJARING_TIMESTAMP_ROOTS  folder with certificates of authorities that vouch for that service
    JEJARING_SIGNING_URL      https://client:secret@host/csc/v2 of a provider that keeps people's keys
    JEJARING_SIGNING_NAME     what that provider is called on pages
"""

from __future__ import annotations

import json
import os
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_DEFAULT_HOME = "~/.local/share/jejaring"
_YES = {"yes", "ya", "true", "1"}


@dataclass(frozen=True)
class Keys:
    """The secrets of an installation. Who loses them loses what they encrypt."""

    signing: str
    """Signs sessions and links."""
    encryption: tuple[str, ...]
    """Fernet keys of personal data: the first encrypts, all of them decrypt."""
    lookup: str
    """Keys the hashes by which encrypted numbers are found again."""
    audit: str
    """Keys the chain of audit lines."""


def home() -> Path:
    """Return the folder of this installation's data; it is made where it is missing."""
    folder = Path(os.environ.get("JEJARING_HOME") or _DEFAULT_HOME).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def keys(folder: Path) -> Keys:
    """Return the keys kept in `folder`, made anew at the first start. Only their owner can read the file."""
    file = folder / "keys.json"
    if not file.exists():
        made = {
            "signing": secrets.token_urlsafe(50),
            "encryption": [urlsafe_b64encode(secrets.token_bytes(32)).decode()],
            "lookup": secrets.token_urlsafe(32),
            "audit": secrets.token_urlsafe(32),
        }
        unfinished = folder / f".keys-{secrets.token_hex(8)}.json"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(made, stream, indent=1)
        try:
            # Two first starts at once: a link never replaces the keys that the other one made.
            os.link(unfinished, file)
        except FileExistsError:
            pass
        finally:
            unfinished.unlink()
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return Keys(kept["signing"], tuple(kept["encryption"]), kept["lookup"], kept["audit"])
    except (OSError, ValueError, KeyError) as error:
        raise ImproperlyConfigured(
            f"{file} can't be read as keys. Bring it back from a backup: "
            "without it personal data stays encrypted."
        ) from error


def database(folder: Path) -> dict[str, Any]:
    """Return Django's entry for the database. Raises ImproperlyConfigured for an address that isn't one."""
    address = os.environ.get("JEJARING_DATABASE", "")
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(folder / "jejaring.sqlite3"),
            "OPTIONS": {
                # Writers queue instead of failing: a lock is taken at the start, and waited for.
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                    "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    parts = urlsplit(address)
    if parts.scheme not in {"postgresql", "postgres"} or len(parts.path) < 2:
        raise ImproperlyConfigured(
            "JEJARING_DATABASE should look like postgresql://user:password@host:5432/name; "
            "without it, a SQLite file is used."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # A socket's folder is written with %2F in place of its slashes.
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def mail() -> dict[str, Any]:
    """Return Django's settings for sending e-mail."""
    address = os.environ.get("JEJARING_EMAIL", "")
    if not address:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(address)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("JEJARING_EMAIL should look like smtp://user:password@host:587.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_TIMEOUT": 20,
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or 587,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def public_address(hosts: list[str], *, https: bool) -> str:
    """Return the address under which others reach this installation, without a slash at its end.

    QR codes on papers say it. Raises ImproperlyConfigured for one that isn't an address.
    """
    told = os.environ.get("JEJARING_ADDRESS", "").strip().rstrip("/")
    if told:
        parts = urlsplit(told)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ImproperlyConfigured("JEJARING_ADDRESS should look like https://jejaring.example.id.")
        return told
    host = next((each for each in hosts if each != "*"), "localhost").removeprefix(".")
    # Without a server in front that speaks HTTPS, pages are reached where `serve` listens.
    return f"https://{host}" if https else f"http://{host}:{os.environ.get('JEJARING_PORT', '8000')}"


def words(name: str, default: str) -> list[str]:
    """Return the setting `name` as a list: its text is split at commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def is_on(name: str) -> bool:
    """Return whether the setting `name` says yes; not set means no."""
    return os.environ.get(name, "").strip().lower() in _YES
