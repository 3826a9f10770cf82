"""Co-ops: found, read, their profile changed."""

from __future__ import annotations

from django.utils import timezone

from jejaring.domain.mapping.models import Site
from jejaring.domain.mapping.queries import stages_of
from jejaring.domain.parties import access, registry
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.actions import cooperatives as actions
from jejaring.domain.parties.models import Cooperative
from jejaring.interfaces.api import gates
from jejaring.interfaces.api.figures import Code, RowNumber, Sent, Shown, Text, Yes
from jejaring.interfaces.api.gates import Request, Subject

subject = Subject("cooperatives")


class CooperativeShown(Shown):
    """A co-op's profile and position."""

    id: int
    name: str
    kind: str
    village_code: str
    place: str
    address: str
    coop_nik: str
    legal_entity_number: str
    npwp: str
    nib: str
    lat: float | None
    lon: float | None
    position_origin: str


class SiteShown(Shown):
    """A place of a co-op, which answers may be about."""

    id: int
    name: str
    is_main: bool


class StageShown(Shown):
    """How far a co-op is with one stage of the mapping: open, begun, done or stale."""

    stage: str
    state: str
    answers: int
    days: int | None


class CooperativeWhole(CooperativeShown):
    """A co-op with its places, how far it is, and how many members it has."""

    sites: list[SiteShown]
    stages: list[StageShown]
    members: dict[str, int]


class CooperativesShown(Shown):
    """A page of co-ops; `next_after` is what the next page is asked for with, null at the end."""

    cooperatives: list[CooperativeShown]
    next_after: int | None


class ProfileSent(Sent):
    """What shall be different; what is left out stays as it is."""

    name: Text | None = None
    kind: Code | None = None
    village_code: Code | None = None
    address: Text | None = None
    coop_nik: Code | None = None
    legal_entity_number: Text | None = None
    npwp: Code | None = None
    nib: Code | None = None
    is_another: Yes = False
    """Another co-op of a like name in the village is really another one."""


@subject.opens(
    "GET", "/cooperatives", gates.signed_in(), summary="Co-ops that I may see, by name",
    answer=CooperativesShown,
)  # fmt: skip
def cooperatives(
    request: Request,
    search: Text = "",
    region: Code = "",
    kind: Code = "",
    network: RowNumber | None = None,
    after: RowNumber | None = None,
) -> CooperativesShown:
    """Each word of `search` must stand in name or place; a whole registration number finds its owner."""
    if network is not None:
        access.network_for(request.user, network, Ability.SEE_NETWORK)
    filters = registry.Filters(search=search, region=region, kind=kind, network_id=network, after=after)
    rows, next_after = registry.cooperatives_found(request.user, filters)
    return CooperativesShown(cooperatives=[_shown(row) for row in rows], next_after=next_after)


@subject.opens(
    "GET", "/cooperatives/{int:cooperative_id}", gates.of_cooperative(Ability.SEE_COOPERATIVE),
    summary="A co-op", answer=CooperativeWhole,
)  # fmt: skip
def cooperative(_request: Request, cooperative: Cooperative) -> CooperativeWhole:
    """Its profile, places, how far its answers are, how many members it has."""
    return _whole(cooperative)


@subject.opens(
    "PATCH", "/cooperatives/{int:cooperative_id}", gates.of_cooperative(Ability.EDIT_COOPERATIVE),
    summary="Change a co-op's profile", answer=CooperativeWhole,
)  # fmt: skip
def change_cooperative(request: Request, cooperative: Cooperative, sent: ProfileSent) -> CooperativeWhole:
    """What is left out stays as it is; everything that is wrong is told at once."""
    said: dict[str, str] = sent.model_dump(exclude_none=True, exclude={"is_another"})
    changed = actions.change_some_of_profile(
        cooperative, said=said, by=request.user, is_another=sent.is_another
    )
    return _whole(changed)


def _whole(row: Cooperative) -> CooperativeWhole:
    stages = stages_of(row, timezone.localdate())
    return CooperativeWhole(
        **_shown(row).model_dump(),
        sites=[_site(each) for each in row.sites.all()],
        stages=[
            StageShown(stage=each.stage, state=each.state, answers=each.answers, days=each.days)
            for each in stages
        ],
        members=registry.member_counts(row),
    )


def _site(row: Site) -> SiteShown:
    return SiteShown(id=row.pk, name=row.name, is_main=row.is_main)


def _shown(row: Cooperative) -> CooperativeShown:
    return CooperativeShown(
        id=row.pk,
        name=row.name,
        kind=row.kind,
        village_code=row.village_code,
        place=row.place,
        address=row.address,
        coop_nik=row.coop_nik,
        legal_entity_number=row.legal_entity_number,
        npwp=row.npwp,
        nib=row.nib,
        lat=row.lat,
        lon=row.lon,
        position_origin=row.position_origin,
    )
