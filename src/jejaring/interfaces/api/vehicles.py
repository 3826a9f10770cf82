"""A co-op's lorries. The name is what tells two of them apart, so there is no request key."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Strict

from jejaring.domain.mapping import listed
from jejaring.domain.mapping.actions import vehicles as actions
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative
from jejaring.interfaces.api import gates
from jejaring.interfaces.api.figures import Exact, Kilograms, Made, Name, PriceSent, Rupiah, Sent, Shown
from jejaring.interfaces.api.gates import Request, Subject

subject = Subject("vehicles")
_ALL = "/cooperatives/{int:cooperative_id}/vehicles"
_SAY = gates.of_cooperative(Ability.DECLARE)


class VehicleShown(Shown):
    """A class of lorries; most trips in a month null: no limit."""

    id: int
    name: str
    capacity_kg: int
    idr_per_km: Exact
    idr_per_trip: int
    most_trips: int | None


class VehiclesShown(Shown):
    """All lorries of a co-op."""

    vehicles: list[VehicleShown]


class VehicleSent(Sent):
    """A class of lorries, found again by its name."""

    name: Name
    capacity_kg: Kilograms
    idr_per_km: PriceSent = Field(default="0", validate_default=True)
    idr_per_trip: Rupiah = 0
    most_trips: Annotated[int, Strict(), Field(ge=0, le=1000)] | None = None


@subject.opens(
    "GET", _ALL, gates.of_cooperative(Ability.SEE_COOPERATIVE), summary="A co-op's lorries",
    answer=VehiclesShown,
)  # fmt: skip
def vehicles(_request: Request, cooperative: Cooperative) -> VehiclesShown:
    """All of them, in the order in which they were added."""
    return VehiclesShown(
        vehicles=[
            VehicleShown(
                id=row.pk,
                name=row.name,
                capacity_kg=row.capacity_kg,
                idr_per_km=row.idr_per_km,
                idr_per_trip=row.idr_per_trip,
                most_trips=row.most_trips,
            )
            for row in listed.vehicles_of(cooperative)
        ]
    )


@subject.opens("PUT", _ALL, _SAY, summary="Add a lorry, or describe it anew", answer=Made)
def declare_vehicle(request: Request, cooperative: Cooperative, sent: VehicleSent) -> Made:
    """A lorry of the same name is changed, else one is added."""
    kept = actions.declare_vehicle(
        cooperative,
        name=sent.name,
        capacity_kg=sent.capacity_kg,
        idr_per_km=sent.idr_per_km,
        idr_per_trip=sent.idr_per_trip,
        most_trips=sent.most_trips,
        by=request.user,
    )
    return Made(id=kept.pk)


@subject.opens(
    "DELETE", f"{_ALL}/{{int:vehicle_id}}", _SAY, summary="Take a lorry away", answer=None, status=204
)
def remove_vehicle(request: Request, cooperative: Cooperative, vehicle_id: int) -> None:
    """Nothing is answered."""
    actions.remove_vehicle(listed.vehicle_of(cooperative, vehicle_id), by=request.user)
