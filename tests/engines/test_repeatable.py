"""The same network gives the same plan: in any process, in other units, with its rows in another order."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jejaring.engines.planning import solve
from tests.engines.judged import Object, planned, read
from tests.referee import networks
from tests.referee.worlds import chain

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import hashlib, sys
from pathlib import Path
from jejaring.engines.planning import share, solve
from jejaring.engines.planning.interchange import read_json
from jejaring.engines.planning.plan_file import write_plan
for name in sys.argv[1:]:
    problem = read_json(Path(name).read_bytes(), name)
    plan = solve(problem)
    written = write_plan(problem, plan, share(problem, plan))
    print(hashlib.sha256(written).hexdigest())
"""
DRAWN = {
    "yesno": networks.yesno(4),
    "linear": networks.linear(3, 14, 2),
    "tiny": networks.tiny(10),
    "coreless": networks.coreless(2),
}


def test_plan_json_is_the_same_in_every_process(tmp_path: Path) -> None:
    files = []
    for name, network in DRAWN.items():
        files.append(tmp_path / f"{name}.json")
        files[-1].write_bytes(networks.text(network))
    command = [sys.executable, "-c", PROGRAM, *map(str, files)]
    printed = []
    for hash_seed in ("0", "1", "4242"):
        around = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT / "src")}
        done = subprocess.run(command, cwd=tmp_path, env=around, capture_output=True, text=True, check=True)
        printed.append(done.stdout.split())
    assert len(printed[0]) == len(DRAWN)
    assert printed[0] == printed[1] == printed[2]


def test_the_plan_tells_which_bytes_it_was_made_from() -> None:
    judged = planned(chain())
    assert judged.document["network_sha256"] == hashlib.sha256(judged.data).hexdigest()


# --- other units

KG = (
    "available_kg", "most_kg", "least_kg", "from_kg", "kg", "capacity_kg", "most_sell_kg", "most_buy_kg",
)  # fmt: skip
PER_KG = (
    "cost_idr_per_kg", "price_idr_per_kg", "worth_idr_per_kg", "sell_idr_per_kg", "buy_idr_per_kg",
    "idr_per_kg", "idr_per_kg_km",
)  # fmt: skip
ONCE = ("opening_cost_idr", "fixed_cost_idr")


def scaled(part: object, kg: int, idr: int) -> object:
    """Return a network told in units that make each kg so many and each rupiah so many; per kg as well."""
    if isinstance(part, list):
        return [scaled(each, kg, idr) for each in part]
    if not isinstance(part, dict):
        return part
    made: Object = {}
    for name, value in part.items():
        if name == "opening_kg":
            made[name] = {product: each * kg for product, each in value.items()}
        elif name in KG and value is not None:
            made[name] = value * kg
        elif name in PER_KG and value is not None:
            made[name] = value * idr / kg
        elif name in ONCE and value is not None:
            made[name] = value * idr
        else:
            made[name] = scaled(value, kg, idr)
    return made


@pytest.mark.parametrize(("kg", "idr"), [(64, 1), (1, 128), (8, 1024)])
@pytest.mark.parametrize("name", ["linear", "tiny", "yesno", "coreless"])
def test_in_other_units_the_value_is_the_same(name: str, kg: int, idr: int) -> None:
    plain = solve(read(DRAWN[name]))
    other = scaled(DRAWN[name], kg, idr)
    assert isinstance(other, dict)
    plan = solve(read(other))
    assert plan.value_idr == pytest.approx(plain.value_idr * idr, rel=1e-6)
    assert plan.alone_idr == pytest.approx([each * idr for each in plain.alone_idr], rel=1e-6, abs=1e-3)


# --- another order


def shuffled(network: Object, seed: int) -> Object:
    """Return a network with the rows of every table but the periods in another order."""
    mixed = random.Random(seed)
    made = dict(network)
    for table, rows in network.items():
        if isinstance(rows, list) and table != "periods":
            made[table] = mixed.sample(rows, len(rows))
    return made


def renamed(network: Object, seed: int) -> Object:
    """Return a network in which the parties have exchanged their codes."""
    codes = [row["code"] for row in network["parties"]]
    other = dict(zip(codes, random.Random(seed).sample(codes, len(codes)), strict=True))
    made = {**network, "parties": [{**row, "code": other[row["code"]]} for row in network["parties"]]}
    made["sites"] = [{**row, "party": row["party"] and other[row["party"]]} for row in network["sites"]]
    for table in ("outlets", "sources", "processes", "storages"):
        made[table] = [{**row, "owner": other[row["owner"]]} for row in network.get(table, [])]
    return made


@pytest.mark.parametrize("change", [shuffled, renamed])
@pytest.mark.parametrize("name", ["linear", "tiny", "yesno", "coreless"])
def test_in_another_order_the_value_and_what_each_makes_alone_are_the_same(
    name: str, change: Callable[[Object, int], Object]
) -> None:
    network = DRAWN[name]
    plain = solve(read(network))
    before = dict(zip((row["code"] for row in network["parties"]), plain.alone_idr, strict=True))
    for seed in range(3):
        other = change(network, seed)
        plan = solve(read(other))
        assert plan.value_idr == pytest.approx(plain.value_idr, rel=2e-6)
        after = dict(zip((row["code"] for row in other["parties"]), plan.alone_idr, strict=True))
        if change is renamed:
            after = {
                old["code"]: after[new["code"]]
                for old, new in zip(network["parties"], other["parties"], strict=True)
            }
        assert after == pytest.approx(before, rel=1e-6, abs=1e-3)


def test_in_another_order_the_most_even_stable_split_is_the_same() -> None:
    # It is one point, whatever the plan's flows and prices.
    for name in ("tiny", "coreless", "yesno"):
        before = planned(DRAWN[name]).payoff("even_core")
        after = planned(shuffled(DRAWN[name], 1)).payoff("even_core")
        near = 2 + 4e-6 * abs(sum(before.values()))
        assert after == pytest.approx(before, abs=near)


def test_solving_twice_in_one_process_leaves_nothing_behind() -> None:
    problem = read(DRAWN["yesno"])
    first = solve(problem)
    solve(read(DRAWN["linear"]))
    again = solve(problem)
    assert (first.value_idr, first.bound_idr, first.surplus_idr) == (
        again.value_idr, again.bound_idr, again.surplus_idr,
    )  # fmt: skip
