"""The places that a paper keeps for e-meterai, and what may be put there after it is sealed.

The stamp comes from the authorised distributor, whose program signs: in our place, or in one of its own
making at these coordinates. The latter is a new visible place, which pyHanko refuses after a certification
and other readers take; here it is taken where it lies within a place that was kept for it, is seen there and
nowhere else, and does nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, ModificationLevel, SuspiciousModification
from pyhanko.sign.diff_analysis.form_rules_api import (
    FieldComparisonContext,
    FieldComparisonSpec,
    FieldMDPRule,
    FormUpdate,
    FormUpdatingRule,
)
from pyhanko.sign.diff_analysis.policies import StandardDiffPolicy
from pyhanko.sign.diff_analysis.rules.form_field_rules import (
    SigFieldCreationRule,
    SigFieldModificationRule,
    is_field_visible,
)
from pyhanko.sign.fields import enumerate_sig_fields

STAMP = "meterai-"
"""What the places of e-meterai are called, counted from 1. Nobody of the parties signs there."""
_OURS = re.compile(re.escape(STAMP) + r"[1-9]\d{0,2}")
_SLACK_PT = 1
_OTHERWISE_SEEN = 2 | 8 | 16 | 32 | 256
"""Flags of a place that isn't seen, or that keeps its size or stands upright whatever becomes of the page
around it: then it can cover what is beside it."""
_MORE_THAN_SEEN = frozenset({"/A", "/AA", "/Kids", "/OC", "/Parent"})
"""What gives a place further parts, or lets it act."""


def stamp_field(number: int) -> str:
    """Return the name of the place of an e-meterai, counted from 1."""
    return f"{STAMP}{number}"


def is_stamp_place(name: str) -> bool:
    """Tell whether a place is called as ours for e-meterai are: made before the seal, never later."""
    return _OURS.fullmatch(name) is not None


def in_stamp_place(name: str, field: Any, reader: PdfFileReader) -> bool:
    """Tell whether a signature stands where a paper awaits an e-meterai."""
    if is_stamp_place(name):
        return True
    kept = [place.get_object() for each, _, place in enumerate_sig_fields(reader) if is_stamp_place(each)]
    return any(_within(field.get_object(), place) for place in kept)


def _within(field: Any, place: Any) -> bool:
    """Tell whether the box of a signature that is seen lies in another one; not on which page."""
    try:
        left, bottom, right, top = _box(field)
        left_most, bottom_most, right_most, top_most = _box(place)
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    return bool(
        left_most - _SLACK_PT <= left < right <= right_most + _SLACK_PT
        and bottom_most - _SLACK_PT <= bottom < top <= top_most + _SLACK_PT
    )


def _box(field: Any) -> tuple[float, float, float, float]:
    left, bottom, right, top = (float(number) for number in field["/Rect"])
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _flags(field: Any) -> int:
    return int(field.get("/F", 0)) & _OTHERWISE_SEEN


def _seen_on(resolver: HistoricalResolver) -> dict[int, list[int]]:
    """Return by object the pages that show it. What it says of its page itself is only said."""
    found: dict[int, list[int]] = {}
    for page, number in _pages(resolver.root["/Pages"]):
        for each in page.get("/Annots", ()):
            shown = getattr(each, "idnum", None)
            if shown is not None:
                found.setdefault(shown, []).append(number)
    return found


def _pages(node: Any) -> Iterator[tuple[Any, int]]:
    for each in node["/Kids"]:
        below = each.get_object()
        if "/Kids" in below:
            yield from _pages(below)
        else:
            yield below, each.idnum


class _StampCreation(SigFieldCreationRule):
    """pyHanko's rule for new places of signatures; a visible one may lie where a stamp is awaited."""

    def apply(self, context: FieldComparisonContext) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
        made = [
            (name, spec)
            for name, spec in context.field_specs.items()
            if spec.old_field_ref is None and spec.field_type == "/Sig"
        ]
        if any(is_stamp_place(name) for name, _ in made):
            raise SuspiciousModification("a place for a stamp was made later")
        seen = [spec for _, spec in made if spec.new_field is not None and is_field_visible(spec.new_field)]
        fits = not seen or _all_fit(seen, context)
        return SigFieldCreationRule(allow_new_visible_after_certify=fits).apply(context)


def _all_fit(made: Iterable[FieldComparisonSpec], context: FieldComparisonContext) -> bool:
    """Tell whether each new place is seen within one that is kept for a stamp, and nowhere else.

    One stamp in each: a second one would cover the first.
    """
    kept = [spec for name, spec in context.field_specs.items() if is_stamp_place(name) and spec.old_field]
    others = [spec.old_field for spec in context.field_specs.values() if spec.old_field and spec not in kept]
    free = [
        place
        for place in kept
        if "/V" not in (place.old_field or {}) and not any(_within(each, place.old_field) for each in others)
    ]
    pages = _seen_on(context.new)
    for spec in made:
        place = next((each for each in free if _fits(spec, each, pages)), None)
        if place is None:
            return False
        free.remove(place)
    return True


def _fits(made: FieldComparisonSpec, place: FieldComparisonSpec, pages: dict[int, list[int]]) -> bool:
    assert made.new_field_ref is not None
    assert place.new_field_ref is not None
    field: Any = made.new_field
    around = pages.get(place.new_field_ref.idnum, [])
    return (
        len(around) == 1
        and pages.get(made.new_field_ref.idnum) == around
        and not _MORE_THAN_SEEN & set(field)
        and not _flags(field)
        and _within(field, place.old_field)
    )


class _Filling(SigFieldModificationRule):
    """pyHanko's rule for what changes in a place when it is signed; how it is seen doesn't."""

    def compare_fields(self, spec: FieldComparisonSpec) -> bool:
        if _flags(spec.new_field) & ~_flags(spec.old_field):
            raise SuspiciousModification("a place is seen in another way than it was")
        return super().compare_fields(spec)


def _rules() -> list[FieldMDPRule]:
    form = DEFAULT_DIFF_POLICY.form_rule
    assert form is not None
    ours: dict[type[FieldMDPRule], FieldMDPRule] = {
        SigFieldCreationRule: _StampCreation(),  # type: ignore[no-untyped-call]
        SigFieldModificationRule: _Filling(),
    }
    rules = [ours.pop(type(rule), rule) for rule in form.field_rules]
    assert not ours, "pyHanko has other rules"
    return rules


ADDITIONS = StandardDiffPolicy(
    global_rules=DEFAULT_DIFF_POLICY.global_rules, form_rule=FormUpdatingRule(field_rules=_rules())
)
"""What may be added to a signed file from one revision to the next."""
