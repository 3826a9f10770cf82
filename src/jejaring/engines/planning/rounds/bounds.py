"""What was accepted, declined and countered, as terms of lanes.

Terms are on lanes and nothing else: what two parties hand over without any lane (a mill or a channel at the
other's own site) can be neither kept nor barred by them; `Ways.unlaned` names such pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np

from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Decimals, Indices, whole_parts
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import NOBODY, Problem, Terms
from jejaring.engines.planning.rounds.ways import Parties, Place, Ways, pair_of, ways


@dataclass(frozen=True, order=True)
class Pair:
    """Two parties of a network, by position."""

    one: int
    other: int

    @property
    def parties(self) -> Parties:
        """Return both in the order of the network."""
        return pair_of(self.one, self.other)


@dataclass(frozen=True)
class Bounds:
    """What a lane carries in a period: at least and at most (None: no limit) so many kilograms."""

    least_kg: int = 0
    most_kg: int | None = None


@dataclass(frozen=True)
class Counter:
    """What one party offers instead: so many kilograms of a product in a period, as they arrive.

    `start` and `end` are the sites that the goods leave and arrive at; NOBODY: those of the plan. 0 kg drops
    the period.
    """

    giver: int
    taker: int
    product: int
    period: int
    kg: int
    start: int = NOBODY
    end: int = NOBODY


Drafted = dict[Place, Bounds]
"""What is to be kept on each lane's listing and period."""


def kept_terms(problem: Problem, plan: Plan, pairs: Iterable[Pair], found: Ways | None = None) -> Drafted:
    """Return the terms by which `pairs` hand over again what they do in `plan`: nothing less, and nothing
    else between their own sites.
    """
    on = found or ways(problem, plan)
    kept = {pair.parties for pair in pairs}
    drafted = {place: Bounds(0, 0) for pair in kept for place in between(problem, pair)}
    for place, parts in on.passed.items():
        part = sum((share for pair, share in parts.items() if pair in kept), Fraction(0))
        if part:
            sent = on.sent_kg[place]
            # Where goods of others travel too only the kept part is asked for.
            drafted[place] = Bounds(sent, sent) if part >= 1 else Bounds(int(sent * part))
    return drafted


def barred_terms(problem: Problem, plan: Plan, pairs: Iterable[Pair], found: Ways | None = None) -> Drafted:
    """Return the terms by which `pairs` hand over nothing: no lane between their own sites, and none on which
    their goods travel to where they meet.
    """
    on = found or ways(problem, plan)
    drafted: Drafted = {}
    for pair in {pair.parties for pair in pairs}:
        drafted |= dict.fromkeys([*between(problem, pair), *on.of(pair)], Bounds(0, 0))
    return drafted


def countered_terms(
    problem: Problem, plan: Plan, counters: Iterable[Counter], found: Ways | None = None
) -> Drafted:
    """Return the terms by which what was countered happens, and nothing else of that product between the
    same two in that period. A Refusal where no lane leads there.
    """
    on = found or ways(problem, plan)
    drafted: Drafted = {}
    for counter in counters:
        drafted |= _countered(problem, on, counter)
    return drafted


def between(problem: Problem, pair: Parties) -> list[Place]:
    """Return all listings and periods of the lanes between the sites of two parties, both ways."""
    ends = _owners(problem)
    one = (ends[0] == pair[0]) & (ends[1] == pair[1])
    other = (ends[0] == pair[1]) & (ends[1] == pair[0])
    listings = np.flatnonzero(one | other).tolist()
    return [(listing, period) for listing in listings for period in range(len(problem.periods))]


def with_terms(problem: Problem, drafted: Mapping[Place, Bounds]) -> Problem:
    """Return `problem` with these terms; where it has any of the same lane and period, in their place."""
    terms = problem.terms
    stood: dict[Place, tuple[Decimal | int, Decimal | int | None]] = {}
    for entry, place in enumerate(zip(terms.listing.tolist(), terms.period.tolist(), strict=True)):
        most = None if terms.most_kg.none[entry] else _decimal(terms.most_kg, entry)
        stood[place] = _decimal(terms.least_kg, entry), most
    stood |= {place: (each.least_kg, each.most_kg) for place, each in drafted.items()}
    places = sorted(place for place, limits in stood.items() if limits != (0, None))
    return replace(
        problem,
        terms=Terms(
            listing=np.array([listing for listing, _ in places], dtype=np.int64),
            period=np.array([period for _, period in places], dtype=np.int64),
            least_kg=Decimals.of(stood[place][0] for place in places),
            most_kg=Decimals.of(stood[place][1] for place in places),
        ),
    )


def together(kept: Drafted, barred: Drafted) -> Drafted:
    """Return both: where the goods of kept and of barred pairs travel on one lane, what is kept is all that
    may be sent.
    """
    merged = dict(kept)
    for place, bounds in barred.items():
        least = kept[place].least_kg if place in kept else 0
        merged[place] = Bounds(least, least) if least else bounds
    return merged


def _decimal(column: Decimals, entry: int) -> Decimal:
    return Decimal(int(column.numerators[entry])).scaleb(-column.places)


def _owners(problem: Problem) -> tuple[Indices, Indices]:
    """Return by listing who gives where its lane leaves and who takes where it arrives: the site's party; at
    nobody's site whoever alone does so there, or NOBODY.
    """
    lanes, party = problem.lanes, problem.sites.party
    lane = _lane(problem)
    at = np.concatenate([problem.processes.site, problem.storages.site])
    owner = np.concatenate([problem.processes.owner, problem.storages.owner])
    gives = _alone(
        problem, (at, problem.sources.site, lanes.end), (owner, problem.sources.owner, party[lanes.start])
    )
    takes = _alone(
        problem, (at, problem.outlets.site, lanes.start), (owner, problem.outlets.owner, party[lanes.end])
    )
    return gives[lanes.start[lane]], takes[lanes.end[lane]]


def _alone(problem: Problem, sites: tuple[Indices, ...], owners: tuple[Indices, ...]) -> Indices:
    """Return the party of each site; of nobody's the one party that stands there alone, if one does."""
    site, owner = np.concatenate(sites), np.concatenate(owners)
    party, count = problem.sites.party, len(problem.parties)
    least, most = np.full(len(party), count), np.full(len(party), NOBODY)
    np.minimum.at(least, site, owner)
    np.maximum.at(most, site, owner)
    alone = (party == NOBODY) & (least == most)
    return np.where(alone, most, party)


def _lane(problem: Problem) -> Indices:
    """Return the lane of each listing."""
    return np.repeat(np.arange(len(problem.lanes.start)), np.diff(problem.lanes.product_spans.start))


def _countered(problem: Problem, on: Ways, counter: Counter) -> Drafted:
    lanes, lane = problem.lanes, _lane(problem)
    owners = _owners(problem)
    period = counter.period
    of_product = lanes.product == counter.product
    direct = np.flatnonzero(of_product & (owners[0] == counter.giver) & (owners[1] == counter.taker))
    pair = pair_of(counter.giver, counter.taker)
    travelled = [
        place
        for place in on.of(pair)
        if place[1] == period
        and of_product[place[0]]
        and owners[0][place[0]] == counter.giver
        and owners[1][place[0]] in (counter.taker, NOBODY)
    ]
    drafted = dict.fromkeys([*((listing, period) for listing in direct.tolist()), *travelled], Bounds(0, 0))
    if not counter.kg:
        return drafted
    right = of_product & (owners[0] == counter.giver)
    place = problem.sites.place
    for ends, site in ((place[lanes.start[lane]], counter.start), (place[lanes.end[lane]], counter.end)):
        if site != NOBODY:
            right &= ends == site
    if counter.end == NOBODY:
        right &= owners[1] == counter.taker
    now = {place[0]: on.sent_kg[place] for place in travelled}
    chosen = [listing for listing in now if counter.end == NOBODY or right[listing]]
    if not chosen:
        chosen = _usual(problem, on, pair, np.flatnonzero(right).tolist())
    if not chosen:
        raise _no_lane(problem, counter)
    return drafted | _dealt(problem, chosen, now, counter)


def _usual(problem: Problem, on: Ways, pair: Parties, listings: list[int]) -> list[int]:
    """Return the one of `listings` that the pair uses most in other periods, else the cheapest."""
    used: dict[int, int] = defaultdict(int)
    for listing, period in on.of(pair):
        used[listing] += on.sent_kg[listing, period]
    lane, cost = _lane(problem), problem.lanes.cost_idr_per_kg
    order = sorted(listings, key=lambda each: (-used[each], cost.fraction(int(lane[each])), each))
    return order[:1]


def _dealt(problem: Problem, listings: list[int], now: Mapping[int, int], counter: Counter) -> Drafted:
    """Return the kilograms of a counter on its lanes, in proportion to what they carry now; on each so many
    are sent that the whole kilograms asked for arrive.
    """
    carried = [now.get(listing, 0) or 1 for listing in listings]
    shares = [Fraction(counter.kg * kg, sum(carried)) for kg in carried]
    drafted: Drafted = {}
    for listing, kg in zip(listings, whole_parts(shares, counter.kg), strict=True):
        kept = 1 - problem.lanes.loss.fraction(listing)
        if kept <= 0:
            raise _no_lane(problem, counter)
        sent = -(-kg // kept)
        drafted[listing, counter.period] = Bounds(int(sent), int(sent))
    return drafted


def _no_lane(problem: Problem, counter: Counter) -> Refusal:
    sites = problem.sites
    return Refusal(
        "round.no_lane",
        "There is no lane on which {giver} could bring {product} to {place}. Choose another delivery point, "
        "or have a lane added to the network.",
        giver=problem.parties.names[counter.giver] or problem.parties.codes[counter.giver],
        product=problem.product_names[counter.product] or problem.products[counter.product],
        place=(sites.names[counter.end] or sites.codes[counter.end])
        if counter.end != NOBODY
        else problem.parties.names[counter.taker] or problem.parties.codes[counter.taker],
    )
