"""Writes to buyers and suppliers outside a network. Their places are written by mapping's actions."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from jejaring.domain.parties import audit, identifiers
from jejaring.domain.parties.models import Counterparty, Network, User
from jejaring.domain.parties.wrong_fields import Fields, optional, required
from jejaring.engines.errors import Sentence


def register_counterparty(
    network: Network, *, name: str, kind: str, npwp: str = "", note: str = "", by: User | None
) -> Counterparty:
    """Note a buyer or supplier that a network knows. Raises WrongFields; the same name twice is refused."""
    with transaction.atomic():
        Network.objects.select_for_update().get(pk=network.pk)
        columns = _columns(network, name=name, kind=kind, npwp=npwp, note=note)
        counterparty = Counterparty.objects.create(network=network, **columns)
        audit.record(
            "counterparty.register", counterparty, by=by, network_id=network.pk, facts={"kind": kind}
        )
    return counterparty


def change_counterparty(
    counterparty: Counterparty, *, name: str, kind: str, npwp: str = "", note: str = "", by: User | None
) -> Counterparty:
    """Change what is kept of a buyer or supplier. Raises WrongFields."""
    network = counterparty.network
    with transaction.atomic():
        columns = _columns(network, name=name, kind=kind, npwp=npwp, note=note, but=counterparty)
        differ = [column for column, value in columns.items() if getattr(counterparty, column) != value]
        if not differ:
            return counterparty
        for column in differ:
            setattr(counterparty, column, columns[column])
        counterparty.save(update_fields=differ)
        audit.record(
            "counterparty.change",
            counterparty,
            by=by,
            network_id=network.pk if network else None,
            facts={"fields": differ},
        )
    return counterparty


def _columns(
    network: Network | None,
    *,
    name: str,
    kind: str,
    npwp: str,
    note: str,
    but: Counterparty | None = None,
) -> dict[str, str]:
    fields = Fields()
    columns = {
        "name": fields.text("name", partial(required, most=200), name),
        "kind": kind,
        "npwp": fields.text("npwp", identifiers.npwp, npwp),
        "note": fields.text("note", partial(optional, most=300), note),
    }
    if kind not in Counterparty.Kind.values:
        fields.tell("kind", Sentence("counterparty.kind_unknown", "Please choose what sort of party it is."))
    same_name = Counterparty.objects.filter(network=network, name__iexact=columns["name"])
    if columns["name"] and same_name.exclude(pk=but.pk if but else 0).exists():
        fields.tell(
            "name", Sentence("counterparty.twice", "This network knows a party of this name already.")
        )
    fields.done()
    return columns
