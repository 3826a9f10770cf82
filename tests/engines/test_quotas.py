"""Planting quotas: what they add up to, whom they favour, and when is planted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jejaring.engines.errors import Faults
from jejaring.engines.planning import schema
from jejaring.engines.planning.interchange import read_json
from jejaring.engines.planning.plan import Flows, FlowTable, Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.plan_keys import documents
from jejaring.engines.planning.questions.quotas import Demand, quotas, split
from jejaring.engines.planning.solve import solve

NETWORK: dict[str, Any] = {
    "format": "jejaring-network/2",
    "periods": [{"code": "2026-W27"}, {"code": "2026-W28"}],
    "products": [{"code": "kol"}, {"code": "tomat"}],
    "parties": [{"code": "A"}, {"code": "B"}, {"code": "C"}],
    "sites": [{"code": each, "party": each.upper()} for each in "abc"],
    "supplies": [
        {"site": "a", "product": "kol", "period": "2026-W27", "available_kg": 900},
        {"site": "b", "product": "kol", "period": "2026-W28", "available_kg": 400},
    ],
    "local_trade": [
        {"site": site, "product": "kol", "period": "*", "sell_idr_per_kg": 3000} for site in ("a", "b")
    ],
    "crops": [{"product": "kol", "days_to_harvest": 85, "sorting_loss": 0.05, "safety": 0.1}],
    "growers": [
        {"site": "a", "product": "kol", "area_ha": 2, "kg_per_ha": 20000, "fulfilment": 0.9, "most_kg": 600},
        {"site": "b", "product": "kol", "area_ha": 1, "kg_per_ha": 20000, "fulfilment": 0.8},
        {"site": "c", "product": "kol", "area_ha": 0.5, "kg_per_ha": 16000, "fulfilment": 0.5,
         "least_kg": 100},
        {"site": "c", "product": "tomat", "area_ha": 0.5, "kg_per_ha": 20000},
    ],
}  # fmt: skip


def problem_of(**changes: Any) -> Problem:
    return read_json(json.dumps({**NETWORK, **changes}).encode())


def planned(problem: Problem) -> Plan:
    plan = solve(problem)
    assert plan.flows.supplies.kg.sum() == 1300
    return plan


def test_a_week_worked_out_on_paper() -> None:
    # Week 27: 900 kg / 0.95 / 0.9 = 1,052.6, so 1,053 kg to harvest.
    # Weights: A 2 x 20,000 x 0.9 = 36,000, B 16,000, C 4,000: of 1,053 A would get 676.9, above its
    # cap of 600, and C 75.2, below its floor of 100. With these two fixed B gets the other 353.
    problem = problem_of()
    found = quotas(problem, planned(problem))
    first = [quota for quota in found.quotas if quota.period == 0]
    assert [(quota.site, quota.harvest_kg, quota.planned_kg) for quota in first] == [
        (0, 600, 900),
        (1, 353, 0),
        (2, 100, 0),
    ]
    assert [quota.area_ha for quota in first] == [Fraction(3, 100), Fraction(353, 20000), Fraction(1, 160)]
    # The middle of week 27 is Thursday 2 July 2026; 85 days before it is 8 April, week 15.
    assert {quota.plants_on for quota in first} == {date(2026, 4, 8)}
    assert found.demands[0] == Demand(0, 0, 900, 1053, 1053, floors_kept=True)


def test_a_crop_that_the_plan_takes_nothing_of_has_no_quotas() -> None:
    problem = problem_of()
    found = quotas(problem, planned(problem))
    assert {quota.product for quota in found.quotas} == {problem.products.index("kol")}


def test_floors_above_what_is_needed_are_cut_and_it_is_said() -> None:
    growers = [
        {**row, "least_kg": 3 * kg} for row, kg in zip(NETWORK["growers"][1:3], (300, 100), strict=True)
    ]
    problem = problem_of(growers=growers)
    demand = quotas(problem, planned(problem)).demands[0]
    assert not demand.floors_kept
    parts = [quota.harvest_kg for quota in quotas(problem, planned(problem)).quotas if quota.period == 0]
    assert parts == [790, 263]  # 1,053 as 900 to 300


def test_where_all_are_at_their_caps_the_rest_stays_unplanted_and_it_is_said() -> None:
    growers = [{**NETWORK["growers"][0], "most_kg": 500.5}]
    problem = problem_of(growers=growers)
    demand = quotas(problem, planned(problem)).demands[0]
    assert (demand.harvest_kg, demand.given_kg) == (1053, 500)


@pytest.mark.parametrize(("days", "counted"), [(85, sum), (5, max)])
def test_land_is_counted_as_long_as_something_grows_on_it(days: int, counted: Any) -> None:
    # The two harvests lie 7 days apart: with 85 days both stand at once, with 5 days never.
    problem = problem_of(crops=[{**NETWORK["crops"][0], "days_to_harvest": days}])
    found = quotas(problem, planned(problem))
    own = [quota.harvest_kg for quota in found.quotas if quota.site == 0]
    assert len(own) == 2
    field = next(field for field in found.fields if field.site == 0)
    assert (field.area_ha, field.needed_ha) == (Fraction(2), Fraction(counted(own), 20000))


def test_without_crops_or_growers_there_is_nothing_to_say() -> None:
    for table in ("crops", "growers"):
        problem = problem_of(**{table: []})
        plan = planned(problem)
        assert quotas(problem, plan).quotas == ()
        assert "quotas" not in documents(problem, plan)


def test_losing_everything_in_sorting_is_a_fault() -> None:
    with pytest.raises(Faults):
        problem_of(crops=[{"product": "kol", "days_to_harvest": 85, "sorting_loss": 1}])


def test_the_plan_file_holds_the_quotas_as_its_schema_says() -> None:
    problem = problem_of()
    keys = documents(problem, planned(problem))["quotas"]
    assert keys["quotas"][0] == {
        "site": "a", "product": "kol", "period": "2026-W27", "harvest_kg": 600, "area_ha": 0.03,
        "planned_kg": 900, "plants_on": "2026-04-08", "plants_week": "2026-W15",
    }  # fmt: skip
    stated = schema.plan_schema()["properties"]["quotas"]
    assert set(stated["properties"]) == set(keys)
    for name, rows in keys.items():
        assert set(stated["properties"][name]["items"]["properties"]) == set(rows[0])


# --- dividing


LIMITED = st.lists(
    st.tuples(st.fractions(Fraction(1, 10), 50, max_denominator=20), st.integers(0, 40), st.integers(0, 60)),
    min_size=1,
    max_size=7,
)


@given(LIMITED, st.integers(0, 400))
def test_parts_add_up_and_keep_floors_and_caps(rows: list[tuple[Fraction, int, int]], total: int) -> None:
    weights = [weight for weight, _, _ in rows]
    least = [low for _, low, _ in rows]
    most = [low + more for _, low, more in rows]
    parts = split(total, weights, least, most)
    assert sum(parts) == min(total, sum(most))
    assert all(part <= high for part, high in zip(parts, most, strict=True))
    if total >= sum(least):
        assert all(low <= part for part, low in zip(parts, least, strict=True))
        free = [
            Fraction(part) / weight
            for part, weight, low, high in zip(parts, weights, least, most, strict=True)
            if low < part < high
        ]
        # Whoever is at no limit gets kilograms in proportion to its weight, but for rounding.
        assert not free or max(free) - min(free) <= 2 / min(weights)


@given(LIMITED, st.integers(0, 400), st.integers(0, 6), st.fractions(0, 30, max_denominator=10))
def test_more_land_never_means_a_smaller_part(
    rows: list[tuple[Fraction, int, int]], total: int, which: int, more: Fraction
) -> None:
    assume(which < len(rows))
    weights = [weight for weight, _, _ in rows]
    least = [low for _, low, _ in rows]
    most = [low + room for _, low, room in rows]
    before = split(total, weights, least, most)[which]
    weights[which] += more
    assert split(total, weights, least, most)[which] >= before


# --- other plans


def test_quotas_need_no_dates() -> None:
    problem = replace(problem_of(), periods=("early", "late"))
    found = quotas(problem, planned(problem))
    assert {quota.plants_on for quota in found.quotas} == {None}
    assert all(field.needed_ha > 0 for field in found.fields)


def test_what_the_plan_takes_is_counted_over_all_co_ops() -> None:
    problem = problem_of()
    plan = planned(problem)
    row = np.array([0, 1])
    flow = FlowTable(row, np.array([0, 0]), np.array([10, 32]))
    flows = Flows(**{**vars(plan.flows), "supplies": flow})
    found = quotas(problem, replace(plan, flows=flows))
    assert [demand.planned_kg for demand in found.demands] == [42]
