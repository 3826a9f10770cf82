"""Rows of the cast's Cianjur that addresses can name."""

from __future__ import annotations

from datetime import UTC, date, datetime

from jejaring.domain.partnering.models import PlanEdition, PlanRun
from tests.cast import Cast
from tests.interfaces.mapping_rows import mapping_rows


def address_parts(cast: Cast) -> dict[str, object]:
    """Return a value for each part of an address, all of them Cianjur's."""
    return {
        "cooperative_id": cast.babakankaret.pk,
        "network_id": cast.cianjur.pk,
        **_mapping(cast),
        # plans
        "run_id": finished_plan(cast).pk,
        "reader": "semua",
    }


def _mapping(cast: Cast) -> dict[str, object]:
    return {
        "side": "hasil",
        "product": "gkp",
        "stage": "production",
        "sort": "pengering",
        "what": "harga",
        **mapping_rows(cast),
    }


def finished_plan(cast: Cast) -> PlanRun:
    """Return a plan of Cianjur with an edition for each reader, as short as can be."""
    run, is_new = PlanRun.objects.get_or_create(
        network=cast.cianjur,
        defaults={
            "first_month": date(2026, 3, 1),
            "months": 1,
            "status": PlanRun.Status.DONE,
            "problem": "{}",
            "plan": "{}",
            "summary": {"hubs": ["hub"], "gain_idr": 1},
            "notes": {"cooperatives": {"babakankaret": cast.babakankaret.pk, "hub": cast.hub.pk}},
            "asked_at": datetime(2026, 3, 5, tzinfo=UTC),
        },
    )
    if is_new:
        front = {"reader": "public", "totals": {"parties": 2, "trading": 0, "partnerships": 0}}
        PlanEdition.objects.bulk_create(
            PlanEdition(run=run, audience=who, language="id", page=who, front=front)
            for who in ("facilitator", "public", "party:babakankaret", "party:hub")
        )
    return run
