"""All flows of a plan as lines: what, where, through or to whom, which product, kilograms by period."""

from __future__ import annotations

import numpy as np

from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.engines.measures import Indices
from jejaring.engines.planning.plan import FlowTable, Plan
from jejaring.engines.planning.problem import Problem, Spans

Words = tuple[str, str, str, str]
"""Kind of flow, place, through or to what, product."""


def flow_lines(
    problem: Problem, plan: Plan, names: Names, language: Language
) -> list[tuple[Words, list[int]]]:
    """Return the flows, family by family from the harvest to the buyer."""
    flows, say, sites = plan.flows, language.text, names.sites
    outlets, sources, processes, storages = (
        problem.outlets, problem.sources, problem.processes, problem.storages,
    )  # fmt: skip
    lanes, trade, supplies, needs = problem.lanes, problem.local_trade, problem.supplies, problem.needs
    store = _row_of(storages.product_spans, flows.storages)
    lane = _row_of(lanes.product_spans, flows.lanes)
    lines = _Lines(names)

    def of_row(flow: FlowTable, positions: Indices, called: tuple[str, ...]) -> list[str]:
        return [called[at] for at in positions[flow.row].tolist()]

    def plain(flow: FlowTable) -> list[str]:
        return [""] * len(flow.row)

    def add(kind: str, flow: FlowTable, product: Indices, where: list[str], through: list[str]) -> None:
        lines.add(kind, flow, product, where, through)

    flow = flows.supplies
    add(say("delivered by members"), flow, supplies.product, of_row(flow, supplies.site, sites), plain(flow))
    flow = flows.sources
    add(say("bought"), flow, sources.product, of_row(flow, sources.site, sites),
        of_row(flow, sources.code, names.suppliers))  # fmt: skip
    flow = flows.local_purchases
    add(
        say("bought from the local trader"), flow, trade.product, of_row(flow, trade.site, sites), plain(flow)
    )
    flow = flows.processes
    add(say("worked on"), flow, processes.input, of_row(flow, processes.site, sites),
        of_row(flow, processes.code, names.facilities))  # fmt: skip
    flow = flows.storages
    add(say("in store at the end"), flow, storages.product,
        [sites[at] for at in storages.site[store].tolist()],
        [names.stores[at] for at in store.tolist()])  # fmt: skip
    flow = flows.lanes
    add(say("hauled"), flow, lanes.product, [sites[at] for at in lanes.start[lane].tolist()],
        [sites[at] for at in lanes.end[lane].tolist()])  # fmt: skip
    flow = flows.outlets
    add(say("sold"), flow, outlets.product, of_row(flow, outlets.site, sites),
        of_row(flow, outlets.code, names.buyers))  # fmt: skip
    flow = flows.local_sales
    add(say("sold to the local trader"), flow, trade.product, of_row(flow, trade.site, sites), plain(flow))
    flow = flows.needs
    add(say("used by members"), flow, needs.product, of_row(flow, needs.site, sites), plain(flow))
    return list(lines.kg.items())


class _Lines:
    """Kilograms by period of each line, in the order in which lines are first met."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.kg: dict[Words, list[int]] = {}

    def add(self, kind: str, flow: FlowTable, product: Indices, where: list[str], through: list[str]) -> None:
        """Add a family; `product` by entry of its table, `where` and `through` by flow."""
        for at, (row, period, kg) in enumerate(
            zip(flow.row.tolist(), flow.period.tolist(), flow.kg.tolist(), strict=True)
        ):
            words = kind, where[at], through[at], self.names.products[int(product[row])]
            self.kg.setdefault(words, [0] * len(self.names.periods))[period] += kg


def _row_of(spans: Spans, flow: FlowTable) -> Indices:
    """Return for each flow the store or lane to which its entry belongs."""
    rows: Indices = np.searchsorted(spans.start, flow.row, side="right") - 1
    return rows
