"""Networks and who belongs to them."""

from __future__ import annotations

from jejaring.domain.parties import registry
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Network
from jejaring.interfaces.api import gates
from jejaring.interfaces.api.figures import RowNumber, Shown, Text
from jejaring.interfaces.api.gates import Request, Subject

subject = Subject("networks")


class NetworkShown(Shown):
    """Co-ops that plan together."""

    id: int
    name: str
    region_code: str
    place: str
    note: str
    cooperatives: int


class NetworksShown(Shown):
    """Networks by name."""

    networks: list[NetworkShown]


class MemberShown(Shown):
    """A co-op of a network with its roles there; `is_visible`: whether it may be asked for by itself."""

    cooperative_id: int
    name: str
    kind: str
    place: str
    roles: list[str]
    is_visible: bool


class MembersShown(Shown):
    """A page of co-ops, hubs first; `next_after` is what the next page is asked for with."""

    members: list[MemberShown]
    count: int
    next_after: int | None


@subject.opens("GET", "/networks", gates.signed_in(), summary="Networks that I see", answer=NetworksShown)
def networks(request: Request) -> NetworksShown:
    """By name, each with how many co-ops it has."""
    rows, _ = registry.networks_page(request.user)
    return NetworksShown(networks=[_shown(row, row.cooperatives) for row in rows])  # type: ignore[attr-defined]


@subject.opens(
    "GET", "/networks/{int:network_id}", gates.of_network(Ability.SEE_NETWORK), summary="A network",
    answer=NetworkShown,
)  # fmt: skip
def network(_request: Request, network: Network) -> NetworkShown:
    """Its name, region and how many co-ops it has."""
    return _shown(network, registry.count_in(network))


@subject.opens(
    "GET", "/networks/{int:network_id}/members", gates.of_network(Ability.SEE_NETWORK),
    summary="The co-ops of a network", answer=MembersShown,
)  # fmt: skip
def network_members(
    request: Request, network: Network, search: Text = "", after: RowNumber | None = None
) -> MembersShown:
    """With their roles; no figures and no people."""
    page = registry.network_page(request.user, network, search=search, after=after)
    return MembersShown(
        members=[
            MemberShown(
                cooperative_id=each.cooperative.pk,
                name=each.cooperative.name,
                kind=each.cooperative.kind,
                place=each.cooperative.place,
                roles=list(each.roles),
                is_visible=each.is_visible,
            )
            for each in page.members
        ],
        count=page.count,
        next_after=page.next_after,
    )


def _shown(row: Network, count: int) -> NetworkShown:
    return NetworkShown(
        id=row.pk,
        name=row.name,
        region_code=row.region_code,
        place=row.place,
        note=row.note,
        cooperatives=count,
    )
