"""What the terminal shows: tables, progress, faults. Results go to standard output, the rest beside it.

Lines are broken between words where a person looks at them; a file or another program gets each
sentence on one line.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import textwrap
import time
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TextIO

from jejaring.documents.language import Language
from jejaring.engines.errors import Fault, Faults, Refusal
from jejaring.interfaces.cli.folders import why

Command = Callable[[argparse.Namespace, Language], int]
"""Runs what was typed in a language; returns the exit code."""

_MOST_FAULTS = 200
_NARROWEST_HEAD = 10
_NARROWEST_NAME = 16
_GAP = "  "


def prepare() -> None:
    """Let a terminal that lacks a letter (→, “) show a question mark instead of ending the command.

    A stream that was closed before we came (`>&-`) swallows what is said.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open to the end
        stream = getattr(sys, name)
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")


def flush() -> None:
    """Hand over all of the result, so that a full disk or a closed pipe is noticed now."""
    with _noticed():
        sys.stdout.flush()


def hang_up() -> None:
    """Say nothing more on standard output, not even what is still waiting to be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str = "") -> None:
    """Print a sentence of the result."""
    with _noticed():
        _print(text, sys.stdout)


def note(text: str, indent: str = "") -> None:
    """Print a sentence beside the result; its further lines begin with `indent`."""
    _print(text, sys.stderr, indent)


def raw(text: str) -> None:
    """Print what a program will read."""
    with _noticed():
        print(text)


def refusal(refused: Refusal, language: Language) -> None:
    """Say why the rules said no."""
    note(language.sentence(refused.sentence))


def faults(found: Faults, language: Language) -> None:
    """List everything that is wrong with an input, where, and what would be right."""
    count = len(found.faults)
    note(language.plural("1 thing must be mended first:", "{count} things must be mended first:", count))
    for number, fault in enumerate(found.faults[:_MOST_FAULTS], start=1):
        note(f"{number:4d}. {_place(fault, language)}", " " * 6)
        note(f"      {language.sentence(fault.wrong)}", " " * 6)
        if fault.right:
            note(f"      → {language.sentence(fault.right)}", " " * 8)
    if count > _MOST_FAULTS:
        more = count - _MOST_FAULTS
        note(language.text("… and {more} more. Mend these first, then check again.", more=more))


def _place(fault: Fault, language: Language) -> str:
    place = fault.place
    parts = [place.file]
    if place.sheet:
        parts.append(language.text("sheet {sheet}", sheet=place.sheet))
    if place.row and place.column:
        parts.append(language.text("cell {cell}", cell=f"{place.column}{place.row}"))
    elif place.row:
        parts.append(language.text("row {row}", row=str(place.row)))
    elif place.column:
        parts.append(language.text("column {column}", column=place.column))
    parts.append(place.path)
    return " · ".join(part for part in parts if part)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], words: Collection[int] = (0,)) -> None:
    """Print a table. The columns `words` are text, the others numbers; no `heads`, no line below them.

    Long heads are broken. On a terminal that is too narrow, the first column is cut short.
    """
    cells = [[_clean(cell) for cell in row] for row in rows]
    inner = [max((len(row[k]) for row in cells), default=0) for k in range(len(cells[0]) if cells else 0)]
    broken = [_broken(head, inner[k]) for k, head in enumerate(heads)]
    widths = [
        max([width, *(len(line) for line in (broken[k] if heads else ()))]) for k, width in enumerate(inner)
    ]
    if room := _columns(sys.stdout):
        over = sum(widths) + len(_GAP) * (len(widths) - 1) - room
        widths[0] -= max(0, min(over, widths[0] - _NARROWEST_NAME))
    height = max((len(lines) for lines in broken), default=0)
    deep = [[""] * (height - len(lines)) + lines for lines in broken]
    top = [[lines[k] for lines in deep] for k in range(height)]
    rule = [["─" * width for width in widths]] if heads else []
    for row in [*top, *rule, *cells]:
        shown = [
            _cut(cell, width).ljust(width) if k in words else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        raw(_GAP.join(shown).rstrip())


class Progress:
    """Names each stage when it begins, and the seconds it took when the next one does.

    `names` are in the reader's language; a stage without one is called by its code.
    """

    def __init__(self, language: Language, names: dict[str, str]) -> None:
        self._language, self._names = language, names
        self._stage, self._began = "", 0.0
        self.seconds: dict[str, float] = {}

    def __call__(self, stage: str) -> None:
        self.end()
        self._stage, self._began = stage, time.perf_counter()
        print(f"  {self._names.get(stage, stage)} …", end="", file=sys.stderr, flush=True)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.end()
        elif self._stage:
            print(file=sys.stderr)

    def end(self) -> None:
        """End the stage that is under way, if one is."""
        if not self._stage:
            return
        took = time.perf_counter() - self._began
        self.seconds[self._stage] = round(took, 3)
        shown = self._language.number(round(took, 1), places=1)
        print(self._language.text(" {seconds} s", seconds=shown), file=sys.stderr, flush=True)
        self._stage = ""


@contextmanager
def _noticed() -> Iterator[None]:
    """Turn a result that can't be written into a Refusal; a closed pipe is no failure and passes through."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        hang_up()
        raise Refusal("output.unshown", "The result can't be shown ({why}).", why=why(error)) from None


def _print(text: str, stream: TextIO, indent: str = "") -> None:
    room = _columns(stream)
    for whole in _clean(text).split("\n"):
        line = whole
        # Lines with a shape of their own (help, paths in a list) are left as they are.
        if room and len(line) > room and (indent or not line.startswith(" ")):
            lead = line[: len(line) - len(line.lstrip(" "))]
            line = textwrap.fill(
                line.lstrip(" "),
                room,
                initial_indent=lead,
                subsequent_indent=indent,
                break_long_words=False,
                break_on_hyphens=False,
            )
        print(line, file=stream)


def _columns(stream: TextIO) -> int:
    """Return how wide the terminal is, 0 where nobody looks."""
    return shutil.get_terminal_size().columns if stream.isatty() else 0


def _broken(head: str, inner: int) -> list[str]:
    """Return a head in two lines at most, as narrow as that goes and no narrower than its column."""
    for width in range(max(inner, _NARROWEST_HEAD), len(head)):
        if len(lines := textwrap.wrap(head, width, break_long_words=False)) <= 2:
            return lines
    return [head]


def _clean(text: str) -> str:
    """Return `text` without what would steer a terminal: names come from files of others."""
    return "".join(
        letter if letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"} else "?"
        for letter in text
    )


def _cut(cell: str, width: int) -> str:
    return cell if len(cell) <= width else f"{cell[: width - 1]}…"
