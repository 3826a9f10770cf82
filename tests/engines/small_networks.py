"""A small network as JSON, whole enough to have a row of every table, and ways to spoil it."""

from __future__ import annotations

import copy
import json
from typing import Any

from jejaring.engines.errors import Faults
from jejaring.engines.planning.interchange import read_json
from jejaring.engines.planning.problem import Problem

Network = dict[str, Any]

EXAMPLE: Network = {
    "format": "jejaring-network/1",
    "name": "Contoh",
    "periods": [{"code": "2026-03"}, {"code": "2026-04"}],
    "products": [{"code": "gkp"}, {"code": "beras"}, {"code": "dedak"}, {"code": "urea"}],
    "parties": [
        {"code": "A", "name": "Koperasi A", "kind": "primary"},
        {"code": "B", "name": "Koperasi B", "kind": "secondary", "role": "hub"},
    ],
    "sites": [
        {"code": "a1", "party": "A", "lat": -6.82, "lon": 107.14},
        {"code": "b1", "party": "B", "lat": -6.85, "lon": 107.2},
        {"code": "m1", "party": None},
        {"code": "m2", "party": None},
    ],
    "supplies": [
        {
            "site": "a1", "product": "gkp", "period": "2026-03",
            "available_kg": 120000, "cost_idr_per_kg": 6500,
        },
    ],
    "outlets": [
        {
            "code": "o1", "owner": "B", "site": "m1", "product": "beras", "period": "*", "most_kg": 40000,
            "least_kg": 0, "price_idr_per_kg": 12000,
            "steps": [
                {"from_kg": 20000, "price_idr_per_kg": 12300},
                {"from_kg": 30000, "price_idr_per_kg": 12400.5},
            ],
            "buyer": "Pasar induk",
        },
    ],
    "sources": [
        {
            "code": "u1", "owner": "B", "site": "b1", "product": "urea", "period": "*", "most_kg": 9000,
            "price_idr_per_kg": 2400, "steps": [{"from_kg": 5000, "price_idr_per_kg": 2250}],
        },
    ],
    "needs": [
        {"site": "a1", "product": "urea", "period": "2026-04", "kg": 800, "worth_idr_per_kg": 2800},
    ],
    "processes": [
        {
            "code": "p1", "owner": "B", "site": "b1", "input": "gkp",
            "outputs": {"beras": 0.532, "dedak": 0.07}, "period": "*", "capacity_kg": 60000,
            "cost_idr_per_kg": 350, "opening_cost_idr": 0,
        },
    ],
    "storages": [
        {
            "code": "g1", "owner": "A", "site": "a1", "products": ["gkp", "beras"], "capacity_kg": 50000,
            "cost_idr_per_kg": 40, "loss": 0.005, "opening_kg": {"beras": 1000},
        },
    ],
    "lanes": [
        {"from": "a1", "to": "b1", "products": ["gkp"], "cost_idr_per_kg": 55.5, "capacity_kg": 30000},
        {
            "from": "b1", "to": "m1", "products": ["beras"], "cost_idr_per_kg": 180,
            "capacity_kg": None, "fixed_cost_idr": 0,
        },
        {"from": "b1", "to": "a1", "products": ["urea"], "cost_idr_per_kg": 60},
    ],
    "lane_rule": None,
    "local_trade": [
        {
            "site": "a1", "product": "gkp", "period": "*", "sell_idr_per_kg": 6000,
            "buy_idr_per_kg": None, "most_sell_kg": None, "most_buy_kg": None,
        },
        {"site": "a1", "product": "urea", "period": "*", "buy_idr_per_kg": 3000},
    ],
    "references": [
        {"code": "hpp.gkp", "item": "HPP GKP", "value": "6500", "unit": "Rp/kg", "valid_from": "2025-01-15",
         "source": "Kepbadan Pangan 14/2025"},
    ],
}  # fmt: skip


def example(**tables: Any) -> Network:
    """Return the example with some of its tables replaced."""
    return copy.deepcopy(EXAMPLE) | copy.deepcopy(tables)


def read(network: Network | str | bytes) -> Problem:
    """Return the network that JSON describes; "n.json" is its name in faults."""
    if isinstance(network, dict):
        network = json.dumps(network)
    return read_json(network.encode() if isinstance(network, str) else network, "n.json")


def faults(network: Network | str | bytes) -> list[tuple[str, str, str]]:
    """Return path, what is wrong and what is right of every fault, in reading order."""
    try:
        read(network)
    except Faults as refused:
        found = refused.faults
    else:
        return []
    assert {fault.place.file for fault in found} == {"n.json"}
    return [(fault.place.path, str(fault.wrong), str(fault.right or "")) for fault in found]
