"""Rows of the cast's Cianjur that addresses can name."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from jejaring.domain.mapping.models import ImportDraft
from tests.cast import Cast


def address_parts(cast: Cast) -> dict[str, object]:
    """Return a value for each part of an address, all of them Cianjur's."""
    return {
        "cooperative_id": cast.babakankaret.pk,
        "network_id": cast.cianjur.pk,
        "draft_id": _draft(cast, way="excel").pk,
        "survey_draft_id": _draft(cast, way="survey", network=cast.cianjur).pk,
    }


def _draft(cast: Cast, **columns: object) -> ImportDraft:
    now = timezone.now()
    return ImportDraft.objects.create(
        cooperative=cast.babakankaret,
        file_name="k.xlsx",
        made_by=cast.chair,
        made_at=now,
        expires_at=now + timedelta(days=1),
        **columns,
    )
