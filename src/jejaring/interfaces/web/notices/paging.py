"""Which page of a list is asked for: ?halaman=2."""

from __future__ import annotations

from django.http import HttpRequest

_LAST = 10_000


def page_in(request: HttpRequest) -> int:
    """Return the page that an address asks for; the first where it can't be read."""
    written = request.GET.get("halaman", "")
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 1
    return min(max(number, 1), _LAST)
