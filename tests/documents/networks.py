"""Networks and plans for the documents' tests: one small enough for paper, others drawn with a seed."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from jejaring.engines.measures import Decimals
from jejaring.engines.planning import plan as plans
from jejaring.engines.planning.interchange import read_json
from jejaring.engines.planning.problem import Problem, Reference, Sites
from jejaring.engines.planning.solve import solve

Network = dict[str, Any]
GKP, GKG, RICE, BRAN, UREA = range(5)
GOODS = ("Gabah kering panen", "Gabah kering giling", "Beras medium", "Dedak", "Pupuk urea")
SEASON = (0.5, 0.9, 1.0, 0.6, 0.3, 0.2, 0.7, 0.9, 0.5, 0.2, 0.1, 0.3)
VILLAGES = (
    "Sukamaju", "Cibeber", "Mekarsari", "Ciranjang", "Haurwangi", "Bojongpicung", "Sukaluyu", "Karangtengah",
    "Warungkondang", "Gekbrong", "Cilaku", "Cugenang", "Pacet", "Sukaresmi", "Cikalongkulon", "Mande",
    "Campaka", "Sukanagara", "Takokak", "Pagelaran", "Kadupandak", "Tanggeung", "Cijati", "Sindangbarang",
    "Cidaun", "Naringgul", "Agrabinta", "Leles", "Cikadu", "Pasirkuda",
)  # fmt: skip


def problem_of(network: Network) -> Problem:
    """Return a network written as in network-format/1."""
    return read_json(json.dumps(network).encode())


def small_network() -> Network:
    """Return three parties on paper: A and B grow, H mills 1,200 kg and sells.

    Sold 600 × 14,500 = 8,700,000; members 1,200 × 6,500 = 7,800,000; milling 1,200 × 300 = 360,000;
    hauling 1,000 × 50 + 200 × 60 + 600 × 10 = 68,000; so 472,000 remain. Nobody earns anything alone.
    """
    return {
        "format": "jejaring-network/1",
        "name": "Tiga koperasi",
        "note": "Angka contoh.\nBukan data sungguhan.",
        "periods": [{"code": "2027-03"}],
        "products": [{"code": "gkp", "name": "Gabah kering panen"}, {"code": "beras", "name": "Beras"}],
        "parties": [
            {"code": "A", "name": "Koperasi Desa Merah Putih Sukamaju", "kind": "KDMP"},
            {"code": "B", "name": "Koperasi Desa Merah Putih Cibeber", "kind": "KDMP"},
            {"code": "H", "name": "Koperasi Hub (contoh)", "role": "hub"},
        ],
        "sites": [
            {"code": "a", "party": "A", "lat": -6.80, "lon": 107.10},
            {"code": "b", "party": "B", "lat": -6.85, "lon": 107.20},
            {"code": "h", "party": "H", "lat": -6.82, "lon": 107.15},
            {"code": "m", "party": None, "lat": -6.81, "lon": 107.16, "name": "Pasar"},
        ],
        "supplies": [
            {"site": "a", "product": "gkp", "period": "*", "available_kg": 1000, "cost_idr_per_kg": 6500},
            {"site": "b", "product": "gkp", "period": "*", "available_kg": 500, "cost_idr_per_kg": 6500},
        ],
        "outlets": [
            {"code": "o", "owner": "H", "site": "m", "product": "beras", "period": "*", "most_kg": 2000,
             "price_idr_per_kg": 14500, "buyer": "Pasar Induk (peran)"},
        ],
        "processes": [
            {"code": "p", "owner": "H", "site": "h", "input": "gkp", "outputs": {"beras": 0.5}, "period": "*",
             "capacity_kg": 1200, "cost_idr_per_kg": 300, "name": "Penggilingan"},
        ],
        "lanes": [
            {"from": "a", "to": "h", "products": ["gkp"], "cost_idr_per_kg": 50},
            {"from": "b", "to": "h", "products": ["gkp"], "cost_idr_per_kg": 60},
            {"from": "h", "to": "m", "products": ["beras"], "cost_idr_per_kg": 10},
        ],
        "references": [
            {"code": "hpp", "item": "HPP gabah", "value": "6500", "unit": "Rp/kg", "valid_from": "2025-01-15",
             "source": "Bapanas", "confidence": "tinggi"},
        ],
    }  # fmt: skip


def village_network(count: int, *, seed: int = 7, positions: bool = True) -> Network:
    """Return `count` village co-ops round a hub: twelve months of paddy, dryers and mills at some."""
    draw = random.Random(seed)
    numbers = range(count)
    places = [(-6.82 + draw.gauss(0, 0.09), 107.14 + draw.gauss(0, 0.13)) for _ in numbers]
    dryers, mills = [*numbers[2::6]] or [0], [*numbers[4::10]] or [0]
    names = [VILLAGES[n % 30] + (f" {n // 30 + 1}" if n >= 30 else "") for n in numbers]
    sites = [_site(f"s{n}", f"K{n}", f"Gudang {names[n]}", *places[n]) for n in numbers]
    sites += [
        _site("hub", "HUB", "Gudang hub", -6.80, 107.16),
        _site("pasar", None, "Pasar induk", -6.72, 107.25),
    ]
    sites += [_site("dapur", None, "Dapur MBG", -6.81, 107.13)]
    months = [f"2027-{month:02d}" for month in range(1, 13)]
    if not positions:
        sites = [
            {name: value for name, value in site.items() if name not in {"lat", "lon"}} for site in sites
        ]
    return {
        "format": "jejaring-network/1",
        "name": "Jaringan beras contoh",
        "periods": [{"code": month} for month in months],
        "products": [
            {"code": "gkp", "name": "Gabah kering panen"},
            {"code": "gkg", "name": "Gabah kering giling"},
            {"code": "beras", "name": "Beras medium"},
        ],
        "parties": [
            *(_village(f"K{n}", names[n]) for n in numbers),
            {"code": "HUB", "name": "Koperasi Hub Beras", "role": "hub"},
        ],
        "sites": sites,
        "supplies": [
            _supply(f"s{n}", month, int(part * draw.uniform(8_000, 45_000)), draw.choice((6300, 6500)))
            for n in numbers for month, part in zip(months, SEASON, strict=True)
        ],
        "outlets": [
            _outlet("o1", "pasar", None, 12_900, "Pasar induk"),
            _outlet("o2", "dapur", 20_000, 13_300, "Dapur MBG"),
        ],
        "processes": [
            *(_process(f"d{n}", n, "Pengering", "gkp", {"gkg": 0.8312}, 95_000) for n in dryers),
            *(_process(f"m{n}", n, "Penggilingan", "gkg", {"beras": 0.6402}, 130_000) for n in mills),
        ],
        "storages": [
            {"code": "g", "owner": "HUB", "site": "hub", "products": ["gkg", "beras"], "capacity_kg": 120_000,
             "cost_idr_per_kg": 40, "loss": 0.005, "name": "Gudang hub"},
        ],
        "lanes": [
            *(_lane(f"s{n}", f"s{at}", "gkp", 60 + _km(places[n], places[at]))
              for n in numbers for at in _nearest(places, n, dryers) if at != n),
            *(_lane(f"s{n}", f"s{at}", "gkg", 60 + _km(places[n], places[at]))
              for n in dryers for at in _nearest(places, n, mills) if at != n),
            *(_lane(f"s{n}", "hub", "beras", 90) for n in mills),
            _lane("hub", "pasar", "beras", 60), _lane("hub", "dapur", "beras", 40),
        ],
        "local_trade": [_trade(f"s{n}", 6520 if n % 11 == 10 else 6000) for n in numbers],
    }  # fmt: skip


def _site(code: str, party: str | None, name: str, lat: float, lon: float) -> Network:
    return {"code": code, "party": party, "name": name, "lat": round(lat, 2), "lon": round(lon, 2)}


def _outlet(code: str, site: str, most: int | None, price: int, buyer: str) -> Network:
    return {
        "code": code, "owner": "HUB", "site": site, "product": "beras", "period": "*", "most_kg": most,
        "price_idr_per_kg": price, "buyer": buyer,
    }  # fmt: skip


def _village(code: str, name: str) -> Network:
    return {"code": code, "name": f"Koperasi Desa Merah Putih {name}", "kind": "KDMP"}


def _supply(site: str, month: str, kg: int, cost: int) -> Network:
    return {"site": site, "product": "gkp", "period": month, "available_kg": kg, "cost_idr_per_kg": cost}


def _trade(site: str, price: int) -> Network:
    return {"site": site, "product": "gkp", "period": "*", "sell_idr_per_kg": price}


def _process(code: str, at: int, name: str, used: str, made: dict[str, float], most: int) -> Network:
    return {
        "code": code, "owner": f"K{at}", "site": f"s{at}", "input": used, "outputs": made, "period": "*",
        "capacity_kg": most, "cost_idr_per_kg": 200, "name": name,
    }  # fmt: skip


def _lane(start: str, end: str, product: str, cost: float) -> Network:
    return {"from": start, "to": end, "products": [product], "cost_idr_per_kg": round(cost)}


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    return 111 * math.hypot(one[0] - other[0], one[1] - other[1])


def _nearest(places: list[tuple[float, float]], here: int, others: list[int]) -> list[int]:
    return sorted(others, key=lambda at: _km(places[here], places[at]))[:3]


@cache
def solved(count: int) -> tuple[Problem, plans.Plan, tuple[plans.Share, ...]]:
    """Return the network of `count` villages (0: the small one) with its plan and drawn shares."""
    problem = problem_of(village_network(count) if count else small_network())
    plan = solve(problem)
    return problem, plan, shares_of(plan)


@dataclass
class Draft:
    """A network put together by hand, of (code, name, kind, role) and (code, name, party, lat, lon).

    It has `GOODS`, and the other tables of the small network, which fit only that one.
    """

    name: str
    months: int = 12
    parties: list[tuple[str, str, str, str]] = field(default_factory=list)
    sites: list[tuple[str, str, int, float, float]] = field(default_factory=list)

    def problem(self, references: Iterable[Reference] = ()) -> Problem:
        """Return the finished network."""
        codes, names, kinds, roles = zip(*self.parties, strict=True)
        places, called, party, lat, lon = zip(*self.sites, strict=True)
        small = problem_of(small_network())
        no_days = np.zeros(len(codes), np.int64)
        return replace(
            small,
            name=self.name,
            periods=tuple(f"2027-{month + 1:02d}" for month in range(self.months)),
            period_names=("",) * self.months,
            products=("gkp", "gkg", "beras", "dedak", "urea"),
            product_names=GOODS,
            parties=replace(
                small.parties,
                codes=codes,
                names=names,
                kinds=kinds,
                roles=roles,
                villages=("",) * len(codes),
                pays_members_after_days=no_days,
                pays_partners_after_days=no_days,
                cash_idr=Decimals.of([None] * len(codes)),
            ),
            sites=Sites(
                codes=places,
                names=called,
                villages=("",) * len(places),
                terrains=("",) * len(places),
                party=np.array(party, np.int64),
                lat=np.array(lat),
                lon=np.array(lon),
                part_of=np.full(len(places), -1, np.int64),
            ),
            references=tuple(references),
        )


def small_plan() -> plans.Plan:
    """Return the plan of the small network."""
    return solved(0)[1]


def shares_of(plan: plans.Plan) -> tuple[plans.Share, ...]:
    """Return the four rules' divisions, drawn with a seed and adding up as they must.

    They are only to be shown; `planning.sharing` is proved elsewhere.
    """
    draw = random.Random(5)
    count, gain = len(plan.alone_idr), plan.value_idr - sum(plan.alone_idr)
    at_prices = [int(alone) for alone in plan.alone_idr]
    at_prices[-1] += math.floor(plan.value_idr) - sum(at_prices)
    shares = []
    # The nucleolus is for few parties only.
    for rule in plans.RULES if len(plan.outcomes) <= 12 else plans.RULES[:-1]:
        weight = [
            0.0 if not o.trades else 1.0 if rule == "equal" else draw.uniform(0.1, 2) for o in plan.outcomes
        ]
        if rule == "even_core":
            weight = [1 + each / 6 if each else 0 for each in weight]
        total = sum(weight) or 1.0
        payoff = [
            int(alone + gain * part / total) for alone, part in zip(plan.alone_idr, weight, strict=True)
        ]
        payoff[-1] += math.floor(plan.value_idr) - sum(payoff)
        settlement = tuple(got - price for got, price in zip(payoff, at_prices, strict=True))
        stable = rule in {"market", "even_core"}
        group = tuple(range(min(2, count)))
        shares.append(
            plans.Share(
                rule, tuple(payoff), settlement, group, 0.0 if stable else 41_500_000.0, "exact", stable
            )
        )
    return tuple(shares)


def without_trade(plan: plans.Plan) -> plans.Plan:
    """Return `plan` as if nothing moved and nobody worked together."""
    none = np.zeros(0, np.int64)
    empty = plans.FlowTable(none, none, none)
    return replace(
        plan,
        value_idr=0.0,
        bound_idr=0.0,
        surplus_idr=0.0,
        lines=plans.SurplusLines(*[0.0] * 11),
        alone_idr=(0.0,) * len(plan.alone_idr),
        flows=plans.Flows(*[empty] * 9),
        scarce=(),
        partnerships=(),
        outcomes=tuple(replace(each, trades=False) for each in plan.outcomes),
    )
