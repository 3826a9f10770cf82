"""A second reading: worth beside money, today beside the plan, whole trips, what wasn't told."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from jejaring.documents.charts.months import product_months
from jejaring.documents.language import language
from jejaring.documents.names import names
from jejaring.documents.paper.blocks import Boxes, Table
from jejaring.documents.paper.chapters import paper
from jejaring.documents.report import Run, report_html
from jejaring.documents.sections.below_today import below_today, own_below_today
from jejaring.documents.sections.cash import cash_words, own_sentences
from jejaring.documents.sections.not_told import not_told
from jejaring.documents.sections.sharing import sharing
from jejaring.documents.sections.shortages import short_rows
from jejaring.documents.sections.trips import whole_trips_words
from jejaring.documents.sections.why_not import is_trace, why_not_words, worth_trying
from jejaring.engines import planning
from jejaring.engines.planning.interchange import read_json
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers, Change, Shortage, WhyNot, WhyNots
from jejaring.engines.planning.questions.cash import cash, needs_worth_idr
from tests.referee.worlds import lane, lorry, outlet, second, store, supply

EN = language("en")


def planned(document: dict[str, Any]) -> tuple[Problem, Plan, tuple[Share, ...]]:
    problem = read_json(json.dumps(document).encode())
    plan = planning.solve(problem)
    return problem, plan, planning.share(problem, plan, rules=["equal", "market"])


def farm(today_idr_per_kg: int = 0, **sections: Any) -> dict[str, Any]:
    """Return A's 100 kg that B sells at its own place for 9,000; 20 kg of them A's trader takes for 4,000."""
    sold: dict[str, Any] = {"site": "a", "product": "beras", "period": "*", "sells_kg": 100}
    sold["sells_idr_per_kg"] = today_idr_per_kg
    network = second(
        sites={"a": "A", "b": "B"},
        supplies=[supply(100, 3000)],
        lanes=sections.pop("lanes", [lane("a", "b", 500)]),
        outlets=[outlet(90, 9000, site="b", owner="B")],
        local_trade=[
            {"site": "a", "product": "beras", "period": "*", "sell_idr_per_kg": 4000, "most_sell_kg": 20}
        ],
        **sections,
    )
    return network | ({"today": [sold]} if today_idr_per_kg else {})


def said_of_today(document: dict[str, Any]) -> tuple[str, ...]:
    problem, plan, shares = planned(document)
    called = names(problem, EN)
    return below_today(problem, plan, sharing(plan, shares, called, EN), called, EN)


def test_who_makes_more_today_than_alone_or_by_the_plan_is_named() -> None:
    assert said_of_today(farm()) == ()
    # A makes 100 × 2,000 today, alone 20 × 1,000; the market leaves A what its trader pays.
    alone, *rules = said_of_today(farm(5000))
    assert alone.startswith("For 1 of 1 co-ops that told it")
    assert rules == [
        "By the rule “Equal parts” nobody has less by the plan than today.",
        "By the rule “By market prices” 1 co-op has less by the plan than today: A.",
    ]
    # At 3,100 today is 10,000: less than all of that.
    assert said_of_today(farm(3100)) == ("By no rule anybody who told it has less by the plan than today.",)


def test_a_co_op_reads_in_its_own_edition_that_today_is_more() -> None:
    problem, plan, shares = planned(farm(5000))
    mine = own_below_today(problem, plan, shares, 0, EN)
    assert len(mine) == 2
    assert "“By market prices”" in mine[1]
    assert own_below_today(problem, plan, shares, 1, EN) == ()


def test_worth_that_is_no_money_stands_beside_the_money() -> None:
    need = {"site": "a", "product": "beras", "period": "t1", "kg": 30, "worth_idr_per_kg": 12000}
    problem, plan, _ = planned(farm(needs=[need]))
    assert needs_worth_idr(problem, plan) == (360_000, 0)
    answer, called = cash(problem, plan), names(problem, EN)
    words = cash_words(problem, answer, called, EN, plan=plan)
    assert {row.party: row.worth_idr for row in words.rows} == {0: 360_000, 1: 0}
    assert words.adds_up[1].startswith("Rp360,000 of what the co-ops have together")
    assert any("no money" in each for each in own_sentences(answer, 0, called, EN, 360_000))
    problem, plan, _ = planned(farm())
    words = cash_words(problem, cash(problem, plan), names(problem, EN), EN, plan=plan)
    assert len(words.adds_up) == 1


def test_what_whole_trips_cost_is_said_beside_the_gain() -> None:
    document = farm(
        vehicles=[lorry(capacity_kg=40, idr_per_trip=20_000)],
        lanes=[lane("a", "b", 100, vehicle="l", km=10)],
    )
    problem, plan, shares = planned(document)
    asked = planning.ask(problem, plan, shares, only=["trips"])
    said = whole_trips_words(plan, asked.trips, EN)
    # 90 kg are 2.25 loads at 20,000: 45,000, and three trips cost 60,000; by the kilogram 90 × 100.
    assert "costs Rp15,000 more" in said
    assert "Of hauling, Rp54,000, Rp45,000 are full loads of lorries; Rp9,000 is" in said
    page = report_html(problem, plan, shares, Run(), EN, asked)
    assert page.count("costs Rp15,000 more") == 2
    assert whole_trips_words(plan, None, EN) == ""


@pytest.mark.parametrize("told", [False, True])
def test_what_nobody_entered_is_said_with_where_to_enter_it(told: bool) -> None:
    document = farm()
    if told:
        document |= {"vehicles": [lorry()]}
        document["parties"][0]["cash_idr"] = 5
        document["outlets"][0]["site"] = "b"
        document["storages"] = [store(code="s", build_cost_idr=9)]
    problem, plan, _ = planned(document)
    answers = Answers(cash=cash(problem, plan))
    found = not_told(problem, answers, EN)
    assert all(bool(each) != told for each in (found.lorries, found.building, found.cash))
    page = report_html(problem, plan, (), Run(), EN, answers)
    assert ("No lorries are shown" in page) != told
    # Without questions nothing is missing.
    assert not_told(problem, None, EN).lorries == ""


def shortage(**more: Any) -> Shortage:
    """Return 300 kg that the outlet of `farm` would take, at 9,000; the next costs 8,000."""
    made: dict[str, Any] = {
        "table": "outlets", "row": 0, "owner": 1, "site": 1, "product": 1, "period": 0, "short_kg": 300,
        "periods": 1, "brings_idr_per_kg": 9000.0, "costs_idr_per_kg": 8000.0, "binding": None,
    }  # fmt: skip
    return Shortage(**made | more)


def change(kind: Any, after: int, kg: int, **more: Any) -> Change:
    made: dict[str, Any] = {"table": "outlets", "field": "price_idr_per_kg", "row": 0, "cost_idr": kg}
    return Change(kind, before=Decimal(9000), after=Decimal(after), kg=kg, proof="exact", **made | more)


def channel(*changes: Change, **more: Any) -> WhyNot:
    made: dict[str, Any] = {"kind": "outlets", "row": 0, "party": 1, "product": 1, "period": 0, "left_kg": 0}
    return WhyNot(changes=changes, more=0, **made | more)


def test_the_price_at_which_a_channel_opens_is_the_same_wherever_it_is_told() -> None:
    problem, _, _ = planned(farm())
    called = names(problem, EN)
    (row,) = short_rows(problem, [shortage()], called, EN, [channel(change("price", 9750, 40))])
    assert "would cost Rp9,750/kg and is paid Rp9,000/kg" in row.reason
    (row,) = short_rows(problem, [shortage()], called, EN)
    assert row.reason == "The next kilogram costs about as much as it brings."
    # No goods can come at all: more room on the roads wouldn't help.
    (row,) = short_rows(problem, [shortage(costs_idr_per_kg=None)], called, EN)
    assert row.reason == "No way leads there on which these goods could come."


def test_a_change_that_brings_in_a_trace_stands_after_those_that_bring_in_more() -> None:
    problem, _, _ = planned(farm())
    trace, more = change("price", 9001, 40), change("lane", 400, 3000, table="lanes", cost_idr=30_000)
    left = channel(trace, more, kind="supply", party=0, left_kg=10_000)
    assert worth_trying(problem, left) == (more, trace)
    assert [is_trace(left, each) for each in (trace, more)] == [True, False]
    answers = Answers(why_not=WhyNots((left,), (), (), 1, 1))
    words = why_not_words(problem, answers, names(problem, EN), EN)
    assert words
    assert [
        each.words.endswith("(brings in less than a hundredth of it)") for each in words.rows[0].changes
    ] == [
        False,
        True,
    ]


def test_what_was_in_store_before_is_there_now() -> None:
    document = farm()
    document |= {
        "periods": [{"code": "t1"}, {"code": "t2"}],
        "storages": [store(loss=0.1)],
        "outlets": [outlet(90, 9000, site="b", owner="B", period="t2")],
        "supplies": [supply(100, 3000, period="t1")],
        "local_trade": [],
    }
    problem, plan, _ = planned(document)
    (rice,) = product_months(problem, plan)
    assert rice.kept.tolist() == [100.0, 0.0]
    assert rice.there.tolist() == [100.0, 90.0]
    assert rice.used.tolist() == [0.0, 90.0]


def test_the_paper_tells_deliveries_by_period_and_who_would_take_more() -> None:
    problem, plan, shares = planned(farm(5000))
    answers = Answers(why_not=WhyNots((), (), (shortage(),), 1, 1))
    chapters = {each.title: each.blocks for each in paper(problem, plan, shares, EN, answers).chapters}
    (sent,) = chapters["Deliveries by period"]
    assert isinstance(sent, Table)
    assert [row[1] for row in sent.rows] == ["A → B, beras 0.09 t"]
    (unmet,) = chapters["What stays unmet, and what is in the way"]
    assert isinstance(unmet, Table)
    assert unmet.rows[0][2:4] == ("300", "2,700,000")
    (boxes,) = chapters["In short"]
    assert isinstance(boxes, Boxes)
    assert "And compared with today?" in {box.head for box in boxes.boxes}
