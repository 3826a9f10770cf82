"""The first page: what each role is to do next, and nothing of the neighbour's."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jejaring.domain.mapping.actions.stages import finish_stage
from jejaring.domain.parties.models import Network, User
from tests.cast import Cast, make_cast


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
    with django_assert_max_num_queries(17):
        shown = client.get("/").content.decode()
    assert "Semua jejaring" in shown
