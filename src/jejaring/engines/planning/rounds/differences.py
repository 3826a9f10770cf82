"""What moved from one plan of a round to the next: deal by deal, and what each party has of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from jejaring.engines.measures import whole_parts
from jejaring.engines.planning import families
from jejaring.engines.planning.plan import PartnershipKind, Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.rounds.ways import Parties, pair_of
from jejaring.engines.planning.sharing.game import rents_of

_SAME_IDR_PER_KG = 0.005


@dataclass(frozen=True)
class DealChange:
    """What one party hands over to another of a product at a site in a period, before and now; 0 kg: nothing.

    Prices are those of each plan (0 where nothing is handed over). What was accepted keeps the price at which
    it was accepted: where something is fixed, the next plan's price says only what one more kilogram would be
    worth.
    """

    giver: int
    taker: int
    kind: PartnershipKind
    site: int
    product: int
    period: int
    before_kg: int
    after_kg: int
    before_idr_per_kg: float
    after_idr_per_kg: float

    @property
    def pair(self) -> Parties:
        """Return both parties in the order of the network."""
        return pair_of(self.giver, self.taker)

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
    """Return what moved from `before` (a plan of `problem`) to `after` (of `after_problem`, the same network
    with other terms). `payoffs`: what each party gets of both under the rule that is used; without it
    what its limits are worth at each plan's prices (`market`).
    """
    deals = compared(before, after)
    old, new = payoffs or (market_idr(problem, before), market_idr(after_problem, after))
    return Changes(
        before_value_idr=before.value_idr,
        after_value_idr=after.value_idr,
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
                before_gain_idr=round(old[party] - before.alone_idr[party], 2),
                after_gain_idr=round(new[party] - after.alone_idr[party], 2),
            )
            for party in range(len(problem.parties))
        ),
    )


def compared(before: Plan, after: Plan) -> tuple[DealChange, ...]:
    """Return every hand-over of either plan, the largest change of value first."""
    old, new = _hand_overs(before), _hand_overs(after)
    made = []
    for key in {**old, **new}:
        giver, taker, kind, site, product, period = key
        (before_kg, before_price), (after_kg, after_price) = old.get(key, (0, 0.0)), new.get(key, (0, 0.0))
        made.append(
            DealChange(
                giver, taker, kind, site, product, period, before_kg, after_kg, before_price, after_price
            )
        )
    made.sort(key=lambda each: (-abs(_value_idr(each)), each.giver, each.taker, each.kind, each.period))
    return tuple(made)


def market_idr(problem: Problem, plan: Plan) -> list[int]:
    """Return what each party's limits are worth at the prices of `plan`, whole rupiah: the rule `market`,
    without a search for who could object.
    """
    rents = rents_of(families.program(problem), plan)
    return whole_parts(list(rents), int(np.floor(plan.value_idr)))


def _value_idr(deal: DealChange) -> float:
    return deal.after_kg * deal.after_idr_per_kg - deal.before_kg * deal.before_idr_per_kg


Key = tuple[int, int, PartnershipKind, int, int, int]


def _hand_overs(plan: Plan) -> dict[Key, tuple[int, float]]:
    return {
        (each.giver, each.taker, each.kind, part.site, part.product, part.period): (
            part.kg,
            part.price_idr_per_kg,
        )
        for each in plan.partnerships
        for part in each.hand_overs
    }
