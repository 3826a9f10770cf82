"""An agreement is put up for signing, or taken back: from here on its words don't change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from pyhanko.sign.timestamps import TimeStamper

from jejaring.documents import signatures
from jejaring.documents.agreements import Agreement as Content
from jejaring.documents.agreements import Finding, missing, paper, to_json, worded
from jejaring.documents.agreements import content as said
from jejaring.documents.agreements import sha256 as fingerprint
from jejaring.documents.language import language
from jejaring.documents.signatures.keys import PlatformKey
from jejaring.domain.agreements.actions.beforehand import Outdated, made_beforehand
from jejaring.domain.agreements.actions.drafting import content_of, newest_version
from jejaring.domain.agreements.actions.life import locked, written
from jejaring.domain.agreements.actions.versions import next_version
from jejaring.domain.agreements.models import Agreement, Approval, Event, NumberSeries, Paper, Version
from jejaring.domain.agreements.models.agreements import AgreementParty
from jejaring.domain.agreements.states import Verb, after
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import User
from jejaring.engines.errors import Fault, Faults, Place, Refusal

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_SHORT = {Agreement.Kind.MOU: "NK", Agreement.Kind.PKS: "PKS"}
_INTENT_NEEDS = (
    "clause.",
    "duration.",
    "annex.total",
    "annex.value",
    "signatory.office",
    "authority.members",
)
"""Without these not even an intention is put up for signing; a contract needs all that is missing."""
_SERIAL = re.compile(r"[A-Z0-9-]{6,40}")
_GIVEN_WITH_THE_OFFER = ("head.number", "head.on", "paper.")
"""What isn't there before, because offering itself gives it."""


@dataclass(frozen=True)
class Desk:
    """What an installation signs with: its key, and the address of the page where anybody can check."""

    key: PlatformKey
    address: str
    """With {code} and {version} in it."""
    timestamps: TimeStamper | None = None
    """Who says when a paper was there; None where the installation has no such service."""


@transaction.atomic
def approve(
    agreement: Agreement,
    *,
    party: AgreementParty,
    body: Approval.Body,
    decision_number: str,
    decided_on: date,
    by: User | None,
    at: datetime,
) -> Approval:
    """Write down that an organ of a party has approved. The paper names the decision from then on.

    The same number once more corrects its day, as long as it is worded; once the agreement is put up for
    signing only decisions that its paper doesn't name can be added.
    """
    held = locked(agreement)
    after(held, Verb.APPROVE)
    if not decision_number.strip():
        raise Refusal("approval.number", "Give the number of the decision, as its minutes have it.")
    if decided_on > timezone.localdate(at):
        raise Refusal("approval.ahead", "The decision is of a day that hasn't come yet.")
    number = decision_number.strip()[:80]
    made = Approval.objects.filter(party=party, body=body, decision_number=number).first()
    if made is None:
        made = Approval(agreement=held, party=party, body=body, decision_number=number)
    elif made.decided_on != decided_on and held.state != Agreement.State.DRAFT:
        raise Refusal(
            "approval.other_day",
            "This decision stands here with the day {on}, and so on the paper that is up for signing. "
            "Take the agreement back to correct it.",
            on=made.decided_on,
        )
    made.decided_on, made.recorded_by, made.recorded_at = decided_on, by, at
    made.save()
    audit.record(
        "agreement.approve",
        held,
        by=by,
        cooperative_id=party.cooperative_id,
        network_id=held.network_id,
        facts={"body": body},
    )
    return made


def offer(
    agreement: Agreement, *, desk: Desk, on: date, by: User | None, at: datetime, seen: str = ""
) -> Version:
    """Put an agreement up for signing: it gets its number, its paper, and the seal that opens it.

    The paper is typeset and sealed before the transaction, with the number that comes next; in the
    transaction its words must still be the same. Raises Faults with everything that it lacks: a contract all
    of it, a memorandum what even an intention needs; and a Refusal where its words aren't those that were
    read: `seen` is the digest of that version.
    """

    def attempt() -> Version:
        version, content = _to_offer(Agreement.objects.get(pk=agreement.pk), desk, on)
        if seen not in {"", version.sha256}:
            raise Refusal(
                "offer.stale",
                "Its words were changed while you read them. Read them once more, then put it up.",
            )
        return _offered(agreement, content, _opened(content, desk, at), desk, on, by, at)

    def hold() -> None:
        _locked_series(locked(agreement), on)

    return made_beforehand(attempt, hold=hold)


def _to_offer(agreement: Agreement, desk: Desk, on: date) -> tuple[Version, Content]:
    """Return a draft's version and what its paper will say; the agreement gets the number that comes next.

    Nothing is written. Raises a Refusal where it can't be put up, Outdated where it is being put up just now.
    """
    after(agreement, Verb.OFFER)
    version = agreement.versions.filter(state=Version.State.DRAFT).first()
    if version is None:
        raise Outdated
    content = as_recorded(agreement, content_of(version))
    lacking = [each for each in missing(content) if stops(each, content)]
    if lacking:
        raise Faults(tuple(Fault(Place(), each.sentence) for each in lacking))
    if agreement.number is None:
        _number(agreement, on)
    said_so = replace(
        content,
        number=agreement.reference,
        on=on,
        verification=_verification(agreement, version, desk),
    )
    return version, worded(said_so, language(content.language))


@transaction.atomic
def _offered(
    agreement: Agreement, content: Content, pdf: bytes, desk: Desk, on: date, by: User | None, at: datetime
) -> Version:
    """Keep what was typeset as an agreement's paper. Raises Outdated where it isn't what stands there now."""
    held = locked(agreement)
    series = _locked_series(held, on) if held.number is None else None
    version, now = _to_offer(held, desk, on)
    digest = fingerprint(now)
    if digest != fingerprint(content):
        raise Outdated
    if series is not None:
        assert held.number is not None
        series.last = held.number
        series.save(update_fields=["last"])
    held.state = after(held, Verb.OFFER)
    held.save(update_fields=["state", "year", "number", "reference"])
    version.content, version.sha256 = json.loads(to_json(now)), digest
    version.state, version.offered_at = Version.State.OFFERED, at
    version.save(update_fields=["content", "sha256", "state", "offered_at"])
    keep_paper(version, pdf, 0, at)
    written(held, Event.Kind.OFFERED, "", None, by, at)
    return version


@transaction.atomic
def withdraw(agreement: Agreement, *, why: str, by: User | None, at: datetime) -> Version:
    """Take an agreement back to be worded again: a new version, which nobody has signed."""
    held = locked(agreement)
    held.state = after(held, Verb.WITHDRAW)
    if not why.strip():
        raise Refusal("agreement.reason", "Please say why, in a sentence.")
    held.save(update_fields=["state"])
    version = held.versions.get(state=Version.State.OFFERED)
    content = replace(content_of(version), on=None, verification=said.Verification())
    made = next_version(held, version, content, by, at, why)
    written(held, Event.Kind.WITHDRAWN, why, None, by, at)
    return made


def lacks(agreement: Agreement) -> tuple[tuple[Finding, bool], ...]:
    """Return the checklist of an agreement's newest version, and whether each finding stops its offer."""
    content = as_recorded(agreement, content_of(newest_version(agreement)))
    found = [each for each in missing(content) if not each.code.startswith(_GIVEN_WITH_THE_OFFER)]
    return tuple((each, stops(each, content)) for each in found)


def stops(finding: Finding, content: Content) -> bool:
    """Return whether an agreement can't be put up for signing as long as this is so."""
    if finding.severity != "missing" or finding.code.startswith(_GIVEN_WITH_THE_OFFER):
        return False
    return content.kind == "pks" or finding.code.startswith(_INTENT_NEEDS)


def keep_paper(version: Version, pdf: bytes, number: int, at: datetime) -> Paper:
    """Keep a state of a version's paper. Part of the caller's transaction."""
    return Paper.objects.create(
        version=version, number=number, pdf=pdf, sha256=sha256(pdf).hexdigest(), made_at=at
    )


def field_of(position: int) -> str:
    """Return what the place of a party's signature is called in the PDF."""
    return f"party-{position + 1}"


def _verification(agreement: Agreement, version: Version, desk: Desk) -> said.Verification:
    address = desk.address.replace("{code}", agreement.code).replace("{version}", str(version.number))
    return said.Verification(address, agreement.code)


def _opened(content: Content, desk: Desk, at: datetime) -> bytes:
    """Return the paper with a place for every party's signature and the seal that opens it."""
    made = paper(content)
    blocks = [
        signatures.Block(
            field_of(each.party),
            each.page,
            each.x0,
            each.y0,
            each.x1,
            each.y1,
            label=content.parties[each.party].name,
        )
        for each in made.blocks
    ]
    stamps = [
        signatures.Block(
            signatures.stamp_field(each.party + 1),
            each.page,
            each.x0,
            each.y0,
            each.x1,
            each.y1,
            label=f"e-Meterai: {content.parties[each.party].name}",
        )
        for each in made.stamps
    ]
    prepared = signatures.prepare(made.pdf, blocks, stamps)
    return signatures.seal(prepared, desk.key, at=at, reason=content.number, place=content.place)


def _number(agreement: Agreement, on: date) -> None:
    """Give an agreement the next number of its network, kind and year, as the series stands now."""
    series = _series(agreement, on).values_list("last", flat=True).first()
    number = (series or 0) + 1
    kind = _SHORT[Agreement.Kind(agreement.kind)]
    agreement.year, agreement.number = on.year, number
    agreement.reference = f"{number:03d}/{kind}/J{agreement.network_id}/{_ROMAN[on.month - 1]}/{on.year}"


def _series(agreement: Agreement, on: date) -> QuerySet[NumberSeries]:
    return NumberSeries.objects.filter(network_id=agreement.network_id, kind=agreement.kind, year=on.year)


def _locked_series(agreement: Agreement, on: date) -> NumberSeries:
    """Return an agreement's series, locked: no number is left out or given twice."""
    NumberSeries.objects.get_or_create(network_id=agreement.network_id, kind=agreement.kind, year=on.year)
    return _series(agreement, on).select_for_update().get()


@transaction.atomic
def record_stamp(
    agreement: Agreement, *, party: AgreementParty, serial: str, by: User | None, at: datetime
) -> Event:
    """Write down the serial number of the e-meterai on a party's copy. The stamp itself comes from the
    authorised distributor; a number that was recorded before the offer stands on the paper too.
    """
    held = locked(agreement)
    after(held, Verb.STAMP)
    assert party.agreement_id == held.pk
    tidy = "".join(serial.split()).upper()
    if not _SERIAL.fullmatch(tidy):
        raise Refusal(
            "stamp.serial", "Write the stamp's serial number as it stands on it: letters and digits, 6 to 40."
        )
    return written(held, Event.Kind.STAMPED, tidy, party, by, at)


def as_recorded(agreement: Agreement, content: Content) -> Content:
    """Return the content with what was recorded beside it: the organs' approvals, the stamps' numbers."""
    serials: dict[int, str] = {}
    stamped = agreement.events.filter(kind=Event.Kind.STAMPED).select_related("party").order_by("at", "pk")
    for event in stamped:
        assert event.party is not None, "a stamp belongs to a party's copy"
        serials[event.party.position] = event.text
    places = dict.fromkeys([*(each.party for each in content.stamps), *serials])
    known = {each.party: each.serial for each in content.stamps}
    stamps = tuple(said.Stamp(at, serials.get(at, known.get(at, ""))) for at in places)
    return replace(_with_approvals(agreement, content), stamps=stamps)


def _with_approvals(agreement: Agreement, content: Content) -> Content:
    """Return the content with the last approval of each party as its signatory's authority: the members'
    meeting before the board.
    """
    rows: Iterable[Approval] = agreement.approvals.select_related("party").order_by("decided_on", "pk")
    found: dict[int, Approval] = {}
    for row in rows:
        known = found.get(row.party.position)
        if known is None or row.body == Approval.Body.MEMBERS or known.body != Approval.Body.MEMBERS:
            found[row.party.position] = row
    parties = []
    for position, party in enumerate(content.parties):
        approved = found.get(position)
        if approved is None:
            parties.append(party)
            continue
        body: said.Body = "members" if approved.body == Approval.Body.MEMBERS else "board"
        authority = said.Authority(body, approved.decision_number, approved.decided_on)
        parties.append(replace(party, signatory=replace(party.signatory, authority=authority)))
    return replace(content, parties=tuple(parties))
