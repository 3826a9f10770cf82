"""Tell people something: a line in their inbox, in the transaction of what it tells of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from jejaring.domain.notices.models import Notice
from jejaring.domain.parties.models import Cooperative, Network, User
from jejaring.engines.errors import Sentence
from jejaring.engines.planning.plan_file import sentence_document


@dataclass(frozen=True)
class Page:
    """A page by its name, and the parts of its address. Pages know their addresses; the domain doesn't."""

    name: str
    parts: dict[str, int | str] = field(default_factory=dict)


def tell(
    people: Iterable[User],
    sentence: Sentence,
    *,
    page: Page,
    at: datetime,
    network: Network | None = None,
    cooperative: Cooperative | None = None,
    once: str = "",
) -> int:
    """Tell these people a sentence; return how many were told. What was told `once` isn't told again.

    Call it inside the action's transaction. The sentence holds nothing of a person, and figures only such
    as each of them may see. Where this installation sends e-mail, the worker writes to them later.
    """
    assert connection.in_atomic_block
    asked = {person.pk: person for person in people if person.is_active}
    if once:
        told = Notice.objects.filter(user__in=asked, once=once).values_list("user_id", flat=True)
        for pk in set(told):
            del asked[pk]
    made = Notice.objects.bulk_create(
        [
            Notice(
                user=person,
                network=network,
                cooperative=cooperative,
                sentence=sentence_document(sentence),
                page=page.name,
                page_parts=page.parts,
                once=once,
                at=at,
                mail=Notice.Mail.WAITING if settings.SENDS_EMAIL and person.email else Notice.Mail.NONE,
            )
            for person in asked.values()
        ],
        # Two workers may find the same thing due at the same moment: the second tells nobody.
        ignore_conflicts=bool(once),
    )
    return len(made)


@transaction.atomic
def read(notice: Notice, *, at: datetime) -> Notice:
    """Return a notice, read from now on."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)
    notice.refresh_from_db()
    return notice


@transaction.atomic
def read_all(person: User, *, at: datetime) -> int:
    """Take everything in somebody's inbox for read; return how many were new."""
    return Notice.objects.filter(user=person, read_at=None).update(read_at=at)


@transaction.atomic
def read_about(person: User, page: Page, *, at: datetime) -> int:
    """Take what a person was told about this page for read: they came to it by a link; return how many."""
    about = Notice.objects.filter(user=person, read_at=None, page=page.name, page_parts=page.parts)
    return about.update(read_at=at)
