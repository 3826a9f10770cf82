"""From farm to buyer as one picture: bands as wide as their kilograms, coloured by product."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from markupsafe import Markup

from jejaring.documents.charts import palette
from jejaring.documents.charts.colours import Colours, product_colours
from jejaring.documents.charts.stages import Band, Box, Key, Stages, stages
from jejaring.documents.charts.svg import Attribute, Drawing, Picture, legend, wrapped
from jejaring.documents.charts.tracing import stretches
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem

_AT_THE_FOOT = frozenset({"local", "need"})


@dataclass(frozen=True)
class FlowPicture:
    """The picture with its table: (from, product, to, kg), the largest first."""

    picture: Picture
    rows: tuple[tuple[str, str, str, int], ...]


def flow_picture(problem: Problem, plan: Plan, names: Names, language: Language) -> FlowPicture | None:
    """Return the way of the goods from farm to buyer, or None where nothing moves or is sold."""
    traced = stretches(problem, plan)
    if not traced:
        return None
    title = language.text("From the farm to the buyer")
    full = stages(problem, names, language, traced, most=7, brief=False)
    brief = stages(problem, names, language, traced, most=4, brief=True)
    givers = sum(band.kg for band in full.bands if band.start[0].startswith("supply"))
    sold = sum(band.kg for band in full.bands if band.end[0].startswith("buyer"))
    summary = _summary(int(plan.flows.supplies.kg.sum()), givers, sold, language)
    colours = product_colours(problem, plan)
    wide = _Layout(full, colours, names, language, width=960, height=600, size=13)
    narrow = _Layout(brief, colours, names, language, width=330, height=500, size=11.5)
    named = {box.key: box.name for box in full.boxes}
    rows = sorted(
        ((named[b.start], names.products[b.product], named[b.end], round(b.kg)) for b in full.bands),
        key=lambda row: (-row[3], row),
    )
    drawn = (each.drawn((title, summary)) for each in (wide, narrow))
    return FlowPicture(Picture(title, summary, *drawn), tuple(rows))


def _summary(given_kg: float, arriving_kg: float, sold_kg: float, language: Language) -> str:
    """Return what members deliver, what of it arrives where it is worked on or sold, and what is sold."""
    given, arriving = language.tonnes(given_kg), language.tonnes(arriving_kg)
    facts = {"given": given, "arriving": arriving, "sold": language.tonnes(sold_kg)}
    if given == arriving:
        said = "Members deliver {given}; {sold} go to buyers."
    else:
        said = (
            "Members deliver {given}; {arriving} of it arrive, the rest is lost on the way and isn't drawn; "
            "{sold} go to buyers."
        )
    width = language.text("A band is as wide as its kilograms; what is lost in processing makes it narrower.")
    return f"{language.text(said, **facts)} {width}"


class _Layout:
    """Places boxes in columns and bands between them, then draws them."""

    def __init__(
        self,
        given: Stages,
        colours: Colours,
        names: Names,
        language: Language,
        *,
        width: float,
        height: float,
        size: float,
    ) -> None:
        self.given, self.names, self.language, self.size = given, names, language, size
        self.colours = colours
        self.phone = width < 500
        self.drawing = Drawing(width)
        self.box = 9.0 if self.phone else 13.0
        left, right = (1.0, 88.0) if self.phone else (158.0, 158.0)
        step = (width - left - right - self.box) / max(given.columns - 1, 1)
        self.x = {box.key: left + box.column * step for box in given.boxes}
        self.step = step
        self.slot = size * 2.5
        fullest = max(sum(box.column == column for box in given.boxes) for column in range(given.columns))
        self.height = max(height, fullest * (self.slot + 14))
        self.scale = min(self._scale(column) for column in range(given.columns))
        self.y: dict[Key, float] = {}
        for column in range(given.columns):
            self._stack(column)

    def _scale(self, column: int) -> float:
        """Return points per kg that leave each box of the column room for its label."""
        boxes = sorted((box.kg for box in self.given.boxes if box.column == column), reverse=True)
        gap, low, high = 12.0, 0.0, self.height / max(sum(boxes), 1.0)
        for _ in range(40):
            middle = (low + high) / 2
            need = sum(max(kg * middle, self.slot) + gap for kg in boxes)
            low, high = (middle, high) if need <= self.height else (low, middle)
        return low

    def _stack(self, column: int) -> None:
        """Set the boxes of a column below each other, each near what it comes from."""
        boxes = [box for box in self.given.boxes if box.column == column]
        if column:
            boxes.sort(key=lambda box: (box.key[0] in _AT_THE_FOOT, self._middle(box)))
        else:
            boxes.sort(key=lambda box: self._goes_straight(box) > box.kg / 2)
        heights = [max(box.kg * self.scale, self.slot) for box in boxes]
        gap = (self.height - sum(heights)) / max(len(boxes), 1)
        gap = min(gap, 26.0)
        y = (self.height - sum(heights) - gap * (len(boxes) - 1)) / 2 if boxes else 0.0
        for box, height in zip(boxes, heights, strict=True):
            self.y[box.key] = y + (height - box.kg * self.scale) / 2
            y += height + gap

    def _goes_straight(self, box: Box) -> float:
        """Return the kg that leave `box` for a local trader or a member, past all stages."""
        return sum(
            band.kg for band in self.given.bands if band.start == box.key and band.end[0] in _AT_THE_FOOT
        )

    def _middle(self, box: Box) -> float:
        bands = [band for band in self.given.bands if band.end == box.key and band.start in self.y]
        comes = [(band.kg, self.y[band.start]) for band in bands]
        total = sum(kg for kg, _ in comes)
        return sum(kg * y for kg, y in comes) / total if total else 0.0

    def drawn(self, words: tuple[str, str]) -> Markup:
        """Return the picture."""
        self._bands()
        for box in self.given.boxes:
            self.drawing.rect(
                self.x[box.key],
                self.y[box.key],
                self.box,
                max(box.kg * self.scale, 1.5),
                fill=palette.INK,
                rx=2,
            )
        for box in self.given.boxes:
            self._label(box)
        products = {band.product for band in self.given.bands}
        entries = self.colours.entries(products, self.names, self.language)
        bottom = legend(self.drawing, entries, self.height + self.size * 2, self.size)
        return self.drawing.svg(bottom + self.size * 0.6, title=words[0], summary=words[1])

    def _bands(self) -> None:
        """Draw the bands, at each box in the order of what they lead to, so that few cross."""
        leaves: dict[Key, float] = defaultdict(float)
        enters: dict[Key, float] = defaultdict(float)
        tops: dict[Band, float] = {}
        feet: dict[Band, float] = {}
        for band in sorted(self.given.bands, key=lambda b: (self.y[b.end], b.product)):
            tops[band] = self.y[band.start] + leaves[band.start]
            leaves[band.start] += band.kg * self.scale
        for band in sorted(self.given.bands, key=lambda b: (self.y[b.start], b.product)):
            feet[band] = self.y[band.end] + enters[band.end]
            enters[band.end] += band.kg * self.scale
        named = {box.key: box.name for box in self.given.boxes}
        for band in sorted(self.given.bands, key=lambda b: -b.kg):
            wide = max(band.kg * self.scale, 0.8)
            x1, x2 = self.x[band.start] + self.box, self.x[band.end]
            y1, y2, middle = tops[band], feet[band], (x1 + x2) / 2
            tip = self.language.text(
                "{start} → {end}, {product}: {tonnes}",
                start=named[band.start],
                end=named[band.end],
                product=self.names.products[band.product],
                tonnes=self.language.tonnes(band.kg),
            )
            self.drawing.path(
                ["M", x1, y1, "C", middle, y1, middle, y2, x2, y2, "V", y2 + wide,
                 "C", middle, y2 + wide, middle, y1 + wide, x1, y1 + wide, "Z"],
                fill=self.colours.of[band.product], fill_opacity=0.5, tip=tip,
            )  # fmt: skip

    def _label(self, box: Box) -> None:
        first, last = box.column == 0, box.column == self.given.columns - 1
        x, anchor = self.x[box.key] + self.box + (4 if self.phone else 6), "start"
        room = self.step - self.box - (4 if self.phone else 14)
        if first and not self.phone:
            x, anchor, room = self.x[box.key] - 7, "end", 148.0
        elif last:
            room = 82.0 if self.phone else 148.0
        size = self.size
        rows = wrapped(box.name, room, size, 2)
        total = size * 1.12 * (len(rows) + 1)
        y = self.y[box.key] + box.kg * self.scale / 2 - total / 2 + size * 0.85
        look: dict[str, Attribute] = {
            "text_anchor": anchor, "stroke": palette.CARD, "stroke_width": 3.4, "stroke_linejoin": "round",
            "paint_order": "stroke",
        }  # fmt: skip
        for row in rows:
            self.drawing.text(x, y, row, size, font_weight=600, **look)
            y += size * 1.15
        self.drawing.text(x, y, self.language.tonnes(box.kg), size * 0.94, fill=palette.SOFT, **look)
