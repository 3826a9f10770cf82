"""What the terminal shows: tables, progress, faults. Results go to standard output, the rest beside it."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from types import TracebackType

from jejaring.documents.language import Language
from jejaring.engines.errors import Fault, Faults, Refusal

_MOST_FAULTS = 200


def say(text: str = "") -> None:
    """Print a line of the result."""
    print(text)


def note(text: str) -> None:
    """Print a line beside the result."""
    print(text, file=sys.stderr)


def refusal(refused: Refusal, language: Language) -> None:
    """Say why the rules said no."""
    note(language.sentence(refused.sentence))


def faults(found: Faults, language: Language) -> None:
    """List everything that is wrong with an input, where, and what would be right."""
    count = len(found.faults)
    note(language.plural("1 thing must be mended first:", "{count} things must be mended first:", count))
    for number, fault in enumerate(found.faults[:_MOST_FAULTS], start=1):
        note(f"{number:4d}. {_place(fault, language)}")
        note(f"      {language.sentence(fault.wrong)}")
        if fault.right:
            note(f"      → {language.sentence(fault.right)}")
    if count > _MOST_FAULTS:
        note(language.text("… and {more} more. Mend these first, then check again.", more=count - _MOST_FAULTS))
    note(language.text("Nothing was written."))


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


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> None:
    """Print a table; the first `left` columns are words, the others numbers."""
    widths = [max(len(row[k]) for row in [heads, *rows]) for k in range(len(heads))]
    for row in [heads, ["─" * width for width in widths], *rows]:
        cells = [cell.ljust(w) if k < left else cell.rjust(w) for k, (cell, w) in enumerate(zip(row, widths, strict=True))]
        say("  ".join(cells).rstrip())


class Progress:
    """Names each stage when it begins, and the seconds it took when the next one does."""

    def __init__(self, language: Language, names: dict[str, str]) -> None:
        self._language, self._names = language, names
        self._stage, self._began = "", 0.0
        self.seconds: dict[str, float] = {}

    def __call__(self, stage: str) -> None:
        self._end()
        self._stage, self._began = stage, time.perf_counter()
        print(f"  {self._language.text(self._names[stage])} …", end="", file=sys.stderr, flush=True)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self._end()
        elif self._stage:
            print(file=sys.stderr)

    def _end(self) -> None:
        if not self._stage:
            return
        took = time.perf_counter() - self._began
        self.seconds[self._stage] = round(took, 3)
        shown = self._language.number(round(took, 2), places=2)
        print(self._language.text(" {seconds} s", seconds=shown), file=sys.stderr, flush=True)
        self._stage = ""
