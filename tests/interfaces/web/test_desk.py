"""The first page: what each role is to do next, and nothing of the neighbour's."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jejaring.domain.agreements.actions import drafting, motions, offering
from jejaring.domain.agreements.models import Approval
from jejaring.domain.mapping.actions.stages import finish_stage
from jejaring.domain.parties.models import Network, NetworkRole, User
from tests.cast import Cast, make_cast
from tests.domain.agreement_story import FRAME, drafted, in_force, offered, proposed, tapped, voice


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def first_page(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.get("/").content.decode()


def test_staff_are_told_to_say_what_the_coop_has(cast: Cast) -> None:
    shown = first_page(cast.chair)
    assert "Isi potensi dan kebutuhan" in shown
    assert reverse("mapping_start", args=[cast.babakankaret.pk]) in shown
    assert "Garut" not in shown


def test_staff_who_have_begun_go_on(cast: Cast) -> None:
    finish_stage(cast.babakankaret, stage="distribution", by=cast.chair, at=timezone.now())
    shown = first_page(cast.chair)
    assert "1 dari 4 bagian sudah lengkap" in shown
    assert "Lanjutkan mengisi" in shown


def test_a_supervisor_reads_answers_and_trail_and_declares_nothing(cast: Cast) -> None:
    shown = first_page(cast.supervisor)
    assert reverse("mapping_answers", args=[cast.babakankaret.pk]) in shown
    assert reverse("cooperative_trail", args=[cast.babakankaret.pk]) in shown
    assert f'"{reverse("mapping_start", args=[cast.babakankaret.pk])}"' not in shown


def test_a_facilitator_sees_how_many_answered_and_goes_on_with_a_workshop(cast: Cast) -> None:
    finish_stage(cast.babakankaret, stage="distribution", by=cast.chair, at=timezone.now())
    shown = first_page(cast.facilitator)
    assert "1 dari 2 koperasi sudah menjawab" in shown
    for name in ("workshop_new", "network_missing", "plans", "network_map", "network_balance"):
        assert reverse(name, args=[cast.cianjur.pk]) in shown
        assert reverse(name, args=[cast.garut.pk]) not in shown
    assert reverse("region_map", args=["32.03"]) in shown
    assert reverse("mapping_reference") in shown


def test_a_trainer_opens_workshops_and_a_hub_manager_plans(cast: Cast) -> None:
    workshop, plan = reverse("workshop_new", args=[cast.cianjur.pk]), reverse("plans", args=[cast.cianjur.pk])
    assert f'main" href="{workshop}"' in first_page(cast.trainer)
    hub = first_page(cast.hub_manager)
    assert plan in hub
    assert workshop not in hub


def test_a_ministry_reader_begins_with_the_country(cast: Cast) -> None:
    shown = first_page(cast.ministry)
    assert shown.index(reverse("region_map", args=["ID"])) < shown.index(cast.cianjur.name)
    assert reverse("network_new") not in shown


def test_many_networks_are_named_without_being_added_up(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    Network.objects.bulk_create(Network(name=f"Jejaring {n}", region_code="32.03") for n in range(40))
    client = Client()
    client.force_login(cast.facilitator)
    with django_assert_max_num_queries(18):
        shown = client.get("/").content.decode()
    assert "Semua jejaring" in shown


# --- papers that wait --------------------------------------------------------------------------


def test_a_paper_that_waits_for_my_signature_is_on_my_desk_with_its_partner(cast: Cast) -> None:
    version = offered(cast)
    made = version.agreement
    for who, position, other in (
        (cast.chair, 1, cast.hub),
        (cast.manager, 1, cast.hub),
        (cast.chair_of_hub, 0, cast.babakankaret),
        (cast.hub_manager, 0, cast.babakankaret),
    ):
        shown = first_page(who)
        assert f"“{made.title}” dengan {other.name} menunggu tanda tangan Anda." in shown
        assert f"{reverse('agreement_sign', args=[made.pk])}?pihak={position}" in shown
    for who in (cast.treasurer, cast.chair_garut, cast.facilitator, cast.trainer, cast.ministry):
        assert made.title not in first_page(who)
    tapped(version, 1, cast.chair)
    assert made.title not in first_page(cast.chair)
    assert made.title in first_page(cast.chair_of_hub)


def test_many_papers_are_counted_with_one_way_to_all(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.chair)
    asked = []
    for count in (1, 4):
        for number in range(count):
            offered(cast, drafted(cast, occasion=f"Lokakarya {number}"))
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        asked.append(len(queries))
    assert asked[0] == asked[1]
    shown = first_page(cast.chair)
    assert "5 naskah menunggu tanda tangan Anda" in shown
    assert f"{reverse('cooperative_agreements', args=[cast.babakankaret.pk])}?status=signing" in shown


def test_a_draft_that_needs_my_members_decision_is_on_my_desk(cast: Cast) -> None:
    memorandum = in_force(cast)
    contract = drafting.follow(
        memorandum, how="contract", frame=FRAME, by=cast.facilitator, at=timezone.now()
    )
    asks = "memerlukan keputusan koperasi Anda sebelum bisa ditandatangani."
    address = reverse("agreement_approve", args=[contract.pk, 1])
    shown = first_page(cast.chair)
    assert asks in shown
    assert address in shown
    assert asks not in first_page(cast.clerk)
    offering.approve(
        contract,
        party=contract.parties.get(position=1),
        body=Approval.Body.MEMBERS,
        decision_number="01/RA",
        decided_on=timezone.localdate(),
        by=cast.chair,
        at=timezone.now(),
    )
    assert asks not in first_page(cast.chair)
    assert asks in first_page(cast.chair_of_hub)


def test_what_a_partner_proposed_waits_on_my_desk_until_i_answer(cast: Cast) -> None:
    agreement = in_force(cast)
    motion = proposed(cast, agreement)
    asks = "mohon dijawab ya atau tidak."
    shown = first_page(cast.chair_of_hub)
    assert asks in shown
    assert reverse("agreement_decide", args=[agreement.pk]) in shown
    for who in (cast.chair, cast.clerk, cast.facilitator, cast.chair_garut):
        assert asks not in first_page(who)
    motions.agree(motion, voice=voice(agreement, 0, cast.chair_of_hub))
    assert asks not in first_page(cast.chair_of_hub)


def test_a_memorandum_without_duties_of_money_asks_for_no_decision(cast: Cast) -> None:
    drafted(cast)
    assert "memerlukan keputusan" not in first_page(cast.chair)


def test_who_has_left_the_network_signs_nothing_there(cast: Cast) -> None:
    offered(cast)
    NetworkRole.objects.filter(cooperative=cast.babakankaret).delete()
    assert "menunggu tanda tangan Anda" not in first_page(cast.chair)
