"""A plan as plan.json: whole, in the problem's order, the same bytes each time, and read back the same."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejaring.engines.errors import Refusal, Sentence
from jejaring.engines.planning.plan import (
    RULES,
    Certificate,
    Flows,
    FlowTable,
    HandOver,
    Outcome,
    Partnership,
    Plan,
    Prices,
    Scarce,
    Share,
    SurplusLines,
)
from jejaring.engines.planning.plan_file import plan_document, write_plan
from jejaring.engines.planning.plan_reading import read_plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.schema import plan_schema
from tests.engines.small_networks import example, read
from tests.engines.test_interchange import assert_same

PROBLEM = read(
    example(
        lane_rule={"detour": 1.3, "farthest_km": 15, "idr_per_kg": 20, "idr_per_kg_km": 3.5},
    )
)


def flows(*rows: tuple[int, int, int]) -> FlowTable:
    """Return flows of (row, period, kg)."""
    row, period, kg = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return FlowTable(row, period, kg)


def small_plan() -> Plan:
    """Return a plan that has something of everything; it need not be a good one."""
    reason = Sentence(
        "why.price", "{party} pays {gain_idr_per_kg} more.", {"party": "B", "gain_idr_per_kg": 12.5}
    )
    nested = Sentence(
        "why.all",
        "{names}: {inner} {exact} {third} {many} {none}",
        {
            "names": ("A", "B"), "inner": reason, "exact": Decimal("0.10"), "third": Fraction(1, 3),
            "many": 7, "none": None,
        },
    )  # fmt: skip
    return Plan(
        status="optimal",
        value_idr=12345678.123456,
        bound_idr=12345678.5,
        gap=3.05e-8,
        surplus_idr=12345000.0,
        lines=SurplusLines(*(float(number) + 0.25 for number in range(11))),
        alone_idr=(1000.5, -20.0),
        flows=Flows(
            supplies=flows((0, 0, 120000)),
            outlets=flows((1, 1, 7), (0, 0, 30000)),
            sources=flows((0, 0, 800)),
            needs=flows((0, 1, 800)),
            local_sales=flows((0, 0, 5), (1, 1, 6)),
            local_purchases=flows((3, 1, 9)),
            processes=flows((0, 0, 60000), (1, 1, 1)),
            storages=flows((1, 0, 44), (0, 1, 2), (0, 0, 3)),
            lanes=flows((8, 0, 3), (0, 0, 1), (0, 1, 2), (4, 1, 5)),
        ),
        prices=Prices(
            site=np.array([1, 0, 0]), product=np.array([0, 1, 0]), period=np.array([0, 1, 1]),
            idr_per_kg=np.array([0.1, 6500.0, 1e-6]),
        ),
        scarce=(
            Scarce("outlets", 1, 1, 2, 1, -1, limit_kg=40000, worth_idr_per_kg=12.25),
            Scarce("storages", 0, 0, 0, -1, 1, limit_kg=50000, worth_idr_per_kg=3.0),
            Scarce("lanes", 0, 0, -1, -1, 0, limit_kg=30000, worth_idr_per_kg=1.0),
        ),
        partnerships=(
            Partnership(
                0, 1, "sale", (HandOver(1, 0, 0, 60000, 6600.5), HandOver(1, 0, 1, 1, 6600.0)), nested
            ),
            Partnership(1, 0, "pooled_buying", (HandOver(0, 3, 0, 800, 2400.0),), None),
        ),
        outcomes=(Outcome(0, 1000.5, True, (reason, nested)), Outcome(1, -20.0, False, ())),
        certificate=Certificate(
            solver="HiGHS", solver_version="1.15.1", solver_status="Optimal", seed=7, gap_asked=0.001,
            yes_no_choices=3, bound_proof="duals", linear_bound_idr=12345679.0, checks=(reason,),
        ),
    )  # fmt: skip


SHARES = tuple(
    Share(
        rule,
        (7000000 + number, 5345678 - number),
        (-5, 5),
        (1,),
        -0.5 + number,
        "exact",
        number == 0,
        float(number),
        needed_idr=(10.5, -2.0),
    )
    for number, rule in enumerate(RULES)
)


def in_order(plan: Plan) -> Plan:
    """Return `plan` with flows and prices in the problem's order, as a file has them."""
    tables = {}
    for name, table in vars(plan.flows).items():
        order = np.lexsort((table.period, table.row))
        tables[name] = FlowTable(table.row[order], table.period[order], table.kg[order])
    prices = plan.prices
    order = np.lexsort((prices.period, prices.product, prices.site))
    sorted_prices = Prices(
        *(getattr(prices, name)[order] for name in ("site", "product", "period", "idr_per_kg"))
    )
    return replace(plan, flows=Flows(**tables), prices=sorted_prices)


def test_a_plan_written_and_read_again_is_the_same() -> None:
    data = write_plan(PROBLEM, small_plan(), SHARES)
    plan, shares = read_plan(PROBLEM, data)
    assert_same(in_order(small_plan()), plan)
    assert shares == SHARES
    assert write_plan(PROBLEM, plan, shares) == data


def test_the_file_has_the_keys_and_names_of_the_format() -> None:
    document = json.loads(write_plan(PROBLEM, small_plan(), SHARES))
    jsonschema.Draft202012Validator.check_schema(plan_schema())
    jsonschema.validate(document, plan_schema())
    assert document["network_sha256"] == PROBLEM.sha256
    assert document["bound_proof"] == "duals"
    assert document["alone_idr"] == {"A": 1000.5, "B": -20}
    assert document["flows"]["outlets"] == [
        {"code": "o1", "period": "2026-03", "kg": 30000},
        {"code": "o1", "period": "2026-04", "kg": 7},
    ]
    assert document["flows"]["storages"] == [
        {"code": "g1", "product": "gkp", "period": "2026-03", "kg": 3},
        {"code": "g1", "product": "gkp", "period": "2026-04", "kg": 2},
        {"code": "g1", "product": "beras", "period": "2026-03", "kg": 44},
    ]
    assert document["flows"]["lanes"][-1] == {
        "from": "b1", "to": "a1", "product": "dedak", "period": "2026-03", "kg": 3,
    }  # fmt: skip
    assert document["sharing"]["equal"]["payoff_idr"] == {"A": 7000000, "B": 5345678}
    assert document["sharing"]["volume"]["worst_group"] == ["B"]
    assert document["scarce"][0]["code"] == "o1"
    assert document["scarce"][0]["period"] is None
    assert document["partnerships"][0]["kg"] == 60001


def test_whole_numbers_are_written_whole_and_others_with_at_most_six_decimals() -> None:
    plan = replace(small_plan(), value_idr=1e6, bound_idr=1 / 3, surplus_idr=-0.0000001, gap=1 / 3)
    document = plan_document(PROBLEM, plan, ())
    assert (document["value_idr"], document["bound_idr"], document["surplus_idr"]) == (1000000, 0.333333, 0)
    assert isinstance(document["value_idr"], int)
    assert document["gap"] == 0.333333333333
    assert json.dumps(document["surplus_idr"]) == "0"


def test_flows_of_nothing_are_left_out() -> None:
    plan = small_plan()
    plan = replace(plan, flows=replace(plan.flows, supplies=flows((0, 0, 0))))
    assert plan_document(PROBLEM, plan, ())["flows"]["supplies"] == []


def test_the_order_in_which_flows_were_found_leaves_no_trace() -> None:
    plan = small_plan()
    turned = FlowTable(*(column[::-1] for column in vars(plan.flows.lanes).values()))
    other = replace(plan, flows=replace(plan.flows, lanes=turned))
    assert write_plan(PROBLEM, plan, SHARES) == write_plan(PROBLEM, other, SHARES)


DAMAGED = "“plan.json” is damaged, or is the plan of another network ({what}). Plan again."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "“plan.json” isn't complete JSON. Plan again."),
        (b"\xff", "“plan.json” isn't complete JSON. Plan again."),
        (b"[" * 100_000, "“plan.json” isn't complete JSON. Plan again."),
        (b"[]", "“plan.json” isn't a plan of the format jejaring-plan/1."),
        (b'{"format": "jejaring-network/1"}', "“plan.json” isn't a plan of the format jejaring-plan/1."),
        (b'{"format": "jejaring-plan/1"}', DAMAGED.format(what="'alone_idr'")),
    ],
)
def test_what_is_no_plan_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_plan(PROBLEM, data)
    assert str(refused.value) == sentence


def test_the_plan_of_another_network_is_refused() -> None:
    data = write_plan(PROBLEM, small_plan(), SHARES)
    other: Problem = read(example(lanes=[]))
    with pytest.raises(Refusal) as refused:
        read_plan(other, data)
    assert refused.value.sentence.code == "plan.damaged"


WRITTEN = write_plan(PROBLEM, small_plan(), SHARES)


@given(st.integers(0, len(WRITTEN)), st.integers(0, 30), st.binary(max_size=5))
def test_a_plan_spoiled_anywhere_is_read_or_refused(start: int, length: int, put: bytes) -> None:
    assert_read_or_refused(WRITTEN[:start] + put + WRITTEN[start + length :])


@given(st.data())
def test_a_plan_with_a_strange_value_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    document: Any = json.loads(WRITTEN)
    spot = document
    while isinstance(spot, (dict, list)) and spot:
        keys = list(spot) if isinstance(spot, dict) else list(range(len(spot)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(spot[key], (dict, list)) or not spot[key] or data.draw(st.booleans()):
            spot[key] = data.draw(
                st.sampled_from([None, [], {}, "x", -1, 10**30, 1e308, True, [[1]], {"decimal": 5}])
            )
            break
        spot = spot[key]
    assert_read_or_refused(json.dumps(document).encode())


def assert_read_or_refused(data: bytes) -> None:
    try:
        plan, _ = read_plan(PROBLEM, data)
    except Refusal as refused:
        told = str(refused)
    else:
        assert isinstance(plan, Plan)
        return
    assert told.encode()
