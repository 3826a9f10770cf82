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
    ("GET", "mapping_start"): STAFF | GUIDES,
    ("GET", "mapping_summary"): STAFF | GUIDES,
    ("POST", "mapping_summary"): STAFF | GUIDES,
    ("GET", "mapping_answers"): COOP | GUIDES,
    ("GET", "mapping_finish"): STAFF | GUIDES,
    ("POST", "mapping_finish"): STAFF | GUIDES,
    ("GET", "mapping_evidence"): COOP | GUIDES,
    ("POST", "mapping_evidence_remove"): STAFF | GUIDES,
    ("GET", "mapping_facilities"): STAFF | GUIDES,
    ("GET", "mapping_facility_new"): STAFF | GUIDES,
    ("POST", "mapping_facility_new"): STAFF | GUIDES,
    ("GET", "mapping_facility"): STAFF | GUIDES,
    ("POST", "mapping_facility"): STAFF | GUIDES,
    ("POST", "mapping_facility_remove"): STAFF | GUIDES,
    ("GET", "mapping_vehicles"): STAFF | GUIDES,
    ("POST", "mapping_vehicles"): STAFF | GUIDES,
    ("POST", "mapping_vehicle_remove"): STAFF | GUIDES,
    ("GET", "mapping_market"): STAFF | GUIDES,
    ("GET", "mapping_trade_now"): STAFF | GUIDES,
    ("POST", "mapping_trade_now"): STAFF | GUIDES,
    ("GET", "mapping_trader"): STAFF | GUIDES,
    ("POST", "mapping_trader"): STAFF | GUIDES,
    ("GET", "mapping_channel_new"): STAFF | GUIDES,
    ("POST", "mapping_channel_new"): STAFF | GUIDES,
    ("GET", "mapping_channel"): STAFF | GUIDES,
    ("POST", "mapping_channel"): STAFF | GUIDES,
    ("POST", "mapping_channel_remove"): STAFF | GUIDES,
    ("GET", "mapping_products"): STAFF | GUIDES,
    ("POST", "mapping_products"): STAFF | GUIDES,
    ("GET", "mapping_months"): STAFF | GUIDES,
    ("POST", "mapping_months"): STAFF | GUIDES,
    ("GET", "mapping_amounts"): STAFF | GUIDES,
    ("POST", "mapping_amounts"): STAFF | GUIDES,
    ("GET", "mapping_price"): STAFF | GUIDES,
    ("POST", "mapping_price"): STAFF | GUIDES,
    ("GET", "mapping_known"): STAFF | GUIDES,
    ("POST", "mapping_known"): STAFF | GUIDES,
    ("GET", "mapping_reference"): ALL_FACILITATORS,
    ("GET", "mapping_reference_change"): ALL_FACILITATORS,
    ("POST", "mapping_reference_change"): ALL_FACILITATORS,
    # overview
    # workshop
    # plans
    ("GET", "plans"): IN_NETWORK,
    ("GET", "plan_new"): FACILITATORS | {"hub_manager"},
    ("POST", "plan_new"): FACILITATORS | {"hub_manager"},
    ("GET", "plan_run"): IN_NETWORK,
    ("GET", "plan_progress"): IN_NETWORK,
    ("POST", "plan_again"): FACILITATORS | {"hub_manager"},
    ("GET", "plan_edition"): FACILITATORS,
    ("GET", "plan_report"): FACILITATORS,
    ("GET", "plan_network"): FACILITATORS,
    ("GET", "plan_file"): FACILITATORS,
}
"""(method, name of the address) -> who. Addresses are asked for with the cast's Cianjur rows."""

LIBRARIES = ("account_", "mfa_")
"""Addresses of the library that signs people in; it guards them itself."""
