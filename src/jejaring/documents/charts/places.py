"""Where things stand on the map: sites gathered into places, lanes between them, and labels.

`map.py` draws what is worked out here.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from jejaring.documents.charts.svg import Point, text_width
from jejaring.documents.names import Names, hubs
from jejaring.engines.measures import Floats, Indices
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import NOBODY, Problem

PlaceKind = Literal["hub", "buyer", "facility", "coop", "idle"]
EARTH_KM_PER_DEGREE = 6371.0088 * math.pi / 180
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Place:
    """Sites of one party that stand together. `kg` is what is supplied, worked on or sold here.

    `away_km`, from the middle of the network, is above 0 where it is drawn nearer than it is.
    """

    kind: PlaceKind
    name: str
    lat: float
    lon: float
    kg: int
    away_km: float = 0.0


@dataclass(frozen=True)
class Haul:
    """What goes from place to place over all periods; `product` is the one that weighs most."""

    start: int
    end: int
    kg: int
    product: int


@dataclass(frozen=True)
class Geography:
    """Places with the hauls between them, the most important place first.

    `true_scale` is (south, west, north, east) outside which places are drawn nearer than they are,
    None where all are drawn where they are. `lost` sites have no position.
    """

    places: tuple[Place, ...]
    hauls: tuple[Haul, ...]
    true_scale: tuple[float, float, float, float] | None
    lost: int


def geography(problem: Problem, plan: Plan, names: Names) -> Geography:
    """Return the network as it lies on the ground."""
    sites = problem.sites
    known = ~(np.isnan(sites.lat) | np.isnan(sites.lon))
    gathered: dict[tuple[float, float, int], list[int]] = defaultdict(list)
    for site in np.flatnonzero(known).tolist():
        party = int(sites.party[sites.place[site]])
        gathered[round(sites.lat[site], 3), round(sites.lon[site], 3), party].append(site)
    weighed, serving = _weights(problem, plan), _serving(problem, plan)
    places = [_place(problem, plan, names, group, (weighed, serving)) for group in gathered.values()]
    order = sorted(range(len(places)), key=lambda at: _importance(places[at]))
    place_of = {site: rank for rank, at in enumerate(order) for site in list(gathered.values())[at]}
    hauls = _hauls(problem, plan, place_of)
    drawn, true_scale = _drawn_in(tuple(places[at] for at in order))
    return Geography(drawn, hauls, true_scale, int((~known).sum()))


def _importance(place: Place) -> tuple[int, int, str]:
    return ("hub", "buyer", "facility", "coop", "idle").index(place.kind), -place.kg, place.name


def _weights(problem: Problem, plan: Plan) -> Indices:
    """Return kilograms by site: supplied there, worked on there, or sold there to a buyer."""
    kg = np.zeros(len(problem.sites), np.int64)
    np.add.at(kg, problem.processes.site[plan.flows.processes.row], plan.flows.processes.kg)
    np.add.at(kg, problem.supplies.site[plan.flows.supplies.row], plan.flows.supplies.kg)
    np.add.at(kg, problem.outlets.site[plan.flows.outlets.row], plan.flows.outlets.kg)
    return kg


def _serving(problem: Problem, plan: Plan) -> set[int]:
    """Return the parties that dry, mill or otherwise work on what others deliver."""
    processes = problem.processes
    takes = set(zip(processes.owner.tolist(), processes.input.tolist(), strict=True))
    return {
        each.taker
        for each in plan.partnerships
        if each.kind in {"toll", "sale"}
        and any((each.taker, one.product) in takes for one in each.hand_overs)
    }


def _place(
    problem: Problem, plan: Plan, names: Names, group: list[int], known: tuple[Indices, set[int]]
) -> Place:
    """Return the place of a group of sites; `known`: kilograms by site, and who works for others."""
    sites, site = problem.sites, group[0]
    party, (kg, serving) = int(sites.party[site]), known
    kind: PlaceKind
    if party == NOBODY:
        kind = "buyer"
    elif party in hubs(problem):
        kind = "hub"
    elif party in serving and np.isin(group, problem.processes.site).any():
        kind = "facility"
    else:
        kind = "coop" if plan.outcomes[party].trades else "idle"
    name = names.sites[site] if party == NOBODY else names.short_parties[party]
    return Place(kind, name, float(sites.lat[site]), float(sites.lon[site]), int(kg[group].sum()))


def _hauls(problem: Problem, plan: Plan, place_of: dict[int, int]) -> tuple[Haul, ...]:
    lanes, flows = problem.lanes, plan.flows.lanes
    lane = np.searchsorted(lanes.product_spans.start, flows.row, side="right") - 1
    weights: dict[tuple[int, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    rows = zip(lanes.start[lane], lanes.end[lane], lanes.product[flows.row], flows.kg, strict=True)
    for start, end, product, kg in rows:
        a, b = place_of.get(int(start)), place_of.get(int(end))
        if a is not None and b is not None and a != b:
            weights[a, b][int(product)] += int(kg)
    hauls = [
        Haul(a, b, sum(by_product.values()), max(by_product, key=lambda p: (by_product[p], -p)))
        for (a, b), by_product in weights.items()
    ]
    return tuple(sorted(hauls, key=lambda haul: (haul.kg, haul.start, haul.end)))


def _drawn_in(
    places: tuple[Place, ...],
) -> tuple[tuple[Place, ...], tuple[float, float, float, float] | None]:
    """Return the places with far-off ones drawn nearer, and the box in which the scale is true.

    One buyer in the capital, or one village at the coast, would otherwise press all others into a
    corner. Outside the box a distance d (of at most m) is drawn as m·d/(d + m).
    """
    lat, lon = np.array([p.lat for p in places]), np.array([p.lon for p in places])
    own = np.array([p.kind != "buyer" for p in places])
    if not own.any():
        return places, None
    squeeze = math.cos(math.radians(float(np.median(lat[own]))))
    y, x = lat * EARTH_KM_PER_DEGREE, lon * squeeze * EARTH_KM_PER_DEGREE
    middle = float(np.median(y[own])), float(np.median(x[own]))
    away = np.hypot(y - middle[0], x - middle[1])
    core = own & (away <= np.quantile(away[own], 0.8))
    span = max(np.ptp(y[core]), np.ptp(x[core]), 2.0)
    if max(np.ptp(y), np.ptp(x)) <= 2 * span:
        return places, None
    low, high = (y[core].min(), x[core].min()), (y[core].max(), x[core].max())
    drawn_y, drawn_x = (_nearer(each, low[at], high[at], 0.24 * span) for at, each in enumerate((y, x)))
    moved = np.hypot(drawn_y - y, drawn_x - x)
    drawn = tuple(
        replace(
            place,
            lat=float(drawn_y[at]) / EARTH_KM_PER_DEGREE,
            lon=float(drawn_x[at]) / squeeze / EARTH_KM_PER_DEGREE,
            away_km=float(away[at]) if moved[at] > 0.1 * span else 0.0,
        )
        for at, place in enumerate(places)
    )
    scale = EARTH_KM_PER_DEGREE, squeeze * EARTH_KM_PER_DEGREE
    box = low[0] / scale[0], low[1] / scale[1], high[0] / scale[0], high[1] / scale[1]
    return drawn, (float(box[0]), float(box[1]), float(box[2]), float(box[3]))


def _nearer(km: Floats, low: float, high: float, most: float) -> Floats:
    """Return positions along one axis with those outside low … high drawn nearer, within `most`."""
    below, above = np.maximum(low - km, 0.0), np.maximum(km - high, 0.0)
    inside = np.clip(km, low, high)
    moved: Floats = inside - most * below / (below + most) + most * above / (above + most)
    return moved


@dataclass(frozen=True)
class Frame:
    """Turns degrees into points of a picture. `px_per_km` is its scale."""

    width: float
    height: float
    px_per_km: float
    west: float
    north: float
    squeeze: float
    left: float
    top: float

    def point(self, lat: float, lon: float) -> Point:
        """Return where a position is drawn."""
        scale = self.px_per_km * EARTH_KM_PER_DEGREE
        return self.left + (lon - self.west) * self.squeeze * scale, self.top + (self.north - lat) * scale


def frame(places: tuple[Place, ...], width: float, most_height: float, edge: Point) -> Frame:
    """Return the largest frame of `width` that shows all places, `edge` (x, y) away from its border."""
    south, north = min(p.lat for p in places), max(p.lat for p in places)
    west, east = min(p.lon for p in places), max(p.lon for p in places)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide = max((east - west) * squeeze * EARTH_KM_PER_DEGREE, 1.0)
    high = max((north - south) * EARTH_KM_PER_DEGREE, 1.0)
    scale = min((width - 2 * edge[0]) / wide, (most_height - 2 * edge[1]) / high)
    height = max(high * scale + 2 * edge[1], 0.45 * width)
    left = (width - (east - west) * squeeze * EARTH_KM_PER_DEGREE * scale) / 2
    top = (height - (north - south) * EARTH_KM_PER_DEGREE * scale) / 2
    return Frame(width, height, scale, west, north, squeeze, left, top)


@dataclass(frozen=True)
class Label:
    """A name at its place in the picture; `anchor` as in SVG."""

    text: str
    x: float
    y: float
    anchor: Literal["start", "middle", "end"]


def labels(
    wanted: list[tuple[str, Point, float]], size: float, bounds: Box, taken: list[Box], must: int
) -> list[Label | None]:
    """Return a label for each (text, mark, radius), None where there is no room without overlap.

    Earlier ones choose first; `taken` are boxes (left, top, right, bottom) that must stay free.
    The first `must` labels are placed even where marks (but no labels) lie below them.
    """
    boxes = list(taken)
    placed: list[Label | None] = []
    for rank, (text, (x, y), radius) in enumerate(wanted):
        label = None
        if rank < must:
            label, box = _least_hidden(_candidates(text, x, y, radius, size), bounds, boxes)
            boxes.append(box)
            placed.append(label)
            continue
        for candidate, box in _candidates(text, x, y, radius, size):
            if _inside(box, bounds) and not any(_overlap(box, other) for other in boxes):
                label = candidate
                boxes.append(box)
                break
        placed.append(label)
    return placed


def _candidates(text: str, x: float, y: float, radius: float, size: float) -> list[tuple[Label, Box]]:
    width, gap = text_width(text, size), radius + 3
    near = gap * 0.75
    spots: list[tuple[float, float, Literal["start", "middle", "end"]]] = [
        (x + gap, y + size * 0.35, "start"),
        (x - gap, y + size * 0.35, "end"),
        (x, y - gap, "middle"),
        (x, y + gap + size * 0.8, "middle"),
        (x + near, y - near, "start"),
        (x - near, y - near, "end"),
        (x + near, y + near + size * 0.7, "start"),
        (x - near, y + near + size * 0.7, "end"),
        (x, y - gap - size * 1.2, "middle"),
        (x, y + gap + size * 2.0, "middle"),
        (x - near, y - near - size * 1.2, "start"),
        (x + near, y + near + size * 1.9, "end"),
    ]
    found = []
    for left, foot, anchor in spots:
        start = left - (width if anchor == "end" else width / 2 if anchor == "middle" else 0)
        box = (start - 1, foot - size * 0.8, start + width + 1, foot + size * 0.25)
        found.append((Label(text, left, foot, anchor), box))
    return found


def _least_hidden(candidates: list[tuple[Label, Box]], bounds: Box, boxes: list[Box]) -> tuple[Label, Box]:
    """Return the candidate that lies over the fewest boxes, inside the picture if any is."""
    return min(
        candidates,
        key=lambda each: (not _inside(each[1], bounds), sum(_overlap(each[1], other) for other in boxes)),
    )


def _inside(box: Box, bounds: Box) -> bool:
    return box[0] >= bounds[0] and box[1] >= bounds[1] and box[2] <= bounds[2] and box[3] <= bounds[3]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
