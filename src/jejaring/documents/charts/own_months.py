"""One party's goods by period: what its members and facilities have, what of it the plan uses."""

from __future__ import annotations

import numpy as np

from jejaring.documents.charts.months import ProductMonths
from jejaring.engines.measures import Flags, Floats, Indices
from jejaring.engines.planning.plan import FlowTable, Plan
from jejaring.engines.planning.problem import Problem


def own_months(problem: Problem, plan: Plan, party: int) -> tuple[ProductMonths, ...]:
    """Return what a party's members deliver and use, what it sells to buyers, and what lies in its stores.

    Only the party's own figures are in it; of most that moves first.
    """
    flows, home = plan.flows, problem.sites.party == party
    supplies, outlets, needs = problem.supplies, problem.outlets, problem.needs
    trade, storages = problem.local_trade, problem.storages
    shape = len(problem.products), len(problem.periods)
    mine = home[supplies.site]
    delivered = _sums(shape, supplies.product, flows.supplies, mine)
    offered = np.zeros(shape)
    available = supplies.available_kg.floats(np.inf)[mine]
    np.add.at(offered, (supplies.product[mine], supplies.period[mine]), available)
    offered = np.where(np.isfinite(offered), offered, delivered)
    local = _sums(shape, trade.product, flows.local_sales, home[trade.site])
    sold = _sums(shape, outlets.product, flows.outlets, outlets.owner == party)
    met = _sums(shape, needs.product, flows.needs, home[needs.site])
    wanted = np.zeros(shape)
    asked = home[needs.site]
    np.add.at(wanted, (needs.product[asked], needs.period[asked]), needs.kg.floats(0.0)[asked])
    store = np.searchsorted(storages.product_spans.start, np.arange(len(storages.product)), side="right") - 1
    kept = _sums(shape, storages.product, flows.storages, storages.owner[store] == party)
    there = offered + np.where(offered > 0, 0.0, sold + met + local)
    used = np.where(offered > 0, np.maximum(delivered - local, 0.0), sold + met)
    found = [ProductMonths(p, there[p], used[p], local[p], wanted[p], kept[p]) for p in range(shape[0])]
    return tuple(sorted((each for each in found if each.moves), key=lambda each: -each.moved_kg))


def _sums(shape: tuple[int, int], product: Indices, flow: FlowTable, mine: Flags) -> Floats:
    sums = np.zeros(shape)
    rows = mine[flow.row]
    np.add.at(sums, (product[flow.row[rows]], flow.period[rows]), flow.kg[rows])
    return sums
