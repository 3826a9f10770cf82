"""Who signs in with this key, and what the key may do."""

from __future__ import annotations

from datetime import date, datetime

from jejaring.domain.parties import rosters
from jejaring.interfaces.api import gates
from jejaring.interfaces.api.figures import Shown
from jejaring.interfaces.api.gates import Request, Subject

subject = Subject("account")


class RoleShown(Shown):
    """A role of the person: at a co-op, in a network or in a region."""

    kind: str
    cooperative_id: int | None
    network_id: int | None
    region_code: str
    valid_until: datetime | None


class KeyShown(Shown):
    """The key that was sent."""

    name: str
    reads_only: bool
    expires_at: datetime
    last_used_on: date | None


class MeShown(Shown):
    """The person whose key it is."""

    id: int
    name: str
    language: str
    roles: list[RoleShown]
    key: KeyShown


@subject.opens("GET", "/me", gates.signed_in(), summary="Who I am, and what my key may do", answer=MeShown)
def me(request: Request) -> MeShown:
    """The owner of the key, with all roles."""
    person, key = request.user, request.token
    return MeShown(
        id=person.pk,
        name=person.name,
        language=person.language,
        roles=[
            RoleShown(
                kind=role.kind,
                cooperative_id=role.cooperative_id,
                network_id=role.network_id,
                region_code=role.region_code,
                valid_until=role.valid_until,
            )
            for role in rosters.own_roles(person)
        ],
        key=KeyShown(
            name=key.name,
            reads_only=key.reads_only,
            expires_at=key.expires_at,
            last_used_on=key.last_used_on,
        ),
    )
