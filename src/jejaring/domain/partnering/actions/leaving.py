"""A co-op leaves a network while a round is open: what was proposed to it is closed, its partners are told.

What it has agreed on with others isn't torn up on the way out: that is drafted and given up, or opened once
more, before it goes.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from jejaring.documents.language import language
from jejaring.domain.agreements.actions import leaving
from jejaring.domain.notices.actions.telling import Page, tell
from jejaring.domain.parties import access, audit
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative, Network, User
from jejaring.domain.partnering.actions import rounds
from jejaring.domain.partnering.models import NOT_DRAFTED, Answer, Proposal, Round
from jejaring.engines.errors import Refusal, Sentence

_LEFT = Sentence(
    "round.notice.left",
    "{who} has left the network. What was proposed to it and {other} is closed; the next plan does without "
    "it.",
)
_OPEN_NOW = (Round.State.PLANNING, Round.State.OPEN)
_NOT_DECLINED = (Proposal.State.OPEN, Proposal.State.COUNTERED)


@transaction.atomic
def remove_from_network(network: Network, *, cooperative: Cooperative, by: User | None, at: datetime) -> None:
    """Take a co-op out of a network, and out of its open round. Raises a Refusal while agreements there
    aren't over, and while something that both sides agreed on stands in none yet.
    """
    Network.objects.select_for_update().get(pk=network.pk)
    matching = Round.objects.filter(network=network, state__in=_OPEN_NOW).first()
    held = rounds.locked(matching) if matching else None
    if held is not None:
        _refuse_agreed(held, cooperative)
    leaving.remove_from_network(network, cooperative=cooperative, by=by)
    if held is not None:
        _take_out(held, cooperative, by, at)


def _refuse_agreed(matching: Round, cooperative: Cooperative) -> None:
    agreed = _of(matching, cooperative).filter(NOT_DRAFTED, state=Proposal.State.AGREED).count()
    if agreed:
        raise Refusal(
            "cooperative.agreed",
            "{name} has agreed on {count} proposals in the round “{title}”. Open each once more on its page "
            "first: what both sides agreed on isn't undone by leaving.",
            name=cooperative.name,
            count=agreed,
            title=matching.title,
        )


def _take_out(matching: Round, cooperative: Cooperative, by: User | None, at: datetime) -> None:
    """Decline all that is proposed to a co-op, in its name; what no plan has tried yet is withdrawn."""
    mine = _of(matching, cooperative).select_for_update(of=("self",))
    reason = language("id").text("{name} has left the network.", name=cooperative.name)
    for each in mine.filter(state__in=_NOT_DECLINED).select_related("first", "second").order_by("pk"):
        each.state = Proposal.State.DECLINED if each.plan_id else Proposal.State.WITHDRAWN
        each.first_accepted_at = each.second_accepted_at = None
        each.save(update_fields=["state", "first_accepted_at", "second_accepted_at"])
        audit.record(
            "proposal.left",
            each,
            by=by,
            cooperative_id=cooperative.pk,
            network_id=matching.network_id,
            facts={"version": each.version},
        )
        if each.plan_id:
            kind = Answer.Kind.DECLINE
            Answer.objects.create(
                proposal=each, cooperative=cooperative, kind=kind, reason=reason[:300], by=by, at=at
            )
        if each.plan_id and matching.published_at is not None:
            _tell_other(matching, each, cooperative, at)


def _tell_other(matching: Round, proposal: Proposal, cooperative: Cooperative, at: datetime) -> None:
    other = proposal.second if proposal.first_id == cooperative.pk else proposal.first
    tell(
        access.people_who(Ability.ANSWER_PROPOSALS, other, network=matching.network),
        Sentence(_LEFT.code, _LEFT.text, {"who": cooperative.name, "other": other.name}),
        page=Page("proposal", {"proposal_id": proposal.pk}),
        at=at,
        network=matching.network,
        cooperative=other,
    )


def _of(matching: Round, cooperative: Cooperative) -> QuerySet[Proposal]:
    return rounds.current(matching).filter(Q(first=cooperative) | Q(second=cooperative))
