"""What each party makes today: added up as it told, unknown where something is missing."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from jejaring.engines.planning.interchange import read_json
from jejaring.engines.planning.questions.plan_keys import documents
from jejaring.engines.planning.questions.today import today_idr
from jejaring.engines.planning.solve import solve

NETWORK: dict[str, Any] = {
    "format": "jejaring-network/2",
    "periods": [{"code": "2026-03"}, {"code": "2026-04"}],
    "products": [{"code": "gkp"}, {"code": "urea"}, {"code": "beras"}],
    "parties": [{"code": "A"}, {"code": "B"}, {"code": "C"}],
    "sites": [{"code": each, "party": each.upper()} for each in "abc"] + [{"code": "a2", "party": "A"}],
    "supplies": [
        {"site": "a", "product": "gkp", "period": "*", "available_kg": 1000, "cost_idr_per_kg": 6500.5},
        {"site": "b", "product": "gkp", "period": "2026-03", "available_kg": 1000},
    ],
    "needs": [
        {"site": "a", "product": "urea", "period": "2026-04", "kg": 100, "worth_idr_per_kg": 8000},
        {"site": "b", "product": "urea", "period": "2026-04", "kg": 100},
    ],
    "local_trade": [{"site": "b", "product": "urea", "period": "*", "buy_idr_per_kg": 7700}],
}


def told(*rows: dict[str, Any]) -> list[Fraction | None]:
    return list(today_idr(read_json(json.dumps({**NETWORK, "today": rows}).encode())))


def row(site: str, product: str, period: str = "2026-03", **figures: Any) -> dict[str, Any]:
    return {"site": site, "product": product, "period": period, **figures}


def test_sales_count_less_what_members_must_be_paid() -> None:
    # 800 x (6,600 - 6,500.5) = 79,600, in each of two months.
    assert told(row("a", "gkp", "*", sells_kg=800, sells_idr_per_kg=6600))[0] == 2 * 79_600


def test_a_cost_that_was_told_comes_before_the_supply_s() -> None:
    sold: dict[str, Any] = {"sells_kg": 0.5, "sells_idr_per_kg": 7000}
    assert told(row("a", "gkp", cost_idr_per_kg=6999, **sold))[0] == Fraction(1, 2)
    assert told(row("a", "gkp", cost_idr_per_kg=0, **sold))[0] == 3500


def test_selling_below_cost_is_a_loss() -> None:
    assert told(row("a", "gkp", sells_kg=100, sells_idr_per_kg=6400))[0] == -10_050


def test_buying_counts_what_it_is_worth_to_members() -> None:
    bought = {"buys_kg": 100, "buys_idr_per_kg": 7700}
    assert told(row("a", "urea", "2026-04", **bought))[0] == 30_000
    # A need that must be met has no worth: only what is paid counts.
    assert told(row("b", "urea", "2026-04", **bought))[1] == -770_000


def test_who_told_nothing_has_no_figure() -> None:
    assert told(row("a", "gkp", sells_kg=1, sells_idr_per_kg=6500.5)) == [0, None, None]


def test_an_unknown_cost_or_worth_makes_the_whole_figure_unknown() -> None:
    good = row("a", "gkp", sells_kg=800, sells_idr_per_kg=6600)
    assert told(good, row("a2", "beras", sells_kg=1, sells_idr_per_kg=12000))[0] is None
    assert told(good, row("a", "urea", buys_kg=1, buys_idr_per_kg=7700))[0] is None
    # Nothing sold: its cost needn't be known.
    assert told(good, row("a2", "beras", sells_idr_per_kg=12000))[0] == 79_600


def test_the_plan_file_says_today_where_somebody_told() -> None:
    silent = read_json(json.dumps(NETWORK).encode())
    assert "today_idr" not in documents(silent, solve(silent))
    rows = [row("a", "gkp", sells_kg=800, sells_idr_per_kg=6600)]
    problem = read_json(json.dumps({**NETWORK, "today": rows}).encode())
    assert documents(problem, solve(problem))["today_idr"] == {"A": 79_600, "B": None, "C": None}
