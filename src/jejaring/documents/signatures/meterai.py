"""The places that a paper keeps for e-meterai, and what may be put there after it is sealed.

The stamp comes from the authorised distributor, whose program signs: in our place, or in one of its own
making at these coordinates. The latter is a new visible place, which pyHanko refuses after a certification
and other readers take; here it is taken where it lies within a place that was kept for it, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, ModificationLevel
from pyhanko.sign.diff_analysis.form_rules_api import (
    FieldComparisonContext,
    FieldMDPRule,
    FormUpdate,
    FormUpdatingRule,
)
from pyhanko.sign.diff_analysis.policies import StandardDiffPolicy
from pyhanko.sign.diff_analysis.rules.form_field_rules import SigFieldCreationRule, is_field_visible
from pyhanko.sign.fields import enumerate_sig_fields

STAMP = "meterai-"
"""What the places of e-meterai are called, counted from 1. Nobody of the parties signs there."""
_SLACK_PT = 1


def stamp_field(number: int) -> str:
    """Return the name of the place of an e-meterai, counted from 1."""
    return f"{STAMP}{number}"


def within(field: Any, place: Any) -> bool:
    """Tell whether a visible place of a signature lies in another one, on the same page."""
    try:
        page, around = field.raw_get("/P").reference, place.raw_get("/P").reference
        left, bottom, right, top = _box(field)
        left_most, bottom_most, right_most, top_most = _box(place)
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    return bool(
        page.idnum == around.idnum
        and left_most - _SLACK_PT <= left <= right <= right_most + _SLACK_PT
        and bottom_most - _SLACK_PT <= bottom <= top <= top_most + _SLACK_PT
    )


def in_stamp_place(name: str, field: Any, reader: PdfFileReader) -> bool:
    """Tell whether a signature stands where a paper awaits an e-meterai."""
    if name.startswith(STAMP):
        return True
    kept = [place.get_object() for each, _, place in enumerate_sig_fields(reader) if each.startswith(STAMP)]
    return any(within(field.get_object(), place) for place in kept)


def _box(field: Any) -> tuple[float, float, float, float]:
    left, bottom, right, top = (float(number) for number in field["/Rect"])
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


class _StampCreation(SigFieldCreationRule):
    """pyHanko's rule for new places of signatures; a visible one may lie where a stamp is awaited."""

    def apply(self, context: FieldComparisonContext) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
        kept = [spec.old_field for name, spec in context.field_specs.items() if name.startswith(STAMP)]
        made = [
            spec.new_field
            for spec in context.field_specs.values()
            if spec.old_field_ref is None and spec.field_type == "/Sig"
        ]
        fits = all(
            any(within(field, place) for place in kept if place is not None)
            for field in made
            if field is not None and is_field_visible(field)
        )
        return SigFieldCreationRule(allow_new_visible_after_certify=fits).apply(context)


def _rules() -> list[FieldMDPRule]:
    form = DEFAULT_DIFF_POLICY.form_rule
    assert form is not None
    ours = _StampCreation()  # type: ignore[no-untyped-call]
    return [ours if isinstance(rule, SigFieldCreationRule) else rule for rule in form.field_rules]


ADDITIONS = StandardDiffPolicy(
    global_rules=DEFAULT_DIFF_POLICY.global_rules, form_rule=FormUpdatingRule(field_rules=_rules())
)
"""What may be added to a signed file from one revision to the next."""
