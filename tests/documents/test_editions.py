"""Editions: each party reads its own figures, and no page tells another's, however it is written."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from jejaring.documents.edition_pages import edition_pages
from jejaring.documents.editions import FACILITATOR, PUBLIC, View, editions
from jejaring.documents.language import Code, language
from jejaring.documents.names import names
from jejaring.documents.report import report_html
from jejaring.documents.sections.scarcity import scarcity
from jejaring.documents.sections.why_not import why_not_words, worth_trying
from jejaring.engines.errors import Sentence
from jejaring.engines.planning import read
from jejaring.engines.planning.plan import HandOver, Outcome, Partnership
from jejaring.engines.planning.problem import NOBODY
from jejaring.engines.planning.questions.answers import Answers, Change, WhyNot
from jejaring.engines.planning.questions.today import today_idr
from jejaring.engines.planning.sharing.rules import share
from jejaring.engines.planning.solve import solve
from tests.documents.editions import (
    CODES,
    EXAMPLE,
    RUN,
    answered,
    answers_of,
    asked_of,
    forms,
    money_of,
    numbers_on,
    open_to,
    pages,
    prices_of,
    secrets,
    telling,
    telling_network,
    told,
)
from tests.documents.networks import problem_of, solved


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
            assert len(made[f"{name}.html"].encode()) < 200_000
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
