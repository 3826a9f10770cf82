"""What a chapter of the paper is made of. templates/paper/paper.typ shows each of these in one way.

A new chapter is a function that returns a `Chapter` made of these; nothing of Typst is needed for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jejaring.documents.charts.svg import Picture

Style = Literal["lead", "plain", "soft", "warning", "head"]


@dataclass(frozen=True)
class Words:
    """A paragraph. "head" is a heading below the chapter's."""

    text: str
    style: Style = "plain"


@dataclass(frozen=True)
class Bullets:
    """Sentences below each other."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Names with their values, one a line; `large` for the few figures of the first page."""

    rows: tuple[tuple[str, str], ...]
    large: bool = False


@dataclass(frozen=True)
class Box:
    """A short text with a head; `strong` is its conclusion, `colour` marks it."""

    head: str
    text: str
    strong: str = ""
    colour: str = ""


@dataclass(frozen=True)
class Boxes:
    """Boxes side by side, two in a row."""

    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Table:
    """Rows of text. `numbers` says which columns are set to the right; those to the left share the room,
    evenly or as `widths` has it (one for each column; those of numbers count for nothing).
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[bool, ...]
    foot: tuple[str, ...] = ()
    small: bool = False
    widths: tuple[int, ...] = ()


@dataclass(frozen=True)
class Drawings:
    """Pictures, `columns` in a row, each with its caption; `part` is how much of the width they take."""

    pictures: tuple[Picture, ...]
    columns: int = 1
    part: float = 1.0
    titled: bool = False


Block = Words | Bullets | Facts | Boxes | Table | Drawings


@dataclass(frozen=True)
class Chapter:
    """A chapter with its heading; `fresh` begins on a new page."""

    title: str
    blocks: tuple[Block, ...]
    fresh: bool = False
