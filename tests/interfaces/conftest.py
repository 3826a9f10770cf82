"""The terminal that tests of the command type at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interfaces.terminal import Terminal


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal in an empty folder, with nothing set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JEJARING_LANGUAGE", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    return Terminal(capsys, tmp_path)
