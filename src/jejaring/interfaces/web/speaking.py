"""In which language a page speaks: the one that the person chose, else Indonesian."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import lazystr

from jejaring.documents.language import Code, Language, language

COOKIE = "language"


class LanguageMiddleware:
    """Sets the language for a request from the reader's choice; a browser's own setting isn't asked.

    Many phones in Indonesia are set to English without anybody having chosen that.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = request.COOKIES.get(COOKIE, "")
        with translation.override(code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
            response = self._get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "id")
        return response


def speaks() -> Language:
    """Return the language of the page that is being made."""
    return language(code())


def code() -> Code:
    """Return its code."""
    return "en" if (translation.get_language() or "").startswith("en") else "id"


def say_later(text: str) -> Any:
    """Return `text` as something that is said in the reader's language whenever it is shown: for labels."""
    return lazystr(_Said(text))


class _Said:
    """Text that says itself in the language of the moment."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return speaks().text(self._text)


def page_words(_request: HttpRequest) -> dict[str, Any]:
    """Return what every template may use."""
    return {"language_code": code(), "map_tiles": settings.MAP_TILES}
