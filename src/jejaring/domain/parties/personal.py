"""Personal numbers: read, masked, found again without being readable."""

from __future__ import annotations

import hmac
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from lokal.nik import is_valid_nik
from lokal.phone import parse_phone

from jejaring.domain.parties.models import User
from jejaring.engines.errors import Refusal

PASSWORD_LENGTH_MAX = 128


def phone(text: str) -> str:
    """Return a phone number as it is kept: +62812…; empty for empty. Raises Refusal where it isn't one."""
    if not text.strip():
        return ""
    found = parse_phone(text)
    if not found.valid or not found.e164:
        raise Refusal(
            "person.phone_unreadable",
            "This isn't an Indonesian phone number: {written}. Write it like 0812 3456 7890.",
            written=masked(text),
        )
    return found.e164


def citizen_nik(text: str) -> str:
    """Return a citizen's NIK as sixteen digits; empty for empty. Raises Refusal where it can't be one."""
    digits = "".join(text.split()).replace(".", "").replace("-", "")
    if not digits:
        return ""
    if digits.isdigit() and 10 <= len(digits) < 16:
        raise Refusal(
            "person.nik_looks_like_a_coops",
            "{written} has {count} digits, like a co-op's NIK. A citizen's NIK has sixteen.",
            written=masked(text),
            count=len(digits),
        )
    if not is_valid_nik(digits):
        raise Refusal(
            "person.nik_impossible",
            "{written} can't be a citizen's NIK: it has sixteen digits, with place and date of birth in it.",
            written=masked(text),
        )
    return digits


def refuse_weak_password(password: str, person: User) -> None:
    """Raise a Refusal for a password that is short, endless, or one that everybody uses."""
    if len(password) > PASSWORD_LENGTH_MAX:
        raise Refusal("person.password_long", "A password has at most 128 signs.")
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refusal(
            "person.password_weak",
            "Choose a stronger password: at least twelve signs, and not one that many people use.",
        ) from error


def lookup_hash(kind: str, value: str) -> str:
    """Return the keyed hash by which a number is found again; empty for empty.

    `kind` keeps hashes of phones, citizens' numbers and tokens apart.
    """
    if not value:
        return ""
    return hmac.new(settings.LOOKUP_KEY.encode(), f"{kind}:{value}".encode(), sha256).hexdigest()


def masked(text: str) -> str:
    """Return a number with all but its first two and last two signs hidden; short ones wholly."""
    bare = text.strip()
    if len(bare) < 8:
        return "•" * len(bare)
    return f"{bare[:2]}{'•' * (len(bare) - 4)}{bare[-2:]}"
