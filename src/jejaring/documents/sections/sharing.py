"""Who gets what under each rule, who could object, and what is settled beside the site prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jejaring.documents.charts.gains import gains, gains_picture
from jejaring.documents.charts.svg import Picture
from jejaring.documents.language import Language
from jejaring.documents.names import MOST_NAMED, Names, group, listed
from jejaring.documents.sharing_rules import rule_meaning, rule_name
from jejaring.engines.planning.plan import Objection, Plan, Rule, Share

_MOST_SAID = 3


@dataclass(frozen=True)
class RuleWords:
    """A rule in words: what it does, and whether somebody could object to it.

    `group`: who could, by name, where the verdict doesn't name them all. `objections`: what single
    co-ops could say against it.
    """

    rule: Rule
    name: str
    meaning: str
    stable: bool
    verdict: str
    notes: tuple[str, ...]
    group: tuple[str, ...]
    objections: tuple[str, ...]


@dataclass(frozen=True)
class PartyShare:
    """What one party gets under one rule, whole rupiah."""

    payoff_idr: int
    gain_idr: int
    settlement_idr: int


@dataclass(frozen=True)
class PartyRow:
    """One party under all rules, in the order of `Sharing.rules`. `at_prices_idr`: before settlement."""

    party: int
    alone_idr: int
    at_prices_idr: int
    shares: tuple[PartyShare, ...]


@dataclass(frozen=True)
class Sharing:
    """All rules and parties, those with the largest gain first. `first` is the rule shown first."""

    rules: tuple[RuleWords, ...]
    first: int
    rows: tuple[PartyRow, ...]
    picture: Picture
    totals: tuple[PartyShare, ...]
    alone_idr: int
    at_prices_idr: int
    same_prices: bool


def sharing(plan: Plan, shares: Sequence[Share], names: Names, language: Language) -> Sharing | None:
    """Return the division of the gain, or None where it was not asked for."""
    if not shares:
        return None
    order = sharing_order(shares)
    given = gains(plan, order)
    rules = tuple(_words(plan, share, given.idr[share.rule], names, language) for share in order)
    rows = tuple(_row(plan, order, given.idr, party) for party in given.order)
    totals = tuple(
        PartyShare(sum(share.payoff_idr), sum(given.idr[share.rule]), sum(share.settlement_idr))
        for share in order
    )
    return Sharing(
        rules=rules,
        first=0,
        rows=rows,
        picture=gains_picture(given, {words.rule: words.name for words in rules}, names, language),
        totals=totals,
        alone_idr=round(sum(plan.alone_idr)),
        at_prices_idr=sum(row.at_prices_idr for row in rows),
        same_prices=all(
            row.at_prices_idr == share.payoff_idr - share.settlement_idr
            for row in rows
            for share in row.shares
        ),
    )


def sharing_order(shares: Sequence[Share]) -> list[Share]:
    """Return the shares in the order in which they are shown: the stable and most even one first."""
    return sorted(shares, key=lambda share: share.rule != "even_core")


def _words(plan: Plan, share: Share, gained: tuple[int, ...], names: Names, language: Language) -> RuleWords:
    notes = []
    if share.epsilon_idr >= 1:
        notes.append(
            language.text(
                "No division can satisfy every group in this network. This one keeps the largest complaint "
                "as small as it can be: {epsilon_idr}.",
                epsilon_idr=share.epsilon_idr,
            )
        )
    if not share.settled:
        notes.append(
            language.text(
                "So many groups had to be compared that the search was ended near the most even division, "
                "not exactly at it. What is said here about who could object holds for the amounts shown."
            )
        )
    empty = [
        names.short_parties[outcome.party]
        for outcome in plan.outcomes
        if outcome.trades and gained[outcome.party] < 1
    ]
    if empty:
        notes.append(
            language.text(
                "Gains nothing by this rule although it works with others: {names}.",
                names=listed(empty, language, most=6),
            )
        )
    return RuleWords(
        share.rule,
        rule_name(share.rule, language),
        rule_meaning(share.rule, language),
        share.stable,
        _verdict(share, names, language),
        tuple(notes),
        tuple(names.short_parties[party] for party in share.worst_group) if _too_many(share) else (),
        _objections(share, names, language),
    )


def _objections(share: Share, names: Names, language: Language) -> tuple[str, ...]:
    """Return what single co-ops could say against a share, the strongest of each kind."""
    said: list[str] = []
    for kind in ("alone", "unpaid", "above"):
        same = [each for each in share.objections if each.kind == kind]
        said += [_objection(each, names, language) for each in same[:_MOST_SAID]]
        if len(same) > _MOST_SAID:
            said.append(
                language.plural(
                    "And {count} more objection like this.",
                    "And {count} more objections like this.",
                    len(same) - _MOST_SAID,
                )
            )
    return tuple(said)


def _objection(each: Objection, names: Names, language: Language) -> str:
    who, idr = names.short_parties[each.parties[0]], language.rupiah_short(each.idr)
    if each.kind == "alone":
        return language.text("{who} gets {idr} less than alone.", who=who, idr=idr)
    if each.kind == "above":
        return language.text("The others would have {idr} more without {who}.", who=who, idr=idr)
    return language.text(
        "{who} gets nothing of the gain, although the network would lose {idr} without it.", who=who, idr=idr
    )


def _too_many(share: Share) -> bool:
    return not share.stable and len(share.worst_group) > MOST_NAMED


def _verdict(share: Share, names: Names, language: Language) -> str:
    """Return whether a group would do better by leaving, with its names, and how it is known."""
    who, idr = group(share.worst_group, names, language), share.worst_group_gain_idr
    if share.stable:
        said = language.text("no co-op and no group of co-ops would have more by leaving; this is proved.")
        if share.worst_group and idr < -1:
            said += " " + language.text(
                "Closest to leaving: {who}, who have {margin} more here than by themselves.",
                who=who,
                margin=language.rupiah_short(-idr),
            )
        return said
    if share.proved == "exact":
        if len(share.worst_group) == 1:
            return language.text("{who} could object: it would have {idr} more by itself.", who=who,
                                 idr=language.rupiah_short(idr))  # fmt: skip
        return language.text(
            "{who} could object: by themselves, without the others, they would have {idr} more.",
            who=who,
            idr=language.rupiah_short(idr),
        )
    return language.text(
        "somebody may object: it is proved only that no group would have more than {idr} extra by leaving. "
        "Closest to it: {who}.",
        who=who,
        idr=language.rupiah_short(idr),
    )


def _row(plan: Plan, shares: Sequence[Share], gained: dict[Rule, tuple[int, ...]], party: int) -> PartyRow:
    first = shares[0]
    return PartyRow(
        party=party,
        alone_idr=round(plan.alone_idr[party]),
        at_prices_idr=first.payoff_idr[party] - first.settlement_idr[party],
        shares=tuple(
            PartyShare(share.payoff_idr[party], gained[share.rule][party], share.settlement_idr[party])
            for share in shares
        ),
    )
