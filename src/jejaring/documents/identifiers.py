"""Legal identifiers of a co-op: what each looks like, and which is easily taken for another."""

from __future__ import annotations

import re

from lokal.nik import is_valid_nik
from lokal.npwp import parse_npwp

from jejaring.engines.errors import Refusal


def coop_nik(text: str) -> str:
    """Return a co-op's registration number as digits; empty for empty.

    Citizens have a number of the same name (NIK). One that holds a possible place and date of birth
    is refused as a citizen's. Raises Refusal.
    """
    digits = _digits(text)
    if not digits:
        return ""
    if len(digits) == 16 and is_valid_nik(digits):
        raise Refusal(
            "coop.nik_is_a_citizens",
            "This is a citizen's NIK, with a date of birth in it. Write the co-op's own NIK, "
            "from the ministry's registration, or leave it empty.",
        )
    if not 10 <= len(digits) <= 16:
        raise Refusal(
            "coop.nik_length", "A co-op's NIK has 10 to 16 digits; this one has {count}.", count=len(digits)
        )
    return digits


def npwp(text: str) -> str:
    """Return a tax number as digits, 15 or 16 of them; empty for empty. Raises Refusal."""
    digits = _digits(text)
    if not digits:
        return ""
    if not parse_npwp(digits).valid:
        raise Refusal("coop.npwp_impossible", "An NPWP has 15 or 16 digits. Please check this one.")
    return digits


def nib(text: str) -> str:
    """Return a business number as thirteen digits; empty for empty. Raises Refusal."""
    digits = _digits(text)
    if digits and len(digits) != 13:
        raise Refusal("coop.nib_length", "An NIB has 13 digits; this one has {count}.", count=len(digits))
    return digits


def legal_entity_number(text: str) -> str:
    """Return the number of the deed's registration in one spelling, AHU-…; empty for empty. Raises Refusal.

    Older co-ops have numbers without AHU, such as 219/BH/KWK.10/VI/1997.
    """
    tidy = re.sub(r"\s+", "", text).upper()
    if tidy and not re.fullmatch(r"[A-Z0-9][A-Z0-9./-]{4,59}", tidy):
        raise Refusal(
            "coop.legal_entity_number_unreadable",
            "A legal entity's number looks like AHU-0001234.AH.01.26.TAHUN 2025 or 219/BH/KWK.10/VI/1997.",
        )
    return tidy


def _digits(text: str) -> str:
    bare = re.sub(r"[\s.\-/]", "", text)
    if bare and not bare.isdigit():
        raise Refusal("coop.digits_expected", "Only digits, dots and dashes belong here.")
    return bare
