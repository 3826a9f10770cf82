"""What the command promises: results, exit codes, plain words in both languages, nothing half-written."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator
from pypdf import PdfReader

import jejaring
from jejaring import __version__
from jejaring.documents.language import language
from jejaring.engines import planning
from jejaring.engines.planning.plan import RULES
from jejaring.engines.planning.plan_reading import read_plan
from jejaring.interfaces.cli import screen
from jejaring.interfaces.cli.main import main
from tests.documents.networks import small_network

RESULTS = {"network.json", "plan.json", "run.json", "report.html", "report.pdf", "plan.xlsx"}
LANGUAGES = ("id", "en")
COMMANDS = ("template", "check", "convert", "plan", "draft-mou", "schema")


class Said(NamedTuple):
    """What a command answered: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


class Terminal:
    """Types commands where the tests are; `folder` is where they are typed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.capsys, self.folder = capsys, folder

    def type(self, *words: str | Path) -> Said:
        """Run a command in this process."""
        self.capsys.readouterr()
        code = main([str(word) for word in words])
        said = self.capsys.readouterr()
        return Said(code, said.out, said.err)

    def network(self, file: str = "jaringan.json", /, **tables: Any) -> Path:
        """Write the small network, with some of its tables replaced, and return where."""
        path = self.folder / file
        path.write_text(json.dumps(small_network() | tables))
        return path

    def planned(self, out: str = "hasil", *options: str) -> Path:
        """Plan the small network and return the folder of the results."""
        folder = self.folder / out
        assert self.type("plan", self.network(), "--out", folder, *options).code == 0
        return folder


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal in an empty folder, with nothing set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JEJARING_LANGUAGE", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    return Terminal(capsys, tmp_path)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below `folder` by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def numbers(text: str) -> set[str]:
    """Return the numbers of a text, as written."""
    return set(re.findall(r"\d+(?:[.,]\d+)*", text))


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
    assert len(said.err) < 1500
    assert list(terminal.folder.iterdir()) == []


# --- plan --------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", LANGUAGES)
def test_plan_writes_files_that_agree(terminal: Terminal, code: str) -> None:
    said = terminal.type("plan", terminal.network(), "--out", "hasil/baru", "--language", code)
    assert said.code == 0
    folder = terminal.folder / "hasil" / "baru"
    assert set(contents(folder)) == RESULTS
    problem = planning.read(folder / "network.json")
    plan, shares = read_plan(problem, (folder / "plan.json").read_bytes())
    assert plan.surplus_idr == 472_000
    assert [share.rule for share in shares] == list(RULES)
    assert {sum(share.payoff_idr) for share in shares} == {472_000}
    run = json.loads((folder / "run.json").read_bytes())
    assert run["status"] == plan.status == "optimal"
    assert run["file"] == "jaringan.json"
    assert set(run["seconds"]) >= {"read", "solve", *RULES, "report", "total"}
    assert str(terminal.folder) not in (folder / "run.json").read_text()
    report = (folder / "report.html").read_text()
    money = language("id" if code == "id" else "en").rupiah(472_000)
    assert money in report
    assert money in said.out
    assert f'lang="{code}"' in report


def test_the_same_input_gives_the_same_plan_and_network(terminal: Terminal) -> None:
    first, second = contents(terminal.planned("satu")), contents(terminal.planned("dua"))
    assert first["plan.json"] == second["plan.json"]
    assert first["network.json"] == second["network.json"]


def test_editions_and_pictures_are_written_where_they_are_asked_for(terminal: Terminal) -> None:
    said = terminal.type("plan", terminal.network(), "--out", "hasil", "--editions", "--pictures")
    assert said.code == 0
    found = contents(terminal.folder / "hasil")
    assert {name for name in found if name.startswith("editions/")} == {
        f"editions/{name}.html" for name in ("public", "hub", "A", "B")
    }
    pictures = {name.removeprefix("pictures/") for name in found if name.startswith("pictures/")}
    assert {
        f"{name}.{kind}" for name in ("map", "flows", "value", "gains") for kind in ("svg", "png")
    } <= pictures
    assert set(found) - RESULTS == {f"pictures/{name}" for name in pictures} | {
        name for name in found if name.startswith("editions/")
    }
    assert "editions" in said.out
    assert json.loads(found["run.json"])["options"]["editions"] is True


def test_editions_of_an_earlier_plan_are_pointed_out_and_left_alone(terminal: Terminal) -> None:
    folder = terminal.planned("hasil", "--editions")
    before = contents(folder / "editions")
    said = terminal.type("plan", terminal.network(name="Lain"), "--out", folder)
    assert "berkas dari rencana sebelumnya" in said.out
    assert contents(folder / "editions") == before
    said = terminal.type("plan", terminal.network(name="Lagi"), "--out", folder, "--editions")
    assert "berkas dari rencana sebelumnya" not in said.out
    assert contents(folder / "editions") != before


def test_a_file_where_a_folder_is_needed_stops_before_anything_is_written(terminal: Terminal) -> None:
    folder = terminal.planned()
    (folder / "editions").write_text("catatan")
    before = contents(folder)
    said = terminal.type("plan", terminal.network(name="Lain"), "--out", folder, "--editions")
    assert said.code == 1
    assert contents(folder) == before


def test_a_plan_can_be_made_again_from_its_own_network(terminal: Terminal) -> None:
    folder = terminal.planned()
    assert terminal.type("plan", folder / "network.json", "--out", folder).code == 0
    again = contents(folder)
    assert terminal.type("plan", folder / "network.json", "--out", folder).code == 0
    assert contents(folder)["plan.json"] == again["plan.json"]


def test_standard_output_holds_the_result_and_progress_goes_beside_it(terminal: Terminal) -> None:
    said = terminal.type("plan", terminal.network(), "--out", "hasil", "--rules", "market,equal")
    assert "…" not in said.out
    assert "\r" not in said.err
    assert "\x1b" not in said.err + said.out
    lines = said.err.splitlines()
    assert all(re.fullmatch(r"  \S.* … [\d,]+ detik", line) for line in lines)
    assert [line for line in lines if "Membagi" in line] == [
        line for line in lines if "Sama rata" in line or "harga pasar" in line
    ]


def test_only_the_rules_asked_for_are_shared_by(terminal: Terminal) -> None:
    folder = terminal.planned("hasil", "--rules", "volume, equal")
    assert list(json.loads((folder / "plan.json").read_bytes())["sharing"]) == ["equal", "volume"]


def test_as_many_seasons_are_sampled_as_asked_for(terminal: Terminal) -> None:
    few = json.loads((terminal.planned("few", "--seasons", "7") / "plan.json").read_bytes())["questions"]
    assert (few["seasons"]["count"], few["commitments"]["fresh"]) == (7, 7)
    none = json.loads((terminal.planned("none", "--seasons", "0") / "plan.json").read_bytes())["questions"]
    assert "scenarios" in none
    assert not {"seasons", "commitments"} & none.keys()


def test_faults_are_all_told_with_their_places_and_nothing_is_written(terminal: Terminal) -> None:
    path = terminal.network(sites=[{"code": "a", "party": "X"}, {"code": "b", "party": "B", "lat": 200}])
    for command in (("plan", path, "--out", "hasil"), ("check", path)):
        said = terminal.type(*command)
        assert (said.code, said.out) == (1, "")
        assert "jaringan.json · sites[0].party" in said.err
        assert "jaringan.json · sites[1].lat" in said.err
    assert not (terminal.folder / "hasil").exists()


@pytest.mark.parametrize("command", [("check",), ("plan", "--out", "hasil")])
def test_what_is_no_network_is_refused_in_a_sentence(terminal: Terminal, command: tuple[str, ...]) -> None:
    (terminal.folder / "kosong.json").touch()
    (terminal.folder / "rusak.xlsx").write_bytes(b"PK\x03\x04" + bytes(range(256)))
    (terminal.folder / "map").mkdir()
    for name in ("tiada.xlsx", "kosong.json", "rusak.xlsx", "map"):
        said = terminal.type(command[0], name, *command[1:])
        assert (said.code, said.out) == (1, "")
        assert name in said.err
    assert not (terminal.folder / "hasil").exists()


def test_an_output_that_is_no_folder_is_refused_before_the_work(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = terminal.network()
    before = path.read_bytes()
    monkeypatch.setattr(planning, "solve", None)
    for out in (path, path / "hasil"):
        said = terminal.type("plan", path, "--out", out)
        assert (said.code, said.out) == (1, "")
        assert "harus folder" in said.err
    assert path.read_bytes() == before


def test_a_network_is_never_overwritten_by_its_results(terminal: Terminal) -> None:
    path = terminal.network("network.json")
    before = path.read_bytes()
    said = terminal.type("plan", path, "--out", ".")
    assert said.code == 1
    assert "menimpa" in said.err
    assert contents(terminal.folder) == {"network.json": before}


def test_a_full_disk_leaves_the_earlier_results_whole(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = terminal.planned()
    before = contents(folder)
    made, real = [], tempfile.mkstemp

    def almost_full(**given: Any) -> tuple[int, str]:
        made.append(given)
        if len(made) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(**given)

    monkeypatch.setattr(tempfile, "mkstemp", almost_full)
    said = terminal.type("plan", terminal.network(), "--out", folder)
    assert (said.code, said.out) == (1, "")
    assert "penyimpanan penuh" in said.err
    assert contents(folder) == before


def test_ctrl_c_ends_with_130_and_nothing_half_written(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    folder = terminal.planned()
    before = contents(folder)
    monkeypatch.setattr(Path, "replace", interrupted)
    said = terminal.type("plan", terminal.network(), "--out", folder)
    assert (said.code, said.out) == (130, "")
    assert said.err.endswith("Dihentikan. Tidak ada hasil yang tertulis setengah jadi.\n")
    assert contents(folder) == before


def test_names_cant_steer_the_terminal(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    screen.say("a\x1b[2Jb\u202ec")
    assert capsys.readouterr().out == "a?[2Jb?c\n"


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


# --- draft-mou ---------------------------------------------------------------------------------


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
