"""The specification of access for programs: for each operation, whose key opens it.

Everybody not named is refused with 403 or 404, who sends no key with 401. A test tries all of them and
fails where an operation stands in no row.
"""

from __future__ import annotations

from tests.interfaces.web.who_may import BOARD, COOP, FACILITATORS, GUIDES, IN_NETWORK, SIGNED_IN, STAFF

SEES = COOP | GUIDES
SAYS = STAFF | GUIDES

WHO: dict[str, str | set[str]] = {
    "me": SIGNED_IN,
    "cooperatives": SIGNED_IN,
    "cooperative": SEES,
    "change_cooperative": BOARD | GUIDES,
    "potentials": SEES,
    "declare_potentials": SAYS,
    "needs": SEES,
    "declare_needs": SAYS,
    "today": SEES,
    "declare_today": SAYS,
    "local_trade": SEES,
    "declare_local_trade": SAYS,
    "facilities": SEES,
    "add_facility": SAYS,
    "change_facility": SAYS,
    "remove_facility": SAYS,
    "channels": SEES,
    "add_channel": SAYS,
    "change_channel": SAYS,
    "remove_channel": SAYS,
    "vehicles": SEES,
    "declare_vehicle": SAYS,
    "remove_vehicle": SAYS,
    "commodities": SIGNED_IN,
    "products": SIGNED_IN,
    "conversions": SIGNED_IN,
    "prices": SIGNED_IN,
    "networks": SIGNED_IN,
    "network": IN_NETWORK,
    "network_members": IN_NETWORK,
    "network_balance": IN_NETWORK,
    "region_balance": {"facilitator", "ministry"},
    "plans": IN_NETWORK,
    "ask_for_plan": FACILITATORS | {"hub_manager"},
    "plan": IN_NETWORK,
    "plan_edition": IN_NETWORK,
    "plan_network": FACILITATORS,
    "plan_file": FACILITATORS,
}
"""Name of the operation -> who. It is called with the cast's Cianjur rows."""

EVERYBODY = {"openapi"}
"""Operations without a gate."""
