"""Pictures of balance and positions: what they tell, also to those who can't see them."""

from __future__ import annotations

import re
from typing import get_args
from xml.etree import ElementTree as ET

import pytest

from jejaring.documents.charts.balance_months import MonthBars, balance_picture
from jejaring.documents.charts.positions import Look, Pin, marks, positions_picture
from jejaring.documents.language import Code, language

BARS = [
    MonthBars("2027-03", 10_000, 4_000, 2_000),
    MonthBars("2027-04", None, 6_000, 0, is_boundless=True),
    MonthBars("2027-05", 0, 0, 0),
]
NS = {"svg": "http://www.w3.org/2000/svg"}


def heights(picture: str, colour: str) -> list[float]:
    bars = ET.fromstring(picture).findall("svg:g/svg:rect", NS)
    return [float(bar.attrib["height"]) for bar in bars if bar.attrib["fill"] == colour]


@pytest.mark.parametrize("code", ["id", "en"])
def test_bars_are_as_high_as_what_they_tell(code: Code) -> None:
    picture = str(balance_picture("Paddy", BARS, language(code)))
    [potential] = heights(picture, "#0d6152")
    needs = heights(picture, "#b7791a")
    assert needs == pytest.approx([potential * 0.4, potential * 0.6], abs=0.11)


def test_a_hidden_month_has_a_cross_and_says_so() -> None:
    picture = str(balance_picture("Paddy", BARS, language("en")))
    assert picture.count(">×<") == 1
    assert "potential hidden, need 6 t" in picture
    assert "There are 10 t, needed are 10 t; buyers would take 2 t." in picture


def test_nothing_at_all_is_still_a_picture() -> None:
    for bars in ([], [MonthBars("2027-03", 0, 0, 0)], [MonthBars("2027-03", None, None, None)]):
        picture = str(balance_picture("Paddy", bars, language("id"), width=330, size=11))
        ET.fromstring(picture)
        assert "nan" not in picture


def test_each_pin_has_its_mark_and_its_name() -> None:
    pins = [
        Pin(-6.8, 107.1, "hub", "complete", "Hub <1>"),
        Pin(-6.9, 107.2, "supplier", "unanswered", "Second"),
        Pin(-6.9, 107.3, "many", "complete", "Many", count=1_250),
    ]
    picture = str(positions_picture(pins, language("id")))
    ET.fromstring(picture)
    used = re.findall(r'href="#(pin-[a-z_-]+)"', picture)
    assert sorted(used) == ["pin-hub-complete", "pin-supplier-unanswered"]
    assert all(f'id="{name}"' in picture for name in used)
    assert "Hub &lt;1&gt;" in picture
    assert "1.250" in picture
    assert " km" in picture
    assert 'id="pin-' not in str(positions_picture(pins, language("id"), with_marks=False))


def test_one_place_or_none_is_a_map_too() -> None:
    for pins in ([], [Pin(-6.8, 107.1, "hub", "stale", "Hub")]):
        picture = str(positions_picture(pins, language("id")))
        assert len(re.findall('href="#pin-', picture)) == len(pins)
        assert ET.fromstring(picture).tag.endswith("svg")


def test_states_differ_without_colour() -> None:
    looks = get_args(Look)
    drawn = [
        re.sub(r'(fill|stroke)="#[0-9a-f]{6}"|id="[^"]*"', "", str(marks([("supplier", look)])))
        for look in looks
    ]
    assert len(set(drawn)) == len(looks)
