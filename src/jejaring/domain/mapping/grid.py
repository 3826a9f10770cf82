"""Many co-ops on a map: gathered in squares by the database."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, FloatField, Func, IntegerField, Max, Min, Value

from jejaring.domain.mapping.models import RegencyPlace
from jejaring.domain.mapping.overview import Group
from jejaring.domain.parties import regions
from jejaring.domain.parties.models import Cooperative

MANY = 2_000
"""More points than this are gathered."""
FEW = 300
"""So many in the part that is looked at are shown one by one."""
ACROSS = 12
"""About so many squares stand beside each other; a narrow screen asks for fewer."""
REGENCY_STEP = 0.5
"""Squares of so many degrees or more are filled with whole regencies, which were added up before."""
_INDONESIA = (-11.2, 94.9, 6.2, 141.2)


@dataclass(frozen=True)
class Box:
    """A part of the earth, in degrees."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True)
class Cluster:
    """The co-ops of one square, drawn at the middle of where they are."""

    lat: float
    lon: float
    cooperatives: int
    answered: int


def is_many(group: Group) -> bool:
    """Return whether a set has more points than a map shows one by one."""
    return group.large and group.cooperatives.order_by()[: MANY + 1].count() > MANY


def world(group: Group) -> Box:
    """Return the box around all co-ops of a set."""
    if group.region_code == regions.NATION:
        return Box(*_INDONESIA)
    ends = group.cooperatives.aggregate(Min("lat"), Min("lon"), Max("lat"), Max("lon"))
    if ends["lat__min"] is None:
        return Box(*_INDONESIA)
    return Box(ends["lat__min"], ends["lon__min"], ends["lat__max"], ends["lon__max"])


def box(written: str) -> Box | None:
    """Return the box that was written as south,west,north,east; none where it isn't one."""
    try:
        south, west, north, east = (float(part) for part in written.split(","))
    except ValueError:
        return None
    if not (-90 <= south < north <= 90 and -180 <= west < east <= 180):
        return None
    return Box(south, west, north, east)


def few_within(group: Group, area: Box) -> list[Cooperative]:
    """Return the co-ops in a box where they are few enough to be shown one by one; none else."""
    if max(area.east - area.west, area.north - area.south) > REGENCY_STEP * 2:
        return []
    rows = group.cooperatives.filter(lat__range=(area.south, area.north), lon__range=(area.west, area.east))
    found = list(rows.order_by("pk")[: FEW + 1])
    return found if len(found) <= FEW else []


def clusters(group: Group, area: Box, across: int = ACROSS) -> list[Cluster]:
    """Return the squares of a box in which co-ops are, with how many of them have answered."""
    rough = max(area.east - area.west, area.north - area.south, 0.001) / across
    # Powers of two, so that squares stay where they are when the map is moved.
    step = 2.0 ** round(math.log2(rough))
    if step >= REGENCY_STEP and group.large:
        return _of_regencies(group.region_code, area, step)
    rows = (
        group.cooperatives.filter(lat__range=(area.south, area.north), lon__range=(area.west, area.east))
        .order_by()
        .annotate(row=_square("lat", 90.0, step), column=_square("lon", 180.0, step))
        .values_list("row", "column")
        .annotate(Avg("lat"), Avg("lon"), Count("pk"), Count("answers_sum"))
    )
    return [Cluster(lat, lon, count, answered) for _, _, lat, lon, count, answered in rows]


def _of_regencies(region_code: str, area: Box, step: float) -> list[Cluster]:
    rows = RegencyPlace.objects.filter(lat__range=(area.south, area.north), lon__range=(area.west, area.east))
    if region_code != regions.NATION:
        rows = rows.filter(regency_code__gte=f"{region_code}.", regency_code__lt=f"{region_code}/")
    squares: dict[tuple[int, int], list[RegencyPlace]] = defaultdict(list)
    for place in rows.order_by("pk"):
        squares[int((place.lat + 90) // step), int((place.lon + 180) // step)].append(place)
    return [_joined(places) for places in squares.values()]


def _joined(places: list[RegencyPlace]) -> Cluster:
    count = sum(place.cooperatives for place in places)
    return Cluster(
        sum(place.lat * place.cooperatives for place in places) / count,
        sum(place.lon * place.cooperatives for place in places) / count,
        count,
        sum(place.answered for place in places),
    )


def _square(name: str, shift: float, step: float) -> Any:
    return _Whole(
        (F(name) + Value(shift, output_field=FloatField())) / Value(step, output_field=FloatField())
    )


class _Whole(Func):
    """A number above 0 without its decimals, worked out by the database itself."""

    function = "FLOOR"
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(%(expressions)s AS INTEGER)", **more)
