"""Time, evidence and signing services: asked over HTTP from a server of the test, and done without them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives import serialization
from pytest_django import Settings

from tests.cast import Cast, make_cast
from tests.documents import signing_world
from tests.domain import agreement_story

AT = agreement_story.AT
"""Now, near enough: what services say has the time of the clock."""
Answer = Callable[[bytes, dict[str, str]], tuple[int, str, bytes]]


class Server:
    """Answers at addresses of this machine, as long as the test runs; remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.asked.append((self.path, body))
                status, kind, answer = outer.answers[self.path](body, dict(self.headers))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(answer)

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.http.shutdown()
    made.http.server_close()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@cache
def authority() -> signing_world.Authority:
    return signing_world.Authority("Root Uji")


@pytest.fixture
def rooted(settings: Settings) -> signing_world.Authority:
    """Return an authority that the installation trusts, for persons and for time."""
    der = authority().certificate.public_bytes(serialization.Encoding.DER)
    settings.TRUSTED_ROOTS = settings.TIMESTAMP_ROOTS = (der,)
    return authority()
