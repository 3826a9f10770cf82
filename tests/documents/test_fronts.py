"""The first page of a plan: plain values for each reader, with nobody else's figures."""

from __future__ import annotations

import json

from jejaring.documents.charts.own_months import own_months
from jejaring.documents.fronts import fronts
from jejaring.documents.language import language
from jejaring.documents.names import names
from jejaring.documents.sections.scarcity import scarcity
from jejaring.engines import planning
from tests.engines.small_networks import EXAMPLE, example, read

PROBLEM = read(example(outlets=[EXAMPLE["outlets"][0] | {"price_idr_per_kg": 14_000, "steps": []}]))
"""The example with a price at which rice pays."""
PLAN = planning.solve(PROBLEM)
SHARES = planning.share(PROBLEM, PLAN)
FRONTS = fronts(PROBLEM, PLAN, SHARES, language("id"))


def test_there_is_a_front_for_each_reader_in_plain_values() -> None:
    assert set(FRONTS) == {"facilitator", "public", "party:A", "party:B"}
    assert set(json.loads(json.dumps(FRONTS))) == set(FRONTS)


def test_a_party_reads_its_own_figures_and_the_facilitator_all() -> None:
    mine = FRONTS["party:A"]
    assert (mine["reader"], FRONTS["party:B"]["reader"]) == ("coop", "hub")
    assert mine["alone_idr"] == round(PLAN.alone_idr[0])
    by_code = {row["code"]: row for row in FRONTS["facilitator"]["parties"]}
    assert by_code["A"]["gain_idr"] == mine["rules"][0]["gain_idr"]
    assert by_code["B"]["alone_idr"] == round(PLAN.alone_idr[1])
    assert not {"alone_idr", "parties", "head", "deals"} & set(FRONTS["public"])


def test_a_network_of_months_speaks_of_months() -> None:
    told = json.dumps(FRONTS)
    assert "bulan" in told
    assert " masa " not in told
    assert "masa." not in told


def test_the_bars_are_in_proportion_to_the_longest() -> None:
    rule, widths = FRONTS["party:A"]["rules"][0], FRONTS["party:A"]["widths"]
    assert widths[2] == 100
    assert widths[1] == round(100 * FRONTS["party:A"]["alone_idr"] / rule["payoff_idr"])


def test_a_party_sees_what_its_members_have_and_what_of_it_the_plan_takes() -> None:
    gkp, beras, urea = (PROBLEM.products.index(code) for code in ("gkp", "beras", "urea"))
    of_a = {each.product: each for each in own_months(PROBLEM, PLAN, 0)}
    taken = PLAN.flows.supplies.kg.sum()
    assert of_a[gkp].there.tolist() == [120_000, 0]
    assert of_a[gkp].used.sum() + of_a[gkp].local.sum() == taken > 0
    assert of_a[urea].wanted.tolist() == [0, 800]
    assert beras not in of_a
    of_b = {each.product: each for each in own_months(PROBLEM, PLAN, 1)}
    assert of_b[beras].used.sum() == PLAN.flows.outlets.kg.sum() > 0
    assert gkp not in of_b


def test_a_network_of_months_speaks_of_months_as_the_report_does() -> None:
    months = language("en").of_periods(PROBLEM.periods)
    called = names(PROBLEM, months)
    told = scarcity(PROBLEM, PLAN, called, months).sentences
    assert any("month" in each for each in told)
    assert fronts(PROBLEM, PLAN, SHARES, language("en"))["facilitator"]["scarce"] == list(told)


def test_it_is_said_whether_it_was_asked_what_would_change_the_plan() -> None:
    asked = fronts(PROBLEM, PLAN, SHARES, language("id"), planning.ask(PROBLEM, PLAN, only=["why_not"]))
    for reader in ("facilitator", "party:A"):
        assert FRONTS[reader]["asked_why_not"] is False
        assert asked[reader]["asked_why_not"] is True
