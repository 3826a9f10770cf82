"""Today beside alone and together: what parties told that they make now, and what a plan is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jejaring.documents.language import Language
from jejaring.documents.sections.sharing import Sharing
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.today import today_idr


@dataclass(frozen=True)
class Today:
    """What each party makes today, whole rupiah (None: not known), and all who told in a sentence.

    `total_idr` is of those who told, and so are `alone_idr`, `payoff_idr` (by the first rule) and
    `gains_idr` (by rule): what today can be compared with. `every` says whether all told. `width` is the
    bar of today beside that of all together, in per cent. `words` are empty where all told: then the
    bars say it. `above_alone`: somebody told more than it could make alone at the plan's figures.
    """

    idr: tuple[int | None, ...]
    told: int
    every: bool
    total_idr: int
    alone_idr: int
    payoff_idr: int
    gains_idr: tuple[int, ...]
    total: str
    width: float
    words: str
    above_alone: bool


def today(problem: Problem, plan: Plan, sharing: Sharing | None, language: Language) -> Today | None:
    """Return what parties make today, or None where nobody told."""
    idr = tuple(None if each is None else round(each) for each in today_idr(problem))
    known = [party for party, each in enumerate(idr) if each is not None]
    if not known:
        return None
    total = sum(each for each in idr if each is not None)
    every = len(known) == len(idr)
    told = set(known)
    rows = [row for row in sharing.rows if row.party in told] if sharing else []
    rules = range(len(sharing.rules)) if sharing else range(0)
    return Today(
        idr=idr,
        told=len(known),
        every=every,
        total_idr=total,
        alone_idr=sum(row.alone_idr for row in rows),
        payoff_idr=sum(row.shares[sharing.first].payoff_idr for row in rows) if sharing and rules else 0,
        gains_idr=tuple(sum(row.shares[at].gain_idr for row in rows) for at in rules),
        total=language.rupiah_short(total),
        width=round(max(total, 0) / max(plan.value_idr, sum(plan.alone_idr), total, 1.0) * 100, 1),
        words="" if every else _words(total, plan, known, sharing, language),
        above_alone=any(
            each is not None and each > round(own) for each, own in zip(idr, plan.alone_idr, strict=True)
        ),
    )


def _words(total: int, plan: Plan, known: Sequence[int], sharing: Sharing | None, language: Language) -> str:
    """Return today, alone and together of those who told: totals of different groups aren't comparable."""
    said = language.plural(
        "{count} of {all} co-ops told what it makes today: {today}. By itself at its best it could "
        "make {alone}.",
        "{count} of {all} co-ops told what they make today: {today} in all. Each by itself at its best, "
        "the same ones could make {alone}.",
        len(known),
        all=len(plan.alone_idr),
        today=language.rupiah_short(total),
        alone=language.rupiah_short(sum(plan.alone_idr[party] for party in known)),
    )
    if sharing is None or not sharing.rules:
        return said
    at, told = sharing.first, set(known)
    payoff = sum(row.shares[at].payoff_idr for row in sharing.rows if row.party in told)
    return f"{said} " + language.text(
        "Together, by the rule “{rule}”: {together}.",
        rule=sharing.rules[at].name,
        together=language.rupiah_short(payoff),
    )
