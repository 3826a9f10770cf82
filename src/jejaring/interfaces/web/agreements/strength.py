"""How strongly somebody has signed in: what a tapped consent rests on."""

from __future__ import annotations

import time

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator

from jejaring.interfaces.web.gates import Request

FRESH_MINUTES = 30
"""A phone that was left signed in a week ago shouldn't sign."""
_KINDS = {"webauthn": "passkey", "totp": "totp"}


def strength(request: Request) -> str:
    """Return the second step of the last half hour: "passkey", "totp", or "" for none."""
    oldest = time.time() - FRESH_MINUTES * 60
    for record in reversed(get_authentication_records(request, request.user)):
        if record.get("method") == "mfa" and record.get("at", 0) >= oldest:
            kind = _KINDS.get(str(record.get("type")))
            if kind:
                return kind
    return ""


def second_step(request: Request) -> str:
    """Return the name of the page that asks for somebody's second step, "" for who has set up none.

    Whoever has an app and a passkey is asked for the code, and finds the passkey below it.
    """
    kinds = set(Authenticator.objects.filter(user_id=request.user.pk).values_list("type", flat=True))
    if "totp" in kinds:
        return "mfa_reauthenticate"
    return "mfa_reauthenticate_webauthn" if "webauthn" in kinds else ""
