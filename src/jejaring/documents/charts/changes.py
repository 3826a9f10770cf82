"""What each gets in two plans: two bars for each party, the largest change first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from jejaring.documents.charts import palette
from jejaring.documents.charts.svg import Drawing, Picture, legend, shortened
from jejaring.documents.language import Language

MOST_BARS = 20


@dataclass(frozen=True)
class Bar:
    """One party (or all): what it gets before and now, rupiah; None where it takes no part."""

    name: str
    old_idr: float | None
    new_idr: float | None

    @property
    def change_idr(self) -> float:
        return (self.new_idr or 0) - (self.old_idr or 0)


def changes_picture(bars: Sequence[Bar], language: Language) -> Picture:
    """Return the bars of the parties whose amount changes most."""
    shown = sorted(bars, key=lambda bar: -abs(bar.change_idr))[:MOST_BARS]
    more, less = (sum(sign * bar.change_idr >= 1 for bar in bars) for sign in (1, -1))
    title = language.text("What each gets, before and now")
    summary = language.text(
        "{more} get more than in the earlier plan, {less} get less, {same} the same.",
        more=more,
        less=less,
        same=len(bars) - more - less,
    )
    if len(bars) > len(shown):
        summary += " " + language.text("Shown: the {count} largest changes.", count=len(shown))
    wide, narrow = (_drawn(shown, language, width, title, summary) for width in (960.0, 330.0))
    return Picture(title, summary, wide, narrow)


def _drawn(bars: Sequence[Bar], language: Language, width: float, title: str, summary: str) -> Markup:
    phone = width < 500
    size = 12.0 if phone else 13.5
    left, right = (4.0, 4.0) if phone else (190.0, 130.0)
    drawing = Drawing(width)
    entries = ((palette.PADDY, language.text("Earlier plan")), (palette.TERRACE, language.text("This plan")))
    y = legend(drawing, entries, 14.0) + 14.0
    amounts = [amount or 0.0 for bar in bars for amount in (bar.old_idr, bar.new_idr)]
    low, high = min(0.0, *amounts), max(0.0, *amounts)
    scale = (width - left - right) / max(high - low, 1.0)
    zero = left - low * scale
    for bar in bars:
        foot = y + (size if phone else 18.0)
        name = shortened(bar.name, width * 0.6 if phone else left - 14, size)
        drawing.text(0 if phone else left - 12, foot, name, size, text_anchor="start" if phone else "end")
        change = language.rupiah_short(bar.change_idr, signed=True)
        drawing.text(width, foot, change, size, text_anchor="end", font_weight=600)
        at = y + (size + 6.0 if phone else 3.0)
        for amount, colour in ((bar.old_idr, palette.PADDY), (bar.new_idr, palette.TERRACE)):
            if amount is not None:
                start, end = sorted((zero, zero + amount * scale))
                tip = f"{bar.name}: {language.rupiah(amount)}"
                drawing.rect(start, at, max(end - start, 1.5), 9.0, fill=colour, rx=2, tip=tip)
            at += 10.0
        drawing.line((zero, at - 22.0), (zero, at + 1.0), stroke=palette.INK, stroke_width=1)
        y = at + (12.0 if phone else 7.0)
    return drawing.svg(y, title=title, summary=summary)
