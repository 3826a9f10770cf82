"""Who may give whom which role, and so who may invite and help whom.

`access` says what a role lets its holder do; here stands which roles it lets them hand on. Nobody hands
on a role that reaches further than their own.
"""

from __future__ import annotations

from collections.abc import Iterable

from jejaring.domain.parties import access, regions
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative, Network, NetworkRole, Role, User

_K = Role.Kind

AT_COOPERATIVE: dict[Role.Kind, tuple[Role.Kind, ...]] = {
    _K.CHAIR: (_K.MANAGER, _K.TREASURER, _K.CLERK, _K.SUPERVISOR),
    _K.MANAGER: (_K.TREASURER, _K.CLERK),
    _K.ASSISTANT: (_K.CHAIR, _K.MANAGER, _K.TREASURER, _K.CLERK, _K.SUPERVISOR),
    _K.FACILITATOR: (_K.CHAIR, _K.MANAGER, _K.TREASURER, _K.CLERK, _K.ASSISTANT),
}
"""Role of the giver -> what they may give at a co-op within their reach.

A facilitator sets up a co-op's first people, whoever of them comes first: often it is the treasurer or a
clerk who sits in the room. They reach no further than the chair whom a facilitator may name, and a workshop
lets clerks in as it is. Supervisors watch over those who run the co-op: it names them itself.
"""

IN_NETWORK: dict[Role.Kind, tuple[Role.Kind, ...]] = {_K.FACILITATOR: (_K.HUB_MANAGER, _K.TRAINER)}
"""The same in a network. A facilitator of its region also names the network's own facilitators."""


def at_cooperative(giver: User, cooperative: Cooperative) -> tuple[Role.Kind, ...]:
    """Return the roles that somebody may give at a co-op, in the order in which they are shown."""
    networks = set(NetworkRole.objects.filter(cooperative=cooperative).values_list("network_id", flat=True))
    reaching = [
        role
        for role in access.roles_of(giver, Ability.INVITE_TO_COOPERATIVE)
        if (role.cooperative_id and role.cooperative_id == cooperative.pk)
        or (role.network_id and role.network_id in networks)
        or (role.region_code and _lies_in(cooperative, role.region_code, networks))
    ]
    return _in_order(kind for role in reaching for kind in AT_COOPERATIVE.get(Role.Kind(role.kind), ()))


def _lies_in(cooperative: Cooperative, region_code: str, networks: set[int]) -> bool:
    """Return whether a co-op lies in a region, or belongs to a network of it."""
    within = regions.within(region_code)
    return (
        cooperative.village_code.startswith(within)
        or Network.objects.filter(pk__in=networks, region_code__startswith=within).exists()
    )


def in_network(giver: User, network: Network) -> tuple[Role.Kind, ...]:
    """Return the roles that somebody may give in a network, in the order in which they are shown."""
    found: set[Role.Kind] = set()
    for role in access.roles_of(giver, Ability.MANAGE_NETWORK):
        of_region = role.region_code and network.region_code.startswith(regions.within(role.region_code))
        if (role.network_id and role.network_id == network.pk) or of_region:
            found.update(IN_NETWORK[Role.Kind(role.kind)])
        if of_region:
            found.add(_K.FACILITATOR)
    return _in_order(found)


def may_give(
    giver: User, kind: str, *, cooperative: Cooperative | None = None, network: Network | None = None
) -> bool:
    """Return whether somebody may give (and take back) this role there. Roles of a region: nobody here."""
    if cooperative is not None:
        return kind in at_cooperative(giver, cooperative)
    if network is not None:
        return kind in in_network(giver, network)
    return False


def reaches(helper: User, person: User) -> bool:
    """Return whether every role of a person is one that the helper may give: only then may they help.

    Roles that have run out count too; somebody without any role is in nobody's reach.
    """
    roles = list(person.roles.select_related("cooperative", "network"))
    return bool(roles) and all(
        may_give(helper, role.kind, cooperative=role.cooperative, network=role.network) for role in roles
    )


def _in_order(kinds: Iterable[Role.Kind]) -> tuple[Role.Kind, ...]:
    found = set(kinds)
    return tuple(kind for kind in Role.Kind if kind in found)
