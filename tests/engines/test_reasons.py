"""Why this partner, why left out: sentences with amounts that can be checked on paper."""

from __future__ import annotations

from typing import Any

import pytest

from jejaring.engines.errors import Sentence
from jejaring.engines.planning import solve
from tests.engines.judged import Judged, Object, planned, read
from tests.referee import agreements, networks
from tests.referee.worlds import chain, lane, outlet, second, store, supply, world

ABC = {"a": "A", "b": "B", "c": "C", "m": None}


def reason(judged: Judged, party: str) -> Sentence:
    """Return the only reason told to a party."""
    position = judged.problem.parties.codes.index(party)
    (only,) = judged.plan.outcomes[position].reasons
    return only


def why(judged: Judged, giver: str, taker: str) -> Sentence:
    """Return why two parties work together."""
    told = judged.partnership(giver, taker).reason
    assert told is not None
    return told


def code_and_facts(sentence: Sentence, *names: str) -> tuple[Any, ...]:
    """Return a sentence's code and some of its facts; a fact that is a sentence by its code and facts."""
    facts = [sentence.facts[name] for name in names]
    return sentence.code, *(each.code if isinstance(each, Sentence) else each for each in facts)


def to_b(price: Any, cost: Any, most: int = 200) -> Object:
    """Return A's 100 kg, which only B's outlet could take, after a haul for 1."""
    return world(
        supplies=[supply(100, cost)], lanes=[lane("a", "b", 1)], outlets=[outlet(most, price, "b", owner="B")]
    )


# --- who keeps goods or is left out


def test_goods_that_cost_more_than_they_bring_say_by_how_much() -> None:
    # 8 at b, less 1 for the haul: 7 at a, where members must be paid 10.
    judged = planned(to_b(8, 10))
    told = reason(judged, "A")
    names = ("party", "product", "left_kg", "cost_idr_per_kg", "worth_idr_per_kg", "short_idr_per_kg")
    assert code_and_facts(told, *names) == ("left.dear", "A", "beras", 100, 10, 7, 3)


@pytest.mark.parametrize(("price", "kg"), [(10.99, 0), (11.01, 100)])
def test_the_change_that_is_told_brings_the_goods_in(price: float, kg: int) -> None:
    # 3 more than 8 at b, or 3 less at a.
    assert planned(to_b(price, 10)).kg("supplies", "a", "beras", "t1") == kg
    assert planned(to_b(8, 10 - (price - 8))).kg("supplies", "a", "beras", "t1") == kg


def test_the_worth_of_goods_through_a_mill_counts_yield_and_cost() -> None:
    # Half a kg of rice for 20 less 2 for the mill: 8 a kg of paddy, which costs 9.
    mill = {"code": "p", "owner": "A", "site": "a", "input": "padi", "outputs": {"beras": 0.5}}
    judged = planned(
        world(
            sites={"a": "A"},
            supplies=[supply(100, 9, product="padi")],
            processes=[{**mill, "period": "*", "capacity_kg": 500, "cost_idr_per_kg": 2}],
            outlets=[outlet(90, 20)],
        )
    )
    told = code_and_facts(reason(judged, "A"), "worth_idr_per_kg", "short_idr_per_kg")
    assert told == ("left.dear", 8, 1)


def test_goods_that_no_limit_further_on_has_room_for_stay_without_blame_on_the_price() -> None:
    judged = planned(to_b(9, 2, most=60))
    assert code_and_facts(reason(judged, "A"), "left_kg", "cost_idr_per_kg") == ("left.even", 40, 2)


def test_who_has_nobody_within_reach_is_told_so() -> None:
    # C sells to its own outlet at c.
    judged = planned(chain())
    told = reason(judged, "C")
    assert code_and_facts(told, "party", "product", "worth_idr_per_kg") == ("alone.no_way", "C", "beras", 3)


def test_who_does_better_by_itself_is_told_how_much_worse_the_best_way_with_others_is() -> None:
    # The local trader pays 9, B's outlet 8 less 1 for the haul.
    judged = planned(
        to_b(8, 2) | {"local_trade": [{"site": "a", "product": "beras", "period": "*", "sell_idr_per_kg": 9}]}
    )
    told = reason(judged, "A")
    assert code_and_facts(told, "worth_idr_per_kg", "other", "less_idr_per_kg") == (
        "alone.better", 9, "use.lane", 2,
    )  # fmt: skip


def test_who_has_no_harvest_is_told_so() -> None:
    judged = planned(chain() | {"sites": [*chain()["sites"], {"code": "d", "party": "D"}]}
                     | {"parties": [*chain()["parties"], {"code": "D"}]})  # fmt: skip
    assert code_and_facts(reason(judged, "D"), "party") == ("out.nothing", "D")


def test_who_delivers_everything_needs_no_excuse() -> None:
    judged = planned(chain())
    assert judged.plan.outcomes[0].reasons == ()


def test_two_products_have_a_reason_each() -> None:
    network = to_b(8, 10)
    network["supplies"].append(supply(50, 4, product="dedak"))
    network["outlets"].append(outlet(90, 1, product="dedak"))
    judged = planned(network)
    told = judged.plan.outcomes[0].reasons
    assert [(each.code, each.facts["product"], each.facts["left_kg"]) for each in told] == [
        ("left.dear", "beras", 100),
        ("left.dear", "dedak", 50),
    ]


def test_the_month_in_which_most_stays_is_named() -> None:
    network = to_b(8, 10) | {"periods": [{"code": "t1"}, {"code": "t2"}]}
    network["supplies"] = [
        {**supply(100, 10), "period": "t1"},
        {**supply(300, 10), "period": "t2"},
    ]
    told = reason(planned(network), "A")
    assert code_and_facts(told, "left_kg", "most_period") == ("left.dear", 400, "t2")


# --- why this partner


def two_ways(to_c: Any) -> Object:
    """Return A's 100 kg that go to B for 12 - 1, or could go to C for `to_c` - 2; C sells its own, too."""
    return world(
        sites=ABC,
        supplies=[supply(100, 2), supply(10, 3, "c")],
        lanes=[lane("a", "b", 1), lane("a", "c", 2)],
        outlets=[
            {**outlet(200, 12, "b", owner="B"), "code": "oB"},
            {**outlet(500, to_c, "c", owner="C"), "code": "oC"},
        ],
    )


def test_the_next_best_use_is_named_with_the_difference() -> None:
    told = why(planned(two_ways(11)), "A", "B")
    names = ("giver", "taker", "product", "worth_idr_per_kg", "less_idr_per_kg")
    # 12 - 1 with B, 11 - 2 with C.
    assert code_and_facts(told, *names) == ("why.better", "A", "B", "beras", 11, 2)
    other = told.facts["other"]
    assert isinstance(other, Sentence)
    assert (other.code, other.facts["site"]) == ("use.lane", "c")


@pytest.mark.parametrize(("price", "taker"), [(12.99, "B"), (13.01, "C")])
def test_the_difference_is_the_price_that_would_change_the_partner(price: float, taker: str) -> None:
    assert planned(two_ways(price)).partners() == [("A", taker, "sale", 100)]


def test_a_use_that_is_as_good_is_told_to_be_as_good() -> None:
    judged = planned(to_b(12, 2) | {
        "local_trade": [{"site": "a", "product": "beras", "period": "*", "sell_idr_per_kg": 10.8}]
    })  # fmt: skip
    assert code_and_facts(why(judged, "A", "B"), "other", "less_idr_per_kg") == (
        "why.as_good",
        "use.local",
        0,
    )


def test_the_only_use_within_reach_is_told_to_be_the_only_one() -> None:
    told = why(planned(to_b(12, 2)), "A", "B")
    assert code_and_facts(told, "giver", "taker", "worth_idr_per_kg") == ("why.only", "A", "B", 11)


def test_the_local_trader_is_a_use_like_any_other() -> None:
    judged = planned(
        to_b(12, 2)
        | {"local_trade": [{"site": "a", "product": "beras", "period": "*", "sell_idr_per_kg": 7}]}
    )
    told = why(judged, "A", "B")
    assert code_and_facts(told, "other", "less_idr_per_kg") == ("why.better", "use.local", 4)


def test_buying_together_says_why() -> None:
    network = world(
        sources=[{**outlet(500, 12, "b", owner="B", steps=[(100, 8)]), "code": "u"}],
        needs=[
            {"site": at, "product": "beras", "period": "t1", "kg": 50, "worth_idr_per_kg": 15} for at in "ab"
        ],
        lanes=[lane("b", "a", 1)],
    )
    for row in network["sources"]:
        row.pop("least_kg", None)
    assert code_and_facts(why(planned(network), "B", "A"), "giver", "taker") == (
        "why.pooled_buying",
        "B",
        "A",
    )


def test_stock_that_another_has_at_ones_site_says_why() -> None:
    network = world(
        storages=[store(site="b", opening_kg={"beras": 5}, capacity_kg=0)],
        outlets=[outlet(5, 9, "b", owner="B")],
    )
    assert code_and_facts(why(planned(network), "A", "B"), "giver", "taker") == ("why.stock", "A", "B")


def test_names_are_said_rather_than_codes() -> None:
    network = to_b(8, 10)
    network["parties"] = [{"code": "A", "name": "Koperasi Maju"}, {"code": "B", "name": "Koperasi Jaya"}]
    network["products"] = [{"code": "beras", "name": "Beras medium"}]
    told = reason(planned(network), "A")
    assert code_and_facts(told, "party", "product") == ("left.dear", "Koperasi Maju", "Beras medium")


# --- every network


@pytest.mark.parametrize("kind", ["tiny", "yesno", "linear"])
def test_every_partnership_and_everyone_left_out_has_a_reason_that_can_be_said(kind: str) -> None:
    for seed in range(300, 306):
        network = networks.linear(seed, 9, 2) if kind == "linear" else getattr(networks, kind)(seed)
        plan = planned(network).plan
        sentences = [each.reason for each in plan.partnerships]
        for outcome in plan.outcomes:
            assert outcome.trades or outcome.reasons, f"seed {seed}"
            sentences += outcome.reasons
        for sentence in sentences:
            assert sentence is not None
            assert "{" not in str(sentence), f"seed {seed}"
            amounts = {name: v for name, v in sentence.facts.items() if name.endswith(("_kg", "_idr_per_kg"))}
            assert all(isinstance(amount, int) for amount in amounts.values()), sentence
            assert all(isinstance(v, int) and v >= 0 for v in amounts.values()), sentence


def test_a_harvest_that_nobody_takes_is_named() -> None:
    problem = read(
        {
            "format": "jejaring-network/1",
            "periods": [{"code": "t1"}],
            "products": [{"code": "dedak"}, {"code": "beras"}],
            "parties": [{"code": "A"}],
            "sites": [{"code": "a", "party": "A"}],
            "supplies": [{"site": "a", "product": "dedak", "period": "t1", "available_kg": 50}],
        }
    )
    (outcome,) = solve(problem).outcomes
    assert [str(reason) for reason in outcome.reasons] == [
        "Nobody within reach of A takes dedak: 50 stay there."
    ]


# --- what was agreed before


def after_talks(*terms: Object, sell: Any = None, cost: Any = 5) -> Judged:
    """Return A's 10 kg, which B's outlet takes at 9 after a haul for 1, with what was agreed of the haul."""
    network = agreements.third(
        second(
            supplies=[supply(10, cost)],
            local_trade=[{"site": "a", "product": "beras", "period": "*", "sell_idr_per_kg": sell}]
            if sell
            else [],
            outlets=[outlet(100, 9, "b", owner="B")],
            lanes=[lane("a", "b", 1)],
        ),
        list(terms),
    )
    return planned(network, shared=False)


A_TO_B = ("a", "b", "beras", "t1")


def test_what_was_agreed_is_the_reason_why_it_is_sent() -> None:
    assert why(after_talks(), "A", "B").code == "why.only"
    told = why(after_talks(agreements.term(A_TO_B, 4, 4)), "A", "B")
    assert code_and_facts(told, "giver", "taker", "product", "period") == (
        "why.agreed", "A", "B", "beras", "t1",
    )  # fmt: skip


def test_what_stays_behind_since_no_more_was_agreed_says_so() -> None:
    # By the lane 8 could be had for it; but no more than 4 kg were agreed, and the trader pays 3.
    told = reason(after_talks(agreements.term(A_TO_B, 4, 4), sell=3), "A")
    assert code_and_facts(told, "left_kg", "cost_idr_per_kg", "worth_idr_per_kg") == ("left.agreed", 6, 5, 3)


def test_who_keeps_its_goods_since_it_declined_isnt_told_that_nobody_is_near() -> None:
    told = reason(after_talks(agreements.term(A_TO_B, 0, 0), sell=7), "A")
    assert code_and_facts(told, "party", "worth_idr_per_kg") == ("alone.agreed", "A", 7)


def test_a_lane_that_may_carry_more_is_still_weighed() -> None:
    told = why(after_talks(agreements.term(A_TO_B, 0, 20), sell=7), "A", "B")
    assert code_and_facts(told, "less_idr_per_kg", "other") == ("why.better", 1, "use.local")
