"""A request's key belongs to one thing of a round."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from jejaring.domain.parties.models import Network
from jejaring.domain.partnering.actions import answering, rounds
from jejaring.domain.partnering.actions.answering import Otherwise
from jejaring.domain.partnering.models import Proposal
from jejaring.engines.errors import Refusal
from tests.domain.round_story import (
    AT,
    MARCH,
    Story,
    open_story,
    planned,
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


def test_a_key_that_another_thing_has_used_is_refused_and_no_fault(story: Story) -> None:
    key = uuid4()
    proposal = story.proposal("A")
    accept(story, proposal, "A", request_key=key)
    elsewhere = "about something else"
    with pytest.raises(Refusal, match=elsewhere):
        accept(story, story.proposal("B"), "B", request_key=key)
    with pytest.raises(Refusal, match=elsewhere):
        accept(story, proposal, "H", request_key=key)
    rounds.plan_again(story.matching, by=None, at=AT, request_key=key)
    rounds.cancel(story.matching, by=None, at=AT)
    new: dict[str, Any] = {"first_month": MARCH, "months": 1, "rule": "equal", "by": None, "at": AT}
    story.matching = rounds.open_round(story.network, title="Lain", request_key=key, **new)
    planned(story.matching)
    with pytest.raises(Refusal, match=elsewhere):
        rounds.plan_again(story.matching, by=None, at=AT, request_key=key)
    other = Network.objects.create(name="Lain", region_code=story.network.region_code)
    with pytest.raises(Refusal, match=elsewhere):
        rounds.open_round(other, title="Lain", request_key=key, **new)
