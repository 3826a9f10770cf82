"""A round planned again by the worker: accepted parts stay, declined ones are barred, counters tried."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from jejaring.domain.partnering.actions import answering, by_hand, rounds, working_out
from jejaring.domain.partnering.actions.answering import Otherwise
from jejaring.domain.partnering.history import versions_of
from jejaring.domain.partnering.matching import package
from jejaring.domain.partnering.models import PlanRun, Proposal, RoundPlan, Standing
from jejaring.engines import planning
from jejaring.engines.planning import interchange
from jejaring.engines.planning.plan_file import write_plan
from tests.domain.round_story import APRIL, AT, MARCH, Story, open_story, proposed_by_hand

LATER = AT + timedelta(minutes=5)


@pytest.fixture
def story(db: None) -> Story:
    return open_story(with_editions=True)


@dataclass(frozen=True)
class Held:
    """What a proposal says, to be compared."""

    lines: tuple[tuple[str, bool, str, date, int, Decimal], ...]
    settlement_idr: int | None


def held(proposal: Proposal) -> Held:
    lines = proposal.lines.values_list("kind", "first_gives", "good", "month", "kg", "price_idr_per_kg")
    return Held(tuple(lines.order_by("position")), proposal.settlement_idr)


def say_yes(story: Story, code: str) -> Proposal:
    proposal = story.proposal(code)
    hub, coop = story.cooperatives["H"], story.cooperatives[code]
    answering.accept(proposal, cooperative=coop, by=story.people[code], at=AT)
    return answering.accept(proposal, cooperative=hub, by=story.people["hub_manager"], at=AT)


def plan_again(story: Story) -> RoundPlan:
    made = rounds.plan_again(story.matching, by=story.people["facilitator"], at=AT)
    working_out.work_out(made.run_id, now=lambda: AT)
    made.refresh_from_db()
    run = PlanRun.objects.get(pk=made.run_id)
    assert run.status == PlanRun.Status.DONE, run.said
    return made


def test_a_round_keeps_bars_and_tries(story: Story) -> None:
    agreed = say_yes(story, "A")
    before = held(agreed)
    answering.decline(
        story.proposal("C"), cooperative=story.cooperatives["C"], reason="Sudah dijual", by=None, at=AT
    )
    wanted = story.proposal("B")
    march = wanted.lines.get(good="gkp", month=MARCH)
    answering.counter(
        wanted,
        cooperative=story.cooperatives["B"],
        lines={march.pk: Otherwise(kg=6_000)},
        reason="Panen lebih sedikit",
        by=story.people["B"],
        at=AT,
    )
    made = plan_again(story)
    stays = story.proposal("A")
    assert (stays.pk, stays.state, held(stays)) == (agreed.pk, Proposal.State.AGREED, before)
    assert story.proposal("C").state == Proposal.State.DECLINED
    plan = json.loads(made.run.plan)
    assert {each["giver"] for each in plan["partnerships"]} | {
        each["taker"] for each in plan["partnerships"]
    } >= {"A", "B", "D", "H"}
    assert not any("C" in {each["giver"], each["taker"]} for each in plan["partnerships"])
    again = story.proposal("B")
    assert (again.version, again.origin) == (2, Proposal.Origin.COUNTER)
    assert again.second_accepted_at
    assert not again.first_accepted_at
    assert again.lines.get(good="gkp", month=MARCH).kg == 6_000
    assert again.lines.get(good="gkp", month=APRIL).kg == wanted.lines.get(good="gkp", month=APRIL).kg


def test_kilograms_that_were_taken_back_arent_planned(story: Story) -> None:
    before = story.proposal("B")
    march = before.lines.get(good="gkp", month=MARCH)
    hub, coop = story.cooperatives["H"], story.cooperatives["B"]
    wanted = {march.pk: Otherwise(kg=6_000)}
    answering.counter(before, cooperative=coop, lines=wanted, reason="Panen sedikit", by=None, at=AT)
    less = {march.pk: Otherwise(kg=2_000)}
    answering.counter(before, cooperative=hub, lines=less, reason="Gudang penuh", by=None, at=AT)
    # The hub finds room after all: what the co-op wants stands, its own wish doesn't.
    answering.accept(before, cooperative=hub, by=None, at=AT)
    plan_again(story)
    again = story.proposal("B")
    assert (again.origin, again.lines.get(good="gkp", month=MARCH).kg) == (Proposal.Origin.COUNTER, 6_000)
    assert again.second_accepted_at
    assert not again.first_accepted_at


def test_what_a_counter_leaves_open_keeps_its_price(story: Story) -> None:
    before = story.proposal("B")
    answering.counter(
        before,
        cooperative=story.cooperatives["B"],
        lines={
            line.pk: Otherwise(kg=6_000 if line.month == MARCH else None, price_idr_per_kg=Decimal(6_310))
            for line in before.lines.filter(good="gkp")
        },
        reason="",
        by=story.people["B"],
        at=AT,
    )
    made = plan_again(story)
    again = story.proposal("B")
    answering.accept(again, cooperative=story.cooperatives["H"], by=story.people["hub_manager"], at=LATER)
    urea, now = (each.lines.get(good="urea") for each in (before, again))
    assert now.price_idr_per_kg == urea.price_idr_per_kg > 2_300
    assert {line.price_idr_per_kg for line in again.lines.filter(good="gkp")} == {Decimal(6_310)}
    payoffs = Standing.objects.filter(plan=made).values_list("payoff_idr", flat=True)
    assert sum(payoffs) == int(json.loads(made.run.plan)["value_idr"])
    asked = {
        code: next(side for side in package(story.matching, story.cooperatives[code]).sides
                   if side.proposal.pk == again.pk).asked_for_it
        for code in "HB"
    }  # fmt: skip
    assert asked == {"H": False, "B": True}
    (said,) = versions_of(again, {})[-1].said
    assert {(wish.line.month, wish.kg) for wish in said.wishes} == {(MARCH, 6_000), (APRIL, None)}


def test_payoffs_of_a_second_plan_add_up_to_its_value(story: Story) -> None:
    say_yes(story, "A")
    answering.decline(story.proposal("D"), cooperative=story.cooperatives["D"], reason="Jauh", by=None, at=AT)
    made = plan_again(story)
    payoffs = Standing.objects.filter(plan=made).values_list("payoff_idr", flat=True)
    assert sum(payoffs) == int(json.loads(made.run.plan)["value_idr"])


def test_anybody_can_make_the_second_plan_again_from_its_file(story: Story) -> None:
    say_yes(story, "A")
    made = plan_again(story)
    run = PlanRun.objects.get(pk=made.run_id)
    document = json.loads(run.problem)
    assert document["format"] == "jejaring-network/3"
    problem = interchange.read_json(run.problem.encode(), "network.json")
    plan = json.loads(write_plan(problem, planning.solve(problem), ()))
    assert plan["flows"] == json.loads(run.plan)["flows"]


def test_a_proposal_by_hand_is_planned(story: Story) -> None:
    say_yes(story, "A")
    before = held(story.proposal("A"))
    made = proposed_by_hand(
        story.matching,
        giver=story.cooperatives["D"],
        taker=story.cooperatives["H"],
        said=by_hand.ByHand("gkp", "h", {APRIL: 4_000}, Decimal(6_000)),
        by=story.people["facilitator"],
        at=AT,
    )
    plan_again(story)
    planned = story.proposal("D")
    assert planned.plan_id is not None
    assert [(line.good, line.month, line.kg) for line in planned.lines.all()] == [("gkp", APRIL, 4_000)]
    assert made.pk in {planned.pk, planned.replaces_id}
    assert held(story.proposal("A")) == before


def test_a_proposal_by_hand_that_is_mended_still_drops_what_was_planned(story: Story) -> None:
    for kg in (4_000, 3_000):
        proposed_by_hand(
            story.matching,
            giver=story.cooperatives["D"],
            taker=story.cooperatives["H"],
            said=by_hand.ByHand("gkp", "h", {APRIL: kg}, Decimal(6_000)),
            by=story.people["facilitator"],
            at=AT,
        )
    plan_again(story)
    planned = story.proposal("D")
    assert [(line.good, line.month, line.kg) for line in planned.lines.all()] == [("gkp", APRIL, 3_000)]


def test_agreements_that_cant_hold_together_are_named(story: Story) -> None:
    proposed_by_hand(
        story.matching,
        giver=story.cooperatives["D"],
        taker=story.cooperatives["H"],
        said=by_hand.ByHand("gkp", "h", {APRIL: 90_000}, Decimal(6_000)),
        by=story.people["facilitator"],
        at=AT,
    )
    made = rounds.plan_again(story.matching, by=None, at=AT)
    working_out.work_out(made.run_id, now=lambda: AT)
    run = PlanRun.objects.get(pk=made.run_id)
    assert run.status == PlanRun.Status.REFUSED
    assert "90" in json.dumps(run.said)
    assert "Koperasi D" in json.dumps(run.said) or "Gudang D" in json.dumps(run.said)
