"""What the projector shows, ready for its page: large figures, marks, a map and a balance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jejaring.documents.charts.positions import positions_picture
from jejaring.domain.mapping.balance import ProductBalance
from jejaring.domain.mapping.overview import STAGES
from jejaring.domain.mapping.rooms import Room
from jejaring.interfaces.web.overview import shown
from jejaring.interfaces.web.overview.words import STAGES as STAGES_SAID
from jejaring.interfaces.web.speaking import speaks

NAMED = 36
"""So many co-ops are named; the others are counted."""
BALANCES = 2
"""So many products, the weightiest, have a picture."""
_KINDS = ("Koperasi Desa Merah Putih ", "Koperasi Kelurahan Merah Putih ", "KDMP ", "KKMP ", "Koperasi ")


def facts(room: Room) -> dict[str, Any]:
    """Return what the projector's page shows of a room."""
    every = len(room.standings)
    named = room.standings[:NAMED]
    names = short_names([each.cooperative.name for each in named])
    pins = shown.pins_of(room.standings, None)
    weighty = sorted(room.balance.products, key=_weight, reverse=True)[:BALANCES]
    return {
        "joined": len(room.joined),
        "every": every,
        "answered": room.progress.answered,
        "waiting": room.waiting,
        "newest": room.newest,
        "stages": [
            {"name": str(STAGES_SAID[stage]), "done": done, "percent": 100 * done // max(every, 1)}
            for stage, done in room.progress.by_stage.items()
        ],
        "cooperatives": [
            {
                "name": name,
                "is_here": each.cooperative.pk in room.joined,
                "state": each.state.value,
                "stages": [stage in each.stages for stage in STAGES],
            }
            for name, each in zip(names, named, strict=True)
        ],
        "unnamed": max(every - NAMED, 0),
        "map": positions_picture(pins, speaks(), width=430, most_height=460, size=20),
        "balances": [
            (
                shown.product_name(part.product),
                shown.bars(part, with_legend=part is weighty[-1], width=420, height=185, size=21),
            )
            for part in weighty
        ],
        "hides": room.balance.hidden,
    }


def short_names(names: Sequence[str]) -> list[str]:
    """Return short names; where two would be the same, both stay whole."""
    short = [short_name(name) for name in names]
    return [brief if short.count(brief) == 1 else name for brief, name in zip(short, names, strict=True)]


def short_name(name: str) -> str:
    """Return a co-op's name without what they all begin with, so that it can be read from afar."""
    for kind in _KINDS:
        if name.startswith(kind) and len(name) > len(kind) + 2:
            return name[len(kind) :]
    return name


def _weight(part: ProductBalance) -> int:
    return (part.total.potential_kg or 0) + (part.total.need_kg or 0)
