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


def of_network(request: Request, network: Network) -> Subject:
    """Return a network as the page's subject."""
    chosen = _chosen(request)
    return Subject(
        network.name,
        network.place,
        overview.network_group(network, request.user, chosen),
        chosen,
        reverse("network", args=[network.pk]),
        *(
            reverse(f"network_{page}", args=[network.pk])
            for page in ("map", "map_data", "balance", "missing")
        ),
    )


def of_region(request: Request, code: str) -> Subject:
    """Return a region as the page's subject; its code was checked."""
    chosen = _chosen(request)
    return Subject(
        regions.place(code),
        "",
        overview.region_group(code, request.user, chosen),
        chosen,
        reverse("home"),
        *(reverse(f"region_{page}", args=[code]) for page in ("map", "map_data", "balance", "missing")),
    )


def _chosen(request: HttpRequest) -> tuple[int, ...]:
    """Return the numbers of the picked co-ops: ?koperasi=3&koperasi=7."""
    written = request.GET.getlist("koperasi")[:500]
    return tuple(int(each) for each in written if each.isascii() and each.isdigit() and len(each) < 16)
