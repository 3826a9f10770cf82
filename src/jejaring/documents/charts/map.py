"""The network on a map: who is where, what moves between them, and how much of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from jejaring.documents.charts import palette
from jejaring.documents.charts.colours import Colours, product_colours
from jejaring.documents.charts.places import (
    Frame,
    Geography,
    Haul,
    Place,
    PlaceKind,
    frame,
    geography,
    labels,
)
from jejaring.documents.charts.svg import (
    Attribute,
    Drawing,
    Picture,
    Point,
    legend,
    lines,
    shortened,
    text_width,
    ticks,
)
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem

_FILLS: dict[PlaceKind, str] = {
    "hub": palette.INK,
    "buyer": "#27457d",
    "facility": palette.CLAY,
    "coop": palette.TERRACE,
    "idle": palette.PAPER,
}
_MANY = 60
"""With more places than this, small ones are drawn smaller and only the largest are named."""
_MOST_BUYERS = 4
"""As many buyers, the largest, are named before the co-ops."""
_MOST_WAYS = 300
"""Of more ways than this (half as many on a phone) only the busiest are drawn; the legend says so."""


def map_picture(problem: Problem, plan: Plan, names: Names, language: Language) -> Picture | None:
    """Return the map, or None where fewer than two places have a position."""
    ground = geography(problem, plan, names)
    if len(ground.places) < 2:
        return None
    title = language.text("Map of the network")
    tonnes = language.tonnes(sum(haul.kg for haul in ground.hauls))
    summary = language.text(
        "{places} places and {lanes} ways between them; {tonnes} are hauled. The busiest way leads from "
        "{start} to {end}.",
        places=len(ground.places),
        lanes=len(ground.hauls),
        tonnes=tonnes,
        start=ground.places[ground.hauls[-1].start].name if ground.hauls else "–",
        end=ground.places[ground.hauls[-1].end].name if ground.hauls else "–",
    )
    if not ground.hauls:
        summary = language.text("{places} places; nothing is hauled between them.", places=len(ground.places))
    paints = _Paints(product_colours(problem, plan), names, language)
    wide = _drawn(ground, paints, width=960, most_height=660, size=13.5, words=(title, summary))
    narrow = _drawn(ground, paints, width=330, most_height=430, size=11.5, words=(title, summary))
    return Picture(title, summary, wide, narrow)


@dataclass(frozen=True)
class _Paints:
    """What all parts of the map need: the products' colours, names and words."""

    colours: Colours
    names: Names
    language: Language


def _drawn(
    ground: Geography, paints: _Paints, *, width: float, most_height: float, size: float,
    words: tuple[str, str],
) -> Markup:  # fmt: skip
    drawing, language = Drawing(width), paints.language
    shape = frame(ground.places, width, most_height, (width * 0.1, 54.0))
    _grid(drawing, shape, language, size)
    if ground.true_scale:
        south, west, north, east = ground.true_scale
        (x1, y1), (x2, y2) = shape.point(north, west), shape.point(south, east)
        drawing.rect(x1 - 14, y1 - 14, x2 - x1 + 28, y2 - y1 + 28, fill=palette.FAINT, stroke=palette.SOFT,
                     stroke_dasharray="3 4", rx=8)  # fmt: skip
    points = [shape.point(place.lat, place.lon) for place in ground.places]
    most = max((haul.kg for haul in ground.hauls), default=1)
    thin = 1.0 if len(ground.hauls) <= _MOST_WAYS else 0.6
    ways = _MOST_WAYS if width > 500 else _MOST_WAYS // 2
    for haul in ground.hauls[-ways:]:
        _haul(drawing, haul, ground, points, paints, thin + (8.5 if width > 500 else 5.5) * haul.kg / most)
    radii = _radii(ground.places, width)
    for place, point, radius in reversed(list(zip(ground.places, points, radii, strict=True))):
        _mark(drawing, place, point, radius, language)
    _names(drawing, ground.places, points, radii, shape, size, language)
    bottom = _legend(drawing, ground, paints, (shape.height + size * 1.9, size), ways)
    return drawing.svg(bottom + size * 0.6, title=words[0], summary=words[1])


def _grid(drawing: Drawing, shape: Frame, language: Language, size: float) -> None:
    """Draw the ground with a square grid, its scale and the arrow to the north."""
    drawing.rect(0, 0, shape.width, shape.height, fill=palette.FAINT, rx=10)
    step_km = ticks(shape.width / shape.px_per_km, 6)[1]
    step = step_km * shape.px_per_km
    offset = (shape.width / 2) % step, (shape.height / 2) % step
    for at in range(math.ceil(shape.width / step)):
        x = offset[0] + at * step
        if 0 < x < shape.width:
            drawing.line((x, 0), (x, shape.height), stroke=palette.PAPER, stroke_width=1.4)
    for at in range(math.ceil(shape.height / step)):
        y = offset[1] + at * step
        if 0 < y < shape.height:
            drawing.line((0, y), (shape.width, y), stroke=palette.PAPER, stroke_width=1.4)
    left, foot = 14.0, shape.height - 14
    drawing.path(
        ["M", left, foot - 5, "V", foot, "H", left + step, "V", foot - 5], fill="none", stroke=palette.SOFT
    )
    drawing.text(left + 4, foot - 5, f"{language.number(step_km)} km", size - 1, fill=palette.SOFT)
    x, y = shape.width - 20, 34.0
    drawing.path(["M", x, y - 20, "L", x + 6, y, "L", x, y - 4, "L", x - 6, y, "Z"], fill=palette.SOFT)
    north = language.text("N")
    drawing.text(x, y + size, north, size - 1, fill=palette.SOFT, text_anchor="middle")


def _haul(
    drawing: Drawing, haul: Haul, ground: Geography, points: list[Point], paints: _Paints, width: float
) -> None:
    (x1, y1), (x2, y2) = points[haul.start], points[haul.end]
    length = math.hypot(x2 - x1, y2 - y1)
    if length < 2:
        return
    bend = 0.14
    cx, cy = (x1 + x2) / 2 + (y2 - y1) * bend, (y1 + y2) / 2 - (x2 - x1) * bend
    colour, language = paints.colours.of[haul.product], paints.language
    tip = language.text(
        "{start} → {end}: {tonnes}",
        start=ground.places[haul.start].name,
        end=ground.places[haul.end].name,
        tonnes=language.tonnes(haul.kg),
    )
    drawing.path(
        ["M", x1, y1, "Q", cx, cy, x2, y2],
        fill="none", stroke=colour, stroke_width=width, stroke_opacity=0.62, stroke_linecap="round", tip=tip,
    )  # fmt: skip
    if length < 34 or width < 1.6:
        return
    t = 0.56
    x = (1 - t) ** 2 * x1 + 2 * t * (1 - t) * cx + t**2 * x2
    y = (1 - t) ** 2 * y1 + 2 * t * (1 - t) * cy + t**2 * y2
    dx, dy = (1 - t) * (cx - x1) + t * (x2 - cx), (1 - t) * (cy - y1) + t * (y2 - cy)
    norm = math.hypot(dx, dy) or 1.0
    dx, dy, head = dx / norm, dy / norm, 3.2 + width * 0.75
    tip_x, tip_y = x + dx * head, y + dy * head
    left, right = (x - dy * head * 0.8, y + dx * head * 0.8), (x + dy * head * 0.8, y - dx * head * 0.8)
    drawing.path(["M", tip_x, tip_y, "L", *left, "L", *right, "Z"], fill=colour)


def _radii(places: tuple[Place, ...], width: float) -> list[float]:
    most = max((place.kg for place in places if place.kind in {"coop", "facility"}), default=0) or 1
    scale = (1.0 if width > 500 else 0.72) * (0.6 if len(places) > _MANY else 1.0)
    fixed = {"hub": 11.0, "buyer": 9.0, "idle": 4.5}
    small = [4.5 + 4.5 * math.sqrt(min(place.kg / most, 1.0)) for place in places]
    return [fixed.get(place.kind, radius) * scale for place, radius in zip(places, small, strict=True)]


def _mark(drawing: Drawing, place: Place, point: Point, radius: float, language: Language) -> None:
    x, y = point
    tip = (
        language.text("{name}: {tonnes}", name=place.name, tonnes=language.tonnes(place.kg))
        if place.kg
        else place.name
    )
    edge = palette.SOFT if place.kind == "idle" else palette.PAPER
    look: dict[str, Attribute] = {"fill": _FILLS[place.kind], "stroke": edge, "stroke_width": 1.5, "tip": tip}
    if place.kind == "hub":
        drawing.add(
            "circle", cx=x, cy=y, r=radius + 4, fill=palette.PAPER, stroke=palette.PADDY, stroke_width=3
        )
        drawing.add("circle", cx=x, cy=y, r=radius - 2, **look)
    elif place.kind == "buyer":
        drawing.path(
            ["M", x, y - radius, "L", x + radius, y, "L", x, y + radius, "L", x - radius, y, "Z"], **look
        )
    elif place.kind == "facility":
        drawing.add("rect", x=x - radius, y=y - radius, width=2 * radius, height=2 * radius, rx=2, **look)
    else:
        drawing.add("circle", cx=x, cy=y, r=radius, **look)


def _names(
    drawing: Drawing, places: tuple[Place, ...], points: list[Point], radii: list[float], shape: Frame,
    size: float, language: Language,
) -> None:  # fmt: skip
    """Name the places, the important ones first, as far as there is room."""
    most = len(places) if len(places) <= _MANY else 26
    if shape.width < 500:
        most = min(most, 15)
    order = sorted(range(len(places)), key=lambda at: _label_rank(places, at))
    wanted = []
    for at in order[:most]:
        text = shortened(places[at].name, shape.width * 0.24, size)
        if places[at].away_km:
            text = language.text("{name} ({away_km})", name=text, away_km=round(places[at].away_km))
        wanted.append((text, points[at], radii[at] + (4 if places[at].kind == "hub" else 0)))
    taken = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(points, radii, strict=True)]
    taken.append((0, shape.height - 36, 120, shape.height))
    taken.append((shape.width - 34, 0, shape.width, 50))
    bounds = (3.0, 3.0, shape.width - 3, shape.height - 3)
    must = sum(_label_rank(places, at)[0] == 0 for at in order[:most])
    for label, at in zip(labels(wanted, size, bounds, taken, must), order, strict=False):
        if label is not None:
            drawing.text(
                label.x, label.y, label.text, size, text_anchor=label.anchor,
                fill=_FILLS["buyer"] if places[at].kind == "buyer" else palette.INK,
                font_weight=700 if places[at].kind == "hub" else None,
                stroke=palette.FAINT, stroke_width=3.2, stroke_linejoin="round", paint_order="stroke",
            )  # fmt: skip


def _label_rank(places: tuple[Place, ...], at: int) -> tuple[int, int]:
    """Return what is named first: hubs and the largest buyers (0), the far-off, co-ops, other buyers."""
    place = places[at]
    hubs = sum(each.kind == "hub" for each in places)
    if place.kind == "hub" or (place.kind == "buyer" and at < hubs + _MOST_BUYERS):
        return 0, at
    if place.away_km and place.kind != "buyer":
        return 1, at
    return 3 if place.kind == "buyer" else 2, at


def _legend(
    drawing: Drawing, ground: Geography, paints: _Paints, at: tuple[float, float], ways: int
) -> float:
    """Explain marks and colours below the map, from `at` (y, size of text) down; return where that ends."""
    (y, size), language = at, paints.language
    kinds: tuple[tuple[PlaceKind, str], ...] = (
        ("hub", language.text("hub")),
        ("facility", language.text("co-op that works on others' goods")),
        ("coop", language.text("co-op in the plan")),
        ("idle", language.text("co-op without a partner")),
        ("buyer", language.text("buyer or public place")),
    )
    x = 0.0
    for kind, words in kinds:
        if not any(place.kind == kind for place in ground.places):
            continue
        width = 27 + text_width(words, size)
        if x and x + width > drawing.width:
            x, y = 0.0, y + size * 1.7
        example = Place(kind, words, 0.0, 0.0, 0)
        _mark(drawing, example, (x + 11, y - size * 0.35), {"hub": 5.5, "idle": 4.5}.get(kind, 6.0), language)
        drawing.text(x + 25, y, words, size, fill=palette.SOFT)
        x += width + 16
    entries = paints.colours.entries((haul.product for haul in ground.hauls), paints.names, language)
    y = legend(drawing, entries, y + size * 1.9, size) if entries else y
    notes = []
    if ground.true_scale:
        notes.append(
            language.text(
                "Outside the dotted line places are drawn nearer than they are; behind their name stands "
                "how far it is to the middle."
            )
        )
    if ground.hauls:
        most = max(haul.kg for haul in ground.hauls)
        words = language.text("The widest way carries {tonnes}.", tonnes=language.tonnes(most))
        notes.append(words)
    if len(ground.hauls) > ways:
        notes.append(
            language.text("Drawn are the {shown} busiest of {all} ways.", shown=ways, all=len(ground.hauls))
        )
    for note in notes:
        for line in lines(note, drawing.width, size):
            y += size * 1.6
            drawing.text(0, y, line, size, fill=palette.SOFT)
    return y
