"""Lorries: the co-op's own, or hired."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jejaring.domain.mapping.actions import vehicles as actions
from jejaring.domain.mapping.models import Vehicle
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative
from jejaring.engines.errors import Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.mapping import steps, typed

FIELDS = ("name", "idr_per_km", "idr_per_trip", "most_trips")


@gates.of_cooperative(Ability.DECLARE)
def listed(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Ask for lorries, one at a time, and show those that were said."""
    facts: dict[str, Any] = {"form": {"capacity": typed.Weight("capacity")}}
    sent = typed.Sent(request.POST)
    if request.method == "POST":
        refusal = None
        try:
            if not sent.is_filling:
                _keep(request, sent, cooperative)
                return redirect("mapping_vehicles", cooperative.pk)
        except Refusal as error:
            refusal = error
        facts["form"] = {name: sent.text(name) for name in FIELDS}
        facts["form"]["capacity"] = sent.weight("capacity", refusal)
        facts |= {"filled_in": True, "refusal": refusal, **steps.refused(refusal)}
    facts |= {"cooperative": cooperative, "vehicles": Vehicle.objects.filter(cooperative=cooperative)}
    facts |= {"units": typed.UNITS, "share": 55}
    return render(request, "mapping/vehicles.html", facts, status=422 if facts.get("refusal") else 200)


@gates.of_cooperative(Ability.DECLARE)
@require_POST
def remove(request: Request, cooperative: Cooperative, vehicle_id: int) -> HttpResponse:
    """Take a lorry away; a second tap changes nothing."""
    found = Vehicle.objects.filter(cooperative=cooperative, pk=vehicle_id).first()
    if found is not None:
        actions.remove_vehicle(found, by=request.user)
    return redirect("mapping_vehicles", cooperative.pk)


def _keep(request: Request, sent: typed.Sent, cooperative: Cooperative) -> None:
    actions.declare_vehicle(
        cooperative,
        name=sent.text("name"),
        capacity_kg=sent.kg("capacity") or 0,
        idr_per_km=sent.read("idr_per_km", typed.price) or Decimal(0),
        idr_per_trip=sent.read("idr_per_trip", typed.whole_rupiah),
        most_trips=sent.read("most_trips", typed.whole_number),
        by=request.user,
    )
