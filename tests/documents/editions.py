"""Networks in which every number tells whose it is, their editions, and which numbers these may not tell."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jejaring.documents.edition_pages import edition_pages
from jejaring.documents.language import Code, language
from jejaring.documents.report import Run
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import NOBODY, Problem
from jejaring.engines.planning.questions.answers import Answers
from jejaring.engines.planning.questions.ask import ask
from jejaring.engines.planning.questions.today import today_idr
from jejaring.engines.planning.sharing.rules import share
from jejaring.engines.planning.solve import solve
from tests.documents.networks import problem_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "cianjur-beras.xlsx"
RUN = Run(version="0.1.0", file="contoh.xlsx")
CODES: tuple[Code, ...] = ("id", "en")
MONTHS = ("2027-01", "2027-02", "2027-03")

STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)

World = tuple[Problem, Plan, tuple[Share, ...]]


def telling_network() -> dict[str, Any]:
    """Return six co-ops and a hub in which no two prices or costs are the same, each with odd digits.

    P0 sells all to the hub, P1 part of it to its own trader, P2 has more than the hub can mill, P3
    asks more than it is worth, P4 earns more at home, P5 dries for others and mills at the hub.
    """
    draw = random.Random(11)

    def odd(low: int, high: int) -> float:
        return draw.randrange(low, high) + draw.choice((0.13, 0.37, 0.59, 0.83))

    numbers = range(6)
    cost = [odd(5111, 5987) for _ in numbers]
    cost[3] = odd(9111, 9487)
    local = [odd(5311, 6087) for _ in numbers]
    local[4] = odd(7711, 7887)
    sites = [{"code": f"s{n}", "party": f"P{n}", "name": f"Gudang {n}"} for n in numbers]
    return {
        "format": "jejaring-network/1",
        "name": "Jaringan uji",
        "periods": [{"code": month} for month in MONTHS],
        "products": [{"code": "gkp", "name": "Gabah"}, {"code": "beras", "name": "Beras"}],
        "parties": [
            *({"code": f"P{n}", "name": f"Koperasi Desa Melati {'ABCDEF'[n]}"} for n in numbers),
            {"code": "H", "name": "Koperasi Niaga", "role": "hub"},
        ],
        "sites": [*sites, {"code": "h", "party": "H"}, {"code": "m", "party": None, "name": "Pasar"}],
        "supplies": [
            {"site": f"s{n}", "product": "gkp", "period": month, "cost_idr_per_kg": cost[n],
             "available_kg": draw.randrange(11_111, 29_999)}
            for n in numbers for month in MONTHS
        ],
        "outlets": [
            {"code": "o", "owner": "H", "site": "m", "product": "beras", "period": "*", "most_kg": 47_111,
             "price_idr_per_kg": odd(14_111, 14_777), "buyer": "Pasar Induk"},
        ],
        "processes": [
            {"code": "g", "owner": "H", "site": "h", "input": "gkp", "outputs": {"beras": 0.5731},
             "period": "*", "capacity_kg": 61_337, "cost_idr_per_kg": odd(1111, 1287), "name": "Giling"},
            {"code": "k", "owner": "P5", "site": "s5", "input": "gkp", "outputs": {"beras": 0.5519},
             "period": "*", "capacity_kg": 9_337, "cost_idr_per_kg": odd(1311, 1387), "name": "Giling kecil"},
        ],
        "lanes": [
            *({"from": f"s{n}", "to": "h", "products": ["gkp"], "cost_idr_per_kg": odd(31, 97)}
              for n in numbers),
            {"from": "s0", "to": "s5", "products": ["gkp"], "cost_idr_per_kg": odd(11, 27)},
            {"from": "s5", "to": "h", "products": ["beras"], "cost_idr_per_kg": odd(21, 37)},
            {"from": "h", "to": "m", "products": ["beras"], "cost_idr_per_kg": odd(21, 37)},
        ],
        "local_trade": [
            {"site": f"s{n}", "product": "gkp", "period": "*", "sell_idr_per_kg": local[n],
             "most_sell_kg": 7_000 + 113 * n}
            for n in numbers
        ],
    }  # fmt: skip


@cache
def telling() -> World:
    """Return the telling network with its plan and shares as the engine makes them."""
    problem = problem_of(telling_network())
    plan = solve(problem)
    return problem, plan, share(problem, plan)


def answered_network() -> dict[str, Any]:
    """Return the telling network in version 2, with what answers are made from: what each makes today,
    days and money, lorries of P0 and of the hub, crops and growers, a mill that could be built at P2's.
    """
    network = telling_network()
    rows = {table: {row.get("code"): row for row in network[table]} for table in ("parties", "processes")}
    for number, party in enumerate(rows["parties"].values()):
        party |= {"pays_members_after_days": number, "cash_idr": 7_111_111 + 1_373_737 * number}
    for number, outlet in enumerate(network["outlets"]):
        outlet["pays_after_days"] = 37 + number
    lanes = network["lanes"]
    lanes[0] |= {"vehicle": "truk0", "km": 13}
    lanes[-1] |= {"vehicle": "trukh", "km": 17}
    return {
        **network,
        "format": "jejaring-network/2",
        "processes": [
            *network["processes"],
            {**rows["processes"]["k"], "code": "b", "owner": "P2", "site": "s2", "build_cost_idr": 17_373_131,
             "build_share": 0.113, "name": "Giling baru"},
        ],
        "vehicles": [
            {"code": "truk0", "name": "Pikap", "owner": "P0", "capacity_kg": 1_777, "idr_per_km": 1_313,
             "idr_per_trip": 51_717, "most_trips": 71},
            {"code": "trukh", "name": "Engkel", "owner": "H", "capacity_kg": 3_777, "idr_per_km": 1_717,
             "idr_per_trip": 71_317, "most_trips": 77},
        ],
        "today": [
            {"site": f"s{n}", "product": "gkp", "period": MONTHS[1], "sells_kg": 7_131 + 577 * n,
             "sells_idr_per_kg": 11_511 + 133 * n, "partner": "Tengkulak"}
            for n in range(6)
        ],
        "crops": [{"product": "gkp", "days_to_harvest": 91, "sorting_loss": 0.037, "safety": 0.0511}],
        "growers": [
            {"site": f"s{n}", "product": "gkp", "area_ha": 13.37 + 2.91 * n, "kg_per_ha": 1_377 + 71 * n,
             "fulfilment": 0.8 + 0.03 * n}
            for n in range(6)
        ],
    }  # fmt: skip


@cache
def answered() -> tuple[Problem, Plan, tuple[Share, ...], Answers]:
    """Return the telling network of version 2, planned and asked everything."""
    problem = problem_of(answered_network())
    plan = solve(problem)
    shares = share(problem, plan)
    return problem, plan, shares, ask(problem, plan, shares, seasons=6)


@cache
def pages(code: Code, version: int = 1) -> dict[str, str]:
    """Return the telling network's editions as a reader or a program reads them: tags, tips and all.

    1 is its first version, 2 the second one with answers, 3 the same without them.
    """
    if version == 1:
        made = edition_pages(*telling(), RUN, language(code))
    else:
        problem, plan, shares, answers = answered()
        made = edition_pages(problem, plan, shares, RUN, language(code), answers if version == 2 else None)
    styles = {"".join(STYLE.findall(page)) for page in made.values()}
    assert len(styles) == 1, "colours are numbers too, and the same for everybody"
    return {name: html.unescape(STYLE.sub("", page)) for name, page in made.items()}


def answers_of(party: int) -> set[float]:
    """Return the amounts that only `party` and the facilitator may read: answers, and what it makes today."""
    made = today_idr(answered()[0])[party]
    return asked_of(party) | ({abs(float(made))} if made is not None else set())


def asked_of(party: int) -> set[float]:
    """Return the amounts of the answers that only `party` and the facilitator may read."""
    problem, _, _, asked = answered()
    assert asked.cash
    assert asked.trips
    money = asked.cash.parties[party]
    idr: set[float] = {money.need_idr, money.short_idr, *money.balance_idr, money.limit_idr or 0}
    idr |= {each.gains_idr[party] for each in asked.candidates or ()}
    idr |= {float(each.build_cost_idr) for each in asked.candidates or () if each.owner == party}
    if asked.seasons:
        for spread in (asked.seasons.alone[party], asked.seasons.market[party]):
            idr |= {spread.p10_idr, spread.p50_idr, spread.p90_idr}
    idr |= {
        each.whole_trips_idr
        for each in asked.trips.vehicles
        if int(problem.vehicles.owner[each.vehicle]) == party
    }
    for left in asked.why_not.subjects if asked.why_not else ():
        if left.party == party:
            idr |= {float(each.after) for each in left.changes if each.kind == "price"}
            idr |= {float(each.cost_idr) for each in left.changes}
    return {abs(float(each)) for each in idr if abs(each) >= 10_000}


def money_of(world: World, party: int) -> set[float]:
    """Return the rupiah that only `party` and the facilitator may read: totals of it by every rule."""
    _, plan, shares = world
    idr = {plan.alone_idr[party]}
    for each in shares:
        got = each.payoff_idr[party]
        gain = got - plan.alone_idr[party]
        idr |= {
            got,
            gain,
            int(gain),
            each.settlement_idr[party],
            got - each.settlement_idr[party],
        }
    return {abs(each) for each in idr if abs(each) >= 10_000}


def prices_of(world: World, party: int) -> set[float]:
    """Return the rupiah per kilogram that are a party's own: costs, local prices, prices of its places."""
    problem, plan, _ = world
    home = set((problem.sites.party == party).nonzero()[0].tolist())
    idr: set[float] = set()
    for table, column in (
        (problem.supplies, problem.supplies.cost_idr_per_kg),
        (problem.local_trade, problem.local_trade.sell_idr_per_kg),
    ):
        idr |= {float(column.fraction(row)) for row, site in enumerate(table.site.tolist()) if site in home}
    processes = problem.processes
    idr |= {
        float(processes.cost_idr_per_kg.fraction(row))
        for row, owner in enumerate(processes.owner.tolist())
        if owner == party
    }
    prices = plan.prices
    idr |= {
        float(price) for site, price in zip(prices.site, prices.idr_per_kg, strict=True) if int(site) in home
    }
    return {each for each in idr if each >= 1_000}


def open_to(world: World, party: int) -> set[float]:
    """Return the prices that a reader may know: its own, and those of what it takes part in."""
    handed = {
        each.price_idr_per_kg
        for partnership in world[1].partnerships
        if party in {partnership.giver, partnership.taker}
        for each in partnership.hand_overs
    }
    return handed | (prices_of(world, party) if party != NOBODY else set())


@cache
def forms(value: float) -> frozenset[str]:
    """Return every way in which an amount could be written, in both languages and in neither."""
    found = {f"{value:.0f}", f"{value:.2f}", repr(value), f"{value:,.0f}", f"{int(value)}"}
    for code in CODES:
        said = language(code)
        found |= {said.number(value, places=places) for places in (0, 1, 2, 3)}
        found |= {said.rupiah(value).removeprefix("Rp"), said.price(value)[2:].removesuffix("/kg")}
        if value >= 10_000:
            found.add(said.rupiah_short(value).removeprefix("Rp"))
            found.add(said.number(value / 1000, places=0))
    return frozenset(each for each in found if len(re.sub(r"\D", "", each)) >= 4 or each[-1].isalpha())


def numbers_on(page: str) -> set[str]:
    """Return every number on a page as it is written, with and without the word that makes it short."""
    found = re.findall(r"(\d+(?:[.,]\d+)*)([ \xa0](?:juta|miliar|million|billion))?", page)
    return {number for number, _ in found} | {number + word.replace("\xa0", " ") for number, word in found}


def told(page: str, values: Iterable[float]) -> set[float]:
    """Return which of the amounts stand on a page."""
    there = numbers_on(page)
    return {value for value in values if forms(value) & there}


def secrets(world: World, party: int, reader: int) -> set[float]:
    """Return what of `party` an edition for `reader` may not tell, without what is the same for both."""
    mine = money_of(world, reader) if reader != NOBODY else set()
    mine_written = {form for each in mine | open_to(world, reader) for form in forms(each)}
    every = money_of(world, party) | prices_of(world, party)
    return {each for each in every if not forms(each) & mine_written}
