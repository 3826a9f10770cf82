"""Answers in every way out: candidates and lorries on the page, the paper, the spreadsheet, the pictures."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from jejaring.documents.editions import View
from jejaring.documents.language import Code, language
from jejaring.documents.names import names
from jejaring.documents.paper import report_pdf
from jejaring.documents.paper.blocks import Table
from jejaring.documents.paper.chapters import paper
from jejaring.documents.pictures import plan_pictures
from jejaring.documents.report import Run, report_html
from jejaring.documents.sections.building import building
from jejaring.documents.sections.planting import planting
from jejaring.documents.sections.quotas import quota_section
from jejaring.documents.sections.trips import trips_part
from jejaring.documents.spreadsheet.contents import sheets
from jejaring.documents.spreadsheet.tables import number_of
from jejaring.engines import planning
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers
from jejaring.engines.planning.questions.trips import trips
from tests.documents.networks import problem_of, small_network
from tests.documents.test_report import checked

EN, ID = language("en"), language("id")
World = tuple[Problem, Plan, tuple[Share, ...], Answers]


def rich_network() -> dict[str, Any]:
    """Return the small network with a second mill for 300 kg that could be built for a million, of which
    a tenth is borne; with lorries for A's 1,000 kg, crops, and what A makes today.

    B's last 300 kg bring 14,500 / 2 - 6,500 - 300 - 60 - 5 = 385 each: 115,500 in the month. A lorry takes
    400 kg: 3 trips of 4,000 + 20 km × 100 = 6,000, where the plan counts 2.5.
    """
    network = small_network()
    [mill] = network["processes"]
    mill = {**mill, "code": "q", "name": "Giling baru", "capacity_kg": 300}
    network["processes"].append({**mill, "build_cost_idr": 1_000_000, "build_share": 0.1})
    network["lanes"][0] = {
        "from": "a", "to": "h", "products": ["gkp"], "cost_idr_per_kg": 35, "vehicle": "truk", "km": 10,
    }  # fmt: skip
    return {
        **network,
        "format": "jejaring-network/2",
        "vehicles": [
            {"code": "truk", "name": "Pikap", "owner": "H", "capacity_kg": 400, "idr_per_trip": 4000,
             "idr_per_km": 100, "most_trips": 3}
        ],
        "crops": [{"product": "gkp", "days_to_harvest": 30}],
        "growers": [{"site": site, "product": "gkp", "area_ha": 3, "kg_per_ha": 500} for site in ("a", "b")],
        "today": [
            {"site": "a", "product": "gkp", "period": "2027-03", "sells_kg": 100, "sells_idr_per_kg": 6700}
        ],
    }  # fmt: skip


@cache
def rich() -> World:
    problem = problem_of(rich_network())
    plan = planning.solve(problem)
    shares = planning.share(problem, plan, ("equal", "market"))
    return problem, plan, shares, planning.ask(problem, plan, shares, seasons=6)


@cache
def page(code: Code) -> str:
    problem, plan, shares, answers = rich()
    return report_html(problem, plan, shares, Run(), language(code), answers)


def section(name: str, code: Code = "en") -> str:
    """Return what a reader reads in a section."""
    (found,) = re.findall(rf'<section id="{name}">.*?</section>', page(code), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def test_a_candidate_is_told_with_what_it_brings_and_costs() -> None:
    problem, _, _, answers = rich()
    found = building(answers.candidates, names(problem, EN), EN)
    assert found
    [row] = found.rows
    months = 31 / (365.25 / 12)
    assert row.built
    assert row.build_cost_idr == 1_000_000
    assert row.monthly_gain_idr == round(115_500 / months)
    assert row.monthly_cost_idr == round(100_000 / months)
    assert row.payback == EN.number(1_000_000 * months / 115_500, places=1)
    assert row.used == "100%"
    assert row.break_even == "Rp1.16 million"
    assert "pays" in section("building")
    assert "Rp1,000,000" in section("building")
    assert "layak" in section("building", "id")


def test_nothing_that_could_be_built_is_no_section() -> None:
    assert building((), names(rich()[0], EN), EN) is None
    assert building(None, names(rich()[0], EN), EN) is None


def test_lorries_are_told_with_whole_trips() -> None:
    problem, plan, _, _ = rich()
    called = names(problem, EN)
    found = trips_part(problem, trips(problem, plan), called, EN)
    assert found
    [row] = found.rows
    assert (row.trips, row.km, row.load, row.full_loads_idr, row.beyond_idr) == (3, 60, "83%", 15_000, 3_000)
    assert row.full_periods == ()
    assert row.owner == called.short_parties[2]
    assert "3 trips, 60 km" in section("trips")
    assert trips_part(problem, trips(problem, plan), called, EN, View("coop", 0)) is None
    assert trips_part(problem, trips(problem, plan), called, EN, View("hub", 2))


def test_a_fleet_whose_loads_are_all_used_is_named() -> None:
    network = rich_network()
    network["vehicles"][0]["most_trips"] = 2
    problem = problem_of(network)
    found = trips_part(problem, trips(problem, planning.solve(problem)), names(problem, EN), EN)
    assert found
    assert found.rows[0].full_periods == ("Mar",)
    assert found.rows[0].beyond_idr == 0
    assert "Pikap is fully used in 1 period: Mar." in found.sentences


@pytest.mark.parametrize("code", ["en", "id"])
def test_the_contents_follow_the_page(code: Code) -> None:
    parser = checked(page(code))
    [nav] = re.findall(r'<nav class="contents".*?</nav>', page(code), re.DOTALL)
    links = re.findall(r'href="#([a-z-]+)"', nav)
    assert [each for each in parser.ids if each in links] == links
    assert {"building", "trips", "quotas", "promises", "cash", "what-if", "why-not", "trust"} <= set(links)


def test_a_card_says_what_was_answered_about_its_co_op() -> None:
    [card] = re.findall(r'<article id="party-0">.*?</article>', page("en"), re.DOTALL)
    said = " ".join(re.sub(r"<[^>]+>", " ", card).split())
    assert "Of the 1 t that it hands to others by the plan, it can promise" in said
    assert "Sukamaju never has to lay out money before it is paid." in said
    assert "What can be promised?" in page("en")
    assert "Who must lay out money first?" in page("en")


def test_planting_adds_up_to_the_quotas() -> None:
    problem, plan, _, _ = rich()
    called = names(problem, EN)
    found, own = planting(problem, plan, called, EN), quota_section(problem, plan, called, EN)
    assert found
    assert own
    assert sum(sum(kg) for _, _, kg in found.weeks) == sum(coop.harvest_kg for coop in own.coops) == 1500
    [mine] = quota_section(problem, plan, called, EN, View("coop", 1)).coops  # type: ignore[union-attr]
    assert mine.party == 1


def test_the_paper_has_a_chapter_for_each_answer() -> None:
    problem, plan, shares, answers = rich()
    asked = {
        "Who would gain by a wrong figure", "What may come", "What can be promised",
        "Money by month: who must lay out how much", "What it would pay to build", "How often lorries drive",
        "Who plants what, and when",
    }  # fmt: skip
    made = paper(problem, plan, shares, EN, answers)
    assert asked <= {chapter.title for chapter in made.chapters}
    bare = {chapter.title for chapter in paper(problem, plan, shares, EN).chapters}
    assert bare & asked == {"Who plants what, and when"}
    [promises] = [chapter for chapter in made.chapters if chapter.title == "What can be promised"]
    [table] = [block for block in promises.blocks if isinstance(block, Table)]
    assert answers.commitments
    planned = sum(each.planned_kg for each in answers.commitments.promises)
    assert sum(int(row[1].replace(",", "")) for row in table.rows) == planned == 1500
    assert report_pdf(problem, plan, shares, Run(), ID, answers).startswith(b"%PDF")


def test_the_spreadsheet_has_a_sheet_for_each_answer() -> None:
    problem, plan, shares, answers = rich()
    called = names(problem, EN)
    found = {table.name: table for table in sheets(problem, plan, shares, called, EN, answers)}
    assert {"Promises", "Cash", "Quotas", "Trips", "Scenarios"} <= set(found)
    assert sum(number_of(line[5]) for line in found["Promises"].lines) == 1500
    [trip] = found["Trips"].lines
    assert [number_of(each) for each in trip[5:]] == [1000, 3, 60, 15_000, 18_000, 3_000]
    # All money that passes between parties is nothing in all; what remains came from outside.
    cash = found["Cash"].lines
    surplus = sum(number_of(line[2]) - number_of(line[3]) for line in cash)
    assert surplus == pytest.approx(plan.surplus_idr, abs=5)
    heads = [column.head for column in found["Gains"].columns]
    assert heads[-1] == "Today"
    assert [line[-1] for line in found["Gains"].lines] == [20_000, None, None]
    first, *rest = found["Scenarios"].lines
    assert all(
        number_of(line[2]) == pytest.approx(number_of(line[1]) - number_of(first[1]))
        for line in rest
        if line[1] is not None
    )
    bare = {table.name for table in sheets(problem, plan, shares, called, EN)}
    assert bare & {"Promises", "Cash", "Quotas", "Trips", "Scenarios"} == {"Quotas"}


def test_every_picture_of_an_answer_can_be_had_by_itself() -> None:
    problem, plan, shares, answers = rich()
    called = names(problem, EN)
    asked = {each.name for each in plan_pictures(problem, plan, shares, called, EN, answers)}
    bare = {each.name for each in plan_pictures(problem, plan, shares, called, EN)}
    assert asked - bare == {"scenarios", "seasons", "promises", "building", "cash"}
