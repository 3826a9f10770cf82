"""The command that makes a plan."""

from __future__ import annotations

import argparse
import json
import platform
import shlex
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from jejaring import __version__
from jejaring.documents.charts.gains import gains
from jejaring.documents.edition_pages import edition_pages
from jejaring.documents.language import Language
from jejaring.documents.paper import report_pdf
from jejaring.documents.pictures import picture_files
from jejaring.documents.report import Run, report_html
from jejaring.documents.sharing_rules import rule_name
from jejaring.documents.spreadsheet import plan_workbook
from jejaring.engines import planning
from jejaring.engines.errors import Refusal
from jejaring.engines.planning.network_file import write_network
from jejaring.engines.planning.plan import RULES, Plan, Rule, Share
from jejaring.engines.planning.plan_file import Json, write_plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers
from jejaring.engines.planning.questions.answers_file import answers_document
from jejaring.engines.planning.questions.ask import QUESTIONS, QUICK, SEASONAL, seasons_asked, takes_long
from jejaring.engines.planning.questions.comparison import Comparison
from jejaring.engines.planning.questions.comparison_file import write_comparison
from jejaring.interfaces.cli import earlier, screen
from jejaring.interfaces.cli.agreements import FOLDER as AGREEMENTS
from jejaring.interfaces.cli.folders import refuse_unusable, shown_name, written

EDITIONS, PICTURES = "editions", "pictures"
"""Folders of what is written only when it is asked for."""


def plan(typed: argparse.Namespace, language: Language) -> int:
    """`jejaring plan FILE --out DIR`: solve a network and write its plan and report into DIR."""
    limits, rules = _limits(typed), _rules(typed.rules)
    _refuse_seasons(typed.seasons)
    today = datetime.now().astimezone().date()
    folder = Path(typed.out)
    began = time.perf_counter()
    with screen.Progress(language, _stages(language)) as stage:
        stage("read")
        problem = planning.read(typed.file)
        network = write_network(problem)
        _refuse_loss(Path(typed.file), folder / "network.json", network)
        refuse_unusable(folder)
        old = None if typed.compare is None else earlier.earlier(typed.compare, problem)
        made = planning.solve(problem, limits, tell=stage)
        shares = planning.share(problem, made, rules, limits, tell=stage)
        answers = planning.ask(
            problem,
            made,
            shares,
            limits,
            tell=stage,
            only=_asked(typed, problem),
            seasons=_seasons(typed.seasons, problem),
        )
        stage("report")
        comparison = earlier.compared(old, problem, made, shares)
        run = Run(version=__version__, on=today, file=shown_name(typed.file))
        files = {
            **_documents(typed, problem, made, shares, answers, run, language, comparison),
            "plan.json": write_plan(problem, made, shares, _questions(problem, answers)),
            "network.json": network,
        }
        if comparison:
            files[earlier.FILE] = write_comparison(comparison)
        stage.end()
        files["run.json"] = _run(typed, today, limits, made, stage.seconds, time.perf_counter() - began)
        outdated = _outdated(folder, files)
        written(folder, files)
        if not comparison:
            earlier.forget(folder)
    _summary(problem, made, shares, language)
    if comparison:
        earlier.tell(comparison, problem, language)
    _tell_files(folder, files, language)
    _tell_outdated(outdated, language)
    return 0


def _asked(typed: argparse.Namespace, problem: Problem) -> tuple[str, ...]:
    """Return the names of the questions that are asked: all of a network that isn't large, unless it shall
    be quick; sampled seasons too where they are asked for.
    """
    if not typed.quick and not takes_long(problem):
        return tuple(QUESTIONS)
    seasonal = SEASONAL if typed.seasons else ()
    given = ("scenarios",) if typed.seasons else ()
    return (*given, *seasonal, *QUICK)


def _questions(problem: Problem, answers: Answers | None) -> Json | None:
    return None if answers is None else answers_document(problem, answers)


def _documents(
    typed: argparse.Namespace,
    problem: Problem,
    made: Plan,
    shares: tuple[Share, ...],
    answers: Answers | None,
    run: Run,
    language: Language,
    comparison: Comparison | None,
) -> dict[str, bytes]:
    """Return what people read, by the name of its file in the folder of results."""
    page = report_html(problem, made, shares, run, language, answers, comparison=comparison)
    files = {
        "report.html": page.encode(),
        "report.pdf": report_pdf(problem, made, shares, run, language, answers),
        "plan.xlsx": plan_workbook(problem, made, shares, language, answers),
    }
    if typed.editions:
        pages = edition_pages(problem, made, shares, run, language, answers)
        files |= {f"{EDITIONS}/{name}": page.encode() for name, page in pages.items()}
    if typed.pictures:
        drawn = picture_files(problem, made, shares, language, answers)
        files |= {f"{PICTURES}/{name}": picture for name, picture in drawn.items()}
    return files


def _stages(language: Language) -> dict[str, str]:
    return {
        "read": language.text("Reading the network"),
        "build": language.text("Writing it as equations"),
        "solve": language.text("Searching for the best plan"),
        "whole": language.text("Making whole kilograms"),
        "prove": language.text("Proving that there is no better one"),
        "alone": language.text("What each party makes alone"),
        "explain": language.text("Prices, partnerships, reasons"),
        **{rule: language.text("Sharing: {rule}", rule=rule_name(rule, language)) for rule in RULES},
        "why_not": language.text("Asking: why not me, and what would change it"),
        "rivals": language.text("Asking: why this partner, what is short"),
        "declarations": language.text("Asking: who would gain by a wrong figure"),
        "candidates": language.text("Asking: what it would pay to build"),
        "scenarios": language.text("What if: scenarios"),
        "seasons": language.text("Sampled seasons"),
        "commitments": language.text("What can be promised"),
        "report": language.text("Writing the report"),
    }


# --- what was asked for ------------------------------------------------------------------------


def _limits(typed: argparse.Namespace) -> planning.Limits:
    return planning.Limits(
        gap=float(_number("--gap", typed.gap, most=1)),
        seconds=float(_number("--seconds", typed.seconds, most=10**7)),
        seed=_seed(typed.seed),
    )


def _number(option: str, written: str, *, most: int) -> Decimal:
    try:
        number = Decimal(written)
        if 0 < number <= most:
            return number
    except InvalidOperation:
        pass
    raise Refusal(
        "option.number",
        "{option} can't be “{written}”. Give a number above 0 and at most {most}, "
        "with a point before decimals.",
        option=option,
        written=written[:40],
        most=str(most),
    )


def _seed(written: str) -> int:
    most = 2**31 - 1
    if written.isascii() and written.isdigit() and len(written) <= len(str(most)) and int(written) <= most:
        return int(written)
    raise Refusal(
        "option.seed",
        "--seed can't be “{written}”. Give a whole number from 0 to {most}.",
        written=written[:40],
        most=str(most),
    )


def _refuse_seasons(written: str | None) -> None:
    most = 1_000
    if written is None or (written.isascii() and written.isdigit() and int(written[:9]) <= most):
        return
    raise Refusal(
        "option.seasons",
        "--seasons can't be “{written}”. Give a whole number from 0 (none) to {most}.",
        written=written[:40],
        most=str(most),
    )


def _seasons(written: str | None, problem: Problem) -> int:
    """Return how many seasons are sampled: as asked, else as many as the network's size allows."""
    return int(written) if written is not None else seasons_asked(problem)


def _rules(written: str | None) -> tuple[Rule, ...] | None:
    """Return the sharing rules asked for, in their own order; None where none were."""
    if written is None:
        return None
    named = [name.strip() for name in written.split(",")]
    for name in named:
        if name not in RULES:
            raise Refusal(
                "option.rule",
                "There is no sharing rule “{name}”. The rules are: {rules}.",
                name=name[:40],
                rules=list(RULES),
            )
    return tuple(rule for rule in RULES if rule in named)


def _refuse_loss(given: Path, target: Path, network: bytes) -> None:
    """Refuse to put our network.json over the one that is being read, unless they are the same."""
    if target.exists() and target.samefile(given) and target.read_bytes() != network:
        raise Refusal(
            "output.input",
            "The results would overwrite {file}, which is being read. Name another folder with --out.",
            file=str(given),
        )


# --- what comes out ----------------------------------------------------------------------------


def _run(
    typed: argparse.Namespace,
    on: date,
    limits: planning.Limits,
    made: Plan,
    seconds: dict[str, float],
    total: float,
) -> bytes:
    """Return run.json: what differs from run to run, apart from the plan."""
    document = {
        "format": "jejaring-run/1",
        "jejaring": __version__,
        "file": shown_name(typed.file),
        "on": on.isoformat(),
        "options": {
            **asdict(limits),
            "rules": typed.rules or "default",
            "quick": typed.quick,
            "editions": typed.editions,
            "pictures": typed.pictures,
        },
        "status": made.status,
        "seconds": {**seconds, "total": round(total, 3)},
        "machine": {
            "system": platform.system(),
            "processor": platform.machine(),
            "python": platform.python_version(),
        },
        "solver": f"{made.certificate.solver} {made.certificate.solver_version}",
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _outdated(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Return the folders that hold something made from another plan than this one, if there are any."""
    before = folder / "plan.json"
    if before.is_file() and before.read_bytes() == files["plan.json"]:
        return ()
    found = []
    for name in (AGREEMENTS, EDITIONS, PICTURES):
        there = folder / name
        if there.is_dir() and any(f"{name}/{path.name}" not in files for path in there.iterdir()):
            found.append(there)
    return tuple(found)


def _summary(problem: Problem, made: Plan, shares: tuple[Share, ...], language: Language) -> None:
    alone = sum(made.alone_idr)
    screen.say(problem.name or language.text("Network of co-ops"))
    screen.say(_proof(made, language))
    screen.say()
    screen.table(
        [],
        [
            [language.text("Together"), language.rupiah(made.value_idr)],
            [language.text("Each alone, added up"), language.rupiah(alone)],
            [language.text("Gain of working together"), language.rupiah(made.value_idr - alone)],
            [language.text("Together, in whole kilograms"), language.rupiah(made.surplus_idr)],
        ],
    )
    screen.say()
    screen.say(
        language.text(
            "Partnerships: {partnerships}. Parties that trade with another: {trading} of {parties}.",
            partnerships=len(made.partnerships),
            trading=sum(outcome.trades for outcome in made.outcomes),
            parties=len(problem.parties),
        )
    )
    if shares:
        heads = [
            language.text("Sharing rule"),
            language.text("Smallest gain"),
            language.text("Largest gain"),
            language.text("Most that a group gains by leaving"),
        ]
        screen.say()
        screen.table(heads, [_share_row(made, share, language) for share in shares])


def _proof(made: Plan, language: Language) -> str:
    if made.status == "gap":
        return language.text(
            "Stopped before the best was proven: up to {gap_share} more may be possible. "
            "Give it more time with --seconds.",
            gap_share=made.gap,
        )
    if made.certificate.bound_proof == "duals":
        return language.text("No plan earns more: proven with prices, by arithmetic of our own.")
    return language.text("No plan earns more, as far as the solver's search over the yes/no choices goes.")


def _share_row(made: Plan, share: Share, language: Language) -> list[str]:
    gained = gains(made, (share,)).idr[share.rule]
    worst = language.text("nothing: stable") if share.stable else language.rupiah(share.worst_group_gain_idr)
    if not share.stable and share.proved == "bound":
        worst = language.text("at most {amount_idr}", amount_idr=share.worst_group_gain_idr)
    return [
        rule_name(share.rule, language),
        language.rupiah(min(gained)),
        language.rupiah(max(gained)),
        worst,
    ]


def _tell_files(folder: Path, files: Iterable[str], language: Language) -> None:
    screen.say()
    rows = [
        [f"  {folder / 'report.html'}", language.text("the report: open it in a browser")],
        [f"  {folder / 'report.pdf'}", language.text("the report on paper, for a meeting")],
        [f"  {folder / 'plan.xlsx'}", language.text("the plan, to filter and to calculate with")],
        [f"  {folder / 'plan.json'}", language.text("the plan, for programs")],
        [f"  {folder / 'network.json'}", language.text("the network as it was read")],
        [f"  {folder / 'run.json'}", language.text("times, versions, machine")],
    ]
    if earlier.FILE in files:
        rows.append([f"  {folder / earlier.FILE}", language.text("what has changed since the earlier plan")])
    if any(name.startswith(EDITIONS) for name in files):
        rows.append(
            [f"  {folder / EDITIONS}", language.text("what each co-op, the hub and the public may read")]
        )
    if any(name.startswith(PICTURES) for name in files):
        rows.append([f"  {folder / PICTURES}", language.text("every picture as SVG and PNG")])
    screen.table([], rows, words=(0, 1))
    screen.say()
    screen.say(language.text("Next, drafts of agreements:"))
    screen.say(f"  jejaring draft-mou {shlex.quote(str(folder))}")


def _tell_outdated(outdated: tuple[Path, ...], language: Language) -> None:
    for folder in outdated:
        if folder.name == AGREEMENTS:
            said = language.text(
                "The drafts in {folder} are of an earlier plan. Draft again before anybody signs.",
                folder=str(folder),
            )
        else:
            said = language.text(
                "In {folder} are files of an earlier plan. Delete them before they are passed on.",
                folder=str(folder),
            )
        screen.say(said)
