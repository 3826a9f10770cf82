"""How often lorries drive: trips, kilometres, how full they are, and what whole trips cost more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from jejaring.documents.editions import FACILITATOR, View
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import NOBODY, Problem
from jejaring.engines.planning.questions.trips import Trips, VehicleTrips


@dataclass(frozen=True)
class VehicleRow:
    """One class of lorries. `load` is how full its trips are, `full_periods` when all its loads are used.

    `by_period`: trips in each period, with `most` of full loads ("" without limit).
    """

    name: str
    owner: str
    trips: int
    km: int
    load: str
    full_loads_idr: int
    beyond_idr: int
    full_periods: tuple[str, ...]
    by_period: tuple[int, ...]
    most: str


@dataclass(frozen=True)
class TripsPart:
    """All lorries that drive, as the network lists them."""

    sentences: tuple[str, ...]
    rows: tuple[VehicleRow, ...]


def trips_part(
    problem: Problem, asked: Trips | None, names: Names, language: Language, view: View = FACILITATOR
) -> TripsPart | None:
    """Return the trips of the lorries that `view` owns, None where it wasn't asked or none drives."""
    of: dict[int, list[VehicleTrips]] = defaultdict(list)
    for each in asked.vehicles if asked else ():
        if view.owns(int(problem.vehicles.owner[each.vehicle])):
            of[each.vehicle].append(each)
    if not of:
        return None
    rows = tuple(_row(problem, vehicle, of[vehicle], names, language) for vehicle in sorted(of))
    return TripsPart(_sentences(rows, language), rows)


def whole_trips_words(plan: Plan, asked: Trips | None, language: Language) -> str:
    """Return what whole trips cost beyond what the plan counts, and what of hauling are full loads; "" where
    no lorries drive or all are full.
    """
    if asked is None or not asked.vehicles or asked.beyond_full_loads_idr < 1:
        return ""
    beyond, gain = asked.beyond_full_loads_idr, plan.value_idr - sum(plan.alone_idr)
    full = sum(each.full_loads_idr for each in asked.vehicles)
    rest = plan.lines.lanes_idr - full
    said = language.text(
        "Lorries drive whole trips, and the last one is seldom full: that costs {beyond} more than the full "
        "loads that the plan counts.",
        beyond=language.rupiah_short(beyond),
    )
    if gain > 0:
        said += " " + language.text(
            "That is {share} of the gain, and isn't taken off it: put goods and co-ops together on one "
            "lorry.",
            share=language.percent(beyond / gain, places=0),
        )
    if rest >= 1:
        said += " " + language.text(
            "Of hauling, {all}, {full} are full loads of lorries; {rest} is what ways cost by the kilogram, "
            "such as loading.",
            all=language.rupiah_short(plan.lines.lanes_idr),
            full=language.rupiah_short(full),
            rest=language.rupiah_short(rest),
        )
    return said


def _row(
    problem: Problem, vehicle: int, mine: Sequence[VehicleTrips], names: Names, language: Language
) -> VehicleRow:
    vehicles, by_period = problem.vehicles, [0] * len(problem.periods)
    for each in mine:
        by_period[each.period] += each.trips
    count, kg = sum(by_period), sum(each.kg for each in mine)
    room = vehicles.capacity_kg.fraction(vehicle)
    owner, most = int(vehicles.owner[vehicle]), mine[0].most_trips
    return VehicleRow(
        name=vehicles.names[vehicle] or vehicles.codes[vehicle],
        owner=language.text("for hire") if owner == NOBODY else names.short_parties[owner],
        trips=count,
        km=round(sum(each.km for each in mine)),
        load=language.percent(float(kg / (room * count)), places=0),
        full_loads_idr=round(sum(each.full_loads_idr for each in mine)),
        beyond_idr=round(sum(each.whole_trips_idr - each.full_loads_idr for each in mine)),
        full_periods=tuple(
            names.short_periods[each.period]
            for each in mine
            # Less than half a per cent is what rounding to whole kilograms leaves.
            if most is not None and each.kg >= most * room * 995 / 1000
        ),
        by_period=tuple(by_period),
        most="" if most is None else language.number(most),
    )


def _sentences(rows: Sequence[VehicleRow], language: Language) -> tuple[str, ...]:
    counted, beyond = sum(row.full_loads_idr for row in rows), sum(row.beyond_idr for row in rows)
    said = [
        language.text(
            "{trips} trips, {km} km there and back.",
            trips=language.number(sum(row.trips for row in rows)),
            km=language.number(sum(row.km for row in rows)),
        ),
        language.text(
            "The plan counts full loads: {counted}. Driven are whole trips, the last one not full: "
            "{beyond} more. Loads of several goods or co-ops on one lorry save part of that.",
            counted=language.rupiah_short(counted),
            beyond=language.rupiah_short(beyond),
        ),
    ]
    said += [
        language.plural(
            "{name} is fully used in {count} {month_or_week}: {periods}.",
            "{name} is fully used in {count} {months_or_weeks}: {periods}.",
            len(row.full_periods),
            name=row.name,
            periods=", ".join(row.full_periods),
        )
        for row in rows
        if row.full_periods
    ]
    return tuple(said)
