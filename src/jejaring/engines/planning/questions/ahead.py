"""What may come, as values: scenarios, sampled seasons, and commitments that hold.

Made by the modules of these names beside this one; the report and plan.json are made from it. Positions
(party, product, period) are those of the Problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jejaring.engines.errors import Sentence
from jejaring.engines.planning.plan import PartnershipKind
from jejaring.engines.planning.problem import Range
from jejaring.engines.planning.questions.changes import Change


@dataclass(frozen=True)
class Shift:
    """One product that passes from one party to another, before and after. 0 kg: not at all."""

    giver: int
    taker: int
    kind: PartnershipKind
    product: int
    before_kg: int
    after_kg: int


@dataclass(frozen=True)
class Tried:
    """One scenario and its plan. `said` is what it is called where the network doesn't say.

    Where `why_not` is given there is no plan, and amounts and shifts are empty. `alone_idr` and
    `market_idr` by party: alone, and what its own goods, machines and channels are worth in the joint
    plan. `shifts` are the hand-overs of which more than a kilogram changes, the largest first;
    `local_sales_kg` by party what it sells to its local trader beyond what it sells there in the plan.
    """

    code: str
    name: str
    said: Sentence | None
    changes: tuple[Change, ...]
    why_not: Sentence | None = None
    value_idr: float = 0.0
    surplus_idr: float = 0.0
    alone_idr: tuple[float, ...] = ()
    market_idr: tuple[float, ...] = ()
    shifts: tuple[Shift, ...] = ()
    local_sales_kg: tuple[int, ...] = ()

    @property
    def gain_idr(self) -> float:
        """Return what working together adds to what all make alone."""
        return self.value_idr - sum(self.alone_idr)


@dataclass(frozen=True)
class Scenarios:
    """The scenarios in their order, `standard` where they were made by `standard_scenarios`.

    `market_idr` by party: as in `Tried`, of the plan itself.
    """

    standard: bool
    value_idr: float
    market_idr: tuple[float, ...]
    tried: tuple[Tried, ...]


@dataclass(frozen=True)
class Spread:
    """How amounts are spread over the seasons, rupiah: one season in ten is worse than `p10_idr`, half
    are worse than `p50_idr`, one in ten is better than `p90_idr`.
    """

    p10_idr: float
    p50_idr: float
    p90_idr: float


@dataclass(frozen=True)
class Seasons:
    """What `count` seasons drawn with `seed` bring.

    `standard`: the network says no ranges, and those of `standard_ranges` were taken. `values_idr` and
    `gains_idr` by season, in the order drawn, without those in which no plan keeps all rules
    (`impossible` of them). `alone_idr` and `market_idr` by party: alone, and what its own goods,
    machines and channels are worth in the joint plan. `searched`: in so many seasons the best yes/no choices
    were looked for; in the others those of the plan were kept. `checked` of the latter were searched as
    well, which brought at most `checked_share` more (a share of the value).
    """

    seed: int
    count: int
    standard: bool
    ranges: tuple[Range, ...]
    values_idr: tuple[float, ...]
    gains_idr: tuple[float, ...]
    value: Spread
    gain: Spread
    alone: tuple[Spread, ...]
    market: tuple[Spread, ...]
    impossible: int
    searched: int
    checked: int
    checked_share: float


@dataclass(frozen=True)
class Promise:
    """What one party can promise another in one period: `kg` of the plan's `planned_kg`.

    `fresh_share`: in which share of the fresh seasons at least `kg` was handed over.
    """

    giver: int
    taker: int
    kind: PartnershipKind
    product: int
    period: int
    planned_kg: int
    kg: int
    fresh_share: float


@dataclass(frozen=True)
class Commitments:
    """The promises of a plan, each kept in `kept_share` of the seasons like those drawn.

    They were read from `count` seasons and tried on `fresh` others, of the same ranges and seed. Of those
    that promise anything, `fresh_share` were kept there on average; the one that fared worst was kept in
    `fresh_least_share` of these seasons, and in the worst of them `season_least_share` were kept.
    `impossible` seasons have no plan at all: in them nothing counts as kept.
    """

    seed: int
    count: int
    fresh: int
    kept_share: Decimal
    promises: tuple[Promise, ...]
    fresh_share: float
    fresh_least_share: float
    season_least_share: float
    impossible: int
