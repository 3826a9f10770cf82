"""A network file that somebody sends -> a network in the tables: all of it, or nothing."""

from __future__ import annotations

from datetime import datetime

from jejaring.domain.mapping.actions.loading import Loaded, load_network
from jejaring.domain.parties import access
from jejaring.domain.parties.access import Ability, NotThere
from jejaring.domain.parties.models import User
from jejaring.engines.errors import Refusal
from jejaring.engines.planning.reading import read_bytes
from jejaring.engines.planning.workbook.spreadsheet import Limits

MOST_BYTES = 5 * 2**20
LIMITS = Limits(unpacked_bytes=64 * 2**20, cells=300_000)
"""A workbook of 5 MB may unpack to gigabytes."""


def load_network_file(
    data: bytes,
    *,
    file: str,
    name: str,
    region_code: str,
    commodity: str,
    replaces: bool,
    by: User,
    at: datetime,
) -> Loaded:
    """Make a network of a workbook or JSON file; `name` is its own where it is empty.

    Whoever sends it facilitates all of the region. The file is read before anything is written. Raises
    Faults with everything that is wrong with it, or with what can't be kept; else as `load_network`.
    """
    try:
        region = access.region_for(by, region_code, Ability.CREATE_IN_REGION)
    except NotThere:
        raise Refusal(
            "network.outside_your_region", "You may make networks only in a region that you facilitate."
        ) from None
    if len(data) > MOST_BYTES:
        raise Refusal("exchange.large", "This file is larger than {most} MB.", most=MOST_BYTES // 2**20)
    problem = read_bytes(data, file, LIMITS)
    called = name.strip() or problem.name.strip()
    if not called:
        raise Refusal("load.unnamed", "The file doesn't say what the network is called. Fill in its name.")
    return load_network(
        problem, name=called, region_code=region, by=by, at=at, commodity=commodity, replaces=replaces
    )
