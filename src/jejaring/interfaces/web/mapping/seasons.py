"""What members harvest and what the co-op needs: which, when, how much, for how much, how known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from jejaring.domain.mapping import queries
from jejaring.domain.mapping.actions import season
from jejaring.domain.mapping.actions.evidence import add_evidence
from jejaring.domain.mapping.models import Potential, Product, SaidBy
from jejaring.domain.mapping.models.answers import Stage
from jejaring.domain.mapping.plausible import Doubtful
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative
from jejaring.engines.errors import Refusal, Sentence
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.mapping import grades, steps, typed
from jejaring.interfaces.web.mapping.steps import Chosen, Side


@gates.of_cooperative(Ability.DECLARE)
def products(request: Request, cooperative: Cooperative, side: str) -> HttpResponse:
    """Ask which products; keep the ticks and go on with the first."""
    on = steps.side_of(side)
    said = queries.said_products(cooperative, on.table, steps.this_month())
    chosen = Chosen(request, cooperative)
    asked = queries.products_asked(needed=on.needed)
    facts: dict[str, Any] = {"cooperative": cooperative, "side": on, "asked": asked}
    facts["share"] = steps.SHARES[side][0]
    if request.method != "POST":
        facts["ticked"] = {*said, *chosen.products(on)}
        return render(request, "mapping/products.html", facts)
    rows = [row for each in asked for row in each.products]
    codes = [row.code for row in rows if row.code in request.POST.getlist("product")]
    leaving = [row for row in rows if row.code in said and row.code not in codes]
    if leaving and "sure" not in request.POST:
        facts |= {"ticked": set(codes), "leaving": [(row, said[row.code]) for row in leaving]}
        return render(request, "mapping/products.html", facts, status=422)
    for row in leaving:
        _take_back(request, cooperative, on, row, keep=[])
    chosen.keep_products(on, codes)
    if codes:
        return redirect("mapping_months", cooperative.pk, side, codes[0])
    return steps.after_side(cooperative, on)


@gates.of_cooperative(Ability.DECLARE)
def months(request: Request, cooperative: Cooperative, side: str, product: str) -> HttpResponse:
    """Ask in which months; what is unticked is taken back at once."""
    on, row = steps.side_of(side), steps.product_of(product)
    answers = queries.season(cooperative, on.table, row, queries.months_ahead(steps.today()))
    chosen = Chosen(request, cooperative)
    facts = _facts(chosen, cooperative, on, row, "mapping_months") | {"answers": answers}
    if request.method == "POST":
        ticked = [each.month for each in answers if each.month.isoformat() in request.POST.getlist("month")]
        if ticked:
            _take_back(request, cooperative, on, row, keep=ticked)
            chosen.keep_months(on, row, ticked)
            return redirect("mapping_amounts", cooperative.pk, side, product)
        facts["fault"] = Sentence("mapping.no_month", "Choose at least one month, or skip this product.")
    facts["ticked"] = {*chosen.months(on, row), *(each.month for each in answers if each.row)}
    return render(request, "mapping/months.html", facts, status=422 if "fault" in facts else 200)


@gates.of_cooperative(Ability.DECLARE)
def amounts(request: Request, cooperative: Cooperative, side: str, product: str) -> HttpResponse:
    """Ask how much in each month; keep all of them, or show what is wrong beside its field."""
    on, row = steps.side_of(side), steps.product_of(product)
    chosen = Chosen(request, cooperative)
    ticked = set(chosen.months(on, row))
    answers = [
        each
        for each in queries.season(cooperative, on.table, row, queries.months_ahead(steps.today()))
        if each.row or each.month in ticked
    ]
    if not answers:
        return redirect("mapping_months", cooperative.pk, side, product)
    if request.method == "POST":
        fields, doubts = _keep_amounts(request, cooperative, on, row, answers)
        if not doubts and not any(field.fault for field in fields) and not _filling(request):
            return redirect("mapping_price", cooperative.pk, side, product)
    else:
        fields, doubts = [_kept_field(each) for each in answers], ()
    facts = _facts(chosen, cooperative, on, row, "mapping_amounts")
    facts |= {"rows": list(zip(answers, fields, strict=True)), "doubts": doubts, "units": typed.UNITS}
    facts["has_last_year"] = any(each.last_year for each in answers)
    wrong = bool(doubts) or any(field.fault for field in fields)
    return render(request, "mapping/amounts.html", facts, status=422 if wrong else 200)


@gates.of_cooperative(Ability.DECLARE)
def price(request: Request, cooperative: Cooperative, side: str, product: str) -> HttpResponse:
    """Ask for the lowest price accepted, or what a need is worth at most."""
    on, row = steps.side_of(side), steps.product_of(product)
    if not on.needed and queries.is_by_grade(cooperative, row, steps.this_month()):
        address = reverse("mapping_grades", args=[cooperative.pk, product])
        return redirect(f"{address}?{grades.GOING_ON}")
    facts = _facts(Chosen(request, cooperative), cooperative, on, row, "mapping_price")
    facts |= {"known": queries.price_known(row, steps.today()), "kept": _kept_price(cooperative, on, row)}
    if request.method != "POST":
        return render(request, "mapping/price.html", facts)
    sent = typed.Sent(request.POST)
    facts |= {"text": sent.text("price"), "is_must": "must" in request.POST}
    if sent.is_filling:
        return render(request, "mapping/price.html", facts)
    try:
        season.declare_price(
            cooperative, on.table, row, idr_per_kg=sent.read("price", typed.selling_price),
            is_must="must" in request.POST, since=steps.this_month(), by=request.user, at=timezone.now(),
            sure="sure" in request.POST,
        )  # fmt: skip
    except Refusal as refusal:
        return render(request, "mapping/price.html", facts | steps.refused(refusal), status=422)
    return redirect("mapping_known", cooperative.pk, side, product)


@gates.of_cooperative(Ability.DECLARE)
def known(request: Request, cooperative: Cooperative, side: str, product: str) -> HttpResponse:
    """Ask how the amounts are known, with a photo or document where there is one."""
    on, row = steps.side_of(side), steps.product_of(product)
    facts = _facts(Chosen(request, cooperative), cooperative, on, row, "mapping_known")
    said = on.table.objects.filter(
        cooperative=cooperative, product=row, month__gte=steps.this_month()
    ).first()
    facts |= {"said": said, "kinds": SaidBy.EvidenceKind.values, "kept": _kept_price(cooperative, on, row)}
    if request.method != "POST":
        return render(request, "mapping/known.html", facts)
    at = timezone.now()
    try:
        photo = request.FILES.get("file")
        if photo:
            add_evidence(
                cooperative, stage=Stage.PRODUCTION, content=photo.read(5 * 1024 * 1024 + 1), product=row,
                note=request.POST.get("source", ""), by=request.user, at=at,
            )  # fmt: skip
        season.declare_known(
            cooperative, on.table, row, evidence=request.POST.get("evidence", ""),
            source=request.POST.get("source", ""), since=steps.this_month(), by=request.user, at=at,
        )  # fmt: skip
    except Refusal as refusal:
        return render(request, "mapping/known.html", facts | steps.refused(refusal), status=422)
    return steps.after_product(request, cooperative, on, row)


def _facts(
    chosen: Chosen, cooperative: Cooperative, side: Side, product: Product, question: str
) -> dict[str, Any]:
    return {
        "cooperative": cooperative,
        "side": side,
        "product": product,
        "share": chosen.share_done(side, product, question),
    }


def _take_back(
    request: Request, cooperative: Cooperative, side: Side, product: Product, *, keep: Sequence[date]
) -> None:
    there = side.table.objects.filter(cooperative=cooperative, product=product, month__gte=steps.this_month())
    gone = there.filter(site=None).exclude(month__in=keep).values_list("month", flat=True)
    nothing: dict[date, tuple[int | None, str]] = dict.fromkeys(gone, (None, ""))
    if nothing:
        season.declare_amounts(cooperative, side.table, product, nothing, by=request.user, at=timezone.now())


def _kept_price(cooperative: Cooperative, side: Side, product: Product) -> Any:
    """Return the row whose price is shown as kept: of the first month from now on."""
    rows = side.table.objects.filter(cooperative=cooperative, product=product, month__gte=steps.this_month())
    price = "cost_idr_per_kg" if side.table is Potential else "worth_idr_per_kg"
    row: Any = rows.filter(site=None).first()
    return {"price": getattr(row, price), "is_must": getattr(row, "is_must", False)} if row else None


def _kept_field(answer: queries.MonthAnswer) -> typed.Weight:
    kept = answer.row
    return typed.weight_field(
        f"{answer.month:%Y-%m}", kept.kg if kept else None, kept.as_typed if kept else ""
    )


def _filling(request: Request) -> bool:
    """Return whether a button asked to fill in a field, not to keep the answers."""
    return bool({"take", "last_year", "same"} & request.POST.keys())


def _keep_amounts(
    request: Request,
    cooperative: Cooperative,
    side: Side,
    product: Product,
    answers: Sequence[queries.MonthAnswer],
) -> tuple[list[typed.Weight], tuple[Sentence, ...]]:
    """Keep what was typed and return its fields, with what is wrong and what is asked again."""
    fields, kilograms = [], {}
    for field in _filled(request, answers):
        try:
            kg = typed.whole_kg(field.text, field.unit)
        except Refusal as refusal:
            fields.append(typed.Weight(field.name, field.text, field.unit, refusal.sentence))
        else:
            fields.append(field)
            month = date.fromisoformat(f"{field.name}-01")
            kilograms[month] = (kg, typed.as_typed(field.text, field.unit))
    if _filling(request) or len(kilograms) < len(fields):
        return fields, ()
    try:
        season.declare_amounts(
            cooperative, side.table, product, kilograms, by=request.user, at=timezone.now(),
            sure="sure" in request.POST,
        )  # fmt: skip
    except Doubtful as asked:
        return fields, asked.doubts
    except Refusal as refusal:
        return [typed.Weight(field.name, field.text, field.unit, refusal.sentence) for field in fields], ()
    return fields, ()


def _filled(request: Request, answers: Sequence[queries.MonthAnswer]) -> list[typed.Weight]:
    """Return the fields as typed, or filled in as a button asked: last year's, the first one's, a reading."""
    month, _, reading = request.POST.get("take", "").partition("=")
    last_year = request.POST.get("last_year", "")
    fields: list[typed.Weight] = []
    for each in answers:
        name = f"{each.month:%Y-%m}"
        text, unit = request.POST.get(f"kg-{name}", ""), request.POST.get(f"unit-{name}", "kg")
        field = typed.Weight(name, text, unit if unit in typed.UNITS else "kg")
        if month == name:
            field = typed.Weight(name, reading, field.unit)
        elif last_year in (name, "all") and each.last_year:
            field = typed.weight_field(name, each.last_year.kg, each.last_year.as_typed)
        elif "same" in request.POST and fields:
            field = typed.Weight(name, fields[0].text, fields[0].unit)
        fields.append(field)
    return fields
