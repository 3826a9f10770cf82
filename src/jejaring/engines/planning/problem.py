"""A network as the engine sees it: columns, one entry for each row and period.

A `Problem` is made by `assembly.assemble` from rows that a reader read, and is free of faults.
Codes have become positions: of a party, site, product or period in its tuple of codes, -1 for
nobody. Rows for every period ("*") are spread out, one entry for each period.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

import numpy as np

from jejaring.engines.measures import Decimals, Floats, Indices

NOBODY = -1


@dataclass(frozen=True, eq=False)
class Parties:
    """The co-ops that plan together. `cash_idr` (none: not stated) is what each can lay out before it is
    paid.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    roles: tuple[str, ...]
    villages: tuple[str, ...]
    pays_members_after_days: Indices
    pays_partners_after_days: Indices
    cash_idr: Decimals

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, eq=False)
class Sites:
    """Places. `party` is NOBODY for a buyer's or public place; `lat`, `lon` in degrees, NaN unknown.

    `part_of` is the place that a site is a part of, NOBODY where it is a place of its own.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    villages: tuple[str, ...]
    terrains: tuple[str, ...]
    party: Indices
    lat: Floats
    lon: Floats
    part_of: Indices

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def place(self) -> Indices:
        """Return the place of each site: itself, or what it is a part of."""
        return np.where(self.part_of == NOBODY, np.arange(len(self)), self.part_of)


@dataclass(frozen=True, eq=False)
class Spans:
    """Several entries for each row: those of row r are start[r] … start[r + 1] - 1."""

    start: Indices

    def of(self, row: int) -> range:
        """Return the positions of the entries of `row`."""
        return range(int(self.start[row]), int(self.start[row + 1]))


@dataclass(frozen=True, eq=False)
class Supplies:
    """What members can deliver."""

    site: Indices
    product: Indices
    period: Indices
    available_kg: Decimals
    cost_idr_per_kg: Decimals
    evidence: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Channels:
    """Outlets or sources: outside counterparties through somebody's channel, one entry a period.

    The price below the first step is `price_idr_per_kg`; the steps of entry e are `step_spans.of(e)`
    in `step_from_kg` (ascending) and `step_price_idr_per_kg`. `least_kg` is 0 for sources.
    `code` is the position in `codes`, `counterparties` the buyer or supplier of each code. Money passes
    `days` after the goods.
    """

    codes: tuple[str, ...]
    counterparties: tuple[str, ...]
    code: Indices
    owner: Indices
    site: Indices
    product: Indices
    period: Indices
    most_kg: Decimals
    least_kg: Decimals
    price_idr_per_kg: Decimals
    step_spans: Spans
    step_from_kg: Decimals
    step_price_idr_per_kg: Decimals
    days: Indices
    evidence: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Needs:
    """What co-ops need; a worth of none means it must be met in full."""

    site: Indices
    product: Indices
    period: Indices
    kg: Decimals
    worth_idr_per_kg: Decimals
    evidence: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Processes:
    """Dryers, mills …, one entry a period. Outputs of entry e: `output_spans.of(e)`.

    A facility that isn't there yet has a `build_cost_idr` above 0, of which these periods bear
    `build_share`; both are the same in all entries of one code.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    code: Indices
    owner: Indices
    site: Indices
    input: Indices
    period: Indices
    capacity_kg: Decimals
    cost_idr_per_kg: Decimals
    opening_cost_idr: Decimals
    output_spans: Spans
    output_product: Indices
    output_yield: Decimals
    build_cost_idr: Decimals
    build_share: Decimals
    evidence: tuple[str, ...]

    @property
    def building_idr(self) -> Decimals:
        """Return what these periods bear of building each, 0 for what is there already."""
        if not (self.build_cost_idr.numerators > 0).any():
            return self.build_cost_idr
        return self.build_cost_idr.times(self.build_share)


@dataclass(frozen=True, eq=False)
class Storages:
    """Warehouses. Listed products of store s: `product_spans.of(s)`, with their opening stock (kg)."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    owner: Indices
    site: Indices
    capacity_kg: Decimals
    cost_idr_per_kg: Decimals
    loss: Decimals
    product_spans: Spans
    product: Indices
    opening_kg: Decimals
    build_cost_idr: Decimals
    build_share: Decimals
    evidence: tuple[str, ...]

    @property
    def building_idr(self) -> Decimals:
        """Return what these periods bear of building each, 0 for what is there already."""
        if not (self.build_cost_idr.numerators > 0).any():
            return self.build_cost_idr
        return self.build_cost_idr.times(self.build_share)


@dataclass(frozen=True, eq=False)
class Lanes:
    """Ways from site to site; the products of lane l are `product_spans.of(l)` in `product`.

    Costs of lanes that the lane rule made are rounded to 1e-9 Rp/kg. `by_rule` tells them apart.
    `cost_idr_per_kg` holds the cost of the vehicle's full trips; `own_cost_idr_per_kg` doesn't. `loss` is
    the share lost on the way, by entry of `product`; `own_loss` what the lane itself says of it. `km` is
    the road there (NaN: not known), `given_km` as given; `vehicle` NOBODY: none.
    """

    start: Indices
    end: Indices
    cost_idr_per_kg: Decimals
    capacity_kg: Decimals
    fixed_cost_idr: Decimals
    by_rule: Indices
    product_spans: Spans
    product: Indices
    loss: Decimals
    km: Floats
    vehicle: Indices
    own_cost_idr_per_kg: Decimals
    own_loss: Decimals
    given_km: Decimals


@dataclass(frozen=True)
class LaneRule:
    """The rule that made the lanes with `by_rule`; `farthest_km` None: however far, `nearest` None: with
    however many. `detours` are factors by terrain; `vehicle` NOBODY: none.
    """

    detour: Decimal
    farthest_km: Decimal | None
    idr_per_kg: Decimal
    idr_per_kg_km: Decimal
    detours: tuple[tuple[str, Decimal], ...] = ()
    nearest: int | None = None
    fixed_cost_idr: Decimal = Decimal(0)
    vehicle: int = NOBODY


@dataclass(frozen=True, eq=False)
class Vehicles:
    """Classes of lorries. `owner` NOBODY: anybody can hire one. `most_trips` none: no limit."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    owner: Indices
    capacity_kg: Decimals
    idr_per_km: Decimals
    idr_per_trip: Decimals
    most_trips: Decimals

    @property
    def most_kg(self) -> Decimals:
        """Return what each carries in a period at most, none without limit."""
        return self.capacity_kg.times(self.most_trips)

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, eq=False)
class LocalTrade:
    """What a party can sell and buy at its own place. A price of none: not possible."""

    site: Indices
    product: Indices
    period: Indices
    sell_idr_per_kg: Decimals
    buy_idr_per_kg: Decimals
    most_sell_kg: Decimals
    most_buy_kg: Decimals
    evidence: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Today:
    """What each co-op sells and buys today, before any joint plan. `cost_idr_per_kg` none: not stated."""

    site: Indices
    product: Indices
    period: Indices
    sells_kg: Decimals
    sells_idr_per_kg: Decimals
    cost_idr_per_kg: Decimals
    buys_kg: Decimals
    buys_idr_per_kg: Decimals
    partners: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Selector:
    """Which numbers of a network are meant: `field` in the rows of `table` that have all of these.

    `row` is the code of a row, empty for all; `party`, `site`, `product`, `period` are positions,
    NOBODY for all.
    """

    table: str
    field: str
    row: str = ""
    party: int = NOBODY
    site: int = NOBODY
    product: int = NOBODY
    period: int = NOBODY


@dataclass(frozen=True)
class Scenario:
    """Numbers that change together: each selected number is multiplied by its factor."""

    code: str
    name: str
    changes: tuple[tuple[Selector, Decimal], ...]


@dataclass(frozen=True)
class Range:
    """How far numbers may swing: a factor between `lowest` and `highest`, drawn anew for each of
    `apart` (party, site, product, period), the same for all rows where it is empty.
    """

    code: str
    name: str
    selector: Selector
    lowest: Decimal
    highest: Decimal
    apart: tuple[str, ...]


@dataclass(frozen=True)
class Crop:
    """How long a product grows, the share of it that is lost in sorting, and the share planted beyond."""

    product: int
    days_to_harvest: int
    sorting_loss: Decimal
    safety: Decimal


@dataclass(frozen=True, eq=False)
class Growers:
    """Whose members grow what, on how much land. `least_kg`, `most_kg` (none: no limit) bound quotas."""

    site: Indices
    product: Indices
    area_ha: Decimals
    kg_per_ha: Decimals
    fulfilment: Decimals
    least_kg: Decimals
    most_kg: Decimals
    evidence: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Terms:
    """What was agreed of single lanes, one entry for each lane, product and period.

    What is sent, goods of all ages together, is at least `least_kg` (whole) and at most `most_kg` (none: no
    limit). `listing` is the entry of `Lanes.product`.
    """

    listing: Indices
    period: Indices
    least_kg: Decimals
    most_kg: Decimals

    @classmethod
    def none(cls) -> Terms:
        """Return no terms."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, Decimals(nothing, 0), Decimals(nothing, 0))

    def __len__(self) -> int:
        return len(self.listing)

    @property
    def bind(self) -> bool:
        """Whether anything must be sent at all."""
        return bool((self.least_kg.numerators > 0).any())

    def without_least(self) -> Terms:
        """Return the same terms, of which nothing must be sent."""
        return replace(self, least_kg=Decimals(np.zeros(len(self), dtype=np.int64), 0))


@dataclass(frozen=True)
class Reference:
    """A figure that rows were made from, with date and source."""

    code: str
    item: str
    value: str
    unit: str
    valid_from: str
    source: str
    confidence: str


@dataclass(frozen=True, eq=False)
class Problem:
    """A network without faults, ready to be solved.

    By product: `shelf_life_periods`, how many period ends it can be kept over (NONE: without limit), and
    `loss_per_100_km`, the share lost on the road.
    """

    name: str
    note: str
    sha256: str
    periods: tuple[str, ...]
    period_names: tuple[str, ...]
    products: tuple[str, ...]
    product_names: tuple[str, ...]
    parties: Parties
    sites: Sites
    supplies: Supplies
    outlets: Channels
    sources: Channels
    needs: Needs
    processes: Processes
    storages: Storages
    lanes: Lanes
    local_trade: LocalTrade
    references: tuple[Reference, ...]
    vehicles: Vehicles
    today: Today
    growers: Growers
    shelf_life_periods: Indices
    loss_per_100_km: Decimals
    scenarios: tuple[Scenario, ...] = ()
    ranges: tuple[Range, ...] = ()
    crops: tuple[Crop, ...] = ()
    lane_rule: LaneRule | None = None
    terms: Terms = field(default_factory=Terms.none)

    @property
    def builds(self) -> bool:
        """Whether there is a process or storage that isn't there yet."""
        costs = self.processes.build_cost_idr, self.storages.build_cost_idr
        return any(bool((cost.numerators > 0).any()) for cost in costs)


def at_part(problem: Problem, site: int) -> int:
    """Return who gives or takes at a part of a place: its party, else the owner of channels there, or the
    party to which lanes lead from there; NOBODY where nobody does.
    """
    sells = problem.outlets.owner[problem.outlets.site == site]
    takes = problem.sites.party[problem.lanes.end[problem.lanes.start == site]]
    return int(np.concatenate([problem.sites.party[[site]], sells, takes]).max())
