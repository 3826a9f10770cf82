"""What waits for somebody's signature in a network, and what ends soon: for those who remind others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from jejaring.domain.agreements.actions.life import ALERTS_DAYS, partners
from jejaring.domain.agreements.models import Agreement, AgreementParty, Signature, Version
from jejaring.domain.agreements.queries import visible
from jejaring.domain.parties.models import Cooperative, Network, User


@dataclass(frozen=True)
class Waiting:
    """A co-op, and the agreements of a network in which something is asked of it."""

    cooperative: Cooperative
    agreements: tuple[Agreement, ...]

    @property
    def partners(self) -> object:
        """With whom, as a sentence names them."""
        return self.partners_in(self.agreements)

    def partners_in(self, agreements: Iterable[Agreement]) -> object:
        """Return with whom some of them are, as a sentence names them."""
        every = (party for agreement in agreements for party in agreement.parties.all())
        return partners(party for party in every if party.cooperative_id != self.cooperative.pk)


def unsigned(reader: User, network: Network) -> list[Waiting]:
    """Return the co-ops that haven't signed what was put up for signing, by name, as a reader may know it."""
    signed = Signature.objects.filter(version__state=Version.State.OFFERED, party=OuterRef("pk"))
    return _grouped(
        _parties(reader, network, Q(agreement__state=Agreement.State.SIGNING)).exclude(Exists(signed))
    )


def ending(reader: User, network: Network, *, on: date) -> list[Waiting]:
    """Return the co-ops with agreements that end within 90 days, by name, as a reader may know it."""
    soon = Q(
        agreement__state__in=(Agreement.State.IN_FORCE, Agreement.State.SUSPENDED),
        agreement__valid_until__gte=on,
        agreement__valid_until__lte=on + timedelta(days=max(ALERTS_DAYS)),
    )
    return _grouped(_parties(reader, network, soon))


def _parties(reader: User, network: Network, which: Any) -> QuerySet[AgreementParty]:
    """Return the co-ops' places in these agreements, of those that the reader sees."""
    seen = visible(reader).filter(network=network).values("pk")
    rows = AgreementParty.objects.filter(which, agreement__in=seen, cooperative__isnull=False)
    order = ("cooperative__name", "cooperative", "agreement__valid_until", "agreement")
    parties = AgreementParty.objects.select_related("cooperative", "counterparty")
    every = Prefetch("agreement__parties", parties)
    return rows.select_related("cooperative", "agreement").prefetch_related(every).order_by(*order)


def _grouped(rows: Iterable[AgreementParty]) -> list[Waiting]:
    found: dict[int, tuple[Cooperative, list[Agreement]]] = {}
    for row in rows:
        assert row.cooperative is not None
        found.setdefault(row.cooperative.pk, (row.cooperative, []))[1].append(row.agreement)
    return [Waiting(cooperative, tuple(agreements)) for cooperative, agreements in found.values()]
