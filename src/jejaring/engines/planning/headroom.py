"""How much each column can carry at most in some best plan: what can come together where it starts,
what can be used where it ends, and what a plan that earns anything can carry at all. Small numbers
here make yes/no choices quick to search and keep the solver's arithmetic honest.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from jejaring.engines.errors import Refusal
from jejaring.engines.measures import NONE, Flags, Floats
from jejaring.engines.planning import solver
from jejaring.engines.planning.families import what_choices_open
from jejaring.engines.planning.model import Model
from jejaring.engines.planning.program import BUY, CHOICE, LANE, NO_NODE, OUTLET, SOURCE, Numbers, Program
from jejaring.engines.planning.trimming import part, without_choices, without_ties

_ROUNDS = 12
_SOME_IDR = 1e-6


def headroom(program: Program, roof_kg: float = np.inf) -> Floats:
    """Return by column more kilograms than it carries in some best plan of any group; 1 for choices.

    `roof_kg`: as `roof` returns it. But for purchases, of which a large lot can be cheaper than what is
    needed of it, goods are never sent where they would be thrown away: what leaves the place of
    arrival limits a column as well as what can come together where it starts.
    """
    columns = program.columns
    nodes, n = len(program.nodes), len(columns)
    if not n:
        return np.zeros(0)
    product = program.forms.product_of(program.nodes)
    leaves, out = columns.leaves, columns.leaves != NO_NODE
    flows = ~program.choices
    arriving, arrival_node = program.arrival_column, program.arrival_node
    yields = program.arrival_yield.astype(np.float64) / 10.0**program.yield_places
    goods = program.most_goods[product]
    most = np.where(flows, program.uppers, 0.0)
    most[endless(program)] = np.minimum(most[endless(program)], roof_kg)
    most = np.where(out, np.minimum(most, goods[np.maximum(leaves, 0)]), most)
    useful = yields > 0
    needs_use = np.zeros(n, dtype=bool)
    needs_use[arriving] = True
    needs_use &= columns.family != SOURCE
    agreed = program.must_send.astype(np.float64) / 10.0**program.kg_places
    for _ in range(len(program.problem.periods) + 2 * len(program.forms) + _ROUNDS):
        before = most
        come = np.zeros(nodes)
        np.add.at(come, arrival_node[useful], yields[useful] * most[arriving[useful]])
        most = np.where(out, np.minimum(most, come[np.maximum(leaves, 0)]), most)
        use = np.zeros(nodes)
        np.add.at(use, leaves[out], most[out])
        needed = np.zeros(n)
        np.maximum.at(needed, arriving[useful], use[arrival_node[useful]] / yields[useful])
        # What was agreed is sent though nobody may use it.
        most = np.maximum(np.where(needs_use, np.minimum(most, needed), most), agreed)
        if np.array_equal(before, most):
            break
    most = np.where(np.isfinite(most), most, program.stand_in_kg)
    return np.where(flows, np.maximum(most * (1 + 1e-9) + 1e-6, program.lowers), 1.0)


def endless(program: Program) -> Flags:
    """Return the columns without any limit of their own; of stepped prices the last piece may be one."""
    columns, problem = program.columns, program.problem
    found = (columns.upper == NONE) & ~program.choices
    for family, channels in ((OUTLET, problem.outlets), (SOURCE, problem.sources)):
        mine = np.flatnonzero(columns.family == family)
        row = columns.row[mine]
        last = np.diff(channels.step_spans.start)[row]
        found[mine] = channels.most_kg.none[row] & (columns.piece[mine] == last)
    return np.asarray(found, dtype=bool)


def roof(program: Program, limits: solver.Limits) -> float:
    """Return more kilograms than any column without limit carries in a best plan of any group.

    Asked of the program without its choices (all ways open for nothing, the best price for every
    kilogram): what can flow while it costs no more than meeting what must be met with purchases.
    Infinity where goods can go round without loss or gain. A Refusal where a choice hides that
    money can be made without end.
    """
    limitless = endless(program)
    if not limitless.any():
        return 0.0
    _refuse_endless(program, limitless, limits)
    flows = np.flatnonzero(~program.choices)
    free = without_ties(part(program, flows))
    upper = np.where(limitless[flows], np.inf, free.uppers)
    model = replace(Model.of(free), upper=upper)
    return solver.most_in(model, limitless[flows], _least_idr(program, limits), limits) * (1 + 1e-6)


def _least_idr(program: Program, limits: solver.Limits) -> float:
    """Return what a best plan of any group earns at least: meeting what must be met with purchases.

    Where something was agreed that may cost more than that: what can be earned with everything opened and
    built and no least quantity or price step taken, whose flows and costs are a plan. Minus infinity where
    there is none.
    """
    columns = program.columns
    musts = np.where(columns.family == LANE, 0.0, program.lowers)
    dearest = float((-program.gains[columns.family == BUY]).max(initial=0.0))
    least = -dearest * float(musts.sum()) - 1.0
    if not program.problem.terms.bind:
        return least
    opened = np.zeros(len(columns), dtype=bool)
    for column, (family, _) in what_choices_open(program).items():
        opened[column] = family not in (OUTLET, SOURCE)
    fixed = program.fixed(opened)
    one, choices = 10.0**program.kg_places, program.choices
    upper = np.where(fixed.upper == NONE, np.inf, fixed.upper.astype(np.float64) / one)
    model = replace(
        Model.of(without_choices(program)),
        lower=np.where(choices, opened, fixed.lower.astype(np.float64) / one),
        upper=np.where(choices, opened, upper),
        choice=np.zeros(len(columns), dtype=bool),
    )
    try:
        earned = solver.best(model, limits).value
    except Refusal:
        return -np.inf
    return min(least, earned - 1.0 - 1e-6 * abs(earned))


def _refuse_endless(program: Program, limitless: Flags, limits: solver.Limits) -> None:
    """Refuse a network in which money can be made without end behind a yes/no choice."""
    problem = program.problem
    free = without_ties(part(program, np.flatnonzero(limitless)))
    one, nothing = np.ones(len(free.columns)), np.zeros(len(free.columns))
    answer = solver.best(replace(Model.of(free), lower=nothing, upper=one), limits)
    if answer.value <= _SOME_IDR:
        return
    node = int(free.nodes[int(np.argmax(answer.prices[: len(free.nodes)]))])
    site, _, _ = program.forms.place(node)
    raise Refusal(
        "solve.endless",
        "This network could earn without end: something around {site} can be bought without limit for less "
        "than it is sold for without limit. Give the purchase or the sale a limit.",
        site=problem.sites.names[site] or problem.sites.codes[site],
    )


def tightened(program: Program, limits: solver.Limits) -> Program:
    """Return the program with each yes/no choice tied to no more kilograms than can flow behind it."""
    ties, choices = program.ties, program.choices
    if not choices.any():
        return program
    most = headroom(program, roof(program, limits))
    entry_choice = choices[ties.column]
    behind = np.zeros(len(ties.limit))
    np.add.at(behind, ties.row[~entry_choice], most[ties.column[~entry_choice]])
    positive = np.ones(len(ties.limit), dtype=bool)
    positive[ties.row[~entry_choice & (ties.coefficient < 0)]] = False
    opens = np.flatnonzero(
        entry_choice & (ties.family[ties.row] == CHOICE) & positive[ties.row] & (ties.coefficient < 0)
    )
    coefficient: Numbers = ties.coefficient.astype(object)
    one = 10**program.kg_places
    for entry in opens.tolist():
        cap = int(np.ceil(behind[ties.row[entry]])) + 1
        coefficient[entry] = max(coefficient[entry], -cap * one)
    return replace(program, ties=replace(ties, coefficient=coefficient))
