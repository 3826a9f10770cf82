"""What stays unmet, and what is in the way: buyers who would take more, needs that aren't met in full."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from jejaring.documents.language import Language
from jejaring.documents.names import Names, listed
from jejaring.documents.sections.rows_in_words import place_words
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Binding, Shortage, WhyNot


@dataclass(frozen=True)
class ShortRow:
    """One shortage in the period in which most is missing: kilograms, what these would bring, and why.

    `often` says in which other periods it is short.
    """

    who: str
    goods: str
    kg: int
    idr: int
    when: str
    often: str
    reason: str


def short_rows(
    problem: Problem,
    found: Iterable[Shortage],
    names: Names,
    language: Language,
    subjects: Iterable[WhyNot] = (),
) -> tuple[ShortRow, ...]:
    """Return the shortages, what would bring most money first; those whose price doesn't pay come last.

    Of a channel through which nothing goes, `subjects` tell at which price it would open: that was tried.
    """
    opens = _opening_prices(subjects)
    shortages = tuple(_at_opening_price(problem, each, opens) for each in found)
    owners: dict[str, set[int]] = defaultdict(set)
    for each in shortages:
        owners[_who(problem, each, names)].add(each.owner)
    several = frozenset(who for who, through in owners.items() if len(through) > 1)
    rows = [(_is_dear(each), _row(problem, each, names, language, several)) for each in shortages]
    rows.sort(key=lambda pair: (pair[0], -pair[1].idr, -pair[1].kg, pair[1].who, pair[1].goods))
    return tuple(row for _, row in rows)


def _opening_prices(subjects: Iterable[WhyNot]) -> dict[tuple[int, int], float]:
    """Return by outlet code and product the price at which a channel opens."""
    return {
        (each.row, each.product): float(change.after)
        for each in subjects
        if each.kind == "outlets"
        for change in each.changes
        if change.kind == "price" and change.table == "outlets"
    }


def _at_opening_price(problem: Problem, each: Shortage, opens: dict[tuple[int, int], float]) -> Shortage:
    if each.table != "outlets":
        return each
    price = opens.get((int(problem.outlets.code[each.row]), each.product))
    return each if price is None else replace(each, costs_idr_per_kg=price)


def _who(problem: Problem, each: Shortage, names: Names) -> str:
    if each.table == "outlets":
        return names.buyers[int(problem.outlets.code[each.row])]
    return names.sites[each.site]


def _row(
    problem: Problem, each: Shortage, names: Names, language: Language, several: frozenset[str]
) -> ShortRow:
    """Return one shortage; a buyer to whom `several` sell is told with the one through whom it buys here."""
    who = _who(problem, each, names)
    if who in several:
        who = language.text("{buyer}, through {owner}", buyer=who, owner=names.short_parties[each.owner])
    reason = _obstacle(each, language)
    # A full limit is in the way only where the price would pay for the way through it.
    if each.binding is not None and not _is_dear(each):
        reason += " " + _binding(problem, each.binding, names, language)
    return ShortRow(
        who=who,
        goods=names.products[each.product],
        kg=each.short_kg,
        idr=round(each.short_kg * each.brings_idr_per_kg),
        when=names.periods[each.period],
        often=_often(each, names, language),
        reason=reason,
    )


def _often(each: Shortage, names: Names, language: Language) -> str:
    if 1 < len(each.short_periods) == len(names.periods):
        return language.text("short in every {month_or_week}")
    if len(each.short_periods) > 1:
        periods = listed([names.short_periods[period] for period in each.short_periods], language)
        return language.text("short in {periods}", periods=periods)
    return ""


def _is_dear(each: Shortage) -> bool:
    return each.costs_idr_per_kg is not None and each.costs_idr_per_kg > each.brings_idr_per_kg + 0.5


def _obstacle(each: Shortage, language: Language) -> str:
    facts: dict[str, object] = {
        "brings_idr_per_kg": each.brings_idr_per_kg,
        "costs_idr_per_kg": each.costs_idr_per_kg,
    }
    if each.costs_idr_per_kg is None and each.binding is None:
        return language.text("No way leads there on which these goods could come.")
    if each.costs_idr_per_kg is None:
        return language.text("No way there has room left.")
    if not _is_dear(each):
        return language.text("The next kilogram costs about as much as it brings.")
    if each.table == "outlets":
        return language.text(
            "The price: the next kilogram would cost {costs_idr_per_kg} and is paid {brings_idr_per_kg}.",
            **facts,
        )
    return language.text(
        "The cost: the next kilogram would cost {costs_idr_per_kg} and is worth {brings_idr_per_kg}.",
        **facts,
    )


def _binding(problem: Problem, each: Binding, names: Names, language: Language) -> str:
    return language.text(
        "On the way there {what} is full; one more kilogram of it is worth {worth_idr_per_kg}.",
        what=place_words(problem, each.table, each.row, names, language),
        worth_idr_per_kg=each.worth_idr_per_kg,
    )
