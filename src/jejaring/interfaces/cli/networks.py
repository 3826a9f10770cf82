"""The commands about networks as such: check, template, schema."""

from __future__ import annotations

import argparse
import json
import os
import shlex
from datetime import datetime
from pathlib import Path

from jejaring.documents.language import Language
from jejaring.engines import planning
from jejaring.engines.errors import Refusal
from jejaring.engines.planning.balance import Balance, balance
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.schema import network_schema, plan_schema
from jejaring.engines.planning.workbook.writing import template as empty_workbook
from jejaring.interfaces.cli import screen
from jejaring.interfaces.cli.folders import written


def check(typed: argparse.Namespace, language: Language) -> int:
    """`jejaring check FILE`: the network's faults, or its size and its supply and demand."""
    problem = planning.read(typed.file)
    screen.say(language.text("{file}: no faults.", file=Path(typed.file).name))
    screen.say(
        language.text(
            "Parties: {parties}; places: {sites}; goods: {products}; periods: {periods}; "
            "ways between places: {lanes}.",
            parties=len(problem.parties),
            sites=len(problem.sites),
            products=len(problem.products),
            periods=len(problem.periods),
            lanes=len(problem.lanes.start),
        )
    )
    found = balance(problem)
    for product in range(len(problem.products)):
        _show_product(problem, found, product, language)
    return 0


def _show_product(problem: Problem, found: Balance, product: int, language: Language) -> None:
    """Print supply and demand of one product by period, in tonnes, without columns that are empty."""
    columns = [
        (language.text("Offered"), found.offered_kg[product]),
        (language.text("Can be made"), found.makeable_kg[product]),
        (language.text("Can be bought"), found.buyable_kg[product]),
        (language.text("Can be worked on"), found.workable_kg[product]),
        (language.text("Buyers want"), found.wanted_kg[product]),
        (language.text("Co-ops need"), found.needed_kg[product]),
    ]
    shown = [(head, kg) for head, kg in columns if kg.any()]
    if not shown:
        return

    def tonnes(kg: float) -> str:
        return language.text("no limit") if kg == float("inf") else language.number(kg / 1000, places=1)

    rows = [
        [language.period(code, name), *(tonnes(kg[period]) for _, kg in shown)]
        for period, (code, name) in enumerate(zip(problem.periods, problem.period_names, strict=True))
    ]
    if len(rows) > 1:
        rows.append([language.text("All"), *(tonnes(kg.sum()) for _, kg in shown)])
    name = problem.product_names[product] or problem.products[product]
    screen.say()
    screen.say(language.text("{product}, in tonnes", product=name))
    screen.table([language.text("Period"), *(head for head, _ in shown)], rows)


def template(typed: argparse.Namespace, language: Language) -> int:
    """`jejaring template FILE.xlsx`: an empty workbook; never over a file that is there."""
    given = Path(typed.file)
    if given.is_dir() or not given.name or typed.file.endswith(os.sep):
        raise Refusal(
            "template.folder", "{file} is a folder. Name a workbook in it: {example}", file=typed.file,
            example=str(given / f"{language.text('network')}.xlsx"),
        )  # fmt: skip
    path = given if given.suffix.lower() == ".xlsx" else given.with_name(f"{given.name}.xlsx")
    if os.path.lexists(path):
        raise Refusal(
            "template.exists",
            "{file} is there already and stays as it is, so that nothing filled in is lost. "
            "Name another file.",
            file=str(path),
        )
    made = empty_workbook(
        language.code, first_period=typed.first or f"{datetime.now().astimezone().year + 1}-01"
    )
    written(path.parent, {path.name: made})
    screen.say(language.text("An empty workbook is in {file}. Fill it in, then:", file=str(path)))
    screen.say(f"  jejaring check {shlex.quote(str(path))}")
    return 0


def schema(typed: argparse.Namespace, _language: Language) -> int:
    """`jejaring schema`: the JSON schema of networks or plans. It is for programs, and only in English."""
    screen.raw(json.dumps(plan_schema() if typed.plan else network_schema(), ensure_ascii=False, indent=2))
    return 0
