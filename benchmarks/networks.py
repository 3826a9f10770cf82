"""Seeded paddy networks of any size, for timing.

One chain as in a rice regency: co-ops supply paddy by a harvest calendar, every co-op is linked to
its four nearest mills, a mill dries and mills, stores rice, and sends it to its three nearest
markets. The figures are illustrative: round numbers near those of docs and examples, drawn with a
fixed seed. Positions are those of real villages where a list is given, else random on a square.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

CALENDAR = (45, 83, 159, 108, 86, 80, 84, 89, 88, 78, 58, 42)
"""Share of the year's harvest by month, per mille: West Java 2022, modelled from reported sums."""

Network = dict[str, Any]


def paddy(
    coops: int, months: int = 12, seed: int = 1, positions: list[tuple[float, float]] | None = None
) -> Network:
    """Return a linear network of `coops` co-ops: every tenth has a mill and store, one market per forty."""
    draw = random.Random(seed)
    side = 0.045 * coops**0.5
    points = positions or [(-7 + draw.random() * side, 107 + draw.random() * side) for _ in range(coops)]
    mills = list(range(0, coops, 10))
    markets = [(-7 + draw.random() * side, 107 + draw.random() * side) for _ in range(max(2, coops // 40))]
    if positions:
        markets = [draw.choice(points) for _ in markets]
    periods = [f"{2027 + m // 12}-{m % 12 + 1:02d}" for m in range(months)]
    network: Network = {
        "format": "jejaring-network/1",
        "name": f"{coops} co-ops, {months} months",
        "periods": [{"code": code} for code in periods],
        "products": [{"code": code} for code in ("gkp", "beras", "dedak")],
        "parties": [{"code": f"K{k}", "name": f"Koperasi {k}", "kind": "primary"} for k in range(coops)],
        "sites": [_site(f"s{k}", f"K{k}", point) for k, point in enumerate(points)]
        + [_site(f"m{k}", None, point) for k, point in enumerate(markets)],
        "supplies": [],
        "outlets": [],
        "sources": [],
        "needs": [],
        "processes": [],
        "storages": [],
        "lanes": [],
        "lane_rule": None,
        "local_trade": [],
    }
    for k in range(coops):
        _add_supply(network, draw, k, periods)
    for k in mills:
        _add_mill(network, draw, k, coops)
    for k, point in enumerate(points):
        near = sorted((mill for mill in mills if mill != k), key=lambda mill: _km(point, points[mill]))[:4]
        network["lanes"] += [_lane(f"s{k}", f"s{mill}", ["gkp"], _km(point, points[mill])) for mill in near]
    for mill in mills:
        near = sorted(range(len(markets)), key=lambda m: _km(points[mill], markets[m]))[:3]
        network["lanes"] += [
            _lane(f"s{mill}", f"m{m}", ["beras", "dedak"], _km(points[mill], markets[m])) for m in near
        ]
    _add_outlets(network, draw, coops, len(markets), mills)
    return network


def write(network: Network, path: Path) -> None:
    """Write a network as JSON."""
    path.write_text(json.dumps(network), encoding="utf-8")


def _site(code: str, party: str | None, point: tuple[float, float]) -> Network:
    return {"code": code, "party": party, "lat": round(point[0], 5), "lon": round(point[1], 5)}


def _add_supply(network: Network, draw: random.Random, k: int, periods: list[str]) -> None:
    year = draw.randrange(200, 2000) * 1000
    cost = draw.randrange(5800, 6600, 25)
    for m, code in enumerate(periods):
        kg = year * CALENDAR[m % 12] // 1000
        network["supplies"].append(
            {"site": f"s{k}", "product": "gkp", "period": code, "available_kg": kg, "cost_idr_per_kg": cost}
        )
    network["local_trade"].append(
        {
            "site": f"s{k}",
            "product": "gkp",
            "period": "*",
            "sell_idr_per_kg": cost + draw.randrange(-200, 150, 10),
        }
    )


def _add_mill(network: Network, draw: random.Random, k: int, coops: int) -> None:
    network["processes"].append(
        {
            "code": f"p{k}",
            "owner": f"K{k}",
            "site": f"s{k}",
            "input": "gkp",
            "outputs": {"beras": draw.randrange(515, 545) / 1000, "dedak": 0.07},
            "period": "*",
            "capacity_kg": draw.randrange(400, 1400) * 1000,
            "cost_idr_per_kg": draw.randrange(300, 500, 10),
        }
    )
    network["storages"].append(
        {
            "code": f"g{k}",
            "owner": f"K{k}",
            "site": f"s{k}",
            "products": ["beras"],
            "capacity_kg": draw.randrange(100, 900) * 1000,
            "cost_idr_per_kg": 40,
            "loss": 0.005,
        }
    )


def _add_outlets(network: Network, draw: random.Random, coops: int, markets: int, mills: list[int]) -> None:
    for m in range(markets):
        for n in range(3):
            network["outlets"].append(
                {
                    "code": f"o{m}-{n}",
                    "owner": f"K{draw.choice(mills)}",
                    "site": f"m{m}",
                    "product": "beras",
                    "period": "*",
                    "most_kg": draw.randrange(200, 900) * 1000,
                    "price_idr_per_kg": draw.randrange(12000, 13600, 50),
                }
            )
        network["outlets"].append(
            {
                "code": f"d{m}",
                "owner": f"K{draw.choice(mills)}",
                "site": f"m{m}",
                "product": "dedak",
                "period": "*",
                "most_kg": None,
                "price_idr_per_kg": draw.randrange(1500, 2000, 50),
            }
        )


def _lane(start: str, end: str, products: list[str], km: float) -> Network:
    return {"from": start, "to": end, "products": products, "cost_idr_per_kg": round(40 + 5 * km * 1.4)}


def _km(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 * 111.2)
