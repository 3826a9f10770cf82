"""Editions of a plan as HTML: one small page for each party and one for everybody.

`editions.View` says who may see what, `sections` are asked with it, templates/edition.html.j2 shows
what they return. The facilitator's edition is the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jejaring.documents.charts import palette
from jejaring.documents.editions import View, editions
from jejaring.documents.language import Language
from jejaring.documents.names import Names, names
from jejaring.documents.report import Run, page_environment, without_indent
from jejaring.documents.sections.agreed import agreed_part
from jejaring.documents.sections.deals import deals
from jejaring.documents.sections.illustrative import illustrative_count
from jejaring.documents.sections.own import own
from jejaring.documents.sections.own_answers import own_answers
from jejaring.documents.sections.parties import cards
from jejaring.documents.sections.scarcity import scarcity
from jejaring.documents.sections.told_once import cards_told_once, told_reasons
from jejaring.documents.sections.totals import Totals, totals
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers


def edition_pages(
    problem: Problem,
    plan: Plan,
    shares: Sequence[Share],
    run: Run,
    language: Language,
    answers: Answers | None = None,
) -> dict[str, str]:
    """Return every edition but the facilitator's as a self-contained page, by the name of its file."""
    language = language.of_periods(problem.periods)
    common = _Common(problem, plan, tuple(shares), run, language, names(problem, language), answers)
    shown = totals(problem, plan, common.shares, common.names, language)
    return {f"{name}.html": _page(common, shown, view) for name, view in editions(problem, plan)}


@dataclass(frozen=True)
class _Common:
    """What every edition is made from."""

    problem: Problem
    plan: Plan
    shares: tuple[Share, ...]
    run: Run
    language: Language
    names: Names
    answers: Answers | None


def _page(common: _Common, shown: Totals, view: View) -> str:
    problem, plan, language, called = common.problem, common.plan, common.language, common.names
    mine, card, asked = None, None, None
    if view.reader != "public":
        mine = own(problem, plan, common.shares, called, language, view)
        found = deals(problem, plan, called, language, view=view)
        scarce = scarcity(problem, plan, called, language, view=view)
        asked = own_answers(problem, plan, common.shares, common.answers, called, language, view)
        own_cards = cards(
            problem, plan, called, language, found=found, sharing=None, scarcity=scarce, view=view
        )
        told = told_reasons(problem, plan, common.answers, called, language, view)
        [card] = cards_told_once(own_cards, told)
    network = problem.name or language.text("Network of co-ops")
    page = (
        page_environment()
        .get_template("edition.html.j2")
        .render(
            lang=language.code,
            title=_title(called, network, language, view),
            network=network,
            reader=view.reader,
            name=called.parties[view.party] if mine else "",
            run=common.run,
            names=called,
            colours=palette.RULES,
            totals=shown,
            illustrative=illustrative_count(problem, language),
            own=mine,
            card=card,
            asked=asked,
            agreed=agreed_part(problem, called, language, view=view) if mine else None,
            divided=bool(common.shares),
            sure=_sure(plan, language),
            stopped=plan.status != "optimal",
            text=language.text,
            plural=language.plural,
            rupiah=language.rupiah,
            kg=language.kg,
            tonnes=language.tonnes,
            number=language.number,
            sentence_case=lambda words: words[:1].upper() + words[1:],
        )
    )
    return without_indent(page)


def _title(called: Names, network: str, language: Language, view: View) -> str:
    if view.reader == "public":
        return language.text("{network}: what everybody may know", network=network)
    return language.text(
        "{network}: the plan for {party}", network=network, party=called.short_parties[view.party]
    )


def _sure(plan: Plan, language: Language) -> str:
    """Return how sure it is that no plan is better, without an amount."""
    if plan.status == "gap":
        return language.text(
            "The search was stopped by its limit. This plan is good to use, but it is not known to be the "
            "best, nor how far from it."
        )
    if plan.certificate.bound_proof == "duals":
        return language.text("No plan earns more: proven with prices, by arithmetic of our own.")
    return language.text("No plan earns more, as far as the solver's search over the yes/no choices goes.")
