"""The answers that a party reads in its edition: its own, and promises in which it takes part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jejaring.documents.editions import View
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.documents.sections.ahead import PromiseRow, promise_rows
from jejaring.documents.sections.below_today import own_below_today
from jejaring.documents.sections.cash import own_sentences
from jejaring.documents.sections.planting import Planting, planting
from jejaring.documents.sections.quotas import QuotaSection, quota_section
from jejaring.documents.sections.trips import TripsPart, trips_part
from jejaring.documents.sections.why_not import LeftRow, why_not_words
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers
from jejaring.engines.planning.questions.cash import needs_worth_idr
from jejaring.engines.planning.questions.today import today_idr


@dataclass(frozen=True)
class OwnAnswers:
    """What one party is answered; empty or None where it wasn't asked or there is nothing to say.

    `balance_idr` is by period, with one more for what comes after the last. `planting` is the hub's:
    what all its growers plant.
    """

    today_idr: int | None
    below_today: tuple[str, ...]
    left: tuple[LeftRow, ...]
    cash: tuple[str, ...]
    balance_idr: tuple[int, ...]
    promises: tuple[PromiseRow, ...]
    trips: TripsPart | None
    quotas: QuotaSection | None
    planting: Planting | None


def own_answers(
    problem: Problem,
    plan: Plan,
    shares: Sequence[Share],
    asked: Answers | None,
    names: Names,
    language: Language,
    view: View,
) -> OwnAnswers:
    """Return the answers for the party whose edition this is."""
    assert view.owns(view.party)
    answers = asked or Answers()
    made, money = today_idr(problem)[view.party], answers.cash
    worth = needs_worth_idr(problem, plan)[view.party]
    left = why_not_words(problem, answers, names, language, view)
    return OwnAnswers(
        today_idr=None if made is None else round(made),
        below_today=own_below_today(problem, plan, shares, view.party, language),
        left=left.rows if left else (),
        cash=own_sentences(money, view.party, names, language, worth) if money else (),
        balance_idr=money.parties[view.party].balance_idr if money else (),
        promises=promise_rows(answers.commitments, names, language, view) if answers.commitments else (),
        trips=trips_part(problem, answers.trips, names, language, view),
        quotas=quota_section(problem, plan, names, language, view),
        planting=planting(problem, plan, names, language) if view.reader == "hub" else None,
    )
