"""Families of columns that move goods: in time (stores), from place to place (lanes) and into use.

What is held at a period's end opens the next period less its loss; what is sent arrives less what is
lost on the way. A product that doesn't keep has a column for each age (`forms`), told by `Columns.piece`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jejaring.engines.measures import NONE, Flags, Indices
from jejaring.engines.planning import building
from jejaring.engines.planning.drafting import Draft, most_behind, one_less, tie_choice, tie_shared
from jejaring.engines.planning.forms import most_held
from jejaring.engines.planning.problem import NOBODY
from jejaring.engines.planning.program import CHOICE, FLEET, LANE, NO_NODE, OPENING, STORE, TERM, USE, Numbers


def stores(draft: Draft) -> None:
    """Add what stores hold at the end of each period but the last: nothing is worth anything after that."""
    storages, forms = draft.problem.storages, draft.forms
    periods = len(draft.problem.periods)
    store = np.repeat(np.arange(len(storages.owner)), np.diff(storages.product_spans.start))
    held, period, age = _by_age(draft, storages.product, periods - 1)
    keeps = age < most_held(draft.problem)[storages.product[held]]
    held, period, age = held[keeps], period[keeps], age[keeps]
    of, product = store[held], storages.product[held]
    site = storages.site[of]
    capacity = draft.kg(storages.capacity_kg)
    form = forms.first[product] + age
    columns = draft.add(
        STORE,
        held,
        period,
        draft.minus(storages.cost_idr_per_kg)[of],
        capacity[of],
        (storages.owner[of], draft.problem.sites.party[site]),
        leaves=forms.node(site, form, period),
        piece=age,
    )
    older = form + (forms.oldest[product] > 0)
    kept = one_less(storages.loss, draft.yield_places)
    draft.arrivals.append((columns, forms.node(site, older, period + 1), kept[of]))
    tie_shared(draft, STORE, columns, of * periods + period, capacity[of])
    building.of_stores(draft, columns, of * periods + period, product)
    _opening_stock(draft, store)


def _opening_stock(draft: Draft, store: Indices) -> None:
    storages = draft.problem.storages
    stock = draft.kg(storages.opening_kg)
    opened = np.flatnonzero(stock > 0)
    at = storages.site[store[opened]]
    first = np.zeros(len(opened), dtype=np.int64)
    draft.add(
        OPENING,
        opened,
        first,
        first,
        stock[opened],
        (storages.owner[store[opened]], draft.problem.sites.party[at]),
        arrives=draft.node(at, storages.product[opened], first),
    )


def lanes(draft: Draft) -> None:
    """Add what lanes carry, their own limits and fixed costs, and the limits of vehicles."""
    rows, forms = draft.problem.lanes, draft.forms
    periods = len(draft.problem.periods)
    of = np.repeat(np.arange(len(rows.start)), np.diff(rows.product_spans.start))
    listing, period, age = _by_age(draft, rows.product, periods)
    lane, product = of[listing], rows.product[listing]
    capacity = draft.kg(rows.capacity_kg)
    form = forms.first[product] + age
    agreed = _agreed(draft, listing * periods + period)
    columns = draft.add(
        LANE,
        listing,
        period,
        draft.minus(rows.cost_idr_per_kg)[lane],
        agreed.within(capacity[lane]),
        tuple(party[lane] for party in _parties(draft)),
        leaves=forms.node(rows.start[lane], form, period),
        lower=agreed.least_alone,
        piece=age,
    )
    agreed.tie(draft, columns)
    arriving = one_less(rows.loss, draft.yield_places)
    draft.arrivals.append((columns, forms.node(rows.end[lane], form, period), arriving[listing]))
    tie_shared(draft, LANE, columns, lane * periods + period, capacity[lane])
    _fixed_costs(draft, columns, listing, lane * periods + period)
    _fleets(draft, columns, lane, period)


@dataclass(frozen=True, eq=False)
class _Agreed:
    """What was agreed of lane columns: `term` by column (-1: nothing), and whether the column is one of
    several ages, so that a tie is needed.
    """

    term: Indices
    aged: Flags
    least: Numbers
    most: Numbers

    @property
    def least_alone(self) -> Numbers:
        """Return the lower limit of each column by itself."""
        lower: Numbers = np.where(self.aged, 0, self.least[self.term])
        return lower

    def within(self, capacity: Numbers) -> Numbers:
        """Return the upper limit of each column by itself: its lane's `capacity`, or less."""
        most = np.where(self.aged & (self.most[self.term] != 0), NONE, self.most[self.term])
        both = (capacity != NONE) & (most != NONE)
        upper: Numbers = np.where(
            both, np.minimum(capacity, most), np.where(capacity == NONE, most, capacity)
        )
        return upper

    def tie(self, draft: Draft, columns: Indices) -> None:
        """Tie the ages of one lane, product and period together."""
        several = np.flatnonzero(self.aged)
        for sign, limit in ((1, self.most), (-1, -self.least)):
            tied = several[(limit if sign > 0 else -limit)[self.term[several]] > (NONE if sign > 0 else 0)]
            terms, inverse = np.unique(self.term[tied], return_inverse=True)
            if len(terms):
                of = draft.problem.terms
                draft.tie(
                    inverse,
                    columns[tied],
                    np.full(len(tied), sign, dtype=np.int64),
                    limit[terms],
                    TERM,
                    of.listing[terms],
                    of.period[terms],
                )


def _agreed(draft: Draft, group: Indices) -> _Agreed:
    """Return what was agreed of lane columns; `group` is listing · periods + period."""
    terms, periods = draft.problem.terms, len(draft.problem.periods)
    least, most = (
        np.append(draft.kg(column), nothing)
        for column, nothing in ((terms.least_kg, 0), (terms.most_kg, NONE))
    )
    if not len(terms):
        return _Agreed(np.full(len(group), -1), np.zeros(len(group), dtype=bool), least, most)
    keys = terms.listing * periods + terms.period
    order = np.argsort(keys)
    at = np.minimum(np.searchsorted(keys[order], group), len(keys) - 1)
    term = np.where(keys[order][at] == group, order[at], -1)
    _, inverse, count = np.unique(group, return_inverse=True, return_counts=True)
    return _Agreed(term, (count[inverse] > 1) & (term >= 0), least, most)


def _parties(draft: Draft) -> tuple[Indices, Indices, Indices]:
    """Return who must take part in each lane: those of its ends, and the owner of its vehicle."""
    rows, party = draft.problem.lanes, draft.problem.sites.party
    owners = np.append(draft.problem.vehicles.owner, NOBODY)
    return party[rows.start], party[rows.end], owners[rows.vehicle]


def _fixed_costs(draft: Draft, columns: Indices, listing: Indices, group: Indices) -> None:
    """Add a choice for each lane with a fixed cost and period; `group` is lane · periods + period."""
    rows, periods = draft.problem.lanes, len(draft.problem.periods)
    fixed = np.flatnonzero((rows.fixed_cost_idr.numerators > 0)[group // periods])
    if not len(fixed):
        return
    groups, inverse = np.unique(group[fixed], return_inverse=True)
    opened = groups // periods
    choice = draft.add(
        CHOICE,
        opened,
        groups % periods,
        draft.minus(rows.fixed_cost_idr)[opened],
        np.full(len(groups), 10**draft.kg_places),
        tuple(party[opened] for party in _parties(draft)),
        piece=np.full(len(groups), LANE),
    )
    capacity = draft.kg(rows.capacity_kg)[opened]
    most = most_behind(draft, inverse, rows.product[listing[fixed]], capacity)
    tie_choice(draft, inverse, columns[fixed], choice, most)


def _fleets(draft: Draft, columns: Indices, lane: Indices, period: Indices) -> None:
    """Tie the lanes of each vehicle with a limit of trips, in each period."""
    vehicle = draft.problem.lanes.vehicle[lane]
    most = draft.kg(draft.problem.vehicles.most_kg)
    limited = np.flatnonzero((vehicle != NOBODY) & (np.append(most, NONE)[vehicle] != NONE))
    if len(limited):
        group = vehicle[limited] * len(draft.problem.periods) + period[limited]
        tie_shared(draft, FLEET, columns[limited], group, most[vehicle[limited]])


def uses(draft: Draft) -> None:
    """Add ways for goods of any age into use, wherever something that doesn't keep is used at all."""
    forms = draft.forms
    leaves = np.unique(np.concatenate(draft.columns["leaves"]))
    leaves = leaves[leaves != NO_NODE]
    product = forms.product_of(leaves)
    at = leaves[(forms.oldest[product] > 0) & (forms.for_use[product] == forms.form_of(leaves))]
    if not len(at):
        return
    product, period = forms.product_of(at), at % forms.periods
    counts = np.minimum(forms.oldest[product], period) + 1
    node = np.repeat(at, counts)
    age = np.arange(len(node)) - np.repeat(np.cumsum(counts) - counts, counts)
    site, product, period = forms.site_of(node), forms.product_of(node), node % forms.periods
    nothing = np.zeros(len(node), dtype=np.int64)
    draft.add(
        USE,
        product,
        period,
        nothing,
        np.full(len(node), NONE),
        (draft.problem.sites.party[site],),
        leaves=forms.node(site, forms.first[product] + age, period),
        arrives=node,
        piece=age,
    )


def _by_age(draft: Draft, product: Indices, periods: int) -> tuple[Indices, Indices, Indices]:
    """Return row, period and age for each row (of `product`), period and age that goods can have then."""
    row = np.repeat(np.arange(len(product)), periods)
    period = np.tile(np.arange(periods), len(product))
    counts = np.minimum(draft.forms.oldest[product[row]], period) + 1
    age = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(row, counts), np.repeat(period, counts), age
