"""A network as the engine sees it: columns, one entry for each row and period.

A `Problem` is made by `assembly.assemble` from rows that a reader read, and is free of faults.
Codes have become positions: of a party, site, product or period in its tuple of codes, -1 for
nobody. Rows for every period ("*") are spread out, one entry for each period.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jejaring.engines.measures import Decimals, Floats, Indices

NOBODY = -1


@dataclass(frozen=True, eq=False)
class Parties:
    """The co-ops that plan together."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    roles: tuple[str, ...]
    villages: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, eq=False)
class Sites:
    """Places. `party` is NOBODY for a buyer's or public place; `lat`, `lon` in degrees, NaN unknown."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    villages: tuple[str, ...]
    party: Indices
    lat: Floats
    lon: Floats

    def __len__(self) -> int:
        return len(self.codes)


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


@dataclass(frozen=True, eq=False)
class Channels:
    """Outlets or sources: outside counterparties through somebody's channel, one entry a period.

    The price below the first step is `price_idr_per_kg`; the steps of entry e are `step_spans.of(e)`
    in `step_from_kg` (ascending) and `step_price_idr_per_kg`. `least_kg` is 0 for sources.
    `code` is the position in `codes`, `counterparties` the buyer or supplier of each code.
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


@dataclass(frozen=True, eq=False)
class Needs:
    """What co-ops need; a worth of none means it must be met in full."""

    site: Indices
    product: Indices
    period: Indices
    kg: Decimals
    worth_idr_per_kg: Decimals


@dataclass(frozen=True, eq=False)
class Processes:
    """Dryers, mills …, one entry a period. Outputs of entry e: `output_spans.of(e)`."""

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


@dataclass(frozen=True, eq=False)
class Lanes:
    """Ways from site to site; the products of lane l are `product_spans.of(l)` in `product`.

    Costs of lanes that the lane rule made are rounded to 1e-9 Rp/kg. `by_rule` tells them apart.
    """

    start: Indices
    end: Indices
    cost_idr_per_kg: Decimals
    capacity_kg: Decimals
    fixed_cost_idr: Decimals
    by_rule: Indices
    product_spans: Spans
    product: Indices


@dataclass(frozen=True)
class LaneRule:
    """The rule that made the lanes with `by_rule`; `farthest_km` None: however far."""

    detour: Decimal
    farthest_km: Decimal | None
    idr_per_kg: Decimal
    idr_per_kg_km: Decimal


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
    """A network without faults, ready to be solved."""

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
    lane_rule: LaneRule | None = None
