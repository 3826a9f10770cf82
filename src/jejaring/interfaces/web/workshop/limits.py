"""How often one address may try to join. A whole room often has one address, so the limit is a room's."""

from __future__ import annotations

from allauth.core import ratelimit
from django.http import HttpRequest

from jejaring.engines.errors import Refusal

MINUTES = 10
"""As in ACCOUNT_RATE_LIMITS, where the number of tries stands."""


def count_try(request: HttpRequest) -> None:
    """Count one try of an address. Raises Refusal where there were too many in ten minutes."""
    if not ratelimit.consume(request, action="workshop_join"):
        raise Refusal(
            "workshop.too_many_joins",
            "Too many people tried to join from here just now. Wait {minutes} minutes and try again.",
            minutes=MINUTES,
        )
