"""Makes an environment, installs a lock file into it with hashes, then this project itself.

    python3.11 requirements/set_up.py .venv requirements/dev.lock

Only the standard library is used, because this is the first thing that runs on a new machine. It
must be readable by older Pythons too, so that they can say that they are too old.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
BUILD_LOCK = ROOT / "requirements" / "build.lock"

TOO_OLD = (
    "Jejaring needs Python {wanted} or newer, and {python} is {found}. "
    "Install Python {wanted}, or name another one: make PYTHON=/path/to/python3.11 …"
)
NO_PIP = (
    "{python} can make an environment but has nothing to install packages with "
    "(no ensurepip, no pip, no virtualenv). Install one of them and try again; "
    "on Debian and Ubuntu: apt-get install python{version}-venv (or python3-venv)"
)


def pip_of(environment: Path, way: str) -> list[str]:
    """Return the command that is pip for `environment`, which was made in this `way`."""
    python = str(environment / "bin" / "python")
    if way == "pip":
        return [sys.executable, "-m", "pip", "--python", python]
    return [python, "-m", "pip"]


def way_to_pip(is_there: Callable[[str], bool]) -> str | None:
    """Return what can put packages into a new environment: a module's name, or None.

    Debian's Python comes without ensurepip unless python3-venv is installed. A pip of the machine
    can then install into the environment from outside, and virtualenv brings a pip of its own.
    """
    for module in ("ensurepip", "pip", "virtualenv"):
        if is_there(module):
            return module
    return None


def make_environment(environment: Path, way: str) -> None:
    """Make an empty environment there, in place of a broken one."""
    if way == "virtualenv":
        command = [sys.executable, "-m", "virtualenv", "--clear", str(environment)]
    else:
        command = [sys.executable, "-m", "venv", "--clear", str(environment)]
        command += ["--without-pip"] if way == "pip" else []
    run(command)


def runs(environment: Path) -> bool:
    """Return whether a usable Python is there; False also for one that an upgrade broke."""
    python = environment / "bin" / "python"
    if not python.exists():
        return False
    check = f"import sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    return subprocess.run([str(python), "-c", check], check=False, capture_output=True).returncode == 0


def run(command: list[str]) -> None:
    """Run `command` here; its failure is ours, and it has said why."""
    code = subprocess.run(command, check=False, cwd=ROOT, stdin=subprocess.DEVNULL).returncode
    if code:
        sys.exit(code)


def is_there(module: str) -> bool:
    """Return whether `module` can be imported, without importing it."""
    found = importlib.util.find_spec(module)
    return found is not None and found.origin is not None


def main(words: list[str] | None = None) -> None:
    """Do what the command line asks; exit with a sentence where that is impossible."""
    if sys.version_info < OLDEST:
        wanted, found = ".".join(map(str, OLDEST)), ".".join(map(str, sys.version_info[:3]))
        sys.exit(TOO_OLD.format(wanted=wanted, python=sys.executable, found=found))
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("environment", type=Path)
    parser.add_argument("lock", type=Path, help="a requirements file with hashes")
    parser.add_argument("--without-project", action="store_true", help="install the lock file only")
    asked = parser.parse_args(words)

    environment = asked.environment.absolute()
    way = way_to_pip(is_there)
    if way is None:
        version = ".".join(map(str, sys.version_info[:2]))
        sys.exit(NO_PIP.format(python=sys.executable, version=version))
    if not runs(environment):
        print(f"Making an environment in {asked.environment} …", flush=True)
        make_environment(environment, way)

    pip = pip_of(environment, way)
    quiet = ["-qq", "--disable-pip-version-check", "--no-input"]  # errors only
    print(f"Installing {asked.lock} …", flush=True)
    run([*pip, "install", *quiet, "--require-hashes", "--requirement", str(asked.lock.absolute())])
    if not asked.without_project:
        # The build backend is locked like everything else; so no isolated build that would fetch it.
        run([*pip, "install", *quiet, "--require-hashes", "--requirement", str(BUILD_LOCK)])
        run([*pip, "install", *quiet, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])


if __name__ == "__main__":
    main()
