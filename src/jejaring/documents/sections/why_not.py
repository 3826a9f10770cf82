"""Why not me, and what would change it; why this partner and not the next; what binds each shortage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jejaring.documents.editions import FACILITATOR, View
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.documents.sections.rows_in_words import place_words, row_of
from jejaring.documents.sections.shortages import ShortRow, short_rows
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import (
    Answers,
    Change,
    Rival,
    WhyNot,
)

MOST_RIVALS = 12
_SOME_KG = 20
"""Changes that bring in less aren't shown."""
_ORDER = ("party", "supply", "processes", "storages", "outlets", "sources")


@dataclass(frozen=True)
class ChangeRow:
    """One change in words. `idr` is what it costs, `idr_per_kg` for each kilogram that comes in;
    not `priced`: no cost is known.
    """

    words: str
    kg: int
    idr: int
    idr_per_kg: int
    proof: str
    priced: bool


@dataclass(frozen=True)
class LeftRow:
    """What is left aside, and the changes that bring it in, the cheapest for each kilogram first."""

    party: int
    words: str
    changes: tuple[ChangeRow, ...]


@dataclass(frozen=True)
class WhyNotWords:
    """The section: what is left aside, next best partners and shortages in sentences, how it was found."""

    rows: tuple[LeftRow, ...]
    rivals: tuple[str, ...]
    shortages: tuple[ShortRow, ...]
    counted: str


def why_not_words(
    problem: Problem, answers: Answers | None, names: Names, language: Language, view: View = FACILITATOR
) -> WhyNotWords | None:
    """Return the section, None where it wasn't asked. A party reads of what is its own only."""
    answer = answers.why_not if answers else None
    if answer is None:
        return None
    rivals = [each for each in answer.rivals if each.wins_at_idr_per_kg is not None and view.sees_all]
    return WhyNotWords(
        rows=tuple(
            _left(problem, each, names, language, view)
            for each in sorted(answer.subjects, key=_rank)
            if view.owns(each.party) and (worth_trying(problem, each) or not each.changes)
        ),
        rivals=tuple(_rival(each, names, language) for each in rivals[:MOST_RIVALS]),
        shortages=short_rows(problem, answer.shortages, names, language, answer.subjects)
        if view.sees_all
        else (),
        counted=language.text(
            "Found with {solves} linear programs and {searches} searches over all choices.",
            solves=answer.solves,
            searches=answer.searches,
        ),
    )


def _rank(each: WhyNot) -> tuple[int, int]:
    """Return goods that stay first, the most first; then who is left out, idle facilities and channels."""
    return (0 if each.left_kg else 1 + _ORDER.index(each.kind)), -each.left_kg


def worth_trying(problem: Problem, each: WhyNot) -> tuple[Change, ...]:
    """Return the changes that bring in something worth having, the cheapest for each kilogram first, those
    that bring in a trace only and those without a price last.
    """
    most = _best_price(problem, each.product)
    kept = [
        change for change in each.changes if change.kg >= _SOME_KG and change.cost_idr <= most * change.kg
    ]
    return tuple(
        sorted(
            kept,
            key=lambda change: (not _priced(change), is_trace(each, change), change.cost_idr / change.kg),
        )
    )


def is_trace(each: WhyNot, change: Change) -> bool:
    """Whether a change brings in less than a hundredth of what is left aside."""
    return 100 * change.kg < each.left_kg


def _priced(change: Change) -> bool:
    """Whether a change has a price: an earlier harvest has none here."""
    return change.kind != "period" or change.after > change.before


def _best_price(problem: Problem, product: int) -> float:
    """Return the highest price at which a product (-1, or one that nobody buys: any) can be sold."""
    outlets, local = problem.outlets, problem.local_trade
    products = np.concatenate([outlets.product, local.product])
    prices = np.concatenate([outlets.price_idr_per_kg.floats(0.0), local.sell_idr_per_kg.floats(0.0)])
    of_it = products == product
    return float((prices[of_it] if prices[of_it].any() else prices).max(initial=0.0))


def _left(problem: Problem, each: WhyNot, names: Names, language: Language, view: View) -> LeftRow:
    return LeftRow(
        party=each.party,
        words=subject_words(each, names, language),
        changes=tuple(
            _change_row(problem, each, change, names, language)
            for change in worth_trying(problem, each)
            if _is_own(problem, change, view)
        ),
    )


def _is_own(problem: Problem, change: Change, view: View) -> bool:
    """Whether a change is of the reader's own figure, so that it and its cost tell nothing of another.

    A way stands for the difference of two places' prices, another month for what others' stores cost.
    """
    if view.sees_all:
        return True
    if change.kind in {"lane", "period"}:
        return False
    if change.table in {"supplies", "local_trade"}:
        return view.owns(int(problem.sites.party[getattr(problem, change.table).site[change.row]]))
    if change.table in {"processes", "storages", "outlets", "sources"}:
        row = change.row
        if change.kind == "yield":
            row = row_of(problem.processes.output_spans.start, row)
        return view.owns(int(getattr(problem, change.table).owner[row]))
    return False


def subject_words(each: WhyNot, names: Names, language: Language) -> str:
    """Return what is left aside, in words."""
    if each.kind in {"party", "supply"}:
        facts: dict[str, object] = {
            "product": names.products[each.product],
            "month": names.periods[each.period],
            "left_kg": each.left_kg,
        }
        if not each.left_kg:
            return language.text("works with no other co-op and sells its {product} by itself", **facts)
        said = (
            language.text("works with no other co-op: {left_kg} of {product} in {month} stay", **facts)
            if each.kind == "party"
            else language.text("{left_kg} of {product} in {month} stay", **facts)
        )
        if each.more:
            said += language.plural(
                "; and some in {count} other {month_or_week} or product",
                "; and some in {count} other {months_or_weeks} or products",
                each.more,
            )
        return said
    what = {
        "processes": names.facilities,
        "storages": names.stores,
        "outlets": names.buyers,
        "sources": names.suppliers,
    }[each.kind][each.row]
    if each.kind in {"processes", "storages"}:
        return language.text("{what} stands idle in every {month_or_week}", what=what)
    return language.text(
        "{product}: nothing goes through the channel to {what} in any {month_or_week}"
        if each.kind == "outlets"
        else "{product}: nothing comes through the channel from {what} in any {month_or_week}",
        what=what,
        product=names.products[each.product],
    )


def _change_row(
    problem: Problem, subject: WhyNot, each: Change, names: Names, language: Language
) -> ChangeRow:
    words = change_words(problem, each, names, language)
    if is_trace(subject, each):
        words += " " + language.text("(brings in less than a hundredth of it)")
    return ChangeRow(
        words=words,
        kg=each.kg,
        idr=each.cost_idr,
        idr_per_kg=round(each.cost_idr / max(1, each.kg)),
        proof=language.text("solved again, all choices free")
        if each.proof == "exact"
        else language.text("solved again, choices as in the plan"),
        priced=_priced(each),
    )


def brought_in(what: str, change: ChangeRow, language: Language) -> str:
    """Return what is left aside with a change that brings it in, and what that costs where it has a price."""
    if not change.priced:
        return language.text("{what}: {change}.", what=what, change=change.words)
    return language.text(
        "{what}: {change} (costs {cost}).", what=what, change=change.words, cost=language.rupiah(change.idr)
    )


def change_words(problem: Problem, each: Change, names: Names, language: Language) -> str:
    """Return one change in words."""
    if each.kind == "period":
        if each.after < each.before:
            return language.text("if they were harvested in {after}", after=names.periods[int(each.after)])
        return language.text(
            "if they came in {after} instead of {before}",
            after=names.periods[int(each.after)],
            before=names.periods[int(each.before)],
        )
    if each.kind == "yield":
        return _yield(problem, each, names, language)
    facts: dict[str, object] = {"what": place_words(problem, each.table, each.row, names, language)}
    if each.kind in {"capacity", "least"}:
        facts |= {"before_kg": each.before, "after_kg": each.after}
        if each.kind == "least":
            return language.text("if {what} asked for {after_kg} at least, not {before_kg}", **facts)
        when = _when(problem, each, names)
        if not when:
            return language.text("if {what} had room for {after_kg}, not {before_kg}", **facts)
        return language.text(
            "if {what} had room for {after_kg}, not {before_kg}, in {month}", month=when, **facts
        )
    if each.kind == "opening":
        facts |= {"before_idr": each.before, "after_idr": each.after}
        return language.text("if opening {what} cost {after_idr}, not {before_idr}", **facts)
    return _dearer_or_cheaper(each, facts, language)


def _dearer_or_cheaper(each: Change, facts: dict[str, object], language: Language) -> str:
    facts |= {"before_idr_per_kg": each.before, "after_idr_per_kg": each.after}
    if each.kind == "lane":
        said = language.text("if {what} cost {after_idr_per_kg}, not {before_idr_per_kg}", **facts)
        if each.less_km:
            said += " " + language.text("(as if it were {less_km} shorter)", less_km=each.less_km)
        return said
    if each.table == "supplies":
        return language.text(
            "if members were content with {after_idr_per_kg}, not {before_idr_per_kg}", **facts
        )
    if each.table in {"outlets", "sources"}:
        return language.text(
            "if the price of {what} were {after_idr_per_kg}, not {before_idr_per_kg}", **facts
        )
    return language.text("if using {what} cost {after_idr_per_kg}, not {before_idr_per_kg}", **facts)


def _yield(problem: Problem, each: Change, names: Names, language: Language) -> str:
    processes = problem.processes
    row = row_of(processes.output_spans.start, each.row)
    return language.text(
        "if {what} made {after} kg of {product} from each kilogram in {month}, not {before} kg",
        what=names.facilities[int(processes.code[row])],
        product=names.products[int(processes.output_product[each.row])],
        month=names.periods[int(processes.period[row])],
        after=each.after,
        before=each.before,
    )


def _when(problem: Problem, each: Change, names: Names) -> str:
    """Return the month of a limit that holds for one month only."""
    if each.table in {"processes", "outlets", "local_trade"}:
        return names.periods[int(getattr(problem, each.table).period[each.row])]
    return ""


def _rival(each: Rival, names: Names, language: Language) -> str:
    return language.text(
        "{giver} with {taker}, {product} in {month}: the next best is {other}. It would win if it brought "
        "{wins_at_idr_per_kg} more.",
        giver=names.short_parties[each.giver],
        taker=names.short_parties[each.taker],
        product=names.products[each.product],
        month=names.periods[each.period],
        other=names.said(each.other, language),
        wins_at_idr_per_kg=each.wins_at_idr_per_kg,
    )
