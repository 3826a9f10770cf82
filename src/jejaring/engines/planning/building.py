"""Yes/no choices for what isn't there yet: one for each process or storage, for all periods together.

Whether to build pays is asked in `questions.candidates`.
"""

from __future__ import annotations

import numpy as np

from jejaring.engines.measures import Indices
from jejaring.engines.planning.drafting import Draft, most_behind, tie_choice
from jejaring.engines.planning.problem import Processes, Storages
from jejaring.engines.planning.program import CHOICE, PROCESS, STORE

FOR_ALL_PERIODS = -1


def of_processes(draft: Draft, columns: Indices) -> None:
    """Add a choice for each process to be built, before which its input is nothing in any period."""
    rows = draft.problem.processes
    entries = np.flatnonzero(rows.build_cost_idr.numerators > 0)
    if not len(entries):
        return
    _, first, candidate = np.unique(rows.code[entries], return_index=True, return_inverse=True)
    choice = _choices(draft, rows, entries[first], PROCESS)
    each = np.arange(len(entries))
    most = most_behind(draft, each, rows.input[entries], draft.kg(rows.capacity_kg)[entries])
    tie_choice(draft, each, columns[entries], choice[candidate], most)


def of_stores(draft: Draft, columns: Indices, group: Indices, product: Indices) -> None:
    """Add a choice for each storage to be built, before which nothing is held in it at any period's end.

    `columns` hold `product`; `group` is storage · periods + period.
    """
    rows, periods = draft.problem.storages, len(draft.problem.periods)
    to_build = rows.build_cost_idr.numerators > 0
    held = np.flatnonzero(to_build[group // periods])
    if not len(held):
        return
    groups, inverse = np.unique(group[held], return_inverse=True)
    storages, candidate = np.unique(groups // periods, return_inverse=True)
    choice = _choices(draft, rows, storages, STORE)
    most = most_behind(draft, inverse, product[held], draft.kg(rows.capacity_kg)[groups // periods])
    tie_choice(draft, inverse, columns[held], choice[candidate], most)


def _choices(draft: Draft, rows: Processes | Storages, entries: Indices, family: int) -> Indices:
    return draft.add(
        CHOICE,
        entries,
        np.full(len(entries), FOR_ALL_PERIODS),
        draft.minus(rows.building_idr)[entries],
        np.full(len(entries), 10**draft.kg_places),
        (rows.owner[entries], draft.problem.sites.party[rows.site[entries]]),
        piece=np.full(len(entries), family),
    )
