"""The report's answers: why not me, and who would gain by a wrong figure; nothing where it wasn't asked."""

from __future__ import annotations

import re
from html import unescape

import pytest

from jejaring.documents.language import Code, language
from jejaring.documents.report import Run, report_html
from jejaring.engines import planning
from jejaring.engines.planning.plan import Rule
from jejaring.engines.planning.questions.answers import Answers
from tests.documents.networks import problem_of, small_network

SECTIONS = {"why_not": "why-not", "declarations": "trust"}
RULES: tuple[Rule, ...] = ("equal", "market")


def page(code: Code, answers: Answers | None) -> str:
    problem = problem_of(small_network())
    plan = planning.solve(problem)
    shares = planning.share(problem, plan, RULES)
    return report_html(problem, plan, shares, Run(), language(code), answers)


def asked(*only: str) -> Answers:
    problem = problem_of(small_network())
    return planning.ask(problem, planning.solve(problem), only=only)


def section(html: str, name: str) -> str:
    """Return what a reader reads in a section."""
    (found,) = re.findall(rf'<section id="{name}">.*?</section>', html, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found)).split())


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_stands_only_where_its_question_was_asked(name: str) -> None:
    html = page("en", asked(name))
    for each, anchor in SECTIONS.items():
        assert (f'<section id="{anchor}">' in html) == (each == name)
        assert (f'href="#{anchor}"' in html) == (each == name)


def test_goods_that_stay_are_told_what_would_bring_them_in() -> None:
    # The mill takes 1,200 of A's 1,000 and B's 500 kg; B's way is dearer by 10, so 300 of B's stay.
    english = section(page("en", asked("why_not")), "why-not")
    assert "Cibeber : 300 kg of Gabah kering panen in March 2027 stay" in english
    # One per cent more room brings in 12 kg: too few to be worth a line.
    assert "1,212 kg" not in english
    # 10 less and it is as good as A's, 11 less and it is better: for 500 kg.
    assert "If members were content with Rp6,489/kg, not Rp6,500/kg" in english
    assert "Rp5,500" in english
    indonesian = section(page("id", asked("why_not")), "why-not")
    assert "300 kg Gabah kering panen pada Maret 2027 tetap tinggal" in indonesian
    assert "Bila anggota sudah cukup dengan Rp6.489/kg, bukan Rp6.500/kg" in indonesian


def test_every_rule_says_who_would_gain_by_a_wrong_figure() -> None:
    answers = asked("declarations")
    assert answers.declarations is not None
    said = section(page("en", answers), "sharing")
    for rule in RULES:
        place = answers.declarations.largest[answers.declarations.rules.index(rule)]
        nobody = "Nobody would gain by declaring a figure a tenth too high or too low."
        assert (nobody if place < 0 else "would gain most by a wrong figure") in said


def test_a_rule_says_where_that_was_not_worked_out() -> None:
    said = section(page("id", None), "sharing")
    assert said.count("Belum dihitung siapa yang akan untung dengan aturan ini") == len(RULES)
