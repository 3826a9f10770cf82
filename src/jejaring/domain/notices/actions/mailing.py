"""The worker writes to people what waits for them: a sentence and a link, nothing personal, no figures.

Who hands a mail on is set in config (Django's e-mail settings), and so is the function that knows the
addresses of pages (`NOTICE_ADDRESS`). Where e-mail isn't set up, nothing waits: `telling` sees to it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Max, Min
from django.utils.module_loading import import_string

from jejaring.documents.language import Language, language
from jejaring.domain.notices.actions.linking import LASTS, link_to
from jejaring.domain.notices.actions.telling import Page
from jejaring.domain.notices.models import Notice
from jejaring.domain.notices.queries import sentence_of
from jejaring.domain.parties.models import Consent, User
from jejaring.engines.errors import Sentence

GATHERED = timedelta(minutes=3)
"""So long a first notice waits for others to the same person: they go in one mail."""
PAUSES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3), timedelta(hours=12))
"""After the first try that failed, the second, …; after one try more than this, it is given up."""
TRIES = len(PAUSES) + 1
OLD = timedelta(days=7)
"""What waited so long (e-mail was switched off, say) is left to the inbox."""
SAID = 10
"""So many notices are said in one mail; the others are counted."""
_SOMETHING = Sentence("notice.something", "Something new waits for you.")
_log = logging.getLogger("jejaring.notices")


@dataclass(frozen=True)
class Letter:
    """A mail ready to go, and the notices in it."""

    person: User
    notices: tuple[int, ...]
    subject: str
    text: str


def mail_waiting(*, now: Callable[[], datetime], most: int = 100) -> int:
    """Write to people for whom something waits, at most so many; return how many mails were taken.

    Each letter is claimed in a transaction of its own, and handed over outside of it: a worker that dies
    in between tries again later, and two workers never write the same.
    """
    if not settings.SENDS_EMAIL:
        return 0
    taken = 0
    connection = mail.get_connection()
    try:
        for pk in _due(now())[:most]:
            letter = claimed(pk, at=now())
            if letter is None:
                continue
            try:
                _hand_over(letter, connection)
            except (SMTPRecipientsRefused, SMTPDataError, ValueError) as error:
                _not_taken(letter, error)
            except (SMTPException, OSError) as error:
                # The server is away: whoever comes next needn't wait for it too.
                _not_taken(letter, error)
                break
            else:
                _taken(letter, at=now())
                taken += 1
    finally:
        connection.close()
    return taken


@transaction.atomic
def claimed(pk: int, *, at: datetime) -> Letter | None:
    """Return the letter to a person, its try counted; None where nothing is due (any more).

    What was read meanwhile or is old isn't mailed, nor anything to somebody who left or doesn't want mail.
    """
    waiting = list(
        Notice.objects.select_for_update().filter(user=pk, mail=Notice.Mail.WAITING).order_by("at", "id")
    )
    if not waiting or not _is_due(*_tried(waiting), at):
        return None
    person = User.objects.get(pk=pk)
    going = [each for each in waiting if each.read_at is None and at - each.at < OLD]
    if not _wants_mail(person):
        going = []
    kept = {each.pk for each in going}
    Notice.objects.filter(pk__in=[each.pk for each in waiting if each.pk not in kept]).update(
        mail=Notice.Mail.NONE
    )
    if not going:
        return None
    Notice.objects.filter(pk__in=kept).update(mail_tries=F("mail_tries") + 1, mailed_at=at)
    speaks = language("en" if person.language == "en" else "id")
    return Letter(person, tuple(kept), _subject(len(going), speaks), _text(going, speaks, at))


def _due(at: datetime) -> list[int]:
    """Return the people to whom a letter is due, those who waited longest first."""
    waiting = Notice.objects.filter(mail=Notice.Mail.WAITING).order_by().values("user")
    rows = waiting.annotate(first=Min("at"), tries=Max("mail_tries"), last=Max("mailed_at"))
    due = [row for row in rows if _is_due(row["first"], row["tries"], row["last"], at)]
    return [row["user"] for row in sorted(due, key=lambda row: (row["first"], row["user"]))]


def _is_due(first: datetime, tries: int, last: datetime | None, at: datetime) -> bool:
    if last is None:
        return at >= first + GATHERED
    return at >= last + PAUSES[min(tries, len(PAUSES)) - 1]


def _tried(waiting: Sequence[Notice]) -> tuple[datetime, int, datetime | None]:
    last = [each.mailed_at for each in waiting if each.mailed_at]
    return waiting[0].at, max(each.mail_tries for each in waiting), max(last, default=None)


def _wants_mail(person: User) -> bool:
    if not person.is_active or not person.email:
        return False
    # Being asked about one's co-op is what everybody agrees to who has an account. Who took back that the
    # network may contact them isn't written to.
    contact = Consent.objects.filter(user=person, purpose=Consent.Purpose.CONTACT)
    given = list(contact.values_list("withdrawn_at", flat=True))
    return not given or None in given


def _subject(count: int, speaks: Language) -> str:
    return speaks.plural("Jejaring: something new for you", "Jejaring: {count} new things for you", count)


def _text(going: Sequence[Notice], speaks: Language, at: datetime) -> str:
    address = import_string(settings.NOTICE_ADDRESS)

    def full(name: str, **parts: Any) -> str:
        return f"{settings.PUBLIC_ADDRESS}{address(name, parts)}"

    lines: list[str] = []
    for notice in going[:SAID]:
        link = link_to(Page(notice.page or "inbox", notice.page_parts), by=None, at=at)
        said = " ".join(speaks.sentence(_without_figures(sentence_of(notice))).split())
        lines += [said, full("notice_link", token=link.token), ""]
    if len(going) > SAID:
        more = len(going) - SAID
        lines += [speaks.plural("{count} more is in your inbox:", "{count} more are in your inbox:", more)]
        lines += [full("inbox"), ""]
    lines += [
        speaks.text("The links work for {days} days, and you are asked to sign in.", days=LASTS.days),
        speaks.text(
            "No more e-mail? Take your address, or your consent to be contacted, off your own page: {link}",
            link=full("account"),
        ),
    ]
    return "\n".join(lines)


def _without_figures(sentence: Sentence) -> Sentence:
    """Return a sentence as it may go by e-mail; where it holds figures, only that there is something."""
    plain = all(isinstance(fact, str | date) for fact in sentence.facts.values())
    return sentence if plain else _SOMETHING


def _hand_over(letter: Letter, connection: BaseEmailBackend) -> None:
    mail.EmailMessage(
        letter.subject,
        letter.text,
        to=[letter.person.email],
        connection=connection,
        # Machines that answer for somebody on holiday leave such mail alone.
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


@transaction.atomic
def _taken(letter: Letter, *, at: datetime) -> None:
    Notice.objects.filter(pk__in=letter.notices).update(mail=Notice.Mail.SENT, mailed_at=at)


@transaction.atomic
def _not_taken(letter: Letter, error: Exception) -> None:
    tried = Notice.objects.filter(pk__in=letter.notices, mail_tries__gte=TRIES)
    given_up = tried.update(mail=Notice.Mail.FAILED)
    # What the server said may hold the address.
    _log.warning(
        "mail not taken: %s for user %s, %s given up", type(error).__name__, letter.person.pk, given_up
    )
