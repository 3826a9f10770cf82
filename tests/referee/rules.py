"""Judges given flows exactly: every rule of the format, and the surplus line by line.

Nothing here optimises. Flows are the `flows` object of a jejaring-plan/1 file;
all arithmetic is in fractions, so that a rule holds or does not. How old goods are
that do not keep is judged in `ages`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from . import ages, terms
from .reading import Network, Row, exact, read

__all__ = ["FIELDS", "Amounts", "amounts", "broken_rules", "net_kg", "read", "surplus", "surplus_lines"]

Key = tuple[str, ...]
Amounts = dict[str, dict[Key, Fraction]]
AGED = ("storages", "lanes")

FIELDS: dict[str, tuple[str, ...]] = {
    "supplies": ("site", "product", "period"),
    "outlets": ("code", "period"),
    "sources": ("code", "period"),
    "needs": ("site", "product", "period"),
    "local_sales": ("site", "product", "period"),
    "local_purchases": ("site", "product", "period"),
    "processes": ("code", "period"),
    "storages": ("code", "product", "period"),
    "lanes": ("from", "to", "product", "period"),
}


def exists(network: Network, family: str, key: Key) -> bool:
    """Return whether the network has the row that a flow names."""
    if family == "storages":
        storage = network.storages.get(key[0])
        return storage is not None and key[1] in storage["products"] and key[2] in network.periods
    if family == "lanes":
        return (key[0], key[1], key[2]) in network.lanes and key[3] in network.periods
    if family in ("local_sales", "local_purchases"):
        trade = network.local_trade.get((key[0], key[1], key[2]))
        price = "sell_idr_per_kg" if family == "local_sales" else "buy_idr_per_kg"
        return trade is not None and trade[price] is not None
    rows: Mapping[Any, Row] = getattr(network, family)
    return key in rows


def amounts(network: Network, flows: Mapping[str, Any]) -> tuple[Amounts, list[str]]:
    """Return the kilograms by family and key, and the flow rows that cannot be read.

    A row that is malformed, repeated, or names nothing in the network is left
    out of the amounts and told in the second value. Rows of one lane or storage that
    differ in `age_periods` are added up.
    """
    found: Amounts = {family: {} for family in FIELDS}
    broken = [f"flows: {family!r} is no family of flows" for family in flows if family not in FIELDS]
    for family, fields in FIELDS.items():
        rows = flows.get(family, [])
        if not isinstance(rows, list):
            broken.append(f"{family}: not a list")
            continue
        seen: set[tuple[Any, ...]] = set()
        for place, row in enumerate(rows):
            if not isinstance(row, dict) or not all(isinstance(row.get(field), str) for field in fields):
                broken.append(f"{family}[{place}]: it does not say {', '.join(fields)}")
                continue
            key = tuple(row[field] for field in fields)
            try:
                kg = exact(row.get("kg"))
            except (TypeError, ValueError, OverflowError):
                broken.append(f"{family} {key}: kg is not a number")
                continue
            age = row.get("age_periods", 0) if family in AGED else 0
            if not exists(network, family, key):
                broken.append(f"{family} {key}: the network has no such row")
            elif not isinstance(age, int) or age < 0:
                broken.append(f"{family} {key}: age_periods is {age!r}")
            elif (key, age) in seen:
                broken.append(f"{family} {key}: given twice")
            else:
                found[family][key] = found[family].get(key, Fraction(0)) + kg
            seen.add((key, age))
    return found, broken


def broken_rules(
    network: Network, flows: Mapping[str, Any], whole: bool = True, slack_kg: Fraction = Fraction(0)
) -> list[str]:
    """Return every rule that the flows break, as sentences; an empty list is a right plan.

    whole: each flow must be a whole number of kg. slack_kg: how far a limit or a
    balance may be overdrawn (for fractional flows out of a solver; 0 is exact).
    """
    found, broken = amounts(network, flows)
    broken += ages.broken_ages(network, flows, found, slack_kg) if not broken else []
    for family, rows in found.items():
        for key, kg in rows.items():
            if kg < -slack_kg:
                broken.append(f"{family} {key}: {kg} kg is negative")
            if whole and kg.denominator != 1:
                broken.append(f"{family} {key}: {kg} kg is not whole")
    broken += _limit_faults(network, found, slack_kg)
    broken += _must_faults(network, found, slack_kg)
    broken += _joint_faults(network, found, slack_kg)
    broken += terms.broken(network, found["lanes"], slack_kg)
    for node, kg in net_kg(network, found).items():
        if kg < -slack_kg:
            broken.append(f"balance {node}: {-kg} kg more goes out than comes in")
    return broken


def _limit_faults(network: Network, found: Amounts, slack_kg: Fraction) -> Iterable[str]:
    """Yield the flows above their own row's limit, or between 0 and a least quantity."""
    fields = {
        "supplies": "available_kg",
        "outlets": "most_kg",
        "sources": "most_kg",
        "needs": "kg",
        "processes": "capacity_kg",
        "local_sales": "most_sell_kg",
        "local_purchases": "most_buy_kg",
    }
    for family, field in fields.items():
        rows: Mapping[Any, Row] = (
            network.local_trade if family.startswith("local_") else getattr(network, family)
        )
        for key, kg in found[family].items():
            most = rows[key][field]
            if most is not None and kg > most + slack_kg:
                yield f"{family} {key}: {kg} kg is above {field} {most}"
    for key, kg in found["outlets"].items():
        least = network.outlets[key[0], key[1]]["least_kg"]
        if slack_kg < kg < least - slack_kg:
            yield f"outlets {key}: {kg} kg is neither 0 nor at least least_kg {least}"


def _must_faults(network: Network, found: Amounts, slack_kg: Fraction) -> Iterable[str]:
    """Yield the needs that must be met and are not met in full."""
    for key, need in network.needs.items():
        if need["worth_idr_per_kg"] is None and found["needs"].get(key, Fraction(0)) < need["kg"] - slack_kg:
            yield f"needs {key}: must be met in full, {need['kg']} kg"


def _joint_faults(network: Network, found: Amounts, slack_kg: Fraction) -> Iterable[str]:
    """Yield the storages and lanes that carry more than one capacity over all products."""
    held: dict[Key, Fraction] = defaultdict(Fraction)
    for (code, _, period), kg in found["storages"].items():
        held[code, period] += kg
    for (code, period), kg in held.items():
        capacity = network.storages[code]["capacity_kg"]
        if capacity is not None and kg > capacity + slack_kg:
            yield f"storages {code!r} in {period!r}: {kg} kg is above capacity_kg {capacity}"
    for (number, period), kg in _carried(network, found).items():
        row = network.lane_rows[number]
        if row["capacity_kg"] is not None and kg > row["capacity_kg"] + slack_kg:
            yield (
                f"lanes {row['from']!r} to {row['to']!r} in {period!r}: "
                f"{kg} kg is above capacity_kg {row['capacity_kg']}"
            )
    for (code, period), kg in hauled_kg(network, found).items():
        fleet = fleet_kg(network.vehicles[code])
        if fleet is not None and kg > fleet + slack_kg:
            yield f"vehicles {code!r} in {period!r}: {kg} kg is above all its trips, {fleet} kg"


def fleet_kg(vehicle: Row) -> Fraction | None:
    """Return what a vehicle can carry in a period, on all lanes; None: no limit."""
    if vehicle["owner"] is None or vehicle["most_trips"] is None:
        return None
    limit: Fraction = vehicle["most_trips"] * vehicle["capacity_kg"]
    return limit


def hauled_kg(network: Network, found: Amounts) -> dict[tuple[str, str], Fraction]:
    """Return the kg that are sent with each vehicle in each period."""
    hauled: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for (number, period), kg in _carried(network, found).items():
        code = network.lane_rows[number]["vehicle"]
        if code is not None:
            hauled[code, period] += kg
    return hauled


def built(network: Network, found: Amounts) -> set[tuple[str, str]]:
    """Return (processes or storages, code) of all that has a building cost and is used in some period."""
    used = {("processes", code) for (code, _), kg in found["processes"].items() if kg > 0}
    used |= {("storages", code) for (code, _, _), kg in found["storages"].items() if kg > 0}
    return {name for name in used if build_idr(network, *name) > 0}


def build_idr(network: Network, family: str, code: str) -> Fraction:
    """Return what building a process or storage costs, in rupiah; 0 where it is there already."""
    if family == "storages":
        idr: Fraction = network.storages[code]["build_idr"]
        return idr
    return max(row["build_idr"] for (of, _), row in network.processes.items() if of == code)


def _carried(network: Network, found: Amounts) -> dict[tuple[int, str], Fraction]:
    """Return the kg that each lane row carries in each period, over its products."""
    carried: dict[tuple[int, str], Fraction] = defaultdict(Fraction)
    for (origin, target, product, period), kg in found["lanes"].items():
        carried[network.lanes[origin, target, product], period] += kg
    return carried


def net_kg(network: Network, found: Amounts) -> dict[tuple[str, str, str], Fraction]:
    """Return what comes in less what goes out, in kg, by (site, product, period)."""
    net: dict[tuple[str, str, str], Fraction] = defaultdict(Fraction)
    after = dict(zip(network.periods, network.periods[1:], strict=False))
    for storage in network.storages.values():
        for product, kg in storage["opening_kg"].items():
            if network.periods:
                net[storage["site"], product, network.periods[0]] += kg
    for family, sign in (("supplies", 1), ("local_purchases", 1), ("local_sales", -1), ("needs", -1)):
        for (site, product, period), kg in found[family].items():
            net[site, product, period] += sign * kg
    for (code, period), kg in found["sources"].items():
        row = network.sources[code, period]
        net[row["site"], row["product"], period] += kg
    for (code, period), kg in found["outlets"].items():
        row = network.outlets[code, period]
        net[row["site"], row["product"], period] -= kg
    for (code, period), kg in found["processes"].items():
        row = network.processes[code, period]
        net[row["site"], row["input"], period] -= kg
        for product, share in row["outputs"].items():
            net[row["site"], product, period] += share * kg
    for (code, product, period), kg in found["storages"].items():
        row = network.storages[code]
        net[row["site"], product, period] -= kg
        if period in after:
            net[row["site"], product, after[period]] += (1 - row["loss"]) * kg
    for (origin, target, product, period), kg in found["lanes"].items():
        lost = network.lane_rows[network.lanes[origin, target, product]]["loss_of"][product]
        net[origin, product, period] -= kg
        net[target, product, period] += (1 - lost) * kg
    return net


def price_at(row: Row, kg: Fraction) -> Fraction:
    """Return the price in rupiah per kg of an outlet or source for a period's whole quantity."""
    price: Fraction = row["price_idr_per_kg"]
    for start, step_price in row["steps"]:
        if kg >= start:
            price = step_price
    return price


def surplus_lines(network: Network, flows: Mapping[str, Any]) -> dict[str, Fraction]:
    """Return the rupiah of each kind of income (plus) and cost (minus) of the flows.

    Raises ValueError where a flow cannot be read. A need that must be met and
    stock at the end of the last period are worth nothing.
    """
    found, unread = amounts(network, flows)
    if unread:
        raise ValueError("; ".join(unread))
    lines: dict[str, Fraction] = defaultdict(Fraction)
    for key, kg in found["outlets"].items():
        lines["outlets"] += kg * price_at(network.outlets[key[0], key[1]], kg)
    for key, kg in found["sources"].items():
        lines["sources"] -= kg * price_at(network.sources[key[0], key[1]], kg)
    for (site, product, period), kg in found["supplies"].items():
        lines["supplies"] -= kg * network.supplies[site, product, period]["cost_idr_per_kg"]
    for (site, product, period), kg in found["needs"].items():
        lines["needs"] += kg * (network.needs[site, product, period]["worth_idr_per_kg"] or 0)
    for (site, product, period), kg in found["local_sales"].items():
        lines["local_sales"] += kg * network.local_trade[site, product, period]["sell_idr_per_kg"]
    for (site, product, period), kg in found["local_purchases"].items():
        lines["local_purchases"] -= kg * network.local_trade[site, product, period]["buy_idr_per_kg"]
    for key, kg in found["processes"].items():
        process = network.processes[key[0], key[1]]
        lines["processing"] -= kg * process["cost_idr_per_kg"]
        if kg > 0:
            lines["opening"] -= process["opening_cost_idr"]
    for (code, _, _), kg in found["storages"].items():
        lines["holding"] -= kg * network.storages[code]["cost_idr_per_kg"]
    for (origin, target, product, _), kg in found["lanes"].items():
        lines["lanes"] -= kg * network.lane_rows[network.lanes[origin, target, product]]["cost_idr_per_kg"]
    for (number, _), kg in _carried(network, found).items():
        if kg > 0:
            lines["fixed"] -= network.lane_rows[number]["fixed_cost_idr"]
    for family, code in built(network, found):
        lines["building"] -= build_idr(network, family, code)
    return dict(lines)


def surplus(network: Network, flows: Mapping[str, Any]) -> Fraction:
    """Return the surplus of the flows in rupiah, exactly, re-added line by line."""
    return sum(surplus_lines(network, flows).values(), Fraction(0))
