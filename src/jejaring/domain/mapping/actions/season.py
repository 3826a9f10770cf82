"""One product through a season, as a phone asks for it: amounts, the price, how it is known, its trade.

Each changes its own columns only: somebody who weighs on one phone and somebody who corrects the price on
another don't undo each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from jejaring.domain.mapping import plausible
from jejaring.domain.mapping.actions.answers import doubts_about, keep_rows, locked, said_columns
from jejaring.domain.mapping.models import LocalTrade, Need, Potential, Product, Today
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import Cooperative, User

Table = type[Potential] | type[Need]

_PRICE: dict[Any, str] = {Potential: "cost_idr_per_kg", Need: "worth_idr_per_kg"}
_INHERITED: dict[Any, tuple[str, ...]] = {
    Potential: ("cost_idr_per_kg", "least_lot_kg", "evidence", "source"),
    Need: ("worth_idr_per_kg", "is_must", "evidence", "source"),
}
"""What a new month takes over from the product's other months."""


def declare_amounts(
    cooperative: Cooperative,
    table: Table,
    product: Product,
    amounts: Mapping[date, tuple[int | None, str]],
    *,
    by: User,
    at: datetime,
    sure: bool = False,
) -> None:
    """Keep kilograms (None: takes the month back) and how they were typed, by month.

    What else was said of a month stays. Raises Refusal, Doubtful.
    """
    on = timezone.localtime(at).date()
    with transaction.atomic():
        kept = locked(cooperative)
        sibling = _rows(kept, table, product).order_by("-said_at").first()
        inherited = {name: getattr(sibling, name) for name in _INHERITED[table]} if sibling else {}
        there = set(_rows(kept, table, product).values_list("month", flat=True))
        rows: list[tuple[dict[str, Any], dict[str, Any] | None]] = []
        for month, (kg, typed) in amounts.items():
            first = plausible.first_of_month(month, on)
            key = _key(product, first)
            told: dict[str, Any] = {"kg": plausible.kilograms(kg), "as_typed": typed.strip()[:40]}
            told |= {"said_by": by, "said_at": at, "way": "web"}
            rows.append((key, None if kg is None else told if first in there else inherited | told))
        plausible.unless_sure(doubts_about(table, kept, [product], rows, on), sure=sure)
        gone = keep_rows(table, kept, rows)
        _record(kept, table, product, "amounts", by, {"rows": len(rows), "taken_back": gone})


def declare_price(
    cooperative: Cooperative,
    table: Table,
    product: Product,
    *,
    idr_per_kg: Decimal | None,
    is_must: bool = False,
    since: date,
    by: User,
    at: datetime,
    sure: bool = False,
) -> None:
    """Keep the lowest price accepted, or the most that a need is worth, for all months from `since` on.

    None: not said. Raises Refusal, Doubtful.
    """
    price = plausible.rupiah_per_kg(idr_per_kg)
    on = timezone.localtime(at).date()
    with transaction.atomic():
        kept = locked(cooperative)
        key = _key(product, since)
        asked = doubts_about(table, kept, [product], [(key, {_PRICE[table]: price})], on)
        plausible.unless_sure(asked, sure=sure)
        values: dict[str, Any] = {_PRICE[table]: price, "said_by": by, "said_at": at, "way": "web"}
        if table is Need:
            values["is_must"] = is_must
        count = _rows(kept, table, product).filter(month__gte=since).update(**values)
        _record(kept, table, product, "price", by, {"rows": count})


def declare_known(
    cooperative: Cooperative,
    table: Table,
    product: Product,
    *,
    evidence: str,
    source: str = "",
    since: date,
    by: User,
    at: datetime,
) -> None:
    """Keep how a product's amounts are known, for all months from `since` on. Raises Refusal."""
    values = said_columns(by, at, "web", evidence, source)
    with transaction.atomic():
        kept = locked(cooperative)
        count = _rows(kept, table, product).filter(month__gte=since).update(**values)
        _record(kept, table, product, "known", by, {"rows": count, "evidence": evidence})


def declare_trade_now(
    cooperative: Cooperative,
    product: Product,
    *,
    buys: bool,
    kg: int | None,
    idr_per_kg: Decimal,
    partner: str,
    months: Sequence[date],
    by: User,
    at: datetime,
    sure: bool = False,
) -> None:
    """Keep what a co-op sells now of a product (or buys), the same in each of these months.

    Months to come that are not named get none of it. Nothing (None) takes that side back, not the other.
    Raises Refusal, Doubtful.
    """
    on = timezone.localtime(at).date()
    side = "buys" if buys else "sells"
    told: dict[str, Any] = {
        f"{side}_kg": plausible.kilograms(kg or 0),
        f"{side}_idr_per_kg": plausible.rupiah_per_kg(idr_per_kg if kg else Decimal(0)),
        "partner": partner.strip()[:200],
        "said_by": by,
        "said_at": at,
        "way": "web",
    }
    with transaction.atomic():
        kept = locked(cooperative)
        rows: list[tuple[dict[str, Any], dict[str, Any] | None]] = [
            (_key(product, plausible.first_of_month(month, on)), told) for month in months
        ]
        plausible.unless_sure(doubts_about(Today, kept, [product], rows, on), sure=sure)
        earlier = Today.objects.filter(cooperative=kept, product=product, grade=None, site=None)
        no_longer = {f"{side}_kg": 0, f"{side}_idr_per_kg": Decimal(0)}
        earlier.filter(month__gte=on.replace(day=1)).exclude(month__in=months).update(**no_longer)
        keep_rows(Today, kept, rows)
        earlier.filter(sells_kg=0, buys_kg=0).delete()
        _record(kept, Today, product, side, by, {"rows": len(rows), "kg": kg})


def declare_trader_prices(
    cooperative: Cooperative,
    product: Product,
    *,
    sell_idr_per_kg: Decimal | None,
    buy_idr_per_kg: Decimal | None,
    by: User,
    at: datetime,
    sure: bool = False,
) -> None:
    """Keep what the local trader pays or asks in every month that has no row of its own.

    A price that isn't given, and how much the trader takes, stay as they were; neither price takes all of
    it back. Raises Refusal, Doubtful.
    """
    given = {"sell_idr_per_kg": sell_idr_per_kg, "buy_idr_per_kg": buy_idr_per_kg}
    prices = {name: plausible.rupiah_per_kg(price) for name, price in given.items() if price is not None}
    told: dict[str, Any] = {**prices, "said_by": by, "said_at": at, "way": "web"}
    rows = [(_key(product, None), told if prices else None)]
    with transaction.atomic():
        kept = locked(cooperative)
        on = timezone.localtime(at).date()
        plausible.unless_sure(doubts_about(LocalTrade, kept, [product], rows, on), sure=sure)
        gone = keep_rows(LocalTrade, kept, rows)
        facts = {"product": product.code, "way": "web", "taken_back": gone}
        audit.record("mapping.declare_local_trade", kept, by=by, cooperative_id=kept.pk, facts=facts)


def _key(product: Product, month: date | None) -> dict[str, Any]:
    return {"site_id": None, "product_id": product.pk, "grade_id": None, "month": month}


def _rows(cooperative: Cooperative, table: Table, product: Product) -> Any:
    return table.objects.filter(cooperative=cooperative, product=product, grade=None, site=None)


def _record(
    cooperative: Cooperative,
    table: Table | type[Today],
    product: Product,
    what: str,
    by: User,
    facts: dict[str, Any],
) -> None:
    audit.record(
        f"mapping.declare_{table.__name__.lower()}_{what}",
        cooperative,
        by=by,
        cooperative_id=cooperative.pk,
        facts={"product": product.code, **facts},
    )
