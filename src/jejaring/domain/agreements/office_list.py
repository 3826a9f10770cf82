"""Offices in which people sign: those on the list may stand on the public page, others only on the paper.

What is typed freely could be somebody's name, which that page never shows.
"""

from __future__ import annotations

import re

from jejaring.engines.errors import Refusal

OFFICES = (
    "Ketua",
    "Ketua Pengurus",
    "Wakil Ketua",
    "Sekretaris",
    "Bendahara",
    "Manajer",
    "Ketua Pengawas",
    "Pengawas",
    "Direktur",
    "Direktur Utama",
    "Kepala Cabang",
    "Kepala Gudang",
    "Kepala Pasar",
    "Kuasa",
)
OTHER = "lain"
"""What a choice calls an office that isn't on the list."""
_BY_NAME = {office.casefold(): office for office in OFFICES}
_LETTERS = re.compile(r"[^\W\d_]+([ ./'-]+[^\W\d_]+)*\.?")
_LONGEST = 60


def known(office: str) -> str:
    """Return an office as the list spells it; empty for one that isn't on it."""
    return _BY_NAME.get(" ".join(office.split()).casefold(), "")


def checked(office: str) -> str:
    """Return an office without needless blanks. Raises a Refusal for what can't be one."""
    tidy = " ".join(office.split())
    if known(tidy):
        return known(tidy)
    if len(tidy) > _LONGEST or not _LETTERS.fullmatch(tidy):
        raise Refusal("office.letters", "Write the office in letters, at most {most} of them.", most=_LONGEST)
    return tidy
