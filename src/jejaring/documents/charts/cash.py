"""One party's money: what it has laid out or holds at the end of each period."""

from __future__ import annotations

import math

from jejaring.documents.charts import palette
from jejaring.documents.charts.svg import Drawing, Picture, text_width, ticks
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.engines.planning.questions.cash import PartyCash

_HEIGHT, _TOP, _LEFT = 250.0, 22.0, 62.0
_MILLION = 1_000_000


def cash_picture(money: PartyCash, names: Names, language: Language) -> Picture:
    """Return the balance of one party as bars, above zero what it holds, below what it has laid out."""
    name = names.short_parties[money.party]
    title = language.text("Money of {name}, {month_or_week} by {month_or_week}", name=name)
    summary = (
        language.text(
            "{name} has laid out {need} at the deepest, in {period}. A bar is the balance at the end of a "
            "{month_or_week}; before that it may lie deeper.",
            name=name,
            need=language.rupiah_short(money.need_idr),
            period=_period(money.need_period, names, language),
        )
        if money.need_idr
        else language.text("{name} never has to lay out money before it is paid.", name=name)
    )
    wide, narrow = (
        _drawn(money, names, language, width).svg(_HEIGHT, title=title, summary=summary)
        for width in (760, 340)
    )
    return Picture(title, summary, wide, narrow)


def _period(period: int, names: Names, language: Language) -> str:
    return (
        names.periods[period]
        if period < len(names.periods)
        else language.text("after the last {month_or_week}")
    )


def _drawn(money: PartyCash, names: Names, language: Language, width: float) -> Drawing:
    drawing = Drawing(width)
    balances = [idr / _MILLION for idr in money.balance_idr]
    most, least = max(0.0, *balances), min(0.0, -money.need_idr / _MILLION, *balances)
    step = ticks(max(most - least, 1e-6), 5)[1]
    low, high = math.floor(least / step) * step, math.ceil(most / step) * step
    foot = _HEIGHT - 26
    scale = (foot - _TOP) / max(high - low, step)
    zero = foot + low * scale
    mark = low
    while mark <= high + step / 2:
        y = zero - mark * scale
        drawing.line((_LEFT, y), (width, y), stroke=palette.LINE, stroke_width=1)
        drawing.text(
            _LEFT - 6, y + 4, language.number(mark, places=1), 11, fill=palette.SOFT, text_anchor="end"
        )
        mark += step
    drawing.text(0, 12, language.text("Rp million"), 11, fill=palette.SOFT)
    labels = [*names.short_periods, language.text("after")]
    each = (width - _LEFT) / len(balances)
    skip = math.ceil(max(text_width(label, 11) + 4 for label in labels) / each)
    for at, balance in enumerate(balances):
        x = _LEFT + each * at
        top, height = (zero - balance * scale, balance * scale) if balance > 0 else (zero, -balance * scale)
        tip = f"{labels[at]}: {language.rupiah(money.balance_idr[at])}"
        drawing.rect(
            x + each * 0.15, top, each * 0.7, height, tip=tip, rx=2,
            fill=palette.TERRACE if balance > 0 else palette.CLAY,
        )  # fmt: skip
        if at % skip == 0:
            drawing.text(x + each / 2, foot + 17, labels[at], 11, fill=palette.SOFT, text_anchor="middle")
    drawing.line((_LEFT, zero), (width, zero), stroke=palette.INK, stroke_width=1)
    return drawing
