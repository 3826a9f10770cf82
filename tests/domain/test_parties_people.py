"""People: invited once and in time, given no more than the giver may give, erased for good."""

from __future__ import annotations

from copy import copy
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from jejaring.domain.parties import access, granting, personal, rosters
from jejaring.domain.parties.actions import password_links, people, tokens
from jejaring.domain.parties.models import AuditLine, Consent, Invitation, Network, PasswordLink, Role, User
from jejaring.domain.parties.tokens import token_of
from jejaring.engines.errors import Refusal
from tests.cast import Cast, make_cast

NOW = timezone.now()
K = Role.Kind
PASSWORD = "padi menguning lagi"


def newcomer(**changes: str) -> people.NewPerson:
    typed = {
        "name": "new clerk",
        "phone": "0812 3456 7890",
        "email": "",
        "password": PASSWORD,
        "consent_wording": "They may keep my number.",
    }
    return people.NewPerson(**(typed | changes))


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.sentence.code


def test_an_invitation_gives_its_role_once(cast: Cast) -> None:
    link = people.invite(cast.babakankaret, kind=K.CLERK, by=cast.chair, at=NOW)
    person = people.join_by_invitation(link.token, details=newcomer(), at=NOW)
    assert [(role.kind, role.cooperative) for role in person.roles.all()] == [("clerk", cast.babakankaret)]
    assert person.check_password(PASSWORD)
    consent = person.consents.get()
    assert (consent.purpose, consent.wording) == ("account", "They may keep my number.")
    with pytest.raises(Refusal) as refused:
        people.join_by_invitation(link.token, details=newcomer(phone="0813 1111 2222"), at=NOW)
    assert code_of(refused) == "link.used"
    with pytest.raises(Refusal) as refused:
        people.accept_invitation(link.token, by=cast.stranger, at=NOW)
    assert code_of(refused) == "link.used"
    assert User.objects.filter(phone_hash=personal.lookup_hash("phone", "+6281311112222")).count() == 0


def test_of_two_who_open_a_link_at_once_one_gets_in(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    link = people.invite(cast.babakankaret, kind=K.CLERK, by=cast.chair, at=NOW)
    # The second has read the invitation as open before the first took it.
    monkeypatch.setattr(rosters, "invitation_of", lambda _token, *, at: link.invitation)
    people.accept_invitation(link.token, by=cast.stranger, at=NOW)
    with pytest.raises(rosters.LinkUsed):
        people.accept_invitation(link.token, by=cast.ministry, at=NOW)
    assert [role.kind for role in cast.ministry.roles.all()] == ["ministry"]


def test_somebody_with_an_account_accepts_and_keeps_earlier_roles(cast: Cast) -> None:
    link = people.invite(cast.babakankaret, kind=K.SUPERVISOR, by=cast.chair, at=NOW)
    people.accept_invitation(link.token, by=cast.chair_of_hub, at=NOW)
    assert {role.kind for role in cast.chair_of_hub.roles.all()} == {"chair", "supervisor"}


def test_an_invitation_runs_out_after_seven_days(cast: Cast) -> None:
    link = people.invite(cast.babakankaret, kind=K.CLERK, by=cast.chair, at=NOW)
    last = NOW + timedelta(days=7) - timedelta(seconds=1)
    assert rosters.invitation_of(link.token, at=last) == link.invitation
    with pytest.raises(Refusal) as refused:
        people.accept_invitation(link.token, by=cast.stranger, at=NOW + timedelta(days=7))
    assert code_of(refused) == "link.expired"


def test_a_withdrawn_invitation_gives_nothing(cast: Cast) -> None:
    link = people.invite(cast.babakankaret, kind=K.CLERK, by=cast.chair, at=NOW)
    people.revoke_invitation(link.invitation, by=cast.manager, at=NOW)
    with pytest.raises(Refusal) as refused:
        people.accept_invitation(link.token, by=cast.stranger, at=NOW)
    assert code_of(refused) == "link.withdrawn"
    assert not cast.stranger.roles.exists()


def test_an_invitation_ends_with_the_office_of_whoever_made_it(cast: Cast) -> None:
    link = people.invite(cast.babakankaret, kind=K.CLERK, by=cast.manager, at=NOW)
    people.withdraw_role(cast.manager.roles.get(), by=cast.chair)
    with pytest.raises(Refusal) as refused:
        people.accept_invitation(link.token, by=cast.stranger, at=NOW)
    assert code_of(refused) == "link.withdrawn"


def test_a_role_is_taken_back_once_however_often_it_is_tapped(cast: Cast) -> None:
    role = cast.manager.roles.get()
    for seen_before in (role, copy(role)):
        people.withdraw_role(seen_before, by=cast.chair)
    assert not cast.manager.roles.exists()
    assert AuditLine.objects.filter(action="people.withdraw_role").count() == 1


def test_a_used_invitation_cant_be_withdrawn(cast: Cast) -> None:
    link = people.invite(cast.babakankaret, kind=K.CLERK, by=cast.chair, at=NOW)
    people.accept_invitation(link.token, by=cast.stranger, at=NOW)
    with pytest.raises(Refusal) as refused:
        people.revoke_invitation(link.invitation, by=cast.chair, at=NOW)
    assert code_of(refused) == "invitation.used"


def test_the_secret_of_a_link_isnt_kept(cast: Cast) -> None:
    link = people.invite(cast.babakankaret, kind=K.CLERK, by=cast.chair, at=NOW)
    kept = Invitation.objects.values().get(pk=link.invitation.pk)
    assert link.token not in str(kept)
    assert len(link.token) >= 32
    assert link.token not in str(list(AuditLine.objects.values()))


GIVES_AT_COOPERATIVE = {
    "chair": {"manager", "treasurer", "clerk", "supervisor"},
    "manager": {"treasurer", "clerk"},
    "assistant": {"chair", "manager", "treasurer", "clerk", "supervisor"},
    "facilitator": {"chair", "manager", "treasurer", "clerk", "assistant"},
    "network_facilitator": {"chair", "manager", "treasurer", "clerk", "assistant"},
}
GIVES_IN_NETWORK = {
    "facilitator": {"hub_manager", "trainer", "facilitator"},
    "network_facilitator": {"hub_manager", "trainer"},
}


def test_nobody_gives_more_than_the_table_says(cast: Cast) -> None:
    for who, person in cast.people.items():
        for kind in K:
            for place, table in ((cast.babakankaret, GIVES_AT_COOPERATIVE), (cast.cianjur, GIVES_IN_NETWORK)):
                if kind in table.get(who, set()):
                    people.invite(place, kind=kind, by=person, at=NOW)
                else:
                    with pytest.raises(access.NotAllowed):
                        people.invite(place, kind=kind, by=person, at=NOW)


def test_a_network_facilitator_reaches_only_co_ops_of_the_network(cast: Cast) -> None:
    assert granting.at_cooperative(cast.network_facilitator, cast.garut_coop) == ()
    assert granting.in_network(cast.network_facilitator, cast.garut) == ()
    assert granting.in_network(cast.facilitator, Network(name="West Java", region_code="32")) == ()


def test_the_neighbour_can_neither_withdraw_invitations_nor_roles(cast: Cast) -> None:
    link = people.invite(cast.babakankaret, kind=K.CLERK, by=cast.chair, at=NOW)
    for who in ("chair_garut", "facilitator_garut", "assistant_garut", "chair_of_hub", "clerk", "stranger"):
        with pytest.raises(access.NotAllowed):
            people.revoke_invitation(link.invitation, by=cast.people[who], at=NOW)
        with pytest.raises(access.NotAllowed):
            people.withdraw_role(cast.treasurer.roles.get(), by=cast.people[who])
        with pytest.raises(access.NotAllowed):
            people.grant_role(cast.stranger, kind=K.CLERK, cooperative=cast.babakankaret, by=cast.people[who])
    assert rosters.invitation_of(link.token, at=NOW) == link.invitation


def test_a_role_can_be_given_back_by_whoever_has_it(cast: Cast) -> None:
    people.withdraw_role(cast.chair.roles.get(), by=cast.chair)
    assert not cast.chair.roles.exists()


def test_roles_are_given_once_and_by_the_program_without_anybody(cast: Cast) -> None:
    first = people.grant_role(cast.stranger, kind=K.FACILITATOR, region_code="32.03", by=None)
    again = people.grant_role(cast.stranger, kind=K.FACILITATOR, region_code="32.03", by=None)
    assert first == again


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"consent_wording": ""}, "person.consent_missing"),
        ({"name": "  "}, "person.name_missing"),
        ({"phone": "", "email": ""}, "person.nothing_to_sign_in_with"),
        ({"phone": "12345"}, "person.phone_unreadable"),
        ({"email": "nobody"}, "person.email_unreadable"),
        ({"password": "short"}, "person.password_weak"),
        ({"password": "1234567890123"}, "person.password_weak"),
        ({"password": "long " * 26}, "person.password_long"),
    ],
)
def test_what_is_typed_wrong_leaves_the_invitation_open(cast: Cast, typed: dict[str, str], code: str) -> None:
    link = people.invite(cast.babakankaret, kind=K.CLERK, by=cast.chair, at=NOW)
    before = User.objects.count()
    with pytest.raises(Refusal) as refused:
        people.join_by_invitation(link.token, details=newcomer(**typed), at=NOW)
    assert code_of(refused) == code
    assert User.objects.count() == before
    assert rosters.invitation_of(link.token, at=NOW) == link.invitation


def test_one_number_signs_in_one_person_however_it_is_written(cast: Cast) -> None:
    for number in ("0812 3456 7890", "+62 812-3456-7890", "6281234567890"):
        link = people.invite(cast.babakankaret, kind=K.CLERK, by=cast.chair, at=NOW)
        if not User.objects.exclude(phone_hash="").exists():
            people.join_by_invitation(link.token, details=newcomer(phone=number), at=NOW)
            continue
        with pytest.raises(Refusal) as refused:
            people.join_by_invitation(link.token, details=newcomer(phone=number), at=NOW)
        assert code_of(refused) == "person.already_there"
    link = people.invite(cast.babakankaret, kind=K.CLERK, by=cast.chair, at=NOW)
    people.join_by_invitation(link.token, details=newcomer(phone="", email="A@Example.com"), at=NOW)
    with pytest.raises(Refusal):
        people.change_own_details(
            cast.chair, name="chair", phone="", email="a@example.COM", language="id", by=cast.chair
        )


def password_link(role: Role, by: User, at: datetime = NOW) -> str:
    return password_links.make_password_link(role, by=by, at=at).token


def test_a_password_link_works_once_for_one_day(cast: Cast) -> None:
    role = cast.clerk.roles.get()
    early, token = password_link(role, cast.chair), password_link(role, cast.chair)
    with pytest.raises(Refusal) as refused:
        password_links.use_password_link(early, password=PASSWORD, at=NOW)
    assert code_of(refused) == "link.withdrawn"
    with pytest.raises(Refusal) as refused:
        password_links.use_password_link(token, password="short", at=NOW)
    assert code_of(refused) == "person.password_weak"
    with pytest.raises(Refusal) as refused:
        password_links.use_password_link(token, password=PASSWORD, at=NOW + timedelta(days=1))
    assert code_of(refused) == "link.expired"
    assert password_links.use_password_link(token, password=PASSWORD, at=NOW) == cast.clerk
    cast.clerk.refresh_from_db()
    assert cast.clerk.check_password(PASSWORD)
    with pytest.raises(Refusal) as refused:
        password_links.use_password_link(token, password="jagung rebus manis", at=NOW)
    assert code_of(refused) == "link.used"
    assert token not in str(list(PasswordLink.objects.values()))


def test_a_new_password_by_a_link_revokes_the_persons_keys_and_nobody_elses(cast: Cast) -> None:
    made = {
        who: tokens.make_token(
            cast.people[who], name="scales", reads_only=False, days=30, by=cast.people[who], at=NOW
        )
        for who in ("clerk", "treasurer")
    }
    token = password_link(cast.clerk.roles.get(), cast.chair)
    password_links.use_password_link(token, password=PASSWORD, at=NOW)
    assert token_of(made["clerk"].secret, at=NOW) is None
    assert token_of(made["treasurer"].secret, at=NOW) is not None
    assert AuditLine.objects.get(action="people.use_password_link").facts == {"keys_revoked": 1}


def test_nobody_resets_the_password_of_somebody_with_a_role_beyond_their_reach(cast: Cast) -> None:
    role = cast.clerk.roles.get()
    for who in ("clerk", "treasurer", "chair_garut", "facilitator_garut", "ministry", "stranger"):
        with pytest.raises(access.NotAllowed):
            password_link(role, cast.people[who])
    token = password_link(role, cast.chair)
    people.grant_role(cast.clerk, kind=K.CLERK, cooperative=cast.garut_coop, by=cast.chair_garut)
    with pytest.raises(access.NotAllowed):
        password_link(role, cast.chair)
    with pytest.raises(Refusal) as refused:
        password_links.use_password_link(token, password=PASSWORD, at=NOW)
    assert code_of(refused) == "link.withdrawn"


def test_a_role_that_ran_out_still_counts_for_reach(cast: Cast) -> None:
    people.grant_role(
        cast.clerk, kind=K.MINISTRY, region_code="ID", by=None, valid_until=NOW - timedelta(days=9)
    )
    with pytest.raises(access.NotAllowed):
        password_link(cast.clerk.roles.get(kind=K.CLERK), cast.chair)


def test_consent_is_kept_with_its_wording_and_can_be_taken_back(cast: Cast) -> None:
    give: dict[str, Any] = {"purpose": "contact", "wording": "They may call me.", "by": cast.chair}
    consent = people.give_consent(cast.chair, **give, at=NOW)
    assert people.give_consent(cast.chair, **give, at=NOW) == consent
    people.withdraw_consent(consent, by=cast.chair, at=NOW)
    consent.refresh_from_db()
    assert (consent.wording, consent.withdrawn_at) == ("They may call me.", NOW)
    again = people.give_consent(cast.chair, **give, at=NOW)
    assert again != consent
    account = people.give_consent(cast.chair, purpose="account", wording="w", by=cast.chair, at=NOW)
    with pytest.raises(Refusal):
        people.withdraw_consent(account, by=cast.chair, at=NOW)


def test_erasing_takes_what_tells_who_somebody_was_and_keeps_the_rows(cast: Cast) -> None:
    link = people.invite(cast.babakankaret, kind=K.CHAIR, by=cast.assistant, at=NOW)
    person = people.join_by_invitation(
        link.token, details=newcomer(name="chair two", email="two@example.com"), at=NOW
    )
    open_link = people.invite(cast.babakankaret, kind=K.CLERK, by=person, at=NOW)
    people.erase_person(person, by=person, at=NOW)
    person.refresh_from_db()
    assert (person.name, person.email, person.phone, person.phone_hash) == ("", "", "", "")
    assert not person.is_active
    assert not person.has_usable_password()
    assert person.erased_at == NOW
    assert not person.roles.exists()
    assert Consent.objects.get(user=person).withdrawn_at == NOW
    assert Invitation.objects.get(pk=link.invitation.pk).used_by_id == person.pk
    with pytest.raises(Refusal):
        rosters.invitation_of(open_link.token, at=NOW)
    assert "two@example.com" not in str(rosters.kept_of(person))
    # The number is free again, for whoever has it then.
    link = people.invite(cast.babakankaret, kind=K.CLERK, by=cast.chair, at=NOW)
    people.join_by_invitation(link.token, details=newcomer(), at=NOW)


def test_the_export_holds_every_table_that_points_at_a_person_and_no_secret(cast: Cast) -> None:
    link = people.invite(cast.babakankaret, kind=K.CLERK, by=cast.chair, at=NOW)
    person = people.join_by_invitation(link.token, details=newcomer(), at=NOW)
    kept = rosters.kept_of(person)
    assert kept["person"]["phone"] == "+6281234567890"
    assert kept["parties.role.user"][0]["kind"] == "clerk"
    assert kept["parties.consent.user"][0]["wording"] == "They may keep my number."
    assert [line["action"] for line in kept["parties.auditline.by_id"]] == ["people.join_by_invitation"]
    assert {f"{each.table}.{each.column}" for each in rosters.tables_pointing_at_people()} <= set(kept)
    text = str(kept)
    for secret in (person.password, person.phone_hash, link.invitation.token_hash):
        assert secret not in text
    assert "chair" not in text.replace("invited_by", "")


def test_details_change_for_oneself_only(cast: Cast) -> None:
    new = {"name": "The chair", "phone": "0812 1111 2222", "email": "chair@example.com", "language": "en"}
    people.change_own_details(cast.chair, **new, by=cast.chair)
    cast.chair.refresh_from_db()
    assert (cast.chair.name, cast.chair.phone, cast.chair.language) == ("The chair", "+6281211112222", "en")
    line = AuditLine.objects.latest("id")
    assert line.facts == {"changed": ["name", "phone", "email", "language"]}
    with pytest.raises(AssertionError):
        people.change_own_details(cast.chair, **new, by=cast.manager)
