"""Accounts for trying things out: one for each role, named by its office."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from jejaring.documents.language import language
from jejaring.domain.parties import audit, regions
from jejaring.domain.parties.models import Cooperative, Network, NetworkRole, Role, User
from jejaring.engines.errors import Refusal

DOMAIN = "contoh.invalid"
"""Addresses that nobody can have (RFC 2606)."""
_ASSISTED = 3


@dataclass(frozen=True)
class SampleAccount:
    """An account that was made, with its password, which can't be read again."""

    role: str
    email: str
    password: str
    place: str


def make_sample_people(network: Network, *, by: User | None, at: datetime) -> tuple[SampleAccount, ...]:
    """Make an account for each role and return them. Refused where real people are already there."""
    if User.objects.exclude(email__endswith=f"@{DOMAIN}").exists():
        raise Refusal(
            "people.real_ones_are_there",
            "There are people in this installation: accounts to try things out don't belong beside them.",
        )
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        made = tuple(_account(role, password, at) for role in _roles(network))
        audit.record(
            "people.make_sample_people",
            network,
            by=by,
            network_id=network.pk,
            facts={"count": len(made)},
        )
    return made


def _roles(network: Network) -> Iterable[tuple[Role.Kind, str, list[dict[str, object]]]]:
    """Yield each role with the place that it is shown with, and its scopes."""
    hubs = NetworkRole.objects.filter(network=network, kind=NetworkRole.Kind.HUB).values("cooperative")
    members = Cooperative.objects.filter(network_roles__network=network).exclude(pk__in=hubs).distinct()
    own = list(members.order_by("name", "id")[:_ASSISTED])
    for kind in Role.OF_COOPERATIVE:
        chosen = own if kind is Role.Kind.ASSISTANT else own[:1]
        if chosen:
            yield kind, ", ".join(each.name for each in chosen), [{"cooperative": each} for each in chosen]
    for kind in (Role.Kind.HUB_MANAGER, Role.Kind.TRAINER):
        yield kind, network.name, [{"network": network}]
    yield Role.Kind.FACILITATOR, network.place, [{"region_code": network.region_code}]
    yield Role.Kind.MINISTRY, regions.place(regions.NATION), [{"region_code": regions.NATION}]


def _account(
    role: tuple[Role.Kind, str, list[dict[str, object]]], password: str, at: datetime
) -> SampleAccount:
    kind, place, scopes = role
    email = f"{kind.value}@{DOMAIN}"
    name = f"{language('id').text(kind.label).capitalize()} (contoh)"
    person, _ = User.objects.get_or_create(email=email, defaults={"name": name, "joined_at": at})
    person.set_password(password)
    person.save(update_fields=["password"])
    Role.objects.bulk_create(
        [Role(user=person, kind=kind, **scope) for scope in scopes], ignore_conflicts=True
    )
    return SampleAccount(kind.label, email, password, place)
