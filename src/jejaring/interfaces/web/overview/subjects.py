"""What a page is about: a network or a region, with the addresses of its other pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from jejaring.domain.mapping import overview
from jejaring.domain.mapping.overview import Group
from jejaring.domain.parties import regions
from jejaring.domain.parties.models import Network
from jejaring.interfaces.web.gates import Request


@dataclass(frozen=True)
class Subject:
    """A network or a region as its reader sees it. `chosen`: the co-ops that they picked from it."""

    name: str
    place: str
    group: Group
    chosen: tuple[int, ...]
    back_url: str
    map_url: str
    data_url: str
    balance_url: str
    missing_url: str
    due: int = 0


def of_network(request: Request, network: Network) -> Subject:
    """Return a network as the page's subject."""
    chosen = _chosen(request)
    return Subject(
        network.name,
        network.place,
        overview.network_group(network, request.user, chosen),
        chosen,
        reverse("network", args=[network.pk]),
        map_url=reverse("network_map", args=[network.pk]),
        data_url=reverse("network_map_data", args=[network.pk]),
        balance_url=reverse("network_balance", args=[network.pk]),
        missing_url=reverse("network_missing", args=[network.pk]),
    )


def of_region(request: Request, code: str, due: int) -> Subject:
    """Return a region as the page's subject; its code was checked. `due` regencies wait to be added up."""
    chosen = _chosen(request)
    return Subject(
        regions.place(code),
        "",
        overview.region_group(code, request.user, chosen),
        chosen,
        reverse("home"),
        map_url=reverse("region_map", args=[code]),
        data_url=reverse("region_map_data", args=[code]),
        balance_url=reverse("region_balance", args=[code]),
        missing_url=reverse("region_missing", args=[code]),
        due=due,
    )


def _chosen(request: HttpRequest) -> tuple[int, ...]:
    """Return the numbers of the picked co-ops: ?koperasi=3&koperasi=7."""
    written = request.GET.getlist("koperasi")[:500]
    return tuple(int(each) for each in written if each.isascii() and each.isdigit() and len(each) < 16)
