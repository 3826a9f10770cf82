"""A Comparison -> comparison.json (jejaring-comparison/1), kept beside the new plan."""

from __future__ import annotations

from jejaring.engines.planning.plan_file import Json, json_bytes, plain, sentence_document
from jejaring.engines.planning.questions.comparison import Amounts, Comparison, InputChange, PartyChange

FORMAT = "jejaring-comparison/1"


def write_comparison(comparison: Comparison) -> bytes:
    """Return comparison.json: the same bytes for the same comparison."""
    return json_bytes(comparison_document(comparison))


def comparison_document(comparison: Comparison) -> Json:
    """Return `comparison` as jejaring-comparison/1."""
    return {
        "format": FORMAT,
        "old_network_sha256": comparison.old_sha256,
        "new_network_sha256": comparison.new_sha256,
        "value_idr": _amounts(comparison.value_idr),
        "surplus_idr": _amounts(comparison.surplus_idr),
        "alone_idr": _amounts(comparison.alone_idr),
        "sentences": [sentence_document(each) for each in comparison.sentences],
        "parties": [_party(each) for each in comparison.parties],
        "partnerships": [
            {
                "giver": each.giver,
                "taker": each.taker,
                "kind": each.kind,
                "product": each.product,
                "presence": each.presence,
                "kg": _amounts(each.kg),
                "value_idr": _amounts(each.value_idr),
            }
            for each in comparison.deals
        ],
        "change_count": comparison.change_count,
        "change_counts": [
            {"table": each.table, "field": each.field or None, "presence": each.presence, "count": each.count}
            for each in comparison.counts
        ],
        "changes": [_change(each) for each in comparison.changes],
    }


def _party(party: PartyChange) -> Json:
    return {
        "party": party.code,
        "presence": party.presence,
        "traded": party.traded,
        "trades": party.trades,
        "alone_idr": _amounts(party.alone_idr),
        "sharing": {
            each.rule: {"payoff_idr": _amounts(each.payoff_idr), "gain_idr": _amounts(each.gain_idr)}
            for each in party.rules
        },
    }


def _change(change: InputChange) -> Json:
    """Return one change; what came or went as a row has no field."""
    row: Json = {"table": change.table, "key": dict(change.key), "presence": change.presence}
    if change.field:
        row |= {"field": change.field, "old": change.old, "new": change.new}
    return row


def _amounts(amounts: Amounts) -> Json:
    return {
        "old": None if amounts.old is None else plain(amounts.old),
        "new": None if amounts.new is None else plain(amounts.new),
        "change": plain(amounts.change),
    }
