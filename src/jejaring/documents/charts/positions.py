"""Where co-ops are, with a mark for what each is and how far it is with its answers.

Knows nothing of tables: it is handed plain values, so that a page, a projector and paper can use it.
Shape tells the role, fill and sign tell the state; nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from jejaring.documents.charts import palette
from jejaring.documents.charts.places import Frame, Place, frame
from jejaring.documents.charts.svg import Attribute, Drawing, Point, ticks
from jejaring.documents.language import Language

Shape = Literal["hub", "processor", "distributor", "marketer", "supplier", "many"]
Look = Literal["unanswered", "in_part", "complete", "stale", "surplus", "deficit", "even"]

_FILLS: dict[Look, tuple[str, str, str]] = {
    "unanswered": (palette.CARD, palette.INK, palette.INK),
    "in_part": ("#f6e7c4", "#7a5210", "#5c3a00"),
    "complete": (palette.TERRACE, "#08463b", palette.CARD),
    "stale": ("#8a8478", "#4c483f", palette.CARD),
    "surplus": (palette.TERRACE, "#08463b", palette.CARD),
    "deficit": (palette.CLAY, "#6d2a15", palette.CARD),
    "even": (palette.MIST, "#08463b", "#08463b"),
}
"""Inside, edge and sign."""


@dataclass(frozen=True)
class Pin:
    """One co-op, or `count` of them in a square of a grid."""

    lat: float
    lon: float
    shape: Shape
    look: Look
    name: str
    count: int = 1


def marks(wanted: Iterable[tuple[Shape, Look]]) -> Markup:
    """Return these marks to be used on a page as #pin-<shape>-<look>, in a box of 28 by 28; shows nothing."""
    drawing = Drawing(0)
    for shape, look in wanted:
        drawing.open(id=f"pin-{shape}-{look}")
        _mark(drawing, (14, 14), 9.5, shape, look)
        drawing.close()
    inside = "".join(drawing.parts)
    # Every text in it was escaped by the drawing.
    return Markup(f'<svg width="0" height="0" aria-hidden="true"><defs>{inside}</defs></svg>')  # noqa: S704


def positions_picture(
    pins: Sequence[Pin],
    language: Language,
    *,
    width: float = 640,
    most_height: float = 460,
    size: float = 13,
    with_marks: bool = True,
) -> Markup:
    """Return the map of these pins, with a scale and north; an empty ground where there are none.

    `with_marks`: the picture brings the marks along; else the page has them (`marks`).
    """
    title = language.text("Map")
    summary = language.plural("{count} place", "{count} places", len(pins))
    drawing = Drawing(width)
    if not pins:
        drawing.rect(0, 0, width, width * 0.45, fill=palette.FAINT, rx=10)
        return drawing.svg(width * 0.45, title=title, summary=summary)
    places = tuple(Place("coop", pin.name, pin.lat, pin.lon, 0) for pin in pins)
    shape = frame(places, width, most_height, (size * 3, size * 3))
    _ground(drawing, shape, language, size)
    radius = size * (0.85 if len(pins) <= 60 else 0.6 if len(pins) <= 250 else 0.35)
    for pin in sorted(pins, key=lambda pin: pin.shape == "hub"):
        x, y = shape.point(pin.lat, pin.lon)
        drawing.open(tip=pin.name)
        if pin.count > 1:
            _many(drawing, (x, y), pin.count, size, language)
        else:
            scale = radius / 9.5
            drawing.add(
                "use",
                href=f"#pin-{pin.shape}-{pin.look}",
                transform=f"translate({x - 14 * scale:.1f} {y - 14 * scale:.1f}) scale({scale:.3f})",
            )
        drawing.close()
    if with_marks:
        alone = {(pin.shape, pin.look) for pin in pins if pin.count == 1}
        drawing.parts.insert(0, marks(sorted(alone)))
    return drawing.svg(shape.height, title=title, summary=summary)


def _ground(drawing: Drawing, shape: Frame, language: Language, size: float) -> None:
    """Draw the ground with a square grid, its scale and the arrow to the north."""
    drawing.rect(0, 0, shape.width, shape.height, fill=palette.FAINT, rx=10)
    step_km = ticks(shape.width / shape.px_per_km, 6)[1]
    step = step_km * shape.px_per_km
    x = (shape.width / 2) % step
    while x < shape.width:
        drawing.line((x, 0), (x, shape.height), stroke=palette.LINE, stroke_width=0.7)
        x += step
    y = (shape.height / 2) % step
    while y < shape.height:
        drawing.line((0, y), (shape.width, y), stroke=palette.LINE, stroke_width=0.7)
        y += step
    foot = shape.height - size
    drawing.path(
        ["M", 12, foot - 5, "V", foot, "H", 12 + step, "V", foot - 5],
        fill="none", stroke=palette.INK, stroke_width=1.4,
    )  # fmt: skip
    drawing.text(18 + step, foot + 2, f"{language.number(step_km)} km", size, fill=palette.SOFT)
    right, high = shape.width - size * 1.4, size * 1.6
    drawing.path(
        ["M", right, size * 0.5, "L", right + size * 0.4, high, "L", right - size * 0.4, high, "Z"],
        fill=palette.SOFT,
    )  # fmt: skip
    drawing.text(right, size * 2.6, language.text("N"), size, fill=palette.SOFT, text_anchor="middle")


def _many(drawing: Drawing, at: Point, count: int, size: float, language: Language) -> None:
    x, y = at
    text = language.number(count)
    radius = size * (0.8 + 0.28 * len(text))
    drawing.add("circle", cx=x, cy=y, r=radius, fill=palette.TERRACE, stroke=palette.CARD, stroke_width=1.5)
    drawing.text(x, y + size * 0.34, text, size, fill=palette.CARD, text_anchor="middle", font_weight=700)


def _mark(drawing: Drawing, at: Point, radius: float, shape: Shape, look: Look) -> None:
    (x, y), (fill, edge, sign) = at, _FILLS[look]
    drawn: dict[str, Attribute] = {
        "fill": fill,
        "stroke": edge,
        "stroke_width": max(radius * 0.16, 0.8),
        "stroke_dasharray": f"{radius * 0.45:.1f} {radius * 0.3:.1f}" if look == "unanswered" else None,
    }
    if shape == "hub":
        drawing.add(
            "circle", cx=x, cy=y, r=radius * 1.35, fill=palette.CARD, stroke=palette.PADDY,
            stroke_width=radius * 0.26,
        )  # fmt: skip
        drawing.add("circle", cx=x, cy=y, r=radius, **drawn)
    elif shape == "processor":
        side = radius * 1.8
        drawing.add(
            "rect", x=x - side / 2, y=y - side / 2, width=side, height=side, rx=radius * 0.15, **drawn
        )
    elif shape == "distributor":
        r = radius * 1.25
        drawing.path(["M", x, y - r, "L", x + r, y + r * 0.8, "L", x - r, y + r * 0.8, "Z"], **drawn)
    elif shape == "marketer":
        r = radius * 1.25
        drawing.path(["M", x, y - r, "L", x + r, y, "L", x, y + r, "L", x - r, y, "Z"], **drawn)
    else:
        drawing.add("circle", cx=x, cy=y, r=radius, **drawn)
    _sign(drawing, x, y + (radius * 0.25 if shape == "distributor" else 0), radius * 0.5, look, sign)


def _sign(drawing: Drawing, x: float, y: float, r: float, look: Look, colour: str) -> None:
    """Draw what tells the state apart without colour."""
    pen: dict[str, Attribute] = {
        "fill": "none", "stroke": colour, "stroke_width": r * 0.5, "stroke_linecap": "round",
        "stroke_linejoin": "round",
    }  # fmt: skip
    if look == "complete":
        drawing.path(["M", x - r, y, "L", x - r * 0.25, y + r * 0.75, "L", x + r, y - r * 0.75], **pen)
    elif look == "in_part":
        for step in (-1, 0, 1):
            drawing.add("circle", cx=x + step * r * 0.9, cy=y, r=r * 0.28, fill=colour)
    elif look == "surplus":
        drawing.path(["M", x, y - r, "L", x + r, y + r * 0.8, "L", x - r, y + r * 0.8, "Z"], fill=colour)
    elif look == "deficit":
        drawing.path(["M", x, y + r, "L", x + r, y - r * 0.8, "L", x - r, y - r * 0.8, "Z"], fill=colour)
    elif look == "even":
        for share in (-0.4, 0.4):
            drawing.path(["M", x - r * 0.8, y + share * r, "H", x + r * 0.8], **pen)
    else:
        sign = "?" if look == "unanswered" else "!"
        drawing.text(x, y + r * 0.9, sign, r * 2.6, fill=colour, text_anchor="middle", font_weight=700)
