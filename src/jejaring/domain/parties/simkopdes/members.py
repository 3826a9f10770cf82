"""Rows of anggota: what they say of members, and members written as such rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from jejaring.domain.parties.actions.members import Person, columns_of
from jejaring.domain.parties.models import Member
from jejaring.domain.parties.personal import masked
from jejaring.domain.parties.simkopdes.sheet import Line, Sheet
from jejaring.domain.parties.simkopdes.tables import MEMBER_FIELDS
from jejaring.engines.errors import Refusal, Sentence

_S = Member.Status
_STATUS = {
    "": _S.APPROVED,
    "approved": _S.APPROVED,
    "disetujui": _S.APPROVED,
    "aktif": _S.APPROVED,
    "requested": _S.REQUESTED,
    "diajukan": _S.REQUESTED,
    "left": _S.LEFT,
    "keluar": _S.LEFT,
}
_WRITTEN = {_S.APPROVED: "Approved", _S.REQUESTED: "Requested", _S.LEFT: "Left"}
_SEX = {"": "", "l": "L", "laki-laki": "L", "laki laki": "L", "p": "P", "perempuan": "P"}
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/-](\d{1,2})[/-](\d{4})")


@dataclass(frozen=True)
class MemberLine:
    """What one row says of a member: the columns of Member that it fills, checked."""

    row: int
    columns: dict[str, Any]


def member_lines(sheet: Sheet) -> list[MemberLine]:
    """Return what the rows say; faulty ones are noted in the sheet and left out.

    A column that the file lacks fills nothing, so that what is kept stays.
    """
    found = []
    named = {
        field for field, column in MEMBER_FIELDS.items() if sheet.lines and column in sheet.lines[0].cells
    }
    named |= {f"{field}_hash" for field in ("nik", "phone") if field in named}
    for line in sheet.lines:
        try:
            columns = columns_of(_person(sheet, line))
        except Refusal as refusal:
            sheet.tell_refusal(line, refusal, MEMBER_FIELDS)
            continue
        found.append(MemberLine(line.row, {name: value for name, value in columns.items() if name in named}))
    return found


def cells_of(member: Member, *, is_full: bool) -> dict[str, str]:
    """Return a member as a row of anggota; the person's numbers are masked unless all is asked for."""
    phone = f"0{member.phone[3:]}" if member.phone.startswith("+62") else member.phone
    return {
        "nama": member.name,
        "nik": member.nik if is_full else masked(member.nik),
        "kode_wilayah": member.village_code,
        "jenis_kelamin": member.sex,
        "status": _WRITTEN[_S(member.status)],
        "pekerjaan": member.occupation,
        "no_hp": phone if is_full else masked(phone),
        "tanggal_masuk": member.joined_on.isoformat() if member.joined_on else "",
    }


def _person(sheet: Sheet, line: Line) -> Person:
    cells = line.cells
    return Person(
        name=cells.get("nama", ""),
        nik=_whole(sheet, line, "nik"),
        phone=_whole(sheet, line, "no_hp"),
        village_code=cells.get("kode_wilayah", ""),
        sex=_SEX.get(cells.get("jenis_kelamin", "").lower(), "?"),
        occupation=cells.get("pekerjaan", ""),
        status=_STATUS.get(cells.get("status", "").lower(), "?"),
        joined_on=_day(sheet, line),
    )


def _whole(sheet: Sheet, line: Line, column: str) -> str:
    """Return a number that isn't masked and that no spreadsheet has rounded."""
    written = line.cells.get(column, "")
    if "•" in written or "*" in written:
        sheet.tell(
            line.row,
            column,
            Sentence(
                "csv.masked", "This number is masked. Write all of it, or take the column out of the file."
            ),
        )
        return ""
    if re.fullmatch(r"\d[.,]\d+E\+\d+", written, re.IGNORECASE):
        sheet.tell(
            line.row,
            column,
            Sentence(
                "csv.rounded",
                "A spreadsheet has rounded this number. Make the column text and write the number again.",
            ),
        )
        return ""
    return written


def _day(sheet: Sheet, line: Line) -> date | None:
    written = line.cells.get("tanggal_masuk", "")
    if not written:
        return None
    match = _DAY.fullmatch(written)
    try:
        if match is None:
            raise ValueError
        year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
        return date(int(year), int(month), int(day))
    except ValueError:
        sheet.tell(
            line.row,
            "tanggal_masuk",
            Sentence("csv.day", "“{written}” isn't a day. Write 2025-10-22.", {"written": written[:20]}),
        )
        return None
