"""Pictures: finite numbers, readable labels, colours that stay apart, and goods that are not lost."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest

from jejaring.documents.charts import palette
from jejaring.documents.charts.flows import flow_picture
from jejaring.documents.charts.gains import gains, gains_picture
from jejaring.documents.charts.map import map_picture
from jejaring.documents.charts.months import months_picture, product_months
from jejaring.documents.charts.places import geography, labels
from jejaring.documents.charts.svg import Drawing, Picture, lines, shortened, text_width, ticks, wrapped
from jejaring.documents.charts.tracing import stretches
from jejaring.documents.charts.value import value_picture
from jejaring.documents.language import language
from jejaring.documents.names import names
from jejaring.documents.sharing_rules import rule_name
from jejaring.engines.planning.plan import RULES
from tests.documents.networks import problem_of, small_network, solved, village_network, without_trade

ID = language("id")
SIZES = (0, 30, 360)


def pictures(count: int) -> list[Picture]:
    problem, plan, shares = solved(count)
    called = names(problem, ID)
    found = [map_picture(problem, plan, called, ID), value_picture(plan, ID).picture]
    flows = flow_picture(problem, plan, called, ID)
    found.append(flows.picture if flows else None)
    found += [months_picture(each, called, ID) for each in product_months(problem, plan)]
    found.append(
        gains_picture(gains(plan, shares), {rule: rule_name(rule, ID) for rule in RULES}, called, ID)
    )
    return [each for each in found if each is not None]


@pytest.mark.parametrize("count", SIZES)
def test_every_picture_is_well_formed_and_lies_inside_its_frame(count: int) -> None:
    drawn = [svg for picture in pictures(count) for svg in (picture.wide, picture.narrow)]
    assert len(drawn) >= 10
    for svg in drawn:
        assert not re.search(r"nan|inf", re.sub(r">[^<]*<", "><", svg).replace("infinite", ""))
        root = ElementTree.fromstring(svg)
        _, _, width, height = (float(part) for part in root.attrib["viewBox"].split())
        assert 0 < width <= 960
        assert 0 < height < 2_500
        for element in root.iter():
            for name in ("x", "x1", "x2", "cx"):
                assert -1 <= float(element.attrib.get(name, 0)) <= width + 1
            for name in ("y", "y1", "y2", "cy"):
                assert -15 <= float(element.attrib.get(name, 0)) <= height + 1
            for name in ("width", "height", "r", "stroke-width"):
                assert float(element.attrib.get(name, 1)) > 0


@pytest.mark.parametrize("count", SIZES)
def test_every_picture_says_in_words_what_it_shows(count: int) -> None:
    for picture in pictures(count):
        assert picture.title
        assert picture.summary.endswith((".", ":"))
        assert 'role="img"' in picture.wide
        assert "<desc>" in picture.wide


@pytest.mark.parametrize("count", SIZES)
def test_text_in_pictures_does_not_run_out_of_the_frame(count: int) -> None:
    for picture in pictures(count):
        for svg in (picture.wide, picture.narrow):
            root = ElementTree.fromstring(svg)
            width = float(root.attrib["viewBox"].split()[2])
            for text in root.iter("{http://www.w3.org/2000/svg}text"):
                x, wide = (
                    float(text.attrib["x"]),
                    text_width(text.text or "", float(text.attrib["font-size"])),
                )
                anchor = text.attrib.get("text-anchor", "start")
                left = x - (wide if anchor == "end" else wide / 2 if anchor == "middle" else 0)
                assert left >= -8, text.text
                assert left + wide <= width + 8, text.text


def test_traced_goods_are_as_heavy_as_the_plan_says() -> None:
    for count in SIZES:
        problem, plan, _ = solved(count)
        found = stretches(problem, plan)
        sold = sum(each.kg for each in found if each.end.kind == "outlet")
        assert sold == pytest.approx(int(plan.flows.outlets.kg.sum()), rel=1e-3)
        given = sum(each.kg for each in found if each.start.kind == "supply")
        assert given <= int(plan.flows.supplies.kg.sum()) + 1
        assert given == pytest.approx(int(plan.flows.supplies.kg.sum()), rel=1e-2)


def test_the_small_network_flows_as_on_paper() -> None:
    problem, plan, _ = solved(0)
    flows = flow_picture(problem, plan, names(problem, ID), ID)
    assert flows is not None
    assert flows.rows == (
        ("Sukamaju", "Gabah kering panen", "Penggilingan Hub", 1000),
        ("Hub", "Beras", "Pasar Induk", 600),
        ("Penggilingan Hub", "Beras", "Hub", 600),
        ("Cibeber", "Gabah kering panen", "Penggilingan Hub", 200),
    )


def test_months_show_what_is_there_used_and_wanted() -> None:
    problem, plan, _ = solved(0)
    paddy, rice = product_months(problem, plan)
    assert (paddy.there.tolist(), paddy.used.tolist(), paddy.wanted.tolist()) == ([1500.0], [1200.0], [0.0])
    assert (rice.there.tolist(), rice.used.tolist(), rice.wanted.tolist()) == ([600.0], [600.0], [2000.0])


def test_the_chain_of_value_adds_up_to_the_surplus() -> None:
    for count in SIZES:
        _, plan, _ = solved(count)
        lines_ = value_picture(plan, ID).lines
        steps = sum(line.idr for line in lines_ if not line.total and not line.part)
        assert steps == pytest.approx(plan.surplus_idr, abs=1)
        assert sum(line.idr for line in lines_ if line.part) == pytest.approx(plan.surplus_idr, abs=1)


def test_a_network_without_positions_has_no_map() -> None:
    network = village_network(4, positions=False)
    problem = problem_of(network)
    _, plan, _ = solved(0)
    plan = replace(without_trade(plan), outcomes=tuple(replace(plan.outcomes[0], party=p) for p in range(5)))
    assert map_picture(problem, plan, names(problem, ID), ID) is None


def test_a_far_village_does_not_press_the_others_into_a_corner() -> None:
    network = village_network(12)
    network["sites"][0].update(lat=-7.9, lon=107.2)
    problem = problem_of(network)
    _, plan, _ = solved(30)
    plan = replace(without_trade(plan), outcomes=plan.outcomes[:13])
    ground = geography(problem, plan, names(problem, ID))
    far = next(place for place in ground.places if place.name == "Sukamaju")
    assert far.away_km == pytest.approx(120, abs=5)
    assert ground.true_scale is not None
    drawn = [place.lat for place in ground.places]
    assert max(drawn) - min(drawn) < 0.6


def test_labels_never_cover_each_other() -> None:
    marks = [(f"Desa nomor {n}", (40.0 + 9 * n, 50.0 + 7 * (n % 5)), 5.0) for n in range(40)]
    placed = [each for each in labels(marks, 12, (0, 0, 500, 200), [], 0) if each is not None]
    assert len(placed) > 5
    boxes = []
    for label in placed:
        width = text_width(label.text, 12)
        left = label.x - (width if label.anchor == "end" else width / 2 if label.anchor == "middle" else 0)
        boxes.append((left, label.y - 9, left + width, label.y + 2))
    for one, other in combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_gains_are_sorted_and_a_rupiah_of_rounding_is_no_loss() -> None:
    _, plan, shares = solved(30)
    found = gains(plan, shares)
    column = [found.idr["even_core"][party] for party in found.order]
    assert column == sorted(column, reverse=True)
    plan = replace(plan, alone_idr=tuple(got + 0.6 for got in shares[0].payoff_idr))
    assert set(gains(plan, shares[:1]).idr["equal"]) == {0}


def test_one_large_gain_does_not_press_the_others_together() -> None:
    problem, plan, shares = solved(30)
    hub = len(plan.alone_idr) - 1
    payoff = [int(alone) + 1_000_000 * (party + 1) for party, alone in enumerate(plan.alone_idr)]
    payoff[hub] += 3_000_000_000
    found = gains(plan, (replace(shares[0], payoff_idr=tuple(payoff)),))
    svg = gains_picture(found, {"equal": "Sama rata"}, names(problem, ID), ID).wide
    dots = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', svg)][1:]
    assert dots[0] - dots[1] > 50
    assert dots[1] - dots[-1] > 400


def test_words_are_cut_and_wrapped_to_fit() -> None:
    assert shortened("Sukamaju", 200, 12) == "Sukamaju"
    assert shortened("Koperasi Desa Merah Putih", 60, 12).endswith("…")
    assert len(wrapped("Penggilingan padi Desa Mekarsari Jaya", 100, 12)) == 2
    assert " ".join(lines("satu dua tiga empat lima", 50, 12)) == "satu dua tiga empat lima"
    assert ticks(930) == [0, 250, 500, 750, 1000]
    assert ticks(0) == [0, 1]


def test_text_in_a_picture_is_escaped() -> None:
    drawing = Drawing(100)
    drawing.text(0, 10, "<script>alert('x')</script>", 12, fill='"><script>')
    svg = drawing.svg(20, title="<b>", summary="&")
    assert "<script" not in svg
    assert ElementTree.fromstring(svg) is not None


def test_names_are_short_where_they_stay_different() -> None:
    network = small_network()
    network["parties"][0]["name"] = "Koperasi Desa Merah Putih Sindangsari (Cilaku)"
    network["parties"][1]["name"] = "Koperasi Desa Merah Putih Sindangsari (Ciranjang)"
    called = names(problem_of(network), ID)
    assert called.short_parties == ("Sindangsari (Cilaku)", "Sindangsari (Ciranjang)", "Hub")
    assert called.buyers == ("Pasar Induk",)
    assert called.facilities == ("Penggilingan Hub",)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 has it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# Machado, Oliveira, Fernandes (2009), severity 1, for linear RGB.
BLIND = {
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),  # noqa: E501
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),  # noqa: E501
    "none": np.eye(3),
}  # fmt: skip


def _lab(colour: str, sight: str) -> np.ndarray:
    seen = np.clip(BLIND[sight] @ np.array(_linear(colour)), 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    white = np.array([0.95047, 1.0, 1.08883])
    f = np.cbrt(np.maximum(to_xyz @ seen / white, 0.008856))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_text_and_marks_stand_out_from_the_paper() -> None:
    for colour in (palette.INK, palette.SOFT, palette.TERRACE, palette.CLAY):
        assert contrast(colour, palette.PAPER) >= 4.5
        assert contrast(colour, palette.CARD) >= 4.5
        assert contrast(colour, palette.FAINT) >= 4.5
    for colour in (*palette.PRODUCTS, *palette.RULES.values()):
        assert contrast(colour, palette.CARD) >= 3, colour


@pytest.mark.parametrize("sight", list(BLIND))
def test_colours_of_products_and_rules_stay_apart_for_colour_blind_readers(sight: str) -> None:
    for one, other in combinations(palette.PRODUCTS[:6], 2):
        distance = float(np.linalg.norm(_lab(one, sight) - _lab(other, sight)))
        assert distance > 14, (one, other, distance)
    for one, other in combinations(palette.RULES.values(), 2):
        assert math.dist(_lab(one, sight), _lab(other, sight)) > 14, (one, other)
