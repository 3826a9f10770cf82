"""The paper's chapters of what is sent in each period, and of who would take more."""

from __future__ import annotations

from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.documents.paper.blocks import Chapter, Table, Words
from jejaring.documents.sections.deliveries import Row, deliveries
from jejaring.documents.sections.why_not import why_not_words
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers

_LARGEST = 2
_ROWS = 10


def sent_chapter(problem: Problem, plan: Plan, called: Names, language: Language) -> Chapter:
    """Return what is sent and sold in each period, with the largest deliveries by name."""
    title = language.text("Deliveries by {month_or_week}")
    found = deliveries(problem, plan, called, language)
    if not found:
        return Chapter(title, ())
    heads = (
        language.text("When"),
        language.text("From place to place, the largest"),
        language.text("To buyers, the largest"),
    )
    rows = tuple(
        (
            f"{each.period[:1].upper()}{each.period[1:]}: {each.words}",
            "; ".join(_one(row, language) for row in each.hauled.rows[:_LARGEST]),
            "; ".join(_one(row, language) for row in each.sold.rows[:_LARGEST]),
        )
        for each in found
    )
    return Chapter(title, (Table(heads, rows, (False, False, False), small=True),))


def _one(row: Row, language: Language) -> str:
    start, end, product, kg = row
    way = end if start == end else f"{start} → {end}"
    return f"{way}, {product} {language.tonnes(kg)}"


def unmet_chapter(problem: Problem, answers: Answers, called: Names, language: Language) -> Chapter:
    """Return who would take more, what would bring most first."""
    title = language.text("What stays unmet, and what is in the way")
    words = why_not_words(problem, answers, called, language)
    if words is None or not words.shortages:
        return Chapter(title, ())
    heads = (
        language.text("Who would take more"),
        language.text("Goods"),
        language.text("Missing, kg"),
        language.text("Would bring, Rp"),
        language.text("What is in the way"),
    )
    rows = tuple(
        (row.who, row.goods, language.number(row.kg), language.number(row.idr), row.reason)
        for row in words.shortages[:_ROWS]
    )
    more = len(words.shortages) - len(rows)
    said = language.plural("{count} more is in the report.", "{count} more are in the report.", more)
    blocks = (Table(heads, rows, (False, False, True, True, False), small=True),)
    return Chapter(title, (*blocks, Words(said, "soft")) if more else blocks)
