"""What candidates bring and cost in a month: two bars for each, the one that brings most first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from jejaring.documents.charts import palette
from jejaring.documents.charts.svg import Drawing, Picture, legend, shortened
from jejaring.documents.language import Language


@dataclass(frozen=True)
class Bar:
    """One candidate: what it brings and what its building costs in a month, rupiah."""

    name: str
    gain_idr: float
    cost_idr: float


def building_picture(bars: Sequence[Bar], language: Language) -> Picture:
    """Return two bars for each candidate: what it brings in a month above what it costs."""
    title = language.text("What each candidate brings and costs in a month")
    paying = sum(bar.gain_idr >= bar.cost_idr and bar.gain_idr >= 1 for bar in bars)
    summary = language.text(
        "{count} of {all} bring at least what their building costs in a month.", count=paying, all=len(bars)
    )
    wide, narrow = (_drawn(bars, language, width, title, summary) for width in (960.0, 330.0))
    return Picture(title, summary, wide, narrow)


def _drawn(bars: Sequence[Bar], language: Language, width: float, title: str, summary: str) -> Markup:
    phone = width < 500
    size = 12.0 if phone else 14.0
    left, right = (0.0, 92.0) if phone else (290.0, 110.0)
    drawing = Drawing(width)
    entries = (
        (palette.TERRACE, language.text("brings in a month")),
        (palette.CLAY, language.text("costs in a month")),
    )
    y = legend(drawing, entries, 14.0) + 16.0
    most = max(1.0, *(amount for bar in bars for amount in (bar.gain_idr, bar.cost_idr)))
    scale = (width - left - right) / most
    for bar in bars:
        name = shortened(bar.name, width if phone else left - 14, size)
        drawing.text(0 if phone else left - 12, y + size, name, size, text_anchor="start" if phone else "end")
        at = y + (size + 7.0 if phone else 1.0)
        for amount, colour in ((bar.gain_idr, palette.TERRACE), (bar.cost_idr, palette.CLAY)):
            long = max(amount * scale, 1.5)
            said = language.rupiah_short(amount)
            drawing.rect(left, at, long, 12.0, fill=colour, rx=2, tip=f"{bar.name}: {said}")
            drawing.text(left + long + 6, at + 10.5, said, 11.5)
            at += 14.0
        y = at + 10.0
    return drawing.svg(y, title=title, summary=summary)
