"""What moved from one plan of a round to the next: deal by deal, and what each party has of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from jejaring.engines.planning.plan import HandOver, Partnership, Plan
from jejaring.engines.planning.problem import NOBODY, Problem
from jejaring.engines.planning.questions.cash import needs_worth_idr, payments
from jejaring.engines.planning.rounds.ways import Handed, Kind, Parties, Ways, pair_of, ways

_SAME_IDR_PER_KG = 0.005
_ROUNDING_KG = 2


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

    `payoffs`: what each party gets of both under the rule that is used; without it what it has at the prices
    of each plan (`earned_idr`).
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
    before: Solved,
    after: Solved,
    payoffs: tuple[Sequence[int], Sequence[int]] | None = None,
    kept: Collection[Parties] = (),
) -> Changes:
    """Return what moved between two plans that were traced already. Pairs `kept` keep their prices where
    nothing else moved between them.
    """
    deals = compared(before.ways, after.ways)
    standing = standing_pairs(deals, kept)
    old, new = payoffs or (
        earned_idr(before.problem, before.plan),
        earned_idr(after.problem, as_agreed(before.plan, after.plan, deals, kept)),
    )
    return Changes(
        before_value_idr=before.plan.value_idr,
        after_value_idr=after.plan.value_idr,
        deals=tuple(each for each in deals if each.moved),
        repriced=tuple(
            each
            for each in deals
            if not each.moved
            and each.pair not in standing
            and abs(each.before_idr_per_kg - each.after_idr_per_kg) > _SAME_IDR_PER_KG
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


def standing_pairs(deals: Sequence[DealChange], kept: Collection[Parties]) -> set[Parties]:
    """Return those of `kept` between which everything passes as before, to a kilogram or two (whose goods are
    sold at nobody's site is rounded); what one works on, keeps or sells of the other's goods beyond that
    does no harm.
    """
    return set(kept) - {
        each.pair
        for each in deals
        if abs(each.after_kg - each.before_kg) > _ROUNDING_KG
        and (each.before_kg or each.what.kind == "goods")
    }


def as_agreed(before: Plan, after: Plan, deals: Sequence[DealChange], kept: Collection[Parties]) -> Plan:
    """Return `after` with the partnerships of `before` for the `kept` pairs that stand: they are what was
    accepted, at the prices at which it was. Prices of a plan in which they are fixed say only what one more
    kilogram would be worth. What such pairs do beyond it is told after it.
    """
    standing = standing_pairs(deals, kept)
    more = {each.what for each in deals if not each.before_kg and each.pair in standing}
    made = [each for each in before.partnerships if pair_of(each.giver, each.taker) in standing]
    for each in after.partnerships:
        if pair_of(each.giver, each.taker) not in standing:
            made.append(each)
        elif each.kind in ("toll", "storage", "marketing"):
            beyond = tuple(part for part in each.hand_overs if _of(each, part) in more)
            made += [replace(each, hand_overs=beyond)] if beyond else []
    made.sort(key=lambda each: (-each.value_idr, each.giver, each.taker, each.kind))
    return replace(after, partnerships=tuple(made))


def _of(each: Partnership, part: HandOver) -> Handed:
    kind: Kind = "goods" if each.kind == "sale" or each.kind == "pooled_buying" else each.kind  # noqa: PLR1714
    return Handed(each.giver, each.taker, kind, part.site, part.product, part.period)


def earned_idr(problem: Problem, plan: Plan) -> list[int]:
    """Return what each party has at the end of `plan`, at the prices and fees of its partnerships: money and
    the worth of needs met, whole rupiah. Without agreed terms that is `market`, but for what whole kilograms
    cost.
    """
    sums = list(needs_worth_idr(problem, plan))
    for payment in payments(problem, plan):
        if payment.party != NOBODY:
            sums[payment.party] += payment.idr
    return sums


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


def _value_idr(deal: DealChange) -> float:
    return deal.after_kg * deal.after_idr_per_kg - deal.before_kg * deal.before_idr_per_kg
