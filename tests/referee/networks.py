"""Seeded random networks that are always valid and bounded, as JSON-able objects.

`small` mixes every field of the format; `tiny` is small enough for the grid;
`linear` has no yes/no choice and any size; `yesno` is mostly choices; `coreless`
has an empty core. The same seed gives the same network.

Why they are bounded: costs are never negative, no process makes more kilograms
than it takes, and either everything that can come in has a limit or everything
that can earn has one ("plenty" says which side may go without). Urea, which a
must-be-met need buys without limit, is never made into anything and never sold
without a limit.
"""

import json
from bisect import bisect
from itertools import combinations
from random import Random

from .draws import PRODUCTS, Draw, Object, lane, supply


def text(network: Object) -> bytes:
    """Return a network as the bytes of its file."""
    return json.dumps(network, indent=1).encode()


def small(seed: int) -> Object:
    """Return 3 to 8 parties over 2 to 4 periods with every feature of the format mixed."""
    return _mixed(Random(f"small {seed}"), parties=(3, 8), periods=(2, 4), choices=0.25)


def yesno(seed: int) -> Object:
    """Return 3 to 5 parties over 2 or 3 periods where most rows are yes/no choices."""
    return _mixed(Random(f"yesno {seed}"), parties=(3, 5), periods=(2, 3), choices=0.8)


def _mixed(random: Random, parties: tuple[int, int], periods: tuple[int, int], choices: float) -> Object:
    """Return a network of all features; choices is the share of rows that are yes/no."""
    draw = Draw(random, choices)
    names = [f"K{number}" for number in range(1, random.randint(*parties) + 1)]
    draw.periods = [f"2026-{month:02}" for month in range(3, 3 + random.randint(*periods))]
    sites = draw.sites(names)
    network: Object = {
        "format": "jejaring-network/1",
        "name": "Random",
        "periods": [{"code": period} for period in draw.periods],
        "products": [{"code": product} for product in PRODUCTS],
        "parties": [
            {"code": name, "name": f"Koperasi {name}", "kind": draw.pick("primary", "secondary")}
            for name in names
        ],
        "sites": sites,
        "supplies": draw.supplies(),
        "outlets": draw.outlets(),
        "sources": draw.sources(),
        "processes": draw.processes(),
        "storages": draw.storages(),
        "lanes": draw.lanes(),
        "lane_rule": draw.lane_rule(),
        "local_trade": draw.local_trade(),
    }
    network["needs"] = draw.needs(network["local_trade"])
    return network


def tiny(seed: int) -> Object:
    """Return 2 to 4 parties over 1 or 2 periods, whole numbers, limits of a few kg."""
    draw = Draw(Random(f"tiny {seed}"), 0.4)
    random = draw.random
    names = ["A", "B", "C", "D"][: random.randint(2, 4)]
    draw.periods = ["t1", "t2"][: random.randint(1, 2 if len(names) < 4 else 1)]
    sites: list[Object] = [{"code": name.lower(), "party": name} for name in names]
    if draw.chance(0.6):
        sites.append({"code": "m", "party": None})
    network: Object = {
        "format": "jejaring-network/1",
        "name": "Tiny",
        "periods": [{"code": period} for period in draw.periods],
        "products": [{"code": "padi"}, {"code": "beras"}],
        "parties": [{"code": name} for name in names],
        "sites": sites,
        "supplies": [
            supply(name.lower(), "padi", "*", random.randint(1, 4), random.randint(1, 6))
            for name in random.sample(names, 2)
        ],
        "outlets": [_tiny_outlet(draw, names, sites, number) for number in range(random.randint(2, 3))],
        "sources": [],
        "needs": [],
        "processes": [],
        "storages": [],
        "lanes": [],
        "lane_rule": None,
        "local_trade": [],
    }
    random.shuffle(sites)  # lanes run down this list, and now and then back up
    for one, other in combinations(sites, 2):
        if draw.chance(0.6):
            origin, target = (other, one) if draw.chance(0.15) else (one, other)
            row = lane(
                origin["code"], target["code"], draw.pick(["padi"], ["padi", "beras"]), random.randint(0, 2)
            )
            if origin["party"] is not None or target["party"] is not None:
                row |= {"capacity_kg": draw.pick(None, 2, 4), "fixed_cost_idr": draw.pick(0, 0, 5)}
            network["lanes"].append(row)
    _add_tiny_works(draw, network, names)
    _add_tiny_trade(draw, network, names)
    return network


def _tiny_outlet(draw: Draw, names: list[str], sites: list[Object], number: int) -> Object:
    """Return an outlet of 2 to 5 kg, perhaps with a least quantity or a step."""
    most, price = draw.random.randint(2, 5), draw.random.randint(8, 20)
    step = {
        "from_kg": draw.random.randint(2, most + 1),
        "price_idr_per_kg": price + draw.random.randint(1, 5),
    }
    return {
        "code": f"o{number}",
        "owner": draw.random.choice(names),
        "site": draw.random.choice(sites)["code"],
        "product": draw.pick("padi", "beras"),
        "period": "*",
        "most_kg": most,
        "least_kg": draw.pick(0, 0, 2),
        "price_idr_per_kg": price,
        "steps": draw.pick([], [step]),
    }


def _add_tiny_works(draw: Draw, network: Object, names: list[str]) -> None:
    """Add a mill and a store to a tiny network, by chance."""
    random, places = draw.random, [site["code"] for site in network["sites"]]
    if draw.chance(0.7):
        mill = {"code": "p", "owner": random.choice(names), "site": random.choice(places), "input": "padi"}
        made = draw.pick({"beras": 1}, {"beras": 0.5}, {"beras": 0.5, "padi": 0.25})
        limits = {"capacity_kg": random.randint(2, 4), "cost_idr_per_kg": random.randint(0, 2)}
        opening = {"opening_cost_idr": draw.pick(0, 4, 9)}
        network["processes"].append({**mill, "outputs": made, "period": "*", **limits, **opening})
    if draw.chance(0.6):
        store = {"code": "g", "owner": random.choice(names), "site": random.choice(places)}
        held = {
            "products": draw.pick(["padi"], ["beras", "padi"]),
            "opening_kg": {"padi": random.randint(0, 4)},
        }
        limits = {"capacity_kg": random.randint(1, 3), "cost_idr_per_kg": random.randint(0, 1)}
        network["storages"].append({**store, **held, **limits, "loss": draw.pick(0, 0.5, 0.25)})


def _add_tiny_trade(draw: Draw, network: Object, names: list[str]) -> None:
    """Add a source, a need and a local trader to a tiny network, by chance."""
    random, places = draw.random, [site["code"] for site in network["sites"]]
    if draw.chance(0.4):
        price = random.randint(4, 7)
        source = {
            "code": "u",
            "owner": random.choice(names),
            "site": random.choice(places),
            "product": "padi",
        }
        steps = [{"from_kg": 3, "price_idr_per_kg": price - 2}]
        offer = {"most_kg": 4, "price_idr_per_kg": price, "steps": steps}
        network["sources"].append({**source, "period": "t1", **offer})
    if draw.chance(0.6):
        must = draw.chance(0.5)
        node = {"site": random.choice(names).lower(), "product": "beras", "period": "*"}
        worth = None if must else 15
        network["needs"].append({**node, "kg": random.randint(1, 3), "worth_idr_per_kg": worth})
        prices = {"sell_idr_per_kg": draw.pick(None, 7), "buy_idr_per_kg": 21}
        limits = {"most_sell_kg": 2, "most_buy_kg": None if must else 2}
        network["local_trade"].append({**node, **prices, **limits})


def linear(seed: int, parties: int, periods: int) -> Object:
    """Return a paddy chain without yes/no choices: one mill for each five parties, three markets.

    Every party reaches its four nearest mills, and every mill the three markets.
    """
    draw = Draw(Random(f"linear {seed} {parties} {periods}"), 0.0)
    draw.parties = [f"K{number:05}" for number in range(parties)]
    draw.periods = [f"m{number:02}" for number in range(periods)]
    place = {
        code: (round(draw.random.uniform(-7.2, -6.6), 4), round(draw.random.uniform(106.9, 107.6), 4))
        for code in draw.parties
    }
    sites: list[Object] = [
        {"code": f"s{code}", "party": code, "lat": lat, "lon": lon} for code, (lat, lon) in place.items()
    ]
    return {
        "format": "jejaring-network/1",
        "name": "Linear",
        "periods": [{"code": period} for period in draw.periods],
        "products": [{"code": product} for product in ("gkp", "beras", "dedak")],
        "parties": [{"code": code} for code in draw.parties],
        "sites": sites + [{"code": f"pasar{number}", "party": None} for number in range(3)],
        "supplies": [
            supply(f"s{code}", "gkp", period, draw.kg(9000), draw.money(5800, 6600))
            for code in draw.parties
            for period in draw.periods
        ],
        **_linear_mills(draw),
        "local_trade": [
            {
                "site": f"s{code}",
                "product": "gkp",
                "period": "*",
                "sell_idr_per_kg": draw.money(5900, 6400),
                "most_sell_kg": draw.kg(5000),
            }
            for code in draw.parties
            if draw.chance(0.7)
        ],
        "outlets": [_linear_outlet(draw, number) for number in range(max(3, parties // 4))],
        "lanes": _linear_lanes(draw, place),
    }


def _linear_mills(draw: Draw) -> Object:
    """Return the mills and their stores, at every fifth party."""
    processes, storages = [], []
    for code in draw.parties[::5]:
        row = {"owner": code, "site": f"s{code}"}
        made = {"input": "gkp", "outputs": {"beras": 0.532, "dedak": 0.0701}, "period": "*"}
        limits = {"capacity_kg": draw.kg(30000), "cost_idr_per_kg": draw.money(100, 400)}
        processes.append({"code": f"p{code}", **row, **made, **limits})
        held = {"products": ["gkp", "beras"], "opening_kg": {"beras": 100.5}}
        limits = {"capacity_kg": draw.kg(9000), "cost_idr_per_kg": 25, "loss": 0.0075}
        storages.append({"code": f"g{code}", **row, **held, **limits})
    return {"processes": processes, "storages": storages}


def _linear_outlet(draw: Draw, number: int) -> Object:
    """Return an outlet for rice or bran at one of the three markets."""
    product, price = draw.pick(("beras", 12000), ("beras", 12500), ("beras", 13000), ("dedak", 2500))
    row = {"code": f"o{number}", "owner": draw.random.choice(draw.parties), "site": f"pasar{number % 3}"}
    paid = draw.money(price, price + price // 15)
    return {**row, "product": product, "period": "*", "most_kg": draw.kg(12000), "price_idr_per_kg": paid}


def _linear_lanes(draw: Draw, place: dict[str, tuple[float, float]]) -> list[Object]:
    """Return lanes to the nearest four mills (out of forty of nearly the same longitude)."""
    lanes: list[Object] = []
    mills = sorted((place[code][1], place[code][0], code) for code in draw.parties[::5])
    for code, (lat, lon) in place.items():
        middle = bisect(mills, (lon, lat, code))
        near = sorted(
            (abs(mill_lat - lat) + abs(mill_lon - lon), mill)
            for mill_lon, mill_lat, mill in mills[max(0, middle - 20) : middle + 20]
            if mill != code
        )
        for distance, mill in near[:4]:
            cost = round(40 + 400 * distance, 2)
            lanes.append(lane(f"s{code}", f"s{mill}", ["gkp"], cost))
    for _, _, mill in mills:
        for number in range(3):
            row = lane(f"s{mill}", f"pasar{number}", ["beras", "dedak"], draw.money(60, 200))
            lanes.append({**row, "capacity_kg": draw.pick(None, draw.kg(15000))})
    return lanes


def coreless(seed: int) -> Object:
    """Return 3 to 5 parties of whom any two can fill one contract, but not all of them at once.

    Every party has 100 kg or a little more and a contract for at least 200 kg, and
    an odd number of parties cannot be paired off: as a rule the core is empty.
    """
    draw = Draw(Random(f"coreless {seed}"), 1.0)
    draw.parties = ["A", "B", "C", "D", "E"][: draw.pick(3, 3, 5)]
    outlets, supplies, lanes = [], [], []
    for name in draw.parties:
        supplies.append(supply(name.lower(), "beras", "*", draw.random.randint(100, 130), draw.money(50, 60)))
        lanes.append(lane(name.lower(), "m", ["beras"], draw.random.randint(1, 5)))
        row = {"code": f"o{name}", "owner": name, "site": "m", "product": "beras", "period": "*"}
        price = draw.money(90, 99)
        outlets.append({**row, "most_kg": 260, "least_kg": 200, "price_idr_per_kg": price})
    return {
        "format": "jejaring-network/1",
        "name": "Coreless",
        "periods": [{"code": "t1"}],
        "products": [{"code": "beras"}],
        "parties": [{"code": name} for name in draw.parties],
        "sites": [*({"code": n.lower(), "party": n} for n in draw.parties), {"code": "m", "party": None}],
        "supplies": supplies,
        "outlets": outlets,
        "lanes": lanes,
    }
