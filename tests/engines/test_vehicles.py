"""Lorries: what full loads cost, how far one goes round in a period, whom it belongs to, and its trips."""

from __future__ import annotations

import itertools
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from jejaring.engines.planning import solver
from jejaring.engines.planning.evaluate import broken_rules
from jejaring.engines.planning.families import program
from jejaring.engines.planning.headroom import tightened
from jejaring.engines.planning.plan import FlowTable
from jejaring.engines.planning.questions.trips import trips
from jejaring.engines.planning.sharing import groups, worths
from jejaring.engines.planning.trimming import trimmed
from tests.engines.version_two import Object, Solved, read, second, solved
from tests.referee.worlds import lane, outlet, supply

SITES = {"a": "A", "b": "B", "c": "C", "m": None}


def lorry(**more: object) -> Object:
    """Return C's lorry: 50 kg, twice in a period, for nothing."""
    return {"code": "v", "owner": "C", "capacity_kg": 50, "most_trips": 2, **more}


def by_lorry(site: str, **more: object) -> Object:
    """Return the lorry's lane from a site to market, 10 km."""
    return lane(site, "m", vehicle="v", km=10, **more)


def hauled(vehicle: Object, *lanes: Object, **sections: object) -> Object:
    """Return 80 kg at A's for 1 and at B's for 2, B's buyer at market for 10, and C with a lorry."""
    return second(
        sites=SITES,
        supplies=[supply(80, 1), supply(80, 2, "b")],
        outlets=[outlet(1000, 10, "m", owner="B")],
        lanes=list(lanes)
        or [lane("a", "m", vehicle="v", km=10, capacity_kg=30), lane("b", "m", vehicle="v", km=10)],
        vehicles=[vehicle],
        **sections,
    )


def test_a_lorry_goes_round_as_often_as_it_can_and_no_more() -> None:
    found = solved(hauled(lorry()))
    # 30 kg of A's, for which its lane has room, gain 9 each; the other 70 that two trips carry gain 8.
    assert (found.kg("lanes", **{"from": "a"}), found.kg("lanes", **{"from": "b"})) == (30, 70)
    assert found.plan.value_idr == found.plan.bound_idr == 30 * 9 + 70 * 8
    assert found.plan.certificate.bound_proof == "duals"


def test_full_trips_are_scarce_and_belong_to_who_owns_the_lorry() -> None:
    found = solved(hauled(lorry()))
    scarce = [
        (each["table"], each.get("code"), each["owner"], each["limit_kg"], each["worth_idr_per_kg"])
        for each in found.document["scarce"]
    ]
    # One more kilogram on the lorry brings 8; on A's lane it takes the place of one of B's: 1 more.
    assert scarce == [("vehicles", "v", "C", 100, 8), ("lanes", None, "A", 30, 1)]
    assert found.payoff("market") == {"A": 30, "B": 0, "C": 800}
    assert all(share.stable for share in found.shares if share.rule in ("market", "even_core"))


def test_a_single_lane_of_a_lorry_leaves_the_worth_of_its_trips_with_its_owner() -> None:
    found = solved(hauled(lorry(), lane("a", "m", vehicle="v", km=10)))
    assert found.kg("lanes") == 80
    short = solved(hauled(lorry(most_trips=1), lane("a", "m", vehicle="v", km=10)))
    assert short.payoff("market") == {"A": 0, "B": 0, "C": 450}


def test_without_the_owner_of_the_lorry_nothing_moves() -> None:
    found = solved(hauled(lorry()))
    assert list(found.plan.alone_idr) == [0, 0, 0]
    everything = trimmed(program(found.problem))[0]
    worth = worths.every_group(everything, solver.Limits())
    by_names = {
        "".join("ABC"[i] for i, member in enumerate(np.frombuffer(key, dtype=bool)) if member): value
        for key, (value, _) in worth.items()
    }
    assert by_names == pytest.approx({"A": 0, "B": 0, "C": 0, "AB": 0, "AC": 0, "BC": 640})


def test_a_lorry_for_hire_has_no_owner_and_no_limit() -> None:
    found = solved(hauled({"code": "v", "capacity_kg": 50, "idr_per_trip": 100, "idr_per_km": 2.5}))
    # A full load costs 100 and 20 km at 2.5: 3 for each kilogram.
    assert found.plan.value_idr == 30 * (10 - 1 - 3) + 80 * (10 - 2 - 3)
    assert found.plan.alone_idr[1] == 80 * 5


def test_a_lorry_bears_its_fixed_cost_of_a_lane_only_with_its_owner() -> None:
    network = hauled(
        lorry(), lane("a", "m", vehicle="v", km=10, fixed_cost_idr=100), lane("b", "m", vehicle="v", km=10)
    )
    found = solved(network)
    # A's 80 kg for 9, less 100, and 20 of B's for 8; B's 80 and nothing of A's would bring 640.
    assert found.plan.value_idr == pytest.approx(80 * 9 - 100 + 20 * 8)
    assert found.plan.alone_idr == (0, 0, 0)


def test_flows_beyond_the_trips_of_a_lorry_break_a_rule() -> None:
    found = solved(hauled(lorry()), shared=False)
    flows = found.plan.flows
    more = FlowTable(flows.lanes.row, flows.lanes.period, flows.lanes.kg + np.array([0, 1]))
    supplies = FlowTable(flows.supplies.row, flows.supplies.period, flows.supplies.kg + np.array([0, 1]))
    assert broken_rules(found.problem, replace(flows, lanes=more, supplies=supplies)) == ("vehicles",)


def test_parts_of_a_kilogram_that_a_lorry_could_carry_stay_behind() -> None:
    found = solved(hauled(lorry(capacity_kg=50.5, most_trips=3)), shared=False)
    assert found.kg("lanes") == 110
    found = solved(hauled(lorry(capacity_kg=33.5, most_trips=3)), shared=False)
    assert found.plan.value_idr == pytest.approx(30 * 9 + 70.5 * 8)
    assert found.kg("lanes") == 100


def test_trips_are_counted_whole_for_each_lane_and_period() -> None:
    found = solved(hauled(lorry(idr_per_trip=10, idr_per_km=1, most_trips=3)), shared=False)
    told = trips(found.problem, found.plan)
    # A trip costs 10 and 20 km at 1: 30. A's 30 kg take one, B's 80 take two, of which the last isn't full.
    assert [(each.lane, each.kg, each.trips, each.km) for each in told.lanes] == [
        (0, 30, 1, 20),
        (1, 80, 2, 40),
    ]
    assert [each.full_loads_idr for each in told.lanes] == pytest.approx([18, 48])
    assert [each.whole_trips_idr for each in told.lanes] == pytest.approx([30, 60])
    (all_trips,) = told.vehicles
    assert (all_trips.kg, all_trips.trips, all_trips.km) == (110, 3, 60)
    assert all_trips.most_trips == 3
    assert told.beyond_full_loads_idr == pytest.approx(24)
    assert found.plan.lines.lanes_idr == pytest.approx(66)


def test_a_plan_without_lorries_makes_no_trips() -> None:
    found = solved(hauled(lorry(), lane("a", "m")), shared=False)
    assert found.kg("lanes") == 80
    assert not trips(found.problem, found.plan).lanes


def drawn(seed: int) -> Object:
    """Return four parties with supplies and buyers, lanes that three lorries serve, some with limits."""
    random = Random(f"lorries {seed}")
    names = ["A", "B", "C", "D"]
    sites = {"a": "A", "b": "B", "c": "C", "d": "D", "m": None}
    lanes = [
        lane(start, end, random.randint(0, 2), km=random.randint(1, 9),
             vehicle=random.choice(["v0", "v1", "v2", None]),
             **({"capacity_kg": random.choice([None, 5, 20])} if {start, end} != {"m"} else {}),
             fixed_cost_idr=random.choice([0, 0, 0, 15]), loss=random.choice([0, 0, 0.1]))
        for start, end in itertools.permutations(sites, 2)
        if random.random() < 0.5
    ]  # fmt: skip
    return second(
        "t1 t2",
        sites=sites,
        supplies=[supply(random.randint(5, 30), random.randint(1, 5), site, period="*") for site in "abcd"],
        outlets=[
            {**outlet(random.randint(5, 40), random.randint(5, 20), random.choice("abcdm")), "code": f"o{k}",
             "owner": random.choice(names)}
            for k in range(4)
        ],
        lanes=lanes,
        vehicles=[
            {"code": f"v{k}", "owner": random.choice(names), "capacity_kg": random.choice([4, 10]),
             "idr_per_trip": random.choice([0, 8]), "most_trips": random.choice([1, 2, 3])}
            for k in range(3)
        ],
    )  # fmt: skip


def of_group(network: Object, group: tuple[str, ...]) -> Object:
    """Return what a group of parties may use of `network`, said from the format."""
    sites = [row for row in network["sites"] if row["party"] in (*group, None)]
    places = {row["code"] for row in sites}
    vehicles = [row for row in network["vehicles"] if row["owner"] in group]
    theirs = {row["code"] for row in vehicles} | {None}
    return {
        **network,
        "parties": [row for row in network["parties"] if row["code"] in group],
        "sites": sites,
        "supplies": [row for row in network["supplies"] if row["site"] in places],
        "outlets": [row for row in network["outlets"] if row["owner"] in group and row["site"] in places],
        "lanes": [
            row for row in network["lanes"] if {row["from"], row["to"]} <= places and row["vehicle"] in theirs
        ],
        "vehicles": vehicles,
    }


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(25))
def test_groups_are_worth_what_they_can_do_with_their_own_lorries(seed: int) -> None:
    network = drawn(seed)
    found: Solved = solved(network)
    limits = solver.Limits()
    joint = tightened(trimmed(program(found.problem))[0], limits)
    worth = worths.every_group(joint, limits)
    names = found.problem.parties.codes
    for key, (value, _) in worth.items():
        flags = np.frombuffer(key, dtype=bool)
        group = tuple(name for name, member in zip(names, flags, strict=True) if member)
        by_itself = solved(of_group(network, group), shared=False)
        assert value == pytest.approx(by_itself.plan.value_idr, abs=1e-3)
        if len(group) == 1:
            assert found.plan.alone_idr[names.index(group[0])] == pytest.approx(value, abs=1e-3)
    for share in found.shares:
        paid = np.array(share.payoff_idr, dtype=float)
        worst = max(value - paid[np.frombuffer(key, dtype=bool)].sum() for key, (value, _) in worth.items())
        searched = groups.Search.over(joint, limits).worst(paid, limits)
        assert searched.gain_idr == pytest.approx(worst, abs=1.0)
        assert share.worst_group_gain_idr == pytest.approx(worst, abs=1.0)


def test_overlapping_limits_are_proved_to_the_rupiah() -> None:
    for seed in range(25, 60):
        network = drawn(seed)
        network["lanes"] = [{**row, "fixed_cost_idr": 0} for row in network["lanes"]]
        assert read(network).vehicles.most_kg.fractions()
        found = solved(network, shared=False)
        assert found.plan.certificate.bound_proof == "duals"
        assert found.plan.bound_idr == pytest.approx(found.plan.value_idr, rel=1e-6, abs=1e-3)
