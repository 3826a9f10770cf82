"""Of which grades a harvest is: asked for where people want to say more than how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from jejaring.domain.mapping import queries
from jejaring.domain.mapping.actions import season
from jejaring.domain.mapping.actions.season import GradeAnswer
from jejaring.domain.mapping.models import Product
from jejaring.domain.mapping.models.answers import Stage
from jejaring.domain.mapping.plausible import Doubtful
from jejaring.domain.mapping.queries import GradeShare
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative
from jejaring.engines.errors import Refusal, Sentence
from jejaring.engines.quantities import plain_text
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.mapping import steps, typed

GOING_ON = "lanjut"
"""In an address: the question is one of those about a product, and the next one follows."""


@dataclass(frozen=True)
class _Field:
    """A grade with what stands in its two fields, and what is wrong with that."""

    kept: GradeShare
    kg: str
    price: str
    fault: Sentence | None = None
    answer: GradeAnswer | None = None


@gates.of_cooperative(Ability.DECLARE)
def divide(request: Request, cooperative: Cooperative, product: str) -> HttpResponse:
    """Ask how much of 100 kg is of each grade and at what price; keep it for all months to come."""
    row = steps.product_of(product)
    kept = queries.grade_shares(cooperative, row, steps.this_month())
    if not kept:
        return _onwards(request, cooperative, row)
    facts: dict[str, Any] = {"cooperative": cooperative, "product": row, "share": 20}
    facts["is_graded"] = any(each.share is not None for each in kept)
    if request.method != "POST":
        return render(
            request, "mapping/grades.html", facts | {"fields": [_kept_field(each) for each in kept]}
        )
    fields = [_typed_field(request, each) for each in kept]
    facts["fields"] = fields
    if not any(field.fault for field in fields):
        try:
            _keep(request, cooperative, row, fields)
            return _onwards(request, cooperative, row)
        except Doubtful as asked:
            facts["doubts"] = asked.doubts
        except Refusal as refusal:
            facts["fault"] = refusal.sentence
    return render(request, "mapping/grades.html", facts, status=422)


def _keep(request: Request, cooperative: Cooperative, product: Product, fields: list[_Field]) -> None:
    """Keep what was typed; nothing is divided anew where it is what was said already."""
    answers = [field.answer for field in fields if field.answer]
    if "none" in request.POST:
        answers = []
    said = [(field.kept.grade.pk, field.kept.share, field.kept.cost_idr_per_kg) for field in fields]
    if [(each.grade.pk, each.share, each.cost_idr_per_kg) for each in answers] == [
        (grade, share, cost) for grade, share, cost in said if share
    ]:
        return
    season.declare_grades(
        cooperative, product, answers, since=steps.this_month(), by=request.user, at=timezone.now(),
        sure="sure" in request.POST,
    )  # fmt: skip


def _onwards(request: Request, cooperative: Cooperative, product: Product) -> HttpResponse:
    if GOING_ON in request.GET:
        return redirect("mapping_known", cooperative.pk, "hasil", product.code)
    return redirect("mapping_finish", cooperative.pk, Stage.PRODUCTION)


def _kept_field(kept: GradeShare) -> _Field:
    kg = "" if not kept.share else plain_text(kept.share * 100).replace(".", ",")
    cost = kept.cost_idr_per_kg
    return _Field(kept, kg, "" if cost is None else plain_text(cost).replace(".", ","))


def _typed_field(request: Request, kept: GradeShare) -> _Field:
    kg = request.POST.get(f"kg-{kept.grade.code}", "")
    price = request.POST.get(f"price-{kept.grade.code}", "")
    try:
        share = typed.per_cent(kg)
        if not share:
            return _Field(kept, kg, price)
        answer = GradeAnswer(kept.grade, share, typed.selling_price(price))
        return _Field(kept, kg, price, answer=answer)
    except Refusal as refusal:
        return _Field(kept, kg, price, refusal.sentence)
