"""Asks a service over HTTP: at most so long and so much, and what goes wrong is one kind of error."""

from __future__ import annotations

import time
import urllib.request
from base64 import b64encode
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit

SECONDS_MOST = 10
ANSWER_BYTES_MOST = 5_000_000
_PIECE_BYTES = 65_536


class Unreachable(OSError):
    """A service doesn't answer, or not as it should. `answer` is what it said when it refused."""

    def __init__(self, why: str, answer: bytes = b"") -> None:
        super().__init__(why)
        self.answer = answer


def asked(address: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> bytes:
    """Return what a service answers: to a body that is posted, or to a plain question. Raises Unreachable."""
    if urlsplit(address).scheme not in {"http", "https"}:
        raise Unreachable("not an address of the web")
    request = urllib.request.Request(address, body, {"User-Agent": "Jejaring", **(headers or {})})  # noqa: S310
    until = time.monotonic() + SECONDS_MOST
    try:
        with _OPENER.open(request, timeout=SECONDS_MOST) as answer:
            pieces, size = [], 0
            while piece := answer.read1(_PIECE_BYTES):
                pieces.append(piece)
                size += len(piece)
                if size > ANSWER_BYTES_MOST or time.monotonic() > until:
                    raise Unreachable("the answer is too long")
            return b"".join(pieces)
    except HTTPError as error:
        raise Unreachable(f"status {error.code}", _why(error)) from error
    except (OSError, HTTPException, ValueError) as error:
        if isinstance(error, Unreachable):
            raise
        raise Unreachable(type(error).__name__) from error


def _why(refused: HTTPError) -> bytes:
    """Return the beginning of what a service says when it refuses; nothing where it falls silent."""
    try:
        with refused:
            return refused.read(_PIECE_BYTES)
    except (OSError, HTTPException, ValueError):
        return b""


def basic(user: str, password: str) -> dict[str, str]:
    """Return the header that says user and password; none for nobody."""
    if not user:
        return {}
    return {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode("ascii")}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A service that sends elsewhere isn't followed: passwords would go along."""

    def redirect_request(self, *_args: object, **_named: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)
