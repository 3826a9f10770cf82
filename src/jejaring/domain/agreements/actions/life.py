"""What happens to an agreement after it was drafted: given up, disputed, expired.

What its parties decide together, to suspend, resume or end it, is in `motions`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from jejaring.domain.agreements.models import Agreement, AgreementParty, Event, Motion
from jejaring.domain.agreements.states import Verb, after
from jejaring.domain.notices.actions.telling import Page, tell
from jejaring.domain.parties import access, audit
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import User
from jejaring.engines.errors import Refusal, Sentence

ALERTS_DAYS = (90, 30, 7)
"""So many days before its last one people are told that an agreement will expire (facts.md §5)."""
_ENDED = (Agreement.State.EXPIRED, Agreement.State.TERMINATED)


@transaction.atomic
def cancel(agreement: Agreement, *, why: str, by: User | None, at: datetime) -> Agreement:
    """Give up an agreement that isn't signed. Its number, if it had one, stays its own."""
    return moved(agreement, Verb.CANCEL, Event.Kind.CANCELLED, reason_of(why), None, by, at)


@transaction.atomic
def tell_dispute(
    agreement: Agreement, *, text: str, party: AgreementParty | None, by: User | None, at: datetime
) -> Event:
    """Write down a dispute; the other parties are told."""
    held = locked(agreement)
    after(held, Verb.DISPUTE)
    return written(held, Event.Kind.DISPUTE, reason_of(text), party, by, at)


@transaction.atomic
def answer_dispute(
    dispute: Event,
    *,
    text: str,
    settles: bool,
    party: AgreementParty | None,
    by: User | None,
    at: datetime,
) -> Event:
    """Write down what was said in a dispute, or how it was settled. Raises a Refusal once it is settled."""
    held = locked(dispute.agreement)
    after(held, Verb.DISPUTE)
    assert dispute.kind == Event.Kind.DISPUTE
    if dispute.answers.filter(kind=Event.Kind.DISPUTE_SETTLED).exists():
        raise Refusal("dispute.settled", "This dispute was settled. Tell a new one if it comes up again.")
    kind = Event.Kind.DISPUTE_SETTLED if settles else Event.Kind.DISPUTE_NOTE
    return written(held, kind, reason_of(text), party, by, at, dispute)


@transaction.atomic
def expire_due(*, on: date, at: datetime) -> int:
    """Let agreements expire whose last day has passed; return how many."""
    states = (Agreement.State.IN_FORCE, Agreement.State.SUSPENDED)
    due = Agreement.objects.select_for_update().filter(state__in=states, valid_until__lt=on)
    for agreement in due:
        assert agreement.valid_until is not None
        moved(agreement, Verb.EXPIRE, Event.Kind.EXPIRED, "", None, None, at)
        Agreement.objects.filter(pk=agreement.pk).update(ended_on=agreement.valid_until)
    return len(due)


@transaction.atomic
def alert_expiring(*, on: date, at: datetime) -> int:
    """Tell parties that an agreement expires in 90, 30 or 7 days, once each; return how many were told."""
    told = 0
    coming = Agreement.objects.filter(
        state__in=(Agreement.State.IN_FORCE, Agreement.State.SUSPENDED),
        valid_until__gte=on,
        valid_until__lte=on + timedelta(days=max(ALERTS_DAYS)),
    ).select_related("network")
    for agreement in coming.order_by("pk"):
        assert agreement.valid_until is not None
        left = (agreement.valid_until - on).days
        step = min(days for days in ALERTS_DAYS if left <= days)
        sentence = Sentence(
            "agreement.notice.expires",
            "“{title}” ends on {day} {last_period}. Renew it in time, or let it end.",
            {
                "title": agreement.title,
                "day": agreement.valid_until.day,
                "last_period": f"{agreement.valid_until:%Y-%m}",
            },
        )
        told += tell_parties(agreement, sentence, at, once=f"agreement:{agreement.pk}:expires:{step}")
    return told


# --- what the other actions of agreements use --------------------------------------------------


def locked(agreement: Agreement) -> Agreement:
    """Return the agreement, which nobody else changes until this transaction ends."""
    return Agreement.objects.select_for_update().get(pk=agreement.pk)


def written(
    agreement: Agreement,
    kind: Event.Kind,
    text: str,
    party: AgreementParty | None,
    by: User | None,
    at: datetime,
    dispute: Event | None = None,
    **facts: object,
) -> Event:
    """Write a line into an agreement's log and the trail, and tell its parties: `facts` fill the sentence."""
    made = Event.objects.create(
        agreement=agreement,
        kind=kind,
        text=text.strip()[:4000],
        party=party,
        dispute=dispute,
        on=timezone.localdate(at),
        at=at,
        by=by,
    )
    audit.record(
        f"agreement.{kind.value}",
        agreement,
        by=by,
        cooperative_id=party.cooperative_id if party else None,
        network_id=agreement.network_id,
        facts={"state": agreement.state},
    )
    told = _TOLD[kind]
    tell_parties(agreement, Sentence(told.code, told.text, facts), at)
    return made


def tell_parties(agreement: Agreement, sentence: Sentence, at: datetime, *, once: str = "") -> int:
    """Tell everybody who signs for a co-op that is party to an agreement; return how many were told."""
    told = 0
    facts = {"title": agreement.title, **sentence.facts}
    parties = agreement.parties.exclude(cooperative=None).select_related("cooperative")
    for party in parties:
        assert party.cooperative is not None
        told += tell(
            access.people_who(Ability.SIGN_AGREEMENTS, party.cooperative, network=agreement.network),
            Sentence(sentence.code, sentence.text, facts),
            page=Page("agreement", {"agreement_id": agreement.pk}),
            at=at,
            network=agreement.network,
            cooperative=party.cooperative,
            once=once,
        )
    return told


_TOLD = {
    Event.Kind.OFFERED: Sentence("agreement.notice.offered", "“{title}” waits for your signature."),
    Event.Kind.WITHDRAWN: Sentence(
        "agreement.notice.withdrawn", "“{title}” was taken back to be worded again. Wait for the new version."
    ),
    Event.Kind.IN_FORCE: Sentence(
        "agreement.notice.in_force", "All have signed “{title}”. It is in force now."
    ),
    Event.Kind.SUSPENDED: Sentence("agreement.notice.suspended", "“{title}” was suspended."),
    Event.Kind.RESUMED: Sentence("agreement.notice.resumed", "“{title}” is in force again."),
    Event.Kind.EXPIRED: Sentence("agreement.notice.expired", "“{title}” has expired."),
    Event.Kind.TERMINATED: Sentence("agreement.notice.terminated", "“{title}” was ended early."),
    Event.Kind.CANCELLED: Sentence("agreement.notice.cancelled", "“{title}” was given up."),
    Event.Kind.AMENDED: Sentence("agreement.notice.amended", "An amendment of “{title}” is being worded."),
    Event.Kind.RENEWED: Sentence("agreement.notice.renewed", "“{title}” is being renewed."),
    Event.Kind.DISPUTE: Sentence("agreement.notice.dispute", "A dispute about “{title}” was told."),
    Event.Kind.DISPUTE_NOTE: Sentence(
        "agreement.notice.dispute_note", "Something was said in the dispute about “{title}”."
    ),
    Event.Kind.DISPUTE_SETTLED: Sentence(
        "agreement.notice.dispute_settled", "The dispute about “{title}” is settled."
    ),
    Event.Kind.STAMPED: Sentence("agreement.notice.stamped", "The e-meterai of “{title}” was recorded."),
    Event.Kind.ASKED_SUSPEND: Sentence(
        "agreement.notice.asked_suspend", "{who} wants “{title}” suspended. Please say yes or no."
    ),
    Event.Kind.ASKED_RESUME: Sentence(
        "agreement.notice.asked_resume", "{who} wants “{title}” resumed. Please say yes or no."
    ),
    Event.Kind.ASKED_END: Sentence(
        "agreement.notice.asked_end", "{who} wants “{title}” ended early. Please say yes or no."
    ),
    Event.Kind.NOTICE: Sentence(
        "agreement.notice.notice",
        "{who} gave notice: “{title}” ends on {day} {last_period}.",
    ),
    Event.Kind.ASSENTED: Sentence(
        "agreement.notice.assented", "{who} agreed to what was proposed about “{title}”."
    ),
    Event.Kind.DISSENTED: Sentence(
        "agreement.notice.dissented",
        "{who} didn't agree to what was proposed about “{title}”. It stays as it is.",
    ),
    Event.Kind.TAKEN_BACK: Sentence(
        "agreement.notice.taken_back",
        "{who} took back what it had proposed about “{title}”. It stays as it is.",
    ),
}


def moved(
    agreement: Agreement,
    verb: Verb,
    kind: Event.Kind,
    text: str,
    party: AgreementParty | None,
    by: User | None,
    at: datetime,
) -> Agreement:
    """Return the agreement in its next state, written and told; at its end what waited for parties lapses."""
    held = locked(agreement)
    held.state = after(held, verb)
    held.save(update_fields=["state"])
    if held.state in _ENDED:
        waiting = Motion.objects.filter(agreement=held, state=Motion.State.OPEN)
        waiting.update(state=Motion.State.LAPSED, closed_at=at)
    written(held, kind, text, party, by, at)
    return held


def reason_of(text: str) -> str:
    """Return a reason as it was typed. Raises a Refusal for none."""
    if not text.strip():
        raise Refusal("agreement.reason", "Please say why, in a sentence.")
    return text
