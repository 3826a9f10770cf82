"""Words of mapping: names of products, stages, kinds of evidence in the reader's language."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html

from jejaring.domain.mapping import queries
from jejaring.domain.mapping.models import Product
from jejaring.domain.parties import regions
from jejaring.engines.quantities import plain_text
from jejaring.interfaces.web.speaking import code, speaks

register = template.Library()


@register.filter
def named(row: Any) -> str:
    """Return the name of a product, grade or commodity in the reader's language."""
    if row is None:
        return ""
    return (row.name_en if code() == "en" else "") or row.name_id


@register.filter
def region_name(region_code: str) -> str:
    """Return what a region is called: Jawa Barat."""
    return regions.place(region_code)


@register.filter
def stage_name(stage: str) -> str:
    """Return a stage's name: Production."""
    words = {
        "production": speaks().text("Production"),
        "processing": speaks().text("Processing"),
        "distribution": speaks().text("Transport"),
        "marketing": speaks().text("Selling"),
    }
    return words[stage]


@register.filter
def stage_example(stage: str) -> str:
    """Return what a stage is about, in a few words."""
    words = {
        "production": speaks().text("what members harvest, what they need"),
        "processing": speaks().text("dryer, mill, sorting, store"),
        "distribution": speaks().text("lorries, own or hired"),
        "marketing": speaks().text("to whom you sell, at what price"),
    }
    return words[stage]


@register.filter
def evidence_name(kind: str) -> str:
    """Return how a figure is known: weighed."""
    words = {
        "said": speaks().text("Estimated or told by members"),
        "document": speaks().text("In our books or a document"),
        "weighed": speaks().text("Weighed, with tickets"),
        "measured": speaks().text("Measured in the field"),
    }
    return words[kind]


@register.filter
def price_kind(kind: str) -> str:
    """Return what a price rule does: lowest price."""
    words = {
        "floor": speaks().text("Lowest price"),
        "ceiling": speaks().text("Highest price"),
        "deduction": speaks().text("Deduction for quality"),
    }
    return words[kind]


@register.filter
def days_ago(at: datetime | None, on: date) -> str:
    """Return how long ago something was said: today, 12 days ago."""
    days = queries.days_since(at, on)
    if days is None:
        return ""
    if days == 0:
        return speaks().text("today")
    return speaks().plural("{count} day ago", "{count} days ago", days)


@register.filter
def percent(share: Decimal) -> str:
    """Return 0.64 as 64%."""
    return speaks().percent(share, places=2)


@register.filter
def plain(value: Decimal | None) -> str:
    """Return a number as people type it into a field: 6500, 6500,5."""
    return "" if value is None else plain_text(value).replace(".", ",")


@register.filter
def is_stale(at: datetime | None, on: date) -> bool:
    """Return whether something was said so long ago that it should be asked again."""
    return queries.is_stale(at, on)


@register.filter
def any_of(products: Iterable[Product], codes: Container[str]) -> bool:
    """Return whether one of the products has one of the codes."""
    return any(product.code in codes for product in products)


@register.simple_tag(takes_context=True)
def attention(context: dict[str, Any], field: str, fault: Any = None) -> str:
    """Return the attributes of a field that was misread, or that a tapped button has just filled in."""
    misread = context.get("misread")
    if fault or (misread and misread.field == field):
        return format_html('aria-invalid="true" aria-describedby="fault-{}" autofocus', field)
    filled, _, _ = context["request"].POST.get("take", "").partition("=")
    return "autofocus" if filled == field else ""
