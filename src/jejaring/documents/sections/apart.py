"""Who works with others, but not with the hub itself, with whom and why there."""

from __future__ import annotations

from dataclasses import dataclass

from jejaring.documents.language import Language
from jejaring.documents.names import Names, hubs, listed
from jejaring.documents.sections.deals import Deals
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem

MOST_ROWS = 12
"""So many co-ops are told with their reasons; the others are counted."""
_MOST_REASONS = 3


@dataclass(frozen=True)
class Apart:
    """The co-ops that work with others only, the first ones; `more` says how many others there are."""

    rows: tuple[ApartRow, ...]
    more: str


@dataclass(frozen=True)
class ApartRow:
    """One co-op without a hand-over to or from the hub: whom it works with, and the plan's reasons."""

    party: int
    words: str
    reasons: tuple[str, ...]


def apart_from_hub(problem: Problem, plan: Plan) -> tuple[int, ...]:
    """Return the parties that trade, but not with a hub; nobody where there is no hub."""
    middle = set(hubs(problem))
    if not middle:
        return ()
    linked = {each.giver for each in plan.partnerships if each.taker in middle}
    linked |= {each.taker for each in plan.partnerships if each.giver in middle}
    return tuple(o.party for o in plan.outcomes if o.trades and o.party not in linked | middle)


def apart(problem: Problem, plan: Plan, found: Deals, names: Names, language: Language) -> Apart:
    """Return who works with others only, with the reasons of what it hands over, the largest first."""
    rows = []
    parties = apart_from_hub(problem, plan)
    for party in parties[:MOST_ROWS]:
        mine = sorted(
            (deal for deal in found.deals if party in {deal.giver, deal.taker}), key=lambda deal: -deal.kg
        )
        others = dict.fromkeys(deal.taker if deal.giver == party else deal.giver for deal in mine)
        said = language.text(
            "works with {names}, not with the hub itself.",
            names=listed([names.short_parties[other] for other in others], language),
        )
        reasons = dict.fromkeys(deal.reason for deal in mine if deal.giver == party and deal.reason)
        rows.append(ApartRow(party, said, tuple(reasons)[:_MOST_REASONS]))
    rest = len(parties) - len(rows)
    more = language.plural("And {count} other.", "And {count} others.", rest) if rest else ""
    return Apart(tuple(rows), more)
