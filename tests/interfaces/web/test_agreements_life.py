"""What becomes of an agreement on pages once it is drafted and signed."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import pytest
from django.urls import reverse

from jejaring.domain.agreements.models import Agreement, Event
from tests.cast import Cast, make_cast
from tests.domain.agreement_story import drafted, in_force
from tests.interfaces.web.agreement_browser import as_, page

State = Agreement.State


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_suspending_ending_and_disputes_go_through_pages(cast: Cast) -> None:
    agreement = in_force(cast)
    chair = as_(cast.chair)

    def post(name: str, *args: Any, **form: Any) -> int:
        return chair.post(reverse(name, args=[agreement.pk, *args]), form).status_code

    assert post("agreement_suspend") == 422
    assert post("agreement_suspend", why="Banjir") == 302
    assert post("agreement_suspend", why="Banjir") == 422
    assert post("agreement_resume", why="Surut") == 302
    assert post("agreement_dispute", why="Kurang 200 kg") == 302
    dispute = Event.objects.get(kind="dispute")
    assert dispute.party is not None
    assert dispute.party.cooperative == cast.babakankaret
    assert post("agreement_dispute_answer", dispute.pk, why="Dibayar", settles="1") == 302
    assert post("agreement_dispute_answer", dispute.pk, why="Lagi") == 422
    assert post("agreement_stamp", party="1", serial="SN 123456") == 302
    assert post("agreement_stamp", party="1", serial="?") == 422
    assert post("agreement_terminate", why="Bubar") == 302
    agreement.refresh_from_db()
    assert agreement.state == State.TERMINATED
    for why in ("Banjir", "Kurang 200 kg", "Bubar", "SN123456"):
        assert why in page(as_(cast.supervisor), "agreement", agreement.pk)


def test_the_draft_says_on_its_paper_that_it_does_not_bind(cast: Cast) -> None:
    agreement = drafted(cast)
    made = as_(cast.clerk).get(reverse("agreement_paper", args=[agreement.pk, 1])).content
    text = "".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(made)).pages)
    assert "RANCANGAN" in text
