"""V(N) of a network file through OR-Tools: GLOP where it is linear, SCIP otherwise.

A third formulation, for all parties only, written straight from the rows: no
reduction, must-be-met needs as ordinary flows, price steps as one flow with a
premium for each step reached, and limits that do not exist as indicator
constraints ("if not opened, then nothing") instead of a big number. OR-Tools
cannot share a process with HiGHS, so call it as a command:

    python -m tests.referee.other_solver FILE
"""

import math
import sys
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from ortools.linear_solver.python import model_builder

from .cash import limit_idr
from .reading import Network, Row, read
from .rules import build_idr, fleet_kg


class Sums:
    """A program being written: balances and the objective as growing lists of terms."""

    def __init__(self, choices_made: list[bool] | None = None) -> None:
        self.model = model_builder.Model()
        self.balance: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
        self.surplus: list[Any] = []
        self.switches: list[Any] = []
        self.works: dict[tuple[str, str], list[tuple[Any, Fraction | None]]] = defaultdict(list)
        self.choices_made = choices_made

    def flow(self, most: Fraction | None) -> Any:
        """Return a new flow between 0 and most kg (None: no limit)."""
        high = math.inf if most is None else float(most)
        return self.model.new_num_var(0, high, f"flow{self.model.num_variables}")

    def switch(self) -> Any:
        """Return a new yes/no, fixed where the choices have been made before."""
        place = len(self.switches)
        made = None if self.choices_made is None else int(self.choices_made[place])
        name = f"yes{place}"
        found = self.model.new_bool_var(name) if made is None else self.model.new_num_var(made, made, name)
        self.switches.append(found)
        return found

    def only_if(self, yes: Any, flow: Any, most: Fraction | None) -> None:
        """Let a sum of flows be above zero only where yes; most is its own limit in kg."""
        if most is not None:
            self.model.add(flow <= float(most) * yes)
        elif self.choices_made is None:
            self.model.add_enforced(flow <= 0, yes, False)
        elif not self.choices_made[len(self.switches) - 1]:
            self.model.add(flow <= 0)


def value_of(network: Network) -> float:
    """Return the best surplus of all parties in rupiah; raise RuntimeError without a proof.

    Neither ages nor limits of cash are known here.
    """
    if network.shelf_life or limit_idr(network) is not None:
        raise RuntimeError("shelf lives and limits of cash are not modelled here")
    sums = _sums(network, None)
    if not sums.switches:
        return _solved(sums, "GLOP")[0]
    searched, made = _solved(sums, "SCIP")
    # The search may bend a yes/no by a millionth; with the choices fixed it cannot.
    fixed, _ = _solved(_sums(network, made), "GLOP")
    if abs(searched - fixed) > max(1.0, 1e-6 * abs(fixed)):
        raise RuntimeError(f"SCIP says {searched}, its choices are worth {fixed}")
    return fixed


def _sums(network: Network, choices_made: list[bool] | None) -> Sums:
    """Return the whole program of a network."""
    sums = Sums(choices_made)
    _add_site_trade(network, sums)
    for family, sign in (("outlets", -1), ("sources", 1)):
        for row in getattr(network, family).values():
            _add_channel(row, sign, sums)
    for (_, period), row in network.processes.items():
        _add_process(row, period, sums)
    _add_storages(network, sums)
    for period in network.periods:
        hauled: dict[str, list[Any]] = defaultdict(list)
        for row in network.lane_rows.values():
            hauled[row["vehicle"] or ""] += _add_lane(row, period, sums)
        for code, vehicle in network.vehicles.items():
            if hauled[code] and fleet_kg(vehicle) is not None:
                sums.model.add(sum(hauled[code]) <= float(fleet_kg(vehicle) or 0))
    _add_building(network, sums)
    for terms in sums.balance.values():
        sums.model.add(sum(terms) + 0.0 >= 0)
    sums.model.maximize(sum(sums.surplus) + 0.0)
    return sums


def _solved(sums: Sums, name: str) -> tuple[float, list[bool]]:
    """Return the proven best value and the choices that reach it."""
    if not sums.model.num_variables:
        return 0.0, []
    solver = model_builder.Solver(name)
    status = solver.solve(sums.model)
    if status != model_builder.SolveStatus.OPTIMAL:
        raise RuntimeError(f"{name} ended with {status.name}")
    return float(solver.objective_value), [bool(solver.value(switch) > 0.5) for switch in sums.switches]


def _add_site_trade(network: Network, sums: Sums) -> None:
    """Add supplies, needs and local trade."""
    for node, row in network.supplies.items():
        flow = sums.flow(row["available_kg"])
        sums.balance[node].append(flow)
        sums.surplus.append(-float(row["cost_idr_per_kg"]) * flow)
    for node, row in network.needs.items():
        flow = sums.flow(row["kg"])
        sums.balance[node].append(-1.0 * flow)
        if row["worth_idr_per_kg"] is None:
            sums.model.add(flow >= float(row["kg"]))
        else:
            sums.surplus.append(float(row["worth_idr_per_kg"]) * flow)
    for node, row in network.local_trade.items():
        for price, most, sign in (
            ("sell_idr_per_kg", "most_sell_kg", 1.0),
            ("buy_idr_per_kg", "most_buy_kg", -1.0),
        ):
            if row[price] is not None:
                flow = sums.flow(row[most])
                sums.balance[node].append(-sign * flow)
                sums.surplus.append(sign * float(row[price]) * flow)


def _add_channel(row: Row, sign: int, sums: Sums) -> None:
    """Add an outlet (sign -1) or a source (sign +1) as one flow and a premium for each step.

    The premium of a step is earned on as much of the flow as one likes, but only
    once the whole flow has reached from_kg; prices only ever get better.
    """
    flow = 1.0 * sums.flow(row["most_kg"])
    sums.balance[row["site"], row["product"], row["period"]].append(float(sign) * flow)
    sums.surplus.append(-sign * float(row["price_idr_per_kg"]) * flow)
    if row.get("least_kg"):
        yes = sums.switch()
        sums.only_if(yes, flow, row["most_kg"])
        sums.model.add(flow >= float(row["least_kg"]) * yes)
    price = row["price_idr_per_kg"]
    for start, step_price in row["steps"]:
        rewarded = 1.0 * sums.flow(row["most_kg"])
        yes = sums.switch()
        sums.only_if(yes, rewarded, row["most_kg"])
        sums.model.add(rewarded <= flow)
        sums.model.add(flow >= float(start) * yes)
        sums.surplus.append(-sign * float(step_price - price) * rewarded)
        price = step_price


def _add_process(row: Row, period: str, sums: Sums) -> None:
    """Add a process in one period."""
    flow = sums.flow(row["capacity_kg"])
    sums.works["processes", row["code"]].append((flow, row["capacity_kg"]))
    sums.balance[row["site"], row["input"], period].append(-1.0 * flow)
    for product, share in row["outputs"].items():
        sums.balance[row["site"], product, period].append(float(share) * flow)
    sums.surplus.append(-float(row["cost_idr_per_kg"]) * flow)
    if row["opening_cost_idr"]:
        yes = sums.switch()
        sums.only_if(yes, 1.0 * flow, row["capacity_kg"])
        sums.surplus.append(-float(row["opening_cost_idr"]) * yes)


def _add_storages(network: Network, sums: Sums) -> None:
    """Add what every storage holds at each period's end, and what it opens with."""
    for code, row in network.storages.items():
        coming: dict[str, Any] = {product: float(kg) for product, kg in row["opening_kg"].items()}
        for period in network.periods:
            held = {product: sums.flow(None) for product in row["products"]}
            sums.works["storages", code] += [(flow, row["capacity_kg"]) for flow in held.values()]
            for product, flow in held.items():
                sums.balance[row["site"], product, period] += [coming.get(product, 0.0), -1.0 * flow]
                sums.surplus.append(-float(row["cost_idr_per_kg"]) * flow)
            if row["capacity_kg"] is not None and held:
                sums.model.add(sum(held.values()) <= float(row["capacity_kg"]))
            coming = {product: float(1 - row["loss"]) * flow for product, flow in held.items()}


def _add_lane(row: Row, period: str, sums: Sums) -> list[Any]:
    """Add a lane in one period, over all its products; return its flows."""
    carried = []
    for product in row["products"]:
        flow = sums.flow(None)
        carried.append(flow)
        sums.balance[row["from"], product, period].append(-1.0 * flow)
        sums.balance[row["to"], product, period].append(float(1 - row["loss_of"][product]) * flow)
        sums.surplus.append(-float(row["cost_idr_per_kg"]) * flow)
    if not carried:
        return carried
    if row["fixed_cost_idr"]:
        yes = sums.switch()
        sums.only_if(yes, sum(carried), row["capacity_kg"])
        sums.surplus.append(-float(row["fixed_cost_idr"]) * yes)
    elif row["capacity_kg"] is not None:
        sums.model.add(sum(carried) <= float(row["capacity_kg"]))
    return carried


def _add_building(network: Network, sums: Sums) -> None:
    """Add a yes/no for each process and storage that has to be built before it is used."""
    for (family, code), flows in sums.works.items():
        idr = float(build_idr(network, family, code))
        if idr:
            yes = sums.switch()
            for flow, most in flows:
                sums.only_if(yes, 1.0 * flow, most)
            sums.surplus.append(-idr * yes)


def main(arguments: list[str]) -> int:
    """Print the value of the network file named, in rupiah with six decimals."""
    if len(arguments) != 1:
        print("usage: python -m tests.referee.other_solver FILE", file=sys.stderr)
        return 2
    print(f"{value_of(read(Path(arguments[0]).read_bytes())):.6f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
