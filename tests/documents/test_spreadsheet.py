"""The plan as a spreadsheet: its sums are formulas, their values are the plan's, names stay names."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jejaring.documents.language import Code, language
from jejaring.documents.spreadsheet import plan_workbook
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.solve import solve
from tests.documents.networks import problem_of, shares_of, small_network, solved, without_trade

SHEETS = {
    "en": ("Summary", "Partnerships", "Hand-overs", "Flows", "Gains", "Scarce", "Prices", "Each co-op"),
    "id": ("Ringkasan", "Kemitraan", "Penyerahan", "Alur barang", "Bagi hasil", "Yang langka", "Harga",
           "Tiap koperasi"),
}  # fmt: skip


def opened(data: bytes, *, values: bool = True) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def lines(sheet: Any) -> list[tuple[Any, ...]]:
    """Return the lines below the heads of a sheet."""
    return [row for row in sheet.iter_rows(min_row=5, values_only=True) if any(row)]


def heads(sheet: Any) -> list[str]:
    return [cell.value for cell in sheet[4]]


@pytest.mark.parametrize("code", ["id", "en"])
def test_every_sheet_is_there_filtered_and_frozen(code: Code) -> None:
    problem, plan, shares = solved(30)
    book = opened(plan_workbook(problem, plan, shares, language(code)))
    assert tuple(book.sheetnames) == SHEETS[code]
    for sheet in book:
        assert sheet.freeze_panes.endswith("5")
        assert sheet.auto_filter.ref.startswith("A4:")
        assert len(lines(sheet)) == sheet.max_row - 4
        assert all(heads(sheet))
        assert len(heads(sheet)) == len(set(heads(sheet)))
        assert sheet.column_dimensions["A"].width >= 12


def test_partnerships_have_the_plans_kilograms_and_values() -> None:
    problem, plan, shares = solved(30)
    book = opened(plan_workbook(problem, plan, shares, language("en")))
    sheet = book["Partnerships"]
    found: dict[tuple[str, str], list[float]] = {}
    for giver, taker, _, _, *months, kg, _, value in lines(sheet):
        sums = found.setdefault((giver, taker), [0, 0])
        assert sum(each or 0 for each in months) == kg
        sums[0] += kg
        sums[1] += value
    told = problem.parties.names
    assert found
    for (giver, taker), (kg, value) in found.items():
        mine = [each for each in plan.partnerships if (told[each.giver], told[each.taker]) == (giver, taker)]
        assert kg == sum(each.kg for each in mine)
        assert value == pytest.approx(sum(each.value_idr for each in mine), abs=0.01)
    total = sum(each.kg for each in plan.partnerships)
    assert sheet.cell(3, heads(sheet).index("kg in all") + 1).value == total
    long = book["Hand-overs"]
    assert sum(line[6] for line in lines(long)) == total
    assert len(lines(long)) == sum(len(each.hand_overs) for each in plan.partnerships)


def test_gains_and_their_sums_are_the_plans() -> None:
    problem, plan, shares = solved(30)
    sheet = opened(plan_workbook(problem, plan, shares, language("en")))["Gains"]
    column = {head: at for at, head in enumerate(heads(sheet))}
    for line, alone in zip(lines(sheet), plan.alone_idr, strict=True):
        assert line[column["Alone"]] == pytest.approx(alone)
    for share, rule in zip(shares, ("Equal parts", "By volume", "By market prices"), strict=False):
        for line, alone, payoff in zip(lines(sheet), plan.alone_idr, share.payoff_idr, strict=True):
            assert line[column[f"{rule}: together"]] == payoff
            assert line[column[f"{rule}: gain"]] == pytest.approx(payoff - alone)
        total = sheet.cell(3, column[f"{rule}: gain"] + 1).value
        assert total == pytest.approx(sum(share.payoff_idr) - sum(plan.alone_idr))
    summary = {
        line[0]: line[1]
        for line in lines(opened(plan_workbook(problem, plan, shares, language("en")))["Summary"])
    }
    assert summary["Together, in whole kilograms"] == pytest.approx(plan.surplus_idr)


def test_all_flows_are_there() -> None:
    problem, plan, shares = solved(30)
    sheet = opened(plan_workbook(problem, plan, shares, language("en")))["Flows"]
    told = lines(sheet)
    for kind, flow in (
        ("delivered by members", plan.flows.supplies),
        ("hauled", plan.flows.lanes),
        ("sold", plan.flows.outlets),
        ("sold to the local trader", plan.flows.local_sales),
        ("worked on", plan.flows.processes),
        ("in store at the end", plan.flows.storages),
    ):
        assert sum(line[-1] for line in told if line[0] == kind) == flow.kg.sum(), kind


def test_what_looks_like_a_formula_stays_a_name() -> None:
    network = small_network()
    evil = ("=1+1", "+62812", "@SUM(A1)")
    for row, name in zip(network["parties"], evil, strict=True):
        row["name"] = name
    network["outlets"][0]["buyer"] = "-2+3"
    network["name"] = '=HYPERLINK("x")</dc:title>'
    problem = problem_of(network)
    plan = solve(problem)
    data = plan_workbook(problem, plan, shares_of(plan), language("id"))
    book = opened(data, values=False)
    names = {cell.value: cell for row in book["Bagi hasil"].iter_rows(min_row=5) for cell in row[:1]}
    for name in evil:
        assert names[name].data_type == "s"
        assert names[name].quotePrefix
    formulas = [
        cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]
    assert formulas
    assert all(re.match(r"=(SUM|SUBTOTAL)\(|=[A-Z]+\d+[-*][A-Z]+\d+$", formula) for formula in formulas)


def test_the_same_plan_gives_the_same_bytes_without_a_moment() -> None:
    problem, plan, shares = solved(8)
    data = plan_workbook(problem, plan, shares, language("id"))
    assert data == plan_workbook(problem, plan, shares, language("id"))
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert {part.date_time for part in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"created" not in file.read("docProps/core.xml")


@pytest.mark.parametrize("shares", [(), None])
def test_a_plan_without_trade_or_shares_has_its_sheets_too(shares: Sequence[Share] | None) -> None:
    problem, plan, _ = solved(8)
    empty = without_trade(plan)
    book = opened(
        plan_workbook(problem, empty, shares_of(empty) if shares is None else shares, language("en"))
    )
    assert tuple(book.sheetnames) == SHEETS["en"]
    assert lines(book["Partnerships"]) == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice isn't here to calculate again")
def test_another_program_calculates_the_same(tmp_path: Path) -> None:
    """LibreOffice is given the formulas without our values, and must find every one of them."""
    data = plan_workbook(*_thirty(), language("en"))
    ours = opened(data)
    bare = tmp_path / "bare.xlsx"
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(bare, "w") as new:
        for part in old.infolist():
            xml = old.read(part)
            if part.filename.startswith("xl/worksheets/"):
                xml = re.sub(rb"</f><v>[^<]*</v>", b"</f>", xml)
            new.writestr(part.filename, xml)
    made = tmp_path / "made"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", str(made), str(bare)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    theirs = openpyxl.load_workbook(made / "bare.xlsx", data_only=True)
    formulas = opened(data, values=False)
    compared = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    there = theirs[sheet.title][cell.coordinate].value
                    assert there == pytest.approx(ours[sheet.title][cell.coordinate].value, abs=0.01)
                    compared += 1
    assert compared > 300


def _thirty() -> tuple[Problem, Plan, tuple[Share, ...]]:
    return solved(30)
