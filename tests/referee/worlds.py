"""Small worlds written out, for numbers to be checked on paper, and what may be wrong with them.

The cast: party A at a, party B at b, nobody at m and n. Goods are rice unless told
otherwise, the period is t1.
"""

from typing import Any

from . import networks, plans, rules
from .reading import Network

Object = dict[str, Any]


def world(periods: str = "t1", sites: Object | None = None, **sections: Any) -> Object:
    """Return a network of parties A and B at a and b, nobody at m and n, and the sections given."""
    owners = {"a": "A", "b": "B", "m": None, "n": None} if sites is None else sites
    return {
        "format": "jejaring-network/1",
        "name": "World",
        "periods": [{"code": code} for code in periods.split()],
        "products": [{"code": code} for code in ("padi", "beras", "dedak")],
        "parties": [{"code": code} for code in sorted({owner for owner in owners.values() if owner})],
        "sites": [{"code": code, "party": owner} for code, owner in owners.items()],
        **sections,
    }


def supply(kg: Any, cost: Any, site: str = "a", product: str = "beras", period: str = "*") -> Object:
    """Return a supply of so many kg at so many rupiah per kg."""
    return {"site": site, "product": product, "period": period, "available_kg": kg, "cost_idr_per_kg": cost}


def outlet(most: Any, price: Any, site: str = "a", product: str = "beras", **more: Any) -> Object:
    """Return an outlet of A; a step is told as (from_kg, price)."""
    steps = [{"from_kg": start, "price_idr_per_kg": paid} for start, paid in more.pop("steps", ())]
    row = {"code": "o" + site + product, "owner": "A", "site": site, "product": product, "period": "*"}
    return {**row, "most_kg": most, "price_idr_per_kg": price, "steps": steps, **more}


def lane(origin: str, target: str, cost: Any = 0, **more: Any) -> Object:
    """Return a lane for rice."""
    return {"from": origin, "to": target, "products": ["beras"], "cost_idr_per_kg": cost, **more}


def read(network: Object) -> Network:
    """Return a world as the referee reads it."""
    return rules.read(networks.text(network))


def store(**more: Any) -> Object:
    """Return A's store of rice at a."""
    return {"code": "g", "owner": "A", "site": "a", "products": ["beras"], "capacity_kg": None, **more}


def second(periods: str = "t1", sites: Object | None = None, **sections: Any) -> Object:
    """Return a world of version 2; `products` and `parties` add fields by code."""
    more = {table: sections.pop(table, {}) for table in ("products", "parties")}
    network = world(periods, sites, **sections) | {"format": "jejaring-network/2"}
    for table, fields in more.items():
        for row in network[table]:
            row.update(fields.get(row["code"], {}))
    return network


def lorry(**more: Any) -> Object:
    """Return a lorry of 10 kg."""
    return {"code": "l", "capacity_kg": 10, **more}


def must_world() -> Object:
    """Return A who must have 3 kg, at 7 locally or at 2 + 1 from B."""
    return world(
        needs=[{"site": "a", "product": "beras", "period": "t1", "kg": 3, "worth_idr_per_kg": None}],
        local_trade=[
            {"site": "a", "product": "beras", "period": "*", "sell_idr_per_kg": None, "buy_idr_per_kg": 7}
        ],
        supplies=[supply(9, 2, "b")],
        lanes=[lane("b", "a", 1)],
    )


def chain() -> Object:
    """Return A's rice sold at B's outlet at m, beside B's own, and C who sells at home."""
    return world(
        sites={"a": "A", "b": "B", "c": "C", "m": None},
        supplies=[supply(10, 2), supply(4, 2, "b"), supply(5, 1, "c")],
        outlets=[outlet(12, 9, "m", owner="B"), outlet(9, 3, "c", owner="C")],
        lanes=[lane("a", "m", 1), lane("b", "m", 2)],
    )


FAULTS: dict[str, Object] = {
    "nobody's site": {"supplies": [supply(1, 1, "m")]},
    "given twice": {"supplies": [supply(1, 1), supply(2, 1)]},
    "wrong way": {"outlets": [outlet(9, 5, steps=[(3, 4)])]},
    "do not ascend": {"outlets": [outlet(9, 5, steps=[(3, 6), (3, 7)])]},
    "between nobody's sites": {"lanes": [lane("m", "n", capacity_kg=5)]},
    "cannot be bought": {
        "needs": [{"site": "a", "product": "beras", "period": "*", "kg": 3, "worth_idr_per_kg": None}]
    },
    "disagree": {"outlets": [outlet(9, 5), {**outlet(9, 5), "period": "t1", "owner": "B"}]},
    "does not list": {"storages": [store(opening_kg={"dedak": 1})]},
    "no product": {"supplies": [supply(1, 1, product="jagung")]},
    "not a number": {"supplies": [supply("12", 1)]},
}


def chain_plan() -> tuple[bytes, Object]:
    """Return the chain and a right plan: V = 10 * 6 + 2 * 5 + 5 * 2 = 80; alone 0, 20 and 10."""
    data = networks.text(chain())
    return data, plans.right_plan(data)
