"""Totals in editions: shown only where nobody's part can be worked out."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from jejaring.documents.edition_pages import edition_pages
from jejaring.documents.editions import tells_of_one
from jejaring.documents.language import language
from jejaring.documents.names import names
from jejaring.documents.sections.totals import totals
from jejaring.engines.planning.solve import solve
from tests.documents.editions import (
    RUN,
)
from tests.documents.networks import problem_of, solved, village_network


@pytest.mark.parametrize(
    ("parts", "tells"),
    [
        ((), True),
        ((5, 6, 7), True),
        ((5, 6, 7, 0), True),
        ((5, 6, 7, 8), False),
        ((100, 1, 1, 1), True),
        ((100, 1, 6, 5), True),
        ((100, 5, 6, 5), False),
        ((100, 90, 4, 5), True),
        ((-50, 40, 30, 20), False),
    ],
)
def test_a_total_is_shown_only_where_no_part_can_be_worked_out(
    parts: tuple[int, ...], *, tells: bool
) -> None:
    assert tells_of_one(parts) == tells


def test_totals_of_three_co_ops_are_kept_back_and_it_is_said() -> None:
    problem, plan, shares = solved(0)
    shown = totals(problem, plan, shares, names(problem, language("id")), language("id"))
    assert (shown.gain, shown.together, shown.alone, shown.tonnes) == ("", "", "", ())
    assert shown.hidden
    page = edition_pages(problem, plan, shares, RUN, language("en"))["public.html"]
    assert "Rp" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    assert "few co-ops stand behind it" in page


def test_a_rule_that_gives_nearly_all_to_one_keeps_the_total_back() -> None:
    problem, plan, shares = solved(8)
    called = names(problem, language("id"))
    even = [share for share in shares if share.rule == "equal"]
    assert totals(problem, plan, tuple(even), called, language("id")).gain
    whole = sum(even[0].payoff_idr) - sum(int(alone) for alone in plan.alone_idr)
    payoff = [int(alone) + (whole if party == 0 else 0) for party, alone in enumerate(plan.alone_idr)]
    greedy = replace(even[0], rule="market", payoff_idr=tuple(payoff))
    assert not totals(problem, plan, (*even, greedy), called, language("id")).gain


def test_a_months_total_never_tells_what_another_month_keeps_back() -> None:
    network = village_network(8)
    network["supplies"] = [
        row for row in network["supplies"] if row["period"] != "2027-05" or row["site"] in {"s0", "s1"}
    ]
    problem = problem_of(network)
    plan = solve(problem)
    shown = totals(problem, plan, (), names(problem, language("id")), language("id"))
    [row] = shown.tonnes
    assert row.tonnes[4] == ""
    assert row.tonnes[0]
    assert row.total == ""
