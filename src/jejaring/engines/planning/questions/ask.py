"""One entry for everything that people ask of a plan: `ask`.

A new question is a function in `QUESTIONS`, a field of `answers.Answers` and a writer in
`answers_file.WRITERS`, all three under the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from jejaring.engines.planning import families, solver, trimming
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers
from jejaring.engines.planning.questions.candidates import candidates
from jejaring.engines.planning.questions.cash import cash
from jejaring.engines.planning.questions.commitments import commitments
from jejaring.engines.planning.questions.declarations import declarations
from jejaring.engines.planning.questions.scenarios import scenarios
from jejaring.engines.planning.questions.seasons import COUNT, MOST_PARTIES
from jejaring.engines.planning.questions.seasons import seasons as sampled_seasons
from jejaring.engines.planning.questions.trips import trips
from jejaring.engines.planning.questions.why_not import why_not

_MOST_COLUMNS = 40_000
MOST_PARTIES_ASKED = 50
"""In larger networks all questions together would take much longer than two minutes."""
_FEWEST_SEASONS = 9
"""With so many, one that isn't kept leaves nine of ten: fewer could promise nothing."""
_SEASON_COLUMNS = 300_000
"""So many columns are solved in all seasons together."""


@dataclass(frozen=True, eq=False)
class Asked:
    """What a question is asked of. `count` seasons are sampled."""

    problem: Problem
    plan: Plan
    shares: tuple[Share, ...]
    limits: solver.Limits
    tell: Callable[[str], None]
    count: int


QUESTIONS: dict[str, Callable[[Asked], object]] = {
    "why_not": lambda asked: why_not(asked.problem, asked.plan, asked.limits, asked.tell),
    "declarations": lambda asked: declarations(asked.problem, asked.plan, asked.limits, asked.tell),
    "candidates": lambda asked: candidates(asked.problem, asked.plan, asked.limits, asked.tell),
    "scenarios": lambda asked: scenarios(asked.problem, asked.plan, asked.limits, asked.tell),
    "seasons": lambda asked: sampled_seasons(
        asked.problem, asked.plan, asked.limits, asked.tell, asked.count
    ),
    "commitments": lambda asked: commitments(
        asked.problem, asked.plan, asked.limits, asked.tell, asked.count, fresh=asked.count
    ),
    "cash": lambda asked: cash(asked.problem, asked.plan),
    "trips": lambda asked: trips(asked.problem, asked.plan),
}
"""Each question, in the order in which they are asked."""
QUICK = ("cash", "trips")
"""Questions that take no time."""
SEASONAL = ("seasons", "commitments")
"""Questions that are answered by sampling seasons."""


def ask(
    problem: Problem,
    plan: Plan,
    shares: Iterable[Share] = (),
    limits: solver.Limits | None = None,
    tell: Callable[[str], None] | None = None,
    only: Iterable[str] | None = None,
    seasons: int = COUNT,
) -> Answers:
    """Return the answers to all questions, or to those named in `only`, of a plan of `problem`. So many
    `seasons` are sampled for those that need any; for 0 these aren't asked.
    """
    named = tuple(QUESTIONS) if only is None else tuple(only)
    named = tuple(name for name in named if seasons or name not in SEASONAL)
    if problem.terms.bind:
        # What was agreed binds the plan and nobody's choice: a network that is changed can't always keep it.
        named = tuple(name for name in named if name in QUICK)
    asked = Asked(problem, plan, tuple(shares), limits or solver.Limits(), tell or _silent, seasons)
    # What each question returns is the type of its field in Answers.
    answers = {name: question(asked) for name, question in QUESTIONS.items() if name in named}
    return Answers(**answers)  # type: ignore[arg-type]


def takes_long(problem: Problem) -> bool:
    """Whether all questions would take much longer than two minutes, judged by what the solver is given."""
    return size(problem) > _MOST_COLUMNS or len(problem.parties) > MOST_PARTIES_ASKED


def size(problem: Problem) -> int:
    """Return how many columns the network's program has, without those that can't matter."""
    return len(trimming.trimmed(families.program(problem))[1])


def seasons_asked(problem: Problem) -> int:
    """Return how many seasons are sampled where nobody says: fewer of a large network, none of a very
    large one.
    """
    if len(problem.parties) > MOST_PARTIES:
        return 0
    return max(_FEWEST_SEASONS, min(COUNT, _SEASON_COLUMNS // max(1, size(problem))))


def _silent(stage: str) -> None:
    """Tell nobody."""
