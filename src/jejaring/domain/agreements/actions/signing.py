"""Parties sign an offered version, each at one of three levels; when all have, it is closed and in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jejaring.documents import signatures
from jejaring.documents.language import language
from jejaring.documents.signatures import found
from jejaring.domain.agreements.actions.drafting import content_of
from jejaring.domain.agreements.actions.life import locked, written
from jejaring.domain.agreements.actions.offering import Desk, field_of, keep_paper
from jejaring.domain.agreements.keyring import trusted_certificates
from jejaring.domain.agreements.models import Agreement, AgreementParty, Event, Paper, Signature, Version
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


@transaction.atomic
def sign_with_certificate(signing: Signing, *, p12: bytes, passphrase: str, desk: Desk) -> Signature:
    """Sign the paper with the signatory's certificate (PAdES). The file and passphrase are kept nowhere."""

    def add(pdf: bytes, stamp: tuple[str, ...], place: str) -> bytes:
        return signatures.sign_with_pkcs12(
            pdf,
            field_of(signing.party.position),
            p12,
            passphrase,
            at=signing.at,
            office=signing.office,
            place=place,
            stamp=stamp,
        )

    return _by_certificate(signing, add, desk)


@transaction.atomic
def sign_remotely(signing: Signing, *, remote: signatures.RemoteSigner, desk: Desk) -> Signature:
    """Sign the paper by a service that keeps the signatory's key (an Indonesian PSrE)."""

    def add(pdf: bytes, stamp: tuple[str, ...], place: str) -> bytes:
        return signatures.sign_remotely(
            pdf,
            field_of(signing.party.position),
            remote,
            at=signing.at,
            office=signing.office,
            place=place,
            stamp=stamp,
        )

    return _by_certificate(signing, add, desk)


@transaction.atomic
def take_signed(signing: Signing, *, pdf: bytes, desk: Desk) -> Signature:
    """Take a paper that was signed elsewhere (by a certified provider's own program) and brought back.

    It must be the newest paper with one sound signature more, in the party's place.
    """

    def add(newest: bytes, _stamp: tuple[str, ...], _place: str) -> bytes:
        if not pdf.startswith(newest):
            raise Refusal(
                "signature.other_paper",
                "This isn't the newest paper of this agreement, signed. Download it, sign it, "
                "and bring it back.",
            )
        return pdf

    return _by_certificate(signing, add, desk)


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


def _by_certificate(
    signing: Signing, add: Callable[[bytes, tuple[str, ...], str], bytes], desk: Desk
) -> Signature:
    held, again = _held(signing)
    if again is not None:
        return again
    newest = newest_paper(signing.version)
    content = content_of(signing.version)
    words = language(content.language)
    day = words.date(timezone.localdate(signing.at))
    signed = add(bytes(newest.pdf), (signing.office, str(signing.party), day), content.place)
    made = _found_in(signed, signing, desk)
    kept = keep_paper(signing.version, signed, newest.number + 1, signing.at)
    facts = {
        "certificate_sha256": made.certificate_sha256,
        "organisation": made.organisation,
        "pades": made.level,
        "chain": made.chain,
        "stamped_at": made.stamped_at.isoformat() if made.stamped_at else "",
    }
    return _signed(held, signing, Signature.Level.CERTIFICATE, desk, facts, paper=kept)


def _found_in(pdf: bytes, signing: Signing, desk: Desk) -> found.Signature:
    """Return the signature that was just added. Raises a Refusal where it isn't sound or isn't there."""
    trusted = found.Trusted(platform=(desk.key.certificate_pem, *trusted_certificates()))
    verdict = signatures.verdict(pdf, at=signing.at, trusted=trusted)
    field = field_of(signing.party.position)
    mine = [each for each in verdict.signatures if each.field == field]
    if not mine or not all(each.sound for each in verdict.signatures) or mine[0].covers != "file":
        raise Refusal(
            "signature.not_sound",
            "The paper has no sound signature in the place of {party}.",
            party=str(signing.party),
        )
    others = Signature.objects.filter(version=signing.version, level=Signature.Level.CERTIFICATE)
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
    closed = signatures.seal(bytes(newest.pdf), desk.key, at=at, reason=reason, closing=True)
    keep_paper(version, closed, newest.number + 1, at)
    Version.objects.filter(pk=version.pk).update(state=Version.State.SIGNED)
    written(agreement, Event.Kind.IN_FORCE, "", None, None, at)


LEVELS = {
    Signature.Level.INK: "signed in ink, scan uploaded",
    Signature.Level.TAPPED: "consent tapped after a strong sign-in, sealed by the platform",
    Signature.Level.CERTIFICATE: "signed with the signatory's certificate (PAdES)",
}
"""What each level is called, on paper and screen alike."""


def newest_paper(version: Version) -> Paper:
    """Return the newest state of a version's paper."""
    made = version.papers.order_by("-number").first()
    assert made is not None, "what is offered has a paper"
    return made
