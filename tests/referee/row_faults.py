"""What can be wrong with the rows of a network, one sentence for each fault.

Three passes, each needing what the one before it has shown: shape (fields and
their JSON types), references (codes that exist, rows of one code that agree),
meaning (limits, steps, must-be-met needs, nobody's places).
"""

import itertools
from collections.abc import Callable
from typing import Any

from . import reading
from .reading import Network, Row

TEXTS: dict[str, tuple[str, ...]] = {
    "periods": ("code",),
    "products": ("code",),
    "parties": ("code",),
    "sites": ("code",),
    "supplies": ("site", "product", "period"),
    "needs": ("site", "product", "period"),
    "local_trade": ("site", "product", "period"),
    "outlets": ("code", "owner", "site", "product", "period"),
    "sources": ("code", "owner", "site", "product", "period"),
    "processes": ("code", "owner", "site", "input", "period"),
    "storages": ("code", "owner", "site"),
    "lanes": ("from", "to"),
}
NUMBERS: dict[str, tuple[str, ...]] = {
    "sites": ("lat", "lon"),
    "supplies": ("available_kg", "cost_idr_per_kg"),
    "outlets": ("most_kg", "least_kg", "price_idr_per_kg"),
    "sources": ("most_kg", "price_idr_per_kg"),
    "needs": ("kg", "worth_idr_per_kg"),
    "processes": ("capacity_kg", "cost_idr_per_kg", "opening_cost_idr"),
    "storages": ("capacity_kg", "cost_idr_per_kg", "loss"),
    "lanes": ("cost_idr_per_kg", "capacity_kg", "fixed_cost_idr"),
    "local_trade": ("sell_idr_per_kg", "buy_idr_per_kg", "most_sell_kg", "most_buy_kg"),
}
PRICED = ("outlets", "sources")
REFERENCES = {
    "site": "sites",
    "product": "products",
    "input": "products",
    "owner": "parties",
    "party": "parties",
    "from": "sites",
    "to": "sites",
    "period": "periods",
}
NOT_NEGATIVE = (
    "available_kg",
    "most_kg",
    "least_kg",
    "kg",
    "capacity_kg",
    "opening_cost_idr",
    "fixed_cost_idr",
    "most_sell_kg",
    "most_buy_kg",
)


def shape_faults(section: str, rows: Any) -> list[str]:
    """Return the fields of a section that are missing or not of their JSON type."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return [f"{section} is not a list of objects"]
    faults = []
    for place, row in enumerate(rows):
        where = f"{section}[{place}]"
        for field in TEXTS[section]:
            if not isinstance(row.get(field), str):
                faults.append(f"{where}: {field} is not a text")
        for field in NUMBERS.get(section, ()):
            if row.get(field) is not None and not _is_number(row[field]):
                faults.append(f"{where}: {field} is not a number")
        if section in PRICED:
            faults += _price_faults(where, row)
        if section == "sites" and not isinstance(row.get("party"), (str, type(None))):
            faults.append(f"{where}: party is neither a text nor null")
        if section in ("storages", "lanes"):
            faults += _list_faults(where, row.get("products"))
        if section == "processes":
            faults += _map_faults(where, "outputs", row.get("outputs"))
        if section == "storages":
            faults += _map_faults(where, "opening_kg", row.get("opening_kg") or {})
    return faults


def _is_number(value: Any) -> bool:
    """Return whether a JSON value is a number (true and false are not)."""
    try:
        reading.exact(value)
    except (TypeError, ValueError, OverflowError):
        return False
    return True


def _price_faults(where: str, row: Row) -> list[str]:
    """Return what is wrong with the fields of a price and its steps."""
    faults = [] if _is_number(row.get("price_idr_per_kg")) else [f"{where}: it has no price_idr_per_kg"]
    steps = row.get("steps") or []
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        return [*faults, f"{where}: steps is not a list of objects"]
    for step in steps:
        for field in ("from_kg", "price_idr_per_kg"):
            if not _is_number(step.get(field)):
                faults.append(f"{where}: a step has no {field}")
    return faults


def _list_faults(where: str, products: Any) -> list[str]:
    """Return what is wrong with a list of product codes."""
    if not isinstance(products, list) or not all(isinstance(p, str) for p in products):
        return [f"{where}: products is not a list of codes"]
    return [f"{where}: product {p!r} is listed twice" for p in sorted(set(products)) if products.count(p) > 1]


def _map_faults(where: str, field: str, found: Any) -> list[str]:
    """Return what is wrong with an object of kilograms by product; they are not negative."""
    if not isinstance(found, dict):
        return [f"{where}: {field} is not an object"]
    return [
        f"{where}: {field} of {product!r} is not a number of at least 0"
        for product, value in found.items()
        if not _is_number(value) or value < 0
    ]


def reference_faults(rows: dict[str, list[Row]]) -> list[str]:
    """Return the codes that name nothing, and rows of one code that disagree."""
    known = {
        section: {row["code"] for row in rows[section]}
        for section in ("periods", "products", "parties", "sites")
    }
    faults = []
    for section, section_rows in rows.items():
        for place, row in enumerate(section_rows):
            named = [(field, row.get(field)) for field in REFERENCES]
            named += [
                ("product", p)
                for field in ("products", "outputs", "opening_kg")
                for p in row.get(field) or ()
            ]
            for field, code in named:
                if code is None or (field == "period" and code == "*"):
                    continue
                if code not in known[REFERENCES[field]]:
                    faults.append(f"{section}[{place}]: there is no {field} {code!r}")
    for section, fields in (
        ("outlets", ("owner", "site", "product")),
        ("sources", ("owner", "site", "product")),
        ("processes", ("owner", "site", "input")),
    ):
        first: dict[str, tuple[Any, ...]] = {}
        for row in rows[section]:
            told = tuple(row[field] for field in fields)
            if first.setdefault(row["code"], told) != told:
                faults.append(f"{section}: rows of {row['code']!r} disagree on {', '.join(fields)}")
    return faults


def meaning_faults(network: Network, rows: dict[str, list[Row]]) -> list[str]:
    """Return the rows that are well formed but mean something the format forbids."""
    faults = []
    for section, section_rows in rows.items():
        for place, row in enumerate(section_rows):
            for field in NOT_NEGATIVE:
                if row.get(field) is not None and row[field] < 0:
                    faults.append(f"{section}[{place}]: {field} is negative")
    faults += _step_faults(rows["outlets"], "outlets", lambda before, after: after < before)
    faults += _step_faults(rows["sources"], "sources", lambda before, after: after > before)
    for section in ("supplies", "needs", "local_trade"):
        for row in rows[section]:
            if network.party_of_site[row["site"]] is None:
                faults.append(f"{section}: {row['site']!r} is nobody's site")
    for code, storage in network.storages.items():
        if not 0 <= storage["loss"] <= 1:
            faults.append(f"storages: the loss of {code!r} is not a share from 0 to 1")
        for product in storage["opening_kg"]:
            if product not in storage["products"]:
                faults.append(f"storages: {code!r} opens with {product!r}, which it does not list")
    for lane in network.lane_rows.values():
        ends = {network.party_of_site[lane["from"]], network.party_of_site[lane["to"]]}
        if ends == {None} and (lane["capacity_kg"] is not None or lane["fixed_cost_idr"] != 0):
            pair = f"{lane['from']!r} to {lane['to']!r}"
            faults.append(f"lanes: {pair} has a limit or a fixed cost between nobody's sites")
    return faults + _must_faults(network)


def _step_faults(rows: list[Row], section: str, wrong: Callable[[Any, Any], bool]) -> list[str]:
    """Return the rows whose from_kg do not rise or whose prices go the wrong way.

    The plain price counts as the step before the first; equal prices are let through.
    """
    faults = []
    for row in rows:
        steps = reading.step_rows(row)
        prices = [reading.exact(row["price_idr_per_kg"]), *(price for _, price in steps)]
        starts = [start for start, _ in steps]
        if any(after <= before for before, after in itertools.pairwise(starts)):
            faults.append(f"{section}: the steps of {row['code']!r} do not ascend in from_kg")
        if any(start < 0 for start in starts):
            faults.append(f"{section}: a step of {row['code']!r} starts below 0 kg")
        if any(wrong(before, after) for before, after in itertools.pairwise(prices)):
            faults.append(f"{section}: the prices of {row['code']!r} step the wrong way")
    return faults


def _must_faults(network: Network) -> list[str]:
    """Return the needs that must be met but are fractional or cannot always be bought for."""
    faults = []
    for key, need in network.needs.items():
        if need["worth_idr_per_kg"] is not None:
            continue
        if need["kg"] is None or need["kg"].denominator != 1:
            faults.append(f"needs: {key} must be met but is not a whole number of kg")
        trade = network.local_trade.get(key)
        if trade is None or trade["buy_idr_per_kg"] is None or trade["most_buy_kg"] is not None:
            faults.append(f"needs: {key} must be met but cannot be bought there without limit")
    return faults
