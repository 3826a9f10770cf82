"""How well the figures are known that each party declares: said, in a document, weighed, measured."""

from __future__ import annotations

from typing import Any

import numpy as np

from jejaring.engines.measures import Decimals, Floats
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import STATES, Evidence, State

_WORDS: dict[str, State] = {
    "said": "said",
    "lisan": "said",
    "document": "document",
    "dokumen": "document",
    "weighed": "weighed",
    "ditimbang": "weighed",
    "measured": "measured",
    "diukur": "measured",
}


def state_of(text: str) -> State:
    """Return how a figure is known by the first word of its evidence, "other" where the word is another."""
    words = text.replace(",", " ").replace(":", " ").replace(";", " ").replace(".", " ").split()
    if not words:
        return "none"
    return _WORDS.get(words[0].casefold(), "other")


def evidence(problem: Problem) -> tuple[Evidence, ...]:
    """Return for each party how well its own figures are known."""
    parties = len(problem.parties)
    kg = np.zeros((parties, len(STATES)))
    idr = np.zeros((parties, len(STATES)))
    of = problem.sites.party
    tables: tuple[tuple[Any, Any, Decimals, Decimals], ...] = (
        (
            problem.supplies,
            of[problem.supplies.site],
            problem.supplies.available_kg,
            problem.supplies.cost_idr_per_kg,
        ),
        (problem.needs, of[problem.needs.site], problem.needs.kg, problem.needs.worth_idr_per_kg),
        (
            problem.processes,
            problem.processes.owner,
            problem.processes.capacity_kg,
            problem.processes.cost_idr_per_kg,
        ),
        (
            problem.outlets,
            problem.outlets.owner,
            problem.outlets.most_kg,
            problem.outlets.price_idr_per_kg,
        ),
    )
    for rows, owner, amount, price in tables:
        states = np.array([STATES.index(state_of(text)) for text in rows.evidence], dtype=np.int64)
        if not len(states):
            continue
        weights: Floats = amount.floats(0.0)
        np.add.at(kg, (owner, states), weights)
        np.add.at(idr, (owner, states), weights * price.floats(0.0))
    return tuple(
        Evidence(party, _whole(kg[party]), _whole(idr[party])) for party in range(parties) if kg[party].any()
    )


def _whole(amounts: Floats) -> tuple[int, ...]:
    return tuple(round(float(each)) for each in amounts)
