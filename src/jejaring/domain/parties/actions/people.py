"""Every write to people: invited, joined, given and taken roles, own details, consent, erased.

Links to a new password are in `password_links`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from jejaring.domain.parties import access, audit, granting, personal, regions, rosters
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Consent, Cooperative, Invitation, Network, Role, User
from jejaring.engines.errors import Refusal

INVITATION_DAYS = 7
_NAME_LENGTH_MAX = 120


@dataclass(frozen=True)
class InvitationLink:
    """An invitation just made, with the secret of its link: it can't be read again."""

    invitation: Invitation
    token: str


@dataclass(frozen=True)
class NewPerson:
    """What somebody says of themselves when they join. A phone number or an e-mail address is needed."""

    name: str
    phone: str
    email: str
    password: str
    consent_wording: str
    """The sentence that they agreed to; empty: they didn't."""
    language: str = "id"


@transaction.atomic
def invite(place: Cooperative | Network | str, *, kind: str, by: User | None, at: datetime) -> InvitationLink:
    """Make a link that gives whoever opens it first a role at a co-op, in a network, or in a region.

    Without `by` it is the program itself, from the command line: only it invites for a region, whose code
    `place` is then.
    """
    cooperative, network, region_code = _scope(place)
    if by is not None:
        _refuse_unless_giver(by, kind, cooperative=cooperative, network=network)
    token = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        token_hash=personal.lookup_hash("invitation", token),
        kind=kind,
        cooperative=cooperative,
        network=network,
        region_code=region_code,
        invited_by=by,
        expires_at=at + timedelta(days=INVITATION_DAYS),
    )
    audit.record("people.invite", invitation, by=by, facts={"kind": kind}, **_ids(invitation))
    return InvitationLink(invitation, token)


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: User, at: datetime) -> None:
    """Make a link useless. Whoever may give its role may do this; a used link stays as it is."""
    _refuse_unless_giver(by, invitation.kind, cooperative=invitation.cooperative, network=invitation.network)
    changed = Invitation.objects.filter(pk=invitation.pk, used_at=None).update(revoked_at=at)
    if not changed:
        raise Refusal("invitation.used", "This link was used already. Take back the role instead.")
    audit.record("people.revoke_invitation", invitation, by=by, **_ids(invitation))


@transaction.atomic
def accept_invitation(token: str, *, by: User, at: datetime) -> Role:
    """Give somebody who has signed in the role of an invitation, and return it."""
    invitation = _used_up(token, by=by, at=at)
    role = _given(by, invitation)
    audit.record(
        "people.accept_invitation",
        invitation,
        by=by,
        facts={"kind": invitation.kind, "role": role.pk},
        **_ids(invitation),
    )
    return role


@transaction.atomic
def join_by_invitation(token: str, *, details: NewPerson, at: datetime) -> User:
    """Make an account for somebody new, keep their consent, give them the role; return the person."""
    if not details.consent_wording:
        raise Refusal("person.consent_missing", "An account needs your consent. Tick the sentence below.")
    person = User(
        name=_name(details.name),
        email=_email(details.email),
        phone=personal.phone(details.phone),
        language=details.language,
    )
    person.phone_hash = personal.lookup_hash("phone", person.phone)
    _refuse_unreachable(person)
    personal.refuse_weak_password(details.password, person)
    person.set_password(details.password)
    _save_once(person)
    invitation = _used_up(token, by=person, at=at)
    role = _given(person, invitation)
    Consent.objects.create(
        user=person, purpose=Consent.Purpose.ACCOUNT, wording=details.consent_wording, given_at=at
    )
    audit.record(
        "people.join_by_invitation",
        invitation,
        by=person,
        facts={"kind": invitation.kind, "role": role.pk},
        **_ids(invitation),
    )
    return person


@transaction.atomic
def grant_role(
    person: User,
    *,
    kind: str,
    by: User | None,
    cooperative: Cooperative | None = None,
    network: Network | None = None,
    region_code: str = "",
    valid_until: datetime | None = None,
) -> Role:
    """Give a person a role and return it. Without `by` it is the program itself, from the command line."""
    if by is not None:
        _refuse_unless_giver(by, kind, cooperative=cooperative, network=network)
    role, _ = Role.objects.update_or_create(
        user=person,
        kind=kind,
        cooperative=cooperative,
        network=network,
        region_code=region_code,
        defaults={"valid_until": valid_until},
    )
    audit.record("people.grant_role", role, by=by, facts={"kind": kind, "person": person.pk}, **_ids(role))
    return role


@transaction.atomic
def withdraw_role(role: Role, *, by: User) -> None:
    """Take a role back: by whoever may give it, or by the person who has it.

    A second time changes nothing.
    """
    if by.pk != role.user_id:
        _refuse_unless_giver(by, role.kind, cooperative=role.cooperative, network=role.network)
    if Role.objects.select_for_update().filter(pk=role.pk).first() is None:
        return
    facts = {"kind": role.kind, "person": role.user_id}
    audit.record("people.withdraw_role", role, by=by, facts=facts, **_ids(role))
    role.delete()


@transaction.atomic
def change_own_details(person: User, *, name: str, phone: str, email: str, language: str, by: User) -> None:
    """Change what somebody is called and how they sign in."""
    assert by.pk == person.pk
    kept = User.objects.select_for_update().get(pk=person.pk)
    before = (kept.name, kept.phone, kept.email, kept.language)
    kept.name, kept.email, kept.language = _name(name), _email(email), language
    number = personal.phone(phone)
    kept.phone_verified = kept.phone_verified and number == kept.phone
    kept.phone, kept.phone_hash = number, personal.lookup_hash("phone", number)
    _refuse_unreachable(kept)
    _save_once(kept)
    if kept.email != before[2]:
        _forget_rows(kept, only="account.emailaddress")
    after = (kept.name, kept.phone, kept.email, kept.language)
    fields = ("name", "phone", "email", "language")
    changed = [field for field, old, new in zip(fields, before, after, strict=True) if old != new]
    audit.record("people.change_own_details", kept, by=by, facts={"changed": changed})


@transaction.atomic
def change_password(person: User, *, password: str, by: User) -> None:
    """Set a person's password, chosen by themselves. Their other sessions end."""
    personal.refuse_weak_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])
    audit.record("people.change_password", person, by=by)


@transaction.atomic
def note_second_step(person: User, *, what: str, by: User) -> None:
    """Note that somebody changed how they prove who they are: `what` is what the library calls it."""
    audit.record("people.note_second_step", person, by=by, facts={"what": what})


@transaction.atomic
def give_consent(person: User, *, purpose: str, wording: str, by: User, at: datetime) -> Consent:
    """Keep that somebody agreed to a sentence, and return it. Agreeing twice changes nothing."""
    assert by.pk == person.pk
    consent, made = Consent.objects.get_or_create(
        user=person, purpose=purpose, withdrawn_at=None, defaults={"wording": wording, "given_at": at}
    )
    audit.record("people.give_consent", consent, by=by, facts={"purpose": purpose, "new": made})
    return consent


@transaction.atomic
def withdraw_consent(consent: Consent, *, by: User, at: datetime) -> None:
    """Keep that somebody no longer agrees."""
    assert by.pk == consent.user_id
    if consent.purpose == Consent.Purpose.ACCOUNT:
        raise Refusal(
            "consent.account_needed",
            "Without this consent there can't be an account. You can erase yourself instead.",
        )
    Consent.objects.filter(pk=consent.pk, withdrawn_at=None).update(withdrawn_at=at)
    audit.record("people.withdraw_consent", consent, by=by, facts={"purpose": consent.purpose})


@transaction.atomic
def erase_person(person: User, *, by: User | None, at: datetime) -> None:
    """Replace a person's name and numbers by nothing; they can't sign in again.

    The row itself stays, because answers, books and the audit trail point at it. Without `by` it is the
    program itself, from the command line.
    """
    assert by is None or by.pk == person.pk
    kept = User.objects.select_for_update().get(pk=person.pk)
    kept.name = kept.email = kept.phone = kept.phone_hash = ""
    kept.phone_verified = kept.is_active = False
    kept.erased_at = at
    kept.last_login = None
    kept.set_unusable_password()
    kept.save()
    Role.objects.filter(user=kept).delete()
    Consent.objects.filter(user=kept, withdrawn_at=None).update(withdrawn_at=at)
    Invitation.objects.filter(invited_by=kept, used_at=None, revoked_at=None).update(revoked_at=at)
    kept.password_links.all().delete()
    kept.api_tokens.all().delete()
    _forget_rows(kept)
    audit.record("people.erase_person", kept, by=by)


def _scope(place: Cooperative | Network | str) -> tuple[Cooperative | None, Network | None, str]:
    if isinstance(place, str):
        return None, None, regions.region(place)
    return (place, None, "") if isinstance(place, Cooperative) else (None, place, "")


def _ids(row: Invitation | Role) -> dict[str, Any]:
    return {"cooperative_id": row.cooperative_id, "network_id": row.network_id}


def _refuse_unless_giver(
    giver: User, kind: str, *, cooperative: Cooperative | None, network: Network | None
) -> None:
    if not granting.may_give(giver, kind, cooperative=cooperative, network=network):
        raise access.NotAllowed(
            Ability.INVITE_TO_COOPERATIVE if cooperative is not None else Ability.MANAGE_NETWORK
        )


def _used_up(token: str, *, by: User, at: datetime) -> Invitation:
    # Two people may open one link at the same moment: the guard lets one of them in.
    found = rosters.invitation_of(token, at=at)
    changed = Invitation.objects.filter(pk=found.pk, used_at=None, revoked_at=None).update(
        used_at=at, used_by=by
    )
    if not changed:
        raise rosters.LinkUsed
    return found


def _given(person: User, invitation: Invitation) -> Role:
    role, _ = Role.objects.update_or_create(
        user=person,
        kind=invitation.kind,
        cooperative=invitation.cooperative,
        network=invitation.network,
        region_code=invitation.region_code,
        defaults={"valid_until": None},
    )
    return role


def _name(text: str) -> str:
    tidy = " ".join(text.split())
    if not 2 <= len(tidy) <= _NAME_LENGTH_MAX:
        raise Refusal("person.name_missing", "Write a name, of at most 120 letters.")
    return tidy


def _email(text: str) -> str:
    tidy = text.strip().lower()
    if not tidy:
        return ""
    try:
        validate_email(tidy)
    except ValidationError as error:
        raise Refusal(
            "person.email_unreadable", "This isn't an e-mail address. It looks like name@example.com."
        ) from error
    return tidy


def _refuse_unreachable(person: User) -> None:
    if not person.phone and not person.email:
        raise Refusal("person.nothing_to_sign_in_with", "Write a phone number or an e-mail address.")


def _save_once(person: User) -> None:
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise Refusal(
            "person.already_there",
            "Somebody signs in with this phone number or e-mail address already. If that is you, sign in "
            "first and open the link again.",
        ) from error


def _forget_rows(person: User, *, only: str = "") -> None:
    # The library that signs people in keeps e-mail addresses, keys and codes in tables of its own; what
    # stands above this app (notices) says itself that it goes.
    for pointing in rosters.tables_pointing_at_people():
        if pointing.goes and only in {"", pointing.table}:
            pointing.rows_of(person).delete()
