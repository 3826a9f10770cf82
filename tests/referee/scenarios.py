"""A network's file as a scenario or a factor changes it: what the changed file would say.

Works on the JSON object of a file (see `reading.parse`), not on what a program made of it, so
that "the scenario's plan is the plan of the changed file" can be judged. Rows for `*` are
written out by period first, and lanes that the lane rule makes become lanes of their own.
"""

import copy
import json
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from .draws import Object
from .fields import SHARES
from .reading import exact, network_of

PERIODIC = ("supplies", "outlets", "sources", "needs", "processes", "local_trade", "today")
KEYS = {"outlets": ("code",), "sources": ("code",), "processes": ("code",)}
OWNED = ("outlets", "sources", "processes", "storages", "vehicles")


def applied(document: Object, code: str) -> Object:
    """Return the file with the scenario of this code carried out; its scenarios are left out."""
    return multiplied(
        document, [(row, row["factor"]) for row in document["scenarios"] if row["code"] == code]
    )


def multiplied(document: Object, changes: Iterable[tuple[Object, Any]]) -> Object:
    """Return the file with the numbers of each selector multiplied by its factor, one after the other."""
    changed = spread(document)
    for selector, factor in changes:
        for row in changed.get(selector["table"]) or []:
            if _meant(changed, selector, row):
                _multiply(selector["table"], row, selector["field"], exact(factor))
    return changed


def spread(document: Object) -> Object:
    """Return the file with one row for each period and each lane, and without scenarios or ranges."""
    network = network_of(document)
    found = copy.deepcopy({k: v for k, v in document.items() if k not in ("scenarios", "ranges")})
    for table in PERIODIC:
        names = KEYS.get(table, ("site", "product"))
        by_key: dict[tuple[Any, ...], Object] = {}
        rows = found.get(table) or []
        for row in sorted(rows, key=lambda row: row["period"] != "*"):
            for period in network.periods if row["period"] == "*" else (row["period"],):
                key = (*(row[name] for name in names), period)
                by_key[key] = {**copy.deepcopy(row), "period": period}
        if rows:
            found[table] = list(by_key.values())
    rule = found.pop("lane_rule", None)
    given = len(found.get("lanes") or [])
    for number, row in network.lane_rows.items():
        if number >= given:
            found.setdefault("lanes", []).append(_ruled(row))
    if rule is None:
        return found
    # A rule that makes no lane keeps telling how long the roads are.
    kept = {key: value for key, value in rule.items() if key in ("detour", "detours")}
    return {**found, "lane_rule": {**kept, "nearest": 0}}


def _ruled(row: Object) -> Object:
    """Return a lane of the rule as a row of its own; its length follows from the positions."""
    return {
        "from": row["from"],
        "to": row["to"],
        "products": list(row["products"]),
        "cost_idr_per_kg": _decimal(row["own_cost_idr_per_kg"]),
        "fixed_cost_idr": _decimal(row["fixed_cost_idr"]),
        "vehicle": row["vehicle"],
    }


def _decimal(value: Fraction) -> Decimal:
    """Return a fraction of which the denominator is made of twos and fives as its decimal."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    return Decimal(int(value * 10**places)).scaleb(-places)


def _meant(document: Object, selector: Object, row: Object) -> bool:
    """Return whether a row is one that a selector means."""
    table = selector["table"]
    party_of = {site["code"]: site.get("party") for site in document["sites"]}
    lanes = table == "lanes"
    sites = {row.get("from"), row.get("to")} if lanes else {row.get("site")}
    parties = {row.get("owner")} if table in OWNED else {party_of.get(site) for site in sites}
    if table in ("parties", "sites"):
        sites, parties = ({row["code"]}, {row.get("party")}) if table == "sites" else (set(), {row["code"]})
    sites |= {site.get("part_of") for site in document["sites"] if site["code"] in sites}
    products = set(row.get("products") or ()) | {row.get("product"), row.get("input")}
    told = {
        "row": {row.get("code")},
        "party": parties - {None},
        "site": sites - {None},
        "product": products - {None},
        "period": {row.get("period")} - {None},
    }
    return all(selector.get(word) is None or selector[word] in codes for word, codes in told.items())


def _multiply(table: str, row: Object, field: str, factor: Fraction) -> None:
    """Multiply one number of a row, in place."""
    if field == "outputs":
        row["outputs"] = {p: _decimal(exact(kg) * factor) for p, kg in row["outputs"].items()}
        return
    if field == "opening_kg":
        row[field] = {p: _decimal(exact(kg) * factor) for p, kg in (row.get(field) or {}).items()}
        return
    if row.get(field) is None:
        hired = table == "vehicles" and row.get("owner") is None  # who hires has no limit of trips
        if factor == 0 and _is_limit(table, field) and not hired:
            row[field] = 0
        return
    value = exact(row[field]) * factor
    if field in SHARES:
        value = min(Fraction(1), value)
    if table == "needs" and field == "kg" and row.get("worth_idr_per_kg") is None:
        value = Fraction(ceil(value))
    row[field] = _decimal(value)
    if field == "price_idr_per_kg":
        for step in row.get("steps") or ():
            step[field] = _decimal(exact(step[field]) * factor)


def _is_limit(table: str, field: str) -> bool:
    """Return whether a missing number means "no limit"."""
    return (table, field) in {
        ("supplies", "available_kg"),
        ("outlets", "most_kg"),
        ("sources", "most_kg"),
        ("processes", "capacity_kg"),
        ("storages", "capacity_kg"),
        ("lanes", "capacity_kg"),
        ("local_trade", "most_sell_kg"),
        ("local_trade", "most_buy_kg"),
        ("vehicles", "most_trips"),
        ("growers", "most_kg"),
    }


def plain(document: Object) -> Object:
    """Return a file of which the numbers are decimals with floats in their place."""
    found: Object = json.loads(json.dumps(document, default=float))
    return found
