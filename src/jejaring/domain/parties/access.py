"""The one gate: who may do what, with which co-op, network or region.

`ABILITIES` is the table. Pages and API reach a row only through the functions below. Somebody who may
not even see a row is told that it isn't there; somebody who may see it but not do this is told so.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from jejaring.domain.parties import regions
from jejaring.domain.parties.models import Cooperative, Network, NetworkRole, Role, User
from jejaring.engines.errors import Refusal


class Ability(StrEnum):
    """What somebody may want to do."""

    SEE_COOPERATIVE = "see a co-op's profile and what it has and needs"
    EDIT_COOPERATIVE = "change a co-op's profile, officers and units"
    DECLARE = "say what a co-op has and needs"
    SEE_MEMBERS = "see a co-op's members by name"
    EDIT_MEMBERS = "add and change members"
    INVITE_TO_COOPERATIVE = "give people a role at a co-op"
    RESET_SECOND_STEP = "take off the lost second step of somebody at a co-op"
    SEE_TRAIL = "see who changed what at a co-op"
    SEE_NETWORK = "see a network's members, map, balance and public results"
    MANAGE_NETWORK = "change a network, its members and their roles"
    RUN_WORKSHOP = "open a workshop and watch it"
    RUN_PLAN = "plan a network"
    SEE_WHOLE_PLAN = "see everybody's part of a plan"
    SEE_HUB_PLAN = "see the hub's edition of a plan"
    RUN_ROUND = "open a matching round, publish its proposals, plan it again, close it"
    WATCH_ROUND = "see how far a round is, and what all gain in it together"
    SEE_PROPOSALS = "see what is proposed to a co-op"
    ANSWER_PROPOSALS = "accept, decline or counter what is proposed to a co-op"
    ANSWER_FOR_HUB = "answer and sign for the hubs of a network"
    SEE_AGREEMENTS = "see the agreements of a co-op"
    WORD_AGREEMENTS = "word the agreements of a network and put them up for signing"
    SIGN_AGREEMENTS = "sign for a co-op"
    SEE_REGION = "see the sums of a region"
    CREATE_IN_REGION = "create networks and register co-ops in a region"
    EDIT_REFERENCE = "change commodities, products, prices and conversions"


_K = Role.Kind
_BOARD = frozenset({_K.CHAIR, _K.MANAGER, _K.TREASURER})
_STAFF = _BOARD | {_K.CLERK}
_COOP = _STAFF | {_K.SUPERVISOR}
_GUIDES = frozenset({_K.FACILITATOR, _K.ASSISTANT})
_NETWORK = frozenset({_K.HUB_MANAGER, _K.TRAINER, _K.FACILITATOR})

ABILITIES: dict[Ability, frozenset[Role.Kind]] = {
    Ability.SEE_COOPERATIVE: _COOP | _GUIDES,
    Ability.EDIT_COOPERATIVE: _BOARD | _GUIDES,
    Ability.DECLARE: _STAFF | _GUIDES,
    Ability.SEE_MEMBERS: _COOP | {_K.ASSISTANT},
    Ability.EDIT_MEMBERS: _STAFF | {_K.ASSISTANT},
    Ability.INVITE_TO_COOPERATIVE: frozenset({_K.CHAIR, _K.MANAGER}) | _GUIDES,
    Ability.RESET_SECOND_STEP: _GUIDES,
    Ability.SEE_TRAIL: frozenset({_K.CHAIR, _K.SUPERVISOR}) | _GUIDES,
    Ability.SEE_NETWORK: _COOP | _NETWORK | {_K.ASSISTANT, _K.MINISTRY},
    Ability.MANAGE_NETWORK: frozenset({_K.FACILITATOR}),
    Ability.RUN_WORKSHOP: frozenset({_K.FACILITATOR, _K.TRAINER}),
    Ability.RUN_PLAN: frozenset({_K.FACILITATOR, _K.HUB_MANAGER}),
    Ability.SEE_WHOLE_PLAN: frozenset({_K.FACILITATOR}),
    Ability.SEE_HUB_PLAN: frozenset({_K.FACILITATOR, _K.HUB_MANAGER}),
    Ability.RUN_ROUND: frozenset({_K.FACILITATOR}),
    Ability.WATCH_ROUND: frozenset({_K.FACILITATOR, _K.HUB_MANAGER, _K.TRAINER}),
    Ability.SEE_PROPOSALS: _COOP | _GUIDES,
    Ability.ANSWER_PROPOSALS: frozenset({_K.CHAIR, _K.MANAGER}),
    Ability.ANSWER_FOR_HUB: frozenset({_K.HUB_MANAGER}),
    Ability.SEE_AGREEMENTS: _COOP | _GUIDES,
    Ability.WORD_AGREEMENTS: frozenset({_K.FACILITATOR, _K.HUB_MANAGER}),
    Ability.SIGN_AGREEMENTS: frozenset({_K.CHAIR, _K.MANAGER}),
    Ability.SEE_REGION: frozenset({_K.FACILITATOR, _K.MINISTRY}),
    Ability.CREATE_IN_REGION: frozenset({_K.FACILITATOR}),
    Ability.EDIT_REFERENCE: frozenset({_K.FACILITATOR}),
}


class NotThere(Refusal):
    """There is no such thing for this person; whether it exists isn't told."""

    def __init__(self) -> None:
        super().__init__("access.not_there", "There is nothing here, or not for you.")


class NotAllowed(Refusal):
    """The person sees it, but this isn't theirs to do."""

    def __init__(self, ability: Ability) -> None:
        super().__init__(
            "access.not_allowed",
            "Your role doesn't allow this. Ask the facilitator or the chair of the co-op.",
        )
        self.ability = ability


def roles_of(user: User, ability: Ability) -> QuerySet[Role]:
    """Return the roles of a person that give this ability, somewhere, today."""
    return Role.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=timezone.now()),
        user_id=user.pk,
        user__is_active=True,
        kind__in=ABILITIES[ability],
    )


def roles_at(cooperative: Cooperative) -> QuerySet[Role]:
    """Return the roles that people hold at a co-op today."""
    return Role.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=timezone.now()),
        cooperative=cooperative,
        user__is_active=True,
    )


def cooperatives_for(user: User, ability: Ability) -> QuerySet[Cooperative]:
    """Return the co-ops with which a person may do this: of their roles, networks and regions."""
    roles = list(roles_of(user, ability).values_list("cooperative_id", "network_id", "region_code"))
    own = [cooperative for cooperative, _, _ in roles if cooperative]
    networks = [network for _, network, _ in roles if network]
    reach: Any = Q(pk__in=own)
    if networks:
        reach |= Q(pk__in=NetworkRole.objects.filter(network__in=networks).values("cooperative"))
    for code in {code for _, _, code in roles if code}:
        reach |= _in_region(code)
    return Cooperative.objects.filter(reach)


def _in_region(code: str) -> Any:
    """Return the condition for co-ops of a region (by regency, which has an index) and of its networks, whose
    members may lie elsewhere.
    """
    if code == regions.NATION:
        return Q(pk__gt=0)
    members = NetworkRole.objects.filter(network__region_code__startswith=code).values("cooperative")
    return Q(regency_code__in=regions.regencies(code)) | Q(pk__in=members)


def networks_for(user: User, ability: Ability) -> QuerySet[Network]:
    """Return the networks with which a person may do this."""
    roles = list(roles_of(user, ability).values_list("cooperative_id", "network_id", "region_code"))
    reach: Any = Q(pk__in=[network for _, network, _ in roles if network])
    own = [cooperative for cooperative, _, _ in roles if cooperative]
    if own:
        reach |= Exists(NetworkRole.objects.filter(network=OuterRef("pk"), cooperative__in=own))
    for code in {code for _, _, code in roles if code}:
        reach |= Q(region_code__startswith=regions.within(code))
    return Network.objects.filter(reach)


def cooperative_for(user: User, pk: int, ability: Ability) -> Cooperative:
    """Return a co-op for somebody who may do this with it. Raises NotThere, NotAllowed."""
    found = cooperatives_for(user, ability).filter(pk=pk).first()
    if found is not None:
        return found
    if cooperatives_for(user, Ability.SEE_COOPERATIVE).filter(pk=pk).exists():
        raise NotAllowed(ability)
    raise NotThere


def network_for(user: User, pk: int, ability: Ability) -> Network:
    """Return a network for somebody who may do this with it. Raises NotThere, NotAllowed."""
    found = networks_for(user, ability).filter(pk=pk).first()
    if found is not None:
        return found
    if networks_for(user, Ability.SEE_NETWORK).filter(pk=pk).exists():
        raise NotAllowed(ability)
    raise NotThere


def region_for(user: User, code: str, ability: Ability) -> str:
    """Return a region's code for somebody who may do this in all of it. Raises NotThere, Refusal."""
    kept = regions.region(code)
    for reach in roles_of(user, ability).exclude(region_code="").values_list("region_code", flat=True):
        if reach == regions.NATION or (kept != regions.NATION and kept.startswith(reach)):
            return kept
    raise NotThere


def may_somewhere(user: User, ability: Ability) -> bool:
    """Return whether a person may do this with anything at all: what menus show."""
    return roles_of(user, ability).exists()


def answers_for(user: User, network: Network, ability: Ability) -> QuerySet[Cooperative]:
    """Return the co-ops of a network for which a person may say yes or no (or sign): their own, and the
    network's hubs for its hub manager.
    """
    own = roles_of(user, ability).exclude(cooperative=None).values("cooperative")
    members = NetworkRole.objects.filter(network=network)
    mine: Any = Q(pk__in=own)
    if networks_for(user, Ability.ANSWER_FOR_HUB).filter(pk=network.pk).exists():
        mine |= Q(pk__in=members.filter(kind=NetworkRole.Kind.HUB).values("cooperative"))
    return Cooperative.objects.filter(mine, pk__in=members.values("cooperative"))


def people_who(ability: Ability, cooperative: Cooperative, *, network: Network | None = None) -> list[User]:
    """Return the people who may do this for a co-op by a role at it, and for a hub of `network` its hub
    managers: those who are told.
    """
    today = Q(valid_until__isnull=True) | Q(valid_until__gt=timezone.now())
    at_it: Any = Q(cooperative=cooperative, kind__in=ABILITIES[ability])
    hub = NetworkRole.objects.filter(network=network, cooperative=cooperative, kind=NetworkRole.Kind.HUB)
    if network is not None and hub.exists():
        at_it |= Q(network=network, kind__in=ABILITIES[Ability.ANSWER_FOR_HUB])
    roles = Role.objects.filter(today, at_it, user__is_active=True)
    return list(User.objects.filter(pk__in=roles.values("user")).order_by("pk"))


def own_cooperatives(user: User, network: Network) -> list[Cooperative]:
    """Return the co-ops of a network for which a person acts, by a role at the co-op itself."""
    ids = roles_of(user, Ability.SEE_COOPERATIVE).exclude(cooperative=None).values("cooperative")
    return list(Cooperative.objects.filter(pk__in=ids, network_roles__network=network).distinct())
