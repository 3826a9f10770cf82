"""What is otherwise than in an earlier plan: money, parties, partnerships, and what was planned with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from jejaring.documents.charts.changes import Bar, changes_picture
from jejaring.documents.charts.svg import Picture
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.documents.sections.deals import kind_name
from jejaring.documents.sharing_rules import rule_name
from jejaring.engines.planning import tables
from jejaring.engines.planning.csv_folder.heads import LANE_RULE, called
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.comparison import (
    Amounts,
    Comparison,
    DealChange,
    InputChange,
    Presence,
)
from jejaring.engines.planning.workbook import headings

MOST_DEALS = 40
MOST_CHANGES = 60
NONE = "–"


@dataclass(frozen=True)
class AmountRow:
    """One line of a table: what it is about, earlier, now, and the change, in words; `less` colours it."""

    words: str
    note: str
    old: str
    new: str
    change: str
    less: bool


@dataclass(frozen=True)
class ChangeRow:
    """One thing that was changed in what was planned with."""

    about: str
    row: str
    old: str
    new: str


@dataclass(frozen=True)
class Compared:
    """The section as the page shows it. `more_deals`, `more_changes`: those that aren't listed."""

    sentences: tuple[str, ...]
    totals: tuple[AmountRow, ...]
    rule: str
    picture: Picture
    parties: tuple[AmountRow, ...]
    deals: tuple[AmountRow, ...]
    more_deals: int
    counts: tuple[str, ...]
    changes: tuple[ChangeRow, ...]
    more_changes: int


def compared(found: Comparison, problem: Problem, names: Names, language: Language) -> Compared:
    """Return the comparison in words; `names` are those of the new plan's `problem`."""
    saying = _Saying(found, problem, names, language)
    bars = [Bar(saying.party(each.code), *saying.party_amounts(at)) for at, each in enumerate(found.parties)]
    parties = [
        saying.amounts(bar.name, saying.presence(each.presence), Amounts(bar.old_idr, bar.new_idr))
        for bar, each in zip(bars, found.parties, strict=True)
    ]
    deals = [each for each in found.deals if round(each.value_idr.change) or each.presence != "both"]
    return Compared(
        sentences=tuple(names.said(each, language) for each in found.sentences),
        totals=totals(found, language),
        rule=rule_name(found.rules[saying.rule], language) if found.rules else "",
        picture=changes_picture(bars, language),
        parties=tuple(parties),
        deals=tuple(saying.deal(each) for each in deals[:MOST_DEALS]),
        more_deals=max(0, len(deals) - MOST_DEALS),
        counts=tuple(
            f"{saying.about(each.table, each.field, each.presence)}: {language.number(each.count)}"
            for each in found.counts
        ),
        changes=tuple(saying.change(each) for each in found.changes[:MOST_CHANGES]),
        more_changes=max(0, found.change_count - MOST_CHANGES),
    )


def totals(found: Comparison, language: Language) -> tuple[AmountRow, ...]:
    """Return the money of all together, each alone, and the gain, in both plans."""
    gain = Amounts(
        (found.value_idr.old or 0) - (found.alone_idr.old or 0),
        (found.value_idr.new or 0) - (found.alone_idr.new or 0),
    )
    return tuple(
        _amount_row(words, "", amounts, language)
        for words, amounts in (
            (language.text("Together"), found.value_idr),
            (language.text("Each alone, added up"), found.alone_idr),
            (language.text("Gain of working together"), gain),
            (language.text("Together, in whole kilograms"), found.surplus_idr),
        )
    )


def _amount_row(words: str, note: str, amounts: Amounts, language: Language) -> AmountRow:
    old, new = (NONE if each is None else language.rupiah(each) for each in (amounts.old, amounts.new))
    change = round(amounts.change)
    return AmountRow(words, note, old, new, language.rupiah(change, signed=True), change < 0)


class _Saying:
    """Puts parts of a comparison into words."""

    def __init__(self, found: Comparison, problem: Problem, names: Names, language: Language) -> None:
        self.found, self.names, self.language = found, names, language
        self.rule = found.rules.index("even_core") if "even_core" in found.rules else 0
        self._parties = {each.code: each.name or each.code for each in found.parties}
        self._parties |= dict(zip(problem.parties.codes, names.short_parties, strict=True))
        self._products = dict(zip(problem.products, names.products, strict=True))

    def party(self, code: str) -> str:
        return self._parties.get(code, code)

    def party_amounts(self, at: int) -> tuple[float | None, float | None]:
        """Return what a party gets by the rule shown, or makes alone where both plans share no rule."""
        party = self.found.parties[at]
        amounts = party.rules[self.rule].payoff_idr if party.rules else party.alone_idr
        return amounts.old, amounts.new

    def amounts(self, words: str, note: str, amounts: Amounts) -> AmountRow:
        return _amount_row(words, note, amounts, self.language)

    def presence(self, presence: Presence) -> str:
        return {
            "new": self.language.text("new"),
            "ended": self.language.text("no longer"),
            "both": "",
        }[presence]

    def deal(self, deal: DealChange) -> AmountRow:
        words = f"{self.party(deal.giver)} → {self.party(deal.taker)}"
        kg = self.language.text(
            "{old} → {new}", old=self.language.kg(deal.kg.old or 0), new=self.language.kg(deal.kg.new or 0)
        )
        parts = (kind_name(deal.kind, self.language), self._products.get(deal.product, deal.product), kg)
        note = " · ".join(part for part in (*parts, self.presence(deal.presence)) if part)
        return self.amounts(words, note, deal.value_idr)

    def about(self, table: str, field: str, presence: Presence) -> str:
        """Return what was changed: a table and its field, as a workbook calls them."""
        code = self.language.code
        words = self.language.text("Lane rule") if table == LANE_RULE else headings.SHEETS[table].name(code)
        if not field:
            return f"{words}, {self.presence(presence)}"
        fields = tables.LANE_RULE if table == LANE_RULE else tables.table(table).fields
        names = (called(table, each).name(code) for each in fields if each.name == field)
        return f"{words}, {next(names, field)}"

    def change(self, change: InputChange) -> ChangeRow:
        row = ", ".join(self._key(name, value) for name, value in change.key if value)
        values = (NONE, NONE) if not change.field else (self._value(change.old), self._value(change.new))
        return ChangeRow(self.about(change.table, change.field, change.presence), row, *values)

    def _key(self, name: str, value: str) -> str:
        if name == "period":
            return self.names.months.get(value, value)
        return self._products.get(value, value) if name == "product" else value

    def _value(self, value: object) -> str:
        """Return a value of network.json as a reader sees it."""
        if value is None or value in ("", [], {}):
            return NONE
        if isinstance(value, (int, float, Decimal)):
            return self.language.number(value)
        if isinstance(value, Mapping):
            return "; ".join(
                f"{self._products.get(name, name)} {self._value(each)}" for name, each in value.items()
            )
        if isinstance(value, list):
            return "; ".join(
                " ".join(map(self._value, each.values()))
                if isinstance(each, Mapping)
                else self._key("product", str(each))
                for each in value
            )
        return str(value)
