"""What a co-op can deliver, needs, trades today and could trade locally: said, said again, taken back.

One row for one product, grade, place and month: saying it again changes that row. Whole seasons are kept in
one transaction, all of them or none. Neighbours: facilities, channels, vehicles, stages, evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from jejaring.domain.mapping import plausible
from jejaring.domain.mapping.models import (
    Channel,
    Facility,
    Grade,
    LocalTrade,
    Need,
    Potential,
    PriceRule,
    Product,
    SaidBy,
    Site,
    Today,
)
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import Cooperative, User
from jejaring.engines.errors import Refusal, Sentence


@dataclass(frozen=True, kw_only=True)
class PotentialAnswer:
    """What members can deliver of a product in a month; kg None takes the answer back."""

    product: Product
    month: date
    kg: int | None
    grade: Grade | None = None
    site: Site | None = None
    cost_idr_per_kg: Decimal | None = None
    least_lot_kg: int | None = None
    evidence: str = "said"
    source: str = ""
    as_typed: str = ""
    """How the amount was written: 1,5 ton."""


@dataclass(frozen=True, kw_only=True)
class NeedAnswer:
    """What a co-op needs of a product in a month; kg None takes the answer back."""

    product: Product
    month: date
    kg: int | None
    grade: Grade | None = None
    site: Site | None = None
    worth_idr_per_kg: Decimal | None = None
    is_must: bool = False
    evidence: str = "said"
    source: str = ""
    as_typed: str = ""


@dataclass(frozen=True, kw_only=True)
class TodayAnswer:
    """What a co-op sells and buys of a product in a month now; nothing of either takes it back."""

    product: Product
    month: date
    grade: Grade | None = None
    site: Site | None = None
    sells_kg: int = 0
    sells_idr_per_kg: Decimal = Decimal(0)
    buys_kg: int = 0
    buys_idr_per_kg: Decimal = Decimal(0)
    cost_idr_per_kg: Decimal | None = None
    partner: str = ""
    evidence: str = "said"
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class LocalTradeAnswer:
    """What the local trader pays and asks for a product; no price at all takes it back."""

    product: Product
    month: date | None = None
    grade: Grade | None = None
    site: Site | None = None
    sell_idr_per_kg: Decimal | None = None
    buy_idr_per_kg: Decimal | None = None
    most_sell_kg: int | None = None
    most_buy_kg: int | None = None
    evidence: str = "said"
    source: str = ""


Made = TypeVar("Made", Channel, Facility)
Answer = PotentialAnswer | NeedAnswer | TodayAnswer | LocalTradeAnswer


def declare_potential(
    cooperative: Cooperative,
    *,
    product: Product,
    month: date,
    kg: int | None,
    by: User | None,
    at: datetime,
    way: str = "web",
    sure: bool = False,
    **rest: Any,
) -> None:
    """Keep what members can deliver of a product in a month; `rest` is what PotentialAnswer has besides.

    Raises Refusal for what can't be, Doubtful for what may be a slip unless `sure`.
    """
    answer = PotentialAnswer(product=product, month=month, kg=kg, **rest)
    declare_potentials(cooperative, [answer], by=by, at=at, way=way, sure=sure)


def declare_potentials(
    cooperative: Cooperative,
    answers: Sequence[PotentialAnswer],
    *,
    by: User | None,
    at: datetime,
    way: str = "web",
    sure: bool = False,
) -> None:
    """Keep what members can deliver, all answers or none. Raises Refusal, Doubtful."""
    _declare(Potential, "declare_potential", cooperative, answers, _Said(by, at, way), sure=sure)


def declare_need(
    cooperative: Cooperative,
    *,
    product: Product,
    month: date,
    kg: int | None,
    by: User | None,
    at: datetime,
    way: str = "web",
    sure: bool = False,
    **rest: Any,
) -> None:
    """Keep what a co-op needs of a product in a month; `rest` is what NeedAnswer has besides."""
    answer = NeedAnswer(product=product, month=month, kg=kg, **rest)
    declare_needs(cooperative, [answer], by=by, at=at, way=way, sure=sure)


def declare_needs(
    cooperative: Cooperative,
    answers: Sequence[NeedAnswer],
    *,
    by: User | None,
    at: datetime,
    way: str = "web",
    sure: bool = False,
) -> None:
    """Keep what a co-op needs, all answers or none. Raises Refusal, Doubtful."""
    _declare(Need, "declare_need", cooperative, answers, _Said(by, at, way), sure=sure)


def declare_today(
    cooperative: Cooperative,
    answers: Sequence[TodayAnswer],
    *,
    by: User | None,
    at: datetime,
    way: str = "web",
    sure: bool = False,
) -> None:
    """Keep what a co-op sells and buys now, all answers or none. Raises Refusal, Doubtful."""
    _declare(Today, "declare_today", cooperative, answers, _Said(by, at, way), sure=sure)


def declare_local_trade(
    cooperative: Cooperative,
    answers: Sequence[LocalTradeAnswer],
    *,
    by: User | None,
    at: datetime,
    way: str = "web",
    sure: bool = False,
) -> None:
    """Keep what the local trader pays and asks, all answers or none. Raises Refusal, Doubtful."""
    _declare(LocalTrade, "declare_local_trade", cooperative, answers, _Said(by, at, way), sure=sure)


def locked(cooperative: Cooperative) -> Cooperative:
    """Return the co-op's row, held until the transaction ends: answers of one co-op are kept in turn.

    Raises Refusal where it was taken away meanwhile.
    """
    found = Cooperative.objects.select_for_update().filter(pk=cooperative.pk).first()
    if found is None:
        raise Refusal("mapping.cooperative_gone", "This co-op isn't kept here any more.")
    return found


def made_before(
    table: type[Made], cooperative: Cooperative, request_key: UUID | None
) -> tuple[Made | None, UUID | None]:
    """Return the co-op's row that this key has made already, and the key to keep a new row under.

    A key that another co-op has used says nothing about this one's answer, and isn't kept again.
    """
    found = table._default_manager.filter(request_key=request_key).first() if request_key else None  # noqa: SLF001
    made = found if found is not None and found.cooperative_id == cooperative.pk else None
    return made, None if found else request_key


def fitting(cooperative: Cooperative, product: Product, grade: Grade | None, site: Site | None) -> None:
    """Raise Refusal where the grade is another product's or the place another co-op's."""
    if grade is not None and grade.product_id != product.pk:
        raise Refusal(
            "mapping.grade_of_another", "{grade} isn't a grade of {product}.", grade=grade, product=product
        )
    if site is not None and site.cooperative_id != cooperative.pk:
        raise Refusal("mapping.site_of_another", "This place belongs to another co-op.")


def said_columns(by: User | None, at: datetime, way: str, evidence: str, source: str) -> dict[str, Any]:
    """Return who said it, when, how it is known: the columns of SaidBy. Raises Refusal for unknown words."""
    if evidence not in SaidBy.EvidenceKind.values:
        raise Refusal(
            "mapping.evidence_unknown",
            "“{written}” isn't a way in which a figure is known.",
            written=evidence,
        )
    assert way in SaidBy.Way.values
    return {"said_by": by, "said_at": at, "way": way, "evidence": evidence, "source": source.strip()[:300]}


def known_prices(products: Iterable[Product], on: date) -> dict[int, Decimal]:
    """Return a price that is about right for each product that has a rule on this day, by product id."""
    rules = PriceRule.objects.filter(
        models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=on),
        product__in={product.pk for product in products},
        kind__in=(PriceRule.Kind.FLOOR, PriceRule.Kind.CEILING),
        valid_from__lte=on,
    ).order_by("valid_from", "-idr_per_kg")
    return dict(rules.values_list("product_id", "idr_per_kg"))


# --- how rows are kept ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Said:
    by: User | None
    at: datetime
    way: str

    @property
    def on(self) -> date:
        return timezone.localtime(self.at).date()


def _declare(
    table: type[models.Model],
    action: str,
    cooperative: Cooperative,
    answers: Sequence[Answer],
    said: _Said,
    *,
    sure: bool,
) -> None:
    rows = [_row(cooperative, answer, said) for answer in answers]
    if not rows:
        return
    with transaction.atomic():
        kept = locked(cooperative)
        products = [answer.product for answer in answers]
        plausible.unless_sure(doubts_about(table, kept, products, rows, said.on), sure=sure)
        taken_back = keep_rows(table, kept, rows)
        audit.record(
            f"mapping.{action}",
            kept,
            by=said.by,
            cooperative_id=kept.pk,
            facts={
                "rows": len(rows),
                "taken_back": taken_back,
                "products": sorted({answer.product.code for answer in answers}),
                "way": said.way,
            },
        )


Key = dict[str, Any]
_KEYS = ("site_id", "product_id", "grade_id", "month")


def keep_rows(
    table: type[models.Model], cooperative: Cooperative, rows: Sequence[tuple[Key, dict[str, Any] | None]]
) -> int:
    """Write rows in as many queries as one takes; of two about the same thing the later holds.

    Return how many were taken away. The co-op's row is locked: nobody else writes these meanwhile.
    """
    last = {tuple(key[name] for name in _KEYS): values for key, values in rows}
    there = {
        tuple(getattr(row, name) for name in _KEYS): row
        for row in _rows_of(table).filter(cooperative=cooperative, product__in={each[1] for each in last})
    }
    new: list[Any] = []
    changed: list[Any] = []
    gone: list[int] = []
    columns: set[str] = set()
    for each, values in last.items():
        row = there.get(each)
        if values is None:
            gone += [row.pk] if row else []
            continue
        columns |= values.keys()
        if row is None:
            new.append(table(cooperative=cooperative, **dict(zip(_KEYS, each, strict=True)), **values))
            continue
        for name, value in values.items():
            setattr(row, name, value)
        changed.append(row)
    _rows_of(table).filter(pk__in=gone).delete()
    _rows_of(table).bulk_create(new, batch_size=500)
    if changed:
        _rows_of(table).bulk_update(changed, sorted(columns), batch_size=100)
    return len(gone)


def _rows_of(table: type[models.Model]) -> models.QuerySet[Any]:
    return table._default_manager.all()  # noqa: SLF001 – Django's documented way to any table's rows


def _row(cooperative: Cooperative, answer: Answer, said: _Said) -> tuple[Key, dict[str, Any] | None]:
    """Return what finds an answer's row, and its columns; None where it is taken back."""
    fitting(cooperative, answer.product, answer.grade, answer.site)
    month = answer.month and plausible.first_of_month(answer.month, said.on)
    key: Key = {
        "site_id": answer.site and answer.site.pk,
        "product_id": answer.product.pk,
        "grade_id": answer.grade and answer.grade.pk,
        "month": month,
    }
    told = _told(answer)
    if told is None:
        return key, None
    return key, told | said_columns(said.by, said.at, said.way, answer.evidence, answer.source)


def _told(answer: Answer) -> dict[str, Any] | None:
    weight, price = plausible.kilograms, plausible.rupiah_per_kg
    if isinstance(answer, PotentialAnswer):
        if answer.kg is None:
            return None
        return {
            "kg": weight(answer.kg),
            "cost_idr_per_kg": price(answer.cost_idr_per_kg),
            "least_lot_kg": weight(answer.least_lot_kg),
            "as_typed": answer.as_typed.strip()[:40],
        }
    if isinstance(answer, NeedAnswer):
        if answer.kg is None:
            return None
        return {
            "kg": weight(answer.kg),
            "worth_idr_per_kg": price(answer.worth_idr_per_kg),
            "is_must": answer.is_must,
            "as_typed": answer.as_typed.strip()[:40],
        }
    if isinstance(answer, TodayAnswer):
        if not answer.sells_kg and not answer.buys_kg:
            return None
        return {
            "sells_kg": weight(answer.sells_kg),
            "sells_idr_per_kg": price(answer.sells_idr_per_kg),
            "buys_kg": weight(answer.buys_kg),
            "buys_idr_per_kg": price(answer.buys_idr_per_kg),
            "cost_idr_per_kg": price(answer.cost_idr_per_kg),
            "partner": answer.partner.strip()[:200],
        }
    if answer.sell_idr_per_kg is None and answer.buy_idr_per_kg is None:
        return None
    return {
        "sell_idr_per_kg": price(answer.sell_idr_per_kg),
        "buy_idr_per_kg": price(answer.buy_idr_per_kg),
        "most_sell_kg": weight(answer.most_sell_kg),
        "most_buy_kg": weight(answer.most_buy_kg),
    }


def doubts_about(
    table: type[models.Model],
    cooperative: Cooperative,
    products: Iterable[Product],
    rows: Sequence[tuple[Key, dict[str, Any] | None]],
    on: date,
) -> list[Sentence]:
    """Return what may be a slip in rows (key and columns) that are about to be kept."""
    by_id = {product.pk: product for product in products}
    prices = known_prices(by_id.values(), on)
    earlier = _last_year(table, cooperative, rows) if table in (Potential, Need) else {}
    doubts: list[Sentence] = []
    for key, values in rows:
        if values is None:
            continue
        product = by_id[key["product_id"]]
        for name, value in values.items():
            if name.endswith("_idr_per_kg"):
                doubts += plausible.price_doubts(product.name_id, value, prices.get(product.pk))
        if "kg" in values:
            doubts += plausible.amount_doubts(
                product.name_id, key["month"], values["kg"], earlier.get(_last_year_key(key))
            )
    return doubts


def _last_year_key(key: Key) -> tuple[Any, ...]:
    month: date = key["month"]
    return (key["site_id"], key["product_id"], key["grade_id"], month.replace(year=month.year - 1))


def _last_year(
    table: type[models.Model], cooperative: Cooperative, rows: Sequence[tuple[Key, Any]]
) -> dict[tuple[Any, ...], int]:
    keys = [_last_year_key(key) for key, _ in rows]
    found = _rows_of(table).filter(
        cooperative=cooperative, product__in={key[1] for key in keys}, month__in={key[3] for key in keys}
    )
    return {tuple(row[:4]): row[4] for row in found.values_list(*_KEYS, "kg")}
