"""A network file put into the tables and taken out again is the network that it was."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from jejaring.domain.mapping.actions.loading import file_months, load_network
from jejaring.domain.mapping.actions.reference import load_reference
from jejaring.domain.mapping.actions.season import declare_amounts
from jejaring.domain.mapping.models import Channel, Facility, LocalTrade, Potential
from jejaring.domain.parties.models import AuditLine, Cooperative, Network, Role, User
from jejaring.domain.partnering.snapshot import take_snapshot
from jejaring.engines import planning
from jejaring.engines.errors import Faults, Refusal
from jejaring.engines.planning.network_file import network_document
from jejaring.engines.planning.problem import Problem
from tests.engines.small_networks import EXAMPLE, example, read

AT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
CIANJUR = Path(__file__).parents[2] / "examples" / "cianjur-beras.xlsx"
NAMES = {"name", "kind", "supplier", "buyer", "role"}


def load(problem: Problem, name: str = "Jaringan") -> Network:
    return load_network(problem, name=name, region_code="32.03", by=None, at=AT).network


def taken(network: Network, problem: Problem) -> Problem:
    months = file_months(problem)
    return take_snapshot(network, first_month=months[0], months=len(months), at=AT).problem


def said(problem: Problem) -> dict[str, Any]:
    """Return what a plan is made from: without names, rows in one order, no goods that nobody names."""
    document = network_document(problem)
    used = json.dumps({name: table for name, table in document.items() if name != "products"}, default=str)
    document["products"] = [row for row in document["products"] if f'"{row["code"]}"' in used]
    for table in document.values():
        if isinstance(table, list):
            for row in table:
                for name in NAMES & set(row):
                    del row[name]
                if "products" in row:
                    row["products"].sort()
            table.sort(key=lambda row: json.dumps(row, sort_keys=True, default=str))
    return {name: table for name, table in document.items() if name not in {"name", "note"}}


def test_cianjur_from_the_tables_is_the_same_network_and_plan(db: None) -> None:
    problem = planning.read(CIANJUR)
    again = taken(load(problem), problem)
    assert said(again) == said(problem)


@pytest.mark.slow
def test_cianjur_from_the_tables_is_worth_the_same(db: None) -> None:
    problem = planning.read(CIANJUR)
    before, after = planning.solve(problem), planning.solve(taken(load(problem), problem))
    assert (after.value_idr, after.surplus_idr) == (before.value_idr, before.surplus_idr)


def test_the_same_file_again_doubles_nothing(db: None) -> None:
    problem = read(example())
    first, second = load(problem), load(problem, "Jaringan lagi")
    assert Cooperative.objects.count() == 2
    assert said(taken(second, problem)) == said(problem)
    assert Potential.objects.count() == 1
    assert Channel.objects.count() == 2
    assert Facility.objects.count() == 2
    assert first.pk != second.pk
    assert AuditLine.objects.filter(action="network.load").count() == 2


def test_what_is_said_on_a_page_replaces_what_the_file_said(db: None) -> None:
    problem = read(example())
    network = load(problem)
    row = Potential.objects.get()
    by = User.objects.create(name="bendahara")
    declare_amounts(row.cooperative, Potential, row.product, {row.month: (1_500, "1,5 ton")}, by=by, at=AT)
    [supply] = network_document(taken(network, problem))["supplies"]
    assert supply["available_kg"] == 1_500


def test_a_name_that_is_taken_is_refused(db: None) -> None:
    load(read(example()))
    with pytest.raises(Refusal, match="already"):
        load(read(example()))


def test_what_cannot_be_kept_exactly_is_told_and_nothing_is_kept(db: None) -> None:
    network = example()
    network["supplies"][0]["available_kg"] = 1000.5
    network["storages"][0]["loss"] = 0.0000001
    with pytest.raises(Faults) as refused:
        load(read(network))
    assert {fault.place.path for fault in refused.value.faults} == {
        "supplies · a1 · gkp · 2026-03",
        "storages · g1",
    }
    assert not Network.objects.exists()
    assert not Cooperative.objects.exists()


def test_weeks_are_refused(db: None) -> None:
    network = example()
    network["periods"] = [{"code": "2026-W10"}]
    network["supplies"][0]["period"] = network["needs"][0]["period"] = "2026-W10"
    with pytest.raises(Faults, match="mended"):
        load(read(network))


def test_what_is_the_same_in_every_month_is_kept_once(db: None) -> None:
    load(read(example()))
    assert LocalTrade.objects.filter(month=None).count() == 2
    assert Channel.objects.filter(every_month=True).count() == 2


kilograms = st.none() | st.integers(0, 90_000)
prices = st.integers(0, 20_000_000).map(lambda thousandths: Decimal(thousandths) / 1000).map(float)
yields = st.integers(0, 1_000_000).map(lambda millionths: millionths / 1_000_000)


@st.composite
def networks(draw: st.DrawFn) -> dict[str, Any]:
    """Return the example with months that differ: other prices, limits, yields, steps, or none at all."""
    months = ["2026-03", "2026-04", "2026-05"]
    some = st.lists(st.sampled_from(months), min_size=1, unique=True)

    def steps() -> list[dict[str, Any]]:
        return draw(st.sampled_from([[], [{"from_kg": 20_000, "price_idr_per_kg": 30_000}]]))

    outlets = [
        {**EXAMPLE["outlets"][0], "period": month, "most_kg": draw(kilograms),
         "least_kg": draw(st.integers(0, 5)), "price_idr_per_kg": draw(prices), "steps": steps(),
         "pays_after_days": draw(st.sampled_from([0, 0, 30])),
         "evidence": draw(st.sampled_from(["", "diukur, 2026"]))}
        for month in draw(some)
    ]  # fmt: skip
    processes = [
        {**EXAMPLE["processes"][0], "period": month, "capacity_kg": draw(st.none() | st.integers(1, 60_000)),
         "outputs": {"beras": draw(st.sampled_from([0.532, 0.6])), "dedak": draw(yields)},
         "cost_idr_per_kg": draw(prices), "opening_cost_idr": draw(st.sampled_from([0, 0, 100_000])),
         "build_cost_idr": 5_000_000, "build_share": 0.25}
        for month in draw(some)
    ]  # fmt: skip
    local = [
        {"site": "a1", "product": "gkp", "period": month,
         "sell_idr_per_kg": draw(st.sampled_from([6000, 6100.125])), "most_sell_kg": draw(kilograms)}
        for month in draw(some)
    ]  # fmt: skip
    supplies = [
        {"site": "a1", "product": "gkp", "period": month, "available_kg": draw(st.integers(0, 10**6)),
         "cost_idr_per_kg": draw(prices)}
        for month in draw(some)
    ]  # fmt: skip
    network = example(
        format="jejaring-network/2",
        periods=[{"code": month} for month in months],
        outlets=outlets, processes=processes, local_trade=local, supplies=supplies,
        vehicles=[
            {"code": "truk", "owner": "B", "capacity_kg": 4500, "idr_per_km": 1360.5, "idr_per_trip": 50_000,
             "most_trips": draw(st.none() | st.integers(0, 9))},
            {"code": "sewa", "owner": None, "capacity_kg": 2000},
        ],
        today=[{"site": "a1", "product": "gkp", "period": "2026-04", "sells_kg": 10, "sells_idr_per_kg": 5000,
                "partner": "tengkulak"}],
        lane_rule=draw(st.sampled_from([
            None,
            {"detour": 1.3, "farthest_km": 40, "idr_per_kg": 60, "idr_per_kg_km": 4, "vehicle": "sewa",
             "detours": {"bukit": 1.6}, "nearest": 2, "fixed_cost_idr": 10},
        ])),
    )  # fmt: skip
    network["lanes"][0] |= {"vehicle": "truk", "km": draw(st.sampled_from([4, 4.25])), "loss": 0.01}
    network["products"][1] |= {"shelf_life_periods": 2, "loss_per_100_km": 0.001}
    network["parties"][0] |= {"cash_idr": 10**7, "pays_members_after_days": 3}
    network["sites"][0]["terrain"] = "bukit"
    return network


class RoundTrips(TestCase):
    """Drawn networks; each example in a transaction of its own."""

    @settings(max_examples=20)
    @given(networks())
    def test_a_drawn_network_comes_back_as_it_was(self, network: dict[str, Any]) -> None:
        problem = read(network)
        assert said(taken(load(problem), problem)) == said(problem)

    @pytest.mark.slow
    @settings(max_examples=300)
    @given(networks())
    def test_many_drawn_networks_come_back_as_they_were(self, network: dict[str, Any]) -> None:
        problem = read(network)
        assert said(taken(load(problem), problem)) == said(problem)


def test_months_outside_the_horizon_are_left_out(db: None) -> None:
    problem = read(example())
    network = load(problem)
    only = take_snapshot(network, first_month=date(2026, 3, 1), months=1, at=AT).problem
    assert only.periods == ("2026-03",)
    assert len(only.needs.kg) == 0
    assert len(only.supplies.site) == 1


def test_a_co_op_of_somebody_else_is_not_written_over(db: None) -> None:
    network = example()
    for party in network["parties"]:
        party["village"] = "32.05.01.2001"
    load_network(read(network), name="Garut", region_code="32.05", by=None, at=AT)
    guide = User.objects.create(name="facilitator")
    Role.objects.create(user=guide, kind=Role.Kind.FACILITATOR, region_code="32.03")
    with pytest.raises(Faults) as refused:
        load_network(read(network), name="Lain", region_code="32.03", by=guide, at=AT)
    assert [fault.wrong.code for fault in refused.value.faults] == ["load.not_yours"] * 2
    assert Network.objects.count() == 1
    Role.objects.create(user=guide, kind=Role.Kind.FACILITATOR, region_code="32.05")
    made = load_network(read(network), name="Lain", region_code="32.03", by=guide, at=AT)
    assert (made.created, made.matched) == (0, 2)


@pytest.mark.slow
def test_cianjur_beside_the_reference_data_is_the_same_network(db: None) -> None:
    load_reference()
    problem = planning.read(CIANJUR)
    made = load_network(problem, name="Jaringan", region_code="32.03", by=None, at=AT)
    assert said(taken(made.network, problem)) == said(problem)
    again = load_network(problem, name="Jaringan lagi", region_code="32.03", by=None, at=AT)
    assert (again.created, again.matched) == (0, 31)
    assert said(taken(again.network, problem)) == said(problem)
