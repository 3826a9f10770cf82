"""Answers -> the key `questions` of plan.json, and its schema."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from jejaring.engines.planning.plan_file import Json, plain, sentence_document
from jejaring.engines.planning.problem import NOBODY, Problem
from jejaring.engines.planning.questions import money_file, season_file
from jejaring.engines.planning.questions.answers import (
    STATES,
    Answers,
    Binding,
    Change,
    Declarations,
    Rival,
    Shortage,
    WhyNot,
    WhyNots,
)


def answers_document(problem: Problem, answers: Answers) -> Json:
    """Return each question that was asked, by its name."""
    return {
        name: write(problem, getattr(answers, name))
        for name, write in WRITERS.items()
        if getattr(answers, name) is not None
    }


def _why_not(problem: Problem, answer: WhyNots) -> Json:
    return {
        "left_aside": [_left(problem, each) for each in answer.subjects],
        "next_partners": [_rival(problem, each) for each in answer.rivals],
        "shortages": [_shortage(problem, each) for each in answer.shortages],
        "linear_solves": answer.solves,
        "searches": answer.searches,
    }


def _left(problem: Problem, each: WhyNot) -> Json:
    coded = each.kind in {"processes", "storages", "outlets", "sources"}
    return {
        "kind": each.kind,
        "party": problem.parties.codes[each.party],
        "code": getattr(problem, each.kind).codes[each.row] if coded else None,
        "site": None if coded else problem.sites.codes[int(problem.supplies.site[each.row])],
        "product": _code(problem.products, each.product),
        "period": _code(problem.periods, each.period),
        "left_kg": each.left_kg,
        "more": each.more,
        "changes": [_change(problem, change) for change in each.changes],
    }


def _change(problem: Problem, each: Change) -> Json:
    moved = each.kind == "period"
    return {
        "kind": each.kind,
        "table": each.table,
        "field": each.field,
        "row": each.row,
        "before": problem.periods[int(each.before)] if moved else _number(each.before),
        "after": problem.periods[int(each.after)] if moved else _number(each.after),
        "kg": each.kg,
        "cost_idr": each.cost_idr,
        "less_km": plain(each.less_km),
        "via": _code(problem.parties.codes, each.via),
        "proof": each.proof,
    }


def _rival(problem: Problem, each: Rival) -> Json:
    return {
        "giver": problem.parties.codes[each.giver],
        "taker": problem.parties.codes[each.taker],
        "kind": each.kind,
        "product": problem.products[each.product],
        "period": problem.periods[each.period],
        "other": sentence_document(each.other),
        "other_party": _code(problem.parties.codes, each.other_party),
        "less_idr_per_kg": each.less_idr_per_kg,
        "wins_at_idr_per_kg": each.wins_at_idr_per_kg,
        "proof": each.proof,
    }


def _shortage(problem: Problem, each: Shortage) -> Json:
    return {
        "table": each.table,
        "row": each.row,
        "owner": _code(problem.parties.codes, each.owner),
        "site": problem.sites.codes[each.site],
        "product": problem.products[each.product],
        "period": problem.periods[each.period],
        "short_kg": each.short_kg,
        "periods": each.periods,
        "short_periods": [problem.periods[period] for period in each.short_periods],
        "brings_idr_per_kg": plain(each.brings_idr_per_kg),
        "costs_idr_per_kg": None if each.costs_idr_per_kg is None else plain(each.costs_idr_per_kg),
        "binding": None if each.binding is None else _binding(problem, each.binding),
    }


def _binding(problem: Problem, each: Binding) -> Json:
    return {
        "table": each.table,
        "row": each.row,
        "owner": _code(problem.parties.codes, each.owner),
        "period": _code(problem.periods, each.period),
        "worth_idr_per_kg": plain(each.worth_idr_per_kg),
    }


def _declarations(problem: Problem, answer: Declarations) -> Json:
    parties = problem.parties.codes
    return {
        "rules": list(answer.rules),
        "rules_not_computed": list(answer.missing),
        "swings": [
            {
                "party": parties[each.party],
                "kind": each.kind,
                "factor": _number(each.factor),
                "value_idr": each.value_idr,
                "alone_idr": each.alone_idr,
                "payoff_idr": dict(zip(answer.rules, each.payoff_idr, strict=True)),
                "gain_idr": dict(zip(answer.rules, each.gain_idr, strict=True)),
                "proof": each.proof,
            }
            for each in answer.swings
        ],
        "largest": {
            rule: None if place < 0 else place
            for rule, place in zip(answer.rules, answer.largest, strict=True)
        },
        "evidence": [
            {
                "party": parties[each.party],
                "kg": dict(zip(STATES, each.kg, strict=True)),
                "idr": dict(zip(STATES, each.idr, strict=True)),
            }
            for each in answer.evidence
        ],
    }


WRITERS: dict[str, Callable[[Problem, Any], object]] = {
    "why_not": _why_not,
    "declarations": _declarations,
    "candidates": money_file.candidates_json,
    "scenarios": season_file.scenarios_json,
    "seasons": season_file.seasons_json,
    "commitments": season_file.commitments_json,
    "cash": money_file.cash_json,
    "trips": money_file.trips_json,
}
"""How each question's answer is written, by its name in `Answers`."""


def _code(codes: tuple[str, ...], position: int) -> str | None:
    return None if position == NOBODY else codes[position]


def _number(number: Decimal) -> int | float:
    """Return an exact number as JSON has it: a whole one as an int, else the float of its text."""
    return int(number) if number == number.to_integral_value() else float(number)
