"""Lorries, scenarios, ranges and crops of a network: what their rows must be, and the values made of them.

Neighbours: `consistency` judges the tables that a plan is made from, `assembly` puts the `Problem`
together, `questions.changes` carries scenarios out.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import numpy as np

from jejaring.engines.errors import Sentence
from jejaring.engines.measures import Decimals
from jejaring.engines.planning import problem
from jejaring.engines.planning.columns import Columns, Findings, number_fault
from jejaring.engines.planning.consistency import Network
from jejaring.engines.planning.problem import NOBODY
from jejaring.engines.planning.rows import Row

CHANGEABLE: dict[str, tuple[str, ...]] = {
    "supplies": ("available_kg", "cost_idr_per_kg"),
    "outlets": ("most_kg", "least_kg", "price_idr_per_kg"),
    "sources": ("most_kg", "price_idr_per_kg"),
    "needs": ("kg", "worth_idr_per_kg"),
    "processes": ("capacity_kg", "cost_idr_per_kg", "opening_cost_idr", "outputs", "build_cost_idr"),
    "storages": ("capacity_kg", "cost_idr_per_kg", "loss", "opening_kg", "build_cost_idr"),
    "lanes": ("capacity_kg", "cost_idr_per_kg", "fixed_cost_idr"),
    "local_trade": ("sell_idr_per_kg", "buy_idr_per_kg", "most_sell_kg", "most_buy_kg"),
    "vehicles": ("most_trips", "idr_per_km", "idr_per_trip"),
}
"""Which numbers scenarios and ranges may change: the fields of each table."""

APART = ("party", "site", "product", "period")
"""What a range may be drawn apart for."""


def check(network: Network, rule: problem.LaneRule | None, findings: Findings) -> None:
    """Tell `findings` what is wrong with lorries, scenarios, ranges and buildings."""
    _check_vehicles(network["vehicles"], findings)
    _check_lane_vehicles(network["lanes"], network["sites"], findings)
    for name in ("scenarios", "ranges"):
        _check_selectors(network[name], findings)
    _check_ranges(network["ranges"], findings)
    _check_scenario_names(network["scenarios"], findings)
    _check_buildings(network["processes"], findings)
    _check_crops(network["crops"], findings)
    _check_rule_vehicle(network, rule, findings)


def vehicles(rows: Columns) -> problem.Vehicles:
    """Return the classes of lorries."""
    return problem.Vehicles(
        codes=rows.texts("code"),
        names=rows.texts("name"),
        owner=rows.position["owner"],
        capacity_kg=_or_zero(rows, "capacity_kg"),
        idr_per_km=_or_zero(rows, "idr_per_km"),
        idr_per_trip=_or_zero(rows, "idr_per_trip"),
        most_trips=Decimals.of(rows.numbers("most_trips")),
    )


def scenarios(rows: Columns) -> tuple[problem.Scenario, ...]:
    """Return the scenarios in order of first mention; rows of one code are one scenario."""
    names: dict[str, str] = {}
    changes: dict[str, list[tuple[problem.Selector, Decimal]]] = {}
    factors = rows.numbers("factor")
    for row, (code, name) in enumerate(zip(rows.texts("code"), rows.texts("name"), strict=True)):
        names[code] = names.get(code) or name
        factor = factors[row]
        assert factor is not None
        changes.setdefault(code, []).append((_selector(rows, row), factor))
    return tuple(problem.Scenario(code, names[code], tuple(each)) for code, each in changes.items())


def ranges(rows: Columns) -> tuple[problem.Range, ...]:
    """Return the ranges."""
    lowest, highest, apart = rows.numbers("lowest"), rows.numbers("highest"), rows.texts("apart")
    found = []
    for row, (code, name) in enumerate(zip(rows.texts("code"), rows.texts("name"), strict=True)):
        low, high = lowest[row], highest[row]
        assert low is not None
        assert high is not None
        found.append(problem.Range(code, name, _selector(rows, row), low, high, _words(apart[row])))
    return tuple(found)


def crops(rows: Columns) -> tuple[problem.Crop, ...]:
    """Return how long each crop grows."""
    days = rows.numbers("days_to_harvest")
    loss, safety = rows.numbers("sorting_loss"), rows.numbers("safety")
    return tuple(
        problem.Crop(
            int(rows.position["product"][row]),
            int(days[row] or 0),
            loss[row] or Decimal(0),
            safety[row] or Decimal(0),
        )
        for row in range(len(rows))
    )


def detours(row: Row, findings: Findings) -> tuple[tuple[str, Decimal], ...]:
    """Return the lane rule's detour factors by terrain."""
    value = row.values.get("detours")
    if not isinstance(value, Mapping):
        return ()
    for word, number in value.items():
        fault = number_fault("rate", number)
        if fault:
            findings.add(row.place_of(f"detours.{word}"), *fault)
    return tuple(value.items())


def rule_vehicle(row: Row, rows: Columns, findings: Findings) -> int:
    """Return the position of the lane rule's vehicle, NOBODY where it has none."""
    code = row.values.get("vehicle")
    if not isinstance(code, str) or not code:
        return NOBODY
    codes = rows.texts("code")
    if code in codes:
        return codes.index(code)
    findings.add(
        row.place_of("vehicle"),
        Sentence("input.unknown_vehicle", "No vehicle has the code “{code}”.", {"code": code}),
        Sentence("input.unknown_vehicle.right", "Use a code from the list of vehicles, or add it there."),
    )
    return NOBODY


def _or_zero(rows: Columns, name: str) -> Decimals:
    return Decimals.of(Decimal(0) if number is None else number for number in rows.numbers(name))


def _words(text: str) -> tuple[str, ...]:
    return tuple(
        word for word in (each.strip().casefold() for each in text.replace(",", ";").split(";")) if word
    )


def _selector(rows: Columns, row: int) -> problem.Selector:
    position = {name: max(int(rows.position[name][row]), NOBODY) for name in APART}
    return problem.Selector(
        table=rows.texts("table")[row],
        field=rows.texts("field")[row],
        row=rows.texts("row")[row],
        **position,
    )


def _check_vehicles(rows: Columns, findings: Findings) -> None:
    capacity, trips = rows.numbers("capacity_kg"), rows.values["most_trips"]
    for row, each in enumerate(rows.rows):
        if capacity[row] == 0:
            findings.add(
                each.place_of("capacity_kg"),
                Sentence("input.vehicle_load", "A vehicle that loads nothing carries nothing."),
                Sentence("input.vehicle_load.right", "Write how many kilograms it loads."),
            )
        if trips[row] is not None and rows.position["owner"][row] == NOBODY:
            findings.add(
                each.place_of("most_trips"),
                Sentence(
                    "input.vehicle_trips",
                    "Only a vehicle with an owner can have a limit of trips: anybody can hire one without.",
                ),
                Sentence("input.vehicle_trips.right", "Name the owner, or leave the limit empty."),
            )


def _check_lane_vehicles(lanes: Columns, sites: Columns, findings: Findings) -> None:
    unplaced = np.array([value is None for value in sites.values["lat"]] + [False], dtype=bool)
    start, end = lanes.position["from"], lanes.position["to"]
    for row in np.flatnonzero((lanes.position["vehicle"] >= 0) & (start >= 0) & (end >= 0)).tolist():
        if lanes.values["km"][row] is None and (unplaced[start[row]] or unplaced[end[row]]):
            findings.add(
                lanes.rows[row].place_of("km"),
                Sentence(
                    "input.lane_km",
                    "How far the vehicle goes isn't known: one of the two sites has no position.",
                ),
                Sentence("input.lane_km.right", "Write the kilometres, or give both sites a position."),
            )


def _check_rule_vehicle(network: Network, rule: problem.LaneRule | None, findings: Findings) -> None:
    if rule is None or rule.vehicle == NOBODY or not len(network["vehicles"]):
        return
    row = network["vehicles"].rows[rule.vehicle]
    if network["vehicles"].position["owner"][rule.vehicle] != NOBODY:
        findings.add(
            row.place_of("owner"),
            Sentence(
                "input.rule_vehicle",
                "The lane rule uses this vehicle, so anybody must be able to hire it.",
            ),
            Sentence("input.rule_vehicle.right", "Leave its owner empty, or take it out of the lane rule."),
        )


def _check_selectors(rows: Columns, findings: Findings) -> None:
    for row, each in enumerate(rows.rows):
        table, field = rows.values["table"][row], rows.values["field"][row]
        if not isinstance(table, str) or not isinstance(field, str):
            continue
        if table not in CHANGEABLE:
            findings.add(
                each.place_of("table"),
                Sentence(
                    "input.change_table",
                    "“{table}” isn't a table whose numbers can change.",
                    {"table": table},
                ),
                Sentence("input.change_table.right", "Write one of: {tables}.", {"tables": list(CHANGEABLE)}),
            )
        elif field not in CHANGEABLE[table]:
            findings.add(
                each.place_of("field"),
                Sentence(
                    "input.change_field",
                    "“{field}” isn't a number of “{table}” that can change.",
                    {"field": field, "table": table},
                ),
                Sentence(
                    "input.change_field.right", "Write one of: {fields}.", {"fields": list(CHANGEABLE[table])}
                ),
            )


def _check_ranges(rows: Columns, findings: Findings) -> None:
    lowest, highest = rows.numbers("lowest"), rows.numbers("highest")
    for row, each in enumerate(rows.rows):
        low, high = lowest[row], highest[row]
        if low is not None and high is not None and high < low:
            findings.add(
                each.place_of("highest"),
                Sentence("input.range_order", "The highest factor is below the lowest."),
                Sentence("input.range_order.right", "Swap the two."),
            )
        for word in _words(rows.texts("apart")[row]):
            if word not in APART:
                findings.add(
                    each.place_of("apart"),
                    Sentence(
                        "input.range_apart", "Nothing can be drawn apart for each “{word}”.", {"word": word}
                    ),
                    Sentence("input.range_apart.right", "Write one of: {words}.", {"words": list(APART)}),
                )


def _check_scenario_names(rows: Columns, findings: Findings) -> None:
    first: dict[str, str] = {}
    for row, (code, name) in enumerate(zip(rows.texts("code"), rows.texts("name"), strict=True)):
        if code and name and first.setdefault(code, name) != name:
            findings.add(
                rows.rows[row].place_of("name"),
                Sentence(
                    "input.scenario_name",
                    "Scenario “{code}” is called “{other}” in another row.",
                    {"code": code, "other": first[code]},
                ),
                Sentence("input.scenario_name.right", "Give all its rows one name, or another code here."),
            )


def _check_crops(rows: Columns, findings: Findings) -> None:
    for name in ("sorting_loss", "safety"):
        for row, share in enumerate(rows.numbers(name)):
            if share == 1:
                findings.add(
                    rows.rows[row].place_of(name),
                    Sentence("input.crop_lost", "If everything is lost, no planting is enough."),
                    Sentence("input.crop_lost.right", "Write a share below 1, as 0.1 for a tenth."),
                )


def _check_buildings(rows: Columns, findings: Findings) -> None:
    """Rows of one process must agree in what it costs to build."""
    first: dict[str, int] = {}
    for row, code in enumerate(rows.texts("code")):
        before = first.setdefault(code, row) if code else row
        for name, missing in (("build_cost_idr", Decimal(0)), ("build_share", Decimal(1))):
            ours, theirs = rows.values[name][row], rows.values[name][before]
            differ = (missing if ours is None else ours) != (missing if theirs is None else theirs)
            if differ and rows.sound[name][row] and rows.sound[name][before]:
                findings.add(
                    rows.rows[row].place_of(name),
                    Sentence(
                        "input.building_differs",
                        "Another row of “{code}” says something else about its cost of building.",
                        {"code": code},
                    ),
                    Sentence("input.building_differs.right", "Write the same in all rows of one code."),
                )
