"""Rows of the cast's Cianjur that addresses can name."""

from __future__ import annotations

from jejaring.domain.mapping.models import Site
from jejaring.domain.parties.models import Counterparty, Member, Officer, Unit
from tests.cast import Cast
from tests.interfaces.mapping_rows import mapping_rows


def address_parts(cast: Cast) -> dict[str, object]:
    """Return a value for each part of an address, all of them Cianjur's."""
    return {
        "cooperative_id": cast.babakankaret.pk,
        "network_id": cast.cianjur.pk,
        **_mapping(cast),
        **_registry(cast),
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


def _registry(cast: Cast) -> dict[str, object]:
    coop, network = cast.babakankaret, cast.cianjur
    market = Counterparty.objects.create(name="Pasar", kind="market", network=network)
    return {
        "unit_id": Unit.objects.create(cooperative=coop, kind="Gudang").pk,
        "officer_id": Officer.objects.create(
            cooperative=coop, organ="board", office="Ketua", name="ketua"
        ).pk,
        "member_id": Member.objects.create(cooperative=coop, name="anggota").pk,
        "counterparty_id": market.pk,
        "site_id": Site.objects.create(counterparty=market, network=network, name="Los").pk,
    }
