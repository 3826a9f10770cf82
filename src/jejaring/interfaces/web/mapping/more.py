"""What may be said besides of a machine, store, buyer or supplier: one question after another, none needed.

Each keeps its own figures only, so that two people who correct the same thing don't undo each other.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from jejaring.domain.mapping import queries
from jejaring.domain.mapping.actions import channels, facilities, open_months
from jejaring.domain.mapping.models import Channel, Facility
from jejaring.domain.mapping.plausible import Doubtful
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative
from jejaring.engines.errors import Refusal
from jejaring.engines.quantities import plain_text
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.mapping import steps, typed
from jejaring.interfaces.web.mapping.facilities import facility_of
from jejaring.interfaces.web.mapping.marketing import channel_of
from jejaring.interfaces.web.speaking import speaks

PRICE_STEPS = 3


@gates.of_cooperative(Ability.DECLARE)
def building(request: Request, cooperative: Cooperative, facility_id: int) -> HttpResponse:
    """Ask whether a facility is there already, or what building it would cost."""
    facility = facility_of(cooperative, facility_id)
    is_process = facility.kind == Facility.Kind.PROCESS
    following = "mapping_facility_open" if is_process else "mapping_facility_stock"
    facts = _about(cooperative, facility, 36) | {
        "after": following,
        "planned": bool(facility.build_cost_idr),
        "cost": speaks().number(facility.build_cost_idr) if facility.build_cost_idr else "",
        "part": _percent(facility.build_share) if facility.build_share != 1 else "",
    }
    if request.method != "POST":
        return render(request, "mapping/more_building.html", facts)
    sent = request.POST
    facts |= {
        "planned": sent.get("there") == "no",
        "cost": sent.get("cost", ""),
        "part": sent.get("part", ""),
    }

    def keep() -> None:
        cost = typed.building_cost(sent.get("cost", "")) if facts["planned"] else 0
        share = typed.per_cent(sent.get("part", "")) or Decimal(1)
        facilities.set_building(facility, cost_idr=cost, share=share, by=request.user, at=timezone.now())

    return _kept(request, "mapping/more_building.html", facts, keep)


@gates.of_cooperative(Ability.DECLARE)
def facility_open(request: Request, cooperative: Cooperative, facility_id: int) -> HttpResponse:
    """Ask in which months a machine runs; a store is always there."""
    facility = facility_of(cooperative, facility_id)
    if facility.kind != Facility.Kind.PROCESS:
        return redirect("mapping_facility_stock", cooperative.pk, facility.pk)
    facts = _about(cooperative, facility, 38) | {"after": "mapping_facilities"}
    return _months(request, facility, facts, open_months.set_facility_months)


@gates.of_cooperative(Ability.DECLARE)
def stock(request: Request, cooperative: Cooperative, facility_id: int) -> HttpResponse:
    """Ask what lies in a store now."""
    facility = facility_of(cooperative, facility_id)
    if facility.kind != Facility.Kind.STORAGE:
        return redirect("mapping_facility_open", cooperative.pk, facility.pk)
    lies = dict(facility.opening.values_list("product_id", "kg"))
    products = list(facility.stored.all())
    facts = _about(cooperative, facility, 38) | {"after": "mapping_facilities", "units": typed.UNITS}
    facts["rows"] = [(row, typed.weight_field(row.code, lies.get(row.pk))) for row in products]
    if request.method != "POST":
        return render(request, "mapping/more_stock.html", facts)
    facts["rows"] = [(row, _typed_weight(request, row.code)) for row in products]

    def keep() -> None:
        told = [(row, typed.whole_kg(field.text, field.unit)) for row, field in facts["rows"]]
        facilities.set_opening_stock(facility, told, by=request.user, at=timezone.now())

    return _kept(request, "mapping/more_stock.html", facts, keep)


@gates.of_cooperative(Ability.DECLARE)
def grade(request: Request, cooperative: Cooperative, channel_id: int) -> HttpResponse:
    """Ask of which grade a buyer or supplier takes or has the goods."""
    kept = channel_of(cooperative, channel_id)
    grades = list(kept.product.grades.all())
    if not grades:
        return redirect("mapping_channel_open", cooperative.pk, kept.pk)
    facts = _about(cooperative, kept, 82) | {"after": "mapping_channel_open", "grades": grades}
    if request.method != "POST":
        return render(request, "mapping/more_grade.html", facts)
    chosen = next((row for row in grades if row.code == request.POST.get("grade")), None)
    return _kept(
        request,
        "mapping/more_grade.html",
        facts,
        lambda: channels.set_grade(kept, chosen, by=request.user, at=timezone.now()),
    )


@gates.of_cooperative(Ability.DECLARE)
def channel_open(request: Request, cooperative: Cooperative, channel_id: int) -> HttpResponse:
    """Ask in which months a buyer or supplier is there."""
    kept = channel_of(cooperative, channel_id)
    facts = _about(cooperative, kept, 84) | {"after": "mapping_channel_steps"}
    return _months(request, kept, facts, open_months.set_channel_months)


@gates.of_cooperative(Ability.DECLARE)
def price_steps(request: Request, cooperative: Cooperative, channel_id: int) -> HttpResponse:
    """Ask from how many kilograms in a month another price holds."""
    kept = channel_of(cooperative, channel_id)
    told = [
        (typed.weight_field(f"from{at}", row.from_kg), plain_text(row.idr_per_kg).replace(".", ","))
        for at, row in enumerate(kept.steps.all())
    ]
    facts = _about(cooperative, kept, 86) | {"after": "mapping_market", "units": typed.UNITS}
    facts["rows"] = _padded(told)
    if request.method != "POST":
        return render(request, "mapping/more_steps.html", facts)
    prices = request.POST.getlist("price")
    facts["rows"] = [(_typed_weight(request, f"from{at}"), price) for at, price in enumerate(prices[:50])]

    def keep() -> None:
        wanted = [
            _step(field, price) for field, price in facts["rows"] if field.text.strip() or price.strip()
        ]
        channels.set_price_steps(
            kept, wanted, by=request.user, at=timezone.now(), sure="sure" in request.POST
        )

    return _kept(request, "mapping/more_steps.html", facts, keep)


def _step(field: typed.Weight, price: str) -> tuple[int, Decimal]:
    from_kg, idr_per_kg = typed.whole_kg(field.text, field.unit), typed.selling_price(price)
    if not from_kg or idr_per_kg is None:
        raise Refusal("mapping.step_half", "Write both: from how much on, and the price for one kilogram.")
    return from_kg, idr_per_kg


def _about(cooperative: Cooperative, kept: Facility | Channel, share: int) -> dict[str, Any]:
    """Return what each of these pages shows; `after` names the next question, by facility or channel."""
    is_facility = isinstance(kept, Facility)
    return {
        "cooperative": cooperative,
        "kept": kept,
        "is_facility": is_facility,
        "list": "mapping_facilities" if is_facility else "mapping_market",
        "share": share,
    }


def _months(
    request: Request, kept: Any, facts: dict[str, Any], set_months: Callable[..., None]
) -> HttpResponse:
    asked = queries.months_ahead(steps.today())
    facts |= {"months": asked, "ticked": open_months.open_months_of(kept, asked)}
    if request.method != "POST":
        return render(request, "mapping/more_months.html", facts)
    sent = request.POST.getlist("month")
    facts["ticked"] = [month for month in asked if month.isoformat() in sent]
    return _kept(
        request,
        "mapping/more_months.html",
        facts,
        lambda: set_months(kept, asked, facts["ticked"], by=request.user, at=timezone.now()),
    )


def _kept(request: Request, template: str, facts: dict[str, Any], keep: Callable[[], None]) -> HttpResponse:
    """Keep an answer and go on to the next question, or show what is wrong with it."""
    try:
        keep()
    except Doubtful as asked:
        return render(request, template, facts | {"doubts": asked.doubts}, status=422)
    except Refusal as refusal:
        return render(request, template, facts | {"fault": refusal.sentence}, status=422)
    if facts["after"] == facts["list"]:
        return redirect(facts["list"], facts["cooperative"].pk)
    return redirect(facts["after"], facts["cooperative"].pk, facts["kept"].pk)


def _typed_weight(request: Request, name: str) -> typed.Weight:
    return typed.Weight(name, request.POST.get(f"kg-{name}", ""), request.POST.get(f"unit-{name}", "kg"))


def _padded(told: list[tuple[typed.Weight, str]]) -> list[tuple[typed.Weight, str]]:
    empty = [(typed.Weight(f"from{at}"), "") for at in range(len(told), max(PRICE_STEPS, len(told) + 1))]
    return told + empty


def _percent(share: Decimal) -> str:
    return plain_text(share * 100).replace(".", ",")
