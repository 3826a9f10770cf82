"""The rules of the house that no tool checks. Each rule is also shown a tree that breaks it."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("src", "tests", "benchmarks", "examples", "requirements")

SAYS_NOTHING = {"utils", "helpers", "common", "misc", "managers", "base"}
FUNCTION_LINES = 70
FILE_LINES = 500

ENGINES = "src/jejaring/engines"
DAYS_AND_TIMES = {
    *(f"time.{name}" for name in ("time", "time_ns", "localtime", "gmtime", "ctime", "strftime", "sleep")),
    *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
    "datetime.date.today",
}
STOPWATCHES = {
    f"time.{name}{unit}" for name in ("perf_counter", "monotonic", "process_time") for unit in ("", "_ns")
}
MAY_MEASURE = "src/jejaring/engines/planning/solve"
"""Modules whose path starts so may time themselves: what they measure goes to the run report alone."""


Rule = Callable[[Path], list[str]]


def modules(root: Path, *folders: str) -> Iterator[tuple[Path, str]]:
    """Yield every Python file below these folders of `root`: its path from there and its text."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            yield path.relative_to(root), path.read_text(encoding="utf-8")


def names_that_say_nothing(root: Path) -> list[str]:
    """Return modules and packages that aren't named for their job (style 4)."""
    return [str(path) for path, _ in modules(root, *OURS) if SAYS_NOTHING & {path.stem, *path.parts}]


def long_files(root: Path) -> list[str]:
    """Return files that ask for a split by noun (style 6). Migrations are made, not written."""
    written = ((path, text) for path, text in modules(root, "src") if path.parent.name != "migrations")
    counts = ((path, len(text.splitlines())) for path, text in written)
    return [f"{path}: {lines} lines" for path, lines in counts if lines > FILE_LINES]


def long_functions(root: Path) -> list[str]:
    """Return functions longer than the limit, decorators not counted (style 6)."""
    found = []
    for path, text in modules(root, "src"):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                assert node.end_lineno is not None
                lines = node.end_lineno - node.lineno + 1
                if lines > FUNCTION_LINES:
                    found.append(f"{path}:{node.lineno} {node.name}: {lines} lines")
    return found


def clocks_in_engines(root: Path) -> list[str]:
    """Return where an engine asks for the day or the time, or waits (style 12)."""
    found = []
    for path, text in modules(root, ENGINES):
        forbidden = DAYS_AND_TIMES if str(path).startswith(MAY_MEASURE) else DAYS_AND_TIMES | STOPWATCHES
        tree = ast.parse(text)
        meanings = _meanings_of_imports(tree)
        for node in ast.walk(tree):
            if isinstance(node, (ast.Name, ast.Attribute)):
                name = _full_name(node, meanings)
                if name in forbidden:
                    found.append(f"{path}:{node.lineno} {name}")
    return found


def _meanings_of_imports(tree: ast.Module) -> dict[str, str]:
    """Return what each imported name stands for: with `import time as t`, t is time."""
    meanings: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            meanings |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            meanings |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return meanings


def _full_name(node: ast.expr, meanings: dict[str, str]) -> str:
    """Return a.b.c with a's import spelled out, or nothing where it isn't a chain of names."""
    if isinstance(node, ast.Name):
        return meanings.get(node.id, "")
    if isinstance(node, ast.Attribute):
        owner = _full_name(node.value, meanings)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


RULES: list[Rule] = [
    names_that_say_nothing,
    long_files,
    long_functions,
    clocks_in_engines,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rules(rule: Rule) -> None:
    assert rule(ROOT) == []


def _long_function(lines: int) -> str:
    return "def declare() -> None:\n" + "    print(1)\n" * (lines - 1)


ENGINE = "src/jejaring/engines/day.py"
PROBLEM = "src/jejaring/engines/planning/problem.py"
SOLVE = "src/jejaring/engines/planning/solve.py"
BREAKS, KEEPS = True, False

TREES = [
    (names_that_say_nothing, BREAKS, "src/jejaring/engines/utils.py", ""),
    (names_that_say_nothing, BREAKS, "src/jejaring/common/money.py", ""),
    (names_that_say_nothing, BREAKS, "tests/helpers.py", ""),
    (names_that_say_nothing, KEEPS, "src/jejaring/engines/baseline.py", ""),
    (long_files, BREAKS, ENGINE, "x = 1\n" * 501),
    (long_files, KEEPS, ENGINE, "x = 1\n" * 500),
    (long_functions, BREAKS, ENGINE, _long_function(71)),
    (long_functions, BREAKS, ENGINE, "async " + _long_function(71)),
    (long_functions, KEEPS, ENGINE, _long_function(70)),
    (clocks_in_engines, BREAKS, ENGINE, "import time\ntime.time()\n"),
    (clocks_in_engines, BREAKS, ENGINE, "import time as t\nt.sleep(1)\n"),
    (clocks_in_engines, BREAKS, ENGINE, "from time import time\ntime()\n"),
    (clocks_in_engines, BREAKS, ENGINE, "import datetime\ndatetime.datetime.now()\n"),
    (clocks_in_engines, BREAKS, ENGINE, "from datetime import date\ndate.today()\n"),
    (clocks_in_engines, KEEPS, ENGINE, "from datetime import date\ndate(2026, 3, 1)\n"),
    (clocks_in_engines, BREAKS, PROBLEM, "from time import monotonic\nmonotonic()\n"),
    (clocks_in_engines, KEEPS, SOLVE, "import time\ntime.perf_counter()\n"),
    (clocks_in_engines, BREAKS, SOLVE, "import time\ntime.time()\n"),
    (clocks_in_engines, KEEPS, "src/jejaring/interfaces/cli/main.py", "import time\ntime.time()\n"),
]


@pytest.mark.parametrize(("rule", "breaks", "path", "text"), TREES)
def test_a_rule_finds_what_breaks_it_and_nothing_else(
    tmp_path: Path, rule: Rule, *, breaks: bool, path: str, text: str
) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    assert bool(rule(tmp_path)) == breaks


def undeclared_imports(root: Path, declared: set[str]) -> set[str]:
    """Return what the package imports from outside without naming it in pyproject.toml.

    Such an import works only as long as another dependency happens to bring it.
    """
    imported = set()
    for _, text in modules(root, "src"):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.split(".")[0])
    outside = imported - sys.stdlib_module_names - {"jejaring"}
    brought_by = metadata.packages_distributions()
    return {name for name in outside if not declared & {each.lower() for each in brought_by.get(name, ())}}


def test_every_package_that_we_import_is_a_declared_dependency(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = {re.split(r"[<>=!~ ;\[]", line)[0] for line in project["project"]["dependencies"]}
    assert undeclared_imports(ROOT, declared) == set()

    careless = tmp_path / "src" / "jejaring" / "chart.py"
    careless.parent.mkdir(parents=True)
    careless.write_text("import numpy\nimport pandas.io\nfrom nowhere import thing\n", encoding="utf-8")
    assert undeclared_imports(tmp_path, declared) == {"pandas", "nowhere"}


def test_the_build_backend_is_locked_in_the_version_that_builds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    [backend] = project["build-system"]["requires"]
    assert project["dependency-groups"]["build"] == [backend]
    for lock in ("build.lock", "dev.lock", "bench.lock"):
        assert f"\n{backend} " in (ROOT / "requirements" / lock).read_text(encoding="utf-8")


def test_every_locked_package_has_a_hash_and_no_index_is_named() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.lock")):
        text = lock.read_text(encoding="utf-8").replace("\\\n", "")
        lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
        assert lines, lock
        for line in lines:
            assert "==" in line, f"{lock.name}: {line}"
            assert "--hash=sha256:" in line, f"{lock.name}: {line}"
        assert "://" not in text, lock
