"""What people read of a round planned again: what was agreed, at its price, and that it was agreed."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from jejaring.domain.agreements.actions.drafting import Frame
from jejaring.domain.agreements.models import Agreement
from jejaring.domain.parties.models import Cooperative
from jejaring.domain.partnering import replanning
from jejaring.domain.partnering.actions import agreeing, leaving, rounds, working_out
from jejaring.domain.partnering.actions.answering import Otherwise
from jejaring.domain.partnering.matching import front_of, package
from jejaring.domain.partnering.models import Answer, PlanEdition, PlanRun, RoundPlan
from jejaring.engines import planning
from jejaring.engines.planning import interchange
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.plan_reading import read_plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.cash import cash
from tests.domain.round_story import APRIL, AT, MARCH, Story, accept, agreed, counter, decline, open_story

LATER = AT + timedelta(hours=1)


@pytest.fixture
def story(db: None) -> Story:
    return open_story(with_editions=True)


def plan_again(story: Story) -> RoundPlan:
    made = rounds.plan_again(story.matching, by=None, at=LATER)
    working_out.work_out(made.run_id, now=lambda: LATER)
    made.refresh_from_db()
    assert made.kept_at, PlanRun.objects.get(pk=made.run_id).said
    return made


def front(story: Story, code: str) -> dict[str, Any]:
    return dict(front_of(package(story.matching, story.cooperatives[code]), "id"))


def prices(story: Story, code: str) -> dict[str, set[str]]:
    """Return the prices that a co-op reads for each good, over its months."""
    deals: list[dict[str, Any]] = front(story, code)["deals"]
    goods = [each for deal in deals for each in deal["goods"]]
    return {each["product"]: {price for _, _, price in each["months"]} for each in goods}


def planned(story: Story) -> tuple[Problem, Plan]:
    """Return the newest problem and plan of a round as they are kept."""
    run = PlanRun.objects.get(pk=story.matching.plans.order_by("-number")[0].run_id)
    problem = interchange.read_json(run.problem.encode(), "network.json")
    return problem, read_plan(problem, run.plan.encode())[0]


def urea_to_a(problem: Problem, plan: Plan) -> float:
    """Return what A pays for a kilogram of urea by a plan."""
    a, urea = problem.parties.codes.index("A"), problem.products.index("urea")
    [price] = [
        one.price_idr_per_kg
        for each in plan.partnerships
        for one in each.hand_overs
        if each.taker == a and one.product == urea
    ]
    return price


def test_where_ways_are_fixed_pages_show_the_price_that_was_agreed(story: Story) -> None:
    # The hub buys at 2,300 and hauls to A for 60; it is paid 6,400 − 100 for paddy.
    before = prices(story, "A")
    assert before == {"Gabah": {"6.300"}, "Urea": {"2.360"}}
    agreed(story, "A")
    plan_again(story)
    # Fixed at 800 kg, one kilogram of urea more would be worth nothing: so says the plan, not the page.
    assert urea_to_a(*planned(story)) == 0
    assert prices(story, "A") == before
    # The third plan rests on the second, whose own price is 0.
    plan_again(story)
    assert prices(story, "A") == before


def test_cash_is_what_was_agreed(story: Story) -> None:
    problem, first = planned(story)
    a = problem.parties.codes.index("A")
    agreed(story, "A")
    made = rounds.plan_again(story.matching, by=None, at=LATER)
    standing = replanning.standing_of(PlanRun.objects.get(pk=made.run_id))
    assert standing is not None
    again, plan, shown = standing.planned(planning.Limits())
    paid = cash(problem, first).parties[a]
    assert cash(again, shown).parties[a] == paid
    # By the plan's own prices A would get its urea for nothing.
    assert cash(again, plan).parties[a].balance_idr[-1] == paid.balance_idr[-1] + 800 * 2_360


def test_the_reason_of_what_was_accepted_is_that_it_was(story: Story) -> None:
    agreed(story, "A")
    accept(story, story.proposal("B"), "B")
    decline(story, story.proposal("C"), "C")
    plan_again(story)
    a, b = story.proposal("A").pk, story.proposal("B").pk
    kept = "pada 5 Maret 2026 (usulan no. {}), rencana mempertahankannya."
    both = f"Karena hub dan A sudah menyepakatinya {kept.format(a)}"
    one = f"Karena B sudah menyetujuinya {kept.format(b)}"
    assert {deal["reason"] for deal in front(story, "A")["deals"]} == {both}
    assert front(story, "A")["card"]["reasons"] == [both]
    assert front(story, "B")["card"]["reasons"] == [one]
    assert set(front(story, "H")["card"]["reasons"]) == {both, one}
    [alone] = front(story, "C")["card"]["reasons"]
    assert alone.startswith("C memakai Gabah sendiri, dengan nilai Rp5.653/kg: setelah ada yang disepakati")
    assert front(story, "A")["agreed_before"]
    # What one more kilogram would bring isn't known where all of it was agreed on.
    assert front(story, "A")["card"]["scarce"] == []
    sides = package(story.matching, story.cooperatives["H"]).sides
    because = {side.other.name: side.kept_because for side in sides}
    assert because["Koperasi D"] is None
    assert because["Koperasi A"] is not None
    assert because["Koperasi A"].facts["number"] == str(a)


def test_a_memorandum_is_named_by_its_number(story: Story) -> None:
    agreed(story, "A")
    [made] = agreeing.draft_agreements(story.matching, shape="pairs", frame=Frame(), by=None, at=AT)
    Agreement.objects.filter(pk=made.pk).update(reference="001/NK/J1/III/2026")
    plan_again(story)
    assert "(No. 001/NK/J1/III/2026)" in front(story, "A")["card"]["reasons"][0]


def test_a_price_that_was_asked_for_is_the_one_that_pages_show(story: Story) -> None:
    proposal = story.proposal("B")
    paddy = proposal.lines.filter(good="gkp")
    lines = {
        line.pk: Otherwise(kg=6_000 if line.month == MARCH else None, price_idr_per_kg=Decimal(6_310))
        for line in paddy
    }
    counter(story, proposal, "B", lines)
    plan_again(story)
    kept = {line.month: line.kg for line in story.proposal("B").lines.filter(good="gkp")}
    assert kept == {MARCH: 6_000, APRIL: 11_500}
    assert prices(story, "B") == {"Gabah": {"6.310"}, "Urea": {"2.367"}}


def test_plan_json_stays_what_anybody_makes_of_network_json(story: Story) -> None:
    agreed(story, "A")
    plan_again(story)
    problem, plan = planned(story)
    again = planning.solve(problem)
    assert again.partnerships == plan.partnerships
    assert {each.reason.code for each in plan.partnerships if each.reason and each.kind == "sale"} == {
        "why.agreed",
        "why.better",
    }


def test_the_report_lists_what_was_agreed_and_each_only_its_own(story: Story) -> None:
    agreed(story, "A")
    made = plan_again(story)
    pages = dict(PlanEdition.objects.filter(run=made.run_id, language="id").values_list("audience", "page"))
    assert "Yang sudah disepakati" in pages["facilitator"]
    assert "10.000 kg" in pages["facilitator"].split("Yang sudah disepakati")[-1]
    assert "Yang sudah disepakati" in pages["party:A"]
    assert "Yang sudah disepakati" not in pages["party:D"]
    assert "Yang sudah disepakati" not in pages["public"]
    first = PlanEdition.objects.get(run__round_plan__number=1, audience="facilitator", language="id")
    assert "Yang sudah disepakati" not in first.page


def test_who_left_gets_no_proposal_and_no_other_pair_takes_its_place(story: Story) -> None:
    gone: Cooperative = story.cooperatives["C"]
    leaving.remove_from_network(story.network, cooperative=gone, by=None, at=AT)
    made = plan_again(story)
    plan = json.loads(PlanRun.objects.get(pk=made.run_id).plan)
    assert not [each for each in plan["partnerships"] if "C" in (each["giver"], each["taker"])]
    answers = Answer.objects.filter(cooperative=gone).values_list("reason", flat=True)
    assert list(answers) == ["Koperasi C keluar dari jejaring."]
