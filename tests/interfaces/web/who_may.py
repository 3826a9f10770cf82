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
_NETWORK_ROLES = {"hub_manager", "trainer"}
EVERYBODY_IN_A_NETWORK = (
    SEES_COOPERATIVES | _NETWORK_ROLES | {f"{who}_garut" for who in _NETWORK_ROLES} | {"ministry"}
)

WHO: dict[tuple[str, str], str | set[str]] = {
    ("GET", "home"): EVERYBODY,
    ("GET", "health"): EVERYBODY,
    ("POST", "choose_language"): EVERYBODY,
    # accounts
    ("GET", "account"): SIGNED_IN,
    ("GET", "details"): SIGNED_IN,
    ("GET", "my_data"): SIGNED_IN,
    ("GET", "erase_me"): SIGNED_IN,
    ("POST", "give_consent"): SIGNED_IN,
    ("POST", "withdraw_consent"): {"chair"},
    ("POST", "give_up_role"): {"chair"},
    ("GET", "keys"): SIGNED_IN,
    ("POST", "key_revoke"): {"chair"},
    ("GET", "invitation"): EVERYBODY,
    ("GET", "new_password"): EVERYBODY,
    ("GET", "cooperative_people"): COOP | GUIDES,
    ("POST", "cooperative_invite"): {"chair", "manager"} | GUIDES,
    ("POST", "cooperative_invitation_revoke"): {"chair"} | GUIDES,
    ("GET", "cooperative_role_withdraw"): {"chair", "manager", "assistant"},
    ("POST", "cooperative_password_link"): {"chair", "manager", "assistant"},
    ("GET", "cooperative_trail"): {"chair", "supervisor"} | GUIDES,
    ("GET", "network_people"): IN_NETWORK,
    ("POST", "network_invite"): FACILITATORS,
    ("POST", "network_invitation_revoke"): FACILITATORS,
    ("GET", "network_role_withdraw"): FACILITATORS,
    ("POST", "network_password_link"): FACILITATORS,
    # registry
    ("GET", "cooperatives"): SEES_COOPERATIVES,
    ("GET", "cooperative"): COOP | GUIDES,
    ("GET", "network"): IN_NETWORK,
    ("GET", "network_new"): ALL_FACILITATORS,
    ("POST", "network_new"): ALL_FACILITATORS,
    ("GET", "cooperative_new"): ALL_FACILITATORS,
    ("POST", "cooperative_new"): ALL_FACILITATORS,
    ("GET", "cooperative_profile"): BOARD | GUIDES,
    ("POST", "cooperative_profile"): BOARD | GUIDES,
    ("GET", "cooperative_position"): BOARD | GUIDES,
    ("POST", "cooperative_position"): BOARD | GUIDES,
    ("GET", "cooperative_units"): BOARD | GUIDES,
    ("POST", "cooperative_units"): BOARD | GUIDES,
    ("POST", "unit"): BOARD | GUIDES,
    ("GET", "officer_new"): BOARD | GUIDES,
    ("POST", "officer_new"): BOARD | GUIDES,
    ("GET", "officer"): BOARD | GUIDES,
    ("POST", "officer"): BOARD | GUIDES,
    ("POST", "officer_end"): BOARD | GUIDES,
    ("GET", "members"): COOP | {"assistant"},
    ("POST", "members"): COOP | {"assistant"},
    ("GET", "member_new"): STAFF | {"assistant"},
    ("POST", "member_new"): STAFF | {"assistant"},
    ("GET", "member"): STAFF | {"assistant"},
    ("POST", "member"): STAFF | {"assistant"},
    ("POST", "member_left"): STAFF | {"assistant"},
    ("GET", "members_csv"): COOP | {"assistant"},
    ("POST", "members_csv_full"): STAFF | {"assistant"},
    ("GET", "members_import"): STAFF | {"assistant"},
    ("POST", "members_import"): STAFF | {"assistant"},
    ("GET", "profile_csv"): COOP | GUIDES,
    ("GET", "profile_import"): BOARD | GUIDES,
    ("POST", "profile_import"): BOARD | GUIDES,
    ("GET", "networks"): EVERYBODY_IN_A_NETWORK,
    ("GET", "network_edit"): FACILITATORS,
    ("POST", "network_edit"): FACILITATORS,
    ("GET", "network_add"): FACILITATORS,
    ("POST", "network_add"): FACILITATORS,
    ("GET", "network_import"): FACILITATORS,
    ("POST", "network_import"): FACILITATORS,
    ("GET", "network_member"): FACILITATORS,
    ("POST", "network_member"): FACILITATORS,
    ("GET", "counterparty_new"): FACILITATORS,
    ("POST", "counterparty_new"): FACILITATORS,
    ("GET", "counterparty"): FACILITATORS,
    ("POST", "counterparty"): FACILITATORS,
    ("GET", "site_new"): FACILITATORS,
    ("POST", "site_new"): FACILITATORS,
    ("POST", "site"): FACILITATORS,
    ("GET", "villages"): SIGNED_IN,
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
    # exchange
    ("GET", "exchange_workbook"): STAFF | GUIDES,
    ("POST", "exchange_workbook"): STAFF | GUIDES,
    ("GET", "exchange_workbook_download"): STAFF | GUIDES,
    ("GET", "exchange_compare"): STAFF | GUIDES,
    ("POST", "exchange_compare"): STAFF | GUIDES,
    ("GET", "exchange_survey"): FACILITATORS,
    ("POST", "exchange_survey"): FACILITATORS,
    ("GET", "exchange_survey_download"): FACILITATORS,
    ("GET", "exchange_survey_compare"): FACILITATORS,
    ("POST", "exchange_survey_compare"): FACILITATORS,
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
    # rounds
    ("GET", "rounds"): IN_NETWORK,
    ("GET", "round_new"): FACILITATORS,
    ("POST", "round_new"): FACILITATORS,
    ("GET", "round"): FACILITATORS | {"hub_manager", "trainer"},
    ("GET", "round_projector"): FACILITATORS | {"hub_manager", "trainer"},
    ("POST", "round_publish"): FACILITATORS,
    ("POST", "round_again"): FACILITATORS,
    ("POST", "round_close"): FACILITATORS,
    ("POST", "round_cancel"): FACILITATORS,
    ("GET", "round_by_hand"): FACILITATORS,
    ("POST", "round_by_hand"): FACILITATORS,
    ("GET", "round_memoranda"): FACILITATORS,
    ("POST", "round_memoranda"): FACILITATORS,
    ("GET", "proposals"): COOP | GUIDES,
    ("POST", "proposals_accept"): {"chair", "manager"},
    ("GET", "proposal"): COOP | GUIDES | {"hub_manager", "chair_of_hub"},
    ("POST", "proposal_answer"): {"chair", "manager", "hub_manager", "chair_of_hub"},
}
"""(method, name of the address) -> who. Addresses are asked for with the cast's Cianjur rows."""

LIBRARIES = ("account_", "mfa_")
"""Addresses of the library that signs people in; it guards them itself."""
