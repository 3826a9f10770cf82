"""What everybody measures by, shown and changed: products, grades, conversions, prices with their sources."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from jejaring.domain.mapping.actions import reference as actions
from jejaring.domain.mapping.models import Commodity, Conversion, PriceRule, Product
from jejaring.domain.parties.access import Ability, NotThere
from jejaring.engines.errors import Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.mapping import typed


@gates.anywhere(Ability.EDIT_REFERENCE)
def shown(request: Request) -> HttpResponse:
    """Show all reference data."""
    products = Product.objects.select_related("commodity").prefetch_related("grades")
    facts = {
        "products": products,
        "conversions": Conversion.objects.select_related("from_product", "to_product"),
        "prices": PriceRule.objects.select_related("product"),
        "today": timezone.localdate(),
    }
    return render(request, "mapping/reference.html", facts)


@gates.anywhere(Ability.EDIT_REFERENCE)
def change(request: Request, what: str) -> HttpResponse:
    """Ask for one new figure or product and keep it."""
    if what not in _KEEP:
        raise NotThere
    facts: dict[str, Any] = {
        "what": what,
        "products": Product.objects.select_related("commodity"),
        "commodities": Commodity.objects.all(),
        "kinds": PriceRule.Kind.values,
        "today": timezone.localdate().isoformat(),
        "form": request.POST,
    }
    if request.method != "POST":
        return render(request, "mapping/reference_change.html", facts)
    try:
        _KEEP[what](request)
    except Refusal as refusal:
        facts["fault"] = refusal.sentence
        return render(request, "mapping/reference_change.html", facts, status=422)
    return redirect("mapping_reference")


def _keep_product(request: Request) -> None:
    sent = request.POST
    commodity = Commodity.objects.filter(code=sent.get("commodity", "")).first()
    if commodity is None:
        commodity = actions.save_commodity(name_id=sent.get("commodity_new", ""), by=request.user)
    actions.save_product(
        Product.objects.filter(code=sent.get("product", "")).first(),
        commodity=commodity,
        name_id=sent.get("name_id", ""),
        name_en=sent.get("name_en", ""),
        is_harvest=sent.get("kind") == "harvest",
        is_input=sent.get("kind") == "input",
        shelf_life_periods=typed.whole_number(sent.get("shelf_life", "")),
        by=request.user,
    )


def _keep_grade(request: Request) -> None:
    sent = request.POST
    actions.save_grade(
        _product(sent.get("product", "")),
        name_id=sent.get("name_id", ""),
        name_en=sent.get("name_en", ""),
        rule=sent.get("rule", ""),
        by=request.user,
    )


def _keep_conversion(request: Request) -> None:
    sent = request.POST
    actions.set_conversion(
        _product(sent.get("product", "")),
        _product(sent.get("to_product", "")),
        factor=typed.per_cent(sent.get("percent", "")),
        valid_from=_day(sent.get("valid_from", "")),
        source=sent.get("source", ""),
        by=request.user,
    )


def _keep_price(request: Request) -> None:
    sent = request.POST
    price = typed.price(sent.get("price", ""))
    if price is None or sent.get("kind") not in PriceRule.Kind.values:
        raise Refusal("mapping.price_missing", "Write the price for one kilogram.")
    actions.set_price(
        _product(sent.get("product", "")),
        kind=sent["kind"],
        idr_per_kg=price,
        region_code=sent.get("region", "").strip() or "ID",
        condition=sent.get("condition", ""),
        valid_from=_day(sent.get("valid_from", "")),
        source=sent.get("source", ""),
        by=request.user,
    )


_KEEP: dict[str, Callable[[Request], None]] = {
    "produk": _keep_product,
    "mutu": _keep_grade,
    "rendemen": _keep_conversion,
    "harga": _keep_price,
}


def _product(code: str) -> Product:
    found = Product.objects.filter(code=code).first()
    if found is None:
        raise Refusal("mapping.product_missing", "Choose a product.")
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal("reference.day_unreadable", "Choose the day from which it holds.") from error
