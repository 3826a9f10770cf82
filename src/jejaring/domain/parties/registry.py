"""What the pages of the registry read: lists of co-ops and networks, and one of each with all around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from jejaring.domain.parties import access, duplicates, personal, regions
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative, Member, Network, NetworkRole, Officer, Unit, User
from jejaring.domain.parties.models.cooperatives import PositionOrigin
from jejaring.engines.errors import Refusal

PAGE = 50
_DOTS = 400


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty: to nothing."""

    search: str = ""
    region: str = ""
    kind: str = ""
    network_id: int | None = None
    after: int | None = None
    """The last row of the page before."""


@dataclass(frozen=True)
class CooperativesPage:
    """One page of a list of co-ops, and what it may be narrowed to."""

    rows: tuple[Cooperative, ...]
    next_after: int | None
    regions: tuple[tuple[str, str], ...] = ()
    networks: tuple[Network, ...] = ()
    may_register: bool = False


@dataclass(frozen=True)
class CooperativePage:
    """A co-op and what is around it, as far as the reader may see it."""

    units: tuple[Unit, ...]
    officers: tuple[Officer, ...]
    former_officers: tuple[Officer, ...]
    networks: tuple[tuple[Network, tuple[str, ...]], ...]
    members: dict[str, int]
    may_edit: bool
    may_see_members: bool
    may_edit_members: bool
    may_declare: bool
    may_see_trail: bool


@dataclass(frozen=True)
class MembersPage:
    """One page of a co-op's members by name."""

    rows: tuple[Member, ...]
    next_after: int | None
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class InNetwork:
    """A member of a network, with its roles there."""

    cooperative: Cooperative
    roles: tuple[str, ...]
    is_visible: bool
    """Whether the reader may open the co-op's own page."""


@dataclass(frozen=True)
class NetworkPage:
    """A network and who belongs to it."""

    members: tuple[InNetwork, ...]
    count: int
    next_after: int | None
    may_manage: bool
    may_run_workshop: bool


def cooperatives_page(user: User, filters: Filters) -> CooperativesPage:
    """Return a page of the co-ops that somebody may see."""
    found = narrowed(access.cooperatives_for(user, Ability.SEE_COOPERATIVE), filters)
    rows, next_after = page_of(found, filters.after)
    return CooperativesPage(
        rows,
        next_after,
        regions_of(user),
        tuple(access.networks_for(user, Ability.SEE_NETWORK)[:200]),
        access.may_somewhere(user, Ability.CREATE_IN_REGION),
    )


def cooperatives_found(user: User, filters: Filters) -> tuple[tuple[Cooperative, ...], int | None]:
    """Return a page of the co-ops that somebody may see, and what the next one begins after."""
    return page_of(narrowed(access.cooperatives_for(user, Ability.SEE_COOPERATIVE), filters), filters.after)


def narrowed(found: QuerySet[Cooperative], filters: Filters) -> QuerySet[Cooperative]:
    """Return the co-ops of a list that fit a search; each word must stand in the name or place."""
    words = filters.search.lower().split()
    if len(words) == 1 and len(digits := words[0].replace(".", "")) >= 10 and digits.isdigit():
        found = found.filter(_numbered(digits) | Q(village_code=words[0]))
        words = []
    if words:
        # Looked for in the table as it lies, not in the order of names, which reads it all over the place.
        fitting = Cooperative.objects.all()
        for word in words[:6]:
            fitting = fitting.filter(search_text__contains=word)
        found = found.filter(pk__in=fitting.values("pk"))
    if filters.region and filters.region != regions.NATION:
        found = found.filter(regency_code__in=regions.regencies(filters.region))
    if filters.kind in Cooperative.Kind.values:
        found = found.filter(kind=filters.kind)
    if filters.network_id is not None:
        found = found.filter(
            Exists(NetworkRole.objects.filter(cooperative=OuterRef("pk"), network=filters.network_id))
        )
    return found


def page_of(found: QuerySet[Any], after: int | None, size: int = PAGE) -> tuple[tuple[Any, ...], int | None]:
    """Return the rows after the one with this number, by name; and the last one's where more follow."""
    if after is not None:
        last = found.model.objects.filter(pk=after).values_list("name", flat=True).first()
        if last is not None:
            found = found.filter(Q(name__gt=last) | Q(name=last, pk__gt=after))
    rows = tuple(found.order_by("name", "pk")[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def regions_of(user: User) -> tuple[tuple[str, str], ...]:
    """Return the regions by which somebody may narrow a list: those of their roles, and the next smaller."""
    codes = (
        access.roles_of(user, Ability.SEE_COOPERATIVE)
        .exclude(region_code="")
        .values_list("region_code", flat=True)
        .distinct()
    )
    choices: dict[str, str] = {}
    for code in codes:
        choices[code] = regions.place(code)
        if len(code) == 2:
            within = "" if code == regions.NATION else code
            choices |= {each.code: each.name for each in regions.children(within)}
    return tuple(choices.items())


def cooperative_page(user: User, cooperative: Cooperative, *, on: date) -> CooperativePage:
    """Return what stands around a co-op; `on` is the day on which terms run."""
    officers = tuple(cooperative.officers.all())
    former = tuple(each for each in officers if each.term_until and each.term_until < on)
    networks: dict[int, tuple[Network, list[str]]] = {}
    for role in cooperative.network_roles.select_related("network"):
        networks.setdefault(role.network_id, (role.network, []))[1].append(role.kind)
    seen = access.networks_for(user, Ability.SEE_NETWORK).filter(pk__in=networks).values_list("pk", flat=True)

    def may(ability: Ability) -> bool:
        return access.cooperatives_for(user, ability).filter(pk=cooperative.pk).exists()

    return CooperativePage(
        units=tuple(cooperative.units.all()),
        officers=tuple(each for each in officers if each not in former),
        former_officers=former,
        networks=tuple((networks[pk][0], tuple(networks[pk][1])) for pk in seen),
        members=member_counts(cooperative),
        may_edit=may(Ability.EDIT_COOPERATIVE),
        may_see_members=may(Ability.SEE_MEMBERS),
        may_edit_members=may(Ability.EDIT_MEMBERS),
        may_declare=may(Ability.DECLARE),
        may_see_trail=may(Ability.SEE_TRAIL),
    )


def member_counts(cooperative: Cooperative) -> dict[str, int]:
    """Return how many members a co-op has: all that haven't left, women, men, and requests."""
    status = Member.Status
    return cooperative.members.filter(erased_at=None).aggregate(
        members=Count("pk", filter=Q(status=status.APPROVED)),
        women=Count("pk", filter=Q(status=status.APPROVED, sex="P")),
        men=Count("pk", filter=Q(status=status.APPROVED, sex="L")),
        requested=Count("pk", filter=Q(status=status.REQUESTED)),
        left=Count("pk", filter=Q(status=status.LEFT)),
    )


def members_page(cooperative: Cooperative, *, search: str = "", after: int | None = None) -> MembersPage:
    """Return a page of members; a whole NIK or phone number finds its owner, other text is part of a name."""
    found = cooperative.members.filter(erased_at=None)
    text = " ".join(search.split())
    if sum(letter.isdigit() for letter in text) >= 8:
        found = found.filter(_number_condition(text))
    elif text:
        found = found.filter(name__icontains=text)
    rows, next_after = page_of(found, after)
    return MembersPage(rows, next_after, member_counts(cooperative))


def member_of(cooperative: Cooperative, pk: int) -> Member:
    """Return a member of this co-op. Raises NotThere."""
    found = cooperative.members.filter(pk=pk, erased_at=None).first()
    if found is None:
        raise access.NotThere
    return found


def officer_of(cooperative: Cooperative, pk: int) -> Officer:
    """Return an officer of this co-op. Raises NotThere."""
    found = cooperative.officers.filter(pk=pk).first()
    if found is None:
        raise access.NotThere
    return found


def unit_of(cooperative: Cooperative, pk: int) -> Unit:
    """Return a unit of this co-op. Raises NotThere."""
    found = cooperative.units.filter(pk=pk).first()
    if found is None:
        raise access.NotThere
    return found


def network_page(user: User, network: Network, *, search: str = "", after: int | None = None) -> NetworkPage:
    """Return a page of a network's members with their roles."""
    inside = Cooperative.objects.filter(
        Exists(NetworkRole.objects.filter(cooperative=OuterRef("pk"), network=network))
    )
    count = inside.count()
    roles = Prefetch("network_roles", NetworkRole.objects.filter(network=network), to_attr="roles_here")
    found = narrowed(inside, Filters(search=search)).prefetch_related(roles)
    rows, next_after = page_of(found, after, size=100)
    seen = access.cooperatives_for(user, Ability.SEE_COOPERATIVE).filter(pk__in=[each.pk for each in rows])
    visible = set(seen.values_list("pk", flat=True))
    members = tuple(
        InNetwork(each, tuple(role.kind for role in each.roles_here), each.pk in visible) for each in rows
    )

    def may(ability: Ability) -> bool:
        return access.networks_for(user, ability).filter(pk=network.pk).exists()

    # A hub stands first: everybody looks for it.
    members = tuple(sorted(members, key=lambda each: NetworkRole.Kind.HUB not in each.roles))
    return NetworkPage(members, count, next_after, may(Ability.MANAGE_NETWORK), may(Ability.RUN_WORKSHOP))


def count_in(network: Network) -> int:
    """Return how many co-ops a network has."""
    return network.roles.values("cooperative").distinct().count()


def networks_page(user: User) -> tuple[tuple[Network, ...], bool]:
    """Return the networks that somebody sees, each with `cooperatives`, and whether they may make one."""
    found = access.networks_for(user, Ability.SEE_NETWORK).annotate(
        cooperatives=Count("roles__cooperative", distinct=True)
    )
    return tuple(found[:500]), access.may_somewhere(user, Ability.CREATE_IN_REGION)


def member_of_network(network: Network, pk: int) -> tuple[Cooperative, tuple[str, ...]]:
    """Return a co-op of a network with its roles there. Raises NotThere."""
    roles = list(network.roles.filter(cooperative=pk).select_related("cooperative"))
    if not roles:
        raise access.NotThere
    return roles[0].cooperative, tuple(role.kind for role in roles)


def to_add(user: User, network: Network, filters: Filters) -> tuple[tuple[Cooperative, ...], int | None]:
    """Return co-ops that somebody may see and that aren't in the network yet."""
    found = narrowed(access.cooperatives_for(user, Ability.SEE_COOPERATIVE), filters)
    found = found.exclude(Exists(NetworkRole.objects.filter(cooperative=OuterRef("pk"), network=network)))
    return page_of(found, filters.after)


def chosen(user: User, ids: list[int]) -> list[Cooperative]:
    """Return the co-ops with these numbers, all of which the person must see. Raises NotThere."""
    found = list(access.cooperatives_for(user, Ability.SEE_COOPERATIVE).filter(pk__in=ids))
    if len(found) != len(set(ids)):
        raise access.NotThere
    return found


def dots_near(user: User, cooperative: Cooperative) -> list[tuple[float, float, str]]:
    """Return positions and names of other co-ops of the regency that somebody may see, for a map."""
    found = (
        access.cooperatives_for(user, Ability.SEE_COOPERATIVE)
        .filter(regency_code=cooperative.regency_code, lat__isnull=False)
        .exclude(pk=cooperative.pk)
        .order_by("pk")
    )
    return list(found.values_list("lat", "lon", "name")[:_DOTS])  # type: ignore[arg-type]


def dots_of(network: Network) -> list[tuple[float, float, str]]:
    """Return positions and names of a network's co-ops, for a map."""
    found = Cooperative.objects.filter(network_roles__network=network, lat__isnull=False).distinct()
    return list(found.order_by("pk").values_list("lat", "lon", "name")[:_DOTS])  # type: ignore[arg-type]


def village_middle(village_code: str) -> tuple[float, float] | None:
    """Return the middle of a village where some co-op's position is known to be it; none elsewhere."""
    if not village_code:
        return None
    known = Cooperative.objects.filter(village_code=village_code, position_origin=PositionOrigin.VILLAGE)
    return known.exclude(lat=None).values_list("lat", "lon").first()  # type: ignore[return-value]


def _numbered(digits: str) -> Q:
    condition = Q(pk__in=[])
    for field_name in ("coop_nik", "npwp", "nib"):
        condition |= duplicates.has_number(field_name, [digits])
    return condition


def _number_condition(written: str) -> Q:
    digits = "".join(letter for letter in written if letter.isdigit())
    condition = Q(nik_hash=personal.lookup_hash("nik", digits))
    try:
        phone = personal.phone(written)
    except Refusal:
        return condition
    return condition | Q(phone_hash=personal.lookup_hash("phone", phone))
