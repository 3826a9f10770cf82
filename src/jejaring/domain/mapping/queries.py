"""What is read of what co-ops said: how far each is, how fresh, what it said last year, all of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, Max, Model, OuterRef, Q
from django.utils import timezone

from jejaring.domain.mapping.models import (
    Channel,
    Commodity,
    Conversion,
    Evidence,
    Facility,
    Grade,
    LocalTrade,
    Need,
    Potential,
    PriceRule,
    Product,
    StageDone,
    Today,
    Vehicle,
)
from jejaring.domain.mapping.models.answers import Stage
from jejaring.domain.mapping.overview import STALE_AFTER, months_from
from jejaring.domain.parties.models import Cooperative
from jejaring.engines.measures import whole_parts

_TABLES: dict[str, tuple[type[Model], ...]] = {
    Stage.PRODUCTION: (Potential, Need),
    Stage.PROCESSING: (Facility,),
    Stage.DISTRIBUTION: (Vehicle,),
    Stage.MARKETING: (Channel, LocalTrade, Today),
}
"""Where the answers of each stage are. Lorries don't say when they were said."""


@dataclass(frozen=True)
class StageState:
    """How far a co-op is with one stage."""

    stage: str
    answers: int
    last_at: datetime | None
    """When somebody last said something of it, or that it is complete; None: never."""
    is_done: bool
    days: int | None
    """Since then."""

    @property
    def state(self) -> str:
        """Return open, begun, done or stale."""
        if self.days is not None and self.days > STALE_AFTER.days:
            return "stale"
        if self.is_done:
            return "done"
        return "begun" if self.answers else "open"


def days_since(at: datetime | None, on: date) -> int | None:
    """Return for how many days something has been said; None where it never was."""
    return None if at is None else max((on - timezone.localtime(at).date()).days, 0)


def progress(cooperatives: Iterable[int], on: date) -> dict[int, tuple[StageState, ...]]:
    """Return how far each of these co-ops (by id) is with each stage, in eight queries for any number."""
    ids = set(cooperatives)
    done = {
        (coop, stage): at
        for coop, stage, at in StageDone.objects.filter(cooperative__in=ids).values_list(
            "cooperative_id", "stage", "done_at"
        )
    }
    counts: dict[tuple[int, str], int] = {}
    last: dict[tuple[int, str], datetime] = dict(done)
    for stage, tables in _TABLES.items():
        for table in tables:
            for coop, count, at in _counted(table, ids):
                key = (coop, stage)
                counts[key] = counts.get(key, 0) + count
                if at is not None:
                    last[key] = max(at, last.get(key, at))
    return {
        coop: tuple(
            StageState(
                stage=stage,
                answers=counts.get((coop, stage), 0),
                last_at=last.get((coop, stage)),
                is_done=(coop, stage) in done,
                days=days_since(last.get((coop, stage)), on),
            )
            for stage in Stage.values
        )
        for coop in ids
    }


def _counted(table: type[Model], ids: set[int]) -> Iterable[tuple[int, int, datetime | None]]:
    rows = table._default_manager.filter(cooperative__in=ids).order_by()  # noqa: SLF001
    if table is Vehicle:
        counted = rows.values_list("cooperative_id").annotate(Count("pk"))
        return [(coop, count, None) for coop, count in counted]
    return rows.values_list("cooperative_id").annotate(Count("pk"), Max("said_at"))


def is_stale(at: datetime | None, on: date) -> bool:
    """Return whether something was said so long ago that it should be asked again."""
    days = days_since(at, on)
    return days is not None and days > STALE_AFTER.days


def stages_of(cooperative: Cooperative, on: date) -> tuple[StageState, ...]:
    """Return how far a co-op is with each stage."""
    return progress([cooperative.pk], on)[cooperative.pk]


# --- a season ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Amount:
    """What was said of a product in a month, all grades together."""

    kg: int
    as_typed: str
    """How it was written; "" where it is a sum of grades."""


@dataclass(frozen=True)
class MonthAnswer:
    """What was said of a product in a month, and what a year before."""

    month: date
    row: Amount | None
    last_year: Amount | None


def season(
    cooperative: Cooperative, table: type[Potential] | type[Need], product: Product, months: Sequence[date]
) -> list[MonthAnswer]:
    """Return what was said for these months (at no particular place), with last year's answers."""
    said = table._default_manager.filter(cooperative=cooperative, product=product, site=None)  # noqa: SLF001
    rows: dict[date, Amount] = {}
    for month, group in groupby(said.order_by("month"), key=lambda row: row.month):
        of_month: list[Any] = list(group)
        typed = of_month[0].as_typed if len(of_month) == 1 else ""
        rows[month] = Amount(sum(row.kg for row in of_month), typed)
    return [
        MonthAnswer(month, rows.get(month), rows.get(month.replace(year=month.year - 1))) for month in months
    ]


@dataclass(frozen=True)
class GradeShare:
    """A grade of a product, the share of the harvest that is of it, and the lowest price said for it."""

    grade: Grade
    share: Decimal | None
    """Rounded to a hundredth of a per cent; together exactly one. None: the harvest isn't said by grade."""
    cost_idr_per_kg: Decimal | None


def is_by_grade(cooperative: Cooperative, product: Product, since: date) -> bool:
    """Return whether what members can deliver of a product from a month on is said by grade."""
    said = Potential.objects.filter(cooperative=cooperative, product=product, site=None, month__gte=since)
    return said.exclude(grade=None).exists()


def grade_shares(cooperative: Cooperative, product: Product, since: date) -> list[GradeShare]:
    """Return the grades of a product with what was said of each, all months from `since` on together."""
    said = Potential.objects.filter(cooperative=cooperative, product=product, site=None, month__gte=since)
    rows = list(said.exclude(grade=None).order_by("month"))
    kg: dict[int | None, int] = {}
    price: dict[int | None, Decimal | None] = {}
    for row in rows:
        kg[row.grade_id] = kg.get(row.grade_id, 0) + row.kg
        price.setdefault(row.grade_id, row.cost_idr_per_kg)
    grades = list(product.grades.all())
    total = sum(kg.values())
    amounts = [Fraction(10_000 * kg.get(grade.pk, 0), total) if total else Fraction(0) for grade in grades]
    parts = whole_parts(amounts, 10_000) if total else []
    shares: list[Decimal | None] = [Decimal(part) / 10_000 for part in parts] or [None for _ in grades]
    return [
        GradeShare(grade, share, price.get(grade.pk)) for grade, share in zip(grades, shares, strict=True)
    ]


def months_ahead(on: date, count: int = 12) -> list[date]:
    """Return the first days of this month and those after it."""
    return list(months_from(on, count))


def said_products(
    cooperative: Cooperative, table: type[Potential] | type[Need], since: date
) -> dict[str, int]:
    """Return the kilograms that a co-op has said from a month on, by the product's code."""
    found: dict[str, int] = {}
    rows = table._default_manager.filter(cooperative=cooperative, month__gte=since)  # noqa: SLF001
    for code, kg in rows.values_list("product__code", "kg"):
        found[code] = found.get(code, 0) + kg
    return found


@dataclass(frozen=True)
class Asked:
    """The products of a commodity that are asked about: most often, and less often."""

    commodity: Commodity
    first: tuple[Product, ...]
    others: tuple[Product, ...]

    @property
    def products(self) -> tuple[Product, ...]:
        """Return all of them."""
        return self.first + self.others


def products_asked(*, needed: bool) -> list[Asked]:
    """Return the products that are asked about, by commodity: what is harvested, or what is bought.

    Commodities of which something is asked first come first.
    """
    found = []
    rows = Product.objects.select_related("commodity").order_by("commodity_id", "pk")
    for _, group in groupby(rows, key=lambda row: row.commodity_id):
        products = [row for row in group if needed or not row.is_input]
        if not products:
            continue
        first = tuple(row for row in products if (row.is_input if needed else row.is_harvest))
        others = tuple(row for row in products if row not in first)
        found.append(Asked(products[0].commodity, first, others))
    return sorted(found, key=lambda asked: not asked.first)


def price_known(product: Product, on: date) -> PriceRule | None:
    """Return the floor price of a product on a day, the lowest where there are several; else none."""
    return (
        PriceRule.objects.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=on),
            product=product,
            kind=PriceRule.Kind.FLOOR,
            valid_from__lte=on,
        )
        .order_by("idr_per_kg")
        .first()
    )


def conversions_from(products: Iterable[Product], on: date) -> dict[int, list[Conversion]]:
    """Return what usually comes out of each product on a day, by its id."""
    found = Conversion.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=on), from_product__in=products, valid_from__lte=on
    ).select_related("to_product")
    newest: dict[tuple[int, int], Conversion] = {}
    for row in found.order_by("valid_from", "pk"):
        newest[row.from_product_id, row.to_product_id] = row
    usual: dict[int, list[Conversion]] = {}
    for (source, _), row in newest.items():
        usual.setdefault(source, []).append(row)
    return usual


# --- all that a co-op said --------------------------------------------------------------------------


@dataclass(frozen=True)
class ProductAnswers:
    """What was said of one product: its months in order, their sum, its prices."""

    product: Product
    rows: tuple[Any, ...]
    total_kg: int
    prices: tuple[Decimal, ...]
    """Different prices per kilogram, the lowest first."""
    has_grades: bool
    """Whether it can be said by grade."""


@dataclass(frozen=True)
class Answers:
    """Everything that a co-op said, ready to be shown."""

    potentials: tuple[ProductAnswers, ...]
    needs: tuple[ProductAnswers, ...]
    facilities: tuple[Facility, ...]
    vehicles: tuple[Vehicle, ...]
    channels: tuple[Channel, ...]
    local_trade: tuple[LocalTrade, ...]
    today: tuple[Today, ...]
    evidence: tuple[Evidence, ...]
    stages: tuple[StageState, ...]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing at all was said."""
        return not any(stage.answers or stage.is_done for stage in self.stages)


def answers_of(cooperative: Cooperative, on: date, *, since: date | None = None) -> Answers:
    """Return everything that a co-op said, of months from `since` on (None: of all months)."""
    months = Q() if since is None else Q(month__gte=since)
    coop = Q(cooperative=cooperative)
    said = ("product", "grade", "site", "said_by")
    graded = {"has_grades": Exists(Grade.objects.filter(product=OuterRef("product")))}
    potentials = Potential.objects.filter(coop & months).select_related(*said).annotate(**graded)
    needs = Need.objects.filter(coop & months).select_related(*said).annotate(**graded)
    return Answers(
        potentials=_by_product(potentials, "cost_idr_per_kg"),
        needs=_by_product(needs, "worth_idr_per_kg"),
        facilities=tuple(
            Facility.objects.filter(coop)
            .select_related("product", "said_by")
            .prefetch_related("outputs__product", "stored", "opening__product")
        ),
        vehicles=tuple(Vehicle.objects.filter(coop)),
        channels=tuple(Channel.objects.filter(coop).select_related(*said)),
        local_trade=tuple(LocalTrade.objects.filter(coop).select_related(*said)),
        today=tuple(Today.objects.filter(coop & months).select_related(*said)),
        evidence=tuple(Evidence.objects.filter(coop).select_related("product", "facility", "added_by")),
        stages=stages_of(cooperative, on),
    )


def _by_product(rows: Iterable[Any], price: str) -> tuple[ProductAnswers, ...]:
    found = []
    ordered = sorted(rows, key=lambda row: (row.product_id, row.month, row.pk))
    for _, group in groupby(ordered, key=lambda row: row.product_id):
        of_product = tuple(group)
        prices = {getattr(row, price) for row in of_product} - {None}
        found.append(
            ProductAnswers(
                product=of_product[0].product,
                rows=of_product,
                total_kg=sum(row.kg for row in of_product),
                prices=tuple(sorted(prices)),
                has_grades=of_product[0].has_grades,
            )
        )
    return tuple(found)
