"""What becomes of an agreement on pages once it is drafted and signed."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import pytest
from django.urls import reverse

from jejaring.domain.agreements.models import Agreement, Event, Motion
from tests.cast import Cast, make_cast
from tests.domain.agreement_story import drafted, in_force
from tests.interfaces.web.agreement_browser import as_, page

State = Agreement.State


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_disputes_and_stamps_go_through_pages(cast: Cast) -> None:
    agreement = in_force(cast)
    chair = as_(cast.chair)

    def post(name: str, *args: Any, **form: Any) -> int:
        return chair.post(reverse(name, args=[agreement.pk, *args]), form).status_code

    assert post("agreement_dispute", why="Kurang 200 kg") == 302
    dispute = Event.objects.get(kind="dispute")
    assert dispute.party is not None
    assert dispute.party.cooperative == cast.babakankaret
    assert post("agreement_dispute_answer", dispute.pk, why="Dibayar", settles="1") == 302
    assert post("agreement_dispute_answer", dispute.pk, why="Lagi") == 422
    assert post("agreement_stamp", party="1", serial="SN 123456") == 302
    assert post("agreement_stamp", party="1", serial="?") == 422
    for why in ("Kurang 200 kg", "SN123456"):
        assert why in page(as_(cast.supervisor), "agreement", agreement.pk)


def test_the_draft_says_on_its_paper_that_it_does_not_bind(cast: Cast) -> None:
    agreement = drafted(cast)
    made = as_(cast.clerk).get(reverse("agreement_paper", args=[agreement.pk, 1])).content
    text = "".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(made)).pages)
    assert "RANCANGAN" in text


def test_one_chair_alone_suspends_and_ends_nothing(cast: Cast) -> None:
    """Proposed after a second step, told to all, carried out with the other party's yes and not before."""
    agreement = in_force(cast)
    decide = reverse("agreement_decide", args=[agreement.pk])
    suspend = {"do": "suspend", "party": "1", "why": "Banjir"}
    weak = as_(cast.chair).post(decide, suspend)
    assert (weak.status_code, Motion.objects.count()) == (422, 0)
    assert reverse("mfa_index") in weak.content.decode()
    chair = as_(cast.chair, second_step="totp")
    unsaid = chair.post(decide, suspend | {"why": ""})
    assert (unsaid.status_code, Motion.objects.count()) == (422, 0)
    assert chair.post(decide, suspend | {"party": "0"}).status_code == 403
    assert as_(cast.facilitator, second_step="totp").post(decide, suspend).status_code == 403
    assert as_(cast.chair_garut, second_step="totp").post(decide, suspend).status_code == 404
    for _ in range(2):
        assert chair.post(decide, suspend).status_code == 302
    motion = Motion.objects.get()
    agreement.refresh_from_db()
    assert (agreement.state, motion.state) == (State.IN_FORCE, Motion.State.OPEN)
    answer = reverse("agreement_motion", args=[agreement.pk, motion.pk])
    yes = {"do": "agree", "party": "1"}
    assert chair.post(answer, yes).status_code == 302
    agreement.refresh_from_db()
    assert agreement.state == State.IN_FORCE
    hub = as_(cast.hub_manager, second_step="webauthn")
    assert "Banjir" in page(as_(cast.supervisor), "agreement", agreement.pk)
    assert "ingin menangguhkan" in page(hub, "agreement_decide", agreement.pk)
    assert as_(cast.hub_manager).post(answer, yes | {"party": "0"}).status_code == 422
    assert hub.post(answer, yes | {"party": "0"}).status_code == 302
    agreement.refresh_from_db()
    assert agreement.state == State.SUSPENDED
    assert hub.post(answer, yes | {"party": "0"}).status_code == 422
    assert set(motion.assents.values_list("party__position", "strength")) == {(1, "totp"), (0, "passkey")}


def test_a_memorandum_is_ended_by_notice_on_a_page(cast: Cast) -> None:
    agreement = in_force(cast)
    chair = as_(cast.chair, second_step="totp")
    assert "berakhir hari ini" in page(chair, "agreement_decide", agreement.pk)
    decide = reverse("agreement_decide", args=[agreement.pk])
    assert chair.post(decide, {"do": "notice", "party": "1", "why": "Bubar"}).status_code == 302
    agreement.refresh_from_db()
    assert agreement.state == State.TERMINATED
    assert "Bubar" in page(as_(cast.supervisor), "agreement", agreement.pk)
