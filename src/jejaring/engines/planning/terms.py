"""What was agreed of single lanes in a matching round: rows -> `Terms`, and back.

Neighbours: `moving` puts terms into a program, `conflicts` tells which of them can't hold together,
`rounds` makes them of what people accepted, declined and countered.
"""

from __future__ import annotations

import numpy as np

from jejaring.engines.errors import Sentence
from jejaring.engines.measures import Decimals, Indices
from jejaring.engines.planning.columns import UNKNOWN, Columns, Findings
from jejaring.engines.planning.consistency import Entries, Network
from jejaring.engines.planning.json_numbers import json_numbers
from jejaring.engines.planning.plan_file import Json
from jejaring.engines.planning.problem import NOBODY, Problem, Terms


def check(network: Network, findings: Findings, *, only_given_lanes: bool) -> None:
    """Tell `findings` what is wrong with agreed terms; whether their lane is there only where no lane rule
    makes more of them than are given.
    """
    rows = network["terms"]
    _check_kilograms(rows, findings)
    _check_somebody(rows, network["sites"], findings)
    if only_given_lanes:
        _check_lanes(rows, _given_lanes(network["lanes"]), findings)


def of(rows: Columns, entries: Entries, made: Problem, findings: Findings) -> Terms:
    """Return the terms of a network whose lanes are made. Tells `findings` of those that no lane carries."""
    if not len(rows):
        return Terms.none()
    lanes = made.lanes
    at = np.repeat(np.arange(len(lanes.start)), np.diff(lanes.product_spans.start))
    places = zip(lanes.start[at].tolist(), lanes.end[at].tolist(), lanes.product.tolist(), strict=True)
    listings = {place: listing for listing, place in enumerate(places)}
    _check_lanes(rows, set(listings), findings)
    listing = [listings.get(place, UNKNOWN) for place in _places(rows)]
    least, most = rows.numbers("least_kg"), rows.numbers("most_kg")
    return Terms(
        listing=np.array(listing, dtype=np.int64)[entries.row],
        period=entries.period,
        least_kg=Decimals.of(0 if kg is None else kg for kg in least).take(entries.row),
        most_kg=Decimals.of(most).take(entries.row),
    )


def rows(problem: Problem) -> list[Json]:
    """Return the terms of a network as rows of its table."""
    terms, lanes = problem.terms, problem.lanes
    lane = lanes_of(problem)
    least, most = json_numbers(terms.least_kg), json_numbers(terms.most_kg)
    return [
        {
            "from": problem.sites.codes[lanes.start[lane[entry]]],
            "to": problem.sites.codes[lanes.end[lane[entry]]],
            "product": problem.products[lanes.product[terms.listing[entry]]],
            "period": problem.periods[terms.period[entry]],
            "least_kg": least[entry],
            "most_kg": most[entry],
        }
        for entry in range(len(terms))
    ]


def lanes_of(problem: Problem) -> Indices:
    """Return the lane of each term."""
    found = np.searchsorted(problem.lanes.product_spans.start, problem.terms.listing, side="right") - 1
    return np.asarray(found, dtype=np.int64)


def _places(rows: Columns) -> list[tuple[int, int, int]]:
    position = rows.position
    return list(
        zip(position["from"].tolist(), position["to"].tolist(), position["product"].tolist(), strict=True)
    )


def _given_lanes(lanes: Columns) -> set[tuple[int, int, int]]:
    ends = zip(lanes.position["from"].tolist(), lanes.position["to"].tolist(), strict=True)
    return {
        (start, end, product)
        for (start, end), products in zip(ends, lanes.parts["products"], strict=True)
        for product in products
    }


def _check_lanes(rows: Columns, known: set[tuple[int, int, int]], findings: Findings) -> None:
    for row, place in enumerate(_places(rows)):
        if min(place) >= 0 and place not in known:
            findings.add(
                rows.rows[row].place_of(""),
                Sentence(
                    "input.term_lane",
                    "No lane carries “{product}” from “{start}” to “{end}”, so nothing can be agreed of it.",
                    {
                        "product": rows.values["product"][row],
                        "start": rows.values["from"][row],
                        "end": rows.values["to"][row],
                    },
                ),
                Sentence("input.term_lane.right", "Add the lane, or take this row away."),
            )


def _check_kilograms(rows: Columns, findings: Findings) -> None:
    least, most = rows.numbers("least_kg"), rows.numbers("most_kg")
    for row, each in enumerate(rows.rows):
        at_least, at_most = least[row], most[row]
        if at_least is not None and at_least % 1:
            findings.add(
                each.place_of("least_kg"),
                Sentence(
                    "input.term_whole",
                    "What must be sent is agreed in whole kilograms; this is {least_kg}.",
                    {"least_kg": at_least},
                ),
                Sentence("input.term_whole.right", "Write whole kilograms."),
            )
        if at_least is not None and at_most is not None and at_least > at_most:
            findings.add(
                each.place_of("least_kg"),
                Sentence(
                    "input.term_least",
                    "At least {least_kg} can't be sent where at most {most_kg} may be.",
                    {"least_kg": at_least, "most_kg": at_most},
                ),
                Sentence("input.term_least.right", "Lower the least quantity, or raise the most."),
            )


def _check_somebody(rows: Columns, sites: Columns, findings: Findings) -> None:
    party = np.append(sites.position["party"], UNKNOWN)
    ends = [party[np.maximum(rows.position[name], -1)] for name in ("from", "to")]
    for row in np.flatnonzero((ends[0] == NOBODY) & (ends[1] == NOBODY)).tolist():
        findings.add(
            rows.rows[row].place_of("from"),
            Sentence(
                "input.term_nobody",
                "A lane between two sites that belong to nobody is everybody's: nothing can be agreed of it.",
            ),
            Sentence("input.term_nobody.right", "Name a lane from or to a site of a party."),
        )
