"""What is lost on the way: it is counted in what arrives, in prices, and in whose goods they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jejaring.engines.planning.evaluate import broken_rules
from jejaring.engines.planning.plan import FlowTable
from tests.engines.version_two import Object, second, solved
from tests.referee.worlds import lane, outlet, store, supply


def sent_to_market(**more: object) -> Object:
    """Return A's 100 kg at 2, a lane to market at 1, and a buyer there at 10."""
    return second(
        supplies=[supply(100, 2)], outlets=[outlet(None, 10, "m")], lanes=[lane("a", "m", 1, **more)]
    )


def test_what_is_lost_on_the_way_isnt_sold() -> None:
    found = solved(sent_to_market(loss=0.1))
    assert (found.kg("lanes"), found.kg("outlets")) == (100, 90)
    # 90 kg at 10, less 100 kg at 2 and the way at 1.
    assert found.plan.value_idr == found.plan.bound_idr == found.plan.surplus_idr == 600
    assert found.plan.certificate.bound_proof == "duals"
    # A kilogram at home is worth nine tenths of ten, less the way.
    assert (found.price("a"), found.price("m")) == (8, 10)


def test_a_loss_that_eats_up_the_gain_is_not_worth_the_way() -> None:
    found = solved(sent_to_market(loss=0.71))
    assert found.plan.value_idr == 0
    assert not found.document["flows"]["lanes"]


def test_nothing_is_sent_where_all_is_lost() -> None:
    found = solved(sent_to_market(loss=1))
    assert found.plan.value_idr == 0
    assert "left.no_use" in {reason.code for outcome in found.plan.outcomes for reason in outcome.reasons}


def test_the_road_takes_its_share_by_the_kilometre() -> None:
    network = sent_to_market(loss=0.01, km=50)
    network["products"][1]["loss_per_100_km"] = 0.02
    found = solved(network)
    assert (found.kg("lanes"), found.kg("outlets")) == (100, 98)


def test_parts_of_a_kilogram_that_arrive_are_not_sold() -> None:
    network = sent_to_market(loss=0.015)
    network["supplies"][0]["available_kg"] = 101
    found = solved(network)
    # 99.485 kg arrive.
    assert found.kg("outlets") == 99
    assert found.plan.value_idr == pytest.approx(994.85 - 303)


def test_who_sends_bears_what_is_lost() -> None:
    network = second(
        supplies=[supply(100, 2)],
        outlets=[outlet(None, 10, "b", owner="B")],
        lanes=[lane("a", "b", 1, loss=0.1)],
    )
    found = solved(network)
    # B gets 90 kg and pays what they bring; what A keeps is all the gain, as its harvest is what is scarce.
    assert found.hand_overs() == [("A", "B", "sale", "t1", 90, 10)]
    assert found.payoff("market") == {"A": 600, "B": 0}


def test_at_nobodys_site_goods_are_mixed_as_they_arrive() -> None:
    network = second(
        supplies=[supply(100, 2), supply(100, 2, "b")],
        outlets=[outlet(140, 10, "m")],
        lanes=[lane("a", "m", 1, loss=0.5), lane("b", "m", 1, loss=0.1)],
    )
    found = solved(network)
    # 90 of B's and 50 of A's arrive; A sells B's.
    assert found.kg("outlets") == 140
    assert [each[:5] for each in found.hand_overs()] == [("B", "A", "marketing", "t1", 90)]


def test_a_need_that_must_be_met_is_sent_more_than_it_is() -> None:
    network = second(
        needs=[{"site": "a", "product": "beras", "period": "t1", "kg": 90}],
        local_trade=[{"site": "a", "product": "beras", "period": "*", "buy_idr_per_kg": 7}],
        supplies=[supply(200, 2, "b")],
        lanes=[lane("b", "a", 1, loss=0.1)],
    )
    found = solved(network)
    assert (found.kg("lanes"), found.kg("needs"), found.kg("local_purchases")) == (100, 90, 0)
    assert found.plan.value_idr == pytest.approx(-300)


def test_lanes_there_and_back_shrink_what_is_kept_elsewhere() -> None:
    # A keeps its harvest in B's store: half a tenth is lost each way.
    network = second(
        "t1 t2",
        supplies=[supply(100, 1, period="t1")],
        outlets=[{**outlet(None, 10), "period": "t2"}],
        storages=[store(owner="B", site="b")],
        lanes=[lane("a", "b", 0, loss=0.05), lane("b", "a", 0, loss=0.05)],
    )
    found = solved(network)
    assert [row["kg"] for row in found.document["flows"]["lanes"]] == [100, 95]
    assert found.kg("outlets") == 90
    assert found.plan.value_idr == pytest.approx(100 * 0.95 * 0.95 * 10 - 100)


def test_flows_in_which_what_was_lost_is_sold_break_the_balance() -> None:
    found = solved(sent_to_market(loss=0.1), shared=False)
    flows = found.plan.flows
    assert broken_rules(found.problem, flows) == ()
    sold = FlowTable(flows.outlets.row, flows.outlets.period, np.array([91]))
    assert broken_rules(found.problem, replace(flows, outlets=sold)) == ("balance",)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(["0", "0.001", "0.015", "0.3", "0.5", "0.99"]), min_size=1, max_size=5),
    st.integers(0, 5000),
)
def test_along_a_chain_losses_multiply(losses: list[str], kg: int) -> None:
    names = [f"s{number}" for number in range(len(losses))]
    network = second(
        sites={"a": "A", **dict.fromkeys(names, None)},
        supplies=[supply(kg, 0)],
        outlets=[outlet(None, 1000, names[-1])],
        lanes=[
            lane(start, end, 0, loss=float(loss))
            for start, end, loss in zip(["a", *names], names, losses, strict=False)
        ],
    )
    found = solved(network, shared=False)
    left = float(kg)
    for loss in losses:
        left *= 1 - float(loss)
    assert found.plan.value_idr == pytest.approx(1000 * left, rel=1e-6, abs=0.5)
    # Each stop keeps less than a kilogram back, and what stays there is lost further on as well.
    assert left - len(losses) <= found.kg("outlets") <= left
