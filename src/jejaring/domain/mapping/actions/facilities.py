"""A co-op's dryers, mills, sorting lines and stores: declared, changed, taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jejaring.domain.mapping import plausible
from jejaring.domain.mapping.actions.answers import locked, made_before, said_columns
from jejaring.domain.mapping.models import (
    Facility,
    FacilityMonth,
    FacilityOutput,
    OpeningStock,
    Product,
    Site,
)
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import Cooperative, User
from jejaring.engines.errors import Refusal, Sentence


@dataclass(frozen=True, kw_only=True)
class FacilityAnswer:
    """A dryer, mill, sorting line (kind process) or store (kind storage) as a co-op describes it."""

    kind: str
    name: str
    product: Product | None = None
    """What goes into a process; None for a store."""
    outputs: Sequence[tuple[Product, Decimal]] = ()
    """What comes out of a process for one kilogram in."""
    stored: Sequence[Product] = ()
    opening: Sequence[tuple[Product, int]] = ()
    """Kilograms that lie in a store now."""
    months: Sequence[tuple[date, int | None, Decimal]] = ()
    """Months with another capacity in kg (None: no limit) and cost than usual."""
    site: Site | None = None
    code: str = ""
    capacity_kg: int | None = None
    cost_idr_per_kg: Decimal = Decimal(0)
    opening_cost_idr: int = 0
    loss: Decimal = Decimal(0)
    build_cost_idr: int = 0
    build_share: Decimal = Decimal(1)
    evidence: str = "said"
    source: str = ""


def declare_facility(
    cooperative: Cooperative,
    answer: FacilityAnswer,
    *,
    by: User | None,
    at: datetime,
    way: str = "web",
    request_key: UUID | None = None,
    sure: bool = False,
) -> Facility:
    """Add a facility and return it; the same `request_key` again returns the one that it made.

    Raises Refusal for what can't be, Doubtful for what may be a slip unless `sure`.
    """
    columns = _columns(cooperative, answer, by, at, way)
    with transaction.atomic():
        kept = locked(cooperative)
        made, key = made_before(Facility, kept, request_key)
        if made is not None:
            return made
        plausible.unless_sure(_doubts(answer), sure=sure)
        facility = Facility.objects.create(cooperative=kept, request_key=key, **columns)
        _keep_details(facility, answer, at)
        _record("declare_facility", facility, by, way)
    return facility


def change_facility(
    facility: Facility,
    answer: FacilityAnswer,
    *,
    by: User | None,
    at: datetime,
    way: str = "web",
    sure: bool = False,
) -> Facility:
    """Describe a facility anew, all of it, and return it. Raises Refusal, Doubtful."""
    columns = _columns(facility.cooperative, answer, by, at, way)
    with transaction.atomic():
        locked(facility.cooperative)
        plausible.unless_sure(_doubts(answer), sure=sure)
        if not Facility.objects.filter(pk=facility.pk).update(**columns):
            raise Refusal("mapping.facility_gone", "Somebody has taken this away meanwhile.")
        for name, value in columns.items():
            setattr(facility, name, value)
        _keep_details(facility, answer, at)
        _record("change_facility", facility, by, way)
    return facility


def remove_facility(facility: Facility, *, by: User | None) -> None:
    """Take a facility away; a second time changes nothing."""
    with transaction.atomic():
        locked(facility.cooperative)
        found = Facility.objects.filter(pk=facility.pk).first()
        if found is None:
            return
        _record("remove_facility", found, by, found.way)
        found.delete()


def set_building(
    facility: Facility, *, cost_idr: int, share: Decimal = Decimal(1), by: User | None, at: datetime
) -> None:
    """Keep what building a facility would cost (0: it is there) and which share of that a plan bears.

    Raises Refusal.
    """
    values = {
        "build_cost_idr": plausible.rupiah(cost_idr),
        "build_share": plausible.share(share if cost_idr else Decimal(1)),
    }
    with transaction.atomic():
        locked(facility.cooperative)
        told = {"said_by": by, "said_at": at, "way": "web"}
        if not Facility.objects.filter(pk=facility.pk).update(**values, **told):
            raise Refusal("mapping.facility_gone", "Somebody has taken this away meanwhile.")
        facility.build_cost_idr = cost_idr
        _record("change_facility", facility, by, "web")


def set_opening_stock(
    facility: Facility, stock: Sequence[tuple[Product, int | None]], *, by: User | None, at: datetime
) -> None:
    """Keep what lies in a store now, by product (None: nothing); of products not named it stays.

    Raises Refusal for goods that aren't kept there, and for more than fits in.
    """
    with transaction.atomic():
        locked(facility.cooperative)
        kept = Facility.objects.filter(pk=facility.pk, kind=Facility.Kind.STORAGE).first()
        if kept is None:
            raise Refusal("mapping.facility_gone", "Somebody has taken this away meanwhile.")
        stored = set(kept.stored.values_list("pk", flat=True))
        lies = dict(kept.opening.filter(product__in=stored).values_list("product_id", "kg"))
        for product, kg in stock:
            if product.pk not in stored:
                raise Refusal(
                    "mapping.not_stored", "{product} isn't kept in this store.", product=product.name_id
                )
            lies[product.pk] = plausible.kilograms(kg) or 0
        _fits_in(sum(lies.values()), kept.capacity_kg)
        kept.opening.all().delete()
        OpeningStock.objects.bulk_create(
            OpeningStock(facility=kept, product_id=product, kg=kg) for product, kg in lies.items() if kg
        )
        Facility.objects.filter(pk=kept.pk).update(said_by=by, said_at=at, way="web")
        _record("change_facility", kept, by, "web")


def _fits_in(said_kg: int, most_kg: int | None) -> None:
    if most_kg is not None and said_kg > most_kg:
        raise Refusal(
            "mapping.stock_large",
            "{said_kg} is more than fits in: {most_kg}. Correct one of the two.",
            said_kg=said_kg,
            most_kg=most_kg,
        )


def _columns(
    cooperative: Cooperative, answer: FacilityAnswer, by: User | None, at: datetime, way: str
) -> dict[str, Any]:
    if answer.kind not in Facility.Kind.values or (answer.kind == Facility.Kind.PROCESS) != bool(
        answer.product
    ):
        raise Refusal(
            "mapping.facility_input", "Say what goes in: which product is dried, milled or sorted there?"
        )
    if answer.kind == Facility.Kind.PROCESS and not answer.outputs:
        raise Refusal("mapping.facility_output", "Say what comes out: at least one product.")
    if not answer.name.strip():
        raise Refusal("mapping.facility_name", "Give it a name, such as: box dryer in the old warehouse.")
    if answer.site is not None and answer.site.cooperative_id != cooperative.pk:
        raise Refusal("mapping.site_of_another", "This place belongs to another co-op.")
    return {
        "kind": answer.kind,
        "name": answer.name.strip()[:120],
        "code": answer.code.strip()[:60],
        "site": answer.site,
        "product": answer.product,
        "capacity_kg": plausible.kilograms(answer.capacity_kg),
        "cost_idr_per_kg": plausible.rupiah_per_kg(answer.cost_idr_per_kg),
        "opening_cost_idr": plausible.rupiah(answer.opening_cost_idr),
        "loss": plausible.share(answer.loss),
        "build_cost_idr": plausible.rupiah(answer.build_cost_idr),
        "build_share": plausible.share(answer.build_share),
        **said_columns(by, at, way, answer.evidence, answer.source),
    }


def _keep_details(facility: Facility, answer: FacilityAnswer, at: datetime) -> None:
    on = timezone.localtime(at).date()
    there = set(facility.months.values_list("month", flat=True))
    for rows in (facility.outputs, facility.months, facility.opening):
        rows.all().delete()
    FacilityOutput.objects.bulk_create(
        FacilityOutput(facility=facility, product=product, factor=plausible.share(factor, most=Decimal(1000)))
        for product, factor in dict(answer.outputs).items()
    )
    FacilityMonth.objects.bulk_create(
        FacilityMonth(
            facility=facility,
            # What a file said of years ago stays when the rest is described anew.
            month=month if month in there else plausible.first_of_month(month, on),
            capacity_kg=plausible.kilograms(capacity),
            cost_idr_per_kg=plausible.rupiah_per_kg(cost),
        )
        for month, capacity, cost in answer.months
    )
    OpeningStock.objects.bulk_create(
        OpeningStock(facility=facility, product=product, kg=plausible.kilograms(kg))
        for product, kg in dict(answer.opening).items()
    )
    facility.stored.set(answer.stored if answer.kind == Facility.Kind.STORAGE else ())


def _doubts(answer: FacilityAnswer) -> list[Sentence]:
    return plausible.yield_doubts(factor for _, factor in answer.outputs)


def _record(action: str, facility: Facility, by: User | None, way: str) -> None:
    audit.record(
        f"mapping.{action}",
        facility,
        by=by,
        cooperative_id=facility.cooperative_id,
        facts={"kind": facility.kind, "capacity_kg": facility.capacity_kg, "way": way},
    )
