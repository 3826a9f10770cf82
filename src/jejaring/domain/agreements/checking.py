"""What anybody may learn of a paper: by its code, or from a file that they hold.

Nothing personal comes out of here: offices and parties, never who signed; and no kilograms or rupiah.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Literal

from django.db.models import QuerySet

from jejaring.documents import signatures
from jejaring.documents.signatures import found
from jejaring.documents.signatures.reading import known_code
from jejaring.domain.agreements import keyring
from jejaring.domain.agreements.models import Agreement, Event, Paper, Signature, Version
from jejaring.domain.agreements.office_list import known as known_office
from jejaring.engines.errors import Sentence

FILE_BYTES_MAX = 15_000_000
State = Literal["intact", "tampered", "resaved", "expired", "unsigned", "replaced", "other", "unreadable"]


@dataclass(frozen=True)
class SignedBy:
    """A party signed: in which office, when, at which level. Never who.

    `office` is one of the list, empty for any other: what was typed freely could be a name.
    """

    party: str
    office: str
    level: str
    at: datetime
    certified_by: str = ""
    """Who issued the certificate, where it is one that is trusted here."""
    stamped_at: str = ""
    """What a timestamp service said of the signature itself, empty without."""


@dataclass(frozen=True)
class Document:
    """What stands on a paper's face, and where it stands today."""

    kind: str
    title: str
    reference: str
    code: str
    parties: tuple[str, ...]
    state: str
    on: date | None
    valid_from: date | None
    valid_until: date | None
    version: int
    newest_version: int
    """Of those that were put up for signing; where it is this one and it isn't current, it was taken back."""
    is_current: bool
    signed: tuple[SignedBy, ...]
    waits_for: tuple[str, ...]
    dated_at: datetime | None = None
    """When a timestamp service was asked for the time over the whole paper; None: without."""
    duty_stamps: int = 0


@dataclass(frozen=True)
class Checked:
    """What a file is. `document` is none where it isn't ours.

    `is_newest` tells that the file is the newest state of its version's paper; `strangers` counts signatures
    in it that were never brought here.
    """

    state: State
    sentence: Sentence
    document: Document | None = None
    is_newest: bool = True
    strangers: int = 0
    signatures: tuple[found.Signature, ...] = ()


def by_code(code: str, number: int) -> Document | None:
    """Return what is known of a version that was put up for signing; None where there is none."""
    version = _offered().filter(agreement__code=code, number=number).first()
    return None if version is None else _document(version)


def by_file(pdf: bytes, *, at: datetime) -> Checked:
    """Return what a file is: one of ours as it was signed, changed, saved again, out of date, or not ours.

    Any bytes may come; nothing of them is kept.
    """
    agreement = _agreement_of(pdf)
    versions = list(_offered().filter(agreement=agreement).order_by("number")) if agreement else []
    originals = _originals(versions)
    verdict = signatures.verdict(pdf, at=at, trusted=keyring.trusted(), originals=originals)
    named = verdict.original or verdict.code
    version = next((each for each in versions if named and each.number == named.version), None)
    if version is None or verdict.state in {"other", "unreadable"}:
        return Checked(verdict.state, verdict.sentence)
    document = _document(version)
    newest = version.papers.order_by("-number").values_list("pdf", flat=True).first()
    state: State = verdict.state
    sentence = verdict.sentence
    if state in {"intact", "expired"} and not document.is_current:
        state = "replaced"
        sentence = Sentence(
            "document.replaced",
            "Nothing was changed in this file, but its version was replaced. It doesn't hold any more.",
        )
    return Checked(
        state,
        sentence,
        document,
        # What was added to the newest state (an e-meterai, a timestamp) doesn't make it an earlier one.
        is_newest=newest is not None and pdf.startswith(bytes(newest)),
        strangers=_strangers(version, verdict.signatures),
        signatures=verdict.signatures,
    )


def _offered() -> QuerySet[Version]:
    """Return versions that were put up for signing; a draft is nobody else's business."""
    return Version.objects.exclude(offered_at=None).select_related("agreement")


def _agreement_of(pdf: bytes) -> Agreement | None:
    """Return whose paper a file says it is, or whose it is by its bytes."""
    said = known_code(pdf)
    if said is not None:
        named = Agreement.objects.filter(code=said.code).first()
        if named is not None:
            return named
    kept = Paper.objects.filter(sha256=sha256(pdf).hexdigest()).select_related("version__agreement").first()
    return kept.version.agreement if kept else None


def _originals(versions: Sequence[Version]) -> list[signatures.Original]:
    papers = (
        Paper.objects.filter(version__in=versions).select_related("version__agreement").order_by("number")
    )
    newest = {paper.version_id: paper.pdf for paper in papers}
    return [
        signatures.Original(
            signatures.Code(paper.version.agreement.code, paper.version.number),
            bytes(paper.pdf),
            paper.version.agreement.ended_on or paper.version.agreement.valid_until,
            kept=bytes(newest[paper.version_id]),
        )
        for paper in papers
        if paper.number == 0
    ]


def _document(version: Version) -> Document:
    agreement = version.agreement
    newest = _offered().filter(agreement=agreement).order_by("-number").values_list("number", flat=True)[0]
    parties = {each.pk: str(each) for each in agreement.parties.select_related("cooperative", "counterparty")}
    signed = list(version.signatures.order_by("at", "pk"))
    have = {each.party_id for each in signed}
    return Document(
        kind=agreement.kind,
        title=agreement.title,
        reference=agreement.reference,
        code=agreement.code,
        parties=tuple(parties.values()),
        state=agreement.state,
        on=date.fromisoformat(said) if (said := version.content["agreement"]["on"]) else None,
        valid_from=agreement.valid_from,
        valid_until=agreement.valid_until,
        version=version.number,
        newest_version=newest,
        is_current=version.state != Version.State.REPLACED,
        signed=tuple(_signed_by(each, parties[each.party_id]) for each in signed),
        waits_for=tuple(name for pk, name in parties.items() if pk not in have),
        dated_at=agreement.events.filter(kind=Event.Kind.DATED).values_list("at", flat=True).first()
        if version.state == Version.State.SIGNED
        else None,
        duty_stamps=agreement.events.filter(kind=Event.Kind.STAMPED).count(),
    )


def _signed_by(signature: Signature, party: str) -> SignedBy:
    facts = signature.facts
    issuer, stamped = str(facts.get("certified_by", "")), str(facts.get("stamped_at", ""))
    return SignedBy(party, known_office(signature.office), signature.level, signature.at, issuer, stamped)


def _strangers(version: Version, made: Sequence[found.Signature]) -> int:
    """Return how many persons' signatures a file has that were never brought here."""
    known = {each.facts.get("certificate_sha256") for each in version.signatures.all()}
    return sum(each.kind == "person" and each.certificate_sha256 not in known for each in made)
