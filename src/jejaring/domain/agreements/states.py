"""How an agreement may move from one state to another; whatever isn't listed is refused."""

from __future__ import annotations

from enum import StrEnum

from jejaring.domain.agreements.models import Agreement
from jejaring.engines.errors import Refusal, Sentence

_S = Agreement.State


class Verb(StrEnum):
    """What is done to an agreement."""

    WORD = "change its wording"
    APPROVE = "record an organ's approval"
    OFFER = "put it up for signing"
    WITHDRAW = "take it back to be worded again"
    SIGN = "sign it"
    COMPLETE = "bring it into force, once all have signed"
    SUSPEND = "suspend it"
    RESUME = "resume it"
    TERMINATE = "end it early"
    EXPIRE = "let it expire on its last day"
    CANCEL = "give it up before it is signed"
    DISPUTE = "tell or answer a dispute"
    FOLLOW = "make a contract from it, amend it or renew it"
    STAMP = "record the serial number of its e-meterai"


NEXT: dict[tuple[Agreement.State, Verb], Agreement.State] = {
    (_S.DRAFT, Verb.WORD): _S.DRAFT,
    (_S.DRAFT, Verb.APPROVE): _S.DRAFT,
    (_S.DRAFT, Verb.OFFER): _S.SIGNING,
    (_S.DRAFT, Verb.CANCEL): _S.CANCELLED,
    (_S.SIGNING, Verb.APPROVE): _S.SIGNING,
    (_S.SIGNING, Verb.WITHDRAW): _S.DRAFT,
    (_S.SIGNING, Verb.SIGN): _S.SIGNING,
    (_S.SIGNING, Verb.COMPLETE): _S.IN_FORCE,
    (_S.SIGNING, Verb.CANCEL): _S.CANCELLED,
    (_S.IN_FORCE, Verb.SUSPEND): _S.SUSPENDED,
    (_S.IN_FORCE, Verb.TERMINATE): _S.TERMINATED,
    (_S.IN_FORCE, Verb.EXPIRE): _S.EXPIRED,
    (_S.IN_FORCE, Verb.DISPUTE): _S.IN_FORCE,
    (_S.IN_FORCE, Verb.FOLLOW): _S.IN_FORCE,
    (_S.SUSPENDED, Verb.RESUME): _S.IN_FORCE,
    (_S.SUSPENDED, Verb.TERMINATE): _S.TERMINATED,
    (_S.SUSPENDED, Verb.EXPIRE): _S.EXPIRED,
    (_S.SUSPENDED, Verb.DISPUTE): _S.SUSPENDED,
    (_S.EXPIRED, Verb.DISPUTE): _S.EXPIRED,
    (_S.EXPIRED, Verb.FOLLOW): _S.EXPIRED,
    (_S.TERMINATED, Verb.DISPUTE): _S.TERMINATED,
    **{(state, Verb.STAMP): state for state in _S if state != _S.CANCELLED},
}
"""Disputes may be told and settled after the end; who wants to go on after it renews."""

_WHERE = {
    _S.DRAFT: Sentence("agreement.is.draft", "It is still being worded."),
    _S.SIGNING: Sentence("agreement.is.signing", "It is being signed."),
    _S.IN_FORCE: Sentence("agreement.is.in_force", "It is in force."),
    _S.SUSPENDED: Sentence("agreement.is.suspended", "It is suspended."),
    _S.EXPIRED: Sentence("agreement.is.expired", "It has expired."),
    _S.TERMINATED: Sentence("agreement.is.terminated", "It was ended early."),
    _S.CANCELLED: Sentence("agreement.is.cancelled", "It was given up."),
}

_NOT = {
    Verb.WORD: Sentence("agreement.not.word", "So its wording can't be changed."),
    Verb.APPROVE: Sentence("agreement.not.approve", "So no approval can be added."),
    Verb.OFFER: Sentence("agreement.not.offer", "So it can't be put up for signing."),
    Verb.WITHDRAW: Sentence("agreement.not.withdraw", "So it can't be taken back."),
    Verb.SIGN: Sentence("agreement.not.sign", "So it can't be signed."),
    Verb.COMPLETE: Sentence("agreement.not.complete", "So it can't come into force."),
    Verb.SUSPEND: Sentence("agreement.not.suspend", "So it can't be suspended."),
    Verb.RESUME: Sentence("agreement.not.resume", "So it can't be resumed."),
    Verb.TERMINATE: Sentence("agreement.not.terminate", "So it can't be ended."),
    Verb.EXPIRE: Sentence("agreement.not.expire", "So it can't expire."),
    Verb.CANCEL: Sentence("agreement.not.cancel", "So it can't be given up."),
    Verb.DISPUTE: Sentence("agreement.not.dispute", "So no dispute can be told."),
    Verb.FOLLOW: Sentence("agreement.not.follow", "So nothing can follow from it."),
    Verb.STAMP: Sentence("agreement.not.stamp", "So no duty stamp can be recorded."),
}


def may(agreement: Agreement, verb: Verb) -> bool:
    """Return whether this can be done to an agreement as it stands."""
    return (Agreement.State(agreement.state), verb) in NEXT


def after(agreement: Agreement, verb: Verb) -> Agreement.State:
    """Return the state that an agreement is in afterwards. Raises a Refusal for what can't be done to it."""
    state = Agreement.State(agreement.state)
    if (state, verb) not in NEXT:
        raise Refusal("agreement.state", "{where} {so}", where=_WHERE[state], so=_NOT[verb])
    return NEXT[state, verb]
