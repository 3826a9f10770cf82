"""A wheel built from this tree works in an empty environment, from a folder outside the tree."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "jejaring"
EXAMPLE = ROOT / "examples" / "cianjur-beras.xlsx"

pytestmark = pytest.mark.slow


def run(command: Sequence[str | Path], *, at: Path) -> str:
    """Run `command` in the folder `at`, with nothing around it that knows this tree."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=at,
        env=kept | {"LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ["-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    run([sys.executable, *build, folder, ROOT], at=folder)
    [made] = folder.glob("jejaring-*.whl")
    return made


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the installed command `jejaring`."""
    folder = tmp_path_factory.mktemp("installed")
    environment = folder / "environment"
    requirements = ROOT / "requirements"
    set_up: list[str | Path] = [sys.executable, requirements / "set_up.py", environment]
    run([*set_up, requirements / "runtime.lock", "--without-project"], at=folder)
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", environment / "bin" / "python"]
    run([*pip, "install", "--no-deps", "--no-index", wheel], at=folder)
    return environment / "bin" / "jejaring"


def test_the_wheel_carries_every_file_of_the_package(wheel: Path) -> None:
    ours = {
        str(Path("jejaring", path.relative_to(PACKAGE)))
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    carried = set(zipfile.ZipFile(wheel).namelist())
    assert ours - carried == set()
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in carried)


def test_the_installed_command_goes_from_a_workbook_to_agreements(command: Path, tmp_path: Path) -> None:
    run([command, "template", "kosong.xlsx"], at=tmp_path)
    assert (tmp_path / "kosong.xlsx").stat().st_size > 0

    run([command, "check", EXAMPLE], at=tmp_path)

    run([command, "plan", EXAMPLE, "--out", "hasil", "--seasons", "0"], at=tmp_path)
    for name in ("network.json", "plan.json", "run.json", "report.html"):
        assert (tmp_path / "hasil" / name).stat().st_size > 0, name

    run([command, "draft-mou", "hasil"], at=tmp_path)
    drafts = list((tmp_path / "hasil").rglob("*.pdf"))
    assert drafts
    assert all(draft.read_bytes().startswith(b"%PDF-") for draft in drafts)
