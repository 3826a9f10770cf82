"""Who pays whom when: small networks whose money can be followed on paper."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from jejaring.engines import planning
from jejaring.engines.planning.calendar import Calendar, week_of
from jejaring.engines.planning.interchange import read_json
from jejaring.engines.planning.questions.cash import cash, payments
from tests.referee import networks


def hub_and_farm(**days: Any) -> dict[str, Any]:
    """A sells 100 kg of cabbage a month to the hub H, which sells them on at its own site.

    The buyer takes exactly 100 kg at 4,000; H's outlet is full with A's goods, the lane is free.
    """
    return {
        "format": "jejaring-network/2",
        "periods": [{"code": "2026-03"}, {"code": "2026-04"}],
        "products": [{"code": "kubis"}],
        "parties": [
            {"code": "A", "pays_members_after_days": days.get("members", 0), "cash_idr": days.get("cash")},
            {"code": "H", "role": "hub", "pays_partners_after_days": days.get("partners", 0)},
        ],
        "sites": [{"code": "a", "party": "A"}, {"code": "h", "party": "H"}],
        "supplies": [
            {"site": "a", "product": "kubis", "period": "*", "available_kg": 100, "cost_idr_per_kg": 1000}
        ],
        "outlets": [
            {
                "code": "o",
                "owner": "H",
                "site": "h",
                "product": "kubis",
                "period": "*",
                "most_kg": 200,
                "price_idr_per_kg": 4000,
                "pays_after_days": days.get("buyer", 0),
            }
        ],
        "lanes": [{"from": "a", "to": "h", "products": ["kubis"], "cost_idr_per_kg": 500}],
        "references": days.get("references", []),
    }


def solved(document: dict[str, Any]) -> Any:
    problem = read_json(json.dumps(document).encode())
    return problem, planning.solve(problem)


def test_a_month_and_a_week_know_their_days() -> None:
    march, week = date(2026, 3, 1).toordinal(), date(2026, 12, 28).toordinal()
    assert Calendar.of(["2026-03", "2026-04"]) == Calendar((march, march + 31), (march + 31, march + 61))
    assert Calendar.of(["2026-W53"]) == Calendar((week,), (week + 7,))
    assert week_of(week) == "2026-W53"
    other = Calendar.of(["panen 1", "panen 2"])
    assert other.start[1] == other.end[0] == other.start[0] + 30


@pytest.mark.parametrize(
    ("buyer", "received"),
    # The middles are 16 March and 16 April: 15 days on are 31 March and 1 May.
    [
        (0, (400_000, 400_000, 0)),
        (14, (400_000, 400_000, 0)),
        (15, (400_000, 0, 400_000)),
        (16, (0, 400_000, 400_000)),
        (46, (0, 0, 800_000)),
    ],
)
def test_money_comes_so_many_days_after_the_middle_of_the_month(
    buyer: int, received: tuple[int, ...]
) -> None:
    problem, plan = solved(hub_and_farm(buyer=buyer))
    assert cash(problem, plan).parties[1].received_idr == received


def test_a_hub_that_pays_on_delivery_and_is_paid_after_thirty_days_lays_the_money_out() -> None:
    problem, plan = solved(hub_and_farm(buyer=30))
    farm, hub = cash(problem, plan).parties
    # At the hub's site cabbage is worth 4,000: A gets 400,000 a month, pays 100,000 to members and
    # 50,000 for the lorry. The hub pays 400,000 on 16 March and on 16 April and is paid on 15 April
    # and 16 May.
    assert farm.balance_idr == (250_000, 500_000, 500_000)
    assert hub.paid_idr == (400_000, 400_000, 0)
    assert hub.balance_idr == (-400_000, -400_000, 0)
    assert (hub.need_idr, hub.need_period) == (400_000, 0)
    # 30 days from each delivery to its payment.
    assert hub.rupiah_days == 2 * 30 * 400_000


def test_who_is_paid_later_than_it_pays_its_members_is_told_what_is_missing() -> None:
    problem, plan = solved(hub_and_farm(partners=30, cash=120_000))
    farm = cash(problem, plan).parties[0]
    assert farm.need_idr == 150_000
    assert (farm.limit_idr, farm.short_idr) == (120_000, 30_000)
    paid_later, plan = solved(hub_and_farm(partners=30, members=30, cash=120_000))
    farm = cash(paid_later, plan).parties[0]
    # Only the lorry is paid at once.
    assert (farm.need_idr, farm.short_idr) == (50_000, 0)


def test_an_advance_of_half_the_price_costs_the_interest_of_thirty_days() -> None:
    rate = [{"code": "loan.rate", "item": "Bunga", "value": "0.06", "source": "contoh"}]
    problem, plan = solved(hub_and_farm(references=rate))
    answer = cash(problem, plan)
    (advance,) = answer.advances
    assert advance.party == 1
    # Half of two payments of 400,000, each 30 days before the buyer pays: 2 × 200,000 × 30 rupiah-days.
    # The second falls on 17 March, a day after the first was paid back.
    assert advance.advanced_idr == 400_000
    assert advance.more_idr == 200_000
    assert advance.rupiah_days == 12_000_000
    assert advance.cost_idr == round(12_000_000 * 0.06 / 365)
    assert answer.interest_idr == (0, 0)


def test_who_neither_pays_nor_is_paid_needs_nothing() -> None:
    document = hub_and_farm()
    document["parties"].append({"code": "C"})
    problem, plan = solved(document)
    idle = cash(problem, plan).parties[2]
    assert (idle.need_idr, idle.need_period, idle.rupiah_days) == (0, -1, 0)
    assert idle.balance_idr == (0, 0, 0)


def test_without_a_rate_no_interest_is_made_up() -> None:
    problem, plan = solved(hub_and_farm(buyer=30))
    answer = cash(problem, plan)
    assert answer.yearly_rate is None
    assert answer.interest_idr is None
    assert answer.advances[0].cost_idr is None


@pytest.mark.parametrize("seed", range(25))
def test_all_payments_together_are_the_surplus_without_needs(seed: int) -> None:
    problem = read_json(json.dumps(networks.small(seed)).encode())
    plan = planning.solve(problem)
    found = payments(problem, plan)
    wanted = plan.surplus_idr - plan.lines.needs_met_idr
    assert abs(sum(each.idr for each in found) - wanted) <= max(1, len(found))
    between = sum(each.idr for each in found if each.partner >= 0)
    assert abs(between) <= len(found)
