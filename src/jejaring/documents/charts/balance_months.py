"""One product's balance by month: bars of what there is and what is needed, a mark for what buyers take.

Knows nothing of tables: it is handed plain whole kilograms.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from jejaring.documents.charts import palette
from jejaring.documents.charts.svg import Drawing, legend, text_width, ticks
from jejaring.documents.language import Language


@dataclass(frozen=True)
class MonthBars:
    """One month; `code` is like 2027-03. None: not shown to this reader. `is_boundless`: any quantity."""

    code: str
    potential_kg: int | None
    need_kg: int | None
    room_kg: int | None
    is_boundless: bool = False


def balance_picture(
    name: str, months: Sequence[MonthBars], language: Language, *, width: float = 640, height: float = 250,
    size: float = 12,
    with_legend: bool = True,
) -> Markup:  # fmt: skip
    """Return the picture of one product's balance; its summary says the sums."""
    sums = [
        sum(getattr(month, field) or 0 for month in months)
        for field in ("potential_kg", "need_kg", "room_kg")
    ]
    summary = language.text(
        "There are {there}, needed are {needed}; buyers would take {taken}.",
        there=language.tonnes(sums[0]),
        needed=language.tonnes(sums[1]),
        taken=language.tonnes(sums[2]),
    )
    drawing = Drawing(width)
    figures = [kg or 0 for month in months for kg in (month.potential_kg, month.need_kg)]
    taken = [month.room_kg or 0 for month in months]
    most, wanted = max(figures, default=0), max(taken, default=0)
    # Buyers that would take far more than there is don't flatten the bars: their mark stands at the top.
    top = ticks(max(most, min(wanted, most * 2) if most else wanted, 1) / 1000)
    left, foot, head = _left(top, language, size), height - size * 2.4, size * 1.6
    per_tonne = (foot - head) / top[-1]
    for tonnes in top:
        y = foot - tonnes * per_tonne
        drawing.line((left, y), (width, y), stroke=palette.LINE, stroke_width=0.8)
        drawing.text(
            left - 5, y + size * 0.32, language.number(tonnes), size * 0.9, fill=palette.SOFT,
            text_anchor="end",
        )  # fmt: skip
    drawing.text(0, size, language.text("tonnes"), size * 0.9, fill=palette.SOFT)
    each = (width - left) / max(len(months), 1)
    for at, month in enumerate(months):
        _month(drawing, month, (left + at * each, each), (foot, head, per_tonne), language)
    _names(drawing, months, (left, each, foot + size * 1.3), language, size)
    if not with_legend:
        return drawing.svg(height, title=name, summary=summary)
    entries = [
        (palette.TERRACE, language.text("potential")),
        (palette.PADDY, language.text("need")),
        (palette.INK, language.text("what buyers would take (line)")),
    ]
    bottom = legend(drawing, entries, height + size * 0.6, size)
    return drawing.svg(bottom + size, title=name, summary=summary)


def _left(top: Sequence[float], language: Language, size: float) -> float:
    return max(text_width(language.number(tonnes), size) for tonnes in top) + 8


def _month(
    drawing: Drawing, month: MonthBars, room: tuple[float, float], ground: tuple[float, float, float],
    language: Language,
) -> None:  # fmt: skip
    (x, each), (foot, head, per_tonne) = room, ground
    tip = language.text(
        "{month}: potential {there}, need {needed}",
        month=language.period(month.code),
        there=_said(month.potential_kg, language),
        needed=_said(month.need_kg, language),
    )
    drawing.open(tip=tip)
    thick = each * 0.34
    for kg, colour, start in (
        (month.potential_kg, palette.TERRACE, x + each * 0.14),
        (month.need_kg, palette.PADDY, x + each * 0.14 + thick),
    ):
        if kg is None:
            drawing.text(start + thick / 2, foot - 4, "×", thick, fill=palette.SOFT, text_anchor="middle")
            continue
        tall = kg / 1000 * per_tonne
        drawing.rect(start, foot - tall, thick, tall, fill=colour)
    if month.room_kg or month.is_boundless:
        tall = (month.room_kg or 0) / 1000 * per_tonne
        y = head if month.is_boundless else max(foot - tall, head)
        drawing.line((x + each * 0.08, y), (x + each * 0.88, y), stroke=palette.INK, stroke_width=2.2)
        if month.is_boundless or foot - tall < head:
            middle = x + each * 0.48
            drawing.path(
                ["M", middle - 4, y - 2, "L", middle, y - 8, "L", middle + 4, y - 2, "Z"], fill=palette.INK
            )
    drawing.close()


def _said(kg: int | None, language: Language) -> str:
    return language.text("hidden") if kg is None else language.tonnes(kg)


def _names(
    drawing: Drawing, months: Sequence[MonthBars], place: tuple[float, float, float], language: Language,
    size: float,
) -> None:  # fmt: skip
    left, each, y = place
    names = [language.period(month.code, short=True) for month in months]
    if not names:
        return
    step = math.ceil(max(text_width(name, size) + 4 for name in names) / each)
    for at in range(0, len(names), step):
        drawing.text(left + (at + 0.5) * each, y, names[at], size, fill=palette.SOFT, text_anchor="middle")
