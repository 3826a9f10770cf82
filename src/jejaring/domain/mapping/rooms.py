"""What is read of sessions: who is in the room, what a projector shows, whether anything is new."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from jejaring.domain.mapping import balance, overview, sums
from jejaring.domain.mapping.models import Attendee, Workshop
from jejaring.domain.mapping.overview import Progress, Standing
from jejaring.domain.parties import access
from jejaring.domain.parties.access import Ability, NotThere
from jejaring.domain.parties.models import AuditLine, Cooperative, Network, NetworkRole, User


@dataclass(frozen=True)
class Room:
    """What a projector shows: co-ops only, nobody's name, no sum of fewer than three co-ops."""

    standings: tuple[Standing, ...]
    """Of all co-ops of the network, those in the room first."""
    joined: frozenset[int]
    progress: Progress
    balance: balance.Balance
    waiting: int
    newest: int
    """The audit line up to which this is told."""


def is_open(workshop: Workshop, at: datetime) -> bool:
    """Return whether people can join."""
    return workshop.closed_at is None and at < workshop.closes_at


def workshop_of(network: Network, pk: int) -> Workshop:
    """Return a session of a network. Raises NotThere."""
    found = Workshop.objects.filter(network=network, pk=pk).first()
    if found is None:
        raise NotThere
    found.network = network
    return found


def workshop_by(token: str) -> Workshop:
    """Return the session of a link. Raises NotThere."""
    found = Workshop.objects.filter(token=token).select_related("network").first() if token else None
    if found is None:
        raise NotThere
    return found


def sessions(network: Network) -> list[Workshop]:
    """Return the latest sessions of a network, the newest first."""
    return list(Workshop.objects.filter(network=network)[:20])


def attendee_of(workshop: Workshop, pk: int) -> Attendee:
    """Return somebody who joined a session. Raises NotThere."""
    found = Attendee.objects.filter(workshop=workshop, pk=pk).select_related("workshop").first()
    if found is None:
        raise NotThere
    return found


def attendees(workshop: Workshop) -> list[Attendee]:
    """Return who joined a session and wasn't removed: those who wait first, then the latest."""
    rows = Attendee.objects.filter(workshop=workshop, removed_at__isnull=True)
    found = list(rows.select_related("user", "cooperative").order_by("-joined_at", "-pk"))
    return sorted(found, key=lambda each: each.approved_at is not None)


def attendance(workshop: Workshop, user: User) -> Attendee | None:
    """Return how somebody stands in a session, their latest if they joined for several co-ops."""
    rows = Attendee.objects.filter(workshop=workshop, user=user).select_related("cooperative")
    return rows.order_by("-joined_at", "-pk").first()


def cooperatives(workshop: Workshop) -> QuerySet[Cooperative]:
    """Return the co-ops for which people can join."""
    ids = NetworkRole.objects.filter(network=workshop.network_id).values("cooperative")
    return Cooperative.objects.filter(pk__in=ids)


def own_cooperatives(workshop: Workshop, user: User) -> list[Cooperative]:
    """Return the co-ops of the session for which somebody already answers."""
    own = access.roles_of(user, Ability.DECLARE).exclude(cooperative=None).values("cooperative")
    return list(cooperatives(workshop).filter(pk__in=own))


def newest_line() -> int:
    """Return the newest line of the trail of writes: whatever is read after this is at least so new."""
    return AuditLine.objects.aggregate(newest=Max("id"))["newest"] or 0


def news(workshop: Workshop, seen: int) -> int | None:
    """Return the newest audit line if something of the session's network was written since `seen`.

    Mostly nothing was, and then this is one look at the end of the trail.
    """
    newest = newest_line()
    if newest <= seen:
        return None
    ids = NetworkRole.objects.filter(network=workshop.network_id).values("cooperative")
    lines = AuditLine.objects.filter(
        Q(network_id=workshop.network_id) | Q(cooperative_id__in=ids), id__gt=seen, id__lte=newest
    )
    return newest if lines.exists() else None


def room(workshop: Workshop, user: User, at: datetime) -> Room:
    """Return what the projector shows. As many queries for a hundred co-ops as for three."""
    newest = newest_line()
    group = overview.network_group(workshop.network, user)
    standings = overview.standings(group, list(group.cooperatives), at)
    rows = Attendee.objects.filter(workshop=workshop, removed_at__isnull=True)
    here = rows.values_list("cooperative", "approved_at")
    joined = frozenset(pk for pk, approved_at in here if approved_at)
    # The whole room reads it, so the facilitator's rights don't count.
    found = sums.balance_of(replace(group, whole=False), overview.months_from(timezone.localtime(at).date()))
    return Room(
        tuple(sorted(standings, key=lambda each: each.cooperative.pk not in joined)),
        joined,
        overview.progress_of(standings),
        found,
        sum(approved_at is None for _, approved_at in here),
        newest,
    )
