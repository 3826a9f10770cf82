"""The first screen: what the plan is worth, and short answers to what everybody asks first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from jejaring.documents.charts.gains import gains_words
from jejaring.documents.language import Language
from jejaring.documents.names import Names, listed, plan_span
from jejaring.documents.sections.ahead import promised_words
from jejaring.documents.sections.apart import apart_from_hub
from jejaring.documents.sections.below_today import below_today
from jejaring.documents.sections.cash import need_sentences
from jejaring.documents.sections.illustrative import MOST_NAMED, illustrative_words
from jejaring.documents.sections.scarcity import Scarcity
from jejaring.documents.sections.sharing import Sharing
from jejaring.documents.sections.trips import whole_trips_words
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers


@dataclass(frozen=True)
class Count:
    """A number with its noun."""

    figure: str
    words: str


@dataclass(frozen=True)
class Answer:
    """A question that a co-op asks, answered in a sentence or two. `link` is a section of the page."""

    question: str
    answer: str
    link: str
    more: str


@dataclass(frozen=True)
class Headline:
    """What the first screen shows.

    `together_width`, `alone_width`: per cent of the longer bar; `extra_width`: per cent of the bar of
    all together that is gained.
    """

    span: str
    claim: str
    meaning: str
    together: str
    alone: str
    gain: str
    gain_share: str
    together_width: float
    alone_width: float
    extra_width: float
    counts: tuple[Count, ...]
    answers: tuple[Answer, ...]
    warning: str
    illustrative: str


def headline(
    problem: Problem,
    plan: Plan,
    names: Names,
    language: Language,
    *,
    sharing: Sharing | None,
    scarcity: Scarcity,
    asked: Answers | None = None,
) -> Headline:
    """Return the first screen, with a sentence on promises and on money where these were `asked`."""
    alone = sum(plan.alone_idr)
    gain = plan.value_idr - alone
    longest = max(plan.value_idr, alone, 1.0)
    return Headline(
        span=plan_span(problem, names, language),
        claim=_claim(problem, plan, gain, language),
        meaning=language.text(
            "This is the money that remains when members have been paid for their goods (at least "
            "{members}) and processing, storing and hauling have been paid for.",
            members=language.rupiah_short(plan.lines.supplies_idr),
        ),
        together=language.rupiah_short(plan.value_idr),
        alone=language.rupiah_short(alone),
        gain=language.rupiah_short(gain) if gain >= 1 else "",
        gain_share=language.percent(gain / alone, places=0, signed=True)
        if alone > 0 and gain / alone < 10
        else "",
        together_width=round(max(plan.value_idr, 0.0) / longest * 100, 1),
        alone_width=round(max(alone, 0.0) / longest * 100, 1),
        extra_width=round(max(gain, 0.0) / max(plan.value_idr, 1.0) * 100, 1) if alone > 0 else 100.0,
        counts=_counts(problem, plan, names, language),
        answers=(
            _what_each_gains(sharing, names, language),
            _who_could_object(sharing, language),
            _what_to_invest_in(scarcity, language),
            _who_is_not_in(problem, plan, names, language),
            *_beside_today(problem, plan, sharing, names, language),
            *_whole_trips(plan, asked or Answers(), language),
            *_asked(asked or Answers(), names, language),
        ),
        warning=_warning(plan, language),
        illustrative=illustrative_words(problem, language, most=MOST_NAMED),
    )


def _claim(problem: Problem, plan: Plan, gain: float, language: Language) -> str:
    count = len(problem.parties)
    if gain < 1:
        return language.plural(
            "{count} co-op: working together adds nothing in this network.",
            "{count} co-ops: working together adds nothing in this network.",
            count,
        )
    if plan.status == "optimal":
        return language.text("By working together, these {count} co-ops gain", count=count)
    return language.text("By working together, these {count} co-ops gain at least", count=count)


def _counts(problem: Problem, plan: Plan, names: Names, language: Language) -> tuple[Count, ...]:
    given = int(plan.flows.supplies.kg.sum())
    codes = problem.outlets.code[plan.flows.outlets.row].tolist()
    buyers = {names.buyers[code] for code in codes}
    trading = sum(outcome.trades for outcome in plan.outcomes)
    return (
        Count(
            language.text("{part} of {all}", part=trading, all=len(plan.outcomes)),
            language.text("co-ops work with another"),
        ),
        Count(
            language.number(len(plan.partnerships)),
            language.plural("partnership", "partnerships", len(plan.partnerships)),
        ),
        Count(language.tonnes(given), language.text("delivered by members")),
        Count(language.number(len(buyers)), language.plural("buyer", "buyers", len(buyers))),
    )


def _what_each_gains(sharing: Sharing | None, names: Names, language: Language) -> Answer:
    question = language.text("What does each co-op gain?")
    more = language.text("All gains")
    if sharing is None or not sharing.rows:
        return Answer(question, language.text("The gain has not been divided yet."), "", "")
    said = [
        gains_words(
            rule.name, [(row.shares[at].gain_idr, names.short_parties[row.party]) for row in sharing.rows],
            language,
        )
        for at, rule in enumerate(sharing.rules)
    ]  # fmt: skip
    return Answer(question, " ".join(said), "sharing", more)


def _quoted(rules: Sequence[str], language: Language) -> str:
    return listed([f"“{rule}”" for rule in rules], language)


def _who_could_object(sharing: Sharing | None, language: Language) -> Answer:
    question, more = language.text("Who could object?"), language.text("Each rule and its proof")
    if sharing is None or not sharing.rules:
        return Answer(question, language.text("The gain has not been divided yet."), "", "")
    rule = sharing.rules[sharing.first]
    unstable = [each.name for each in sharing.rules if not each.stable]
    said = language.text("By the rule “{rule}”: {verdict}", rule=rule.name, verdict=rule.verdict)
    if rule.stable and unstable:
        rules = _quoted(unstable, language)
        said += " " + language.plural(
            "That can't be said of the rule {rules}.",
            "That can't be said of the rules {rules}.",
            len(unstable),
            rules=rules,
        )
    stable = [each.name for each in sharing.rules if each.stable]
    if stable and not rule.stable:
        said += " " + language.plural(
            "By the rule {rules} nobody could object.",
            "By the rules {rules} nobody could object.",
            len(stable),
            rules=_quoted(stable, language),
        )
    return Answer(question, said, "sharing", more)


def _what_to_invest_in(scarcity: Scarcity, language: Language) -> Answer:
    question, more = language.text("What is worth adding?"), language.text("Everything that is scarce")
    if not scarcity.sentences:
        said = language.text("Nothing holds the plan back: no capacity is full when it would be worth more.")
        return Answer(question, said, "scarce", more)
    return Answer(question, scarcity.sentences[0], "scarce", more)


def _who_is_not_in(problem: Problem, plan: Plan, names: Names, language: Language) -> Answer:
    question, more = language.text("Who is not in, and why?"), language.text("Each co-op with its reasons")
    out = [names.short_parties[outcome.party] for outcome in plan.outcomes if not outcome.trades]
    if out:
        said = language.plural(
            "{count} co-op has no partner in this plan: {names}.",
            "{count} co-ops have no partner in this plan: {names}.",
            len(out),
            names=listed(out, language, most=6),
        )
    else:
        said = language.text("Every co-op works with at least one other.")
    apart = apart_from_hub(problem, plan)
    if apart:
        said += " " + language.plural(
            "{count} works with others, but not with the hub itself: {names}.",
            "{count} work with others, but not with the hub itself: {names}.",
            len(apart),
            names=listed([names.short_parties[party] for party in apart], language, most=4),
        )
    return Answer(question, said, "left-out" if out or apart else "parties", more)


def _beside_today(
    problem: Problem, plan: Plan, sharing: Sharing | None, names: Names, language: Language
) -> list[Answer]:
    said = below_today(problem, plan, sharing, names, language)
    question, more = language.text("And compared with today?"), language.text("All gains")
    return [Answer(question, " ".join(said), "sharing", more)] if said else []


def _whole_trips(plan: Plan, asked: Answers, language: Language) -> list[Answer]:
    said = whole_trips_words(plan, asked.trips, language)
    question, more = language.text("What do whole trips cost?"), language.text("How often lorries drive")
    return [Answer(question, said, "trips", more)] if said else []


def _asked(asked: Answers, names: Names, language: Language) -> list[Answer]:
    found = []
    if asked.commitments and asked.commitments.promises:
        question, more = language.text("What can be promised?"), language.text("All promises")
        found.append(Answer(question, promised_words(asked.commitments, language), "promises", more))
    if asked.cash:
        question, more = (
            language.text("Who must lay out money first?"),
            language.text("Money, {month_or_week} by {month_or_week}"),
        )
        found.append(Answer(question, " ".join(need_sentences(asked.cash, names, language)), "cash", more))
    return found


def _warning(plan: Plan, language: Language) -> str:
    """Return what must be said first where a limit was hit: this plan is not known to be the best."""
    if plan.status == "optimal":
        return ""
    away = plan.bound_idr - plan.value_idr
    if not math.isfinite(away):
        return language.text(
            "The search was stopped by its limit. This plan is good to use, but it is not known to be the "
            "best, nor how far from it."
        )
    return language.text(
        "The search was stopped by its limit. This plan can be carried out, but it is not known to be the "
        "best: a better one could gain up to {away} ({gap_share}) more.",
        away=language.rupiah_short(away),
        gap_share=plan.gap,
    )
