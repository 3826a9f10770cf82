"""A signed agreement is suspended, resumed and ended by its parties together, or by notice by its words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from jejaring.documents.agreements import content as said
from jejaring.documents.agreements import to_json
from jejaring.domain.agreements.actions import drafting, life, motions
from jejaring.domain.agreements.actions.drafting import Draft, DraftParty
from jejaring.domain.agreements.actions.motions import NEXT, Act
from jejaring.domain.agreements.models import Agreement, Event, Motion
from jejaring.domain.notices.models import Notice
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import Counterparty
from jejaring.engines.errors import Refusal
from tests.cast import Cast, make_cast
from tests.domain.agreement_story import (
    AT,
    FRAME,
    ON,
    carried,
    in_force,
    offered,
    proposed,
    tapped,
    voice,
)

State = Agreement.State
What = Motion.What


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def state_of(agreement: Agreement) -> str:
    return Agreement.objects.values_list("state", flat=True).get(pk=agreement.pk)


def contract(cast: Cast, **terms: Any) -> Agreement:
    """Return a contract in force with these terms; how it came so is told elsewhere."""
    made = in_force(cast)
    version = made.versions.get()
    content = drafting.content_of(version)
    told = replace(content, kind="pks", terms=replace(content.terms, **terms))
    version.content = json.loads(to_json(told))
    version.save(update_fields=["content"])
    Agreement.objects.filter(pk=made.pk).update(kind="pks")
    made.refresh_from_db()
    return made


# --- together -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "what", "then"),
    [
        (None, What.SUSPEND, State.SUSPENDED),
        (What.SUSPEND, What.RESUME, State.IN_FORCE),
        (None, What.END, State.TERMINATED),
        (What.SUSPEND, What.END, State.TERMINATED),
    ],
)
def test_what_one_proposes_holds_with_the_others_yes(
    cast: Cast, before: What | None, what: What, then: State
) -> None:
    agreement = contract(cast)
    if before:
        carried(cast, agreement, before)
    stood = state_of(agreement)
    Notice.objects.all().delete()
    motion = proposed(cast, agreement, what)
    assert state_of(agreement) == stood
    told = set(Notice.objects.values_list("user", flat=True))
    assert told >= {cast.chair.pk, cast.chair_of_hub.pk}
    for _ in range(2):
        motions.agree(motion, voice=voice(agreement, 1, cast.chair))
    assert state_of(agreement) == stood
    motions.agree(motion, voice=voice(agreement, 0, cast.chair_of_hub))
    assert state_of(agreement) == then
    motion.refresh_from_db()
    assert motion.state == Motion.State.CARRIED
    kinds = list(agreement.events.order_by("pk").values_list("kind", flat=True))[-3:]
    assert kinds[:2] == [f"asked_{what}", "assented"]
    assert list(audit.faults()) == []


def test_three_parties_must_all_say_yes_and_one_no_is_enough(cast: Cast) -> None:
    market = Counterparty.objects.create(name="Pasar Induk", kind="market", network=cast.cianjur)
    parties = [
        DraftParty(cast.hub, is_hub=True),
        DraftParty(cast.babakankaret),
        DraftParty(counterparty=market),
    ]
    made = drafting.draft(cast.cianjur, Draft("mou", "Bertiga", parties, [], FRAME), by=None, at=AT)
    outside = made.parties.get(position=2)
    drafting.name_signatory(
        made,
        party=outside,
        signatory=said.Signatory("Kepala Pasar"),
        notices="",
        account=None,
        by=None,
        at=AT,
    )
    version = offered(cast, made)
    for position, by in ((0, cast.chair_of_hub), (1, cast.chair), (2, cast.facilitator)):
        tapped(version, position, by)
    motion = proposed(cast, made)
    motions.agree(motion, voice=voice(made, 0, cast.chair_of_hub))
    assert state_of(made) == State.IN_FORCE
    with pytest.raises(Refusal, match="Name the letter"):
        motions.agree(motion, voice=voice(made, 2, cast.facilitator))
    with_letter = replace(voice(made, 2, cast.facilitator), letter="Surat 12/PI/2026")
    motions.decline(motion, why="Belum sepakat", voice=with_letter)
    assert state_of(made) == State.IN_FORCE
    motion = proposed(cast, made)
    motions.agree(motion, voice=with_letter)
    motions.agree(motion, voice=voice(made, 0, cast.chair_of_hub))
    assert state_of(made) == State.SUSPENDED
    with pytest.raises(Refusal, match="more than two parties"):
        motions.give_notice(made, why="x", voice=voice(made, 1, cast.chair))


def test_a_motion_moves_as_its_table_says_and_in_no_other_way(cast: Cast) -> None:
    agreement = contract(cast)
    hub, coop = voice(agreement, 0, cast.chair_of_hub), voice(agreement, 1, cast.chair)
    acts: dict[Act, Callable[[Motion], Motion]] = {
        Act.AGREE: lambda motion: motions.agree(motion, voice=hub),
        Act.DECLINE: lambda motion: motions.decline(motion, why="x", voice=hub),
        Act.WITHDRAW: lambda motion: motions.withdraw(motion, voice=coop),
    }
    motion = proposed(cast, agreement)
    for state in Motion.State:
        for act, action in acts.items():
            if (state, act) in NEXT:
                continue
            Motion.objects.filter(pk=motion.pk).update(state=state)
            before = list(Event.objects.values()), list(Motion.objects.values())
            with pytest.raises(Refusal, match="answered or taken back already"):
                action(motion)
            assert before == (list(Event.objects.values()), list(Motion.objects.values()))
    assert state_of(agreement) == State.IN_FORCE


def test_no_yes_without_a_second_step_no_no_without_a_reason(cast: Cast) -> None:
    agreement = contract(cast)
    weak = voice(agreement, 0, cast.chair_of_hub, strength="")
    motion = proposed(cast, agreement)
    tries: list[Callable[[], object]] = [
        lambda: motions.propose(agreement, what=What.END, why="x", voice=weak),
        lambda: motions.give_notice(agreement, why="x", voice=weak),
        lambda: motions.agree(motion, voice=weak),
        lambda: motions.decline(motion, why="x", voice=weak),
        lambda: motions.withdraw(motion, voice=weak),
    ]
    for each in tries:
        with pytest.raises(Refusal, match="second step"):
            each()
    hub = voice(agreement, 0, cast.chair_of_hub)
    with pytest.raises(Refusal, match="say why"):
        motions.decline(motion, why=" ", voice=hub)
    with pytest.raises(Refusal, match="still waits"):
        motions.propose(agreement, what=What.END, why="x", voice=hub)
    with pytest.raises(Refusal, match="Only who proposed it"):
        motions.withdraw(motion, voice=hub)
    with pytest.raises(Refusal, match="has said yes"):
        motions.decline(motion, why="x", voice=voice(agreement, 1, cast.chair))
    motions.withdraw(motion, voice=voice(agreement, 1, cast.chair))
    assert state_of(agreement) == State.IN_FORCE


# --- by notice ----------------------------------------------------------------------------------


def test_notice_of_a_contract_holds_on_its_day_and_not_before(cast: Cast) -> None:
    agreement = contract(cast, end_notice_days=30)
    Notice.objects.all().delete()
    motion = motions.give_notice(agreement, why="Pindah usaha", voice=voice(agreement, 1, cast.chair))
    day = ON + timedelta(days=30)
    assert (motion.state, motion.takes_effect_on) == (Motion.State.OPEN, day)
    [facts] = {
        (each.sentence["facts"]["day"], each.sentence["facts"]["last_period"])
        for each in Notice.objects.all()
    }
    assert facts == (22, "2026-12")
    with pytest.raises(Refusal, match="Notice was given already"):
        motions.give_notice(agreement, why="x", voice=voice(agreement, 0, cast.chair_of_hub))
    with pytest.raises(Refusal, match="nobody's yes"):
        motions.decline(motion, why="x", voice=voice(agreement, 0, cast.chair_of_hub))
    assert motions.end_due(on=day - timedelta(days=1), at=AT) == 0
    assert state_of(agreement) == State.IN_FORCE
    carried(cast, agreement, What.SUSPEND)
    assert [motions.end_due(on=day + timedelta(days=2), at=AT) for _ in range(2)] == [1, 0]
    agreement.refresh_from_db()
    assert (agreement.state, agreement.ended_on) == (State.TERMINATED, day)


def test_notice_isnt_taken_back_once_its_day_has_come(cast: Cast) -> None:
    """The worker may be late; what the notice says holds all the same."""
    agreement = contract(cast, end_notice_days=30)
    given = voice(agreement, 1, cast.chair)
    motion = motions.give_notice(agreement, why="Pindah usaha", voice=given)
    late = replace(given, at=AT + timedelta(days=31))
    with pytest.raises(Refusal, match="day of this notice has come"):
        motions.withdraw(motion, voice=late)
    assert motions.end_due(on=ON + timedelta(days=31), at=AT + timedelta(days=31)) == 1
    assert state_of(agreement) == State.TERMINATED


@pytest.mark.parametrize(
    ("terms", "position", "told"),
    [
        ({"end_notice_days": None}, 1, "says nothing of notice"),
        ({"end_notice_days": 30, "ends": "giver"}, 0, "only the other side"),
        ({"end_notice_days": 30, "ends": "taker"}, 1, "only the other side"),
        ({"end_notice_days": 30, "ends": "giver"}, 1, ""),
        ({"end_notice_days": 30, "ends": "taker"}, 0, ""),
        ({"end_notice_days": 400}, 1, "ends by itself"),
    ],
)
def test_a_contract_is_ended_by_notice_only_as_its_words_say(
    cast: Cast, terms: dict[str, Any], position: int, told: str
) -> None:
    agreement = contract(cast, **terms)
    who = voice(agreement, position, cast.chair)
    if not told:
        assert motions.give_notice(agreement, why="x", voice=who).state == Motion.State.OPEN
        return
    with pytest.raises(Refusal, match=told):
        motions.give_notice(agreement, why="x", voice=who)
    assert not Motion.objects.exists()


def test_what_waited_lapses_when_the_agreement_ends(cast: Cast) -> None:
    agreement = contract(cast, end_notice_days=30)
    motions.give_notice(agreement, why="x", voice=voice(agreement, 1, cast.chair))
    carried(cast, agreement, What.END)
    assert set(Motion.objects.values_list("is_notice", "state")) == {(True, "lapsed"), (False, "carried")}
    assert motions.end_due(on=date(2030, 1, 1), at=AT) == 0
    other = in_force(cast)
    proposed(cast, other)
    life.expire_due(on=date(2027, 12, 1), at=AT)
    assert Motion.objects.get(agreement=other).state == Motion.State.LAPSED
