"""What stands in a party's box on the paper once it has signed: who, when, and what it is worth."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from jejaring.documents.language import Language
from jejaring.domain.agreements.models import Signature


def of_certificate(
    office: str, party: str, on: date, words: Language, *, issuer: str, timed: bool
) -> tuple[str, ...]:
    """Return the lines of a signature by certificate: certified by an issuer, or unknown here."""
    worth = (
        words.text("Level 3: certified (PSrE: {issuer})", issuer=issuer)
        if issuer
        else words.text("Digital signature, certificate unknown")
    )
    time = words.text("with timestamp") if timed else words.text("without timestamp when it was made")
    return office, party, words.date(on), worth, time


def of_tap(signature: Signature, words: Language, *, timed: bool) -> tuple[str, ...]:
    """Return the lines of a tapped consent. `timed`: time comes over the whole file, from a service."""
    at = timezone.localtime(signature.at)
    when = f"{words.date(at.date())}, {at:%H:%M}"
    how = words.text("Agreed by a tap, sealed by Jejaring (level 2, not certified)")
    untimed = () if timed else (words.text("without timestamp when it was made"),)
    return signature.office, str(signature.party), when, how, *untimed
