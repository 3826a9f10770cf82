"""What the two sides of a proposal answer: yes, no, or otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from jejaring.domain.notices.actions.telling import Page, tell
from jejaring.domain.parties import access, audit
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative, User
from jejaring.domain.parties.requests import known_elsewhere
from jejaring.domain.partnering.actions import rounds
from jejaring.domain.partnering.actions.by_hand import first_problem
from jejaring.domain.partnering.models import NOT_DRAFTED, Answer, CounterLine, Proposal, ProposalLine, Round
from jejaring.domain.partnering.round_choices import Known
from jejaring.domain.partnering.there import refuse_more_than_there_is
from jejaring.engines.errors import Refusal, Sentence

_STATE_AFTER = {
    Answer.Kind.DECLINE: Proposal.State.DECLINED,
    Answer.Kind.COUNTER: Proposal.State.COUNTERED,
}


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
    """Say yes for one side; when both have, it is agreed. Raises a Refusal for one that isn't current.

    Who declined or wanted it otherwise may still say yes, as long as nobody planned again. What the other
    side wants otherwise stays standing until it says yes itself.
    """
    held, again = _held(proposal, cooperative, request_key)
    if again:
        return held
    if held.state == Proposal.State.AGREED or _accepted_at(held, cooperative):
        return held
    _answer(held, cooperative, Answer.Kind.ACCEPT, by, at, request_key)
    field = "first_accepted_at" if held.first_id == cooperative.pk else "second_accepted_at"
    setattr(held, field, at)
    both = held.first_accepted_at and held.second_accepted_at
    held.state = Proposal.State.AGREED if both else _state_by_other(held, cooperative)
    held.save(update_fields=[field, "state"])
    if both:
        _tell_other(held, cooperative, _AGREED, at)
    return held


@transaction.atomic
def accept_all(
    matching: Round,
    *,
    cooperative: Cooperative,
    seen_plan: int,
    only_where_other_accepted: bool = False,
    by: User | None,
    at: datetime,
) -> int:
    """Say yes for one side to everything that waits for its answer; return to how much.

    `seen_plan` is the plan that was on the page: what came after it isn't accepted unseen, but refused.
    What the other side declined or wants otherwise isn't touched.
    """
    held = rounds.locked(matching)
    if not held.plans.filter(pk=seen_plan).exists() or _newest(held) != seen_plan:
        raise _planned_again()
    mine = Q(first=cooperative, first_accepted_at=None) | Q(second=cooperative, second_accepted_at=None)
    waiting = rounds.current(held).filter(mine, plan__isnull=False, state=Proposal.State.OPEN)
    if only_where_other_accepted:
        waiting = waiting.exclude(first_accepted_at=None, second_accepted_at=None)
    found = list(waiting.select_related("first", "second", "round__network").order_by("pk"))
    for each in found:
        accept(each, cooperative=cooperative, by=by, at=at)
    return len(found)


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
    _refuse_strange(held, known, lines)
    _refuse_too_much(held, known, differing)
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


@transaction.atomic
def reopen(proposal: Proposal, *, why: str, by: User | None, at: datetime) -> Proposal:
    """Open what both sides agreed on once more, when they ask for it; both must say yes again.

    Raises a Refusal for what stands in a memorandum that wasn't given up, and without a reason.
    """
    matching = rounds.locked(proposal.round)
    held = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if matching.state != Round.State.OPEN:
        raise rounds.ended(matching)
    if held.state != Proposal.State.AGREED:
        raise Refusal("reopen.not_agreed", "Only what both have agreed on can be opened once more.")
    if not Proposal.objects.filter(NOT_DRAFTED, pk=held.pk).exists():
        raise Refusal(
            "reopen.drafted", "It stands in a memorandum. Give that up first, or amend it once it is signed."
        )
    if not why.strip():
        raise Refusal("agreement.reason", "Please say why, in a sentence.")
    held.state, held.agreement = Proposal.State.OPEN, None
    held.first_accepted_at = held.second_accepted_at = None
    held.save(update_fields=["state", "agreement", "first_accepted_at", "second_accepted_at"])
    audit.record(
        "proposal.reopen", held, by=by, network_id=matching.network_id, facts={"version": held.version}
    )
    rounds.tell_sides(matching, [held], _REOPENED, at)
    return held


def _refuse_strange(
    proposal: Proposal, known: Mapping[int, ProposalLine], lines: Mapping[int, Otherwise]
) -> None:
    """Refuse lines of another proposal, places of somebody else, and what costs nothing."""
    if set(lines) - set(known):
        raise Refusal("answer.other_line", "This proposal changed meanwhile. Open it again.")
    asked = {pk: said.place for pk, said in lines.items() if said.place and said.place != known[pk].place}
    if asked:
        ends = (proposal.first_id, proposal.second_id)
        open_to = {place.code for place in Known(proposal.round).places_of(ends)}
        if set(asked.values()) - open_to:
            raise Refusal("answer.place", "Choose a place of one of the two for the delivery.")
    if any(said.price_idr_per_kg == 0 for said in lines.values()):
        raise Refusal("answer.price", "Say what a kilogram costs: more than nothing.")
    for pk, said in lines.items():
        price, proposed = said.price_idr_per_kg, known[pk].price_idr_per_kg
        if price and proposed and not proposed / _FAR < price < proposed * _FAR:
            raise Refusal(
                "answer.price_far",
                "{proposed_idr_per_kg} is proposed, and you wrote {asked_idr_per_kg}: a digit too many or "
                "too few? Please look at the price again.",
                proposed_idr_per_kg=proposed,
                asked_idr_per_kg=price,
            )


_FAR = 10
"""A price so many times higher or lower than proposed is a slip of the finger."""


def _refuse_too_much(
    proposal: Proposal, known: Mapping[int, ProposalLine], wanted: Mapping[int, Otherwise]
) -> None:
    """Refuse more kilograms of a good than there are: only what is more than proposed is looked at."""
    more = [(known[pk], said.kg) for pk, said in wanted.items() if said.kg and said.kg > known[pk].kg]
    sold = [(line, kg) for line, kg in more if line.kind == "sale"]
    if sold:
        problem, _ = first_problem(proposal.round)
        for line, kg in sold:
            refuse_more_than_there_is(problem, line.good, [(f"{line.month:%Y-%m}", kg)])


def _held(proposal: Proposal, cooperative: Cooperative, request_key: UUID | None) -> tuple[Proposal, bool]:
    """Return the proposal, locked, and whether this request was answered before."""
    matching = rounds.locked(proposal.round)
    held = Proposal.objects.select_for_update().get(pk=proposal.pk)
    held.round, held.first, held.second = proposal.round, proposal.first, proposal.second
    before = Answer.objects.filter(request_key=request_key).first() if request_key else None
    if before is not None:
        if (before.proposal_id, before.cooperative_id) != (held.pk, cooperative.pk):
            raise known_elsewhere()
        return held, True
    assert cooperative.pk in (held.first_id, held.second_id), "only its two sides answer"
    if matching.state == Round.State.PLANNING:
        raise Refusal("round.not_published", "This round isn't published yet.")
    if matching.state != Round.State.OPEN:
        raise rounds.ended(matching)
    if held.state in (Proposal.State.REPLACED, Proposal.State.WITHDRAWN):
        raise _planned_again()
    if held.plan_id is None:
        raise Refusal("answer.not_planned", "This proposal waits for the next plan. Answer it after that.")
    return held, False


def _newest(matching: Round) -> int | None:
    return matching.plans.exclude(kept_at=None).order_by("-number").values_list("pk", flat=True).first()


def _planned_again() -> Refusal:
    return Refusal(
        "answer.replaced", "The round was planned again meanwhile. Look at the proposal as it is now."
    )


def _state_by_other(proposal: Proposal, cooperative: Cooperative) -> Proposal.State:
    """Return where a proposal stands to which only `cooperative` said yes: the other's last answer tells."""
    last = proposal.answers.exclude(cooperative=cooperative).order_by("at", "pk").last()
    return _STATE_AFTER.get(Answer.Kind(last.kind), Proposal.State.OPEN) if last else Proposal.State.OPEN


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


_REOPENED = Sentence(
    "answer.notice.reopened",
    "Something that {cooperative} had agreed on was opened once more: please look and answer.",
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
