"""Pages of workbooks and surveys: a file goes out, comes back, is looked at, kept or not."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from jejaring.domain.mapping.actions import answers
from jejaring.domain.mapping.exchange.survey_rows import compare_survey
from jejaring.domain.mapping.models import Evidence, ImportDraft, Potential, Product, Submission
from jejaring.domain.mapping.queries import months_ahead
from tests.cast import Cast, make_cast
from tests.domain.exchange_story import edited, find, make_products


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def made(cast: Cast) -> dict[str, Product]:
    products = make_products()
    for month in months_ahead(timezone.localdate())[1:4]:
        answers.declare_potential(
            cast.babakankaret,
            product=products["gkp"],
            month=month,
            kg=1000,
            by=None,
            at=timezone.now(),
            sure=True,
        )
    return products


def signed_in(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.people[who])
    return client


def sent(name: str, data: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, data)}


def page(cast: Cast) -> str:
    return reverse("exchange_workbook", args=[cast.babakankaret.pk])


def downloaded(cast: Cast, client: Client) -> bytes:
    answer = client.get(reverse("exchange_workbook_download", args=[cast.babakankaret.pk]))
    assert answer.status_code == 200
    assert "koperasi-desa-merah-putih-babakankaret" in answer.headers["Content-Disposition"]
    return answer.content


def with_amounts(*amounts: object) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        sheet = book["Hasil panen"]
        first = find(sheet, "Sumber").column + 2
        for at, amount in enumerate(amounts):
            sheet.cell(4, first + at).value = amount

    return change


def test_a_file_that_nobody_changed_says_so(cast: Cast, made: dict[str, Product]) -> None:
    client = signed_in(cast, "clerk")
    answer = client.post(page(cast), sent("k.xlsx", downloaded(cast, client)), follow=True)
    text = answer.content.decode()
    assert "Isi berkas ini sama dengan yang tersimpan." in text
    client.post(answer.request["PATH_INFO"], {"do": "all"})
    assert not ImportDraft.objects.exists()


def test_a_clerk_sees_the_differences_and_keeps_one(cast: Cast, made: dict[str, Product]) -> None:
    client = signed_in(cast, "clerk")
    data = edited(downloaded(cast, client), with_amounts(1500, 20_000))
    answer = client.post(page(cast), sent("k.xlsx", data), follow=True)
    text = answer.content.decode()
    assert "2 baris berbeda dari yang tersimpan." in text
    assert "1.000 kg" in text
    assert "1.500 kg" in text
    assert set(Potential.objects.values_list("kg", flat=True)) == {1000}
    ids = [row.id for _, rows in answer.context["groups"] for row in rows]
    answer = client.post(answer.request["PATH_INFO"], {"do": "chosen", "row": ids[:1]}, follow=True)
    assert "1 perubahan sudah disimpan." in answer.content.decode()
    assert list(Potential.objects.order_by("month").values_list("kg", flat=True)) == [1500, 1000, 1000]
    assert not ImportDraft.objects.exists()


def test_a_file_that_is_refused_leaves_everything_as_it_was(cast: Cast, made: dict[str, Product]) -> None:
    client = signed_in(cast, "clerk")
    data = edited(downloaded(cast, client), with_amounts(1500, 2000))
    comparison = client.post(page(cast), sent("k.xlsx", data)).headers["Location"]
    answer = client.post(comparison, {"do": "refuse"}, follow=True)
    assert "Tidak ada yang disimpan dari berkas itu." in answer.content.decode()
    assert set(Potential.objects.values_list("kg", flat=True)) == {1000}
    assert client.get(comparison).status_code == 404


def test_what_somebody_else_changed_is_shown_again(cast: Cast, made: dict[str, Product]) -> None:
    client = signed_in(cast, "clerk")
    data = edited(downloaded(cast, client), with_amounts(1500, 2000))
    comparison = client.post(page(cast), sent("k.xlsx", data)).headers["Location"]
    first = Potential.objects.order_by("month")[0]
    answers.declare_potential(
        cast.babakankaret,
        product=made["gkp"],
        month=first.month,
        kg=7,
        by=cast.chair,
        at=timezone.now(),
        sure=True,
    )
    answer = client.post(comparison, {"do": "all"}, follow=True)
    text = answer.content.decode()
    assert "1 baris sementara itu sudah diubah orang lain." in text
    assert "7 kg" in text
    assert list(Potential.objects.order_by("month").values_list("kg", flat=True)) == [7, 2000, 1000]
    client.post(comparison, {"do": "all"})
    assert list(Potential.objects.order_by("month").values_list("kg", flat=True)) == [1500, 2000, 1000]


def test_doubtful_rows_arent_ticked(cast: Cast, made: dict[str, Product]) -> None:
    client = signed_in(cast, "clerk")

    def change(book: Any) -> None:
        find(book["Hasil panen"], "Harga terendah").value = 65

    answer = client.post(page(cast), sent("k.xlsx", edited(downloaded(cast, client), change)), follow=True)
    text = answer.content.decode()
    assert "mungkin salah tulis" in text
    assert " checked" not in text


def test_faults_are_listed_with_their_cells_and_nothing_is_kept(cast: Cast, made: dict[str, Product]) -> None:
    client = signed_in(cast, "clerk")
    data = edited(downloaded(cast, client), with_amounts("1.250", "banyak"))
    answer = client.post(page(cast), sent("k.xlsx", data))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Ada 2 hal di berkas ini yang harus dibetulkan dulu." in text
    assert "bisa berarti dua angka" in text
    assert "Hasil panen" in text
    assert not ImportDraft.objects.exists()


@pytest.mark.parametrize(
    "file", [None, ("k.csv", b"a;b"), ("k.xlsx", b"PK\x03\x04"), ("k.xlsx", b"x" * 5_300_000)]
)
def test_no_file_or_another_kind_is_answered_in_a_sentence(
    cast: Cast, made: dict[str, Product], file: tuple[str, bytes] | None
) -> None:
    answer = signed_in(cast, "clerk").post(page(cast), sent(*file) if file else {})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_the_comparison_page_asks_the_same_number_of_questions_for_any_number_of_rows(
    cast: Cast, made: dict[str, Product], django_assert_num_queries: Any
) -> None:
    client = signed_in(cast, "clerk")
    for amounts in ((1500,), (1500, 1600, 1700)):
        data = edited(downloaded(cast, client), with_amounts(*amounts))
        comparison = client.post(page(cast), sent("k.xlsx", data)).headers["Location"]
        client.get(comparison)
        with django_assert_num_queries(20):
            client.get(comparison)


# --- the neighbour ----------------------------------------------------------------------------------


def test_the_neighbour_reaches_neither_file_nor_comparison(cast: Cast, made: dict[str, Product]) -> None:
    clerk = signed_in(cast, "clerk")
    data = edited(downloaded(cast, clerk), with_amounts(1500))
    comparison = clerk.post(page(cast), sent("k.xlsx", data)).headers["Location"]
    neighbour = signed_in(cast, "clerk_garut")
    assert neighbour.get(comparison).status_code == 404
    assert neighbour.post(comparison, {"do": "all"}).status_code == 404
    assert neighbour.post(page(cast), sent("k.xlsx", data)).status_code == 404
    # The neighbour's own page doesn't show it either, and refuses the file.
    [draft] = ImportDraft.objects.all()
    own = reverse("exchange_compare", args=[cast.garut_coop.pk, draft.pk])
    assert neighbour.post(own, {"do": "all"}).status_code == 404
    refused = neighbour.post(reverse("exchange_workbook", args=[cast.garut_coop.pk]), sent("k.xlsx", data))
    assert "berkas koperasi lain" in refused.content.decode()
    assert set(Potential.objects.values_list("kg", flat=True)) == {1000}


# --- the survey -------------------------------------------------------------------------------------


def submission(cast: Cast, coop: int, uuid: str) -> bytes:
    month = f"{months_ahead(timezone.localdate())[5]:%Y_%m}"
    row = {
        "consent": "yes",
        "answers/coop": f"k{coop}",
        "_uuid": uuid,
        "answers/potential": [
            {"answers/potential/p_product": "gkp", f"answers/potential/p_months/p_{month}": "25"}
        ],
    }
    return json.dumps({"results": [row]}).encode()


def test_a_facilitator_takes_a_survey_from_phone_to_kept(cast: Cast, made: dict[str, Product]) -> None:
    client = signed_in(cast, "network_facilitator")
    address = reverse("exchange_survey", args=[cast.cianjur.pk])
    assert client.get(address).status_code == 200
    form = client.get(reverse("exchange_survey_download", args=[cast.cianjur.pk]))
    book = load_workbook(BytesIO(form.content))
    assert book.sheetnames == ["survey", "choices", "settings"]
    names = {row[1] for row in book["choices"].iter_rows(values_only=True)}
    assert f"k{cast.babakankaret.pk}" in names
    assert f"k{cast.garut_coop.pk}" not in names

    answer = client.post(address, sent("k.json", submission(cast, cast.babakankaret.pk, "a-1")))
    assert "Ada jawaban 1 koperasi untuk diperiksa." in answer.content.decode()
    [draft] = ImportDraft.objects.all()
    comparison = reverse("exchange_survey_compare", args=[cast.cianjur.pk, draft.pk])
    assert "25 kg" in client.get(comparison).content.decode()
    client.post(comparison, {"do": "all"})
    assert Potential.objects.filter(kg=25, way="survey").count() == 1
    assert Submission.objects.get().instance == "uuid:a-1"
    again = client.post(address, sent("k.json", submission(cast, cast.babakankaret.pk, "a-1")))
    assert "1 kiriman sudah disimpan sebelumnya." in again.content.decode()


def test_the_neighbours_facilitator_is_refused(cast: Cast, made: dict[str, Product]) -> None:
    data = submission(cast, cast.babakankaret.pk, "a-1")
    [draft] = compare_survey(cast.cianjur, [("k.json", data)], by=cast.facilitator, at=timezone.now()).drafts
    neighbour = signed_in(cast, "facilitator_garut")
    here = reverse("exchange_survey_compare", args=[cast.cianjur.pk, draft.pk])
    theirs = reverse("exchange_survey_compare", args=[cast.garut.pk, draft.pk])
    for address in (here, theirs):
        assert neighbour.get(address).status_code == 404
        assert neighbour.post(address, {"do": "all"}).status_code == 404
    # Somebody's file about another network's co-op is told and left.
    answer = neighbour.post(reverse("exchange_survey", args=[cast.garut.pk]), sent("k.json", data))
    assert "bukan anggota jejaring ini" in answer.content.decode()
    # A co-op that left the network is no longer the network's business.
    cast.babakankaret.network_roles.all().delete()
    assert signed_in(cast, "network_facilitator").get(here).status_code == 404
    assert not Potential.objects.filter(way="survey").exists()


def test_a_photo_that_waits_is_shown_to_its_network_only(
    cast: Cast, made: dict[str, Product], tmp_path: Path, settings: LazySettings
) -> None:
    settings.MEDIA_ROOT = tmp_path
    row = {"consent": "yes", "coop": f"k{cast.babakankaret.pk}", "_uuid": "p-1", "photo": "1.png"}
    picture = b"\x89PNG\r\n\x1a\n" + bytes(4) + b"IEND" + bytes(4)
    files = [("k.json", json.dumps([row]).encode()), ("1.png", picture)]
    [draft] = compare_survey(cast.cianjur, files, by=cast.facilitator, at=timezone.now()).drafts
    photo = draft.photos.get()
    client, neighbour = Client(), Client()
    client.force_login(cast.facilitator)
    neighbour.force_login(cast.facilitator_garut)
    comparison = reverse("exchange_survey_compare", args=[cast.cianjur.pk, draft.pk])
    address = reverse("exchange_survey_photo", args=[cast.cianjur.pk, draft.pk, photo.pk])
    assert f'src="{address}"' in client.get(comparison).content.decode()
    assert client.get(address).content == picture
    assert "sandbox" in client.get(address).headers["Content-Security-Policy"]
    theirs = reverse("exchange_survey_photo", args=[cast.garut.pk, draft.pk, photo.pk])
    assert neighbour.get(address).status_code == neighbour.get(theirs).status_code == 404
    answer = client.post(comparison, {"do": "chosen", "row": photo.choice}, follow=True)
    assert "1 foto tersimpan" in answer.content.decode()
    assert Evidence.objects.get().stage == "processing"
