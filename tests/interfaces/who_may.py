"""The specification of access: for each address and method, who of the cast comes in.

Everybody not named is refused: nobody signed in is sent to the sign-in page, others see 403 or 404. A
test tries all of them and fails where an address stands in no row.
"""

from __future__ import annotations

EVERYBODY = "everybody"
SIGNED_IN = "signed in"

STAFF = {"chair", "manager", "treasurer", "clerk"}
COOP = STAFF | {"supervisor"}
BOARD = {"chair", "manager", "treasurer"}
GUIDES = {"assistant", "facilitator", "network_facilitator"}
FACILITATORS = {"facilitator", "network_facilitator"}
ALL_FACILITATORS = FACILITATORS | {"facilitator_garut"}
IN_NETWORK = COOP | GUIDES | {"chair_of_hub", "hub_manager", "trainer", "ministry"}

_COOP_ROLES = COOP | {"assistant"}
SEES_COOPERATIVES = (
    _COOP_ROLES | {f"{who}_garut" for who in _COOP_ROLES} | ALL_FACILITATORS | {"chair_of_hub"}
)

WHO: dict[tuple[str, str], str | set[str]] = {
    ("GET", "home"): EVERYBODY,
    ("GET", "health"): EVERYBODY,
    ("POST", "choose_language"): EVERYBODY,
    # accounts
    ("GET", "account"): SIGNED_IN,
    # registry
    ("GET", "cooperatives"): SEES_COOPERATIVES,
    ("GET", "cooperative"): COOP | GUIDES,
    ("GET", "network"): IN_NETWORK,
    ("GET", "network_new"): {"facilitator", "facilitator_garut", "network_facilitator"},
    # mapping
    # overview
    ("GET", "network_map"): IN_NETWORK,
    ("GET", "network_map_data"): IN_NETWORK,
    ("GET", "network_balance"): IN_NETWORK,
    ("GET", "network_missing"): IN_NETWORK,
    ("GET", "region_map"): {"facilitator", "ministry"},
    ("GET", "region_map_data"): {"facilitator", "ministry"},
    ("GET", "region_balance"): {"facilitator", "ministry"},
    ("GET", "region_missing"): {"facilitator", "ministry"},
    # workshop
    ("GET", "workshop_new"): FACILITATORS | {"trainer"},
    ("POST", "workshop_new"): FACILITATORS | {"trainer"},
    ("GET", "workshop"): FACILITATORS | {"trainer"},
    ("GET", "workshop_projector"): FACILITATORS | {"trainer"},
    ("POST", "workshop_close"): FACILITATORS | {"trainer"},
    ("POST", "workshop_approve"): FACILITATORS | {"trainer"},
    ("POST", "workshop_remove"): FACILITATORS | {"trainer"},
    ("GET", "workshop_join"): EVERYBODY,
    ("POST", "workshop_join"): EVERYBODY,
    # plans
}
"""(method, name of the address) -> who. Addresses are asked for with the cast's Cianjur rows."""

LIBRARIES = ("account_", "mfa_")
"""Addresses of the library that signs people in; it guards them itself."""
