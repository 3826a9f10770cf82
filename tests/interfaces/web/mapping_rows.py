"""Answers of the cast's Cianjur co-op that addresses of mapping name."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from django.core.files.base import ContentFile

from jejaring.domain.mapping.models import Channel, Commodity, Evidence, Facility, Product, Vehicle
from tests.cast import Cast

AT = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)


def mapping_rows(cast: Cast) -> dict[str, object]:
    """Return the ids of a facility, a lorry, a buyer and a photo; they are made where they are missing."""
    coop = cast.babakankaret
    commodity, _ = Commodity.objects.get_or_create(code="beras", defaults={"name_id": "Beras"})
    paddy, _ = Product.objects.get_or_create(
        code="gkp", defaults={"commodity": commodity, "name_id": "Gabah kering panen", "is_harvest": True}
    )
    said = {"said_at": AT, "said_by": cast.clerk}
    store, _ = Facility.objects.get_or_create(
        cooperative=coop, name="Gudang", defaults={"kind": "storage", **said}
    )
    lorry, _ = Vehicle.objects.get_or_create(cooperative=coop, name="Pikap", defaults={"capacity_kg": 1000})
    buyer, _ = Channel.objects.get_or_create(
        cooperative=coop,
        partner="Penggilingan",
        defaults={"direction": "sell", "product": paddy, "idr_per_kg": Decimal(6500), **said},
    )
    photo = Evidence.objects.filter(cooperative=coop).first()
    if photo is None:
        photo = Evidence(
            cooperative=coop, stage="production", content_type="application/pdf", sha256="0" * 64,
            size_bytes=8, added_at=AT,
        )  # fmt: skip
        photo.file.save("bukti.pdf", ContentFile(b"%PDF-1.7"), save=False)
        photo.save()
    return {
        "facility_id": store.pk,
        "vehicle_id": lorry.pk,
        "channel_id": buyer.pk,
        "evidence_id": photo.pk,
    }
