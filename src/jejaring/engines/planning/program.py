"""The joint plan as a program: one function for each family of variables.

Columns are flows in kilograms (and yes/no choices behind them), rows are balances, shared limits
and the ties between flows and choices. Every number is kept exactly (integers over a power of
ten), with floats beside it for the solver only. docs/planning.md §2 has it in symbols.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from jejaring.engines.measures import NONE, Decimals, Flags, Floats, Indices
from jejaring.engines.planning.forms import Forms
from jejaring.engines.planning.problem import Problem

SUPPLY, OUTLET, SOURCE, NEED, SELL, BUY, PROCESS, STORE, LANE, OPENING, CHOICE, USE, FLEET, TERM = range(14)
"""Families of columns. CHOICE columns are yes/no, all others kilograms. OPENING is the stock that a
store begins with: all of it is there at once, free, and what isn't used is thrown away. USE takes goods
of one age into the form in which they are used (`forms`). FLEET and TERM are only families of limits: what
all lanes of a vehicle carry together in a period, and what was agreed of goods of all ages on a lane."""

Numbers = npt.NDArray[Any]
NO_NODE = -1


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns, one entry each.

    `row` is the entry of the problem's table (as in `plan.FlowTable`), for a CHOICE the entry of
    what it opens. `gain` is rupiah per kilogram (or per choice) over 10**gain_places; `lower` and
    `upper` are kilograms over 10**kg_places, upper NONE without limit. Goods leave `leaves`
    (a node) and arrive by the entries of `Program.arrivals`.
    `parties` are those that must work together to use the column, NOBODY filling up.
    For STORE, LANE and OPENING, `row` is the listing (store or lane, and product); for STORE, LANE and
    USE, `piece` is the age of the goods. A CHOICE of building is for all periods: its `period` is -1.
    """

    family: Indices
    row: Indices
    period: Indices
    piece: Indices
    gain: Numbers
    lower: Numbers
    upper: Numbers
    leaves: Indices
    parties: Indices

    def __len__(self) -> int:
        return len(self.family)


@dataclass(frozen=True, eq=False)
class Ties:
    """Rows beside the balances: the sum of `coefficient` × column is at most `limit` (kilograms).

    `family` STORE and LANE are limits over several products, FLEET over several lanes, TERM over several
    ages (coefficients below zero: at least so much is sent); CHOICE ties kilograms to yes/no. `entry` is the
    store, lane or vehicle, for TERM the listing.
    Numbers are over 10**kg_places where the column is a choice, whole otherwise.
    """

    row: Indices
    column: Indices
    coefficient: Numbers
    limit: Numbers
    family: Indices
    entry: Indices
    period: Indices


@dataclass(frozen=True, eq=False)
class Fixed:
    """The limits of a program whose yes/no choices are taken, kilograms over 10**kg_places.

    `lower` and `upper` (NONE without limit) by column. Limits over several columns: the columns
    `shared_column` together at most `shared_limit[shared_row]`, which tie they come from in `tie`; the
    columns `least_column` together at least `least_kg[least_row]`, from the ties `least_tie`.
    """

    lower: Numbers
    upper: Numbers
    shared_row: Indices
    shared_column: Indices
    shared_limit: Numbers
    tie: Indices
    least_row: Indices
    least_column: Indices
    least_kg: Numbers
    least_tie: Indices


@dataclass(frozen=True, eq=False)
class Program:
    """max gain·x over lower ≤ x ≤ upper, what leaves a node ≤ what arrives there, and the ties.

    `nodes` are the balances, numbered by `forms`: site, form of a product, period. Arrivals (column,
    node, kg that arrive for each kg sent, over 10**yield_places) are in the order of columns.
    `most_goods` are more kilograms of each product than any best plan moves, infinity where no limit of
    the network says so; `stand_in_kg` stands in where a number is needed all the same.
    """

    problem: Problem
    forms: Forms
    columns: Columns
    nodes: Indices
    arrival_column: Indices
    arrival_node: Indices
    arrival_yield: Numbers
    ties: Ties
    gain_places: int
    kg_places: int
    yield_places: int
    most_goods: Floats
    stand_in_kg: float

    @property
    def choices(self) -> Flags:
        """True for yes/no columns."""
        return np.asarray(self.columns.family == CHOICE, dtype=bool)

    @cached_property
    def gains(self) -> Floats:
        """Gains for the solver."""
        return self.columns.gain.astype(np.float64) / 10.0**self.gain_places

    @cached_property
    def lowers(self) -> Floats:
        """Lower limits for the solver, kg."""
        return self.columns.lower.astype(np.float64) / 10.0**self.kg_places

    @cached_property
    def uppers(self) -> Floats:
        """Upper limits for the solver, kg, infinity without limit."""
        upper = self.columns.upper
        return np.where(upper == NONE, np.inf, upper.astype(np.float64) / 10.0**self.kg_places)

    @cached_property
    def entries(self) -> tuple[Indices, Indices, Numbers, int]:
        """Rows, columns, exact coefficients (over 10**places) and places of the whole matrix.

        Balances come first, one for each of `nodes`, then the ties.
        """
        places = max(self.yield_places, self.kg_places)
        columns = self.columns
        out = np.flatnonzero(columns.leaves != NO_NODE)
        one = 10**places
        rows = np.concatenate([columns.leaves[out], self.arrival_node, len(self.nodes) + self.ties.row])
        cols = np.concatenate([out, self.arrival_column, self.ties.column])
        tie_scale = np.where(self.choices[self.ties.column], 10 ** (places - self.kg_places), one)
        numbers = joined(
            [
                np.full(len(out), one, dtype=object),
                -self.arrival_yield.astype(object) * 10 ** (places - self.yield_places),
                self.ties.coefficient.astype(object) * tie_scale.astype(object),
            ]
        )
        return rows, cols, numbers, places

    @cached_property
    def limits(self) -> Numbers:
        """What each row allows at most, kilograms over 10**kg_places."""
        return joined([np.zeros(len(self.nodes), dtype=np.int64), self.ties.limit])

    def fixed(self, chosen: Flags) -> Fixed:
        """Return the limits of the flows when the choices are as `chosen` (one flag a column)."""
        ties = self.ties
        choice = self.choices[ties.column]
        left = ties.limit.astype(object)
        yes = choice & chosen[ties.column]
        np.subtract.at(left, ties.row[yes], ties.coefficient[yes].astype(object))
        # A choice taken sets no limit beyond those that its columns have: what stands there may only
        # stand in for none.
        opened = np.zeros(len(left), dtype=bool)
        opened[ties.row[yes & (ties.coefficient < 0)]] = True
        flows = ~choice & ~opened[ties.row]
        count = np.bincount(ties.row[flows], minlength=len(left))
        lower, upper = self.columns.lower.astype(object), self.columns.upper.astype(object)
        # What a vehicle carries stays a limit of its own, even over one lane: its owner isn't the lane's.
        several_columns = (count > 1) | ((ties.family == FLEET) & (count > 0))
        asks = np.zeros(len(left), dtype=bool)
        asks[ties.row[(ties.family[ties.row] == TERM) & (ties.coefficient < 0)]] = True
        shared, least = several_columns & ~asks, several_columns & asks
        single = flows & ~several_columns[ties.row]
        for row, column, sign in zip(
            ties.row[single], ties.column[single], ties.coefficient[single], strict=True
        ):
            if sign < 0:
                lower[column] = max(lower[column], -left[row])
            elif upper[column] == NONE or upper[column] > left[row]:
                upper[column] = left[row]
        several, asked = np.flatnonzero(shared), np.flatnonzero(least)
        entries, of_least = flows & shared[ties.row], flows & least[ties.row]
        return Fixed(
            lower=lower,
            upper=upper,
            shared_row=np.searchsorted(several, ties.row[entries]),
            shared_column=ties.column[entries],
            shared_limit=left[several],
            tie=several,
            least_row=np.searchsorted(asked, ties.row[of_least]),
            least_column=ties.column[of_least],
            least_kg=-left[asked],
            least_tie=asked,
        )

    @cached_property
    def must_send(self) -> Numbers:
        """Return by column what must be sent at least on a lane, by itself or with other ages, kilograms over
        10**kg_places.
        """
        ties, family = self.ties, self.columns.family
        most: Numbers = np.where(family == LANE, self.columns.lower, 0).astype(object)
        asked = np.flatnonzero((ties.family[ties.row] == TERM) & (ties.coefficient < 0))
        np.maximum.at(most, ties.column[asked], -ties.limit[ties.row[asked]].astype(object))
        return most

    def without_least(self) -> Program:
        """Return the program in which nothing that was agreed must be sent: as groups see it."""
        if not self.problem.terms.bind:
            return self
        lower = np.where(self.columns.family == LANE, 0, self.columns.lower)
        entries = ~((self.ties.family[self.ties.row] == TERM) & (self.ties.coefficient < 0))
        ties = replace(
            self.ties,
            row=self.ties.row[entries],
            column=self.ties.column[entries],
            coefficient=self.ties.coefficient[entries],
            limit=np.where(self.ties.limit < 0, 0, self.ties.limit),
        )
        return replace(self, columns=replace(self.columns, lower=lower), ties=ties)

    @cached_property
    def arrival_start(self) -> list[int]:
        """Return where the arrivals of each column begin; those of column j end where j + 1's begin."""
        start: list[int] = np.searchsorted(self.arrival_column, np.arange(len(self.columns) + 1)).tolist()
        return start

    def arrives_at(self, column: int) -> int:
        """Return the balance at which the goods of `column` arrive first. It must have one."""
        return int(self.arrival_node[self.arrival_start[column]])

    def arrivals_of(self, columns: Indices) -> tuple[Indices, Indices]:
        """Return, for the arrivals of each of `columns`, its place in `columns` and the arrival's number."""
        start = np.searchsorted(self.arrival_column, columns, side="left")
        count = np.searchsorted(self.arrival_column, columns, side="right") - start
        place = np.repeat(np.arange(len(columns)), count)
        within = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
        return place, start[place] + within

    def usable(self, group: Flags) -> Flags:
        """Return which columns the parties of `group` (one flag each) may use without the others."""
        allowed = np.append(group, True)
        return np.asarray(allowed[self.columns.parties].all(axis=1), dtype=bool)


def joined(parts: Sequence[Numbers]) -> Numbers:
    """Return the parts one after another; int64 where all of them are, Python ints otherwise."""
    if any(part.dtype == object for part in parts):
        return np.concatenate([part.astype(object) for part in parts])
    return np.concatenate([part.astype(np.int64) for part in parts])


def scaled(column: Decimals, places: int) -> Numbers:
    """Return the numerators of `column` over 10**places, NONE where there is none."""
    factor = 10 ** (places - column.places)
    if factor == 1:
        return column.numerators
    largest = int(np.max(column.numerators, initial=0))
    numbers = column.numerators if largest * factor < 2**62 else column.numerators.astype(object)
    return np.where(column.none, NONE, numbers * factor)
