"""`jejaring draft-mou`: drafts that add up, twice the same, and none of what doesn't belong together."""

from __future__ import annotations

import io
import json

import pytest
from pypdf import PdfReader

from jejaring.documents.language import language
from tests.documents.networks import small_network
from tests.interfaces.terminal import LANGUAGES, Terminal, contents, numbers


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_drafts_add_up_to_what_the_screen_says(terminal: Terminal, code: str) -> None:
    folder = terminal.planned()
    said = terminal.type("draft-mou", folder, "--language", code)
    assert said.code == 0
    plan = json.loads((folder / "plan.json").read_bytes())
    drafts = contents(folder / "mou")
    assert len(drafts) == len(plan["partnerships"]) == 2
    speaks = language("id" if code == "id" else "en")
    kg = sum(each["kg"] for each in plan["partnerships"])
    value = sum(each["value_idr"] for each in plan["partnerships"])
    assert {speaks.number(kg), speaks.number(value)} <= numbers(said.out)
    for name, data in drafts.items():
        assert name in said.err
        village = {"A": "Sukamaju", "B": "Cibeber"}[name.removesuffix(".pdf")[-1]]
        row = next(line for line in said.out.splitlines() if village in line)
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
        assert numbers(row.partition("Rp")[0]) | numbers(row.partition("Rp")[2].split()[0]) <= numbers(text)


def test_drafting_twice_changes_nothing(terminal: Terminal) -> None:
    folder = terminal.planned()
    assert terminal.type("draft-mou", folder).code == 0
    before = contents(folder)
    assert terminal.type("draft-mou", folder).code == 0
    assert contents(folder) == before


def test_drafts_of_another_plan_are_moved_aside_whole(terminal: Terminal) -> None:
    folder = terminal.planned()
    assert terminal.type("draft-mou", folder).code == 0
    (folder / "mou" / "ditandatangani.pdf").write_bytes(b"signed")
    earlier = contents(folder / "mou")
    said = terminal.type("plan", terminal.network(name="Lain"), "--out", folder)
    assert "rencana sebelumnya" in said.out
    said = terminal.type("draft-mou", folder)
    assert "mou-sebelumnya-1" in said.out
    assert contents(folder / "mou-sebelumnya-1") == earlier
    assert "ditandatangani.pdf" not in contents(folder / "mou")
    assert terminal.type("draft-mou", folder, "--rule", "equal").code == 0
    assert contents(folder / "mou-sebelumnya-1") == earlier
    assert (folder / "mou-sebelumnya-2").is_dir()


def test_drafts_are_made_only_of_a_whole_plan_and_its_own_network(terminal: Terminal) -> None:
    folder = terminal.planned()
    plan, network = (folder / "plan.json").read_text(), (folder / "network.json").read_text()
    assert '"kg": 1000' in plan
    spoiled = (
        ("plan.json", plan[: len(plan) // 2]),
        ("plan.json", '{"format": "jejaring-plan/1"}'),
        ("plan.json", "[]"),
        ("plan.json", plan.replace('"kg": 1000', '"kg": 900')),
        ("network.json", network.replace("6500", "6400")),
        ("network.json", network.replace('"A"', '"Z"')),
        ("network.json", "{"),
    )
    for name, text in spoiled:
        (folder / "plan.json").write_text(plan)
        (folder / "network.json").write_text(network)
        (folder / name).write_text(text)
        said = terminal.type("draft-mou", folder)
        assert (said.code, said.out) == (1, ""), (name, text[:40])
        assert said.err
        assert not (folder / "mou").exists()
    for missing in ("plan.json", "network.json"):
        (folder / missing).unlink()
        assert missing in terminal.type("draft-mou", folder).err
    assert terminal.type("draft-mou", "tiada").code == 1


def test_a_rule_that_the_plan_lacks_is_refused(terminal: Terminal) -> None:
    folder = terminal.planned("hasil", "--rules", "equal,market")
    said = terminal.type("draft-mou", folder, "--rule", "volume")
    assert (said.code, said.out) == (1, "")
    assert terminal.type("draft-mou", folder).code == 0


def test_a_hub_that_nobody_named_is_said(terminal: Terminal) -> None:
    folder = terminal.planned()
    assert "belum menyatakan" not in terminal.type("draft-mou", folder).out
    nameless = [{**each, "role": ""} for each in small_network()["parties"]]
    assert terminal.type("plan", terminal.network(parties=nameless), "--out", folder).code == 0
    said = terminal.type("draft-mou", folder)
    assert "Jejaring ini belum menyatakan siapa hubnya." in said.out
