"""What forms of rounds send beside what people type."""

from __future__ import annotations

from uuid import UUID

from django.http import QueryDict


def key(data: QueryDict) -> UUID | None:
    """Return what tells one tap from another; None where none was sent."""
    try:
        return UUID(data.get("request_key", ""))
    except ValueError:
        return None


def number(data: QueryDict, name: str) -> int:
    """Return the number of a row; 0, which none has, where something else was sent."""
    text = data.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
