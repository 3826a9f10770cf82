"""Money by month: who must lay out how much, until when, and what advances would cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jejaring.documents.charts.cash import cash_picture
from jejaring.documents.charts.svg import Picture
from jejaring.documents.language import Language
from jejaring.documents.names import Names, listed
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.cash import Advance, Cash, PartyCash


@dataclass(frozen=True)
class CashRow:
    """One party: what it needs at the deepest and when, and its balance at each period's end, in rupiah.

    `shade` is 0 to 4, the darkest where most is laid out. `words` say what follows for it.
    """

    party: int
    need_idr: int
    when: str
    limit: str
    short_idr: int
    balance_idr: tuple[int, ...]
    shade: tuple[int, ...]
    words: str


@dataclass(frozen=True)
class CashWords:
    """The section: pictures of the hubs, sentences, and a row for each party, the greatest need first."""

    pictures: tuple[Picture, ...]
    sentences: tuple[str, ...]
    terms: tuple[str, ...]
    rows: tuple[CashRow, ...]
    lead: str


def cash_words(
    problem: Problem, answer: Cash, names: Names, language: Language, *, plan: Plan | None = None
) -> CashWords:
    """Return what the money of a plan means, in words and pictures."""
    hubs = _middle(answer)
    deepest = max((each.need_idr for each in answer.parties), default=0)
    rows = sorted(answer.parties, key=lambda each: (-each.need_idr, each.party))
    kept = [_goods_kept(problem, plan, answer.parties[hub], names, language) if plan else "" for hub in hubs]
    return CashWords(
        pictures=tuple(cash_picture(answer.parties[hub], names, language) for hub in hubs),
        sentences=(*_sentences(answer, names, language), *(each for each in kept if each)),
        terms=tuple(_terms(problem, names, language)),
        rows=tuple(_row(each, deepest, names, language) for each in rows),
        lead=_lead(problem, language),
    )


def _pays_at_once(problem: Problem) -> bool:
    """Whether buyers and co-ops pay on delivery."""
    return not (problem.outlets.days.any() or problem.parties.pays_partners_after_days.any())


def _lead(problem: Problem, language: Language) -> str:
    if _pays_at_once(problem):
        return language.text(
            "All buyers and co-ops pay on delivery; money is laid out where goods are bought in one month "
            "and sold in a later one."
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
    """Return what the hubs must have at hand, a sentence for each."""
    return tuple(_need(answer.parties[hub], names, language) for hub in _middle(answer))


def party_sentence(answer: Cash, party: int, names: Names, language: Language) -> str:
    """Return what one party needs, in a sentence for its own page."""
    return _need(answer.parties[party], names, language)


def own_sentences(answer: Cash, party: int, names: Names, language: Language) -> tuple[str, ...]:
    """Return everything that is said of one party's own money, for its edition."""
    said = [_need(answer.parties[party], names, language)]
    said += _interest(answer, party, names, language)
    need = answer.parties[party].need_idr
    said += [_advance(each, need, names, language) for each in answer.advances if each.party == party]
    return (*said, *_short(answer.parties[party], names, language))


def _sentences(answer: Cash, names: Names, language: Language) -> list[str]:
    said = []
    for advance in answer.advances:
        said.append(_need(answer.parties[advance.party], names, language))
        said += _interest(answer, advance.party, names, language)
        need = answer.parties[advance.party].need_idr
        said.append(_advance(advance, need, names, language))
    for each in sorted(answer.parties, key=lambda one: -one.short_idr):
        said += _short(each, names, language)
    return said


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
            "{name} must have {need} at hand after the last month.",
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
        "more at the deepest, {total} at hand in all, and the interest would be {cost}.",
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


def _row(money: PartyCash, deepest: int, names: Names, language: Language) -> CashRow:
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
    )


def _shade(balance: int, deepest: int) -> int:
    return 0 if balance >= 0 or not deepest else min(4, 1 + int(-balance * 4 / (deepest + 1)))
