"""Parties sign an offered version, each at one of three levels; when all have, it is closed and in force.

Papers are signed and sealed before the transaction that keeps them, which checks that they still fit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from pyhanko.sign.timestamps import TimeStamper

from jejaring.documents import signatures
from jejaring.documents.language import language
from jejaring.documents.signatures import found
from jejaring.domain.agreements import boxes, keyring, tasks, vouching
from jejaring.domain.agreements.actions.beforehand import TRIES, Outdated, made_beforehand
from jejaring.domain.agreements.actions.drafting import content_of
from jejaring.domain.agreements.actions.life import locked, written
from jejaring.domain.agreements.actions.offering import Desk, field_of, keep_paper
from jejaring.domain.agreements.models import Agreement, AgreementParty, Event, Paper, Signature, Version
from jejaring.domain.agreements.office_list import checked as checked_office
from jejaring.domain.agreements.services.timestamps import ready
from jejaring.domain.agreements.states import Verb, after
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import User
from jejaring.domain.parties.requests import known_elsewhere
from jejaring.engines.errors import Refusal


@dataclass(frozen=True)
class Signing:
    """Who signs what: the version that they saw, for which party, in which office."""

    version: Version
    party: AgreementParty
    office: str
    by: User | None
    at: datetime
    request_key: UUID | None = None


Add = Callable[[bytes, tuple[str, ...], str, TimeStamper | None], bytes]
"""Puts a signature into a paper: its bytes, the lines in the box, the place, who says the time."""


@dataclass(frozen=True)
class _Way:
    """How somebody signs. `add` puts a signature into a paper; `again`: it may be called once more."""

    level: Signature.Level
    facts: dict[str, str] = field(default_factory=dict)
    scan: tuple[str, bytes] | None = None
    add: Add | None = None
    again: bool = True
    holder: signatures.Holder | None = None
    is_brought: bool = False
    vouched: tuple[str, signatures.Evidence] = ("", vouching.NOTHING)
    """Who vouches for the certificate, and what the issuer says of it."""


@dataclass(frozen=True)
class _Prepared:
    """What was made before the transaction, on top of the paper with the digest `below`.

    `closed` is the paper with the closing seal, where this is the last signature after those of `others`.
    """

    below: str
    signed: bytes | None
    level: Signature.Level
    facts: dict[str, str]
    others: frozenset[int]
    closed: bytes | None


def tap(signing: Signing, *, strength: str, desk: Desk) -> Signature:
    """Consent by a tap after a strong sign-in: `strength` says which, "totp" or "passkey".

    Raises a Refusal without one, for a version that isn't up for signing any more, and where the party
    has signed.
    """
    if not strength:
        raise Refusal(
            "signature.strong",
            "To sign by a tap, sign in with a second step first: a code from an app, or a passkey.",
        )
    return _sign(signing, _Way(Signature.Level.TAPPED, {"strength": strength}), desk)


def upload_scan(signing: Signing, *, scan: bytes, desk: Desk) -> Signature:
    """Keep the scan of a paper that was signed in ink. Raises a Refusal for what isn't a scan."""
    return _sign(signing, _Way(Signature.Level.INK, scan=signatures.checked_scan(scan)), desk)


def sign_with_certificate(signing: Signing, *, p12: bytes, passphrase: str, desk: Desk) -> Signature:
    """Sign the paper with the signatory's certificate (PAdES). The file and passphrase are kept nowhere."""

    def add(pdf: bytes, stamp: tuple[str, ...], place: str, timestamps: TimeStamper | None) -> bytes:
        return signatures.sign_with_pkcs12(
            pdf,
            field_of(signing.party.position),
            p12,
            passphrase,
            at=signing.at,
            office=signing.office,
            place=place,
            stamp=stamp,
            timestamper=timestamps,
        )

    holder = signatures.pkcs12_holder(p12, passphrase, at=signing.at)
    return _sign(signing, _Way(Signature.Level.DIGITAL, add=add, holder=holder), desk)


def sign_remotely(signing: Signing, *, remote: signatures.RemoteSigner, desk: Desk) -> Signature:
    """Sign the paper by a service that keeps the signatory's key (an Indonesian PSrE).

    The service is asked once, outside any transaction. Where another party signs in that moment, a Refusal
    asks to sign once more: whoever holds the key confirms each signature.
    """

    def add(pdf: bytes, stamp: tuple[str, ...], place: str, timestamps: TimeStamper | None) -> bytes:
        return signatures.sign_remotely(
            pdf,
            field_of(signing.party.position),
            remote,
            at=signing.at,
            office=signing.office,
            place=place,
            stamp=stamp,
            timestamper=timestamps,
        )

    way = _Way(Signature.Level.DIGITAL, add=add, again=False, holder=signatures.remote_holder(remote))
    return _sign(signing, way, desk)


def take_signed(signing: Signing, *, pdf: bytes, desk: Desk) -> Signature:
    """Take a paper that was signed elsewhere (by a certified provider's own program) and brought back.

    It must be the newest paper with one sound signature more, in the party's place.
    """

    def add(newest: bytes, _stamp: tuple[str, ...], _place: str, _timestamps: TimeStamper | None) -> bytes:
        if not pdf.startswith(newest):
            raise Refusal(
                "signature.other_paper",
                "This isn't the newest paper of this agreement, signed. Download it, sign it, "
                "and bring it back.",
            )
        return pdf

    mine = [each for each in signatures.holders(pdf) if each.field == field_of(signing.party.position)]
    way = _Way(Signature.Level.DIGITAL, add=add, holder=mine[0] if mine else None, is_brought=True)
    return _sign(signing, way, desk)


# --- what all levels share ---------------------------------------------------------------------


def _sign(signing: Signing, way: _Way, desk: Desk) -> Signature:
    """Return the signature: made before the transaction, kept in it once nothing has come between."""
    made: list[_Prepared] = []
    if way.add is not None and _checked(signing, signing.version.agreement) is None:
        way = replace(way, vouched=vouching.vouched(way.holder, at=signing.at))
    service = ready(desk.timestamps) if way.add is not None and not way.is_brought else desk.timestamps

    def attempt() -> Signature:
        before = _checked(signing, Agreement.objects.get(pk=signing.version.agreement_id))
        if before is not None:
            return before
        # The last try is made under a lock: no service is waited for there.
        timestamps = service if len(made) < TRIES else None
        with_time = replace(desk, timestamps=timestamps)
        made.append(_prepared(signing, way, with_time, made[-1] if made else None))
        return _kept(signing, way, made[-1], desk)

    return made_beforehand(attempt, hold=lambda: locked(signing.version.agreement))


def _checked(signing: Signing, agreement: Agreement) -> Signature | None:
    """Return the signature that this request made before. Raises a Refusal for what can't be signed."""
    key = signing.request_key
    before = Signature.objects.filter(request_key=key).first() if key else None
    if before is not None:
        if (before.version_id, before.party_id) != (signing.version.pk, signing.party.pk):
            raise known_elsewhere()
        return before
    assert signing.party.agreement_id == agreement.pk
    version = Version.objects.get(pk=signing.version.pk)
    if version.state == Version.State.REPLACED:
        raise Refusal(
            "signature.old_version",
            "This version was replaced by a later one. Open the agreement again and read what is new.",
        )
    after(agreement, Verb.SIGN)
    if Signature.objects.filter(version=version, party=signing.party).exists():
        raise Refusal("signature.twice", "{party} has signed this version already.", party=str(signing.party))
    if not signing.office.strip():
        raise Refusal("signature.office", "Say in which office you sign.")
    checked_office(signing.office)
    return None


def _prepared(signing: Signing, way: _Way, desk: Desk, before: _Prepared | None) -> _Prepared:
    """Return the paper with what is added to it. What an earlier try has signed is used again.

    Raises Outdated where this party has signed meanwhile.
    """
    newest = newest_paper(signing.version)
    others = list(signing.version.signatures.select_related("party__cooperative", "party__counterparty"))
    if any(each.party_id == signing.party.pk for each in others):
        raise Outdated
    signed, facts, level = None, way.facts, way.level
    if before is not None and before.below == newest.sha256:
        signed, facts, level = before.signed, before.facts, before.level
    elif way.add is not None:
        if before is not None and not way.again:
            raise Refusal(
                "signature.meanwhile", "Another party signed in the same moment. Please sign once more."
            )
        signed, facts = _with_certificate(signing, way, way.add, bytes(newest.pdf), desk)
        level = Signature.Level.CERTIFICATE if facts["certified_by"] else Signature.Level.DIGITAL
    closed = None
    if len(others) + 1 == signing.version.agreement.parties.count():
        office = checked_office(signing.office)
        mine = Signature(party=signing.party, level=level, office=office, at=signing.at)
        closed = _closed(signing, [*others, mine], signed or bytes(newest.pdf), desk)
    return _Prepared(newest.sha256, signed, level, facts, frozenset(each.pk for each in others), closed)


def _with_certificate(
    signing: Signing, way: _Way, add: Add, newest: bytes, desk: Desk
) -> tuple[bytes, dict[str, str]]:
    """Return the paper with a signature by a certificate, and what is kept of it as proof."""
    issuer, evidence = way.vouched
    signed = _added(signing, add, newest, issuer, desk.timestamps)
    made = _found_in(signed, len(newest), signing, desk, evidence)
    return signed, {
        "certificate_sha256": made.certificate_sha256,
        "organisation": made.organisation,
        "pades": made.level,
        "chain": made.chain,
        "certified_by": made.certified_by,
        "stamped_at": made.stamped_at.isoformat() if made.stamped_at else "",
    }


def _added(signing: Signing, add: Add, pdf: bytes, issuer: str, timestamps: TimeStamper | None) -> bytes:
    """Return the paper with the signature; without a timestamp where its service fails halfway."""
    content = content_of(signing.version)
    words, day = language(content.language), timezone.localdate(signing.at)
    while True:
        said = boxes.of_certificate(
            signing.office, str(signing.party), day, words, issuer=issuer, timed=timestamps is not None
        )
        try:
            return add(pdf, said, content.place, timestamps)
        except OSError:
            if timestamps is None:
                raise
            timestamps = None


def _found_in(
    pdf: bytes, before_bytes: int, signing: Signing, desk: Desk, evidence: signatures.Evidence
) -> found.Signature:
    """Return the signature that was just added to a paper of so many bytes. Raises a Refusal where it isn't
    sound, isn't there, or isn't alone.
    """
    trusted = replace(keyring.trusted(desk.key.certificate_pem), evidence=evidence)
    verdict = signatures.verdict(pdf, at=signing.at, trusted=trusted)
    field = field_of(signing.party.position)
    mine = [each for each in verdict.signatures if each.field == field]
    if not mine or not all(each.sound for each in verdict.signatures) or mine[0].covers != "file":
        raise Refusal(
            "signature.not_sound",
            "The paper has no sound signature in the place of {party}.",
            party=str(signing.party),
        )
    if any(each.covered_bytes > before_bytes and each.field != field for each in verdict.signatures):
        # Else whoever brings a file back could fill the place of another party, or of its e-meterai.
        raise Refusal(
            "signature.too_many",
            "The paper has more than one new signature. Sign only in the place of {party}.",
            party=str(signing.party),
        )
    if mine[0].expired_at_signing:
        raise Refusal("signature.expired", "The certificate wasn't valid when it was used to sign.")
    if mine[0].chain == "revoked":
        raise Refusal(
            "signature.revoked", "This certificate was revoked by its issuer. Ask there for a new one."
        )
    return mine[0]


@transaction.atomic
def _kept(signing: Signing, way: _Way, prepared: _Prepared, desk: Desk) -> Signature:
    """Write down a signature and its paper. Raises Outdated where something has come between.

    Within the lock only rows are read and written.
    """
    held = locked(signing.version.agreement)
    before = _checked(signing, held)
    if before is not None:
        return before
    version = signing.version
    newest = newest_paper(version)
    others = frozenset(Signature.objects.filter(version=version).values_list("pk", flat=True))
    is_last = len(others) + 1 == held.parties.count()
    if newest.sha256 != prepared.below or (is_last and others != prepared.others):
        raise Outdated
    seen = keep_paper(version, prepared.signed, newest.number + 1, signing.at) if prepared.signed else newest
    made = _written(held, signing, way, seen, prepared)
    if is_last:
        assert prepared.closed is not None
        _complete(held, version, prepared.closed, seen.number + 1, signing.at)
        if desk.timestamps is not None:
            # The service is asked after this transaction, by the worker.
            tasks.date_in_background.enqueue(version.pk)
    return made


def _written(
    agreement: Agreement, signing: Signing, way: _Way, seen: Paper, prepared: _Prepared
) -> Signature:
    scan = way.scan
    made = Signature.objects.create(
        version=signing.version,
        party=signing.party,
        level=prepared.level,
        office=checked_office(signing.office),
        by=signing.by,
        at=signing.at,
        paper_sha256=seen.sha256,
        facts=prepared.facts,
        request_key=signing.request_key,
        scan=scan[1] if scan else None,
        scan_type=scan[0] if scan else "",
        scan_sha256=sha256(scan[1]).hexdigest() if scan else "",
    )
    audit.record(
        "agreement.sign",
        agreement,
        by=signing.by,
        cooperative_id=signing.party.cooperative_id,
        network_id=agreement.network_id,
        facts={"level": prepared.level, "version": signing.version.number, "paper": seen.sha256},
    )
    return made


def _closed(signing: Signing, signed: list[Signature], pdf: bytes, desk: Desk) -> bytes:
    """Return the paper with the installation's closing seal, which says who has signed how."""
    words = language(signing.version.agreement.language)
    signed = sorted(signed, key=lambda each: each.party.position)
    reason = "; ".join(
        f"{each.office}, {each.party}: {words.text(LEVELS[Signature.Level(each.level)])}, "
        f"{each.at.astimezone(timezone.get_default_timezone()):%Y-%m-%d %H:%M}"
        for each in signed
    )
    for each in signed:
        if each.level == Signature.Level.TAPPED:
            # The seal of the installation, in the box of whoever consented: it says so there.
            seen = boxes.of_tap(each, words, timed=desk.timestamps is not None)
            field = field_of(each.party.position)
            pdf = signatures.seal_consent(
                pdf, desk.key, field, at=signing.at, reason="; ".join(seen), stamp=seen
            )
    return signatures.seal(pdf, desk.key, at=signing.at, reason=reason, closing=True)


def _complete(agreement: Agreement, version: Version, closed: bytes, number: int, at: datetime) -> None:
    """Keep the closed paper and bring the agreement into force."""
    agreement.state = after(agreement, Verb.COMPLETE)
    agreement.valid_from = agreement.valid_from or timezone.localdate(at)
    agreement.save(update_fields=["state", "valid_from"])
    keep_paper(version, closed, number, at)
    Version.objects.filter(pk=version.pk).update(state=Version.State.SIGNED)
    written(agreement, Event.Kind.IN_FORCE, "", None, None, at)


LEVELS = {
    Signature.Level.INK: "signed in ink, scan uploaded",
    Signature.Level.TAPPED: "consent tapped after a strong sign-in, sealed by the platform",
    Signature.Level.DIGITAL: "digital signature, certificate unknown here (PAdES)",
    Signature.Level.CERTIFICATE: "certified signature: a certificate of an authority trusted here (PAdES)",
}
"""What each level is called, on paper and screen alike."""


def newest_paper(version: Version) -> Paper:
    """Return the newest state of a version's paper."""
    made = version.papers.order_by("-number").first()
    assert made is not None, "what is offered has a paper"
    return made
