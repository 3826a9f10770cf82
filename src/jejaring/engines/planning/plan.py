"""The answer: what moves, who works with whom, what each gains, and what proves it.

Positions (party, site, product, period, code) are those of the `Problem`. Kilograms are whole.
`plan_file.write_plan` writes it as jejaring-plan/1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from jejaring.engines.errors import Sentence
from jejaring.engines.measures import Floats, Indices

Status = Literal["optimal", "gap"]
PartnershipKind = Literal["sale", "toll", "storage", "marketing", "pooled_buying"]
Rule = Literal["equal", "volume", "market", "even_core", "nucleolus"]
ObjectionKind = Literal["group", "alone", "unpaid", "above"]
OBJECTION_KINDS: tuple[ObjectionKind, ...] = ("group", "alone", "unpaid", "above")
RULES: tuple[Rule, ...] = ("equal", "volume", "market", "even_core", "nucleolus")


def _no_ages() -> Indices:
    return np.zeros(0, dtype=np.int64)


def _fill_ages(table: FlowTable | Prices, count: int) -> None:
    if not len(table.age):
        object.__setattr__(table, "age", np.zeros(count, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class FlowTable:
    """Flows of one family. `row` is the entry of the Problem's table that carries them.

    supplies, needs, local sales and purchases: entry of that table. outlets, sources, processes:
    entry (code and period). storages: position in `Storages.product` (store and product);
    lanes: position in `Lanes.product` (lane and product). `period` is given for all. `age`: over how
    many period ends goods that don't keep were held before, for storages and lanes; 0 where not told.
    """

    row: Indices
    period: Indices
    kg: Indices
    age: Indices = field(default_factory=_no_ages)

    def __post_init__(self) -> None:
        _fill_ages(self, len(self.kg))


@dataclass(frozen=True, eq=False)
class Flows:
    """All kilograms of a plan; only what is above zero is listed."""

    supplies: FlowTable
    outlets: FlowTable
    sources: FlowTable
    needs: FlowTable
    local_sales: FlowTable
    local_purchases: FlowTable
    processes: FlowTable
    storages: FlowTable
    lanes: FlowTable


@dataclass(frozen=True)
class SurplusLines:
    """The surplus, line by line, from whole kilograms; rupiah (parts of a rupiah may remain)."""

    outlet_sales_idr: float
    local_sales_idr: float
    needs_met_idr: float
    supplies_idr: float
    sources_idr: float
    local_purchases_idr: float
    processing_idr: float
    holding_idr: float
    lanes_idr: float
    opening_idr: float
    lanes_fixed_idr: float
    building_idr: float = 0.0


@dataclass(frozen=True, eq=False)
class Prices:
    """What one more kilogram is worth at each site, product and period (duals of the balances).

    `age` of goods that don't keep; 0 for all where it isn't told.
    """

    site: Indices
    product: Indices
    period: Indices
    idr_per_kg: Floats
    age: Indices = field(default_factory=_no_ages)

    def __post_init__(self) -> None:
        _fill_ages(self, len(self.site))


@dataclass(frozen=True)
class Scarce:
    """A limit that holds the plan back: one more unit of it is worth `worth_idr_per_kg`.

    `table` is the problem's table (supplies, outlets, sources, needs, processes, storages, lanes,
    local_sales, local_purchases, vehicles), `row` the entry (for storages and lanes the position in
    `Storages.product` or `Lanes.product`); `product` is -1 for a limit over several products, `site` -1
    for a vehicle's.
    """

    table: str
    row: int
    owner: int
    site: int
    product: int
    period: int
    limit_kg: int
    worth_idr_per_kg: float


@dataclass(frozen=True)
class HandOver:
    """Goods that pass from one party to another, or are worked on or sold by it, in one period.

    `site` is where it happens; `price_idr_per_kg` is the site price for sales and pooled buying
    and the fee for toll processing, storage and marketing, with the haul back where goods come back.
    """

    site: int
    product: int
    period: int
    kg: int
    price_idr_per_kg: float

    @property
    def value_idr(self) -> float:
        """Return kilograms times price, rupiah."""
        return self.kg * self.price_idr_per_kg


@dataclass(frozen=True)
class Partnership:
    """Two parties and what passes between them, of one kind.

    sale: `giver` sells to `taker`. toll: `taker` works on goods of `giver`, who gets what comes
    out. storage: `taker` keeps goods of `giver`, or lets them pass. marketing: `taker` sells
    goods of `giver` through its channel. pooled_buying: `giver` bought what `taker` needs.
    """

    giver: int
    taker: int
    kind: PartnershipKind
    hand_overs: tuple[HandOver, ...]
    reason: Sentence | None = None

    @property
    def kg(self) -> int:
        """Return all kilograms handed over."""
        return sum(each.kg for each in self.hand_overs)

    @property
    def value_idr(self) -> float:
        """Return the value of all hand-overs, rupiah."""
        return sum(each.value_idr for each in self.hand_overs)


@dataclass(frozen=True)
class Outcome:
    """What the plan means for one party, with reasons in words. `trades`: with another party."""

    party: int
    alone_idr: float
    trades: bool
    reasons: tuple[Sentence, ...]


@dataclass(frozen=True)
class Objection:
    """Who could object to a division, and by how much.

    "group": `parties` would have `idr` more by leaving together (a proven upper bound where the share's
    `proved` is "bound"). "alone": the party gets `idr` less than it makes alone. "unpaid": the party gets
    nothing of the gain, although without it the network would make `idr` less beyond what the party makes
    alone. "above": the others would have `idr` more without the party.
    """

    kind: ObjectionKind
    parties: tuple[int, ...]
    idr: float


@dataclass(frozen=True)
class Share:
    """One way to divide the value.

    `payoff_idr` by party, whole rupiah, adding up to the value rounded down. `worst_group`: the
    parties that would gain most by leaving, `worst_group_gain_idr` by how much (a proven upper
    bound where `proved` is "bound"). `settlement_idr`: what each party gets (or gives) beside the
    site prices so that its total is the payoff; adds up to zero. `epsilon_idr` is ε of
    even_core, 0 for the others. `settled` is False where the searches allowed came near the rule's
    own payoffs but didn't settle them; what is said of the worst group holds for the payoffs given.
    `objections`: the strongest first within each kind. `needed_idr` by party: what the network would make
    less without it, what it makes alone included; the same for all rules, empty where not computed.
    """

    rule: Rule
    payoff_idr: tuple[int, ...]
    settlement_idr: tuple[int, ...]
    worst_group: tuple[int, ...]
    worst_group_gain_idr: float
    proved: Literal["exact", "bound"]
    stable: bool
    epsilon_idr: float = 0.0
    settled: bool = True
    objections: tuple[Objection, ...] = ()
    needed_idr: tuple[float, ...] = ()


@dataclass(frozen=True)
class Choice:
    """A yes/no choice that the plan takes: a facility built or opened, a lane used, a price step reached.

    `table` and `row` as in `FlowTable` (for lanes the lane); `piece` is the step (0 before the first)
    of outlets and sources, and tells nothing for others. What is built is built for all periods: its
    `period` is -1, and `row` the first entry of the process, or the storage.
    """

    table: str
    row: int
    period: int
    piece: int


@dataclass(frozen=True)
class Certificate:
    """What proves the value. `checks` says in words what our own code found."""

    solver: str
    solver_version: str
    solver_status: str
    seed: int
    gap_asked: float
    yes_no_choices: int
    bound_proof: Literal["duals", "solver"]
    linear_bound_idr: float
    checks: tuple[Sentence, ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """The joint plan. `value_idr` is the best surplus found in fractional kilograms,
    `bound_idr` a proven upper bound, `surplus_idr` what the whole kilograms give.
    `cash_worth`: what one more rupiah of cash at the end of each period is worth (empty: no limit).
    """

    status: Status
    value_idr: float
    bound_idr: float
    gap: float
    surplus_idr: float
    lines: SurplusLines
    alone_idr: tuple[float, ...]
    flows: Flows
    prices: Prices
    scarce: tuple[Scarce, ...]
    partnerships: tuple[Partnership, ...]
    outcomes: tuple[Outcome, ...]
    certificate: Certificate
    choices: tuple[Choice, ...] = ()
    cash_worth: tuple[float, ...] = ()
