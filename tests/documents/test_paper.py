"""The paper for a meeting and the pictures by themselves: whole, in our font, with the report's figures."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from functools import cache

import pypdf
import pytest

from jejaring.documents.charts import palette
from jejaring.documents.language import Code, language
from jejaring.documents.paper import report_pdf
from jejaring.documents.pictures import picture_files
from jejaring.documents.report import Run
from jejaring.engines.planning.solve import solve
from tests.documents.networks import problem_of, shares_of, small_network, solved, without_trade

RUN = Run(version="0.1.0", on=date(2026, 11, 21), file="contoh.xlsx")
ID, EN = language("id"), language("en")


@cache
def made(count: int, code: Code) -> bytes:
    return report_pdf(*solved(count), RUN, language(code))


def words_of(data: bytes) -> str:
    """Return the paper's text, blanks as one."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize("code", ["id", "en"])
def test_the_paper_is_tagged_a4_in_its_language_with_our_font_only(code: Code) -> None:
    data = made(30, code)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in data
    assert b"CreationDate" not in data
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert str(reader.root_object["/Lang"]).split("-")[0] == code
    assert reader.outline
    assert 6 <= len(reader.pages) <= 14
    for number, page in enumerate(reader.pages, start=1):
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
        embedded, loose = page._get_fonts()
        assert not loose
        assert all("SourceSans3" in font for font in embedded)
        assert f"{number} {'dari' if code == 'id' else 'of'} {len(reader.pages)}" in page.extract_text()


@pytest.mark.parametrize("code", ["id", "en"])
def test_the_paper_has_the_reports_figures(code: Code) -> None:
    problem, plan, shares = solved(30)
    speech, words = language(code), words_of(made(30, code))
    assert speech.rupiah_short(plan.value_idr - sum(plan.alone_idr)) in words
    assert speech.rupiah(plan.bound_idr) in words
    for party, alone in enumerate(plan.alone_idr):
        assert speech.number(round(alone)) in words
        for share in shares:
            assert speech.number(int(share.payoff_idr[party] - alone), signed=True) in words
    for name in problem.parties.names:
        assert name.removeprefix("Koperasi Desa Merah Putih ").removeprefix("Koperasi ") in words
    mark = {"id": "Edisi fasilitator", "en": "Facilitator's edition"}
    assert mark[code] in words.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def test_every_picture_says_what_it_shows_to_those_who_cant_see_it() -> None:
    tree = pypdf.PdfReader(io.BytesIO(made(30, "en"))).root_object["/StructTreeRoot"]
    told, waiting = [], [tree]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, pypdf.generic.ArrayObject):
            waiting += element
        elif isinstance(element, pypdf.generic.DictionaryObject):
            told += [str(element["/Alt"])] if "/Alt" in element else []
            waiting += [element["/K"]] if "/K" in element else []
    months = [words for words in told if "used or sold by the network" in words]
    assert len(months) == 3
    assert any(words.startswith("Map of the network. ") for words in told)
    assert len(told) == 4 + len(months)


def test_a_plan_without_trade_positions_or_shares_has_a_paper_too() -> None:
    problem, plan, _ = solved(8)
    bare = replace(problem, sites=replace(problem.sites, lat=problem.sites.lat * float("nan")))
    words = words_of(report_pdf(bare, without_trade(plan), (), RUN, EN))
    assert "adds nothing in this network" in words
    assert "not been divided yet" in words
    stopped = replace(plan, status="gap", gap=0.03, bound_idr=plan.value_idr * 1.03)
    assert "not known to be the best" in words_of(report_pdf(problem, stopped, (), RUN, EN))


def test_names_from_a_network_are_only_ever_text() -> None:
    network = small_network()
    evil = (
        '#panic("x") $x^2$ @ref <label> *b* _i_ `k` \\',
        "</svg><script>&amp;",
        "Koperasi 🌾 米 \u202eterbalik",
    )
    for row, name in zip(network["parties"], evil, strict=True):
        row["name"] = name
    network["products"][0]["name"] = "#gabah] 米"
    network["outlets"][0]["buyer"] = '"><image href="x"/>'
    problem = problem_of(network)
    plan = solve(problem)
    words = words_of(report_pdf(problem, plan, shares_of(plan), RUN, ID))
    for written in ("#panic $x^2$ @ref <label> *b* _i_", "</svg><script>&amp", "#gabah]"):
        assert written in words
    assert "[U+7C73]" in words
    files = picture_files(problem, plan, shares_of(plan), ID)
    for name, data in files.items():
        if name.endswith(".svg"):
            tags = {element.tag.split("}")[1] for element in ET.fromstring(data).iter()}
            assert not tags & {"script", "image", "foreignObject"}


def test_the_same_plan_gives_the_same_paper_and_pictures() -> None:
    assert report_pdf(*solved(8), RUN, ID) == report_pdf(*solved(8), RUN, ID)
    assert picture_files(*solved(8), ID) == picture_files(*solved(8), ID)


def test_every_picture_is_there_by_itself_as_svg_and_png() -> None:
    files = picture_files(*solved(30), ID)
    names = {name.partition(".")[0] for name in files}
    assert {"map", "flows", "value", "gains", "months-01-gkp"} <= names
    assert set(files) == {f"{name}.{kind}" for name in names for kind in ("svg", "png")}
    for name in names:
        svg = ET.fromstring(files[f"{name}.svg"])
        assert svg.tag == "{http://www.w3.org/2000/svg}svg"
        assert svg.get("font-family", "").endswith("sans-serif")
        wide, high = float(svg.attrib["width"]), float(svg.attrib["height"])
        left, top, view_wide, view_high = (float(each) for each in svg.attrib["viewBox"].split())
        assert (view_wide, view_high) == (wide, high)
        paper = next(element for element in svg if element.tag.endswith("rect"))
        assert (paper.get("fill"), float(paper.attrib["x"]), float(paper.attrib["y"])) == (
            palette.CARD,
            left,
            top,
        )
        # Colours are written out: outside the page there is no style sheet to take them from.
        assert b"var(" not in files[f"{name}.svg"]
        assert b"currentColor" not in files[f"{name}.svg"]
        assert all(e.get("fill") for e in svg.iter() if e.tag.endswith("text"))
        png = files[f"{name}.png"]
        assert png.startswith(b"\x89PNG")
        pixels = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
        assert pixels == pytest.approx((2 * wide, 2 * high), abs=1)
