"""How old goods are that do not keep: whether ages told add up, and whether any ages could.

A lot's age is the number of period ends over which it was held, in whatever store. What is
supplied, bought or made is new, and so is opening stock in the first period. Goods of all ages
are used and sold alike; on lanes and in stores each age is a flow of its own. Goods that keep
for all periods of the network have no ages to tell.
"""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import linprog

from .reading import Network, exact

if TYPE_CHECKING:
    from .rules import Amounts

Heap = tuple[str, str, str]
Aged = dict[tuple[str, ...], dict[int, Fraction]]


def aging(network: Network) -> set[str]:
    """Return the products that may not be held over all of the network's periods."""
    return {product for product, most in network.shelf_life.items() if most < len(network.periods) - 1}


def tagged(network: Network, flows: Mapping[str, Any], family: str) -> Aged:
    """Return the kg of lanes or storages of goods that do not keep, by key and age_periods (missing: 0)."""
    names = ("code", "product", "period") if family == "storages" else ("from", "to", "product", "period")
    found: Aged = defaultdict(dict)
    for row in flows.get(family, []):
        if row["product"] in aging(network):
            found[tuple(row[name] for name in names)][row.get("age_periods", 0)] = exact(row["kg"])
    return found


def broken_ages(
    network: Network, flows: Mapping[str, Any], found: "Amounts", slack_kg: Fraction
) -> list[str]:
    """Return where goods are older than they keep, or come from nowhere at the age that is told.

    The flows must be readable. Ages told for goods that keep for all periods are faults too.
    """
    broken = [
        f"{family}: goods that keep have no age: {row}"
        for family in ("storages", "lanes")
        for row in flows.get(family, [])
        if row.get("age_periods", 0) and row["product"] not in aging(network)
    ]
    stores, lanes = tagged(network, flows, "storages"), tagged(network, flows, "lanes")
    left = _left(network, found, stores, lanes)
    for key, by_age in stores.items():
        broken += [
            f"storages {key}: goods of age {age} are held beyond their shelf life"
            for age, kg in by_age.items()
            if kg > slack_kg and age >= network.shelf_life[key[1]]
        ]
    for (heap, age), kg in left.items():
        if kg < -slack_kg:
            broken.append(f"ages {heap}: {-kg} kg more of age {age} go out than come in")
    return broken


def new_kg(network: Network, found: "Amounts") -> dict[Heap, Fraction]:
    """Return what is new at each heap of goods that do not keep: supplied, bought, made, opening stock."""
    new: dict[Heap, Fraction] = defaultdict(Fraction)
    for family in ("supplies", "local_purchases"):
        for (site, product, period), kg in found[family].items():
            new[site, product, period] += kg
    for (code, period), kg in found["sources"].items():
        row = network.sources[code, period]
        new[row["site"], row["product"], period] += kg
    for (code, period), kg in found["processes"].items():
        row = network.processes[code, period]
        for product, share in row["outputs"].items():
            new[row["site"], product, period] += share * kg
    for storage in network.storages.values():
        for product, kg in storage["opening_kg"].items():
            new[storage["site"], product, network.periods[0]] += kg
    return {heap: kg for heap, kg in new.items() if heap[1] in aging(network)}


def _left(network: Network, found: "Amounts", stores: Aged, lanes: Aged) -> dict[tuple[Heap, int], Fraction]:
    """Return what each age of each heap has left for use once lanes and stores have taken theirs."""
    after = dict(zip(network.periods, network.periods[1:], strict=False))
    left: dict[tuple[Heap, int], Fraction] = defaultdict(Fraction)
    for heap, kg in new_kg(network, found).items():
        left[heap, 0] += kg
    for (origin, target, product, period), by_age in lanes.items():
        lost = network.lane_rows[network.lanes[origin, target, product]]["loss_of"][product]
        for age, kg in by_age.items():
            left[(origin, product, period), age] -= kg
            left[(target, product, period), age] += (1 - lost) * kg
    for (code, product, period), by_age in stores.items():
        row = network.storages[code]
        for age, kg in by_age.items():
            left[(row["site"], product, period), age] -= kg
            if period in after:
                left[(row["site"], product, after[period]), age + 1] += (1 - row["loss"]) * kg
    return left


def can_be_aged(network: Network, found: "Amounts") -> bool:
    """Return whether some ages of what is held and moved keep every shelf life, whatever the flows tell.

    A linear program shares every flow out over ages; it may be overdrawn by a millionth of a kg.
    """
    program = _Sharing(network, found)
    return program.feasible()


class _Sharing:
    """The program of `can_be_aged`: kg by flow and age, and what each age of each heap has left."""

    def __init__(self, network: Network, found: "Amounts") -> None:
        self.network = network
        self.columns = 0
        self.heaps: dict[tuple[Heap, int], dict[int, float]] = defaultdict(dict)
        self.sums: list[tuple[list[int], float]] = []
        self.new = new_kg(network, found)
        after = dict(zip(network.periods, network.periods[1:], strict=False))
        for (origin, target, product, period), kg in found["lanes"].items():
            if product in aging(network):
                lost = network.lane_rows[network.lanes[origin, target, product]]["loss_of"][product]
                there = (target, product, period)
                self._add((origin, product, period), there, 0, product, kg, 1 - lost)
        for (code, product, period), kg in found["storages"].items():
            if product in aging(network):
                row = network.storages[code]
                later = (row["site"], product, after[period]) if period in after else None
                self._add((row["site"], product, period), later, 1, product, kg, 1 - row["loss"])

    def _add(
        self, origin: Heap, target: Heap | None, older: int, product: str, kg: Fraction, kept: Fraction
    ) -> None:
        """Add one flow: a column for each age that it may have."""
        columns = []
        for age in range(self.network.shelf_life[product] + 1 - older):
            columns.append(self.columns)
            taken, given = self.heaps[origin, age], self.heaps[target, age + older] if target else {}
            taken[self.columns] = taken.get(self.columns, 0.0) - 1.0
            given[self.columns] = given.get(self.columns, 0.0) + float(kept)
            self.columns += 1
        self.sums.append((columns, float(kg)))

    def feasible(self) -> bool:
        """Return whether all flows can be shared out."""
        if any(kg > 0 and not columns for columns, kg in self.sums):
            return False
        if not self.columns:
            return True
        rows, limits = np.zeros((len(self.heaps), self.columns)), np.zeros(len(self.heaps))
        for number, ((heap, age), entries) in enumerate(self.heaps.items()):
            for column, share in entries.items():
                rows[number, column] = -share
            limits[number] = (float(self.new.get(heap, 0)) if age == 0 else 0.0) + 1e-6
        equal = np.zeros((len(self.sums), self.columns))
        for number, (columns, _) in enumerate(self.sums):
            equal[number, columns] = 1.0
        solved = linprog(
            np.zeros(self.columns), A_ub=rows, b_ub=limits, A_eq=equal, b_eq=[kg for _, kg in self.sums]
        )
        return bool(solved.status == 0)
