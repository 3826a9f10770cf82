"""Gathers what was traced into the few boxes and bands of a flow picture.

Beginnings stand in the first column, buyers in the last, dryers and mills between them in the
order in which goods pass them, and before the buyers those through whose channel is sold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jejaring.documents.charts.tracing import Stop, Stretch
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.engines.planning.problem import Problem

Key = tuple[str, int]
"""What a box stands for: a family of stops and its row; row -1 gathers the small ones."""
REST = -1
_LEAST_PART = 0.04
"""A box that is a smaller part of its column is gathered with others, the three largest apart."""


@dataclass(frozen=True)
class Band:
    """Kilograms of one product from box to box."""

    start: Key
    end: Key
    product: int
    kg: float


@dataclass(frozen=True)
class Box:
    """A box of the picture: its column, its name and what passes it, in kg."""

    key: Key
    column: int
    name: str
    kg: float


@dataclass(frozen=True)
class Stages:
    """Boxes and the bands between them; `columns` is how many columns there are."""

    boxes: tuple[Box, ...]
    bands: tuple[Band, ...]
    columns: int


def stages(
    problem: Problem, names: Names, language: Language, traced: Sequence[Stretch], *, most: int, brief: bool
) -> Stages:
    """Return the picture's boxes and bands, at most `most` named boxes in a column.

    `brief` gathers all facilities of a stage in one box and leaves the channels out.
    """
    depth = _depths(traced)
    last = 2 + max(depth.values(), default=0)
    raw = _bands(problem, traced, brief)
    column_of: dict[Key, int] = {}
    for band in raw:
        for key in (band.start, band.end):
            column_of[key] = _column(key, depth, last)
    small = _small(raw, column_of, most, depth if brief else None)
    bands = _joined(
        Band(_gathered(band.start, small), _gathered(band.end, small), band.product, band.kg) for band in raw
    )
    columns = {small[key]: column for key, column in column_of.items() if key in small}
    columns.update({key: column for key, column in column_of.items() if key not in small})
    used = sorted({columns[key] for band in bands for key in (band.start, band.end)})
    kg = _passing(bands)
    members: dict[Key, list[Key]] = defaultdict(list)
    for key, into in small.items():
        members[into].append(key)
    boxes = tuple(
        Box(
            key,
            used.index(columns[key]),
            _named(problem, names, language, key, members.get(key, [])),
            kg[key],
        )
        for key in sorted(kg, key=lambda key: (columns[key], key[1] == REST, key[0] == "local", -kg[key]))
    )
    return Stages(boxes, bands, len(used))


def _depths(traced: Sequence[Stretch]) -> dict[int, int]:
    """Return by process how many stages lie before it, itself included (1 for a dryer)."""
    follows: dict[int, set[int]] = defaultdict(set)
    depth: dict[int, int] = {}
    for each in traced:
        if each.end.kind == "process":
            depth.setdefault(each.end.row, 1)
            if each.start.kind == "process":
                depth.setdefault(each.start.row, 1)
                follows[each.start.row].add(each.end.row)
        elif each.start.kind == "process":
            depth.setdefault(each.start.row, 1)
    for _ in range(6):
        for process, later in sorted(follows.items()):
            for other in later:
                if depth[other] <= depth[process] < 6:
                    depth[other] = depth[process] + 1
    return depth


def _bands(problem: Problem, traced: Sequence[Stretch], brief: bool) -> tuple[Band, ...]:
    owner = {
        int(code): int(who) for code, who in zip(problem.outlets.code, problem.outlets.owner, strict=True)
    }
    found = []
    for each in traced:
        start, end = _key(problem, each.start), _key(problem, each.end)
        if each.end.kind == "outlet" and not brief:
            channel = ("channel", owner[each.end.row])
            found += [Band(start, channel, each.product, each.kg), Band(channel, end, each.product, each.kg)]
        else:
            found.append(Band(start, end, each.product, each.kg))
    return _joined(found)


def _key(problem: Problem, stop: Stop) -> Key:
    if stop.kind == "outlet":
        buyer = problem.outlets.counterparties[stop.row]
        return "buyer", problem.outlets.counterparties.index(buyer) if buyer else stop.row
    if stop.kind in {"local_sale", "need"}:
        return ("local", 0) if stop.kind == "local_sale" else ("need", 0)
    if stop.kind in {"opening", "local_purchase"}:
        return stop.kind, 0
    return stop.kind, stop.row


def _joined(bands: object) -> tuple[Band, ...]:
    total: dict[tuple[Key, Key, int], float] = defaultdict(float)
    assert hasattr(bands, "__iter__")
    for band in bands:
        total[band.start, band.end, band.product] += band.kg
    return tuple(Band(*key, kg) for key, kg in sorted(total.items()))


def _column(key: Key, depth: Mapping[int, int], last: int) -> int:
    family, row = key
    if family == "process":
        return depth[row]
    if family == "channel":
        return last
    return last + 1 if family in {"buyer", "local", "need"} else 0


def _small(
    bands: Sequence[Band], column_of: Mapping[Key, int], most: int, gather: Mapping[int, int] | None
) -> dict[Key, Key]:
    """Return which boxes are gathered into which: the small ones of each family and column."""
    kg = _passing(bands)
    groups: dict[tuple[str, int], list[Key]] = defaultdict(list)
    for key in kg:
        groups[key[0], column_of[key]].append(key)
    small = {}
    for (family, column), keys in groups.items():
        keys.sort(key=lambda key: (-kg[key], key))
        total = sum(kg[key] for key in keys)
        large = sum(kg[key] >= _LEAST_PART * total for key in keys)
        keep = 0 if gather is not None and family == "process" else min(most, max(large, 3))
        rest = keys[keep:] if len(keys) > keep + 1 or keep == 0 else []
        if len(rest) > 1:
            small.update(dict.fromkeys(rest, (f"{family} {column}", REST)))
    return small


def _gathered(key: Key, small: Mapping[Key, Key]) -> Key:
    return small.get(key, key)


def _passing(bands: Sequence[Band]) -> dict[Key, float]:
    comes: dict[Key, float] = defaultdict(float)
    goes: dict[Key, float] = defaultdict(float)
    for band in bands:
        goes[band.start] += band.kg
        comes[band.end] += band.kg
    return {key: max(comes[key], goes[key]) for key in sorted({*comes, *goes})}


def _named(problem: Problem, names: Names, language: Language, key: Key, members: Sequence[Key]) -> str:
    family, row = key
    if row == REST:
        return _named_rest(problem, language, members)
    if family == "process":
        return names.facilities[row]
    if family in {"supply", "channel"}:
        return names.short_parties[row]
    if family == "buyer":
        return names.buyers[row]
    if family == "source":
        return names.suppliers[row]
    said = {
        "local": language.text("local traders"),
        "need": language.text("members' needs"),
        "opening": language.text("opening stock"),
        "local_purchase": language.text("bought from local traders"),
    }
    return said[family]


def _named_rest(problem: Problem, language: Language, members: Sequence[Key]) -> str:
    family, count = members[0][0], len(members)
    if family == "supply":
        return language.plural("{count} other co-op", "{count} other co-ops", count)
    if family == "process":
        called = {problem.processes.names[row] for _, row in members}
        if len(called) == 1 and "" not in called:
            return language.text("{name}, {count} places", name=called.pop(), count=count)
        return language.plural("{count} facility", "{count} facilities", count)
    return language.plural("{count} other", "{count} others", count)
