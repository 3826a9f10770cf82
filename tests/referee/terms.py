"""Agreed terms of format version 3: read once more from docs/network-format.md, and what keeps them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .reading import Network, Row

Agreed = dict[tuple[str, str, str, str], tuple[Fraction, Fraction | None]]
FIELDS = ("from", "to", "product", "period")


def value_faults(raw: Row) -> list[str]:
    """Return the terms that are malformed in themselves."""
    rows = raw.get("terms") or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return ["terms is not a list of objects"]
    faults = []
    for place, row in enumerate(rows):
        faults += [f"terms[{place}]: it has no {key}" for key in FIELDS if not isinstance(row.get(key), str)]
        for key in ("least_kg", "most_kg"):
            value = row.get(key)
            if value is not None and (isinstance(value, (bool, str)) or not _amount(value)):
                faults.append(f"terms[{place}]: {key} is not a number of at least 0")
    return faults


def _amount(value: Any) -> bool:
    try:
        return Fraction(value) >= 0
    except (TypeError, ValueError):
        return False


def read(raw: Row, network: Network) -> tuple[Agreed, list[str]]:
    """Return the terms by (from, to, product, period), (least, most or None), and what is wrong with them."""
    faults: list[str] = []
    found: Agreed = {}
    rows = raw.get("terms") or []
    keys = [tuple(row[field] for field in FIELDS) for row in rows]
    faults += [f"terms: {key} is given twice" for key in sorted({key for key in keys if keys.count(key) > 1})]
    for row in sorted(rows, key=lambda row: row["period"] != "*"):
        lane, period = (row["from"], row["to"], row["product"]), row["period"]
        least, most = Fraction(row.get("least_kg") or 0), row.get("most_kg")
        limit = None if most is None else Fraction(most)
        owners = [network.party_of_site.get(site, site) for site in lane[:2]]
        if period != "*" and period not in network.periods:
            faults.append(f"terms: there is no period {period!r}")
        if owners == [None, None]:
            faults.append(f"terms: {lane} is between nobody's sites")
        elif lane not in network.lanes:
            faults.append(f"terms: there is no lane {lane}")
        if least.denominator != 1:
            faults.append(f"terms: {lane} asks for parts of a kilogram")
        if limit is not None and least > limit:
            faults.append(f"terms: {lane} asks for more than it allows")
        for each in network.periods if period == "*" else (period,):
            found[*lane, each] = least, limit
    return found, faults


def broken(network: Network, carried: Mapping[Any, Fraction], slack_kg: Fraction) -> Iterable[str]:
    """Yield the terms that lanes don't keep, which carry so many kg by (from, to, product, period)."""
    for lane, (least, most) in network.terms.items():
        kg = carried.get(lane, Fraction(0))
        if kg < least - slack_kg:
            yield f"terms {lane}: {kg} kg is below least_kg {least}"
        if most is not None and kg > most + slack_kg:
            yield f"terms {lane}: {kg} kg is above most_kg {most}"


def of_group(network: Network, whole: bool) -> Network:
    """Return the part of a network with the terms that bind a group: of some parties only what is barred."""
    kept = {lane: limits for lane, limits in network.terms.items() if lane[:3] in network.lanes}
    if not whole:
        kept = {lane: (Fraction(0), most) for lane, (_, most) in kept.items()}
    return replace(network, terms=kept)


def limits(network: Network, lane: tuple[str, str, str, str]) -> tuple[Fraction, Fraction | None]:
    """Return least and most (None: no limit) of a lane, product and period."""
    return network.terms.get(lane, (Fraction(0), None))


def together_worth(
    margins: list[tuple[Fraction, Fraction, Fraction | None]], capacity: Fraction | None
) -> Fraction | None:
    """Return the least that (margin, least, most) and a common capacity are worth: the least over μ ≥ 0 of
    μ × capacity + what each gains beyond μ; None where that has no end.
    """

    def worth(mu: Fraction) -> Fraction | None:
        total = mu * (capacity or 0)
        for margin, least, most in margins:
            beyond = margin - mu
            if beyond > 0 and most is None:
                return None
            total += beyond * ((most or Fraction(0)) if beyond > 0 else least)
        return total

    tries = {Fraction(0)} | (
        {max(margin, Fraction(0)) for margin, _, _ in margins} if capacity is not None else set()
    )
    known = [each for each in (worth(mu) for mu in tries) if each is not None]
    return min(known, default=None)


def by_lane(found: Mapping[tuple[str, ...], Fraction]) -> dict[tuple[str, ...], Fraction]:
    """Return kilograms by (from, to, product, period), goods of all ages together."""
    sums: dict[tuple[str, ...], Fraction] = defaultdict(Fraction)
    for key, kg in found.items():
        sums[key[:4]] += kg
    return sums
