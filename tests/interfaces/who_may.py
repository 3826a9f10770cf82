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
    # exchange
    ("GET", "exchange_workbook"): STAFF | GUIDES,
    ("POST", "exchange_workbook"): STAFF | GUIDES,
    ("GET", "exchange_workbook_download"): STAFF | GUIDES,
    ("GET", "exchange_compare"): STAFF | GUIDES,
    ("GET", "exchange_survey"): FACILITATORS,
    ("POST", "exchange_survey"): FACILITATORS,
    ("GET", "exchange_survey_download"): FACILITATORS,
    ("GET", "exchange_survey_compare"): FACILITATORS,
    ("POST", "exchange_compare"): STAFF | GUIDES,
    ("POST", "exchange_survey_compare"): FACILITATORS,
    # overview
    # workshop
    # plans
}
"""(method, name of the address) -> who. Addresses are asked for with the cast's Cianjur rows."""

LIBRARIES = ("account_", "mfa_")
"""Addresses of the library that signs people in; it guards them itself."""
