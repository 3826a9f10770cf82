"""The balance for programs: the same sums as on pages, hidden from the same readers."""

from __future__ import annotations

from typing import Any

import pytest

from jejaring.domain.mapping.models import Product
from jejaring.domain.parties.models import Cooperative
from tests.cast import Cast, make_cast
from tests.domain.mapped import APRIL, MARCH, cooperative, has, needs, products, sells
from tests.interfaces.api.callers import Program

QUERY = {"from": "2027-03", "until": "2027-04"}


@pytest.fixture
def cast(db: None) -> Cast:
    """Return the cast. In March two co-ops have paddy, in April three; one needs some, one can sell some."""
    cast = make_cast()
    paddy, _ = products()
    second, third = cooperative(cast.cianjur, "Second"), cooperative(cast.cianjur, "Third")
    for coop, march, april in ((cast.babakankaret, 1000, 100), (second, 500, 200), (third, 0, 300)):
        has(coop, paddy, MARCH, march)
        has(coop, paddy, APRIL, april)
    needs(second, paddy, APRIL, 40)
    sells(third, paddy, None)
    return cast


def balance(cast: Cast, who: str, address: str = "", **query: Any) -> dict[str, Any]:
    answer = Program(cast.people[who]).calls(
        "GET", address or f"/networks/{cast.cianjur.pk}/balance", **(QUERY | query)
    )
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_who_sees_the_co_ops_gets_every_sum(cast: Cast) -> None:
    found = balance(cast, "facilitator")
    assert (found["cooperatives"], found["hides"], found["fewest"]) == (4, False, 3)
    [paddy] = found["products"]
    assert paddy["product"] == "gkp"
    assert paddy["months"] == [
        {
            "month": "2027-03",
            "potential_kg": 1500,
            "need_kg": 0,
            "room_kg": 0,
            "is_boundless": True,
            "difference_kg": 1500,
        },
        {
            "month": "2027-04",
            "potential_kg": 600,
            "need_kg": 40,
            "room_kg": 0,
            "is_boundless": True,
            "difference_kg": 560,
        },
    ]
    assert (paddy["total"]["potential_kg"], paddy["total"]["leaves_out"]) == (2100, False)


@pytest.mark.parametrize("who", ["clerk", "hub_manager", "ministry"])
def test_who_doesnt_see_them_gets_no_sum_of_fewer_than_three(cast: Cast, who: str) -> None:
    found = balance(cast, who)
    assert found["hides"]
    [paddy] = found["products"]
    march, april = paddy["months"]
    assert (march["potential_kg"], march["difference_kg"], march["is_boundless"]) == (None, None, False)
    assert (april["potential_kg"], april["need_kg"], april["difference_kg"]) == (600, None, None)
    assert paddy["total"] == {
        "potential_kg": None,
        "need_kg": None,
        "room_kg": None,
        "is_boundless": False,
        "difference_kg": None,
        "leaves_out": True,
    }


def test_a_chosen_set_is_cut_down_to_what_the_reader_sees(cast: Cast) -> None:
    chosen = list(Cooperative.objects.values_list("pk", flat=True))
    program, address = Program(cast.clerk), f"/networks/{cast.cianjur.pk}/balance"
    asked = "&".join(f"cooperative={pk}" for pk in chosen)
    found = program.calls("GET", f"{address}?from=2027-03&until=2027-03&{asked}").json()
    assert found["cooperatives"] == 1
    assert found["products"][0]["months"][0]["potential_kg"] == 1000


def test_a_region_gives_its_sums_and_a_province_those_added_up_before(cast: Cast) -> None:
    of_regency = balance(cast, "facilitator", "/regions/32.03/balance")
    assert of_regency["products"][0]["months"][0]["potential_kg"] == 1500
    of_province = balance(cast, "ministry", "/regions/32/balance")
    assert of_province["hides"]
    assert Program(cast.facilitator_garut).calls("GET", "/regions/32.03/balance").status_code == 404


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"from": "2027-04", "until": "2027-03"}, "balance.months"),
        ({"from": "2027-01", "until": "2030-12"}, "balance.months"),
        ({"product": "emas"}, "code.product"),
        ({"from": "9999-12"}, None),
        ({"cooperative": "x"}, "fields.wrong"),
    ],
)
def test_what_cant_be_asked_is_refused(cast: Cast, query: dict[str, str], code: str | None) -> None:
    answer = Program(cast.facilitator).calls("GET", f"/networks/{cast.cianjur.pk}/balance", **query)
    assert answer.status_code == 422
    assert code in {None, answer.json()["code"]}


def test_it_costs_the_same_for_many_co_ops(cast: Cast, django_assert_max_num_queries: Any) -> None:
    paddy = Product.objects.get(code="gkp")
    for number in range(20):
        has(cooperative(cast.cianjur, f"More {number}"), paddy, MARCH, 10)
    program = Program(cast.facilitator)
    with django_assert_max_num_queries(16):
        program.calls("GET", f"/networks/{cast.cianjur.pk}/balance", **QUERY)
