"""Lost second steps: taken off by a guide within reach, told to the owner, never with the password."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from jejaring.domain.parties import access, personal, second_steps
from jejaring.domain.parties.actions import password_links, people
from jejaring.domain.parties.actions.second_steps import reset_second_step, reset_second_step_of
from jejaring.domain.parties.models import AuditLine, Role, User
from jejaring.engines.errors import Refusal
from tests.cast import Cast, make_cast

NOW = timezone.now()
LATER = NOW + timedelta(days=second_steps.APART_DAYS, minutes=1)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def with_second_step(person: User) -> Role:
    for kind in ("totp", "webauthn", "recovery_codes"):
        Authenticator.objects.create(user=person, type=kind, data={})
    return person.roles.get()


def kinds_of(person: User) -> set[str]:
    return set(Authenticator.objects.filter(user=person).values_list("type", flat=True))


def refusal_of(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.sentence.code


def test_a_lost_second_step_is_taken_off_whole_and_nobody_elses(cast: Cast) -> None:
    role, other = with_second_step(cast.clerk), with_second_step(cast.treasurer)
    reset_second_step(role, by=cast.facilitator, at=NOW)
    assert kinds_of(cast.clerk) == set()
    assert kinds_of(other.user) == {"totp", "webauthn", "recovery_codes"}
    line = AuditLine.objects.get(action="people.reset_second_step")
    assert (line.by_id, line.cooperative_id) == (cast.facilitator.pk, cast.babakankaret.pk)
    assert line.facts == {"person": cast.clerk.pk, "taken_off": 3}
    with pytest.raises(Refusal) as refused:
        reset_second_step(role, by=cast.facilitator, at=NOW)
    assert refusal_of(refused) == "second_step.none"


def test_the_owner_is_told_who_took_it_off_for_thirty_days(cast: Cast) -> None:
    reset_second_step(with_second_step(cast.chair), by=cast.assistant, at=NOW)
    told = second_steps.told(cast.chair, at=NOW + timedelta(days=29))
    assert told is not None
    assert told.by == cast.assistant
    assert second_steps.told(cast.chair, at=NOW + timedelta(days=31)) is None
    assert second_steps.told(cast.assistant, at=NOW) is None


def test_only_guides_of_the_place_take_it_off(cast: Cast) -> None:
    role = with_second_step(cast.clerk)
    may = {"assistant", "facilitator", "network_facilitator"}
    for who in cast.people.keys() - may:
        with pytest.raises(access.NotAllowed):
            reset_second_step(role, by=cast.people[who], at=NOW)
    for who in may:
        second_steps.refuse_reset(role, by=cast.people[who], at=NOW)


def test_nobody_takes_off_their_own_or_that_of_somebody_with_a_role_beyond_their_reach(cast: Cast) -> None:
    own = with_second_step(cast.assistant)
    with pytest.raises(access.NotAllowed):
        reset_second_step(own, by=cast.assistant, at=NOW)
    role = with_second_step(cast.clerk)
    people.grant_role(cast.clerk, kind="clerk", cooperative=cast.garut_coop, by=cast.chair_garut)
    with pytest.raises(access.NotAllowed):
        reset_second_step(role, by=cast.facilitator, at=NOW)
    for who in ("ministry", "facilitator"):
        with pytest.raises(access.NotAllowed):
            reset_second_step(with_second_step(cast.people[who]), by=cast.network_facilitator, at=NOW)


def test_nobody_alone_gives_a_new_password_and_takes_off_the_second_step(cast: Cast) -> None:
    role = with_second_step(cast.clerk)
    password_links.make_password_link(role, by=cast.assistant, at=NOW)
    with pytest.raises(Refusal) as refused:
        reset_second_step(role, by=cast.assistant, at=NOW)
    assert refusal_of(refused) == "second_step.same_helper"
    reset_second_step(role, by=cast.facilitator, at=NOW)
    # The other way round, and until the days are over.
    role = with_second_step(cast.manager)
    reset_second_step(role, by=cast.facilitator, at=NOW)
    with pytest.raises(Refusal) as refused:
        password_links.make_password_link(role, by=cast.facilitator, at=NOW)
    assert refusal_of(refused) == "password_link.same_helper"
    password_links.make_password_link(role, by=cast.chair, at=NOW)
    password_links.make_password_link(role, by=cast.facilitator, at=LATER)


def test_the_command_finds_whoever_signs_in_so(cast: Cast) -> None:
    person = cast.facilitator
    person.phone = personal.phone("0812 3456 7890")
    person.phone_hash, person.email = personal.lookup_hash("phone", person.phone), "who@example.com"
    person.save()
    for written in ("+62 812 3456 7890", "Who@example.com"):
        with_second_step(person)
        assert reset_second_step_of(written, at=NOW) == person
        assert kinds_of(person) == set()
    for written in ("0812 0000 1111", "", "nobody@example.com"):
        with pytest.raises(Refusal) as refused:
            reset_second_step_of(written, at=NOW)
        assert refusal_of(refused) == "second_step.nobody"
