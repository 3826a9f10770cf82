"""What this installation seals with, and where its papers send those who want to check them."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from jejaring.domain.agreements import services
from jejaring.domain.agreements.actions.offering import Desk
from jejaring.domain.agreements.keyring import platform_key

_CODE, _VERSION = "code-of-the-paper", 999_999


def address() -> str:
    """Return the address of the page where a paper is checked, with {code} and {version} in it."""
    path = reverse("verify_code", kwargs={"code": _CODE, "version": _VERSION})
    held = path.replace(_CODE, "{code}").replace(str(_VERSION), "{version}")
    return f"{settings.PUBLIC_ADDRESS}{held}"


def desk() -> Desk:
    """Return the desk at which papers are sealed."""
    return Desk(platform_key(), address(), services.timestamps())


def address_of(code: str, version: int) -> str:
    """Return where this paper is checked: what its QR code says."""
    return address().replace("{code}", code).replace("{version}", str(version))
