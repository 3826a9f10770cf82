"""Lost second steps: who has one, who may take it off, and what its owner is told afterwards.

Nobody alone takes over an account: whoever gave somebody a link to a new password in the last days doesn't
take off that person's second step, nor the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import models

from jejaring.domain.parties import access, granting, rosters
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative, Network, PasswordLink, Role, SecondStepReset, User
from jejaring.engines.errors import Refusal

APART_DAYS = 7
_TOLD_DAYS = 30
_K = Role.Kind
_BELOW = frozenset({_K.TREASURER, _K.CLERK, _K.SUPERVISOR})
"""Whom guides don't appoint everywhere, but may help everywhere."""
_TABLE = "mfa.authenticator"


def rows_of(people: Iterable[User]) -> models.QuerySet[models.Model]:
    """Return what the sign-in library keeps of these people's second steps: codes, passkeys, spare codes."""
    [kept] = [each for each in rosters.tables_pointing_at_people() if each.table == _TABLE]
    found: models.QuerySet[models.Model] = kept.model._base_manager.filter(user__in=list(people))  # noqa: SLF001
    return found


def who_have_one(people: Iterable[User]) -> frozenset[int]:
    """Return the numbers of those who have a second step."""
    return frozenset(rows_of(people).values_list("user_id", flat=True))


def may_reset(helper: User, place: Cooperative | Network) -> bool:
    """Return whether somebody may take off second steps at a place at all."""
    if isinstance(place, Cooperative):
        return access.cooperatives_for(helper, Ability.RESET_SECOND_STEP).filter(pk=place.pk).exists()
    return access.networks_for(helper, Ability.MANAGE_NETWORK).filter(pk=place.pk).exists()


def refuse_reset(role: Role, *, by: User, at: datetime) -> None:
    """Raise a Refusal unless `by` may take off the second step of whoever has this role."""
    person, place = role.user, role.cooperative or role.network
    may = place is not None and may_reset(by, place) and _reaches(by, person)
    if not may or not person.is_active or by.pk == person.pk:
        raise access.NotAllowed(Ability.RESET_SECOND_STEP)
    links = PasswordLink.objects.filter(user=person, made_by=by, revoked_at=None)
    if links.filter(created_at__gt=at - timedelta(days=APART_DAYS)).exists():
        raise Refusal(
            "second_step.same_helper",
            "You gave {name} a link to a new password in the last {days} days. Somebody else must take off "
            "the second step, so that nobody alone can take over an account.",
            name=person.name,
            days=APART_DAYS,
        )


def resettable(helper: User, place: Cooperative | Network, roles: Sequence[Role]) -> frozenset[int]:
    """Return the numbers of those roles here whose holders have a second step that `helper` may take off."""
    if not may_reset(helper, place):
        return frozenset()
    having = who_have_one(role.user for role in roles)
    own = helper.pk
    return frozenset(
        role.pk
        for role in roles
        if role.user_id in having and role.user_id != own and _reaches(helper, role.user)
    )


def _reaches(helper: User, person: User) -> bool:
    """Return whether every role of a person, run out or not, is at a place where the helper guides."""
    roles = list(person.roles.select_related("cooperative", "network"))
    return bool(roles) and all(
        granting.may_give(helper, role.kind, cooperative=role.cooperative, network=role.network)
        or (role.kind in _BELOW and role.cooperative is not None and may_reset(helper, role.cooperative))
        for role in roles
    )


def refuse_password_link(person: User, *, by: User, at: datetime) -> None:
    """Raise a Refusal where `by` just took off this person's second step."""
    resets = SecondStepReset.objects.filter(user=person, by=by, at__gt=at - timedelta(days=APART_DAYS))
    if resets.exists():
        raise Refusal(
            "password_link.same_helper",
            "You took off the second step of {name} in the last {days} days. Somebody else must give the "
            "new password, so that nobody alone can take over an account.",
            name=person.name,
            days=APART_DAYS,
        )


def told(person: User, *, at: datetime) -> SecondStepReset | None:
    """Return the newest taking off that a person should still be told of; None: there is none."""
    since = at - timedelta(days=_TOLD_DAYS)
    return SecondStepReset.objects.select_related("by").filter(user=person, at__gt=since).first()
