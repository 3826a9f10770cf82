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
from jejaring.interfaces.web.mapping import typed

FIELDS = ("name", "idr_per_km", "idr_per_trip", "most_trips")


@gates.of_cooperative(Ability.DECLARE)
def listed(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Ask for lorries, one at a time, and show those that were said."""
    facts: dict[str, Any] = {"form": {"capacity": typed.Weight("capacity")}}
    if request.method == "POST":
        try:
            _keep(request, cooperative)
        except Refusal as refusal:
            facts["form"] = {name: request.POST.get(name, "") for name in FIELDS}
            facts["form"]["capacity"] = typed.Weight(
                "capacity", request.POST.get("kg-capacity", ""), request.POST.get("unit-capacity", "kg")
            )
            facts["fault"] = refusal.sentence
        else:
            return redirect("mapping_vehicles", cooperative.pk)
    facts |= {"cooperative": cooperative, "vehicles": Vehicle.objects.filter(cooperative=cooperative)}
    facts |= {"units": typed.UNITS, "share": 55}
    return render(request, "mapping/vehicles.html", facts, status=422 if "fault" in facts else 200)


@gates.of_cooperative(Ability.DECLARE)
@require_POST
def remove(request: Request, cooperative: Cooperative, vehicle_id: int) -> HttpResponse:
    """Take a lorry away; a second tap changes nothing."""
    found = Vehicle.objects.filter(cooperative=cooperative, pk=vehicle_id).first()
    if found is not None:
        actions.remove_vehicle(found, by=request.user)
    return redirect("mapping_vehicles", cooperative.pk)


def _keep(request: Request, cooperative: Cooperative) -> None:
    sent = request.POST
    actions.declare_vehicle(
        cooperative,
        name=sent.get("name", ""),
        capacity_kg=typed.whole_kg(sent.get("kg-capacity", ""), sent.get("unit-capacity", "kg")) or 0,
        idr_per_km=typed.price(sent.get("idr_per_km", "")) or Decimal(0),
        idr_per_trip=typed.whole_rupiah(sent.get("idr_per_trip", "")),
        most_trips=typed.whole_number(sent.get("most_trips", "")),
        by=request.user,
    )
