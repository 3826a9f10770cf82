"""What is read of co-ops, networks and people."""

from __future__ import annotations

from dataclasses import dataclass

from jejaring.domain.parties import access
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative, Network, User

_SHOWN_AT_FIRST = 20


@dataclass(frozen=True)
class Desk:
    """What lies on somebody's desk: the co-ops they answer for, the networks they see."""

    cooperatives: tuple[Cooperative, ...]
    more_cooperatives: bool
    networks: tuple[Network, ...]
    may_create: bool


def desk_for(user: User) -> Desk:
    """Return the first page of a person who has signed in."""
    own = list(access.cooperatives_for(user, Ability.DECLARE)[: _SHOWN_AT_FIRST + 1])
    networks = access.networks_for(user, Ability.SEE_NETWORK)[: _SHOWN_AT_FIRST + 1]
    return Desk(
        cooperatives=tuple(own[:_SHOWN_AT_FIRST]),
        more_cooperatives=len(own) > _SHOWN_AT_FIRST,
        networks=tuple(networks[:_SHOWN_AT_FIRST]),
        may_create=access.may_somewhere(user, Ability.CREATE_IN_REGION),
    )
