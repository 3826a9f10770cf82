"""Small mapped worlds whose balances can be checked on paper."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from jejaring.domain.mapping.models import (
    Channel,
    ChannelMonth,
    Commodity,
    Conversion,
    Need,
    Potential,
    Product,
    StageDone,
)
from jejaring.domain.mapping.overview import STAGES
from jejaring.domain.parties.models import Cooperative, Network, NetworkRole

AT = datetime(2027, 3, 10, 9, 0, tzinfo=UTC)
MARCH, APRIL = date(2027, 3, 1), date(2027, 4, 1)


def products() -> tuple[Product, Product]:
    """Put paddy and rice there; 1 kg of paddy is 0.5 kg of rice from 2026 on."""
    commodity = Commodity.objects.create(code="beras", name_id="Beras")
    paddy = Product.objects.create(
        commodity=commodity, code="gkp", name_id="Gabah", name_en="Paddy", is_harvest=True
    )
    rice = Product.objects.create(commodity=commodity, code="beras", name_id="Beras", name_en="Rice")
    Conversion.objects.create(
        from_product=paddy,
        to_product=rice,
        factor=Decimal("0.5"),
        valid_from=date(2026, 1, 1),
        source="A survey",
    )
    return paddy, rice


def cooperative(
    network: Network, name: str, village: str = "32.03.01.2002", kind: str = "supplier"
) -> Cooperative:
    """Put one more co-op into a network."""
    coop = Cooperative.objects.create(
        name=name, kind="kdmp", village_code=village, regency_code=village[:5], lat=-6.8, lon=107.1
    )
    NetworkRole.objects.create(network=network, cooperative=coop, kind="supplier")
    return coop


def has(coop: Cooperative, product: Product, month: date, kg: int, days_ago: int = 1) -> None:
    """Say that a co-op has so much."""
    said_at = AT - timedelta(days=days_ago)
    Potential.objects.create(cooperative=coop, product=product, month=month, kg=kg, said_at=said_at)


def needs(coop: Cooperative, product: Product, month: date, kg: int) -> None:
    """Say that a co-op needs so much."""
    Need.objects.create(cooperative=coop, product=product, month=month, kg=kg, said_at=AT)


def sells(coop: Cooperative, product: Product, most_kg: int | None, **months: int) -> None:
    """Give a co-op a buyer; `m4=0` is another limit in April."""
    channel = Channel.objects.create(
        cooperative=coop, direction="sell", product=product, most_kg=most_kg, idr_per_kg=1, said_at=AT
    )
    for month, kg in months.items():
        ChannelMonth.objects.create(
            channel=channel, month=date(2027, int(month[1:]), 1), most_kg=kg, idr_per_kg=1
        )


def finished(coop: Cooperative, stages: tuple[str, ...] = STAGES) -> None:
    """Say that a co-op has nothing more to tell of these stages."""
    for stage in stages:
        StageDone.objects.create(cooperative=coop, stage=stage, done_at=AT - timedelta(days=1))
