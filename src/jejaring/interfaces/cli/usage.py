"""What may be typed after `jejaring`, and what is said where it is something else."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from functools import partial
from typing import Any, NoReturn, cast

from jejaring import __version__
from jejaring.documents.language import Code, Language
from jejaring.interfaces.cli import usage_installation

_CODES: tuple[Code, ...] = ("id", "en")
_LONGEST_SHOWN = 60


class NotUnderstood(Exception):
    """The command isn't complete or isn't known; says why and how it is used, in the reader's language."""


def parsed(words: list[str], speaks: Language, language_setting: str) -> argparse.Namespace | None:
    """Return what was typed, None where only help or the version was asked for (and was shown).

    Raises NotUnderstood. `language_setting` is the environment variable that help tells of.
    """
    parser, commands = _parsers(speaks, language_setting)
    if not words:
        raise NotUnderstood(parser.format_help().rstrip())
    spoken = parser
    try:
        for at, word in enumerate(words):
            if word in commands and words[at - 1] != "--language":
                spoken = commands[word]
                spoken.refuse_unknown(words[at + 1 :])
                break
        typed, rest = parser.parse_known_args(words)
    except SystemExit:
        return None
    if rest:
        spoken.refuse(speaks.text("“{written}” is too much here.", written=rest[0][:_LONGEST_SHOWN]))
    return typed


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Writes help with our word for usage."""

    def __init__(self, prog: str, *, usage_word: str) -> None:
        super().__init__(prog)
        self._usage_word = usage_word

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, f"{self._usage_word} " if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """A parser that speaks the reader's language, also where it refuses."""

    def __init__(self, speaks: Language, **given: Any) -> None:
        shape = cast("Any", partial(_Formatter, usage_word=speaks.text("Usage:")))
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=shape, **given)
        self._speaks = speaks
        # Groups of our own, because those of the library have English heads.
        self._named = self.add_argument_group(speaks.text("What to name"))
        self._options = self.add_argument_group(speaks.text("Options"))
        self._known: set[str] = set()
        self.option("-h", "--help", action="help", help=speaks.text("Show this help."))

    def named(self, name: str, **how: Any) -> None:
        """Take a word that must be there."""
        self._named.add_argument(name, **how)

    def option(self, *names: str, **how: Any) -> None:
        """Take an option."""
        self._options.add_argument(*names, **how)
        self._known.update(names)

    def refuse_unknown(self, words: Sequence[str]) -> None:
        """Refuse the first option that isn't one, before anything is said about what is missing."""
        for word in words:
            name = word.partition("=")[0]
            if word == "--":
                return
            if re.match(r"-[^\d.]", word) and name not in self._known:
                self.refuse(
                    self._speaks.text(
                        "“{written}” isn't an option of {command}. Its options are: {options}.",
                        written=name[:_LONGEST_SHOWN],
                        command=self.prog,
                        options=sorted(self._known - {"-h"}),
                    )
                )

    def refuse(self, why: str) -> NoReturn:
        """Say what is wrong and how the command is used."""
        more = self._speaks.text("More: {command} --help", command=self.prog)
        raise NotUnderstood(f"{why}\n{self.format_usage()}{more}")

    def error(self, message: str) -> NoReturn:
        """Say in the reader's language what the library says in English, as far as it is known."""
        say = self._speaks.text
        if found := re.fullmatch(r"the following arguments are required: (.+)", message):
            self.refuse(say("This isn't complete yet. Name also: {missing}.", missing=found[1]))
        if found := re.match(r"argument (--\S+): invalid choice: '(.*)' \(choose from", message, re.DOTALL):
            self.refuse(
                say("{option} can't be “{written}”.", option=found[1], written=found[2][:_LONGEST_SHOWN])
            )
        if found := re.match(r"argument \S+: invalid choice: '(.*)' \(choose from", message, re.DOTALL):
            self.refuse(say("There is no command “{written}”.", written=found[1][:_LONGEST_SHOWN]))
        if found := re.fullmatch(r"argument (\S+): expected one argument", message):
            self.refuse(say("{option} needs a value after it.", option=found[1]))
        if found := re.fullmatch(r"unrecognized arguments: (\S+).*", message, re.DOTALL):
            self.refuse(say("“{written}” is too much here.", written=found[1][:_LONGEST_SHOWN]))
        self.refuse(say("This command isn't complete or isn't known."))


def _parsers(speaks: Language, language_setting: str) -> tuple[_Parser, dict[str, _Parser]]:
    say = speaks.text
    top = _Parser(
        speaks,
        prog="jejaring",
        description=say("From a workbook of co-ops to a fair plan with a certificate, and draft MoUs."),
        epilog=say("Each command has its own help: jejaring COMMAND --help"),
    )
    top.option(
        "--version", action="version", version=f"jejaring {__version__}", help=say("Show the version.")
    )
    _take_language(top, speaks, language_setting)
    below = top.add_subparsers(
        title=say("Commands"),
        dest="command",
        metavar=say("COMMAND"),
        required=True,
        parser_class=cast("type[_Parser]", partial(_Parser, speaks)),
    )
    made: dict[str, _Parser] = {}
    for name, words in (
        ("template", say("Write an empty workbook with instructions and drop-downs.")),
        ("check", say("List the faults of a network, or its supply and demand, without solving.")),
        ("convert", say("Write a network in another form: workbook, JSON, or a folder of CSV files.")),
        ("plan", say("Compute the joint plan of a network and write it with its report.")),
        ("draft-mou", say("Write a draft MoU (PDF) for each partner of the hub.")),
        ("schema", say("Print the JSON schema of networks, or of plans.")),
        *usage_installation.commands(speaks),
    ):
        made[name] = below.add_parser(name, help=words, description=words)
    _take_plan(made["plan"], speaks)
    _take_networks(made, speaks)
    made["draft-mou"].named(
        "folder", metavar=say("DIR"), help=say("The folder of a plan that “jejaring plan” made.")
    )
    made["draft-mou"].option(
        "--rule",
        metavar=say("RULE"),
        default="",
        help=say("The sharing rule that the settlement follows (default: even_core where the plan has it)."),
    )
    usage_installation.take(made, speaks)
    for command in made.values():
        _take_language(command, speaks, language_setting)
    return top, made


def _take_networks(made: dict[str, _Parser], speaks: Language) -> None:
    """Let the commands about networks as such take what they need."""
    say = speaks.text
    file = say("FILE")
    made["check"].named(
        "file", metavar=file, help=say("The network: a workbook (.xlsx), JSON, or a folder of CSV files.")
    )
    made["template"].named(
        "file",
        metavar=f"{file}.xlsx",
        help=say("Where to write it. What is there already is never overwritten."),
    )
    made["template"].option(
        "--first",
        metavar=say("YYYY-MM"),
        default="",
        help=say("The first month (default: January of next year)."),
    )
    made["template"].option(
        "--csv", action="store_true", help=say("Write a folder of CSV files instead of a workbook.")
    )
    made["convert"].named(
        "file", metavar=file, help=say("The network: a workbook (.xlsx), JSON, or a folder of CSV files.")
    )
    made["convert"].named(
        "out",
        metavar=say("OUT"),
        help=say("Where to write it: NAME.xlsx, NAME.json, or a new folder. Nothing is overwritten."),
    )
    made["schema"].option("--plan", action="store_true", help=say("The schema of plan.json instead."))


def _take_plan(plan: _Parser, speaks: Language) -> None:
    say = speaks.text
    plan.named(
        "file",
        metavar=say("FILE"),
        help=say("The network: a workbook (.xlsx), JSON, or a folder of CSV files."),
    )
    plan.option("--out", metavar=say("DIR"), required=True, help=say("The folder for the results."))
    plan.option(
        "--rules",
        metavar=say("RULES"),
        help=say(
            "Sharing rules, with commas between them: equal, volume, market, even_core, nucleolus. "
            "Default: all that the size allows; even_core for up to 100 parties (with yes/no choices up to "
            "40, where months and goods aren't too many), nucleolus for up to 12 (8 with yes/no choices)."
        ),
    )
    plan.option(
        "--editions",
        action="store_true",
        help=say("Also write what each co-op, the hub and the public may read of it."),
    )
    plan.option("--pictures", action="store_true", help=say("Also write every picture as SVG and PNG."))
    plan.option(
        "--gap",
        metavar=say("SHARE"),
        default="0.000001",
        help=say("How far from the best is good enough, as a share (default 0.000001)."),
    )
    plan.option(
        "--seconds",
        metavar="N",
        default="120",
        help=say("How long each search may take at most (default 120)."),
    )
    plan.option(
        "--compare",
        metavar=say("DIR"),
        help=say("The folder of an earlier plan: the report also says what has changed since."),
    )
    plan.option(
        "--quick",
        action="store_true",
        help=say(
            "Leave out the questions: why not me, who would gain by a wrong figure. They are asked where "
            "that takes about a minute or less: up to 50 parties, and not too many lanes and months."
        ),
    )
    plan.option(
        "--seasons",
        metavar="N",
        help=say("How many seasons to sample, 0 for none (default 40; none for more than 40 parties)."),
    )
    plan.option("--seed", metavar="N", default="0", help=say("The seed of the search (default 0)."))


def _take_language(parser: _Parser, speaks: Language, language_setting: str) -> None:
    parser.option(
        "--language",
        metavar="id|en",
        choices=_CODES,
        help=speaks.text(
            "Indonesian (id, the default) or English (en); {setting} sets it for good.",
            setting=language_setting,
        ),
    )
