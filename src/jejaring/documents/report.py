"""The report of a plan: one HTML file that opens offline, prints, projects and fits a phone.

`sections` work out what is said, `charts` draw, `templates` show. Nothing here decides anything.
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
from jejaring.documents.charts.flows import flow_picture
from jejaring.documents.charts.map import map_picture
from jejaring.documents.charts.months import ProductMonths, months_picture, product_months
from jejaring.documents.charts.svg import Picture
from jejaring.documents.charts.value import value_picture
from jejaring.documents.language import Language
from jejaring.documents.names import Names, names
from jejaring.documents.sections.comparison import compared
from jejaring.documents.sections.deals import deals
from jejaring.documents.sections.headline import headline
from jejaring.documents.sections.parties import cards
from jejaring.documents.sections.proof import proof
from jejaring.documents.sections.scarcity import scarcity
from jejaring.documents.sections.sharing import sharing
from jejaring.engines.measures import Floats
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem
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


def report_html(
    problem: Problem,
    plan: Plan,
    shares: Sequence[Share],
    run: Run,
    language: Language,
    *,
    comparison: Comparison | None = None,
) -> str:
    """Return the facilitator's edition of the report as one self-contained HTML page."""
    called = names(problem, language)
    divided = sharing(plan, shares, called, language)
    scarce = scarcity(problem, plan, called, language)
    partnerships = deals(problem, plan, called, language)
    every = cards(problem, plan, called, language, found=partnerships, sharing=divided, scarcity=scarce)
    network = problem.name or language.text("Network of co-ops")
    template = _environment().get_template("report.html.j2")
    page = template.render(
        lang=language.code,
        title=language.text("{network}: joint plan", network=network),
        network=network,
        note=[line for line in problem.note.splitlines() if line.strip()],
        references=problem.references,
        run=run,
        names=called,
        colours=palette.RULES,
        rules=[words.rule for words in divided.rules] if divided else [],
        head=headline(problem, plan, called, language, sharing=divided, scarcity=scarce),
        contents=_contents(language, compared=comparison is not None),
        comparison=compared(comparison, problem, called, language) if comparison else None,
        map=map_picture(problem, plan, called, language),
        flows=flow_picture(problem, plan, called, language),
        months=[_months(each, called, language) for each in product_months(problem, plan)],
        value=value_picture(plan, language),
        deals=partnerships,
        sharing=divided,
        scarcity=scarce,
        cards=every,
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
    return _INDENT.sub("\n", page)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("jejaring.documents"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["unbroken"] = lambda words: words.replace(" ", "\N{NO-BREAK SPACE}")
    return environment


def _contents(language: Language, *, compared: bool) -> tuple[tuple[str, str], ...]:
    return (
        ("answers", language.text("In short")),
        *((("comparison", language.text("Changes")),) if compared else ()),
        ("map", language.text("Map")),
        ("flows", language.text("Flows")),
        ("value", language.text("Money")),
        ("months", language.text("Months")),
        ("deals", language.text("Partnerships")),
        ("sharing", language.text("Gains")),
        ("scarce", language.text("Scarce")),
        ("parties", language.text("Co-ops")),
        ("proof", language.text("Proof")),
        ("sources", language.text("Sources")),
    )


def _months(each: ProductMonths, called: Names, language: Language) -> Months:
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
        colour=palette.product(each.product),
        picture=months_picture(each, called, language),
        rows=tuple(
            (words, tuple(shown(float(kg)) for kg in column)) for words, column in rows if column.any()
        ),
    )
