"""The report of a plan: one HTML file that opens offline, prints, projects and fits a phone.

`sections` work out what is said, `charts` draw, `templates` show. Nothing here decides anything.

A section is added in its own module under `sections`: frozen values, and a function that returns them.
Then, for each way out that shall have it:

* this page: call it in `report_html`, show it in a template part of its own, name it in `_contents`;
* the paper: a function in `paper.chapters` that returns a `Chapter` of blocks, and a line in `paper`;
* the spreadsheet: a function in `spreadsheet.contents` that returns a `Table`, and a line in `sheets`;
* pictures by themselves: a line in `pictures.plan_pictures`;
* editions: give the function a `view` and ask it before a figure of one party is used, call it in
  `edition_pages._page` and show it in `_own.html.j2`. A total over parties belongs to `sections.totals`,
  behind `tells_of_one`. tests/documents/test_editions.py then looks for what it lets through.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from jejaring import __version__
from jejaring.documents.charts import palette
from jejaring.documents.charts.colours import product_colours
from jejaring.documents.charts.flows import flow_picture
from jejaring.documents.charts.map import map_picture
from jejaring.documents.charts.months import (
    ProductMonths,
    months_picture,
    most_moved,
    product_months,
)
from jejaring.documents.charts.svg import Picture
from jejaring.documents.charts.value import value_picture
from jejaring.documents.language import Language
from jejaring.documents.names import Names, names
from jejaring.documents.sections.agreed import agreed_part
from jejaring.documents.sections.ahead import ahead
from jejaring.documents.sections.apart import apart
from jejaring.documents.sections.asked_of_party import party_answers
from jejaring.documents.sections.building import building
from jejaring.documents.sections.cash import cash_words
from jejaring.documents.sections.comparison import compared
from jejaring.documents.sections.deals import deals
from jejaring.documents.sections.declarations import by_rule, declared_words
from jejaring.documents.sections.deliveries import deliveries
from jejaring.documents.sections.headline import headline
from jejaring.documents.sections.illustrative import illustrative_evidence, illustrative_words
from jejaring.documents.sections.needed import needed
from jejaring.documents.sections.not_told import not_told
from jejaring.documents.sections.parties import cards
from jejaring.documents.sections.proof import proof
from jejaring.documents.sections.quotas import quota_section
from jejaring.documents.sections.references import references
from jejaring.documents.sections.scarcity import scarcity
from jejaring.documents.sections.sharing import sharing
from jejaring.documents.sections.today import today
from jejaring.documents.sections.told_once import (
    answers_told_once,
    cards_told_once,
    deals_told_once,
    told_reasons,
)
from jejaring.documents.sections.trips import trips_part, whole_trips_words
from jejaring.documents.sections.why_not import why_not_words
from jejaring.documents.sharing_rules import rule_name
from jejaring.engines.measures import Floats
from jejaring.engines.planning.plan import RULES, Plan, Share
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers
from jejaring.engines.planning.questions.comparison import Comparison

_INDENT = re.compile(r"\n\s+")


@dataclass(frozen=True)
class Run:
    """How a plan was made, as far as readers care. `file` is a name without its folder."""

    version: str = __version__
    on: date | None = None
    file: str = ""


@dataclass(frozen=True)
class Months:
    """One product's picture with its table: (what, kg by period as text)."""

    colour: str
    picture: Picture
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    folded: bool


def report_html(
    problem: Problem,
    plan: Plan,
    shares: Sequence[Share],
    run: Run,
    language: Language,
    answers: Answers | None = None,
    *,
    comparison: Comparison | None = None,
) -> str:
    """Return the facilitator's edition of the report as one self-contained HTML page."""
    language = language.of_periods(problem.periods)
    called = names(problem, language)
    divided = sharing(plan, shares, called, language)
    scarce = scarcity(problem, plan, called, language)
    partnerships = deals_told_once(deals(problem, plan, called, language), answers, called, language)
    told = told_reasons(problem, plan, answers, called, language)
    every = cards(problem, plan, called, language, found=partnerships, sharing=divided, scarcity=scarce)
    every = cards_told_once(every, told)
    planting = quota_section(problem, plan, called, language)
    network = problem.name or language.text("Network of co-ops")
    template = page_environment().get_template("report.html.j2")
    page = template.render(
        lang=language.code,
        title=language.text("{network}: joint plan", network=network),
        network=network,
        note=[line for line in problem.note.splitlines() if line.strip()],
        references=references(problem, language),
        run=run,
        names=called,
        colours=palette.RULES,
        rules=[words.rule for words in divided.rules] if divided else [],
        head=headline(problem, plan, called, language, sharing=divided, scarcity=scarce, asked=answers),
        contents=_contents(
            language,
            answers,
            compared=comparison is not None,
            planting=planting is not None,
            agreed=len(problem.terms),
        ),
        comparison=compared(comparison, problem, called, language) if comparison else None,
        today=today(problem, plan, divided, language),
        quotas=planting,
        map=map_picture(problem, plan, called, language),
        flows=flow_picture(problem, plan, called, language),
        months=_months(problem, plan, called, language),
        value=value_picture(plan, language),
        deals=partnerships,
        agreed=agreed_part(problem, called, language),
        sent=deliveries(problem, plan, called, language),
        sharing=divided,
        scarcity=scarce,
        **_asked(problem, plan, shares, answers, called, language),
        by_party=answers_told_once(party_answers(problem, answers, called, language), told),
        needed=needed(problem, plan, shares, called, language),
        cards=every,
        apart=apart(problem, plan, partnerships, called, language),
        left_out=[card for card in every if not card.trades],
        proof=proof(problem, plan, language),
        text=language.text,
        plural=language.plural,
        rupiah=language.rupiah,
        rupiah_short=language.rupiah_short,
        kg=language.kg,
        tonnes=language.tonnes,
        number=language.number,
        thousands=lambda idr: language.number(idr / 1000, places=0 if idr >= 10_000 else 1),
        sentence_case=lambda words: words[:1].upper() + words[1:],
    )
    return without_indent(page)


def without_indent(page: str) -> str:
    """Return a page without the blanks at the start of its lines."""
    return _INDENT.sub("\n", page)


@cache
def page_environment() -> Environment:
    """Return what fills the templates of pages; a name that a template lacks stops it."""
    environment = Environment(
        loader=PackageLoader("jejaring.documents"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["unbroken"] = lambda words: words.replace(" ", "\N{NO-BREAK SPACE}")
    return environment


def _asked(
    problem: Problem,
    plan: Plan,
    shares: Sequence[Share],
    answers: Answers | None,
    called: Names,
    language: Language,
) -> dict[str, object]:
    """Return what the templates of the questions are given, None for what wasn't asked."""
    rules = tuple(share.rule for share in shares)
    return {
        "trust": by_rule(answers, rules, called, language),
        "rule_names": {rule: rule_name(rule, language) for rule in RULES},
        "why_not": why_not_words(problem, answers, called, language),
        "declared": declared_words(answers, language),
        "invented": illustrative_words(problem, language),
        "invented_evidence": illustrative_evidence(problem, language),
        "ahead": ahead(plan, answers or Answers(), called, language),
        "building": building(answers.candidates if answers else None, called, language),
        "untold": not_told(problem, answers, language),
        "whole_trips": whole_trips_words(plan, answers.trips if answers else None, language),
        "trips": trips_part(problem, answers.trips if answers else None, called, language),
        "cash": cash_words(problem, answers.cash, called, language, plan=plan)
        if answers and answers.cash
        else None,
    }


def _contents(
    language: Language, answers: Answers | None, *, compared: bool, planting: bool, agreed: int
) -> tuple[tuple[str, str], ...]:
    asked = answers or Answers()
    every = (
        ("answers", language.text("In short"), True),
        ("comparison", language.text("Changes"), compared),
        ("map", language.text("Map"), True),
        ("flows", language.text("Flows"), True),
        ("value", language.text("Origin of the money"), True),
        ("months", language.text("By {month_or_week}"), True),
        ("deals", language.text("Partnerships"), True),
        ("agreed", language.text("Agreed"), agreed),
        ("sent", language.text("Deliveries"), True),
        ("sharing", language.text("Gains"), True),
        ("trust", language.text("Tempting figures"), asked.declarations),
        ("left-out", language.text("No partner"), True),
        ("why-not", language.text("Why not me"), asked.why_not),
        ("unmet", language.text("What stays unmet"), asked.why_not and asked.why_not.shortages),
        ("what-if", language.text("What if"), asked.scenarios and asked.scenarios.tried),
        ("seasons", language.text("Seasons"), asked.seasons),
        ("promises", language.text("Promises"), asked.commitments and asked.commitments.promises),
        ("cash", language.text("Money by {month_or_week}"), asked.cash),
        ("building", language.text("Building"), asked.candidates),
        ("trips", language.text("Lorries"), asked.trips and asked.trips.vehicles),
        ("quotas", language.text("Planting"), planting),
        ("scarce", language.text("Scarce"), True),
        ("parties", language.text("Co-ops"), True),
        ("proof", language.text("Proof"), True),
        ("sources", language.text("Sources"), True),
    )
    return tuple((link, words) for link, words, there in every if there)


def _months(problem: Problem, plan: Plan, called: Names, language: Language) -> list[Months]:
    """Return all products by period, those of which most moves unfolded."""
    every, colours = product_months(problem, plan), product_colours(problem, plan)
    drawn = most_moved(every)
    return [
        _product(each, colours.of[each.product], called, language, folded=each.product not in drawn)
        for each in every
    ]


def _product(each: ProductMonths, colour: str, called: Names, language: Language, *, folded: bool) -> Months:
    rows: tuple[tuple[str, Floats], ...] = (
        (language.text("there"), each.there),
        (language.text("used"), each.used),
        (language.text("to local traders"), each.local),
        (language.text("wanted"), each.wanted),
        (language.text("in store"), each.kept),
    )

    def shown(kg: float) -> str:
        return language.number(kg, places=0) if np.isfinite(kg) else language.text("no limit")

    return Months(
        colour=colour,
        picture=months_picture(each, called, language, colour),
        folded=folded,
        rows=tuple(
            (words, tuple(shown(float(kg)) for kg in column)) for words, column in rows if column.any()
        ),
    )
