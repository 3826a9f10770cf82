"""What a row of a network's tables is called, in words that can stand in a sentence."""

from __future__ import annotations

import numpy as np

from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.engines.planning.problem import Problem


def place_words(problem: Problem, table: str, row: int, names: Names, language: Language) -> str:
    """Return what a row is called, in words that can stand in a sentence."""
    if table == "processes":
        return names.facilities[int(problem.processes.code[row])]
    if table == "storages":
        return names.stores[row]
    if table == "lanes":
        start, end = names.sites[int(problem.lanes.start[row])], names.sites[int(problem.lanes.end[row])]
        return language.text("the way from {start} to {end}", start=start, end=end)
    if table == "outlets":
        return names.buyers[int(problem.outlets.code[row])]
    if table == "sources":
        return names.suppliers[int(problem.sources.code[row])]
    if table == "supplies":
        return language.text(
            "{product} from {site}",
            product=names.products[int(problem.supplies.product[row])],
            site=names.sites[int(problem.supplies.site[row])],
        )
    return language.text("the local trader at {site}", site=names.sites[int(problem.local_trade.site[row])])


def row_of(starts: np.typing.NDArray[np.int64], entry: int) -> int:
    """Return the row to which an entry of spans belongs."""
    return int(np.searchsorted(starts, entry, side="right")) - 1
