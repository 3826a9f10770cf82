"""Supply and demand by period: for each product what there is, what is used, wanted and kept."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jejaring.documents.charts import palette
from jejaring.documents.charts.svg import Drawing, Picture, text_width, ticks
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.engines.measures import Floats, Indices
from jejaring.engines.planning.balance import balance
from jejaring.engines.planning.plan import FlowTable, Plan
from jejaring.engines.planning.problem import Problem

MOST_SHOWN = 12
"""With more products than this only those of which most moves are drawn at once; the others are folded."""


@dataclass(frozen=True)
class ProductMonths:
    """Kilograms of one product by period; infinite where a row sets no limit.

    there: offered by members and suppliers, made by the plan, in store at the start or from before.
    used: sold, given to members or worked on, `local` (to local traders) apart from it. wanted: asked for by
    buyers and members. kept: in store when the period ends.
    """

    product: int
    there: Floats
    used: Floats
    local: Floats
    wanted: Floats
    kept: Floats

    @property
    def moved_kg(self) -> float:
        """Return what is used or sold of it over all periods."""
        return float(self.used.sum() + self.local.sum())

    @property
    def moves(self) -> bool:
        """Whether there is any of it, or anybody uses it."""
        return bool(self.there.any() or self.used.any() or self.local.any())


def product_months(problem: Problem, plan: Plan) -> tuple[ProductMonths, ...]:
    """Return supply and demand of every product that is offered, made or sold."""
    flows, asked = plan.flows, balance(problem)
    shape = len(problem.products), len(problem.periods)
    made, used = np.zeros(shape), np.zeros(shape)
    processes, flow = problem.processes, flows.processes
    np.add.at(used, (processes.input[flow.row], flow.period), flow.kg)
    yields = processes.output_yield.floats(0.0)
    for row, period, kg in zip(flow.row.tolist(), flow.period.tolist(), flow.kg.tolist(), strict=True):
        for output in processes.output_spans.of(row):
            made[int(processes.output_product[output]), period] += kg * float(yields[output])
    bought = _sums(shape, problem.sources.product, flows.sources)
    buyable = np.where(np.isfinite(asked.buyable_kg), asked.buyable_kg, bought)
    there = asked.offered_kg + buyable + made
    there += _sums(shape, problem.local_trade.product, flows.local_purchases)
    used += _sums(shape, problem.outlets.product, flows.outlets) + _sums(
        shape, problem.needs.product, flows.needs
    )
    local = _sums(shape, problem.local_trade.product, flows.local_sales)
    kept = _sums(shape, problem.storages.product, flows.storages)
    there += _from_before(problem, plan, shape)
    wanted = asked.wanted_kg + asked.needed_kg
    found = (ProductMonths(p, there[p], used[p], local[p], wanted[p], kept[p]) for p in range(shape[0]))
    return tuple(each for each in found if each.moves)


def _from_before(problem: Problem, plan: Plan, shape: tuple[int, int]) -> Floats:
    """Return what is left, after loss, of what was in store when the period before ended."""
    storages, flow = problem.storages, plan.flows.storages
    store = np.repeat(np.arange(len(storages.codes)), np.diff(storages.product_spans.start))[flow.row]
    left, later = flow.kg * (1.0 - storages.loss.floats(0.0)[store]), flow.period + 1 < shape[1]
    carried: Floats = np.zeros(shape)
    np.add.at(carried, (storages.product[flow.row][later], flow.period[later] + 1), left[later])
    return carried


def most_moved(every: Sequence[ProductMonths]) -> frozenset[int]:
    """Return the products that are shown at once: those of which most is used or sold."""
    ranked = sorted(every, key=lambda each: (-each.moved_kg, each.product))
    return frozenset(each.product for each in ranked[:MOST_SHOWN])


def _sums(shape: tuple[int, int], product: Indices, flow: FlowTable) -> Floats:
    sums = np.zeros(shape)
    np.add.at(sums, (product[flow.row], flow.period), flow.kg)
    return sums


def months_picture(months: ProductMonths, names: Names, language: Language, colour: str = "") -> Picture:
    """Return the bars of one product; small enough for a phone, and to stand beside others."""
    title = names.products[months.product]
    facts = {
        "there": language.tonnes(float(months.there.sum())),
        "used": language.tonnes(float(months.used.sum())),
        "local": language.tonnes(float(months.local.sum())),
    }
    said = "There are {there}; {used} are used or sold by the network, {local} go to local traders."
    if not months.local.any():
        said = "There are {there}; {used} are used or sold by the network."
    summary = language.text(said, **facts)
    drawing = Drawing(340)
    wanted = np.where(np.isfinite(months.wanted), months.wanted, 0.0)
    most = max(
        float(np.max(part)) for part in (months.there, months.used + months.local, wanted, months.kept)
    )
    if wanted.max() > 3 * max(float(months.there.max()), float((months.used + months.local).max()), 1.0):
        most = (
            max(float(np.max(part)) for part in (months.there, months.used + months.local, months.kept)) * 1.2
        )
    scale = _Scale(drawing, most, len(months.there), language)
    colour = colour or palette.product(months.product)
    for period in range(len(months.there)):
        _period(drawing, scale, months, period, colour, names, language)
    _kept(drawing, scale, months.kept)
    step = math.ceil(max(text_width(each, 11) + 4 for each in names.short_periods) / scale.each)
    for period in range(0, len(months.there), step):
        drawing.text(
            scale.middle(period), scale.foot + 15, names.short_periods[period], 11, fill=palette.SOFT,
            text_anchor="middle",
        )  # fmt: skip
    picture = drawing.svg(scale.foot + 22, title=title, summary=summary)
    return Picture(title, summary, picture, picture)


class _Scale:
    """Where kilograms and periods lie in the picture; draws the axis."""

    top, foot, left = 24.0, 186.0, 46.0

    def __init__(self, drawing: Drawing, most_kg: float, periods: int, language: Language) -> None:
        unit = 1000.0 if most_kg >= 2000 else 1.0
        self.each = (drawing.width - self.left - 4) / periods
        marks = ticks(most_kg / unit, 4)
        self.most = marks[-1] * unit
        for mark in marks:
            y = self.y(mark * unit)
            drawing.line((self.left, y), (drawing.width, y), stroke=palette.LINE, stroke_width=1)
            drawing.text(
                self.left - 6, y + 4, language.number(mark), 11, fill=palette.SOFT, text_anchor="end"
            )
        drawing.text(self.left - 6, 11, language.text("tonnes") if unit > 1 else "kg", 11, fill=palette.SOFT,
                     text_anchor="end")  # fmt: skip

    def y(self, kg: float) -> float:
        """Return how high `kg` reaches, never above the picture."""
        return self.foot - (self.foot - self.top) * min(kg / self.most, 1.0)

    def middle(self, period: int) -> float:
        """Return the middle of a period."""
        return self.left + self.each * (period + 0.5)


def _period(
    drawing: Drawing,
    scale: _Scale,
    months: ProductMonths,
    period: int,
    colour: str,
    names: Names,
    language: Language,
) -> None:
    there, used = float(months.there[period]), float(months.used[period])
    local, wanted = float(months.local[period]), float(months.wanted[period])
    middle, half = scale.middle(period), min(scale.each * 0.42, 20.0)
    tip = language.text(
        "{period}: {there} there, {used} used or sold, {local} to local traders, {kept} in store at the end",
        period=names.periods[period],
        there=language.tonnes(there),
        used=language.tonnes(used),
        local=language.tonnes(local),
        kept=language.tonnes(float(months.kept[period])),
    )
    drawing.open(tip=tip)
    foot = scale.foot
    drawing.rect(
        middle - half, scale.y(there), 2 * half, foot - scale.y(there), fill=colour, fill_opacity=0.22
    )
    inner = half * 0.66
    drawing.rect(middle - inner, scale.y(used), 2 * inner, foot - scale.y(used), fill=colour)
    drawing.rect(
        middle - inner + 0.6, scale.y(used + local), 2 * inner - 1.2, scale.y(used) - scale.y(used + local),
        fill=palette.CARD, stroke=colour, stroke_width=1.2,
    )  # fmt: skip
    drawing.close()
    if math.isfinite(wanted) and 0 < wanted <= scale.most:
        y = scale.y(wanted)
        drawing.line((middle - half - 1, y), (middle + half + 1, y), stroke=palette.INK, stroke_width=2.4)


def _kept(drawing: Drawing, scale: _Scale, kept: Floats) -> None:
    """Draw what is in store at the end of each period as dots on a dotted line."""
    if not kept.any():
        return
    points = [(scale.middle(period), scale.y(float(kg))) for period, kg in enumerate(kept)]
    steps: list[str | float] = ["M", *points[0]]
    for x, y in points[1:]:
        steps += ["L", x, y]
    drawing.path(steps, fill="none", stroke=palette.CLAY, stroke_width=1.5, stroke_dasharray="2 3")
    for (x, y), kg in zip(points, kept.tolist(), strict=True):
        if kg <= 0:
            continue
        drawing.add("circle", cx=x, cy=y, r=3, fill=palette.CLAY, stroke=palette.CARD, stroke_width=1)
