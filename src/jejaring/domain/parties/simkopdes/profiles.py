"""Rows of profil_koperasi: what they say of co-ops, and co-ops written as such rows."""

from __future__ import annotations

from dataclasses import dataclass

from jejaring.domain.parties import profile as profiles
from jejaring.domain.parties import regions
from jejaring.domain.parties.models import Cooperative
from jejaring.domain.parties.models.cooperatives import PositionOrigin
from jejaring.domain.parties.profile import Position, Profile
from jejaring.domain.parties.simkopdes.sheet import Line, Sheet
from jejaring.domain.parties.simkopdes.tables import PROFILE_FIELDS
from jejaring.engines.errors import Refusal, Sentence

_K = Cooperative.Kind
_KINDS = {
    "kdmp": _K.KDMP,
    "kopdes": _K.KDMP,
    "koperasi desa merah putih": _K.KDMP,
    "kkmp": _K.KKMP,
    "kopkel": _K.KKMP,
    "koperasi kelurahan merah putih": _K.KKMP,
    "established": _K.ESTABLISHED,
    "eksisting": _K.ESTABLISHED,
    "koperasi eksisting": _K.ESTABLISHED,
    "secondary": _K.SECONDARY,
    "sekunder": _K.SECONDARY,
}
_WRITTEN = {_K.KDMP: "kdmp", _K.KKMP: "kkmp", _K.ESTABLISHED: "eksisting", _K.SECONDARY: "sekunder"}


@dataclass(frozen=True)
class CooperativeLine:
    """What one row says: a checked profile, and a position where it gives one."""

    line: Line
    profile: Profile
    at: Position | None

    @property
    def row(self) -> int:
        """Its number, as a spreadsheet counts it."""
        return self.line.row


def cooperative_lines(sheet: Sheet, kept: Profile | None = None) -> list[CooperativeLine]:
    """Return what the rows say; faulty ones are noted in the sheet and left out.

    `kept` fills in what the file has no column for: the profile that is there already.
    """
    found = []
    for line in sheet.lines:
        at: Position | None = None
        is_whole = True
        if line.cells.get("koordinat"):
            try:
                at = profiles.read_position(line.cells["koordinat"], PositionOrigin.FILE)
            except Refusal as refusal:
                sheet.tell(line.row, "koordinat", refusal.sentence)
                is_whole = False
        try:
            checked = profiles.checked(_profile(sheet, line, kept))
        except Refusal as refusal:
            sheet.tell_refusal(line, refusal, PROFILE_FIELDS)
            continue
        if is_whole:
            found.append(CooperativeLine(line, checked, at))
    return found


def cells_of(cooperative: Cooperative) -> dict[str, str]:
    """Return a co-op as a row of profil_koperasi. What isn't kept here is left empty."""
    has_position = cooperative.lat is not None and cooperative.lon is not None
    return {
        "koperasi_ref": cooperative.file_code,
        "nama": cooperative.name,
        "nik_koperasi": cooperative.coop_nik,
        "bentuk": "Sekunder" if cooperative.kind == _K.SECONDARY else "Primer",
        "alamat": cooperative.address,
        "koordinat": f"{cooperative.lat}, {cooperative.lon}" if has_position else "",
        "jenis": _WRITTEN[_K(cooperative.kind)],
        "kode_wilayah": cooperative.village_code,
        "badan_hukum": cooperative.legal_entity_number,
        "npwp": cooperative.npwp,
        "nib": cooperative.nib,
    }


def _profile(sheet: Sheet, line: Line, kept: Profile | None) -> Profile:
    values = {
        field: line.cells[column]
        if column in line.cells
        else (getattr(kept, field) if kept and field != "kind" else "")
        for field, column in PROFILE_FIELDS.items()
        if field != "position"
    }
    values["kind"] = _kind(sheet, line, kept)
    return Profile(**values)


def _kind(sheet: Sheet, line: Line, kept: Profile | None) -> str:
    """Return the kind: as written under jenis or bentuk, else the kept one, else as the village is."""
    for column in ("jenis", "bentuk"):
        written = " ".join(line.cells.get(column, "").lower().split())
        if written in {"", "primer"}:
            continue
        if written not in _KINDS:
            sheet.tell(
                line.row,
                column,
                Sentence(
                    "csv.kind_unknown",
                    "“{written}” isn't a kind of co-op. Write kdmp, kkmp, eksisting or sekunder.",
                    {"written": written[:40]},
                ),
            )
        return _KINDS.get(written, _K.KDMP)
    if kept:
        return kept.kind
    name = line.cells.get("nama", "").lower()
    if not any(word in name for word in ("merah putih", "kdmp", "kkmp", "kopdes", "kopkel")):
        return _K.ESTABLISHED
    try:
        return _K.KKMP if regions.village(line.cells.get("kode_wilayah", "")).type == "kelurahan" else _K.KDMP
    except Refusal:
        return _K.KDMP
