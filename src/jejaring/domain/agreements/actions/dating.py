"""Time and evidence for a paper that all have signed, from services; it can be done later, and again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from jejaring.documents import signatures
from jejaring.documents.signatures import Evidence
from jejaring.domain.agreements import keyring, vouching
from jejaring.domain.agreements.actions.life import locked
from jejaring.domain.agreements.actions.offering import Desk, keep_paper
from jejaring.domain.agreements.actions.signing import newest_paper
from jejaring.domain.agreements.models import Agreement, Event, Version
from jejaring.domain.agreements.services.revocation import evidence_of
from jejaring.domain.agreements.services.timestamps import ready
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import User
from jejaring.engines.errors import Refusal


def date_paper(version: Version, *, desk: Desk, by: User | None, at: datetime) -> Event | None:
    """Put the time of the timestamp service over a signed paper, with the evidence for its certificates.

    None where it has it already. Raises a Refusal where there is no service, or it doesn't answer.
    """
    if version.state != Version.State.SIGNED:
        raise Refusal("dating.unsigned", "The paper gets its timestamp once all have signed.")
    if is_dated(version.agreement):
        return None
    service = ready(desk.timestamps)
    if service is None:
        raise Refusal(
            "dating.unreachable",
            "The timestamp service doesn't answer. The signatures hold without it; try again later.",
        )
    newest = newest_paper(version)
    before = bytes(newest.pdf)
    try:
        pdf = signatures.with_time(before, service, _evidence(before, desk, at))
    except (OSError, ValueError) as error:
        raise Refusal(
            "dating.unreachable",
            "The timestamp service doesn't answer. The signatures hold without it; try again later.",
        ) from error
    levels = _levels(pdf, desk)
    with transaction.atomic():
        agreement = locked(version.agreement)
        if is_dated(agreement):
            return None
        if newest_paper(version).pk != newest.pk:
            raise Refusal("dating.changed", "The paper was changed in the same moment. Please try once more.")
        kept = keep_paper(version, pdf, newest.number + 1, at)
        made = Event.objects.create(
            agreement=agreement, kind=Event.Kind.DATED, text=levels, on=timezone.localdate(at), at=at, by=by
        )
        audit.record(
            "agreement.dated", agreement, by=by, network_id=agreement.network_id, facts={"paper": kept.sha256}
        )
    return made


def is_dated(agreement: Agreement) -> bool:
    """Return whether the signed paper has the time of a timestamp service over it."""
    return agreement.events.filter(kind=Event.Kind.DATED).exists()


def undated() -> list[Version]:
    """Return the signed papers of agreements that still run and have no timestamp yet."""
    running = (Agreement.State.IN_FORCE, Agreement.State.SUSPENDED)
    dated = Event.objects.filter(kind=Event.Kind.DATED).values("agreement")
    found = Version.objects.filter(state=Version.State.SIGNED, agreement__state__in=running)
    return list(found.exclude(agreement__in=dated).select_related("agreement").order_by("pk"))


def _evidence(pdf: bytes, desk: Desk, at: datetime) -> dict[str, Evidence]:
    """Return the evidence by place, for signatures all of whose certificates can be shown to be good."""
    persons, times = vouching.authorities(), vouching.time_authorities()
    # Nobody but ourselves could revoke our own.
    ours = vouching.read((desk.key.certificate_pem, *keyring.trusted_certificates()))
    found: dict[str, Evidence] = {}
    lacking: set[str] = set()
    dead: set[str] = set()
    for holder in signatures.holders(pdf):
        roots = times if holder.is_time else (*persons, *ours)
        chain = signatures.chain(holder.certificate, holder.others, roots, at=at)
        evidence, complete = evidence_of(chain, dead)
        if not chain or not complete:
            lacking.add(holder.field)
        before = found.get(holder.field, vouching.NOTHING)
        found[holder.field] = Evidence(
            before.roots + evidence.roots,
            before.others + evidence.others,
            before.crls + evidence.crls,
            before.ocsps + evidence.ocsps,
        )
    return {field: each for field, each in found.items() if field not in lacking}


def _levels(pdf: bytes, desk: Desk) -> str:
    """Return the levels that the signatures have now. Raises a Refusal where the time isn't believed here."""
    # The service's clock may be ahead of ours.
    verdict = signatures.verdict(pdf, at=timezone.now(), trusted=keyring.trusted(desk.key.certificate_pem))
    last = verdict.signatures[-1] if verdict.signatures else None
    if last is None or last.kind != "timestamp" or last.stamped_at is None or not last.sound:
        raise Refusal(
            "dating.stranger",
            "Nobody vouches for the timestamp service's certificate: who keeps the installation must add its "
            "root to JEJARING_TIMESTAMP_ROOTS.",
        )
    return ", ".join(dict.fromkeys(each.level for each in verdict.signatures if each.kind != "timestamp"))
