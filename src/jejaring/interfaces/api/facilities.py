"""A co-op's dryers, mills, sorting lines and stores."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.utils import timezone
from pydantic import Field

from jejaring.domain.mapping import listed
from jejaring.domain.mapping.actions import facilities as actions
from jejaring.domain.mapping.coded import Codes
from jejaring.domain.mapping.models import Facility
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative
from jejaring.interfaces.api import gates
from jejaring.interfaces.api.figures import (
    Code,
    Exact,
    FactorSent,
    Kilograms,
    Known,
    Made,
    Month,
    MonthSent,
    Name,
    PriceSent,
    RequestKey,
    RowNumber,
    Rupiah,
    Sent,
    Shown,
    Text,
)
from jejaring.interfaces.api.gates import Request, Subject

subject = Subject("facilities")
_SAY = gates.of_cooperative(Ability.DECLARE)
_ALL = "/cooperatives/{int:cooperative_id}/facilities"
_ONE = f"{_ALL}/{{int:facility_id}}"


class OutputShown(Shown):
    """What comes out for one kilogram in."""

    product: str
    factor: Exact


class StockShown(Shown):
    """What lies in a store now."""

    product: str
    kg: int


class FacilityMonthShown(Shown):
    """A month in which capacity or cost is another than usual."""

    month: Month
    capacity_kg: int | None
    cost_idr_per_kg: Exact


class FacilityShown(Shown):
    """A facility; capacity null: no limit."""

    id: int
    kind: str
    name: str
    site_id: int | None
    product: str
    outputs: list[OutputShown]
    stored: list[str]
    opening: list[StockShown]
    months: list[FacilityMonthShown]
    capacity_kg: int | None
    cost_idr_per_kg: Exact
    opening_cost_idr: int
    loss: Exact
    build_cost_idr: int
    build_share: Exact
    evidence: str
    source: str
    said_at: datetime


class FacilitiesShown(Shown):
    """All facilities of a co-op."""

    facilities: list[FacilityShown]


class OutputSent(Sent):
    """What comes out for one kilogram in."""

    product: Code
    factor: FactorSent


class StockSent(Sent):
    """What lies in a store now."""

    product: Code
    kg: Kilograms


class FacilityMonthSent(Sent):
    """A month in which capacity or cost is another than usual."""

    month: MonthSent
    capacity_kg: Kilograms | None = None
    cost_idr_per_kg: PriceSent = Field(default="0", validate_default=True)


class FacilitySent(Sent):
    """A process (with a product that goes in and outputs) or a store (with products that it keeps)."""

    kind: Literal["process", "storage"]
    name: Name
    site_id: RowNumber | None = None
    product: Code = ""
    outputs: list[OutputSent] = Field([], max_length=20)
    stored: list[Code] = Field([], max_length=100)
    opening: list[StockSent] = Field([], max_length=100)
    months: list[FacilityMonthSent] = Field([], max_length=73)
    capacity_kg: Kilograms | None = None
    cost_idr_per_kg: PriceSent = Field(default="0", validate_default=True)
    opening_cost_idr: Rupiah = 0
    loss: FactorSent = Field(default="0", validate_default=True)
    build_cost_idr: Rupiah = 0
    build_share: FactorSent = Field(default="1", validate_default=True)
    evidence: Known = "said"
    source: Text = ""


class NewFacilitySent(FacilitySent):
    """A facility to be added; the same request key again adds nothing."""

    request_key: RequestKey


@subject.opens(
    "GET", _ALL, gates.of_cooperative(Ability.SEE_COOPERATIVE), summary="A co-op's facilities",
    answer=FacilitiesShown,
)  # fmt: skip
def facilities(_request: Request, cooperative: Cooperative) -> FacilitiesShown:
    """All of them, in the order in which they were added."""
    return FacilitiesShown(facilities=[_shown(row) for row in listed.facilities_of(cooperative)])


@subject.opens("POST", _ALL, _SAY, summary="Add a facility", answer=Made, status=201, asks_again=True)
def add_facility(
    request: Request, cooperative: Cooperative, sent: NewFacilitySent, sure: bool = False
) -> Made:
    """The same `request_key` again returns the facility that it made."""
    made = actions.declare_facility(
        cooperative, _answer(cooperative, sent), by=request.user, at=timezone.now(), way="api",
        request_key=sent.request_key, sure=sure,
    )  # fmt: skip
    return Made(id=made.pk)


@subject.opens("PUT", _ONE, _SAY, summary="Describe a facility anew", answer=Made, asks_again=True)
def change_facility(
    request: Request, cooperative: Cooperative, facility_id: int, sent: FacilitySent, sure: bool = False
) -> Made:
    """All of it: what is left out is as if it had never been said."""
    found = listed.facility_of(cooperative, facility_id)
    answer = _answer(cooperative, sent, code=found.code)
    actions.change_facility(found, answer, by=request.user, at=timezone.now(), way="api", sure=sure)
    return Made(id=found.pk)


@subject.opens("DELETE", _ONE, _SAY, summary="Take a facility away", answer=None, status=204)
def remove_facility(request: Request, cooperative: Cooperative, facility_id: int) -> None:
    """Nothing is answered."""
    actions.remove_facility(listed.facility_of(cooperative, facility_id), by=request.user)


def _answer(cooperative: Cooperative, sent: FacilitySent, *, code: str = "") -> actions.FacilityAnswer:
    named = [sent.product, *sent.stored]
    named += [each.product for each in sent.outputs] + [each.product for each in sent.opening]
    codes = Codes(cooperative, named)
    on = timezone.localdate()
    outputs = [
        (codes.product(f"outputs[{at}].product", each.product), each.factor)
        for at, each in enumerate(sent.outputs)
    ]
    opening = [
        (codes.product(f"opening[{at}].product", each.product), each.kg)
        for at, each in enumerate(sent.opening)
    ]
    stored = [codes.product(f"stored[{at}]", each) for at, each in enumerate(sent.stored)]
    months = [
        (codes.month(f"months[{at}].month", each.month, on), each.capacity_kg, each.cost_idr_per_kg)
        for at, each in enumerate(sent.months)
    ]
    product = codes.product("product", sent.product) if sent.product else None
    site = codes.site("site_id", sent.site_id)
    codes.once([(f"outputs[{at}]", each.product) for at, each in enumerate(sent.outputs)])
    codes.once([(f"opening[{at}]", each.product) for at, each in enumerate(sent.opening)])
    codes.once([(f"months[{at}]", each.month) for at, each in enumerate(sent.months)])
    codes.done()
    return actions.FacilityAnswer(
        kind=sent.kind,
        name=sent.name,
        product=product,
        outputs=outputs,
        stored=stored,
        opening=opening,
        months=months,
        site=site,
        code=code,
        capacity_kg=sent.capacity_kg,
        cost_idr_per_kg=sent.cost_idr_per_kg,
        opening_cost_idr=sent.opening_cost_idr,
        loss=sent.loss,
        build_cost_idr=sent.build_cost_idr,
        build_share=sent.build_share,
        evidence=sent.evidence,
        source=sent.source,
    )


def _shown(row: Facility) -> FacilityShown:
    return FacilityShown(
        id=row.pk,
        kind=row.kind,
        name=row.name,
        site_id=row.site_id,
        product=row.product.code if row.product else "",
        outputs=[OutputShown(product=each.product.code, factor=each.factor) for each in row.outputs.all()],
        stored=[each.code for each in row.stored.all()],
        opening=[StockShown(product=each.product.code, kg=each.kg) for each in row.opening.all()],
        months=[
            FacilityMonthShown(
                month=each.month, capacity_kg=each.capacity_kg, cost_idr_per_kg=each.cost_idr_per_kg
            )
            for each in row.months.all()
        ],
        capacity_kg=row.capacity_kg,
        cost_idr_per_kg=row.cost_idr_per_kg,
        opening_cost_idr=row.opening_cost_idr,
        loss=row.loss,
        build_cost_idr=row.build_cost_idr,
        build_share=row.build_share,
        evidence=row.evidence,
        source=row.source,
        said_at=row.said_at,
    )
