"""Drafts are worded on pages: articles, terms, who signs, what follows."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from jejaring.documents.agreements import content as said
from jejaring.domain.agreements.actions import drafting
from jejaring.domain.agreements.models import Agreement
from tests.cast import Cast, make_cast
from tests.domain.agreement_story import AT, drafted, in_force
from tests.interfaces.web.agreement_browser import TERMS, as_, page, save

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
    assert save(hub, reverse("agreement_terms", args=[contract.pk]), TERMS).status_code == 302
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
        assert save(own, particulars, named).status_code == 302
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
    assert save(chair, address, {"text": "Para pihak saling menguntungkan."}).status_code == 302
    assert list(agreement.versions.values_list("number", "state")) == [(1, "replaced"), (2, "draft")]
    shown = page(as_(cast.chair_of_hub), "agreement_changes", agreement.pk, 2)
    assert re.search(r"<ins>[^<]*menguntungkan", shown)
    assert "<del>" in shown
    figures = save(chair, reverse("agreement_clause", args=[agreement.pk, "term"]), {"text": "Selamanya"})
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


# --- stale pages --------------------------------------------------------------------------------


def seen_on(client: Client, address: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', client.get(address).content.decode())
    assert found is not None
    return found[1]


def test_a_stale_article_overwrites_nothing_and_keeps_what_was_typed(cast: Cast) -> None:
    agreement = drafted(cast)
    chair, hub = as_(cast.chair), as_(cast.chair_of_hub)
    address = reverse("agreement_clause", args=[agreement.pk, "purpose"])
    seen, shown = seen_on(hub, address), ""
    assert save(chair, address, {"text": "Tujuan dari ketua."}).status_code == 302
    for wrong in ({"seen": seen}, {}):
        answer = hub.post(address, {"text": "Tujuan dari hub."} | wrong)
        assert answer.status_code == 422
        shown = answer.content.decode()
        for told in (
            f"{cast.chair.name} mengubah bagian ini",
            "<dd>Tujuan dari ketua.</dd>",
            "Tujuan dari hub.</textarea>",
        ):
            assert told in shown
    clause = drafting.content_of(agreement.versions.get(state="draft")).clause("purpose")
    assert clause is not None
    assert clause.paragraphs == ("Tujuan dari ketua.",)
    found = re.search(r'name="seen" value="([^"]+)"', shown)
    assert found is not None
    assert hub.post(address, {"text": "Tujuan dari hub.", "seen": found[1]}).status_code == 302
    assert list(agreement.versions.values_list("number", flat=True)) == [1, 2, 3]


def test_what_another_changes_elsewhere_makes_no_page_stale(cast: Cast) -> None:
    agreement = drafted(cast)
    chair, hub = as_(cast.chair), as_(cast.chair_of_hub)
    address = reverse("agreement_clause", args=[agreement.pk, "purpose"])
    seen = seen_on(hub, address)
    signatory = reverse("agreement_party", args=[agreement.pk, 1])
    assert save(chair, signatory, {"office": "Manajer"}).status_code == 302
    assert hub.post(address, {"text": "Tujuan dari hub.", "seen": seen}).status_code == 302


def test_stale_terms_are_refused_and_say_what_stands_there_now(cast: Cast) -> None:
    agreement = drafted(cast)
    hub, facilitator = as_(cast.chair_of_hub), as_(cast.facilitator)
    address = reverse("agreement_terms", args=[agreement.pk])
    seen = seen_on(hub, address)
    assert save(facilitator, address, TERMS | {"payment_days": "14"}).status_code == 302
    misread = hub.post(address, TERMS | {"seen": seen, "payment_days": "7,5"})
    assert f'value="{seen}"' in misread.content.decode(), "a slip doesn't make a stale page fresh"
    answer = hub.post(address, TERMS | {"seen": seen, "payment_days": "21", "lorry": "giver"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "<dd>14</dd>" in shown
    assert "<dd>yang menerima</dd>" in shown
    assert 'value="21"' in shown
    assert drafting.content_of(drafting.newest_version(agreement)).terms.payment_days == 14
    own = facilitator.post(address, TERMS | {"seen": seen, "payment_days": "30"})
    assert "Anda sendiri sudah mengubah bagian ini" in own.content.decode()


def test_a_stale_signatory_is_refused(cast: Cast) -> None:
    agreement = drafted(cast)
    chair = as_(cast.chair)
    address = reverse("agreement_party", args=[agreement.pk, 1])
    seen = seen_on(chair, address)
    assert save(as_(cast.manager), address, {"office": "Manajer"}).status_code == 302
    answer = chair.post(address, {"office": "Bendahara", "seen": seen})
    assert answer.status_code == 422
    assert "<dd>Manajer</dd>" in answer.content.decode()
    assert drafting.content_of(drafting.newest_version(agreement)).parties[1].signatory.office == "Manajer"


def test_what_was_changed_while_it_was_read_isnt_put_up(cast: Cast) -> None:
    agreement = drafted(cast)
    facilitator = as_(cast.facilitator)
    address = reverse("agreement", args=[agreement.pk])
    seen = seen_on(facilitator, address)
    drafting.word_clause(agreement, code="purpose", text="Lain.", by=cast.chair, at=AT)
    offer = reverse("agreement_offer", args=[agreement.pk])
    answer = facilitator.post(offer, {"seen": seen})
    assert answer.status_code == 422
    assert "Isinya berubah selagi Anda membacanya" in answer.content.decode()
    assert facilitator.post(offer, {"seen": seen_on(facilitator, address)}).status_code == 302
