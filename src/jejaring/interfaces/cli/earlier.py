"""An earlier plan that a new one is compared with: reading it, and showing what has changed."""

from __future__ import annotations

from pathlib import Path

from jejaring.documents.language import Language
from jejaring.documents.names import names
from jejaring.documents.sections.comparison import totals
from jejaring.engines.errors import Refusal
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.comparison import Comparison, compare, refuse_unrelated
from jejaring.interfaces.cli import screen
from jejaring.interfaces.cli.agreements import planned
from jejaring.interfaces.cli.folders import why

FILE = "comparison.json"

Planned = tuple[Problem, Plan, tuple[Share, ...]]


def earlier(named: str, problem: Problem) -> Planned:
    """Return the plan in a folder, or in a plan.json beside its network.json. Refuses what isn't one.

    A plan of quite another network than `problem` is refused too, before anything is solved.
    """
    given = Path(named)
    folder = given.parent if given.name == "plan.json" and not given.is_dir() else given
    for name in ("plan.json", "network.json"):
        if not (folder / name).is_file():
            raise Refusal(
                "compare.no_plan",
                "{folder} isn't the folder of a plan: it holds no {name}. "
                "Name the folder that an earlier “jejaring plan” wrote.",
                folder=str(folder),
                name=name,
            )
    found = planned(folder)
    refuse_unrelated(found[0], problem)
    return found


def compared(
    old: Planned | None, problem: Problem, made: Plan, shares: tuple[Share, ...]
) -> Comparison | None:
    """Return the comparison of a new plan with the earlier one, None where there is none."""
    if old is None:
        return None
    old_problem, old_plan, old_shares = old
    return compare(old_problem, old_plan, problem, made, old_shares=old_shares, new_shares=shares)


def forget(folder: Path) -> None:
    """Take away the comparison that an earlier run left in `folder`: it is of another plan."""
    left = folder / FILE
    try:
        if left.is_file() and left.read_bytes().startswith(b'{"format": "jejaring-comparison/'):
            left.unlink()
    except OSError as error:
        raise Refusal(
            "compare.left",
            "The plan was written, but {file} is of an earlier one and can't be taken away ({why}).",
            file=str(left),
            why=why(error),
        ) from None


def tell(found: Comparison, problem: Problem, language: Language) -> None:
    """Print the comparison as a short table and sentences."""
    called = names(problem, language)
    heads = [language.text("Compared"), language.text("Earlier plan"), language.text("This plan"),
             language.text("Change")]  # fmt: skip
    screen.say()
    screen.table(heads, [[row.words, row.old, row.new, row.change] for row in totals(found, language)])
    screen.say()
    for sentence in found.sentences[2:]:
        screen.say(called.said(sentence, language))
