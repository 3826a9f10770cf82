"""Who could object to a division, and by how much."""

from __future__ import annotations

import numpy as np

from jejaring.engines.measures import Flags, Floats
from jejaring.engines.planning.plan import Objection, ObjectionKind, Share

_SOME_IDR = 2.0
"""What rounding to whole rupiah and comparing floats may seem to take from a single party."""
_SMALL_PART = 1e-6
"""Of the value: what searches for a plan without a party may miss."""


def objections(share: Share, alone_idr: Floats, needed_idr: Floats) -> tuple[Objection, ...]:
    """Return the strongest objections to `share`, each kind by falling amount.

    `needed_idr` is what the network loses without each party, V(N) − V(N∖{i}); empty where it wasn't
    worked out. What each kind says stands with `plan.Objection`.
    """
    found: list[Objection] = []
    if not share.stable and share.worst_group:
        found.append(Objection("group", share.worst_group, share.worst_group_gain_idr))
    paid = np.array(share.payoff_idr, dtype=float)
    short = alone_idr - paid
    found += _single("alone", short, short > _SOME_IDR)
    if len(needed_idr):
        near = max(_SOME_IDR, _SMALL_PART * abs(float(paid.sum())))
        extra = needed_idr - alone_idr
        found += _single("unpaid", extra, (extra > near) & (paid - alone_idr < 1.0))
        above = paid - needed_idr
        found += _single("above", above, above > near)
    return tuple(found)


def _single(kind: ObjectionKind, amounts_idr: Floats, who: Flags) -> list[Objection]:
    order = sorted(np.flatnonzero(who).tolist(), key=lambda party: (-amounts_idr[party], party))
    return [Objection(kind, (party,), round(float(amounts_idr[party]), 2)) for party in order]
