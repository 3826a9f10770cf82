"""Reads a jejaring-network/1, /2 or /3 file exactly, and lists everything wrong with it.

Numbers become fractions of their decimal text. `"*"` periods and the lane rule
are expanded here, so that every neighbour (rules, groups, model, grid) sees one
plain row for each period. The faults of one row are found in `row_faults` and,
for version 2, in `fields`; what the road between two sites means stands in `roads`.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
Steps = tuple[tuple[Fraction, Fraction], ...]

FORMATS = {"jejaring-network/1": 1, "jejaring-network/2": 2, "jejaring-network/3": 3}
SECTIONS = (
    "periods",
    "products",
    "parties",
    "sites",
    "supplies",
    "outlets",
    "sources",
    "needs",
    "processes",
    "storages",
    "lanes",
    "local_trade",
)


class Faulty(ValueError):
    """The network breaks its format; `faults` has one sentence for each fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Network:
    """A network with every period and lane written out.

    Keys: supplies, needs and local_trade by (site, product, period); outlets,
    sources and processes by (code, period); storages by code; lane_rows by a
    lane's number; lanes gives the lane's number by (from, to, product). Amounts
    are exact fractions, in kg and rupiah; None is "no limit" or "not possible".

    Of version 3: terms by (from, to, product, period), the least and the most. Of
    version 2: party_rows and vehicles by code; shelf_life by product, for those
    that do not keep. Lane rows have the cost with the vehicle's trip in it, and the
    share of each product that is lost on the way.
    """

    name: str
    periods: tuple[str, ...]
    products: tuple[str, ...]
    parties: tuple[str, ...]
    party_of_site: dict[str, str | None]
    supplies: dict[tuple[str, str, str], Row]
    outlets: dict[tuple[str, str], Row]
    sources: dict[tuple[str, str], Row]
    needs: dict[tuple[str, str, str], Row]
    processes: dict[tuple[str, str], Row]
    storages: dict[str, Row]
    lane_rows: dict[int, Row]
    lanes: dict[tuple[str, str, str], int]
    local_trade: dict[tuple[str, str, str], Row]
    party_rows: dict[str, Row] = field(default_factory=dict)
    vehicles: dict[str, Row] = field(default_factory=dict)
    shelf_life: dict[str, int] = field(default_factory=dict)
    terms: dict[tuple[str, str, str, str], tuple[Fraction, Fraction | None]] = field(default_factory=dict)


def exact(value: Any) -> Fraction:
    """Return a JSON number as the exact fraction of its text; refuse all else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, Fraction)):
        raise TypeError(f"{value!r} is not a number")
    return Fraction(value)


def parse(text: str | bytes) -> Row:
    """Return the JSON object of a file with decimals kept, refusing repeated keys."""

    def refuse_repeats(pairs: list[tuple[str, Any]]) -> Row:
        keys = [key for key, _ in pairs]
        repeated = sorted({key for key in keys if keys.count(key) > 1})
        if repeated:
            raise Faulty([f"the key {key!r} is given twice in one object" for key in repeated])
        return dict(pairs)

    def refuse_constant(word: str) -> Any:
        raise Faulty([f"{word} is not a JSON number"])

    try:
        found = json.loads(
            text, parse_float=Decimal, parse_constant=refuse_constant, object_pairs_hook=refuse_repeats
        )
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Faulty([f"the file is not JSON: {error}"]) from error
    if not isinstance(found, dict):
        raise Faulty(["the file is not a JSON object"])
    return found


def read(text: str | bytes) -> Network:
    """Return the network of a file, or raise Faulty with all the faults found.

    Whether the network is unbounded needs an optimisation: see `model.refuse_unbounded`.
    """
    return network_of(parse(text))


def network_of(raw: Row) -> Network:
    """Return the network of a file's JSON object, or raise Faulty with all the faults found."""
    from . import fields, parts, roads, row_faults, terms  # the neighbours need the types above

    version = FORMATS.get(str(raw.get("format")))
    if version is None:
        raise Faulty([f"the format is {raw.get('format')!r}, not one of {sorted(FORMATS)}"])
    faults = fields.unknown_faults(raw, version)
    rows = {section: raw.get(section) or [] for section in SECTIONS}
    for section in SECTIONS:
        faults += row_faults.shape_faults(section, rows[section])
    if faults:
        raise Faulty(faults)
    periods = _codes("period", rows["periods"], faults)
    if "*" in periods:
        faults.append("a period cannot have the code '*'")
    sites = _codes("site", rows["sites"], faults)
    _codes("storage", rows["storages"], faults)
    faults += row_faults.reference_faults(rows)
    faults += fields.second_faults(raw, rows)
    faults += parts.faults(rows["sites"])
    faults += terms.value_faults(raw)
    if faults:
        raise Faulty(faults)
    lane_rows = {number: lane_row(row) for number, row in enumerate(rows["lanes"])}
    network = Network(
        name=str(raw.get("name", "")),
        periods=periods,
        products=_codes("product", rows["products"], faults),
        parties=_codes("party", rows["parties"], faults),
        party_of_site={site: row.get("party") for site, row in zip(sites, rows["sites"], strict=True)},
        supplies=_by_period("supplies", rows["supplies"], ("site", "product"), periods, faults),
        outlets=_by_period("outlets", rows["outlets"], ("code",), periods, faults),
        sources=_by_period("sources", rows["sources"], ("code",), periods, faults),
        needs=_by_period("needs", rows["needs"], ("site", "product"), periods, faults),
        processes=_by_period("processes", rows["processes"], ("code",), periods, faults),
        storages={row["code"]: storage_row(row) for row in rows["storages"]},
        lane_rows=lane_rows,
        lanes=_lane_index(lane_rows, faults),
        local_trade=_by_period("local_trade", rows["local_trade"], ("site", "product"), periods, faults),
        party_rows={row["code"]: party_row(row) for row in rows["parties"]},
        vehicles={row["code"]: vehicle_row(row) for row in raw.get("vehicles") or []},
        shelf_life={
            row["code"]: int(row["shelf_life_periods"])
            for row in rows["products"]
            if row.get("shelf_life_periods") is not None
        },
    )
    faults += row_faults.meaning_faults(network, rows)
    if not faults:
        faults += roads.put_in(network, raw.get("lane_rule"), rows["sites"], rows["products"])
    agreed, wrong = terms.read(raw, network)
    if faults + wrong:
        raise Faulty(faults + wrong)
    return replace(network, terms=agreed)


def _codes(noun: str, rows: Iterable[Row], faults: list[str]) -> tuple[str, ...]:
    """Return the codes of a section in file order, noting repeated ones."""
    codes = tuple(row["code"] for row in rows)
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            faults.append(f"the {noun} {code!r} is given twice")
        seen.add(code)
    return codes


def _by_period(
    section: str, rows: list[Row], fields: tuple[str, ...], periods: tuple[str, ...], faults: list[str]
) -> dict[Any, Row]:
    """Return one clean row for each key and period; a period's row replaces the "*" row."""
    clean = {
        "supplies": supply_row,
        "outlets": outlet_row,
        "sources": source_row,
        "needs": need_row,
        "processes": process_row,
        "local_trade": local_row,
    }[section]
    given: set[tuple[str, ...]] = set()
    for row in rows:
        key = (*(row[field] for field in fields), row["period"])
        if key in given:
            faults.append(f"{section}: {key} is given twice")
        given.add(key)
    expanded: dict[Any, Row] = {}
    for row in (r for r in rows if r["period"] == "*"):
        for period in periods:
            key = (*(row[field] for field in fields), period)
            expanded[key] = {**clean(row), "period": period}
    for row in (r for r in rows if r["period"] != "*"):
        key = (*(row[field] for field in fields), row["period"])
        expanded[key] = clean(row)
    return expanded


def limit(row: Row, field: str) -> Fraction | None:
    """Return a limit in its unit; None where it is null or missing."""
    return None if row.get(field) is None else exact(row[field])


def amount(row: Row, field: str) -> Fraction:
    """Return a cost, loss or least; zero where it is null or missing."""
    return Fraction(0) if row.get(field) is None else exact(row[field])


def step_rows(row: Row) -> Steps:
    """Return the price steps as (from_kg, price_idr_per_kg), as they are listed."""
    return tuple((exact(step["from_kg"]), exact(step["price_idr_per_kg"])) for step in row.get("steps") or [])


def supply_row(row: Row) -> Row:
    """Return a clean supply: available_kg (None: no limit) and cost_idr_per_kg."""
    return {
        "site": row["site"],
        "product": row["product"],
        "period": row["period"],
        "available_kg": limit(row, "available_kg"),
        "cost_idr_per_kg": amount(row, "cost_idr_per_kg"),
    }


def outlet_row(row: Row) -> Row:
    """Return a clean outlet: most_kg (None: no limit), least_kg, price and steps."""
    days = int(row.get("pays_after_days") or 0)
    return {**source_row(row), "least_kg": amount(row, "least_kg"), "days": days}


def source_row(row: Row) -> Row:
    """Return a clean source: most_kg (None: no limit), price and steps."""
    return {
        "code": row["code"],
        "owner": row["owner"],
        "site": row["site"],
        "product": row["product"],
        "period": row["period"],
        "most_kg": limit(row, "most_kg"),
        "price_idr_per_kg": exact(row["price_idr_per_kg"]),
        "steps": step_rows(row),
        "days": int(row.get("due_after_days") or 0),
    }


def need_row(row: Row) -> Row:
    """Return a clean need: kg (None: no limit) and worth_idr_per_kg (None: must be met)."""
    return {
        "site": row["site"],
        "product": row["product"],
        "period": row["period"],
        "kg": limit(row, "kg"),
        "worth_idr_per_kg": limit(row, "worth_idr_per_kg"),
    }


def process_row(row: Row) -> Row:
    """Return a clean process: outputs are kg made from one kg of input."""
    return {
        "code": row["code"],
        "owner": row["owner"],
        "site": row["site"],
        "input": row["input"],
        "period": row["period"],
        "capacity_kg": limit(row, "capacity_kg"),
        "outputs": {product: exact(share) for product, share in row["outputs"].items()},
        "cost_idr_per_kg": amount(row, "cost_idr_per_kg"),
        "opening_cost_idr": amount(row, "opening_cost_idr"),
        "build_idr": build_idr(row),
    }


def storage_row(row: Row) -> Row:
    """Return a clean storage: loss is a share of what is held, opening_kg by product."""
    return {
        "code": row["code"],
        "owner": row["owner"],
        "site": row["site"],
        "products": tuple(row["products"]),
        "capacity_kg": limit(row, "capacity_kg"),
        "cost_idr_per_kg": amount(row, "cost_idr_per_kg"),
        "loss": amount(row, "loss"),
        "opening_kg": {product: exact(kg) for product, kg in (row.get("opening_kg") or {}).items()},
        "build_idr": build_idr(row),
    }


def build_idr(row: Row) -> Fraction:
    """Return what these periods bear of building a process or storage, in rupiah."""
    share = limit(row, "build_share")
    return amount(row, "build_cost_idr") * (1 if share is None else share)


def party_row(row: Row) -> Row:
    """Return a clean party: its role, when it pays, and what it can lay out (None: not stated)."""
    return {
        "role": row.get("role") or "",
        "pays_members_after_days": int(row.get("pays_members_after_days") or 0),
        "cash_idr": limit(row, "cash_idr"),
    }


def vehicle_row(row: Row) -> Row:
    """Return a clean vehicle: most_trips in each period (None: no limit), owner None for anybody's."""
    return {
        "owner": row.get("owner"),
        "capacity_kg": exact(row["capacity_kg"]),
        "idr_per_km": amount(row, "idr_per_km"),
        "idr_per_trip": amount(row, "idr_per_trip"),
        "most_trips": limit(row, "most_trips"),
    }


def lane_row(row: Row) -> Row:
    """Return a clean lane: capacity_kg is for each period, over all its products.

    `roads.put_in` adds what the road and the vehicle mean: loss_of and the trip's cost.
    """
    return {
        "from": row["from"],
        "to": row["to"],
        "products": tuple(row["products"]),
        "cost_idr_per_kg": amount(row, "cost_idr_per_kg"),
        "capacity_kg": limit(row, "capacity_kg"),
        "fixed_cost_idr": amount(row, "fixed_cost_idr"),
        "loss": amount(row, "loss"),
        "km": limit(row, "km"),
        "vehicle": row.get("vehicle"),
        "loss_of": {},
    }


def local_row(row: Row) -> Row:
    """Return clean local trade: a price of None means that the trade is not possible."""
    return {
        "site": row["site"],
        "product": row["product"],
        "period": row["period"],
        **{
            field: limit(row, field)
            for field in ("sell_idr_per_kg", "buy_idr_per_kg", "most_sell_kg", "most_buy_kg")
        },
    }


def _lane_index(lane_rows: dict[int, Row], faults: list[str]) -> dict[tuple[str, str, str], int]:
    """Return the lane's number by (from, to, product), noting pairs given twice."""
    index: dict[tuple[str, str, str], int] = {}
    for number, row in lane_rows.items():
        for product in row["products"]:
            key = (row["from"], row["to"], product)
            if key in index:
                faults.append(f"lanes: {key} is given twice")
            index[key] = number
    return index
