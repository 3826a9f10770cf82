"""A round from its opening to its end: planned, published, planned again, closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet

from jejaring.domain.notices.actions.telling import Page, tell
from jejaring.domain.parties import access, audit
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative, Network, User
from jejaring.domain.parties.requests import known_elsewhere
from jejaring.domain.partnering.actions import asking
from jejaring.domain.partnering.models import PlanRun, Proposal, Round, RoundPlan
from jejaring.engines.errors import Refusal, Sentence
from jejaring.engines.planning.plan import RULES

_ENDED = {Round.State.CLOSED, Round.State.CANCELLED}


@transaction.atomic
def open_round(
    network: Network,
    *,
    title: str,
    first_month: date,
    months: int,
    rule: str,
    by: User | None,
    at: datetime,
    request_key: UUID | None = None,
) -> Round:
    """Return a new round: the answers are taken at this moment, and their plan is asked for.

    The same `request_key` returns the same round again. Raises what `asking.ask_for_plan` raises, and a
    Refusal while another round of the network is open.
    """
    Network.objects.select_for_update().get(pk=network.pk)
    before = Round.objects.filter(request_key=request_key).first() if request_key else None
    if before is not None:
        if before.network_id != network.pk:
            raise known_elsewhere()
        return before
    if Round.objects.filter(network=network).exclude(state__in=_ENDED).exists():
        raise Refusal("round.another", "Another round of this network is open. Close it or give it up first.")
    if rule not in RULES:
        raise Refusal("round.rule", "Choose by which rule the gain is shared.")
    run = asking.ask_for_plan(
        network, first_month=first_month, months=months, by=by, at=at, title=title, rules=(rule,)
    )
    opened = Round.objects.create(
        network=network,
        title=title[:160] or str(network),
        rule=rule,
        first_month=run.first_month,
        months=months,
        opened_by=by,
        opened_at=at,
        request_key=request_key,
    )
    RoundPlan.objects.create(round=opened, number=1, run=run)
    audit.record("round.open", opened, by=by, network_id=network.pk, facts={"rule": rule, "months": months})
    return opened


@transaction.atomic
def publish(matching: Round, *, by: User | None, at: datetime) -> Round:
    """Show every co-op what is proposed to it. Raises a Refusal where no plan is there yet."""
    held = locked(matching)
    if held.state != Round.State.PLANNING:
        raise Refusal("round.published", "This round was published already.")
    if not held.plans.exclude(kept_at=None).exists():
        raise Refusal("round.no_plan", "The plan isn't worked out yet. Publish the round when it is.")
    held.state, held.published_at = Round.State.OPEN, at
    held.save(update_fields=["state", "published_at"])
    tell_sides(held, current(held).filter(plan__isnull=False), NEW, at)
    audit.record("round.publish", held, by=by, network_id=held.network_id)
    return held


@transaction.atomic
def plan_again(
    matching: Round, *, by: User | None, at: datetime, request_key: UUID | None = None
) -> RoundPlan:
    """Ask for a new plan of the round: what was accepted stays, what was declined is barred, and counters are
    tried. The same `request_key` returns the same plan again.
    """
    held = locked(matching)
    before = (
        RoundPlan.objects.filter(round=held, run__request_key=request_key).first() if request_key else None
    )
    if before is not None:
        return before
    if request_key and PlanRun.objects.filter(request_key=request_key).exists():
        raise known_elsewhere()
    if held.state in _ENDED:
        raise ended(held)
    last = held.plans.select_related("run").order_by("-number").first()
    assert last is not None, "a round is opened with a plan"
    if last.kept_at is None and last.run.status not in {PlanRun.Status.FAILED, PlanRun.Status.REFUSED}:
        raise Refusal("round.working", "A plan of this round is being worked out. Wait until it is finished.")
    run = asking.ask_for_same(last.run, by=by, at=at, request_key=request_key)
    made = RoundPlan.objects.create(round=held, number=last.number + 1, run=run)
    audit.record("round.plan", held, by=by, network_id=held.network_id, facts={"number": made.number})
    return made


@transaction.atomic
def close(matching: Round, *, by: User | None, at: datetime) -> Round:
    """End a round: nothing can be answered any more, and what was agreed goes into agreements."""
    held = locked(matching)
    if held.state != Round.State.OPEN:
        raise Refusal("round.not_open", "Only a round that is open can be closed.")
    held.state, held.closed_at = Round.State.CLOSED, at
    held.save(update_fields=["state", "closed_at"])
    agreed = current(held).filter(state=Proposal.State.AGREED).count()
    audit.record("round.close", held, by=by, network_id=held.network_id, facts={"agreed": agreed})
    return held


@transaction.atomic
def cancel(matching: Round, *, by: User | None, at: datetime) -> Round:
    """Give a round up. What was answered stays to be read."""
    held = locked(matching)
    if held.state in _ENDED:
        raise ended(held)
    held.state, held.closed_at = Round.State.CANCELLED, at
    held.save(update_fields=["state", "closed_at"])
    audit.record("round.cancel", held, by=by, network_id=held.network_id)
    return held


# --- what the other actions of rounds use ------------------------------------------------------


def locked(matching: Round) -> Round:
    """Return the round, which nobody else changes until this transaction ends."""
    return Round.objects.select_for_update().get(pk=matching.pk)


def ended(matching: Round) -> Refusal:
    """Return the refusal of whoever comes too late."""
    if matching.state == Round.State.CANCELLED:
        return Refusal("round.cancelled", "This round was given up.")
    return Refusal("round.closed", "This round is closed. Nothing can be changed in it any more.")


def current(matching: Round) -> QuerySet[Proposal]:
    """Return the proposals of a round that count now."""
    gone = (Proposal.State.REPLACED, Proposal.State.WITHDRAWN)
    return Proposal.objects.filter(round=matching).exclude(state__in=gone)


def next_version(matching: Round, first: Cooperative, second: Cooperative) -> int:
    """Return the number of the next proposal to these two."""
    known = Proposal.objects.filter(round=matching, first=first, second=second)
    return int(known.aggregate(last=Max("version"))["last"] or 0) + 1


NEW = Sentence("round.notice.new", "There is a proposal for {cooperative}: please look and answer.")
AGAIN = Sentence(
    "round.notice.again",
    "The round was planned again. What is proposed to {cooperative} changed: please look.",
)


def tell_sides(matching: Round, proposals: Iterable[Proposal], sentence: Sentence, at: datetime) -> None:
    """Tell those who answer for the co-ops of these proposals, once for each co-op."""
    sides = {pk for each in proposals for pk in (each.first_id, each.second_id)}
    for cooperative in Cooperative.objects.filter(pk__in=sides).order_by("pk"):
        tell(
            access.people_who(Ability.ANSWER_PROPOSALS, cooperative, network=matching.network),
            Sentence(sentence.code, sentence.text, {"cooperative": cooperative.name}),
            page=Page("proposals", {"round_id": matching.pk, "cooperative_id": cooperative.pk}),
            at=at,
            network=matching.network,
            cooperative=cooperative,
        )
