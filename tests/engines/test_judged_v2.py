"""The engine on networks of format version 2 before the judge: plans, scenarios, cash, written files."""

from __future__ import annotations

import copy
from fractions import Fraction

import pytest

from jejaring.engines.errors import Refusal
from jejaring.engines.planning import problem as problems
from jejaring.engines.planning import solve
from jejaring.engines.planning.network_file import write_network
from jejaring.engines.planning.questions.cash import payments
from jejaring.engines.planning.questions.changes import changed
from tests.engines import judged
from tests.referee import cash, groups, model, networks, networks_two, rules, scenarios
from tests.referee.reading import Faulty, parse
from tests.referee.worlds import Object, lane, lorry, outlet, read, second, store

FAULTS: dict[str, Object] = {
    "unknown": {"lanes": [lane("a", "m", speed=3)]},
    "not a whole number": {"products": {"beras": {"shelf_life_periods": 1.5}}},
    "not a share": {"lanes": [lane("a", "m", loss=1.01)]},
    "not a number of at least 0": {"parties": {"A": {"cash_idr": -1}}},
    "no vehicle": {"lanes": [lane("a", "m", vehicle="x")]},
    "carries nothing": {"vehicles": [{"code": "l", "capacity_kg": 0}]},
    "has an owner": {"vehicles": [lorry(owner="A")], "lane_rule": {"detour": 1, "vehicle": "l"}},
    "disagree on building": {
        "processes": [
            {"code": "p", "owner": "A", "site": "a", "input": "padi", "outputs": {}, "period": period, **more}
            for period, more in (("*", {}), ("t1", {"build_cost_idr": 5}))
        ]
    },
    "no field": {"scenarios": [{"code": "s", "table": "lanes", "field": "colour", "factor": 1}]},
    "lowest is above": {
        "ranges": [{"code": "r", "table": "outlets", "field": "most_kg", "lowest": 2, "highest": 1}]
    },
    "move apart": {
        "ranges": [
            {"code": "r", "table": "outlets", "field": "most_kg", "lowest": 0, "highest": 1, "apart": "moon"}
        ]
    },
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_version_2_is_told_by_the_referee_and_refused_by_the_engine(fault: str) -> None:
    network = second(**FAULTS[fault])
    with pytest.raises(Faulty, match=fault):
        read(network)
    with pytest.raises(Refusal):
        judged.read(network)


NEW_FIELDS: dict[str, Object] = {
    "lane": {"lanes": [lane("a", "m", km=3)]},
    "outlet": {"outlets": [{**outlet(9, 9), "pays_after_days": 3}]},
    "vehicles": {"vehicles": [lorry()]},
    "rule": {"lane_rule": {"detour": 1, "nearest": 3}},
    "store": {"storages": [store(build_cost_idr=0)]},
}


@pytest.mark.parametrize("where", NEW_FIELDS)
def test_what_came_with_version_2_is_a_fault_in_a_file_of_version_1(where: str) -> None:
    network = second(**NEW_FIELDS[where])
    read(network)
    judged.read(network)
    network["format"] = "jejaring-network/1"
    with pytest.raises(Faulty, match="unknown"):
        read(network)
    with pytest.raises(Refusal):
        judged.read(network)


JUDGED = [
    *((draw, seed) for draw in ("tiny", "perishable") for seed in range(40)),
    *(("linear", seed) for seed in range(12)),
    *(("yesno", seed) for seed in range(8)),
    *(("small", seed) for seed in (0, 1)),
]


def document_of(draw: str, seed: int) -> Object:
    """Return a random network by the name of its kind."""
    network: Object = getattr(networks_two, draw)(seed)
    return network


@pytest.mark.parametrize(("draw", "seed"), [("tiny", 100), ("perishable", 100), ("linear", 100)])
def test_a_plan_of_a_random_network_of_version_2_has_no_faults(draw: str, seed: int) -> None:
    assert judged.faults(judged.planned(document_of(draw, seed))) == []


@pytest.mark.slow
@pytest.mark.parametrize(("draw", "seed"), JUDGED)
def test_plans_of_random_networks_of_version_2_have_no_faults(draw: str, seed: int) -> None:
    assert judged.faults(judged.planned(document_of(draw, seed))) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_a_group_of_its_own_is_worth_as_much_as_in_the_whole(seed: int) -> None:
    for draw in ("tiny", "perishable"):
        document = document_of(draw, seed)
        network = read(document)
        for group in groups.proper_groups(network.parties):
            part = of_group(document, group)
            best = model.best_surplus(network, group)
            planned = judged.planned(part, shared=False)
            assert planned.plan.value_idr == pytest.approx(best, rel=1e-6, abs=1e-2), f"{draw} {set(group)}"


def of_group(document: Object, group: frozenset[str]) -> Object:
    """Return the part of a file that a group may use; lanes with a stranger's lorry are left out."""
    part = judged.of_group(copy.deepcopy(document), group)
    part["vehicles"] = [row for row in part.get("vehicles", []) if row.get("owner") in (None, *group)]
    usable = {None, *(row["code"] for row in part["vehicles"])}
    part["lanes"] = [row for row in part["lanes"] if row.get("vehicle") in usable]
    return part


@pytest.mark.slow
@pytest.mark.parametrize("draw", ["tiny", "perishable", "linear", "yesno", "stating"])
@pytest.mark.parametrize("seed", range(4))
def test_the_network_that_is_written_is_worth_what_was_read(draw: str, seed: int) -> None:
    document = document_of(draw, seed)
    written = write_network(judged.read(document))
    again = rules.read(written)
    assert again.shelf_life == read(document).shelf_life
    assert again.vehicles == read(document).vehicles
    assert again.party_rows == read(document).party_rows
    best = model.best_surplus(read(document))
    assert model.best_surplus(again) == pytest.approx(best, rel=1e-9, abs=1e-6)


# Scenarios and ranges: the plan of a changed file.

# The engine refuses to change a lane's loss and km and a vehicle's capacity, which the format allows.
NUMBERS = [
    (table, field)
    for table, fields in {
        "supplies": "available_kg cost_idr_per_kg",
        "outlets": "most_kg least_kg price_idr_per_kg",
        "sources": "most_kg price_idr_per_kg",
        "needs": "kg worth_idr_per_kg",
        "processes": "capacity_kg cost_idr_per_kg opening_cost_idr outputs build_cost_idr",
        "storages": "capacity_kg cost_idr_per_kg loss opening_kg build_cost_idr",
        "lanes": "capacity_kg cost_idr_per_kg fixed_cost_idr",
        "local_trade": "sell_idr_per_kg buy_idr_per_kg most_sell_kg most_buy_kg",
        "vehicles": "most_trips idr_per_km idr_per_trip",
    }.items()
    for field in fields.split()
]
WHO: tuple[dict[str, int], ...] = (
    {},
    {},
    {"party": 0},
    {"party": 1},
    {"product": 0},
    {"product": 1},
    {"period": 0},
    {"site": 0},
    {"site": 2},
)


def selectors(document: Object, seed: int) -> list[Object]:
    """Return some selectors with factors, as rows of one scenario, that go round through all numbers."""
    tables = {"party": "parties", "product": "products", "period": "periods", "site": "sites"}
    found = []
    for place, (table, field) in enumerate(NUMBERS):
        if (place + seed) % 5:
            continue
        who = {word: document[tables[word]][at]["code"] for word, at in WHO[(place + 3 * seed) % 9].items()}
        factor = 2 if field == "most_trips" else (0.5, 0.9, 1.25)[(place + seed) % 3]
        if (table, field) in {("supplies", "available_kg"), ("outlets", "most_kg")} and seed % 4 == 0:
            factor = 0
        # A mill that made more than it takes could turn money round for ever.
        factor = min(factor, 1) if field == "outputs" else factor
        found.append({"code": "s", "table": table, "field": field, **who, "factor": factor})
    return found


@pytest.mark.slow
@pytest.mark.parametrize("draw", ["tiny", "perishable", "linear", "yesno"])
@pytest.mark.parametrize("seed", range(5))
def test_a_scenario_is_worth_what_the_changed_file_is_worth(draw: str, seed: int) -> None:
    document = document_of(draw, seed)
    document["scenarios"] = selectors(document, seed)
    after = scenarios.plain(scenarios.applied(parse(networks.text(document)), "s"))
    try:
        best = model.best_surplus(read(after))
    except (model.Unbounded, Faulty):
        pytest.skip("the scenario's network is none that can be planned")
    base = judged.read(document)
    (scenario,) = base.scenarios
    assert solve(changed(base, scenario.changes)).value_idr == pytest.approx(best, rel=1e-6, abs=1e-2)
    assert judged.planned(after, shared=False).plan.value_idr == pytest.approx(best, rel=1e-6, abs=1e-2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_lanes_of_the_rule_written_out_are_the_rule_itself(seed: int) -> None:
    document = networks_two.yesno(seed)
    document["format"] = "jejaring-network/2"
    before = judged.read(document).lanes
    after = judged.read(scenarios.plain(scenarios.spread(parse(networks.text(document))))).lanes
    for column in ("cost_idr_per_kg", "loss"):
        old, new = getattr(before, column), getattr(after, column)
        assert sorted(map(str, old.fractions())) == sorted(map(str, new.fractions())), column


# Cash.


@pytest.mark.slow
@pytest.mark.parametrize(("draw", "seed"), [(d, s) for d in ("perishable", "yesno") for s in range(8)])
def test_outside_payments_are_those_of_the_format(draw: str, seed: int) -> None:
    document = document_of(draw, seed)
    judge = judged.planned(document, shared=False)
    mine = cash.outside_sums(judge.network, judge.document["flows"])
    told: dict[tuple[str, int], int] = {}
    parts: dict[tuple[str, int], int] = {}
    calendar = cash.days_of(judge.network.periods)
    for payment in payments(judge.problem, judge.plan):
        if payment.partner == problems.NOBODY:
            inside = [n for n, (first, after) in enumerate(calendar) if first <= payment.day < after]
            key = (judge.problem.parties.codes[payment.party], inside[0] if inside else len(calendar))
            told[key] = told.get(key, 0) + payment.idr
            parts[key] = parts.get(key, 0) + 1
    for key in {*mine, *told}:
        # Each payment is rounded by itself.
        assert 2 * abs(mine.get(key, Fraction(0)) - told.get(key, 0)) <= parts.get(key, 1), key


@pytest.mark.slow
def test_plans_keep_within_the_cash_that_all_parties_state() -> None:
    for seed in (0, 1, 2, 4):
        judge = judged.planned(networks_two.stating(seed), shared=False)
        best = model.best_surplus(judge.network)
        assert cash.cash_faults(judge.network, judge.document["flows"]) == [], seed
        assert judge.plan.value_idr == pytest.approx(best, rel=1e-6), seed
        for party in judge.network.parties:
            alone = model.best_surplus(judge.network, {party})
            assert judge.document["alone_idr"][party] == pytest.approx(alone, rel=1e-6, abs=1), (seed, party)
