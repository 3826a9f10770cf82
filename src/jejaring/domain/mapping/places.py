"""What is read of places."""

from __future__ import annotations

from jejaring.domain.mapping.models import Site
from jejaring.domain.parties.access import NotThere
from jejaring.domain.parties.models import Counterparty, Network


def counterparties_of(network: Network) -> tuple[Counterparty, ...]:
    """Return the buyers and suppliers that a network knows, their places prefetched."""
    return tuple(network.counterparties.prefetch_related("sites"))


def counterparty_of(network: Network, pk: int) -> Counterparty:
    """Return a buyer or supplier of this network. Raises NotThere."""
    found = network.counterparties.prefetch_related("sites").filter(pk=pk).first()
    if found is None:
        raise NotThere
    return found


def site_of(counterparty: Counterparty, pk: int) -> Site:
    """Return a place of this buyer or supplier. Raises NotThere."""
    found = Site.objects.filter(counterparty=counterparty, pk=pk).first()
    if found is None:
        raise NotThere
    return found
