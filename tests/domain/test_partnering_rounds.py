"""Rounds: published, answered, agreed on, drafted, opened once more; and what must not happen in one."""

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
from jejaring.domain.partnering import matching
from jejaring.domain.partnering.actions import agreeing, answering, leaving, rounds
from jejaring.domain.partnering.actions.answering import Otherwise
from jejaring.domain.partnering.models import Answer, Proposal, Round, Standing
from jejaring.domain.partnering.proposing import Line, Pair
from jejaring.engines.errors import Refusal
from tests.domain.round_story import (
    APRIL,
    AT,
    MARCH,
    Story,
    accept,
    agreed,
    counter,
    decline,
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


# --- given up, or left -------------------------------------------------------------------------


def told(code: str) -> list[tuple[str, str]]:
    """Return who was told a sentence of this kind, and of which co-op."""
    found = Notice.objects.filter(sentence__code=code).order_by("pk")
    return sorted((each.user.name, each.sentence["facts"].get("cooperative", "")) for each in found)


def test_every_co_op_that_had_a_proposal_is_told_once_that_a_round_is_given_up(story: Story) -> None:
    decline(story, story.proposal("B"), "B")
    story.planned_again(nothing_from_c)
    rounds.cancel(story.matching, by=None, at=LATER)
    villages = [("chair", f"Koperasi {code}") for code in "ABCD"]
    hub = [("chair", "Koperasi hub"), ("hub_manager", "Koperasi hub")]
    assert told("round.notice.cancelled") == sorted(villages + hub)
    assert {each.at for each in Notice.objects.filter(sentence__code="round.notice.cancelled")} == {LATER}


def test_nobody_is_told_of_a_round_that_was_never_published(db: None) -> None:
    story = open_story(published=False)
    rounds.cancel(story.matching, by=None, at=AT)
    assert not Notice.objects.exists()


def leave(story: Story, code: str) -> None:
    """Take a co-op out of the network."""
    gone = story.cooperatives[code]
    leaving.remove_from_network(story.network, cooperative=gone, by=story.people["facilitator"], at=LATER)


def test_who_leaves_is_taken_out_of_the_round_and_its_partner_is_told_why(story: Story) -> None:
    accept(story, story.proposal("A"), "H")
    leave(story, "A")
    gone = story.proposal("A")
    assert (gone.state, gone.first_accepted_at, gone.second_accepted_at) == (S.DECLINED, None, None)
    [answer] = gone.answers.filter(kind=Answer.Kind.DECLINE)
    assert (answer.cooperative, answer.reason) == (gone.second, "Koperasi A keluar dari jejaring.")
    assert told("round.notice.left") == [("chair", ""), ("hub_manager", "")]
    [notice] = Notice.objects.filter(sentence__code="round.notice.left", user=story.people["H"])
    assert notice.sentence["facts"] == {"who": "Koperasi A", "other": "Koperasi hub"}
    assert not story.network.roles.filter(cooperative=gone.second).exists()
    # The next plan neither proposes anything to it nor lets it answer.
    story.planned_again()
    assert story.proposal("A").pk == gone.pk


def test_what_both_agreed_on_isnt_undone_by_leaving(story: Story) -> None:
    agreed(story, "A")
    with pytest.raises(Refusal, match="has agreed on 1 proposals in the round “Putaran Maret”"):
        leave(story, "A")
    assert story.network.roles.filter(cooperative=story.cooperatives["A"]).exists()
    reopen(story, story.proposal("A"))
    leave(story, "A")
    assert story.proposal("A").state == S.DECLINED


def test_who_stands_in_a_memorandum_doesnt_leave(story: Story) -> None:
    agreed(story, "A")
    agreeing.draft_agreements(story.matching, shape="pairs", frame=Frame(), by=None, at=AT)
    with pytest.raises(Refusal, match="is party to 1 agreements"):
        leave(story, "A")


def test_who_leaves_while_a_plan_is_worked_out_is_proposed_nothing_by_it(story: Story) -> None:
    story.planned_again(nothing_from_c)
    rounds.plan_again(story.matching, by=None, at=LATER)
    leave(story, "C")
    planned(story.matching, at=LATER)
    assert not rounds.current(story.matching).filter(second=story.cooperatives["C"]).exists()
