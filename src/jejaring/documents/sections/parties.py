"""One card for each party: what it delivers, with whom it works, what it gains, and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from jejaring.documents.editions import FACILITATOR, View
from jejaring.documents.language import Language
from jejaring.documents.names import Names, hubs
from jejaring.documents.sections.deals import Deals
from jejaring.documents.sections.scarcity import Scarcity
from jejaring.documents.sections.sharing import PartyRow, Sharing
from jejaring.engines.planning.plan import PartnershipKind, Plan
from jejaring.engines.planning.problem import Problem

MOST_PARTNERS = 8
FEW_PARTNERS = 3
MANY_CARDS = 100
"""With more cards than this each names only its `FEW_PARTNERS` largest partners."""


@dataclass(frozen=True)
class Partner:
    """One line of "works with": a sentence, and the other party's card."""

    words: str
    other: int


@dataclass(frozen=True)
class Card:
    """What the page says about one party. `share` is None where the gain was not divided."""

    party: int
    is_hub: bool
    trades: bool
    kind: str
    delivers: tuple[str, ...]
    partners: tuple[Partner, ...]
    more_partners: int
    share: PartyRow | None
    reasons: tuple[str, ...]
    scarce: tuple[str, ...]


def cards(
    problem: Problem, plan: Plan, names: Names, language: Language, *, found: Deals, sharing: Sharing | None,
    scarcity: Scarcity, view: View = FACILITATOR,
) -> tuple[Card, ...]:  # fmt: skip
    """Return a card for every party that `view` owns, hubs first, then as the network lists them."""
    middle = set(hubs(problem))
    delivers = _delivers(problem, plan, names, language, view)
    partners = _partners(found, names, language)
    rows = {row.party: row for row in sharing.rows} if sharing else {}
    most = MOST_PARTNERS if len(plan.outcomes) <= MANY_CARDS else FEW_PARTNERS
    made = [
        Card(
            party=outcome.party,
            is_hub=outcome.party in middle,
            trades=outcome.trades,
            kind=problem.parties.kinds[outcome.party],
            delivers=delivers.get(outcome.party, ()),
            partners=tuple(partners[outcome.party][:most]),
            more_partners=max(len(partners[outcome.party]) - most, 0),
            share=rows.get(outcome.party),
            reasons=tuple(names.said(reason, language) for reason in view.reasons(outcome)),
            scarce=scarcity.by_party.get(outcome.party, ()),
        )
        for outcome in plan.outcomes
        if view.owns(outcome.party)
    ]
    return tuple(sorted(made, key=lambda card: (not card.is_hub, card.party)))


def _delivers(
    problem: Problem, plan: Plan, names: Names, language: Language, view: View
) -> dict[int, tuple[str, ...]]:
    """Return by party that `view` owns what its members deliver of what they offer."""
    supplies, flow = problem.supplies, plan.flows.supplies
    owner = problem.sites.party[supplies.site]
    taken: dict[tuple[int, int], int] = defaultdict(int)
    mine = np.array([view.owns(party) for party in range(len(plan.outcomes))], dtype=bool)
    used, listed = mine[owner[flow.row]], mine[owner]
    rows = flow.row[used]
    for party, product, kg in zip(owner[rows], supplies.product[rows], flow.kg[used], strict=True):
        taken[int(party), int(product)] += int(kg)
    offered: dict[tuple[int, int], float] = defaultdict(float)
    columns = (owner, supplies.product, supplies.available_kg.floats(np.inf))
    for party, product, kg in zip(*(column[listed] for column in columns), strict=True):
        offered[int(party), int(product)] += float(kg)
    said: dict[int, list[str]] = defaultdict(list)
    for (party, product), kg in sorted(offered.items()):
        if kg > 0:
            words = language.text(
                "{product}: {taken} of {offered} offered",
                product=names.products[product],
                taken=language.tonnes(taken[party, product]),
                offered=language.tonnes(kg) if np.isfinite(kg) else language.text("no limit"),
            )
            said[party].append(words)
    return {party: tuple(words) for party, words in said.items()}


def _partners(found: Deals, names: Names, language: Language) -> dict[int, list[Partner]]:
    lines: dict[int, list[tuple[int, Partner]]] = defaultdict(list)
    for deal in found.deals:
        goods = ", ".join(f"{each.product} {language.tonnes(each.kg)}" for each in deal.goods)
        idr = language.rupiah_short(deal.value_idr)
        gives, takes = _sentences(deal.kind, language)
        for party, other, sentence in ((deal.giver, deal.taker, gives), (deal.taker, deal.giver, takes)):
            words = language.filled(
                sentence, {"other": names.short_parties[other], "goods": goods, "idr": idr}
            )
            lines[party].append((deal.kg, Partner(words, other)))
    return defaultdict(
        list,
        {
            party: [line for _, line in sorted(each, key=lambda pair: -pair[0])]
            for party, each in lines.items()
        },
    )


def _sentences(kind: PartnershipKind, language: Language) -> tuple[str, str]:
    """Return what giver and taker do, still with the holes {other}, {goods} and {idr}."""
    gives, takes = {
        "sale": ("sells to {other}: {goods} for {idr}", "buys from {other}: {goods} for {idr}"),
        "toll": ("has worked on by {other}: {goods}, fee {idr}", "works on for {other}: {goods}, fee {idr}"),
        "storage": ("stores with {other}: {goods}, fee {idr}", "stores for {other}: {goods}, fee {idr}"),
        "marketing": ("sells through {other}: {goods}, fee {idr}", "sells for {other}: {goods}, fee {idr}"),
        "pooled_buying": (
            "buys in for {other}: {goods} for {idr}",
            "buys through {other}: {goods} for {idr}",
        ),
    }[kind]
    return language.sentences.get(gives, gives), language.sentences.get(takes, takes)
