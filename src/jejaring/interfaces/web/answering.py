"""What somebody sees whom the rules refuse, and what every answer carries."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_htmx.http import HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

from jejaring.domain.parties.access import NotAllowed, NotThere
from jejaring.engines.errors import Faults, Refusal
from jejaring.interfaces.web.speaking import speaks

_log = logging.getLogger("jejaring.refused")


class RefusalMiddleware:
    """Shows a Refusal as a page, or as a fragment where only a part of a page was asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        return refused(request, exception)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the answer to a request that the rules refuse."""
    facts = {
        "refusal": refusal.sentence,
        "faults": refusal.faults if isinstance(refusal, Faults) else (),
    }
    if isinstance(refusal, NotAllowed | NotThere):
        # The page's name, not its address: that may hold the secret of a link.
        page = request.resolver_match.view_name if request.resolver_match else ""
        _log.info("refused: %s at %s, user %s", refusal.sentence.code, page, request.user.pk)
    template = "web/refusal_fragment.html" if is_fragment(request) else "web/refusal.html"
    return render(request, template, facts, status=_status(refusal))


def stale_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the answer to a form whose page is older than the sign-in, or comes from elsewhere.

    Who signs in gets a new token, so that a second tap on the page before comes with the old one. A form
    without any, or from another site, isn't ours.
    """
    _log.info("stale page: %s", reason)
    if not request.user.is_authenticated or "incorrect" not in reason:
        return render(request, "web/stale.html", status=403)
    messages.warning(
        request,
        speaks().text(
            "That page was older than your sign-in, so this tap counted for nothing. "
            "See what is kept, and send again what is missing."
        ),
    )
    return HttpResponseClientRefresh() if is_fragment(request) else redirect(request.get_full_path())


def is_fragment(request: HttpRequest) -> bool:
    """Return whether a part of a page was asked for, not a whole one."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted


class HeadersMiddleware:
    """Adds the content security policy: nothing runs or loads but what is ours, and map tiles if set."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        images = ["'self'", "data:", *_tile_hosts()]
        self._policy = "; ".join(
            (
                "default-src 'self'",
                f"img-src {' '.join(images)}",
                # Charts and maps place things with style attributes; no stylesheet comes from elsewhere.
                "style-src 'self' 'unsafe-inline'",
                "script-src 'self'",
                "object-src 'none'",
                "base-uri 'self'",
                "form-action 'self'",
                "frame-ancestors 'none'",
            )
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response.headers.setdefault("Content-Security-Policy", self._policy)
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")
        if request.user.is_authenticated if hasattr(request, "user") else False:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _tile_hosts() -> list[str]:
    address: str = settings.MAP_TILES
    return [address.split("/{", maxsplit=1)[0].rsplit("/", 1)[0] or address] if address else []


def _status(refusal: Refusal) -> int:
    if isinstance(refusal, NotThere):
        return 404
    if isinstance(refusal, NotAllowed):
        return 403
    return 422
