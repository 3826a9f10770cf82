"""A whole network from a file: all of it or nothing, only in one's own region, all faults at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jejaring.domain.mapping.actions import loading_files
from jejaring.domain.mapping.models import Commodity, Need, Potential, Product, Site
from jejaring.domain.parties.models import AuditLine, Cooperative, Network
from tests.cast import CIANJUR, GARUT, Cast, make_cast

EXAMPLES = Path(__file__).parents[3] / "examples"
EVERYTHING = (Network, Cooperative, Site, Product, Commodity, Potential, Need, AuditLine)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def document(**changed: Any) -> dict[str, Any]:
    parties = {"a": ("Koperasi Sukamaju", "32.03.01.2002"), "b": ("Koperasi Sukasari", "32.03.01.2003")}
    return {
        "format": "jejaring-network/2",
        "name": "Padi dari berkas",
        "periods": [{"code": "2027-01"}],
        "products": [{"code": "padi", "name": "Padi"}],
        "parties": [{"code": code, "name": name, "village": village}
                    for code, (name, village) in parties.items()],
        "sites": [{"code": code, "party": code} for code in parties],
        "supplies": [{"site": "a", "product": "padi", "period": "2027-01", "available_kg": 1_000,
                      "cost_idr_per_kg": 6_000}],
        "needs": [{"site": "b", "product": "padi", "period": "2027-01", "kg": 500,
                   "worth_idr_per_kg": 7_000}],
        "lanes": [{"from": "a", "to": "b", "products": ["padi"], "cost_idr_per_kg": 50}],
        **changed,
    }  # fmt: skip


def send(cast: Cast, who: str, content: dict[str, Any] | Path, **fields: str) -> Any:
    client = Client()
    client.force_login(cast.people[who])
    data = content.read_bytes() if isinstance(content, Path) else json.dumps(content).encode()
    name = content.name if isinstance(content, Path) else "jejaring.json"
    form = {"region_code": CIANJUR, "commodity": "lain", "file": SimpleUploadedFile(name, data), **fields}
    return client.post(reverse("network_file"), form)


def counted() -> list[int]:
    return [model.objects.count() for model in EVERYTHING]


def test_a_file_becomes_a_network_in_one_step(cast: Cast) -> None:
    answer = send(cast, "facilitator", document())
    made = Network.objects.get(name="Padi dari berkas")
    assert answer.headers["Location"] == reverse("network", args=[made.pk])
    assert made.region_code == CIANJUR
    assert Potential.objects.get(cooperative__name="Koperasi Sukamaju").kg == 1_000
    line = AuditLine.objects.get(action="network.load")
    assert line.by_id == cast.facilitator.pk
    assert send(cast, "facilitator", document(), name="Padi lain", replaces="on").status_code == 302
    assert Network.objects.filter(name="Padi lain").exists()


def test_all_faults_are_told_at_once_and_nothing_is_kept(cast: Cast) -> None:
    before = counted()
    wrong = document()
    wrong["supplies"][0] |= {"site": "nowhere", "available_kg": -5}
    wrong["needs"][0]["product"] = "emas"
    answer = send(cast, "facilitator", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    for place in ("supplies[0].site", "supplies[0].available_kg", "needs[0].product"):
        assert place in page
    # What the tables can't hold is found while rows are written: they are taken back.
    half = document()
    half["supplies"][0]["cost_idr_per_kg"] = 6_000.1234
    half["needs"][0]["worth_idr_per_kg"] = 7_000.1234
    page = send(cast, "facilitator", half).content.decode()
    assert "supplies · a" in page
    assert "needs · b" in page
    assert counted() == before


def test_weeks_are_refused_in_one_clear_sentence(cast: Cast) -> None:
    before = counted()
    page = send(cast, "facilitator", EXAMPLES / "ciwidey-sayur.xlsx").content.decode()
    assert page.count("direncanakan per minggu") == 1
    assert "Ada 1 hal di berkas ini" in page
    assert counted() == before


def test_a_file_that_is_none_or_too_large_or_without_a_name_is_refused(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = counted()
    client = Client()
    client.force_login(cast.facilitator)
    assert client.post(reverse("network_file"), {"region_code": CIANJUR}).status_code == 422
    assert send(cast, "facilitator", document(name="")).status_code == 422
    assert send(cast, "facilitator", Path(__file__)).status_code == 422
    monkeypatch.setattr(loading_files, "MOST_BYTES", 100)
    assert "lebih besar dari" in send(cast, "facilitator", document()).content.decode()
    assert counted() == before


def test_what_a_registered_co_op_said_is_only_replaced_when_that_is_meant(cast: Cast) -> None:
    assert send(cast, "facilitator", document()).status_code == 302
    before = counted()
    other = document()
    other["supplies"][0]["available_kg"] = 2_000
    answer = send(cast, "facilitator", other, name="Lain")
    assert answer.status_code == 422
    assert "2 koperasi dalam berkas ini sudah terdaftar" in answer.content.decode()
    assert counted() == before
    assert Potential.objects.get().kg == 1_000
    assert send(cast, "facilitator", other, name="Lain", replaces="on").status_code == 302
    assert Potential.objects.get().kg == 2_000


def test_a_facilitator_makes_networks_of_the_own_region_only(cast: Cast) -> None:
    before = counted()
    assert send(cast, "facilitator", document(), region_code=GARUT).status_code == 422
    # A neighbour can't register co-ops of Cianjur, nor write over them, by way of a network in Garut.
    page = send(cast, "facilitator_garut", document(), region_code=GARUT).content.decode()
    assert page.count("di luar wilayah tempat Anda boleh mendaftarkan") == 2
    assert counted() == before
    assert send(cast, "facilitator", document()).status_code == 302
    answer = send(cast, "facilitator_garut", document(), region_code=GARUT, replaces="on")
    assert answer.status_code == 422
    assert not Network.objects.filter(name="Padi dari berkas", region_code=GARUT).exists()
    # Who facilitates one network, not a region, is told so.
    assert send(cast, "network_facilitator", document()).status_code == 422
    assert send(cast, "chair", document()).status_code == 403
