"""The command that drafts agreements from a plan."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import cast

from jejaring.documents import mou
from jejaring.documents.language import Language
from jejaring.engines import planning
from jejaring.engines.errors import Refusal
from jejaring.engines.planning.plan import RULES, Rule, Share
from jejaring.engines.planning.plan_reading import read_plan
from jejaring.interfaces.cli import screen
from jejaring.interfaces.cli.folders import written


def draft_mou(typed: argparse.Namespace, language: Language) -> int:
    """`jejaring draft-mou DIR`: one PDF for each partner of the hub, into DIR/mou."""
    folder = Path(typed.folder)
    for name in ("network.json", "plan.json"):
        if not (folder / name).is_file():
            raise Refusal(
                "mou.no_plan",
                "{folder} holds no {name}. First make a plan: jejaring plan FILE --out {folder}",
                folder=str(folder),
                name=name,
            )
    problem = planning.read(folder / "network.json")
    plan, shares = read_plan(problem, (folder / "plan.json").read_bytes())
    made = mou.drafts(problem, plan, shares, language, rule=_rule(typed.rule, shares))
    files: dict[str, bytes] = {}
    for number, draft in enumerate(made, start=1):
        screen.note(language.text("  {number} of {count}: {party}", number=number, count=len(made), party=draft.party.name))
        files[draft.file_name] = mou.pdf(draft, language)
    if not made:
        screen.say(language.text("No party has a partnership with the hub in this plan: there is nothing to draft."))
        return 0
    written(folder / "mou", files)
    rows = [
        [row.party, language.number(row.kg), language.rupiah(row.value_idr), row.file_name] for row in mou.summary_rows(made)
    ]
    total_kg = sum(draft.kg for draft in made)
    total_idr = sum(draft.value_idr for draft in made)
    rows.append([language.text("All"), language.number(total_kg), language.rupiah(total_idr), ""])
    say = language.text
    screen.table([say("Partner of the hub"), "kg", say("Value"), say("File")], rows)
    screen.say()
    screen.say(language.text("{count} drafts are in {folder}. They bind nobody until they are completed and signed.", count=len(made), folder=str(folder / "mou")))
    return 0


def _rule(text: str, shares: tuple[Share, ...]) -> Rule:
    have = [share.rule for share in shares]
    if not text:
        return "even_core" if "even_core" in have else (have[-1] if have else "market")
    if text not in RULES or text not in have:
        raise Refusal("option.rule", "There is no sharing rule “{name}”. The rules are: {rules}.", name=text[:40], rules=list(have))
    return cast(Rule, text)
