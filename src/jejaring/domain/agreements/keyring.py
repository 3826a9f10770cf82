"""The installation's own key, with which it seals papers: made once, kept beside the other keys."""

from __future__ import annotations

import os
import re
import secrets
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from jejaring.documents.signatures.found import Trusted
from jejaring.documents.signatures.keys import PlatformKey, new_platform_key

_END = b"-----END CERTIFICATE-----"
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?", re.DOTALL)


def platform_key() -> PlatformKey:
    """Return the key of this installation's seals, made anew at the first use."""
    return _read(str(settings.SEAL_FILE))


def trusted_certificates() -> tuple[bytes, ...]:
    """Return the certificates by which seals are known: of today's key, then of those that it replaced.

    Who replaces the key puts the new one and its certificate at the top of the file, and keeps the old
    certificates below: else papers sealed before would be taken for somebody else's.
    """
    platform_key()
    content = Path(settings.SEAL_FILE).read_bytes()
    return tuple(_CERTIFICATE.findall(content))


def trusted(*platform: bytes) -> Trusted:
    """Return whom we believe: our own seals (and these), authorities for persons and for time."""
    return Trusted(
        platform=(*platform, *trusted_certificates()),
        authorities=tuple(settings.TRUSTED_ROOTS),
        timestamps=tuple(settings.TIMESTAMP_ROOTS),
    )


@cache
def _read(path: str) -> PlatformKey:
    file = Path(path)
    if not file.exists():
        _make(file)
    content = file.read_bytes()
    begin = content.index(b"-----BEGIN CERTIFICATE-----")
    return PlatformKey(content[:begin], content[begin : content.index(_END) + len(_END)] + b"\n")


def _make(file: Path) -> None:
    # From yesterday on: the certificate counts from midnight UTC, which Indonesia reaches hours earlier.
    key = new_platform_key("Jejaring", timezone.localdate() - timedelta(days=1))
    unfinished = file.with_name(f".seal-{secrets.token_hex(8)}.pem")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(key.private_pem + key.certificate_pem)
    try:
        # Two first uses at once: a link never replaces the key that the other one made.
        os.link(unfinished, file)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
