"""Who has less than it makes today: alone at best, and by the plan under each rule."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from jejaring.documents.language import Language
from jejaring.documents.names import Names, listed
from jejaring.documents.sections.sharing import Sharing
from jejaring.documents.sharing_rules import rule_name
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.today import today_idr

_MOST_NAMED = 8


def below_today(
    problem: Problem, plan: Plan, sharing: Sharing | None, names: Names, language: Language
) -> tuple[str, ...]:
    """Return for how many alone is less than today and why, and who gets less by the plan under each rule;
    nothing where nobody told what it makes today.
    """
    today = today_idr(problem)
    told = [party for party, each in enumerate(today) if each is not None]
    if not told:
        return ()
    said = []
    alone = [party for party in told if _less(plan.alone_idr[party], today[party])]
    if alone:
        said.append(
            language.plural(
                "For {count} of {told} co-ops that told it, “alone at its best” is less than today: alone "
                "counts only the time of this plan, and the local prices and amounts that the network "
                "states.",
                "For {count} of {told} co-ops that told it, “alone at its best” is less than today: alone "
                "counts only the time of this plan, and the local prices and amounts that the network "
                "states.",
                len(alone),
                told=len(told),
            )
        )
    if sharing is None:
        return tuple(said)
    less = [
        [row.party for row in sharing.rows if _less(row.shares[at].payoff_idr, today[row.party])]
        for at in range(len(sharing.rules))
    ]
    if not any(less):
        return (*said, language.text("By no rule anybody who told it has less by the plan than today."))
    said += [
        _by_rule(rule.name, [names.short_parties[party] for party in parties], language)
        for rule, parties in zip(sharing.rules, less, strict=True)
    ]
    return tuple(said)


def _less(idr: float, today: Fraction | None) -> bool:
    return today is not None and idr < today - 1


def _by_rule(rule: str, less: Sequence[str], language: Language) -> str:
    if not less:
        return language.text("By the rule “{rule}” nobody has less by the plan than today.", rule=rule)
    return language.plural(
        "By the rule “{rule}” {count} co-op has less by the plan than today: {names}.",
        "By the rule “{rule}” {count} co-ops have less by the plan than today: {names}.",
        len(less),
        rule=rule,
        names=listed(less, language, most=_MOST_NAMED),
    )


def own_below_today(
    problem: Problem, plan: Plan, shares: Sequence[Share], party: int, language: Language
) -> tuple[str, ...]:
    """Return the same for one party's own edition."""
    today = today_idr(problem)[party]
    said = []
    if _less(plan.alone_idr[party], today):
        said.append(
            language.text(
                "What we would have by ourselves at our best is less than today: it counts only the "
                "time of this plan, and the local prices and amounts that the network states for us."
            )
        )
    less = [rule_name(share.rule, language) for share in shares if _less(share.payoff_idr[party], today)]
    if less:
        said.append(
            language.plural(
                "By the rule {rules} we would have less by the plan than today.",
                "By the rules {rules} we would have less by the plan than today.",
                len(less),
                rules=listed([f"“{rule}”" for rule in less], language),
            )
        )
    return tuple(said)
