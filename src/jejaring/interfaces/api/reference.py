"""What is traded, how it converts, which prices are set: for everybody who signs in."""

from __future__ import annotations

from datetime import date

from jejaring.domain.mapping import listed
from jejaring.domain.mapping.models import Product
from jejaring.interfaces.api import gates
from jejaring.interfaces.api.figures import DaySent, Exact, Shown
from jejaring.interfaces.api.gates import Request, Subject

subject = Subject("reference")


class CommodityShown(Shown):
    """What a network forms around."""

    code: str
    name_id: str
    name_en: str


class CommoditiesShown(Shown):
    """All commodities."""

    commodities: list[CommodityShown]


class GradeShown(Shown):
    """A quality of a product."""

    code: str
    name_id: str
    name_en: str
    rule: str


class ProductShown(Shown):
    """A good as it is weighed and sold, with its grades."""

    code: str
    commodity: str
    name_id: str
    name_en: str
    is_input: bool
    is_harvest: bool
    shelf_life_periods: int | None
    loss_per_100_km: Exact
    grades: list[GradeShown]


class ProductsShown(Shown):
    """All products."""

    products: list[ProductShown]


class ConversionShown(Shown):
    """Kilograms of one product from one kilogram of another, since when and who says so."""

    from_product: str
    to_product: str
    factor: Exact
    valid_from: date
    valid_until: date | None
    source: str


class ConversionsShown(Shown):
    """Conversions."""

    conversions: list[ConversionShown]


class PriceShown(Shown):
    """A floor, a ceiling, or what is taken off for quality."""

    kind: str
    product: str
    grade: str
    region_code: str
    idr_per_kg: Exact
    condition: str
    valid_from: date
    valid_until: date | None
    source: str


class PricesShown(Shown):
    """Prices that somebody sets."""

    prices: list[PriceShown]


@subject.opens(
    "GET", "/commodities", gates.signed_in(), summary="What networks form around", answer=CommoditiesShown
)
def commodities(_request: Request) -> CommoditiesShown:
    """By code."""
    return CommoditiesShown(
        commodities=[
            CommodityShown(code=row.code, name_id=row.name_id, name_en=row.name_en)
            for row in listed.commodities()
        ]
    )


@subject.opens("GET", "/products", gates.signed_in(), summary="Products and grades", answer=ProductsShown)
def products(_request: Request) -> ProductsShown:
    """By commodity."""
    return ProductsShown(products=[_product(row) for row in listed.products()])


@subject.opens(
    "GET", "/conversions", gates.signed_in(), summary="What becomes of what", answer=ConversionsShown
)
def conversions(_request: Request, on: DaySent | None = None) -> ConversionsShown:
    """As they hold on a day; without one, of all days."""
    return ConversionsShown(
        conversions=[
            ConversionShown(
                from_product=row.from_product.code,
                to_product=row.to_product.code,
                factor=row.factor,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                source=row.source,
            )
            for row in listed.conversions(on)
        ]
    )


@subject.opens(
    "GET", "/prices", gates.signed_in(), summary="Floors, ceilings, deductions", answer=PricesShown
)
def prices(_request: Request, on: DaySent | None = None) -> PricesShown:
    """As they hold on a day; without one, of all days."""
    return PricesShown(
        prices=[
            PriceShown(
                kind=row.kind,
                product=row.product.code,
                grade=row.grade.code if row.grade else "",
                region_code=row.region_code,
                idr_per_kg=row.idr_per_kg,
                condition=row.condition,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                source=row.source,
            )
            for row in listed.price_rules(on)
        ]
    )


def _product(row: Product) -> ProductShown:
    return ProductShown(
        code=row.code,
        commodity=row.commodity.code,
        name_id=row.name_id,
        name_en=row.name_en,
        is_input=row.is_input,
        is_harvest=row.is_harvest,
        shelf_life_periods=row.shelf_life_periods,
        loss_per_100_km=row.loss_per_100_km,
        grades=[
            GradeShown(code=each.code, name_id=each.name_id, name_en=each.name_en, rule=each.rule)
            for each in row.grades.all()
        ],
    )
