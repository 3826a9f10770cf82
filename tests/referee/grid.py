"""The best whole-kilogram plan of a tiny network by trying every quantity of every flow.

No program and no solver: flows are taken one after another, each at every whole
number of kilograms from 0 to its limit, and what has been tried is remembered as
a state: what each balance that later flows touch now holds, and how full each
joint limit is. Of two tries in the same state only the better one goes on, which
loses nothing; a state that no later flow can mend is dropped.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from . import groups
from .cash import limit_idr
from .reading import Network, Row
from .rules import fleet_kg, price_at

Item = tuple[str, ...]
STATES_MOST = 2_000_000


class TooLarge(ValueError):
    """The network is not tiny enough to try everything."""


class Impossible(ValueError):
    """No plan keeps what was agreed."""


@dataclass(frozen=True)
class Flow:
    """One flow: quantities to try with their rupiah, kg into each balance and joint limit."""

    tries: tuple[tuple[int, Fraction], ...]
    into: Mapping[Item, Fraction]


def best_surplus(
    network: Network, group: Collection[str] | None = None, roof_kg: int | None = None
) -> Fraction:
    """Return the best surplus in rupiah over all plans of whole kilograms.

    roof_kg is what is tried at most where the format sets no limit; None takes
    everything that limits let in or out anywhere in the network, together. That
    is ample where yields are at most 1 and prices and costs are not negative.
    """
    cut = network if group is None else groups.cut(network, group)
    if cut.shelf_life or limit_idr(cut) is not None:
        raise TooLarge("ages and limits of cash are not tried here")
    flows, start = _flows(cut, _ample_kg(cut) if roof_kg is None else roof_kg)
    return _search(_in_good_order(_tightened(flows, start)), start)


def _ample_kg(network: Network) -> int:
    """Return all finite limits, needs and opening stocks added up, in whole kg."""
    limits: list[Fraction | None] = [row["available_kg"] for row in network.supplies.values()]
    limits += [row["most_kg"] for rows in (network.outlets, network.sources) for row in rows.values()]
    limits += [row["kg"] for row in network.needs.values()]
    limits += [row["capacity_kg"] for row in network.processes.values()]
    for trade in network.local_trade.values():
        limits += [trade["most_sell_kg"], trade["most_buy_kg"]]
    for storage in network.storages.values():
        limits += storage["opening_kg"].values()
    return int(sum(kg for kg in limits if kg is not None)) + 1


def _flows(network: Network, roof_kg: int) -> tuple[list[Flow], dict[Item, Fraction]]:
    """Return the flows in period order, and the kg that balances and joint limits start with."""
    flows: list[Flow] = []
    start: dict[Item, Fraction] = defaultdict(Fraction)
    limits: dict[Item, Fraction] = {}
    after = dict(zip(network.periods, network.periods[1:], strict=False))

    def add(
        most: Fraction | None, price: Fraction, into: dict[Item, Fraction], fixed: Fraction = Fraction(0)
    ) -> None:
        top = roof_kg if most is None else int(most)
        flows.append(Flow(tuple((kg, kg * price - (fixed if kg else 0)) for kg in range(top + 1)), into))

    for storage in network.storages.values():
        for product, kg in storage["opening_kg"].items():
            start[storage["site"], product, network.periods[0]] += kg
    for period in network.periods:
        for node, row in _at(network.supplies, period):
            add(row["available_kg"], -row["cost_idr_per_kg"], {node: Fraction(1)})
        for node, row in _at(network.local_trade, period):
            if row["buy_idr_per_kg"] is not None:
                add(row["most_buy_kg"], -row["buy_idr_per_kg"], {node: Fraction(1)})
        for _, row in _at(network.sources, period):
            flows.append(_channel(row, 1, roof_kg))
        for _, row in _at(network.processes, period):
            into: dict[Item, Fraction] = defaultdict(Fraction)
            into[row["site"], row["input"], period] -= 1
            for product, share in row["outputs"].items():
                into[row["site"], product, period] += share
            _need_building(("processes", row["code"]), flows, limits, into, row["build_idr"], roof_kg)
            add(row["capacity_kg"], -row["cost_idr_per_kg"], into, row["opening_cost_idr"])
        for code, vehicle in network.vehicles.items():
            if (most := fleet_kg(vehicle)) is not None:
                limits["vehicles", code, period] = most
        for number, row in network.lane_rows.items():
            _add_lane(network, flows, limits, number, row, period, roof_kg)
        for node, row in _at(network.needs, period):
            tries = range(int(row["kg"]) + 1) if row["kg"] is not None else range(roof_kg + 1)
            worth = row["worth_idr_per_kg"]
            met = [int(row["kg"])] if worth is None else tries
            flows.append(Flow(tuple((kg, kg * (worth or Fraction(0))) for kg in met), {node: Fraction(-1)}))
        for _, row in _at(network.outlets, period):
            flows.append(_channel(row, -1, roof_kg))
        for node, row in _at(network.local_trade, period):
            if row["sell_idr_per_kg"] is not None:
                add(row["most_sell_kg"], row["sell_idr_per_kg"], {node: Fraction(-1)})
        for code, row in network.storages.items():
            for product in row["products"]:
                into = {(row["site"], product, period): Fraction(-1)}
                if period in after:
                    into[row["site"], product, after[period]] = 1 - row["loss"]
                if row["capacity_kg"] is not None:
                    limits["storages", code, period] = row["capacity_kg"]
                    into["storages", code, period] = Fraction(-1)
                _need_building(("storages", code), flows, limits, into, row["build_idr"], roof_kg)
                add(row["capacity_kg"], -row["cost_idr_per_kg"], into)
    start.update(limits)
    return flows, start


def _need_building(
    name: Item,
    flows: list[Flow],
    limits: dict[Item, Fraction],
    into: dict[Item, Fraction],
    build_idr: Fraction,
    roof_kg: int,
) -> None:
    """Let a flow take from an allowance that has to be bought first, once: 0 or more than enough.

    The name ends in "" so that it comes before all periods.
    """
    if not build_idr:
        return
    if (*name, "") not in limits:
        limits[*name, ""] = Fraction(0)
        flows.append(Flow(((0, Fraction(0)), (1, -build_idr)), {(*name, ""): Fraction(100 * roof_kg)}))
    into[*name, ""] = Fraction(-1)


def _at(rows: Mapping[Any, Row], period: str) -> list[tuple[Item, Row]]:
    return [(key, row) for key, row in rows.items() if row["period"] == period]


def _channel(row: Row, sign: int, roof_kg: int) -> Flow:
    """Return an outlet (sign -1) or source (sign +1) with every quantity that it allows."""
    top = roof_kg if row["most_kg"] is None else int(row["most_kg"])
    allowed = [kg for kg in range(top + 1) if kg == 0 or kg >= row.get("least_kg", 0)]
    tries = tuple((kg, -sign * kg * price_at(row, Fraction(kg))) for kg in allowed)
    return Flow(tries, {(row["site"], row["product"], row["period"]): Fraction(sign)})


def _add_lane(
    network: Network,
    flows: list[Flow],
    limits: dict[Item, Fraction],
    number: int,
    row: Row,
    period: str,
    roof_kg: int,
) -> None:
    """Add a lane's flows in one period, sharing one capacity and one fixed cost.

    With a fixed cost the capacity itself has to be bought first: 0 or all of it.
    """
    capacity = roof_kg if row["capacity_kg"] is None else int(row["capacity_kg"])
    shared: Item = ("lanes", str(number), period)
    if row["fixed_cost_idr"]:
        limits[shared] = Fraction(0)
        flows.append(Flow(((0, Fraction(0)), (1, -row["fixed_cost_idr"])), {shared: Fraction(capacity)}))
    elif row["capacity_kg"] is not None:
        limits[shared] = Fraction(capacity)
    for product in row["products"]:
        into: dict[Item, Fraction] = defaultdict(Fraction)
        into[row["from"], product, period] -= 1
        into[row["to"], product, period] += 1 - row["loss_of"][product]
        fleet: Item = ("vehicles", row["vehicle"] or "", period)
        if fleet in limits:
            into[fleet] = Fraction(-1)
        if shared in limits:
            into[shared] = Fraction(-1)
        least, most = network.terms.get((row["from"], row["to"], product, period), (Fraction(0), None))
        top = capacity if most is None else min(capacity, int(most))
        tries = tuple((kg, -kg * row["cost_idr_per_kg"]) for kg in range(int(least), top + 1))
        flows.append(Flow(tries, into))


def _tightened(flows: list[Flow], start: Mapping[Item, Fraction]) -> list[Flow]:
    """Return the flows without quantities that cannot come in or that nothing can take on.

    The second holds for flows that never earn by growing: the smallest quantity
    that fills everything that can leave from where it goes is as good as more.
    """
    while True:
        if any(not flow.tries for flow in flows):
            raise Impossible("no plan keeps what was agreed")
        coming: dict[Item, Fraction] = defaultdict(Fraction, start)
        leaving: dict[Item, Fraction] = defaultdict(Fraction)
        for flow in flows:
            for item, share in flow.into.items():
                (coming if share > 0 else leaving)[item] += abs(share) * flow.tries[-1][0]
        tighter = [Flow(_sensible(flow, coming, leaving), flow.into) for flow in flows]
        if tighter == flows:
            return flows
        flows = tighter


def _sensible(
    flow: Flow, coming: Mapping[Item, Fraction], leaving: Mapping[Item, Fraction]
) -> tuple[tuple[int, Fraction], ...]:
    """Return the quantities of one flow that are possible and not more than can be of use."""
    tries = [
        (kg, gained)
        for kg, gained in flow.tries
        if all(coming[item] + share * kg >= 0 for item, share in flow.into.items() if share < 0)
    ]
    given = [(item, share) for item, share in flow.into.items() if share > 0]
    costly = all(later[1] <= sooner[1] for sooner, later in itertools.pairwise(tries))
    if costly and (given or len(tries) > 1):
        ample = [kg for kg, _ in tries if all(share * kg >= leaving[item] for item, share in given)]
        tries = [(kg, gained) for kg, gained in tries if not ample or kg <= ample[0]]
    return tuple(tries)


def _in_good_order(flows: list[Flow]) -> list[Flow]:
    """Return the flows by period, and so that few balances are half done: fewer states."""
    left, ordered = list(flows), []
    uses = Counter(item for flow in flows for item in flow.into)
    begun: set[Item] = set()

    def half_done(flow: Flow) -> tuple[str, int, int]:
        opened = len(set(flow.into) - begun)
        closed = sum(uses[item] == 1 for item in flow.into)
        return min((item[-1] for item in flow.into if item[-1]), default=""), opened - closed, len(flow.tries)

    while left:
        ordered.append(min(left, key=half_done))
        left.remove(ordered[-1])
        begun |= set(ordered[-1].into)
        uses.subtract(ordered[-1].into.keys())
    return ordered


def _search(flows: list[Flow], start: dict[Item, Fraction]) -> Fraction:
    """Return the best rupiah over all tries that end with no balance overdrawn."""
    later_in: dict[Item, Fraction] = defaultdict(Fraction)
    later_out: dict[Item, Fraction] = defaultdict(Fraction)
    for flow in flows:
        for item, share in flow.into.items():
            (later_in if share > 0 else later_out)[item] += abs(share) * flow.tries[-1][0]
    items = sorted(set(start) | set(later_in) | set(later_out))
    place = {item: number for number, item in enumerate(items)}
    states = {tuple(min(start.get(item, Fraction(0)), later_out[item]) for item in items): Fraction(0)}
    for flow in flows:
        for item, share in flow.into.items():
            (later_in if share > 0 else later_out)[item] -= abs(share) * flow.tries[-1][0]
        states = _advance(states, flow, place, later_in, later_out)
        if len(states) > STATES_MOST:
            raise TooLarge(f"more than {STATES_MOST} states")
    if not states:
        raise Impossible("no plan keeps what was agreed")
    return max(states.values())


def _advance(
    states: dict[tuple[Fraction, ...], Fraction],
    flow: Flow,
    place: Mapping[Item, int],
    later_in: Mapping[Item, Fraction],
    later_out: Mapping[Item, Fraction],
) -> dict[tuple[Fraction, ...], Fraction]:
    """Return the states after every quantity of one flow, the best rupiah of each.

    What a balance holds beyond all that can still be taken from it is thrown
    away at once: it would be in the end.
    """
    touched = [(place[item], share, -later_in[item], later_out[item]) for item, share in flow.into.items()]
    found: dict[tuple[Fraction, ...], Fraction] = {}
    for state, rupiah in states.items():
        for kg, gained in flow.tries:
            after = list(state)
            for number, share, least, most in touched:
                kept = min(after[number] + share * kg, most)
                if kept < least:
                    break
                after[number] = kept
            else:
                key = tuple(after)
                if rupiah + gained > found.get(key, rupiah + gained - 1):
                    found[key] = rupiah + gained
    return found
