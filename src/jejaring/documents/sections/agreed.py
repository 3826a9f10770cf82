"""What was agreed before a plan was made: on which ways it must send how much, and which are closed to it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from jejaring.documents.editions import FACILITATOR, View
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.engines.measures import NONE
from jejaring.engines.planning.problem import NOBODY, Problem
from jejaring.engines.planning.terms import lanes_of

MOST_ROWS = 200
"""With more, the page would be too large for a phone; network.json has them all."""


@dataclass(frozen=True)
class AgreedWay:
    """What was agreed of one product on one way, by short period in words."""

    start: str
    end: str
    product: str
    months: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AgreedPart:
    """All that was agreed, in the order of the network. `more` aren't shown; `closed` are ways on which
    nothing may be sent in any period: from, to, products.
    """

    ways: tuple[AgreedWay, ...]
    more: int
    closed: tuple[tuple[str, str, str], ...]


def agreed_part(
    problem: Problem, names: Names, language: Language, *, view: View = FACILITATOR
) -> AgreedPart | None:
    """Return what was agreed, as far as `view` has a site at one end of the way; None where nothing was."""
    terms, lanes, owner = problem.terms, problem.lanes, problem.sites.party
    months: dict[int, list[tuple[str, str]]] = defaultdict(list)
    lane_of: dict[int, int] = {}
    for entry, lane in enumerate(lanes_of(problem).tolist()):
        listing = int(terms.listing[entry])
        ends = {int(owner[lanes.start[lane]]), int(owner[lanes.end[lane]])} - {NOBODY}
        if not view.sees_all and not any(view.owns(party) for party in ends):
            continue
        lane_of[listing] = lane
        words = _words(problem, entry, language)
        if words:
            months[listing].append((names.short_periods[int(terms.period[entry])], words))
    if not lane_of:
        return None
    closed: dict[tuple[str, str], list[str]] = defaultdict(list)
    ways = []
    for listing, lane in sorted(lane_of.items()):
        start, end = (names.sites[int(site)] for site in (lanes.start[lane], lanes.end[lane]))
        product = names.products[int(lanes.product[listing])]
        if months[listing]:
            ways.append(AgreedWay(start, end, product, tuple(months[listing])))
        else:
            closed[start, end].append(product)
    return AgreedPart(
        tuple(ways[:MOST_ROWS]),
        max(0, len(ways) - MOST_ROWS),
        tuple((start, end, ", ".join(products)) for (start, end), products in closed.items())[:MOST_ROWS],
    )


def _words(problem: Problem, entry: int, language: Language) -> str:
    """Return what was agreed for one way and period; empty where it is closed."""
    terms = problem.terms
    least, most = int(terms.least_kg.fraction(entry)), int(terms.most_kg.floors()[entry])
    if most == NONE:
        return language.text("at least {least_kg}", least_kg=least)
    if least == most:
        return language.kg(least) if least else ""
    if not least:
        return language.text("at most {most_kg}", most_kg=most)
    return language.text("{least_kg} to {most_kg}", least_kg=least, most_kg=most)
