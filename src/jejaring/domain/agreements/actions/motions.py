"""A signed agreement is suspended, resumed or ended: one party proposes it, every other one says yes.

Only two things go without the others: notice of termination where the contract's own words allow it, and of
a memorandum, which binds nobody. Whoever speaks for a party has signed in with a second step, as for signing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from jejaring.documents.agreements import content as said
from jejaring.domain.agreements.actions.drafting import content_of
from jejaring.domain.agreements.actions.life import locked, moved, reason_of, written
from jejaring.domain.agreements.models import Agreement, AgreementParty, Assent, Event, Motion, Version
from jejaring.domain.agreements.states import Verb, after
from jejaring.domain.parties.models import User
from jejaring.engines.errors import Refusal

_S = Motion.State
_W = Motion.What


class Act(StrEnum):
    """What a party does with a motion."""

    AGREE = "say yes to it"
    DECLINE = "say no to it"
    WITHDRAW = "take it back"


NEXT: dict[tuple[Motion.State, Act], Motion.State] = {
    (_S.OPEN, Act.AGREE): _S.OPEN,
    (_S.OPEN, Act.DECLINE): _S.DECLINED,
    (_S.OPEN, Act.WITHDRAW): _S.WITHDRAWN,
}
"""What isn't listed is refused. The last yes carries a motion, a notice's day carries that."""

_VERBS = {_W.SUSPEND: Verb.SUSPEND, _W.RESUME: Verb.RESUME, _W.END: Verb.TERMINATE}
_ASKED = {
    _W.SUSPEND: Event.Kind.ASKED_SUSPEND,
    _W.RESUME: Event.Kind.ASKED_RESUME,
    _W.END: Event.Kind.ASKED_END,
}
_DONE = {
    _W.SUSPEND: Event.Kind.SUSPENDED,
    _W.RESUME: Event.Kind.RESUMED,
    _W.END: Event.Kind.TERMINATED,
}


@dataclass(frozen=True)
class Voice:
    """Who speaks for a party, and by which second step they signed in: "totp", "passkey", "" for none.

    `letter` names the letter of a party outside: it has no account, whoever guides writes down what it said.
    """

    party: AgreementParty
    by: User | None
    at: datetime
    strength: str
    letter: str = ""


@transaction.atomic
def propose(agreement: Agreement, *, what: Motion.What, why: str, voice: Voice) -> Motion:
    """Propose to suspend, resume or end an agreement; proposed twice in the same words it is one.

    Raises a Refusal without a reason or a second step, and while something else waits for the parties.
    """
    held = _heard(agreement, voice)
    after(held, _VERBS[what])
    why = reason_of(why)
    waiting = held.motions.filter(state=_S.OPEN, is_notice=False).first()
    if waiting is not None:
        if (waiting.party_id, waiting.what, waiting.why) == (voice.party.pk, what, why):
            return waiting
        raise Refusal(
            "motion.waiting", "Something that was proposed still waits for the parties. Answer that first."
        )
    made = Motion.objects.create(agreement=held, what=what, party=voice.party, why=why, made_at=voice.at)
    _assent(made, voice)
    written(held, _ASKED[what], why, voice.party, voice.by, voice.at, who=str(voice.party))
    return made


@transaction.atomic
def give_notice(agreement: Agreement, *, why: str, voice: Voice) -> Motion:
    """Give notice of termination for one party: the agreement ends once the days of notice are over.

    Raises a Refusal where its words allow this party none, and where it isn't between two.
    """
    held = _heard(agreement, voice)
    after(held, Verb.TERMINATE)
    why = reason_of(why)
    if held.motions.filter(state=_S.OPEN, is_notice=True).exists():
        raise Refusal("motion.noticed", "Notice was given already.")
    on = timezone.localdate(voice.at)
    ends_on = on + timedelta(days=notice_days(held, voice.party))
    if held.valid_until and ends_on > held.valid_until:
        raise Refusal(
            "motion.ends_before",
            "It ends by itself on {on}, before the days of notice are over.",
            on=held.valid_until,
        )
    made = Motion.objects.create(
        agreement=held,
        what=_W.END,
        is_notice=True,
        party=voice.party,
        why=why,
        takes_effect_on=ends_on,
        made_at=voice.at,
    )
    _assent(made, voice)
    written(
        held,
        Event.Kind.NOTICE,
        why,
        voice.party,
        voice.by,
        voice.at,
        who=str(voice.party),
        day=ends_on.day,
        last_period=f"{ends_on:%Y-%m}",
    )
    return _carried(made, voice.by, voice.at, on=on) if ends_on <= on else made


@transaction.atomic
def agree(motion: Motion, *, voice: Voice) -> Motion:
    """Say yes for a party; with the last yes it is carried out. A second yes of a party changes nothing."""
    held, waiting = _answered(motion, voice, Act.AGREE)
    if waiting.is_notice:
        raise Refusal("motion.is_notice", "Notice needs nobody's yes: it holds on its day.")
    if waiting.assents.filter(party=voice.party).exists():
        return waiting
    after(held, _VERBS[_W(waiting.what)])
    _assent(waiting, voice)
    written(held, Event.Kind.ASSENTED, voice.letter, voice.party, voice.by, voice.at, who=str(voice.party))
    if waiting.assents.count() < held.parties.count():
        return waiting
    return _carried(waiting, voice.by, voice.at, on=timezone.localdate(voice.at))


@transaction.atomic
def decline(motion: Motion, *, why: str, voice: Voice) -> Motion:
    """Say no for a party, with a reason: the agreement stays as it is."""
    held, waiting = _answered(motion, voice, Act.DECLINE)
    if waiting.is_notice:
        raise Refusal("motion.is_notice", "Notice needs nobody's yes: it holds on its day.")
    if waiting.assents.filter(party=voice.party).exists():
        raise Refusal(
            "motion.agreed",
            "{party} has said yes. Only who proposed it can take it back.",
            party=str(voice.party),
        )
    return _closed(held, waiting, Act.DECLINE, Event.Kind.DISSENTED, reason_of(why), voice)


@transaction.atomic
def withdraw(motion: Motion, *, voice: Voice) -> Motion:
    """Take back what one's own party has proposed, or its notice before the day."""
    held, waiting = _answered(motion, voice, Act.WITHDRAW)
    if waiting.party_id != voice.party.pk:
        raise Refusal("motion.not_own", "Only who proposed it can take it back.")
    if waiting.takes_effect_on is not None and waiting.takes_effect_on <= timezone.localdate(voice.at):
        # Whether the worker has ended it by now or not.
        raise Refusal(
            "motion.day_has_come", "The day of this notice has come: it can't be taken back any more."
        )
    return _closed(held, waiting, Act.WITHDRAW, Event.Kind.TAKEN_BACK, "", voice)


@transaction.atomic
def end_due(*, on: date, at: datetime) -> int:
    """End the agreements whose days of notice are over; return how many."""
    due = Motion.objects.filter(state=_S.OPEN, is_notice=True, takes_effect_on__lte=on)
    count = 0
    for motion in due.select_related("agreement").order_by("agreement_id"):
        locked(motion.agreement)
        held = Motion.objects.get(pk=motion.pk)
        if held.state == _S.OPEN:
            assert held.takes_effect_on is not None
            _carried(held, None, at, on=held.takes_effect_on)
            count += 1
    return count


def notice_days(agreement: Agreement, party: AgreementParty) -> int:
    """Return how many days before its end a party gives notice of a signed agreement.

    Raises a Refusal where the party may not end it alone.
    """
    if agreement.parties.count() > 2:
        raise Refusal(
            "motion.many",
            "This agreement has more than two parties: one of them can't end it for all. Propose to end it.",
        )
    content = content_of(agreement.versions.get(state=Version.State.SIGNED))
    days = content.terms.end_notice_days
    if agreement.kind == Agreement.Kind.MOU:
        # An intention binds nobody: the days are a courtesy that may be left open.
        return days or 0
    if days is None:
        raise Refusal(
            "motion.no_days",
            "The contract says nothing of notice. Propose to end it; the others must say yes.",
        )
    if not _may_end(content, party.position):
        raise Refusal(
            "motion.one_sided",
            "By the contract only the other side may end it by notice. Propose to end it; they must say yes.",
        )
    return days


def _may_end(content: said.Agreement, position: int) -> bool:
    """Return whether a contract's words let a party end it by notice."""
    lines = content.commitments
    sides = {"giver": {each.giver for each in lines}, "taker": {each.taker for each in lines}}
    return content.terms.ends == "both" or position in sides[content.terms.ends]


def _heard(agreement: Agreement, voice: Voice) -> Agreement:
    """Return the agreement, locked. Raises a Refusal for a voice that isn't strong enough."""
    held = locked(agreement)
    assert voice.party.agreement_id == held.pk
    if not voice.strength:
        raise Refusal(
            "motion.strong",
            "To speak for a party here, sign in with a second step first: a code from an app, or a passkey.",
        )
    if voice.party.counterparty_id and not voice.letter.strip():
        raise Refusal("motion.letter", "Name the letter by which {party} said so.", party=str(voice.party))
    return held


def _answered(motion: Motion, voice: Voice, act: Act) -> tuple[Agreement, Motion]:
    """Return the agreement, locked, and the motion. Raises a Refusal where it doesn't wait any more."""
    held = _heard(motion.agreement, voice)
    waiting = Motion.objects.get(pk=motion.pk)
    if (_S(waiting.state), act) not in NEXT:
        raise Refusal(
            "motion.closed", "This was answered or taken back already. Look at where it stands now."
        )
    return held, waiting


def _assent(motion: Motion, voice: Voice) -> None:
    Assent.objects.create(
        motion=motion,
        party=voice.party,
        by=voice.by,
        at=voice.at,
        strength=voice.strength,
        letter=voice.letter.strip()[:160],
    )


def _closed(
    agreement: Agreement, motion: Motion, act: Act, kind: Event.Kind, text: str, voice: Voice
) -> Motion:
    motion.state, motion.closed_at = NEXT[_S.OPEN, act], voice.at
    motion.save(update_fields=["state", "closed_at"])
    written(agreement, kind, text, voice.party, voice.by, voice.at, who=str(voice.party))
    return motion


def _carried(motion: Motion, by: User | None, at: datetime, *, on: date) -> Motion:
    """Carry out a motion: the agreement is suspended, resumed, or ended on a day."""
    what = _W(motion.what)
    motion.state, motion.closed_at = _S.CARRIED, at
    motion.save(update_fields=["state", "closed_at"])
    now = moved(motion.agreement, _VERBS[what], _DONE[what], motion.why, motion.party, by, at)
    if what == _W.END:
        now.ended_on = on
        now.save(update_fields=["ended_on"])
    return motion
