"""Which co-ops of a network still have to answer what a round proposes to them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from jejaring.domain.parties.models import Cooperative, Network
from jejaring.domain.partnering.actions import rounds
from jejaring.domain.partnering.models import Proposal, Round


@dataclass(frozen=True)
class Unanswered:
    """A co-op, and how many proposals of a round wait for it."""

    matching: Round
    cooperative: Cooperative
    count: int


def unanswered(network: Network) -> list[Unanswered]:
    """Return the co-ops whose answer is waited for in a network's open round, by name; none without one."""
    matching = Round.objects.filter(network=network, state=Round.State.OPEN).first()
    if matching is None:
        return []
    waiting: Counter[int] = Counter()
    asked = rounds.current(matching).filter(state=Proposal.State.OPEN, plan__isnull=False).order_by()
    for first, second, first_at, second_at in asked.values_list(
        "first", "second", "first_accepted_at", "second_accepted_at"
    ):
        waiting.update(pk for pk, at in ((first, first_at), (second, second_at)) if at is None)
    found = Cooperative.objects.filter(pk__in=waiting).order_by("name", "pk")
    return [Unanswered(matching, each, waiting[each.pk]) for each in found]
