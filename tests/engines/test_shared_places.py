"""Places that are nobody's where several sell through several: agreed there pair by pair, to the kilogram."""

from __future__ import annotations

import json
from itertools import combinations
from random import Random

import numpy as np
import pytest

from jejaring.engines.errors import Faults, Refusal
from jejaring.engines.planning import rounds, share, solve
from jejaring.engines.planning.interchange import read_json
from jejaring.engines.planning.network_file import network_document, write_network
from jejaring.engines.planning.plan_file import write_plan
from jejaring.engines.planning.problem import Selector
from jejaring.engines.planning.questions import changes
from jejaring.engines.planning.rounds.apart import told_apart
from jejaring.engines.planning.rounds.ways import ways
from tests.engines import judged
from tests.referee import model, parts, rules, scenarios
from tests.referee.networks import text
from tests.referee.worlds import Object, lane, outlet, read, supply, world

A, B, C = 0, 1, 2
RICE = 1


def market() -> Object:
    """Return A with 10 kg, B with 6 and C with 4, who all sell at m: 12 kg at 10 by B, 8 kg at 9 by C.

    A kilogram costs 1, and 1 to haul. B's 12 are of all in proportion: 6 of A, 4 of its own (3.6), 2 of C
    (2.4); C's 8 are what is left: 4 of A, 2 of B, 2 of its own. Worth 12 · 8 + 8 · 7 = 152.
    """
    return world(
        sites={"a": "A", "b": "B", "c": "C", "m": None},
        supplies=[supply(10, 1), supply(6, 1, "b"), supply(4, 1, "c")],
        outlets=[
            outlet(12, 10, "m", code="ob", owner="B"),
            outlet(8, 9, "m", code="oc", owner="C"),
        ],
        lanes=[lane(site, "m", 1) for site in "abc"],
    )


def bought() -> Object:
    """Return the market in which A's 10 kg are C's, who sends them to A."""
    network = market()
    return {
        **network,
        "supplies": [supply(6, 1, "b"), supply(14, 1, "c")],
        "lanes": [lane("a", "m"), lane("b", "m", 1), lane("c", "m", 9), lane("c", "a")],
    }


def handed(again: rounds.Replanned) -> dict[str, int]:
    """Return what is sold through whose channel, as "A>B", kilograms."""
    codes = again.problem.parties.codes
    found = ways(again.problem, again.plan).handed
    return {f"{codes[each.giver]}>{codes[each.taker]}": kg for each, (kg, _) in found.items()}


def replanned(network: Object, **agreed: object) -> rounds.Replanned:
    problem = judged.read(network)
    return rounds.replanned(problem, solve(problem), rounds.Agreed(**agreed))  # type: ignore[arg-type]


def test_nobody_hands_on_more_than_it_brought() -> None:
    problem = judged.read(market())
    plan = solve(problem)
    assert plan.value_idr == pytest.approx(152)
    codes = problem.parties.codes
    found = {
        f"{codes[each.giver]}>{codes[each.taker]}": kg for each, (kg, _) in ways(problem, plan).handed.items()
    }
    assert found == {"A>B": 6, "C>B": 2, "A>C": 4, "B>C": 2}


def test_what_one_declines_is_gone_and_all_that_was_accepted_stays_to_the_kilogram() -> None:
    again = replanned(market(), kept=(rounds.Pair(A, B), rounds.Pair(B, C)), barred=(rounds.Pair(A, C),))
    assert handed(again) == {"A>B": 6, "C>B": 2, "B>C": 2}
    assert (again.not_kept, again.not_barred) == ((), ())
    # B sells 6 + 2 and 4 of its own, C 2 and 2 of its own.
    assert again.plan.value_idr == pytest.approx(12 * 8 + 4 * 7)
    assert (again.times, again.plan.surplus_idr) == (1, 12 * 8 + 4 * 7)


def test_who_has_not_answered_may_be_proposed_something_else() -> None:
    again = replanned(market(), kept=(rounds.Pair(A, C),), barred=(rounds.Pair(A, B),))
    # C's channel has A's 4; by B's go 6 of its own and C's 4.
    assert handed(again) == {"A>C": 4, "C>B": 4}
    assert again.plan.value_idr == pytest.approx(10 * 8 + 4 * 7)


@pytest.mark.parametrize("kg", [0, 1, 5])
def test_a_counter_at_a_shared_place_is_had_to_the_kilogram(kg: int) -> None:
    problem = judged.read(market())
    place = problem.sites.codes.index("m")
    again = replanned(
        market(),
        kept=(rounds.Pair(A, C), rounds.Pair(B, C)),
        countered=(rounds.Counter(A, B, RICE, 0, kg, end=place),),
    )
    assert (again.not_countered, again.not_kept) == ((), ())
    assert handed(again) == {**({"A>B": kg} if kg else {}), "A>C": 4, "B>C": 2, "C>B": 2}


def test_what_cannot_hold_any_more_is_told_by_pair_and_what_was_declined_is_gone() -> None:
    network = bought()
    plan = replanned(network).plan
    assert plan.value_idr > 0
    again = replanned(network, kept=(rounds.Pair(A, B), rounds.Pair(B, C)), barred=(rounds.Pair(A, C),))
    assert not [each for each in handed(again) if set("AC") <= set(each)]
    # A's goods were C's: nothing is left of what A and B agreed on.
    told = {(each.what.giver, each.what.taker, each.what.kind, each.after_kg) for each in again.not_kept}
    assert (A, B, "marketing", 0) in told
    assert {each.pair for each in again.not_kept} == {(A, B)}


def test_a_counter_that_cannot_be_had_names_both_and_the_place() -> None:
    with pytest.raises(Refusal, match=r"at least 11 of beras from A \(m\) to B \(m\)"):
        replanned(market(), countered=(rounds.Counter(A, B, RICE, 0, 11),))


def test_a_plan_names_the_place_and_not_its_parts() -> None:
    again = replanned(market(), kept=(rounds.Pair(A, B),))
    places = {
        again.problem.sites.codes[each.site] for one in again.plan.partnerships for each in one.hand_overs
    }
    assert places == {"m"}
    assert again.as_agreed.partnerships


def test_a_round_goes_on_from_places_told_apart() -> None:
    first = replanned(market(), kept=(rounds.Pair(A, B),))
    kept = rounds.Agreed(kept=(rounds.Pair(A, B), rounds.Pair(B, C)), barred=(rounds.Pair(A, C),))
    again = rounds.replanned(first.problem, first.plan, kept)
    assert len(again.problem.sites) == len(first.problem.sites)
    assert handed(again)["A>B"] == 6
    assert "A>C" not in handed(again)
    assert (again.not_kept, again.not_barred) == ((), ())


def test_all_money_of_a_round_planned_again_adds_up_to_its_surplus() -> None:
    again = replanned(market(), kept=(rounds.Pair(A, B), rounds.Pair(B, C)))
    assert sum(each.after_idr for each in again.changes.parties) == again.plan.surplus_idr


def test_what_the_file_of_a_round_says_is_what_the_referee_tells_apart() -> None:
    for network in (market(), bought(), *(shared(seed) for seed in range(40))):
        told = network_document(told_apart(judged.read(network)).problem)
        ours = parts.told_apart(network_document(judged.read(network)))
        for table, key in (
            ("sites", ("code",)),
            ("outlets", ("code", "period")),
            ("sources", ("code", "period")),
        ):
            assert _rows(told, table, key) == _rows(ours, table, key)
        assert _lanes(told) == _lanes(ours)


def _rows(network: Object, table: str, key: tuple[str, ...]) -> dict[tuple[str, ...], tuple[object, ...]]:
    fields = ("site", "owner", "party", "part_of", "price_idr_per_kg", "most_kg")
    return {tuple(row[k] for k in key): tuple(row.get(f) for f in fields) for row in network[table]}


def _lanes(network: Object) -> list[tuple[object, ...]]:
    fields = ("cost_idr_per_kg", "capacity_kg", "fixed_cost_idr", "loss")
    return sorted(
        (row["from"], row["to"], sorted(row["products"]), *(str(row.get(field) or 0) for field in fields))
        for row in network["lanes"]
    )


def shared(seed: int) -> Object:
    """Return a random world of three or four who meet at two of nobody's places and one of their own."""
    random = Random(f"shared {seed}")
    owners = "ABCD"[: random.choice((3, 4))]
    homes = {owner.lower(): owner for owner in owners}
    lanes = [
        lane(home, place, random.randint(0, 3), **_hindered(random))
        for home in homes
        for place in "mn"
        if random.random() < 0.7
    ]
    if random.random() < 0.4:
        lanes.append(lane("m", "n", 1))
    lanes += [lane(place, home, 1) for place in "mn" for home in homes if random.random() < 0.2]
    lanes += [lane("a", "b", 1)] if random.random() < 0.5 else []
    return world(
        random.choice(("t1", "t1 t2")),
        sites={**homes, "m": None, "n": None},
        supplies=[supply(random.randint(3, 15), random.randint(1, 4), home) for home in homes],
        outlets=[
            outlet(
                random.choice((None, *range(3, 20))), random.randint(4, 12), place, code=f"o{place}{n}",
                owner=random.choice(owners),
            )
            for place in "mnb"
            for n in range(random.randint(1, 3))
        ],
        sources=[
            {"code": f"s{n}", "owner": random.choice(owners), "site": random.choice("mn"), "product": "beras",
             "period": "*", "most_kg": random.randint(2, 8), "price_idr_per_kg": random.randint(2, 6)}
            for n in range(random.randint(0, 2))
        ],
        lanes=lanes,
    )  # fmt: skip


def _hindered(random: Random) -> Object:
    capacity = random.choice((None, None, None, random.randint(2, 9)))
    return {"capacity_kg": capacity, "fixed_cost_idr": random.choice((0, 0, 0, 5))}


@pytest.mark.parametrize("seed", range(12))
def test_telling_apart_changes_no_groups_worth(seed: int) -> None:
    network = shared(seed)
    before, after = read(network), read(parts.told_apart(network))
    for size in range(1, len(before.parties) + 1):
        for group in combinations(before.parties, size):
            assert model.best_surplus(after, group) == pytest.approx(model.best_surplus(before, group))


@pytest.mark.parametrize("seed", range(12))
def test_the_engines_plan_is_worth_as_much_told_apart(seed: int) -> None:
    problem = judged.read(shared(seed))
    apart = told_apart(problem).problem
    before, after = solve(problem), solve(apart)
    assert after.value_idr == pytest.approx(before.value_idr)
    assert after.alone_idr == pytest.approx(before.alone_idr)
    markets = [share(each, plan, ["market"])[0] for each, plan in ((problem, before), (apart, after))]
    assert sum(markets[0].payoff_idr) == sum(markets[1].payoff_idr)


@pytest.mark.parametrize("seed", range(40))
def test_accepted_pairs_are_kept_to_the_kilogram_and_declined_ones_are_gone(seed: int) -> None:
    random = Random(f"said {seed}")
    problem = judged.read(shared(seed))
    plan = solve(problem)
    before = ways(problem, plan)
    pairs = sorted({rounds.Pair(*sorted((each.giver, each.taker))) for each in plan.partnerships})
    said = {pair: random.choice(("kept", "kept", "barred", "")) for pair in pairs}
    agreed = {
        what: tuple(pair for pair in pairs if said[pair] == what and pair.parties not in before.unlaned)
        for what in ("kept", "barred")
    }
    again = rounds.replanned(problem, plan, rounds.Agreed(agreed["kept"], agreed["barred"]))
    assert again.not_barred == ()
    document = json.loads(write_network(again.problem))
    flows = json.loads(write_plan(again.problem, again.plan, ()))["flows"]
    assert rules.broken_rules(rules.read(text(document)), flows) == []
    codes = problem.parties.codes
    now = parts.between(document, flows)
    for pair in agreed["barred"]:
        ends = codes[pair.one], codes[pair.other]
        assert not [deal for deal, kg in now.items() if {deal[0], deal[1]} == {*ends} and kg]
    if not agreed["barred"]:
        # Nobody declined: all that was accepted can be had again.
        assert again.not_kept == ()


def ruled(seed: int, nearest: int | None) -> Object:
    """Return a random world in which a lane rule joins all sites, beside the lanes that are given."""
    network = shared(seed)
    random = Random(f"ruled {seed}")
    for site in network["sites"]:
        site |= {"lat": round(-6.8 + random.random() / 10, 4), "lon": round(107.1 + random.random() / 10, 4)}
    rule = {"detour": 1.3, "idr_per_kg": 1, "idr_per_kg_km": 0.1, "nearest": nearest}
    return {**network, "format": "jejaring-network/2", "lane_rule": rule}


@pytest.mark.parametrize("nearest", [None, 2])
@pytest.mark.parametrize("seed", range(6))
def test_lanes_of_a_rule_lead_to_stands_and_from_doors(seed: int, nearest: int | None) -> None:
    network = ruled(seed, nearest)
    problem = judged.read(network)
    apart = told_apart(problem).problem
    data = write_network(apart)
    again = read_json(data, "network.json")
    for name in ("start", "end", "product", "by_rule", "km", "vehicle"):
        assert np.array_equal(getattr(again.lanes, name), getattr(apart.lanes, name), equal_nan=True)
    assert again.lanes.cost_idr_per_kg.fractions() == apart.lanes.cost_idr_per_kg.fractions()
    assert solve(again).value_idr == pytest.approx(solve(problem).value_idr)
    assert model.best_surplus(rules.read(data)) == pytest.approx(model.best_surplus(read(network)))


def test_a_selector_that_names_a_place_means_its_parts() -> None:
    network = network_document(told_apart(judged.read(market())).problem)
    half = {"table": "outlets", "field": "most_kg", "site": "m"}
    changed = scenarios.multiplied(network, [(half, 0.5)])
    assert [row["most_kg"] for row in changed["outlets"]] == [6, 4]
    problem = read_json(text(network), "network.json")
    selector = Selector("outlets", "most_kg", site=problem.sites.codes.index("m"))
    assert changes.selected(problem, selector).tolist() == [True, True]


def test_a_part_has_a_place_that_is_no_part_and_no_lanes_by_rule() -> None:
    network = market()
    sites = [*network["sites"], {"code": "m/A", "party": "A", "part_of": "m"}]
    assert parts.faults(sites) == []
    assert parts.faults([*sites, {"code": "x", "part_of": "m/A"}])
    assert parts.faults([*sites, {"code": "x", "part_of": "y"}])
    for at, row in enumerate(sites):
        row |= {"lat": -6.8 + at / 100, "lon": 107.1}
    third = {**network, "format": "jejaring-network/3", "sites": sites}
    rule = {"detour": 1, "idr_per_kg": 1}
    by_rule = {**third, "lanes": [lane("a", "m/A")], "lane_rule": rule}
    problem = read_json(text(by_rule), "network.json")
    # a, b and c both ways, and the lane that is given.
    assert len(problem.lanes.start) == len(rules.read(text(by_rule)).lane_rows) == 3 * 2 * 1 + 1
    with pytest.raises(Faults) as caught:
        read_json(text({**third, "sites": [*sites, {"code": "x", "part_of": "m/A"}]}), "network.json")
    assert [fault.wrong.code for fault in caught.value.faults] == ["input.part_of_part"]
    with pytest.raises(Faults):
        read_json(text({**third, "format": "jejaring-network/2"}), "network.json")
