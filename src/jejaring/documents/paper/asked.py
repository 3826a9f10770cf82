"""The paper's chapters of what was asked of a plan; those that weren't asked have no blocks."""

from __future__ import annotations

from collections.abc import Sequence

from jejaring.documents.charts.svg import Picture
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.documents.paper.blocks import Block, Bullets, Chapter, Drawings, Table, Words
from jejaring.documents.paper.moved import unmet_chapter
from jejaring.documents.sections.ahead import ahead, promise_rows, promised_words
from jejaring.documents.sections.building import building
from jejaring.documents.sections.cash import cash_words
from jejaring.documents.sections.declarations import by_rule
from jejaring.documents.sections.planting import planting
from jejaring.documents.sections.trips import trips_part
from jejaring.documents.sections.why_not import brought_in, why_not_words
from jejaring.documents.sharing_rules import rule_name
from jejaring.engines.planning.plan import Plan, Rule
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers

_ROWS = 40
_SENTENCES = 14
_WEEKS = 11
"""So many weeks stand side by side on a page."""


def asked_chapters(
    problem: Problem, plan: Plan, rules: Sequence[Rule], answers: Answers, called: Names, language: Language
) -> tuple[Chapter, ...]:
    """Return the chapters of `answers` in the order of the report."""
    return (
        _trust(answers, tuple(rules), called, language),
        _why_not(problem, answers, called, language),
        unmet_chapter(problem, answers, called, language),
        _ahead(plan, answers, called, language),
        _promises(answers, called, language),
        _cash(problem, answers, called, language),
        _building(answers, called, language),
        _trips(problem, answers, called, language),
        _planting(problem, plan, called, language),
    )


def _trust(answers: Answers, rules: tuple[Rule, ...], called: Names, language: Language) -> Chapter:
    title = language.text("Who would gain by a wrong figure")
    if answers.declarations is None:
        return Chapter(title, ())
    said = by_rule(answers, rules, called, language)
    lines = tuple(f"{rule_name(rule, language)}: {words}" for rule, words in said.items())
    return Chapter(title, (Bullets(lines),))


def _why_not(problem: Problem, answers: Answers, called: Names, language: Language) -> Chapter:
    """Return one line for each of what is left aside: the cheapest change that brings it in."""
    title = language.text("Why not me, and what would change it")
    words = why_not_words(problem, answers, called, language)
    if not words or not words.rows:
        return Chapter(title, ())
    lines = tuple(
        f"{called.short_parties[row.party]}: "
        + (
            brought_in(row.words, row.changes[0], language)
            if row.changes
            else language.text("{what}: no single change that was tried brings it in.", what=row.words)
        )
        for row in words.rows
    )
    return Chapter(title, (Bullets(lines[:_SENTENCES]), *_more(len(lines) - _SENTENCES, language)))


def _ahead(plan: Plan, answers: Answers, called: Names, language: Language) -> Chapter:
    found = ahead(plan, answers, called, language)
    blocks: list[Block] = []
    if found.scenarios:
        pictures = _drawn(found.scenarios.picture)
        blocks += [Drawings(pictures, part=0.9, titled=True)] if pictures else []
    if found.seasons:
        pictures = _drawn(found.seasons.picture)
        blocks += [Drawings(pictures, part=0.9, titled=True)] if pictures else []
        blocks.append(Bullets(found.seasons.sentences[:3]))
    return Chapter(language.text("What may come"), tuple(blocks))


def _promises(answers: Answers, called: Names, language: Language) -> Chapter:
    title = language.text("What can be promised")
    held = answers.commitments
    if held is None or not held.promises:
        return Chapter(title, ())
    rows = promise_rows(held, called, language)
    planned: dict[int, int] = {}
    promised: dict[int, int] = {}
    for row in rows:
        planned[row.giver] = planned.get(row.giver, 0) + row.planned_kg
        promised[row.giver] = promised.get(row.giver, 0) + row.kg
    order = sorted(planned, key=lambda party: (-planned[party], party))
    lines = tuple(
        (
            called.short_parties[party],
            language.number(planned[party]),
            language.number(promised[party]),
            language.percent(promised[party] / planned[party], places=0) if planned[party] else "–",
        )
        for party in order[:_ROWS]
    )
    heads = (
        language.text("Co-op that gives"),
        language.text("Planned, kg"),
        language.text("Promised, kg"),
        language.text("Share"),
    )
    return Chapter(
        title,
        (
            Words(promised_words(held, language)),
            Table(heads, lines, (False, True, True, True), small=True),
            *_more(len(order) - _ROWS, language),
        ),
    )


def _cash(problem: Problem, answers: Answers, called: Names, language: Language) -> Chapter:
    title = language.text("Money by {month_or_week}: who must lay out how much")
    if answers.cash is None:
        return Chapter(title, ())
    words = cash_words(problem, answers.cash, called, language)
    return Chapter(title, (Bullets(words.sentences[:6]), Drawings(words.pictures[:1], part=0.8, titled=True)))


def _building(answers: Answers, called: Names, language: Language) -> Chapter:
    title = language.text("What it would pay to build")
    found = building(answers.candidates, called, language)
    if found is None:
        return Chapter(title, ())
    verdicts = tuple(row.verdict for row in found.rows)
    return Chapter(title, (Bullets(verdicts[:_SENTENCES]), Drawings((found.picture,), part=0.8)))


def _trips(problem: Problem, answers: Answers, called: Names, language: Language) -> Chapter:
    title = language.text("How often lorries drive")
    found = trips_part(problem, answers.trips, called, language)
    if found is None:
        return Chapter(title, ())
    heads = (
        language.text("Lorry"),
        language.text("Trips"),
        "km",
        language.text("How full"),
        language.text("Whole trips cost more, Rp"),
    )
    rows = tuple(
        (
            row.name,
            language.number(row.trips),
            language.number(row.km),
            row.load,
            language.number(row.beyond_idr),
        )
        for row in found.rows[:_SENTENCES]
    )
    return Chapter(
        title,
        (
            Bullets(found.sentences[:4]),
            Table(heads, rows, (False, True, True, True, True), small=True),
            *_more(len(found.rows) - len(rows), language),
        ),
    )


def _planting(problem: Problem, plan: Plan, called: Names, language: Language) -> Chapter:
    """Return the expected harvest by week of planting, a line for each product."""
    title = language.text("Who plants what, and when")
    found = planting(problem, plan, called, language)
    if found is None:
        return Chapter(title, ())
    lead = language.text(
        "Expected harvest in kg by the week of planting, all growers together; who plants how much is in "
        "report.html and plan.xlsx."
    )
    blocks: list[Block] = [Words(lead, "lead")]
    for start in range(0, len(found.weeks), _WEEKS):
        weeks = found.weeks[start : start + _WEEKS]
        heads = (language.text("Product"), *(short for _, short, _ in weeks))
        rows = [
            (product, *(language.number(kg[at]) if kg[at] else "" for _, _, kg in weeks))
            for at, product in enumerate(found.products)
            if any(kg[at] for _, _, kg in weeks)
        ]
        blocks += [
            Words(weeks[0][0] if len(weeks) == 1 else f"{weeks[0][0]} – {weeks[-1][0]}", "head"),
            Table(heads, tuple(rows), (False, *[True] * len(weeks)), small=True),
        ]
    return Chapter(title, tuple(blocks))


def _drawn(picture: Picture | None) -> tuple[Picture, ...]:
    return (picture,) if picture else ()


def _more(count: int, language: Language) -> tuple[Words, ...]:
    if count <= 0:
        return ()
    return (
        Words(
            language.plural("{count} more is in plan.xlsx.", "{count} more are in plan.xlsx.", count), "soft"
        ),
    )
