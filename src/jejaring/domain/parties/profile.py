"""What a co-op says of itself, checked: its profile and its position."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass, replace
from functools import partial

from jejaring.domain.parties import identifiers, regions
from jejaring.domain.parties.models import Cooperative
from jejaring.domain.parties.models.cooperatives import PositionOrigin
from jejaring.domain.parties.wrong_fields import Fields, optional, required
from jejaring.engines.errors import Refusal, Sentence

IDENTIFIERS = {
    "coop_nik": "NIK koperasi",
    "legal_entity_number": "badan hukum",
    "npwp": "NPWP",
    "nib": "NIB",
}
"""Fields that no two co-ops share, by what people call them."""

_DEGREES = re.compile(
    r"(?P<lat>[-−]?\d{1,2}(?:[.,]\d+)?)\s*°?\s*(?P<south>LS|LU|S|N|U)?\s*[,;\s]\s*"
    r"(?P<lon>\d{2,3}(?:[.,]\d+)?)\s*°?\s*(?:BT|E|T)?",
    re.IGNORECASE,
)
_SOUTH, _NORTH, _WEST, _EAST = -11.5, 6.5, 94.5, 141.5


@dataclass(frozen=True)
class Profile:
    """A co-op's profile as it was written, or, made by `checked`, as it is kept."""

    name: str
    kind: str
    village_code: str = ""
    address: str = ""
    coop_nik: str = ""
    legal_entity_number: str = ""
    npwp: str = ""
    nib: str = ""

    def as_columns(self) -> dict[str, str]:
        """Return the columns of Cooperative that a profile fills, search text and regency among them."""
        columns: dict[str, str] = asdict(self)
        columns["regency_code"] = regions.regency_of(self.village_code)
        columns["search_text"] = search_text(self.name, self.village_code)
        return columns


@dataclass(frozen=True)
class Position:
    """A place on earth in degrees, and how it is known."""

    lat: float
    lon: float
    origin: str


def profile_of(cooperative: Cooperative) -> Profile:
    """Return what is kept of a co-op's profile."""
    return Profile(**{name: getattr(cooperative, name) for name in Profile.__dataclass_fields__})


def checked(profile: Profile, *, needs_village: bool = True) -> Profile:
    """Return a profile as it is kept. Raises WrongFields with everything that is wrong."""
    fields = Fields()
    kept = replace(
        profile,
        name=fields.text("name", partial(required, most=200), profile.name),
        kind=fields.text("kind", kind, profile.kind),
        village_code=fields.text(
            "village_code", partial(village_code, is_needed=needs_village), profile.village_code
        ),
        address=fields.text("address", partial(optional, most=300), profile.address),
        coop_nik=fields.text("coop_nik", identifiers.coop_nik, profile.coop_nik),
        legal_entity_number=fields.text(
            "legal_entity_number", identifiers.legal_entity_number, profile.legal_entity_number
        ),
        npwp=fields.text("npwp", identifiers.npwp, profile.npwp),
        nib=fields.text("nib", identifiers.nib, profile.nib),
    )
    fields.done()
    return kept


def kind(written: str) -> str:
    """Return the code of a kind of co-op. Raises Refusal for any other text."""
    if written not in Cooperative.Kind.values:
        raise Refusal("coop.kind_unknown", "Please choose what sort of co-op it is.")
    return written


def village_code(written: str, *, is_needed: bool = False) -> str:
    """Return a village's code as it is kept; empty for empty where that may be. Raises Refusal."""
    if not written.strip() and not is_needed:
        return ""
    if not written.strip():
        raise Refusal("region.village_missing", "Please choose the village or ward.")
    return regions.village(written).code


def position(lat: float, lon: float, origin: str) -> Position:
    """Return a position in Indonesia, to a tenth of a metre or so. Raises Refusal for any other."""
    if not (math.isfinite(lat) and math.isfinite(lon)) or not _is_in_indonesia(lat, lon):
        if _is_in_indonesia(lon, lat):
            raise Refusal(
                "position.swapped",
                "Latitude and longitude are the wrong way round: latitude comes first, like -6.82 107.14.",
            )
        raise Refusal(
            "position.elsewhere",
            "This place isn't in Indonesia. Latitude lies between -11 and 6, longitude between 95 and 141.",
        )
    if origin not in PositionOrigin.values:
        raise Refusal("position.origin_unknown", "How is this position known?")
    return Position(round(lat, 6), round(lon, 6), origin)


def read_position(written: str, origin: str) -> Position:
    """Return the position that a text like "-6.8168, 107.1425" writes; LS, LU and BT are understood.

    Raises Refusal where there aren't two numbers, or they aren't in Indonesia.
    """
    match = _DEGREES.fullmatch(written.strip())
    if match is None:
        raise Refusal(
            "position.unreadable", "Write latitude and longitude in degrees, like this: -6.8168, 107.1425."
        )
    lat, lon = (float(match[name].replace(",", ".").replace("−", "-")) for name in ("lat", "lon"))
    is_south = (match["south"] or "").upper() in {"S", "LS"}
    return position(-abs(lat) if is_south else lat, lon, origin)


def search_text(name: str, village: str) -> str:
    """Return what a list is searched in: name, village, district, regency and code in lower case."""
    return f"{name} {regions.place(village)} {village}".lower().strip()


def same_number(field: str, other: str) -> Sentence:
    """Return what is told where another co-op, which the reader may see, has the same number."""
    return Sentence(
        "coop.identifier_taken",
        "This {identifier} belongs to {other}, which is already registered.",
        {"identifier": IDENTIFIERS[field], "other": other},
    )


def same_number_elsewhere(field: str) -> Sentence:
    """Return what is told where the other co-op isn't one that the reader may see."""
    return Sentence(
        "coop.identifier_taken_elsewhere",
        "A co-op with this {identifier} is already registered. Please ask your facilitator.",
        {"identifier": IDENTIFIERS[field]},
    )


def _is_in_indonesia(lat: float, lon: float) -> bool:
    return _SOUTH <= lat <= _NORTH and _WEST <= lon <= _EAST
