"""Two people at once: nothing is doubled, nothing waits forever, and what stands afterwards is right.

On PostgreSQL only, where writers wait for one another's rows (`python -m tests.private_postgresql …`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from jejaring.documents import signatures
from jejaring.documents.signatures import found
from jejaring.domain.agreements.actions import offering, signing
from jejaring.domain.agreements.actions.drafting import Frame
from jejaring.domain.agreements.actions.offering import Desk
from jejaring.domain.agreements.actions.signing import Signing
from jejaring.domain.agreements.models import Agreement, AgreementParty, Event, Signature, Version
from jejaring.domain.notices.models import Notice
from jejaring.domain.parties import audit
from jejaring.domain.partnering import matching
from jejaring.domain.partnering.actions import agreeing, answering, rounds
from jejaring.domain.partnering.models import Answer, Proposal, Round
from jejaring.engines.errors import Refusal
from tests.documents import signing_world
from tests.scenarios.villages import AT, FIRST, ON, Day, begin, installation_key, published

_REFUSED = "refused"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def whole_trail() -> Iterator[None]:
    """Skip where it can't be tried; afterwards the chain of the trail has no gap and no branch."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's tests run in memory, where connections don't wait for one another")
    yield
    assert list(audit.faults()) == []


@pytest.fixture
def desk() -> Desk:
    return Desk(installation_key(), "https://contoh.invalid/verifikasi/{code}/{version}/")


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Call all in the same moment, each on a connection of its own; a Refusal comes back as its code."""
    start = Barrier(len(calls))

    def called(call: Callable[[], object]) -> object:
        start.wait(timeout=30)
        try:
            return call()
        except Refusal as refusal:
            return f"{_REFUSED}: {refusal.sentence.code}"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(called, calls, timeout=60))


def refused(answers: list[object]) -> list[str]:
    return [each for each in answers if isinstance(each, str)]


# --- proposals -----------------------------------------------------------------------------------


def test_both_sides_say_yes_in_the_same_moment() -> None:
    day = published(4)
    for village in day.villages:
        proposal = day.proposal(village)
        sides = (village, day.hub)
        yes = [partial(answering.accept, proposal, cooperative=each, by=None, at=AT) for each in sides]
        assert refused(at_once(*yes)) == []
        proposal.refresh_from_db()
        assert proposal.state == Proposal.State.AGREED
        assert sorted(proposal.answers.values_list("kind", flat=True)) == ["accept", "accept"]
    count, idr = matching.agreed_totals(day.matching)
    assert (count, idr) == (4, matching.live(day.matching).proposed_idr)
    told = Notice.objects.filter(sentence__code="answer.notice.agreed").count()
    assert told == 4


def test_a_request_that_is_sent_twice_counts_once() -> None:
    day = published(2)
    village = day.villages[0]
    proposal = day.proposal(village)
    key = uuid4()
    yes = partial(answering.accept, proposal, cooperative=village, by=None, at=AT, request_key=key)
    assert refused(at_once(*[yes] * 6)) == []
    assert Answer.objects.filter(proposal=proposal).count() == 1
    no = partial(
        answering.decline, proposal, cooperative=day.hub, reason="Penuh", by=None, at=AT, request_key=uuid4()
    )
    assert refused(at_once(*[no] * 6)) == []
    assert Counter(proposal.answers.values_list("kind", flat=True)) == {"accept": 1, "decline": 1}


def test_yes_and_no_in_the_same_moment_leave_one_state() -> None:
    day = published(4)
    for village in day.villages:
        proposal = day.proposal(village)
        answering.accept(proposal, cooperative=day.hub, by=None, at=AT)
        answers = at_once(
            partial(answering.accept, proposal, cooperative=village, by=None, at=AT),
            partial(answering.decline, proposal, cooperative=day.hub, reason="Penuh", by=None, at=AT),
        )
        proposal.refresh_from_db()
        both = proposal.first_accepted_at and proposal.second_accepted_at
        agreed = proposal.state == Proposal.State.AGREED
        assert agreed == bool(both)
        assert agreed == (refused(answers) == ["refused: answer.agreed"])


def test_all_yes_of_both_sides_while_the_worker_keeps_a_plan() -> None:
    """Whoever comes first: what both accepted stands as they saw it, or they are told that it changed."""
    day = published(4)
    seen = matching.newest_plan(day.matching)
    assert seen
    rounds.plan_again(day.matching, by=None, at=AT)
    all_of = partial(answering.accept_all, day.matching, by=None, at=AT, seen_plan=seen.pk)
    answers = at_once(
        day.work,
        *(partial(all_of, cooperative=each) for each in (day.hub, *day.villages)),
    )
    assert set(refused(answers)) <= {"refused: answer.replaced"}
    current = list(rounds.current(day.matching))
    assert len({(each.first_id, each.second_id) for each in current}) == len(current) == 4
    for each in current:
        both = each.first_accepted_at and each.second_accepted_at
        assert (each.state == Proposal.State.AGREED) == bool(both)


def test_a_plan_that_is_asked_for_twice_is_one() -> None:
    day = published(2)
    key = uuid4()
    again = partial(rounds.plan_again, day.matching, by=None, at=AT, request_key=key)
    assert refused(at_once(*[again] * 4)) == []
    assert day.matching.plans.count() == 2
    others = at_once(*[partial(rounds.plan_again, day.matching, by=None, at=AT)] * 2)
    assert refused(others) == ["refused: round.working"] * 2


def test_a_round_that_is_opened_twice_is_one() -> None:
    day = begin(2)
    rounds.cancel(day.matching, by=None, at=AT)
    opened = partial(
        rounds.open_round,
        day.network,
        title="Lagi",
        first_month=FIRST,
        months=2,
        rule="equal",
        by=None,
        at=AT,
    )
    answers = at_once(*[partial(opened, request_key=uuid4()) for _ in range(4)])
    assert refused(answers) == ["refused: round.another"] * 3
    assert Round.objects.filter(network=day.network, state=Round.State.PLANNING).count() == 1


# --- agreements ----------------------------------------------------------------------------------


def drafted(count: int) -> tuple[Day, list[Agreement]]:
    """Return agreements of a round in which everybody said yes."""
    day = published(count)
    seen = matching.newest_plan(day.matching)
    assert seen
    for each in (day.hub, *day.villages):
        answering.accept_all(day.matching, cooperative=each, seen_plan=seen.pk, by=None, at=AT)
    return day, draft(day)


def draft(day: Day) -> list[Agreement]:
    frame = Frame(
        place="Demak",
        valid_from=ON,
        valid_until=ON + timedelta(days=300),
        tolerance_percent=Decimal(5),
    )
    return agreeing.draft_agreements(day.matching, shape="pairs", frame=frame, by=None, at=AT)


def offered(desk: Desk) -> tuple[Version, AgreementParty, AgreementParty]:
    """Return a version that waits for two signatures."""
    _, made = drafted(2)
    version = offering.offer(made[0], desk=desk, on=ON, by=None, at=AT)
    first, second = made[0].parties.select_related("cooperative").order_by("position")
    return version, first, second


def test_what_was_agreed_is_drafted_once() -> None:
    day = published(3)
    seen = matching.newest_plan(day.matching)
    assert seen
    for each in (day.hub, *day.villages):
        answering.accept_all(day.matching, cooperative=each, seen_plan=seen.pk, by=None, at=AT)
    answers = at_once(*[partial(draft, day)] * 3)
    assert refused(answers) == ["refused: round.nothing_agreed"] * 2
    assert Agreement.objects.count() == 3


def test_numbers_that_are_given_at_once_have_no_gap(desk: Desk) -> None:
    day, made = drafted(6)
    twice = [partial(offering.offer, each, desk=desk, on=ON, by=None, at=AT) for each in made for _ in "12"]
    assert refused(at_once(*twice)) == ["refused: agreement.state"] * 6
    numbers = Agreement.objects.filter(network=day.network).values_list("number", flat=True)
    assert sorted(n for n in numbers if n) == [1, 2, 3, 4, 5, 6]


def test_two_parties_sign_in_the_same_moment_by_tap_and_certificate(desk: Desk) -> None:
    version, first, second = offered(desk)
    answers = at_once(partial(tap, version, first, desk), partial(by_certificate, version, second, desk))
    assert refused(answers) == []
    completed(version, desk, papers=3)


def test_two_certificates_in_the_same_moment_both_stay_in_the_file(desk: Desk) -> None:
    version, first, second = offered(desk)
    answers = at_once(*(partial(by_certificate, version, each, desk) for each in (first, second)))
    assert refused(answers) == []
    completed(version, desk, papers=4)


def test_one_party_signs_twice_in_the_same_moment(desk: Desk) -> None:
    version, first, second = offered(desk)
    answers = at_once(partial(tap, version, first, desk), partial(by_certificate, version, first, desk))
    assert refused(answers) == ["refused: signature.twice"]
    again = Signing(version, second, "Ketua", None, AT, uuid4())
    same = partial(signing.tap, again, strength="totp", desk=desk)
    assert refused(at_once(*[same] * 5)) == []
    completed(version, desk, papers=2 + Signature.objects.filter(level="digital").count())


def test_signing_and_taking_back_in_the_same_moment(desk: Desk) -> None:
    """Either somebody signed the version that was taken back, or was refused; never the next one unseen."""
    version, first, _ = offered(desk)
    answers = at_once(
        partial(tap, version, first, desk),
        partial(offering.withdraw, version.agreement, why="Salah harga", by=None, at=AT),
    )
    assert refused(answers) in ([], ["refused: signature.old_version"])
    newest = version.agreement.versions.order_by("-number")[0]
    assert (newest.number, newest.state) == (2, Version.State.DRAFT)
    assert newest.signatures.count() == 0
    assert Agreement.objects.get(pk=version.agreement_id).state == Agreement.State.DRAFT


def tap(version: Version, party: AgreementParty, desk: Desk) -> Signature:
    return signing.tap(Signing(version, party, "Ketua", None, AT), strength="totp", desk=desk)


def by_certificate(version: Version, party: AgreementParty, desk: Desk) -> Signature:
    p12 = signing_world.authority().p12(
        organisation=str(party), begins=AT - timedelta(days=30), ends=AT + timedelta(days=300)
    )
    signed = Signing(version, party, "Ketua", None, AT)
    return signing.sign_with_certificate(signed, p12=p12, passphrase=signing_world.PASSPHRASE, desk=desk)


def completed(version: Version, desk: Desk, *, papers: int) -> None:
    """Hold what stands against what must: two signatures, in force once, one file with everything in it."""
    agreement = Agreement.objects.get(pk=version.agreement_id)
    assert agreement.state == Agreement.State.IN_FORCE
    assert Version.objects.get(pk=version.pk).state == Version.State.SIGNED
    signed = Signature.objects.filter(version=version)
    assert Counter(signed.values_list("party", flat=True)) == {each.pk: 1 for each in agreement.parties.all()}
    assert agreement.events.filter(kind=Event.Kind.IN_FORCE).count() == 1
    kept = list(version.papers.order_by("number"))
    assert [each.number for each in kept] == list(range(papers))
    for earlier, later in pairwise(kept):
        assert bytes(later.pdf).startswith(bytes(earlier.pdf))
    trusted = found.Trusted(platform=(desk.key.certificate_pem,))
    verdict = signatures.verdict(bytes(kept[-1].pdf), at=AT + timedelta(days=1), trusted=trusted)
    assert verdict.state == "intact"
    persons = sum(each.kind == "person" for each in verdict.signatures)
    assert persons == signed.filter(level="digital").count()
