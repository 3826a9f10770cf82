"""Every action that is written to the trail is told in words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import jejaring
from jejaring.domain.agreements.models import Event
from jejaring.interfaces.web.accounts.trail_words import WORDS

DOMAIN = Path(jejaring.__file__).parent / "domain"
RECORDERS = {"record", "_record", "_declare"}
BY_SEASON = {
    f"mapping.declare_{what}"
    for what in (
        *(f"{side}_{part}" for side in ("potential", "need") for part in ("amounts", "price", "known")),
        "potential_grades",
        "today_sells",
        "today_buys",
    )
}
"""Codes that season.py puts together from the table and what was said."""
BY_EVENT = {f"agreement.{kind}" for kind in Event.Kind.values}
"""What happens to an agreement is recorded by its event's kind."""


def _codes(path: Path) -> Iterator[str]:
    """Yield the codes that a module records; a code without a dot has the prefix of its module's recorder."""
    text = path.read_text(encoding="utf-8")
    prefix = "mapping." if 'f"mapping.{action}"' in text else ""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in RECORDERS:
            for argument in node.args[:2]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value if "." in argument.value else prefix + argument.value


def test_every_action_of_the_trail_has_words() -> None:
    recorded = {code for path in DOMAIN.rglob("actions/*.py") for code in _codes(path)} | BY_SEASON | BY_EVENT
    assert len(recorded) > 60
    assert recorded - WORDS.keys() == set()


def test_no_words_are_kept_for_actions_that_are_gone() -> None:
    recorded = {code for path in DOMAIN.rglob("actions/*.py") for code in _codes(path)} | BY_SEASON | BY_EVENT
    assert WORDS.keys() - recorded == set()
