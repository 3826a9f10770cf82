"""When money passes between a network and others, and what a group may lay out.

Said from the format's text ("Days", "Cash"). Money between parties of the network is not
looked at here, nor is the worth of needs met, which is no money.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from .reading import Network
from .rules import Amounts, amounts, build_idr, built, price_at

Sums = dict[tuple[str, int], Fraction]
OTHER_DAYS = 30


def days_of(periods: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return the first day of each period and the first after it, as ordinal days."""
    found: list[tuple[int, int]] = []
    for code in periods:
        start, length = _named_days(code)
        if start is None:
            start = found[-1][1] if found else date(2001, 1, 1).toordinal()
        found.append((start, start + length))
    return found


def _named_days(code: str) -> tuple[int | None, int]:
    """Return the first day and the length of a month or week; no first day for any other code."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}", code):
            first = date(int(code[:4]), int(code[5:]), 1)
            return first.toordinal(), ((first + timedelta(days=31)).replace(day=1) - first).days
        if re.fullmatch(r"\d{4}-W\d{2}", code):
            return date.fromisocalendar(int(code[:4]), int(code[6:]), 1).toordinal(), 7
    except ValueError:
        pass
    return None, OTHER_DAYS


def passes_in(network: Network, period: str, days: int) -> int:
    """Return the number of the period in which money passes; the count of periods: after the last."""
    calendar = days_of(network.periods)
    start, end = calendar[network.periods.index(period)]
    day = start + (end - start) // 2 + days
    inside = [number for number, (first, after) in enumerate(calendar) if first <= day < after]
    if inside:
        return inside[0]
    if day >= calendar[-1][1]:
        return len(calendar)
    raise ValueError(
        f"day {day} lies in no period: the format does not say when money passes between periods"
    )


def limit_idr(network: Network) -> Fraction | None:
    """Return what all parties of a network, or of one cut to a group, can lay out; None: no limit."""
    stated = [row["cash_idr"] for row in network.party_rows.values()]
    return None if not stated or None in stated else sum(stated, Fraction(0))


def outside_sums(network: Network, flows: Mapping[str, Any]) -> Sums:
    """Return what each party is paid (above 0) less what it pays, by party and number of the period.

    Only what passes between the network and others. Lanes are paid by the sender, from nobody's site
    by the receiver, between two of nobody's by the hub (the first party where there is none): the
    format does not say who, and the sum over all parties does not depend on it.
    """
    found, unread = amounts(network, flows)
    if unread:
        raise ValueError("; ".join(unread))
    sums: Sums = defaultdict(Fraction)
    _channels(network, found, sums)
    _site_trade(network, found, sums)
    _works(network, found, sums)
    _lanes(network, found, sums)
    return {key: idr for key, idr in sums.items() if idr}


def _channels(network: Network, found: Amounts, sums: Sums) -> None:
    for family, sign in (("outlets", 1), ("sources", -1)):
        for key, kg in found[family].items():
            row = getattr(network, family)[key]
            at = passes_in(network, key[1], row["days"])
            sums[row["owner"], at] += sign * kg * price_at(row, kg)


def _site_trade(network: Network, found: Amounts, sums: Sums) -> None:
    for key, kg in found["supplies"].items():
        party = str(network.party_of_site[key[0]])
        at = passes_in(network, key[2], network.party_rows[party]["pays_members_after_days"])
        sums[party, at] -= kg * network.supplies[key[0], key[1], key[2]]["cost_idr_per_kg"]
    for family, price, sign in (
        ("local_sales", "sell_idr_per_kg", 1),
        ("local_purchases", "buy_idr_per_kg", -1),
    ):
        for key, kg in found[family].items():
            party, at = str(network.party_of_site[key[0]]), network.periods.index(key[2])
            sums[party, at] += sign * kg * network.local_trade[key[0], key[1], key[2]][price]


def _works(network: Network, found: Amounts, sums: Sums) -> None:
    """Add processing, opening, holding, and building in the period of the first use."""
    place = {period: number for number, period in enumerate(network.periods)}
    used: dict[tuple[str, str], int] = {}
    for (code, period), kg in found["processes"].items():
        process, at = network.processes[code, period], place[period]
        opening = process["opening_cost_idr"] if kg > 0 else 0
        sums[process["owner"], at] -= kg * process["cost_idr_per_kg"] + opening
        if kg > 0:
            used["processes", code] = min(at, used.get(("processes", code), at))
    for (code, _, period), kg in found["storages"].items():
        storage, at = network.storages[code], place[period]
        sums[storage["owner"], at] -= kg * storage["cost_idr_per_kg"]
        if kg > 0:
            used["storages", code] = min(at, used.get(("storages", code), at))
    owners = {("storages", code): row["owner"] for code, row in network.storages.items()}
    owners |= {("processes", code): row["owner"] for (code, _), row in network.processes.items()}
    for family, code in built(network, found):
        sums[owners[family, code], used[family, code]] -= build_idr(network, family, code)


def _lanes(network: Network, found: Amounts, sums: Sums) -> None:
    place = {period: number for number, period in enumerate(network.periods)}
    hubs = [party for party, row in network.party_rows.items() if row["role"] == "hub"]
    paid: set[tuple[int, str]] = set()
    for (origin, target, product, period), kg in found["lanes"].items():
        number = network.lanes[origin, target, product]
        row, owner = network.lane_rows[number], network.party_of_site
        payer = owner[origin] or owner[target] or (hubs[0] if hubs else network.parties[0])
        sums[payer, place[period]] -= kg * row["cost_idr_per_kg"]
        if kg > 0 and (number, period) not in paid:
            paid.add((number, period))
            sums[payer, place[period]] -= row["fixed_cost_idr"]


def cash_faults(network: Network, flows: Mapping[str, Any]) -> list[str]:
    """Return the period ends by which the flows lay out more than all parties together can."""
    limit = limit_idr(network)
    if limit is None:
        return []
    sums, faults, balance = outside_sums(network, flows), [], Fraction(0)
    for number, period in enumerate(network.periods):
        balance += sum((idr for (_, at), idr in sums.items() if at == number), Fraction(0))
        if -balance > limit:
            faults.append(f"cash at the end of {period!r}: {float(-balance)} is laid out, more than {limit}")
    return faults
