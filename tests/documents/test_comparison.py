"""The section that compares: every party with its amounts in both languages; nothing where nobody asked."""

from __future__ import annotations

import copy
import re

import pytest

from jejaring.documents.charts.changes import MOST_BARS, Bar, changes_picture
from jejaring.documents.language import Code, language
from jejaring.documents.report import Run, report_html
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.comparison import Comparison, compare
from jejaring.engines.planning.solve import solve
from tests.documents.networks import problem_of, shares_of, small_network, solved
from tests.documents.test_report import checked, words_of

Solved = tuple[Problem, Plan, tuple[Share, ...]]


def changed() -> Solved:
    """Return the small network with a smaller mill, a dearer lane, and a fourth party."""
    network = copy.deepcopy(small_network())
    network["processes"][0]["capacity_kg"] = 1000
    network["lanes"][2]["cost_idr_per_kg"] = 12
    network["parties"].append({"code": "D", "name": "Koperasi Desa Merah Putih <Dago>"})
    problem = problem_of(network)
    plan = solve(problem)
    return problem, plan, shares_of(plan)


def section(code: Code) -> tuple[str, Comparison]:
    """Return the section of the report on the changed network, the whole page checked."""
    old, new = solved(0), changed()
    found = compare(old[0], old[1], new[0], new[1], old_shares=old[2], new_shares=new[2])
    html = report_html(*new, Run(), language(code), comparison=found)
    parser = checked(html)
    assert "comparison" in parser.ids
    assert "#comparison" in parser.links
    return html[html.index('<section id="comparison">') : html.index('<section id="map"')], found


@pytest.mark.parametrize("code", ["id", "en"])
def test_every_party_stands_there_with_what_it_got_and_gets(code: Code) -> None:
    html, found = section(code)
    speaks, words = language(code), words_of(html)
    for party in found.parties:
        shown = next(each.payoff_idr for each in party.rules if each.rule == "even_core")
        for amount in (shown.old, shown.new):
            assert amount is None or speaks.rupiah(amount) in words
    for name in ("Sukamaju", "Cibeber", "<Dago>"):
        assert name in words
    assert "<Dago>" not in html


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("id", ("Yang berubah sejak rencana sebelumnya", "Baru di jejaring: <Dago>.", "Pengolahan",
                "Kapasitas bahan masuk", "1.200 1.000", "Jalur, Biaya angkut: 1", "tidak ada lagi")),
        ("en", ("What has changed since the earlier plan", "New in the network: <Dago>.",
                "Capacity (input)", "1,200 1,000", "Lanes, Cost: 1", "no longer")),
    ],
)  # fmt: skip
def test_changes_are_called_as_a_workbook_calls_them(code: Code, wanted: tuple[str, ...]) -> None:
    words = words_of(section(code)[0])
    for each in wanted:
        assert each in words


def test_a_report_that_compares_nothing_has_no_such_section() -> None:
    html = report_html(*solved(0), Run(), language("id"))
    assert 'id="comparison"' not in html
    assert "#comparison" not in html


def test_the_picture_shows_the_largest_changes_and_counts_all() -> None:
    bars = [Bar(f"K{at}", 1000.0, 1000.0 + at) for at in range(MOST_BARS + 5)]
    bars += [Bar("baru", None, 500.0), Bar("keluar", 400.0, None), Bar("rugi", -50.0, -90.0)]
    picture = changes_picture(bars, language("en"))
    assert picture.summary.startswith(
        f"{MOST_BARS + 5} get more than in the earlier plan, 2 get less, 1 the same."
    )
    for drawn in (picture.wide, picture.narrow):
        names = re.findall(r">(K\d+|baru|keluar|rugi)<", drawn)
        assert len(names) == MOST_BARS
        assert names[:4] == ["baru", "keluar", "rugi", "K24"]
        assert "K1<" not in drawn
