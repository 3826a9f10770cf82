"""Which colour each product has in the pictures of one plan.

Few products have a colour each, by their order in the network. Where there are more than colours, those
of which the plan moves most have one, and all others share a grey: a colour that means three things
means none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from jejaring.documents.charts import palette
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem


@dataclass(frozen=True)
class Colours:
    """The colour of each product; `own` are those that don't share theirs."""

    of: tuple[str, ...]
    own: frozenset[int]

    def entries(self, products: Iterable[int], names: Names, language: Language) -> list[tuple[str, str]]:
        """Return what a legend explains: each colour with its product, the grey with how many share it."""
        shown = sorted(set(products))
        lines = [(self.of[each], names.products[each]) for each in shown if each in self.own]
        others = len(shown) - len(lines)
        if others:
            words = language.plural("{count} other product", "{count} other products", others)
            lines.append((palette.OTHERS, words))
        return lines


def product_colours(problem: Problem, plan: Plan) -> Colours:
    """Return the colours of all products."""
    count = len(problem.products)
    if count <= len(palette.PRODUCTS):
        return Colours(tuple(palette.product(each) for each in range(count)), frozenset(range(count)))
    moved = np.zeros(count)
    lanes, supplies = plan.flows.lanes, plan.flows.supplies
    np.add.at(moved, problem.lanes.product[lanes.row], lanes.kg)
    np.add.at(moved, problem.supplies.product[supplies.row], supplies.kg)
    first = np.lexsort((np.arange(count), -moved))[: len(palette.PRODUCTS)].tolist()
    colours = [palette.OTHERS] * count
    for place, product in enumerate(sorted(first)):
        colours[product] = palette.PRODUCTS[place]
    return Colours(tuple(colours), frozenset(first))
