"""What each party's own limits are worth at given prices (Owen), with choices as in the flows.

For any prices the rents of all parties together are at least the best surplus of
the linear network (weak duality); at dual prices they are exactly it. So the
prices of a plan alone say what every capacity is worth: what the best use of
one kilogram of it earns at those prices, if that is above zero.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from . import cash, equations, terms
from .reading import Network, Row
from .rules import Amounts, amounts, build_idr, built, fleet_kg

Node = tuple[str, str, str]
Prices = Mapping[Node, Fraction]
ZERO = Fraction(0)
TRACE_KG = Fraction(1, 10**6)  # what a solver may miss a threshold by in fractional flows


@dataclass
class Rents:
    """Rupiah by party, and the unlimited rows that still earn at the prices."""

    idr: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    unproved: list[str] = field(default_factory=list)

    def total_idr(self) -> Fraction:
        """Return all rents together, in rupiah."""
        return sum(self.idr.values(), ZERO)


def is_linear(network: Network) -> bool:
    """Return whether the network has no yes/no choice: no least, step within reach or fixed cost."""
    return not equations.write(network).choices


def is_plain(network: Network) -> bool:
    """Return whether prices by site, product and period say all: no limit on vehicles or cash, and
    nothing whose age matters.
    """
    aged = any(equations.ages(network, product) for product in network.products)
    fleets = any(fleet_kg(vehicle) is not None for vehicle in network.vehicles.values())
    return not aged and not fleets and cash.limit_idr(network) is None


def rents(
    network: Network,
    prices: Prices,
    flows: Mapping[str, Any],
    tolerance_idr_per_kg: Fraction = Fraction(1, 1000),
) -> Rents:
    """Return the rents at the prices of a plain network; a balance without a price has price 0.

    Flows tell which yes/no choices were made; in a linear network they do not
    matter. Rows that can only be zero have no rent. A row without limit that earns
    more than the tolerance at the prices shows that they prove nothing.
    """
    count = Counting(network, prices, amounts(network, flows)[0], tolerance_idr_per_kg)
    count.site_trade()
    for (code, period), row in network.outlets.items():
        count.channel("outlets", (code, period), row, Fraction(-1))
    for (code, period), row in network.sources.items():
        count.channel("sources", (code, period), row, Fraction(1))
    count.processes()
    count.storages()
    count.lanes()
    count.building()
    return count.found


class Counting:
    """The rents while they are being added up."""

    def __init__(self, network: Network, prices: Prices, found: Amounts, tolerance: Fraction) -> None:
        self.network, self.prices, self.kg, self.tolerance = network, prices, found, tolerance
        self.alive = set(equations.write(network).columns)
        self.found = Rents()
        traced = {family: {k: v for k, v in kg.items() if v > TRACE_KG} for family, kg in self.kg.items()}
        self.built = built(network, traced)

    def price(self, site: str, product: str, period: str | None) -> Fraction:
        """Return the price of a balance in rupiah per kg; after the last period it is 0."""
        return ZERO if period is None else self.prices.get((site, product, period), ZERO)

    def limited(self, name: object, margin: Fraction, limit: Fraction | None) -> Fraction:
        """Return what a limit in kg is worth where a kg of it earns the margin."""
        if limit is None:
            if margin > self.tolerance:
                self.found.unproved.append(f"{name}: earns {float(margin):.4f} rupiah per kg without limit")
            return ZERO
        return max(ZERO, margin) * limit

    def pay(self, party: str | None, idr: Fraction) -> None:
        """Add rupiah to a party; between nobody's sites there is nothing to pay."""
        if party is not None:
            self.found.idr[party] += idr

    def site_trade(self) -> None:
        """Add supplies, needs and local trade, which belong to the site's party."""
        owner = self.network.party_of_site
        for node, row in self.network.supplies.items():
            name = ("supplies", *node)
            if name in self.alive:
                margin = self.price(*node) - row["cost_idr_per_kg"]
                self.pay(owner[node[0]], self.limited(name, margin, row["available_kg"]))
        for node, row in self.network.needs.items():
            name, worth = ("needs", *node), row["worth_idr_per_kg"]
            if worth is None:
                self.pay(owner[node[0]], -row["kg"] * self.price(*node))
            elif name in self.alive:
                self.pay(owner[node[0]], self.limited(name, worth - self.price(*node), row["kg"]))
        for node, row in self.network.local_trade.items():
            if ("local_sales", *node) in self.alive:
                margin = row["sell_idr_per_kg"] - self.price(*node)
                self.pay(owner[node[0]], self.limited(("local_sales", *node), margin, row["most_sell_kg"]))
            if ("local_purchases", *node) in self.alive:
                margin = self.price(*node) - row["buy_idr_per_kg"]
                self.pay(owner[node[0]], self.limited(("local_purchases", *node), margin, row["most_buy_kg"]))

    def channel(self, family: str, key: tuple[str, str], row: Row, sign: Fraction) -> None:
        """Add an outlet (sign -1) or source (sign +1); tiers: the one that the flows are in."""
        price = self.price(row["site"], row["product"], row["period"])
        if equations.is_plain(row):
            if (family, *key) in self.alive:
                margin = sign * (price - row["price_idr_per_kg"])
                self.pay(row["owner"], self.limited((family, *key), margin, row["most_kg"]))
            return
        kg = self.kg[family].get(key, ZERO)
        reached = [tier for tier in equations.tiers(row) if tier[0] <= kg + TRACE_KG]
        inside = [tier for tier in reached if tier[1] is None or kg <= tier[1] + TRACE_KG]
        if kg > TRACE_KG and inside:
            low, high, tier_price = inside[-1]
            margin = sign * (price - tier_price)
            self.pay(row["owner"], self.limited((family, *key), margin, high) - low * max(ZERO, -margin))

    def stands(self, family: str, code: str) -> bool:
        """Return whether a process or storage is there already, or is built in the flows."""
        return not build_idr(self.network, family, code) or (family, code) in self.built

    def building(self) -> None:
        """Take the cost of what is built from its owner."""
        for family, code in self.built:
            owners = [row["owner"] for (of, _), row in self.network.processes.items() if of == code]
            owner = self.network.storages[code]["owner"] if family == "storages" else owners[0]
            self.pay(owner, -build_idr(self.network, family, code))

    def processes(self) -> None:
        """Add capacities of processes, less the opening costs of those that run."""
        for (code, period), row in self.network.processes.items():
            name = ("processes", code, period)
            runs = self.kg["processes"].get((code, period), ZERO) > TRACE_KG
            if name not in self.alive or (row["opening_cost_idr"] > 0 and not runs):
                continue
            if not self.stands("processes", code):
                continue
            made = sum(
                (share * self.price(row["site"], p, period) for p, share in row["outputs"].items()), ZERO
            )
            margin = made - self.price(row["site"], row["input"], period) - row["cost_idr_per_kg"]
            self.pay(row["owner"], self.limited(name, margin, row["capacity_kg"]) - row["opening_cost_idr"])

    def storages(self) -> None:
        """Add capacities of stores (their best product in each period) and opening stocks."""
        followers: Iterable[str | None] = [*self.network.periods[1:], None]
        for code, row in self.network.storages.items():
            for product, kg in row["opening_kg"].items():
                if self.network.periods:
                    self.pay(row["owner"], kg * self.price(row["site"], product, self.network.periods[0]))
            if not self.stands("storages", code):
                continue
            for period, after in zip(self.network.periods, followers, strict=True):
                margins = [
                    (1 - row["loss"]) * self.price(row["site"], product, after)
                    - self.price(row["site"], product, period)
                    - row["cost_idr_per_kg"]
                    for product in row["products"]
                    if ("storages", code, product, period) in self.alive
                ]
                best = max(margins, default=ZERO)
                self.pay(row["owner"], self.limited(("storages", code, period), best, row["capacity_kg"]))

    def lanes(self) -> None:
        """Add capacities of lanes, less the fixed costs of those in use.

        They belong to the party of the sending site, else of the receiving one.
        """
        for row in self.network.lane_rows.values():
            ends = (row["from"], row["to"])
            owner = self.network.party_of_site[ends[0]] or self.network.party_of_site[ends[1]]
            for period in self.network.periods:
                alive = [p for p in row["products"] if ("lanes", *ends, p, period) in self.alive]
                used = any(self.kg["lanes"].get((*ends, p, period), ZERO) > TRACE_KG for p in row["products"])
                if not alive or (row["fixed_cost_idr"] > 0 and not used):
                    continue
                margins = [
                    (1 - row["loss_of"][p]) * self.price(ends[1], p, period)
                    - self.price(ends[0], p, period)
                    - row["cost_idr_per_kg"]
                    for p in alive
                ]
                agreed = [terms.limits(self.network, (*ends, p, period)) for p in alive]
                if any(limits != (ZERO, None) for limits in agreed):
                    each = [(margin, *limits) for margin, limits in zip(margins, agreed, strict=True)]
                    worth = terms.together_worth(each, row["capacity_kg"])
                    self.pay(owner, (worth or ZERO) - row["fixed_cost_idr"])
                    continue
                worth = self.limited(("lanes", *ends, period), max(margins), row["capacity_kg"])
                self.pay(owner, worth - row["fixed_cost_idr"])
