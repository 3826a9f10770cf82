"""What may be said besides on a phone: grades, what could be built, closed months, larger amounts, stock."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jejaring.domain.mapping import queries
from jejaring.domain.mapping.actions import channels, facilities, reference
from jejaring.domain.mapping.actions.answers import PotentialAnswer, declare_potentials
from jejaring.domain.mapping.models import Channel, Facility, Grade, Potential, Product
from jejaring.domain.parties import audit
from jejaring.domain.partnering.snapshot import take_snapshot
from tests.cast import Cast, make_cast

Send = Callable[..., Any]


@pytest.fixture
def cast(db: None) -> Cast:
    cast = make_cast()
    reference.load_reference()
    return cast


@pytest.fixture
def months() -> list[date]:
    return queries.months_ahead(timezone.localdate())


@pytest.fixture
def send(cast: Cast) -> Send:
    client = Client()
    client.force_login(cast.clerk)

    def sent(name: str, data: dict[str, Any] | None = None, query: str = "", **rest: Any) -> Any:
        address = reverse(name, kwargs={"cooperative_id": cast.babakankaret.pk, **rest}) + query
        return client.get(address) if data is None else client.post(address, data)

    return sent


def product(code: str) -> Product:
    return Product.objects.get(code=code)


def buyer(cast: Cast, **rest: Any) -> Channel:
    told: dict[str, Any] = {
        "direction": "sell",
        "product": product("gkp"),
        "idr_per_kg": Decimal(6500),
        "most_kg": 900,
    }
    answer = channels.ChannelAnswer(**(told | rest))
    return channels.declare_channel(cast.babakankaret, answer, by=cast.clerk, at=timezone.now())


def machine(cast: Cast, **rest: Any) -> Facility:
    told: dict[str, Any] = {
        "kind": "process", "name": "Pengering", "product": product("gkp"), "capacity_kg": 5000,
        "outputs": [(product("gkg"), Decimal("0.8"))], "cost_idr_per_kg": Decimal(300),
    }  # fmt: skip
    answer = facilities.FacilityAnswer(**(told | rest))
    return facilities.declare_facility(cast.babakankaret, answer, by=cast.clerk, at=timezone.now())


def store(cast: Cast) -> Facility:
    kept = {"kind": "storage", "name": "Gudang", "product": None, "outputs": (), "capacity_kg": 1000}
    return machine(cast, **kept, stored=[product("gkp"), product("gkg")])


def harvest(cast: Cast, months: list[date], *kg: int) -> None:
    cabbage = product("kubis")
    said = [
        PotentialAnswer(product=cabbage, month=month, kg=amount, evidence="document", source="Buku")
        for month, amount in zip(months, kg, strict=False)
    ]
    declare_potentials(cast.babakankaret, said, by=cast.clerk, at=timezone.now())


def said() -> list[tuple[date, str, int, Decimal | None]]:
    rows = Potential.objects.order_by("month", "grade__code")
    return [(row.month, row.grade.code if row.grade else "", row.kg, row.cost_idr_per_kg) for row in rows]


CABBAGE = {"product": "kubis"}
A_AND_B = {"kg-a": "66,67", "price-a": "4.000", "kg-b": "33,33", "price-b": ""}


def test_a_harvest_is_divided_by_grade_to_the_kilogram(send: Send, cast: Cast, months: list[date]) -> None:
    harvest(cast, months[1:], 100, 1000)
    assert "Lebih lanjut: menurut mutu" in send("mapping_finish", stage="production").content.decode()
    done = send("mapping_grades", A_AND_B, **CABBAGE)
    assert done.headers["Location"].endswith("/selesai/production/")
    assert said() == [
        (months[1], "a", 67, Decimal(4000)),
        (months[1], "b", 33, None),
        (months[2], "a", 667, Decimal(4000)),
        (months[2], "b", 333, None),
    ]
    assert {row.source for row in Potential.objects.all()} == {"Buku"}
    assert list(audit.faults()) == []


def test_an_amount_of_a_graded_harvest_is_of_all_grades(send: Send, cast: Cast, months: list[date]) -> None:
    harvest(cast, months[1:], 100)
    send("mapping_grades", A_AND_B | {"kg-a": "75", "kg-b": "25"}, **CABBAGE)
    side = {"side": "hasil", **CABBAGE}
    chosen = [month.isoformat() for month in months[1:3]]
    send("mapping_months", {"month": chosen}, **side)
    assert 'value="100"' in send("mapping_amounts", **side).content.decode()
    amounts = {f"kg-{months[1]:%Y-%m}": "200", f"kg-{months[2]:%Y-%m}": "40"}
    following = send("mapping_amounts", amounts, **side)
    assert [(month, grade, kg) for month, grade, kg, _ in said()] == [
        (months[1], "a", 150), (months[1], "b", 50), (months[2], "a", 30), (months[2], "b", 10),
    ]  # fmt: skip
    # The price is asked for each grade instead, and the questions go on behind it.
    assert following.headers["Location"].endswith("/harga/")
    by_grade = send("mapping_price", **side).headers["Location"]
    assert by_grade.endswith("/mutu/?lanjut")
    later = send("mapping_grades", A_AND_B | {"kg-a": "75", "kg-b": "25"}, query="?lanjut", **CABBAGE)
    assert later.headers["Location"].endswith("/bukti/")
    send("mapping_months", {"month": [months[2].isoformat()]}, **side)
    assert {month for month, *_ in said()} == {months[2]}
    send("mapping_grades", {"none": "yes"} | A_AND_B, **CABBAGE)
    assert [row[1:3] for row in said()] == [("", 40)]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"kg-a": "60", "kg-b": "30"}, "Jumlah semua mutu 90 kg dari 100 kg"),
        ({"kg-a": "banyak", "kg-b": "30"}, 'value="banyak"'),
        ({"kg-a": "100", "price-a": "20"}, "benar"),
    ],
)
def test_grades_that_arent_clear_are_asked_again_and_nothing_is_kept(
    send: Send, cast: Cast, months: list[date], sent: dict[str, str], told: str
) -> None:
    harvest(cast, months[1:], 100)
    answer = send("mapping_grades", sent, **CABBAGE)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert [row[1:3] for row in said()] == [("", 100)]


def test_what_could_be_built_is_told_with_its_cost(send: Send, cast: Cast) -> None:
    form = {"name": "Silo", "input": "gkp", "output": ["gkg"], "percent": ["80"], "build": ""}
    assert send("mapping_facility_new", form, query="?rencana=1", sort="pengering").status_code == 422
    done = send("mapping_facility_new", form | {"build": "500.000"}, query="?rencana=1", sort="pengering")
    assert done.status_code == 302
    kept = Facility.objects.get()
    assert (kept.build_cost_idr, kept.build_share) == (500_000, Decimal(1))
    assert "belum dibangun" in send("mapping_facilities").content.decode()
    where = {"facility_id": kept.pk}
    answer = {"there": "no", "cost": "150.000.000", "part": "10"}
    following = send("mapping_facility_build", answer, **where)
    assert following.headers["Location"].endswith("/bulan/")
    kept.refresh_from_db()
    assert (kept.build_cost_idr, kept.build_share) == (150_000_000, Decimal("0.1"))
    assert send("mapping_facility_build", {"there": "no", "cost": ""}, **where).status_code == 422
    send("mapping_facility_build", {"there": "yes", "cost": "7"}, **where)
    kept.refresh_from_db()
    assert (kept.build_cost_idr, kept.build_share) == (0, Decimal(1))


def test_a_machine_is_closed_in_some_months_and_opened_again(
    send: Send, cast: Cast, months: list[date]
) -> None:
    kept = machine(cast, months=[(months[3], 7000, Decimal(250))])
    where = {"facility_id": kept.pk}
    shown = send("mapping_facility_open", **where).content.decode()
    assert len(re.findall(r'name="month"[^>]*checked', shown)) == 12
    ticked = [month.isoformat() for month in months if month != months[5]]
    done = send("mapping_facility_open", {"month": ticked}, **where)
    assert done.headers["Location"].endswith("/pengolahan/")
    own = kept.months.values_list("month", "capacity_kg", "cost_idr_per_kg")
    assert list(own) == [(months[3], 7000, Decimal(250)), (months[5], 0, Decimal(300))]
    send("mapping_facility_open", {"month": [month.isoformat() for month in months]}, **where)
    assert [row[0] for row in own.all()] == [months[3]]
    assert send("mapping_facility_open", {}, **where).status_code == 422


def test_a_machine_that_is_there_in_named_months_only_gets_another_one(
    send: Send, cast: Cast, months: list[date]
) -> None:
    kept = machine(cast, capacity_kg=0, months=[(months[3], 7000, Decimal(250))])
    named = {"month": [months[4].isoformat()]}
    send("mapping_facility_open", named, facility_id=kept.pk)
    own = kept.months.values_list("month", "capacity_kg", "cost_idr_per_kg")
    assert list(own) == [(months[4], 7000, Decimal(300))]
    empty = machine(cast, capacity_kg=0)
    assert send("mapping_facility_open", named, facility_id=empty.pk).status_code == 422
    assert not empty.months.exists()


def test_what_lies_in_a_store_is_kept_and_never_more_than_fits(send: Send, cast: Cast) -> None:
    kept = store(cast)
    where = {"facility_id": kept.pk}
    following = send("mapping_facility_build", {"there": "yes"}, **where)
    assert following.headers["Location"].endswith("/isi/")
    lies = {"kg-gkp": "4", "unit-gkp": "kuintal", "kg-gkg": "600"}
    assert send("mapping_facility_stock", lies, **where).status_code == 302
    opening = kept.opening.order_by("product").values_list("product__code", "kg")
    assert list(opening) == [("gkp", 400), ("gkg", 600)]
    too_much = send("mapping_facility_stock", lies | {"kg-gkg": "601"}, **where)
    assert too_much.status_code == 422
    assert "1.001 kg" in too_much.content.decode()
    send("mapping_facility_stock", {"kg-gkp": "1"}, **where)
    assert list(opening.all()) == [("gkp", 1)]


def test_a_buyer_is_asked_about_grade_months_and_larger_amounts(
    send: Send, cast: Cast, months: list[date]
) -> None:
    kept = buyer(cast, product=product("kubis"), least_kg=10)
    where = {"channel_id": kept.pk}
    assert send("mapping_channel_grade", {"grade": "a"}, **where).headers["Location"].endswith("/bulan/")
    kept.refresh_from_db()
    assert kept.grade == Grade.objects.get(product__code="kubis", code="a")
    ticked = {"month": [month.isoformat() for month in months[:11]]}
    assert send("mapping_channel_open", ticked, **where).headers["Location"].endswith("/harga/")
    assert list(kept.months.values_list("month", "most_kg", "least_kg")) == [(months[11], 0, 0)]
    steps = {"kg-from0": "1", "unit-from0": "ton", "kg-from1": "5", "unit-from1": "kuintal",
             "price": ["7.000", "6.750", "", ""]}  # fmt: skip
    assert send("mapping_channel_steps", steps, **where).headers["Location"].endswith("/pemasaran/")
    assert list(kept.steps.values_list("from_kg", "idr_per_kg")) == [
        (500, Decimal(6750)),
        (1000, Decimal(7000)),
    ]
    assert "Mutu A" in send("mapping_market").content.decode()


def test_a_buyer_who_is_there_in_named_months_only(send: Send, cast: Cast, months: list[date]) -> None:
    kept = buyer(cast, every_month=False, least_kg=10, months=[(months[2], 500, 0, Decimal(6400))])
    send("mapping_channel_open", {"month": [f"{months[3]}"]}, channel_id=kept.pk)
    own = kept.months.values_list("month", "most_kg", "least_kg", "idr_per_kg")
    assert list(own) == [(months[3], 900, 10, Decimal(6500))]


@pytest.mark.parametrize(
    ("direction", "prices", "told"),
    [
        ("sell", ["6.400"], "lebih rendah"),
        ("buy", ["6.600"], "lebih tinggi"),
        ("sell", [""], "Tulis keduanya"),
        ("sell", ["65.000"], "benar"),
    ],
)
def test_prices_that_no_plan_could_use_are_refused(
    send: Send, cast: Cast, direction: str, prices: list[str], told: str
) -> None:
    kept = buyer(cast, direction=direction)
    answer = send("mapping_channel_steps", {"kg-from0": "500", "price": prices}, channel_id=kept.pk)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not kept.steps.exists()


def test_a_usual_price_isnt_raised_above_the_price_for_more(send: Send, cast: Cast) -> None:
    kept = buyer(cast, steps=[(500, Decimal(6600))])
    form = {"direction": "sell", "product": "gkp", "price": "6700"}
    assert send("mapping_channel", form, channel_id=kept.pk).status_code == 422
    kept.refresh_from_db()
    assert kept.idr_per_kg == 6500


def test_a_plan_reads_all_that_was_said_besides(send: Send, cast: Cast, months: list[date]) -> None:
    harvest(cast, months, 100, 100)
    send("mapping_grades", A_AND_B, **CABBAGE)
    box, dryer, shop = store(cast), machine(cast), buyer(cast, product=product("kubis"))
    other = {"month": [months[0].isoformat()]}
    send("mapping_facility_build", {"there": "no", "cost": "90.000.000"}, facility_id=dryer.pk)
    send("mapping_facility_open", other, facility_id=dryer.pk)
    send("mapping_facility_stock", {"kg-gkp": "50"}, facility_id=box.pk)
    send("mapping_channel_grade", {"grade": "a"}, channel_id=shop.pk)
    send("mapping_channel_open", other, channel_id=shop.pk)
    send("mapping_channel_steps", {"kg-from0": "60", "price": ["6600"]}, channel_id=shop.pk)
    problem = take_snapshot(cast.cianjur, first_month=months[0], months=2, at=timezone.now()).problem
    assert {"kubis.a", "kubis.b"} <= set(problem.products)
    assert 50 in problem.storages.opening_kg.fractions()
    assert problem.outlets.most_kg.fractions() == [900, 0]
    assert problem.outlets.step_price_idr_per_kg.fractions() == [6600, 6600]
    dried = [code == dryer.file_code for code in problem.processes.codes].index(True)
    capacity = problem.processes.capacity_kg.fractions()
    assert [capacity[at] for at, code in enumerate(problem.processes.code) if code == dried] == [5000, 0]
    assert problem.processes.build_cost_idr.fractions().count(Fraction(90_000_000)) == 2


def test_nobody_elses_facility_or_buyer_is_reached(send: Send, cast: Cast) -> None:
    theirs = machine(cast).pk, buyer(cast).pk
    Facility.objects.update(cooperative=cast.garut_coop)
    Channel.objects.update(cooperative=cast.garut_coop)
    for name in ("mapping_facility_build", "mapping_facility_open", "mapping_facility_stock"):
        assert send(name, {"there": "yes"}, facility_id=theirs[0]).status_code == 404
    for name in ("mapping_channel_grade", "mapping_channel_open", "mapping_channel_steps"):
        assert send(name, {}, channel_id=theirs[1]).status_code == 404


def test_every_question_has_a_label_for_each_field(send: Send, cast: Cast, months: list[date]) -> None:
    harvest(cast, months[1:], 100)
    box, dryer, shop = store(cast), machine(cast), buyer(cast, product=product("kubis"))
    for answer in (
        send("mapping_grades", **CABBAGE),
        send("mapping_facility_new", sort="gudang", query="?rencana=1"),
        send("mapping_facility_build", facility_id=dryer.pk),
        send("mapping_facility_open", facility_id=dryer.pk),
        send("mapping_facility_stock", facility_id=box.pk),
        *(send(f"mapping_channel_{each}", channel_id=shop.pk) for each in ("grade", "open", "steps")),
    ):
        page = answer.content.decode()
        assert answer.status_code == 200
        assert page.count("<h1") == 1
        fields = re.findall(r'<input(?![^>]*type="(?:hidden|checkbox|radio)")[^>]*?id="([^"]+)"', page)
        assert len(set(fields)) == len(fields)
        for field in fields:
            assert f'for="{field}"' in page
