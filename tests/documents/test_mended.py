"""Deliveries by month, gains in words, and reference figures as people write them."""

from __future__ import annotations

from dataclasses import replace

from jejaring.documents.charts.gains import gains_words
from jejaring.documents.language import language
from jejaring.documents.names import names
from jejaring.documents.sections.deliveries import MOST_ROWS, deliveries
from jejaring.documents.sections.references import references
from jejaring.engines.planning.problem import Reference
from tests.documents.networks import solved

EN = language("en")


def test_deliveries_tell_every_kilogram_that_is_hauled_or_sold() -> None:
    problem, plan, _ = solved(30)
    sent = deliveries(problem, plan, names(problem, EN), EN)
    assert sum(each.hauled.kg for each in sent) == plan.flows.lanes.kg.sum()
    assert sum(each.sold.kg for each in sent) == plan.flows.outlets.kg.sum()
    for each in (part for month in sent for part in (month.hauled, month.sold)):
        assert len(each.rows) <= MOST_ROWS
        assert sum(row[3] for row in each.rows) + each.more_kg == each.kg


def test_what_most_gain_is_said_once() -> None:
    same = [(5_000_000, name) for name in "ABC"]
    assert gains_words("R", same, EN) == "By the rule “R”: 3 co-ops Rp5 million each."
    assert gains_words("R", [*same, (0, "D")], EN).endswith("3 co-ops Rp5 million each, 1 other nothing.")
    assert gains_words("R", [(2, "B"), (1, "A")], EN) == "By the rule “R”: from Rp1 (A) to Rp2 (B)."


def test_plain_reference_figures_are_grouped_but_nothing_else() -> None:
    problem, _, _ = solved(0)

    def shown(value: str, unit: str) -> str:
        figure = Reference("r", "item", value, unit, "2026", "source", "high")
        return references(replace(problem, references=(figure,)), language("id"))[0].value

    assert shown("630848", "t") == "630.848"
    assert shown("2026", "") == "2026"
    assert shown("6500–7000", "Rp/kg") == "6500–7000"
