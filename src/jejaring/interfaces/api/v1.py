"""Version 1 of the API: all subjects together, and its description."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import NinjaAPI

from jejaring.interfaces.api import (
    account,
    answers,
    balances,
    channels,
    cooperatives,
    facilities,
    networks,
    plans,
    reference,
    refusing,
    vehicles,
)

SUBJECTS = (
    account,
    cooperatives,
    answers,
    facilities,
    channels,
    vehicles,
    reference,
    networks,
    balances,
    plans,
)
_ABOUT = (
    "Co-ops, what they can deliver and need, reference data, networks and plans. Kilograms and rupiah are "
    "integers, prices per kilogram decimal text, months 2026-03, days ISO. Messages are Indonesian unless "
    "Accept-Language asks for en."
)

api = NinjaAPI(
    title="Jejaring",
    version="1",
    description=_ABOUT,
    urls_namespace="api",
    # The page that the library would show loads scripts from elsewhere; the description suffices.
    openapi_url=None,
    docs_url=None,
)
refusing.put_into(api)
for each in SUBJECTS:
    api.add_router("", each.subject.router)


@cache
def description() -> dict[str, Any]:
    """Return the description of all operations (OpenAPI)."""
    return dict(api.get_openapi_schema())


@api.get("/openapi.json", include_in_schema=False, url_name="openapi")
def openapi(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 – the library knows it by this name
    """The description: for everybody, it tells nothing about anybody."""
    return JsonResponse(description())
