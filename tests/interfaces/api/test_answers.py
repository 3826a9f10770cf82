"""What programs read and write of co-ops: exact, once, all faults at once, doubts asked again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from jejaring.domain.mapping.models import (
    Channel,
    Commodity,
    Facility,
    Grade,
    Need,
    Potential,
    PriceRule,
    Product,
    Site,
    Vehicle,
)
from jejaring.domain.parties.models import AuditLine, Cooperative
from tests.cast import Cast, make_cast
from tests.interfaces.api.callers import Program, parts_of

Queries = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture
def cast(db: None) -> Cast:
    made = make_cast()
    parts_of(made)
    return made


@pytest.fixture
def clerk(cast: Cast) -> Program:
    return Program(cast.clerk)


def month(ahead: int = 1) -> str:
    at = timezone.localdate()
    months = at.year * 12 + at.month - 1 + ahead
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


def here(cast: Cast, what: str) -> str:
    return f"/cooperatives/{cast.babakankaret.pk}/{what}"


def faults(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.content
    return {each["field"]: each["code"] for each in answer.json()["faults"]}


def test_saying_it_twice_is_one_row_and_saying_nothing_takes_it_back(cast: Cast, clerk: Program) -> None:
    said = {"product": "gkp", "month": month(), "kg": 1500, "cost_idr_per_kg": "6500.125"}
    for _ in range(2):
        assert clerk.calls("PUT", here(cast, "potentials"), {"answers": [said]}).json() == {"count": 1}
    row = Potential.objects.get(cooperative=cast.babakankaret)
    assert (row.kg, row.cost_idr_per_kg, row.way) == (1500, Decimal("6500.125"), "api")
    assert row.said_by_id == cast.clerk.pk
    [read] = clerk.calls("GET", here(cast, "potentials")).json()["answers"]
    assert (read["month"], read["kg"], read["cost_idr_per_kg"]) == (month(), 1500, "6500.125")
    assert AuditLine.objects.filter(action="mapping.declare_potential").count() == 2
    clerk.calls("PUT", here(cast, "potentials"), {"answers": [{**said, "kg": None}]})
    assert not Potential.objects.exists()


def test_months_are_asked_for_from_the_first_to_the_last(cast: Cast, clerk: Program) -> None:
    sent = [{"product": "gkp", "month": month(ahead), "kg": ahead} for ahead in (1, 2, 3, 4)]
    clerk.calls("PUT", here(cast, "needs"), {"answers": sent})
    answer = clerk.calls("GET", here(cast, "needs"), **{"from": month(2), "until": month(3)})
    assert [each["kg"] for each in answer.json()["answers"]] == [2, 3]
    assert faults(clerk.calls("GET", here(cast, "needs"), **{"from": "2026-13"})) == {"from": "field.month"}


def test_today_and_local_trade_come_back_as_they_were_sent(cast: Cast, clerk: Program) -> None:
    now = {"product": "gkp", "month": month(), "sells_kg": 900, "sells_idr_per_kg": 6500, "partner": "Pasar"}
    assert clerk.calls("PUT", here(cast, "today"), {"answers": [now]}).status_code == 200
    [read] = clerk.calls("GET", here(cast, "today")).json()["answers"]
    assert {name: read[name] for name in now} == {**now, "sells_idr_per_kg": "6500"}
    local = {"product": "gkp", "sell_idr_per_kg": "6000", "most_sell_kg": 5000}
    assert clerk.calls("PUT", here(cast, "local-trade"), {"answers": [local]}).status_code == 200
    [read] = clerk.calls("GET", here(cast, "local-trade"), **{"from": month()}).json()["answers"]
    assert (read["month"], read["sell_idr_per_kg"], read["most_sell_kg"]) == (None, "6000", 5000)


def test_everything_wrong_with_the_form_is_told_at_once_in_the_language_asked_for(cast: Cast) -> None:
    sent = {
        "answers": [
            {"product": "gkp", "month": "March", "kg": 12.5, "cost_idr_per_kg": 6500.5},
            {"month": month(), "kg": -1, "source": "a\u0000b", "evidence": "dreamt", "kilo": 1},
        ]
    }
    answer = Program(cast.clerk).calls("PUT", here(cast, "potentials"), sent)
    assert faults(answer) == {
        "answers[0].month": "field.month",
        "answers[0].kg": "field.whole",
        "answers[0].cost_idr_per_kg": "field.decimal",
        "answers[1].product": "field.missing",
        "answers[1].kg": "field.least",
        "answers[1].source": "field.unprintable",
        "answers[1].evidence": "field.choice",
        "answers[1].kilo": "field.unknown",
    }
    said = Program(cast.clerk, speaks="fr, id;q=0.8, en;q=0.1").calls("PUT", here(cast, "potentials"), sent)
    assert said.json()["faults"][0]["message"] == "Tulis bulan seperti 2026-03."
    assert said.headers["Content-Language"] == "id"
    assert answer.json()["faults"][0]["message"] == "Write a month like 2026-03."
    assert not Potential.objects.exists()


def test_every_code_that_names_nothing_is_told_at_once(cast: Cast, clerk: Program) -> None:
    elsewhere = Site.objects.create(cooperative=cast.garut_coop, name="Gudang Garut")
    sent = [
        {"product": "gkp", "month": month(), "kg": 1},
        {"product": "gkp", "month": month(), "kg": 2},
        {"product": "emas", "month": month(), "kg": 1},
        {"product": "gkp", "grade": "super", "site_id": elsewhere.pk, "month": "1999-01", "kg": 1},
    ]
    assert faults(clerk.calls("PUT", here(cast, "needs"), {"answers": sent})) == {
        "answers[1]": "code.twice",
        "answers[2].product": "code.product",
        "answers[3].grade": "code.grade",
        "answers[3].site_id": "code.site",
        "answers[3].month": "mapping.month_far",
    }
    assert not Need.objects.exists()


def test_a_doubt_is_asked_again_and_kept_when_sure(cast: Cast, clerk: Program) -> None:
    PriceRule.objects.create(
        product=Product.objects.get(code="gkp"), kind="floor", idr_per_kg=6500, valid_from=date(2020, 1, 1),
        source="rule",
    )  # fmt: skip
    sent = {"answers": [{"product": "gkp", "month": month(), "kg": 5, "cost_idr_per_kg": 6}]}
    answer = clerk.calls("PUT", here(cast, "potentials"), sent)
    assert answer.status_code == 409
    [doubt] = answer.json()["doubts"]
    assert doubt["code"] == "mapping.price_unlike"
    assert doubt["facts"]["known_idr_per_kg"] == "6500"
    assert not Potential.objects.exists()
    assert clerk.calls("PUT", here(cast, "potentials"), sent, sure="true").status_code == 200
    assert Potential.objects.get().cost_idr_per_kg == 6


@pytest.mark.parametrize("price", ["0.0001", "1e3", "-1", "6.500,5", "٣", " 1 ", True, 1.0, None, "9" * 13])
def test_a_price_that_isnt_exact_is_refused(cast: Cast, clerk: Program, price: object) -> None:
    sent = {"answers": [{"product": "gkp", "month": month(), "kg": 5, "sells_idr_per_kg": price}]}
    sent["answers"][0].pop("kg")
    answer = clerk.calls("PUT", here(cast, "today"), sent)
    assert faults(answer) == {"answers[0].sells_idr_per_kg": "field.decimal"}


def test_a_facility_is_made_once_changed_and_taken_away(cast: Cast, clerk: Program) -> None:
    rice = Product.objects.create(code="beras", commodity=Commodity.objects.get(), name_id="Beras")
    sent: dict[str, Any] = {
        "kind": "process",
        "name": "Penggilingan",
        "product": "gkp",
        "outputs": [{"product": "beras", "factor": "0.62"}],
        "months": [{"month": month(), "capacity_kg": 100, "cost_idr_per_kg": "15.5"}],
        "capacity_kg": 40_000,
    }
    key = str(uuid4())
    made = [
        clerk.calls("POST", here(cast, "facilities"), {**sent, "request_key": key}).json() for _ in range(2)
    ]
    assert made[0] == made[1]
    mill = Facility.objects.get(name="Penggilingan")
    assert mill.outputs.get().product == rice
    address = here(cast, f"facilities/{mill.pk}")
    assert clerk.calls("PUT", address, {**sent, "name": "Penggilingan baru"}).status_code == 200
    shown = clerk.calls("GET", here(cast, "facilities")).json()["facilities"][-1]
    assert shown["name"] == "Penggilingan baru"
    assert shown["outputs"] == [{"product": "beras", "factor": "0.62"}]
    assert shown["months"] == [{"month": month(), "capacity_kg": 100, "cost_idr_per_kg": "15.5"}]
    twice = {**sent, "months": sent["months"] * 2, "stored": ["emas"]}
    assert faults(clerk.calls("PUT", address, twice)) == {
        "months[1]": "code.twice",
        "stored[0]": "code.product",
    }
    assert clerk.calls("DELETE", address).status_code == 204
    assert clerk.calls("DELETE", address).status_code == 404


def test_a_channel_is_made_once_changed_and_taken_away(cast: Cast, clerk: Program) -> None:
    Grade.objects.create(product=Product.objects.get(code="gkp"), code="a", name_id="A")
    sent: dict[str, Any] = {
        "direction": "sell",
        "product": "gkp",
        "grade": "a",
        "idr_per_kg": "6700",
        "partner": "Bulog",
        "most_kg": 9000,
        "days_to_pay": 14,
        "steps": [{"from_kg": 1000, "idr_per_kg": 6800}],
    }
    key = str(uuid4())
    for _ in range(2):
        made = clerk.calls("POST", here(cast, "channels"), {**sent, "request_key": key})
        assert made.status_code == 201
    buyer = Channel.objects.get(partner="Bulog")
    address = here(cast, f"channels/{buyer.pk}")
    assert clerk.calls("PUT", address, {**sent, "least_kg": 10_000}).json()["code"] == (
        "mapping.least_above_most"
    )
    assert clerk.calls("PUT", address, {**sent, "days_to_pay": 30}).status_code == 200
    shown = clerk.calls("GET", here(cast, "channels")).json()["channels"][-1]
    assert (shown["days_to_pay"], shown["grade"], shown["idr_per_kg"]) == (30, "a", "6700")
    assert shown["steps"] == [{"from_kg": 1000, "idr_per_kg": "6800"}]
    assert clerk.calls("DELETE", address).status_code == 204


def test_a_lorry_is_found_again_by_its_name(cast: Cast, clerk: Program) -> None:
    for capacity in (1000, 1200):
        sent = {"name": "Truk engkel", "capacity_kg": capacity, "idr_per_km": "4500.5"}
        assert clerk.calls("PUT", here(cast, "vehicles"), sent).status_code == 200
    lorry = Vehicle.objects.get(name="Truk engkel")
    assert (lorry.capacity_kg, lorry.idr_per_km) == (1200, Decimal("4500.5"))
    assert clerk.calls("DELETE", here(cast, f"vehicles/{lorry.pk}")).status_code == 204


def test_rows_of_another_co_op_arent_there(cast: Cast, clerk: Program) -> None:
    theirs = Vehicle.objects.create(cooperative=cast.garut_coop, name="Truk", capacity_kg=1)
    assert clerk.calls("DELETE", here(cast, f"vehicles/{theirs.pk}")).status_code == 404
    assert Program(cast.clerk_garut).calls("GET", here(cast, "vehicles")).status_code == 404


def test_a_profile_changes_where_it_was_said_and_only_there(cast: Cast) -> None:
    chair = Program(cast.chair)
    address = f"/cooperatives/{cast.babakankaret.pk}"
    shown = chair.calls("PATCH", address, {"address": "Jalan Raya 1"}).json()
    assert (shown["address"], shown["name"]) == ("Jalan Raya 1", cast.babakankaret.name)
    wrong = chair.calls("PATCH", address, {"npwp": "12", "village_code": "99.99.99.9999"})
    assert set(faults(wrong)) == {"npwp", "village_code"}


def test_co_ops_are_listed_page_by_page_with_as_many_queries_for_many(
    cast: Cast, django_assert_num_queries: Queries
) -> None:
    program = Program(cast.facilitator)
    program.calls("GET", "/me")
    Cooperative.objects.bulk_create(
        Cooperative(
            name=f"Koperasi {number:03d}", kind="kdmp", village_code="32.03.01.2001", regency_code="32.03",
            search_text=f"koperasi {number:03d}",
        )
        for number in range(60)
    )  # fmt: skip
    with django_assert_num_queries(3):
        first = program.calls("GET", "/cooperatives").json()
    assert len(first["cooperatives"]) == 50
    second = program.calls("GET", "/cooperatives", after=str(first["next_after"])).json()
    names = [each["name"] for each in first["cooperatives"] + second["cooperatives"]]
    assert len(set(names)) == 62
    assert second["next_after"] is None
    found = program.calls("GET", "/cooperatives", search="koperasi 007").json()["cooperatives"]
    assert [each["name"] for each in found] == ["Koperasi 007"]
    inside = program.calls("GET", "/cooperatives", network=str(cast.cianjur.pk)).json()["cooperatives"]
    assert {each["id"] for each in inside} == {cast.babakankaret.pk, cast.hub.pk}
    assert program.calls("GET", "/cooperatives", network=str(cast.garut.pk)).status_code == 404
    neighbour = Program(cast.facilitator_garut).calls("GET", "/cooperatives").json()["cooperatives"]
    assert [each["id"] for each in neighbour] == [cast.garut_coop.pk]


@pytest.mark.parametrize(
    ("what", "queries"),
    [("potentials", 4), ("needs", 4), ("facilities", 8), ("channels", 6), ("vehicles", 4)],
)
def test_a_list_takes_as_many_queries_for_many_rows(
    cast: Cast, clerk: Program, django_assert_num_queries: Queries, what: str, queries: int
) -> None:
    said = {"said_at": timezone.now()}
    paddy = Product.objects.get(code="gkp")
    for number in range(3):
        first = date(2026, number + 1, 1)
        Potential.objects.create(cooperative=cast.babakankaret, product=paddy, month=first, kg=1, **said)
        Need.objects.create(cooperative=cast.babakankaret, product=paddy, month=first, kg=1, **said)
        Channel.objects.create(
            cooperative=cast.babakankaret, product=paddy, direction="sell", idr_per_kg=1, **said
        )
        store = Facility.objects.create(
            cooperative=cast.babakankaret, kind="storage", name=f"{number}", **said
        )
        store.stored.add(paddy)
    clerk.calls("GET", "/me")
    with django_assert_num_queries(queries):
        assert clerk.calls("GET", here(cast, what)).status_code == 200


def test_reference_data_is_for_everybody_with_a_key(cast: Cast) -> None:
    program = Program(cast.stranger)
    paddy = Product.objects.get(code="gkp")
    PriceRule.objects.create(
        product=paddy, kind="floor", idr_per_kg=6500, valid_from=date(2025, 1, 15), source="rule",
        valid_until=date(2025, 12, 31),
    )  # fmt: skip
    assert [each["code"] for each in program.calls("GET", "/products").json()["products"]] == ["gkp"]
    [price] = program.calls("GET", "/prices", on="2025-06-01").json()["prices"]
    assert (price["idr_per_kg"], price["valid_from"]) == ("6500", "2025-01-15")
    assert program.calls("GET", "/prices", on="2026-06-01").json()["prices"] == []
    assert faults(program.calls("GET", "/conversions", on="2025-02-30")) == {"on": "field.day"}
    assert program.calls("GET", "/cooperatives").json() == {"cooperatives": [], "next_after": None}


@pytest.mark.parametrize(
    ("what", "sent", "field"),
    [
        ("facilities", {"kind": "storage", "name": "G" * 121, "request_key": str(uuid4())}, "name"),
        (
            "today",
            {"answers": [{"product": "gkp", "sells_kg": 1, "partner": "P" * 201}]},
            "answers[0].partner",
        ),
    ],
)
def test_a_text_that_would_be_cut_is_refused(
    cast: Cast, clerk: Program, what: str, sent: dict[str, Any], field: str
) -> None:
    for answer in sent.get("answers", []):
        answer["month"] = month()
    method = "PUT" if what == "today" else "POST"
    assert faults(clerk.calls(method, here(cast, what), sent)) == {field: "field.at_most_letters"}
