"""Shared places told apart: a stand for each who gives there, a door for each who takes.

At nobody's site lanes don't tell whose goods go through whose channel, so nothing could be agreed of it.
Told apart, what one hands to another there has a lane of its own, from stand to door, and terms of that
lane say all (docs/network-format.md, A shared place told apart). Everything else stays as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from jejaring.engines.measures import NONE, Decimals, Indices
from jejaring.engines.planning.problem import NOBODY, Channels, Lanes, Problem, Sites, Spans

MOST_LANES = 20_000
"""Places that would take more lanes than this from stands to doors stay as they are."""

_Goods = dict[int, set[int]]
"""Products by party, or by site."""


@dataclass(frozen=True, eq=False)
class Apart:
    """A network whose shared places are told apart, and where things are in it now.

    `stand` by place and party; `door` by place and owner of channels there; `lane_door` by the listing of a
    lane out of a place; `handing` the listing from a stand to a door, by both and the product. `listing`:
    where each listing of the network before is now.
    """

    problem: Problem
    listing: Indices
    stand: dict[tuple[int, int], int] = field(default_factory=dict)
    door: dict[tuple[int, int], int] = field(default_factory=dict)
    lane_door: dict[int, int] = field(default_factory=dict)
    handing: dict[tuple[int, int, int], int] = field(default_factory=dict)


def told_apart(problem: Problem) -> Apart:
    """Return `problem` with its shared places told apart; as it is where there are none, or no more."""
    shared = _Shared(problem)
    building = _Building(problem, shared)
    for group in shared.groups():
        gives = shared.gives(group)
        if not shared.is_clear(gives):
            building.tell_apart(gives)
    return building.made()


class _Shared:
    """Nobody's sites, and who gives and takes there."""

    def __init__(self, problem: Problem) -> None:
        self.lanes, self.party = problem.lanes, problem.sites.party
        whole = problem.sites.part_of == NOBODY
        nobodys = whole & (self.party == NOBODY)
        leaves, arrives = nobodys[self.lanes.start], nobodys[self.lanes.end]
        self.sites: list[int] = np.flatnonzero(nobodys).tolist()
        self.joins: list[int] = np.flatnonzero(leaves & arrives).tolist()
        self.into = _by_site(np.flatnonzero(arrives & ~leaves & whole[self.lanes.start]), self.lanes.end)
        self.out_of = _by_site(np.flatnonzero(leaves & ~arrives & whole[self.lanes.end]), self.lanes.start)
        self.sold, self.bought = _channels(problem.outlets), _channels(problem.sources)
        self.worked = {*problem.processes.site.tolist(), *problem.storages.site.tolist()}

    def groups(self) -> Iterator[list[int]]:
        """Yield nobody's sites, those that lanes join together."""
        beside: dict[int, set[int]] = defaultdict(set)
        for lane in self.joins:
            start, end = self.ends(lane)
            beside[start].add(end)
            beside[end].add(start)
        done: set[int] = set()
        for first in self.sites:
            group: set[int] = set()
            waiting = {first} - done
            while waiting:
                group |= waiting
                waiting = {other for site in waiting for other in beside[site]} - group
            done |= group
            if group:
                yield sorted(group)

    def ends(self, lane: int) -> tuple[int, int]:
        """Return where a lane starts and ends."""
        return int(self.lanes.start[lane]), int(self.lanes.end[lane])

    def products(self, lane: int) -> set[int]:
        """Return what a lane carries."""
        return {int(self.lanes.product[listing]) for listing in self.lanes.product_spans.of(lane)}

    def gives(self, group: list[int]) -> dict[int, _Goods]:
        """Return who gives what at the places of a group: brought, bought, or come from another of them."""
        found: dict[int, _Goods] = {site: defaultdict(set) for site in group}
        for site in group:
            for lane in self.into.get(site, ()):
                found[site][int(self.party[self.lanes.start[lane]])] |= self.products(lane)
            for owner, product in sorted(self.bought.get(site, ())):
                found[site][owner].add(product)
        joins = [lane for lane in self.joins if self.ends(lane)[0] in found]
        for _ in group if joins else ():
            for lane in joins:
                start, end = self.ends(lane)
                for party, products in list(found[start].items()):
                    found[end][party] |= products & self.products(lane)
        return found

    def is_clear(self, gives: dict[int, _Goods]) -> bool:
        """Whether lanes tell who gives to whom, or the places stay as they are all the same."""
        givers = {party for goods in gives.values() for party in goods}
        sellers = {owner for site in gives for owner, _ in self.sold.get(site, ())}
        out_of = [lane for site in gives for lane in self.out_of.get(site, ())]
        takers = sellers | {int(self.party[self.lanes.end[lane]]) for lane in out_of}
        return (
            not self.worked.isdisjoint(gives)
            or not givers
            or not takers
            or (len(givers) == 1 and not sellers)
            or (len(takers) == 1 and self.bought.keys().isdisjoint(gives))
            or len(givers) * (len(out_of) + len(sellers) * len(gives)) > MOST_LANES
        )


def _by_site(lanes: Indices, site: Indices) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for lane, at in zip(lanes.tolist(), site[lanes].tolist(), strict=True):
        found[at].append(lane)
    return dict(found)


def _channels(channels: Channels) -> dict[int, set[tuple[int, int]]]:
    """Return owner and product of the channels at each site."""
    found: dict[int, set[tuple[int, int]]] = defaultdict(set)
    rows = zip(channels.site.tolist(), channels.owner.tolist(), channels.product.tolist(), strict=True)
    for site, owner, product in rows:
        found[site].add((owner, product))
    return dict(found)


@dataclass(frozen=True)
class _Way:
    """A lane to be made: with all that lane `like` has, or (-1) free and without limit."""

    start: int
    end: int
    listings: tuple[int, ...]
    """Of `like`, or the products of a free lane."""
    like: int


class _Building:
    """Makes the parts of places, and the lanes to, from and between them."""

    def __init__(self, problem: Problem, shared: _Shared) -> None:
        self._problem, self._shared = problem, shared
        self._codes = set(problem.sites.codes)
        self._parts: list[tuple[str, int, int]] = []
        """Code, party and place."""
        self._ways: list[_Way] = []
        self._gone: list[int] = []
        """Lanes that lead elsewhere now."""
        self._made = Apart(problem, np.arange(len(problem.lanes.product)))

    def tell_apart(self, gives: dict[int, _Goods]) -> None:
        """Tell the places of one group apart."""
        party = self._problem.sites.party
        for site, goods in gives.items():
            for giver in sorted(goods):
                self._made.stand[site, giver] = self._part(
                    site, "/", self._problem.parties.codes[giver], giver
                )
            for lane in self._shared.into.get(site, ()):
                start = int(self._problem.lanes.start[lane])
                self._again(lane, start, self._made.stand[site, int(party[start])])
            for door, products in self._doors(site).items():
                for giver in sorted(goods):
                    both = tuple(sorted(goods[giver] & products))
                    if both:
                        self._ways.append(_Way(self._made.stand[site, giver], door, both, -1))
        for lane in self._shared.joins:
            start, end = self._shared.ends(lane)
            self._gone += [lane] if start in gives else []
            for giver in sorted(gives.get(start, ())):
                self._again(lane, self._made.stand[start, giver], self._made.stand[end, giver])

    def _doors(self, site: int) -> dict[int, set[int]]:
        """Make the doors of a place; return what leaves by each."""
        found: _Goods = defaultdict(set)
        for owner, product in sorted(self._shared.sold.get(site, ())):
            if (site, owner) not in self._made.door:
                code = self._problem.parties.codes[owner]
                self._made.door[site, owner] = self._part(site, ">", code, NOBODY)
            found[self._made.door[site, owner]].add(product)
        lanes = self._problem.lanes
        by_end: dict[int, int] = {}
        for lane in self._shared.out_of.get(site, ()):
            end = int(lanes.end[lane])
            if end not in by_end:
                by_end[end] = self._part(site, ">", self._problem.sites.codes[end], NOBODY)
            found[by_end[end]] |= self._shared.products(lane)
            self._made.lane_door.update(dict.fromkeys(lanes.product_spans.of(lane), by_end[end]))
            self._again(lane, by_end[end], end)
        return found

    def _part(self, place: int, sign: str, whose: str, party: int) -> int:
        code = f"{self._problem.sites.codes[place]}{sign}{whose}"
        while code in self._codes:
            code += "'"
        self._codes.add(code)
        self._parts.append((code, party, place))
        return len(self._problem.sites) + len(self._parts) - 1

    def _again(self, lane: int, start: int, end: int) -> None:
        self._gone.append(lane)
        self._ways.append(_Way(start, end, tuple(self._problem.lanes.product_spans.of(lane)), lane))

    def made(self) -> Apart:
        """Return what was made."""
        if not self._parts:
            return self._made
        problem = self._problem
        lanes, listing = self._lanes()
        return replace(
            self._made,
            listing=listing,
            problem=replace(
                problem,
                sites=self._sites(),
                lanes=lanes,
                outlets=_moved(problem.outlets, self._made.door),
                sources=_moved(problem.sources, self._made.stand),
                terms=replace(problem.terms, listing=listing[problem.terms.listing]),
            ),
        )

    def _sites(self) -> Sites:
        sites, place = self._problem.sites, [place for _, _, place in self._parts]
        return Sites(
            codes=(*sites.codes, *(code for code, _, _ in self._parts)),
            names=(*sites.names, *(sites.names[each] or sites.codes[each] for each in place)),
            villages=(*sites.villages, *(sites.villages[each] for each in place)),
            terrains=(*sites.terrains, *(sites.terrains[each] for each in place)),
            party=np.concatenate([sites.party, [party for _, party, _ in self._parts]]).astype(np.int64),
            lat=np.concatenate([sites.lat, sites.lat[place]]),
            lon=np.concatenate([sites.lon, sites.lon[place]]),
            part_of=np.concatenate([sites.part_of, place]).astype(np.int64),
        )

    def _lanes(self) -> tuple[Lanes, Indices]:
        """Return all lanes, given ones before those of the rule, and where each old listing is now."""
        lanes, ways = self._problem.lanes, self._ways
        stays = np.ones(len(lanes.start), dtype=bool)
        stays[self._gone] = False
        given, ruled = (np.flatnonzero(stays & (lanes.by_rule == rule)) for rule in (0, 1))
        like = np.concatenate([given, [way.like for way in ways], ruled]).astype(np.int64)
        made = slice(len(given), len(given) + len(ways))
        start, end, by_rule, vehicle = (
            _rows(column, like) for column in (lanes.start, lanes.end, lanes.by_rule, lanes.vehicle)
        )
        start[made], end[made] = [way.start for way in ways], [way.end for way in ways]
        by_rule[made] = 0
        km = np.where(like == NOBODY, np.nan, lanes.km[like])
        free = like[made] == NOBODY
        # From stand to door it isn't far, wherever the place is.
        known = ~np.isnan(self._problem.sites.lat[self._places(ways)])
        km[made] = np.where(free & known, 0.0, km[made])
        spans, product, listed = self._listings(like, made)
        listing = np.full(len(lanes.product), NOBODY)
        listing[listed[listed != NOBODY]] = np.flatnonzero(listed != NOBODY)
        return Lanes(
            start=start,
            end=end,
            cost_idr_per_kg=_taken(lanes.cost_idr_per_kg, like),
            capacity_kg=_taken(lanes.capacity_kg, like, NONE),
            fixed_cost_idr=_taken(lanes.fixed_cost_idr, like),
            by_rule=by_rule,
            product_spans=spans,
            product=product,
            loss=_taken(lanes.loss, listed),
            km=km,
            vehicle=vehicle,
            own_cost_idr_per_kg=_taken(lanes.own_cost_idr_per_kg, like),
            own_loss=_taken(lanes.own_loss, like),
            given_km=_taken(lanes.given_km, like, NONE),
        ), listing

    def _listings(self, like: Indices, made: slice) -> tuple[Spans, Indices, Indices]:
        """Return the spans and products of lanes, and which listing each is as (NOBODY: of a free lane)."""
        old = self._problem.lanes
        counts = np.where(like == NOBODY, 0, np.diff(old.product_spans.start)[like])
        counts[made] = [len(way.listings) for way in self._ways]
        spans = np.concatenate([[0], np.cumsum(counts)])
        first = np.repeat(np.where(like == NOBODY, NOBODY, old.product_spans.start[like]), counts)
        within = np.arange(len(first)) - np.repeat(spans[:-1], counts)
        listed = np.where(first == NOBODY, NOBODY, first + within)
        product = old.product[listed]
        free = [each for way in self._ways if way.like == NOBODY for each in way.listings]
        product[listed == NOBODY] = free
        handing = [(way.start, way.end) for way in self._ways if way.like == NOBODY for _ in way.listings]
        for at, (ends, each) in zip(
            np.flatnonzero(listed == NOBODY).tolist(), zip(handing, free, strict=True), strict=True
        ):
            self._made.handing[(*ends, each)] = at
        return Spans(spans.astype(np.int64)), product.astype(np.int64), listed

    def _places(self, ways: list[_Way]) -> list[int]:
        """Return the place at which each way begins or ends."""
        sites = len(self._problem.sites)
        ends = [way.start if way.start >= sites else way.end for way in ways]
        return [self._parts[end - sites][2] for end in ends]


def _rows(column: Indices, rows: Indices) -> Indices:
    """Return the rows of a column, NOBODY where a row is."""
    return np.where(rows == NOBODY, NOBODY, column[rows]).astype(np.int64)


def _taken(column: Decimals, rows: Indices, nothing: int = 0) -> Decimals:
    """Return the rows of a column, `nothing` where a row is NOBODY."""
    return Decimals(np.where(rows == NOBODY, nothing, column.numerators[rows]), column.places)


def _moved(channels: Channels, to: dict[tuple[int, int], int]) -> Channels:
    """Return channels at the parts of their places that are their owners'."""
    at = zip(channels.site.tolist(), channels.owner.tolist(), strict=True)
    site = [to.get((place, owner), place) for place, owner in at]
    return replace(channels, site=np.array(site, dtype=np.int64))
