"""What a report doesn't answer because nobody entered it, and where to enter it."""

from __future__ import annotations

from dataclasses import dataclass

from jejaring.documents.language import Language
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers


@dataclass(frozen=True)
class NotTold:
    """A sentence in place of each section; "" where the section stands, or where nothing was asked."""

    lorries: str
    building: str
    cash: str


def not_told(problem: Problem, answers: Answers | None, language: Language) -> NotTold:
    """Return what isn't answered for want of an entry."""
    lorries = building = cash = ""
    if answers is not None and not len(problem.vehicles.codes):
        lorries = language.text(
            "No lorries are shown: the network names none, so each way is counted with its own price by the "
            "kilogram. Enter lorries in the sheet Vehicles, and the lorry of each way in Lanes, to see trips."
        )
    if answers is not None and not _names_buildings(problem):
        building = language.text(
            "Nothing that could be built was asked about: the network names none. Enter what a machine or a "
            "store would cost to build (Cost of building, in Processes or Stores) to see whether it pays."
        )
    if answers is not None and answers.cash and problem.parties.cash_idr.none.all():
        cash = language.text(
            "Whether the money of the co-ops suffices isn't known: nobody stated what it has. Enter it in "
            "the sheet Parties (Cash)."
        )
    return NotTold(lorries, building, cash)


def _names_buildings(problem: Problem) -> bool:
    """Whether the network names anything that could be built."""
    return bool(
        (problem.processes.build_cost_idr.numerators > 0).any()
        or (problem.storages.build_cost_idr.numerators > 0).any()
    )
