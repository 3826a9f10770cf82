"""The rules of the trade on the checklist: price, quality, payment, haulage, ownership, sanctions, ends."""

from __future__ import annotations

from collections.abc import Iterator

from jejaring.documents.agreements.checklist.finding import Finding
from jejaring.documents.agreements.content import ENTRUSTED, GOODS, Agreement
from jejaring.engines.errors import Sentence

_LONG_PAYMENT_DAYS = 45
"""Modern shops pay up to 45 days after the invoice; who grants more finances the other."""


def findings(agreement: Agreement) -> Iterator[Finding]:
    """Yield what the rules of the trade leave open or give to one side."""
    yield from _goods(agreement)
    yield from _money(agreement)
    yield from _hand_over(agreement)
    yield from _sanctions(agreement)
    yield from _trouble(agreement)


def _left_open(code: str, text: str, clause: str) -> Finding:
    return Finding("missing", Sentence(code, text), clause)


def _one_sided(code: str, text: str, clause: str) -> Finding:
    return Finding("one-sided", Sentence(code, text), clause)


def _goods(agreement: Agreement) -> Iterator[Finding]:
    terms = agreement.terms
    traded = any(each.kind in GOODS and each.formula is None for each in agreement.commitments)
    if traded and terms.floor is None:
        yield _left_open(
            "terms.floor", "What happens to the price when the floor price (HPP) changes isn't said.", "price"
        )
    if traded and terms.floor == "keep":
        yield _one_sided(
            "terms.floor_kept",
            "The price stays when the floor price (HPP) rises: only the giver bears that.",
            "price",
        )
    if traded and terms.floor == "renegotiate" and terms.floor_talk_days is None:
        yield _left_open(
            "terms.floor_talk_days", "How long a new price may be negotiated isn't said.", "price"
        )
    told = {each.product for each in agreement.quality if each.specification.strip()}
    untold = dict.fromkeys(each.product for each in agreement.commitments if each.product not in told)
    for product in untold:
        yield Finding(
            "missing",
            Sentence("terms.quality", "No quality is agreed for {product}.", {"product": product}),
            "commodities",
        )
    for each in agreement.quality:
        if each.product in told and not each.deduction.strip():
            yield Finding(
                "look",
                Sentence(
                    "terms.deduction",
                    "What worse quality of {product} costs (rafaksi) isn't fixed beforehand.",
                    {"product": each.product},
                ),
                "price",
            )
    if agreement.commitments and terms.volume_notice_days is None:
        yield _left_open(
            "terms.volume_notice_days",
            "How long before a hand-over a change of volume must be told isn't said.",
            "commodities",
        )


def _money(agreement: Agreement) -> Iterator[Finding]:
    days = agreement.terms.payment_days
    if days is None:
        yield _left_open("terms.payment_days", "Within how many days is paid isn't said.", "payment")
    elif days > _LONG_PAYMENT_DAYS:
        yield Finding(
            "one-sided",
            Sentence(
                "terms.payment_long",
                "Payment takes {count} days: the giver finances the taker.",
                {"count": days},
            ),
            "payment",
        )
    advance = agreement.terms.advance_percent
    if advance is not None and not 0 <= advance <= 100:
        yield _left_open("terms.advance", "An advance lies between 0 and 100 per cent.", "payment")


def _hand_over(agreement: Agreement) -> Iterator[Finding]:
    terms = agreement.terms
    if terms.lorry is None:
        yield _left_open("terms.lorry", "Who pays the lorry isn't said.", "delivery")
    if terms.risk is None:
        yield _left_open("terms.risk", "From when on the taker bears loss and damage isn't said.", "delivery")
    if any(each.kind in ENTRUSTED for each in agreement.commitments):
        if terms.title is None:
            yield _left_open(
                "terms.title",
                "Who owns goods on consignment, in a mill or in a store isn't said.",
                "delivery",
            )
        if terms.title == "taker":
            yield _one_sided(
                "terms.title_passes",
                "Goods on consignment, in a mill or in a store become the taker's before they are paid.",
                "delivery",
            )


def _sanctions(agreement: Agreement) -> Iterator[Finding]:
    terms = agreement.terms
    binding = agreement.kind == "pks"
    if binding and terms.penalty_permille_per_day is None:
        yield _left_open("terms.penalty", "What lateness costs isn't said.", "breach")
    if binding and terms.penalty_permille_per_day is not None:
        if terms.penalty_most_percent is None:
            yield _left_open("terms.penalty_most", "The penalty for lateness has no upper limit.", "breach")
        if terms.penalty_side != "both":
            yield _one_sided("terms.penalty_side", "Only one side pays a penalty for being late.", "breach")
    if terms.ends != "both":
        yield _one_sided("terms.ends", "Only one side may end the agreement early.", "term")
    if terms.end_notice_days is None:
        yield _left_open(
            "terms.end_notice_days", "How long before an early end notice is given isn't said.", "term"
        )


def _trouble(agreement: Agreement) -> Iterator[Finding]:
    terms = agreement.terms
    if terms.force_majeure_days is None:
        yield _left_open(
            "terms.force_majeure_days",
            "Within how many days force majeure must be told isn't said.",
            "force_majeure",
        )
    if terms.deliberation_days is None:
        yield _left_open(
            "terms.deliberation_days", "How long the parties deliberate in a dispute isn't said.", "disputes"
        )
    if terms.forum is None or not terms.forum_name:
        yield _left_open(
            "terms.forum", "Which court or arbitration decides a dispute isn't said.", "disputes"
        )
    if terms.review_months is None:
        yield _left_open(
            "terms.review_months", "How often promised and delivered are compared isn't said.", "review"
        )
