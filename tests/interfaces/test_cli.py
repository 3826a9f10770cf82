"""What the command promises: exit codes, plain words in both languages, networks read and made."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import jejaring
from jejaring import __version__
from jejaring.engines.planning.plan import RULES
from tests.interfaces.terminal import COMMANDS, LANGUAGES, Terminal, numbers

# --- how it is used ----------------------------------------------------------------------------


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_help_is_in_the_readers_language(terminal: Terminal, code: str, command: str) -> None:
    said = terminal.type("--language", code, *([command] if command else []), "--help")
    assert (said.code, said.err) == (0, "")
    foreign = {
        "id": r"\b(usage|options|show|the|write|folder for)\b",
        "en": r"\b(yang|untuk|pemakaian|pilihan)\b",
    }
    assert not re.search(foreign[code], said.out, re.IGNORECASE)
    assert max(map(len, said.out.splitlines())) <= 100


def test_help_names_every_sharing_rule(terminal: Terminal) -> None:
    shown = terminal.type("plan", "--help").out
    assert [rule for rule in RULES if rule not in shown] == []


def test_questions_are_asked_unless_it_should_be_quick(terminal: Terminal) -> None:
    asked = json.loads((terminal.planned() / "plan.json").read_bytes())
    slow = {"why_not", "declarations", "candidates", "scenarios", "seasons", "commitments"}
    assert set(asked["questions"]) == {*slow, "cash", "trips"}
    quick = terminal.planned("cepat", "--quick")
    for question in slow:
        del asked["questions"][question]
    assert json.loads((quick / "plan.json").read_bytes()) == asked
    assert 'id="why-not"' not in (quick / "report.html").read_text()


def test_indonesian_is_spoken_unless_english_is_asked_for(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Tidak ada berkas" in terminal.type("check", "tiada.xlsx").err
    assert "There is no file" in terminal.type("check", "tiada.xlsx", "--language=en").err
    monkeypatch.setenv("JEJARING_LANGUAGE", "en_US.UTF-8")
    assert "There is no file" in terminal.type("check", "tiada.xlsx").err
    assert "Tidak ada berkas" in terminal.type("check", "tiada.xlsx", "--language", "id").err


def test_the_version_is_told(terminal: Terminal) -> None:
    assert terminal.type("--version") == (0, f"jejaring {__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Pemakaian: jejaring"),
        (("bogus",), "“bogus”"),
        (("plan",), "BERKAS, --out"),
        (("plan", "n.json"), "--out"),
        (("plan", "n.json", "--otu", "x"), "“--otu” bukan pilihan untuk jejaring plan"),
        (("plan", "n.json", "--out"), "Setelah --out"),
        (("check", "a", "b"), "“b” tidak diperlukan"),
        (("check", "a", "--language", "fr"), "“fr”"),
        (("plan", "n.json", "--out", "x", "--rules", "foo"), "equal, volume, market, even_core"),
        (("plan", "n.json", "--out", "x", "--rules", ","), "equal, volume, market, even_core"),
        (("plan", "n.json", "--out", "x", "--gap", "2"), "--gap tidak bisa diisi “2”"),
        (("plan", "n.json", "--out", "x", "--gap", "nan"), "“nan”"),
        (("plan", "n.json", "--out", "x", "--seconds", "0"), "“0”"),
        (("plan", "n.json", "--out", "x", "--seconds", "lama"), "“lama”"),
        (("plan", "n.json", "--out", "x", "--seed", "-1"), "“-1”"),
        (("plan", "n.json", "--out", "x", "--seasons", "-1"), "“-1”"),
        (("plan", "n.json", "--out", "x", "--seasons", "banyak"), "“banyak”"),
        (("plan", "n.json", "--out", "x", "--seed", "9" * 5000), "2147483647"),
        (("draft-mou", "x", "--rule", "foo"), "“foo”"),
    ],
)
def test_a_slip_of_the_pen_is_named_and_ends_with_2(
    terminal: Terminal, words: Sequence[str], told: str
) -> None:
    said = terminal.type(*words)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert len(said.err) < 1800
    assert list(terminal.folder.iterdir()) == []


# --- check, template, schema -------------------------------------------------------------------


def test_check_shows_supply_and_demand_in_tonnes(terminal: Terminal) -> None:
    said = terminal.type("check", terminal.network())
    assert (said.code, said.err) == (0, "")
    assert {"1,5", "1,2", "0,6"} <= numbers(said.out)
    english = terminal.type("check", terminal.network(), "--language", "en")
    assert {"1.5", "1.2", "0.6"} <= numbers(english.out)
    assert list(terminal.folder.iterdir()) == [terminal.folder / "jaringan.json"]


@pytest.mark.parametrize(("code", "sheet"), [("id", "Koperasi"), ("en", "Parties")])
def test_a_template_can_be_read_back(terminal: Terminal, code: str, sheet: str) -> None:
    said = terminal.type("template", "baru/kosong", "--first", "2027-04", "--language", code)
    assert said.code == 0
    assert "baru/kosong.xlsx" in said.out
    told = terminal.type("check", "baru/kosong.xlsx", "--language", code)
    assert told.code == 1
    assert sheet in told.err


def test_a_workbook_that_is_there_is_never_overwritten(terminal: Terminal) -> None:
    for name in ("isi.xlsx", "ISI.XLSX"):
        (terminal.folder / name).write_bytes(b"filled in")
        said = terminal.type("template", name)
        assert (said.code, said.out) == (1, "")
        assert "sudah ada" in said.err
        assert (terminal.folder / name).read_bytes() == b"filled in"
    assert terminal.type("template", ".").code == 1
    assert terminal.type("template", "baru.xlsx", "--first", "April").code == 1
    assert not (terminal.folder / "baru.xlsx").exists()


def test_the_schemas_are_schemas(terminal: Terminal) -> None:
    folder = terminal.planned()
    for option, name in (((), "network.json"), (("--plan",), "plan.json")):
        said = terminal.type("schema", *option)
        assert (said.code, said.err) == (0, "")
        schema = json.loads(said.out)
        Draft202012Validator.check_schema(schema)
        Draft202012Validator(schema).validate(json.loads((folder / name).read_bytes()))


# --- as a process of its own -------------------------------------------------------------------


def process(*words: str | Path, **around: Any) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, which speaks English."""
    package = str(Path(jejaring.__file__).parent.parent)
    environment = (
        os.environ | {"JEJARING_LANGUAGE": "en", "PYTHONPATH": package} | around.pop("environment", {})
    )
    command = [sys.executable, "-m", "jejaring.interfaces.cli.main", *map(str, words)]
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | around
    return subprocess.run(command, env=environment, text=True, encoding="utf-8", check=False, **given)


def test_a_terminal_without_our_letters_still_gets_the_result(terminal: Terminal) -> None:
    done = process("check", terminal.network(), environment={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "Gabah kering panen" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_result_that_cant_be_shown_is_a_failure(terminal: Terminal) -> None:
    with Path("/dev/full").open("w") as full:
        done = process("check", terminal.network(), stdout=full)
    assert done.returncode == 1
    assert done.stderr == "The result can't be shown (the disk is full).\n"


def test_who_stops_reading_is_told_nothing(terminal: Terminal) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = process("schema", stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
