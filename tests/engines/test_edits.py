"""One number of a network set anew: the same as writing it so in the file."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from jejaring.engines.planning.network_file import write_network
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions import edits
from tests.engines.test_changes import NETWORK, problem_of

Edit = Callable[[Problem], Problem]

CASES: list[tuple[Edit, str, int, dict[str, Any]]] = [
    (
        lambda problem: edits.with_number(problem, "supplies", "cost_idr_per_kg", 0, Decimal("6400.25")),
        "supplies", 0, {"cost_idr_per_kg": 6400.25},
    ),
    (
        lambda problem: edits.with_number(problem, "processes", "output_yield", 0, Decimal("0.5353")),
        "processes", 0, {"outputs": {"beras": 0.5353}},
    ),
    (
        lambda problem: edits.with_number(problem, "processes", "capacity_kg", 0, Decimal(-1)),
        "processes", 0, {"capacity_kg": 0},
    ),
    (
        lambda problem: edits.with_channel_price(problem, "outlets", np.array([0]), Decimal(40)),
        "outlets", 0,
        {"price_idr_per_kg": 12040, "steps": [{"from_kg": 100, "price_idr_per_kg": 12340}]},
    ),
    (
        lambda problem: edits.with_added(problem, "processes", "cost_idr_per_kg", [0], Decimal(-400)),
        "processes", 0, {"cost_idr_per_kg": 0},
    ),
    (
        lambda problem: edits.with_share(problem, "storages", "capacity_kg", [0], 10),
        "storages", 0, {"capacity_kg": 45},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "table", "row", "fields"), CASES)
def test_an_edit_is_the_same_as_writing_the_number_in_the_file(
    edit: Edit, table: str, row: int, fields: dict[str, Any]
) -> None:
    document = deepcopy(NETWORK)
    document[table][row] |= fields
    assert write_network(edit(problem_of(NETWORK))) == write_network(problem_of(document))


def test_a_cheaper_way_is_cheaper_with_its_lorry_and_never_below_nothing() -> None:
    # 100 of its own and 150 for the lorry.
    problem = problem_of(NETWORK)
    assert edits.with_lane_cost(problem, 0, Decimal(30)).lanes.cost_idr_per_kg.fractions() == [220]
    assert edits.with_lane_cost(problem, 0, Decimal(300)).lanes.cost_idr_per_kg.fractions() == [0]


def test_goods_that_move_to_another_month_leave_the_rest_where_it_was() -> None:
    supplies = edits.with_supply_moved(problem_of(NETWORK), 0, 1, Decimal("399.5")).supplies
    assert [float(kg or 0) for kg in supplies.available_kg.fractions()] == [600.5, 399.5]
    assert supplies.period.tolist() == [0, 1]
    assert supplies.cost_idr_per_kg.fractions() == [6500, 6500]
