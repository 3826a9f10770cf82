"""Reasons that solving again has confirmed, in place of those that prices alone give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from jejaring.documents.editions import FACILITATOR, View
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.documents.sections.asked_of_party import PartyAnswers
from jejaring.documents.sections.deals import Deal, Deals
from jejaring.documents.sections.parties import Card
from jejaring.documents.sections.why_not import change_words, subject_words, worth_trying
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers, Change, Rival, WhyNot

_OF_ONE_PRODUCT = frozenset({"left.dear", "left.even", "alone.better"})


def told_reasons(
    problem: Problem,
    plan: Plan,
    asked: Answers | None,
    names: Names,
    language: Language,
    view: View = FACILITATOR,
) -> dict[int, tuple[str, ...]]:
    """Return by party that `view` owns the reasons of the plan with the confirmed one in place of the one it
    corrects. A party reads what stays, and what of its own would change it where it is asked, not here.
    """
    answer = asked.why_not if asked else None
    told: dict[int, tuple[str, ...]] = {}
    for each in answer.subjects if answer else ():
        tried = worth_trying(problem, each)
        if each.kind not in {"party", "supply"} or not tried or not view.owns(each.party):
            continue
        product = problem.product_names[each.product] or problem.products[each.product]
        others = tuple(
            names.said(reason, language)
            for reason in view.reasons(plan.outcomes[each.party])
            if reason.code not in _OF_ONE_PRODUCT or reason.facts.get("product") != product
        )
        confirmed = (
            _confirmed(problem, each, tried[0], names, language)
            if view.sees_all
            else _capital(f"{subject_words(each, names, language)}.")
        )
        told[each.party] = (confirmed, *others)
    return told


def _confirmed(problem: Problem, each: WhyNot, change: Change, names: Names, language: Language) -> str:
    kg = min(change.kg, each.left_kg) if each.left_kg else change.kg
    facts: dict[str, object] = {
        "what": subject_words(each, names, language),
        "change": change_words(problem, change, names, language),
        "kg": language.kg(kg),
    }
    said = _capital(language.text("{what}. What would change it at least cost: {change}.", **facts))
    if not each.left_kg:
        return said + " " + language.text("Then {kg} would go another way.", **facts)
    facts["left"] = language.kg(each.left_kg)
    if change.via >= 0:
        said += " " + language.text(
            "Then {kg} of {left} would come in, by way of {via}.",
            via=names.short_parties[change.via],
            **facts,
        )
    else:
        said += " " + language.text("Then {kg} of {left} would come in.", **facts)
    return said + (" " + language.text("The rest stays.") if kg < each.left_kg else "")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def cards_told_once(cards: Iterable[Card], told: dict[int, tuple[str, ...]]) -> tuple[Card, ...]:
    """Return cards with their confirmed reasons."""
    return tuple(replace(card, reasons=told.get(card.party, card.reasons)) for card in cards)


def answers_told_once(
    by_party: dict[int, PartyAnswers], told: dict[int, tuple[str, ...]]
) -> dict[int, PartyAnswers]:
    """Return answers without the change that a party's confirmed reason tells already."""
    return {
        party: replace(each, brings_in=each.brings_in[1:]) if party in told else each
        for party, each in by_party.items()
    }


def deals_told_once(found: Deals, asked: Answers | None, names: Names, language: Language) -> Deals:
    """Return partnerships with the margin that solving again has shown, where it has."""
    rivals = asked.why_not.rivals if asked and asked.why_not else ()
    confirmed = {
        (each.giver, each.taker, each.kind): each for each in rivals if each.wins_at_idr_per_kg is not None
    }

    def told(deal: Deal) -> Deal:
        rival = confirmed.get((deal.giver, deal.taker, deal.kind))
        return replace(deal, reason=_margin(rival, names, language)) if rival else deal

    return replace(
        found,
        deals=tuple(told(each) for each in found.deals),
        shown=tuple(told(each) for each in found.shown),
    )


def _margin(each: Rival, names: Names, language: Language) -> str:
    return language.text(
        "In {month} the next best for {product} is {other}: it would win if it brought "
        "{wins_at_idr_per_kg} more.",
        month=names.periods[each.period],
        product=names.products[each.product],
        other=names.said(each.other, language),
        wins_at_idr_per_kg=each.wins_at_idr_per_kg,
    )
