"""When each party pays and is paid under a plan: what it needs or holds, month by month.

What is counted, and on which day, stands in docs/network-format.md (Cash) and docs/planning.md.
Settlements between parties beside the prices are not counted: they are paid once, at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

import numpy as np

from jejaring.engines.measures import NONE, Decimals
from jejaring.engines.planning.calendar import Calendar
from jejaring.engines.planning.payments import lane_payer, outside_payments, price_reached
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import NOBODY, Problem

RATE_REFERENCE = "loan.rate"
"""The reference figure that holds the yearly interest, as 0.06 (docs/network-format.md, Cash)."""
ADVANCE_SHARE = Fraction(1, 2)
ADVANCE_DAYS = 30
_YEAR_DAYS = 365
_HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Payment:
    """Whole rupiah that one party pays (below zero) or is paid (above) on a day. `partner` is the
    other party, NOBODY for an outside counterparty or its members. `inward`: to a partner, for goods.
    """

    party: int
    partner: int
    day: int
    idr: int
    for_goods: bool = False


@dataclass(frozen=True)
class PartyCash:
    """One party's money. By period, with one more entry for what comes after the last: `received_idr`,
    `paid_idr`, and `balance_idr` at the period's end, all counted from 0.

    `need_idr` is the deepest that the balance goes below zero on any day, `need_period` when (-1:
    never). `rupiah_days` is what is tied up: rupiah below zero times days. `limit_idr` is the cash it
    states, None where it doesn't; `short_idr` what is missing beyond it.
    """

    party: int
    received_idr: tuple[int, ...]
    paid_idr: tuple[int, ...]
    balance_idr: tuple[int, ...]
    need_idr: int
    need_period: int
    rupiah_days: int
    limit_idr: int | None
    short_idr: int


@dataclass(frozen=True)
class Advance:
    """What it costs a party to pay its partners `share` of the price `days` before it would.

    `more_idr` more is needed at the deepest, `rupiah_days` more is tied up; `cost_idr` is the interest
    on it at `yearly_rate` (None without a rate).
    """

    party: int
    share: Fraction
    days: int
    advanced_idr: int
    more_idr: int
    rupiah_days: int
    yearly_rate: Decimal | None
    cost_idr: int | None


@dataclass(frozen=True)
class Cash:
    """The money of every party under a plan. `interest_idr` is what is tied up costs in all at
    `yearly_rate`, by party; None without a rate. `advances` are of the hubs.
    """

    parties: tuple[PartyCash, ...]
    advances: tuple[Advance, ...]
    yearly_rate: Decimal | None
    interest_idr: tuple[int, ...] | None


def cash(problem: Problem, plan: Plan) -> Cash:
    """Return what each party needs or holds by period under `plan`, and what advances would cost."""
    calendar = Calendar.of(problem.periods)
    payments = tuple(_merged(_payments(problem, plan, calendar)))
    rate = yearly_rate(problem)
    by_party = [[each for each in payments if each.party == party] for party in range(len(problem.parties))]
    parties = tuple(_party(problem, party, each, calendar) for party, each in enumerate(by_party))
    advances = tuple(
        _advance(party, by_party[party], calendar, rate) for party in _advancing(problem, by_party)
    )
    interest = None if rate is None else tuple(_interest(each.rupiah_days, rate) for each in parties)
    return Cash(parties, advances, rate, interest)


def yearly_rate(problem: Problem) -> Decimal | None:
    """Return the yearly interest that the network's reference figures hold, None where they don't."""
    for reference in problem.references:
        if reference.code == RATE_REFERENCE:
            try:
                rate = Decimal(reference.value.replace(",", "."))
            except InvalidOperation:
                return None
            return rate if rate.is_finite() and rate >= 0 else None
    return None


def payments(problem: Problem, plan: Plan) -> tuple[Payment, ...]:
    """Return every payment under `plan`. Together they are the surplus less the worth of needs met, but
    for whole rupiah and what passes between parties, which is nothing in all.
    """
    return tuple(_merged(_payments(problem, plan, Calendar.of(problem.periods))))


def needs_worth_idr(problem: Problem, plan: Plan) -> tuple[int, ...]:
    """Return by party what its members' needs that are met are worth: part of what it gets, but no money."""
    needs, worth = plan.flows.needs, problem.needs.worth_idr_per_kg
    sums = [Fraction(0)] * len(problem.parties)
    for row, kg in zip(needs.row.tolist(), needs.kg.tolist(), strict=True):
        if not worth.none[row]:
            sums[int(problem.sites.party[problem.needs.site[row]])] += worth.fraction(row) * kg
    return tuple(int(each + _HALF) for each in sums)


def _merged(found: Iterable[tuple[Payment, Fraction]]) -> Iterator[Payment]:
    """Add up what falls on one day between the same two, and round it to whole rupiah (half up)."""
    sums: dict[tuple[int, int, int, bool, bool], Fraction] = {}
    for payment, amount in found:
        key = (payment.party, payment.partner, payment.day, payment.for_goods, amount > 0)
        sums[key] = sums.get(key, Fraction(0)) + amount
    for (party, partner, day, for_goods, positive), amount in sorted(sums.items()):
        size = int(abs(amount) + _HALF)
        if size:
            yield Payment(party, partner, day, size if positive else -size, for_goods)


def _payments(problem: Problem, plan: Plan, calendar: Calendar) -> Iterator[tuple[Payment, Fraction]]:
    for party, period, days, amount in outside_payments(problem, plan.flows):
        yield Payment(party, NOBODY, calendar.middle(period) + days, 0), amount
    outlet_price = _outlet_prices(problem, plan)
    for partnership in plan.partnerships:
        for each in partnership.hand_overs:
            # Fees are for work: whoever's goods they are pays. Goods are paid by whoever takes them.
            payer, payee, goods = partnership.giver, partnership.taker, False
            amount = Fraction(each.price_idr_per_kg) * each.kg
            if partnership.kind in {"sale", "pooled_buying"}:
                payer, payee, goods = payee, payer, True
            elif partnership.kind == "marketing":
                # The channel's owner is paid by the buyer, keeps its fee, and passes on the rest.
                place = (partnership.taker, each.site, each.product, each.period)
                # A kilogram or two that was agreed on may not be sold there after rounding.
                got = outlet_price.get(place, Fraction(each.price_idr_per_kg))
                payer, payee, goods = payee, payer, True
                amount = got * each.kg - amount
            day = calendar.middle(each.period) + int(problem.parties.pays_partners_after_days[payer])
            yield Payment(payer, payee, day, 0, goods), -amount
            yield Payment(payee, payer, day, 0, goods), amount
    yield from _hire(problem, plan, calendar)


def _hire(problem: Problem, plan: Plan, calendar: Calendar) -> Iterator[tuple[Payment, Fraction]]:
    """What whoever pays a haul owes the owner of a scarce vehicle beside it: what its room is worth."""
    worth = {
        (each.row, each.period): Fraction(each.worth_idr_per_kg)
        for each in plan.scarce
        if each.table == "vehicles"
    }
    lanes, flow = problem.lanes, plan.flows.lanes
    lane_of = np.repeat(np.arange(len(lanes.start)), np.diff(lanes.product_spans.start))
    for row, period, kg in zip(flow.row.tolist(), flow.period.tolist(), flow.kg.tolist(), strict=True):
        lane = int(lane_of[row])
        vehicle, payer = int(lanes.vehicle[lane]), lane_payer(problem, lane)
        rate = worth.get((vehicle, period))
        owner = NOBODY if vehicle == NOBODY else int(problem.vehicles.owner[vehicle])
        if rate and owner not in (NOBODY, payer):
            day = calendar.middle(period) + int(problem.parties.pays_partners_after_days[payer])
            yield Payment(payer, owner, day, 0), -rate * kg
            yield Payment(owner, payer, day, 0), rate * kg


def _outlet_prices(problem: Problem, plan: Plan) -> dict[tuple[int, int, int, int], Fraction]:
    """Return what a kilogram brought on average at an owner's outlets, by owner, place, product, period."""
    outlets, flows, place = problem.outlets, plan.flows.outlets, problem.sites.place
    sums: dict[tuple[int, int, int, int], tuple[Fraction, int]] = {}
    for row, kg in zip(flows.row.tolist(), flows.kg.tolist(), strict=True):
        key = (
            int(outlets.owner[row]),
            int(place[outlets.site[row]]),
            int(outlets.product[row]),
            int(outlets.period[row]),
        )
        money, sold = sums.get(key, (Fraction(0), 0))
        sums[key] = money + price_reached(outlets, row, kg) * kg, sold + kg
    return {key: money / sold for key, (money, sold) in sums.items()}


def _party(problem: Problem, party: int, found: list[Payment], calendar: Calendar) -> PartyCash:
    periods = len(calendar.start) + 1
    received, paid = [0] * periods, [0] * periods
    for payment in found:
        at = calendar.period_of(payment.day)
        if payment.idr > 0:
            received[at] += payment.idr
        else:
            paid[at] -= payment.idr
    balance = np.cumsum(np.array(received, dtype=object) - np.array(paid, dtype=object)).tolist()
    need, day, rupiah_days = _deepest(found, calendar)
    limit = _whole(problem.parties.cash_idr, party)
    return PartyCash(
        party=party,
        received_idr=tuple(received),
        paid_idr=tuple(paid),
        balance_idr=tuple(balance),
        need_idr=need,
        need_period=calendar.period_of(day) if need else -1,
        rupiah_days=rupiah_days,
        limit_idr=limit,
        short_idr=0 if limit is None else max(0, need - limit),
    )


def _deepest(found: Iterable[Payment], calendar: Calendar) -> tuple[int, int, int]:
    """Return how far the balance goes below zero at the end of any day, the first such day, and rupiah
    below zero × days until the last payment or the last period's end, whichever is later.
    """
    by_day: dict[int, int] = {}
    for payment in found:
        by_day[payment.day] = by_day.get(payment.day, 0) + payment.idr
    if not by_day:
        return 0, 0, 0
    balance = need = day_of_need = rupiah_days = 0
    days = sorted(by_day)
    until = [*days[1:], max(calendar.end[-1], days[-1])] if days else []
    for day, next_day in zip(days, until, strict=True):
        balance += by_day[day]
        if -balance > need:
            need, day_of_need = -balance, day
        rupiah_days += max(0, -balance) * (next_day - day)
    return need, day_of_need, rupiah_days


def _advancing(problem: Problem, by_party: list[list[Payment]]) -> list[int]:
    """Return the hubs that pay partners for goods; without a declared hub, whoever pays most."""
    for_goods = [sum(-each.idr for each in found if each.for_goods and each.idr < 0) for found in by_party]
    buying = [party for party, idr in enumerate(for_goods) if idr]
    hubs = [party for party in buying if problem.parties.roles[party] == "hub"]
    return hubs or sorted(buying, key=lambda party: -for_goods[party])[:1]


def _advance(party: int, found: list[Payment], calendar: Calendar, rate: Decimal | None) -> Advance:
    """Return what it costs to pay a share of what is paid to partners for goods some days earlier."""
    earlier: list[Payment] = []
    advanced = 0
    for payment in found:
        if payment.for_goods and payment.idr < 0:
            part = int(-payment.idr * ADVANCE_SHARE)
            advanced += part
            earlier.append(Payment(party, payment.partner, payment.day - ADVANCE_DAYS, -part))
            earlier.append(Payment(party, payment.partner, payment.day, payment.idr + part))
        else:
            earlier.append(payment)
    need, _, rupiah_days = _deepest(found, calendar)
    more, _, more_days = _deepest(earlier, calendar)
    tied = more_days - rupiah_days
    cost = None if rate is None else _interest(tied, rate)
    return Advance(party, ADVANCE_SHARE, ADVANCE_DAYS, advanced, more - need, tied, rate, cost)


def _interest(rupiah_days: int, rate: Decimal) -> int:
    return int(Fraction(rupiah_days) * Fraction(rate) / _YEAR_DAYS + _HALF)


def _whole(column: Decimals, row: int) -> int | None:
    floors = column.floors()
    return None if floors[row] == NONE else int(floors[row])
