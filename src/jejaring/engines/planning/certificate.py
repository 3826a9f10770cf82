"""Proof that no plan can be better: a bound from prices, in whole numbers, without the solver.

Weak duality (docs/planning.md §4): for any prices of goods, no plan earns more than what every
limit (a supply, an outlet, a capacity …) is worth at these prices. The solver's prices are rounded
to 1e-9 Rp and mended where a way without limit would still gain; the worth of every limit is then
added up exactly, in integers. Any prices give a true bound; good ones give a close one. So the
prices of a plan are its proof: whoever has them and the network can add it up again.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from jejaring.engines.measures import NONE, Flags, Floats, Indices
from jejaring.engines.planning.problem import NOBODY
from jejaring.engines.planning.program import FLEET, NO_NODE, TERM, Fixed, Numbers, Program

PLACES = 9
_ROUNDS = 400
_DEAREST = 10 ** (PLACES + 9)
"""No price is raised beyond Rp1,000,000,000 a kilogram."""


@dataclass(frozen=True, eq=False)
class Proof:
    """Prices and what they prove.

    `prices`: by balance, over 10**PLACES Rp/kg. `worth`: what one more kilogram of each column's own
    limit is worth (negative: what its least quantity costs), `shared_worth` of each limit over several
    columns, `least_worth` (0 or less) of each limit from below, over 10**places. `rent`: by column, what its
    limits are worth in all, its share of shared limits not included; `shared_rent` by shared limit,
    `least_rent` by limit from below. `bound_idr` is the sum of all. `leaning` counts ways without limit that
    still gain a little; the bound gives them the limit that no best plan passes.
    """

    prices: Numbers
    fixed: Fixed
    worth: Numbers
    shared_worth: Numbers
    places: int
    rent: Numbers
    shared_rent: Numbers
    least_worth: Numbers
    least_rent: Numbers
    bound_idr: Fraction
    leaning: int

    def price_idr_per_kg(self) -> Floats:
        """Return the prices as floats, by balance."""
        return self.prices.astype(np.float64) / 10.0**PLACES

    def worth_idr_per_kg(self) -> Floats:
        """Return the worth of each column's own limit as floats."""
        return self.worth.astype(np.float64) / 10.0**self.places

    def shared_worth_idr_per_kg(self) -> Floats:
        """Return the worth of each shared limit as floats."""
        return self.shared_worth.astype(np.float64) / 10.0**self.places


def prove(
    program: Program,
    prices: Floats,
    chosen: Flags | None = None,
    usable: Flags | None = None,
    idle: Flags | None = None,
) -> Proof:
    """Return the exact bound that `prices` (Rp/kg by balance) prove.

    The bound is for the plans in which the yes/no columns are as `chosen` (no: where it is left
    out) and only `usable` columns carry anything. `idle` are balances where goods can never be,
    so that nothing leaves them and their price may be raised for nothing.
    """
    yes = np.zeros(len(program.columns), dtype=bool) if chosen is None else chosen
    fixed = program.fixed(yes)
    carries = ~program.choices if usable is None else ~program.choices & usable
    moves = carries if idle is None else carries & ~_from_idle(program, idle)
    open_ended = carries & (fixed.upper == NONE) & ~_shares(fixed, len(program.columns))
    numbers = _mended(program, np.maximum(prices, 0.0), open_ended, carries, idle)
    beyond, places = _beyond(program, numbers)
    beyond = np.where(moves, beyond, 0).astype(object)
    shared_worth, least_worth = _shared(fixed, beyond, program.ties.family[fixed.tie])
    unlimited = (beyond > 0) & (fixed.upper == NONE)
    most = np.where(fixed.upper == NONE, _most(program) if unlimited.any() else 0, fixed.upper)
    rent = beyond * np.where(beyond > 0, most, fixed.lower)
    shared_rent, least_rent = shared_worth * fixed.shared_limit, least_worth * fixed.least_kg
    decided = np.where(program.choices & yes, program.columns.gain, 0).astype(object)
    rent = rent + decided * 10 ** (places - program.gain_places + program.kg_places)
    total = sum(int(each.sum()) for each in (rent, shared_rent, least_rent))
    return Proof(
        prices=numbers,
        fixed=fixed,
        worth=beyond,
        shared_worth=shared_worth,
        places=places,
        rent=rent,
        shared_rent=shared_rent,
        least_worth=least_worth,
        least_rent=least_rent,
        bound_idr=Fraction(total, 10 ** (places + program.kg_places)),
        leaning=int(unlimited.sum()),
    )


def rents(program: Program, proof: Proof) -> tuple[Fraction, ...]:
    """Return what each party's own limits are worth at the prices of `proof`, less the opening and
    fixed costs of what it owns (Owen 1975). Together they are the bound.
    """
    totals: Numbers = np.zeros(len(program.problem.parties), dtype=object)
    owners = owner_of_columns(program)
    owned = (proof.rent != 0) & (owners != NOBODY)
    np.add.at(totals, owners[owned], proof.rent[owned])
    of_ties = owner_of_ties(program)
    for amount, tie in ((proof.shared_rent, proof.fixed.tie), (proof.least_rent, proof.fixed.least_tie)):
        live = amount != 0
        np.add.at(totals, of_ties[tie[live]], amount[live])
    scale = 10 ** (proof.places + program.kg_places)
    return tuple(Fraction(int(each), scale) for each in totals)


def owner_of_columns(program: Program) -> Indices:
    """Return the party to which a column's limit belongs.

    A lane's limit belongs to the sending site's party, else to the receiving one's, else to the owner of
    the vehicle.
    """
    first, second, third = program.columns.parties.T
    owner = np.where(first != NOBODY, first, np.where(second != NOBODY, second, third))
    return np.asarray(owner, dtype=np.int64)


def owner_of_ties(program: Program) -> Indices:
    """Return the party to which each limit over several columns belongs: of a vehicle's its owner."""
    ties = program.ties
    owner = np.full(len(ties.limit), NOBODY, dtype=np.int64)
    owner[ties.row] = owner_of_columns(program)[ties.column]
    fleets = ties.family == FLEET
    owner[fleets] = program.problem.vehicles.owner[ties.entry[fleets]]
    return owner


def _from_idle(program: Program, idle: Flags) -> Flags:
    leaves = program.columns.leaves
    return np.asarray((leaves != NO_NODE) & idle[leaves], dtype=bool)


def _shares(fixed: Fixed, columns: int) -> Flags:
    shares = np.zeros(columns, dtype=bool)
    shares[fixed.shared_column] = True
    return shares


def _shared(fixed: Fixed, beyond: Numbers, family: Indices) -> tuple[Numbers, Numbers]:
    """Return the worth of each limit over several columns and of each limit from below, and take both off
    what the columns gain. `family` is that of each limit's tie.
    """
    worth: Numbers = np.zeros(len(fixed.shared_limit), dtype=object)
    order = np.argsort(fixed.shared_row, kind="stable")
    rows, columns = fixed.shared_row[order], fixed.shared_column[order]
    starts = np.searchsorted(rows, np.arange(len(worth) + 1))
    fleets, terms = family == FLEET, family == TERM
    lots = _Lots(fixed, fleets, terms)
    for row in np.flatnonzero(fleets).tolist():
        members = columns[starts[row] : starts[row + 1]]
        worth[row] = lots.next_worth(row, members, beyond)
        beyond[members] -= worth[row]
    # The tightest first: of two limits over the same columns only it is worth anything.
    within = np.flatnonzero(~fleets & ~terms).tolist()
    for row in sorted(within, key=lambda each: int(fixed.shared_limit[each])):
        members = columns[starts[row] : starts[row + 1]]
        agreed = lots.agreed(members)
        worth[row] = lots.next_worth(row, members, beyond) if agreed else max(0, *beyond[members])
        beyond[members] -= worth[row]
    for row in np.flatnonzero(terms).tolist():
        members = columns[starts[row] : starts[row + 1]]
        worth[row] = max(0, *beyond[members])
        beyond[members] -= worth[row]
    # A limit that was not reached leaves columns below zero: they carry nothing or their least.
    least: Numbers = np.zeros(len(fixed.least_kg), dtype=object)
    for row in range(len(least)):
        members = fixed.least_column[fixed.least_row == row]
        least[row] = min(0, max(beyond[members]))
        beyond[members] -= least[row]
    return worth, least


@dataclass(frozen=True)
class _Lot:
    """Columns that fill a limit as one: what a kilogram gains, at least and at most how many (NONE: no
    limit), and the limits within that they are in besides.
    """

    gain: int
    least: int
    most: int
    inner: tuple[int, ...]


class _Lots:
    """How columns fill the limits that they share: one by one, goods of all ages under one term together."""

    def __init__(self, fixed: Fixed, fleets: Flags, terms: Flags) -> None:
        self._fixed = fixed
        # What holds lanes with limits of their own: their worth comes on top of the vehicle's.
        self._inner: dict[int, list[int]] = {}
        self._term: dict[int, int] = {}
        self._least: dict[int, int] = {}
        if fleets.any() or terms.any():
            for row, column in zip(fixed.shared_row.tolist(), fixed.shared_column.tolist(), strict=True):
                if terms[row]:
                    self._term[column] = row
                elif not fleets[row]:
                    self._inner.setdefault(column, []).append(row)
        for row, column in zip(fixed.least_row.tolist(), fixed.least_column.tolist(), strict=True):
            self._least[column] = row

    def agreed(self, members: Indices) -> bool:
        """Whether something was agreed of one of these columns, so that its own limit may be the tighter."""
        fixed = self._fixed
        return any(
            column in self._term or column in self._least or fixed.lower[column] > 0
            for column in members.tolist()
        ) or bool((fixed.upper[members] != fixed.upper[members[0]]).any())

    def next_worth(self, row: int, members: Indices, beyond: Numbers) -> int:
        """Return what one more kilogram of shared limit `row` gains, when the columns that gain most fill it,
        each as far as its own limits go.
        """
        limit = self._fixed.shared_limit
        lots = self._of(row, members, beyond)
        room = {each: int(limit[each]) for lot in lots for each in lot.inner}
        left = int(limit[row])
        for lot in lots:
            left -= lot.least
            for each in lot.inner:
                room[each] -= lot.least
        for lot in sorted(lots, key=lambda each: -each.gain):
            if lot.gain <= 0:
                return 0
            limits = [room[each] for each in lot.inner]
            if lot.most != NONE:
                limits.append(lot.most - lot.least)
            if not limits or min(limits) > left:
                return lot.gain
            used = min(limits)
            left -= used
            for each in lot.inner:
                room[each] -= used
        return 0

    def _of(self, row: int, members: Indices, beyond: Numbers) -> list[_Lot]:
        """Return the lots of a limit: the columns of one term together, each other by itself."""
        fixed = self._fixed
        together: dict[tuple[int, int], list[int]] = {}
        for column in members.tolist():
            key = self._term.get(column, -1), self._least.get(column, -1)
            together.setdefault(key if key != (-1, -1) else (-2, column), []).append(column)
        lots = []
        for (term, least), columns in together.items():
            first = columns[0]
            inner = tuple(each for each in self._inner.get(first, ()) if each != row)
            gain = max(int(beyond[column]) for column in columns)
            if term == -2:
                lots.append(_Lot(gain, int(fixed.lower[first]), int(fixed.upper[first]), inner))
            else:
                most = NONE if term < 0 else int(fixed.shared_limit[term])
                lots.append(_Lot(gain, 0 if least < 0 else int(fixed.least_kg[least]), most, inner))
        return lots


def _mended(
    program: Program, prices: Floats, open_ended: Flags, carries: Flags, idle: Flags | None
) -> Numbers:
    """Raise prices where goods leave by a way without limit, or from an idle balance, that still gains."""
    scale = 10**PLACES
    whole = np.rint(prices * scale)
    numbers: Numbers = whole.astype(np.int64) if whole.max(initial=0) < 2**62 else _big(whole)
    leaves = program.columns.leaves
    numbers = _capped(program, numbers, open_ended & (leaves == NO_NODE))
    raisable = open_ended & (leaves != NO_NODE)
    if idle is not None:
        raisable |= carries & _from_idle(program, idle)
    for _ in range(_ROUNDS):
        beyond, places = _beyond(program, numbers)
        wrong = np.flatnonzero(raisable & (beyond > 0))
        if not len(wrong):
            break
        unit = 10 ** (places - PLACES)
        if _largest(numbers) > _DEAREST:
            break
        raised = numbers.copy()
        np.maximum.at(raised, leaves[wrong], numbers[leaves[wrong]] - (-beyond[wrong] // unit))
        numbers = raised
    return numbers


def _capped(program: Program, numbers: Numbers, endless: Flags) -> Numbers:
    """Lower prices to what goods cost that can be had without limit."""
    place, arrival = program.arrivals_of(np.flatnonzero(endless))
    if not len(place):
        return numbers
    costs = -program.columns.gain[endless][place].astype(object) * 10**PLACES // 10**program.gain_places
    capped = numbers.astype(object)
    np.minimum.at(capped, program.arrival_node[arrival], costs)
    return capped


def _beyond(program: Program, prices: Numbers) -> tuple[Numbers, int]:
    """Return what one more kilogram of each column gains at `prices`, exactly, over 10**places.

    Yes/no columns and ties are left out: choices are taken, ties become limits.
    """
    columns = program.columns
    places = max(program.gain_places, program.yield_places + PLACES)
    gain_scale = 10 ** (places - program.gain_places)
    price_scale = 10 ** (places - PLACES)
    yield_scale = 10 ** (places - PLACES - program.yield_places)
    largest = max(
        _largest(columns.gain) * gain_scale,
        _largest(prices) * price_scale,
        _largest(program.arrival_yield) * _largest(prices) * yield_scale,
    )
    kind = np.int64 if largest * 64 < 2**62 else object
    gains, worth, yields = columns.gain.astype(kind), prices.astype(kind), program.arrival_yield.astype(kind)
    beyond = gains * gain_scale
    out = columns.leaves != NO_NODE
    beyond[out] -= worth[columns.leaves[out]] * price_scale
    np.add.at(beyond, program.arrival_column, yields * worth[program.arrival_node] * yield_scale)
    return beyond, places


def _most(program: Program) -> int:
    """Return kilograms (over 10**kg_places) that no column of some best plan passes."""
    return int((int(np.ceil(program.stand_in_kg)) + 1) * 10**program.kg_places)


def _largest(numbers: Numbers) -> int:
    return int(abs(numbers).max(initial=0))


def _big(whole: Floats) -> Numbers:
    numbers: Numbers = np.empty(len(whole), dtype=object)
    numbers[:] = [int(each) for each in whole]
    return numbers
