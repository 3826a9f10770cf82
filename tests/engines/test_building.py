"""Facilities that aren't there yet: one choice for all periods, and whether it pays to build."""

from __future__ import annotations

import json
from random import Random

import numpy as np
import pytest

from jejaring.engines.planning import solver
from jejaring.engines.planning.evaluate import earnings
from jejaring.engines.planning.families import program
from jejaring.engines.planning.headroom import tightened
from jejaring.engines.planning.plan_file import write_plan
from jejaring.engines.planning.plan_reading import read_plan
from jejaring.engines.planning.questions.candidates import candidates
from jejaring.engines.planning.sharing import worths
from jejaring.engines.planning.trimming import trimmed
from tests.engines.version_two import Object, second, solved
from tests.referee.worlds import lane, outlet, store, supply


def mill(**more: object) -> Object:
    """Return A's mill at a, to be built: 60 kg of paddy in each period, half of it rice."""
    return {"code": "p", "owner": "A", "site": "a", "input": "padi", "outputs": {"beras": 0.5}, "period": "*",
            "capacity_kg": 60, "build_cost_idr": 1000, **more}  # fmt: skip


def milled(*mills: Object, periods: str = "2026-03 2026-04", **sections: object) -> Object:
    """Return 100 kg of A's paddy a month at 2, and a buyer of rice at 24."""
    return second(
        periods,
        supplies=[supply(100, 2, product="padi")],
        outlets=[outlet(None, 24)],
        processes=list(mills),
        **sections,
    )


def test_what_is_built_is_paid_once_and_used_in_all_periods() -> None:
    found = solved(milled(mill()))
    # 60 kg of paddy at 2 make 30 kg of rice at 24: 600 a month.
    assert found.plan.value_idr == found.plan.surplus_idr == 2 * 600 - 1000
    assert found.plan.lines.building_idr == 1000
    (choice,) = found.document["choices"]
    assert choice == {"table": "processes", "row": 0, "period": None, "piece": choice["piece"]}
    assert found.document["surplus_lines"]["building_idr"] == 1000
    assert found.payoff("market") == {"A": 200, "B": 0}


def test_what_doesnt_pay_isnt_built() -> None:
    found = solved(milled(mill(build_cost_idr=1300)))
    assert found.plan.value_idr == 0
    assert not found.document["choices"]


def test_these_periods_bear_their_share_of_what_is_built() -> None:
    found = solved(milled(mill(build_cost_idr=12000, build_share=0.0625)))
    assert found.plan.lines.building_idr == 750
    assert found.plan.value_idr == 450


def test_a_mill_may_have_to_be_built_and_to_be_opened() -> None:
    found = solved(milled(mill(opening_cost_idr=50)))
    assert found.plan.value_idr == 1200 - 1000 - 2 * 50
    assert (found.plan.lines.opening_idr, found.plan.lines.building_idr) == (100, 1000)
    assert sorted(str(each["period"]) for each in found.document["choices"]) == ["2026-03", "2026-04", "None"]


def test_a_store_to_be_built_holds_nothing_before_but_has_its_opening_stock() -> None:
    network = second(
        "t1 t2 t3",
        supplies=[supply(100, 1, period="t1")],
        outlets=[{**outlet(30, 5, owner="A"), "period": period} for period in ("t1", "t2", "t3")],
        storages=[store(capacity_kg=100, build_cost_idr=100, opening_kg={"beras": 10})],
    )
    found = solved(network)
    # 10 kg are there; 30 kg are sold in t1 in any case, for 5. Building for 100 lets 30 more go in t2 and t3.
    assert found.plan.value_idr == pytest.approx(30 * 5 - 20 + 60 * 4 - 100)
    assert found.document["choices"][0]["table"] == "storages"
    dear = solved(
        {**network, "storages": [store(capacity_kg=100, build_cost_idr=250, opening_kg={"beras": 10})]}
    )
    assert dear.plan.value_idr == pytest.approx(30 * 5 - 20)
    assert not dear.document["flows"]["storages"]


def test_a_store_of_several_products_is_built_once() -> None:
    network = second(
        "t1 t2",
        supplies=[supply(20, 1, period="t1"), supply(20, 1, product="padi", period="t1")],
        outlets=[{**outlet(None, 9), "period": "t2"}, {**outlet(None, 9, product="padi"), "period": "t2"}],
        storages=[store(products=["beras", "padi"], capacity_kg=30, build_cost_idr=100)],
    )
    found = solved(network)
    assert found.kg("storages") == 30
    assert found.plan.value_idr == 30 * 8 - 100


def test_building_counts_once_however_often_a_facility_is_used() -> None:
    found = solved(milled(mill()), shared=False)
    assert earnings(found.problem, found.plan.flows).lines.building_idr == 1000


def test_a_group_with_the_owner_may_build_and_no_other() -> None:
    network = milled(
        mill(owner="B", site="b"),
        lanes=[{**lane("a", "b"), "products": ["padi"]}, lane("b", "a")],
    )
    found = solved(network)
    assert found.plan.value_idr == 200
    assert list(found.plan.alone_idr) == [0, 0]
    assert found.payoff("even_core") == {"A": 100, "B": 100}


def test_a_plan_with_what_is_built_is_read_as_it_was_written() -> None:
    found = solved(milled(mill()))
    written = write_plan(found.problem, found.plan, found.shares)
    plan, shares = read_plan(found.problem, written)
    assert plan.choices == found.plan.choices
    assert plan.lines == found.plan.lines
    assert write_plan(found.problem, plan, shares) == written


def test_a_candidate_that_pays_says_in_how_many_months() -> None:
    found = solved(milled(mill()))
    (candidate,) = candidates(found.problem, found.plan)
    assert candidate.built
    assert candidate.gain_idr == pytest.approx(1200)
    assert candidate.gains_idr == pytest.approx((1200, 0))
    # March and April have 61 days, a month of the calendar 30.4375.
    assert candidate.months == pytest.approx(61 / 30.4375)
    assert candidate.payback_months == pytest.approx(1000 / 1200 * 61 / 30.4375)
    assert candidate.life_months == pytest.approx(candidate.months)
    assert candidate.used_share == 1
    assert candidate.break_even_idr == 1200
    assert candidate.confirmed
    assert candidate.verdict.code == "candidate.pays"


def test_a_candidate_too_dear_says_so() -> None:
    found = solved(milled(mill(build_cost_idr=20000, build_share=0.1)))
    (candidate,) = candidates(found.problem, found.plan)
    assert not candidate.built
    assert candidate.borne_idr == 2000
    assert candidate.break_even_idr == 12000
    assert candidate.confirmed
    assert candidate.verdict.code == "candidate.dear"
    assert candidate.payback_months == pytest.approx(20000 / 1200 * candidate.months)
    assert candidate.life_months == pytest.approx(10 * candidate.months)


def test_a_candidate_that_nobody_needs_brings_nothing() -> None:
    found = solved(milled(mill(input="dedak")))
    (candidate,) = candidates(found.problem, found.plan)
    assert (candidate.gain_idr, candidate.payback_months) == (0, None)
    assert candidate.verdict.code == "candidate.nothing"


def test_of_two_candidates_each_is_judged_beside_the_other() -> None:
    # Both together could work on 120 kg, but there are 100: the second brings 40 kg of paddy, 400 a month.
    found = solved(milled(mill(build_cost_idr=700), mill(code="q", build_cost_idr=700)))
    first, other = candidates(found.problem, found.plan)
    assert (first.built, other.built) == (True, True)
    assert (first.gain_idr, other.gain_idr) == pytest.approx((800, 800))
    dear = solved(milled(mill(build_cost_idr=700), mill(code="q", build_cost_idr=900)))
    assert dear.plan.value_idr == 500
    assert [each.built for each in candidates(dear.problem, dear.plan)] == [True, False]


def test_a_store_is_a_candidate_too() -> None:
    network = second(
        "2026-W01 2026-W02",
        supplies=[supply(100, 1, period="2026-W01")],
        outlets=[{**outlet(30, 5), "period": "2026-W02"}],
        storages=[store(capacity_kg=100, build_cost_idr=100)],
    )
    found = solved(network)
    (candidate,) = candidates(found.problem, found.plan)
    assert candidate.built
    assert candidate.gain_idr == pytest.approx(120)
    assert candidate.used_share == pytest.approx(0.3)
    assert candidate.months == pytest.approx(14 / 30.4375)


def drawn(seed: int) -> Object:
    """Return three parties with paddy, mills and stores to be built or there already, over three periods."""
    random = Random(f"buildings {seed}")
    sites = {"a": "A", "b": "B", "c": "C", "m": None}
    network = second("t1 t2 t3", sites=sites)
    network["supplies"] = [
        supply(random.randint(10, 60), random.randint(1, 4), site, "padi", period)
        for site in "abc"
        for period in ("t1", "t2")
        if random.random() < 0.8
    ]
    network["outlets"] = [
        {**outlet(random.randint(10, 60), random.randint(10, 30), random.choice("abcm")), "code": f"o{k}",
         "owner": random.choice("ABC")}
        for k in range(3)
    ]  # fmt: skip
    network["processes"] = [
        {**mill(), "code": f"p{k}", "owner": random.choice("ABC"), "site": random.choice("abc"),
         "capacity_kg": random.choice([None, 30, 60]), "build_cost_idr": random.choice([0, 100, 400]),
         "build_share": random.choice([1, 0.5]), "opening_cost_idr": random.choice([0, 0, 20])}
        for k in range(3)
    ]  # fmt: skip
    network["storages"] = [
        store(code=f"g{k}", owner=random.choice("ABC"), site=random.choice("abcm"),
              products=random.choice([["beras"], ["padi", "beras"]]),
              capacity_kg=random.choice([None, 20, 60]),
              build_cost_idr=random.choice([0, 50, 200]), loss=random.choice([0, 0.1]))
        for k in range(2)
    ]  # fmt: skip
    network["lanes"] = [
        {**lane(start, end, random.randint(0, 2)), "products": ["padi", "beras"]}
        for start in sites
        for end in sites
        if start != end and random.random() < 0.6
    ]
    return network


def best_by_hand(network: Object) -> float:
    """Return the best value over all ways to build: each way is planned as if nothing else were there."""
    to_build = [
        (table, row) for table in ("processes", "storages") for row in network[table] if row["build_cost_idr"]
    ]
    best = -np.inf
    for way in range(2 ** len(to_build)):
        taken = [row for k, (_, row) in enumerate(to_build) if way >> k & 1]
        rows = {
            table: [
                {**row, "build_cost_idr": 0, "build_share": 1}
                for row in network[table]
                if not row["build_cost_idr"] or row in taken
            ]
            for table in ("processes", "storages")
        }
        paid = sum(row["build_cost_idr"] * row.get("build_share", 1) for row in taken)
        best = max(best, solved({**network, **rows}, shared=False).plan.value_idr - paid)
    return best


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_no_other_way_to_build_is_better(seed: int) -> None:
    network = drawn(seed)
    found = solved(network)
    assert found.plan.value_idr == pytest.approx(best_by_hand(network), rel=1e-6, abs=0.01)
    assert found.plan.surplus_idr <= found.plan.value_idr + 1e-6
    joint = tightened(trimmed(program(found.problem))[0], solver.Limits())
    for key, (worth, _) in worths.every_group(joint, solver.Limits()).items():
        group = [name for name, member in zip("ABC", np.frombuffer(key, dtype=bool), strict=True) if member]
        places = {row["code"] for row in network["sites"] if row["party"] in (*group, None)}
        part = {
            **network,
            "parties": [row for row in network["parties"] if row["code"] in group],
            "sites": [row for row in network["sites"] if row["code"] in places],
            "supplies": [row for row in network["supplies"] if row["site"] in places],
            "lanes": [row for row in network["lanes"] if {row["from"], row["to"]} <= places],
        }
        for table in ("outlets", "processes", "storages"):
            part[table] = [row for row in network[table] if row["owner"] in group and row["site"] in places]
        assert worth == pytest.approx(solved(part, shared=False).plan.value_idr, rel=1e-6, abs=0.01)
    for candidate in candidates(found.problem, found.plan):
        assert candidate.confirmed
        if candidate.built:
            assert candidate.gain_idr >= float(candidate.borne_idr) - 0.01


@pytest.mark.slow
def test_large_programs_are_built_period_by_period_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [solved(drawn(seed), shared=False).plan for seed in range(8)]
    monkeypatch.setattr(solver, "_LARGE", 1)
    for seed, plan in enumerate(values):
        again = solved(drawn(seed), shared=False).plan
        assert again.value_idr == pytest.approx(plan.value_idr, rel=1e-6, abs=0.01)


def test_nobody_is_told_of_a_mill_that_isnt_built() -> None:
    network = milled(mill(build_cost_idr=9000))
    network["local_trade"] = [{"site": "a", "product": "padi", "period": "*", "sell_idr_per_kg": 3}]
    network["outlets"].append({**outlet(10, 4, product="padi"), "code": "paddy"})
    found = solved(network)
    # 10 kg of paddy a month are sold for 4, the rest to the trader for 3; the mill would bring 12.
    assert found.plan.value_idr == 2 * (10 * 2 + 90)
    said = json.dumps([each["reasons"] for each in found.document["outcomes"]])
    assert "use.process" not in said
    assert "alone.no_way" in said
