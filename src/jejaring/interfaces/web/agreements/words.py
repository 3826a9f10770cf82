"""What states, events and levels are called on pages, and what a reader should do next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from jejaring.documents.signatures import found
from jejaring.domain.agreements.actions.signing import LEVELS
from jejaring.domain.agreements.models import Agreement, Event, Motion, Signature
from jejaring.domain.agreements.open_motions import OpenMotion
from jejaring.domain.agreements.queries import Deed, Rights
from jejaring.engines.errors import Sentence
from jejaring.interfaces.web.speaking import say_later

_S = Agreement.State

KINDS = {
    "mou": say_later("Memorandum of understanding"),
    "pks": say_later("Cooperation contract"),
}
STATES = {
    _S.DRAFT: say_later("being worded"),
    _S.SIGNING: say_later("being signed"),
    _S.IN_FORCE: say_later("in force"),
    _S.SUSPENDED: say_later("suspended"),
    _S.EXPIRED: say_later("expired"),
    _S.TERMINATED: say_later("ended early"),
    _S.CANCELLED: say_later("given up before it was signed"),
}
_NOT_BEGUN = say_later("signed, begins later")
TONES = {
    _S.DRAFT: "quiet",
    _S.SIGNING: "warn",
    _S.IN_FORCE: "",
    _S.SUSPENDED: "warn",
    _S.EXPIRED: "quiet",
    _S.TERMINATED: "bad",
    _S.CANCELLED: "bad",
}
EVENTS = {str(kind): say_later(str(label)) for kind, label in Event.Kind.choices}
LEVEL_NAMES = {str(level): say_later(text) for level, text in LEVELS.items()}
LEVEL_TEXTS = {
    Signature.Level.INK: "level_ink",
    Signature.Level.TAPPED: "level_consent",
    Signature.Level.DIGITAL: "level_unknown",
    Signature.Level.CERTIFICATE: "level_certificate",
}
"""Which sentence of the papers tells how much a level is worth."""


def worth(level: str, certified_by: str, stamped_at: str) -> tuple[Any, ...]:
    """Return what a signature is: its level, who vouches for its certificate, whether it has a timestamp."""
    said: tuple[Any, ...] = (LEVEL_NAMES[level],)
    if certified_by:
        facts = {"issuer": certified_by}
        said = (Sentence("worth.certified", "Level 3: certified (PSrE: {issuer})", facts),)
    if level in {Signature.Level.DIGITAL, Signature.Level.CERTIFICATE}:
        said += (_TIMED if stamped_at else _UNTIMED,)
    return said


def worth_of(signature: Signature) -> tuple[Any, ...]:
    """Return what a kept signature is."""
    facts = signature.facts
    return worth(signature.level, facts.get("certified_by", ""), facts.get("stamped_at", ""))


def in_file(made: Iterable[found.Signature], parties: Sequence[str]) -> list[Sentence]:
    """Return what the certificates' signatures of a file are worth today, without anybody's name."""
    told: list[Sentence] = []
    for each in made:
        facts = {"party": _party_at(each.field, parties), "issuer": each.certified_by}
        if each.kind == "stamp":
            told.append(_STAMP_VOUCHED if each.certified_by else _STAMP_UNKNOWN)
        elif each.kind == "person" and each.chain == "revoked":
            told.append(Sentence("in_file.revoked", "{party}: the certificate was revoked.", facts))
        elif each.kind == "person" and each.certified_by:
            told.append(Sentence("in_file.certified", "{party}: certified (PSrE: {issuer}).", facts))
        elif each.kind == "person":
            told.append(
                Sentence("in_file.unknown", "{party}: digital signature, certificate unknown here.", facts)
            )
    return told


def _party_at(field: str, parties: Sequence[str]) -> str:
    """Return the party in whose place a signature stands."""
    number = field.rpartition("-")[2]
    at = int(number) - 1 if field.startswith("party-") and number.isdecimal() else -1
    return parties[at] if 0 <= at < len(parties) else "?"


_TIMED = Sentence("worth.timed", "with timestamp")
_UNTIMED = Sentence("worth.untimed", "without timestamp")
_STAMP_VOUCHED = Sentence(
    "in_file.stamp",
    "A signature stands in the place of the e-meterai, with a certificate of an authority trusted here. "
    "Whether the stamp is real, the distributor tells by its serial number.",
)
_STAMP_UNKNOWN = Sentence(
    "in_file.stamp_unknown",
    "A signature stands in the place of the e-meterai; nobody vouches here for its certificate. "
    "Whether the stamp is real, the distributor tells by its serial number.",
)


def state_facts(agreement: Agreement) -> dict[str, Any]:
    """Return how an agreement's kind and state are shown."""
    state = Agreement.State(agreement.state)
    called = state_name(state, agreement.valid_from)
    return {"kind": KINDS[agreement.kind], "state": called, "tone": TONES[state]}


def state_name(state: Agreement.State, valid_from: date | None) -> Any:
    """Return what a state is called today: what all have signed may begin on a later day."""
    waits = state == _S.IN_FORCE and valid_from is not None and valid_from > timezone.localdate()
    return _NOT_BEGUN if waits else STATES[state]


def motion_words(each: OpenMotion) -> Sentence:
    """Return what a party wants to become of an agreement, in a sentence."""
    motion = each.motion
    if motion.takes_effect_on is None:
        wanted = _WANTED[Motion.What(motion.what)]
        return Sentence(f"motion.{motion.what}", wanted, {"party": str(motion.party)})
    return Sentence(
        "motion.notice",
        "{party} gave notice. The agreement ends on {on}.",
        {"party": str(motion.party), "on": motion.takes_effect_on},
    )


_WANTED = {
    Motion.What.SUSPEND: "{party} wants to suspend the agreement.",
    Motion.What.RESUME: "{party} wants to resume the agreement.",
    Motion.What.END: "{party} wants to end the agreement early.",
}


def next_step(deed: Deed, rights: Rights, lacking: int, looking: int) -> Sentence:
    """Return what this reader should do next with an agreement. Its checklist has so many points `lacking`,
    without which it isn't put up, and so many more worth `looking` at.
    """
    mine = {each.pk for each in rights.signs}
    waits = [each for each in deed.parties if each.signature is None]
    state = deed.agreement.state
    if state == _S.DRAFT:
        return _with_a_draft(rights, lacking, looking)
    if state == _S.SIGNING:
        if any(each.row.pk in mine for each in waits):
            return Sentence("next.sign", "Read the paper, then sign it for your co-op.")
        names = tuple(str(each.row) for each in waits)
        if len(names) > 3:
            return Sentence("next.wait_many", "It waits for {count} signatures.", {"count": len(names)})
        return Sentence("next.wait", "It waits for the signature of: {names}.", {"names": names})
    return _AFTERWARDS[Agreement.State(state)]


def _with_a_draft(rights: Rights, lacking: int, looking: int) -> Sentence:
    if rights.guides and lacking:
        return Sentence(
            "next.fill",
            "Fill in what is missing below ({count}), then put it up for signing.",
            {"count": lacking},
        )
    if rights.guides and looking:
        return Sentence(
            "next.offer_looking",
            "It is complete for signing. {count} points of the checklist are worth reading first; "
            "none of them keeps you from putting it up.",
            {"count": looking},
        )
    if rights.guides:
        return Sentence("next.offer", "Nothing is missing. Read it once more and put it up for signing.")
    if rights.words:
        return Sentence(
            "next.read",
            "Read the draft. Change what doesn't fit; everybody sees what you changed. "
            "Your facilitator puts it up for signing.",
        )
    return Sentence("next.draft", "It is being worded. Nothing holds yet.")


_AFTERWARDS = {
    _S.IN_FORCE: Sentence("next.keep", "All have signed. Keep to what it says, and tell disputes here."),
    _S.SUSPENDED: Sentence("next.suspended", "Nothing is delivered under it until it is resumed."),
    _S.EXPIRED: Sentence("next.expired", "Its time is over. Renew it to go on."),
    _S.TERMINATED: Sentence("next.terminated", "It was ended early. What was delivered before still counts."),
    _S.CANCELLED: Sentence("next.cancelled", "It was given up. Its number isn't given again."),
}
