"""An agreement moves as its table says and in no other way; numbers have no gaps; alerts come once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from jejaring.documents.agreements import content as said
from jejaring.domain.agreements.actions import drafting, leaving, life, motions, offering, signing
from jejaring.domain.agreements.models import (
    Agreement,
    Approval,
    Event,
    Motion,
    NumberSeries,
    Signature,
    Version,
)
from jejaring.domain.agreements.states import NEXT, Verb
from jejaring.domain.notices.models import Notice
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import NetworkRole
from jejaring.engines.errors import Refusal
from tests.cast import Cast, make_cast
from tests.domain.agreement_story import (
    AT,
    FRAME,
    ON,
    desk,
    drafted,
    in_force,
    in_state,
    offered,
    tapped,
    voice,
)

State = Agreement.State


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def attempts(agreement: Agreement, cast: Cast) -> dict[Verb, list[Callable[[], Any]]]:
    """Return every action with what it does to this agreement."""
    by: dict[str, Any] = {"by": cast.facilitator, "at": AT}
    party = agreement.parties.get(position=1)
    version = agreement.versions.order_by("-number")[0]
    dispute = Event(agreement=agreement, kind=Event.Kind.DISPUTE, text="x", on=ON, at=AT)
    mouth = voice(agreement, 1, cast.chair)
    mine = signing.Signing(version, party, "Ketua", cast.chair, AT)
    return {
        Verb.WORD: [
            lambda: drafting.word_clause(agreement, code="purpose", text="Lain.", **by),
            lambda: drafting.add_clause(agreement, title="Baru", text="Isi.", **by),
            lambda: drafting.set_terms(agreement, frame=replace(FRAME, place="Cugenang"), **by),
            lambda: drafting.name_signatory(
                agreement, party=party, signatory=said.Signatory("Manajer"), notices="", account=None, **by
            ),
            lambda: drafting.refresh_parties(agreement, **by),
        ],
        Verb.APPROVE: [
            lambda: offering.approve(
                agreement, party=party, body=Approval.Body.BOARD, decision_number="1", decided_on=ON, **by
            )
        ],
        Verb.OFFER: [lambda: offering.offer(agreement, desk=desk(), on=ON, **by)],
        Verb.WITHDRAW: [lambda: offering.withdraw(agreement, why="Salah", **by)],
        Verb.SIGN: [
            lambda: signing.tap(mine, strength="totp", desk=desk()),
            lambda: signing.upload_scan(mine, scan=b"\xff\xd8\xff\xe0", desk=desk()),
            lambda: signing.sign_with_certificate(mine, p12=b"", passphrase="", desk=desk()),
            lambda: signing.take_signed(mine, pdf=b"", desk=desk()),
        ],
        Verb.SUSPEND: [lambda: motions.propose(agreement, what=Motion.What.SUSPEND, why="x", voice=mouth)],
        Verb.RESUME: [lambda: motions.propose(agreement, what=Motion.What.RESUME, why="x", voice=mouth)],
        Verb.TERMINATE: [
            lambda: motions.propose(agreement, what=Motion.What.END, why="x", voice=mouth),
            lambda: motions.give_notice(agreement, why="x", voice=mouth),
        ],
        Verb.CANCEL: [lambda: life.cancel(agreement, why="x", **by)],
        Verb.DISPUTE: [
            lambda: life.tell_dispute(agreement, text="x", party=None, **by),
            lambda: life.answer_dispute(dispute, text="x", settles=False, party=None, **by),
        ],
        Verb.FOLLOW: [
            lambda: drafting.follow(agreement, how="contract", frame=FRAME, **by),
            lambda: drafting.follow(agreement, how="amendment", frame=FRAME, **by),
            lambda: drafting.follow(agreement, how="renewal", frame=FRAME, **by),
        ],
        Verb.STAMP: [lambda: offering.record_stamp(agreement, party=party, serial="AB123456", **by)],
    }


@pytest.mark.slow
@pytest.mark.parametrize("state", State)
def test_what_the_table_does_not_list_is_refused_by_the_actions_and_changes_nothing(
    cast: Cast, state: Agreement.State
) -> None:
    agreement = in_state(cast, state)
    assert agreement.state == state
    before = (
        list(Version.objects.order_by("pk").values()),
        list(Event.objects.order_by("pk").values()),
        list(Signature.objects.order_by("pk").values()),
        Agreement.objects.count(),
    )
    tried = attempts(agreement, cast)
    # What only follows from signing, and from the calendar, has no action of its own.
    assert tried.keys() | {Verb.COMPLETE, Verb.EXPIRE} == set(Verb)
    for verb, actions in tried.items():
        if (state, verb) in NEXT:
            continue
        for action in actions:
            with pytest.raises(Refusal):
                action()
    if (state, Verb.EXPIRE) not in NEXT:
        assert life.expire_due(on=date(2040, 1, 1), at=AT) == 0
    agreement.refresh_from_db()
    assert agreement.state == state
    assert before == (
        list(Version.objects.order_by("pk").values()),
        list(Event.objects.order_by("pk").values()),
        list(Signature.objects.order_by("pk").values()),
        Agreement.objects.count(),
    )
    assert list(audit.faults()) == []


def _fails(*_: object) -> None:
    raise OSError("no typesetter")


def test_numbers_have_no_gaps_and_a_cancelled_one_keeps_its_own(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (drafted(cast) for _ in range(3))
    offered(cast, first)
    with monkeypatch.context() as patched:
        # The typesetter fails after the number was given: it is given again.
        patched.setattr(offering, "paper", _fails)
        with pytest.raises(OSError, match="no typesetter"):
            offered(cast, third)
    offered(cast, second)
    life.cancel(second, why="Batal", by=cast.facilitator, at=AT)
    offering.withdraw(first, why="Salah", by=cast.facilitator, at=AT)
    offered(cast, first)
    offered(cast, third)
    given = Agreement.objects.exclude(number=None).order_by("number").values_list("pk", "number")
    assert list(given) == [(first.pk, 1), (second.pk, 2), (third.pk, 3)]
    assert NumberSeries.objects.get().last == 3


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_many_put_up_at_once_get_numbers_without_gaps() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's tests run in memory, where connections don't wait for one another")
    cast = make_cast()
    drafts = [drafted(cast) for _ in range(6)]

    def put_up(agreement: Agreement) -> None:
        try:
            offered(cast, agreement)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(put_up, drafts))
    numbers = Agreement.objects.values_list("number", flat=True)
    assert sorted(number for number in numbers if number) == [1, 2, 3, 4, 5, 6]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_sign_at_once_and_the_paper_is_closed_once() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's tests run in memory, where connections don't wait for one another")
    cast = make_cast()
    version = offered(cast)

    def sign(who: tuple[int, object]) -> str:
        try:
            tapped(version, *who)
        except Refusal as refusal:
            return refusal.sentence.code
        finally:
            connection.close()
        return "signed"

    people = [(0, cast.chair_of_hub), (1, cast.chair), (1, cast.manager), (0, cast.hub_manager)]
    with ThreadPoolExecutor(4) as threads:
        told = sorted(threads.map(sign, people))
    assert told.count("signed") == 2
    assert set(told) <= {"signed", "signature.twice", "agreement.state"}
    assert Signature.objects.count() == 2
    assert version.papers.count() == 2
    assert Agreement.objects.get().state == State.IN_FORCE


def test_two_who_loaded_the_page_together_both_sign(cast: Cast) -> None:
    version = offered(cast)
    one, other = (Version.objects.select_related("agreement").get(pk=version.pk) for _ in range(2))
    tapped(one, 0, cast.chair_of_hub)
    tapped(other, 1, cast.chair)
    assert Agreement.objects.get().state == State.IN_FORCE
    assert version.papers.count() == 2


def test_alerts_come_at_ninety_thirty_and_seven_days_once_each(cast: Cast) -> None:
    until = in_force(cast).valid_until
    assert until is not None
    Notice.objects.all().delete()
    told = {}
    for left in range(95, -2, -1):
        on = until - timedelta(days=left)
        told[left] = [life.alert_expiring(on=on, at=AT) for _ in range(2)]
        life.expire_due(on=on, at=AT)
    everybody = len({"chair", "manager", "chair_of_hub", "hub_manager"})
    assert {left: times for left, times in told.items() if any(times)} == {
        90: [everybody, 0],
        30: [everybody, 0],
        7: [everybody, 0],
    }
    agreement = Agreement.objects.get()
    assert (agreement.state, agreement.ended_on) == (State.EXPIRED, until)
    [facts] = {
        (each.sentence["facts"]["day"], each.sentence["facts"]["last_period"])
        for each in Notice.objects.filter(once__contains="expires")
    }
    assert facts == (30, "2027-11")


def test_a_dispute_is_told_answered_and_settled_once(cast: Cast) -> None:
    agreement = in_force(cast)
    party = agreement.parties.get(position=1)
    told = life.tell_dispute(agreement, text="Kurang 200 kg", party=party, by=cast.chair, at=AT)
    answer: dict[str, Any] = {"party": None, "by": cast.facilitator, "at": AT}
    life.answer_dispute(told, text="Sudah ditimbang ulang", settles=False, **answer)
    life.answer_dispute(told, text="Dibayar", settles=True, **answer)
    with pytest.raises(Refusal, match="was settled"):
        life.answer_dispute(told, text="Lagi", settles=False, **answer)
    assert [each.kind for each in told.answers.all()] == ["dispute_note", "dispute_settled"]
    agreement.refresh_from_db()
    assert agreement.state == State.IN_FORCE


def test_a_party_stays_in_the_network_until_its_agreements_are_over(cast: Cast) -> None:
    agreement = drafted(cast)
    with pytest.raises(Refusal, match="is party to 1 agreements"):
        leaving.remove_from_network(cast.cianjur, cooperative=cast.babakankaret, by=cast.facilitator)
    assert NetworkRole.objects.filter(network=cast.cianjur, cooperative=cast.babakankaret).exists()
    life.cancel(agreement, why="Batal", by=cast.facilitator, at=AT)
    leaving.remove_from_network(cast.cianjur, cooperative=cast.babakankaret, by=cast.facilitator)
    assert not NetworkRole.objects.filter(network=cast.cianjur, cooperative=cast.babakankaret).exists()


def test_a_price_with_more_than_thousandths_still_multiplies_to_its_value(cast: Cast) -> None:
    agreement = drafted(cast, kg=900_001, value_idr=6_000_000_000, price="6666.659")
    content = drafting.content_of(agreement.versions.get())
    price = content.commitments[0].price_idr_per_kg
    assert price is not None
    assert abs(price * 900_001 - 6_000_000_000) <= 1
    assert offered(cast, agreement).state == Version.State.OFFERED


def test_a_stamp_recorded_before_the_offer_stands_on_the_paper(cast: Cast) -> None:
    agreement = drafted(cast)
    party = agreement.parties.get(position=1)
    by: dict[str, Any] = {"by": cast.chair, "at": AT}
    with pytest.raises(Refusal, match="serial number"):
        offering.record_stamp(agreement, party=party, serial="<b>", **by)
    offering.record_stamp(agreement, party=party, serial="sn 1234 5678", **by)
    content = drafting.content_of(offered(cast, agreement))
    assert {each.party: each.serial for each in content.stamps} == {0: "", 1: "SN12345678"}


def test_an_approval_with_a_known_number_corrects_its_day_until_the_paper_names_it(cast: Cast) -> None:
    agreement = drafted(cast)
    party = agreement.parties.get(position=1)

    def approve(on: date) -> Approval:
        return offering.approve(
            agreement, party=party, body=Approval.Body.BOARD, decision_number="7", decided_on=on, **who
        )

    who: dict[str, Any] = {"by": cast.chair, "at": AT}
    first, corrected = date(2026, 11, 1), date(2026, 11, 11)
    assert approve(first).pk == approve(corrected).pk
    assert Approval.objects.get().decided_on == corrected
    content = drafting.content_of(offered(cast, agreement))
    assert content.parties[1].signatory.authority.on == corrected
    assert approve(corrected).decided_on == corrected
    with pytest.raises(Refusal, match="stands here with the day 2026-11-11"):
        approve(first)
    assert Approval.objects.get().decided_on == corrected
