"""Who hands what to whom: worlds of a few kilograms in which the answer can be seen."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engines.judged import Judged, Object, faults, planned
from tests.referee import networks, paths
from tests.referee.worlds import chain, lane, outlet, store, supply, world


def process(owner: str, site: str, **more: Any) -> Object:
    """Return a mill: half of the paddy becomes rice, for 1 rupiah per kg."""
    row = {"code": "p", "owner": owner, "site": site, "input": "padi", "outputs": {"beras": 0.5}}
    return {**row, "period": "*", "capacity_kg": 1000, "cost_idr_per_kg": 1, **more}


def paddy(way: Object) -> Object:
    """Return a lane that carries paddy."""
    return {**way, "products": ["padi"]}


def right(network: Object) -> Judged:
    """Return the plan of a world, judged to be right; who trades is in some partnership."""
    judged = planned(network)
    assert faults(judged) == []
    named = {party for giver, taker, _, _ in judged.partners() for party in (giver, taker)}
    assert judged.traders() == named
    return judged


def hand_overs(judged: Judged, giver: str, taker: str) -> list[tuple[str, str, str, int]]:
    """Return (site, product, period, kg) of what one party hands another."""
    problem = judged.problem
    return [
        (problem.sites.codes[h.site], problem.products[h.product], problem.periods[h.period], h.kg)
        for h in judged.partnership(giver, taker).hand_overs
    ]


def test_goods_that_arrive_at_anothers_site_are_sold_to_it_at_the_price_there() -> None:
    judged = right(
        world(supplies=[supply(10, 2)], lanes=[lane("a", "b", 1)], outlets=[outlet(20, 9, "b", owner="B")])
    )
    assert judged.partners() == [("A", "B", "sale", 10)]
    assert hand_overs(judged, "A", "B") == [("b", "beras", "t1", 10)]
    (only,) = judged.partnership("A", "B").hand_overs
    # The outlet takes more than there is: rice at b is worth what it pays.
    assert only.price_idr_per_kg == pytest.approx(9)
    assert judged.partnership("A", "B").value_idr == pytest.approx(90)


def test_paddy_that_goes_to_a_mill_and_comes_back_as_rice_is_worked_on_for_a_fee() -> None:
    judged = right(
        world(
            supplies=[supply(100, 2, product="padi")],
            processes=[process("B", "b")],
            lanes=[paddy(lane("a", "b", 1)), lane("b", "a", 1)],
            outlets=[outlet(80, 20)],
        )
    )
    assert judged.partners() == [("A", "B", "toll", 100)]
    assert hand_overs(judged, "A", "B") == [("b", "padi", "t1", 100)]
    (only,) = judged.partnership("A", "B").hand_overs
    # There is more room in the mill than paddy: the fee is its cost, and the haul back of half a kilogram.
    assert only.price_idr_per_kg == pytest.approx(1.5)


def test_only_the_rice_that_comes_back_makes_it_toll_the_rest_is_sold() -> None:
    judged = right(
        world(
            supplies=[supply(100, 2, product="padi")],
            processes=[process("B", "b")],
            lanes=[paddy(lane("a", "b", 1)), lane("b", "a", 1)],
            outlets=[outlet(20, 30), {**outlet(100, 25, "b", owner="B"), "code": "oB"}],
        )
    )
    # 20 kg of rice come back: 40 kg of paddy were worked on, 60 were sold for good.
    assert judged.partners() == [("A", "B", "sale", 60), ("A", "B", "toll", 40)]


def test_a_mill_of_another_on_ones_own_site_works_for_a_fee() -> None:
    judged = right(
        world(
            supplies=[supply(100, 2, product="padi")],
            processes=[process("B", "a", capacity_kg=60)],
            outlets=[outlet(80, 20)],
        )
    )
    assert judged.partners() == [("A", "B", "toll", 60)]
    # Only 60 of 100 kg fit: paddy is worth its cost of 2, half a kg of rice 10.
    assert judged.partnership("A", "B").hand_overs[0].price_idr_per_kg == pytest.approx(8)


def test_a_mill_at_nobodys_site_buys_what_it_works_on() -> None:
    judged = right(
        world(
            supplies=[supply(100, 2, product="padi")],
            processes=[process("B", "m")],
            lanes=[paddy(lane("a", "m", 1))],
            outlets=[outlet(80, 20, "m", owner="B")],
        )
    )
    # What comes out is B's, sold through B's own channel.
    assert judged.partners() == [("A", "B", "sale", 100)]


def test_goods_sold_through_anothers_channel_at_nobodys_market_are_marketed() -> None:
    judged = right(chain())
    assert judged.partners() == [("A", "B", "marketing", 10)]
    assert hand_overs(judged, "A", "B") == [("m", "beras", "t1", 10)]
    # Rice at m is worth 4, the channel pays 9.
    assert judged.partnership("A", "B").hand_overs[0].price_idr_per_kg == pytest.approx(5)


def pooled(site: str, lanes: list[Object]) -> Object:
    """Return urea that B buys cheaper by the hundred, which A and B need."""
    source = {**outlet(500, 12, site, owner="B", steps=[]), "code": "u"}
    return world(
        sources=[source | {"steps": [{"from_kg": 100, "price_idr_per_kg": 8}]}],
        needs=[
            {"site": at, "product": "beras", "period": "t1", "kg": kg, "worth_idr_per_kg": 15}
            for at, kg in (("a", 70), ("b", 30))
        ],
        lanes=lanes,
    )


def test_what_one_buys_for_others_is_bought_together() -> None:
    judged = right(pooled("b", [lane("b", "a", 1)]))
    assert judged.kg("sources", "u", "t1") == 100
    assert judged.partners() == [("B", "A", "pooled_buying", 70)]
    assert hand_overs(judged, "B", "A") == [("a", "beras", "t1", 70)]


def test_a_channel_that_delivers_at_anothers_site_is_bought_together_there() -> None:
    judged = right(pooled("a", [lane("a", "b", 1)]))
    assert ("B", "A", "pooled_buying", 100) in judged.partners()


def held(site: str) -> Object:
    """Return rice of t1 that is sold at a in t2 and kept by B meanwhile."""
    return world(
        "t1 t2",
        supplies=[{**supply(40, 2), "period": "t1"}],
        storages=[store(owner="B", site=site, cost_idr_per_kg=1)],
        lanes=[lane("a", "b", 1), lane("b", "a", 1)] if site == "b" else [],
        outlets=[{**outlet(90, 20), "period": "t2"}],
    )


def test_goods_that_go_to_a_partner_and_come_back_later_are_kept_there() -> None:
    judged = right(held("b"))
    assert judged.partners() == [("A", "B", "storage", 40)]
    assert hand_overs(judged, "A", "B") == [("b", "beras", "t1", 40)]


def test_a_store_of_another_on_ones_own_site_keeps_for_a_fee() -> None:
    judged = right(held("a"))
    assert judged.partners() == [("A", "B", "storage", 40)]
    # Room without end: the fee is what keeping costs.
    assert judged.partnership("A", "B").hand_overs[0].price_idr_per_kg == pytest.approx(1)


def test_what_leaves_nobodys_site_is_everybodys_in_proportion() -> None:
    judged = right(
        world(
            sites={"a": "A", "b": "B", "m": None, "c": "C", "d": "D"},
            supplies=[supply(30, 2), supply(10, 2, "b")],
            lanes=[lane("a", "m", 1), lane("b", "m", 1)],
            outlets=[{**outlet(20, 9, "m", owner=owner), "code": f"o{owner}"} for owner in "CD"],
        )
    )
    assert judged.partners() == [
        ("A", "C", "marketing", 15),
        ("A", "D", "marketing", 15),
        ("B", "C", "marketing", 5),
        ("B", "D", "marketing", 5),
    ]


def test_proportions_that_do_not_come_out_whole_still_add_up() -> None:
    judged = right(
        world(
            sites={"a": "A", "b": "B", "c": "C", "m": None, "d": "D", "e": "E"},
            supplies=[supply(10, 2), supply(10, 2, "b"), supply(5, 2, "c")],
            lanes=[lane(site, "m", 1) for site in "abc"],
            outlets=[
                {**outlet(most, 9, "m", owner=owner), "code": f"o{owner}"}
                for owner, most in (("D", 12), ("E", 13))
            ],
        )
    )
    sold = {("D", "t1"): 12, ("E", "t1"): 13}
    for owner in "DE":
        parts = [kg for _, taker, _, kg in judged.partners() if taker == owner]
        assert sum(parts) == sold[owner, "t1"]
    brought = dict.fromkeys("ABC", 0)
    for giver, _, _, kg in judged.partners():
        brought[giver] += kg
    # Each part is rounded by itself, so a kilogram may change hands.
    assert brought == pytest.approx({"A": 10, "B": 10, "C": 5}, abs=1)


def test_stock_at_nobodys_site_goes_first_in_first_out() -> None:
    judged = right(
        world(
            "t1 t2 t3",
            {"a": "A", "b": "B", "c": "C", "d": "D", "m": None},
            supplies=[{**supply(10, 2), "period": "t1"}, {**supply(10, 2, "b"), "period": "t2"}],
            storages=[store(owner="C", site="m", capacity_kg=10)],
            lanes=[lane("a", "m", 1), lane("b", "m", 1)],
            outlets=[
                {**outlet(10, 9, "m", owner="D"), "code": "oD", "period": "t2"},
                {**outlet(10, 9, "m", owner="D"), "code": "oD", "period": "t3"},
            ],
        )
    )
    # A's rice of t1 is sold in t2, B's of t2 is kept then and sold in t3.
    assert hand_overs(judged, "A", "D") == [("m", "beras", "t2", 10)]
    assert hand_overs(judged, "B", "D") == [("m", "beras", "t3", 10)]
    assert hand_overs(judged, "A", "C") == [("m", "beras", "t1", 10)]
    assert hand_overs(judged, "B", "C") == [("m", "beras", "t2", 10)]


def test_opening_stock_at_anothers_site_is_sold_as_far_as_it_is_used() -> None:
    judged = right(
        world(
            storages=[store(site="b", opening_kg={"beras": 9}, capacity_kg=0)],
            outlets=[outlet(5, 9, "b", owner="B")],
        )
    )
    assert judged.partners() == [("A", "B", "sale", 5)]


def test_opening_stock_at_nobodys_site_stays_its_owners_until_it_is_sold() -> None:
    judged = right(
        world(
            storages=[store(site="m", opening_kg={"beras": 9}, capacity_kg=0)],
            outlets=[outlet(5, 9, "m", owner="B")],
        )
    )
    assert judged.partners() == [("A", "B", "marketing", 5)]


def test_goods_of_two_that_one_haul_brings_from_nobodys_site_are_sold_by_both() -> None:
    judged = right(
        world(
            sites={"a": "A", "b": "B", "m": None, "c": "C"},
            supplies=[supply(30, 2), supply(10, 2, "b")],
            lanes=[lane("a", "m", 1), lane("b", "m", 1), lane("m", "c", 1)],
            outlets=[outlet(90, 9, "c", owner="C")],
        )
    )
    assert judged.partners() == [("A", "C", "sale", 30), ("B", "C", "sale", 10)]


def test_who_only_sells_at_home_trades_with_nobody() -> None:
    judged = right(chain())
    assert "C" not in judged.traders()
    assert not [row for row in judged.partners() if "C" in row[:2]]


def test_a_partys_own_sites_and_channels_are_no_partners() -> None:
    judged = right(
        world(
            sites={"a": "A", "b": "A", "m": None},
            supplies=[supply(10, 2)],
            lanes=[lane("a", "b"), lane("b", "m")],
            outlets=[outlet(10, 9, "m")],
        )
    )
    assert judged.partners() == []
    assert judged.traders() == set()


def test_the_partnership_of_the_greatest_value_comes_first() -> None:
    for seed in range(4):
        values = [each.value_idr for each in planned(networks.yesno(seed)).plan.partnerships]
        assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("kind", ["tiny", "yesno", "linear"])
def test_who_must_trade_does_and_who_shares_no_path_with_anybody_does_not(kind: str) -> None:
    for seed in range(100, 104):
        network = networks.linear(seed, 9, 2) if kind == "linear" else getattr(networks, kind)(seed)
        judged = planned(network)
        flows = judged.document["flows"]
        assert paths.inseparable_parties(judged.network, flows) <= judged.traders(), f"seed {seed}"
        assert judged.traders() <= paths.trading_parties(judged.network, flows), f"seed {seed}"
        for giver, taker, _, kg in judged.partners():
            assert giver != taker
            assert kg > 0
