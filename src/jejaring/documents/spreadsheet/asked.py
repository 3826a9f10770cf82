"""The sheets of what was asked of a plan; what wasn't asked has none."""

from __future__ import annotations

from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.documents.spreadsheet.deals import deal_columns, deal_words
from jejaring.documents.spreadsheet.tables import Column, Formula, Table, Value
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import NOBODY, Problem
from jejaring.engines.planning.questions.ahead import Commitments, Scenarios
from jejaring.engines.planning.questions.answers import Answers
from jejaring.engines.planning.questions.cash import Cash
from jejaring.engines.planning.questions.quotas import quotas
from jejaring.engines.planning.questions.trips import Trips


def asked_sheets(
    problem: Problem, plan: Plan, answers: Answers, names: Names, language: Language
) -> tuple[Table, ...]:
    """Return a sheet for each answer that has something to count with."""
    held, tried, driven = answers.commitments, answers.scenarios, answers.trips
    found = (
        _promises(held, names, language) if held and held.promises else None,
        _cash(answers.cash, names, language) if answers.cash else None,
        _quotas(problem, plan, names, language),
        _trips(problem, driven, names, language) if driven and driven.lanes else None,
        _scenarios(tried, names, language) if tried and tried.tried else None,
    )
    return tuple(table for table in found if table)


def _promises(found: Commitments, names: Names, language: Language) -> Table:
    say = language.text
    lines = [
        (
            *deal_words(each, each.product, names, language),
            names.periods[each.period],
            each.planned_kg,
            each.kg,
            Formula("IF(F{row}=0,0,G{row}/F{row})", each.kg / each.planned_kg if each.planned_kg else 0.0),
        )
        for each in found.promises
    ]
    return Table.of(
        name=say("Promises"),
        meaning=say("What each can promise in at least 8 of 10 seasons, beside what is planned."),
        columns=(
            *deal_columns(language),
            Column(say("Period"), "text"),
            Column(say("Planned, kg"), "kg", added_up=True),
            Column(say("Promised, kg"), "kg", added_up=True),
            Column(say("Share"), "share"),
        ),
        lines=lines,
        frozen=2,
    )


def _cash(found: Cash, names: Names, language: Language) -> Table:
    say = language.text
    periods = (*names.periods, say("after"))
    lines: list[tuple[Value, ...]] = [
        (names.parties[each.party], words, received, paid, balance)
        for each in found.parties
        for words, received, paid, balance in zip(
            periods, each.received_idr, each.paid_idr, each.balance_idr, strict=True
        )
    ]
    return Table.of(
        name=say("Cash"),
        meaning=say(
            "What each is paid and pays in each period, and its balance at the end, counted from zero; "
            "without the settlement. On single days more may be laid out."
        ),
        columns=(
            Column(say("Co-op"), "text"),
            Column(say("Period"), "text"),
            Column(say("Received, Rp"), "idr", added_up=True),
            Column(say("Paid, Rp"), "idr", added_up=True),
            Column(say("Balance, Rp"), "idr"),
        ),
        lines=lines,
        frozen=2,
    )


def _quotas(problem: Problem, plan: Plan, names: Names, language: Language) -> Table | None:
    found = quotas(problem, plan).quotas
    if not found:
        return None
    say = language.text
    lines: list[tuple[Value, ...]] = [
        (
            names.sites[each.site],
            names.products[each.product],
            names.periods[each.period],
            language.date(each.plants_on) if each.plants_on else "",
            float(each.area_ha * 10_000),
            each.harvest_kg,
            each.planned_kg,
        )
        for each in found
    ]
    return Table.of(
        name=say("Quotas"),
        meaning=say("Who plants how much of what for the harvest of which period."),
        columns=(
            Column(say("Place"), "text"),
            Column(say("Product"), "text"),
            Column(say("Harvest in"), "text"),
            Column(say("Plant on, about"), "text"),
            Column(say("Land, m²"), "price", added_up=True),
            Column(say("Expected harvest, kg"), "kg", added_up=True),
            Column(say("The plan takes, kg"), "kg", added_up=True),
        ),
        lines=lines,
        frozen=2,
    )


def _trips(problem: Problem, found: Trips, names: Names, language: Language) -> Table:
    say, vehicles, lanes = language.text, problem.vehicles, problem.lanes
    lines: list[tuple[Value, ...]] = []
    for each in found.lanes:
        owner = int(vehicles.owner[each.vehicle])
        lines.append(
            (
                vehicles.names[each.vehicle] or vehicles.codes[each.vehicle],
                say("for hire") if owner == NOBODY else names.parties[owner],
                names.sites[int(lanes.start[each.lane])],
                names.sites[int(lanes.end[each.lane])],
                names.periods[each.period],
                each.kg,
                each.trips,
                each.km,
                each.full_loads_idr,
                each.whole_trips_idr,
                Formula("J{row}-I{row}", each.whole_trips_idr - each.full_loads_idr),
            )
        )
    return Table.of(
        name=say("Trips"),
        meaning=say("How often lorries drive: the plan counts full loads, driven are whole trips."),
        columns=(
            Column(say("Lorry"), "text"),
            Column(say("Whose"), "text"),
            Column(say("From"), "text"),
            Column(say("To"), "text"),
            Column(say("Period"), "text"),
            Column("kg", "kg", added_up=True),
            Column(say("Trips"), "kg", added_up=True),
            Column("km", "kg", added_up=True),
            Column(say("Full loads, Rp"), "idr", added_up=True),
            Column(say("Whole trips, Rp"), "idr", added_up=True),
            Column(say("Whole trips cost more, Rp"), "idr", added_up=True),
        ),
        lines=lines,
    )


def _scenarios(found: Scenarios, names: Names, language: Language) -> Table:
    say = language.text
    lines: list[tuple[Value, ...]] = [(say("The plan itself"), found.value_idr, None, None, "")]
    for each in found.tried:
        name = names.said(each.said, language) if each.said is not None else each.name or each.code
        if each.why_not is not None:
            lines.append((name, None, None, None, language.sentence(each.why_not)))
        else:
            change = each.value_idr - found.value_idr
            lines.append((name, each.value_idr, Formula("B{row}-B$5", change), each.gain_idr, ""))
    return Table.of(
        name=say("Scenarios"),
        meaning=say("What the network makes if something changes, planned anew as if known beforehand."),
        columns=(
            Column(say("Scenario"), "long"),
            Column(say("Value, Rp"), "idr"),
            Column(say("Change, Rp"), "idr"),
            Column(say("Gain of working together"), "idr"),
            Column(say("No plan because"), "long"),
        ),
        lines=lines,
    )
