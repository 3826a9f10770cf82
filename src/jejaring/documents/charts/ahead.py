"""What may come: what each scenario costs, how seasons differ, and how much of a plan can be promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from jejaring.documents.charts import palette
from jejaring.documents.charts.svg import Drawing, Picture, legend, lines, ticks
from jejaring.documents.language import Language

_WIDE, _PHONE = 960.0, 330.0


@dataclass(frozen=True)
class Bar:
    """One scenario: its name and what it brings beside the plan, rupiah."""

    words: str
    idr: float


@dataclass(frozen=True)
class Part:
    """One partnership: what it is called, kilograms planned, and kilograms that can be promised."""

    words: str
    planned_kg: int
    kg: int


def scenario_picture(bars: Sequence[Bar], language: Language) -> Picture:
    """Return a bar for each scenario, to the left where the network earns less than planned."""
    title = language.text("What each scenario changes")
    worst = min(bars, key=lambda bar: bar.idr)
    if worst.idr < 0:
        summary = language.text(
            "The heaviest of these: “{name}”, {amount}.",
            name=worst.words,
            amount=language.rupiah_short(worst.idr),
        )
    else:
        summary = language.text("In none of these does the network earn less than planned.")
    pictures = [_scenarios(bars, language, width, title, summary) for width in (_WIDE, _PHONE)]
    return Picture(title, summary, pictures[0], pictures[1])


def _scenarios(bars: Sequence[Bar], language: Language, width: float, title: str, summary: str) -> Markup:
    phone = width < 500
    size = 12.0 if phone else 14.0
    left, right = (0.0, 0.0) if phone else (330.0, 128.0)
    drawing = Drawing(width)
    low, high = min(0.0, *(bar.idr for bar in bars)), max(0.0, *(bar.idr for bar in bars))
    scale = (width - left - right) / max(high - low, 1.0)
    zero = left - low * scale
    y = 6.0
    for bar in bars:
        rows = lines(bar.words, width - 118 if phone else left - 14, size)
        head = len(rows) * size * 1.25
        x1, x2 = sorted((zero, zero + bar.idr * scale))
        for number, row in enumerate(rows):
            place, anchor = (0.0, "start") if phone else (left - 12, "end")
            drawing.text(place, y + size * (1 + 1.25 * number), row, size, text_anchor=anchor)
        foot = y + size if phone else y + head / 2 + size * 0.35
        amount = language.rupiah_short(bar.idr, signed=True)
        drawing.text(width, foot, amount, size, font_weight=600, text_anchor="end")
        top = y + head + 4 if phone else y + head / 2 - 9
        fill = palette.TERRACE if bar.idr >= 0 else palette.CLAY
        tall = 14.0 if phone else 18.0
        drawing.rect(x1, top, max(x2 - x1, 1.5), tall, fill=fill, rx=2)
        drawing.line((zero, top - 4), (zero, top + tall + 4), stroke=palette.INK, stroke_width=1)
        y += head + (32.0 if phone else 14.0)
    return drawing.svg(y, title=title, summary=summary)


def season_picture(
    values_idr: Sequence[float], gains_idr: Sequence[float], planned_idr: float, language: Language
) -> Picture:
    """Return the seasons from the poorest to the richest: what all make alone, and the gain on top."""
    title = language.text("How the seasons differ")
    pairs = sorted(zip(values_idr, gains_idr, strict=True))
    summary = language.text(
        "From {low} in the poorest of these seasons to {high} in the richest; the plan says {planned}.",
        low=language.rupiah_short(pairs[0][0]),
        high=language.rupiah_short(pairs[-1][0]),
        planned=language.rupiah_short(planned_idr),
    )
    pictures = [_seasons(pairs, planned_idr, language, width, title, summary) for width in (_WIDE, _PHONE)]
    return Picture(title, summary, pictures[0], pictures[1])


def _seasons(
    pairs: Sequence[tuple[float, float]],
    planned_idr: float,
    language: Language,
    width: float,
    title: str,
    summary: str,
) -> Markup:
    phone = width < 500
    size = 12.0 if phone else 13.5
    drawing = Drawing(width)
    entries = [
        (palette.MIST, language.text("each alone, added up")),
        (palette.TERRACE, language.text("gained by working together")),
    ]
    top = legend(drawing, entries, 14, size) + 22
    height, left = (190.0, 0.0) if phone else (250.0, 0.0)
    marks = ticks(max(1.0, planned_idr, *(value for value, _ in pairs)))
    low = min(0.0, *(min(value, value - gain) for value, gain in pairs))
    scale = height / (marks[-1] - low)
    zero = top + marks[-1] * scale

    for mark in marks:
        at = zero - mark * scale
        drawing.line((left, at), (width, at), stroke=palette.LINE, stroke_width=1)
        if mark:
            drawing.text(left, at - 3, language.rupiah_short(mark), size * 0.86, fill=palette.SOFT)
    step = (width - left) / len(pairs)
    for number, (value, gain) in enumerate(pairs):
        x, wide = left + number * step + step * 0.14, step * 0.72
        alone = value - gain
        drawing.rect(x, zero - max(alone, 0.0) * scale, wide, abs(alone) * scale, fill=palette.MIST)
        drawing.rect(
            x, zero - value * scale, wide, (value - max(alone, 0.0)) * scale, fill=palette.TERRACE,
            tip=language.rupiah(value),
        )  # fmt: skip
    at = zero - planned_idr * scale
    drawing.line((left, at), (width, at), stroke=palette.CLAY, stroke_width=1.6, stroke_dasharray="6 4")
    words = language.text("the plan: {amount}", amount=language.rupiah_short(planned_idr))
    # At the left, where the poor seasons leave room; on a rim of paper where they don't.
    drawing.text(
        width * 0.2, at - 6, words, size, fill=palette.CLAY, font_weight=600,
        stroke=palette.CARD, stroke_width=3, paint_order="stroke",
    )  # fmt: skip
    foot = max(zero, zero - low * scale) + size * 1.5
    drawing.text(left, foot, language.text("poorest season"), size * 0.9, fill=palette.SOFT)
    drawing.text(
        width, foot, language.text("richest season"), size * 0.9, fill=palette.SOFT, text_anchor="end"
    )
    return drawing.svg(foot + 8, title=title, summary=summary)


def promise_picture(parts: Sequence[Part], language: Language) -> Picture:
    """Return the largest partnerships: the plan's kilograms, and within them what can be promised."""
    title = language.text("How much of the plan can be promised")
    share = sum(part.kg for part in parts) / max(1, sum(part.planned_kg for part in parts))
    summary = language.text(
        "Of what these partnerships hand over in the plan, {kept_share} can be promised.", kept_share=share
    )
    pictures = [_promises(parts, language, width, title, summary) for width in (_WIDE, _PHONE)]
    return Picture(title, summary, pictures[0], pictures[1])


def _promises(parts: Sequence[Part], language: Language, width: float, title: str, summary: str) -> Markup:
    phone = width < 500
    size = 12.0 if phone else 13.5
    left, right = (0.0, 0.0) if phone else (330.0, 150.0)
    drawing = Drawing(width)
    entries = [
        (palette.TERRACE, language.text("can be promised")),
        (palette.MIST, language.text("planned beyond that")),
    ]
    y = legend(drawing, entries, 14, size) + 14
    scale = (width - left - right) / max(1, *(part.planned_kg for part in parts))
    for part in parts:
        rows = lines(part.words, width if phone else left - 14, size)
        head = len(rows) * size * 1.25
        for number, row in enumerate(rows):
            place, anchor = (0.0, "start") if phone else (left - 12, "end")
            drawing.text(place, y + size * (1 + 1.25 * number), row, size, text_anchor=anchor)
        top = y + head + 4 if phone else y + head / 2 - 9
        tall = 14.0 if phone else 18.0
        drawing.rect(left, top, part.planned_kg * scale, tall, fill=palette.MIST, rx=2)
        drawing.rect(left, top, part.kg * scale, tall, fill=palette.TERRACE, rx=2)
        said = language.text(
            "{part} of {all}", part=language.tonnes(part.kg), all=language.tonnes(part.planned_kg)
        )
        foot = top + tall + size * 1.15 if phone else y + head / 2 + size * 0.35
        drawing.text(width, foot, said, size * 0.95, text_anchor="end", fill=palette.SOFT)
        y += head + (44.0 if phone else 14.0)
    return drawing.svg(y, title=title, summary=summary)
