"""Notices: told once and with what they tell of, mailed without anything personal, links that run out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any, ClassVar

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction

from jejaring.domain.notices import queries
from jejaring.domain.notices.actions import linking, mailing, telling
from jejaring.domain.notices.actions.telling import Page
from jejaring.domain.notices.models import Notice, NoticeLink
from jejaring.domain.parties import rosters
from jejaring.domain.parties.access import NotThere
from jejaring.domain.parties.actions import people
from jejaring.domain.parties.models import AuditLine, Consent, User
from jejaring.engines.errors import Sentence
from tests.cast import Cast, make_cast

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEW = Sentence("round.notice.new", "There is a proposal for {cooperative}: please look and answer.")
M = Notice.Mail


@pytest.fixture
def cast(db: None) -> Cast:
    made = make_cast()
    User.objects.filter(pk=made.chair.pk).update(name="Ibu Ketua", email="ketua@contoh.invalid")
    User.objects.filter(pk=made.manager.pk).update(email="manajer@contoh.invalid")
    for person in (made.chair, made.manager):
        person.refresh_from_db()
    return made


@pytest.fixture
def mails(settings: Any) -> None:
    settings.SENDS_EMAIL = True
    settings.PUBLIC_ADDRESS = "https://contoh.invalid"


class Server(BaseEmailBackend):
    """A mail server that answers as it is told, one answer a mail; None: takes it."""

    answers: ClassVar[list[Exception | None]] = []
    asked: ClassVar[list[str]] = []

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            self.asked.append(message.to[0])
            answer = self.answers.pop(0) if self.answers else None
            if answer is not None:
                raise answer
        return len(messages)


@pytest.fixture
def server(mails: None, settings: Any) -> Iterator[type[Server]]:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.answers, Server.asked = [], []
    yield Server
    Server.answers = []


def tell(cast: Cast, *people: User, at: datetime = AT, once: str = "", **facts: object) -> int:
    with transaction.atomic():
        return telling.tell(
            people or [cast.chair],
            Sentence(NEW.code, NEW.text, {"cooperative": cast.babakankaret.name, **facts}),
            page=Page("cooperative", {"cooperative_id": cast.babakankaret.pk}),
            at=at,
            network=cast.cianjur,
            cooperative=cast.babakankaret,
            once=once,
        )


def post(at: datetime) -> int:
    return mailing.mail_waiting(now=lambda: at)


def states() -> list[str]:
    return list(Notice.objects.order_by("id").values_list("mail", flat=True))


# --- told ------------------------------------------------------------------------------------------


def test_what_must_be_told_once_is_told_once_to_each(cast: Cast) -> None:
    assert tell(cast, cast.chair, once="agreement:7:expires:30") == 1
    assert tell(cast, cast.chair, cast.manager, once="agreement:7:expires:30") == 1
    assert tell(cast, cast.chair, once="agreement:7:expires:7") == 1
    assert sorted(Notice.objects.values_list("user__name", flat=True)) == [
        "Ibu Ketua",
        "Ibu Ketua",
        "manager",
    ]
    # As often as it happens, where nothing says once.
    assert tell(cast) == tell(cast) == 1


def test_two_workers_that_find_the_same_thing_due_tell_it_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(cast, once="x")
    # The second looked before the first had written.
    monkeypatch.setattr(Notice.objects, "filter", lambda **_: Notice.objects.none())
    tell(cast, cast.chair, cast.manager, once="x")
    monkeypatch.undo()
    assert sorted(Notice.objects.values_list("user__name", flat=True)) == ["Ibu Ketua", "manager"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(user=cast.chair, sentence={}, once="x", at=AT)


def test_nobody_is_told_of_what_didnt_happen(cast: Cast) -> None:
    def fails() -> None:
        with transaction.atomic():
            assert tell(cast) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert not Notice.objects.exists()


def test_who_left_isnt_told_anything(cast: Cast) -> None:
    people.erase_person(cast.clerk, by=cast.clerk, at=AT)
    cast.clerk.refresh_from_db()
    assert tell(cast, cast.clerk) == 0


def test_an_inbox_is_its_owners_and_has_the_newest_first(cast: Cast) -> None:
    tell(cast, at=AT - DAY)
    tell(cast, cast.chair, cast.manager)
    found = queries.inbox_of(cast.chair)
    assert [each.notice.at for each in found.told] == [AT, AT - DAY]
    assert found.unread == 2
    mine = found.told[0].notice
    with pytest.raises(NotThere):
        queries.notice_for(cast.manager, mine.pk)
    telling.read(mine, at=AT + MINUTE)
    telling.read(mine, at=AT + HOUR)
    mine.refresh_from_db()
    assert mine.read_at == AT + MINUTE
    assert queries.unread_count(cast.chair) == queries.unread_count(cast.manager) == 1
    assert telling.read_all(cast.chair, at=AT) == 1
    assert queries.unread_count(cast.manager) == 1


def test_days_in_a_sentence_are_days_again(cast: Cast) -> None:
    tell(cast, on="2027-05-07", title="2027-13-07")
    facts = queries.inbox_of(cast.chair).told[0].sentence.facts
    assert str(facts["on"]) == "2027-05-07"
    assert not isinstance(facts["on"], str)
    assert facts["title"] == "2027-13-07"


def test_an_inbox_of_two_thousand_costs_what_one_of_ten_costs(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    tell(cast)
    one: dict[str, Any] = {**Notice.objects.values().get()}
    del one["id"]
    Notice.objects.bulk_create(Notice(**one | {"at": AT + each * MINUTE}) for each in range(1_999))
    with django_assert_num_queries(2):
        found = queries.inbox_of(cast.chair)
        assert {each.notice.network.name for each in found.told if each.notice.network} == {"Beras Cianjur"}
    assert (len(found.told), found.unread, found.has_next) == (50, 2_000, True)
    last = queries.inbox_of(cast.chair, page=40)
    assert (len(last.told), last.has_next, last.told[-1].notice.at) == (50, False, AT)
    assert queries.inbox_of(cast.chair, page=41).told == ()


def test_who_is_erased_takes_their_notices_along_and_who_asks_gets_them(cast: Cast) -> None:
    tell(cast, cast.chair, cast.manager)
    kept = json.loads(json.dumps(rosters.kept_of(cast.chair), cls=DjangoJSONEncoder))
    [mine] = kept["notices.notice.user"]
    assert mine["sentence"]["facts"] == {"cooperative": cast.babakankaret.name}
    people.erase_person(cast.chair, by=cast.chair, at=AT)
    assert [each.user for each in Notice.objects.all()] == [cast.manager]


# --- mailed ----------------------------------------------------------------------------------------


def test_where_no_mail_is_set_up_nothing_waits(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    tell(cast, cast.chair)
    assert states() == [M.NONE]
    assert post(AT + HOUR) == 0
    assert mailoutbox == []


def test_who_has_no_address_is_told_in_the_inbox_only(cast: Cast, mails: None) -> None:
    tell(cast, cast.chair, cast.clerk)
    assert states() == [M.WAITING, M.NONE]


def test_notices_of_some_minutes_go_in_one_mail(cast: Cast, mails: None, mailoutbox: list[Any]) -> None:
    tell(cast, cast.chair, cast.manager)
    tell(cast, cast.chair, at=AT + 2 * MINUTE)
    assert post(AT + 2 * MINUTE) == 0
    assert post(AT + 3 * MINUTE) == 2
    to_chair, to_manager = mailoutbox
    assert (to_chair.to, to_manager.to) == (["ketua@contoh.invalid"], ["manajer@contoh.invalid"])
    assert to_chair.subject == "Jejaring: 2 kabar baru untuk Anda"
    assert to_chair.body.count("https://contoh.invalid/n/") == 2
    assert states() == [M.SENT] * 3
    assert post(AT + HOUR) == 0


def test_a_mail_has_nothing_personal_and_no_figures(cast: Cast, mails: None, mailoutbox: list[Any]) -> None:
    tell(cast, cast.chair, value_idr=81_000_000)
    tell(cast, cast.chair)
    post(AT + HOUR)
    [mail] = mailoutbox
    assert cast.babakankaret.name in mail.body
    assert "Ada kabar baru untuk Anda." in mail.body
    written = mail.subject + mail.body
    for never in ("Ibu Ketua", "81", "ketua@"):
        assert never not in written.replace(NoticeLink.objects.first().token, "")  # type: ignore[union-attr]
    tokens = set(NoticeLink.objects.values_list("token", flat=True))
    assert {line.split("/")[-2] for line in mail.body.splitlines() if "/n/" in line} == tokens
    assert {each.expires_at for each in NoticeLink.objects.all()} == {AT + HOUR + 7 * DAY}


def test_many_notices_are_said_in_part_and_counted(cast: Cast, mails: None, mailoutbox: list[Any]) -> None:
    for _ in range(12):
        tell(cast)
    post(AT + HOUR)
    assert mailoutbox[0].body.count("/n/") == 10
    assert "2 kabar lagi ada di kotak masuk Anda:\nhttps://contoh.invalid/kotak/" in mailoutbox[0].body
    assert states() == [M.SENT] * 12


def test_a_mail_is_in_the_readers_language(cast: Cast, mails: None, mailoutbox: list[Any]) -> None:
    User.objects.filter(pk=cast.chair.pk).update(language="en")
    tell(cast)
    post(AT + HOUR)
    assert mailoutbox[0].subject == "Jejaring: something new for you"
    assert "please look and answer" in mailoutbox[0].body


@pytest.mark.parametrize("how", ["read", "old", "erased", "no address any more", "no consent any more"])
def test_what_needs_no_mail_any_more_gets_none(
    cast: Cast, mails: None, mailoutbox: list[Any], how: str
) -> None:
    tell(cast)
    if how == "read":
        telling.read_all(cast.chair, at=AT)
    elif how == "erased":
        people.erase_person(cast.chair, by=cast.chair, at=AT)
    elif how == "no address any more":
        User.objects.filter(pk=cast.chair.pk).update(email="")
    elif how == "no consent any more":
        given = people.give_consent(
            cast.chair, purpose=Consent.Purpose.CONTACT, wording="Yes.", by=cast.chair, at=AT
        )
        people.withdraw_consent(given, by=cast.chair, at=AT)
    assert post(AT + (7 * DAY if how == "old" else HOUR)) == 0
    assert mailoutbox == []
    assert M.WAITING not in states()


def test_who_agreed_again_is_written_to(cast: Cast, mails: None, mailoutbox: list[Any]) -> None:
    for _ in range(2):
        given = people.give_consent(
            cast.chair, purpose=Consent.Purpose.CONTACT, wording="Yes.", by=cast.chair, at=AT
        )
        if not Consent.objects.exclude(withdrawn_at=None).exists():
            people.withdraw_consent(given, by=cast.chair, at=AT)
    tell(cast)
    assert post(AT + HOUR) == 1


def test_pauses_grow_and_then_it_is_given_up(cast: Cast, server: type[Server]) -> None:
    tell(cast)
    refused = SMTPRecipientsRefused({"ketua@contoh.invalid": (550, b"no")})
    server.answers = [refused] * 9
    at, tried = AT, []
    while at < AT + 3 * DAY:
        before = len(server.asked)
        post(at)
        if len(server.asked) > before:
            tried.append(at - AT)
        at += MINUTE
    between = [later - earlier for earlier, later in pairwise(tried)]
    assert tried[0] == 3 * MINUTE
    assert between == [5 * MINUTE, 30 * MINUTE, 3 * HOUR, 12 * HOUR]
    notice = Notice.objects.get()
    assert (notice.mail, notice.mail_tries) == (M.FAILED, 5)


def test_what_failed_goes_out_later_with_what_came_meanwhile(cast: Cast, server: type[Server]) -> None:
    tell(cast)
    server.answers = [SMTPServerDisconnected()]
    assert post(AT + 3 * MINUTE) == 0
    tell(cast, at=AT + 4 * MINUTE)
    assert post(AT + 7 * MINUTE) == 0
    assert post(AT + 8 * MINUTE) == 1
    assert states() == [M.SENT, M.SENT]
    assert len(server.asked) == 2


def test_a_server_that_is_away_is_asked_once_a_round_and_a_bad_address_stops_nobody(
    cast: Cast, server: type[Server]
) -> None:
    tell(cast, cast.chair, cast.manager)
    server.answers = [SMTPServerDisconnected()]
    assert post(AT + HOUR) == 0
    assert len(server.asked) == 1
    server.answers = [SMTPRecipientsRefused({})]
    assert post(AT + HOUR + MINUTE) == 0
    assert post(AT + HOUR + 6 * MINUTE) == 2
    tell(cast, cast.chair, cast.manager, at=AT + 5 * HOUR)
    server.answers = [SMTPRecipientsRefused({}), None]
    assert post(AT + 6 * HOUR) == 1


def test_a_letter_that_one_worker_took_isnt_another_ones(cast: Cast, mails: None) -> None:
    tell(cast)
    assert mailing.claimed(cast.chair.pk, at=AT + HOUR) is not None
    assert mailing.claimed(cast.chair.pk, at=AT + HOUR) is None
    # It died before the mail was sent: a later round does it.
    assert mailing.claimed(cast.chair.pk, at=AT + 2 * HOUR) is not None


def test_no_address_and_no_name_gets_into_the_log(
    cast: Cast, server: type[Server], caplog: pytest.LogCaptureFixture
) -> None:
    tell(cast)
    server.answers = [SMTPRecipientsRefused({"ketua@contoh.invalid": (550, b"ketua@contoh.invalid?")})]
    post(AT + HOUR)
    assert "SMTPRecipientsRefused" in caplog.text
    assert "ketua@" not in caplog.text


# --- links -----------------------------------------------------------------------------------------


def test_a_link_runs_out_after_seven_days_and_is_forgotten_later(cast: Cast) -> None:
    page = Page("cooperative", {"cooperative_id": cast.babakankaret.pk})
    link = linking.link_to(page, by=cast.facilitator, at=AT)
    assert len(link.token) >= 24
    assert queries.link_of(link.token, at=AT + 7 * DAY - MINUTE) == link
    with pytest.raises(queries.LinkOver):
        queries.link_of(link.token, at=AT + 7 * DAY)
    assert linking.purge_links(at=AT + 36 * DAY) == 0
    assert linking.purge_links(at=AT + 38 * DAY) == 1
    with pytest.raises(NotThere):
        queries.link_of(link.token, at=AT)


def test_a_short_link_lasts_as_long_as_it_is_told(cast: Cast) -> None:
    link = linking.link_to(Page("inbox"), by=None, at=AT, lasts=HOUR)
    with pytest.raises(queries.LinkOver):
        queries.link_of(link.token, at=AT + HOUR)


def test_links_of_a_day_are_handed_out_again_to_who_made_them(cast: Cast) -> None:
    pages = [Page("cooperative", {"cooperative_id": pk}) for pk in (1, 2, 1)]
    first = linking.links_to(pages, by=cast.facilitator, at=AT)
    assert [each.page_parts["cooperative_id"] for each in first] == [1, 2, 1]
    assert first[0] == first[2]
    assert linking.links_to(pages, by=cast.facilitator, at=AT + HOUR) == first
    others = linking.links_to(pages, by=cast.hub_manager, at=AT + HOUR)
    assert not set(others) & set(first)
    later = linking.links_to(pages, by=cast.facilitator, at=AT + DAY)
    assert not set(later) & set(first)
    assert min(each.expires_at for each in later) == AT + 8 * DAY
    lines = AuditLine.objects.filter(action="notice.links").order_by("id")
    assert [(line.by_id, line.facts) for line in lines] == [
        (who.pk, {"links": 2}) for who in (cast.facilitator, cast.hub_manager, cast.facilitator)
    ]
