"""Seeded random networks of format version 2: those of `networks` with the new fields put in.

`tiny` is small enough for the grid (no ages, no cash), `small` and `yesno` mix everything
but limits of cash; `perishable` is about shelf lives, `linear` has losses and lorries but no
yes/no choice, `stating` has parties that state their cash. All stay bounded: what is new
only takes away.
"""

from random import Random
from typing import Any

from . import networks
from .draws import Object

TERRAINS = ("", "hills", "flat")


def tiny(seed: int) -> Object:
    """Return a tiny network with losses of halves, a lorry or two and things to build."""
    network, random = networks.tiny(seed), Random(f"tiny two {seed}")
    _second(network)
    _lorries(network, random, capacity=(1, 4), trips=(1, 3), money=(0, 2))
    for lane in network["lanes"]:
        lane["loss"] = random.choice((0, 0, 0.5, 0.25))
        lane["km"] = random.choice((0, 1, 4))
    _buildings(network, random, money=(1, 9), share=0.5)
    return network


def small(seed: int) -> Object:
    """Return a small network with all of version 2 but limits of cash."""
    return _mixed(networks.small(seed), Random(f"small two {seed}"))


def yesno(seed: int) -> Object:
    """Return a network of mostly yes/no choices with all of version 2 but limits of cash."""
    return _mixed(networks.yesno(seed), Random(f"yesno two {seed}"), share=0.8)


def stating(seed: int) -> Object:
    """Return a small network of which all parties, or all but one, state what cash they have.

    No need must be met in it: nobody promises that there is cash to meet it.
    """
    random = Random(f"stating {seed}")
    network = _mixed(networks.small(seed), random)
    network["needs"] = [row for row in network["needs"] if row["worth_idr_per_kg"] is not None]
    silent = random.choice((None, None, network["parties"][0]["code"]))
    for party in network["parties"]:
        if party["code"] != silent:
            party["cash_idr"] = random.choice((0, 1_000_000, 5_000_000, 40_000_000))
    return network


def linear(seed: int, parties: int = 6, periods: int = 3) -> Object:
    """Return a paddy chain without yes/no choices, with losses, lorries and goods that do not keep."""
    random = Random(f"linear two {seed}")
    network = networks.linear(seed, parties, periods)
    _second(network)
    _lorries(network, random, capacity=(500, 4000), trips=(1, 6), money=(100, 9000))
    _losses(network, random)
    for product in network["products"]:
        product["shelf_life_periods"] = random.choice((None, None, 0, 1))
    for mill in (row for row in network["storages"] if random.random() < 0.3):
        mill["build_cost_idr"] = 0
    return network


def perishable(seed: int) -> Object:
    """Return a chain of fresh goods over four to six periods with stores at both of its ends.

    Supply comes early and is cheap then, outlets pay more later, so that keeping pays; goods go
    from store to store, and a processor makes something that keeps better.
    """
    random = Random(f"perishable {seed}")
    periods = [f"2026-W{10 + number}" for number in range(random.randint(4, 6))]
    life = {"kubis": random.choice((0, 1, 1, 2, 3)), "asinan": random.choice((None, 2, 4))}
    owners = {"a": "A", "b": "B", "c": "C", "m": None}
    network: Object = {
        "format": "jejaring-network/2",
        "name": "Perishable",
        "periods": [{"code": code} for code in periods],
        "products": [{"code": code, "shelf_life_periods": most} for code, most in life.items()],
        "parties": [{"code": code} for code in "ABC"],
        "sites": [{"code": code, "party": party} for code, party in owners.items()],
    }
    network["supplies"] = [
        {
            "site": site,
            "product": "kubis",
            "period": period,
            "available_kg": random.choice((0, 0, 40, 100.5, 250)),
            "cost_idr_per_kg": random.randint(500, 900),
        }
        for site in "ab"
        for period in periods
    ]
    network["outlets"] = _fresh_outlets(random, periods)
    network["storages"] = [_cold_store(random, number, site) for number, site in enumerate("abcm")]
    network["processes"] = [
        {
            "code": "p",
            "owner": "C",
            "site": random.choice("cm"),
            "input": "kubis",
            "outputs": {"asinan": 0.75},
            "period": "*",
            "capacity_kg": 60,
            "cost_idr_per_kg": 300,
            "build_cost_idr": random.choice((0, 20_000)),
        }
    ]
    network["lanes"] = _fresh_lanes(random)
    return network


def _fresh_outlets(random: Random, periods: list[str]) -> list[Object]:
    """Return three outlets, each in some of the periods, where it takes the same good at the same site."""
    outlets: list[Object] = [
        {
            "code": f"o{number}",
            "owner": random.choice("ABC"),
            "site": random.choice("mcb"),
            "product": random.choice(("kubis", "kubis", "asinan")),
            "period": period,
            "most_kg": random.choice((30, 80, 150)),
            "least_kg": random.choice((0, 0, 20)),
            "price_idr_per_kg": random.randint(1000, 5000),
        }
        for number in range(3)
        for period in random.sample(periods, 3)
    ]
    for number in range(3):
        rows = [row for row in outlets if row["code"] == f"o{number}"]
        for row in rows:
            row.update({key: rows[0][key] for key in ("owner", "site", "product")})
    return outlets


def _fresh_lanes(random: Random) -> list[Object]:
    """Return four ways between the sites."""
    pairs = [("a", "b"), ("a", "m"), ("b", "c"), ("b", "m"), ("c", "m"), ("m", "c")]
    return [
        {
            "from": origin,
            "to": target,
            "products": ["kubis", "asinan"],
            "cost_idr_per_kg": random.randint(20, 200),
            "loss": random.choice((0, 0.1, 0.02)),
        }
        for origin, target in random.sample(pairs, 4)
    ]


def _cold_store(random: Random, number: int, site: str) -> Object:
    """Return a store at a site for fresh goods and what is made of them."""
    owner = random.choice("ABC") if site in "mc" else site.upper()
    opening = {"kubis": random.choice((0, 25))} if site == "a" else {}
    return {
        "code": f"g{number}",
        "owner": owner,
        "site": site,
        "products": ["kubis", "asinan"],
        "capacity_kg": random.choice((None, 60, 120.5)),
        "cost_idr_per_kg": random.randint(1, 90),
        "loss": random.choice((0, 0.05, 0.125)),
        "opening_kg": opening,
        "build_cost_idr": random.choice((0, 0, 15_000)),
    }


def _mixed(network: Object, random: Random, share: float = 0.3) -> Object:
    """Put all of version 2 but limits of cash into a network."""
    _second(network)
    _lorries(network, random, capacity=(300, 4000), trips=(1, 5), money=(100, 9000))
    _losses(network, random)
    _buildings(network, random, money=(100_000, 9_000_000), share=share)
    for product in network["products"]:
        product["shelf_life_periods"] = random.choice((None, None, 0, 1, 2))
    for party in network["parties"]:
        party["pays_members_after_days"] = random.choice((0, 7, 30))
        party["pays_partners_after_days"] = random.choice((0, 14))
    for table, key in (("outlets", "pays_after_days"), ("sources", "due_after_days")):
        for row in network[table]:
            row[key] = random.choice((0, 0, 14, 45, 90))
    for site in network["sites"]:
        site["terrain"] = random.choice(TERRAINS)
    rule = network.get("lane_rule")
    if rule:
        rule["detours"] = random.choice(({}, {"hills": 1.75}, {"hills": 1.6, "flat": 1.1}))
        rule["nearest"] = random.choice((None, 1, 2, 3))
        rule["fixed_cost_idr"] = random.choice((0, 150_000)) if rule["nearest"] == 1 else 0
        rule["vehicle"] = random.choice((None, "anyone"))
    return network


def _second(network: Object) -> None:
    network["format"] = "jejaring-network/2"
    network["vehicles"] = []


def _lorries(
    network: Object, random: Random, capacity: tuple[int, int], trips: tuple[int, int], money: tuple[int, int]
) -> None:
    """Add a lorry for hire and two of a party's, one of them with limited trips, and give lanes to them."""
    parties = [party["code"] for party in network["parties"]]
    for code, owner in (("anyone", None), ("own", random.choice(parties)), ("fleet", random.choice(parties))):
        row: dict[str, Any] = {"code": code, "owner": owner, "capacity_kg": random.randint(*capacity)}
        row |= {"idr_per_km": random.randint(*money), "idr_per_trip": random.randint(*money)}
        if code == "fleet":
            row["most_trips"] = random.randint(*trips)
        network["vehicles"].append(row)
    placed = {site["code"] for site in network["sites"] if site.get("lat") is not None}
    for lane in network["lanes"]:
        lane["vehicle"] = random.choice((None, "anyone", "own", "fleet", "fleet"))
        if not {lane["from"], lane["to"]} <= placed or random.random() < 0.3:
            lane["km"] = random.choice((3, 12.5, 40))


def _losses(network: Object, random: Random) -> None:
    for lane in network["lanes"]:
        lane["loss"] = random.choice((0, 0, 0.01, 0.125, 1 if random.random() < 0.1 else 0))
    for product in network["products"]:
        product["loss_per_100_km"] = random.choice((0, 0.02, 0.15))


def _buildings(network: Object, random: Random, money: tuple[int, int], share: float) -> None:
    """Let some processes and storages be built first; all rows of one process say the same."""
    told: dict[str, Object] = {}
    for row in (*network["processes"], *network["storages"]):
        new = {"build_cost_idr": random.randint(*money), "build_share": random.choice((1, 1, 0.25))}
        row.update(told.setdefault(row["code"], new if random.random() < share else {}))
