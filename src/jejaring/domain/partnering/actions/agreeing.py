"""What was agreed in a round -> agreements: one for each pair, or one of a hub with all its partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Literal, cast

from django.db import transaction

from jejaring.documents.agreements import content as said
from jejaring.documents.agreements.words import Words, words
from jejaring.documents.language import language
from jejaring.domain.agreements.actions.drafting import Draft, DraftLine, DraftParty, Frame, draft
from jejaring.domain.agreements.models import Agreement
from jejaring.domain.parties.models import User
from jejaring.domain.partnering.actions import rounds
from jejaring.domain.partnering.drafted import occasion_of
from jejaring.domain.partnering.models import NOT_DRAFTED, PlanRun, Proposal, Round
from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Rupiah
from jejaring.engines.planning.plan import PartnershipKind, Rule

Shape = Literal["pairs", "hubs"]


@transaction.atomic
def draft_agreements(
    matching: Round, *, shape: Shape, frame: Frame, by: User | None, at: datetime
) -> list[Agreement]:
    """Return a memorandum for each agreed proposal that has none yet; with "hubs" those of one hub together.

    Their values add up to that of the proposals. Raises a Refusal where nothing is left to be drafted.
    """
    held = rounds.locked(matching)
    if held.state not in {Round.State.OPEN, Round.State.CLOSED}:
        raise Refusal("round.not_published", "This round isn't published yet.")
    found = list(
        rounds.current(held)
        .filter(NOT_DRAFTED, state=Proposal.State.AGREED)
        .select_related("first", "second")
        .prefetch_related("lines__product", "lines__site")
    )
    if not found:
        raise Refusal("round.nothing_agreed", "Nothing new was agreed on, so there is nothing to draft.")
    framed = replace(frame, sources=_sources(held))
    said_in = words(language(frame.language))
    hubs = set(held.network.roles.filter(kind="hub").values_list("cooperative_id", flat=True))
    made = []
    for group in _groups(found, hubs, shape):
        new = _draft(held, group, hubs, framed, said_in)
        agreement = draft(held.network, new, by=by, at=at)
        Proposal.objects.filter(pk__in=[each.pk for each in group]).update(agreement=agreement)
        made.append(agreement)
    return made


def _groups(found: Sequence[Proposal], hubs: set[int], shape: Shape) -> list[list[Proposal]]:
    """Return which proposals go into one agreement."""
    groups: dict[tuple[int, int], list[Proposal]] = {}
    for each in found:
        together = shape == "hubs" and each.first_id in hubs
        groups.setdefault((each.first_id, 0 if together else each.pk), []).append(each)
    return list(groups.values())


def _draft(
    matching: Round, proposals: Sequence[Proposal], hubs: set[int], frame: Frame, said_in: Words
) -> Draft:
    first = proposals[0].first
    parties = [DraftParty(first, is_hub=first.pk in hubs)]
    parties += [DraftParty(each.second, is_hub=each.second_id in hubs) for each in proposals]
    lines = [
        DraftLine(
            kind=cast("PartnershipKind", line.kind),
            giver=0 if line.first_gives else position,
            taker=position if line.first_gives else 0,
            good=line.good_name,
            month=line.month,
            kg=line.kg,
            value_idr=line.value_idr,
            price_idr_per_kg=line.price_idr_per_kg,
            place=line.place_name,
            product=line.product,
            site=line.site,
            origin=f"proposal-line:{line.pk}",
        )
        for position, each in enumerate(proposals, start=1)
        for line in each.lines.all()
    ]
    goods = tuple(dict.fromkeys(line.good for line in lines))
    return Draft(
        kind="mou",
        title=said_in.title(goods),
        parties=parties,
        lines=lines,
        frame=frame,
        settlements=[
            said.Settlement(position, Rupiah(each.settlement_idr), cast("Rule", matching.rule))
            for position, each in enumerate(proposals, start=1)
            if each.settlement_idr
        ],
        occasion=matching.title,
        occasion_key=occasion_of(matching),
    )


def _sources(matching: Round) -> said.Sources:
    """Return what the agreements rest on: the newest plan that was kept, by its fingerprint."""
    newest = matching.plans.exclude(kept_at=None).order_by("-number").first()
    assert newest is not None, "what was agreed comes from a plan"
    plan = PlanRun.objects.values_list("plan", flat=True).get(pk=newest.run_id)
    return said.Sources(network=matching.network.name, plan_sha256=sha256(plan.encode()).hexdigest())
