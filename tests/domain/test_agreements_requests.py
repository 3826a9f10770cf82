"""A request's key gives the same answer for the same thing, and a plain no for anything else."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from jejaring.domain.agreements.actions import drafting, signing
from jejaring.domain.agreements.actions.drafting import Draft, DraftParty
from jejaring.domain.agreements.actions.signing import Signing
from jejaring.domain.agreements.models import Agreement, Signature
from jejaring.engines.errors import Refusal
from tests.cast import Cast, make_cast
from tests.domain.agreement_story import AT, FRAME, desk, in_force, offered

_ELSEWHERE = "sent before, about something else"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_a_draft_with_the_key_of_another_networks_is_refused(cast: Cast) -> None:
    key = uuid4()
    new = Draft("mou", "Naskah", [DraftParty(cast.hub), DraftParty(cast.babakankaret)], [], FRAME)
    made = [drafting.draft(cast.cianjur, new, by=None, at=AT, request_key=key) for _ in range(2)]
    assert made[0] == made[1]
    with pytest.raises(Refusal, match=_ELSEWHERE):
        drafting.draft(cast.garut, new, by=None, at=AT, request_key=key)
    assert Agreement.objects.count() == 1


def test_what_follows_from_another_agreement_with_a_known_key_is_refused(cast: Cast) -> None:
    key = uuid4()
    one, other = in_force(cast), in_force(cast)
    made = [
        drafting.follow(one, how="contract", frame=FRAME, by=None, at=AT, request_key=key) for _ in range(2)
    ]
    assert made[0] == made[1]
    with pytest.raises(Refusal, match=_ELSEWHERE):
        drafting.follow(other, how="contract", frame=FRAME, by=None, at=AT, request_key=key)
    with pytest.raises(Refusal, match=_ELSEWHERE):
        drafting.follow(one, how="amendment", frame=FRAME, by=None, at=AT, request_key=key)
    assert Agreement.objects.count() == 3


def test_a_signature_with_the_key_of_another_is_refused(cast: Cast) -> None:
    version, other = offered(cast), offered(cast)
    hub, coop = version.agreement.parties.order_by("position")
    mine = Signing(version, coop, "Ketua", cast.chair, AT, uuid4())
    made = [signing.tap(mine, strength="totp", desk=desk()) for _ in range(2)]
    assert made[0] == made[1]
    elsewhere = replace(mine, version=other, party=other.agreement.parties.get(position=1))
    for wrong in (elsewhere, replace(mine, party=hub)):
        with pytest.raises(Refusal, match=_ELSEWHERE):
            signing.tap(wrong, strength="totp", desk=desk())
    assert Signature.objects.count() == 1
