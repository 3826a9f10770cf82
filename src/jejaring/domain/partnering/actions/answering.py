"""What the two sides of a proposal answer: yes, no, or otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from jejaring.domain.notices.actions.telling import Page, tell
from jejaring.domain.parties import access, audit
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative, User
from jejaring.domain.partnering.actions import rounds
from jejaring.domain.partnering.models import Answer, CounterLine, Proposal, Round
from jejaring.engines.errors import Refusal, Sentence

ANSWERABLE = (Proposal.State.OPEN, Proposal.State.COUNTERED)
"""In these states an answer counts. Who declined may still say yes, as long as nobody planned again."""


@dataclass(frozen=True)
class Otherwise:
    """How a line should be instead: what is None stays. `kg` 0: not in this month; `place`: a code."""

    kg: int | None = None
    price_idr_per_kg: Decimal | None = None
    place: str = ""


@transaction.atomic
def accept(
    proposal: Proposal,
    *,
    cooperative: Cooperative,
    by: User | None,
    at: datetime,
    request_key: UUID | None = None,
) -> Proposal:
    """Say yes for one side; when both have, it is agreed. Raises a Refusal for one that isn't current."""
    held, again = _held(proposal, cooperative, request_key)
    if again:
        return held
    if held.state == Proposal.State.AGREED or _accepted_at(held, cooperative):
        return held
    _answer(held, cooperative, Answer.Kind.ACCEPT, by, at, request_key)
    field = "first_accepted_at" if held.first_id == cooperative.pk else "second_accepted_at"
    setattr(held, field, at)
    both = held.first_accepted_at and held.second_accepted_at
    held.state = Proposal.State.AGREED if both else Proposal.State.OPEN
    held.save(update_fields=[field, "state"])
    if both:
        _tell_other(held, cooperative, _AGREED, at)
    return held


@transaction.atomic
def decline(
    proposal: Proposal,
    *,
    cooperative: Cooperative,
    reason: str,
    by: User | None,
    at: datetime,
    request_key: UUID | None = None,
) -> Proposal:
    """Say no for one side, with a reason. Raises a Refusal without one, and once both have agreed."""
    held, again = _held(proposal, cooperative, request_key)
    if again:
        return held
    if held.state == Proposal.State.AGREED:
        raise _agreed_already()
    if not reason.strip():
        raise Refusal("answer.reason", "Please say why: a sentence is enough, and helps to plan better.")
    _answer(held, cooperative, Answer.Kind.DECLINE, by, at, request_key, reason)
    _no_longer_accepted(held, Proposal.State.DECLINED)
    _tell_other(held, cooperative, _DECLINED, at)
    return held


@transaction.atomic
def counter(
    proposal: Proposal,
    *,
    cooperative: Cooperative,
    lines: Mapping[int, Otherwise],
    reason: str,
    by: User | None,
    at: datetime,
    request_key: UUID | None = None,
) -> Proposal:
    """Say how one side wants it otherwise; `lines` by number of the proposal's lines.

    It takes part in the next plan. Raises a Refusal where nothing differs, or once both have agreed.
    """
    held, again = _held(proposal, cooperative, request_key)
    if again:
        return held
    if held.state == Proposal.State.AGREED:
        raise _agreed_already()
    known = {line.pk: line for line in held.lines.all()}
    differing = {
        pk: said
        for pk, said in lines.items()
        if pk in known
        and (
            (said.kg is not None and said.kg != known[pk].kg)
            or (said.price_idr_per_kg is not None and said.price_idr_per_kg != known[pk].price_idr_per_kg)
            or (said.place and said.place != known[pk].place)
        )
    }
    if set(lines) - set(known):
        raise Refusal("answer.other_line", "This proposal changed meanwhile. Open it again.")
    if not differing:
        raise Refusal("answer.same", "Nothing differs from the proposal. Change a figure, or say yes.")
    answer = _answer(held, cooperative, Answer.Kind.COUNTER, by, at, request_key, reason)
    CounterLine.objects.bulk_create(
        CounterLine(
            answer=answer,
            line=known[pk],
            kg=said.kg,
            price_idr_per_kg=said.price_idr_per_kg,
            place=said.place,
        )
        for pk, said in differing.items()
    )
    _no_longer_accepted(held, Proposal.State.COUNTERED)
    _tell_other(held, cooperative, _COUNTERED, at)
    return held


def _held(proposal: Proposal, cooperative: Cooperative, request_key: UUID | None) -> tuple[Proposal, bool]:
    """Return the proposal, locked, and whether this request was answered before."""
    matching = rounds.locked(proposal.round)
    held = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if request_key and Answer.objects.filter(request_key=request_key, proposal=held).exists():
        return held, True
    assert cooperative.pk in (held.first_id, held.second_id), "only its two sides answer"
    if matching.state == Round.State.PLANNING:
        raise Refusal("round.not_published", "This round isn't published yet.")
    if matching.state != Round.State.OPEN:
        raise rounds.ended(matching)
    if held.state in (Proposal.State.REPLACED, Proposal.State.WITHDRAWN):
        raise Refusal(
            "answer.replaced", "The round was planned again meanwhile. Look at the proposal as it is now."
        )
    return held, False


def _accepted_at(proposal: Proposal, cooperative: Cooperative) -> datetime | None:
    return proposal.first_accepted_at if proposal.first_id == cooperative.pk else proposal.second_accepted_at


def _answer(
    proposal: Proposal,
    cooperative: Cooperative,
    kind: Answer.Kind,
    by: User | None,
    at: datetime,
    request_key: UUID | None,
    reason: str = "",
) -> Answer:
    made = Answer.objects.create(
        proposal=proposal,
        cooperative=cooperative,
        kind=kind,
        reason=reason.strip()[:300],
        by=by,
        at=at,
        request_key=request_key,
    )
    audit.record(
        f"proposal.{kind.value}",
        proposal,
        by=by,
        cooperative_id=cooperative.pk,
        network_id=proposal.round.network_id,
        facts={"version": proposal.version},
    )
    return made


def _no_longer_accepted(proposal: Proposal, state: Proposal.State) -> None:
    proposal.state, proposal.first_accepted_at, proposal.second_accepted_at = state, None, None
    proposal.save(update_fields=["state", "first_accepted_at", "second_accepted_at"])


def _agreed_already() -> Refusal:
    return Refusal(
        "answer.agreed", "Both sides have said yes. Ask the facilitator if it has to be changed after all."
    )


_AGREED = Sentence("answer.notice.agreed", "{first} and {second} have agreed.")
_DECLINED = Sentence("answer.notice.declined", "{who} declined what was proposed to it and {other}.")
_COUNTERED = Sentence("answer.notice.countered", "{who} wants what was proposed to it and {other} otherwise.")


def _tell_other(proposal: Proposal, cooperative: Cooperative, sentence: Sentence, at: datetime) -> None:
    """Tell the other side."""
    other = proposal.second if proposal.first_id == cooperative.pk else proposal.first
    facts = {
        "first": proposal.first.name,
        "second": proposal.second.name,
        "who": cooperative.name,
        "other": other.name,
    }
    tell(
        access.people_who(Ability.ANSWER_PROPOSALS, other, network=proposal.round.network),
        Sentence(sentence.code, sentence.text, facts),
        page=Page("proposal", {"proposal_id": proposal.pk}),
        at=at,
        network=proposal.round.network,
        cooperative=other,
    )
