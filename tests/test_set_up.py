"""The way from nothing to an environment, on machines that lack one thing or another."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "requirements" / "set_up.py"


@pytest.fixture(scope="module")
def set_up() -> ModuleType:
    spec = importlib.util.spec_from_file_location("set_up", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("there", "way"),
    [
        ({"ensurepip", "pip", "virtualenv"}, "ensurepip"),
        ({"pip", "virtualenv"}, "pip"),
        ({"virtualenv"}, "virtualenv"),
        (set(), None),
    ],
)
def test_it_takes_the_first_way_that_is_there(set_up: ModuleType, there: set[str], way: str | None) -> None:
    assert set_up.way_to_pip(there.__contains__) == way


def test_without_any_way_it_says_what_to_install(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(set_up, "is_there", lambda _: False)
    with pytest.raises(SystemExit) as end:
        set_up.main([str(tmp_path / "environment"), "requirements/runtime.lock"])
    assert "apt-get install python3." in str(end.value)
    assert not (tmp_path / "environment").exists()


def test_an_old_python_is_told_so(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_up, "OLDEST", (99, 1))
    with pytest.raises(SystemExit, match=r"needs Python 99\.1 or newer"):
        set_up.main([])


def test_without_ensurepip_it_makes_an_environment_for_the_pip_of_the_machine(
    set_up: ModuleType, tmp_path: Path
) -> None:
    environment = tmp_path / "environment"
    assert not set_up.runs(environment)
    set_up.make_environment(environment, "pip")
    assert set_up.runs(environment)
    pip = set_up.pip_of(environment, "pip")
    listed = subprocess.run([*pip, "list"], capture_output=True, text=True, check=True)
    assert "pip" not in listed.stdout.split()
    assert pip[0] == sys.executable


def test_an_environment_whose_python_is_gone_is_made_again(set_up: ModuleType, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    set_up.make_environment(environment, "pip")
    for python in (environment / "bin").glob("python*"):
        python.unlink()
        python.symlink_to(tmp_path / "gone")
    assert not set_up.runs(environment)
    set_up.make_environment(environment, "pip")
    assert set_up.runs(environment)
