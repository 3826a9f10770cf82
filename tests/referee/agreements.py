"""Terms drawn from the lanes of a plan: what people may agree on, decline or change of it."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import Any

Object = dict[str, Any]


def sent_kg(flows: Object) -> dict[tuple[str, str, str, str], int]:
    """Return the whole kilograms by (from, to, product, period), goods of all ages together."""
    sums: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for row in flows["lanes"]:
        sums[row["from"], row["to"], row["product"], row["period"]] += row["kg"]
    return sums


def term(lane: tuple[str, str, str, str], least: Any = 0, most: Any = None) -> Object:
    """Return a row of terms."""
    return {
        **dict(zip(("from", "to", "product", "period"), lane, strict=True)),
        "least_kg": least,
        "most_kg": most,
    }


def third(network: Object, terms: list[Object]) -> Object:
    """Return a network in version 3 with these terms; those between nobody's sites are left out."""
    owners = {row["code"]: row.get("party") for row in network["sites"]}
    mine = [row for row in terms if owners[row["from"]] or owners[row["to"]]]
    return {**network, "format": "jejaring-network/3", "terms": mine}


def fixed(network: Object, flows: Object) -> Object:
    """Return the network in which all that a plan sends is agreed on."""
    return third(network, [term(lane, kg, kg) for lane, kg in sent_kg(flows).items()])


def drawn(network: Object, flows: Object, seed: int, bold: bool = False) -> Object:
    """Return the network with terms drawn of the lanes of a plan: kept, capped, barred, or (`bold`) more
    than was planned.
    """
    random = Random(f"terms {seed}")
    terms = []
    for lane, kg in sent_kg(flows).items():
        what = random.choice(("keep", "keep", "least", "cap", "bar", "free", "free", "less"))
        if bold and random.random() < 0.15:
            terms.append(term(lane, kg + random.randint(1, max(1, kg // 5))))
        elif what == "keep":
            terms.append(term(lane, kg, kg))
        elif what == "least":
            terms.append(term(lane, kg // 2))
        elif what == "less":
            terms.append(term(lane, kg // 2, kg // 2))
        elif what == "cap":
            terms.append(term(lane, 0, kg * 0.75))
        elif what == "bar":
            terms.append(term(lane, 0, 0))
    return third(network, terms)
