"""A terminal for tests: what is typed, what is answered, and what is written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

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


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below `folder` by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def numbers(text: str) -> set[str]:
    """Return the numbers of a text, as written."""
    return set(re.findall(r"\d+(?:[.,]\d+)*", text))
