"""Right plans made by the referee's own means, to be judged right, bent and judged wrong.

Not a second product: every group is valued, so it is for small networks only.
"""

import hashlib
from math import floor
from typing import Any

from . import equations, games, model, paths, rents, rules
from .reading import Network, exact
from .sharing import volume_kg

INTEGER_FLOWS_MOST = 60


def right_plan(network_bytes: bytes, game: games.Game | None = None) -> dict[str, Any]:
    """Return a plan for the network that no check can object to, as a JSON-able object."""
    network = rules.read(network_bytes)
    known = games.game_of(network) if game is None else game
    best = model.best_plan(network)
    small = len(best.kg) <= INTEGER_FLOWS_MOST
    whole = None if small else model.whole_plan(network, best.made)
    if whole is None:
        whole = model.best_plan(network, integer_flows=True, gap=1e-3).kg
    flows = model.flow_rows(whole)
    prices = model.site_prices(network, best.made)
    value = best.value_idr
    alone = {party: known[frozenset([party])] for party in network.parties}
    linear = rents.is_linear(network)
    plan: dict[str, Any] = {
        "format": "jejaring-plan/1",
        "network_sha256": hashlib.sha256(network_bytes).hexdigest(),
        "status": "optimal",
        "value_idr": value,
        "bound_idr": value,
        "bound_proof": "duals" if linear else "solver",
        "gap": 0,
        "surplus_idr": float(rules.surplus(network, flows)),
        "alone_idr": alone,
        "flows": flows,
        "prices": [
            {"site": site, "product": product, "period": period, "idr_per_kg": price}
            for (site, product, period), price in prices.items()
        ],
    }
    fractional = model.flow_rows(best.kg, whole=False)
    payoffs = _payoffs(network, known, value, alone, flows, fractional, prices)
    plan["sharing"] = {rule: _entry(network, known, payoff, value) for rule, payoff in payoffs.items()}
    plan["sharing"]["even_core"]["epsilon_idr"] = games.even_core(known, network.parties)[1]
    return plan


def _payoffs(
    network: Network,
    game: games.Game,
    value: float,
    alone: dict[str, float],
    flows: dict[str, Any],
    fractional: dict[str, Any],
    prices: dict[equations.Node, float],
) -> dict[str, dict[str, float]]:
    """Return the payoffs of each sharing rule before they are rounded, in rupiah."""
    gain = value - sum(alone.values())
    trading = paths.trading_parties(network, flows) or set(network.parties)
    carried = {party: float(kg) for party, kg in volume_kg(network, flows).items()}
    total = sum(carried.values())
    exact_prices = {(node[0], node[1], node[2]): exact(price) for node, price in prices.items()}
    found = rents.rents(network, exact_prices, fractional).idr
    return {
        "equal": {p: idr + (gain / len(trading) if p in trading else 0.0) for p, idr in alone.items()},
        "volume": {
            p: idr + gain * (carried[p] / total if total else 1 / len(alone)) for p, idr in alone.items()
        },
        "market": {party: float(found[party]) for party in network.parties},
        "even_core": games.even_core(game, network.parties)[0],
        "nucleolus": games.nucleolus(game, network.parties),
    }


def _entry(network: Network, game: games.Game, payoff: dict[str, float], value: float) -> dict[str, Any]:
    """Return one sharing rule's answer in whole rupiah, with its worst group."""
    rounded = games.largest_remainder(payoff, floor(value))
    entry: dict[str, Any] = {"payoff_idr": rounded}
    if len(network.parties) > 1:
        group, gain = games.worst_group(game, rounded)
        entry |= {"worst_group": sorted(group), "worst_group_gain_idr": gain, "worst_group_proved": "exact"}
    return entry
