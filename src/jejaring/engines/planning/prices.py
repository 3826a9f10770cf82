"""What a kilogram is worth at each site, product and period.

The solver's prices prove the plan, but where nothing moves they are one of many: anything between
what goods could bring there and what they would have to cost. People read a price as what goods
could bring, so the lowest are taken; they prove as much.
"""

from __future__ import annotations

import numpy as np

from jejaring.engines.measures import Floats
from jejaring.engines.planning.forms import FOR_USE, Forms
from jejaring.engines.planning.plan import Prices
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.program import NO_NODE, OUTLET, Program

_DUST_KG = 1e-6
_ROUNDS = 200


def lowest(program: Program, flows: Floats, prices: Floats) -> Floats:
    """Return prices by balance, Rp/kg: the solver's where goods move, elsewhere what they could bring.

    `flows` by column, `prices` by row (balances, then ties).
    """
    nodes = len(program.nodes)
    leaves, out = program.columns.leaves, program.columns.leaves != NO_NODE
    out &= ~program.choices
    moving = np.zeros(nodes, dtype=bool)
    moving[leaves[out & (flows > _DUST_KG)]] = True
    moving[program.arrival_node[flows[program.arrival_column] > _DUST_KG]] = True
    ties = program.ties
    toll = np.zeros(len(program.columns))
    np.add.at(toll, ties.column, ties.coefficient.astype(np.float64) * prices[nodes:][ties.row])
    low = np.where(moving, prices[:nodes], 0.0)
    for _ in range(_ROUNDS):
        worth = worths(program, low) - toll
        brings = np.zeros(nodes)
        np.maximum.at(brings, leaves[out], worth[out])
        raised = np.where(moving, low, np.minimum(brings, prices[:nodes]))
        if np.array_equal(raised, low):
            break
        low = raised
    return low


def worths(program: Program, local: Floats) -> Floats:
    """Return by column what a kilogram sent that way brings, less what the way costs, Rp/kg."""
    worth = program.gains.copy()
    yields = program.arrival_yield.astype(np.float64) / 10.0**program.yield_places
    np.add.at(worth, program.arrival_column, yields * local[program.arrival_node])
    return worth


def fees(program: Program, prices: Floats) -> Floats:
    """Return by column what it adds to a kilogram, Rp/kg: for an outlet its price less the site price.

    `prices` by place (flattened).
    """
    columns = program.columns
    local = prices[program.nodes]
    added = worths(program, local) - np.where(columns.family == OUTLET, 0.0, program.gains)
    out = columns.leaves != NO_NODE
    added[out] -= local[columns.leaves[out]]
    return added


def by_place(problem: Problem, program: Program, local: Floats) -> Floats:
    """Return prices by place (site, form of a product, period; flattened), 0 where `program` has no
    balance.
    """
    prices = np.zeros(len(problem.sites) * len(program.forms) * len(problem.periods))
    prices[program.nodes] = local
    return prices


def listed(forms: Forms, prices: Floats) -> Prices:
    """Return the prices above zero as a plan lists them: of goods of each age, not of those for use."""
    nodes = np.flatnonzero(prices > 0)
    nodes = nodes[forms.age_of(nodes) != FOR_USE]
    return Prices(
        site=forms.site_of(nodes),
        product=forms.product_of(nodes),
        period=nodes % forms.periods,
        idr_per_kg=prices[nodes],
        age=forms.age_of(nodes),
    )


def placed(problem: Problem, forms: Forms, prices: Prices) -> Floats:
    """Return listed prices by place again (flattened). Goods for use are worth as much as the age that is
    worth least: no age goes into use for less.
    """
    shape = len(problem.sites), len(forms), len(problem.periods)
    by_node = np.zeros(shape[0] * shape[1] * shape[2])
    form = forms.first[prices.product] + prices.age
    by_node[forms.node(prices.site, form, prices.period)] = prices.idr_per_kg
    cube = by_node.reshape(shape)
    for product in np.flatnonzero(forms.oldest > 0).tolist():
        first, oldest = int(forms.first[product]), int(forms.oldest[product])
        for period in range(shape[2]):
            ages = cube[:, first : first + min(oldest, period) + 1, period]
            cube[:, forms.for_use[product], period] = ages.min(axis=1)
    return by_node
