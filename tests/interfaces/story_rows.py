"""Rows of the cast's Cianjur that addresses can name."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from jejaring.domain.mapping.models import Attendee, Workshop
from tests.cast import CIANJUR, Cast


def address_parts(cast: Cast) -> dict[str, object]:
    """Return a value for each part of an address, all of them Cianjur's."""
    workshop, attendee = _session(cast)
    return {
        "cooperative_id": cast.babakankaret.pk,
        "network_id": cast.cianjur.pk,
        "region_code": CIANJUR,
        "workshop_id": workshop.pk,
        "attendee_id": attendee.pk,
        "token": workshop.token,
    }


def _session(cast: Cast) -> tuple[Workshop, Attendee]:
    at = timezone.now()
    workshop = Workshop.objects.create(
        network=cast.cianjur,
        title="Session",
        token="session-of-cianjur-session-of-cianjur",
        opened_by=cast.facilitator,
        opened_at=at,
        closes_at=at + timedelta(hours=8),
    )
    attendee = Attendee.objects.create(
        workshop=workshop, user=cast.clerk, cooperative=cast.babakankaret, joined_at=at, approved_at=at
    )
    return workshop, attendee
