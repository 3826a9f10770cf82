"""How often a plan's lorries drive: trips, kilometres, and what whole trips cost beyond full loads.

The plan counts full loads (docs/network-format.md); a lorry drives a last trip for the rest as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import NOBODY, Problem


@dataclass(frozen=True)
class LaneTrips:
    """One lane with a vehicle in one period. `km` are driven there and back, by all trips.

    `full_loads_idr` is what the plan counts, `whole_trips_idr` what the trips cost that are driven.
    """

    lane: int
    vehicle: int
    period: int
    kg: int
    trips: int
    km: float
    full_loads_idr: float
    whole_trips_idr: float


@dataclass(frozen=True)
class VehicleTrips:
    """One vehicle in one period, all its lanes together; `most_trips` None: no limit.

    More `trips` than `most_trips` are possible: the limit is of full loads, each lane rounds up.
    """

    vehicle: int
    period: int
    kg: int
    trips: int
    most_trips: Fraction | None
    km: float
    full_loads_idr: float
    whole_trips_idr: float


@dataclass(frozen=True)
class Trips:
    """All trips of a plan, by lane and period, and by vehicle and period; in the network's order."""

    lanes: tuple[LaneTrips, ...]
    vehicles: tuple[VehicleTrips, ...]

    @property
    def beyond_full_loads_idr(self) -> float:
        """Return what whole trips cost beyond what the plan counts."""
        return sum(each.whole_trips_idr - each.full_loads_idr for each in self.lanes)


def trips(problem: Problem, plan: Plan) -> Trips:
    """Return the trips that the whole kilograms of `plan` take."""
    lanes, flows, periods = problem.lanes, plan.flows.lanes, len(problem.periods)
    of = np.repeat(np.arange(len(lanes.start)), np.diff(lanes.product_spans.start))[flows.row]
    hauled = lanes.vehicle[of] != NOBODY
    key = of[hauled] * periods + flows.period[hauled]
    keys, inverse = np.unique(key, return_inverse=True)
    kg = np.zeros(len(keys), dtype=np.int64)
    np.add.at(kg, inverse, flows.kg[hauled])
    by_lane = tuple(
        _on_lane(problem, each // periods, each % periods, weight)
        for each, weight in zip(keys.tolist(), kg.tolist(), strict=True)
        if weight
    )
    return Trips(by_lane, _by_vehicle(problem, by_lane))


def _on_lane(problem: Problem, lane: int, period: int, kg: int) -> LaneTrips:
    vehicles, vehicle = problem.vehicles, int(problem.lanes.vehicle[lane])
    loads = Fraction(kg) / vehicles.capacity_kg.fraction(vehicle)
    count = -(-loads.numerator // loads.denominator)
    km = 2 * float(problem.lanes.km[lane])
    trip_idr = vehicles.idr_per_trip.fraction(vehicle) + vehicles.idr_per_km.fraction(vehicle) * Fraction(km)
    return LaneTrips(
        lane, vehicle, period, kg, count, count * km, float(loads * trip_idr), float(count * trip_idr)
    )


def _by_vehicle(problem: Problem, lanes: tuple[LaneTrips, ...]) -> tuple[VehicleTrips, ...]:
    most = problem.vehicles.most_trips.fractions()
    sums: dict[tuple[int, int], list[LaneTrips]] = {}
    for each in lanes:
        sums.setdefault((each.vehicle, each.period), []).append(each)
    return tuple(
        VehicleTrips(
            vehicle,
            period,
            kg=sum(each.kg for each in mine),
            trips=sum(each.trips for each in mine),
            most_trips=most[vehicle],
            km=sum(each.km for each in mine),
            full_loads_idr=sum(each.full_loads_idr for each in mine),
            whole_trips_idr=sum(each.whole_trips_idr for each in mine),
        )
        for (vehicle, period), mine in sorted(sums.items())
    )
