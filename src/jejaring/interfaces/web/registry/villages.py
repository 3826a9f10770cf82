"""Choosing a village: by part of its name, or step by step from the province down."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from jejaring.domain.parties import regions, registry
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request

_SHORTEST = 3


@gates.signed_in
def villages(request: Request) -> HttpResponse:
    """Show villages of a name, or the next steps below a region."""
    if "village_search" not in request.GET:
        code = request.GET.get("region_step", "")[:13]
        return render(request, "registry/_village_steps.html", {"steps": regions.steps(code)})
    text = request.GET["village_search"].strip()[:60]
    own = [code for code, _ in registry.regions_of(request.user)[:1]]
    found = regions.villages_called(text, own[0] if own else regions.NATION) if len(text) >= _SHORTEST else []
    if not found and own and len(text) >= _SHORTEST:
        found = regions.villages_called(text, regions.NATION)
    facts = {"found": found, "is_short": len(text) < _SHORTEST}
    return render(request, "registry/_village_found.html", facts)
