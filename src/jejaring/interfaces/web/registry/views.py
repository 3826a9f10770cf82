"""Pages of co-ops and networks."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from jejaring.domain.parties import access
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative, Network
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request


@gates.anywhere(Ability.SEE_COOPERATIVE)
def cooperatives(request: Request) -> HttpResponse:
    """List the co-ops that somebody sees."""
    found = access.cooperatives_for(request.user, Ability.SEE_COOPERATIVE)[:50]
    return render(request, "registry/cooperatives.html", {"cooperatives": found})


@gates.of_cooperative(Ability.SEE_COOPERATIVE)
def cooperative(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Show a co-op."""
    return render(request, "registry/cooperative.html", {"cooperative": cooperative})


@gates.of_network(Ability.SEE_NETWORK)
def network(request: Request, network: Network) -> HttpResponse:
    """Show a network."""
    return render(request, "registry/network.html", {"network": network})


@gates.anywhere(Ability.CREATE_IN_REGION)
def network_new(request: Request) -> HttpResponse:
    """Make a network."""
    return render(request, "registry/network_new.html")
