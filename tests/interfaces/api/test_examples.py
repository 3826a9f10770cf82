"""The calls that docs/api.md shows are made, one after the other, and answered as it says."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from jejaring.domain.mapping.models import Channel, Potential
from jejaring.domain.partnering.models import PlanRun
from tests.cast import Cast, make_cast
from tests.interfaces.api.callers import secret_of
from tests.interfaces.web.mapping_rows import mapping_rows

PAGE = Path(__file__).parents[3] / "docs" / "api.md"
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
COMING_YEAR = timezone.localdate().year + 1


def called(block: str, cast: Cast) -> Any:
    """Make the call of a block of the page, in Cianjur and in the coming year, and return the answer."""
    year, *others = set(re.findall(r"\b20\d\d(?=-\d\d\b)", block)) or {""}
    assert not others
    text = block.replace(f"{year}-", f"{COMING_YEAR}-") if year else block
    text = re.sub(r"/cooperatives/\d+", f"/cooperatives/{cast.babakankaret.pk}", text)
    text = re.sub(r"/networks/\d+", f"/networks/{cast.cianjur.pk}", text)
    text = text.replace("$KEY", secret_of(cast.facilitator)).replace("$SITE", "http://testserver")
    program, *words = shlex.split(text.replace("\\\n", " "))
    assert program == "curl"
    method, sent, headers, address = "GET", "", {}, ""
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-d":
            sent = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        else:
            assert not address, f"one address a call: {word}"
            address = word
    parts = urlsplit(address)
    kind = headers.pop("Content-Type", "application/octet-stream")
    return Client().generic(
        method, f"{parts.path}?{parts.query}", sent.encode(), content_type=kind, headers=headers
    )


@pytest.fixture
def cast(db: None) -> Cast:
    """Return the cast; the hub has a buyer of paddy."""
    cast = make_cast()
    mapping_rows(cast)
    Channel.objects.update(cooperative=cast.hub)
    return cast


def test_every_call_of_the_page_is_answered_as_it_says(cast: Cast) -> None:
    answers = [called(block, cast) for block in BLOCKS]
    assert [each.status_code for each in answers] == [200, 200, 200, 202], [
        each.content.decode()[:900] for each in answers
    ]
    found, kept, balance, plan = (each.json() for each in answers)
    assert [each["id"] for each in found["cooperatives"]] == [cast.babakankaret.pk]
    assert kept == {"count": 1}
    said = Potential.objects.get(cooperative=cast.babakankaret)
    assert (said.kg, f"{said.month:%Y-%m}") == (12500, f"{COMING_YEAR}-03")
    assert balance["products"][0]["total"]["potential_kg"] == 12500
    assert plan["status"] == "queued"
    again = called(BLOCKS[-1], cast).json()
    assert again["id"] == plan["id"]
    assert PlanRun.objects.count() == 1


def test_the_form_of_a_refusal_is_the_one_on_the_page(cast: Cast) -> None:
    [shown] = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    written = json.loads(shown)
    [block] = [each for each in BLOCKS if "/potentials" in each]
    answer = called(block.replace("12500", "-1"), cast)
    assert answer.status_code == 422
    told = answer.json()
    for each in (told, told["faults"][0]):
        assert each.pop("message")
    for each in (written, written["faults"][0]):
        each.pop("message")
    assert told == written
