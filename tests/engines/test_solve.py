"""The best plan: small worlds on paper, random networks before the judge, brute force, another solver."""

from __future__ import annotations

import importlib.util
import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jejaring.engines.errors import Faults, Refusal
from jejaring.engines.planning import solve
from tests.engines.judged import Object, faults, of_group, planned, read
from tests.referee import games, grid, groups, model, networks, rules
from tests.referee.worlds import chain, lane, must_world, outlet, store, supply, world

ROOT = Path(__file__).resolve().parents[2]
ONE = {"a": "A"}


def source(most: Any, price: Any, site: str = "a", product: str = "beras", **more: Any) -> Object:
    """Return a source of A; a step is told as (from_kg, price)."""
    return {**outlet(most, price, site, product, **more), "code": "u" + site + product}


def process(worked: str, outputs: Object, **more: Any) -> Object:
    """Return a process of A at a that costs nothing."""
    row = {"code": "p" + worked, "owner": "A", "site": "a", "input": worked, "outputs": outputs}
    return {**row, "period": "*", "capacity_kg": None, "cost_idr_per_kg": 0, **more}


def assert_worth(network: Object, value: float, tolerance: float = 1e-6) -> None:
    """Check the value with paper, and the whole plan with the referee."""
    judged = planned(network)
    assert judged.plan.value_idr == pytest.approx(value, abs=tolerance)
    assert judged.plan.status == "optimal"
    assert faults(judged) == []


# --- on paper


def test_the_chain_earns_what_it_earns_on_paper() -> None:
    # V = 10 * (9 - 2 - 1) + 2 * (9 - 2 - 2) + 5 * (3 - 1).
    assert_worth(chain(), 80)


def test_a_need_that_must_be_met_is_met_the_cheapest_way() -> None:
    assert_worth(must_world(), -9)


def test_buying_more_for_less_and_throwing_the_rest_away_pays() -> None:
    # 50 kg at 5 cost less than 40 at 10: 40 * 20 - 50 * 5.
    assert_worth(world(sites=ONE, sources=[source(100, 10, steps=[(50, 5)])], outlets=[outlet(40, 20)]), 550)


def test_a_step_beyond_every_use_is_reached_where_the_source_has_no_limit() -> None:
    # 100 * 20 - 500 * 1.
    stepped = source(None, 10, steps=[(500, 1)])
    assert_worth(world(sites=ONE, sources=[stepped], outlets=[outlet(100, 20)]), 1500)


def test_a_store_that_loses_most_is_filled_until_enough_is_left() -> None:
    # 10 kg in t4 are 10 / 0.01 ** 3 kg in t1, at 1 each.
    network = world(
        "t1 t2 t3 t4",
        ONE,
        sources=[{**source(None, 2, steps=[(50, 1)]), "period": "t1"}],
        storages=[store(cost_idr_per_kg=0, loss=0.99)],
        outlets=[{**outlet(10, 1e9), "period": "t4"}],
    )
    assert_worth(network, 10 * 1e9 - 10 * 1e6, tolerance=1)


def test_tiny_yields_in_a_row_hide_no_plan() -> None:
    # 10 kg at the end are 10 / 0.1 ** 5 kg at the beginning, at 1 each.
    names = "pqrstu"
    network = world(
        sites=ONE,
        sources=[source(None, 2, product="p", steps=[(50, 1)])],
        processes=[process(one, {other: 0.1}) for one, other in itertools.pairwise(names)],
        outlets=[outlet(10, 1e9, product="u")],
    )
    assert_worth({**network, "products": [{"code": name} for name in names]}, 10 * 1e9 - 1e6, tolerance=1)


def test_one_capacity_and_one_fixed_cost_of_a_lane_hold_for_all_its_products() -> None:
    # 100 kg of rice for 8 each don't pay the lorry; with 801 as its cost nothing pays, with 799 it does.
    def hauled(fixed: int) -> Object:
        way = {**lane("a", "m", 0, capacity_kg=100, fixed_cost_idr=fixed), "products": ["beras", "dedak"]}
        return world(
            sites={"a": "A", "m": None},
            supplies=[supply(100, 1), supply(100, 1, product="dedak")],
            outlets=[outlet(100, 9, "m"), outlet(100, 3, "m", "dedak")],
            lanes=[way],
        )

    assert_worth(hauled(5000), 0)
    assert_worth(hauled(801), 0)
    assert_worth(hauled(799), 1)


def test_a_mill_and_a_store_without_capacity_do_nothing_but_the_stock_is_sold() -> None:
    network = world(
        sites=ONE,
        supplies=[supply(100, 1, product="padi")],
        processes=[process("padi", {"beras": 0.5}, capacity_kg=0)],
        storages=[store(capacity_kg=0, opening_kg={"beras": 5})],
        outlets=[outlet(10, 9)],
    )
    assert_worth(network, 45)


def test_parties_and_sites_without_any_row_earn_nothing() -> None:
    assert_worth(world(), 0)
    assert_worth(world(sites={"m": None}) | {"parties": [{"code": "A"}]}, 0)


def test_a_process_may_give_back_part_of_its_input() -> None:
    # 3 kg bought and 1 kg come back: 4 kg make 2 of rice, for 4 of opening.
    back = process("padi", {"beras": 0.5, "padi": 0.25}, capacity_kg=4, opening_cost_idr=4)
    paddy = supply(4, 1, product="padi")
    assert_worth(world(sites=ONE, supplies=[paddy], processes=[back], outlets=[outlet(5, 9)]), 18 - 3 - 4)


def test_a_process_may_make_more_of_its_input() -> None:
    # 10 kg grow to 10.5.
    more = process("padi", {"padi": 1.1}, capacity_kg=5)
    paddy = supply(10, 1, product="padi")
    rows = [outlet(20, 9, product="padi")]
    assert_worth(world(sites=ONE, supplies=[paddy], processes=[more], outlets=rows), 10.5 * 9 - 10)


def ring(most: int | None) -> Object:
    """Return two processes that make goods out of nothing, and an outlet."""
    works = [process("padi", {"beras": 2}), process("beras", {"padi": 1})]
    return world(sites=ONE, processes=works, outlets=[outlet(most, 9)])


def test_a_ring_that_grows_earns_what_its_outlet_takes() -> None:
    assert_worth(ring(10), 90)


AWAY = {"a": "A", "b": "A"}
UNBOUNDED: dict[str, Object] = {
    "bought and sold at one place": world(sources=[source(None, 5)], outlets=[outlet(None, 9)]),
    "over a lane with a fixed cost": world(
        sites=AWAY,
        sources=[source(None, 5)],
        lanes=[lane("a", "b", 1, fixed_cost_idr=5)],
        outlets=[outlet(None, 99, "b")],
    ),
    "through a process that must be opened": world(
        sites=AWAY,
        sources=[source(None, 5, product="padi")],
        processes=[process("padi", {"beras": 0.5}, opening_cost_idr=10)],
        lanes=[lane("a", "b", 1)],
        outlets=[outlet(None, 99, "b")],
    ),
    "out of a ring that grows": ring(None),
    "behind a least quantity": world(sources=[source(None, 5)], outlets=[outlet(None, 9, least_kg=7)]),
    "by the last of its steps only": world(
        sources=[source(None, 9)], outlets=[outlet(None, 5, steps=[(10, 10)])]
    ),
    "out of an outlet at another time": world(
        "t1 t2",
        sources=[{**source(None, 5), "period": "t1"}],
        storages=[store(loss=0.5)],
        outlets=[{**outlet(None, 11), "period": "t2"}],
    ),
}


@pytest.mark.parametrize("how", UNBOUNDED)
def test_a_network_that_earns_without_end_is_refused(how: str) -> None:
    # Reading may find it already, as a fault of the file, or only solving.
    with pytest.raises(Refusal) as refused:
        solve(read(UNBOUNDED[how]))
    sentences = refused.value.faults if isinstance(refused.value, Faults) else [refused.value]
    assert all("without" in str(sentence) for sentence in sentences), sentences


# --- random networks before the judge


def sweep(kind: str, seeds: range) -> None:
    """Judge the plans of random networks, all of them before the first complaint."""
    complaints: dict[int, list[str]] = {}
    for seed in seeds:
        if kind == "linear":
            network = networks.linear(seed, 4 + seed % 3, 1 + seed % 3)
        else:
            network = getattr(networks, kind)(seed)
        judged = planned(network)
        found = faults(judged, games.game_of(judged.network))
        if found:
            complaints[seed] = found
    assert not complaints


def chunks(kind: str, first: int, last: int, size: int) -> list[Any]:
    """Return the seeds in pieces, so that all cores have something to do."""
    return [
        pytest.param(kind, range(start, min(last, start + size)), id=f"{kind} {start}")
        for start in range(first, last, size)
    ]


@pytest.mark.parametrize(
    ("kind", "seeds"),
    [
        *chunks("small", 3, 4, 1),
        *chunks("small", 5, 6, 1),
        *chunks("yesno", 0, 8, 2),
        *chunks("linear", 0, 10, 5),
        *chunks("tiny", 0, 100, 20),
    ],
)
def test_plans_of_random_networks_have_no_faults(kind: str, seeds: range) -> None:
    sweep(kind, seeds)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "seeds"),
    [
        *chunks("small", 10, 20, 1),
        *chunks("yesno", 100, 220, 10),
        *chunks("linear", 100, 300, 20),
        *chunks("tiny", 1000, 3400, 100),
        *chunks("coreless", 100, 300, 20),
    ],
)
def test_plans_of_many_random_networks_have_no_faults(kind: str, seeds: range) -> None:
    sweep(kind, seeds)


# --- brute force


@pytest.mark.parametrize("seeds", [range(15), range(15, 30)], ids=["0", "15"])
def test_no_whole_kilograms_of_a_tiny_network_are_better(seeds: range) -> None:
    for seed in seeds:
        network = networks.tiny(seed)
        judged = planned(network)
        best = float(grid.best_surplus(judged.network))
        assert judged.plan.surplus_idr <= best + 1e-6, f"seed {seed}"
        assert best <= judged.plan.value_idr + 1e-6, f"seed {seed}"
        for party, told in judged.document["alone_idr"].items():
            assert float(grid.best_surplus(judged.network, [party])) <= told + 1e-6, f"seed {seed}"


def test_where_only_whole_kilograms_make_sense_brute_force_finds_the_value_itself() -> None:
    # No yields, no losses, no choices: the program of flows alone has a whole best plan.
    counted = 0
    for seed in range(200, 300):
        network = networks.tiny(seed)
        network |= {"processes": [], "storages": [], "sources": []}
        for row in network["outlets"]:
            row |= {"least_kg": 0, "steps": []}
        for row in network["lanes"]:
            row |= {"products": row["products"][:1], "fixed_cost_idr": 0}
        judged = planned(network)
        assert float(grid.best_surplus(judged.network)) == pytest.approx(judged.plan.value_idr, abs=1e-6)
        assert judged.plan.surplus_idr == pytest.approx(judged.plan.value_idr, abs=1e-6), f"seed {seed}"
        counted += judged.plan.value_idr > 0
    assert counted > 50


# --- another solver, another formulation


def value_of_the_other_solver(network: Object, folder: Path) -> float:
    """Return V(N) out of a process of its own: ortools and highspy can't share one."""
    file = folder / "network.json"
    file.write_bytes(networks.text(network))
    command = [sys.executable, "-m", "tests.referee.other_solver", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)


needs_ortools = pytest.mark.skipif(
    importlib.util.find_spec("ortools") is None, reason="ortools is not installed"
)


@needs_ortools
@pytest.mark.parametrize(
    "network",
    [networks.small(1), networks.yesno(3), networks.linear(5, 20, 4)],
    ids=["small", "yesno", "linear"],
)
def test_another_solver_finds_the_same_value(network: Object, tmp_path: Path) -> None:
    other = value_of_the_other_solver(network, tmp_path)
    assert solve(read(network)).value_idr == pytest.approx(other, rel=1e-6)


@needs_ortools
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_another_solver_finds_the_same_value_thirty_times(seed: int, tmp_path: Path) -> None:
    draw = (networks.yesno, networks.tiny, lambda seed: networks.linear(seed, 30, 4))[seed % 3]
    network = draw(5000 + seed)
    other = value_of_the_other_solver(network, tmp_path)
    assert solve(read(network)).value_idr == pytest.approx(other, rel=1e-6, abs=1e-6)


# --- the same network said otherwise


@pytest.mark.parametrize("seeds", [range(12), range(12, 24)], ids=["0", "12"])
def test_every_group_of_a_tiny_network_is_worth_what_the_referee_says(seeds: range) -> None:
    for seed in seeds:
        network = networks.tiny(seed)
        game = games.game_of(rules.read(networks.text(network)))
        for group in groups.proper_groups(sorted(row["code"] for row in network["parties"])):
            worth = solve(read(of_group(network, group))).value_idr
            assert worth == pytest.approx(game[group], abs=1e-6), f"seed {seed} {sorted(group)}"


@pytest.mark.parametrize("how", UNBOUNDED)
def test_the_referee_calls_the_same_networks_endless(how: str) -> None:
    with pytest.raises(model.Unbounded):
        model.best_surplus(rules.read(networks.text(UNBOUNDED[how])))
