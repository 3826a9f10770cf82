"""Texts that are ready to be sent by WhatsApp: the one place where they are made. Nothing personal in them.

The number of an officer stands only in the address that opens WhatsApp, and only for those who keep the
officers of that co-op (`rosters.phones_for`).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class ReadyText:
    """A text, and the address that opens WhatsApp with it."""

    text: str
    whatsapp_url: str
    has_number: bool
    """Whether WhatsApp knows to whom; else it asks."""


def ready_text(text: str, phone: str = "") -> ReadyText:
    """Return a text ready to be sent; `phone` is empty unless the reader may see it."""
    number = phone.removeprefix("+")
    return ReadyText(text, f"https://wa.me/{number}?text={quote(text)}", bool(number))
