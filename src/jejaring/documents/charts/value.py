"""The chain of value: from what buyers pay to what remains, and how much of it working together adds."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from jejaring.documents.charts import palette
from jejaring.documents.charts.svg import Drawing, Picture, text_width
from jejaring.documents.language import Language
from jejaring.engines.planning.plan import Plan


@dataclass(frozen=True)
class ValueLine:
    """One line of the chain. `idr` is above zero for income, below for costs.

    A total starts at zero; a part divides the total above it and stands in the table only.
    """

    words: str
    idr: float
    total: bool = False
    part: bool = False


@dataclass(frozen=True)
class ValuePicture:
    """The picture and its lines, for the table beside it."""

    picture: Picture
    lines: tuple[ValueLine, ...]


def value_picture(plan: Plan, language: Language) -> ValuePicture:
    """Return the way from sales to surplus; lines of nothing are left out."""
    lines = value_lines(plan, language)
    title = language.text("From sales to what remains")
    summary = _summary(plan, language)
    drawn = tuple(line for line in lines if not line.part)
    wide = _drawn(drawn, language, 960, title, summary)
    narrow = _drawn(drawn, language, 330, title, summary)
    return ValuePicture(Picture(title, summary, wide, narrow), lines)


def _summary(plan: Plan, language: Language) -> str:
    """Return the chain in a sentence that names every part, so that it adds up."""
    sales = plan.lines.outlet_sales_idr + plan.lines.local_sales_idr
    left, value = language.rupiah_short(plan.surplus_idr), language.rupiah_short(plan.value_idr)
    needs, members = plan.lines.needs_met_idr, plan.lines.supplies_idr
    said = language.text("Buyers and traders pay {sales}", sales=language.rupiah_short(sales))
    if needs:
        said += " " + language.text(
            "and members' own needs that are met count {needs}", needs=language.rupiah_short(needs)
        )
    said += language.text(
        "; less {members}, which members are paid at least, and {costs} for goods bought in, processing, "
        "storing, hauling and other costs, {left} remain.",
        members=language.rupiah_short(members),
        costs=language.rupiah_short(sales + needs - members - plan.surplus_idr),
        left=left,
    )
    loss = plan.value_idr - plan.surplus_idr
    if loss >= 1:
        if left == value:
            value = language.rupiah(plan.value_idr)
        said += " " + language.text(
            "That is in whole kilograms; what the first page names and the co-ops divide is counted before "
            "goods are weighed so: {value}, {loss} more.",
            value=value,
            loss=language.rupiah_short(loss),
        )
    return said


def value_lines(plan: Plan, language: Language) -> tuple[ValueLine, ...]:
    """Return the lines of the surplus, costs below zero, then what remains and its parts; none of nothing."""
    lines = plan.lines
    income = (
        (language.text("Sold to buyers"), lines.outlet_sales_idr),
        (language.text("Sold to local traders"), lines.local_sales_idr),
        (language.text("Members' needs met"), lines.needs_met_idr),
    )
    costs = (
        (language.text("Paid to members for their goods, at least"), lines.supplies_idr),
        (language.text("Bought from suppliers"), lines.sources_idr),
        (language.text("Bought from local traders"), lines.local_purchases_idr),
        (language.text("Processing"), lines.processing_idr),
        (language.text("Storing"), lines.holding_idr),
        (language.text("Hauling"), lines.lanes_idr),
        (language.text("Opening of facilities"), lines.opening_idr),
        (language.text("Fixed costs of ways"), lines.lanes_fixed_idr),
        (language.text("Building, the part these periods bear"), lines.building_idr),
    )
    alone = sum(plan.alone_idr)
    return (
        *(ValueLine(words, idr) for words, idr in income if idr),
        *(ValueLine(words, -idr) for words, idr in costs if idr),
        ValueLine(language.text("Remains for the network, in whole kilograms"), plan.surplus_idr, total=True),
        ValueLine(language.text("of which each would have alone"), alone, part=True),
        ValueLine(language.text("of which gained by working together"), plan.surplus_idr - alone, part=True),
    )


def _drawn(
    lines: tuple[ValueLine, ...], language: Language, width: float, title: str, summary: str
) -> Markup:
    phone = width < 500
    size = 12.0 if phone else 14.0
    widest = max(text_width(line.words, size) for line in lines)
    left, right = (0.0, 4.0) if phone else (min(widest + 20, 360.0), 128.0)
    row = 42.0 if phone else 34.0
    drawing = Drawing(width)
    low, high, running = 0.0, 0.0, 0.0
    for line in lines:
        running = line.idr if line.total else running + line.idr
        low, high = min(low, running), max(high, running)
    scale = (width - left - right) / max(high - low, 1.0)
    zero = left - low * scale
    running, y = 0.0, 6.0
    for line in lines:
        start = 0.0 if line.total else running
        running = line.idr if line.total else running + line.idr
        x1, x2 = sorted((zero + start * scale, zero + running * scale))
        top, height = (y + 18, 15.0) if phone else (y + 5, row - 12)
        foot = y + 12 if phone else top + height * 0.72
        amount = language.rupiah_short(line.idr, signed=not line.total)
        weight = 700 if line.total else 400
        place, anchor = (0.0, "start") if phone else (left - 12, "end")
        drawing.rect(x1, top, max(x2 - x1, 1.5), height, fill=_colour(line), rx=2)
        drawing.text(place, foot, line.words, size, font_weight=weight, text_anchor=anchor)
        drawing.text(width, foot, amount, size, font_weight=weight, text_anchor="end")
        y += row
        if not line.total and not phone:
            drawing.line((zero + running * scale, top + height), (zero + running * scale, top + height + 12),
                         stroke=palette.SOFT, stroke_width=0.8)  # fmt: skip
    drawing.line((zero, 6), (zero, y - 4), stroke=palette.INK, stroke_width=1)
    return drawing.svg(y, title=title, summary=summary)


def _colour(line: ValueLine) -> str:
    if line.total:
        return palette.INK if line.idr >= 0 else palette.CLAY
    return palette.TERRACE if line.idr > 0 else palette.CLAY
