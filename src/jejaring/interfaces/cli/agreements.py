"""The command that drafts agreements from a plan."""

from __future__ import annotations

import argparse
import hashlib
import shlex
from pathlib import Path

from jejaring.documents import agreements
from jejaring.documents.language import Language
from jejaring.documents.names import names
from jejaring.engines import planning
from jejaring.engines.errors import Refusal
from jejaring.engines.planning.evaluate import broken_rules, earnings
from jejaring.engines.planning.plan import RULES, Plan, Rule, Share
from jejaring.engines.planning.plan_reading import read_plan
from jejaring.engines.planning.problem import Problem
from jejaring.interfaces.cli import screen
from jejaring.interfaces.cli.folders import refuse_unusable, renewed, why

FOLDER = "mou"
_NEAR_IDR = 0.01
"""plan.json keeps six decimals of a rupiah."""


def draft_mou(typed: argparse.Namespace, language: Language) -> int:
    """`jejaring draft-mou DIR`: one PDF for each partner of the hub, into DIR/mou."""
    folder = Path(typed.folder)
    wanted = _wanted(typed.rule)
    problem, plan, shares = planned(folder)
    refuse_unusable(folder)
    sha256 = hashlib.sha256((folder / "plan.json").read_bytes()).hexdigest()
    made = agreements.drafts(
        problem, plan, shares, language, rule=wanted or _best(shares), plan_sha256=sha256
    )
    if not made:
        screen.say(
            language.text("No party has a partnership with the hub in this plan: there is nothing to draft.")
        )
        return 0
    files: dict[str, bytes] = {}
    for number, draft in enumerate(made, start=1):
        name = draft.file_name
        told = language.text("{number} of {count}: {file}", number=number, count=len(made), file=name)
        screen.note(f"  {told}")
        files[name] = agreements.paper(draft.agreement, draft=True, checklist=True).pdf
    into = folder / FOLDER
    earlier = renewed(into, files, language.text("earlier-mou"))
    _tell(problem, made, into, language)
    if earlier:
        screen.say(
            language.text(
                "Other documents were there before. Nothing in them was changed; they are now in {folder}.",
                folder=str(earlier),
            )
        )
    return 0


def _tell(problem: Problem, made: list[agreements.Draft], into: Path, language: Language) -> None:
    """Print who has a draft, for how much, and where the drafts are."""
    called = names(problem, language).short_parties
    said = [draft.agreement for draft in made]
    rows = [
        [called[draft.party], language.number(each.kg), language.rupiah(each.value_idr)]
        for draft, each in zip(made, said, strict=True)
    ]
    kg, value_idr = sum(each.kg for each in said), sum(each.value_idr for each in said)
    rows.append([language.text("All"), language.number(kg), language.rupiah(value_idr)])
    screen.table([language.text("Partner of the hub"), "kg", language.text("Value")], rows)
    screen.say()
    if not made[0].hub_declared:
        screen.say(
            language.text(
                "No party of this network has the role hub. {hub} was taken, for its partnerships are "
                "worth most: check that.",
                hub=called[made[0].hub],
            )
        )
    screen.say(
        language.plural(
            "1 draft is in {folder}. It binds nobody until it is completed and signed.",
            "{count} drafts are in {folder}. They bind nobody until they are completed and signed.",
            len(made),
            folder=str(into),
        )
    )


def planned(folder: Path) -> tuple[Problem, Plan, tuple[Share, ...]]:
    """Return the network and the plan in `folder`. Refuses what is missing, broken or belongs elsewhere."""
    for name in ("network.json", "plan.json"):
        if not (folder / name).is_file():
            raise Refusal(
                "mou.no_plan",
                "{folder} holds no {name}. First make a plan: jejaring plan FILE --out {quoted}",
                folder=str(folder),
                name=name,
                quoted=shlex.quote(str(folder)),
            )
    problem = planning.read(folder / "network.json")
    try:
        data = (folder / "plan.json").read_bytes()
    except OSError as error:
        raise Refusal(
            "input.unreadable",
            "{file} can't be opened ({why}).",
            file=str(folder / "plan.json"),
            why=why(error),
        ) from None
    plan, shares = read_plan(problem, data)
    if (
        broken_rules(problem, plan.flows)
        or abs(float(earnings(problem, plan.flows).surplus_idr) - plan.surplus_idr) > _NEAR_IDR
    ):
        raise Refusal(
            "mou.other_network",
            "plan.json in {folder} isn't the plan of network.json beside it: one of them was changed. "
            "Plan again.",
            folder=str(folder),
        )
    return problem, plan, shares


def _wanted(name: str) -> Rule | None:
    """Return the sharing rule asked for, None where none was."""
    for rule in RULES:
        if rule == name:
            return rule
    if name:
        raise Refusal(
            "option.rule",
            "There is no sharing rule “{name}”. The rules are: {rules}.",
            name=name[:40],
            rules=list(RULES),
        )
    return None


def _best(shares: tuple[Share, ...]) -> Rule:
    """Return the rule where none is asked for: the stable one, else the last that the plan has."""
    have = [share.rule for share in shares]
    return "even_core" if "even_core" in have or not have else have[-1]
