"""Writes a network (already cut to a group) as columns, rows and yes/no choices.

Plain Python and floats, no solver: `model` solves what is written here. Every
column is one flow of one period; an outlet or source with steps or a least
quantity becomes one column per price tier, of which at most one may be open
(the disjoint formulation: a tier carries the whole quantity of the period).

Of goods that do not keep every age has balances of its own: what is new comes in at
age 0, lanes keep the age, stores add one; a free step ("aging") brings goods of any
age to the plain balance, from which they are used and sold.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from . import cash, terms
from .reading import Network, Row
from .rules import build_idr, fleet_kg

Name = tuple[str, ...]
Node = tuple[str, ...]
Tier = tuple[Fraction, Fraction | None, Fraction]


@dataclass
class Column:
    """One flow: rupiah gained per kg, most kg (None: no limit), kg put into each balance.

    paid_in: the number of the period in which the money passes; None where it is no money.
    """

    gain: float
    most: float | None
    into: dict[Node, float]
    paid_in: int | None = None


@dataclass
class Choice:
    """A yes/no choice: its columns add up to floor..roof kg if yes (at a cost), to 0 if no.

    roof is None where the format sets no limit; rivals share a name in `rivalry`. laid_out:
    rupiah that a yes means to have paid by the end of each period, by its number.
    """

    columns: list[Name]
    floor: float
    roof: float | None
    cost: float
    rivalry: Name | None = None
    laid_out: dict[int, float] = field(default_factory=dict)


@dataclass
class Equations:
    """The whole problem: maximise gains less the costs of choices made."""

    columns: dict[Name, Column] = field(default_factory=dict)
    required: dict[Node, float] = field(default_factory=lambda: defaultdict(float))
    joint: list[tuple[list[Name], float]] = field(default_factory=list)
    least: list[tuple[list[Name], float]] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    cash: list[tuple[dict[Name, float], dict[int, float], float]] = field(default_factory=list)


def tiers(row: Row) -> list[Tier]:
    """Return the price tiers of an outlet or source as (from kg, to kg or None, rupiah per kg).

    A tier ends where the next begins. That end is counted in both, which is
    harmless: the next tier's price is never worse there. Tiers that most_kg or
    least_kg put out of reach are left out.
    """
    least: Fraction = row.get("least_kg", Fraction(0))
    starts = [Fraction(0), *(start for start, _ in row["steps"])]
    prices = [row["price_idr_per_kg"], *(price for _, price in row["steps"])]
    found: list[Tier] = []
    for place, (start, price) in enumerate(zip(starts, prices, strict=True)):
        ends = [end for end in (row["most_kg"], *starts[place + 1 : place + 2]) if end is not None]
        low, high = max(least, start), min(ends) if ends else None
        if high is None or low <= high:
            found.append((low, high, price))
    return found


def is_plain(row: Row) -> bool:
    """Return whether an outlet or source has one price within reach and no least quantity."""
    most = row["most_kg"]
    reached = [start for start, _ in row["steps"] if most is None or start <= most]
    return not row.get("least_kg") and not reached


def write(network: Network) -> Equations:
    """Return the equations of a network; flows that can only be zero are left out."""
    equations = Equations()
    if network.periods:
        for storage in network.storages.values():
            for product, kg in storage["opening_kg"].items():
                node = fresh(network, (storage["site"], product, network.periods[0]))
                equations.required[node] -= float(kg)
    _write_site_trade(network, equations)
    _write_channels(network, "outlets", -1.0, equations)
    _write_channels(network, "sources", 1.0, equations)
    _write_processes(network, equations)
    _write_storages(network, equations)
    _write_lanes(network, equations)
    _write_fleets(network, equations)
    _write_building(network, equations)
    _write_aging(equations)
    _drop_idle(equations)
    _write_cash(network, equations)
    return equations


def ages(network: Network, product: str) -> int:
    """Return the greatest age of goods that has a balance of its own; 0 where ages do not matter.

    Goods that keep for all periods keep without limit, and those of shelf life 0 are always new.
    """
    life = network.shelf_life.get(product, 0)
    return life if life < len(network.periods) - 1 else 0


def fresh(network: Network, node: Node) -> Node:
    """Return the balance at which what is new comes in."""
    return (*node, "0") if ages(network, node[1]) else node


def _most(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _write_site_trade(network: Network, equations: Equations) -> None:
    """Add supplies, needs and local trade; a need that must be met is a fixed demand."""
    columns = equations.columns
    for node, row in network.supplies.items():
        columns["supplies", *node] = Column(
            -float(row["cost_idr_per_kg"]),
            _most(row["available_kg"]),
            {fresh(network, node): 1.0},
            _members_paid_in(network, node),
        )
    for node, row in network.needs.items():
        if row["worth_idr_per_kg"] is None:
            equations.required[node] += float(row["kg"])
        else:
            columns["needs", *node] = Column(float(row["worth_idr_per_kg"]), _most(row["kg"]), {node: -1.0})
    for node, row in network.local_trade.items():
        if row["sell_idr_per_kg"] is not None:
            gain = float(row["sell_idr_per_kg"])
            now = network.periods.index(node[2])
            columns["local_sales", *node] = Column(gain, _most(row["most_sell_kg"]), {node: -1.0}, now)
        if row["buy_idr_per_kg"] is not None:
            gain = -float(row["buy_idr_per_kg"])
            into, now = {fresh(network, node): 1.0}, network.periods.index(node[2])
            columns["local_purchases", *node] = Column(gain, _most(row["most_buy_kg"]), into, now)


def _members_paid_in(network: Network, node: tuple[str, str, str]) -> int:
    party = network.party_rows.get(str(network.party_of_site[node[0]]), {})
    return cash.passes_in(network, node[2], party.get("pays_members_after_days", 0))


def _write_channels(network: Network, family: str, sign: float, equations: Equations) -> None:
    """Add outlets (sign -1: goods leave) or sources (sign +1: goods come)."""
    rows: dict[tuple[str, str], Row] = getattr(network, family)
    for (code, period), row in rows.items():
        node: Node = (row["site"], row["product"], period)
        node = fresh(network, node) if sign > 0 else node
        when = cash.passes_in(network, period, row["days"])
        if is_plain(row):
            gain = -sign * float(row["price_idr_per_kg"])
            equations.columns[family, code, period] = Column(gain, _most(row["most_kg"]), {node: sign}, when)
            continue
        names: list[Name] = []
        for place, (low, high, price) in enumerate(tiers(row)):
            name = (family, code, period, str(place))
            equations.columns[name] = Column(-sign * float(price), _most(high), {node: sign}, when)
            equations.choices.append(Choice([name], float(low), _most(high), 0.0, (family, code, period)))
            names.append(name)
        if row["most_kg"] is not None:
            equations.joint.append((names, float(row["most_kg"])))


def _write_processes(network: Network, equations: Equations) -> None:
    """Add processes; one with an opening cost is a choice in each period."""
    for (code, period), row in network.processes.items():
        into: dict[Node, float] = defaultdict(float)
        into[row["site"], row["input"], period] -= 1.0
        for product, share in row["outputs"].items():
            into[fresh(network, (row["site"], product, period))] += float(share)
        now = network.periods.index(period)
        name = ("processes", code, period)
        equations.columns[name] = Column(
            -float(row["cost_idr_per_kg"]), _most(row["capacity_kg"]), dict(into), now
        )
        if row["opening_cost_idr"] > 0:
            cost, paid = float(row["opening_cost_idr"]), _from_on(network, period, row["opening_cost_idr"])
            equations.choices.append(Choice([name], 0.0, _most(row["capacity_kg"]), cost, laid_out=paid))


def _from_on(network: Network, period: str, idr: Fraction) -> dict[int, float]:
    """Return rupiah paid in a period as laid out by the end of it and of all later ones."""
    return {end: float(idr) for end in range(network.periods.index(period), len(network.periods))}


def _write_storages(network: Network, equations: Equations) -> None:
    """Add what is held at each period's end; the rest after loss comes in next period."""
    followers = [*network.periods[1:], None]
    for code, row in network.storages.items():
        for now, (period, after) in enumerate(zip(network.periods, followers, strict=True)):
            names: list[Name] = []
            for product in row["products"]:
                if network.shelf_life.get(product) == 0:
                    continue
                oldest = ages(network, product)
                for age in range(min(max(1, oldest), now + 1)):
                    tag = (str(age),) if oldest else ()
                    older = (str(age + 1),) if oldest else ()
                    into: dict[Node, float] = {(row["site"], product, period, *tag): -1.0}
                    if after is not None:
                        into[row["site"], product, after, *older] = float(1 - row["loss"])
                    name = ("storages", code, product, period, *tag)
                    equations.columns[name] = Column(-float(row["cost_idr_per_kg"]), None, into, now)
                    names.append(name)
            if row["capacity_kg"] is not None:
                equations.joint.append((names, float(row["capacity_kg"])))


def _write_lanes(network: Network, equations: Equations) -> None:
    """Add what each lane carries; one with a fixed cost is a choice in each period."""
    for row in network.lane_rows.values():
        cost, capacity = float(row["cost_idr_per_kg"]), _most(row["capacity_kg"])
        for now, period in enumerate(network.periods):
            names: list[Name] = []
            for name in lane_names(network, row, period):
                tag, product = name[5:], name[3]
                into: dict[Node, float] = defaultdict(float)
                into[row["from"], product, period, *tag] -= 1.0
                into[row["to"], product, period, *tag] += float(1 - row["loss_of"][product])
                equations.columns[name] = Column(-cost, None, dict(into), now)
                names.append(name)
            if capacity is not None:
                equations.joint.append((names, capacity))
            _write_terms(network, row, period, names, equations)
            if row["fixed_cost_idr"] > 0:
                paid = _from_on(network, period, row["fixed_cost_idr"])
                choice = Choice(names, 0.0, capacity, float(row["fixed_cost_idr"]), laid_out=paid)
                equations.choices.append(choice)


def _write_terms(network: Network, row: Row, period: str, names: list[Name], equations: Equations) -> None:
    """Add what was agreed of a lane in a period, product by product."""
    for product in row["products"]:
        least, most = terms.limits(network, (row["from"], row["to"], product, period))
        mine = [name for name in names if name[3] == product]
        if least:
            equations.least.append((mine, float(least)))
        if most is not None:
            equations.joint.append((mine, float(most)))


def lane_names(network: Network, row: Row, period: str) -> list[Name]:
    """Return the names of a lane's flows in a period, one for each product and age it can have by then."""
    found: list[Name] = []
    now = network.periods.index(period)
    for product in row["products"]:
        oldest = ages(network, product)
        tags: list[Name] = [(str(age),) for age in range(min(oldest, now) + 1)] if oldest else [()]
        found += [("lanes", row["from"], row["to"], product, period, *tag) for tag in tags]
    return found


def _write_fleets(network: Network, equations: Equations) -> None:
    """Add what each vehicle with an owner carries at most in a period, over all its lanes."""
    for code, vehicle in network.vehicles.items():
        most = fleet_kg(vehicle)
        rows = [row for row in network.lane_rows.values() if row["vehicle"] == code]
        for period in network.periods if most is not None and rows else ():
            names = [name for row in rows for name in lane_names(network, row, period)]
            equations.joint.append((names, float(most or 0)))


def _write_building(network: Network, equations: Equations) -> None:
    """Add a choice for each process and storage that is not there yet, once for all periods.

    Where cash is limited it matters when it is first used: one more choice for each period end,
    "used by then", which costs nothing but has the building paid by then.
    """
    works = dict.fromkeys(("processes", code) for code, _ in network.processes)
    works |= dict.fromkeys(("storages", code) for code in network.storages)
    last = len(network.periods) - 1
    for family, code in works:
        idr = float(build_idr(network, family, code))
        if not idr:
            continue
        ends = range(last + 1) if cash.limit_idr(network) is not None else (last,)
        for end in ends:
            until = network.periods[: end + 1]
            names = [
                name
                for name in equations.columns
                if name[:2] == (family, code) and (name[2] if family == "processes" else name[3]) in until
            ]
            roof = _building_roof(network, family, code, names)
            cost = idr if end == last else 0.0
            equations.choices.append(Choice(names, 0.0, roof, cost, laid_out={end: idr}))


def _building_roof(network: Network, family: str, code: str, names: list[Name]) -> float | None:
    """Return the most kg that a process or storage can take in all these flows; None: no limit."""
    if family == "processes":
        limits = [network.processes[code, name[2]]["capacity_kg"] for name in names]
    else:
        limits = [network.storages[code]["capacity_kg"]] * len({name[3] for name in names})
    return None if None in limits else float(sum(limits))


def _write_aging(equations: Equations) -> None:
    """Let goods of every age be used: a free step from each age's balance to the plain one."""
    nodes = {node for column in equations.columns.values() for node in column.into if len(node) > 3}
    nodes |= {node for node in equations.required if len(node) > 3}
    for node in sorted(nodes):
        equations.columns["aging", *node] = Column(0.0, None, {node: -1.0, node[:3]: 1.0})


def _write_cash(network: Network, equations: Equations) -> None:
    """Add what may be laid out by the end of each period, where all parties say what they have."""
    limit = cash.limit_idr(network)
    for end in range(len(network.periods) if limit is not None else 0):
        paid = {
            name: -column.gain
            for name, column in equations.columns.items()
            if column.paid_in is not None and column.paid_in <= end and column.gain
        }
        chosen = {
            number: choice.laid_out[end]
            for number, choice in enumerate(equations.choices)
            if end in choice.laid_out
        }
        equations.cash.append((paid, chosen, float(limit or 0)))


def _drop_idle(equations: Equations) -> None:
    """Leave out flows that take from a place where nothing can ever come in.

    Goes on until nothing changes. Rings that feed themselves stay in, as the
    balance of the format allows them.
    """
    while True:
        fed = {node for node, kg in equations.required.items() if kg < 0}
        for column in equations.columns.values():
            if column.most != 0:
                fed |= {node for node, share in column.into.items() if share > 0}
        idle = [
            name
            for name, column in equations.columns.items()
            if column.most == 0 or any(share < 0 and node not in fed for node, share in column.into.items())
        ]
        if not idle:
            break
        for name in idle:
            del equations.columns[name]
    equations.joint = [(kept, kg) for names, kg in equations.joint if (kept := _kept(equations, names))]
    equations.least = [(_kept(equations, names), kg) for names, kg in equations.least]
    for choice in equations.choices:
        choice.columns = _kept(equations, choice.columns)
    equations.choices = [choice for choice in equations.choices if choice.columns]


def _kept(equations: Equations, names: Iterable[Name]) -> list[Name]:
    return [name for name in names if name in equations.columns]
