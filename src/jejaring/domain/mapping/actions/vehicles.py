"""The lorries that a co-op has or hires: declared, taken away. The name is what tells two of them apart."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from jejaring.domain.mapping import plausible
from jejaring.domain.mapping.actions.answers import locked
from jejaring.domain.mapping.models import Vehicle
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import Cooperative, User
from jejaring.engines.errors import Refusal

_LARGEST_LORRY_KG = 60_000


def declare_vehicle(
    cooperative: Cooperative,
    *,
    name: str,
    capacity_kg: int,
    idr_per_km: Decimal = Decimal(0),
    idr_per_trip: int = 0,
    most_trips: int | None = None,
    by: User | None,
) -> Vehicle:
    """Keep a class of lorries of a co-op, found again by its name, and return it. Raises Refusal.

    What a file calls it stays, so that the file replaces it when it is loaded again.
    """
    tidy = name.strip()[:120]
    if not tidy:
        raise Refusal("mapping.vehicle_name", "Give it a name, such as: own pickup.")
    if not 0 < capacity_kg <= _LARGEST_LORRY_KG:
        raise Refusal(
            "mapping.vehicle_capacity",
            "{said_kg} for one lorry can't be. A pickup carries about one ton, a large lorry about ten.",
            said_kg=capacity_kg,
        )
    if most_trips is not None and not 0 <= most_trips <= 1000:
        raise Refusal(
            "mapping.vehicle_trips",
            "{written} trips in a month can't be: write 0 to 1,000.",
            written=most_trips,
        )
    with transaction.atomic():
        kept = locked(cooperative)
        vehicle, _ = Vehicle.objects.update_or_create(
            cooperative=kept,
            name=tidy,
            defaults={
                "capacity_kg": capacity_kg,
                "idr_per_km": plausible.rupiah_per_kg(idr_per_km),
                "idr_per_trip": plausible.rupiah(idr_per_trip),
                "most_trips": most_trips,
            },
        )
        audit.record(
            "mapping.declare_vehicle",
            vehicle,
            by=by,
            cooperative_id=kept.pk,
            facts={"capacity_kg": capacity_kg, "most_trips": most_trips},
        )
    return vehicle


def remove_vehicle(vehicle: Vehicle, *, by: User | None) -> None:
    """Take a co-op's lorry away; a second time changes nothing."""
    assert vehicle.cooperative is not None
    with transaction.atomic():
        kept = locked(vehicle.cooperative)
        found = Vehicle.objects.filter(pk=vehicle.pk).first()
        if found is None:
            return
        audit.record("mapping.remove_vehicle", found, by=by, cooperative_id=kept.pk)
        found.delete()
