"""What the first page of a plan shows each reader: figures, sentences and pictures as plain values.

They are JSON, so that they can be kept beside each edition when the plan is made: a page then reads its
own reader's front and nothing else. What may stand in one is said by `editions.View`, as for editions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from jejaring.documents.charts.colours import product_colours
from jejaring.documents.charts.flows import flow_picture
from jejaring.documents.charts.map import map_picture
from jejaring.documents.charts.months import months_picture
from jejaring.documents.charts.own_months import own_months
from jejaring.documents.charts.svg import Picture
from jejaring.documents.editions import PUBLIC as PUBLIC_VIEW
from jejaring.documents.editions import View, editions
from jejaring.documents.language import Language
from jejaring.documents.names import Names, names
from jejaring.documents.sections.deals import deals
from jejaring.documents.sections.headline import headline
from jejaring.documents.sections.own import own
from jejaring.documents.sections.own_answers import own_answers
from jejaring.documents.sections.parties import Card, cards
from jejaring.documents.sections.scarcity import scarcity
from jejaring.documents.sections.sharing import Sharing, sharing
from jejaring.documents.sections.today import today
from jejaring.documents.sections.totals import Totals, totals
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.plan_file import Json
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers

FACILITATOR, PUBLIC = "facilitator", "public"
_MOST_PICTURES = 3


def party_audience(code: str) -> str:
    """Return what the edition of a party is filed under."""
    return f"party:{code}"


def fronts(
    problem: Problem,
    plan: Plan,
    shares: Sequence[Share],
    language: Language,
    answers: Answers | None = None,
) -> dict[str, Json]:
    """Return the front of every reader by audience: facilitator, public, party:<code>."""
    language = language.of_periods(problem.periods)
    called = names(problem, language)
    all_shares = tuple(shares)
    known = totals(problem, plan, all_shares, called, language)
    common = _Common(problem, plan, all_shares, answers, called, language, known)
    found = {FACILITATOR: _whole(common), PUBLIC: _public(common)}
    for _, view in editions(problem, plan):
        if view != PUBLIC_VIEW:
            found[party_audience(problem.parties.codes[view.party])] = _own(common, view)
    return found


@dataclass(frozen=True)
class _Common:
    """What every front is made from."""

    problem: Problem
    plan: Plan
    shares: tuple[Share, ...]
    answers: Answers | None
    names: Names
    language: Language
    totals: Totals


def _public(common: _Common) -> Json:
    return {
        "reader": "public",
        "stopped": common.plan.status != "optimal",
        "totals": asdict(common.totals),
        "periods": list(common.names.short_periods),
    }


def _own(common: _Common, view: View) -> Json:
    """Return what a party reads of itself."""
    problem, plan, called, language = common.problem, common.plan, common.names, common.language
    mine = own(problem, plan, common.shares, called, language, view)
    found = deals(problem, plan, called, language, view=view)
    scarce = scarcity(problem, plan, called, language, view=view)
    asked = own_answers(problem, plan, common.shares, common.answers, called, language, view)
    [card] = cards(problem, plan, called, language, found=found, sharing=None, scarcity=scarce, view=view)
    together = mine.rules[0].payoff_idr if mine.rules else None
    colours = product_colours(problem, plan)
    pictures = [
        months_picture(each, called, language, colours.of[each.product])
        for each in own_months(problem, plan, view.party)[:_MOST_PICTURES]
    ]
    return {
        **_public(common),
        "reader": view.reader,
        "name": called.parties[view.party],
        "today_idr": asked.today_idr,
        "below_today": list(asked.below_today),
        "alone_idr": mine.alone_idr,
        "widths": _widths([asked.today_idr, mine.alone_idr, together]),
        "rules": [asdict(rule) for rule in mine.rules],
        "deals": [asdict(deal) for deal in mine.deals],
        "card": _card(card),
        "left": [
            {
                "words": row.words,
                "changes": [
                    {"words": change.words, "kg": change.kg, "idr": change.idr} for change in row.changes
                ],
            }
            for row in asked.left
        ],
        "asked_why_not": bool(common.answers and common.answers.why_not),
        "agreed_before": bool(problem.terms.bind),
        "cash": list(asked.cash),
        "pictures": [_picture(each) for each in pictures],
    }


def _whole(common: _Common) -> Json:
    """Return what the facilitator reads: everybody."""
    problem, plan, called, language = common.problem, common.plan, common.names, common.language
    divided = sharing(plan, common.shares, called, language)
    scarce = scarcity(problem, plan, called, language)
    partnerships = deals(problem, plan, called, language)
    every = cards(problem, plan, called, language, found=partnerships, sharing=divided, scarcity=scarce)
    told = today(problem, plan, divided, language)
    head = headline(problem, plan, called, language, sharing=divided, scarcity=scarce, asked=common.answers)
    ground = map_picture(problem, plan, called, language)
    flows = flow_picture(problem, plan, called, language)
    drawn = [ground, flows.picture if flows else None, divided.picture if divided else None]
    return {
        **_public(common),
        "reader": FACILITATOR,
        "head": asdict(head),
        "rules": [
            {"name": each.name, "verdict": each.verdict, "stable": each.stable} for each in divided.rules
        ]
        if divided
        else [],
        "parties": [_party_row(common, card, divided, told.idr if told else ()) for card in every],
        "scarce": list(scarce.sentences),
        "asked_why_not": bool(common.answers and common.answers.why_not),
        "pictures": [_picture(each) for each in drawn if each],
    }


def _rules(divided: Sharing | None) -> list[Json]:
    every = divided.rules if divided else ()
    return [{"name": each.name, "verdict": each.verdict, "stable": each.stable} for each in every]


def _party_row(common: _Common, card: Card, divided: Sharing | None, told: Sequence[int | None]) -> Json:
    share = card.share.shares[divided.first] if card.share and divided else None
    return {
        **_card(card),
        "name": common.names.short_parties[card.party],
        "code": common.problem.parties.codes[card.party],
        "today_idr": told[card.party] if told else None,
        "alone_idr": round(common.plan.alone_idr[card.party]),
        "together_idr": share.payoff_idr if share else None,
        "gain_idr": share.gain_idr if share else None,
    }


def _card(card: Card) -> Json:
    return {
        "is_hub": card.is_hub,
        "trades": card.trades,
        "delivers": list(card.delivers),
        "reasons": list(card.reasons),
        "scarce": list(card.scarce),
    }


def _widths(amounts: Sequence[int | None]) -> list[int]:
    """Return how long the bar of each amount is, in per cent of the longest."""
    longest = max(1, *(each or 0 for each in amounts))
    return [round(max(each or 0, 0) / longest * 100) for each in amounts]


def _picture(picture: Picture) -> Json:
    return {
        "title": picture.title,
        "summary": picture.summary,
        "wide": str(picture.wide),
        "narrow": "" if picture.narrow == picture.wide else str(picture.narrow),
    }
