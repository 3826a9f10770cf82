"""Drafts are worded on pages: articles, terms, who signs, what follows."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from jejaring.documents.agreements import content as said
from jejaring.domain.agreements.actions import drafting
from jejaring.domain.agreements.models import Agreement
from tests.cast import Cast, make_cast
from tests.domain.agreement_story import AT, drafted, in_force
from tests.interfaces.web.agreement_browser import TERMS, as_, page

State = Agreement.State


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_a_contract_is_filled_in_on_pages_until_nothing_stops_it(cast: Cast) -> None:
    memorandum = in_force(cast)
    hub = as_(cast.hub_manager)
    key = str(uuid4())
    for _ in range(2):
        answer = hub.post(
            reverse("agreement_follow", args=[memorandum.pk]),
            TERMS | {"how": "contract", "request_key": key},
        )
        assert answer.status_code == 302
    contract = Agreement.objects.get(kind="pks")
    assert contract.follows == memorandum
    first = page(hub, "agreement", contract.pk)
    assert "Lengkapi yang kurang" in first
    assert hub.post(reverse("agreement_offer", args=[contract.pk])).status_code == 422
    for coop in (cast.hub, cast.babakankaret):
        type(coop).objects.filter(pk=coop.pk).update(
            coop_nik=f"32030100{coop.pk:05d}",
            legal_entity_number=f"AHU-{coop.pk}",
            npwp=f"{coop.pk:016d}",
            nib=f"{coop.pk:013d}",
            address="Jalan Raya 1",
        )
    assert hub.post(reverse("agreement_refresh", args=[contract.pk])).status_code == 302
    assert hub.post(reverse("agreement_terms", args=[contract.pk]), TERMS).status_code == 302
    for position, coop in enumerate((cast.hub, cast.babakankaret)):
        named = {
            "office": "Ketua",
            "notices": "kantor@contoh.invalid",
            "bank": "BRI",
            "account": "123",
            "holder": coop.name,
        }
        own = as_((cast.chair_of_hub, cast.chair)[position])
        other = as_((cast.chair, cast.chair_of_hub)[position])
        particulars = reverse("agreement_party", args=[contract.pk, position])
        assert other.post(particulars, named).status_code == 403
        assert own.post(particulars, named).status_code == 302
        approval = {"body": "members", "decision_number": f"0{position}/RA", "decided_on": "2026-11-01"}
        address = reverse("agreement_approve", args=[contract.pk, position])
        assert other.post(address, approval).status_code == 403
        assert own.post(address, approval).status_code == 302
    whole = page(hub, "agreement", contract.pk)
    assert "Sudah lengkap" in whole, re.findall(r'<li class="">(.*)', whole)
    assert hub.post(reverse("agreement_offer", args=[contract.pk])).status_code == 302
    contract.refresh_from_db()
    assert contract.state == State.SIGNING
    [version] = contract.versions.filter(state="offered")
    told = drafting.content_of(version)
    assert told.terms.lorry == "taker"
    assert told.commitments[0].tolerance_percent == Decimal("7.5")
    assert told.quality == (
        said.Quality("Gabah kering panen", TERMS["specification_0"], TERMS["deduction_0"]),
    )
    assert told.parties[0].account == said.Account("BRI", "123", cast.hub.name)
    assert told.parties[1].signatory.authority.number == "01/RA"


def test_a_chair_changes_an_article_and_everybody_sees_which_words(cast: Cast) -> None:
    agreement = drafted(cast)
    chair = as_(cast.chair)
    address = reverse("agreement_clause", args=[agreement.pk, "purpose"])
    assert chair.post(address, {"text": "Para pihak saling menguntungkan."}).status_code == 302
    assert list(agreement.versions.values_list("number", "state")) == [(1, "replaced"), (2, "draft")]
    shown = page(as_(cast.chair_of_hub), "agreement_changes", agreement.pk, 2)
    assert re.search(r"<ins>[^<]*menguntungkan", shown)
    assert "<del>" in shown
    figures = chair.post(reverse("agreement_clause", args=[agreement.pk, "term"]), {"text": "Selamanya"})
    assert figures.status_code == 422
    assert as_(cast.clerk).post(address, {"text": "x"}).status_code == 403
    assert as_(cast.chair_garut).get(address).status_code == 404


def test_a_number_with_two_readings_is_asked_about_and_kept(cast: Cast) -> None:
    agreement = drafted(cast)
    address = reverse("agreement_terms", args=[agreement.pk])
    answer = as_(cast.facilitator).post(
        address, TERMS | {"tolerance_percent": "1.250", "payment_days": "7,5"}
    )
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert 'value="1.250"' in shown
    assert "Tulis bilangan bulat" in shown


def test_a_renewal_keeps_what_people_said_but_asks_for_new_decisions(cast: Cast) -> None:
    agreement = drafted(cast)
    party = agreement.parties.get(position=1)
    drafting.word_clause(agreement, code="purpose", text="Tujuan kami.", by=cast.facilitator, at=AT)
    drafting.name_signatory(
        agreement,
        party=party,
        signatory=said.Signatory("Manajer", authority=said.Authority("board", "9", date(2026, 10, 1))),
        notices="kantor",
        account=said.Account("BRI", "1", "Koperasi"),
        by=cast.facilitator,
        at=AT,
    )
    in_force(cast, agreement)
    answer = as_(cast.facilitator).post(
        reverse("agreement_follow", args=[agreement.pk]), TERMS | {"how": "renewal"}
    )
    assert answer.status_code == 302
    new = drafting.content_of(Agreement.objects.get(follows=agreement).versions.get())
    clause = new.clause("purpose")
    assert clause is not None
    assert clause.paragraphs == ("Tujuan kami.",)
    assert new.parties[1].signatory == said.Signatory("Manajer")
    assert new.parties[1].account == said.Account("BRI", "1", "Koperasi")
