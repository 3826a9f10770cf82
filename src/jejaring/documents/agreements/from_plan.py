"""An agreement that begins as a plan's draft: its parties, hand-overs and bonus, to the rupiah."""

from __future__ import annotations

from jejaring.documents.agreements.annex import fitting_price
from jejaring.documents.agreements.clauses import worded
from jejaring.documents.agreements.content import (
    Agreement,
    Commitment,
    Kind,
    Party,
    PriceReference,
    Settlement,
    Sources,
)
from jejaring.documents.language import Language
from jejaring.documents.mou.draft import Draft, Signatory

_KINDS = {"existing": "established", "koperasi eksisting": "established", "primary": ""}
"""What network files call kinds, in the registry's words."""


def from_draft(
    draft: Draft, language: Language, *, kind: Kind = "mou", title: str, plan_sha256: str = ""
) -> Agreement:
    """Return version 1 of the agreement that `draft` proposes, hub first, in the standard words.

    All that a plan can't know (numbers, signatories, tolerance, days of payment …) is left open.
    A bonus that is written with another hub stays there.
    """
    idr = draft.settlement.idr
    made = Agreement(
        kind=kind,
        title=title,
        language=language.code,
        version=1,
        parties=(_party(draft.hub, is_hub=draft.hub_declared), _party(draft.party, is_hub=False)),
        on=draft.on,
        commitments=tuple(
            Commitment(
                kind=schedule.kind,
                giver=0 if schedule.giver == "hub" else 1,
                taker=1 if schedule.giver == "hub" else 0,
                product=schedule.product,
                period=line.period,
                kg=line.kg,
                value_idr=line.value_idr,
                price_idr_per_kg=fitting_price(line.price_idr_per_kg, line.kg, line.value_idr),
                place=schedule.site,
            )
            for schedule in draft.schedules
            for line in schedule.lines
        ),
        settlements=() if idr is None else (Settlement(1, idr, draft.settlement.rule),),
        total_idr=draft.value_idr,
        sources=Sources(
            network=draft.source.network,
            plan_sha256=plan_sha256,
            references=tuple(
                PriceReference(each.item, each.value, each.unit, each.valid_from, each.source)
                for each in draft.references
            ),
        ),
    )
    return worded(made, language)


def _party(signatory: Signatory, *, is_hub: bool) -> Party:
    kind = signatory.kind.strip().lower()
    return Party(
        name=signatory.name,
        kind=_KINDS.get(kind, kind if kind in {"kdmp", "kkmp", "secondary"} else signatory.kind.strip()),
        role="hub" if is_hub else "member",
        village=signatory.village,
    )
