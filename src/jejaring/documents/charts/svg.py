"""Draws SVG: escaped texts, finite numbers, estimated widths. The pictures beside this build on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from jejaring.documents.charts import palette

Attribute = str | int | float | None
Point = tuple[float, float]

_NARROW, _WIDE = frozenset("iljtfrI.,:;'|()[]! ·-"), frozenset("mwMW%@—")


@dataclass(frozen=True)
class Picture:
    """A picture for wide screens and paper, and one for phones. `summary` says what it shows."""

    title: str
    summary: str
    wide: Markup
    narrow: Markup


@dataclass
class Drawing:
    """An SVG being drawn; `svg` returns it once the height is known."""

    width: float
    parts: list[str] = field(default_factory=list)

    def add(self, tag: str, content: str = "", /, **attributes: Attribute) -> None:
        """Add an element; an underscore in an attribute's name is a hyphen, `tip` its tooltip."""
        tip = attributes.pop("tip", "")
        inside = f"<title>{escape(tip)}</title>" if tip else ""
        inside += escape(content)
        start = f"<{tag}{_attributes(attributes)}"
        self.parts.append(f"{start}>{inside}</{tag}>" if inside else f"{start}/>")

    def rect(self, x: float, y: float, width: float, height: float, /, **more: Attribute) -> None:
        """Add a rectangle; one without area is left out."""
        if width > 0 and height > 0:
            self.add("rect", x=x, y=y, width=width, height=height, **more)

    def line(self, start: Point, end: Point, /, **more: Attribute) -> None:
        """Add a straight line."""
        self.add("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], **more)

    def text(self, x: float, y: float, text: str, size: float, /, **more: Attribute) -> None:
        """Add a line of text, its foot at `y`."""
        self.add("text", text, x=x, y=y, font_size=size, **{"fill": palette.INK, **more})

    def path(self, steps: Sequence[str | float], /, **more: Attribute) -> None:
        """Add a path of commands and numbers."""
        self.add(
            "path", d=" ".join(step if isinstance(step, str) else number(step) for step in steps), **more
        )

    def open(self, **attributes: Attribute) -> None:
        """Begin a group; `tip` is the tooltip of all that is in it."""
        tip = attributes.pop("tip", "")
        self.parts.append(f"<g{_attributes(attributes)}>" + (f"<title>{escape(tip)}</title>" if tip else ""))

    def close(self) -> None:
        """End a group."""
        self.parts.append("</g>")

    def svg(self, height: float, *, title: str, summary: str) -> Markup:
        """Return the finished picture, named for those who can't see it."""
        names = f"<title>{escape(title)}</title><desc>{escape(summary)}</desc>"
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(self.width)} {number(height)}" '
            f'role="img" aria-label="{escape(title)}" '
            "font-family=\"'Source Sans 3','Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif\">"
        )
        return Markup(f"{head}{names}{''.join(self.parts)}</svg>")  # noqa: S704  every text was escaped above


def number(value: float) -> str:
    """Return a finite number with at most one decimal."""
    assert math.isfinite(value)
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def text_width(text: str, size: float) -> float:
    """Return about how wide `text` is, on the generous side, in an ordinary sans-serif."""
    ems = sum(
        0.31 if char in _NARROW else 0.88 if char in _WIDE else 0.68 if char.isupper() else 0.56
        for char in text
    )
    return ems * size


def shortened(text: str, width: float, size: float) -> str:
    """Return `text`, cut with an ellipsis where it is wider than `width`."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…" if text else ""


def wrapped(text: str, width: float, size: float, lines: int = 2) -> tuple[str, ...]:
    """Return `text` in at most `lines` lines no wider than `width`, the last one cut if need be."""
    rows: list[str] = []
    for word in text.split():
        joined = f"{rows[-1]} {word}" if rows else word
        if rows and (text_width(joined, size) <= width or len(rows) == lines):
            rows[-1] = joined
        else:
            rows.append(word)
    return tuple(shortened(row, width, size) for row in rows)


def lines(words: str, room: float, size: float) -> list[str]:
    """Return `words` in as many lines as they need to be no wider than `room`."""
    rows = [""]
    for word in words.split():
        joined = f"{rows[-1]} {word}".strip()
        if not rows[-1] or text_width(joined, size) <= room:
            rows[-1] = joined
        else:
            rows.append(word)
    return rows


def ticks(most: float, steps: int = 4) -> list[float]:
    """Return round values from 0 up to at least `most`, about `steps` of them."""
    if most <= 0:
        return [0.0, 1.0]
    rough = most / steps
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    return [step * number for number in range(math.ceil(most / step - 1e-9) + 1)]


def legend(drawing: Drawing, entries: Sequence[tuple[str, str]], y: float, size: float = 13) -> float:
    """Draw (colour, words) in rows from `y` down, and return where they end."""
    x = 0.0
    for colour, words in entries:
        width = 22 + text_width(words, size)
        if x and x + width > drawing.width:
            x, y = 0.0, y + size * 1.6
        drawing.rect(x, y - size * 0.75, 14, size * 0.8, fill=colour, rx=2)
        drawing.text(x + 20, y, words, size, fill=palette.SOFT)
        x += width + 18
    return y


def _attributes(attributes: dict[str, Attribute]) -> str:
    parts = []
    for name, value in attributes.items():
        if value is None:
            continue
        text = value if isinstance(value, str) else number(value)
        parts.append(f' {name.rstrip("_").replace("_", "-")}="{escape(text)}"')
    return "".join(parts)
