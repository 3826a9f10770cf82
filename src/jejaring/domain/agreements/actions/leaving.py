"""A co-op leaves a network: not while agreements of that network bind it."""

from __future__ import annotations

from django.db import transaction

from jejaring.domain.agreements.models import Agreement
from jejaring.domain.parties.actions import networks
from jejaring.domain.parties.models import Cooperative, Network, User
from jejaring.engines.errors import Refusal

_S = Agreement.State
BINDING = (_S.DRAFT, _S.SIGNING, _S.IN_FORCE, _S.SUSPENDED)
"""Whoever is party to one of these must be there to word it, sign it and keep it."""


@transaction.atomic
def remove_from_network(network: Network, *, cooperative: Cooperative, by: User | None) -> None:
    """Take a co-op out of a network. Raises a Refusal while agreements there aren't over."""
    Network.objects.select_for_update().get(pk=network.pk)
    bound = Agreement.objects.filter(network=network, state__in=BINDING, parties__cooperative=cooperative)
    count = bound.count()
    if count:
        raise Refusal(
            "cooperative.bound",
            "{name} is party to {count} agreements of this network that aren't over. "
            "End them or give them up first.",
            name=cooperative.name,
            count=count,
        )
    networks.remove_from_network(network, cooperative=cooperative, by=by)
