"""One product through a season, as a phone asks for it: amounts, price, how it is known, grades, trade.

Each changes its own columns only: somebody who weighs on one phone and somebody who corrects the price on
another don't undo each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils import timezone

from jejaring.domain.mapping import plausible
from jejaring.domain.mapping.actions.answers import doubts_about, keep_rows, locked, said_columns
from jejaring.domain.mapping.models import Grade, LocalTrade, Need, Potential, Product, Today
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import Cooperative, User
from jejaring.engines.errors import Refusal
from jejaring.engines.measures import whole_parts

Table = type[Potential] | type[Need]
Row = tuple[dict[str, Any], dict[str, Any] | None]
"""What finds a row, and its columns; None: it is taken back."""

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

    Where a product was said by grade, an amount is of all grades together: it is divided as that month was,
    or as the month said last. What else was said of a month stays. Raises Refusal, Doubtful.
    """
    on = timezone.localtime(at).date()
    with transaction.atomic():
        kept = locked(cooperative)
        earlier = list(_rows(kept, table, product).order_by("said_at", "pk"))
        rows: list[Row] = []
        for month, (kg, typed) in amounts.items():
            first = plausible.first_of_month(month, on)
            shares = _shares(earlier, first)
            if kg is None:
                rows += [(_key(product, first, grade), None) for grade in shares]
                continue
            for grade, part in _divided(plausible.kilograms(kg), shares).items():
                told: dict[str, Any] = {"kg": part, "as_typed": "" if grade else typed.strip()[:40]}
                told |= {"said_by": by, "said_at": at, "way": "web"}
                rows.append((_key(product, first, grade), _inherited(table, earlier, first, grade) | told))
        plausible.unless_sure(doubts_about(table, kept, [product], rows, on), sure=sure)
        gone = keep_rows(table, kept, rows)
        _record(kept, table, product, "amounts", by, {"rows": len(rows), "taken_back": gone})


def _shares(earlier: Sequence[Any], month: date) -> dict[int | None, int]:
    """Return by grade what was said of a month, or of the month said last; no grade where nothing was."""
    last = month if any(row.month == month for row in earlier) else earlier[-1].month if earlier else None
    return {row.grade_id: row.kg for row in earlier if row.month == last} or {None: 1}


def _divided(kg: int, shares: Mapping[int | None, int]) -> dict[int | None, int]:
    """Return kilograms by grade in these proportions, whole and together exactly `kg`."""
    grades = sorted(shares, key=lambda grade: grade or 0)
    weights = [shares[grade] for grade in grades] if any(shares.values()) else [1] * len(grades)
    parts = whole_parts([Fraction(kg * weight, sum(weights)) for weight in weights], kg)
    return dict(zip(grades, parts, strict=True))


def _inherited(table: Table, earlier: Sequence[Any], month: date, grade: int | None) -> dict[str, Any]:
    """Return what a new month takes over from the product's other months; nothing for one that is there."""
    if any((row.month, row.grade_id) == (month, grade) for row in earlier) or not earlier:
        return {}
    alike = [row for row in earlier if row.grade_id == grade] or earlier
    return {name: getattr(alike[-1], name) for name in _INHERITED[table]}


@dataclass(frozen=True)
class GradeAnswer:
    """Which share of a harvest is of a grade, and what members must be paid for it at least."""

    grade: Grade
    share: Decimal
    cost_idr_per_kg: Decimal | None = None


def declare_grades(
    cooperative: Cooperative,
    product: Product,
    answers: Sequence[GradeAnswer],
    *,
    since: date,
    by: User,
    at: datetime,
    sure: bool = False,
) -> None:
    """Divide what members can deliver from a month on by grade; no answers: it is of no grade again.

    A month's kilograms stay what they are together. Raises Refusal where the shares aren't one together,
    Doubtful.
    """
    _whole(product, answers)
    parts = {answer.grade.pk: answer for answer in answers if answer.share}
    with transaction.atomic():
        kept = locked(cooperative)
        said: dict[date, list[Potential]] = {}
        for row in _rows(kept, Potential, product).filter(month__gte=since).order_by("month", "-kg", "pk"):
            said.setdefault(row.month, []).append(row)
        rows: list[Row] = []
        for month, there in said.items():
            weights: dict[int | None, int] = {pk: _millionths(answer) for pk, answer in parts.items()}
            divided = _divided(sum(row.kg for row in there), weights or {None: 1})
            rows += [(_key(product, month, row.grade_id), None) for row in there]
            for grade, kg in divided.items():
                values = _of_grade(there, grade) | {"kg": kg, "as_typed": ""}
                if grade is not None:
                    values["cost_idr_per_kg"] = plausible.rupiah_per_kg(parts[grade].cost_idr_per_kg)
                values |= {"said_by": by, "said_at": at, "way": "web"}
                rows.append((_key(product, month, grade), values))
        if not rows:
            return
        on = timezone.localtime(at).date()
        plausible.unless_sure(doubts_about(Potential, kept, [product], rows, on), sure=sure)
        keep_rows(Potential, kept, rows)
        _record(kept, Potential, product, "grades", by, {"rows": len(rows), "grades": len(parts)})


def _whole(product: Product, answers: Sequence[GradeAnswer]) -> None:
    for answer in answers:
        if answer.grade.product_id != product.pk:
            raise Refusal(
                "mapping.grade_of_another",
                "{grade} isn't a grade of {product}.",
                grade=answer.grade,
                product=product,
            )
        plausible.share(answer.share)
    together = sum((answer.share for answer in answers), Decimal(0))
    if answers and together != 1:
        raise Refusal(
            "mapping.grades_not_whole",
            "Together the grades are {said_kg} of 100 kg. Correct them until they are 100 kg.",
            said_kg=together * 100,
        )


def _millionths(answer: GradeAnswer) -> int:
    return int(plausible.share(answer.share) * 1_000_000)


def _of_grade(there: Sequence[Potential], grade: int | None) -> dict[str, Any]:
    """Return what a month's row of a grade takes over: of that grade, else of the row with the most."""
    alike = [row for row in there if row.grade_id == grade] or list(there)
    return {name: getattr(alike[0], name) for name in _INHERITED[Potential]}


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
        rows: list[Row] = [(_key(product, plausible.first_of_month(month, on)), told) for month in months]
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


def _key(product: Product, month: date | None, grade: int | None = None) -> dict[str, Any]:
    return {"site_id": None, "product_id": product.pk, "grade_id": grade, "month": month}


def _rows(cooperative: Cooperative, table: Table, product: Product) -> Any:
    """Return what was said of a product at the co-op's own place, in every grade."""
    return table.objects.filter(cooperative=cooperative, product=product, site=None)


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
