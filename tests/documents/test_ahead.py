"""Scenarios, seasons and promises on the page: what the engine found, in words and pictures."""

from __future__ import annotations

import json
import re
from functools import cache
from xml.etree import ElementTree

import jsonschema
import pytest

from jejaring.documents.charts.ahead import Bar, Part, promise_picture, scenario_picture, season_picture
from jejaring.documents.charts.svg import Picture, text_width
from jejaring.documents.language import Code, language
from jejaring.documents.report import Run, report_html
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.plan_file import write_plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers
from jejaring.engines.planning.questions.answers_file import answers_document
from jejaring.engines.planning.questions.ask import ask
from jejaring.engines.planning.schema import plan_schema
from jejaring.engines.planning.solve import solve
from jejaring.engines.planning.solver import Limits
from tests.documents.networks import problem_of, small_network, village_network
from tests.documents.test_report import checked, words_of

LIMITS = Limits()
EN, ID = language("en"), language("id")
HARVEST = {
    "code": "h", "name": "Panen", "table": "supplies", "field": "available_kg", "lowest": 0.5, "highest": 1,
    "apart": "party",
}  # fmt: skip
FLOOD = {"code": "banjir", "name": "Banjir", "table": "supplies", "field": "available_kg", "factor": 0}


def what_if(problem: Problem, plan: Plan, count: int) -> Answers:
    return ask(problem, plan, (), LIMITS, only=("scenarios", "seasons", "commitments"), seasons=count)


@cache
def asked(count: int) -> tuple[Problem, Plan, Answers]:
    """Return the small network (0) or that many villages, planned, with seasons."""
    network = village_network(count) if count else small_network()
    problem = problem_of(network)
    plan = solve(problem, LIMITS)
    return problem, plan, what_if(problem, plan, 8)


def page(problem: Problem, plan: Plan, answer: Answers | None, code: Code = "en") -> str:
    return report_html(problem, plan, (), Run(), language(code), answer)


@pytest.mark.parametrize("count", [0, 5])
@pytest.mark.parametrize("code", ["id", "en"])
def test_the_page_with_what_may_come_is_well_formed(count: int, code: Code) -> None:
    problem, plan, answer = asked(count)
    parser = checked(page(problem, plan, answer, code))
    assert {"what-if", "seasons", "promises"} <= set(parser.ids)
    assert len(parser.ids) == len(set(parser.ids))
    assert {"#what-if", "#seasons", "#promises"} <= set(parser.links)
    assert all(link.startswith("#") and link[1:] in parser.ids for link in parser.links)


def test_what_was_not_asked_is_not_on_the_page() -> None:
    problem, plan, _ = asked(0)
    parser = checked(page(problem, plan, None))
    assert not {"what-if", "seasons", "promises"} & set(parser.ids)
    assert "#seasons" not in parser.links


def test_a_scenario_is_told_as_a_treasurer_would_ask() -> None:
    problem, plan, answer = asked(0)
    told = words_of(page(problem, plan, answer))
    assert "Penggilingan (Hub) stands still −Rp472,000" in told
    assert "The network earns Rp472,000 less and keeps Rp0; working together then brings Rp0." in told
    assert "No longer: Sukamaju → Hub: 1 t Gabah kering panen (Sale) and Cibeber → Hub: 0.2 t" in told
    assert "Changes most: Sukamaju → Hub, Gabah kering panen, 1 t before and 0.8 t then." in told
    assert "These are standard ones" in told
    assert "These ranges are illustrations" in told


def test_the_networks_own_scenarios_and_ranges_go_by_their_names() -> None:
    network = small_network() | {
        "format": "jejaring-network/2", "scenarios": [FLOOD], "ranges": [HARVEST],
    }  # fmt: skip
    problem = problem_of(network)
    plan = solve(problem, LIMITS)
    answer = what_if(problem, plan, 8)
    told = words_of(page(problem, plan, answer))
    assert "Banjir −Rp472,000" in told
    assert "Panen: × 0.5 to 1, drawn for each co-op" in told
    assert "standard ones" not in told
    assert "illustrations" not in told
    assert answer.commitments is not None
    kg = answer.commitments.promises[0].kg
    assert f"{kg:,} kg" in told
    assert f"Mar {kg:,} / 1,000" in told


def test_a_scenario_without_a_plan_is_a_sentence() -> None:
    network = small_network() | {
        "format": "jejaring-network/2",
        "needs": [{"site": "a", "product": "gkp", "period": "*", "kg": 1600}],
        "local_trade": [{"site": "a", "product": "gkp", "period": "*", "buy_idr_per_kg": 9000}],
        "scenarios": [{"code": "x", "table": "local_trade", "field": "most_buy_kg", "factor": 0}],
    }
    problem = problem_of(network)
    plan = solve(problem, LIMITS)
    answer = what_if(problem, plan, 0)
    told = words_of(page(problem, plan, answer, "id"))
    assert "kebutuhan wajib tidak dapat dipenuhi semua" in told


def test_a_network_without_trade_has_a_page_too() -> None:
    problem = problem_of(small_network() | {"outlets": []})
    plan = solve(problem, LIMITS)
    answer = what_if(problem, plan, 3)
    parser = checked(page(problem, plan, answer))
    assert "promises" not in parser.ids


@pytest.mark.parametrize("count", [0, 5])
def test_plan_json_keeps_the_answers_by_its_schema(count: int) -> None:
    problem, plan, answer = asked(count)
    written = write_plan(problem, plan, (), answers_document(problem, answer))
    document = json.loads(written)
    jsonschema.validate(document, plan_schema())
    assert {"scenarios", "seasons", "commitments"} <= document["questions"].keys()
    again = what_if(problem, plan, 8)
    assert write_plan(problem, plan, (), answers_document(problem, again)) == written
    tried = document["questions"]["scenarios"]["tried"]
    assert all(each["value_idr"] - each["difference_idr"] == pytest.approx(plan.value_idr) for each in tried)


PICTURES = [
    scenario_picture([Bar("Harga turun", -5e8), Bar("Harga naik " * 9, 2.6e9), Bar("Nol", 0.0)], ID),
    scenario_picture([Bar("Naik", 1.0)], EN),
    season_picture([4e9, 1e9, 3e8, 2e9], [3e9, 5e8, 4e8, 0.0], 1.2e9, ID),
    season_picture([-2e6, 0.0], [1e6, 0.0], 0.0, EN),
    promise_picture([Part("Ciranjang → Hub beras, Gabah kering giling " * 3, 147_000, 145_000)], ID),
    promise_picture([Part("A → B", 10, 0), Part("B → C", 5, 5)], EN),
]


@pytest.mark.parametrize("picture", PICTURES)
def test_pictures_lie_inside_their_frame_and_say_what_they_show(picture: Picture) -> None:
    assert picture.summary.endswith(".")
    for svg in (picture.wide, picture.narrow):
        assert not re.search(r"nan|inf", re.sub(r">[^<]*<", "><", svg))
        root = ElementTree.fromstring(svg)
        _, _, width, height = (float(part) for part in root.attrib["viewBox"].split())
        for element in root.iter():
            x = float(element.attrib.get("x", 0))
            y = float(element.attrib.get("y", 0))
            assert -1 <= x <= x + float(element.attrib.get("width", 0)) <= width + 1
            assert -1 <= y <= y + float(element.attrib.get("height", 0)) <= height + 1
            if element.tag.endswith("text"):
                long = text_width(element.text or "", float(element.attrib["font-size"]))
                start = x - long if element.attrib.get("text-anchor") == "end" else x
                assert start >= -1
                assert start + long <= width + 1
