"""Parts of a place in format version 3, and shared places told apart: said once more from
docs/network-format.md. `told_apart` writes them; `between` reads who hands what to whom.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

Object = dict[str, Any]
Deal = tuple[str, str, str, str]
"""Giver, taker, product, period."""


def faults(sites: list[Object]) -> list[str]:
    """Return what is wrong with the parts among the sites of a file."""
    found = []
    places = {site["code"]: site.get("part_of") for site in sites if isinstance(site.get("code"), str)}
    for code, place in places.items():
        if place is None:
            continue
        if not isinstance(place, str) or place not in places:
            found.append(f"sites: {code!r} is part of {place!r}, which is no site")
        elif places[place] is not None or place == code:
            found.append(f"sites: {code!r} is part of {place!r}, which is a part itself")
    return found


class Ends:
    """Who gives and who takes at each of nobody's sites of a file whose lanes are all given."""

    def __init__(self, network: Object) -> None:
        self.owner = {site["code"]: site.get("party") for site in network["sites"]}
        self.parts = {site["code"] for site in network["sites"] if site.get("part_of")}
        self.lanes = network.get("lanes") or []
        self.channels = {table: network.get(table) or [] for table in ("outlets", "sources")}
        self.facilities = [
            row["site"] for table in ("processes", "storages") for row in network.get(table) or []
        ]
        self.nobodys = [
            code for code, owner in self.owner.items() if owner is None and code not in self.parts
        ]

    def between_nobodys(self, lane: Object) -> bool:
        """Whether neither end of a lane is a party's."""
        return lane["from"] in self.nobodys and lane["to"] in self.nobodys

    def joined(self) -> Iterator[list[str]]:
        """Yield nobody's sites, those that lanes join together."""
        left = list(self.nobodys)
        while left:
            group = [left.pop(0)]
            for site in group:
                for lane in filter(self.between_nobodys, self.lanes):
                    for one, other in ((lane["from"], lane["to"]), (lane["to"], lane["from"])):
                        if one == site and other in left:
                            left.remove(other)
                            group.append(other)
            yield sorted(group, key=self.nobodys.index)

    def brings(self, site: str) -> dict[str, set[str]]:
        """Return the products that each party can bring to a place, or buys there, by party."""
        found: dict[str, set[str]] = defaultdict(set)
        for lane in self.lanes:
            if lane["to"] == site and self.owner[lane["from"]] is not None and lane["from"] not in self.parts:
                found[self.owner[lane["from"]]] |= set(lane["products"])
        for row in self.channels["sources"]:
            if row["site"] == site:
                found[row["owner"]].add(row["product"])
        return found

    def gives(self, group: list[str]) -> dict[str, dict[str, set[str]]]:
        """Return the same for all places of a group, with what comes over lanes between them."""
        found = {site: self.brings(site) for site in group}
        for _ in group:
            for lane in filter(self.between_nobodys, self.lanes):
                if lane["from"] in found:
                    for party, products in list(found[lane["from"]].items()):
                        # Who gives at one gives at the other, if only of other goods.
                        found[lane["to"]][party] |= products & set(lane["products"])
        return found

    def is_clear(self, group: list[str]) -> bool:
        """Whether lanes tell who gives to whom in a group, or nothing may be told apart there."""
        givers = {party for parties in self.gives(group).values() for party in parties}
        sources = [row for row in self.channels["sources"] if row["site"] in group]
        outlets = [row for row in self.channels["outlets"] if row["site"] in group]
        ways_out = [lane for lane in self.lanes if lane["from"] in group and not self.between_nobodys(lane)]
        takers = {row["owner"] for row in outlets} | {self.owner[lane["to"]] for lane in ways_out}
        return (
            any(site in group for site in self.facilities)
            or not givers
            or not takers
            or (len(givers) == 1 and not outlets)
            or (len(takers) == 1 and not sources)
        )


def told_apart(network: Object) -> Object:
    """Return the network of a file with every place told apart that the format says is."""
    ends = Ends(network)
    made = {
        **network,
        "format": "jejaring-network/3",
        "sites": list(network["sites"]),
        "lanes": [],
    }
    for table, rows in ends.channels.items():
        made[table] = [dict(row) for row in rows]
    moved: dict[tuple[str, str], tuple[str, str]] = {}
    apart: set[str] = set()
    for group in ends.joined():
        if not ends.is_clear(group):
            apart |= set(group)
            _tell_apart(network, made, ends, group, moved)
    made["lanes"] += [
        _led(row, moved) for row in ends.lanes if not (ends.between_nobodys(row) and row["from"] in apart)
    ]
    made["terms"] = [_led(row, moved) for row in network.get("terms") or []]
    return made


def _led(row: Object, moved: dict[tuple[str, str], tuple[str, str]]) -> Object:
    """Return a row of a lane with the ends that it has now."""
    ends = row["from"], row["to"]
    return {**row, **dict(zip(("from", "to"), moved.get(ends, ends), strict=True))}


def _tell_apart(
    network: Object, made: Object, ends: Ends, group: list[str], moved: dict[tuple[str, str], tuple[str, str]]
) -> None:
    known = {site["code"]: site for site in network["sites"]}
    all_stands: dict[tuple[str, str], str] = {}
    gives = ends.gives(group)
    for site in group:
        leaves: dict[str, set[str]] = {}

        def part(code: str, owner: str | None, of: str = site) -> str:
            while any(other["code"] == code for other in made["sites"]):
                code += "'"
            made["sites"].append({**known[of], "code": code, "party": owner, "part_of": of})
            return code

        stands = {party: part(f"{site}/{party}", party) for party in gives[site]}
        all_stands.update({(site, party): stand for party, stand in stands.items()})
        doors: dict[tuple[str, str], str] = {}
        for row in made["sources"]:
            row["site"] = stands[row["owner"]] if row["site"] == site else row["site"]
        for row in made["outlets"]:
            if row["site"] == site:
                if ("", row["owner"]) not in doors:
                    doors["", row["owner"]] = part(f"{site}>{row['owner']}", None)
                door = doors["", row["owner"]]
                leaves.setdefault(door, set()).add(row["product"])
                row["site"] = door
        for lane in ends.lanes:
            if lane["to"] == site and (party := ends.owner[lane["from"]]) is not None:
                moved[lane["from"], site] = lane["from"], stands[party]
            elif lane["from"] == site and not ends.between_nobodys(lane):
                if (lane["to"], "") not in doors:
                    doors[lane["to"], ""] = part(f"{site}>{lane['to']}", None)
                door = doors[lane["to"], ""]
                leaves.setdefault(door, set()).update(lane["products"])
                moved[site, lane["to"]] = door, lane["to"]
        for party, stand in stands.items():
            for door, products in leaves.items():
                if both := sorted(products & gives[site][party]):
                    made["lanes"].append({"from": stand, "to": door, "products": both})
    for lane in filter(ends.between_nobodys, ends.lanes):
        if lane["from"] in group:
            for party in gives[lane["from"]]:
                ends_of = {end: all_stands[lane[end], party] for end in ("from", "to")}
                made["lanes"].append({**lane, **ends_of})


def between(network: Object, flows: Object) -> dict[Deal, Fraction]:
    """Return what passes from each party to each other one in a network told apart: on lanes between their
    sites, and from stands to doors, kilograms as they are sent.
    """
    owner = {site["code"]: site.get("party") for site in network["sites"]}
    doors = {site["code"] for site in network["sites"] if site.get("part_of") and site.get("party") is None}
    takes = {row["site"]: row["owner"] for row in network.get("outlets") or [] if row["site"] in doors}
    takes |= {lane["from"]: owner[lane["to"]] for lane in network.get("lanes") or [] if lane["from"] in doors}
    sums: dict[Deal, Fraction] = defaultdict(Fraction)
    for row in flows["lanes"]:
        giver, taker = owner[row["from"]], takes.get(row["to"], owner[row["to"]])
        if giver is not None and taker is not None and giver != taker:
            sums[giver, taker, row["product"], row["period"]] += row["kg"]
    return sums
