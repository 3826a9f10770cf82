"""Editions: each party reads its own figures, and no page tells another's, however it is written."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from jejaring.documents.edition_pages import edition_pages
from jejaring.documents.editions import FACILITATOR, PUBLIC, View, editions, tells_of_one
from jejaring.documents.language import Code, language
from jejaring.documents.names import names
from jejaring.documents.report import Run, report_html
from jejaring.documents.sections.scarcity import scarcity
from jejaring.documents.sections.totals import totals
from jejaring.documents.sections.why_not import why_not_words, worth_trying
from jejaring.engines.errors import Sentence
from jejaring.engines.planning import read
from jejaring.engines.planning.plan import HandOver, Outcome, Partnership, Plan, Share
from jejaring.engines.planning.problem import NOBODY, Problem
from jejaring.engines.planning.questions.answers import Answers, Change, WhyNot
from jejaring.engines.planning.questions.ask import ask
from jejaring.engines.planning.questions.today import today_idr
from jejaring.engines.planning.sharing.rules import share
from jejaring.engines.planning.solve import solve
from tests.documents.networks import problem_of, solved, village_network

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


@pytest.mark.parametrize("code", CODES)
def test_no_edition_tells_another_partys_answers(code: Code) -> None:
    problem, plan, shares, _ = answered()
    world, tried = (problem, plan, shares), 0
    for name, view in editions(problem, plan):
        mine = {form for each in open_to(world, view.party) for form in forms(each)}
        if view.party != NOBODY:
            own = answers_of(view.party) | money_of(world, view.party)
            mine |= {form for each in own for form in forms(each)}
        for party in range(len(problem.parties)):
            if party != view.party:
                hidden = answers_of(party) | secrets(world, party, view.party)
                hidden = {each for each in hidden if not forms(each) & mine}
                tried += len(hidden)
                found = told(pages(code, 2)[f"{name}.html"], hidden)
                # In three digits, an answer may look like a figure of the reader's own: then the page
                # that was made without answers has it too.
                chance = told(pages(code, 3)[f"{name}.html"], found & asked_of(party))
                assert found - chance == set(), (name, party)
    assert tried > 1_000


def test_each_party_reads_its_own_answers() -> None:
    problem, plan, _, asked = answered()
    said = language("en")
    assert asked.cash
    assert asked.commitments
    for name, view in editions(problem, plan):
        page = pages("en", 2)[f"{name}.html"]
        sections = set(re.findall(r'<section id="([a-z-]+)">', page))
        if view.reader == "public":
            assert not sections & {"cash", "promises", "trips", "quotas", "planting", "why-not"}
            continue
        assert said.rupiah(asked.cash.parties[view.party].need_idr) in page
        made = today_idr(problem)[view.party]
        assert made is None or said.rupiah(round(made)) in page
        parties = {party for each in asked.commitments.promises for party in (each.giver, each.taker)}
        assert ("promises" in sections) == (view.party in parties)
        owned = (
            {int(problem.vehicles.owner[each.vehicle]) for each in asked.trips.vehicles}
            if asked.trips
            else set()
        )
        assert ("trips" in sections) == (view.party in owned)
        assert ("planting" in sections) == (view.reader == "hub")
    assert asked.why_not
    left = {each.party for each in asked.why_not.subjects if worth_trying(problem, each) or not each.changes}
    assert left
    assert {name for name, page in pages("en", 2).items() if 'id="why-not"' in page} == {
        f"{name}.html" for name, view in editions(problem, plan) if view.party in left
    }


def test_land_is_read_by_its_owner_only() -> None:
    problem, plan, _, _ = answered()
    areas = [language("en").number(area, places=2) for area in problem.growers.area_ha.fractions() if area]
    for name, view in editions(problem, plan):
        there = numbers_on(pages("en", 2)[f"{name}.html"])
        shown = {party for party, area in enumerate(areas) if area in there}
        assert shown == {view.party} & set(range(6)), name


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


@pytest.mark.parametrize("code", CODES)
def test_no_edition_tells_a_private_number_of_another_party(code: Code) -> None:
    world = telling()
    tried = 0
    for name, view in editions(world[0], world[1]):
        for party in range(len(world[0].parties)):
            if party != view.party:
                hidden = secrets(world, party, view.party)
                tried += len(hidden)
                assert told(pages(code)[f"{name}.html"], hidden) == set(), (name, party)
    assert tried > 600


@pytest.mark.parametrize("code", CODES)
def test_the_facilitator_and_the_party_itself_do_read_them(code: Code) -> None:
    world = telling()
    report = html.unescape(report_html(*world, RUN, language(code)))
    for name, view in editions(world[0], world[1]):
        if view.reader == "public":
            continue
        gains = {
            abs(float(int(each.payoff_idr[view.party] - world[1].alone_idr[view.party]))) for each in world[2]
        }
        own = {world[1].alone_idr[view.party], *gains} - {0.0}
        own = {each for each in own if each >= 10_000}
        assert own or name == "P3", name
        assert told(report, own) == own
        assert told(pages(code)[f"{name}.html"], own) == own


def test_the_facilitators_reasons_hold_what_the_editions_keep_back() -> None:
    """The network does put prices of one party into sentences about another; else nothing was tried."""
    world = telling()
    report = html.unescape(report_html(*world, RUN, language("id")))
    problem = world[0]
    middle = problem.parties.codes.index("H")
    kept_back = {
        party
        for party in range(len(problem.parties))
        if party != middle and told(report, secrets(world, party, middle) & prices_of(world, party))
    }
    assert len(kept_back) >= 4
    dear = prices_of(world, 3)
    assert told(pages("id")["P3.html"], dear), "P3 reads what its members ask and what would bring it in"
    assert "Rp" in pages("id")["P4.html"]


@pytest.mark.parametrize("count", [8, 30])
def test_no_edition_of_villages_tells_another_partys_money(count: int) -> None:
    world = solved(count)
    problem, plan, _ = world
    made = edition_pages(*world, RUN, language("id"))
    said = language("id").number
    exact = [{said(idr, places=0) for idr in money_of(world, p) if idr >= 100_000} for p in range(count + 1)]
    for name, view in editions(problem, plan):
        there = numbers_on(html.unescape(made[f"{name}.html"]))
        mine = exact[view.party] if view.party != NOBODY else set()
        mine = mine | {said(round(each.value_idr)) for each in plan.partnerships if view.takes_part(each)}
        others = set().union(*(exact[party] for party in range(count + 1) if party != view.party))
        assert len(others) > count
        assert there & (others - mine) == set(), name


@pytest.mark.slow
def test_no_edition_of_the_example_tells_another_partys_value_alone_or_gain() -> None:
    problem = read(EXAMPLE)
    plan = solve(problem)
    world = problem, plan, share(problem, plan, ("equal", "volume", "market"))
    for code in CODES:
        said = language(code).number
        made = edition_pages(*world, RUN, language(code))
        private = [{said(idr, places=0) for idr in money_of(world, p)} for p in range(len(problem.parties))]
        for name, view in editions(problem, plan):
            there = numbers_on(html.unescape(made[f"{name}.html"]))
            mine = private[view.party] if view.party != NOBODY else set()
            assert len(made[f"{name}.html"].encode()) < 150_000
            for party, numbers in enumerate(private):
                alone = said(plan.alone_idr[party], places=0)
                if party == view.party:
                    assert alone in there
                else:
                    assert there & (numbers - mine) <= {said(0)}, (name, party)


def test_only_the_owner_reads_what_one_more_of_its_limit_is_worth() -> None:
    problem, plan, _ = telling()
    called = names(problem, language("id"))
    assert any(each.owner != 6 for each in plan.scarce)
    for _, view in editions(problem, plan):
        shown = scarcity(problem, plan, called, language("id"), view=view)
        assert set(shown.by_party) <= {view.party}
        assert {row.owner for group in shown.groups for row in group.rows} <= {view.party}
        assert not any(view.limit(each) for each in plan.scarce if each.table == "lanes")
    hub = scarcity(problem, plan, called, language("id"), view=View("hub", 6))
    assert hub.by_party[6]


def test_an_edition_names_every_hand_over_of_its_party_and_no_other() -> None:
    problem, plan, _ = telling()
    for name, view in editions(problem, plan):
        page = pages("en")[f"{name}.html"]
        called = names(problem, language("en")).short_parties
        blocks = re.findall(r'<div class="sheet deal">\s*<h3>(.*?) → (.*?) <span', page)
        mine = [
            (called[each.giver], called[each.taker])
            for each in plan.partnerships
            if view.party in {each.giver, each.taker}
        ]
        assert sorted(blocks) == sorted(mine)
        for each in plan.partnerships:
            if view.takes_part(each):
                for handed in each.hand_overs:
                    assert language("en").number(handed.kg) in page


def test_the_public_edition_names_no_party() -> None:
    problem, _, _ = telling()
    for name in problem.parties.names:
        assert name.removeprefix("Koperasi Desa ") not in pages("id")["public.html"]


def test_a_reason_that_weighs_the_givers_goods_is_not_the_takers() -> None:
    trader = Sentence("use.local", "the local trader")
    way = Sentence("use.lane", "hauling it to {site}", {"site": "X"})
    facts = {"giver": "A", "taker": "B", "product": "p", "worth_idr_per_kg": 7000, "less_idr_per_kg": 713}
    handed = (HandOver(0, 0, 0, 10, 7000.0),)

    def made(kind: Any, code: str, **more: object) -> Partnership:
        return Partnership(0, 1, kind, handed, Sentence(code, "{giver} {less_idr_per_kg}", {**facts, **more}))

    giver, taker, third = View("coop", 0), View("hub", 1), View("coop", 2)
    local, hauled = made("sale", "why.better", other=trader), made("sale", "why.better", other=way)
    assert giver.why(local) is local.reason
    assert taker.why(local) is None
    assert third.why(local) is None
    assert PUBLIC.why(local) is None
    told_giver = giver.why(hauled)
    assert told_giver is not None
    assert "less_idr_per_kg" not in told_giver.facts
    assert "other" not in told_giver.facts
    # Goods that come back from the mill are weighed at the mill's place, with its trader's price.
    assert giver.why(made("toll", "why.better", other=trader)) is None
    assert taker.why(made("pooled_buying", "why.pooled_buying")) is not None
    assert FACILITATOR.why(hauled) is hauled.reason
    # What isn't known to be harmless isn't shown.
    assert giver.why(made("sale", "why.something_new", other=way)).code == "why.edition"  # type: ignore[union-attr]
    outcome = Outcome(0, 1.0, True, (Sentence("why.not_you", "{x_idr}", {"x_idr": 1}),))
    assert giver.reasons(outcome) == ()
    assert FACILITATOR.reasons(outcome) == outcome.reasons


@pytest.mark.parametrize(
    ("parts", "tells"),
    [
        ((), True),
        ((5, 6, 7), True),
        ((5, 6, 7, 0), True),
        ((5, 6, 7, 8), False),
        ((100, 1, 1, 1), True),
        ((100, 1, 6, 5), True),
        ((100, 5, 6, 5), False),
        ((100, 90, 4, 5), True),
        ((-50, 40, 30, 20), False),
    ],
)
def test_a_total_is_shown_only_where_no_part_can_be_worked_out(
    parts: tuple[int, ...], *, tells: bool
) -> None:
    assert tells_of_one(parts) == tells


def test_totals_of_three_co_ops_are_kept_back_and_it_is_said() -> None:
    problem, plan, shares = solved(0)
    shown = totals(problem, plan, shares, names(problem, language("id")), language("id"))
    assert (shown.gain, shown.together, shown.alone, shown.tonnes) == ("", "", "", ())
    assert shown.hidden
    page = edition_pages(problem, plan, shares, RUN, language("en"))["public.html"]
    assert "Rp" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    assert "few co-ops stand behind it" in page


def test_a_rule_that_gives_nearly_all_to_one_keeps_the_total_back() -> None:
    problem, plan, shares = solved(8)
    called = names(problem, language("id"))
    even = [share for share in shares if share.rule == "equal"]
    assert totals(problem, plan, tuple(even), called, language("id")).gain
    whole = sum(even[0].payoff_idr) - sum(int(alone) for alone in plan.alone_idr)
    payoff = [int(alone) + (whole if party == 0 else 0) for party, alone in enumerate(plan.alone_idr)]
    greedy = replace(even[0], rule="market", payoff_idr=tuple(payoff))
    assert not totals(problem, plan, (*even, greedy), called, language("id")).gain


def test_a_months_total_never_tells_what_another_month_keeps_back() -> None:
    network = village_network(8)
    network["supplies"] = [
        row for row in network["supplies"] if row["period"] != "2027-05" or row["site"] in {"s0", "s1"}
    ]
    problem = problem_of(network)
    plan = solve(problem)
    shown = totals(problem, plan, (), names(problem, language("id")), language("id"))
    [row] = shown.tonnes
    assert row.tonnes[4] == ""
    assert row.tonnes[0]
    assert row.total == ""


def test_file_names_are_safe_and_differ() -> None:
    network = telling_network()
    codes = ["../../etc", "public", "Public", "CON", "a b", "ä", "H"]
    renamed = dict(zip([row["code"] for row in network["parties"]], codes, strict=True))
    for table in ("parties", "sites", "outlets", "processes"):
        for row in network[table]:
            for key in ("code", "party", "owner"):
                if row.get(key) in renamed and (table == "parties" or key != "code"):
                    row[key] = renamed[row[key]]
    problem = problem_of(network)
    found = editions(problem, solve(problem))
    written = [name for name, _ in found]
    assert len({name.casefold() for name in written}) == len(codes) + 1
    assert all(re.fullmatch(r"[A-Za-z0-9-]+", name) for name in written)
    assert dict(found)["public"] is PUBLIC
    assert dict(found)["hub"].reader == "hub"
    assert "con" not in {name.casefold() for name in written}


@pytest.mark.parametrize("code", CODES)
def test_pages_are_whole_small_and_the_same_every_time(code: Code) -> None:
    from tests.documents.test_report import checked

    made = edition_pages(*solved(30), RUN, language(code))
    assert made == edition_pages(*solved(30), RUN, language(code))
    for page in made.values():
        parser = checked(page)
        assert all(link[1:] in parser.ids for link in parser.links)
        assert len(page.encode()) < 150_000
        assert "<script" not in page
        assert f'lang="{code}"' in page


def test_a_party_reads_only_changes_of_its_own_figures() -> None:
    problem, _, _, asked = answered()
    assert asked.why_not
    code = dict(zip(problem.processes.codes, range(9), strict=False))
    first = {name: problem.processes.code.tolist().index(at) for name, at in code.items()}
    of_hub = int(problem.processes.output_spans.start[first["g"]])

    marks = iter(range(8))
    # Each brings in less than the one before, so that the order stays.

    def change(kind: Any, table: str, field: str, row: int) -> Change:
        return Change(kind, table, field, row, Decimal(2), Decimal(1), 100 - next(marks), 20, "exact")

    own = problem.supplies.site.tolist().index(problem.sites.codes.index("s0"))
    others = problem.supplies.site.tolist().index(problem.sites.codes.index("s1"))
    changes = (
        change("price", "supplies", "cost_idr_per_kg", own),
        change("price", "supplies", "cost_idr_per_kg", others),
        change("price", "processes", "cost_idr_per_kg", first["g"]),
        change("capacity", "processes", "capacity_kg", first["k"]),
        change("yield", "processes", "outputs", of_hub),
        change("price", "outlets", "price_idr_per_kg", 0),
        change("lane", "lanes", "cost_idr_per_kg", 0),
        change("period", "supplies", "period", own),
    )
    called, said = names(problem, language("en")), language("en")

    def read_by(view: View) -> list[int]:
        mine = WhyNot("party", max(view.party, 0), 0, 0, 0, 10, 0, changes)
        assert asked.why_not
        found = Answers(why_not=replace(asked.why_not, subjects=(mine,)))
        words = why_not_words(problem, found, called, said, view)
        assert words
        every = why_not_words(problem, found, called, said)
        assert every
        assert bool(words.rivals or words.shortages) == (
            view.sees_all and bool(every.rivals or every.shortages)
        )
        assert [100 - row.kg for row in every.rows[0].changes] == list(range(8))
        return [100 - row.kg for row in words.rows[0].changes]

    parties = problem.parties.codes.index
    assert read_by(View("coop", parties("P0"))) == [0]
    assert read_by(View("coop", parties("P1"))) == [1]
    assert read_by(View("coop", parties("P5"))) == [3]
    assert read_by(View("hub", parties("H"))) == [2, 4, 5]
    assert read_by(View("coop", parties("P3"))) == []
    every = why_not_words(problem, asked, called, said)
    assert every
    assert every.rivals or every.shortages
