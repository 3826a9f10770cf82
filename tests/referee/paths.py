"""Who trades with whom: the goods of a plan followed from where they come in.

At a site, goods of one product and period are one heap: everything that goes
out carries everything that came in, in proportion. So a path of goods exists
between two flows exactly where one leads to the other. Two answers are given,
because the format leaves the path open where goods of several owners mix:
`trading_parties` is the widest reading, `inseparable_parties` the narrowest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from scipy.optimize import linprog

from .reading import Network
from .rules import Amounts, Key, amounts

Place = tuple[str, ...]


def _links(network: Network, found: Amounts) -> list[tuple[Place, set[str], list[Place], list[Place]]]:
    """Return each flow above zero as (name, parties of its row, heaps from, heaps to)."""
    after = dict(zip(network.periods, network.periods[1:], strict=False))
    links: list[tuple[Place, set[str], list[Place], list[Place]]] = []
    for code, store in network.storages.items():
        for product, kg in store["opening_kg"].items():
            if kg > 0 and network.periods:
                heap = (store["site"], product, network.periods[0])
                links.append((("opening", code, product), {store["owner"]}, [], [heap]))
    for family, rows in found.items():
        for key, kg in rows.items():
            if kg > 0:
                links.append(((family, *key), *_ends(network, family, key, after)))
    return links


def _ends(
    network: Network, family: str, key: Key, after: Mapping[str, str]
) -> tuple[set[str], list[Place], list[Place]]:
    """Return the parties of a flow's own row, and the heaps that it takes from and adds to."""
    if family in ("supplies", "local_purchases", "needs", "local_sales"):
        party = {network.party_of_site[key[0]] or ""}
        return (party, [], [key]) if family in ("supplies", "local_purchases") else (party, [key], [])
    if family == "lanes":
        row = network.lane_rows[network.lanes[key[0], key[1], key[2]]]
        owner = None if row["vehicle"] is None else network.vehicles[row["vehicle"]]["owner"]
        arriving: list[Place] = [(key[1], *key[2:])] if row["loss_of"][key[2]] < 1 else []
        return set() if owner is None else {owner}, [(key[0], *key[2:])], arriving
    if family == "storages":
        store = network.storages[key[0]]
        later: list[Place] = []
        if key[2] in after and store["loss"] < 1:
            later.append((store["site"], key[1], after[key[2]]))
        return {store["owner"]}, [(store["site"], *key[1:])], later
    row = getattr(network, family)[key]
    if family == "processes":
        made: list[Place] = [
            (row["site"], product, key[1]) for product, share in row["outputs"].items() if share > 0
        ]
        return {row["owner"]}, [(row["site"], row["input"], key[1])], made
    heap = (row["site"], row["product"], key[1])
    return ({row["owner"]}, [heap], []) if family == "outlets" else ({row["owner"]}, [], [heap])


def trading_parties(network: Network, flows: Mapping[str, Any]) -> set[str]:
    """Return the parties that share some path of goods with another party.

    A party is on a path that its supply, purchase, stock, process, storage,
    outlet, sale, need or vehicle is part of, or that passes one of its sites.
    Goods that are thrown away count: the widest reading.
    """
    found, _ = amounts(network, flows)
    leads: dict[Place, set[Place]] = defaultdict(set)
    parties: dict[Place, set[str]] = defaultdict(set)
    for name, owners, sources, targets in _links(network, found):
        link = ("link", *name)
        parties[link] |= owners
        for heap in sources:
            leads[heap].add(link)
        leads[link].update(targets)
        for heap in (*sources, *targets):
            owner = network.party_of_site[heap[0]]
            parties[heap] |= {owner} if owner is not None else set()
    trading: set[str] = set()
    for start, owners in list(parties.items()):
        met = set().union(*(parties[place] for place in _reached(start, leads)))
        if owners and len(met) > 1:
            trading |= met
    return trading


def _reached(start: Place, leads: Mapping[Place, Iterable[Place]]) -> set[Place]:
    """Return everything that can be reached from a place, itself included."""
    seen, waiting = {start}, [start]
    while waiting:
        for place in leads.get(waiting.pop(), ()):
            if place not in seen:
                seen.add(place)
                waiting.append(place)
    return seen


def inseparable_parties(network: Network, flows: Mapping[str, Any]) -> set[str]:
    """Return the parties whose part of the plan cannot be told apart from the others'.

    A party's own rows either balance by themselves, with some share of what moves
    on the lanes, while all other rows balance with the rest; then nobody need say
    that it trades. Or they do not, and it trades however paths are drawn.
    """
    found, _ = amounts(network, flows)
    links = _links(network, found)
    opening: dict[Place, float] = {
        ("opening", code, product): float(kg)
        for code, store in network.storages.items()
        for product, kg in store["opening_kg"].items()
    }
    moved = [name for name, *_ in links if name[0] == "lanes"]
    heaps = sorted({heap for _, _, sources, targets in links for heap in (*sources, *targets)})
    line = {heap: number for number, heap in enumerate(heaps)}
    carried = np.zeros((len(heaps), len(moved)))
    kg_moved = np.array([float(found["lanes"][name[1:]]) for name in moved])
    for number, (name, _, sources, targets) in enumerate(link for link in links if link[0][0] == "lanes"):
        row = network.lane_rows[network.lanes[name[1], name[2], name[3]]]
        for heap in sources:
            carried[line[heap], number] -= 1.0
        for heap in targets:
            carried[line[heap], number] += float(1 - row["loss_of"][name[3]])
    return {
        party
        for party in network.parties
        if not _separable(_own_net(network, found, links, opening, line, party), carried, kg_moved)
    }


def _own_net(
    network: Network,
    found: Amounts,
    links: list[tuple[Place, set[str], list[Place], list[Place]]],
    opening: Mapping[Place, float],
    line: Mapping[Place, int],
    party: str,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the kg that a party's rows, and all others' rows, leave on each heap without lanes."""
    own, others = np.zeros(len(line)), np.zeros(len(line))
    for name, owners, sources, targets in links:
        if name[0] == "lanes":
            continue
        side = own if party in owners else others
        kg = opening[name] if name[0] == "opening" else float(found[name[0]][name[1:]])
        for heap in sources:
            side[line[heap]] -= kg
        for heap in targets:
            share = 1.0
            if name[0] == "processes":
                share = float(network.processes[name[1], name[2]]["outputs"][heap[1]])
            elif name[0] == "storages":
                share = float(1 - network.storages[name[1]]["loss"])
            side[line[heap]] += share * kg
    return own, others


def _separable(net: tuple[np.ndarray, np.ndarray], carried: np.ndarray, kg_moved: np.ndarray) -> bool:
    """Return whether lanes can be shared out so that both sides balance on every heap."""
    own, others = net
    slack = 1e-6 * (1.0 + np.abs(own) + np.abs(others))
    if not len(kg_moved):
        return bool(np.all(own >= -slack) and np.all(others >= -slack))
    # The unknown is what the party itself moves on each lane; the others move the rest.
    solved = linprog(
        np.zeros(len(kg_moved)),
        A_ub=np.vstack([-carried, carried]),
        b_ub=np.concatenate([own + slack, others + carried @ kg_moved + slack]),
        bounds=[(0.0, float(kg)) for kg in kg_moved],
    )
    return bool(solved.status == 0)
