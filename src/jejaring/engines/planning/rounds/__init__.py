"""What a matching round asks of the planner: accepted parts kept, declined ones barred, counters tried.

    agreed = rounds.Agreed(kept=(…), barred=(…), countered=(…))
    again = rounds.replanned(problem, plan, agreed, limits)

`again.problem` is a network with terms (jejaring-network/3) that anybody can plan again; `again.changes`
says what moved. Neighbours: `ways` tells on which lanes the goods of two parties travel, `bounds` what is
to be kept, barred or changed on them, `differences` compares two plans, `replanning` does it all.
"""

from __future__ import annotations

from jejaring.engines.planning.rounds.bounds import (
    Bounds,
    Counter,
    Pair,
    barred_terms,
    countered_terms,
    kept_terms,
    with_terms,
)
from jejaring.engines.planning.rounds.differences import Changes, DealChange, PartyChange, differences
from jejaring.engines.planning.rounds.replanning import Agreed, Replanned, replanned

__all__ = [
    "Agreed",
    "Bounds",
    "Changes",
    "Counter",
    "DealChange",
    "Pair",
    "PartyChange",
    "Replanned",
    "barred_terms",
    "countered_terms",
    "differences",
    "kept_terms",
    "replanned",
    "with_terms",
]
