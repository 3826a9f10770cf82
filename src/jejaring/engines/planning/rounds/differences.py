"""What moved from one plan of a round to the next: deal by deal, and what each party has of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from jejaring.engines.measures import whole_parts
from jejaring.engines.planning import families
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.rounds.ways import Handed, Parties, Ways, pair_of, ways
from jejaring.engines.planning.sharing.game import rents_of

_SAME_IDR_PER_KG = 0.005


@dataclass(frozen=True)
class DealChange:
    """What passes from one party to another (`what`), before and now; 0 kg: nothing.

    Prices are those of each plan where the goods arrive (fees for all but goods; 0 where nothing passes).
    What was accepted keeps the price at which it was accepted: where something is fixed, the next plan's
    price says only what one more kilogram would be worth.
    """

    what: Handed
    before_kg: int
    after_kg: int
    before_idr_per_kg: float
    after_idr_per_kg: float

    @property
    def pair(self) -> Parties:
        """Return both parties in the order of the network."""
        return pair_of(self.what.giver, self.what.taker)

    @property
    def moved(self) -> bool:
        """Whether other kilograms are handed over than before."""
        return self.before_kg != self.after_kg


@dataclass(frozen=True)
class PartyChange:
    """What a party has of two plans, whole rupiah, and what of it is gain over working alone."""

    party: int
    before_idr: int
    after_idr: int
    before_gain_idr: float
    after_gain_idr: float


@dataclass(frozen=True)
class Changes:
    """What moved from one plan to the next. `deals` in which kilograms moved, the largest change of value
    first; `repriced`: the same kilograms at another price; `parties` in the order of the network.
    """

    before_value_idr: float
    after_value_idr: float
    deals: tuple[DealChange, ...]
    repriced: tuple[DealChange, ...]
    parties: tuple[PartyChange, ...]

    def of_pairs(self, pairs: Collection[Parties]) -> tuple[DealChange, ...]:
        """Return the deals of some pairs in which kilograms moved."""
        return tuple(each for each in self.deals if each.pair in pairs)


def differences(
    problem: Problem,
    before: Plan,
    after_problem: Problem,
    after: Plan,
    payoffs: tuple[Sequence[int], Sequence[int]] | None = None,
) -> Changes:
    """Return what moved from `before`, a plan of `problem`, to `after`, one of the same network with other
    terms.

    `payoffs`: what each party gets of both under the rule that is used; without it what its limits are worth
    at each plan's prices (`market`).
    """
    old = Solved(problem, before, ways(problem, before))
    return moved(old, Solved(after_problem, after, ways(after_problem, after)), payoffs)


@dataclass(frozen=True, eq=False)
class Solved:
    """A network with its plan, traced."""

    problem: Problem
    plan: Plan
    ways: Ways


def moved(
    before: Solved, after: Solved, payoffs: tuple[Sequence[int], Sequence[int]] | None = None
) -> Changes:
    """Return what moved between two plans that were traced already."""
    deals = compared(before.ways, after.ways)
    old, new = payoffs or (
        market_idr(before.problem, before.plan),
        market_idr(after.problem, after.plan),
    )
    return Changes(
        before_value_idr=before.plan.value_idr,
        after_value_idr=after.plan.value_idr,
        deals=tuple(each for each in deals if each.moved),
        repriced=tuple(
            each
            for each in deals
            if not each.moved and abs(each.before_idr_per_kg - each.after_idr_per_kg) > _SAME_IDR_PER_KG
        ),
        parties=tuple(
            PartyChange(
                party=party,
                before_idr=int(old[party]),
                after_idr=int(new[party]),
                before_gain_idr=round(old[party] - before.plan.alone_idr[party], 2),
                after_gain_idr=round(new[party] - after.plan.alone_idr[party], 2),
            )
            for party in range(len(before.problem.parties))
        ),
    )


def compared(before: Ways, after: Ways) -> tuple[DealChange, ...]:
    """Return all that passes in either plan, the largest change of value first."""
    nothing = 0, 0.0
    made = []
    for what in {**before.handed, **after.handed}:
        old, new = before.handed.get(what, nothing), after.handed.get(what, nothing)
        made.append(DealChange(what, old[0], new[0], old[1], new[1]))
    made.sort(key=lambda each: (-abs(_value_idr(each)), *_order(each.what)))
    return tuple(made)


def _order(what: Handed) -> tuple[int, int, str, int, int, int]:
    return what.giver, what.taker, what.kind, what.site, what.product, what.period


def market_idr(problem: Problem, plan: Plan) -> list[int]:
    """Return what each party's limits are worth at the prices of `plan`, whole rupiah: the rule `market`,
    without a search for who could object.
    """
    rents = rents_of(families.program(problem), plan)
    return whole_parts(list(rents), int(np.floor(plan.value_idr)))


def _value_idr(deal: DealChange) -> float:
    return deal.after_kg * deal.after_idr_per_kg - deal.before_kg * deal.before_idr_per_kg
