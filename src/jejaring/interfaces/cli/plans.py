"""The command that makes a plan."""

from __future__ import annotations

import argparse
import json
import platform
import time
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import cast

from jejaring import __version__
from jejaring.documents.language import Language
from jejaring.documents.report import Run, report_html
from jejaring.engines import planning
from jejaring.engines.errors import Refusal
from jejaring.engines.planning.network_file import write_network
from jejaring.engines.planning.plan import RULES, Plan, Rule, Share
from jejaring.engines.planning.plan_file import write_plan
from jejaring.engines.planning.problem import Problem
from jejaring.interfaces.cli import screen
from jejaring.interfaces.cli.folders import written

_STAGES = {
    "read": "Reading the network",
    "build": "Writing the program",
    "solve": "Searching for the best plan",
    "whole": "Making whole kilograms",
    "prove": "Proving it",
    "alone": "What each party makes alone",
    "explain": "Prices, partnerships, reasons",
    "equal": "Sharing: equal parts",
    "volume": "Sharing: by volume",
    "market": "Sharing: market prices",
    "even_core": "Sharing: stable and most even",
    "report": "Writing the report",
}


def plan(typed: argparse.Namespace, language: Language) -> int:
    """`jejaring plan FILE --out DIR`: solve a network and write network.json, plan.json, run.json, report.html."""
    limits, rules = _limits(typed), _rules(typed.rules)
    began = time.perf_counter()
    with screen.Progress(language, _STAGES) as stage:
        stage("read")
        problem = planning.read(typed.file)
        made = planning.solve(problem, limits, tell=stage)
        shares = planning.share(problem, made, rules, limits, tell=stage)
        stage("report")
        run = Run(version=__version__, on=date.today(), file=Path(typed.file).name)
        files = {
            "network.json": write_network(problem),
            "plan.json": write_plan(problem, made, shares),
            "report.html": report_html(problem, made, shares, run, language).encode(),
        }
        files["run.json"] = _run(typed, limits, made, stage.seconds, time.perf_counter() - began)
        paths = written(Path(typed.out), files)
    _summary(problem, made, shares, language)
    screen.say()
    for path in paths:
        screen.say(f"  {path}")
    return 0


def _limits(typed: argparse.Namespace) -> planning.Limits:
    return planning.Limits(
        gap=float(_number("--gap", typed.gap, most=Decimal(1))),
        seconds=float(_number("--seconds", typed.seconds, most=Decimal(10**7))),
        seed=int(_number("--seed", typed.seed, most=Decimal(2**31 - 1), whole=True)),
    )


def _number(option: str, text: str, *, most: Decimal, whole: bool = False) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(-1)
    if not 0 <= number <= most or (whole and number != int(number)) or (not whole and number == 0):
        raise Refusal(
            "option.number",
            "{option} can't be “{text}”. Give a number above 0, up to {most}, with a point for decimals.",
            option=option,
            text=text[:40],
            most=str(most),
        )
    return number


def _rules(text: str) -> tuple[Rule, ...] | None:
    if not text:
        return None
    named = [name.strip() for name in text.split(",") if name.strip()]
    for name in named:
        if name not in RULES:
            raise Refusal(
                "option.rule",
                "There is no sharing rule “{name}”. The rules are: {rules}.",
                name=name[:40],
                rules=list(RULES),
            )
    return tuple(cast(Rule, rule) for rule in RULES if rule in named)


def _run(typed: argparse.Namespace, limits: planning.Limits, made: Plan, seconds: dict[str, float], total: float) -> bytes:
    """Return run.json: what differs from run to run, apart from the plan."""
    document = {
        "format": "jejaring-run/1",
        "jejaring": __version__,
        "file": Path(typed.file).name,
        "on": date.today().isoformat(),
        "options": {"gap": limits.gap, "seconds": limits.seconds, "seed": limits.seed, "rules": typed.rules or "default"},
        "status": made.status,
        "seconds": {**seconds, "total": round(total, 3)},
        "machine": {"system": platform.system(), "processor": platform.machine(), "python": platform.python_version()},
        "solver": f"{made.certificate.solver} {made.certificate.solver_version}",
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _summary(problem: Problem, made: Plan, shares: tuple[Share, ...], language: Language) -> None:
    say = language.text
    alone = sum(made.alone_idr)
    screen.say()
    screen.say(problem.name or say("Network of co-ops"))
    if made.status == "gap":
        screen.say(
            say(
                "Stopped before the best was proven: up to {gap_share} more may be possible. Give it more time with --seconds.",
                gap_share=made.gap,
            )
        )
    elif made.certificate.bound_proof == "duals":
        screen.say(say("The best plan there is: proven with prices by our own arithmetic."))
    else:
        screen.say(say("The best plan there is, as far as the solver's search over the yes/no choices goes."))
    screen.table(
        ["", "Rp"],
        [
            [say("Together"), language.rupiah(made.value_idr)],
            [say("Each alone, added up"), language.rupiah(alone)],
            [say("Gain of working together"), language.rupiah(made.value_idr - alone)],
            [say("In whole kilograms"), language.rupiah(made.surplus_idr)],
        ],
    )
    trading = sum(outcome.trades for outcome in made.outcomes)
    screen.say(
        say(
            "{partnerships} partnerships; {trading} of {parties} parties trade with another.",
            partnerships=len(made.partnerships),
            trading=trading,
            parties=len(problem.parties),
        )
    )
    if shares:
        screen.say()
        screen.table(
            [say("Sharing rule"), say("Smallest gain"), say("Largest gain"), say("Most that a group gains by leaving")],
            [_share_row(made, share, language) for share in shares],
        )


def _share_row(made: Plan, share: Share, language: Language) -> list[str]:
    gains = [mine - alone for mine, alone in zip(share.payoff_idr, made.alone_idr, strict=True)]
    names = {
        "equal": "equal parts",
        "volume": "by volume",
        "market": "market prices",
        "even_core": "stable and most even",
    }
    worst = language.text("nothing: stable") if share.stable else language.rupiah(share.worst_group_gain_idr)
    if not share.stable and share.proved == "bound":
        worst = language.text("at most {amount_idr}", amount_idr=share.worst_group_gain_idr)
    return [language.text(names[share.rule]), language.rupiah(min(gains)), language.rupiah(max(gains)), worst]
