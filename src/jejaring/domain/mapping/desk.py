"""What lies on somebody's desk: their co-ops, networks and regions, and how far each is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from jejaring.domain.mapping import overview, queries
from jejaring.domain.mapping.queries import StageState
from jejaring.domain.parties import access, regions
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative, Network, NetworkRole, Role, User

_SHOWN = 20
_COUNTED = 6
"""So many networks are added up for a first page; of more, only the names are shown."""


@dataclass(frozen=True)
class OwnCooperative:
    """A co-op at which somebody has a role, and how far it is with saying what it has and needs."""

    cooperative: Cooperative
    stages: tuple[StageState, ...]
    may_declare: bool
    may_see_trail: bool

    @property
    def done(self) -> int:
        """How many stages are complete and not too old."""
        return sum(stage.state == "done" for stage in self.stages)

    @property
    def has_begun(self) -> bool:
        """Whether anything was said, of any stage."""
        return any(stage.last_at or stage.answers for stage in self.stages)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to say."""
        return self.done == len(self.stages)


@dataclass(frozen=True)
class SeenNetwork:
    """A network that somebody sees; the counts are None where they weren't added up."""

    network: Network
    cooperatives: int | None
    answered: int | None
    may_manage: bool
    may_run_workshop: bool
    may_plan: bool

    @property
    def missing(self) -> int:
        """How many co-ops have said nothing yet."""
        return (self.cooperatives or 0) - (self.answered or 0)


@dataclass(frozen=True)
class Desk:
    """Everything from which somebody goes on after signing in."""

    cooperatives: tuple[OwnCooperative, ...]
    networks: tuple[SeenNetwork, ...]
    regions: tuple[tuple[str, str], ...]
    """Code and name of each region whose sums they see."""
    more_cooperatives: bool
    more_networks: bool
    may_create: bool
    may_edit_reference: bool

    @property
    def is_empty(self) -> bool:
        """Whether nobody gave this person anything to do yet."""
        return not (self.cooperatives or self.networks or self.regions or self.may_create)


def desk_for(user: User, on: date) -> Desk:
    """Return the first page of a person who has signed in."""
    own, more_own = _own_cooperatives(user, on)
    networks = list(access.networks_for(user, Ability.SEE_NETWORK).order_by("-pk")[: _SHOWN + 1])
    reach = access.roles_of(user, Ability.SEE_REGION).exclude(region_code="")
    codes = sorted(set(reach.values_list("region_code", flat=True)))
    return Desk(
        cooperatives=own,
        networks=_seen(user, networks[:_SHOWN]),
        regions=tuple((code, regions.place(code)) for code in codes),
        more_cooperatives=more_own,
        more_networks=len(networks) > _SHOWN,
        may_create=access.may_somewhere(user, Ability.CREATE_IN_REGION),
        may_edit_reference=access.may_somewhere(user, Ability.EDIT_REFERENCE),
    )


def answered(networks: Collection[Network]) -> dict[int, tuple[int, int]]:
    """Return how many co-ops each network (by id) has, and how many of them have said something."""
    members: dict[int, set[int]] = {network.pk: set() for network in networks}
    rows = NetworkRole.objects.filter(network__in=members).values_list("network", "cooperative")
    for network, cooperative in rows:
        members[network].add(cooperative)
    heard = overview.last_said(list(set().union(*members.values())))
    return {pk: (len(ids), len(ids & heard.keys())) for pk, ids in members.items()}


def _own_cooperatives(user: User, on: date) -> tuple[tuple[OwnCooperative, ...], bool]:
    kinds: dict[int, set[str]] = {}
    roles = access.roles_of(user, Ability.SEE_COOPERATIVE).exclude(cooperative=None)
    for cooperative, kind in roles.values_list("cooperative", "kind"):
        kinds.setdefault(cooperative, set()).add(kind)
    rows = list(Cooperative.objects.filter(pk__in=kinds).order_by("name", "pk")[: _SHOWN + 1])
    states = queries.progress([row.pk for row in rows[:_SHOWN]], on) if rows else {}
    own = tuple(
        OwnCooperative(
            row,
            states[row.pk],
            may_declare=_gives(kinds[row.pk], Ability.DECLARE),
            may_see_trail=_gives(kinds[row.pk], Ability.SEE_TRAIL),
        )
        for row in rows[:_SHOWN]
    )
    return own, len(rows) > _SHOWN


def _gives(kinds: Iterable[str], ability: Ability) -> bool:
    return any(Role.Kind(kind) in access.ABILITIES[ability] for kind in kinds)


def _seen(user: User, networks: list[Network]) -> tuple[SeenNetwork, ...]:
    counts = answered(networks) if 0 < len(networks) <= _COUNTED else {}
    manages, opens, plans = (
        set(
            access.networks_for(user, ability)
            .filter(pk__in=[each.pk for each in networks])
            .values_list("pk", flat=True)
        )
        for ability in (Ability.MANAGE_NETWORK, Ability.RUN_WORKSHOP, Ability.RUN_PLAN)
    )
    unknown = (None, None)
    return tuple(
        SeenNetwork(
            network,
            cooperatives=counts.get(network.pk, unknown)[0],
            answered=counts.get(network.pk, unknown)[1],
            may_manage=network.pk in manages,
            may_run_workshop=network.pk in opens,
            may_plan=network.pk in plans,
        )
        for network in networks
    )
