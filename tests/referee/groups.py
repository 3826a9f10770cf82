"""Cuts a network down to what a group of parties may use.

The whole meaning of "group" is here: what is left is again a plain network, so
that V(S) is simply the best surplus of the cut network.
"""

from collections.abc import Collection
from dataclasses import replace
from itertools import combinations

from . import terms
from .reading import Network, Row


def proper_groups(parties: Collection[str]) -> list[frozenset[str]]:
    """Return every non-empty group that leaves somebody out, smallest first."""
    return [
        frozenset(members)
        for size in range(1, len(parties))
        for members in combinations(sorted(parties), size)
    ]


def cut(network: Network, group: Collection[str]) -> Network:
    """Return the part of a network that the parties of a group may use on their own.

    Sites are the members' or nobody's. A supply, need or local trade needs a
    member's site; a row with an owner needs a member as owner and a site that is
    a member's or nobody's; a lane needs two such sites, and the owner of its vehicle.
    """
    members = set(group)
    strangers = members - set(network.parties)
    if strangers:
        raise ValueError(f"not parties of the network: {sorted(strangers)}")
    sites = {
        site: party for site, party in network.party_of_site.items() if party is None or party in members
    }

    def owned(row: Row) -> bool:
        return row["owner"] in members and row["site"] in sites

    def hired(row: Row) -> bool:
        owner = None if row["vehicle"] is None else network.vehicles[row["vehicle"]]["owner"]
        return owner is None or owner in members

    lane_rows = {
        number: row
        for number, row in network.lane_rows.items()
        if row["from"] in sites and row["to"] in sites and hired(row)
    }
    part = replace(
        network,
        parties=tuple(party for party in network.parties if party in members),
        party_of_site=sites,
        party_rows={party: row for party, row in network.party_rows.items() if party in members},
        supplies={key: row for key, row in network.supplies.items() if row["site"] in sites},
        needs={key: row for key, row in network.needs.items() if row["site"] in sites},
        local_trade={key: row for key, row in network.local_trade.items() if row["site"] in sites},
        outlets={key: row for key, row in network.outlets.items() if owned(row)},
        sources={key: row for key, row in network.sources.items() if owned(row)},
        processes={key: row for key, row in network.processes.items() if owned(row)},
        storages={code: row for code, row in network.storages.items() if owned(row)},
        lane_rows=lane_rows,
        lanes={key: number for key, number in network.lanes.items() if number in lane_rows},
    )
    return terms.of_group(part, members == set(network.parties))
