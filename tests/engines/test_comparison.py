"""What a comparison says of two plans whose difference can be worked out on paper."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from jejaring.engines import planning
from jejaring.engines.errors import Refusal
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.plan_reading import read_sentence
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.comparison import MOST_CHANGES, Amounts, Comparison, compare
from jejaring.engines.planning.questions.comparison_file import write_comparison
from tests.documents.networks import Network, problem_of, small_network

Solved = tuple[Problem, Plan, tuple[Share, ...]]
Edit = Callable[[Network], object]


def solved(network: Network) -> Solved:
    problem = problem_of(network)
    plan = planning.solve(problem)
    return problem, plan, planning.share(problem, plan, ("equal", "market"))


@cache
def before() -> Solved:
    """Return the small network's plan: 472,000 from 1,000 kg of A at 395 each and 200 kg of B at 385."""
    return solved(small_network())


def compared(edit: Edit, old: Solved | None = None) -> Comparison:
    """Return the comparison of the small network, edited, with the small network."""
    network = copy.deepcopy(small_network())
    edit(network)
    old, new = old or before(), solved(network)
    return compare(old[0], old[1], new[0], new[1], old_shares=old[2], new_shares=new[2])


def less_capacity(network: Network) -> None:
    network["processes"][0]["capacity_kg"] = 1000


def with_c(network: Network) -> None:
    """Add a fourth party that delivers 100 kg at 1 Rp/kg more than A's way costs."""
    network["parties"].insert(0, {"code": "C", "name": "Koperasi C"})
    network["sites"].append({"code": "c", "party": "C"})
    network["supplies"].append(
        {"site": "c", "product": "gkp", "period": "2027-03", "available_kg": 100, "cost_idr_per_kg": 6500}
    )
    network["lanes"].append({"from": "c", "to": "h", "products": ["gkp"], "cost_idr_per_kg": 51})


def nothing(_network: Network) -> None:
    pass


def codes(found: Comparison) -> list[str]:
    return [each.code for each in found.sentences]


def test_a_smaller_mill_costs_what_its_last_kilograms_earned() -> None:
    found = compared(less_capacity)
    assert found.value_idr == Amounts(472_000, 395_000)
    assert found.surplus_idr.change == -77_000
    assert found.alone_idr == Amounts(0, 0)
    assert str(found.sentences[0]) == "Together it is now 395000, 77000 less than 472000 before."
    [change] = found.changes
    assert (change.table, change.field, change.old, change.new) == ("processes", "capacity_kg", 1200, 1000)
    assert dict(change.key) == {"code": "p", "period": "2027-03"}
    assert [(each.table, each.field, each.count) for each in found.counts] == [
        ("processes", "capacity_kg", 1)
    ]


def test_a_partnership_that_the_new_plan_lacks_has_ended() -> None:
    found = compared(less_capacity)
    gone = {(each.giver, each.taker) for each in found.deals if each.presence == "ended"}
    kept = {(each.giver, each.taker) for each in found.deals if each.presence == "both"}
    assert {frozenset(pair) for pair in gone} == {frozenset("BH")}
    assert {frozenset(pair) for pair in kept} == {frozenset("AH")}
    assert all(
        (each.kg.old or 0) == 200
        for each in found.deals
        if each.presence == "ended" and each.product == "gkp"
    )
    assert all(
        each.kg.new is None and each.value_idr.new is None for each in found.deals if each.presence == "ended"
    )


def test_who_has_lost_or_found_its_partners_is_named() -> None:
    found = compared(less_capacity)
    assert [(each.code, each.traded, each.trades) for each in found.parties] == [
        ("A", True, True), ("B", True, False), ("H", True, True),
    ]  # fmt: skip
    said = [str(each) for each in found.sentences]
    assert "Worked with others, and don't any more: Koperasi Desa Merah Putih Cibeber." in said
    network = copy.deepcopy(small_network())
    less_capacity(network)
    back = [str(each) for each in compared(nothing, solved(network)).sentences]
    assert "Now work with others, and didn't before: Koperasi Desa Merah Putih Cibeber." in back


def test_each_partys_share_is_compared_by_each_rule_that_both_plans_have() -> None:
    found = compared(less_capacity)
    _, _, old = before()
    assert found.rules == ("equal", "market")
    equal = {each.code: each.rules[0] for each in found.parties}
    assert {code: each.payoff_idr.old for code, each in equal.items()} == dict(
        zip("ABH", old[0].payoff_idr, strict=True)
    )
    # B works with nobody any more: two share 395,000 where three shared 472,000.
    assert {code: round(each.gain_idr.new or 0) for code, each in equal.items()} == {
        "A": 197_500,
        "B": 0,
        "H": 197_500,
    }
    assert sum(each.payoff_idr.change for each in equal.values()) == -77_000


def test_parties_are_matched_by_code_and_new_and_gone_ones_are_named() -> None:
    found = compared(with_c)
    # C's 100 kg at 394 take the place of 100 kg of B at 385.
    assert found.value_idr.change == pytest.approx(900)
    assert {each.code: each.presence for each in found.parties} == {
        "C": "new",
        "A": "both",
        "B": "both",
        "H": "both",
    }
    came = next(each for each in found.parties if each.code == "C")
    assert came.alone_idr == Amounts(None, 0)
    assert "New in the network: Koperasi C." in [str(each) for each in found.sentences]
    assert {(each.table, each.presence) for each in found.changes} == {
        ("parties", "new"), ("sites", "new"), ("supplies", "new"), ("lanes", "new"),
    }  # fmt: skip
    network = copy.deepcopy(small_network())
    with_c(network)
    back = compared(nothing, solved(network))
    assert {each.code: each.presence for each in back.parties}["C"] == "ended"
    assert "No longer in the network: Koperasi C." in [str(each) for each in back.sentences]
    assert back.value_idr == Amounts(found.value_idr.new, found.value_idr.old)


def test_the_order_of_rows_is_no_change() -> None:
    def turned(network: Network) -> None:
        for table in ("parties", "sites", "supplies", "lanes", "products"):
            network[table].reverse()

    found = compared(turned)
    assert (found.changes, found.change_count, found.counts) == ((), 0, ())
    assert found.value_idr.change == 0
    assert {each.presence for each in found.deals} == {"both"}
    assert codes(found)[0] == "comparison.same"
    assert codes(found)[-1] == "comparison.no_inputs"


def test_a_plan_of_other_months_is_compared_with_a_warning() -> None:
    def longer(network: Network) -> None:
        network["periods"].append({"code": "2027-04"})

    found = compared(longer)
    assert "comparison.periods" in codes(found)
    assert found.value_idr.new == pytest.approx(2 * 472_000)


def test_only_so_many_changes_are_listed_and_all_are_counted() -> None:
    def much(network: Network) -> None:
        network["references"] += [
            {"code": f"r{at}", "item": "x", "value": "1", "source": "y"} for at in range(MOST_CHANGES + 50)
        ]

    found = compared(much)
    assert len(found.changes) == MOST_CHANGES
    assert found.change_count == MOST_CHANGES + 50
    assert [each.count for each in found.counts] == [MOST_CHANGES + 50]


def test_many_new_parties_are_counted_not_named() -> None:
    def many(network: Network) -> None:
        network["parties"] += [{"code": f"c{at}"} for at in range(9)]

    assert "New in the network: 9 co-ops." in [str(each) for each in compared(many).sentences]


def test_networks_without_a_party_in_common_are_refused() -> None:
    def others(network: Network) -> None:
        text = json.dumps(network)
        for code in "ABH":
            text = text.replace(f'"{code}"', f'"{code}2"')
        network.update(json.loads(text))

    with pytest.raises(Refusal) as refused:
        compared(others)
    assert refused.value.sentence.code == "comparison.unrelated"


def test_the_file_says_what_the_comparison_says() -> None:
    found = compared(with_c)
    document: dict[str, Any] = json.loads(write_comparison(found))
    assert document["format"] == "jejaring-comparison/1"
    assert document["value_idr"] == {"old": 472_000, "new": 472_900, "change": 900}
    assert [read_sentence(each) for each in document["sentences"]] == list(found.sentences)
    assert [each["party"] for each in document["parties"]] == ["C", "A", "B", "H"]
    assert document["parties"][0]["sharing"]["equal"]["payoff_idr"]["old"] is None
    assert len(document["partnerships"]) == len(found.deals)
    assert document["changes"][0] == {"table": "parties", "key": {"code": "C"}, "presence": "new"}
    assert write_comparison(found) == write_comparison(compared(with_c))
