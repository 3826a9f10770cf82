"""The forms in which a product stands at a site: how old it is, where it doesn't keep.

A product that keeps for all periods has one form. One that doesn't has a form for each age (how many
period ends it was held over) and one more, `FOR_USE`, into which goods of any age go when somebody
sells, uses or works on them there. Balances are numbered by site, form and period: here, and only here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jejaring.engines.measures import NONE, Indices
from jejaring.engines.planning.problem import Problem

FOR_USE = -1
"""The age of goods of any age."""


@dataclass(frozen=True, eq=False)
class Forms:
    """Every form: its `product` and `age`. Those of product p begin at `first[p]`, age by age, up to
    `oldest[p]`. `for_use[p]` is the form in which p is used (that of age 0 where there is no other).
    """

    product: Indices
    age: Indices
    first: Indices
    oldest: Indices
    for_use: Indices
    periods: int

    @classmethod
    def of(cls, problem: Problem) -> Forms:
        """Return the forms of the products of `problem`."""
        periods = len(problem.periods)
        oldest = oldest_ages(problem)
        aged = oldest > 0
        counts = np.where(aged, oldest + 2, 1)
        first = np.cumsum(counts) - counts
        product = np.repeat(np.arange(len(counts)), counts)
        age = np.arange(int(counts.sum())) - first[product]
        for_use = first + counts - 1
        age[for_use[aged]] = FOR_USE
        return cls(product, age, first, oldest, for_use, periods)

    def __len__(self) -> int:
        return len(self.product)

    def node(self, site: Indices, form: Indices, period: Indices) -> Indices:
        """Return the number of the balance of a site, form and period."""
        return np.asarray((site * len(self) + form) * self.periods + period, dtype=np.int64)

    def site_of(self, node: Indices) -> Indices:
        """Return the site of each balance."""
        return node // (len(self) * self.periods)

    def product_of(self, node: Indices) -> Indices:
        """Return the product of each balance."""
        return self.product[node // self.periods % len(self)]

    def form_of(self, node: Indices) -> Indices:
        """Return the form at each balance."""
        return node // self.periods % len(self)

    def age_of(self, node: Indices) -> Indices:
        """Return the age of the goods at each balance, FOR_USE where they are of any age."""
        return self.age[node // self.periods % len(self)]

    def place(self, node: int) -> tuple[int, int, int]:
        """Return the site, product and period of a balance."""
        rest, period = divmod(node, self.periods)
        site, form = divmod(rest, len(self))
        return site, int(self.product[form]), period

    def later(self, node: int, periods: int) -> int:
        """Return the balance of the same goods at the same site, so many periods later."""
        form = node // self.periods % len(self)
        age, oldest = int(self.age[form]), int(self.oldest[self.product[form]])
        older = 0 if age == FOR_USE else min(periods, oldest - age)
        return node + older * self.periods + periods


def oldest_ages(problem: Problem) -> Indices:
    """Return by product up to which age it matters how old goods are; 0 where it doesn't: they keep for
    all periods, can't be held at all, or no store takes them.
    """
    life = problem.shelf_life_periods
    matters = (life != NONE) & (life < len(problem.periods) - 1)
    matters &= np.isin(np.arange(len(life)), problem.storages.product)
    return np.where(matters, life, 0)


def most_held(problem: Problem) -> Indices:
    """Return by product over how many period ends it can be held; no more than there are."""
    life, ends = problem.shelf_life_periods, len(problem.periods) - 1
    return np.where(life == NONE, ends, np.minimum(life, ends))
