"""The annex of commitments: its tables for one agreement, and its rows and totals for many.

Every total is the plain sum of the whole rupiah and kilograms below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from jejaring.documents.agreements.content import CHAIN, GOODS, Agreement, Commitment, Kind
from jejaring.documents.agreements.price_formula import PriceFormula
from jejaring.documents.agreements.words import calendar_place, words
from jejaring.documents.language import Language
from jejaring.engines.measures import Kilograms, Rupiah
from jejaring.engines.planning.plan import PartnershipKind

_MOST_DECIMALS = 12


@dataclass(frozen=True)
class Schedule:
    """What two parties do with one product at one place: the lines of its periods in order."""

    kind: PartnershipKind
    giver: int
    taker: int
    product: str
    grade: str
    place: str
    lines: tuple[Commitment, ...]

    @property
    def kg(self) -> Kilograms:
        return Kilograms(sum(line.kg for line in self.lines))

    @property
    def value_idr(self) -> Rupiah:
        return Rupiah(sum(line.value_idr for line in self.lines))


@dataclass(frozen=True)
class Goods:
    """What one price formula of an agreement is about: a good as it is sold, by all and everywhere."""

    kind: PartnershipKind
    product: str
    grade: str = ""


@dataclass(frozen=True)
class AnnexRow:
    """One commitment in a list of many agreements, fit for a spreadsheet: numbers are numbers."""

    number: str
    version: int
    kind: Kind
    on: date | None
    deal: PartnershipKind
    giver: str
    taker: str
    product: str
    grade: str
    period: str
    kg: Kilograms
    price_idr_per_kg: Decimal | None
    formula: PriceFormula | None
    tolerance_percent: Decimal | None
    place: str
    value_idr: Rupiah


@dataclass(frozen=True)
class Annex:
    """The rows of many agreements with their totals, the figure that a round is known by.

    `by_agreement` goes by number (with the place in the list before it, so that two without a number
    stay apart). `by_party` counts each commitment at its giver and at its taker.
    """

    rows: tuple[AnnexRow, ...]
    by_agreement: Mapping[tuple[int, str], Rupiah]
    by_party: Mapping[str, Rupiah]
    kg: Kilograms
    value_idr: Rupiah


def schedules(agreement: Agreement) -> tuple[Schedule, ...]:
    """Return the annex's tables in the order of the chain, then of the parties."""

    def key(each: Commitment) -> tuple[int, int, int, str, str, str]:
        return (CHAIN.index(each.kind), each.giver, each.taker, each.product, each.grade, each.place)

    ordered = sorted(agreement.commitments, key=lambda each: (key(each), calendar_place(each.period)))
    grouped = [tuple(group) for _, group in groupby(ordered, key=key)]
    return tuple(
        Schedule(
            lines[0].kind,
            lines[0].giver,
            lines[0].taker,
            lines[0].product,
            lines[0].grade,
            lines[0].place,
            lines,
        )
        for lines in grouped
    )


def goods_of(commitment: Commitment) -> Goods:
    """Return what a commitment's price formula is about."""
    return Goods(commitment.kind, commitment.product, commitment.grade)


def priced_goods(agreement: Agreement) -> dict[Goods, PriceFormula | None]:
    """Return the goods that are sold, in the annex's order, each with its price formula if it has one."""
    found: dict[Goods, PriceFormula | None] = {}
    for schedule in schedules(agreement):
        if schedule.kind in GOODS:
            found.setdefault(goods_of(schedule.lines[0]), schedule.lines[0].formula)
    return found


def party_values(agreement: Agreement) -> tuple[Rupiah, ...]:
    """Return for each party the value of the commitments that it gives or takes."""
    return tuple(
        Rupiah(sum(each.value_idr for each in agreement.commitments if at in {each.giver, each.taker}))
        for at in range(len(agreement.parties))
    )


def annex_rows(agreements: Iterable[Agreement]) -> Annex:
    """Return every commitment of `agreements` as a row, and what they come to."""
    rows: list[AnnexRow] = []
    by_agreement: dict[tuple[int, str], Rupiah] = {}
    by_party: dict[str, Rupiah] = {}
    for at, agreement in enumerate(agreements):
        by_agreement[at, agreement.number] = agreement.value_idr
        for schedule in schedules(agreement):
            rows += [_row(agreement, line) for line in schedule.lines]
        for party, value in zip(agreement.parties, party_values(agreement), strict=True):
            by_party[party.name] = Rupiah(by_party.get(party.name, 0) + value)
    return Annex(
        rows=tuple(rows),
        by_agreement=by_agreement,
        by_party=by_party,
        kg=Kilograms(sum(row.kg for row in rows)),
        value_idr=Rupiah(sum(row.value_idr for row in rows)),
    )


def annex_heads(language: Language) -> tuple[str, ...]:
    """Return what the columns of an `AnnexRow` are called, in the order of its fields."""
    columns = words(language)["columns"]
    return tuple(columns[field.name] for field in fields(AnnexRow))


def value_fits(commitment: Commitment) -> bool:
    """Return whether the value is kilograms times price, to the rupiah that rounding moves.

    Without a price only a formula says it, and any estimate fits.
    """
    price = commitment.price_idr_per_kg
    return price is None or abs(Fraction(price) * commitment.kg - commitment.value_idr) <= 1


def fitting_price(price: Fraction, kg: int, value: int) -> Decimal:
    """Return `price` with as few decimals as `kg` times it still gives `value`, to the rupiah.

    A plan's prices are exact fractions; people get one that they can multiply themselves.
    """
    for places in range(_MOST_DECIMALS):
        rounded = Decimal(round(price * 10**places)).scaleb(-places)
        if abs(Fraction(rounded) * kg - value) <= 1:
            return rounded
    return Decimal(round(price * 10**_MOST_DECIMALS)).scaleb(-_MOST_DECIMALS)


def _row(agreement: Agreement, line: Commitment) -> AnnexRow:
    return AnnexRow(
        number=agreement.number,
        version=agreement.version,
        kind=agreement.kind,
        on=agreement.on,
        deal=line.kind,
        giver=agreement.parties[line.giver].name,
        taker=agreement.parties[line.taker].name,
        product=line.product,
        grade=line.grade,
        period=line.period,
        kg=line.kg,
        price_idr_per_kg=line.price_idr_per_kg,
        formula=line.formula,
        tolerance_percent=line.tolerance_percent,
        place=line.place,
        value_idr=line.value_idr,
    )
