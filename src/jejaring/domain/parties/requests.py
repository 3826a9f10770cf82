"""Requests that come twice. A request's key belongs to one thing: for that it gives the same answer again."""

from __future__ import annotations

from jejaring.engines.errors import Refusal


def known_elsewhere() -> Refusal:
    """Return what is told where the key of a request belongs to something else: nothing is done."""
    return Refusal(
        "request.elsewhere",
        "This form was sent before, about something else. Open the page anew and send it from there.",
    )
