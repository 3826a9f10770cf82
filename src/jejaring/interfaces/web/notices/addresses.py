"""The addresses of the pages that notices and links name."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import NoReverseMatch, reverse

from jejaring.domain.parties.access import NotThere


def address_of(name: str, parts: Mapping[str, int | str]) -> str:
    """Return the address of a page by its name and parts. Raises NotThere for a page that is no more."""
    try:
        return reverse(name, kwargs=dict(parts))
    except NoReverseMatch as error:
        raise NotThere from error
