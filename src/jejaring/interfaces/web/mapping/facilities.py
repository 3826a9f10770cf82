"""Dryers, mills, sorting lines, stores: asked for on one page each, with usual values offered."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from jejaring.domain.mapping import queries
from jejaring.domain.mapping.actions import facilities as actions
from jejaring.domain.mapping.models import Facility, Potential, Product, SaidBy
from jejaring.domain.mapping.usual import usual
from jejaring.domain.parties.access import Ability, NotThere
from jejaring.domain.parties.models import Cooperative
from jejaring.engines.errors import Refusal
from jejaring.engines.quantities import plain_text
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.mapping import steps, typed
from jejaring.interfaces.web.speaking import say_later

OUTPUTS = 4
PLANNED = "rencana"
"""In an address: what is asked for isn't there yet."""


@dataclass(frozen=True)
class Sort:
    """A sort of facility that is asked for by its everyday name."""

    slug: str
    name: Any
    example: Any
    inputs: tuple[str, ...] = ()
    """Codes of what usually goes in, the first one most often."""
    cost_code: str = ""

    @property
    def is_store(self) -> bool:
        """Return whether it keeps goods instead of making something of them."""
        return self.slug == "gudang"


SORTS = {
    sort.slug: sort
    for sort in (
        Sort("pengering", say_later("Dryer"), say_later("makes wet paddy dry: drying floor, box dryer"),
             ("gkp", "gkp-pandanwangi"), "drying.cost_idr_per_kg"),
        Sort("penggilingan", say_later("Rice mill"), say_later("makes rice and bran of dry paddy"),
             ("gkg", "gkg-pandanwangi"), "milling.cost_idr_per_kg"),
        Sort("sortir", say_later("Sorting or packing"),
             say_later("makes ready for the shop: washing, sorting, packing")),
        Sort("gudang", say_later("Store"), say_later("keeps goods: warehouse, silo, cold room")),
    )
}  # fmt: skip


@gates.of_cooperative(Ability.DECLARE)
def listed(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Ask what the co-op has for processing and storing; show what was said."""
    answers = queries.answers_of(cooperative, steps.today(), since=steps.this_month())
    facts = {
        "cooperative": cooperative,
        "facilities": answers.facilities,
        "sorts": SORTS.values(),
        "share": 30,
        "planned": PLANNED,
    }
    return render(request, "mapping/facilities.html", facts)


@gates.of_cooperative(Ability.DECLARE)
def new(request: Request, cooperative: Cooperative, sort: str) -> HttpResponse:
    """Ask for one facility and keep it."""
    if sort not in SORTS:
        raise NotThere
    kind = SORTS[sort]
    if request.method != "POST":
        wanted = request.GET.get("masuk") or (kind.inputs[0] if kind.inputs else "")
        return _page(request, cooperative, kind, _usual_form(cooperative, kind, wanted))
    sent = typed.Sent(request.POST)
    if sent.is_filling:
        return _page(request, cooperative, kind, _typed_form(request, sent))
    try:
        actions.declare_facility(
            cooperative, _read(request, sent, kind), by=request.user, at=timezone.now(),
            request_key=_key(request), sure="sure" in request.POST,
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, cooperative, kind, _typed_form(request, sent, refusal), refusal)
    return redirect("mapping_facilities", cooperative.pk)


@gates.of_cooperative(Ability.DECLARE)
def change(request: Request, cooperative: Cooperative, facility_id: int) -> HttpResponse:
    """Show one facility in its form and keep the changes."""
    facility = facility_of(cooperative, facility_id)
    kind = _sort_of(facility)
    if request.method != "POST":
        return _page(request, cooperative, kind, _kept_form(facility), facility=facility)
    sent = typed.Sent(request.POST)
    if sent.is_filling:
        return _page(request, cooperative, kind, _typed_form(request, sent), facility=facility)
    try:
        answer = _read(request, sent, kind, facility)
        actions.change_facility(
            facility, answer, by=request.user, at=timezone.now(), sure="sure" in request.POST
        )
    except Refusal as refusal:
        return _page(request, cooperative, kind, _typed_form(request, sent, refusal), refusal, facility)
    return redirect("mapping_facilities", cooperative.pk)


@gates.of_cooperative(Ability.DECLARE)
@require_POST
def remove(request: Request, cooperative: Cooperative, facility_id: int) -> HttpResponse:
    """Take a facility away; a second tap changes nothing."""
    found = Facility.objects.filter(cooperative=cooperative, pk=facility_id).first()
    if found is not None:
        actions.remove_facility(found, by=request.user)
    return redirect("mapping_facilities", cooperative.pk)


def facility_of(cooperative: Cooperative, pk: int) -> Facility:
    """Return a co-op's facility. Raises NotThere."""
    found = Facility.objects.filter(cooperative=cooperative, pk=pk).first()
    if found is None:
        raise NotThere
    return found


def _sort_of(facility: Facility) -> Sort:
    if facility.kind == Facility.Kind.STORAGE:
        return SORTS["gudang"]
    code = facility.product.code if facility.product else ""
    return next((sort for sort in SORTS.values() if code in sort.inputs), SORTS["sortir"])


def _key(request: Request) -> UUID | None:
    try:
        return UUID(request.POST.get("request_key", ""))
    except ValueError:
        return None


Form = dict[str, Any]


def _page(
    request: Request,
    cooperative: Cooperative,
    sort: Sort,
    form: Form,
    refusal: Refusal | None = None,
    facility: Facility | None = None,
) -> HttpResponse:
    facts: dict[str, Any] = {
        "cooperative": cooperative,
        "sort": sort,
        "form": form,
        "facility": facility,
        "products": Product.objects.select_related("commodity"),
        "kinds": SaidBy.EvidenceKind.values,
        "units": typed.UNITS,
        "usual": usual().get(sort.cost_code),
        "request_key": request.POST.get("request_key") or uuid4(),
        "share": 35,
        "planned": facility is None and PLANNED in request.GET,
    }
    facts |= steps.refused(refusal)
    return render(request, "mapping/facility.html", facts, status=422 if refusal else 200)


def _usual_form(cooperative: Cooperative, sort: Sort, wanted: str) -> Form:
    """Return an empty form with usual yields offered for what goes in; a store keeps what is harvested."""
    product = Product.objects.filter(code=wanted).first()
    rows = queries.conversions_from([product], steps.today()).get(product.pk, []) if product else []
    outputs = [
        {"code": row.to_product.code, "text": _percent(row.factor), "source": row.source} for row in rows
    ]
    cost = usual().get(sort.cost_code)
    return {
        "name": "",
        "input": wanted,
        "capacity": typed.Weight("capacity"),
        "cost": plain_text(cost.value) if cost else "",
        "loss": "",
        "outputs": _padded(outputs),
        "stored": set(queries.said_products(cooperative, Potential, steps.this_month())),
        "evidence": "said",
        "offered": bool(outputs or cost),
    }


def _typed_form(request: Request, sent: typed.Sent, refusal: Refusal | None = None) -> Form:
    """Return the form as it was sent."""
    codes, texts = request.POST.getlist("output"), sent.texts("percent")
    return {
        "name": sent.text("name"),
        "input": sent.text("input"),
        "capacity": sent.weight("capacity", refusal),
        "cost": sent.text("cost"),
        "loss": sent.text("loss"),
        "outputs": _padded([{"code": code, "text": text} for code, text in zip(codes, texts, strict=False)]),
        "stored": set(request.POST.getlist("stored")),
        "evidence": request.POST.get("evidence", "said"),
        "build": sent.text("build"),
    }


def _kept_form(facility: Facility) -> Form:
    """Return the form of a facility that is kept."""
    outputs = [{"code": row.product.code, "text": _percent(row.factor)} for row in facility.outputs.all()]
    return {
        "name": facility.name,
        "input": facility.product.code if facility.product else "",
        "capacity": typed.weight_field("capacity", facility.capacity_kg),
        "cost": plain_text(facility.cost_idr_per_kg).replace(".", ","),
        "loss": _percent(facility.loss),
        "outputs": _padded(outputs),
        "stored": {product.code for product in facility.stored.all()},
        "evidence": facility.evidence,
    }


def _percent(share: Decimal) -> str:
    return plain_text(share * 100).replace(".", ",")


def _padded(outputs: list[dict[str, str]]) -> list[dict[str, str]]:
    rows = outputs + [{"code": "", "text": ""}] * max(OUTPUTS - len(outputs), 0)
    return [row | {"field": f"percent.{at}"} for at, row in enumerate(rows)]


def _read(
    request: Request, sent: typed.Sent, sort: Sort, kept: Facility | None = None
) -> actions.FacilityAnswer:
    """Return what the form says; what it doesn't ask for stays as `kept` has it. Raises Misread."""
    products = {product.code: product for product in Product.objects.all()}
    percents = zip(request.POST.getlist("output"), sent.texts("percent"), strict=False)
    outputs = [
        (products[code], sent.reading(f"percent.{at}", text, typed.per_cent))
        for at, (code, text) in enumerate(percents)
        if code in products and text.strip()
    ]
    more: dict[str, Any] = {}
    if kept is not None:
        more = {name: getattr(kept, name) for name in ("site", "code", "opening_cost_idr", "source")}
        more |= {name: getattr(kept, name) for name in ("build_cost_idr", "build_share")}
        more["months"] = list(kept.months.values_list("month", "capacity_kg", "cost_idr_per_kg"))
        more["opening"] = [(row.product, row.kg) for row in kept.opening.select_related("product")]
    elif PLANNED in request.GET:
        more["build_cost_idr"] = sent.read("build", typed.building_cost)
    return actions.FacilityAnswer(
        kind=Facility.Kind.STORAGE if sort.is_store else Facility.Kind.PROCESS,
        name=sent.text("name").strip() or str(sort.name),
        product=None if sort.is_store else products.get(sent.text("input")),
        outputs=() if sort.is_store else outputs,
        stored=[products[code] for code in request.POST.getlist("stored") if code in products],
        capacity_kg=sent.kg("capacity"),
        cost_idr_per_kg=sent.read("cost", typed.price) or Decimal(0),
        loss=sent.read("loss", typed.per_cent),
        evidence=request.POST.get("evidence", "said"),
        **more,
    )
