"""What pages of agreements tell their reader: the office, what lacks and what doesn't, with whom it is."""

from __future__ import annotations

import re

import pytest

from jejaring.domain.agreements.actions import offering
from jejaring.domain.agreements.models import Version
from jejaring.domain.notices.models import Notice
from jejaring.domain.parties.models import Officer, User
from tests.cast import Cast, make_cast
from tests.domain.agreement_story import drafted, offered
from tests.interfaces.web.agreement_browser import as_, page


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def office_in(who: User, version: Version) -> str:
    """Return the office that is chosen before anything is typed; of one that isn't on the list the words."""
    shown = page(as_(who, second_step="totp"), "agreement_sign", version.agreement_id)
    form = shown.split('<select id="office-tap"')[1]
    chosen = re.search(r'<option value="([^"]*)" selected>', form.split("</select>")[0])
    other = re.search(r'name="office_other" value="([^"]*)"', form)
    assert other is not None
    return other[1] or (chosen[1] if chosen else "")


def test_the_office_is_what_is_known_of_who_signs(cast: Cast) -> None:
    version = offered(cast)
    assert office_in(cast.chair_of_hub, version) == "Ketua"
    assert office_in(cast.hub_manager, version) == ""
    assert office_in(cast.chair, version) == "Ketua"
    assert office_in(cast.manager, version) == "Manajer"
    Officer.objects.create(
        cooperative=cast.hub, organ=Officer.Organ.MANAGERS, office="Manajer umum", name=cast.hub_manager.name
    )
    assert office_in(cast.hub_manager, version) == "Manajer umum"
    Officer.objects.update(office="Sekretaris")
    assert office_in(cast.hub_manager, version) == "Sekretaris"


def test_complete_for_signing_and_worth_reading_are_told_apart(cast: Cast) -> None:
    made = drafted(cast)
    findings = offering.lacks(made)
    looking = sum(not stops for _, stops in findings)
    assert not any(stops for _, stops in findings)
    shown = page(as_(cast.facilitator), "agreement", made.pk)
    assert f"Sudah lengkap untuk ditandatangani. {looking} hal di daftar periksa sebaiknya" in shown
    assert "tidak satu pun menghalangi Anda" in shown
    assert f"{looking} hal yang baik dibaca" in shown
    assert "hal lagi untuk dicermati" not in shown


def test_who_is_told_of_a_paper_reads_with_whom_it_is(cast: Cast) -> None:
    offered(cast)
    told = Notice.objects.filter(sentence__code="agreement.notice.offered")
    partner = {each.user: each.sentence["facts"]["partners"] for each in told}
    assert partner[cast.chair] == [cast.hub.name]
    assert partner[cast.chair_of_hub] == partner[cast.hub_manager] == [cast.babakankaret.name]
