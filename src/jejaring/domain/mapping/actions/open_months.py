"""In which months a co-op's machine runs, and in which months a buyer or supplier is there.

A closed month is a month of its own in which nothing goes through. Where only named months count (every other
is closed), an open one is named with what is usual.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from jejaring.domain.mapping.actions.answers import locked
from jejaring.domain.mapping.models import Channel, ChannelMonth, Facility, FacilityMonth
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import User
from jejaring.engines.errors import Refusal


def open_months_of(kept: Facility | Channel, months: Sequence[date]) -> list[date]:
    """Return those of these months in which a machine runs, or a buyer or supplier is there."""
    if isinstance(kept, Facility):
        most = dict(kept.months.values_list("month", "capacity_kg"))
        usual = kept.capacity_kg
    else:
        most = dict(kept.months.values_list("month", "most_kg"))
        usual = kept.most_kg if kept.every_month else 0
    return [month for month in months if most.get(month, usual) != 0]


def set_facility_months(
    facility: Facility, months: Sequence[date], opened: Collection[date], *, by: User | None, at: datetime
) -> None:
    """Keep in which of these months a machine runs; other months and open ones' own figures stay.

    Raises Refusal for none at all, and for one of which it isn't known how much it can take.
    """
    _some(opened)
    with transaction.atomic():
        locked(facility.cooperative)
        kept = Facility.objects.filter(pk=facility.pk, kind=Facility.Kind.PROCESS).first()
        if kept is None:
            raise Refusal("mapping.facility_gone", "Somebody has taken this away meanwhile.")
        own = {row.month: row for row in kept.months.all()}
        largest = max((row.capacity_kg or 0 for row in own.values()), default=0)
        for month in months:
            row = own.get(month)
            is_open = (row.capacity_kg if row else kept.capacity_kg) != 0
            if is_open == (month in opened):
                continue
            if row:
                row.delete()
            if is_open and kept.capacity_kg != 0:
                _name_facility_month(kept, month, 0)
            elif not is_open and kept.capacity_kg == 0:
                _name_facility_month(kept, month, _known(largest))
        Facility.objects.filter(pk=kept.pk).update(said_by=by, said_at=at, way="web")
        _record("mapping.change_facility", kept, by, len(set(opened)))


def set_channel_months(
    channel: Channel, months: Sequence[date], opened: Collection[date], *, by: User | None, at: datetime
) -> None:
    """Keep in which of these months a buyer or supplier is there; the rest stays. Raises Refusal."""
    _some(opened)
    with transaction.atomic():
        locked(channel.cooperative)
        kept = Channel.objects.filter(pk=channel.pk).first()
        if kept is None:
            raise Refusal("mapping.channel_gone", "Somebody has taken this away meanwhile.")
        usual = kept.most_kg if kept.every_month else 0
        own = {row.month: row for row in kept.months.all()}
        for month in months:
            row = own.get(month)
            is_open = (row.most_kg if row else usual) != 0
            if is_open == (month in opened):
                continue
            if row:
                row.delete()
            if is_open and usual != 0:
                _name_channel_month(kept, month, 0, 0)
            elif not is_open and usual == 0:
                most_kg = None if kept.most_kg is None else _known(kept.most_kg)
                _name_channel_month(kept, month, most_kg, kept.least_kg)
        Channel.objects.filter(pk=kept.pk).update(said_by=by, said_at=at, way="web")
        _record("mapping.change_channel", kept, by, len(set(opened)))


def _some(opened: Collection[date]) -> None:
    if not opened:
        raise Refusal("mapping.no_month_open", "Choose at least one month, or remove it.")


def _known(most_kg: int) -> int:
    if not most_kg:
        raise Refusal("mapping.most_unknown", "Correct first how much it takes in a month: now that is 0 kg.")
    return most_kg


def _name_facility_month(facility: Facility, month: date, capacity_kg: int) -> None:
    FacilityMonth.objects.create(
        facility=facility, month=month, capacity_kg=capacity_kg, cost_idr_per_kg=facility.cost_idr_per_kg
    )


def _name_channel_month(channel: Channel, month: date, most_kg: int | None, least_kg: int) -> None:
    price: Decimal = channel.idr_per_kg
    ChannelMonth.objects.create(
        channel=channel, month=month, most_kg=most_kg, least_kg=least_kg, idr_per_kg=price
    )


def _record(action: str, kept: Facility | Channel, by: User | None, count: int) -> None:
    audit.record(
        action,
        kept,
        by=by,
        cooperative_id=kept.cooperative_id,
        facts={"open_months": count},
    )
