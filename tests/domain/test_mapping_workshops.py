"""Sessions: who comes in at once, who waits, what ends when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from jejaring.domain.mapping import rooms
from jejaring.domain.mapping.actions import workshops
from jejaring.domain.mapping.actions.workshops import Newcomer
from jejaring.domain.mapping.models import Attendee, Workshop
from jejaring.domain.parties import access, audit
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import AuditLine, Consent, Cooperative, Role, User
from jejaring.engines.errors import Refusal
from tests.cast import Cast, make_cast
from tests.domain.mapped import cooperative

NOW = timezone.now()
SOMEBODY = Newcomer("Somebody", "", "I agree.")


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def empty(cast: Cast) -> Cooperative:
    """A co-op of the network that nobody answers for."""
    return cooperative(cast.cianjur, "Nobody's yet")


@pytest.fixture
def session(cast: Cast) -> Workshop:
    return workshops.open_workshop(
        cast.cianjur, title=" Day one ", closes_at=NOW + timedelta(hours=8), by=cast.facilitator, at=NOW
    )


def joins(session: Workshop, coop: Cooperative, who: User | Newcomer = SOMEBODY, **more) -> Attendee:
    return workshops.join(session, coop, who=who, at=NOW, **{"request_key": uuid4()} | more)


def may_answer(attendee: Attendee) -> list[Cooperative]:
    return list(access.cooperatives_for(attendee.user, Ability.DECLARE))


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.sentence.code


def test_the_projector_begins_with_the_month_it_is_here(cast: Cast, session: Workshop) -> None:
    first_night = datetime(2027, 3, 31, 20, 0, tzinfo=UTC)  # three in the morning of the first of April
    room = rooms.room(session, cast.facilitator, first_night)
    assert room.balance.months[0] == date(2027, 4, 1)


def test_a_session_has_a_token_that_nobody_guesses(session: Workshop) -> None:
    assert session.title == "Day one"
    # 24 random bytes in base64: 192 bits.
    assert len(session.token) == 32
    assert rooms.workshop_by(session.token) == session
    for wrong in ("", session.token[:-1], session.token + "x"):
        with pytest.raises(access.NotThere):
            rooms.workshop_by(wrong)


@pytest.mark.parametrize(("title", "hours"), [(" ", 8), ("Day", 0), ("Day", -1), ("Day", 24 * 7 + 1)])
def test_a_session_needs_a_title_and_an_end_within_a_week(cast: Cast, title: str, hours: int) -> None:
    with pytest.raises(Refusal):
        workshops.open_workshop(
            cast.cianjur, title=title, closes_at=NOW + timedelta(hours=hours), by=cast.facilitator, at=NOW
        )
    assert not Workshop.objects.exists()


def test_who_joins_answers_for_one_co_op_until_a_day_after_the_session(
    session: Workshop, empty: Cooperative
) -> None:
    attendee = joins(session, empty, Newcomer(" Somebody ", "0812 3456 7890", "I agree."))
    assert attendee.approved_at == NOW
    assert may_answer(attendee) == [empty]
    [role] = attendee.user.roles.all()
    assert (role.kind, role.valid_until) == ("clerk", session.closes_at + timedelta(days=1))
    assert (attendee.user.name, attendee.user.phone) == ("Somebody", "+6281234567890")
    assert not attendee.user.has_usable_password()
    assert Consent.objects.get(user=attendee.user).wording == "I agree."


def test_two_of_a_co_op_that_nobody_answers_for_both_come_in(session: Workshop, empty: Cooperative) -> None:
    assert joins(session, empty).approved_at
    assert joins(session, empty).approved_at


def test_a_repeated_request_makes_one_account(session: Workshop, empty: Cooperative) -> None:
    key = uuid4()
    before = User.objects.count()
    first = joins(session, empty, request_key=key)
    assert joins(session, empty, request_key=key) == first
    assert User.objects.count() == before + 1
    assert joins(session, empty, first.user) == first


def test_a_co_op_with_people_of_its_own_waits_for_the_facilitator(cast: Cast, session: Workshop) -> None:
    attendee = joins(session, cast.babakankaret)
    assert attendee.approved_at is None
    assert may_answer(attendee) == []
    workshops.approve(attendee, by=cast.facilitator, at=NOW)
    workshops.approve(attendee, by=cast.facilitator, at=NOW)
    assert may_answer(attendee) == [cast.babakankaret]
    assert AuditLine.objects.filter(action="approve_attendee").count() == 1


def test_people_of_the_co_op_join_with_the_role_they_have(cast: Cast, session: Workshop) -> None:
    attendee = joins(session, cast.babakankaret, cast.chair)
    assert attendee.approved_at == NOW
    assert cast.chair.roles.get().kind == "chair"
    workshops.remove(attendee, by=cast.facilitator, at=NOW)
    # A role that the session didn't give stays.
    assert access.cooperatives_for(cast.chair, Ability.DECLARE).filter(pk=cast.babakankaret.pk).exists()


def test_a_role_that_ran_out_comes_back_with_the_next_session(
    cast: Cast, session: Workshop, empty: Cooperative
) -> None:
    attendee = joins(session, empty)
    Role.objects.update(valid_until=NOW - timedelta(days=3))
    User.objects.get(pk=attendee.user_id)
    later = workshops.open_workshop(
        cast.cianjur, title="Two", closes_at=NOW + timedelta(hours=9), by=cast.facilitator, at=NOW
    )
    again = joins(later, empty, attendee.user)
    assert again.approved_at
    assert may_answer(again) == [empty]
    assert again.user.roles.count() == 1


def test_who_is_removed_can_do_nothing_more(cast: Cast, session: Workshop, empty: Cooperative) -> None:
    attendee = joins(session, empty)
    workshops.remove(attendee, by=cast.facilitator, at=NOW - timedelta(seconds=1))
    assert may_answer(attendee) == []
    assert rooms.attendees(session) == []
    with pytest.raises(Refusal) as refused:
        joins(session, empty, attendee.user)
    assert code_of(refused) == "workshop.removed"
    # Coming back under another name takes the facilitator's tap.
    assert joins(session, empty).approved_at is None


def test_closing_a_session_leaves_the_role_of_another_that_is_still_open(
    cast: Cast, session: Workshop, empty: Cooperative
) -> None:
    role = joins(session, empty).role
    assert role is not None
    later = workshops.open_workshop(
        cast.cianjur, title="Day two", closes_at=NOW + timedelta(days=3), by=cast.facilitator, at=NOW
    )
    joins(later, empty, role.user)
    workshops.close_workshop(session, by=cast.facilitator, at=NOW)
    role.refresh_from_db()
    assert role.valid_until == NOW + timedelta(days=4)
    workshops.close_workshop(later, by=cast.facilitator, at=NOW)
    role.refresh_from_db()
    assert role.valid_until == NOW + timedelta(days=1)


def test_a_second_co_op_takes_the_facilitators_tap(cast: Cast, session: Workshop, empty: Cooperative) -> None:
    attendee = joins(session, empty)
    other = cooperative(cast.cianjur, "Another", "32.03.01.2003")
    second = joins(session, other, attendee.user)
    assert second.approved_at is None
    assert may_answer(second) == [empty]


def test_nobody_joins_another_networks_co_op(cast: Cast, session: Workshop) -> None:
    for who in (SOMEBODY, cast.chair_garut):
        with pytest.raises(Refusal) as refused:
            joins(session, cast.garut_coop, who)
        assert code_of(refused) == "workshop.other_cooperative"
    assert not Attendee.objects.exists()


def test_a_closed_or_ended_session_lets_nobody_in(cast: Cast, session: Workshop, empty: Cooperative) -> None:
    waiting = joins(session, cast.babakankaret)
    inside = joins(session, empty)
    with pytest.raises(Refusal) as refused:
        workshops.join(session, empty, who=SOMEBODY, request_key=None, at=session.closes_at)
    assert code_of(refused) == "workshop.closed"

    workshops.close_workshop(session, by=cast.facilitator, at=NOW + timedelta(hours=1))
    with pytest.raises(Refusal) as refused:
        joins(session, empty)
    assert code_of(refused) == "workshop.closed"
    with pytest.raises(Refusal):
        workshops.approve(waiting, by=cast.facilitator, at=NOW + timedelta(hours=1))
    # Roles end a day after the session did, not after it would have.
    assert inside.user.roles.get().valid_until == NOW + timedelta(hours=1, days=1)


def test_a_number_that_has_an_account_neither_opens_nor_betrays_it(
    session: Workshop, empty: Cooperative
) -> None:
    first = joins(session, empty, Newcomer("One", "081234567890", "I agree."))
    second = joins(session, empty, Newcomer("Two", "+62 812-3456-7890", "I agree."))
    assert first.user != second.user
    assert (first.user.phone, second.user.phone) == ("+6281234567890", "")


def test_a_forms_key_never_opens_an_account_of_somebody_else(
    cast: Cast, session: Workshop, empty: Cooperative
) -> None:
    key = uuid4()
    chair = joins(session, cast.babakankaret, cast.chair, request_key=key)
    assert joins(session, empty, request_key=key).user != chair.user

    own = uuid4()
    first = joins(session, empty, request_key=own)
    with pytest.raises(Refusal) as refused:
        workshops.join(session, empty, who=SOMEBODY, request_key=own, at=NOW + timedelta(minutes=11))
    assert code_of(refused) == "workshop.sent_before"
    first.user.set_password("a password of their own")
    first.user.save()
    with pytest.raises(Refusal):
        joins(session, empty, request_key=own)


def test_a_session_has_an_end_of_room(
    session: Workshop, empty: Cooperative, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workshops, "MOST_PEOPLE", 1)
    joins(session, empty)
    with pytest.raises(Refusal) as refused:
        joins(session, empty)
    assert code_of(refused) == "workshop.full"


def test_every_step_leaves_a_line_without_names(cast: Cast, session: Workshop, empty: Cooperative) -> None:
    attendee = joins(session, empty, Newcomer("Somebody", "081234567890", "I agree."))
    workshops.remove(attendee, by=cast.facilitator, at=NOW)
    workshops.close_workshop(session, by=cast.facilitator, at=NOW)
    lines = list(AuditLine.objects.all())
    assert [line.action for line in lines] == [
        "open_workshop",
        "join_workshop",
        "remove_attendee",
        "close_workshop",
    ]
    assert all(line.network_id == cast.cianjur.pk for line in lines)
    assert "Somebody" not in str([line.facts for line in lines])
    assert list(audit.faults()) == []
