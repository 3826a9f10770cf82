"""The report: every party named, every figure the plan's own, and nothing that a page must not do."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import escape, unescape
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from jejaring.documents.language import Code, language
from jejaring.documents.report import Run, report_html
from jejaring.documents.sections.headline import headline
from jejaring.engines.errors import Sentence
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.solve import solve
from tests.documents.networks import (
    problem_of,
    shares_of,
    small_network,
    solved,
    village_network,
    without_trade,
)

ID = language("id")
VOID = {"meta", "br", "input", "link", "img", "hr"}
SIZES = (0, 30, 360)
RUN = Run(version="0.1.0", on=date(2026, 11, 21), file="contoh.xlsx")


def page(problem: Problem, plan: Plan, shares: tuple[Share, ...], code: Code = "id") -> str:
    return report_html(problem, plan, shares, RUN, language(code))


def words_of(html: str) -> str:
    """Return what a reader reads: no tags, scripts or styles, blanks as one."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", bare)).split())


class _Nesting(HTMLParser):
    """Checks that every tag is closed in the order in which it was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name in {"href", "src"} and value:
                self.links.append(value)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag, attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def checked(html: str) -> _Nesting:
    parser = _Nesting()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("code", ["id", "en"])
def test_the_page_is_well_formed_and_needs_nothing_from_outside(count: int, code: Code) -> None:
    html = page(*solved(count), code)
    parser = checked(html)
    assert len(parser.ids) == len(set(parser.ids))
    assert all(link.startswith("#") and link[1:] in parser.ids for link in parser.links)
    outside = [url for url in re.findall(r"https?://[^\s\"'<]+", html) if url != "http://www.w3.org/2000/svg"]
    assert outside == []
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src 'none'" in html


@pytest.mark.parametrize("count", SIZES)
def test_the_page_is_small_enough_for_a_phone(count: int) -> None:
    assert len(page(*solved(count)).encode()) < 1_500_000


@pytest.mark.parametrize("count", SIZES)
def test_every_party_is_named_and_has_a_card(count: int) -> None:
    problem, plan, shares = solved(count)
    html = page(problem, plan, shares)
    for party, name in enumerate(problem.parties.names):
        card = re.search(rf'<article id="party-{party}">.*?</article>', html, re.DOTALL)
        assert card
        assert name in words_of(card[0])


@pytest.mark.parametrize("count", SIZES)
def test_gains_and_settlements_are_the_plans_to_the_rupiah(count: int) -> None:
    problem, plan, shares = solved(count)
    html = page(problem, plan, shares)
    sharing = html[html.index('<section id="sharing"') : html.index('<section id="settlement"')]
    settled = html[html.index('<section id="settlement"') : html.index('<section id="scarce"')]
    for party in range(len(problem.parties)):
        gains = words_of(_row(sharing, party))
        payments = words_of(_row(settled, party))
        assert ID.rupiah(round(plan.alone_idr[party])) in gains
        for share in shares:
            gain = int(share.payoff_idr[party] - plan.alone_idr[party])
            assert ID.rupiah(gain, signed=True) in gains
            assert ID.rupiah(share.settlement_idr[party], signed=True) in payments


def _row(table: str, party: int) -> str:
    found = re.search(rf'<tr><th scope="row"><a href="#party-{party}">.*?</tr>', table, re.DOTALL)
    assert found
    return found[0]


@pytest.mark.parametrize("count", [0, 30])
def test_partnerships_show_the_plans_weights_and_values(count: int) -> None:
    problem, plan, shares = solved(count)
    html = page(problem, plan, shares)
    tables = re.findall(r'<table class="deals.*?</table>', html, re.DOTALL)
    rows = [row for table in tables for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)[1:]]
    assert len(rows) == len(plan.partnerships)
    told = {words_of(row).rsplit(" ", 1)[-1] for row in rows}
    assert told == {ID.rupiah(round(each.value_idr)) for each in plan.partnerships}
    every = words_of("".join(rows))
    for each in plan.partnerships:
        assert ID.kg(each.kg) in every
        for handed in each.hand_overs:
            assert ID.number(handed.kg) in every


def test_the_first_screen_says_together_alone_and_gain() -> None:
    problem, plan, shares = solved(0)
    words = words_of(page(problem, plan, shares))
    assert "Dengan bekerja bersama, 3 koperasi ini mendapat tambahan Rp472.000" in words.replace("\xa0", " ")
    assert "Edisi fasilitator: memuat data semua pihak" in words
    assert "Sendiri-sendiri Rp0 Bersama Rp472.000" in words


def test_english_is_complete_too() -> None:
    words = words_of(page(*solved(30), "en"))
    assert "Facilitator's edition: holds the data of all parties" in words
    for indonesian in ("koperasi ini", "Edisi", "Kemitraan", "Tambahan", "menjual"):
        assert indonesian not in words


def test_a_hit_limit_is_said_first_and_never_called_best() -> None:
    problem, plan, shares = solved(30)
    stopped = replace(plan, status="gap", gap=0.0312, bound_idr=plan.value_idr * 1.0322)
    words = words_of(page(problem, stopped, shares))
    assert "belum terbukti yang terbaik" in words[:600]
    assert "3,1%" in words[:900]
    assert "tidak disebut yang terbaik" in words
    assert "belum terbukti yang terbaik" not in words_of(page(problem, plan, shares))


def test_who_could_object_is_named_with_the_amount() -> None:
    problem, plan, shares = solved(30)
    words = words_of(page(problem, plan, shares))
    assert "Sukamaju dan Cibeber bisa keberatan" in words
    assert "Rp41,5 juta lebih banyak" in words
    assert (
        "Tidak ada koperasi atau kelompok koperasi yang mendapat lebih banyak dengan keluar; ini terbukti."
        in words
    )


def test_a_bound_is_not_called_an_objection() -> None:
    problem, plan, shares = solved(30)
    bound = tuple(replace(share, stable=False, proved="bound", worst_group_gain_idr=2e6) for share in shares)
    words = words_of(page(problem, plan, bound))
    assert "yang terbukti hanyalah" in words
    assert "bisa keberatan:" not in words


def test_a_rule_that_gives_a_partner_nothing_says_so() -> None:
    problem, plan, shares = solved(0)
    payoff = (int(plan.alone_idr[0]), int(plan.alone_idr[1]), 472_000 - int(sum(plan.alone_idr[:2])))
    market = replace(shares[2], payoff_idr=payoff)
    words = words_of(page(problem, plan, (shares[0], shares[1], market, shares[3])))
    assert "Tidak mendapat tambahan menurut aturan ini walaupun bermitra: Sukamaju" in words


def test_what_is_scarce_is_said_in_a_sentence() -> None:
    words = words_of(page(*solved(0)))
    worth = re.search(
        r"Satu ton lagi kapasitas Penggilingan Hub pada Maret 2027 bernilai sekitar (Rp[\d.]+)\.", words
    )
    assert worth
    # 0.5 × (14,500 − 10) − 6,500 − 60 − 300 = 385 Rp/kg.
    assert worth[1] == "Rp385.000"


def test_names_with_markup_are_escaped() -> None:
    network = small_network()
    network["name"] = "<script>alert(1)</script>"
    for table in ("parties", "sites"):
        for row in network[table]:
            row["name"] = f"<img src=x onerror=alert(1)> {row['code']} \"&'"
    network["products"][0]["name"] = "</style><b>gkp"
    network["outlets"][0]["buyer"] = "</svg><script>x</script>"
    network["references"][0]["item"] = "</table><script>"
    problem = problem_of(network)
    plan = solve(problem)
    html = page(problem, plan, shares_of(plan))
    checked(html)
    assert html.count("<script") == 1
    assert "<img" not in html
    assert escape("<script>alert(1)</script>") in html


def test_sentences_of_the_engine_are_shown_with_short_names() -> None:
    problem, plan, shares = solved(0)
    told = Sentence(
        "x", "{party} waits in {period}.", {"party": problem.parties.names[0], "period": "2027-03"}
    )
    outcomes = (replace(plan.outcomes[0], reasons=(told,)), *plan.outcomes[1:])
    words = words_of(page(problem, replace(plan, outcomes=outcomes), shares))
    assert "Sukamaju waits in Maret 2027." in words


def test_a_network_without_positions_says_what_is_missing() -> None:
    problem = problem_of(village_network(8, positions=False))
    plan = solve(problem)
    words = words_of(page(problem, plan, shares_of(plan)))
    assert "belum punya titik koordinat" in words


def test_a_plan_in_which_nobody_works_together_is_said_plainly() -> None:
    problem, plan, shares = solved(30)
    alone = without_trade(plan)
    html = page(problem, alone, shares_of(alone))
    checked(html)
    words = words_of(html)
    assert "bekerja bersama tidak menambah apa-apa" in words
    assert "Rencana ini tidak memerlukan kemitraan" in words
    assert shares


def test_one_party_alone_has_a_page_too() -> None:
    network = small_network()
    network["parties"] = network["parties"][2:]
    network["sites"] = network["sites"][2:]
    network["lanes"] = network["lanes"][2:]
    network["supplies"] = [{**network["supplies"][0], "site": "h"}]
    problem = problem_of(network)
    plan = solve(problem)
    html = page(problem, plan, shares_of(plan))
    checked(html)
    assert "Koperasi Hub (contoh)" in words_of(html)


def test_without_shares_the_page_says_that_nothing_is_divided_yet() -> None:
    problem, plan, _ = solved(0)
    html = page(problem, plan, ())
    checked(html)
    assert "Tambahan hasil belum dibagi." in words_of(html)


def test_the_same_plan_gives_the_same_page() -> None:
    problem, plan, shares = solved(30)
    assert page(problem, plan, shares) == page(problem, plan, shares)


def test_each_picture_has_its_table_or_its_words() -> None:
    html = page(*solved(30))
    assert html.count('role="img"') >= 9
    assert html.count("<figcaption>") >= 7
    assert html.count("Lihat sebagai tabel") == 3


def test_headings_go_down_one_step_at_a_time() -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)", page(*solved(30)))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_nothing_is_hidden_from_a_reader_without_scripts() -> None:
    html = page(*solved(30))
    hidden = re.findall(r"<(\w+)[^>]*\shidden[\s>]", html)
    assert set(hidden) <= {"div", "fieldset"}
    assert all("controls" in tag for tag in re.findall(r"<\w+[^>]*\shidden[\s>]", html))


def test_the_headline_leaves_out_a_share_that_means_nothing() -> None:
    problem, plan, _ = solved(0)
    from jejaring.documents.names import names
    from jejaring.documents.sections.scarcity import scarcity

    called = names(problem, ID)
    first = headline(problem, plan, called, ID, sharing=None, scarcity=scarcity(problem, plan, called, ID))
    assert first.gain_share == ""
    assert first.gain == "Rp472.000"
