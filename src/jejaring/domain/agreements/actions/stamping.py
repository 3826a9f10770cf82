"""A paper comes back with an e-meterai on it: taken where our own bytes are all still there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from jejaring.documents import signatures
from jejaring.domain.agreements import keyring
from jejaring.domain.agreements.actions.life import locked
from jejaring.domain.agreements.actions.offering import Desk, keep_paper, record_stamp
from jejaring.domain.agreements.actions.signing import newest_paper
from jejaring.domain.agreements.models import Agreement, AgreementParty, Event, Version
from jejaring.domain.parties.models import User
from jejaring.engines.errors import Refusal


def take_stamped(
    agreement: Agreement,
    *,
    party: AgreementParty,
    pdf: bytes,
    serial: str,
    desk: Desk,
    by: User | None,
    at: datetime,
) -> Event:
    """Keep the paper with the distributor's e-meterai as its newest state, and write down the serial number.

    The file must be the newest paper with one signature more, in a place kept for a stamp. Whether the stamp
    is real only the distributor knows.
    """
    version = agreement.versions.filter(state__in=(Version.State.OFFERED, Version.State.SIGNED)).first()
    if version is None:
        raise Refusal("stamp.no_paper", "There is no paper yet that could bear a stamp.")
    newest = newest_paper(version)
    before = bytes(newest.pdf)
    if pdf == before:
        raise Refusal("stamp.none", "This is the paper as it was, without a stamp.")
    if not pdf.startswith(before):
        raise Refusal(
            "stamp.rewritten",
            "This isn't the newest paper with a stamp added: its bytes are others. Either it is an older "
            "one, or the distributor's program saved the file anew, which breaks the signatures in it. "
            "Write down the serial number only, and keep that file beside this one.",
        )
    _only_a_stamp(before, pdf, desk, at)
    with transaction.atomic():
        held = locked(agreement)
        taken_back = Version.objects.filter(pk=version.pk, state=Version.State.REPLACED).exists()
        if taken_back or newest_paper(version).pk != newest.pk:
            raise Refusal("dating.changed", "The paper was changed in the same moment. Please try once more.")
        keep_paper(version, pdf, newest.number + 1, at)
        return record_stamp(held, party=party, serial=serial, by=by, at=at)


def _only_a_stamp(before: bytes, pdf: bytes, desk: Desk, at: datetime) -> None:
    """Refuse a file in which anything but stamps was added, or a signature no longer holds."""
    trusted = keyring.trusted(desk.key.certificate_pem)
    verdict = signatures.verdict(pdf, at=at, trusted=trusted)
    new = [each for each in verdict.signatures if each.covered_bytes > len(before)]
    if not new or any(each.kind != "stamp" for each in new):
        raise Refusal(
            "stamp.place",
            "There is no stamp in the place that this paper keeps for it, or something else was added too.",
        )
    if not all(each.sound for each in verdict.signatures) or new[-1].covers != "file":
        raise Refusal(
            "stamp.not_sound",
            "The stamp was put on so that a signature in the paper no longer holds. Have it put into the "
            "place that the paper keeps for it, and nowhere else.",
        )
