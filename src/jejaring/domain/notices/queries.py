"""What is read of notices: somebody's inbox, how much of it is new, where a link leads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from jejaring.domain.notices.models import Notice, NoticeLink
from jejaring.domain.parties.access import NotThere
from jejaring.domain.parties.models import User
from jejaring.engines.errors import Refusal, Sentence
from jejaring.engines.planning.plan_reading import read_sentence

ON_A_PAGE = 50
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


class LinkOver(Refusal):
    """A link that has run out."""

    def __init__(self) -> None:
        super().__init__(
            "notice_link.over",
            "This link has run out. What it led to is still there: sign in and look into your inbox.",
        )


@dataclass(frozen=True)
class Told:
    """One line of an inbox."""

    notice: Notice
    sentence: Sentence

    @property
    def is_new(self) -> bool:
        """Whether its reader hasn't opened it yet."""
        return self.notice.read_at is None


@dataclass(frozen=True)
class Inbox:
    """A page of somebody's inbox, the newest first; `unread` counts all of it."""

    told: tuple[Told, ...]
    unread: int
    page: int
    has_next: bool


def inbox_of(person: User, *, page: int = 1) -> Inbox:
    """Return a page of what a person was told; as many queries for thousands of notices as for one."""
    first = (page - 1) * ON_A_PAGE
    rows = Notice.objects.filter(user=person).select_related("cooperative", "network")
    found = list(rows[first : first + ON_A_PAGE + 1])
    told = tuple(Told(each, sentence_of(each)) for each in found[:ON_A_PAGE])
    return Inbox(told, unread_count(person), page, len(found) > ON_A_PAGE)


def unread_count(person: User) -> int:
    """Return how much of somebody's inbox is new: one query, for the bell on every page."""
    return Notice.objects.filter(user=person, read_at=None).count()


def notice_for(person: User, pk: int) -> Notice:
    """Return a notice to this person. Raises NotThere for anybody else's."""
    found = Notice.objects.filter(user=person, pk=pk).first()
    if found is None:
        raise NotThere
    return found


def sentence_of(notice: Notice) -> Sentence:
    """Return what a notice says. Facts that are days are days again: JSON has none."""
    kept = read_sentence(notice.sentence)
    return Sentence(kept.code, kept.text, {name: _as_day(fact) for name, fact in kept.facts.items()})


def link_of(token: str, *, at: datetime) -> NoticeLink:
    """Return a link that still works. Raises LinkOver, and NotThere for one that isn't known (any more)."""
    found = NoticeLink.objects.filter(token=token).first()
    if found is None:
        raise NotThere
    if found.expires_at <= at:
        raise LinkOver
    return found


def _as_day(fact: object) -> object:
    if not isinstance(fact, str) or not _DAY.fullmatch(fact):
        return fact
    try:
        return date.fromisoformat(fact)
    except ValueError:
        return fact
