"""What is read of people: who has which role where, which links are open, what is kept of somebody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q

from jejaring.domain.parties import access, granting, personal
from jejaring.domain.parties.access import Ability, NotThere
from jejaring.domain.parties.models import (
    AuditLine,
    Consent,
    Cooperative,
    Invitation,
    Network,
    Officer,
    PasswordLink,
    Role,
    User,
)
from jejaring.engines.errors import Refusal

_Link = TypeVar("_Link", Invitation, PasswordLink)
_SECRET_COLUMNS = {"password", "phone_hash", "nik_hash", "token_hash", "hash", "previous", "data"}


class LinkUsed(Refusal):
    """Somebody was there before."""

    def __init__(self) -> None:
        super().__init__("link.used", "This link was used already; each works once. Ask for a new one.")


@dataclass(frozen=True)
class Roster:
    """Who has a role at a place, which invitations are open there, what the reader may give there."""

    roles: tuple[Role, ...]
    invitations: tuple[Invitation, ...]
    may_give: tuple[Role.Kind, ...]


def roster_for(reader: User, place: Cooperative | Network, *, at: datetime) -> Roster:
    """Return the people of a co-op or network, as somebody may see them who may see the place."""
    if isinstance(place, Cooperative):
        may_give = granting.at_cooperative(reader, place)
        here = Q(cooperative=place)
    else:
        may_give = granting.in_network(reader, place)
        here = Q(network=place)
    still = Q(valid_until=None) | Q(valid_until__gt=at)
    order = [kind.value for kind in Role.Kind]
    roles = list(Role.objects.filter(here & still, user__is_active=True).select_related("user"))
    roles.sort(key=lambda role: (order.index(role.kind), role.user.name.lower(), role.pk))
    invitations = Invitation.objects.filter(
        here, used_at=None, revoked_at=None, expires_at__gt=at, kind__in=may_give
    ).select_related("invited_by")
    return Roster(tuple(roles), tuple(invitations), may_give)


def role_at(place: Cooperative | Network, role_id: int) -> Role:
    """Return a role that somebody has at this place. Raises NotThere."""
    here = {"cooperative": place} if isinstance(place, Cooperative) else {"network": place}
    found = Role.objects.select_related("user", "cooperative", "network").filter(pk=role_id, **here).first()
    if found is None:
        raise NotThere
    return found


def invitation_at(place: Cooperative | Network, invitation_id: int) -> Invitation:
    """Return an invitation to this place. Raises NotThere."""
    here = {"cooperative": place} if isinstance(place, Cooperative) else {"network": place}
    found = (
        Invitation.objects.select_related("cooperative", "network").filter(pk=invitation_id, **here).first()
    )
    if found is None:
        raise NotThere
    return found


def invitation_of(token: str, *, at: datetime) -> Invitation:
    """Return the invitation of a link that still works. Raises a Refusal that says why it doesn't."""
    found = (
        Invitation.objects.select_related("cooperative", "network", "invited_by")
        .filter(token_hash=personal.lookup_hash("invitation", token))
        .first()
    )
    usable = _usable(found, at)
    # A link is worth no more than whoever made it: it ends with their office.
    if usable.invited_by is not None and not granting.may_give(
        usable.invited_by, usable.kind, cooperative=usable.cooperative, network=usable.network
    ):
        raise _withdrawn()
    return usable


def password_link_of(token: str, *, at: datetime) -> PasswordLink:
    """Return the link to a new password, if it still works. Raises a Refusal that says why it doesn't."""
    found = (
        PasswordLink.objects.select_related("user", "made_by")
        .filter(token_hash=personal.lookup_hash("password", token))
        .first()
    )
    usable = _usable(found, at)
    # The person may have got another office since the link was made.
    if (
        not usable.user.is_active
        or usable.made_by is None
        or not granting.reaches(usable.made_by, usable.user)
    ):
        raise _withdrawn()
    return usable


def own_consent(person: User, consent_id: int) -> Consent:
    """Return a consent that this person gave. Raises NotThere."""
    found = person.consents.filter(pk=consent_id).first()
    if found is None:
        raise NotThere
    return found


def own_role(person: User, role_id: int) -> Role:
    """Return a role that this person has. Raises NotThere."""
    found = own_roles(person).filter(pk=role_id).first()
    if found is None:
        raise NotThere
    return found


def own_roles(person: User) -> models.QuerySet[Role]:
    """Return the roles of a person, with the co-ops and networks where they have them."""
    return person.roles.select_related("cooperative", "network")


def kept_of(person: User) -> dict[str, Any]:
    """Return everything that is kept of a person, table by table, but no secrets by which one signs in.

    Every table that points at a person is walked, so that none is forgotten when one is added.
    """
    kept: dict[str, Any] = {"person": _columns(person)}
    for pointing in tables_pointing_at_people():
        rows = pointing.rows_of(person).order_by("pk")
        kept[f"{pointing.table}.{pointing.column}"] = [_columns(row) for row in rows]
    lines = AuditLine.objects.filter(by_id=person.pk).order_by("id")
    kept["parties.auditline.by_id"] = [_columns(line) for line in lines]
    return kept


@dataclass(frozen=True)
class Pointing:
    """A column of a table that points at people."""

    model: Any
    column: str

    @property
    def table(self) -> str:
        """What the table is called: parties.consent."""
        return str(self.model._meta.label_lower)  # noqa: SLF001

    @property
    def is_ours(self) -> bool:
        """Whether it is a table of ours, not of a library."""
        return self.model.__module__.startswith("jejaring.")

    @property
    def goes(self) -> bool:
        """Whether its rows go with an erased person: those of libraries, and what is kept for them alone."""
        return not self.is_ours or getattr(self.model, "GOES_WITH", "") == self.column

    def rows_of(self, person: User) -> models.QuerySet[Any]:
        """Return the rows that point at a person."""
        return self.model._base_manager.filter(**{self.column: person})  # noqa: SLF001


def tables_pointing_at_people() -> list[Pointing]:
    """Return every column of every table that points at a person."""
    related = User._meta.related_objects  # noqa: SLF001
    return [Pointing(each.related_model, each.field.name) for each in related]


def phones_for(reader: User, cooperatives: Iterable[int]) -> dict[int, str]:
    """Return a number of an officer of each of these co-ops, for those whose officers the reader keeps."""
    kept = access.cooperatives_for(reader, Ability.EDIT_COOPERATIVE).filter(pk__in=list(cooperatives))
    rows = Officer.objects.filter(cooperative__in=kept.values("pk")).exclude(phone_hash="")
    found: dict[int, str] = {}
    for officer in rows.order_by("cooperative", "organ", "id"):
        found.setdefault(officer.cooperative_id, officer.phone)
    return found


def names_of(ids: Iterable[int]) -> dict[int, str]:
    """Return the names of people by number; erased ones have an empty name."""
    return dict(User.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


def _columns(row: models.Model) -> dict[str, Any]:
    return {
        field.name: field.value_from_object(row)
        for field in row._meta.concrete_fields  # noqa: SLF001
        if field.name not in _SECRET_COLUMNS
    }


def _usable(link: _Link | None, at: datetime) -> _Link:
    if link is None:
        raise Refusal("link.unknown", "This link isn't known. Perhaps a part was lost when it was copied.")
    if link.used_at is not None:
        raise LinkUsed
    if link.revoked_at is not None:
        raise _withdrawn()
    if link.expires_at <= at:
        raise Refusal("link.expired", "This link has run out. Ask whoever sent it for a new one.")
    return link


def _withdrawn() -> Refusal:
    return Refusal("link.withdrawn", "This link was withdrawn. Ask whoever sent it for a new one.")
