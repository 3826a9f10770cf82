"""The commands about networks as such: check, template, schema."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from jejaring.documents.language import Language
from jejaring.engines import planning
from jejaring.engines.planning.balance import Balance, balance
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.schema import network_schema, plan_schema
from jejaring.engines.planning.workbook.writing import template as empty_workbook
from jejaring.interfaces.cli import screen
from jejaring.interfaces.cli.folders import written


def check(typed: argparse.Namespace, language: Language) -> int:
    """`jejaring check FILE`: the network's faults, or its size and its supply and demand."""
    problem = planning.read(typed.file)
    say = language.text
    screen.say(say("{file}: no faults.", file=Path(typed.file).name))
    screen.say(
        say(
            "{parties} parties, {sites} sites, {products} products, {periods} periods, {lanes} lanes.",
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
    """Print supply and demand of one product by period, in tonnes; columns without any number are left out."""
    say = language.text
    columns = [
        (say("Offered"), found.offered_kg[product]),
        (say("Can be made"), found.makeable_kg[product]),
        (say("Can be bought"), found.buyable_kg[product]),
        (say("Can be worked on"), found.workable_kg[product]),
        (say("Buyers want"), found.wanted_kg[product]),
        (say("Co-ops need"), found.needed_kg[product]),
    ]
    shown = [(head, kg) for head, kg in columns if kg.any()]
    if not shown:
        return
    screen.say()
    screen.say(say("{product}, tonnes by period", product=problem.product_names[product] or problem.products[product]))
    limitless = say("no limit")
    rows = [
        [
            language.period(code, name),
            *(limitless if kg[period] == float("inf") else language.number(round(kg[period] / 1000, 1), places=1) for _, kg in shown),
        ]
        for period, (code, name) in enumerate(zip(problem.periods, problem.period_names, strict=True))
    ]
    total = [say("All"), *(limitless if kg.sum() == float("inf") else language.number(round(kg.sum() / 1000, 1), places=1) for _, kg in shown)]
    screen.table([say("Period"), *(head for head, _ in shown)], [*rows, total])


def template(typed: argparse.Namespace, language: Language) -> int:
    """`jejaring template FILE.xlsx`: an empty workbook."""
    path = Path(typed.file)
    first = typed.first or f"{date.today().year + 1}-01"
    name = path.name if path.suffix.lower() == ".xlsx" else f"{path.name}.xlsx"
    (made,) = written(path.parent, {name: empty_workbook(language.code, first_period=first)})
    screen.say(language.text("An empty workbook is in {file}. Fill it in, then: jejaring check {file}", file=str(made)))
    return 0


def schema(typed: argparse.Namespace, language: Language) -> int:
    """`jejaring schema`: the JSON schema of networks or plans."""
    screen.say(json.dumps(plan_schema() if typed.plan else network_schema(), ensure_ascii=False, indent=2))
    return 0
