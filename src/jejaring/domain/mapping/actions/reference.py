"""What everybody measures by: commodities, products, grades, conversions, price rules.

Conversions and prices are dated: a new figure is a new row, the one before it ends the day before. What was
said under the old figure stays explained by it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from importlib import resources
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from jejaring.domain.mapping import plausible
from jejaring.domain.mapping.models import Commodity, Conversion, Grade, PriceRule, Product
from jejaring.domain.parties import audit, regions
from jejaring.domain.parties.models import User
from jejaring.engines.errors import Refusal

_KEEPS_MOST = 600
"""Months; what keeps longer keeps for ever."""


def load_reference(*, by: User | None = None) -> int:
    """Put the set that comes with the program into the database and return how many rows were new.

    What is there already, changed or not, stays as it is: calling it again changes nothing.
    """
    with transaction.atomic():
        there = _There()
        new = sum(
            keep(row, there)
            for name, keep in (
                ("commodities", _commodity),
                ("products", _product),
                ("grades", _grade),
                ("conversions", _conversion),
                ("price_rules", _price_rule),
            )
            for row in _rows(name)
        )
        if new:
            first = Commodity.objects.order_by("pk")[0]
            audit.record("mapping.load_reference", first, by=by, facts={"rows": new})
    return new


def save_product(
    product: Product | None,
    *,
    commodity: Commodity,
    name_id: str,
    name_en: str = "",
    is_harvest: bool = False,
    is_input: bool = False,
    shelf_life_periods: int | None = None,
    by: User,
) -> Product:
    """Keep a product's names and kind, a new one where `product` is None, and return it. Raises Refusal."""
    name = name_id.strip()[:120]
    if not name:
        raise Refusal("reference.name_missing", "Give it a name in Indonesian.")
    if shelf_life_periods is not None and not 0 <= shelf_life_periods <= _KEEPS_MOST:
        raise Refusal(
            "reference.shelf_life",
            "It can't keep for {written} months: write 0 to {most}, or nothing.",
            written=shelf_life_periods,
            most=_KEEPS_MOST,
        )
    columns = {
        "commodity": commodity,
        "name_id": name,
        "name_en": name_en.strip()[:120],
        "is_harvest": is_harvest,
        "is_input": is_input,
        "shelf_life_periods": shelf_life_periods,
    }
    with transaction.atomic():
        if product is None:
            product = Product.objects.create(code=_free_code(name), **columns)
        else:
            Product.objects.filter(pk=product.pk).update(**columns)
            product.refresh_from_db()
        audit.record("reference.save_product", product, by=by, facts={"code": product.code})
    return product


def save_commodity(*, name_id: str, name_en: str = "", by: User) -> Commodity:
    """Keep a commodity, found again by its code, and return it. Raises Refusal."""
    code = slugify(name_id)[:40]
    if not code:
        raise Refusal("reference.name_missing", "Give it a name in Indonesian.")
    with transaction.atomic():
        commodity, _ = Commodity.objects.update_or_create(
            code=code, defaults={"name_id": name_id.strip()[:80], "name_en": name_en.strip()[:80]}
        )
        audit.record("reference.save_commodity", commodity, by=by, facts={"code": code})
    return commodity


def save_grade(product: Product, *, name_id: str, name_en: str = "", rule: str = "", by: User) -> Grade:
    """Keep a grade of a product, found again by its code, and return it. Raises Refusal."""
    code = slugify(name_id)[:40]
    if not code:
        raise Refusal("reference.name_missing", "Give it a name in Indonesian.")
    with transaction.atomic():
        grade, _ = Grade.objects.update_or_create(
            product=product,
            code=code,
            defaults={"name_id": name_id.strip()[:80], "name_en": name_en.strip()[:80], "rule": rule[:300]},
        )
        audit.record("reference.save_grade", grade, by=by, facts={"code": code})
    return grade


def set_conversion(
    from_product: Product, to_product: Product, *, factor: Decimal, valid_from: date, source: str, by: User
) -> Conversion:
    """Keep from which day how much comes from a kilogram; the one before ends. Raises Refusal."""
    if from_product == to_product:
        raise Refusal("reference.same_product", "Choose two different products.")
    with transaction.atomic():
        Product.objects.select_for_update().get(pk=from_product.pk)
        earlier = Conversion.objects.filter(from_product=from_product, to_product=to_product)
        _end_before(earlier.filter(valid_from__lt=valid_from), valid_from)
        kept, _ = Conversion.objects.update_or_create(
            from_product=from_product,
            to_product=to_product,
            valid_from=valid_from,
            defaults={
                "factor": plausible.share(factor, most=Decimal(1000)),
                "source": _sourced(source),
                "valid_until": _day_before_next(earlier, valid_from),
            },
        )
        audit.record("reference.set_conversion", kept, by=by, facts={"factor": kept.factor})
    return kept


def set_price(
    product: Product,
    *,
    kind: str,
    idr_per_kg: Decimal,
    valid_from: date,
    source: str,
    region_code: str = regions.NATION,
    condition: str = "",
    grade: Grade | None = None,
    by: User,
) -> PriceRule:
    """Keep a floor, ceiling or deduction from a day on; the one before ends. Raises Refusal."""
    assert kind in PriceRule.Kind.values
    key: dict[str, Any] = {
        "product": product,
        "kind": kind,
        "grade": grade,
        "region_code": regions.region(region_code),
        "condition": condition.strip()[:120],
    }
    with transaction.atomic():
        Product.objects.select_for_update().get(pk=product.pk)
        earlier = PriceRule.objects.filter(**key)
        _end_before(earlier.filter(valid_from__lt=valid_from), valid_from)
        kept, _ = PriceRule.objects.update_or_create(
            **key,
            valid_from=valid_from,
            defaults={
                "idr_per_kg": plausible.rupiah_per_kg(idr_per_kg),
                "source": _sourced(source),
                "valid_until": _day_before_next(earlier, valid_from),
            },
        )
        audit.record("reference.set_price", kept, by=by, facts={"kind": kind, "idr_per_kg": kept.idr_per_kg})
    return kept


def _sourced(source: str) -> str:
    if not source.strip():
        raise Refusal("reference.source_missing", "Say who says so: a decree, a study, your own weighing.")
    return source.strip()[:300]


def _end_before(earlier: Any, valid_from: date) -> None:
    still = earlier.exclude(valid_until__lt=valid_from)
    still.update(valid_until=valid_from - timedelta(days=1))


def _day_before_next(rows: Any, valid_from: date) -> date | None:
    following = (
        rows.filter(valid_from__gt=valid_from).order_by("valid_from").values_list("valid_from", flat=True)
    )
    first: date | None = following.first()
    return first - timedelta(days=1) if first else None


def _free_code(name: str) -> str:
    code = slugify(name)[:50] or "produk"
    number = 2
    free = code
    while Product.objects.filter(code=free).exists():
        free, number = f"{code}-{number}", number + 1
    return free


# --- the set that comes with the program ------------------------------------------------------------

Row = dict[str, str]


def _rows(name: str) -> Iterable[Row]:
    file = resources.files("jejaring.domain.mapping") / "reference" / f"{name}.csv"
    with file.open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


class _There:
    """What is there by code: rows that later files of the set name."""

    def __init__(self) -> None:
        self.commodities = {row.code: row for row in Commodity.objects.all()}
        self.products = {row.code: row for row in Product.objects.all()}


def _commodity(row: Row, there: _There) -> bool:
    if row["code"] in there.commodities:
        return False
    there.commodities[row["code"]] = Commodity.objects.create(**row)
    return True


def _product(row: Row, there: _There) -> bool:
    if row["code"] in there.products:
        return False
    there.products[row["code"]] = Product.objects.create(
        commodity=there.commodities[row["commodity"]],
        code=row["code"],
        name_id=row["name_id"],
        name_en=row["name_en"],
        is_harvest=bool(row["is_harvest"]),
        is_input=bool(row["is_input"]),
        shelf_life_periods=int(row["shelf_life_periods"]) if row["shelf_life_periods"] else None,
        loss_per_100_km=Decimal(row["loss_per_100_km"] or 0),
    )
    return True


def _grade(row: Row, there: _There) -> bool:
    defaults = {name: row[name] for name in ("name_id", "name_en", "rule")}
    return Grade.objects.get_or_create(
        product=there.products[row["product"]], code=row["code"], defaults=defaults
    )[1]


def _conversion(row: Row, there: _There) -> bool:
    return Conversion.objects.get_or_create(
        from_product=there.products[row["from_product"]],
        to_product=there.products[row["to_product"]],
        valid_from=date.fromisoformat(row["valid_from"]),
        defaults={"factor": Decimal(row["factor"]), "source": row["source"]},
    )[1]


def _price_rule(row: Row, there: _There) -> bool:
    return PriceRule.objects.get_or_create(
        kind=row["kind"],
        product=there.products[row["product"]],
        grade=None,
        region_code=row["region_code"],
        condition=row["condition"],
        valid_from=date.fromisoformat(row["valid_from"]),
        defaults={
            "idr_per_kg": Decimal(row["idr_per_kg"]),
            "valid_until": date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
            "source": row["source"],
        },
    )[1]
