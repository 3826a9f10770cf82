"""Rounds: published, answered, planned again, agreed; and everything that must not happen in one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from jejaring.documents.agreements import Agreement as Content
from jejaring.documents.agreements import from_json
from jejaring.documents.agreements.content import Terms
from jejaring.domain.agreements.actions import life
from jejaring.domain.agreements.actions.drafting import Frame
from jejaring.domain.agreements.models import Agreement, Commitment
from jejaring.domain.notices.models import Notice
from jejaring.domain.parties.models import AuditLine
from jejaring.domain.partnering import history, matching
from jejaring.domain.partnering.actions import agreeing, answering, rounds
from jejaring.domain.partnering.actions.answering import Otherwise
from jejaring.domain.partnering.models import Answer, Proposal, Round, Standing
from jejaring.domain.partnering.proposing import Line, Pair
from jejaring.engines.errors import Refusal
from jejaring.engines.planning.problem import Problem, Selector
from jejaring.engines.planning.questions.changes import changed
from tests.domain.round_story import (
    APRIL,
    AT,
    MARCH,
    Story,
    less_from_c,
    nothing_from_c,
    open_story,
    planned,
    worked_out,
)

LATER = AT + timedelta(hours=1)
S = Proposal.State


@pytest.fixture
def story(db: None) -> Story:
    return open_story()


def accept(story: Story, proposal: Proposal, who: str, **more: Any) -> Proposal:
    return answering.accept(proposal, cooperative=story.cooperatives[who], by=None, at=AT, **more)


def counter(story: Story, proposal: Proposal, who: str, lines: dict[int, Otherwise], **more: Any) -> Proposal:
    side = story.cooperatives[who]
    return answering.counter(proposal, cooperative=side, lines=lines, reason="", by=None, at=AT, **more)


def decline(story: Story, proposal: Proposal, who: str, reason: str = "Panen gagal") -> Proposal:
    side = story.cooperatives[who]
    return answering.decline(proposal, cooperative=side, reason=reason, by=None, at=AT)


def agreed(story: Story, *codes: str) -> None:
    for code in codes:
        accept(story, story.proposal(code), code)
        accept(story, story.proposal(code), "H")


# --- opening and publishing --------------------------------------------------------------------


def test_every_village_is_proposed_what_the_plan_has(story: Story) -> None:
    found = rounds.current(story.matching)
    hub = story.cooperatives["H"]
    assert {each.second.name for each in found} == {f"Koperasi {code}" for code in "ABCD"}
    assert {each.first_id for each in found} == {hub.pk}
    urea = story.proposal("A").lines.get(good="urea")
    assert (urea.kind, urea.first_gives, urea.month, urea.kg) == ("pooled_buying", True, APRIL, 800)
    paddy = story.proposal("A").lines.filter(good="gkp")
    assert [(line.first_gives, line.month, line.kg) for line in paddy] == [
        (False, MARCH, 10_000),
        (False, APRIL, 10_500),
    ]


def test_proposals_and_payoffs_add_up_to_the_plan(story: Story) -> None:
    made = story.matching.plans.get()
    _, plan, share = worked_out(made)
    standings = Standing.objects.filter(plan=made)
    assert sum(each.payoff_idr for each in standings) == sum(share.payoff_idr)
    assert sum(each.settlement_idr for each in standings) == 0
    for each in rounds.current(story.matching):
        assert each.value_idr == sum(line.value_idr for line in each.lines.all())
        assert each.kg == sum(line.kg for line in each.lines.all())
    exact = sum(abs(each.value_idr) for each in plan.partnerships)
    assert abs(sum(each.value_idr for each in rounds.current(story.matching)) - exact) <= len(
        plan.partnerships
    )
    live = matching.live(story.matching)
    assert live.proposed_idr == sum(each.value_idr for each in rounds.current(story.matching))
    assert live.gain_idr == sum(share.payoff_idr) - sum(round(each) for each in plan.alone_idr)


def test_prices_and_settlement_give_each_village_what_the_rule_says(story: Story) -> None:
    made = story.matching.plans.get()
    problem, _, share = worked_out(made)
    for party, code in enumerate(problem.parties.codes):
        standing = Standing.objects.get(plan=made, cooperative=story.cooperatives[code])
        assert standing.payoff_idr == share.payoff_idr[party]
        if code != "H":
            assert story.proposal(code).settlement_idr == share.settlement_idr[party]


def test_who_works_for_a_fee_is_paid_and_who_sells() -> None:
    line = Line("sale", True, "gkp", "Gabah", "a", "A", MARCH, 10, Decimal(7), 70)
    fee = replace(line, kind="toll", price_idr_per_kg=Decimal(3), value_idr=30)
    assert Pair(0, 1, (line,), None, None).second_gets_idr == -70
    assert Pair(0, 1, (replace(line, first_gives=False),), None, None).second_gets_idr == 70
    assert Pair(0, 1, (line, fee), None, None).second_gets_idr == -70 + 30
    assert Pair(0, 1, (replace(fee, first_gives=False),), None, None).second_gets_idr == -30


def test_one_round_at_a_time(story: Story) -> None:
    new: dict[str, Any] = {"first_month": MARCH, "months": 1, "rule": "equal", "by": None, "at": AT}
    with pytest.raises(Refusal, match="Another round of this network is open"):
        rounds.open_round(story.network, title="Kedua", **new)
    rounds.close(story.matching, by=None, at=AT)
    key = uuid4()
    second = rounds.open_round(story.network, title="Kedua", request_key=key, **new)
    assert rounds.open_round(story.network, title="Kedua", request_key=key, **new) == second
    assert Round.objects.count() == 2


def test_an_unknown_rule_is_refused(story: Story) -> None:
    rounds.cancel(story.matching, by=None, at=AT)
    with pytest.raises(Refusal, match="by which rule"):
        rounds.open_round(story.network, title="", first_month=MARCH, months=1, rule="lotere", by=None, at=AT)


def test_nothing_is_published_before_there_is_a_plan_nor_twice(story: Story) -> None:
    with pytest.raises(Refusal, match="published already"):
        rounds.publish(story.matching, by=None, at=AT)
    rounds.cancel(story.matching, by=None, at=AT)
    fresh = rounds.open_round(
        story.network, title="", first_month=MARCH, months=1, rule="equal", by=None, at=AT
    )
    with pytest.raises(Refusal, match="isn't worked out yet"):
        rounds.publish(fresh, by=None, at=AT)


def test_before_publishing_nobody_answers_or_sees_a_package(db: None) -> None:
    story = open_story(published=False)
    package = matching.package(story.matching, story.cooperatives["A"])
    assert (package.sides, package.standing, package.newest) == ((), None, None)
    with pytest.raises(Refusal, match="isn't published yet"):
        accept(story, story.proposal("A"), "A")
    with pytest.raises(Refusal, match="isn't published yet"):
        agreeing.draft_agreements(story.matching, shape="pairs", frame=Frame(), by=None, at=AT)
    assert not Answer.objects.exists()


def test_publishing_tells_those_who_answer(story: Story) -> None:
    told = set(Notice.objects.values_list("user__name", "cooperative__name", "page"))
    chairs = {("chair", f"Koperasi {code}", "proposals") for code in "ABCD"}
    assert told == chairs | {(who, "Koperasi hub", "proposals") for who in ("chair", "hub_manager")}


# --- answering ---------------------------------------------------------------------------------


def test_it_is_agreed_when_both_say_yes_and_not_before(story: Story) -> None:
    assert accept(story, story.proposal("A"), "A").state == S.OPEN
    assert matching.live(story.matching).answered == 1
    assert accept(story, story.proposal("A"), "H").state == S.AGREED
    assert matching.agreed_totals(story.matching) == (1, story.proposal("A").value_idr)


def test_a_second_yes_and_the_same_tap_twice_count_once(story: Story) -> None:
    proposal, key = story.proposal("A"), uuid4()
    accept(story, proposal, "A", request_key=key)
    accept(story, proposal, "A", request_key=key)
    accept(story, proposal, "A")
    assert Answer.objects.count() == 1
    assert AuditLine.objects.filter(action="proposal.accept").count() == 1
    line, again = proposal.lines.all()[0], uuid4()
    for _ in range(2):
        counter(story, proposal, "A", {line.pk: Otherwise(kg=5_000)}, request_key=again)
    assert Answer.objects.count() == 2


def test_declining_needs_a_reason(story: Story) -> None:
    with pytest.raises(Refusal, match="Please say why"):
        decline(story, story.proposal("A"), "A", reason="  ")
    assert story.proposal("A").state == S.OPEN


def test_who_declined_may_still_say_yes(story: Story) -> None:
    decline(story, story.proposal("A"), "A")
    accept(story, story.proposal("A"), "H")
    assert story.proposal("A").state == S.DECLINED
    accept(story, story.proposal("A"), "A")
    assert story.proposal("A").state == S.AGREED


def test_the_others_yes_doesnt_take_a_counter_away(story: Story) -> None:
    proposal = story.proposal("A")
    counter(story, proposal, "A", {proposal.lines.all()[0].pk: Otherwise(kg=9_000)})
    accept(story, proposal, "H")
    assert story.proposal("A").state == S.COUNTERED


def test_a_counter_that_changes_nothing_is_refused(story: Story) -> None:
    proposal = story.proposal("A")
    line = proposal.lines.all()[0]
    same = Otherwise(kg=line.kg, price_idr_per_kg=line.price_idr_per_kg, place=line.place)
    with pytest.raises(Refusal, match="Nothing differs"):
        counter(story, proposal, "A", {line.pk: same})
    other = story.proposal("B").lines.all()[0]
    with pytest.raises(Refusal, match="changed meanwhile"):
        counter(story, proposal, "A", {other.pk: Otherwise(kg=1)})
    with pytest.raises(Refusal, match="place of one of the two"):
        counter(story, proposal, "A", {line.pk: Otherwise(place="b")})
    assert not Answer.objects.exists()


def test_what_both_agreed_on_is_neither_declined_nor_countered(story: Story) -> None:
    agreed(story, "A")
    proposal = story.proposal("A")
    with pytest.raises(Refusal, match="Both sides have said yes"):
        decline(story, proposal, "A")
    with pytest.raises(Refusal, match="Both sides have said yes"):
        counter(story, proposal, "H", {proposal.lines.all()[0].pk: Otherwise(kg=1)})


@pytest.mark.parametrize("end", [rounds.close, rounds.cancel])
def test_nothing_is_answered_after_the_end(story: Story, end: Any) -> None:
    end(story.matching, by=None, at=AT)
    for answer in (accept, decline):
        with pytest.raises(Refusal):
            answer(story, story.proposal("A"), "A")
    for verb in (rounds.close, rounds.cancel, rounds.plan_again, rounds.publish):
        with pytest.raises(Refusal):
            verb(story.matching, by=None, at=AT)
    assert not Answer.objects.exists()


def test_a_replaced_or_withdrawn_proposal_isnt_answered(story: Story) -> None:
    old = story.proposal("C")
    story.planned_again(less_from_c)
    old.refresh_from_db()
    assert old.state == S.REPLACED
    for answer in (accept, decline):
        with pytest.raises(Refusal, match="planned again meanwhile"):
            answer(story, old, "C")
    Proposal.objects.filter(pk=old.pk).update(state=S.WITHDRAWN)
    with pytest.raises(Refusal, match="planned again meanwhile"):
        accept(story, old, "C")


def test_all_is_accepted_at_once_but_nothing_unseen(story: Story) -> None:
    hub, seen = story.cooperatives["H"], story.matching.plans.get().pk
    proposal = story.proposal("B")
    counter(story, proposal, "B", {proposal.lines.all()[0].pk: Otherwise(kg=9_000)})
    accept(story, story.proposal("A"), "A")
    every: dict[str, Any] = {"cooperative": hub, "by": None, "at": AT}
    found = answering.accept_all(story.matching, seen_plan=seen, only_where_other_accepted=True, **every)
    assert found == 1
    assert story.proposal("A").state == S.AGREED
    assert answering.accept_all(story.matching, seen_plan=seen, **every) == 2
    assert answering.accept_all(story.matching, seen_plan=seen, **every) == 0
    assert story.proposal("B").first_accepted_at is None
    story.planned_again(less_from_c)
    with pytest.raises(Refusal, match="planned again meanwhile"):
        answering.accept_all(story.matching, seen_plan=seen, **every)


# --- planning again ----------------------------------------------------------------------------


def dearer(problem: Problem) -> Problem:
    """The buyer pays 3 % more: every price moves."""
    return changed(problem, [(Selector("outlets", "price_idr_per_kg"), Decimal("1.03"))])


def test_what_was_accepted_keeps_its_price(story: Story) -> None:
    agreed(story, "A")
    accept(story, story.proposal("B"), "B")
    before = {
        code: list(story.proposal(code).lines.values_list("kg", "price_idr_per_kg", "value_idr"))
        for code in "ABCD"
    }
    settled = story.proposal("A").settlement_idr
    made = story.planned_again(dearer)
    for code in "AB":
        assert (
            list(story.proposal(code).lines.values_list("kg", "price_idr_per_kg", "value_idr"))
            == before[code]
        )
        assert (story.proposal(code).version, story.proposal(code).plan_id) == (1, made.pk)
    assert story.proposal("A").settlement_idr == settled
    assert story.proposal("A").state == S.AGREED
    assert story.proposal("C").version == 2
    _, _, share = worked_out(made, dearer)
    assert sum(each.payoff_idr for each in made.standings.all()) == sum(share.payoff_idr)
    assert sum(each.settlement_idr for each in made.standings.all()) == 0


def test_what_was_agreed_is_neither_changed_nor_withdrawn(story: Story) -> None:
    agreed(story, "C")
    before = story.proposal("C").kg
    made = story.planned_again(less_from_c)
    assert (story.proposal("C").state, story.proposal("C").kg) == (S.AGREED, before)
    _, _, share = worked_out(made, less_from_c)
    assert sum(each.payoff_idr for each in made.standings.all()) == sum(share.payoff_idr)

    made = story.planned_again(nothing_from_c)
    assert story.proposal("C").state == S.AGREED
    assert history.differences_of(made).not_kept == (("Koperasi hub", "Koperasi C"),)


def test_what_was_declined_isnt_proposed_again(story: Story) -> None:
    decline(story, story.proposal("A"), "A")
    story.planned_again(dearer)
    assert (story.proposal("A").state, story.proposal("A").version) == (S.DECLINED, 1)
    assert Proposal.objects.filter(second=story.cooperatives["A"]).count() == 1


def test_a_countered_price_comes_back_with_the_yes_of_who_asked(story: Story) -> None:
    proposal = story.proposal("A")
    line = proposal.lines.filter(good="gkp")[0]
    price = line.price_idr_per_kg + 50
    counter(story, proposal, "A", {line.pk: Otherwise(price_idr_per_kg=price)})
    before = Standing.objects.get(plan__number=1, cooperative=story.cooperatives["A"]).payoff_idr
    made = story.planned_again()
    new = story.proposal("A")
    assert (new.version, new.origin, new.state) == (2, Proposal.Origin.COUNTER, S.OPEN)
    assert (new.first_accepted_at, new.second_accepted_at) == (None, AT)
    again = new.lines.get(good="gkp", month=line.month)
    assert (again.kg, again.price_idr_per_kg) == (line.kg, price)
    after = Standing.objects.get(plan=made, cooperative=story.cooperatives["A"]).payoff_idr
    assert after - before == again.value_idr - line.value_idr
    accept(story, new, "H")
    assert story.proposal("A").state == S.AGREED


def test_a_counter_that_the_plan_has_no_room_for_asks_both_anew(story: Story) -> None:
    proposal = story.proposal("A")
    counter(story, proposal, "A", {proposal.lines.filter(good="gkp")[0].pk: Otherwise(kg=9_999)})
    story.planned_again()
    new = story.proposal("A")
    assert (new.version, new.origin, new.second_accepted_at) == (2, Proposal.Origin.PLAN, None)


def test_who_takes_a_counter_back_isnt_asked_for_it_again(story: Story) -> None:
    proposal = story.proposal("A")
    line = proposal.lines.filter(good="gkp")[0]
    counter(story, proposal, "A", {line.pk: Otherwise(price_idr_per_kg=Decimal(7000))})
    counter(story, proposal, "H", {line.pk: Otherwise(price_idr_per_kg=Decimal(6000))})
    accept(story, proposal, "H")
    story.planned_again()
    assert story.proposal("A").lines.get(month=line.month, good="gkp").price_idr_per_kg == 7000


def test_what_was_said_while_the_plan_was_made_waits_for_the_next(story: Story) -> None:
    rounds.plan_again(story.matching, by=None, at=AT)
    proposal = story.proposal("A")
    line = proposal.lines.all()[0]
    side = story.cooperatives["A"]
    answering.counter(
        proposal, cooperative=side, lines={line.pk: Otherwise(kg=9_000)}, reason="", by=None, at=LATER
    )
    planned(story.matching, dearer)
    assert (story.proposal("A").version, story.proposal("A").state) == (1, S.COUNTERED)


def test_a_pair_that_comes_back_is_counted_on(story: Story) -> None:
    story.planned_again(nothing_from_c)
    assert rounds.current(story.matching).filter(second=story.cooperatives["C"]).count() == 0
    story.planned_again()
    assert story.proposal("C").version == 2


def test_differences_name_what_moved(story: Story) -> None:
    made = story.planned_again(less_from_c)
    [pair] = [each for each in history.differences_of(made).pairs if each.giver == "Koperasi C"]
    assert [(each.good, each.month, each.before_kg, each.after_kg) for each in pair.moved] == [
        ("Gabah", MARCH, 12_000, 6_000),
        ("Gabah", APRIL, 12_500, 6_250),
    ]


def test_a_plan_isnt_asked_for_twice_at_once(story: Story) -> None:
    key = uuid4()
    made = rounds.plan_again(story.matching, by=None, at=AT, request_key=key)
    assert rounds.plan_again(story.matching, by=None, at=AT, request_key=key) == made
    with pytest.raises(Refusal, match="is being worked out"):
        rounds.plan_again(story.matching, by=None, at=AT)


def test_a_plan_that_comes_after_the_end_changes_nothing(story: Story) -> None:
    rounds.plan_again(story.matching, by=None, at=AT)
    rounds.close(story.matching, by=None, at=AT)
    planned(story.matching, dearer)
    assert {each.version for each in Proposal.objects.all()} == {1}


# --- agreements --------------------------------------------------------------------------------


def content_of(agreement: Agreement) -> Content:
    return from_json(json.dumps(agreement.versions.get().content).encode())


@pytest.mark.parametrize(("shape", "papers"), [("pairs", 3), ("hubs", 1)])
def test_agreements_add_up_to_what_was_agreed(story: Story, shape: Any, papers: int) -> None:
    agreed(story, "A", "B", "C")
    decline(story, story.proposal("D"), "D")
    rounds.close(story.matching, by=None, at=AT)
    frame = Frame(place="Cianjur", tolerance_percent=Decimal(10), terms=Terms(payment_days=7))
    made = agreeing.draft_agreements(story.matching, shape=shape, frame=frame, by=None, at=AT)
    assert len(made) == papers
    count, total = matching.agreed_totals(story.matching)
    assert count == 3
    assert sum(each.value_idr for each in Commitment.objects.all()) == total
    contents = [content_of(each) for each in made]
    assert sum(content.value_idr for content in contents) == total
    in_agreements = Proposal.objects.filter(agreement__in=made)
    assert sum(each.value_idr for each in in_agreements) == total
    with pytest.raises(Refusal, match="Nothing new was agreed"):
        agreeing.draft_agreements(story.matching, shape=shape, frame=frame, by=None, at=AT)
    assert Agreement.objects.count() == papers


def test_settlements_go_along_into_the_agreement(story: Story) -> None:
    agreed(story, "A")
    [made] = agreeing.draft_agreements(story.matching, shape="pairs", frame=Frame(), by=None, at=AT)
    content = content_of(made)
    assert [(each.party, each.idr) for each in content.settlements] == [
        (1, story.proposal("A").settlement_idr)
    ]
    assert [party.name for party in content.parties] == ["Koperasi hub", "Koperasi A"]


# --- opened once more --------------------------------------------------------------------------


def reopen(story: Story, proposal: Proposal, why: str = "Harga berubah") -> Proposal:
    return answering.reopen(proposal, why=why, by=story.people["facilitator"], at=LATER)


def test_what_both_agreed_on_can_be_opened_once_more(story: Story) -> None:
    agreed(story, "A")
    told = Notice.objects.count()
    proposal = reopen(story, story.proposal("A"))
    assert (proposal.state, proposal.first_accepted_at, proposal.second_accepted_at) == (S.OPEN, None, None)
    # The village's chair, the hub's, and the hub manager.
    assert Notice.objects.count() == told + 3
    agreed(story, "A")
    assert story.proposal("A").state == S.AGREED


def test_only_what_was_agreed_and_isnt_drafted_is_opened_once_more(story: Story) -> None:
    with pytest.raises(Refusal, match="Only what both"):
        reopen(story, story.proposal("A"))
    agreed(story, "A", "B")
    with pytest.raises(Refusal, match="say why"):
        reopen(story, story.proposal("A"), why=" ")
    frame = Frame()
    made = agreeing.draft_agreements(story.matching, shape="pairs", frame=frame, by=None, at=AT)
    with pytest.raises(Refusal, match="stands in a memorandum"):
        reopen(story, story.proposal("A"))
    for each in made:
        life.cancel(each, why="Salah", by=None, at=AT)
    again = agreeing.draft_agreements(story.matching, shape="pairs", frame=frame, by=None, at=AT)
    assert len(again) == 2
    for each in again:
        life.cancel(each, why="Salah lagi", by=None, at=AT)
    assert reopen(story, story.proposal("A")).agreement is None
    rounds.close(story.matching, by=None, at=AT)
    with pytest.raises(Refusal, match="closed"):
        reopen(story, story.proposal("B"))
