"""Who gains what under each rule: one row for each party, one mark for each rule."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from jejaring.documents.charts import palette
from jejaring.documents.charts.svg import Attribute, Drawing, Picture, lines, shortened, text_width, ticks
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.engines.planning.plan import Plan, Rule, Share

MOST_ROWS = 60
_ENDS = 15


@dataclass(frozen=True)
class Gains:
    """Gains over alone by rule and party, and the parties from the largest gain down.

    Whole rupiah, rounded towards zero.
    """

    rules: tuple[Rule, ...]
    idr: dict[Rule, tuple[int, ...]]
    order: tuple[int, ...]
    first: Rule


def gains(plan: Plan, shares: Sequence[Share]) -> Gains:
    """Return who gains what; the order is by `even_core` where it was worked out, else the first rule."""
    assert shares
    rules = tuple(share.rule for share in shares)
    first: Rule = "even_core" if "even_core" in rules else rules[0]
    idr = {
        share.rule: tuple(
            int(got - alone) for got, alone in zip(share.payoff_idr, plan.alone_idr, strict=True)
        )
        for share in shares
    }
    order = tuple(sorted(range(len(plan.alone_idr)), key=lambda party: (-idr[first][party], party)))
    return Gains(rules, idr, order, first)


def gains_picture(given: Gains, rule_names: dict[Rule, str], names: Names, language: Language) -> Picture:
    """Return the marks of all parties, or of those at both ends and the spread, where there are many."""
    title = language.text("What each gains")
    gained = zip(given.idr[given.first], names.short_parties, strict=True)
    summary = gains_words(rule_names[given.first], gained, language)
    pictures = [
        _Rows(given, rule_names, names, language, width).drawn(title, summary) for width in (960.0, 330.0)
    ]
    return Picture(title, summary, pictures[0], pictures[1])


def gains_words(rule: str, gained: Iterable[tuple[int, str]], language: Language) -> str:
    """Return the smallest and the largest gain by a rule, or what most get where it is the same."""
    order = sorted(gained)
    amounts = [language.rupiah_short(idr) for idr, _ in order]
    usual, count = Counter(amounts).most_common(1)[0]
    others = [idr for (idr, _), amount in zip(order, amounts, strict=True) if amount != usual]
    if count == 1 or count <= len(order) / 2:
        return language.text(
            "By the rule “{rule}”: from {low} ({last}) to {high} ({best}).",
            rule=rule,
            low=amounts[0],
            last=order[0][1],
            high=amounts[-1],
            best=order[-1][1],
        )
    said = language.text(
        "By the rule “{rule}”: {count} co-ops {amount} each", rule=rule, count=count, amount=usual
    )
    if not others:
        return said + "."
    if others[0] > -1 and others[-1] < 1:
        return said + language.plural(", {count} other nothing.", ", {count} others nothing.", len(others))
    return said + language.plural(
        ", {count} other from {low} to {high}.",
        ", {count} others from {low} to {high}.",
        len(others),
        low=language.rupiah_short(others[0]),
        high=language.rupiah_short(others[-1]),
    )


class _Rows:
    """Draws the rows; a rule's marks carry its name as class, so that a script can set them off."""

    def __init__(
        self, given: Gains, rule_names: dict[Rule, str], names: Names, language: Language, width: float
    ) -> None:
        self.given, self.rule_names, self.names, self.language = given, rule_names, names, language
        self.phone = width < 500
        self.size = 12.0 if self.phone else 13.5
        self.row = 40.0 if self.phone else 25.0
        self.left, self.right = (8.0, 12.0) if self.phone else (176.0, 118.0)
        self.drawing = Drawing(width)
        every = [idr for rule in given.rules for idr in given.idr[rule]]
        low, self.high = min(0, *every), max(1, *every)
        # A rupiah of rounding below zero is no loss to be drawn.
        self.low = -max(ticks(-low, 3)) if -low > self.high / 200 else 0.0
        self.top_idr = _top(given)
        room = width - self.left - self.right
        self.beyond = 0.16 * room if self.top_idr < self.high else 0.0
        self.scale = (room - self.beyond) / (self.top_idr - self.low)

    def x(self, idr: float) -> float:
        """Return where a gain lies; above `top_idr` the scale grows ever closer."""
        within = min(max(idr, self.low), self.top_idr)
        over = max(idr - self.top_idr, 0.0)
        return self.left + (within - self.low) * self.scale + self.beyond * over / (over + self.top_idr)

    def drawn(self, title: str, summary: str) -> Markup:
        """Return the picture."""
        y = self._legend(14.0) + self.size * 2.4
        top, order = y, self.given.order
        many = len(order) > MOST_ROWS
        shown = [*order[:_ENDS], *order[-_ENDS:]] if many else list(order)
        rows: list[tuple[int, float]] = []
        for rank, party in enumerate(shown):
            if many and rank == _ENDS:
                y = self._between(y, order[_ENDS:-_ENDS])
            rows.append((party, y))
            y += self.row
        self._axis(top, y)
        for party, at in rows:
            self._party(party, at)
        return self.drawing.svg(y + 6, title=title, summary=summary)

    def _legend(self, y: float) -> float:
        x = 0.0
        for rule in self.given.rules:
            words = self.rule_names[rule]
            width = 22 + text_width(words, self.size)
            if x and x + width > self.drawing.width:
                x, y = 0.0, y + self.size * 1.7
            self.drawing.open(class_=f"mark {rule}")
            _mark(self.drawing, rule, x + 8, y - self.size * 0.35, 5.5)
            self.drawing.text(x + 20, y, words, self.size)
            self.drawing.close()
            x += width + 18
        return y

    def _axis(self, top: float, foot: float) -> None:
        if self.beyond:
            x = self.x(self.top_idr)
            self.drawing.rect(x, top - 4, self.beyond, foot - top + 4, fill=palette.FAINT)
            words = self.language.text("beyond the scale")
            self.drawing.text(
                x + self.beyond, top - 8, words, self.size * 0.86, fill=palette.SOFT, text_anchor="end"
            )
        marks = ticks(self.top_idr, 3 if self.phone else 6)
        marks += [-each for each in ticks(-self.low, 2)[1:]] if self.low < 0 else []
        for mark in marks:
            if not self.low <= mark <= self.top_idr * (0.93 if self.beyond else 1.001):
                continue
            x = self.x(mark)
            strong = mark == 0
            self.drawing.line(
                (x, top - 4), (x, foot), stroke=palette.INK if strong else palette.LINE, stroke_width=1
            )
            anchor = "start" if self.phone and strong else "middle"
            self.drawing.text(
                x, top - 8, self.language.rupiah_short(mark), self.size * 0.86, fill=palette.SOFT,
                text_anchor=anchor,
            )  # fmt: skip

    def _party(self, party: int, y: float) -> None:
        given, size = self.given, self.size
        middle = y + (self.row * 0.68 if self.phone else self.row / 2)
        amount = self.language.rupiah_short(given.idr[given.first][party])
        foot = y + size if self.phone else middle + size * 0.36
        name = shortened(self.names.short_parties[party], 210 if self.phone else self.left - 14, size)
        if self.phone:
            self.drawing.text(0, foot, name, size, **_halo())
        else:
            self.drawing.text(self.left - 12, foot, name, size, text_anchor="end")
        self.drawing.text(
            self.drawing.width, foot, amount, size, text_anchor="end", font_weight=600, **_halo()
        )
        reach = [self.x(given.idr[rule][party]) for rule in given.rules]
        self.drawing.line((min(reach), middle), (max(reach), middle), stroke=palette.MIST, stroke_width=5)
        spread = len(given.rules)
        for rank, rule in enumerate(sorted(given.rules, key=lambda rule: rule == given.first)):
            shift = (rank - (spread - 1) / 2) * 2.6 if spread > 1 else 0.0
            idr = given.idr[rule][party]
            tip = f"{self.names.short_parties[party]}, {self.rule_names[rule]}: {self.language.rupiah(idr)}"
            self.drawing.open(class_=f"mark {rule}")
            _mark(self.drawing, rule, self.x(idr), middle + shift, 5.2 if rule == given.first else 4.2, tip)
            self.drawing.close()

    def _between(self, y: float, parties: Sequence[int]) -> float:
        """Draw how many of the parties between the ends gain how much, and return where it ends."""
        amounts = [self.given.idr[self.given.first][party] for party in parties]
        bins = 24
        low, high = min(amounts), max(amounts) + 1
        counts = [0] * bins
        for amount in amounts:
            counts[math.floor((amount - low) / (high - low) * bins)] += 1
        words = self.language.text(
            "{count} others gain between {low} and {high}; the higher the bar, the more of them:",
            count=len(amounts),
            low=self.language.rupiah_short(low),
            high=self.language.rupiah_short(high - 1),
        )
        y += self.size * 1.5
        room = self.drawing.width
        for line in lines(words, room, self.size):
            self.drawing.text(0, y, line, self.size, fill=palette.SOFT, **_halo())
            y += self.size * 1.3
        tall = 70.0
        for rank, count in enumerate(counts):
            x1, x2 = (self.x(low + (high - low) * at / bins) for at in (rank, rank + 1))
            height = tall * count / max(counts)
            self.drawing.rect(x1, y + tall - height, max(x2 - x1 - 0.7, 0.7), height, fill=palette.TERRACE)
        return y + tall + 14


def _top(given: Gains) -> float:
    """Return where the even scale ends: at the largest gain, or below it where few stand far above all.

    A hub that gains ten times as much as any village would else press all villages together.
    """
    most = sorted(max(given.idr[rule][party] for rule in given.rules) for party in given.order)
    usual = most[int(len(most) * 0.9)] if len(most) >= 10 else most[-1]
    if usual <= 0 or most[-1] <= 2.5 * usual:
        return max(1, most[-1])
    return 1.15 * usual


def _halo() -> dict[str, Attribute]:
    return {"stroke": palette.CARD, "stroke_width": 3, "stroke_linejoin": "round", "paint_order": "stroke"}


def _mark(drawing: Drawing, rule: Rule, x: float, y: float, r: float, tip: str = "") -> None:
    """Draw the rule's own shape: shapes tell the rules apart where colours don't."""
    look: dict[str, Attribute] = {
        "fill": palette.RULES[rule],
        "stroke": palette.CARD,
        "stroke_width": 1.0,
        "tip": tip,
    }
    if rule == "equal":
        drawing.add("circle", cx=x, cy=y, r=r, **look)
    elif rule == "volume":
        drawing.add("rect", x=x - r * 0.9, y=y - r * 0.9, width=r * 1.8, height=r * 1.8, **look)
    elif rule == "market":
        drawing.path(
            ["M", x, y - r * 1.15, "L", x + r * 1.1, y + r * 0.85, "L", x - r * 1.1, y + r * 0.85, "Z"],
            **look,
        )
    elif rule == "nucleolus":
        drawing.path(
            ["M", x, y + r * 1.15, "L", x + r * 1.1, y - r * 0.85, "L", x - r * 1.1, y - r * 0.85, "Z"],
            **look,
        )
    else:
        drawing.path(
            ["M", x, y - r * 1.35, "L", x + r * 1.2, y, "L", x, y + r * 1.35, "L", x - r * 1.2, y, "Z"],
            **look,
        )
