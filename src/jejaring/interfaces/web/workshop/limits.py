"""How often one address may try to join. A whole room often has one address, so the limit is a room's."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest

from jejaring.engines.errors import Refusal

MOST = 300
MINUTES = 10


def count_try(request: HttpRequest) -> None:
    """Count one try of an address. Raises Refusal where there were too many in ten minutes."""
    key = f"workshop-joins:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, timeout=MINUTES * 60)
    try:
        tries = cache.incr(key)
    except ValueError:
        # It ran out between the two lines: a new count begins.
        cache.set(key, 1, timeout=MINUTES * 60)
        return
    if tries > MOST:
        raise Refusal(
            "workshop.too_many_joins",
            "Too many people tried to join from here just now. Wait {minutes} minutes and try again.",
            minutes=MINUTES,
        )
