"""Lists of agreements, and totals that are the same everywhere."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from typing import Any

import openpyxl
import pypdf
import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from jejaring.domain.agreements import tasks
from jejaring.domain.agreements.actions import drafting, life
from jejaring.domain.agreements.actions.drafting import Draft, DraftParty
from jejaring.domain.agreements.models import Agreement, Version
from jejaring.domain.parties.models import NetworkRole
from jejaring.interfaces.web.agreements.desk import address_of
from tests.cast import Cast, make_cast
from tests.domain.agreement_story import AT, FRAME, drafted, in_force
from tests.interfaces.web.agreement_browser import as_, page

State = Agreement.State


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_totals_are_the_same_on_page_workbook_csv_and_papers(cast: Cast) -> None:
    values = [80_400_000, 33_333_333, 1]
    for value in values:
        in_force(cast, drafted(cast, kg=3, value_idr=value, price=str(round(Decimal(value) / 3, 3))))
    open_one = drafted(cast)
    facilitator = as_(cast.facilitator)
    shown = page(facilitator, "agreements", cast.cianjur.pk)
    assert "Rp113.733.334" in shown
    query = "?status=in_force"
    xlsx = facilitator.get(reverse("agreements_xlsx", args=[cast.cianjur.pk]) + query).content
    rows: list[Any] = list(openpyxl.load_workbook(io.BytesIO(xlsx)).worksheets[0].values)
    assert sum(row[15] for row in rows[1:-1]) == rows[-1][15] == sum(values)
    assert [row[16] for row in rows[:-1]] == ["Keadaan", *["berlaku"] * len(values)]
    text = facilitator.get(reverse("agreements_csv", args=[cast.cianjur.pk]) + query).content.decode(
        "utf-8-sig"
    )
    lines = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert sum(int(line[15]) for line in lines[1:]) == sum(values)
    printed = 0
    for version in Version.objects.filter(state="signed"):
        reader = pypdf.PdfReader(io.BytesIO(bytes(version.papers.get(number=0).pdf)))
        text = "".join("".join(each.extract_text().split()) for each in reader.pages)
        found = re.search(r"nilaiseluruhnyaRp([\d.]+)|Rp([\d.]+)\(", text)
        assert found is not None
        printed += int((found[1] or found[2]).replace(".", ""))
    assert printed == sum(values)
    own = page(as_(cast.chair), "cooperative_agreements", cast.babakankaret.pk)
    assert "Rp113.733.334" in own
    assert page(facilitator, "agreement", open_one.pk)


def test_a_contract_and_its_memorandum_count_once(cast: Cast) -> None:
    memorandum = in_force(cast)
    contract = drafting.follow(memorandum, how="amendment", frame=FRAME, by=cast.facilitator, at=AT)
    facilitator = as_(cast.facilitator)
    assert ">Rp80.400.000</p>" in page(facilitator, "agreements", cast.cianjur.pk)
    in_force(cast, contract)
    after = page(facilitator, "agreements", cast.cianjur.pk)
    assert ">Rp80.400.000</p>" in after
    assert "1 naskah dilanjutkan oleh naskah lain" in after
    assert exported_idr(facilitator, cast) == 80_400_000


def test_what_was_given_up_counts_in_no_export(cast: Cast) -> None:
    in_force(cast)
    life.cancel(drafted(cast), why="Salah", by=cast.facilitator, at=AT)
    assert exported_idr(as_(cast.facilitator), cast) == 80_400_000


def exported_idr(reader: Any, cast: Cast) -> int:
    """Return the total of the workbook."""
    xlsx = reader.get(reverse("agreements_xlsx", args=[cast.cianjur.pk])).content
    *_, last = openpyxl.load_workbook(io.BytesIO(xlsx)).worksheets[0].values
    return int(str(last[15]))


def test_who_guides_another_network_of_a_co_op_reads_none_of_its_agreements_here(cast: Cast) -> None:
    NetworkRole.objects.create(network=cast.garut, cooperative=cast.babakankaret, kind="supplier")
    made = in_force(cast)
    for who in (cast.facilitator, cast.chair, cast.assistant):
        assert "Rp80.400.000" in page(as_(who), "cooperative_agreements", cast.babakankaret.pk)
    theirs = page(as_(cast.facilitator_garut), "cooperative_agreements", cast.babakankaret.pk)
    assert "Rp80.400.000" not in theirs
    assert made.reference not in theirs


def test_each_sees_only_their_own_agreements_in_a_list(cast: Cast) -> None:
    between_others = drafting.draft(
        cast.cianjur,
        Draft("mou", "Tanpa hub", [DraftParty(cast.babakankaret), DraftParty(cast.garut_coop)], [], FRAME),
        by=cast.facilitator,
        at=AT,
    )
    mine = drafted(cast)
    titles = {
        who: page(as_(cast.people[who]), "agreements", cast.cianjur.pk)
        for who in ("facilitator", "hub_manager")
    }
    assert "Tanpa hub" in titles["facilitator"]
    assert "Tanpa hub" not in titles["hub_manager"]
    assert as_(cast.hub_manager).get(reverse("agreement", args=[between_others.pk])).status_code == 404
    assert as_(cast.chair_of_hub).get(reverse("agreement", args=[between_others.pk])).status_code == 404
    assert as_(cast.chair_garut).get(reverse("agreement", args=[mine.pk])).status_code == 404
    assert as_(cast.trainer).get(reverse("agreement", args=[mine.pk])).status_code == 404


@pytest.mark.slow
def test_the_list_asks_as_many_questions_for_many_as_for_few(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        drafted(cast)
    facilitator = as_(cast.facilitator)
    address = reverse("agreements", args=[cast.cianjur.pk])
    with django_assert_max_num_queries(40) as few:
        facilitator.get(address)
    for _ in range(30):
        drafted(cast)
    with django_assert_max_num_queries(len(few)):
        facilitator.get(address)


def test_all_drafts_of_an_occasion_are_put_up_in_the_background(cast: Cast) -> None:
    drafts = [drafted(cast) for _ in range(3)]
    other = drafted(cast, occasion="Lain")
    facilitator = as_(cast.facilitator)
    address = reverse("agreements_offer", args=[cast.cianjur.pk]) + "?acara=lokakarya"
    for _ in range(2):
        assert facilitator.post(address).status_code == 302
    assert tasks.waiting_offers() == {each.pk for each in drafts}
    begun = facilitator.get(address).content.decode()
    assert "0 dari 3 sudah dibuka" in begun
    texts = reverse("network_texts", args=[cast.cianjur.pk])
    assert texts not in begun
    for waiting in DBTaskResult.objects.all():
        # What the worker does; it closes its connection after each, which a test's transaction needs.
        for _ in range(2):
            tasks.offer_in_background.func(*waiting.args_kwargs["args"])
        waiting.delete()
    ended = facilitator.get(address).content.decode()
    assert "3 dari 3 sudah dibuka" in ended
    assert texts in ended
    assert set(Agreement.objects.exclude(pk=other.pk).values_list("state", flat=True)) == {State.SIGNING}
    other.refresh_from_db()
    assert other.state == State.DRAFT
    newest = Agreement.objects.get(pk=drafts[0].pk).versions.get()
    told = drafting.content_of(newest).verification.address
    assert told == address_of(drafts[0].code, 1)
    assert told.startswith("http://localhost:8000/verifikasi/")


def test_a_party_is_taken_out_of_the_network_only_when_its_agreements_are_over(cast: Cast) -> None:
    drafted(cast)
    address = reverse("network_member", args=[cast.cianjur.pk, cast.babakankaret.pk])
    answer = as_(cast.facilitator).post(address, {"remove": "1", "roles": ["supplier"]})
    assert answer.status_code == 422
    assert "Akhiri atau batalkan dulu" in answer.content.decode()


def test_who_opens_a_round_reads_what_is_promised_already(cast: Cast) -> None:
    facilitator = as_(cast.facilitator)
    warning = "Rencana baru tidak menguranginya."
    assert warning not in page(facilitator, "round_new", cast.cianjur.pk)
    in_force(cast)
    life.cancel(drafted(cast), why="Salah", by=cast.facilitator, at=AT)
    shown = page(facilitator, "round_new", cast.cianjur.pk)
    assert f"1 naskah di jejaring ini sudah menjanjikan barang. {warning}" in shown


def test_drafts_that_are_called_alike_are_told_apart_by_their_parties(cast: Cast) -> None:
    made = drafted(cast)
    address = reverse("agreements_offer", args=[cast.cianjur.pk]) + "?acara=lokakarya"
    page = as_(cast.facilitator).get(address).content.decode()
    assert " – ".join(str(each) for each in made.parties.order_by("position")) in page
