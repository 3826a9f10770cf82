"""Links by which somebody who lost their password sets a new one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from jejaring.domain.parties import access, audit, granting, personal, rosters, second_steps
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import ApiToken, PasswordLink, Role, User

LINK_DAYS = 1


@dataclass(frozen=True)
class NewPasswordLink:
    """A link just made, with its secret: it can't be read again."""

    link: PasswordLink
    token: str


@transaction.atomic
def make_password_link(role: Role, *, by: User, at: datetime) -> NewPasswordLink:
    """Make a link for the person who has this role. Earlier links to that person stop working.

    Refused unless every role of the person is one that `by` may give: else a chair could become
    whoever has a second office elsewhere. Refused also to whoever just took off that person's second step.
    """
    person = role.user
    if not person.is_active or not granting.reaches(by, person):
        raise access.NotAllowed(Ability.INVITE_TO_COOPERATIVE)
    second_steps.refuse_password_link(person, by=by, at=at)
    token = secrets.token_urlsafe(24)
    PasswordLink.objects.filter(user=person, used_at=None, revoked_at=None).update(revoked_at=at)
    link = PasswordLink.objects.create(
        token_hash=personal.lookup_hash("password", token),
        user=person,
        made_by=by,
        expires_at=at + timedelta(days=LINK_DAYS),
    )
    audit.record(
        "people.make_password_link",
        link,
        by=by,
        cooperative_id=role.cooperative_id,
        network_id=role.network_id,
        facts={"person": person.pk},
    )
    return NewPasswordLink(link, token)


@transaction.atomic
def use_password_link(token: str, *, password: str, at: datetime) -> User:
    """Set the password of the person whom a link was made for; return that person.

    Their sessions end, and keys for programs stop working: whoever had the old password may have made some.
    A second step stays.
    """
    found = rosters.password_link_of(token, at=at)
    person = found.user
    personal.refuse_weak_password(password, person)
    if not PasswordLink.objects.filter(pk=found.pk, used_at=None, revoked_at=None).update(used_at=at):
        raise rosters.LinkUsed
    facts = {"keys_revoked": _set(person, password, at)}
    audit.record("people.use_password_link", found, by=person, facts=facts)
    return person


@transaction.atomic
def replace_forgotten_password(person: User, *, password: str, by: User, at: datetime) -> None:
    """Set the password of somebody who came by a link in an e-mail; what a password link ends, ends."""
    assert by.pk == person.pk
    personal.refuse_weak_password(password, person)
    facts = {"keys_revoked": _set(person, password, at)}
    audit.record("people.replace_forgotten_password", person, by=by, facts=facts)


def _set(person: User, password: str, at: datetime) -> int:
    """Set a password, and return how many keys for programs were revoked with the old one."""
    person.set_password(password)
    person.save(update_fields=["password"])
    return ApiToken.objects.filter(user=person, revoked_at=None, expires_at__gt=at).update(revoked_at=at)
