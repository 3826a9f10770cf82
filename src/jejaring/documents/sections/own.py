"""What a party reads about itself in its edition: what it gains, with whom it trades, what it does.

Everything here is the party's own or passes through its hands; `editions.View` says what that is.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from jejaring.documents.charts.gains import gains
from jejaring.documents.editions import View
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.documents.sections.deals import kind_name
from jejaring.documents.sections.sharing import sharing_order
from jejaring.documents.sharing_rules import rule_meaning, rule_name
from jejaring.engines.measures import Flags, Indices
from jejaring.engines.planning.plan import FlowTable, Partnership, Plan, Rule, Share
from jejaring.engines.planning.problem import Problem, Spans


@dataclass(frozen=True)
class OwnRule:
    """What a party has under one rule, whole rupiah. `stands` says whether somebody could object, not who."""

    rule: Rule
    name: str
    meaning: str
    stands: str
    stable: bool
    payoff_idr: int
    gain_idr: int
    settlement_idr: int


@dataclass(frozen=True)
class OwnGoods:
    """One product at one place in a partnership: (short period, kg, price) where there is any."""

    product: str
    site: str
    kg: int
    value_idr: int
    months: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True)
class OwnDeal:
    """One partnership of the party: what it does, with whom, and why if the reason is its own."""

    kind: str
    giver: str
    taker: str
    gives: bool
    goods: tuple[OwnGoods, ...]
    value_idr: int
    reason: str


@dataclass(frozen=True)
class OwnFlow:
    """Kilograms that a party sells, works on, keeps or sends, by period; `words` say which."""

    words: str
    product: str
    kg: tuple[int, ...]


@dataclass(frozen=True)
class Own:
    """All figures of one party. `rules` are empty where the gain was not divided."""

    alone_idr: int
    rules: tuple[OwnRule, ...]
    deals: tuple[OwnDeal, ...]
    flows: tuple[OwnFlow, ...]


def own(
    problem: Problem, plan: Plan, shares: tuple[Share, ...], names: Names, language: Language, view: View
) -> Own:
    """Return what the plan means for the party whose edition this is."""
    assert view.owns(view.party)
    deals = [_deal(each, names, language, view) for each in plan.partnerships if view.takes_part(each)]
    deals.sort(key=lambda deal: (-deal.value_idr, deal.giver, deal.taker, deal.kind))
    return Own(
        alone_idr=round(plan.alone_idr[view.party]),
        rules=tuple(_rule(plan, share, view.party, language) for share in sharing_order(shares)),
        deals=tuple(deals),
        flows=tuple(_flows(problem, plan, names, language, view.party)),
    )


def _rule(plan: Plan, share: Share, party: int, language: Language) -> OwnRule:
    if share.stable:
        stands = language.text("no co-op and no group of co-ops would have more by leaving; this is proved.")
    elif share.proved == "exact":
        stands = language.text("some co-op or group of co-ops would have more by leaving and could object.")
    else:
        stands = language.text("it is not proved that nobody would have more by leaving.")
    return OwnRule(
        rule=share.rule,
        name=rule_name(share.rule, language),
        meaning=rule_meaning(share.rule, language),
        stands=stands,
        stable=share.stable,
        payoff_idr=share.payoff_idr[party],
        gain_idr=gains(plan, (share,)).idr[share.rule][party],
        settlement_idr=share.settlement_idr[party],
    )


def _deal(each: Partnership, names: Names, language: Language, view: View) -> OwnDeal:
    lines: dict[tuple[int, int], dict[int, tuple[int, Fraction]]] = defaultdict(dict)
    for handed in each.hand_overs:
        if handed.kg:
            value = handed.kg * Fraction(handed.price_idr_per_kg)
            lines[handed.product, handed.site][handed.period] = handed.kg, value
    goods = tuple(
        OwnGoods(
            names.products[product],
            names.sites[site],
            sum(kg for kg, _ in months.values()),
            round(sum((value for _, value in months.values()), Fraction(0))),
            tuple(
                (names.short_periods[period], kg, language.number(value / kg, places=0))
                for period, (kg, value) in sorted(months.items())
            ),
        )
        for (product, site), months in sorted(lines.items())
    )
    reason = view.why(each)
    return OwnDeal(
        kind=kind_name(each.kind, language),
        giver=names.short_parties[each.giver],
        taker=names.short_parties[each.taker],
        gives=each.giver == view.party,
        goods=goods,
        value_idr=round(each.value_idr),
        reason=names.said(reason, language) if reason else "",
    )


def _flows(problem: Problem, plan: Plan, names: Names, language: Language, party: int) -> list[OwnFlow]:
    """Return what happens at the party's own places and through what is its own, family by family."""
    flows, home = plan.flows, problem.sites.party == party
    supplies, needs, trade = problem.supplies, problem.needs, problem.local_trade
    outlets, sources, processes, storages = (
        problem.outlets, problem.sources, problem.processes, problem.storages,
    )  # fmt: skip
    sums = _Sums(len(problem.periods))
    say = language.text
    sums.add(say("delivered by members"), flows.supplies, supplies.product, home[supplies.site])
    reached = (sources.owner == party) | home[sources.site]
    for code in np.unique(sources.code[reached]).tolist():
        mine = (sources.code == code) & reached
        words = say("bought from {supplier}", supplier=names.suppliers[code])
        sums.add(words, flows.sources, sources.product, mine)
    sums.add(say("bought from the local trader"), flows.local_purchases, trade.product, home[trade.site])
    reached = (processes.owner == party) | home[processes.site]
    for code in np.unique(processes.code[reached]).tolist():
        mine = (processes.code == code) & reached
        words = say("worked on in {facility}", facility=names.facilities[code])
        sums.add(words, flows.processes, processes.input, mine)
    store = _row_of(storages.product_spans, len(storages.product))
    for at in range(len(storages.codes)):
        if storages.owner[at] == party or home[storages.site[at]]:
            words = say("in {store} at the end of the {month_or_week}", store=names.stores[at])
            sums.add(words, flows.storages, storages.product, store == at)
    _add_lanes(sums, problem, plan, names, language, home)
    reached = (outlets.owner == party) | home[outlets.site]
    for code in np.unique(outlets.code[reached]).tolist():
        mine = (outlets.code == code) & reached
        sums.add(say("sold to {buyer}", buyer=names.buyers[code]), flows.outlets, outlets.product, mine)
    sums.add(say("sold to the local trader"), flows.local_sales, trade.product, home[trade.site])
    sums.add(say("used by members"), flows.needs, needs.product, home[needs.site])
    return [
        OwnFlow(words, names.products[product], tuple(kg)) for (words, product), kg in sums.by_words.items()
    ]


def _add_lanes(
    sums: _Sums, problem: Problem, plan: Plan, names: Names, language: Language, home: Flags
) -> None:
    lanes, flow = problem.lanes, plan.flows.lanes
    lane = _row_of(lanes.product_spans, len(lanes.product))
    start, end = lanes.start[lane], lanes.end[lane]
    touched = np.unique(flow.row[(home[start] | home[end])[flow.row]]).tolist()
    for row in touched:
        here, there = int(start[row]), int(end[row])
        if home[here] and home[there]:
            words = language.text(
                "hauled from {start} to {end}", start=names.sites[here], end=names.sites[there]
            )
        elif home[here]:
            words = language.text("hauled to {site}", site=names.sites[there])
        else:
            words = language.text("hauled in from {site}", site=names.sites[here])
        only = np.zeros(len(lanes.product), dtype=bool)
        only[row] = True
        sums.add(words, flow, lanes.product, only)


class _Sums:
    """Kilograms by words and product, then by period, in the order in which they are first added."""

    def __init__(self, periods: int) -> None:
        self.periods = periods
        self.by_words: dict[tuple[str, int], list[int]] = {}

    def add(self, words: str, flow: FlowTable, product: Indices, mine: Flags) -> None:
        """Add the flows of the entries that are `mine`."""
        for at in np.flatnonzero(mine[flow.row]).tolist():
            key = words, int(product[flow.row[at]])
            self.by_words.setdefault(key, [0] * self.periods)[int(flow.period[at])] += int(flow.kg[at])


def _row_of(spans: Spans, entries: int) -> Indices:
    """Return for each entry the store or lane to which it belongs."""
    rows: Indices = np.searchsorted(spans.start, np.arange(entries), side="right") - 1
    return rows
