"""`jejaring …`: runs one command, and says what went wrong in plain words."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from jejaring.documents.language import Code, Language, language
from jejaring.engines.errors import Faults, Refusal
from jejaring.interfaces.cli import screen, usage_installation
from jejaring.interfaces.cli.usage import NotUnderstood, parsed

_LANGUAGE_SETTING = "JEJARING_LANGUAGE"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    0: done. 1: an input or a place to write was refused. 2: the command itself isn't one of ours.
    130: stopped with Ctrl-C.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    speaks = language(_code(words))
    try:
        screen.prepare()
        return _run(words, speaks)
    except KeyboardInterrupt:
        screen.note(speaks.text("Stopped. Nothing was left half-written."))
        return 130


def _run(words: list[str], speaks: Language) -> int:
    try:
        typed = parsed(words, speaks, _LANGUAGE_SETTING)
        status = _command(typed.command)(typed, speaks) if typed else 0
        screen.flush()
        return status
    except NotUnderstood as wrong:
        screen.note(str(wrong))
        return 2
    except Faults as faults:
        screen.faults(faults, speaks)
        return 1
    except Refusal as refusal:
        screen.refusal(refusal, speaks)
        return 2 if refusal.sentence.code.startswith("option.") else 1
    except BrokenPipeError:
        # Whoever read our output (head, less) has enough; Python must not complain at its end either.
        screen.hang_up()
        return 0


def _command(name: str) -> screen.Command:
    """Return the command called `name`.

    Imported here: `--help` and a slip of the pen need no solver, and Ctrl-C while the solver is
    being loaded ends as politely as later.
    """
    if name in usage_installation.COMMANDS:
        from jejaring.interfaces.cli import backups, filling, installation

        return {
            "set-up": installation.set_up,
            "create-network": filling.create_network,
            "load": filling.load,
            "serve": installation.serve,
            "work": installation.work,
            "check-trail": installation.check_trail,
            "reset-second-step": installation.reset_second_step,
            "backup": backups.backup,
            "restore": backups.restore,
        }[name]
    from jejaring.interfaces.cli import agreements, networks, plans

    return {
        "plan": plans.plan,
        "check": networks.check,
        "template": networks.template,
        "convert": networks.convert,
        "schema": networks.schema,
        "draft-mou": agreements.draft_mou,
    }[name]


def _code(words: Sequence[str]) -> Code:
    """Return the language asked for, before anything else is parsed: help is in it too."""
    asked = os.environ.get(_LANGUAGE_SETTING, "")
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word == "--language":
            asked = following
        elif word.startswith("--language="):
            asked = word.removeprefix("--language=")
    return "en" if asked.lower().startswith("en") else "id"


if __name__ == "__main__":
    sys.exit(main())
