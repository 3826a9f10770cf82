"""Money by period: who must lay out how much, until when, and what advances would cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from jejaring.documents.charts.cash import cash_picture
from jejaring.documents.charts.svg import Picture
from jejaring.documents.language import Language
from jejaring.documents.names import Names, listed
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.cash import (
    Advance,
    Cash,
    PartyCash,
    needs_worth_idr,
)

NEAR = Fraction(3, 4)
"""Whoever needs at least this part of the cash that it states is warned."""


@dataclass(frozen=True)
class CashRow:
    """One party: what it needs at the deepest and when, and its balance at each period's end, in rupiah.

    `shade` is 0 to 4, the darkest where most is laid out. `words` say what follows for it. `worth_idr`:
    what its members' needs that are met are worth, which is no money.
    """

    party: int
    need_idr: int
    when: str
    limit: str
    short_idr: int
    balance_idr: tuple[int, ...]
    shade: tuple[int, ...]
    words: str
    worth_idr: int = 0


@dataclass(frozen=True)
class HubMoney:
    """What a hub must have at hand, as the plan stands or with an advance: amounts in words, "" for none."""

    words: str
    need: str
    interest: str
    states: str
    lacks: str


@dataclass(frozen=True)
class CashWords:
    """The section: pictures of the hubs, warnings and other sentences, `hubs` with what they need in
    figures, and a row for each party, the greatest need first. `adds_up` says how money and shares agree.
    """

    pictures: tuple[Picture, ...]
    sentences: tuple[str, ...]
    terms: tuple[str, ...]
    rows: tuple[CashRow, ...]
    lead: str
    hubs: tuple[HubMoney, ...]
    adds_up: tuple[str, ...] = ()


def cash_words(
    problem: Problem, answer: Cash, names: Names, language: Language, *, plan: Plan | None = None
) -> CashWords:
    """Return what the money of a plan means, in words and pictures."""
    hubs = _middle(answer)
    deepest = max((each.need_idr for each in answer.parties), default=0)
    rows = sorted(answer.parties, key=lambda each: (-each.need_idr, each.party))
    worth = needs_worth_idr(problem, plan) if plan else (0,) * len(answer.parties)
    kept = [_goods_kept(problem, plan, answer.parties[hub], names, language) if plan else "" for hub in hubs]
    return CashWords(
        pictures=tuple(cash_picture(answer.parties[hub], names, language) for hub in hubs),
        sentences=(
            *_warnings(answer, names, language),
            *_sentences(answer, names, language),
            *(each for each in kept if each),
        ),
        terms=tuple(_terms(problem, names, language)),
        rows=tuple(_row(each, deepest, worth[each.party], names, language) for each in rows),
        lead=_lead(problem, language),
        hubs=tuple(_hub_money(answer, names, language)),
        adds_up=_adds_up(sum(worth), language),
    )


def _adds_up(worth_idr: int, language: Language) -> tuple[str, ...]:
    """Return how what a party holds at the end agrees with its share."""
    said = [
        language.text(
            "What a co-op holds after the last {month_or_week}, and what its members' needs are worth, is "
            "what it has at the prices of the place, but for what whole kilograms lose; the settlement of "
            "another rule comes to it."
        )
    ]
    if worth_idr:
        said.append(
            language.text(
                "{worth} of what the co-ops have together is the worth of members' needs that are met: it is "
                "worth something, but isn't money. So a co-op whose members get such goods can hold less "
                "than nothing at the end and still gain.",
                worth=language.rupiah_short(worth_idr),
            )
        )
    return tuple(said)


def _pays_at_once(problem: Problem) -> bool:
    """Whether buyers and co-ops pay on delivery."""
    return not (problem.outlets.days.any() or problem.parties.pays_partners_after_days.any())


def _lead(problem: Problem, language: Language) -> str:
    if _pays_at_once(problem):
        return language.text(
            "All buyers and co-ops pay on delivery; money is laid out where goods are bought in one "
            "{month_or_week} and sold in a later one."
        )
    return language.text("Some buyers or co-ops pay only after delivery; what is paid before is laid out.")


def _goods_kept(problem: Problem, plan: Plan, money: PartyCash, names: Names, language: Language) -> str:
    """Return what is in a party's stores at the end of the month in which it lays out most."""
    storages, flow = problem.storages, plan.flows.storages
    store = np.repeat(np.arange(len(storages.codes)), np.diff(storages.product_spans.start))
    kg: dict[int, int] = {}
    for row, period, held in zip(flow.row.tolist(), flow.period.tolist(), flow.kg.tolist(), strict=True):
        if period == money.need_period and storages.owner[store[row]] == money.party:
            product = int(storages.product[row])
            kg[product] = kg.get(product, 0) + held
    if not money.need_idr or not any(kg.values()):
        return ""
    goods = [f"{language.kg(held)} {names.products[product]}" for product, held in sorted(kg.items()) if held]
    return language.text(
        "Why: at the end of {month} {goods} lie in the stores of {name}, bought and to be sold later.",
        month=names.periods[money.need_period],
        goods=listed(goods, language),
        name=names.short_parties[money.party],
    )


def _middle(answer: Cash) -> list[int]:
    """Return the hubs; without any, the party that needs most."""
    return [each.party for each in answer.advances] or [
        max(answer.parties, key=lambda each: each.need_idr).party
    ]


def need_sentences(answer: Cash, names: Names, language: Language) -> tuple[str, ...]:
    """Return what the hubs must have at hand, each with the first warning that there is for it, and what an
    advance would cost.
    """
    said = []
    for hub in _middle(answer):
        warned = [*_short(answer.parties[hub], names, language), *_near(answer, hub, names, language)]
        said += [_need(answer.parties[hub], names, language), *warned[:1]]
        need = answer.parties[hub].need_idr
        said += [_advance(each, need, names, language) for each in answer.advances if each.party == hub]
    return tuple(said)


def party_sentence(answer: Cash, party: int, names: Names, language: Language) -> str:
    """Return what one party needs, in a sentence for its own page."""
    return _need(answer.parties[party], names, language)


def own_sentences(
    answer: Cash, party: int, names: Names, language: Language, worth_idr: int = 0
) -> tuple[str, ...]:
    """Return everything that is said of one party's own money, for its edition."""
    said = [_need(answer.parties[party], names, language)]
    said += _interest(answer, party, names, language)
    need = answer.parties[party].need_idr
    said += [_advance(each, need, names, language) for each in answer.advances if each.party == party]
    if worth_idr:
        said.append(
            language.text(
                "{worth} of what {name} has is the worth of its members' needs that are met: no money.",
                worth=language.rupiah(worth_idr),
                name=names.short_parties[party],
            )
        )
    return (*said, *_short(answer.parties[party], names, language), *_near(answer, party, names, language))


def _sentences(answer: Cash, names: Names, language: Language) -> list[str]:
    said = []
    for advance in answer.advances:
        said.append(_need(answer.parties[advance.party], names, language))
        said += _interest(answer, advance.party, names, language)
        need = answer.parties[advance.party].need_idr
        said.append(_advance(advance, need, names, language))
    return said


def _warnings(answer: Cash, names: Names, language: Language) -> list[str]:
    """Return who lacks money, the largest lack first, and which hub comes near what it states."""
    said = []
    for each in sorted(answer.parties, key=lambda one: -one.short_idr):
        said += _short(each, names, language)
    for hub in _middle(answer):
        said += _near(answer, hub, names, language)
    return said


def _near(answer: Cash, party: int, names: Names, language: Language) -> list[str]:
    """Return a warning where a party needs most of what it states, or more of it with an advance."""
    money = answer.parties[party]
    if money.limit_idr is None or money.short_idr:
        return []
    facts: dict[str, object] = {
        "name": names.short_parties[party],
        "need": language.rupiah(money.need_idr),
        "limit": language.rupiah(money.limit_idr),
        "used_share": money.need_idr / max(1, money.limit_idr),
    }
    said = []
    if money.need_idr >= NEAR * money.limit_idr:
        said.append(
            language.text(
                "Careful: {name} needs {need} of the {limit} that it states ({used_share}). If a buyer pays "
                "late or a price falls, that may not be enough.",
                **facts,
            )
        )
    for advance in answer.advances:
        over = money.need_idr + advance.more_idr - money.limit_idr
        if advance.party == party and over > 0:
            said.append(
                language.text(
                    "With an advance of {share} {days} days earlier, {name} would lack {over} of what it "
                    "states.",
                    share=language.percent(float(advance.share), places=0),
                    days=advance.days,
                    over=language.rupiah(over),
                    **facts,
                )
            )
    return said


def _hub_money(answer: Cash, names: Names, language: Language) -> Iterator[HubMoney]:
    """Yield for each hub the money that it needs as the plan stands, and with an advance."""
    for advance in answer.advances:
        money, name = answer.parties[advance.party], names.short_parties[advance.party]
        if not money.need_idr and not advance.more_idr:
            continue
        own = answer.interest_idr[advance.party] if answer.interest_idr is not None else None
        total = None if own is None or advance.cost_idr is None else own + advance.cost_idr
        as_planned = language.text("{name}, as planned", name=name)
        yield _money_row(as_planned, money, money.need_idr, own, language)
        paid_early = language.text(
            "{name}, paying {share} of the price {days} days earlier",
            name=name,
            share=language.percent(float(advance.share), places=0),
            days=advance.days,
        )
        yield _money_row(paid_early, money, money.need_idr + advance.more_idr, total, language)


def _money_row(
    words: str, money: PartyCash, need_idr: int, interest_idr: int | None, language: Language
) -> HubMoney:
    limit = money.limit_idr
    lacks = max(0, need_idr - limit) if limit is not None else 0
    return HubMoney(
        words=words,
        need=language.rupiah(need_idr),
        interest="" if interest_idr is None else language.rupiah(interest_idr),
        states=language.text("not stated") if limit is None else language.rupiah(limit),
        lacks=language.rupiah(lacks) if lacks else "",
    )


def _interest(answer: Cash, party: int, names: Names, language: Language) -> list[str]:
    if answer.interest_idr is None or answer.yearly_rate is None or not answer.interest_idr[party]:
        return []
    return [
        language.text(
            "Borrowed at {rate} a year, the money that {name} lays out costs {cost} of interest.",
            rate=language.percent(float(answer.yearly_rate)),
            name=names.short_parties[party],
            cost=language.rupiah(answer.interest_idr[party]),
        )
    ]


def _short(money: PartyCash, names: Names, language: Language) -> list[str]:
    if not money.short_idr:
        return []
    return [
        language.text(
            "{name} lacks {short}: it needs {need} and states {limit}.",
            name=names.short_parties[money.party],
            short=language.rupiah(money.short_idr),
            need=language.rupiah(money.need_idr),
            limit=language.rupiah(money.limit_idr or 0),
        )
    ]


def _need(money: PartyCash, names: Names, language: Language) -> str:
    name = names.short_parties[money.party]
    if not money.need_idr:
        return language.text("{name} never has to lay out money before it is paid.", name=name)
    if money.need_period >= len(names.periods):
        return language.text(
            "{name} must have {need} at hand after the last {month_or_week}.",
            name=name,
            need=language.rupiah(money.need_idr),
        )
    return language.text(
        "{name} must have {need} at hand: so much is laid out in {period} before it is paid.",
        name=name,
        need=language.rupiah(money.need_idr),
        period=names.periods[money.need_period],
    )


def _advance(advance: Advance, need_idr: int, names: Names, language: Language) -> str:
    facts = {
        "name": names.short_parties[advance.party],
        "share": language.percent(float(advance.share), places=0),
        "days": advance.days,
        "advanced": language.rupiah(advance.advanced_idr),
        "more": language.rupiah(advance.more_idr),
        "total": language.rupiah(need_idr + advance.more_idr),
    }
    if advance.cost_idr is None:
        return language.text(
            "If {name} paid {share} of the price {days} days earlier ({advanced} in all), it would need "
            "{more} more at the deepest: {total} at hand in all.",
            **facts,
        )
    return language.text(
        "If {name} paid {share} of the price {days} days earlier ({advanced} in all), it would need {more} "
        "more at the deepest, {total} at hand in all, and {cost} more of interest.",
        cost=language.rupiah(advance.cost_idr),
        **facts,
    )


def _terms(problem: Problem, names: Names, language: Language) -> list[str]:
    """Return the days that the table rests on."""
    if not problem.outlets.days.any():
        return [language.text("All buyers pay on delivery")]
    terms = []
    by_buyer: dict[str, int] = {}
    for code, days in zip(problem.outlets.code.tolist(), problem.outlets.days.tolist(), strict=True):
        by_buyer[names.buyers[code]] = max(by_buyer.get(names.buyers[code], 0), days)
    for buyer, days in sorted(by_buyer.items(), key=lambda pair: (-pair[1], pair[0])):
        terms.append(
            language.plural(
                "{buyer} pays after {count} day", "{buyer} pays after {count} days", days, buyer=buyer
            )
            if days
            else language.text("{buyer} pays on delivery", buyer=buyer)
        )
    return terms[:12]


def _row(money: PartyCash, deepest: int, worth_idr: int, names: Names, language: Language) -> CashRow:
    inside = money.need_idr > 0 and money.need_period < len(names.periods)
    return CashRow(
        party=money.party,
        need_idr=money.need_idr,
        when=names.short_periods[money.need_period] if inside else "",
        limit=language.text("not stated") if money.limit_idr is None else language.rupiah(money.limit_idr),
        short_idr=money.short_idr,
        balance_idr=money.balance_idr,
        shade=tuple(_shade(balance, deepest) for balance in money.balance_idr),
        words=_need(money, names, language),
        worth_idr=worth_idr,
    )


def _shade(balance: int, deepest: int) -> int:
    return 0 if balance >= 0 or not deepest else min(4, 1 + int(-balance * 4 / (deepest + 1)))
