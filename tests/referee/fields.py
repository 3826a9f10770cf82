"""Which fields each table of a network has, by format version, and what is wrong with those of version 2.

Said once more from docs/network-format.md. `reading` reads the rows, `row_faults` judges those of
version 1; a field that a version does not know is a fault in a file of that version.
"""

import re
from typing import Any

from . import reading
from .reading import Row

REMARKS = ("note", "source")
FIRST: dict[str, str] = {
    "": "format name note periods products parties sites supplies outlets sources needs processes storages"
    " lanes lane_rule local_trade references",
    "periods": "code name",
    "products": "code name",
    "parties": "code name kind role village",
    "sites": "code party lat lon name village",
    "supplies": "site product period available_kg cost_idr_per_kg",
    "outlets": "code owner site product period price_idr_per_kg most_kg least_kg steps buyer",
    "sources": "code owner site product period price_idr_per_kg most_kg steps supplier",
    "needs": "site product period kg worth_idr_per_kg",
    "processes": "code owner site input period outputs capacity_kg cost_idr_per_kg opening_cost_idr name",
    "storages": "code owner site products capacity_kg cost_idr_per_kg loss opening_kg name",
    "lanes": "from to products cost_idr_per_kg fixed_cost_idr capacity_kg",
    "lane_rule": "detour farthest_km idr_per_kg idr_per_kg_km",
    "local_trade": "site product period sell_idr_per_kg buy_idr_per_kg most_sell_kg most_buy_kg",
    "references": "code item value unit valid_from confidence",
}
SECOND: dict[str, str] = {
    "": "vehicles today scenarios ranges crops growers",
    "products": "shelf_life_periods loss_per_100_km",
    "parties": "pays_members_after_days pays_partners_after_days cash_idr",
    "sites": "terrain",
    "supplies": "evidence",
    "outlets": "pays_after_days evidence",
    "sources": "due_after_days evidence",
    "needs": "evidence",
    "processes": "build_cost_idr build_share evidence",
    "storages": "build_cost_idr build_share evidence",
    "local_trade": "evidence",
    "lanes": "loss km vehicle",
    "lane_rule": "detours nearest fixed_cost_idr vehicle",
    "vehicles": "code name owner capacity_kg idr_per_km idr_per_trip most_trips",
    "today": "site product period sells_kg sells_idr_per_kg buys_kg buys_idr_per_kg cost_idr_per_kg partner"
    " evidence",
    "scenarios": "code name table field row party site product period factor",
    "ranges": "code name table field row party site product period lowest highest apart",
    "crops": "product days_to_harvest sorting_loss safety",
    "growers": "site product area_ha kg_per_ha fulfilment least_kg most_kg evidence",
}
THIRD: dict[str, str] = {
    "": "terms",
    "sites": "part_of",
    "terms": "from to product period least_kg most_kg",
}
NEW_TABLES = ("vehicles", "today", "scenarios", "ranges", "crops", "growers")
NEEDED: dict[str, tuple[str, ...]] = {
    "vehicles": ("code", "capacity_kg"),
    "today": ("site", "product", "period"),
    "scenarios": ("code", "table", "field", "factor"),
    "ranges": ("code", "table", "field", "lowest", "highest"),
    "crops": ("product", "days_to_harvest"),
    "growers": ("site", "product", "area_ha", "kg_per_ha"),
}
COUNTS = (
    "shelf_life_periods",
    "pays_members_after_days",
    "pays_partners_after_days",
    "pays_after_days",
    "due_after_days",
    "nearest",
    "most_trips",
    "days_to_harvest",
)
SHARES = ("loss_per_100_km", "build_share", "loss", "sorting_loss", "safety", "fulfilment")
AMOUNTS = (
    "cash_idr",
    "build_cost_idr",
    "km",
    "fixed_cost_idr",
    "capacity_kg",
    "idr_per_km",
    "idr_per_trip",
    "sells_kg",
    "sells_idr_per_kg",
    "buys_kg",
    "buys_idr_per_kg",
    "cost_idr_per_kg",
    "factor",
    "lowest",
    "highest",
    "area_ha",
    "kg_per_ha",
    "least_kg",
    "most_kg",
)
TEXTS = (
    *("code", "name", "site", "product", "period", "party", "owner", "vehicle", "table", "field", "row"),
    *("terrain", "evidence", "partner", "apart"),
)
CODES = {
    "owner": "parties",
    "party": "parties",
    "site": "sites",
    "product": "products",
    "period": "periods",
    "vehicle": "vehicles",
}
APART = {"party", "site", "product", "period"}


def known(table: str, version: int) -> set[str]:
    """Return the keys that a row of a table may have; the file's own keys for the table ''."""
    versions = (FIRST, SECOND, THIRD)[:version]
    words = [word for fields in versions for word in fields.get(table, "").split()]
    return {*words, *(REMARKS if table else ())}


def unknown_faults(raw: Row, version: int) -> list[str]:
    """Return the keys of a file, its tables and steps that its version does not know."""
    faults = [f"the file has an unknown key {key!r}" for key in sorted(set(raw) - known("", version))]
    for table in (key for key in known("", version) if isinstance(raw.get(key), (list, dict))):
        rows = [raw[table]] if table == "lane_rule" else raw[table]
        for place, row in enumerate(rows):
            strange = sorted(set(row) - known(table, version)) if isinstance(row, dict) else []
            faults += [
                f"{table}[{place}]: the key {key!r} is unknown in version {version}" for key in strange
            ]
            steps = row.get("steps") if isinstance(row, dict) else None
            for step in steps if isinstance(steps, list) else ():
                if isinstance(step, dict) and set(step) - {"from_kg", "price_idr_per_kg", *REMARKS}:
                    faults.append(f"{table}[{place}]: a step has an unknown key")
    return faults


def second_faults(raw: Row, rows: dict[str, list[Row]]) -> list[str]:
    """Return what is wrong with the fields and tables of version 2, one row at a time and between rows."""
    faults: list[str] = []
    tables = {**rows, **({"lane_rule": [raw["lane_rule"]]} if raw.get("lane_rule") else {})}
    for table in NEW_TABLES:
        found = raw.get(table) or []
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            return [f"{table} is not a list of objects"]
        tables[table] = found
    codes = {table: {str(row.get("code")) for row in tables[table]} for table in {*CODES.values()}}
    for table, found in tables.items():
        for place, row in enumerate(found):
            where = f"{table}[{place}]"
            faults += [f"{where}: it has no {key}" for key in NEEDED.get(table, ()) if row.get(key) is None]
            faults += _value_faults(where, row, set(SECOND.get(table, "").split()))
            if faults:
                continue
            faults += _code_faults(where, row, set(SECOND.get(table, "").split()), codes)
    if faults:
        return faults
    faults += _repeated(tables)
    faults += _vehicle_faults(tables)
    faults += _disagreements(tables["processes"])
    for table in ("scenarios", "ranges"):
        for place, row in enumerate(tables[table]):
            faults += _selector_faults(f"{table}[{place}]", row)
    return faults


def _value_faults(where: str, row: Row, fields: set[str]) -> list[str]:
    """Return the new fields of a row that are not of their kind."""
    faults = []
    for key in sorted(fields & set(row)):
        value = row[key]
        if value is None:
            continue
        if key in TEXTS:
            if not isinstance(value, str):
                faults.append(f"{where}: {key} is not a text")
        elif key == "detours":
            if not isinstance(value, dict) or not all(_amount(factor) for factor in value.values()):
                faults.append(f"{where}: detours are not factors by terrain")
        elif key in (*COUNTS, *SHARES, *AMOUNTS):
            if not _amount(value):
                faults.append(f"{where}: {key} is not a number of at least 0")
            elif key in COUNTS and reading.exact(value).denominator != 1:
                faults.append(f"{where}: {key} is not a whole number")
            elif key in SHARES and reading.exact(value) > 1:
                faults.append(f"{where}: {key} is not a share from 0 to 1")
    return faults


def _amount(value: Any) -> bool:
    try:
        return bool(reading.exact(value) >= 0)
    except (TypeError, ValueError, OverflowError):
        return False


def _code_faults(where: str, row: Row, fields: set[str], codes: dict[str, set[Any]]) -> list[str]:
    """Return the codes in new fields that name nothing."""
    found = [(key, row.get(key)) for key in CODES if key in fields]
    return [
        f"{where}: there is no {key} {code!r}"
        for key, code in found
        if code is not None and code not in codes[CODES[key]] and not (key == "period" and code == "*")
    ]


def _repeated(tables: dict[str, list[Row]]) -> list[str]:
    """Return the vehicles that stand twice; the format says nothing of rows of the other tables."""
    seen: list[Any] = [row.get("code") for row in tables["vehicles"]]
    return [f"vehicles: {code!r} is given twice" for code in sorted({c for c in seen if seen.count(c) > 1})]


def _vehicle_faults(tables: dict[str, list[Row]]) -> list[str]:
    """Return vehicles that carry nothing, limits of vehicles without an owner, an owner behind the rule."""
    faults = []
    owned = {row.get("code"): row.get("owner") for row in tables["vehicles"]}
    for row in tables["vehicles"]:
        if row.get("capacity_kg") == 0:
            faults.append(f"vehicles: {row.get('code')!r} carries nothing")
        if row.get("owner") is None and row.get("most_trips") is not None:
            faults.append(f"vehicles: {row.get('code')!r} has most_trips but no owner")
    for rule in tables.get("lane_rule", []):
        if owned.get(rule.get("vehicle")) is not None:
            faults.append("lane_rule: its vehicle has an owner")
    return faults


def _disagreements(processes: list[Row]) -> list[str]:
    """Return the processes whose rows say different things of building."""
    told: dict[Any, set[tuple[Any, Any]]] = {}
    for row in processes:
        share = row.get("build_share")
        told.setdefault(row.get("code"), set()).add(
            (row.get("build_cost_idr") or 0, 1 if share is None else share)
        )
    return [
        f"processes: rows of {code!r} disagree on building" for code, all_ in told.items() if len(all_) > 1
    ]


def _selector_faults(where: str, row: Row) -> list[str]:
    """Return what is wrong with a selector, its range and what moves apart."""
    faults = []
    if not re.fullmatch("[a-z_]+", str(row.get("table"))) or row["table"] not in {*FIRST, *SECOND}:
        faults.append(f"{where}: there is no table {row.get('table')!r}")
    elif row.get("field") not in known(row["table"], 2):
        faults.append(f"{where}: {row['table']} has no field {row.get('field')!r}")
    if _amount(row.get("lowest")) and _amount(row.get("highest")) and row["lowest"] > row["highest"]:
        faults.append(f"{where}: lowest is above highest")
    words = [word.strip() for word in str(row.get("apart") or "").split(";")]
    return faults + [f"{where}: {word!r} cannot move apart" for word in words if word and word not in APART]
