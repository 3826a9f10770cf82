"""Pages: the map, the balance, and who hasn't answered. A network and a region have the same three."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from jejaring.domain.mapping.actions import sums
from jejaring.domain.mapping.overview import is_large
from jejaring.domain.parties import access
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Network
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.overview import shown
from jejaring.interfaces.web.overview.subjects import Subject, of_network, of_region


@gates.of_network(Ability.SEE_NETWORK)
def network_map(request: Request, network: Network) -> HttpResponse:
    """Show where the co-ops of a network are and how far they are."""
    return _map(request, of_network(request, network))


@gates.of_network(Ability.SEE_NETWORK)
def network_map_data(request: Request, network: Network) -> HttpResponse:
    """Give the points of the map, with what the reader may see of them."""
    return _points(request, of_network(request, network))


@gates.of_network(Ability.SEE_NETWORK)
def network_balance(request: Request, network: Network) -> HttpResponse:
    """Show what the co-ops of a network have and need by product and month."""
    return _balance(request, of_network(request, network))


@gates.of_network(Ability.SEE_NETWORK)
def network_missing(request: Request, network: Network) -> HttpResponse:
    """List the co-ops of a network that haven't finished answering, with a text to send."""
    return _missing(request, of_network(request, network))


@gates.anywhere(Ability.SEE_REGION)
def region_map(request: Request, region_code: str) -> HttpResponse:
    """Show where the co-ops of a region are and how far they are."""
    return _map(request, _region(request, region_code))


@gates.anywhere(Ability.SEE_REGION)
def region_map_data(request: Request, region_code: str) -> HttpResponse:
    """Give the points of the map, gathered on a grid where there are many."""
    return _points(request, _region(request, region_code))


@gates.anywhere(Ability.SEE_REGION)
def region_balance(request: Request, region_code: str) -> HttpResponse:
    """Show what the co-ops of a region have and need by product and month."""
    return _balance(request, _region(request, region_code))


@gates.anywhere(Ability.SEE_REGION)
def region_missing(request: Request, region_code: str) -> HttpResponse:
    """List the co-ops of a region that haven't finished answering."""
    return _missing(request, _region(request, region_code))


def _region(request: Request, code: str) -> Subject:
    kept = access.region_for(request.user, code, Ability.SEE_REGION)
    return of_region(request, kept, due=sums.catch_up() if is_large(kept) else 0)


def _map(request: Request, subject: Subject) -> HttpResponse:
    facts = shown.map_page(subject, request.GET.get("produk", ""), timezone.now())
    return render(request, "overview/map.html", facts)


def _points(request: Request, subject: Subject) -> JsonResponse:
    at = timezone.now()
    product, box, across = (request.GET.get(name, "") for name in ("produk", "kotak", "petak"))
    found = shown.points(subject, product, box, across, at)
    return JsonResponse(found, content_type="application/geo+json")


def _balance(request: Request, subject: Subject) -> HttpResponse:
    today = timezone.localdate()
    asked = shown.BalanceAsked(
        request.GET.get("dari", ""), request.GET.get("produk", ""), request.GET.get("setara", "")
    )
    return render(request, "overview/balance.html", shown.balance_page(subject, asked, today))


def _missing(request: Request, subject: Subject) -> HttpResponse:
    page = request.GET.get("halaman", "")
    return render(
        request, "overview/missing.html", shown.missing_page(request, subject, page, timezone.now())
    )
