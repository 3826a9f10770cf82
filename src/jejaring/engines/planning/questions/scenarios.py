"""Scenarios: what the network makes, and who works with whom, when some numbers are others.

Each is solved like a network of its own, so that its figures are those of a separate run.
docs/planning.md, “What may come”.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import numpy as np

from jejaring.engines.errors import Refusal, Sentence
from jejaring.engines.measures import Floats, Indices
from jejaring.engines.planning import solver
from jejaring.engines.planning.plan import FlowTable, PartnershipKind, Plan
from jejaring.engines.planning.problem import NOBODY, Problem, Selector
from jejaring.engines.planning.questions import rents, resolving
from jejaring.engines.planning.questions.ahead import Scenarios, Shift, Tried
from jejaring.engines.planning.questions.changes import changed
from jejaring.engines.planning.solve import Tell, solve

_ENDLESS = frozenset({"solve.unbounded", "solve.endless"})
_UNSOLVED = _ENDLESS | {"solve.failed", "solve.time"}


def scenarios(problem: Problem, plan: Plan, limits: solver.Limits, tell: Tell) -> Scenarios:
    """Return what becomes of `plan` in each scenario of the network and two that are asked of every network;
    in the standard ones where it names none.
    """
    tell("scenarios")
    given = [Tried(each.code, each.name, None, each.changes) for each in problem.scenarios]
    before = _handed_over(plan)
    local = _sold_locally(problem, plan)
    return Scenarios(
        standard=not given,
        value_idr=plan.value_idr,
        market_idr=_rounded(rents.market_of_plan_idr(problem, plan)),
        tried=tuple(_tried(problem, each, before, local, limits) for each in _asked(problem, plan, given)),
    )


def _asked(problem: Problem, plan: Plan, given: list[Tried]) -> tuple[Tried, ...]:
    """Return `given` with a lower price of the main product and the loss of the largest facility of the main
    work (or of other work) behind; all standard ones where none is given.
    """
    standard = {each.code: each for each in standard_scenarios(problem, plan)}
    if not given:
        return tuple(standard.values())
    lost = "mill-lost" if "mill-lost" in standard else "machine-lost"
    named = {each.code for each in given}
    more = [standard[code] for code in ("price-lower", lost) if code in standard and code not in named]
    return (*given, *more)


def _tried(
    problem: Problem,
    each: Tried,
    before: dict[tuple[int, int, PartnershipKind, int], int],
    local: Indices,
    limits: solver.Limits,
) -> Tried:
    other = changed(problem, each.changes)
    try:
        plan = solve(other, limits)
    except Refusal as refused:
        if refused.sentence.code not in _UNSOLVED:
            raise
        return replace(each, why_not=_why_not(other, refused, limits))
    after = _handed_over(plan)
    shifts = [
        Shift(*key, before.get(key, 0), after.get(key, 0))
        for key in sorted(before.keys() | after.keys())
        if abs(before.get(key, 0) - after.get(key, 0)) > 1
    ]
    shifts.sort(key=lambda shift: -abs(shift.after_kg - shift.before_kg))
    return replace(
        each,
        value_idr=plan.value_idr,
        surplus_idr=plan.surplus_idr,
        alone_idr=plan.alone_idr,
        market_idr=_rounded(rents.market_of_plan_idr(other, plan)),
        shifts=tuple(shifts),
        local_sales_kg=tuple((_sold_locally(other, plan) - local).tolist()),
    )


def _why_not(other: Problem, refused: Refusal, limits: solver.Limits) -> Sentence:
    if refused.sentence.code == "solve.time":
        return refused.sentence
    if not resolving.possible(resolving.ready(other, limits), limits):
        return Sentence(
            "scenario.needs",
            "There is no plan then: needs that must be met can't all be met, because what is missing can't "
            "be bought anywhere.",
        )
    if refused.sentence.code in _ENDLESS:
        return Sentence(
            "scenario.endless",
            "There is no best plan then: something could be bought without limit for less than it is sold "
            "for without limit.",
        )
    return Sentence(
        "scenario.alone",
        "There is nothing to compare with then: somebody couldn't meet alone what must be met, because what "
        "is missing can't be bought.",
    )


def standard_scenarios(problem: Problem, plan: Plan) -> tuple[Tried, ...]:
    """Return scenarios for a network that has none, at most ten, about what is largest in `plan`.

    The main product is the one that brings most at outlets, the main harvest the one of which most is
    supplied, the main work the processes that make the main product. docs/planning.md, “What may come”,
    has the rule.
    """
    made: list[Tried] = []
    product = _largest(problem.outlets.product, plan.flows.outlets, _sales(problem, plan))
    harvest = _largest(problem.supplies.product, plan.flows.supplies)
    work = _main_work(problem, plan, product)
    for factor, word in (("0.9", "lower"), ("1.1", "higher")):
        if product != NOBODY:
            said = {
                "lower": "All buyers pay 10 per cent less for {product}",
                "higher": "All buyers pay 10 per cent more for {product}",
            }[word]
            facts = {"product": _product(problem, product)}
            selector = Selector("outlets", "price_idr_per_kg", product=product)
            made.append(_made(f"price-{word}", said, facts, selector, factor))
    if harvest != NOBODY:
        facts = {"product": _product(problem, harvest)}
        selector = Selector("supplies", "available_kg", product=harvest)
        made.append(
            _made("harvest-lower", "Members bring in 20 per cent less {product}", facts, selector, "0.8")
        )
    if work != NOBODY:
        facts = {"product": _product(problem, work)}
        selector = Selector("processes", "outputs", product=work)
        made.append(
            _made(
                "yield-lower",
                "5 per cent less comes out of each kilogram of {product}",
                facts,
                selector,
                "0.95",
            )
        )
    made += _losses(problem, plan, work)
    if len(problem.lanes.start):
        selector = Selector("lanes", "cost_idr_per_kg")
        made.append(_made("hauling-dearer", "Hauling costs 20 per cent more", {}, selector, "1.2"))
    return tuple(made)


def _losses(problem: Problem, plan: Plan, work: int) -> list[Tried]:
    """Return the scenarios in which the largest facility, the largest buyer or a lorry isn't there."""
    made: list[Tried] = []
    processes, outlets = problem.processes, problem.outlets
    flows = plan.flows.processes
    at_work = processes.input[flows.row] == work
    for code, rows in (("mill", at_work), ("machine", ~at_work)):
        some = FlowTable(flows.row[rows], flows.period[rows], flows.kg[rows])
        facility = _largest(processes.code, some)
        if facility != NOBODY:
            selector = Selector("processes", "capacity_kg", row=processes.codes[facility])
            name = processes.names[facility] or processes.codes[facility]
            owner = int(processes.owner[processes.code == facility][0])
            facts = {"facility": name, "party": _party(problem, owner)}
            made.append(_made(f"{code}-lost", "{facility} ({party}) stands still", facts, selector, "0"))
    outlet = _largest(outlets.code, plan.flows.outlets, _sales(problem, plan))
    if outlet != NOBODY:
        selector = Selector("outlets", "most_kg", row=outlets.codes[outlet])
        facts = {"buyer": outlets.counterparties[outlet] or outlets.codes[outlet]}
        made.append(_made("buyer-lost", "{buyer} buys nothing", facts, selector, "0"))
    vehicle = _main_vehicle(problem, plan)
    if vehicle != NOBODY:
        vehicles = problem.vehicles
        selector = Selector("vehicles", "most_trips", row=vehicles.codes[vehicle])
        facts = {"vehicle": vehicles.names[vehicle] or vehicles.codes[vehicle]}
        made.append(_made("lorry-lost", "{vehicle} doesn't drive", facts, selector, "0"))
    return made


def _made(code: str, text: str, facts: dict[str, str], selector: Selector, factor: str) -> Tried:
    return Tried(code, "", Sentence(f"scenario.{code}", text, facts), ((selector, Decimal(factor)),))


def _main_work(problem: Problem, plan: Plan, product: int) -> int:
    """Return the input of which most is worked into `product` (into anything, if nothing makes it)."""
    processes, flows = problem.processes, plan.flows.processes
    makes = np.array(
        [
            any(processes.output_product[at] == product for at in processes.output_spans.of(int(row)))
            for row in flows.row
        ],
        dtype=bool,
    )
    if makes.any():
        flows = FlowTable(flows.row[makes], flows.period[makes], flows.kg[makes])
    return _largest(processes.input, flows)


def _main_vehicle(problem: Problem, plan: Plan) -> int:
    """Return the lorries with an owner that carry most; those that anybody can hire are never lost."""
    lanes = problem.lanes
    lane = np.repeat(np.arange(len(lanes.start)), np.diff(lanes.product_spans.start))
    of = lanes.vehicle[lane]
    owned = np.isin(of, np.flatnonzero(problem.vehicles.owner != NOBODY))
    flows = plan.flows.lanes
    live = owned[flows.row]
    return _largest(of, FlowTable(flows.row[live], flows.period[live], flows.kg[live]))


def _largest(group: Indices, flows: FlowTable, worth: Floats | None = None) -> int:
    """Return the entry of `group` (by row) of which the flows carry most; the first of equals."""
    sums: dict[int, float] = defaultdict(float)
    amounts = flows.kg.tolist() if worth is None else worth.tolist()
    for key, amount in zip(group[flows.row].tolist(), amounts, strict=True):
        sums[key] += amount
    return min(sums, key=lambda key: (-sums[key], key)) if sums else NOBODY


def _sales(problem: Problem, plan: Plan) -> Floats:
    """Return what each outlet flow sells for at the plain price, rupiah: steps don't change who is largest
    by much.
    """
    flows = plan.flows.outlets
    price: Floats = problem.outlets.price_idr_per_kg.floats(0.0)
    return price[flows.row] * flows.kg


def _handed_over(plan: Plan) -> dict[tuple[int, int, PartnershipKind, int], int]:
    """Return kilograms by giver, taker, kind and product."""
    sums: dict[tuple[int, int, PartnershipKind, int], int] = defaultdict(int)
    for each in plan.partnerships:
        for hand_over in each.hand_overs:
            sums[each.giver, each.taker, each.kind, hand_over.product] += hand_over.kg
    return dict(sums)


def _sold_locally(problem: Problem, plan: Plan) -> Indices:
    """Return what each party sells to its local trader, kg."""
    flows = plan.flows.local_sales
    sums = np.zeros(len(problem.parties), dtype=np.int64)
    np.add.at(sums, problem.sites.party[problem.local_trade.site[flows.row]], flows.kg)
    return sums


def _product(problem: Problem, product: int) -> str:
    return problem.product_names[product] or problem.products[product]


def _party(problem: Problem, party: int) -> str:
    return problem.parties.names[party] or problem.parties.codes[party]


def _rounded(amounts: Iterable[float]) -> tuple[float, ...]:
    return tuple(round(float(each), 2) for each in amounts)
