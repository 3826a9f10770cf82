"""Proposals that people make by hand: checked at once, tried by the next plan, replacing nothing untold."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from jejaring.documents.agreements import Agreement as Content
from jejaring.documents.agreements import from_json
from jejaring.domain.agreements.models import Agreement
from jejaring.domain.notices.models import Notice
from jejaring.domain.partnering import matching
from jejaring.domain.partnering.actions import answering, by_hand, rounds
from jejaring.domain.partnering.models import Proposal
from jejaring.engines.errors import Faults, Refusal
from tests.domain.round_story import (
    APRIL,
    AT,
    MARCH,
    Story,
    accept,
    agreed,
    open_story,
    planned,
    proposed_by_hand,
    worked_out,
)

LATER = AT + timedelta(hours=1)
S = Proposal.State


@pytest.fixture
def story(db: None) -> Story:
    return open_story()


def by_the_facilitator(story: Story, giver: str = "A", taker: str = "H", **changed: Any) -> Proposal:
    usual: dict[str, Any] = {
        "good": "gkp", "place": "h", "kg": {MARCH: 10_000, APRIL: 10_500}, "price_idr_per_kg": Decimal(6_100),
    }  # fmt: skip
    said = by_hand.ByHand(**(usual | changed))
    ends = {"giver": story.cooperatives[giver], "taker": story.cooperatives[taker]}
    return proposed_by_hand(story.matching, said=said, by=None, at=AT, **ends)


def test_a_proposal_by_hand_waits_for_the_next_plan(story: Story) -> None:
    made = by_the_facilitator(story)
    assert (made.version, made.state, made.plan) == (2, S.OPEN, None)
    assert made.value_idr == 20_500 * 6_100
    with pytest.raises(Refusal, match="waits for the next plan"):
        accept(story, made, "A")
    assert made.pk not in {
        side.proposal.pk for side in matching.package(story.matching, story.cooperatives["A"]).sides
    }


def test_a_proposal_by_hand_that_the_plan_has_room_for_is_shown_as_it_was_made(story: Story) -> None:
    rounds.cancel(story.matching, by=None, at=AT)
    story.matching = rounds.open_round(
        story.network, title="", first_month=MARCH, months=1, rule="equal", by=None, at=AT
    )
    planned(story.matching)
    rounds.publish(story.matching, by=None, at=AT)
    planned_line = story.proposal("C").lines.get()
    made = by_the_facilitator(story, "C", place=planned_line.place, kg={MARCH: 12_000})
    again = story.planned_again()
    found = story.proposal("C")
    assert (found.pk, found.plan_id, found.origin) == (made.pk, again.pk, Proposal.Origin.HAND)
    line = found.lines.get()
    assert line.price_idr_per_kg == 6_100
    assert line.product_id
    assert (line.product_id, line.site_id) == (planned_line.product_id, planned_line.site_id)
    _, _, share = worked_out(again)
    assert sum(each.payoff_idr for each in again.standings.all()) == sum(share.payoff_idr)
    agreed(story, "C")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"taker": "A"}, "by_hand.same"),
        ({"good": "emas"}, "by_hand.good"),
        ({"kg": {MARCH: 0}}, "by_hand.kg"),
        ({"kg": {MARCH.replace(month=9): 10}}, "by_hand.month"),
        ({"place": "b"}, "by_hand.place"),
        ({"place": "m"}, "by_hand.place"),
        ({"price_idr_per_kg": Decimal(0)}, "by_hand.price"),
    ],
)
def test_what_is_plainly_wrong_by_hand_is_told_at_once(story: Story, said: Any, told: str) -> None:
    with pytest.raises(Faults) as refused:
        by_the_facilitator(story, **said)
    assert told in [fault.wrong.code for fault in refused.value.faults]


def test_more_than_all_have_together_is_refused_by_hand_and_when_asked_for(story: Story) -> None:
    """10, 11, 12 and 13 tons are there in March: to hand 47 over, a plan would send goods in circles."""
    by_the_facilitator(story, kg={MARCH: 46_000})
    with pytest.raises(Refusal, match="all co-ops together have") as refused:
        by_the_facilitator(story, giver="B", kg={MARCH: 46_001})
    assert refused.value.sentence.facts["most_kg"] == 46_000
    asked = story.proposal("C")
    line = asked.lines.get(good="gkp", month=MARCH)
    with pytest.raises(Refusal, match="all co-ops together have"):
        answering.counter(
            asked, cooperative=story.cooperatives["C"], lines={line.pk: answering.Otherwise(kg=46_001)},
            reason="", by=None, at=AT,
        )  # fmt: skip


def test_a_place_by_hand_is_called_as_in_other_proposals(story: Story) -> None:
    [called] = set(story.proposal("B").lines.filter(place="h").values_list("place_name", flat=True))
    assert set(by_the_facilitator(story).lines.values_list("place_name", flat=True)) == {called}


def test_nothing_is_proposed_by_hand_over_what_was_agreed_or_after_the_end(story: Story) -> None:
    agreed(story, "A")
    with pytest.raises(Refusal, match="agreed on something already"):
        by_the_facilitator(story)
    rounds.close(story.matching, by=None, at=AT)
    with pytest.raises(Refusal, match="is closed"):
        by_the_facilitator(story, "B", place="h")


def content_of(agreement: Agreement) -> Content:
    return from_json(json.dumps(agreement.versions.get().content).encode())


def test_an_open_proposal_gives_way_only_when_it_is_named_and_both_are_told(story: Story) -> None:
    before = story.proposal("A")
    said = by_hand.ByHand("gkp", "h", {MARCH: 10_000}, Decimal(6_100))
    ends = {"giver": story.cooperatives["A"], "taker": story.cooperatives["H"]}
    Notice.objects.all().delete()
    for replacing in (None, story.proposal("B").pk):
        with pytest.raises(by_hand.Replaces) as asked:
            by_hand.propose_by_hand(story.matching, said=said, by=None, at=AT, replacing=replacing, **ends)
        assert asked.value.before == before
    assert (story.proposal("A").pk, Notice.objects.count()) == (before.pk, 0)
    made = by_hand.propose_by_hand(story.matching, said=said, by=None, at=AT, replacing=before.pk, **ends)
    assert story.proposal("A").pk == made.pk
    told = set(Notice.objects.filter(sentence__code="by_hand.notice.replaced").values_list("user", flat=True))
    assert told >= {story.people["A"].pk, story.people["H"].pk}
    assert story.people["B"].pk not in told
    Notice.objects.all().delete()
    by_hand.propose_by_hand(story.matching, said=said, by=None, at=AT, replacing=made.pk, **ends)
    assert not Notice.objects.exists(), "nobody had seen what gave way"
