"""Who gains by a wrong figure: small rooms on paper, and the same by planning the declared network anew."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from jejaring.engines import planning
from jejaring.engines.planning.interchange import read_json
from jejaring.engines.planning.plan import Rule
from jejaring.engines.planning.questions.answers import STATES, Declarations, Swing
from jejaring.engines.planning.questions.declarations import declarations
from jejaring.engines.planning.questions.evidence import evidence, state_of
from tests.referee.worlds import lane, outlet, supply, world

Object = dict[str, Any]


def room(**more: Any) -> Object:
    """Return A with 100 kg for 10 that B can sell for 30, and A to its trader for 12."""
    return world(
        supplies=[supply(100, 10)],
        lanes=[lane("a", "b")],
        outlets=[outlet(200, 30, "b", owner="B")],
        local_trade=[{"site": "a", "product": "beras", "period": "*", "sell_idr_per_kg": 12}],
        **more,
    )


def asked(network: Object) -> Declarations:
    problem = read_json(json.dumps(network).encode())
    return declarations(problem, planning.solve(problem))


def swing(answer: Declarations, party: int, kind: str, factor: str) -> Swing:
    (found,) = [
        each for each in answer.swings if (each.party, each.kind, str(each.factor)) == (party, kind, factor)
    ]
    return found


def test_an_overstated_price_pays_where_the_gain_is_divided_equally() -> None:
    # Truth: together 2,000, A alone 200: A gets 200 + 900. Declared 11: together 1,900, alone 100:
    # 100 + 900 = 1,000, and its members are content with 10: 100 kg × 1 more. Nothing gained, nothing lost.
    told = swing(asked(room()), 0, "price", "1.1")
    assert (told.value_idr, told.alone_idr, told.payoff_idr[0], told.gain_idr[0]) == (-100, -100, -100, 0)


def test_who_hides_a_part_of_what_it_could_do_alone_gains_half_of_it() -> None:
    # Without a trader A has nothing alone: 1,000 of 2,000. Declared 11: 950 of 1,900, and 100 in the pocket.
    network = room()
    del network["local_trade"]
    told = swing(asked(network), 0, "price", "1.1")
    assert (told.payoff_idr[0], told.gain_idr[0]) == (-50, 50)
    # By market prices everything is A's, whose rice is scarce: 1,900 and 100 in the pocket.
    assert told.gain_idr[asked(network).rules.index("market")] == 0


def test_goods_that_do_not_exist_must_be_bought_at_the_price_of_the_place() -> None:
    # Declared 110 kg: together 2,200, alone 220: 220 + 990. 10 kg must be bought for 30 instead of 10.
    told = swing(asked(room()), 0, "quantity", "1.1")
    assert (told.payoff_idr[0], told.gain_idr[0]) == (110, 110 - 200)


def test_goods_that_are_hidden_go_to_the_local_trader() -> None:
    # Declared 90 kg: together 1,800, alone 180: 180 + 810. The 10 kg hidden earn 2 each at the trader.
    told = swing(asked(room()), 0, "quantity", "0.9")
    assert (told.payoff_idr[0], told.gain_idr[0]) == (-110, -110 + 20)


def test_a_price_too_high_for_the_plan_leaves_the_goods_to_the_trader() -> None:
    # B pays 10.5 at most: at 11 nothing goes there. The trader still pays 10.25 to who is content with 10.
    network = room()
    network["outlets"][0]["price_idr_per_kg"] = 10.5
    network["local_trade"][0]["sell_idr_per_kg"] = 10.25
    told = swing(asked(network), 0, "price", "1.1")
    # Truth 50 together, 25 alone: 37.5 for A; then nothing, and 25 at the trader.
    assert told.payoff_idr[0] == pytest.approx(-38, abs=1)
    assert told.gain_idr[0] == pytest.approx(-12, abs=1)


def test_room_that_is_not_there_costs_its_rent() -> None:
    # A mill for 50 of B's own 100 kg: 5 a kg. Declared 55: 25 more, but those 5 kg can't be milled.
    mill = {"code": "p", "owner": "B", "site": "b", "input": "padi", "outputs": {"beras": 1}, "period": "*"}
    network = world(
        supplies=[supply(100, 10, "b", product="padi")],
        processes=[{**mill, "capacity_kg": 50, "cost_idr_per_kg": 5}],
        outlets=[outlet(200, 20, "b", owner="B")],
    )
    told = swing(asked(network), 1, "capacity", "1.1")
    assert (told.value_idr, told.gain_idr[told_rule(network, "market")]) == (25, 0)


def told_rule(network: Object, rule: Rule) -> int:
    return asked(network).rules.index(rule)


@pytest.mark.parametrize("rule", ["equal", "volume", "market", "even_core"])
def test_payoffs_under_a_declared_figure_are_those_of_the_declared_network_planned_anew(rule: Rule) -> None:
    network = room()
    network["supplies"].append(supply(80, 13, "b"))
    network["outlets"][0]["most_kg"] = 150
    answer = asked(network)

    def payoff(document: Object, party: str) -> int:
        problem = read_json(json.dumps(document).encode())
        (share,) = planning.share(problem, planning.solve(problem), rules=(rule,))
        return share.payoff_idr[problem.parties.codes.index(party)]

    place = answer.rules.index(rule)
    for party, code in enumerate("AB"):
        for factor in ("0.9", "1.1"):
            declared = deepcopy(network)
            row = declared["supplies"][party]
            row["cost_idr_per_kg"] = round(row["cost_idr_per_kg"] * float(factor), 6)
            expected = payoff(declared, code) - payoff(network, code)
            told = swing(answer, party, "price", factor).payoff_idr[place]
            assert told == pytest.approx(expected, abs=2), (code, factor)


def test_the_one_who_gains_most_is_named_under_each_rule_and_was_solved_in_full() -> None:
    network = room()
    del network["local_trade"]
    answer = asked(network)
    for rule, place in enumerate(answer.largest):
        best = max(each.gain_idr[rule] for each in answer.swings)
        assert best <= 0 if place < 0 else answer.swings[place].gain_idr[rule] == best
        assert place < 0 or answer.swings[place].proof == "exact"


def test_evidence_is_read_from_its_first_word_in_either_language() -> None:
    assert [state_of(text) for text in ("Lisan, 3 Maret", "said", "Dokumen RAT", "weighed: 2027-03-01")] == [
        "said", "said", "document", "weighed",
    ]  # fmt: skip
    assert [state_of(text) for text in ("ditimbang", "diukur.", "measured", "kira-kira", "")] == [
        "weighed", "measured", "measured", "other", "none",
    ]  # fmt: skip


def test_kilograms_are_counted_by_how_they_are_known() -> None:
    network = room()
    network["format"] = "jejaring-network/2"
    network["supplies"][0]["evidence"] = "ditimbang 2027-02"
    network["outlets"][0]["evidence"] = "lisan"
    of_a, of_b = evidence(read_json(json.dumps(network).encode()))
    assert dict(zip(STATES, of_a.kg, strict=True))["weighed"] == 100
    assert dict(zip(STATES, of_a.idr, strict=True))["weighed"] == 1000
    assert dict(zip(STATES, of_b.kg, strict=True))["said"] == 200
    assert sum(of_b.kg) == 200
