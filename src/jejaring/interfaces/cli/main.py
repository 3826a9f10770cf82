"""`jejaring …`: parses what was typed, runs one command, and says what went wrong in plain words."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from jejaring import __version__
from jejaring.documents.language import Code, Language, language
from jejaring.engines.errors import Faults, Refusal
from jejaring.engines.planning.plan import RULES
from jejaring.interfaces.cli import agreements, networks, plans, screen

_LANGUAGE_SETTING = "JEJARING_LANGUAGE"
_CODES: tuple[Code, ...] = ("id", "en")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return 0, or 1 where an input was refused, 2 where the command is not one of ours."""
    words = list(sys.argv[1:] if argv is None else argv)
    speaks = language(_code(words))
    try:
        typed = _parser(speaks).parse_args(words)
        status: int = typed.run(typed, speaks)
        return status
    except Faults as faults:
        screen.faults(faults, speaks)
        return 1
    except Refusal as refusal:
        screen.refusal(refusal, speaks)
        return 1
    except BrokenPipeError:
        # Whoever read our output (head, less) has enough; Python must not complain at its end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        screen.note(speaks.text("Stopped. Nothing was half-written."))
        return 130


def _code(words: Sequence[str]) -> Code:
    """Return the language asked for, before anything else is parsed: help is in it too."""
    asked = os.environ.get(_LANGUAGE_SETTING, "")
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "--language":
            asked = following
        elif word.startswith("--language="):
            asked = word.removeprefix("--language=")
    return "en" if asked.lower().startswith("en") else "id"


class _Parser(argparse.ArgumentParser):
    """A parser that speaks the reader's language, also where it refuses."""

    speaks: Language

    def error(self, message: str) -> NoReturn:
        """Say how the command is used; `message` is the library's English and isn't shown."""
        screen.note(self.speaks.text("This command isn't complete or isn't known. It is used like this:"))
        screen.note(self.format_usage().partition(":")[2].strip())
        screen.note(self.speaks.text("More: {command} --help", command=self.prog))
        raise SystemExit(2)

    def format_help(self) -> str:
        """Return the help with the library's own words in the reader's language."""
        text = super().format_help()
        for theirs, ours in (
            ("usage:", self.speaks.text("Usage:")),
            ("positional arguments:", self.speaks.text("What to name:")),
            ("options:", self.speaks.text("Options:")),
        ):
            text = text.replace(theirs, ours, 1)
        return text


def _parser(speaks: Language) -> argparse.ArgumentParser:
    say = speaks.text
    parser = _made(speaks, prog="jejaring", description=say("From a workbook of co-ops to a fair, certified plan with drafted MoUs."))
    parser.add_argument("--version", action="version", version=f"jejaring {__version__}", help=say("Show the version."))
    _add_language(parser, speaks)
    commands = parser.add_subparsers(title=say("Commands"), metavar="", required=True, parser_class=lambda **given: _made(speaks, **given))

    plan = _command(commands, speaks, "plan", say("Compute the joint plan of a network and write it with its report."), plans.plan)
    plan.add_argument("file", metavar="FILE", help=say("The network: a workbook (.xlsx) or JSON."))
    plan.add_argument("--out", metavar="DIR", required=True, help=say("The folder for the results."))
    plan.add_argument("--gap", metavar="SHARE", default="0.000001", help=say("How far from the best is good enough, as a share (default 0.000001)."))
    plan.add_argument("--seconds", metavar="N", default="120", help=say("How long each search may take at most (default 120)."))
    plan.add_argument("--seed", metavar="N", default="0", help=say("The seed of the search (default 0)."))
    plan.add_argument("--rules", metavar="RULES", default="", help=say("Sharing rules, with commas: {rules}. Default: all; even_core for up to 40 parties.", rules=", ".join(RULES)))

    check = _command(commands, speaks, "check", say("List the faults of a network, or its supply and demand, without solving."), networks.check)
    check.add_argument("file", metavar="FILE", help=say("The network: a workbook (.xlsx) or JSON."))

    template = _command(commands, speaks, "template", say("Write an empty workbook with instructions and drop-downs."), networks.template)
    template.add_argument("file", metavar="FILE.xlsx", help=say("Where to write it."))
    template.add_argument("--first", metavar="YYYY-MM", default="", help=say("The first month (default: January of next year)."))

    schema = _command(commands, speaks, "schema", say("Print the JSON schema of networks, or of plans."), networks.schema)
    schema.add_argument("--plan", action="store_true", help=say("The schema of plan.json instead."))

    mou = _command(commands, speaks, "draft-mou", say("Write a draft MoU (PDF) for each partner of the hub."), agreements.draft_mou)
    mou.add_argument("folder", metavar="DIR", help=say("The folder of a plan that “jejaring plan” made."))
    mou.add_argument("--rule", metavar="RULE", default="", help=say("The sharing rule that the settlement follows (default even_core, else market)."))
    return parser


def _made(speaks: Language, **given: object) -> _Parser:
    parser = _Parser(add_help=False, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **given)  # type: ignore[arg-type]
    parser.speaks = speaks
    parser.add_argument("-h", "--help", action="help", help=speaks.text("Show this help."))
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    speaks: Language,
    name: str,
    words: str,
    run: object,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=words, description=words)
    _add_language(parser, speaks)
    parser.set_defaults(run=run)
    return parser


def _add_language(parser: argparse.ArgumentParser, speaks: Language) -> None:
    parser.add_argument(
        "--language",
        metavar="id|en",
        choices=_CODES,
        help=speaks.text("Indonesian (id, the default) or English (en); {setting} sets it for good.", setting=_LANGUAGE_SETTING),
    )


if __name__ == "__main__":
    sys.exit(main())
