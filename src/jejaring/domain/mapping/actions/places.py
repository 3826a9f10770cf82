"""Writes to places: sites of co-ops and of those they deal with."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction

from jejaring.domain.mapping.actions.answers import locked
from jejaring.domain.mapping.models import Site
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import Cooperative, Counterparty, User
from jejaring.domain.parties.profile import Position, position, village_code
from jejaring.domain.parties.wrong_fields import Fields, required
from jejaring.engines.errors import Refusal


def add_site(
    owner: Cooperative | Counterparty,
    *,
    name: str,
    village: str = "",
    at: Position | None = None,
    by: User | None,
) -> Site:
    """Add a place of a co-op or of a counterparty; return it. Raises WrongFields, Refusal."""
    fields = Fields()
    kept_name = fields.text("name", partial(required, most=160), name)
    kept_village = fields.text("village_code", village_code, village)
    fields.done()
    kept = position(at.lat, at.lon, at.origin) if at else None
    if isinstance(owner, Cooperative):
        whose = {"cooperative_id": owner.pk}
    else:
        assert owner.network_id is not None
        whose = {"counterparty_id": owner.pk, "network_id": owner.network_id}
    with transaction.atomic():
        site = Site.objects.create(
            **whose,
            name=kept_name,
            village_code=kept_village,
            lat=kept.lat if kept else None,
            lon=kept.lon if kept else None,
            position_origin=kept.origin if kept else "",
        )
        audit.record(
            "site.add",
            site,
            by=by,
            cooperative_id=whose.get("cooperative_id"),
            network_id=whose.get("network_id"),
        )
    return site


def move_site(site: Site, *, at: Position, by: User | None) -> Site:
    """Say where a place is, and how that is known. Raises Refusal."""
    kept = position(at.lat, at.lon, at.origin)
    with transaction.atomic():
        site.lat, site.lon, site.position_origin = kept.lat, kept.lon, kept.origin
        site.save(update_fields=["lat", "lon", "position_origin"])
        audit.record(
            "site.move",
            site,
            by=by,
            cooperative_id=site.cooperative_id,
            network_id=site.network_id,
            facts={"origin": kept.origin},
        )
    return site


def remove_site(site: Site, *, by: User | None) -> None:
    """Take a place off the list. Raises Refusal where a co-op's answers are about it.

    A second time changes nothing.
    """
    with transaction.atomic():
        if site.cooperative is not None:
            # Nobody says anything about the place between our look and our write.
            locked(site.cooperative)
        if not Site.objects.filter(pk=site.pk).exists():
            return
        if _is_spoken_of(site):
            raise Refusal(
                "site.in_use",
                "Answers or ways of a network are about this place. Move those elsewhere first.",
            )
        audit.record(
            "site.remove", site, by=by, cooperative_id=site.cooperative_id, network_id=site.network_id
        )
        site.delete()


def _is_spoken_of(site: Site) -> bool:
    """Return whether any row names this place; deleting it would delete that row too."""
    relations: Any = Site._meta.related_objects  # noqa: SLF001
    return any(each.related_model.objects.filter(**{each.field.name: site}).exists() for each in relations)
