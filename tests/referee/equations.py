"""Writes a network (already cut to a group) as columns, rows and yes/no choices.

Plain Python and floats, no solver: `model` solves what is written here. Every
column is one flow of one period; an outlet or source with steps or a least
quantity becomes one column per price tier, of which at most one may be open
(the disjoint formulation: a tier carries the whole quantity of the period).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from .reading import Network, Row

Name = tuple[str, ...]
Node = tuple[str, str, str]
Tier = tuple[Fraction, Fraction | None, Fraction]


@dataclass
class Column:
    """One flow: rupiah gained per kg, most kg (None: no limit), kg put into each balance."""

    gain: float
    most: float | None
    into: dict[Node, float]


@dataclass
class Choice:
    """A yes/no choice: its columns add up to floor..roof kg if yes (at a cost), to 0 if no.

    roof is None where the format sets no limit; rivals share a name in `rivalry`.
    """

    columns: list[Name]
    floor: float
    roof: float | None
    cost: float
    rivalry: Name | None = None


@dataclass
class Equations:
    """The whole problem: maximise gains less the costs of choices made."""

    columns: dict[Name, Column] = field(default_factory=dict)
    required: dict[Node, float] = field(default_factory=lambda: defaultdict(float))
    joint: list[tuple[list[Name], float]] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)


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
                equations.required[storage["site"], product, network.periods[0]] -= float(kg)
    _write_site_trade(network, equations)
    _write_channels(network.outlets, "outlets", -1.0, equations)
    _write_channels(network.sources, "sources", 1.0, equations)
    _write_processes(network, equations)
    _write_storages(network, equations)
    _write_lanes(network, equations)
    _drop_idle(equations)
    return equations


def _most(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _write_site_trade(network: Network, equations: Equations) -> None:
    """Add supplies, needs and local trade; a need that must be met is a fixed demand."""
    columns = equations.columns
    for node, row in network.supplies.items():
        columns["supplies", *node] = Column(
            -float(row["cost_idr_per_kg"]), _most(row["available_kg"]), {node: 1.0}
        )
    for node, row in network.needs.items():
        if row["worth_idr_per_kg"] is None:
            equations.required[node] += float(row["kg"])
        else:
            columns["needs", *node] = Column(float(row["worth_idr_per_kg"]), _most(row["kg"]), {node: -1.0})
    for node, row in network.local_trade.items():
        if row["sell_idr_per_kg"] is not None:
            gain = float(row["sell_idr_per_kg"])
            columns["local_sales", *node] = Column(gain, _most(row["most_sell_kg"]), {node: -1.0})
        if row["buy_idr_per_kg"] is not None:
            gain = -float(row["buy_idr_per_kg"])
            columns["local_purchases", *node] = Column(gain, _most(row["most_buy_kg"]), {node: 1.0})


def _write_channels(rows: dict[tuple[str, str], Row], family: str, sign: float, equations: Equations) -> None:
    """Add outlets (sign -1: goods leave) or sources (sign +1: goods come)."""
    for (code, period), row in rows.items():
        node = (row["site"], row["product"], period)
        if is_plain(row):
            gain = -sign * float(row["price_idr_per_kg"])
            equations.columns[family, code, period] = Column(gain, _most(row["most_kg"]), {node: sign})
            continue
        names: list[Name] = []
        for place, (low, high, price) in enumerate(tiers(row)):
            name = (family, code, period, str(place))
            equations.columns[name] = Column(-sign * float(price), _most(high), {node: sign})
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
            into[row["site"], product, period] += float(share)
        name = ("processes", code, period)
        equations.columns[name] = Column(
            -float(row["cost_idr_per_kg"]), _most(row["capacity_kg"]), dict(into)
        )
        if row["opening_cost_idr"] > 0:
            cost = float(row["opening_cost_idr"])
            equations.choices.append(Choice([name], 0.0, _most(row["capacity_kg"]), cost))


def _write_storages(network: Network, equations: Equations) -> None:
    """Add what is held at each period's end; the rest after loss comes in next period."""
    followers = [*network.periods[1:], None]
    for code, row in network.storages.items():
        for period, after in zip(network.periods, followers, strict=True):
            names: list[Name] = []
            for product in row["products"]:
                into = {(row["site"], product, period): -1.0}
                if after is not None:
                    into[row["site"], product, after] = float(1 - row["loss"])
                name = ("storages", code, product, period)
                equations.columns[name] = Column(-float(row["cost_idr_per_kg"]), None, into)
                names.append(name)
            if row["capacity_kg"] is not None:
                equations.joint.append((names, float(row["capacity_kg"])))


def _write_lanes(network: Network, equations: Equations) -> None:
    """Add what each lane carries; one with a fixed cost is a choice in each period."""
    for row in network.lane_rows.values():
        cost, capacity = float(row["cost_idr_per_kg"]), _most(row["capacity_kg"])
        for period in network.periods:
            names: list[Name] = []
            for product in row["products"]:
                into: dict[Node, float] = defaultdict(float)
                into[row["from"], product, period] -= 1.0
                into[row["to"], product, period] += 1.0
                name = ("lanes", row["from"], row["to"], product, period)
                equations.columns[name] = Column(-cost, None, dict(into))
                names.append(name)
            if capacity is not None:
                equations.joint.append((names, capacity))
            if row["fixed_cost_idr"] > 0:
                equations.choices.append(Choice(names, 0.0, capacity, float(row["fixed_cost_idr"])))


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
    for choice in equations.choices:
        choice.columns = _kept(equations, choice.columns)
    equations.choices = [choice for choice in equations.choices if choice.columns]


def _kept(equations: Equations, names: Iterable[Name]) -> list[Name]:
    return [name for name in names if name in equations.columns]
