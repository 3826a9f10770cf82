"""`jejaring plan`: files that agree, the same every time, and nothing half-written."""

from __future__ import annotations

import errno
import json
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest

from jejaring.documents.language import language
from jejaring.engines import planning
from jejaring.engines.planning.plan import RULES
from jejaring.engines.planning.plan_reading import read_plan
from jejaring.interfaces.cli import screen
from tests.interfaces.terminal import LANGUAGES, RESULTS, Terminal, contents


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
