"""Numbers of a network that change together: the same as changing them in the file."""

from __future__ import annotations

import json
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from jejaring.engines.planning.interchange import read_json
from jejaring.engines.planning.network_file import write_network
from jejaring.engines.planning.problem import Selector
from jejaring.engines.planning.questions.changes import changed

NETWORK: dict[str, Any] = {
    "format": "jejaring-network/2",
    "periods": [{"code": "2026-03"}, {"code": "2026-04"}],
    "products": [{"code": "gkp"}, {"code": "beras"}, {"code": "urea"}],
    "parties": [{"code": "A"}, {"code": "H"}],
    "sites": [{"code": "a1", "party": "A"}, {"code": "h1", "party": "H"}],
    "supplies": [
        {"site": "a1", "product": "gkp", "period": "2026-03", "available_kg": 1000, "cost_idr_per_kg": 6500}
    ],
    "outlets": [
        {"code": "o", "owner": "H", "site": "h1", "product": "beras", "period": "2026-03", "most_kg": None,
         "price_idr_per_kg": 12000, "steps": [{"from_kg": 100, "price_idr_per_kg": 12300}]}
    ],
    "needs": [{"site": "a1", "product": "urea", "period": "2026-03", "kg": 7}],
    "local_trade": [{"site": "a1", "product": "urea", "period": "2026-03", "buy_idr_per_kg": 3000}],
    "processes": [
        {"code": "p", "owner": "H", "site": "h1", "input": "gkp", "outputs": {"beras": 0.53},
         "period": "2026-03", "capacity_kg": 900, "cost_idr_per_kg": 350}
    ],
    "storages": [
        {"code": "g", "owner": "H", "site": "h1", "products": ["beras"], "capacity_kg": 50, "loss": 0.6,
         "opening_kg": {"beras": 3}}
    ],
    "lanes": [
        {"from": "a1", "to": "h1", "products": ["gkp"], "cost_idr_per_kg": 100, "km": 10, "vehicle": "pickup"}
    ],
    "vehicles": [
        {"code": "pickup", "owner": "H", "capacity_kg": 1000, "idr_per_km": 5000, "idr_per_trip": 50000,
         "most_trips": 4}
    ],
}  # fmt: skip


def problem_of(document: dict[str, Any]) -> Any:
    return read_json(json.dumps(document).encode())


CASES = [
    (Selector("supplies", "available_kg", party=0), "0.9", ("supplies", 0, "available_kg"), 900),
    (Selector("supplies", "cost_idr_per_kg", product=0), "1.01", ("supplies", 0, "cost_idr_per_kg"), 6565),
    (Selector("outlets", "price_idr_per_kg", row="o"), "1.1", None, None),
    (Selector("outlets", "most_kg"), "0", ("outlets", 0, "most_kg"), 0),
    (Selector("outlets", "most_kg"), "0.5", ("outlets", 0, "most_kg"), None),
    (Selector("needs", "kg"), "1.1", ("needs", 0, "kg"), 8),
    (Selector("processes", "outputs", site=1), "0.5", ("processes", 0, "outputs"), {"beras": 0.265}),
    (Selector("processes", "capacity_kg", row="p", period=0), "0", ("processes", 0, "capacity_kg"), 0),
    (Selector("storages", "loss"), "2", ("storages", 0, "loss"), 1),
    (Selector("storages", "opening_kg", product=1), "2", ("storages", 0, "opening_kg"), {"beras": 6}),
    (Selector("lanes", "cost_idr_per_kg", site=0), "2", ("lanes", 0, "cost_idr_per_kg"), 200),
    (Selector("vehicles", "idr_per_km", party=1), "2", ("vehicles", 0, "idr_per_km"), 10000),
    (Selector("vehicles", "most_trips"), "0.5", ("vehicles", 0, "most_trips"), 2),
]


@pytest.mark.parametrize(("selector", "factor", "where", "value"), CASES)
def test_a_change_is_what_the_file_would_say_with_the_number_changed(
    selector: Selector, factor: str, where: tuple[str, int, str] | None, value: Any
) -> None:
    document = deepcopy(NETWORK)
    if where is None:
        document["outlets"][0]["price_idr_per_kg"] = 13200
        document["outlets"][0]["steps"][0]["price_idr_per_kg"] = 13530
    else:
        document[where[0]][where[1]][where[2]] = value
    after = changed(problem_of(NETWORK), [(selector, Decimal(factor))])
    wanted = problem_of(document)
    assert write_network(after) == write_network(wanted)
    assert after.lanes.cost_idr_per_kg.fractions() == wanted.lanes.cost_idr_per_kg.fractions()


@pytest.mark.parametrize(
    "selector",
    [
        Selector("supplies", "available_kg", party=1),
        Selector("supplies", "available_kg", period=1),
        Selector("outlets", "price_idr_per_kg", row="other"),
        Selector("storages", "capacity_kg", period=0),
        Selector("lanes", "cost_idr_per_kg", product=1),
        Selector("vehicles", "idr_per_km", party=0),
    ],
)
def test_what_nothing_is_selected_for_changes_nothing(selector: Selector) -> None:
    problem = problem_of(NETWORK)
    assert write_network(changed(problem, [(selector, Decimal(3))])) == write_network(problem)


def test_changes_of_one_scenario_come_one_after_the_other() -> None:
    twice = [(Selector("supplies", "available_kg"), Decimal("0.5"))] * 2
    assert changed(problem_of(NETWORK), twice).supplies.available_kg.fractions() == [250]


def test_hundreds_of_changes_keep_no_more_decimals_than_they_need() -> None:
    many = [(Selector("supplies", "available_kg"), Decimal("1.25"))] * 2
    many += [(Selector("supplies", "available_kg"), Decimal("0.8000"))] * 2
    many += [(Selector("supplies", "available_kg", party=0), Decimal("1.0000"))] * 400
    column = changed(problem_of(NETWORK), many).supplies.available_kg
    assert column.fractions() == [1000]
    assert column.places <= 4


def test_a_trip_there_and_back_is_spread_over_a_full_load() -> None:
    # 50,000 a trip and 2 × 10 km × 5,000: 150,000 for 1,000 kg, beside 100 of the lane's own.
    assert problem_of(NETWORK).lanes.cost_idr_per_kg.fractions() == [250]
