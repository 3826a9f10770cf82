"""What the network would lose without each co-op."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jejaring.documents.language import Language
from jejaring.documents.names import Names, hubs
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem


@dataclass(frozen=True)
class Needed:
    """Sentences: `of_hubs` for the gains, `by_party` for the cards; both empty where it wasn't computed."""

    of_hubs: tuple[str, ...]
    by_party: tuple[str, ...]


def needed(problem: Problem, plan: Plan, shares: Sequence[Share], names: Names, language: Language) -> Needed:
    """Return what the network would make less without each co-op, in words."""
    found = next((share.needed_idr for share in shares if share.needed_idr), ())
    if not found:
        return Needed((), ())
    hub_words = tuple(
        language.text(
            "Without {name} the network would make {loss} less: {alone} that {name} makes alone, and "
            "{beyond} of what working together brings.",
            name=names.short_parties[hub],
            loss=language.rupiah_short(found[hub]),
            alone=language.rupiah_short(plan.alone_idr[hub]),
            beyond=language.rupiah_short(found[hub] - plan.alone_idr[hub]),
        )
        for hub in hubs(problem)
    )
    return Needed(
        hub_words,
        tuple(
            language.text(
                "Without this co-op the network would lose {loss}, what it makes alone included.",
                loss=language.rupiah_short(idr),
            )
            for idr in found
        ),
    )
