"""What partners can promise each other: for each partnership and month the kilograms that hold in at least
eight of ten sampled seasons.

In each season the plan is carried out as far as it goes, and what is then handed over is counted. The
promise is the order statistic of these counts that a further season reaches with the probability asked
for (docs/planning.md, “What may come”, docs/decisions/0011-commitments.md).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

import numpy as np

from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Floats, Indices
from jejaring.engines.planning import financing, solver, trace
from jejaring.engines.planning import whole as whole_kilograms
from jejaring.engines.planning.model import Model
from jejaring.engines.planning.plan import FlowTable, PartnershipKind, Plan
from jejaring.engines.planning.problem import NOBODY, Problem
from jejaring.engines.planning.program import (
    BUY,
    LANE,
    NEED,
    OUTLET,
    PROCESS,
    SELL,
    SOURCE,
    STORE,
    SUPPLY,
    Program,
)
from jejaring.engines.planning.questions import resolving
from jejaring.engines.planning.questions.ahead import Commitments, Promise
from jejaring.engines.planning.questions.seasons import COUNT, drawn, ranges_of, season_problem
from jejaring.engines.planning.questions.uses import into_use
from jejaring.engines.planning.sharing.game import chosen_columns
from jejaring.engines.planning.solve import Tell

KEPT_SHARE = Decimal("0.8")
"""In this share of seasons each promise holds."""

_PARTS = ((0.6, 12.0), (0.8, 8.0), (1.0, 5.0))
"""How a shortage is spread: up to this share of the plan's kilograms, each is worth so many times the
dearest thing in the network. The first kilograms of all come before the last ones of any."""

_WASTE = 100.0
"""What a kilogram that arrives and isn't used costs, in the same measure: more than eight hand-overs are
worth, so that nothing is handed over only to be thrown away."""

_WASTED_SHARE = 0.01

Key = tuple[int, int, PartnershipKind, int, int]
"""Giver, taker, kind, product, period."""


def commitments(
    problem: Problem,
    plan: Plan,
    limits: solver.Limits,
    tell: Tell,
    count: int = COUNT,
    fresh: int = COUNT,
    kept_share: Decimal = KEPT_SHARE,
) -> Commitments:
    """Return what can be promised, read from seasons 0 … `count` - 1 and tried on the `fresh` after them."""
    tell("commitments")
    planned = planned_kg(plan)
    keys = sorted(planned)
    ranges, _ = ranges_of(problem)

    def kept(number: int) -> dict[Key, int] | None:
        season = season_problem(problem, drawn(problem, ranges, limits.seed, number))
        return kept_kg(season, plan, limits)

    first = [kept(number) for number in range(count)]
    later = [kept(number) for number in range(count, count + fresh)]
    promised = {
        key: min(planned[key], held([(each or {}).get(key, 0) for each in first], kept_share)) for key in keys
    }
    # One row a fresh season, one column a promise: whether it was kept.
    table = np.array(
        [[each is not None and each.get(key, 0) >= promised[key] for key in keys] for each in later],
        dtype=bool,
    ).reshape(fresh, len(keys))
    some = np.array([promised[key] > 0 for key in keys], dtype=bool)
    shares = table.mean(axis=0) if fresh else np.ones(len(keys))
    counted = table[:, some]
    return Commitments(
        seed=limits.seed,
        count=count,
        fresh=fresh,
        kept_share=kept_share,
        promises=tuple(
            Promise(*key, planned[key], promised[key], round(float(share), 6))
            for key, share in zip(keys, shares, strict=True)
        ),
        fresh_share=round(float(counted.mean()), 6) if counted.size else 1.0,
        fresh_least_share=round(float(counted.mean(axis=0).min()), 6) if counted.size else 1.0,
        season_least_share=round(float(counted.mean(axis=1).min()), 6) if counted.size else 1.0,
        impossible=sum(each is None for each in first + later),
    )


def planned_kg(plan: Plan) -> dict[Key, int]:
    """Return what the plan hands over by giver, taker, kind, product and period."""
    sums: dict[Key, int] = defaultdict(int)
    for each in plan.partnerships:
        for hand_over in each.hand_overs:
            sums[each.giver, each.taker, each.kind, hand_over.product, hand_over.period] += hand_over.kg
    return dict(sums)


def held(kilograms: list[int], share: Decimal) -> int:
    """Return the most kilograms that a further season, drawn like these, reaches with probability `share`
    or more: the k-th smallest, k = ⌊(n + 1) · (1 − share)⌋. Where seasons are too few to say so, 0.

    Among n + 1 seasons drawn alike each is equally likely to stand at any place in the order, so the next
    one is below the k-th smallest of the others with probability k / (n + 1) at most.
    """
    rank = int((len(kilograms) + 1) * (1 - share))
    return sorted(kilograms)[rank - 1] if rank else 0


def kept_kg(season: Problem, plan: Plan, limits: solver.Limits) -> dict[Key, int] | None:
    """Return what is handed over in `season` when `plan` is carried out as far as it goes. None where no
    plan keeps all rules.
    """
    carried = carried_out(season, plan, limits)
    if carried is None:
        return None
    program, kg = carried
    sums: dict[Key, int] = defaultdict(int)
    for each in trace.passings(program, kg):
        sums[each.giver, each.taker, each.kind, each.product, each.period] += each.kg
    return dict(sums)


def carried_out(season: Problem, plan: Plan, limits: solver.Limits) -> tuple[Program, Indices] | None:
    """Return the program of `season` and the whole kilograms (by column) that come nearest to `plan`, with
    its yes/no choices; with others where these can't be kept.
    """
    made = resolving.ready(season, limits)
    program = made.program
    target = _targets(program, plan)
    model = replace(
        made.model,
        upper=_without_new_purchases(program, plan, made.model.upper),
        cost=_without_waste(made, plan),
    )
    kept = model.fixed(chosen_columns(program, plan).astype(np.float64))
    flows = _as_planned(kept, target, limits, made.purse)
    barred = np.zeros(len(program.columns), dtype=bool)
    while True:
        if flows is None:
            flows = _as_planned(model.restricted(~barred), target, limits, made.purse)
        if flows is None:
            return None
        dealt = whole_kilograms.whole(program, flows, program.choices & (flows > 0.5))
        if not dealt.short:
            return program, dealt.kg
        # A least quantity that misses a kilogram is given up, as in a plan, and the rest made again.
        short = np.array(dealt.short)
        assert not barred[short].any(), "a barred column is short again"
        barred[short] = True
        flows = None


def _as_planned(
    model: Model, target: Floats, limits: solver.Limits, purse: financing.Purse | None
) -> Floats | None:
    """Return the flows that come nearest to `target` within the cash of `purse`; None where there are none.

    Limits of cash tie all periods together in dense rows, so they are left out first, and put in only
    where the flows found without them lay out too much: five times as fast where cash doesn't bind.
    """
    flows = _nearest(model, target, limits)
    if purse is None or flows is None or not purse.broken_by(flows, dust_idr=1.0):
        return flows
    return _nearest(purse.limited(model), target, limits)


def _nearest(model: Model, target: Floats, limits: solver.Limits) -> Floats | None:
    """Return the flows (kg by column) that come nearest to `target`, where 0 means: none.

    Each column with a target is split in parts of its own limits: the kilograms up to each share of the
    target, worth more than anything that money could be made with, and the rest. Costs are in parts of
    the dearest thing in the network.
    """
    aims = np.flatnonzero(target > 0)
    reach = np.minimum(target[aims], model.upper[aims])
    copies, lower, upper, cost = [np.arange(len(target))], [model.lower], [model.upper.copy()], [model.cost]
    upper[0][aims] -= reach
    filled = np.zeros(len(aims))
    for share, times in _PARTS:
        part = np.clip(target[aims] * share, 0.0, reach) - filled
        filled += part
        copies.append(aims)
        lower.append(np.zeros(len(aims)))
        upper.append(part)
        cost.append(model.cost[aims] + times)
    column = np.concatenate(copies)
    order = np.argsort(column, kind="stable")
    column = column[order]
    count = np.diff(model.start)[column]
    start = np.concatenate([[0], np.cumsum(count)])
    entry = np.repeat(model.start[:-1][column], count) + np.arange(start[-1]) - np.repeat(start[:-1], count)
    parts = Model(
        cost=np.concatenate(cost)[order],
        lower=np.concatenate(lower)[order],
        upper=np.concatenate(upper)[order],
        limit=model.limit,
        start=start.astype(np.int32),
        index=model.index[entry],
        value=model.value[entry],
        choice=model.choice[column],
        period=model.period[column],
    )
    try:
        answer = solver.best(parts, limits)
    except Refusal as refused:
        if refused.sentence.code not in resolving.CANNOT:
            raise
        return None
    flows = np.zeros(len(target))
    np.add.at(flows, column, answer.flows)
    return flows


def _targets(program: Program, plan: Plan) -> Floats:
    """Return what the plan carries on each way from party to party or to a buyer (kg by column); each
    price step of an outlet or source that it uses has all of it for a target.
    """
    columns = program.columns
    key = _keys(program)
    every = np.ones(len(columns), dtype=bool)
    differ = columns.parties[:, 0] != columns.parties[:, 1:].max(axis=1, initial=NOBODY)
    target = np.zeros(len(columns))
    for family, flows, flags in (
        (LANE, plan.flows.lanes, differ),
        (OUTLET, plan.flows.outlets, every),
        (SOURCE, plan.flows.sources, every),
        (PROCESS, plan.flows.processes, differ),
        (STORE, plan.flows.storages, differ),
    ):
        mine = np.flatnonzero((columns.family == family) & flags)
        target[mine] = _at(flows, program, key[mine])
    return target


def _keys(program: Program) -> Indices:
    """Return a number for each column that tells row, period and, of what is kept or hauled, age."""
    columns, periods = program.columns, len(program.problem.periods)
    aged = np.isin(columns.family, (STORE, LANE))
    return (columns.row * periods + columns.period) * periods + np.where(aged, columns.piece, 0)


def _without_waste(made: resolving.Ready, plan: Plan) -> Floats:
    """Return the gains of a season by column, in parts of the dearest, less the cost of what is thrown away.

    What arrives at a balance beyond what leaves it is linear in the flows, so its cost is too. By-products
    that the plan throws away as well (more than a hundredth of what arrives) cost nothing.
    """
    program, model = made.program, made.model
    columns, nodes = program.columns, len(program.nodes)
    kg = np.zeros(len(columns))
    every = _keys(program)
    for family, flows in (
        (SUPPLY, plan.flows.supplies),
        (OUTLET, plan.flows.outlets),
        (SOURCE, plan.flows.sources),
        (NEED, plan.flows.needs),
        (SELL, plan.flows.local_sales),
        (BUY, plan.flows.local_purchases),
        (PROCESS, plan.flows.processes),
        (STORE, plan.flows.storages),
        (LANE, plan.flows.lanes),
    ):
        mine = np.flatnonzero(columns.family == family)
        key, first = np.unique(every[mine], return_index=True)
        # The first price step stands for all of them.
        kg[mine[first]] = _at(flows, program, key)
    kg = into_use(program, kg)
    of = np.repeat(np.arange(len(columns)), np.diff(model.start))
    balance = model.index < nodes
    row, leaving = model.index[balance], model.value[balance]
    come, left = np.zeros(nodes), np.zeros(nodes)
    np.add.at(come, row, np.maximum(-leaving, 0.0) * kg[of[balance]])
    np.add.at(left, row, np.maximum(leaving, 0.0) * kg[of[balance]])
    costs = np.where(come - left > _WASTED_SHARE * come, 0.0, _WASTE)
    dearest = max(1.0, float(np.abs(model.cost[~model.choice]).max(initial=0.0)))
    gains = model.cost / dearest
    np.add.at(gains, of[balance], leaving * costs[row])
    return gains


def _at(flows: FlowTable, program: Program, key: Indices) -> Floats:
    """Return the kilograms of each key (as `_keys` makes them), 0 where nothing flows."""
    periods = len(program.problem.periods)
    known = (flows.row * periods + flows.period) * periods + flows.age
    order = np.argsort(known)
    place = np.searchsorted(known[order], key)
    found = np.zeros(len(key))
    inside = place < len(known)
    same = np.zeros(len(key), dtype=bool)
    same[inside] = known[order][place[inside]] == key[inside]
    found[same] = flows.kg[order][place[same]]
    return found


def _without_new_purchases(program: Program, plan: Plan, upper: Floats) -> Floats:
    """Return the limits by which nobody buys more from local traders than planned, so that a promise is
    never kept by buying in; but for goods that are needed and must be had.
    """
    columns, problem = program.columns, program.problem
    needs, trade = problem.needs, problem.local_trade
    must = np.unique(needs.product[needs.worth_idr_per_kg.none])
    mine = np.flatnonzero(columns.family == BUY)
    mine = mine[~np.isin(trade.product[columns.row[mine]], must)]
    planned = _at(plan.flows.local_purchases, program, _keys(program)[mine])
    limited = upper.copy()
    limited[mine] = np.minimum(upper[mine], planned)
    return limited
