"""What templates say and how numbers are written: the sentences and formats of `documents.language`.

{% say "Three co-ops have answered." %}
{% say "{count} co-ops have answered." count=answered %}
{{ potential.kg|kg }}  {{ value|rupiah }}  {{ value|rupiah_short }}  {{ day|day }}  {{ month|month }}
"""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from jejaring.domain.parties import personal
from jejaring.engines.errors import Refusal, Sentence
from jejaring.interfaces.web.speaking import speaks

register = template.Library()


@register.simple_tag
def say(text: str, **facts: Any) -> SafeString:
    """Return a sentence in the reader's language, everything in its holes escaped."""
    shown = {name: _Escaped(conditional_escape(speaks().shown(name, fact))) for name, fact in facts.items()}
    return mark_safe(speaks().filled(speaks().sentences.get(text, text), shown))  # noqa: S308


class _Escaped(str):
    """Text that is ready for a page."""

    __slots__ = ()


@register.simple_tag
def say_count(one: str, many: str, count: int, **facts: Any) -> str:
    """Return `one` or `many` as the number asks; {count} is a hole."""
    return speaks().plural(one, many, count, **facts)


@register.filter
def said(sentence: Any) -> str:
    """Return a Sentence or Refusal in the reader's language; text as it is."""
    if isinstance(sentence, Refusal):
        sentence = sentence.sentence
    if isinstance(sentence, Sentence):
        return speaks().sentence(sentence)
    # Text may hold what somebody typed, braces included: it is looked up, never filled.
    return speaks().sentences.get(str(sentence), str(sentence)) if sentence else ""


@register.filter
def rupiah(value: int | Decimal | None) -> str:
    """Return Rp1.250.000; a dash for none."""
    return "–" if value is None else speaks().rupiah(value)


@register.filter
def rupiah_short(value: int | Decimal | None) -> str:
    """Return Rp1,25 juta; a dash for none."""
    return "–" if value is None else speaks().rupiah_short(value)


@register.filter
def price(value: Decimal | int | None) -> str:
    """Return Rp6.500/kg; a dash for none."""
    return "–" if value is None else speaks().price(value)


@register.filter
def kg(value: int | Decimal | None) -> str:
    """Return 1.250 kg; a dash for none."""
    return "–" if value is None else speaks().kg(value)


@register.filter
def tonnes(value: int | Decimal | None) -> str:
    """Return 12,5 ton; a dash for none."""
    return "–" if value is None else speaks().tonnes(value)


@register.filter
def number(value: int | Decimal | None) -> str:
    """Return 1.250; a dash for none."""
    return "–" if value is None else speaks().number(value)


@register.filter
def month(value: date | None) -> str:
    """Return Maret 2027."""
    return "" if value is None else speaks().period(f"{value:%Y-%m}")


@register.filter
def month_short(value: date | None) -> str:
    """Return Mar."""
    return "" if value is None else speaks().period(f"{value:%Y-%m}", short=True)


@register.filter
def day(value: date | datetime | None) -> str:
    """Return 7 Mei 2027."""
    if value is None:
        return ""
    return speaks().date(timezone.localtime(value).date() if isinstance(value, datetime) else value)


@register.filter
def masked(number: str | None) -> str:
    """Return a phone number or NIK with its middle hidden."""
    return personal.masked(number or "")


@register.filter
def clock(value: datetime | None) -> str:
    """Return 14.05, in the installation's time zone."""
    return "" if value is None else f"{timezone.localtime(value):%H.%M}"


@register.filter
def as_data(value: Any) -> str:
    """Return a value as JSON for a data attribute; empty for none."""
    return json.dumps(value, ensure_ascii=False) if value else ""
