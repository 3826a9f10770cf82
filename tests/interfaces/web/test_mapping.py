"""A co-op answers on a phone: every step kept, nothing asked twice, nothing lost, nobody else's."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jejaring.domain.mapping import queries
from jejaring.domain.mapping.actions import answers, reference, stages
from jejaring.domain.mapping.models import (
    Channel,
    Evidence,
    Facility,
    LocalTrade,
    Need,
    Potential,
    PriceRule,
    Product,
    StageDone,
    Today,
    Vehicle,
)
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import User
from tests.cast import Cast, make_cast


class Phone:
    """A phone on which somebody answers for the cast's co-op."""

    def __init__(self, cast: Cast, who: User) -> None:
        self._coop = cast.babakankaret.pk
        self._client = Client()
        self._client.force_login(who)

    def address(self, name: str, **rest: Any) -> str:
        return reverse(name, kwargs={"cooperative_id": self._coop, **rest})

    def read(self, name: str, **rest: Any) -> Any:
        return self._client.get(self.address(name, **rest))

    def send(self, name: str, data: dict[str, Any], **rest: Any) -> Any:
        return self._client.post(self.address(name, **rest), data)


@pytest.fixture
def cast(db: None, tmp_path: Path, settings: LazySettings) -> Cast:
    settings.MEDIA_ROOT = tmp_path
    cast = make_cast()
    reference.load_reference()
    return cast


@pytest.fixture
def phone(cast: Cast) -> Phone:
    return Phone(cast, cast.clerk)


@pytest.fixture
def months() -> list[date]:
    return queries.months_ahead(timezone.localdate())


PADDY = {"side": "hasil", "product": "gkp"}


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def ticked(phone: Phone, *months: date) -> None:
    phone.send("mapping_products", {"product": ["gkp"]}, side="hasil")
    answer = phone.send("mapping_months", {"month": [month.isoformat() for month in months]}, **PADDY)
    assert answer.headers["Location"] == phone.address("mapping_amounts", **PADDY)


def typed(month: date, amount: str, unit: str = "kg") -> dict[str, str]:
    return {f"kg-{month:%Y-%m}": amount, f"unit-{month:%Y-%m}": unit}


def test_one_product_from_the_first_question_to_the_last(
    phone: Phone, cast: Cast, months: list[date]
) -> None:
    first = phone.send("mapping_products", {"product": ["gkp", "kubis"]}, side="hasil")
    assert first.headers["Location"] == phone.address("mapping_months", **PADDY)
    march, july = months[4], months[8]
    phone.send("mapping_months", {"month": [march.isoformat(), july.isoformat()]}, **PADDY)
    amounts = typed(march, "1,5", "ton") | typed(july, "15 kuintal")
    assert phone.send("mapping_amounts", amounts, **PADDY).status_code == 302
    kept = Potential.objects.order_by("month")
    assert [(row.month, row.kg, row.as_typed) for row in kept] == [
        (march, 1500, "1,5 ton"),
        (july, 1500, "15 kuintal"),
    ]
    phone.send("mapping_price", {"price": "6200"}, **PADDY)
    last = phone.send("mapping_known", {"evidence": "document", "source": "Buku panen"}, **PADDY)
    assert last.headers["Location"] == phone.address("mapping_months", side="hasil", product="kubis")
    for row in Potential.objects.all():
        assert (row.cost_idr_per_kg, row.evidence, row.source) == (Decimal(6200), "document", "Buku panen")
        assert row.said_by == cast.clerk
    shown = text(phone.read("mapping_amounts", **PADDY))
    assert "Tersimpan: 1.500 kg" in shown
    assert list(audit.faults()) == []


@pytest.mark.parametrize("amount", ["1.250", "banyak", "-5", "0,5", "1 250"])
def test_an_amount_that_isnt_clear_is_asked_beside_its_field_and_stays_as_typed(
    phone: Phone, months: list[date], amount: str
) -> None:
    ticked(phone, months[1], months[2])
    sent = typed(months[1], amount) | typed(months[2], "700")
    answer = phone.send("mapping_amounts", sent, **PADDY)
    assert answer.status_code == 422
    assert f'value="{amount}"' in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Potential.objects.exists()


def test_an_ambiguous_amount_can_be_settled_with_one_tap(phone: Phone, months: list[date]) -> None:
    ticked(phone, months[1])
    name = f"{months[1]:%Y-%m}"
    asked = phone.send("mapping_amounts", typed(months[1], "1.250"), **PADDY).content.decode()
    assert f'name="take" value="{name}=1250"' in asked
    taken = phone.send("mapping_amounts", typed(months[1], "1.250") | {"take": f"{name}=1250"}, **PADDY)
    assert 'value="1250"' in taken.content.decode()
    assert not Potential.objects.exists()


def test_last_years_answer_is_offered_and_taken_with_one_tap(
    phone: Phone, cast: Cast, months: list[date]
) -> None:
    paddy = Product.objects.get(code="gkp")
    month = months[3]
    before = month.replace(year=month.year - 1)
    answers.declare_potential(
        cast.babakankaret, product=paddy, month=before, kg=12_000, as_typed="12 ton",
        by=cast.clerk, at=timezone.now(),
    )  # fmt: skip
    ticked(phone, month)
    assert "Tahun lalu: 12.000 kg" in text(phone.read("mapping_amounts", **PADDY))
    filled = phone.send("mapping_amounts", {"last_year": "all"}, **PADDY).content.decode()
    assert 'value="12"' in filled
    assert "<option selected>ton</option>" in filled
    assert Potential.objects.count() == 1


def test_a_likely_slip_is_asked_once_more_and_kept_when_confirmed(phone: Phone, months: list[date]) -> None:
    ticked(phone, months[1])
    phone.send("mapping_amounts", typed(months[1], "700"), **PADDY)
    asked = phone.send("mapping_price", {"price": "65"}, **PADDY)
    assert asked.status_code == 422
    assert "apakah benar" in text(asked)
    assert Potential.objects.get().cost_idr_per_kg is None
    assert phone.send("mapping_price", {"price": "65", "sure": "yes"}, **PADDY).status_code == 302
    assert Potential.objects.get().cost_idr_per_kg == 65


def test_sending_twice_and_from_two_phones_leaves_one_row_with_both_answers(
    phone: Phone, cast: Cast, months: list[date]
) -> None:
    other = Phone(cast, cast.chair)
    ticked(phone, months[1])
    ticked(other, months[1])
    for _ in range(2):
        phone.send("mapping_amounts", typed(months[1], "700"), **PADDY)
    other.send("mapping_price", {"price": "6400"}, **PADDY)
    phone.send("mapping_amounts", typed(months[1], "800"), **PADDY)
    row = Potential.objects.get()
    assert (row.kg, row.cost_idr_per_kg) == (800, Decimal(6400))


def test_unticking_a_month_takes_its_answer_back_and_a_product_is_asked_about_first(
    phone: Phone, months: list[date]
) -> None:
    ticked(phone, months[1], months[2])
    phone.send("mapping_amounts", typed(months[1], "700") | typed(months[2], "800"), **PADDY)
    phone.send("mapping_months", {"month": [months[2].isoformat()]}, **PADDY)
    assert Potential.objects.get().month == months[2]
    asked = phone.send("mapping_products", {"product": ["kubis"]}, side="hasil")
    assert asked.status_code == 422
    assert "800 kg" in text(asked)
    assert Potential.objects.exists()
    phone.send("mapping_products", {"product": ["kubis"], "sure": "yes"}, side="hasil")
    assert not Potential.objects.exists()


def test_months_and_products_that_arent_asked_about_are_not_kept(phone: Phone, months: list[date]) -> None:
    far = months[0].replace(year=months[0].year + 5).isoformat()
    assert phone.send("mapping_months", {"month": [far]}, **PADDY).status_code == 422
    assert phone.read("mapping_months", side="hasil", product="emas").status_code == 404
    assert phone.read("mapping_months", side="samping", product="gkp").status_code == 404
    unasked = phone.send("mapping_amounts", typed(months[1], "700"), **PADDY)
    assert unasked.headers["Location"] == phone.address("mapping_months", **PADDY)
    assert not Potential.objects.exists()


def test_needs_are_asked_the_same_way(phone: Phone, months: list[date]) -> None:
    urea = {"side": "kebutuhan", "product": "urea"}
    phone.send("mapping_products", {"product": ["urea"]}, side="kebutuhan")
    phone.send("mapping_months", {"month": [months[1].isoformat()]}, **urea)
    phone.send("mapping_amounts", typed(months[1], "2", "ton"), **urea)
    phone.send("mapping_price", {"price": "8000", "must": "yes"}, **urea)
    end = phone.send("mapping_known", {"evidence": "said"}, **urea)
    assert end.headers["Location"] == phone.address("mapping_finish", stage="production")
    row = Need.objects.get()
    assert (row.kg, row.worth_idr_per_kg, row.is_must) == (2000, Decimal(8000), True)


def test_a_photo_is_kept_and_handed_out_only_as_a_download(
    phone: Phone, cast: Cast, months: list[date]
) -> None:
    ticked(phone, months[1])
    phone.send("mapping_amounts", typed(months[1], "700"), **PADDY)
    wrong = SimpleUploadedFile("nota.jpg", b"<script>alert(1)</script>", "image/jpeg")
    assert phone.send("mapping_known", {"evidence": "weighed", "file": wrong}, **PADDY).status_code == 422
    assert not Evidence.objects.exists()
    right = SimpleUploadedFile("../../nota.exe", b"%PDF-1.7 nota", "text/html")
    assert phone.send("mapping_known", {"evidence": "weighed", "file": right}, **PADDY).status_code == 302
    kept = Evidence.objects.get()
    assert str(kept.file.name).endswith(".pdf")
    handed = phone.read("mapping_evidence", evidence_id=kept.pk)
    assert handed.headers["Content-Disposition"] == f'attachment; filename="bukti-{kept.pk}.pdf"'
    assert handed.headers["X-Content-Type-Options"] == "nosniff"
    assert handed.content == b"%PDF-1.7 nota"
    neighbour = Client()
    neighbour.force_login(cast.clerk_garut)
    assert neighbour.get(phone.address("mapping_evidence", evidence_id=kept.pk)).status_code == 404
    theirs = reverse("mapping_evidence", args=[cast.garut_coop.pk, kept.pk])
    assert neighbour.get(theirs).status_code == 404


def test_a_mill_with_usual_yields_is_kept_once_however_often_it_is_sent(phone: Phone) -> None:
    page = phone.read("mapping_facility_new", sort="penggilingan").content.decode()
    assert 'value="64,02"' in page
    assert "SKGB 2018" in page
    [key] = re.findall(r'name="request_key" value="([^"]+)"', page)
    sent = {
        "request_key": key, "name": "Penggilingan", "input": "gkg", "output": ["beras", "dedak"],
        "percent": ["62", "9,5"], "kg-capacity": "40", "unit-capacity": "ton", "cost": "500",
        "evidence": "measured",
    }  # fmt: skip
    for _ in range(2):
        assert phone.send("mapping_facility_new", sent, sort="penggilingan").status_code == 302
    mill = Facility.objects.get()
    assert (mill.capacity_kg, mill.cost_idr_per_kg, mill.evidence) == (40_000, Decimal(500), "measured")
    assert {out.product.code: out.factor for out in mill.outputs.all()} == {
        "beras": Decimal("0.62"),
        "dedak": Decimal("0.095"),
    }
    too_much = sent | {"percent": ["62", "95"]}
    asked = phone.send("mapping_facility", too_much, facility_id=mill.pk)
    assert asked.status_code == 422
    assert "157 kg" in text(asked)
    phone.send("mapping_facility_remove", {}, facility_id=mill.pk)
    phone.send("mapping_facility_remove", {}, facility_id=mill.pk)
    assert not Facility.objects.exists()


def test_a_store_a_lorry_a_buyer_and_todays_trade_are_kept(phone: Phone, months: list[date]) -> None:
    store = {"name": "Gudang", "stored": ["gkp", "beras"], "kg-capacity": "20", "unit-capacity": "ton",
             "loss": "1,7", "evidence": "said"}  # fmt: skip
    phone.send("mapping_facility_new", store, sort="gudang")
    assert Facility.objects.get().loss == Decimal("0.017")
    phone.send("mapping_vehicles", {"name": "Pikap", "kg-capacity": "1", "unit-capacity": "ton"})
    assert Vehicle.objects.get().capacity_kg == 1000
    assert phone.send("mapping_vehicles", {"name": "Pikap", "kg-capacity": ""}).status_code == 422
    buyer = {"direction": "sell", "product": "beras", "partner": "Dapur", "price": "13000", "days": "14"}
    phone.send("mapping_channel_new", buyer)
    assert (Channel.objects.get().days_to_pay, Channel.objects.get().most_kg) == (14, None)
    now = {"direction": "sell", "product": "gkp", "partner": "Pengepul", "kg-most": "8", "unit-most": "ton",
           "price": "6300"}  # fmt: skip
    phone.send("mapping_trade_now", now)
    assert Today.objects.count() == len(months)
    phone.send("mapping_trade_now", now | {"direction": "buy", "kg-most": "1", "unit-most": "kuintal"})
    both = Today.objects.filter(month=months[0]).get()
    assert (both.sells_kg, both.buys_kg) == (8000, 100)
    ticked(phone, months[2])
    phone.send("mapping_amounts", typed(months[2], "900"), **PADDY)
    phone.send("mapping_trade_now", now)
    sold = Today.objects.filter(sells_kg__gt=0).values_list("month", flat=True)
    assert list(sold) == [months[2]]
    for direction in ("buy", "sell"):
        assert Today.objects.exists()
        phone.send("mapping_trade_now", now | {"direction": direction, "kg-most": ""})
    assert not Today.objects.exists()
    phone.send("mapping_trade_now", now)
    phone.send("mapping_trader", {"product": "gkp", "sell": "6000"})
    assert LocalTrade.objects.get().sell_idr_per_kg == 6000
    summary = text(phone.read("mapping_summary"))
    for word in ("Gudang", "Pikap", "Dapur", "6.300", "6.000"):
        assert word in summary


def test_a_channel_that_others_filled_in_more_fully_keeps_what_the_form_doesnt_ask(
    phone: Phone, cast: Cast, months: list[date]
) -> None:
    phone.send("mapping_channel_new", {"direction": "sell", "product": "gkp", "price": "6600"})
    row = Channel.objects.get()
    row.steps.create(from_kg=1000, idr_per_kg=6700)
    row.months.create(month=months[2], idr_per_kg=6500)
    phone.send("mapping_channel", {"direction": "sell", "product": "gkp", "price": "6650"}, channel_id=row.pk)
    row.refresh_from_db()
    assert (row.idr_per_kg, row.steps.count(), row.months.count()) == (Decimal(6650), 1, 1)


def test_stages_go_from_open_to_done_to_stale(phone: Phone, cast: Cast) -> None:
    assert "0 dari 4" in text(phone.read("mapping_start"))
    following = phone.send("mapping_finish", {}, stage="production")
    assert following.headers["Location"] == phone.address("mapping_facilities")
    assert "1 dari 4" in text(phone.read("mapping_start"))
    on = timezone.localdate()
    for days, state in ((90, "done"), (91, "stale")):
        at = timezone.now() - timedelta(days=days)
        stages.finish_stage(cast.babakankaret, "production", by=cast.clerk, at=at)
        assert queries.stages_of(cast.babakankaret, on)[0].state == state
    assert "periksa lagi" in text(phone.read("mapping_start"))
    phone.send("mapping_summary", {})
    assert StageDone.objects.count() == 4
    assert phone.read("mapping_finish", stage="panen").status_code == 404


def test_all_answers_show_who_said_them_and_what_is_old(phone: Phone, cast: Cast, months: list[date]) -> None:
    paddy = Product.objects.get(code="gkp")
    answers.declare_potential(
        cast.babakankaret, product=paddy, month=months[1], kg=700, source="Nota 7",
        evidence="weighed", by=cast.chair, at=timezone.now() - timedelta(days=100),
    )  # fmt: skip
    shown = text(Phone(cast, cast.supervisor).read("mapping_answers"))
    for word in ("700 kg", "chair", "Nota 7", "Ditimbang", "sudah lama"):
        assert word in shown


def test_progress_of_many_coops_takes_as_many_queries_as_of_one(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    on = timezone.localdate()
    with django_assert_num_queries(8):
        one = queries.progress([cast.babakankaret.pk], on)
    with django_assert_num_queries(8):
        all_of_them = queries.progress([cast.babakankaret.pk, cast.hub.pk, cast.garut_coop.pk], on)
    assert one[cast.babakankaret.pk] == all_of_them[cast.babakankaret.pk]


def test_pages_take_the_same_queries_however_much_was_said(
    phone: Phone, cast: Cast, months: list[date], django_assert_max_num_queries: Any
) -> None:
    season = [
        answers.PotentialAnswer(product=product, month=month, kg=10)
        for product in Product.objects.filter(is_harvest=True)
        for month in months
    ]
    answers.declare_potentials(cast.babakankaret, season, by=cast.clerk, at=timezone.now())
    with django_assert_max_num_queries(25):
        phone.read("mapping_answers")
    with django_assert_max_num_queries(25):
        phone.read("mapping_summary")
    with django_assert_max_num_queries(12):
        phone.read("mapping_products", side="hasil")


def test_a_facilitator_adds_a_price_and_a_product(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.facilitator)
    price = {"product": "gkp", "kind": "floor", "price": "7000", "condition": "di petani",
             "valid_from": "2027-01-01", "source": "Keputusan"}  # fmt: skip
    address = reverse("mapping_reference_change", args=["harga"])
    assert client.post(address, price | {"source": ""}).status_code == 422
    assert client.post(address, price | {"valid_from": "besok"}).status_code == 422
    assert client.post(address, price).status_code == 302
    assert PriceRule.objects.get(idr_per_kg=7000).valid_from == date(2027, 1, 1)
    product = {"commodity": "", "commodity_new": "Kopi", "kind": "harvest", "name_id": "Kopi ceri"}
    assert client.post(reverse("mapping_reference_change", args=["produk"]), product).status_code == 302
    assert Product.objects.get(code="kopi-ceri").commodity.code == "kopi"
    shown = text(client.get(reverse("mapping_reference")))
    assert "Kopi ceri" in shown
    assert "Rp7.000/kg" in shown


@pytest.fixture
def pages(phone: Phone, months: list[date]) -> Any:
    ticked(phone, months[1])
    return lambda: [
        phone.read("mapping_start"),
        phone.read("mapping_products", side="hasil"),
        phone.read("mapping_products", side="kebutuhan"),
        phone.read("mapping_months", **PADDY),
        phone.read("mapping_amounts", **PADDY),
        phone.read("mapping_price", **PADDY),
        phone.read("mapping_known", **PADDY),
        phone.read("mapping_facilities"),
        *(phone.read("mapping_facility_new", sort=sort) for sort in ("pengering", "sortir", "gudang")),
        phone.read("mapping_vehicles"),
        phone.read("mapping_market"),
        phone.read("mapping_trade_now"),
        phone.read("mapping_trader"),
        phone.read("mapping_channel_new"),
        phone.read("mapping_finish", stage="production"),
        phone.read("mapping_summary"),
        phone.read("mapping_answers"),
    ]


def test_every_question_has_a_way_back_a_label_for_each_field_and_one_heading(pages: Any) -> None:
    for answer in pages():
        page = answer.content.decode()
        assert answer.status_code == 200
        assert page.count("<h1") == 1
        ids = re.findall(
            r'<(?:input|select)(?![^>]*type="(?:hidden|checkbox|radio)")[^>]*?id="([^"]+)"', page
        )
        for each in ids:
            assert f'for="{each}"' in page, each
        for field in re.findall(r"<(?:input|select)\b[^>]*>", page):
            named = (
                'id="' in field
                or "aria-label" in field
                or re.search(r'type="(hidden|checkbox|radio)"', field)
            )
            assert named, field
        assert 'href="/koperasi/' in page


def test_a_price_is_read_as_people_write_it(phone: Phone, months: list[date]) -> None:
    address = {"side": "hasil", "product": "gkp"}
    phone.send("mapping_months", {"month": [f"{months[1]}"]}, **address)
    phone.send("mapping_amounts", {f"kg-{months[1]:%Y-%m}": "1000"}, **address)
    for written, kept in (("6.500", 6_500), ("Rp6.750", 6_750), ("7000", 7_000)):
        assert phone.send("mapping_price", {"price": written}, **address).status_code == 302
        assert Potential.objects.get().cost_idr_per_kg == kept
    # Rp125,5 and Rp125.500 are both prices: it is asked which.
    assert phone.send("mapping_price", {"price": "125.500"}, **address).status_code == 422
