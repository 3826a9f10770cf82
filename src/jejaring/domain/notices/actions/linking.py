"""Short links to pages, for texts that go by WhatsApp or e-mail. They sign nobody in.

The trail says how many were made, and by whom; where each leads stands in its row.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from jejaring.domain.notices.actions.telling import Page
from jejaring.domain.notices.models import NoticeLink
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import User

LASTS = timedelta(days=7)
USED_AGAIN = timedelta(days=1)
"""A link that somebody made to the same page within this time is handed out again: who opens a list of
texts ten times in an afternoon doesn't make ten links to each page."""
FORGOTTEN_AFTER = timedelta(days=30)


@transaction.atomic
def link_to(page: Page, *, by: User | None, at: datetime, lasts: timedelta = LASTS) -> NoticeLink:
    """Make a link to a page and return it. Without `by` it is the program itself, for an e-mail."""
    made = NoticeLink.objects.create(**_columns(page, by, at, lasts))
    audit.record("notice.links", made, by=by, facts={"links": 1})
    return made


@transaction.atomic
def links_to(pages: Sequence[Page], *, by: User, at: datetime) -> list[NoticeLink]:
    """Return a link to each of these pages, in their order, made now or within the last day."""
    recent = NoticeLink.objects.filter(
        made_by=by,
        made_at__gt=at - USED_AGAIN,
        expires_at__gt=at + LASTS - USED_AGAIN,
        page__in={page.name for page in pages},
    )
    known = {_key(each.page, each.page_parts): each for each in recent}
    missing = {_key(page.name, page.parts): page for page in pages}
    for key in known.keys() & missing.keys():
        del missing[key]
    made = NoticeLink.objects.bulk_create(
        NoticeLink(**_columns(page, by, at, LASTS)) for page in missing.values()
    )
    known |= {_key(each.page, each.page_parts): each for each in made}
    if made:
        audit.record("notice.links", made[0], by=by, facts={"links": len(made)})
    return [known[_key(page.name, page.parts)] for page in pages]


@transaction.atomic
def purge_links(*, at: datetime) -> int:
    """Forget links that ran out long ago; return how many. Until then they can say that they ran out."""
    gone, _ = NoticeLink.objects.filter(expires_at__lt=at - FORGOTTEN_AFTER).delete()
    return gone


def _columns(page: Page, by: User | None, at: datetime, lasts: timedelta) -> dict[str, object]:
    return {
        "token": secrets.token_urlsafe(18),
        "page": page.name,
        "page_parts": page.parts,
        "made_by": by,
        "made_at": at,
        "expires_at": at + lasts,
    }


def _key(name: str, parts: dict[str, int | str]) -> tuple[str, frozenset[tuple[str, int | str]]]:
    return name, frozenset(parts.items())
