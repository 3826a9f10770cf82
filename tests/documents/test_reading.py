"""What a reader of the page must find: words of the calendar, shortages, warnings, what is illustrative."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from jejaring.documents.charts.flows import flow_picture
from jejaring.documents.edition_pages import edition_pages
from jejaring.documents.editions import View
from jejaring.documents.language import Code, language
from jejaring.documents.names import names
from jejaring.documents.paper.chapters import paper
from jejaring.documents.report import Run, report_html
from jejaring.documents.sections.apart import apart_from_hub
from jejaring.documents.sections.cash import cash_words, need_sentences
from jejaring.documents.sections.illustrative import illustrative_evidence, illustrative_words
from jejaring.documents.sections.sharing import sharing
from jejaring.documents.sections.shortages import short_rows
from jejaring.documents.sections.today import today
from jejaring.documents.sections.told_once import told_reasons
from jejaring.documents.sections.why_not import ChangeRow, brought_in, subject_words
from jejaring.engines import planning
from jejaring.engines.planning.problem import Reference
from jejaring.engines.planning.questions.answers import Answers, Shortage, WhyNot
from jejaring.engines.planning.questions.ask import QUESTIONS
from tests.documents.networks import problem_of, small_network, solved
from tests.documents.test_quotas_section import planned, weekly_network

ID, EN = language("id"), language("en")
MONTHS = {"id": r".{0,40}\b(?:se)?bulan(?:an)?\b", "en": r".{0,40}\bmonth(?:s|ly)?\b"}


@cache
def answered() -> Answers:
    """Return every answer about the network by week, with a buyer who pays late."""
    problem, plan, shares = planned()
    found = planning.ask(problem, plan, shares, only=tuple(QUESTIONS), seasons=4)
    assert found is not None
    return found


def seen(page: str) -> str:
    """Return a page without its style and script: the class of a table may be called as it likes."""
    page = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r'\b(?:id|class|href)="[^"]*"', "", page)


# --- the word for a period


@pytest.mark.parametrize(
    ("periods", "words"),
    [
        (("2026-W27", "2026-W28"), ("minggu", "week", "weeks")),
        (("2026-03",), ("bulan", "month", "months")),
        (("2026-03-01", "2026-03-02"), ("hari", "day", "days")),
        (("rendeng", "2026-03"), ("masa", "period", "periods")),
        ((), ("masa", "period", "periods")),
    ],
)
def test_a_period_is_called_what_it_is(periods: tuple[str, ...], words: tuple[str, str, str]) -> None:
    indonesian, one, many = words
    said = EN.of_periods(periods).filled("{month_or_week}, {months_or_weeks}", {})
    assert said == f"{one}, {many}"
    assert ID.of_periods(periods).filled("{month_or_week}", {}) == indonesian


@pytest.mark.parametrize("code", ["id", "en"])
def test_the_pages_of_a_network_by_week_speak_of_no_months(code: Code) -> None:
    problem, plan, shares = planned()
    # Nothing is to be built here: only pay-back is told in months.
    assert not answered().candidates
    pages = {"report": report_html(problem, plan, shares, Run(), language(code), answered())}
    pages["paper"] = repr(paper(problem, plan, shares, language(code), answered()))
    pages |= edition_pages(problem, plan, shares, Run(), language(code), answered())
    for name, page in pages.items():
        assert re.findall(MONTHS[code], seen(page), flags=re.IGNORECASE) == [], name
    by_month = report_html(*solved(0), Run(), language(code))
    assert re.findall(MONTHS[code], seen(by_month), flags=re.IGNORECASE)
    assert re.search(rf"\b{'minggu' if code == 'id' else 'week'}\b", seen(pages["report"]))


# --- shortages and idle channels


def test_shortages_are_told_with_what_they_would_bring_the_most_first() -> None:
    problem, _, _ = planned()
    row = 0
    short = Shortage("outlets", row, 2, 0, int(problem.outlets.product[row]), 0, 100, 1, 50.0, 40.0, None)
    worth_more = replace(short, short_kg=10, brings_idr_per_kg=3000.0, costs_idr_per_kg=2000.0, product=1)
    dear = replace(short, short_kg=900, brings_idr_per_kg=3000.0, costs_idr_per_kg=4000.0, product=2)
    rows = short_rows(problem, (short, dear, worth_more), names(problem, EN), EN)
    assert [(each.kg, each.idr) for each in rows] == [(10, 30_000), (100, 5_000), (900, 2_700_000)]
    # What no price pays for is no loss.
    assert "Rp4,000/kg" in rows[2].reason
    assert [each.goods for each in rows] == ["Sayur-1", "Sayur-0", "Sayur-2"]


def test_a_buyer_with_several_channels_is_told_with_each() -> None:
    problem, _, _ = planned()
    mine = Shortage("outlets", 0, 2, 0, 0, 0, 100, 1, 50.0, 40.0, None)
    rows = short_rows(problem, (mine, replace(mine, owner=1)), names(problem, EN), EN)
    called = names(problem, EN).short_parties
    assert {each.who for each in rows} == {f"Toko, through {called[2]}", f"Toko, through {called[1]}"}


def test_an_idle_channel_is_told_with_its_product() -> None:
    problem, _, _ = planned()
    idle = WhyNot("outlets", 2, 3, int(problem.outlets.product[problem.outlets.code == 3][0]), -1, 0, 0, ())
    weeks = EN.of_periods(problem.periods)
    words = subject_words(idle, names(problem, EN), weeks)
    assert words == "Sayur-3: nothing goes through the channel to Toko in any week"


def test_what_has_no_price_is_not_told_as_free() -> None:
    change = ChangeRow("if they were harvested in May", 100, 0, 0, "", priced=False)
    assert brought_in("Rice stays", change, EN) == "Rice stays: if they were harvested in May."
    assert "(costs Rp7)" in brought_in("Rice stays", replace(change, idr=7, priced=True), EN)


# --- today: like beside like


def test_the_total_of_today_is_compared_with_the_same_co_ops() -> None:
    problem, plan, shares = planned(("a",))
    divided = sharing(plan, shares, names(problem, EN), EN)
    assert divided is not None
    found = today(problem, plan, divided, EN)
    assert found is not None
    [mine] = [row for row in divided.rows if row.party == 0]
    assert (found.told, found.alone_idr) == (1, mine.alone_idr)
    assert found.payoff_idr == mine.shares[divided.first].payoff_idr
    assert found.gains_idr == tuple(share.gain_idr for share in mine.shares)
    assert not found.above_alone
    less = replace(plan, alone_idr=(1.0, *plan.alone_idr[1:]))
    told = today(problem, less, divided, EN)
    assert told is not None
    assert told.above_alone
    foot = report_html(problem, plan, shares, Run(), EN).split("<tfoot>")[1].split("</tfoot>")[0]
    assert "The 1 that told what it makes today" in foot
    assert "All 3 co-ops" in foot


# --- money


def test_a_hub_that_comes_near_its_cash_is_warned() -> None:
    problem, _, _ = planned()
    money = answered().cash
    assert money is not None
    [hub] = [each.party for each in money.advances] or [2]
    called = names(problem, EN)

    def said(need_idr: int, limit_idr: int | None, short_idr: int = 0) -> tuple[str, ...]:
        changed = replace(
            money.parties[hub], need_idr=need_idr, limit_idr=limit_idr, short_idr=short_idr, need_period=0
        )
        parties = tuple(changed if each.party == hub else each for each in money.parties)
        return need_sentences(replace(money, parties=parties, advances=()), called, EN)

    assert "(80%)" in " ".join(said(800, 1000))
    assert "Careful" in " ".join(said(750, 1000))
    assert "Careful" not in " ".join(said(749, 1000))
    assert "Careful" not in " ".join(said(800, None))
    assert "lacks Rp100" in " ".join(said(1100, 1000, 100))


def test_interest_stands_in_a_table_of_its_own() -> None:
    network = weekly_network()
    network["outlets"] = [{**each, "pays_after_days": 30} for each in network["outlets"]]
    network["references"] = [{"code": "loan.rate", "item": "Interest", "value": "0.06", "source": "made up"}]
    problem = problem_of(network)
    plan = planning.solve(problem)
    asked = planning.ask(problem, plan, (), only=("cash",))
    assert asked is not None
    assert asked.cash is not None
    assert asked.cash.interest_idr is not None
    words = cash_words(problem, asked.cash, names(problem, EN), EN)
    planned_row, early = words.hubs
    [advance] = asked.cash.advances
    assert advance.cost_idr is not None
    own = asked.cash.interest_idr[advance.party]
    assert planned_row.interest == EN.rupiah(own)
    assert early.interest == EN.rupiah(own + advance.cost_idr)
    need = asked.cash.parties[advance.party].need_idr
    assert (planned_row.need, early.need) == (EN.rupiah(need), EN.rupiah(need + advance.more_idr))


# --- what is illustrative, what is lost on the way, who is apart from the hub


def test_illustrative_figures_are_named() -> None:
    problem, _, _ = planned()
    figures = tuple(
        Reference(code, code.title(), "1", "kg", "2026", source, sure)
        for code, source, sure in (
            ("price", "BPS", "tinggi"),
            ("land", "ilustratif, disusun untuk contoh ini", "ilustratif"),
            ("cash", "made up", "Illustrative"),
        )
    )
    marked = replace(problem, references=figures)
    said = illustrative_words(marked, EN)
    assert said.startswith("2 of 3 ")
    assert "“Land” and “Cash”" in said
    assert "Price" not in said
    assert illustrative_words(replace(problem, references=figures[:1]), EN) == ""
    _, plan, shares = planned()
    for page in edition_pages(marked, plan, shares, Run(), EN).values():
        assert "2 of 3 reference figures are illustrative" in page
        assert "“Land”" not in page


def test_evidence_that_is_illustrative_is_told_as_such() -> None:
    network = weekly_network()
    assert illustrative_evidence(problem_of(network), EN) == ""
    network["supplies"][0]["evidence"] = "ditimbang, Juni 2026 (ilustratif)"
    assert "illustrative" in illustrative_evidence(problem_of(network), EN)


def test_what_is_lost_on_the_way_to_the_first_place_is_told() -> None:
    network = weekly_network()
    network["lanes"] = [{**lane, "loss": 0.1 if lane["to"] == "h" else 0} for lane in network["lanes"]]
    problem = problem_of(network)
    plan = planning.solve(problem)
    found = flow_picture(problem, plan, names(problem, EN), EN)
    assert found is not None
    given = int(plan.flows.supplies.kg.sum())
    assert f"Members deliver {EN.tonnes(given)}; " in found.picture.summary
    assert "lost on the way" in found.picture.summary


def test_who_works_with_others_but_not_with_the_hub_is_found() -> None:
    problem, plan, _ = planned()
    assert apart_from_hub(problem, plan) == ()
    # Without the partnership of the first co-op with the hub it is apart, though it trades.
    others = tuple(each for each in plan.partnerships if 0 not in {each.giver, each.taker})
    assert apart_from_hub(problem, replace(plan, partnerships=others)) == (0,)


# --- one reason in every way out


def test_paper_and_editions_tell_the_reason_that_solving_again_confirmed() -> None:
    # The mill takes 1,200 of A's 1,000 and B's 500 kg, so that 300 of B's stay.
    problem = problem_of(small_network())
    plan = planning.solve(problem)
    asked = planning.ask(problem, plan, (), only=("why_not",))
    assert asked.why_not is not None
    [mine] = [each for each in asked.why_not.subjects if each.kind in {"party", "supply"}]
    called = names(problem, EN)
    [confirmed, *_] = told_reasons(problem, plan, asked, called, EN)[mine.party]
    assert "What would change it at least cost" in confirmed
    # Its own edition says what stays; what of its own would change it follows there.
    view = View("coop", mine.party)
    [stays, *_] = told_reasons(problem, plan, asked, called, EN, view)[mine.party]
    assert stays == "300 kg of Gabah kering panen in March 2027 stay."
    assert told_reasons(problem, plan, asked, called, EN, View("coop", 1 - mine.party)) == {}
    page = edition_pages(problem, plan, (), Run(), EN, asked)[f"{problem.parties.codes[mine.party]}.html"]
    assert stays in page
    old = [called.said(reason, EN) for reason in plan.outcomes[mine.party].reasons]
    assert old
    assert old[0] not in page
