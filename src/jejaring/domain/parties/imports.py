"""What a file would change, row by row, before anybody accepts it. Nothing is written here.

`actions.imports` writes; it makes the same preview again and refuses when it isn't the one that was seen.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field, fields
from enum import StrEnum
from hashlib import sha256
from typing import Any

from django.conf import settings

from jejaring.domain.parties import access, duplicates
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.actions.cooperatives import may_register
from jejaring.domain.parties.models import Cooperative, Member, Network, User
from jejaring.domain.parties.profile import IDENTIFIERS, Profile, profile_of, same_number_elsewhere
from jejaring.domain.parties.simkopdes.members import MemberLine, member_lines
from jejaring.domain.parties.simkopdes.profiles import CooperativeLine, cooperative_lines
from jejaring.domain.parties.simkopdes.sheet import Sheet, read_sheet
from jejaring.domain.parties.simkopdes.tables import MEMBER_FIELDS, MEMBERS, PROFILE, PROFILE_FIELDS
from jejaring.engines.errors import Refusal, Sentence

_HIDDEN = {"nik", "phone"}


class State(StrEnum):
    """What accepting a row would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True)
class Difference:
    """A field that a row changes; personal numbers aren't shown."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class PreviewRow:
    """One row of the file beside what is kept."""

    row: int
    title: str
    state: State
    differences: tuple[Difference, ...] = ()
    pk: int | None = None
    """The kept row; none: there is none yet."""
    line: Any = field(default=None, repr=False, compare=False)
    joins: bool = False
    """It would also be added to the network."""

    @property
    def kept_pk(self) -> int:
        """The number of the kept row, of a row that isn't new."""
        assert self.pk is not None
        return self.pk


@dataclass(frozen=True)
class Preview:
    """All rows of a file."""

    rows: tuple[PreviewRow, ...]
    ignored: tuple[str, ...] = ()

    def count(self, state: State) -> int:
        """Return how many rows are so."""
        return sum(row.state == state for row in self.rows)

    @property
    def new(self) -> int:
        """How many rows aren't kept yet."""
        return self.count(State.NEW)

    @property
    def changed(self) -> int:
        """How many rows differ from what is kept."""
        return self.count(State.CHANGED)

    @property
    def same(self) -> int:
        """How many rows change nothing."""
        return self.count(State.SAME)

    @property
    def does_nothing(self) -> bool:
        """Whether accepting it would write nothing at all."""
        return not (self.new or self.changed or any(row.joins for row in self.rows))

    @property
    def digest(self) -> str:
        """A keyed fingerprint of what it would do: equal previews have equal ones."""
        said = repr(
            [(row.row, row.title, row.state, row.differences, row.pk, row.joins) for row in self.rows]
        )
        return hmac.new(settings.LOOKUP_KEY.encode(), said.encode(), sha256).hexdigest()


def preview_profile(cooperative: Cooperative, data: bytes, file: str, *, by: User | None) -> Preview:
    """Return what a file of one profile would change. Raises Faults with everything wrong in it."""
    sheet = read_sheet(data, PROFILE, file)
    kept = profile_of(cooperative)
    found = cooperative_lines(sheet, kept)
    if len(sheet.lines) != 1:
        wrong = Sentence(
            "csv.one_row",
            "A profile is one row below the headings; here are {count}.",
            {"count": len(sheet.lines)},
        )
        sheet.tell_row(sheet.lines[1].row if len(sheet.lines) > 1 else 2, wrong)
    for each in found:
        try:
            duplicates.refuse_taken_numbers(each.profile, but=cooperative, by=by)
        except Refusal as refusal:
            sheet.tell_refusal(each.line, refusal, PROFILE_FIELDS)
    sheet.done()
    [only] = found
    differences = (*_profile_differences(kept, only.profile), *_position_difference(cooperative, only))
    state = State.CHANGED if differences else State.SAME
    row = PreviewRow(only.row, only.profile.name, state, differences, cooperative.pk, only)
    return Preview((row,), tuple(sheet.ignored))


def preview_members(cooperative: Cooperative, data: bytes, file: str) -> Preview:
    """Return what a file of members would change. Raises Faults with everything wrong in it.

    A row is somebody known by the NIK; without one in the row, by the name where only one has it.
    """
    sheet = read_sheet(data, MEMBERS, file)
    found = member_lines(sheet)
    kept = list(cooperative.members.filter(erased_at=None))
    by_nik = {member.nik_hash: member for member in kept if member.nik_hash}
    by_name: dict[str, list[Member]] = {}
    for member in kept:
        by_name.setdefault(member.name.casefold(), []).append(member)
    met: dict[str, int] = {}
    rows = []
    for line in found:
        known = _known(line, by_nik, by_name)
        nik_hash = line.columns.get("nik_hash", "")
        key = f"member {known.pk}" if known else nik_hash or f"name {line.columns['name'].casefold()}"
        if key in met:
            sheet.tell(line.row, "nik" if nik_hash else "nama", _twice(met[key]))
            continue
        met[key] = line.row
        if known is None:
            rows.append(PreviewRow(line.row, line.columns["name"], State.NEW, line=line))
            continue
        differences = _member_differences(known, line)
        state = State.CHANGED if differences else State.SAME
        rows.append(PreviewRow(line.row, line.columns["name"], state, differences, known.pk, line))
    sheet.done()
    return Preview(tuple(rows), tuple(sheet.ignored))


def preview_cooperatives(network: Network, data: bytes, file: str, *, by: User | None) -> Preview:
    """Return which co-ops a file would register or add to a network. Raises Faults with all that is wrong.

    A co-op is known by one of its numbers, or by the same name in its village. Of one that is known, only
    fields that are still empty are filled; what it says of itself stays. A name that is merely like one of
    the village is a fault: only a person can tell.
    """
    sheet = read_sheet(data, PROFILE, file)
    found = cooperative_lines(sheet)
    _tell_twins(sheet, found)
    inside = set(network.roles.values_list("cooperative_id", flat=True))
    seen = access.cooperatives_for(by, Ability.SEE_COOPERATIVE) if by else Cooperative.objects.all()
    matches = list(zip(found, _matches(found), strict=True))
    visible = set(
        seen.filter(pk__in=[known.pk for _, known in matches if known]).values_list("pk", flat=True)
    )
    may: dict[str, bool] = {}
    rows = []
    for each, known in matches:
        if known is None:
            if _tell_alike(sheet, each, by):
                continue
            regency = each.profile.village_code[:5]
            if by is not None and regency not in may:
                may[regency] = may_register(by, each.profile.village_code, network)
            if not may.get(regency, True):
                sheet.tell(each.row, "kode_wilayah", _outside())
            rows.append(PreviewRow(each.row, each.profile.name, State.NEW, line=each, joins=True))
            continue
        if known.pk not in visible:
            _tell_elsewhere(sheet, each, known)
            continue
        filled = _filled(known, each)
        state = State.CHANGED if filled else State.SAME
        rows.append(PreviewRow(each.row, known.name, state, filled, known.pk, each, known.pk not in inside))
    sheet.done()
    return Preview(tuple(rows), tuple(sheet.ignored))


def _known(line: MemberLine, by_nik: dict[str, Member], by_name: dict[str, list[Member]]) -> Member | None:
    nik_hash = line.columns.get("nik_hash", "")
    if nik_hash and nik_hash in by_nik:
        return by_nik[nik_hash]
    same_name = by_name.get(line.columns["name"].casefold(), [])
    if len(same_name) == 1 and not (nik_hash and same_name[0].nik_hash):
        return same_name[0]
    return None


def _member_differences(member: Member, line: MemberLine) -> tuple[Difference, ...]:
    found = []
    for name, column in MEMBER_FIELDS.items():
        if name not in line.columns:
            continue
        before, after = getattr(member, name), line.columns[name]
        # An empty cell says nothing; it erases nothing either.
        if after in {"", None} or before == after:
            continue
        hidden = name in _HIDDEN
        found.append(
            Difference(
                column, "•••" if hidden and before else str(before or ""), "•••" if hidden else str(after)
            )
        )
    return tuple(found)


def _profile_differences(kept: Profile, said: Profile) -> tuple[Difference, ...]:
    return tuple(
        Difference(PROFILE_FIELDS[each.name], getattr(kept, each.name), getattr(said, each.name))
        for each in fields(Profile)
        if getattr(kept, each.name) != getattr(said, each.name)
    )


def _position_difference(cooperative: Cooperative, said: CooperativeLine) -> tuple[Difference, ...]:
    if said.at is None or (said.at.lat, said.at.lon) == (cooperative.lat, cooperative.lon):
        return ()
    before = "" if cooperative.lat is None else f"{cooperative.lat}, {cooperative.lon}"
    return (Difference("koordinat", before, f"{said.at.lat}, {said.at.lon}"),)


def _filled(known: Cooperative, said: CooperativeLine) -> tuple[Difference, ...]:
    kept = profile_of(known)
    empty = [
        each for each in _profile_differences(kept, said.profile) if not each.before and each.column != "nama"
    ]
    return (*empty, *(each for each in _position_difference(known, said) if not each.before))


def _matches(found: list[CooperativeLine]) -> list[Cooperative | None]:
    """Return the kept co-op that each row means, by a number or by a like name in its village."""
    numbers: dict[tuple[str, str], Cooperative] = {}
    for name in IDENTIFIERS:
        given = {getattr(each.profile, name) for each in found} - {""}
        for known in Cooperative.objects.filter(duplicates.has_number(name, given)):
            numbers[name, getattr(known, name)] = known
    villages: dict[str, list[Cooperative]] = {}
    for known in Cooperative.objects.filter(village_code__in={each.profile.village_code for each in found}):
        villages.setdefault(known.village_code, []).append(known)
    return [_match(each, numbers, villages) for each in found]


def _match(
    said: CooperativeLine,
    numbers: dict[tuple[str, str], Cooperative],
    villages: dict[str, list[Cooperative]],
) -> Cooperative | None:
    for key in duplicates.numbers_of(said.profile).items():
        if key in numbers:
            return numbers[key]
    for known in villages.get(said.profile.village_code, ()):
        if known.kind == said.profile.kind and duplicates.is_same_name(
            said.profile.name, known.name, known.village_code
        ):
            return known
    return None


def _tell_twins(sheet: Sheet, found: list[CooperativeLine]) -> None:
    """Note rows of one file that mean the same co-op."""
    met: dict[tuple[str, str], int] = {}
    for each in found:
        profile = each.profile
        keys = [(PROFILE_FIELDS[name], number) for name, number in duplicates.numbers_of(profile).items()]
        keys.append(
            ("nama", f"{profile.village_code} {duplicates.bare_name(profile.name, profile.village_code)}")
        )
        for key in keys:
            if key in met:
                sheet.tell(each.row, key[0], _twice(met[key]))
            met.setdefault(key, each.row)


def _twice(row: int) -> Sentence:
    return Sentence("csv.row_twice", "This stands in row {row} already.", {"row": str(row)})


def _tell_elsewhere(sheet: Sheet, said: CooperativeLine, known: Cooperative) -> None:
    """Note a row that means a co-op which the person may not see."""
    for name, number in duplicates.numbers_of(said.profile).items():
        if getattr(known, name) == number:
            sheet.tell(said.row, PROFILE_FIELDS[name], same_number_elsewhere(name))
            return
    sheet.tell(said.row, "nama", duplicates.SimilarName(()).sentence)


def _tell_alike(sheet: Sheet, said: CooperativeLine, by: User | None) -> bool:
    """Note a row whose name is like, but not the same as, that of a co-op in its village; return if so."""
    try:
        duplicates.refuse_similar_name(said.profile, by=by)
    except duplicates.SimilarName as similar:
        wrong = similar.sentence
        if similar.others:
            wrong = Sentence(
                "csv.similar_name",
                "In this village there is already {others}. Write that name and kind, or register this one "
                "by hand.",
                {"others": similar.others},
            )
        sheet.tell(said.row, "nama", wrong)
        return True
    return False


def _outside() -> Sentence:
    return Sentence(
        "coop.outside_your_region", "This village lies outside the region in which you may register co-ops."
    )
