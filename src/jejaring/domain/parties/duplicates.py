"""Is this co-op here already? By its numbers, which is certain; by its name in its village, which isn't."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import dropwhile

from django.db.models import Q

from jejaring.domain.parties import access, regions
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative, User
from jejaring.domain.parties.profile import IDENTIFIERS, Profile, same_number, same_number_elsewhere
from jejaring.domain.parties.wrong_fields import Fields
from jejaring.engines.errors import Refusal

ALIKE = 0.84
"""From this share of common letters on, two names are taken for one with a slip of the pen."""

_SLIP = 2
"""Letters by which such names may differ in length."""
_WORDS_OF_KIND = frozenset(
    {"koperasi", "kop", "kopdes", "kopkel", "kdmp", "kkmp", "kdkmp", "merah", "putih", "mp"}
    | {"desa", "ds", "kelurahan", "kel"}
)
"""What co-ops' names begin with that says only of what kind they are."""


class SimilarName(Refusal):
    """A co-op of a like name is in the village. Whoever registers may say that theirs is another."""

    def __init__(self, others: tuple[str, ...]) -> None:
        self.others = others
        if others:
            super().__init__(
                "coop.similar_name",
                "In this village there is already {others}. Is yours another co-op? Then say so below.",
                others=others,
            )
        else:
            super().__init__(
                "coop.similar_name_elsewhere",
                "In this village a co-op of a like name is already registered. Ask your facilitator, or say "
                "below that yours is another one.",
            )


def bare_name(name: str, village_code: str = "") -> str:
    """Return what sets a co-op's name apart: "Koperasi Desa Merah Putih X", "KDMP X", "Kopdes MP X" are x.

    Where nothing is left, the village's own name is.
    """
    words = re.sub(r"[\W_]+", " ", name.lower()).split()
    bare = " ".join(dropwhile(_WORDS_OF_KIND.__contains__, words))
    if bare or not village_code:
        return bare
    return regions.place(village_code).split(",")[0].lower()


def refuse_taken_numbers(profile: Profile, *, but: Cooperative | None = None, by: User | None) -> None:
    """Raise WrongFields where another co-op has one of these numbers; its name only for who may see it."""
    fields = Fields()
    for field, number in numbers_of(profile).items():
        other = (
            Cooperative.objects.filter(has_number(field, [number])).exclude(pk=but.pk if but else 0).first()
        )
        if other is not None:
            fields.tell(
                field, same_number(field, other.name) if _sees(by, other) else same_number_elsewhere(field)
            )
    fields.done()


def refuse_similar_name(profile: Profile, *, but: Cooperative | None = None, by: User | None) -> None:
    """Raise SimilarName where the village has a co-op of a like name."""
    found = similar(profile.name, profile.village_code, but=but)
    if found:
        raise SimilarName(tuple(other.name for other in found if _sees(by, other)))


def similar(name: str, village_code: str, *, but: Cooperative | None = None) -> list[Cooperative]:
    """Return co-ops of the same village whose names are equal or nearly so when kinds are left out."""
    if not village_code:
        return []
    neighbours = Cooperative.objects.filter(village_code=village_code).exclude(pk=but.pk if but else 0)
    return [other for other in neighbours if are_alike(name, other.name, village_code)]


def numbers_of(profile: Profile) -> dict[str, str]:
    """Return the numbers that a profile gives, by field."""
    return {field: getattr(profile, field) for field in IDENTIFIERS if getattr(profile, field)}


def has_number(field: str, numbers: Iterable[str]) -> Q:
    """Return the condition for co-ops with one of these numbers.

    That it isn't empty is said too, since only then SQLite uses the index that keeps the number single.
    """
    return Q(**{f"{field}__in": list(numbers)}) & ~Q(**{field: ""})


def refuse_coops_number(written: str) -> None:
    """Raise Refusal where a number that should be a citizen's is the one of a co-op."""
    digits = re.sub(r"\D", "", written)
    if digits and Cooperative.objects.filter(has_number("coop_nik", [digits])).exists():
        raise Refusal(
            "person.nik_is_a_coops",
            "This is a co-op's NIK. Write the person's own NIK, the sixteen digits of the identity card.",
        )


def are_alike(name: str, other_name: str, village_code: str) -> bool:
    """Return whether two names of one village are equal or nearly so when kinds are left out."""
    one, other = bare_name(name, village_code), bare_name(other_name, village_code)
    if is_same_name(name, other_name, village_code):
        return True
    shorter, longer = sorted((set(one.split()), set(other.split())), key=len)
    # That both are called after the village says nothing: tani makmur x isn't the village's x.
    if shorter <= longer and shorter != set(bare_name("", village_code).split()):
        return True
    one, other = one.replace(" ", ""), other.replace(" ", "")
    if abs(len(one) - len(other)) > _SLIP:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def is_same_name(name: str, other_name: str, village_code: str) -> bool:
    """Return whether two names of one village are equal when kinds and spaces are left out."""
    one, other = bare_name(name, village_code), bare_name(other_name, village_code)
    return one.replace(" ", "") == other.replace(" ", "")


def _sees(by: User | None, other: Cooperative) -> bool:
    return by is None or access.cooperatives_for(by, Ability.SEE_COOPERATIVE).filter(pk=other.pk).exists()
