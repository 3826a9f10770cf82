"""The same network as a workbook, JSON or CSV folder on the command line, and plans that are compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jejaring.engines import planning
from jejaring.engines.planning.network_file import write_network
from tests.documents.networks import small_network
from tests.interfaces.terminal import RESULTS, Terminal, contents


@pytest.fixture(name="at")
def _at(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal in an empty folder, with nothing set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JEJARING_LANGUAGE", raising=False)
    return Terminal(capsys, tmp_path)


# --- forms -----------------------------------------------------------------------------------------


def test_a_network_goes_through_all_three_forms_and_back(at: Terminal) -> None:
    given = at.network()
    for source, target in (
        (given, "tabel"),
        ("tabel", "n.xlsx"),
        ("n.xlsx", "lagi/"),
        ("lagi", "akhir.json"),
    ):
        said = at.type("convert", source, target)
        assert (said.code, said.err) == (0, "")
        assert target.strip("/") in said.out
    assert write_network(planning.read(at.folder / "akhir.json")) == write_network(planning.read(given))
    assert contents(at.folder / "lagi") == contents(at.folder / "tabel")


def test_a_folder_is_checked_and_planned_like_a_file(at: Terminal) -> None:
    at.type("convert", at.network(), "tabel")
    assert (
        at.type("check", "tabel").out.splitlines()[1:]
        == at.type("check", "jaringan.json").out.splitlines()[1:]
    )
    assert (
        at.type("plan", "tabel", "--out", "a").code
        == at.type("plan", "jaringan.json", "--out", "b").code
        == 0
    )
    plans = [json.loads((at.folder / out / "plan.json").read_bytes()) for out in "ab"]
    assert plans[0].pop("network_sha256") != plans[1].pop("network_sha256")
    assert plans[0] == plans[1]
    assert (at.folder / "a/network.json").read_bytes() == (at.folder / "b/network.json").read_bytes()


def test_nothing_that_is_there_is_overwritten(at: Terminal) -> None:
    given = at.network()
    at.type("convert", given, "tabel")
    at.type("convert", given, "n.xlsx")
    before = contents(at.folder)
    for target in ("tabel", "n.xlsx", "jaringan.json", ".", "n.csv", "n.xls"):
        said = at.type("convert", given, target)
        assert (said.code, said.out) == (1, ""), target
        assert said.err
    assert at.type("template", "--csv", "tabel").code == 1
    assert contents(at.folder) == before


def test_faults_of_a_folder_name_file_cell_and_heading(at: Terminal) -> None:
    at.type("convert", at.network(), "tabel")
    path = at.folder / "tabel" / "supplies.csv"
    path.write_bytes(path.read_bytes().replace(b",1000,", b",1.000,"))
    for command in (("check", "tabel"), ("plan", "tabel", "--out", "x"), ("convert", "tabel", "y.json")):
        said = at.type(*command)
        assert (said.code, said.out) == (1, "")
        assert "tabel/supplies.csv · sel D2 · available_kg" in said.err
    assert {each.name for each in at.folder.iterdir()} == {"jaringan.json", "tabel"}


@pytest.mark.parametrize("code", ["id", "en"])
def test_an_empty_folder_of_tables_waits_to_be_filled_in(at: Terminal, code: str) -> None:
    said = at.type("template", "--csv", "kosong", "--first", "2027-11", "--language", code)
    assert said.code == 0
    assert "jejaring check kosong" in said.out
    assert (at.folder / "kosong/periods.csv").read_text().splitlines()[3].startswith("2028-01,")
    told = at.type("check", "kosong", "--language", code)
    assert told.code == 1
    assert {f"kosong/{name}.csv" in told.err for name in ("parties", "products", "sites")} == {True}


# --- comparing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["id", "en"])
def test_a_plan_is_compared_with_an_earlier_one(at: Terminal, code: str) -> None:
    at.planned("lama")
    processes = small_network()["processes"]
    smaller = at.network("kecil.json", processes=[{**processes[0], "capacity_kg": 1000}])
    for old in ("lama", "lama/plan.json"):
        said = at.type("plan", smaller, "--out", "baru", "--compare", old, "--language", code)
        assert said.code == 0
        assert "−Rp77" in said.out
        assert {path.name for path in (at.folder / "baru").iterdir()} == RESULTS | {"comparison.json"}
        document = json.loads((at.folder / "baru/comparison.json").read_bytes())
        assert document["value_idr"] == {"old": 472_000, "new": 395_000, "change": -77_000}
        assert 'id="comparison"' in (at.folder / "baru/report.html").read_text()


def test_a_plan_can_be_compared_with_the_one_that_it_replaces(at: Terminal) -> None:
    folder = at.planned()
    said = at.type("plan", "jaringan.json", "--out", folder, "--compare", folder)
    assert said.code == 0
    assert json.loads((folder / "comparison.json").read_bytes())["change_count"] == 0


def test_a_comparison_with_another_plan_doesnt_stay_behind(at: Terminal) -> None:
    folder = at.planned()
    at.type("plan", "jaringan.json", "--out", folder, "--compare", folder)
    at.planned()
    assert {path.name for path in folder.iterdir()} == RESULTS


def test_what_is_no_plan_of_a_like_network_is_refused_before_the_work(at: Terminal) -> None:
    at.planned("lama")
    (at.folder / "kosong").mkdir()
    text = json.dumps(small_network())
    for code in "ABH":
        text = text.replace(f'"{code}"', f'"{code}2"')
    (at.folder / "lain.json").write_text(text)
    broken = at.planned("rusak")
    (broken / "plan.json").write_text('{"format": "jejaring-plan/1"}')
    for network, old in (
        ("jaringan.json", "tiada"),
        ("jaringan.json", "kosong"),
        ("jaringan.json", "jaringan.json"),
        ("jaringan.json", "rusak"),
        ("lain.json", "lama"),
    ):
        said = at.type("plan", network, "--out", "x", "--compare", old)
        assert (said.code, said.out) == (1, ""), old
        assert "Traceback" not in said.err
        assert not (at.folder / "x").exists()
