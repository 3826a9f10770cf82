"""Lorries, today, scenarios, ranges, crops and growers of a Problem -> their tables in network.json."""

from __future__ import annotations

from decimal import Decimal

from jejaring.engines.measures import Decimals
from jejaring.engines.planning.json_numbers import Number, json_numbers
from jejaring.engines.planning.plan_file import Json
from jejaring.engines.planning.problem import NOBODY, Problem, Selector


def documents(problem: Problem) -> Json:
    """Return the tables, each a list of rows."""
    return {
        "vehicles": _vehicles(problem),
        "today": _today(problem),
        "scenarios": _scenarios(problem),
        "ranges": _ranges(problem),
        "crops": _crops(problem),
        "growers": _growers(problem),
    }


def _vehicles(problem: Problem) -> list[Json]:
    vehicles = problem.vehicles
    names = ("capacity_kg", "idr_per_km", "idr_per_trip", "most_trips")
    columns = [json_numbers(getattr(vehicles, name)) for name in names]
    return [
        {
            "code": code,
            "name": vehicles.names[row],
            "owner": None if vehicles.owner[row] == NOBODY else problem.parties.codes[vehicles.owner[row]],
            **{name: column[row] for name, column in zip(names, columns, strict=True)},
        }
        for row, code in enumerate(vehicles.codes)
    ]


def _today(problem: Problem) -> list[Json]:
    today = problem.today
    names = ("sells_kg", "sells_idr_per_kg", "cost_idr_per_kg", "buys_kg", "buys_idr_per_kg")
    columns = [json_numbers(getattr(today, name)) for name in names]
    return [
        {
            "site": problem.sites.codes[today.site[row]],
            "product": problem.products[today.product[row]],
            "period": problem.periods[today.period[row]],
            **{name: column[row] for name, column in zip(names, columns, strict=True)},
            "partner": today.partners[row],
            "evidence": today.evidence[row],
        }
        for row in range(len(today.site))
    ]


def _scenarios(problem: Problem) -> list[Json]:
    return [
        {
            "code": scenario.code,
            "name": scenario.name,
            **selector_document(problem, selector),
            "factor": number_document(factor),
        }
        for scenario in problem.scenarios
        for selector, factor in scenario.changes
    ]


def _ranges(problem: Problem) -> list[Json]:
    return [
        {
            "code": each.code,
            "name": each.name,
            **selector_document(problem, each.selector),
            "lowest": number_document(each.lowest),
            "highest": number_document(each.highest),
            "apart": "; ".join(each.apart),
        }
        for each in problem.ranges
    ]


def selector_document(problem: Problem, selector: Selector) -> Json:
    """Return a selector with codes in place of positions."""
    codes = {
        "party": problem.parties.codes,
        "site": problem.sites.codes,
        "product": problem.products,
        "period": problem.periods,
    }
    positions = {name: getattr(selector, name) for name in codes}
    return {
        "table": selector.table,
        "field": selector.field,
        "row": selector.row,
        **{name: None if at == NOBODY else codes[name][at] for name, at in positions.items()},
    }


def _crops(problem: Problem) -> list[Json]:
    return [
        {
            "product": problem.products[crop.product],
            "days_to_harvest": crop.days_to_harvest,
            "sorting_loss": number_document(crop.sorting_loss),
            "safety": number_document(crop.safety),
        }
        for crop in problem.crops
    ]


def _growers(problem: Problem) -> list[Json]:
    growers = problem.growers
    names = ("area_ha", "kg_per_ha", "fulfilment", "least_kg", "most_kg")
    columns = [json_numbers(getattr(growers, name)) for name in names]
    return [
        {
            "site": problem.sites.codes[growers.site[row]],
            "product": problem.products[growers.product[row]],
            **{name: column[row] for name, column in zip(names, columns, strict=True)},
            "evidence": growers.evidence[row],
        }
        for row in range(len(growers.site))
    ]


def number_document(number: Decimal) -> Number:
    """Return a decimal as JSON has it."""
    return json_numbers(Decimals.of([number]))[0]
