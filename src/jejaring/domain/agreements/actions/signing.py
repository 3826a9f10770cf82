"""Parties sign an offered version, each at one of three levels; when all have, it is closed and in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
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
from jejaring.domain.agreements.actions.drafting import content_of
from jejaring.domain.agreements.actions.life import locked, written
from jejaring.domain.agreements.actions.offering import Desk, field_of, keep_paper
from jejaring.domain.agreements.models import Agreement, AgreementParty, Event, Paper, Signature, Version
from jejaring.domain.agreements.services.timestamps import ready
from jejaring.domain.agreements.states import Verb, after
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import User
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


@transaction.atomic
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
    held, again = _held(signing)
    if again is not None:
        return again
    facts = {"strength": strength}
    return _signed(held, signing, Signature.Level.TAPPED, desk, facts)


@transaction.atomic
def upload_scan(signing: Signing, *, scan: bytes, desk: Desk) -> Signature:
    """Keep the scan of a paper that was signed in ink. Raises a Refusal for what isn't a scan."""
    kind, bare = signatures.checked_scan(scan)
    held, again = _held(signing)
    if again is not None:
        return again
    return _signed(held, signing, Signature.Level.INK, desk, {}, scan=(kind, bare))


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
    return _by_certificate(signing, _Way(add, holder), desk)


def sign_remotely(signing: Signing, *, remote: signatures.RemoteSigner, desk: Desk) -> Signature:
    """Sign the paper by a service that keeps the signatory's key (an Indonesian PSrE)."""

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

    # The signatory consents once, to one file.
    return _by_certificate(signing, _Way(add, signatures.remote_holder(remote), tries=1), desk)


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
    return _by_certificate(signing, _Way(add, mine[0] if mine else None, is_brought=True), desk)


# --- what all levels share ---------------------------------------------------------------------


def _held(signing: Signing) -> tuple[Agreement, Signature | None]:
    """Return the agreement, locked, and the signature that this request made before."""
    held = locked(signing.version.agreement)
    if signing.request_key:
        again = Signature.objects.filter(request_key=signing.request_key, version=signing.version).first()
        if again is not None:
            return held, again
    assert signing.party.agreement_id == held.pk
    version = Version.objects.get(pk=signing.version.pk)
    if version.state == Version.State.REPLACED:
        raise Refusal(
            "signature.old_version",
            "This version was replaced by a later one. Open the agreement again and read what is new.",
        )
    after(held, Verb.SIGN)
    if Signature.objects.filter(version=version, party=signing.party).exists():
        raise Refusal("signature.twice", "{party} has signed this version already.", party=str(signing.party))
    if not signing.office.strip():
        raise Refusal("signature.office", "Say in which office you sign.")
    return held, None


@dataclass(frozen=True)
class _Way:
    """How a certificate's signature comes into the paper, whose it is, how often it may be tried."""

    add: Callable[[bytes, tuple[str, ...], str, TimeStamper | None], bytes]
    holder: signatures.Holder | None
    tries: int = 3
    is_brought: bool = False


def _by_certificate(signing: Signing, way: _Way, desk: Desk) -> Signature:
    """Sign outside of any transaction, for services are asked; keep it where the paper is still the same."""
    with transaction.atomic():
        _, again = _held(signing)
    if again is not None:
        return again
    issuer, evidence = vouching.vouched(way.holder, at=signing.at)
    timestamps = None if way.is_brought else ready(desk.timestamps)
    for _ in range(way.tries):
        newest = newest_paper(signing.version)
        signed = _added(signing, way, bytes(newest.pdf), issuer, timestamps)
        made = _found_in(signed, signing, desk, evidence)
        with transaction.atomic():
            held, again = _held(signing)
            if again is not None:
                return again
            if newest_paper(signing.version).pk == newest.pk:
                kept = keep_paper(signing.version, signed, newest.number + 1, signing.at)
                level = Signature.Level.CERTIFICATE if made.certified_by else Signature.Level.DIGITAL
                return _signed(held, signing, level, desk, _facts(made), paper=kept)
    raise Refusal(
        "signature.crowded", "Somebody else signed this paper in the same moment. Please sign once more."
    )


def _added(signing: Signing, way: _Way, pdf: bytes, issuer: str, timestamps: TimeStamper | None) -> bytes:
    """Return the paper with the signature; without a timestamp where its service fails halfway."""
    content = content_of(signing.version)
    words, day = language(content.language), timezone.localdate(signing.at)
    while True:
        said = boxes.of_certificate(
            signing.office, str(signing.party), day, words, issuer=issuer, timed=timestamps is not None
        )
        try:
            return way.add(pdf, said, content.place, timestamps)
        except OSError:
            if timestamps is None:
                raise
            timestamps = None


def _facts(made: found.Signature) -> dict[str, str]:
    return {
        "certificate_sha256": made.certificate_sha256,
        "organisation": made.organisation,
        "pades": made.level,
        "chain": made.chain,
        "certified_by": made.certified_by,
        "stamped_at": made.stamped_at.isoformat() if made.stamped_at else "",
    }


def _found_in(pdf: bytes, signing: Signing, desk: Desk, evidence: signatures.Evidence) -> found.Signature:
    """Return the signature that was just added. Raises a Refusal where it isn't sound or isn't there."""
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
    others = Signature.objects.filter(version=signing.version, level__in=BY_CERTIFICATE)
    known = {field_of(at) for at in others.values_list("party__position", flat=True)} | {field}
    if any(each.kind == "person" and each.field not in known for each in verdict.signatures):
        # Else whoever brings a file back could fill the place of another party, which then can't sign there.
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


def _signed(
    agreement: Agreement,
    signing: Signing,
    level: Signature.Level,
    desk: Desk,
    facts: dict[str, str],
    *,
    paper: Paper | None = None,
    scan: tuple[str, bytes] | None = None,
) -> Signature:
    seen = paper or newest_paper(signing.version)
    made = Signature.objects.create(
        version=signing.version,
        party=signing.party,
        level=level,
        office=signing.office.strip()[:80],
        by=signing.by,
        at=signing.at,
        paper_sha256=seen.sha256,
        facts=facts,
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
        facts={"level": level, "version": signing.version.number, "paper": seen.sha256},
    )
    parties = agreement.parties.count()
    if Signature.objects.filter(version=signing.version).count() == parties:
        _complete(agreement, signing.version, desk, signing.at)
    return made


def _complete(agreement: Agreement, version: Version, desk: Desk, at: datetime) -> None:
    """Close the paper with the installation's seal and bring the agreement into force."""
    agreement.state = after(agreement, Verb.COMPLETE)
    agreement.valid_from = agreement.valid_from or timezone.localdate(at)
    agreement.save(update_fields=["state", "valid_from"])
    newest = newest_paper(version)
    signed = Signature.objects.filter(version=version).select_related("party").order_by("party__position")
    words = language(agreement.language)
    reason = "; ".join(
        f"{each.office}, {each.party}: {words.text(LEVELS[Signature.Level(each.level)])}, "
        f"{each.at.astimezone(timezone.get_default_timezone()):%Y-%m-%d %H:%M}"
        for each in signed
    )
    pdf = bytes(newest.pdf)
    for each in signed.filter(level=Signature.Level.TAPPED):
        # The seal of the installation, in the box of whoever consented: it says so there.
        seen = boxes.of_tap(each, words, timed=desk.timestamps is not None)
        pdf = signatures.seal_consent(
            pdf, desk.key, field_of(each.party.position), at=at, reason="; ".join(seen), stamp=seen
        )
    closed = signatures.seal(pdf, desk.key, at=at, reason=reason, closing=True)
    keep_paper(version, closed, newest.number + 1, at)
    if desk.timestamps is not None:
        # A service is asked after this transaction, by the worker.
        tasks.date_in_background.enqueue(version.pk)
    Version.objects.filter(pk=version.pk).update(state=Version.State.SIGNED)
    written(agreement, Event.Kind.IN_FORCE, "", None, None, at)


LEVELS = {
    Signature.Level.INK: "signed in ink, scan uploaded",
    Signature.Level.TAPPED: "consent tapped after a strong sign-in, sealed by the platform",
    Signature.Level.DIGITAL: "digital signature, certificate unknown here (PAdES)",
    Signature.Level.CERTIFICATE: "certified signature: a certificate of an authority trusted here (PAdES)",
}
"""What each level is called, on paper and screen alike."""
BY_CERTIFICATE = (Signature.Level.DIGITAL, Signature.Level.CERTIFICATE)


def newest_paper(version: Version) -> Paper:
    """Return the newest state of a version's paper."""
    made = version.papers.order_by("-number").first()
    assert made is not None, "what is offered has a paper"
    return made
