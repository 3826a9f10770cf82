"""Whether a plan has the form that jejaring-plan/1 sets: keys, types, codes, sums of its own.

Nothing here needs an optimum; `sharing` goes on from here.
"""

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any

from .reading import Network, exact
from .rules import FIELDS

Plan = Mapping[str, Any]
NUMBERS = ("value_idr", "bound_idr", "gap", "surplus_idr")
CHOICES = {"format": ("jejaring-plan/1",), "status": ("optimal", "gap"), "bound_proof": ("duals", "solver")}
OBJECTS = ("alone_idr", "flows", "sharing")
PRICE_KEYS = ("site", "product", "period")
PROVED = ("exact", "bound")


def number(value: Any) -> Fraction | None:
    """Return a JSON number exactly; None where it is none, or not finite."""
    try:
        return exact(value)
    except (TypeError, ValueError, OverflowError):
        return None


def form_faults(network: Network, network_bytes: bytes, plan: Plan) -> list[str]:
    """Return what is missing from a plan or of the wrong type; later checks need none of these."""
    faults = [
        f"{key} is {plan.get(key)!r}, not one of {allowed}"
        for key, allowed in CHOICES.items()
        if plan.get(key) not in allowed
    ]
    faults += [f"{key} is not a number" for key in NUMBERS if number(plan.get(key)) is None]
    faults += [f"{key} is not an object" for key in OBJECTS if not isinstance(plan.get(key), dict)]
    if plan.get("network_sha256") != hashlib.sha256(network_bytes).hexdigest():
        faults.append("network_sha256 is not that of the network's bytes")
    if faults:
        return faults
    faults += [f"flows has no {family}" for family in FIELDS if family not in plan["flows"]]
    faults += _party_faults("alone_idr", plan["alone_idr"], network)
    faults += _price_faults(network, plan.get("prices"))
    for rule, entry in plan["sharing"].items():
        faults += _entry_faults(network, rule, entry)
    return faults


def _party_faults(where: str, found: Mapping[str, Any], network: Network) -> list[str]:
    """Return what is wrong with an object that has a number for each party."""
    faults = [] if set(found) == set(network.parties) else [f"{where} does not name each party once"]
    return faults + [
        f"{where} of {party!r} is not a number" for party, idr in found.items() if number(idr) is None
    ]


def _price_faults(network: Network, rows: Any) -> list[str]:
    """Return what is wrong with the list of prices; they are never below zero."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return ["prices is not a list of objects"]
    faults, seen = [], set()
    for row in rows:
        node = (*(row.get(key) for key in PRICE_KEYS), row.get("age_periods", 0))
        known = (
            node[0] in network.party_of_site and node[1] in network.products and node[2] in network.periods
        )
        price = number(row.get("idr_per_kg"))
        if not known:
            faults.append(f"prices {node}: no such balance")
        if node in seen:
            faults.append(f"prices {node}: given twice")
        if price is None or price < Fraction(-1, 10**6):
            faults.append(f"prices {node}: {row.get('idr_per_kg')!r} is not a price of at least 0")
        seen.add(node)
    return faults


def _entry_faults(network: Network, rule: str, entry: Any) -> list[str]:
    """Return what is wrong with the form of one sharing rule's answer."""
    if not isinstance(entry, dict) or not isinstance(entry.get("payoff_idr"), dict):
        return [f"sharing {rule}: it has no payoff_idr"]
    payoff = entry["payoff_idr"]
    faults = _party_faults(f"sharing {rule}: payoff_idr", payoff, network)
    for party, idr in payoff.items():
        exactly = number(idr)
        if exactly is not None and exactly.denominator != 1:
            faults.append(f"sharing {rule}: the payoff of {party!r} is not whole rupiah")
    if len(network.parties) < 2:
        return faults
    group = entry.get("worst_group")
    if not isinstance(group, list) or not all(isinstance(party, str) for party in group):
        faults.append(f"sharing {rule}: worst_group is not a list of parties")
    elif not group or len(set(group)) != len(group) or not set(group) < set(network.parties):
        faults.append(f"sharing {rule}: worst_group {group} is not a proper, non-empty group")
    if number(entry.get("worst_group_gain_idr")) is None:
        faults.append(f"sharing {rule}: worst_group_gain_idr is not a number")
    if entry.get("worst_group_proved") not in PROVED:
        faults.append(
            f"sharing {rule}: worst_group_proved is {entry.get('worst_group_proved')!r}, not one of {PROVED}"
        )
    return faults


def own_sum_faults(plan: Plan, asked_gap: float) -> list[str]:
    """Return where the plan's value, bound, gap and status disagree with each other."""
    value, bound, gap = (exact(plan[key]) for key in ("value_idr", "bound_idr", "gap"))
    size = max(Fraction(1), abs(bound))
    faults = []
    if bound < value - max(Fraction(1), size / 10**9):
        faults.append(f"bound_idr {float(bound)} is below value_idr {float(value)}")
    if abs(gap - (bound - value) / size) > Fraction(1, 10**8) + 1 / size:
        faults.append(f"gap {float(gap)} is not (bound - value) / max(1, |bound|)")
    if plan["status"] == "optimal" and (bound - value) / size > exact(asked_gap) + 1 / size:
        faults.append(f"status is optimal with a gap of {float(gap)}, more than the {asked_gap} asked for")
    return faults


def payoff_sum_faults(plan: Plan) -> list[str]:
    """Return the sharing rules whose payoffs do not add up to the value rounded down."""
    whole = floor(exact(plan["value_idr"]))
    totals = {
        rule: sum(exact(idr) for idr in entry["payoff_idr"].values())
        for rule, entry in plan["sharing"].items()
    }
    return [
        f"sharing {rule}: the payoffs add up to {total}, not to {whole}"
        for rule, total in totals.items()
        if total != whole
    ]
