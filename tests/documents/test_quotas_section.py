"""The page of a network by week: planting calendars, today beside alone and together, many products."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from jejaring.documents.charts import palette
from jejaring.documents.charts.colours import product_colours
from jejaring.documents.charts.months import MOST_SHOWN
from jejaring.documents.language import language
from jejaring.documents.names import names
from jejaring.documents.report import Run, report_html
from jejaring.documents.sections.quotas import area_words, quota_section
from jejaring.documents.sections.sharing import sharing
from jejaring.documents.sections.today import today
from jejaring.engines import planning
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem
from tests.documents.networks import Network, problem_of, small_network

ID, EN = language("id"), language("en")
PRODUCTS = 16


def weekly_network(*, told: tuple[str, ...] = ("a", "b", "h")) -> Network:
    """Two villages and a hub sell sixteen vegetables for two weeks, the first one most.

    Village A brings 900 kg of the first, B 100 kg; each is paid 1,000 for what the hub sells for 3,000.
    """
    weeks = ["2026-W27", "2026-W28"]
    vegetables = [f"sayur-{number}" for number in range(PRODUCTS)]
    supplies = [
        {"site": site, "product": product, "period": "*", "available_kg": kg if number == 0 else 10 + number,
         "cost_idr_per_kg": 1000}
        for number, product in enumerate(vegetables)
        for site, kg in (("a", 900), ("b", 100))
    ]  # fmt: skip
    small = small_network()
    return {
        "format": "jejaring-network/2",
        "name": "Sayur contoh",
        "periods": [{"code": week} for week in weeks],
        "products": [{"code": each, "name": each.title()} for each in vegetables],
        "parties": small["parties"],
        "sites": small["sites"],
        "supplies": supplies,
        "outlets": [
            {"code": f"o-{each}", "owner": "H", "site": "m", "product": each, "period": "*",
             "price_idr_per_kg": 3000, "most_kg": 5000, "buyer": "Toko (peran)"}
            for each in vegetables
        ],
        "lanes": [
            {"from": start, "to": end, "products": vegetables, "cost_idr_per_kg": 100}
            for start, end in (("a", "h"), ("b", "h"), ("h", "m"))
        ],
        "local_trade": [
            {"site": site, "product": vegetables[0], "period": "*", "sell_idr_per_kg": 1200} for site in "ab"
        ],
        "today": [
            {"site": site, "product": vegetables[0], "period": week, "sells_kg": 100,
             "sells_idr_per_kg": 1100, "cost_idr_per_kg": 1000}
            for site in told
            for week in weeks
        ],
        "crops": [{"product": vegetables[0], "days_to_harvest": 85}],
        "growers": [
            {"site": "a", "product": vegetables[0], "area_ha": 0.06, "kg_per_ha": 10000},
            {"site": "b", "product": vegetables[0], "area_ha": 0.04, "kg_per_ha": 10000, "most_kg": 350},
        ],
    }  # fmt: skip


@cache
def planned(told: tuple[str, ...] = ("a", "b", "h")) -> tuple[Problem, Plan, tuple[Share, ...]]:
    problem = problem_of(weekly_network(told=told))
    plan = planning.solve(problem)
    return problem, plan, planning.share(problem, plan, ("equal",))


@cache
def page(code: str, told: tuple[str, ...] = ("a", "b", "h")) -> str:
    words: Any = code
    return report_html(*planned(told), Run(), language(words))


def test_a_planting_calendar_as_on_paper() -> None:
    # 1,000 kg a week by 0.06 to 0.04 ha: 600 and 400; B stops at its cap of 350, so A gets 650.
    problem, plan, _ = planned()
    section = quota_section(problem, plan, names(problem, ID), ID)
    assert section is not None
    first, second = section.coops
    assert [(coop.harvest_kg, coop.planned_kg) for coop in (first, second)] == [(1300, 1800), (700, 200)]
    assert first.crops[0].span == "minggu ke-15 sampai ke-16 2026 (6–19 Apr)"
    assert first.crops[0].each_area == "650 m²"
    # Both weeks stand planted at once: 1,300 m² where 600 are verified.
    assert (first.crops[0].needed, first.crops[0].verified, first.crops[0].short) == (
        "1.300 m²",
        "600 m²",
        True,
    )
    assert [row.week for row in first.weeks] == [
        "minggu ke-15 2026 (6–12 Apr)",
        "minggu ke-16 2026 (13–19 Apr)",
    ]
    assert first.weeks[0].cells == (("650 m²", "650 kg", "M27"),)
    assert section.notes == ()


def test_what_could_not_be_kept_is_said() -> None:
    network = weekly_network()
    network["growers"] = [{**network["growers"][1], "least_kg": 200}]
    problem = problem_of(network)
    section = quota_section(problem, planning.solve(problem), names(problem, EN), EN)
    assert section is not None
    assert section.notes == ("Sayur-0: in 2 periods everybody is at the cap; 1,300 kg are left unplanted.",)


def test_land_is_said_as_farmers_measure_it() -> None:
    assert area_words(Fraction(1234, 100_000), ID) == "120 m²"
    assert area_words(Fraction(1, 1000), EN) == "10 m²"
    assert area_words(Fraction(5, 4), ID) == "1,25 ha"


def test_the_page_says_what_the_difference_to_the_plan_means() -> None:
    assert "kuota membagi tanam secara adil" in page("id")
    assert "the quota divides the planting fairly" in page("en")
    assert "minggu ke-15 2026" in page("id").lower()


def test_without_growers_there_is_no_such_section() -> None:
    network = weekly_network()
    network["growers"] = []
    problem = problem_of(network)
    html = report_html(problem, planning.solve(problem), (), Run(), EN)
    assert 'id="quotas"' not in html
    assert "#quotas" not in html


# --- today


def test_today_stands_beside_alone_and_together_where_all_told() -> None:
    problem, plan, shares = planned()
    found = today(problem, plan, sharing(plan, shares, names(problem, EN), EN), EN)
    assert found is not None
    # 2 weeks x 100 kg x 100 rupiah each.
    assert (found.idr, found.every, found.total_idr, found.words) == ((20_000,) * 3, True, 60_000, "")
    hero = page("en").split('<dl class="compare">')[1].split("</dl>")[0]
    assert re.findall(r"<dt>(.*?)</dt>", hero) == ["Today", "Each by itself", "Together"]
    head = page("en").split('id="sharing"')[1].split("<thead>")[1].split("</thead>")[0]
    assert re.findall(r">([^<>]+)</th>", head) == ["Co-op", "Today", "Alone", "By the plan", "Equal parts"]


def test_who_told_nothing_is_not_compared() -> None:
    problem, plan, shares = planned(("a",))
    found = today(problem, plan, sharing(plan, shares, names(problem, EN), EN), EN)
    assert found is not None
    assert found.idr == (20_000, None, None)
    payoff = EN.rupiah_short(shares[0].payoff_idr[0])
    alone = EN.rupiah_short(plan.alone_idr[0])
    assert found.words == (
        f"1 of 3 co-ops told what it makes today: Rp20,000. By itself at its best it could make {alone}. "
        f"Together, by the rule “Equal parts”: {payoff}."
    )
    assert "not known" in page("en", ("a",))
    assert "Today" not in page("en", ("a",)).split('<dl class="compare">')[1].split("</dl>")[0]


def test_nobody_told_and_nothing_is_said_of_today() -> None:
    assert ">Today<" not in page("en", ())


# --- weeks and many products


def test_weeks_are_called_weeks() -> None:
    assert "Supply and demand, week by week" in page("en")
    assert "month by month" not in page("en")
    assert "minggu ke-27 sampai ke-28 2026 (29 Jun–12 Jul)" in page("id")


def test_products_of_which_little_moves_are_folded() -> None:
    months = page("en").split('id="months"')[1].split("</section>")[0]
    open_part, folded = months.split("<details>", 1)
    assert open_part.count("<h3>") == MOST_SHOWN
    assert f"{PRODUCTS - MOST_SHOWN} products of which less moves" in folded
    assert "Sayur-0" in open_part


def test_a_colour_means_one_product_and_grey_the_rest() -> None:
    problem, plan, _ = planned()
    colours = product_colours(problem, plan)
    assert len(colours.own) == len(palette.PRODUCTS)
    assert len({colours.of[each] for each in colours.own}) == len(palette.PRODUCTS)
    assert {colours.of[each] for each in set(range(PRODUCTS)) - colours.own} == {palette.OTHERS}
    assert 0 in colours.own
    entries = colours.entries(range(PRODUCTS), names(problem, EN), EN)
    assert entries[-1] == (palette.OTHERS, f"{PRODUCTS - len(palette.PRODUCTS)} other products")
    few = colours.entries([0], names(problem, EN), EN)
    assert few == [(colours.of[0], "Sayur-0")]


@pytest.mark.parametrize("code", ["id", "en"])
def test_the_page_is_whole_in_both_languages(code: str) -> None:
    assert page(code).rstrip().endswith("</html>")
    assert "{" not in re.sub(r"<(style|script)>.*?</\1>", "", page(code), flags=re.DOTALL)
