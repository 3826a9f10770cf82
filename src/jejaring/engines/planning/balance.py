"""Supply and demand by product and period, without solving: what `jejaring check` shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jejaring.engines.measures import Decimals, Floats, Indices
from jejaring.engines.planning.problem import Problem

UNLIMITED = float("inf")


@dataclass(frozen=True, eq=False)
class Balance:
    """Kilograms by [product, period]; infinity where a row sets no limit.

    offered: supplies and, in the first period, opening stock. buyable: sources.
    makeable: what all processes together could make of it at full capacity.
    workable: what all processes together could take in of it.
    wanted: outlets. needed: needs. Local trade is left out: it is what the network is beside.
    """

    offered_kg: Floats
    buyable_kg: Floats
    makeable_kg: Floats
    workable_kg: Floats
    wanted_kg: Floats
    needed_kg: Floats


def balance(problem: Problem) -> Balance:
    """Return supply and demand of `problem` by product and period, in kg."""
    shape = (len(problem.products), len(problem.periods))
    offered = _sums(shape, problem.supplies.product, problem.supplies.period, problem.supplies.available_kg)
    storages = problem.storages
    np.add.at(offered[:, 0], storages.product, storages.opening_kg.floats(0.0))
    processes = problem.processes
    capacity = processes.capacity_kg.floats(UNLIMITED)
    entry = np.repeat(np.arange(len(processes.code)), np.diff(processes.output_spans.start))
    yields = processes.output_yield.floats(0.0)
    makeable = np.zeros(shape)
    made = np.where(yields > 0, capacity[entry] * np.where(yields > 0, yields, 1.0), 0.0)
    np.add.at(makeable, (processes.output_product, processes.period[entry]), made)
    return Balance(
        offered_kg=offered,
        buyable_kg=_sums(shape, problem.sources.product, problem.sources.period, problem.sources.most_kg),
        makeable_kg=makeable,
        workable_kg=_sums(shape, processes.input, processes.period, processes.capacity_kg),
        wanted_kg=_sums(shape, problem.outlets.product, problem.outlets.period, problem.outlets.most_kg),
        needed_kg=_sums(shape, problem.needs.product, problem.needs.period, problem.needs.kg),
    )


def _sums(shape: tuple[int, int], product: Indices, period: Indices, kg: Decimals) -> Floats:
    sums = np.zeros(shape)
    np.add.at(sums, (product, period), kg.floats(UNLIMITED))
    return sums
