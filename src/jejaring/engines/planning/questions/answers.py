"""What people asked of a plan and what came out: values only, without the solver.

Each question's answer is a field of `Answers`, None where it wasn't asked. Positions (party, site, product,
period, row) are those of the `Problem`. `ask` asks, `answers_file` writes them into plan.json.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from jejaring.engines.errors import Sentence
from jejaring.engines.planning.plan import PartnershipKind, Rule
from jejaring.engines.planning.questions.ahead import Commitments, Scenarios, Seasons
from jejaring.engines.planning.questions.cash import Cash
from jejaring.engines.planning.questions.trips import Trips

SubjectKind = Literal["party", "supply", "processes", "storages", "outlets", "sources"]
ChangeKind = Literal["price", "lane", "yield", "capacity", "period", "opening", "least"]
DeclaredKind = Literal["price", "quantity", "capacity"]
BuildingTable = Literal["processes", "storages"]
Proof = Literal["exact", "choices_kept"]
"""How a figure was shown by solving again: with all yes/no choices free, or with those of the plan."""

State = Literal["said", "document", "weighed", "measured", "other", "none"]
STATES: tuple[State, ...] = ("measured", "weighed", "document", "said", "other", "none")
"""How a declared figure is known, the best first; "other": in words that we don't know, "none": not told."""


@dataclass(frozen=True)
class Change:
    """One number that would have to change: `field` of `row` in the problem's `table`, from `before` to
    `after`. Rows of yields are positions in `Processes.output_yield`, of storages and lanes the store or
    lane. For "period", `before` and `after` are positions of periods.

    `kg` of the subject's goods then come in; `cost_idr` is what the change costs whoever makes it (the
    measure stands in docs/planning.md, “Why not me”). `less_km` is the road that a cheaper way stands for
    (0: not known). "exact": shown by solving again with all choices free, one step less doesn't do;
    "choices_kept": shown with the plan's yes/no choices only. `via`: the first other party to which they go
    (-1: none, or not told).
    """

    kind: ChangeKind
    table: str
    field: str
    row: int
    before: Decimal
    after: Decimal
    kg: int
    cost_idr: int
    proof: Proof
    less_km: float = 0.0
    via: int = -1


@dataclass(frozen=True)
class WhyNot:
    """What isn't in the plan, and what would bring it in: `changes` with the cheapest first, none where no
    single change does.
    """

    kind: SubjectKind
    party: int
    row: int
    product: int
    period: int
    left_kg: int
    more: int
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Rival:
    """The next best to a partnership: `other` (in words, and the party it belongs to, -1 for nobody's).

    At the plan's prices it brings `less_idr_per_kg` less. `wins_at_idr_per_kg`: if it brought so much more,
    it would get goods; None where no price of the other was found that does. "prices": read off the plan's
    prices; else found by solving again, "exact" with all choices free.
    """

    giver: int
    taker: int
    kind: PartnershipKind
    product: int
    period: int
    other: Sentence
    other_party: int
    less_idr_per_kg: int
    wins_at_idr_per_kg: int | None
    proof: Literal["exact", "choices_kept", "prices"]


@dataclass(frozen=True)
class Binding:
    """A full limit, its owner, and what one more kilogram of it is worth. `table` and `row` as in `Change`;
    of "local_purchases" the row of local trade.
    """

    table: str
    row: int
    owner: int
    period: int
    worth_idr_per_kg: float


@dataclass(frozen=True)
class Shortage:
    """A need or an outlet that gets less than it would take.

    `short_kg` in the period with the most missing, `periods` how many fall short, `short_periods` which.
    One more kilogram would bring `brings_idr_per_kg` and cost `costs_idr_per_kg` there at the plan's prices,
    None where no way that has room leads there. `binding`: the nearest full limit
    on the way back, None where there is none.
    """

    table: Literal["needs", "outlets"]
    row: int
    owner: int
    site: int
    product: int
    period: int
    short_kg: int
    periods: int
    brings_idr_per_kg: float
    costs_idr_per_kg: float | None
    binding: Binding | None
    short_periods: tuple[int, ...] = ()


@dataclass(frozen=True)
class WhyNots:
    """All answers, with the number of linear programs and of full searches that they took."""

    subjects: tuple[WhyNot, ...]
    rivals: tuple[Rival, ...]
    shortages: tuple[Shortage, ...]
    solves: int
    searches: int


@dataclass(frozen=True)
class Swing:
    """What happens when `party` declares `kind` times `factor` and the rest stays: changes in rupiah of the
    network's value, of its own alone value, of its payoff under each of `Declarations.rules`, and what it
    would really gain by it (`gain_idr`, by rule). "exact": all choices were free; "choices_kept": the
    yes/no choices were those of the plan.
    """

    party: int
    kind: DeclaredKind
    factor: Decimal
    value_idr: int
    alone_idr: int
    payoff_idr: tuple[int, ...]
    gain_idr: tuple[int, ...]
    proof: Proof


@dataclass(frozen=True)
class Evidence:
    """Of the kilograms that a party declares (supplies, needs, and what it can work on and sell in all
    periods; what has no limit isn't counted), how many are known how: by `STATES`, and their least price or
    price times kilograms, rupiah.
    """

    party: int
    kg: tuple[int, ...]
    idr: tuple[int, ...]


@dataclass(frozen=True)
class Declarations:
    """All swings by party, kind and factor. `missing` are rules that weren't computed. `largest`: the place
    in `swings` of the one that gains most under each rule, -1 where nobody gains.
    """

    rules: tuple[Rule, ...]
    missing: tuple[Rule, ...]
    swings: tuple[Swing, ...]
    largest: tuple[int, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Candidate:
    """What one candidate would mean for the network over these periods.

    `entry` is its position in the codes of its table. `gain_idr` is what the network gains with it before
    its building is paid, `gains_idr` by party at the prices of either plan (market payoffs). These periods
    bear `borne_idr` of `build_cost_idr`; `break_even_idr` is the building cost at which it would just pay
    (None: none of it is borne), `confirmed` whether plans just below and above it say so too.
    `payback_months` is how long its gain takes to pay for it (None: it gains nothing), `life_months` over
    how long the cost is spread. `used_share` of its capacity would be used (None without limit).
    """

    table: BuildingTable
    entry: int
    owner: int
    site: int
    built: bool
    build_cost_idr: Fraction
    borne_idr: Fraction
    gain_idr: float
    gains_idr: tuple[float, ...]
    months: float
    payback_months: float | None
    life_months: float | None
    used_share: float | None
    break_even_idr: int | None
    confirmed: bool
    verdict: Sentence

    @property
    def monthly_gain_idr(self) -> float:
        """Return what the network gains with it in a month, before its building is paid."""
        return self.gain_idr / self.months


@dataclass(frozen=True)
class Answers:
    """What was asked of a plan. None: not asked."""

    why_not: WhyNots | None = None
    declarations: Declarations | None = None
    candidates: tuple[Candidate, ...] | None = None
    scenarios: Scenarios | None = None
    seasons: Seasons | None = None
    commitments: Commitments | None = None
    cash: Cash | None = None
    trips: Trips | None = None
