"""The commands about networks as such: check, template, convert, schema."""

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
from jejaring.engines.planning.assembly import assemble
from jejaring.engines.planning.balance import Balance, balance
from jejaring.engines.planning.csv_folder.writing import folder_files
from jejaring.engines.planning.json_writing import network_json
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.reading import read_rows
from jejaring.engines.planning.schema import network_schema, plan_schema
from jejaring.engines.planning.workbook.writing import empty_rows, workbook
from jejaring.engines.planning.workbook.writing import template as empty_workbook
from jejaring.interfaces.cli import screen
from jejaring.interfaces.cli.folders import shown_name, why, written


def check(typed: argparse.Namespace, language: Language) -> int:
    """`jejaring check FILE`: the network's faults, or its size and its supply and demand."""
    problem = planning.read(typed.file)
    screen.say(language.text("{file}: no faults.", file=shown_name(typed.file)))
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
    """`jejaring template FILE.xlsx`: an empty workbook, or CSV folder; never over what is there."""
    first = typed.first or f"{datetime.now().astimezone().year + 1}-01"
    if typed.csv:
        path = Path(typed.file)
        _refuse_filled(path)
        written(path, folder_files(empty_rows(language.code, first_period=first)))
        screen.say(
            language.text("Empty tables are in the folder {file}. Fill them in, then:", file=str(path))
        )
    else:
        path = _workbook_path(typed.file, language)
        _refuse_there(path)
        made = empty_workbook(language.code, first_period=first)
        written(path.parent, {path.name: made})
        screen.say(language.text("An empty workbook is in {file}. Fill it in, then:", file=str(path)))
    screen.say(f"  jejaring check {shlex.quote(str(path))}")
    return 0


def _workbook_path(named: str, language: Language) -> Path:
    given = Path(named)
    if given.is_dir() or not given.name or named.endswith(os.sep):
        raise Refusal(
            "template.folder", "{file} is a folder. Name a workbook in it: {example}", file=named,
            example=str(given / f"{language.text('network')}.xlsx"),
        )  # fmt: skip
    return given if given.suffix.lower() == ".xlsx" else given.with_name(f"{given.name}.xlsx")


def _refuse_there(path: Path) -> None:
    if os.path.lexists(path):
        raise Refusal(
            "template.exists",
            "{file} is there already and stays as it is, so that nothing filled in is lost. "
            "Name another file.",
            file=str(path),
        )


def _refuse_filled(folder: Path) -> None:
    """Refuse a folder in which something is."""
    try:
        filled = os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise Refusal(
            "input.unreadable", "{file} can't be opened ({why}).", file=str(folder), why=why(error)
        ) from None
    if filled:
        raise Refusal(
            "folder.exists",
            "{file} is there already and stays as it is. Name a new folder, or an empty one.",
            file=str(folder),
        )


def convert(typed: argparse.Namespace, language: Language) -> int:
    """`jejaring convert FILE OUT`: the same network as a workbook, JSON or CSV; never over another."""
    target = Path(typed.out)
    form = "" if typed.out.endswith((os.sep, "/")) or target.is_dir() else target.suffix.lower()
    if form not in {"", ".json", ".xlsx"}:
        raise Refusal(
            "convert.form",
            "{file} ends in {form}. Write to a workbook (.xlsx), a JSON file (.json), or a folder "
            "without an ending.",
            file=typed.out,
            form=form,
        )
    if form:
        _refuse_there(target)
    else:
        _refuse_filled(target)
    rows = read_rows(typed.file)
    problem = assemble(rows)
    if form == ".xlsx":
        written(target.parent, {target.name: workbook(rows, language.code)})
    elif form == ".json":
        written(target.parent, {target.name: network_json(rows)})
    else:
        written(target, folder_files(rows))
    screen.say(
        language.text(
            "{network}: the same network is now in {file}.",
            network=problem.name or shown_name(typed.file),
            file=str(target),
        )
    )
    return 0


def schema(typed: argparse.Namespace, _language: Language) -> int:
    """`jejaring schema`: the JSON schema of networks or plans. It is for programs, and only in English."""
    screen.raw(json.dumps(plan_schema() if typed.plan else network_schema(), ensure_ascii=False, indent=2))
    return 0
