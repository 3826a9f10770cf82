"""Rows of the cast's Cianjur that addresses can name."""

from __future__ import annotations

from tests.cast import Cast
from tests.interfaces.mapping_rows import mapping_rows


def address_parts(cast: Cast) -> dict[str, object]:
    """Return a value for each part of an address, all of them Cianjur's."""
    return {"cooperative_id": cast.babakankaret.pk, "network_id": cast.cianjur.pk, **_mapping(cast)}


def _mapping(cast: Cast) -> dict[str, object]:
    return {
        "side": "hasil",
        "product": "gkp",
        "stage": "production",
        "sort": "pengering",
        "what": "harga",
        **mapping_rows(cast),
    }
