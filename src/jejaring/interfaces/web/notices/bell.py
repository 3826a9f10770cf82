"""How many notices are new: for the bell in the bar, which asks only where it is drawn."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from jejaring.domain.notices.queries import unread_count


def bell(request: HttpRequest) -> dict[str, Any]:
    """Return what every template may ask: `unread`, one query when it is called."""
    return {"unread": lambda: unread_count(request.user) if request.user.is_authenticated else 0}
