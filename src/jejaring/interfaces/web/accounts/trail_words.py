"""What lines of the audit trail say in words."""

from __future__ import annotations

from jejaring.domain.parties.models import AuditLine, Role
from jejaring.interfaces.web.speaking import say_later, speaks

WORDS = {
    "people.invite": say_later("made a link for a new role"),
    "people.revoke_invitation": say_later("withdrew a link"),
    "people.accept_invitation": say_later("took up a role"),
    "people.join_by_invitation": say_later("joined and took up a role"),
    "people.grant_role": say_later("gave a role"),
    "people.withdraw_role": say_later("took a role back"),
    "people.make_password_link": say_later("made a link to a new password for somebody"),
    "people.use_password_link": say_later("set a new password by a link"),
    "people.change_own_details": say_later("changed their own details"),
    "people.change_password": say_later("changed their password"),
    "people.note_second_step": say_later("changed their second step of signing in"),
    "people.give_consent": say_later("gave a consent"),
    "people.withdraw_consent": say_later("withdrew a consent"),
    "people.erase_person": say_later("had their name and numbers erased"),
    "people.make_sample_people": say_later("made accounts to try with"),
    "cooperative.register": say_later("registered the co-op"),
    "cooperative.change_profile": say_later("changed the profile"),
    "cooperative.set_position": say_later("said where the co-op is"),
    "cooperative.add_unit": say_later("added a unit"),
    "cooperative.set_unit_running": say_later("said whether a unit runs"),
    "cooperative.remove_unit": say_later("took a unit off the list"),
    "cooperative.import_profile": say_later("took the profile from a file"),
    "cooperative.appoint_officer": say_later("added an officer"),
    "cooperative.change_officer": say_later("changed an officer's details"),
    "cooperative.end_term": say_later("ended an officer's term"),
    "member.add": say_later("added a member"),
    "member.change": say_later("changed a member's details"),
    "member.remove": say_later("noted that a member left"),
    "member.import": say_later("took members from a file"),
    "member.export_full": say_later("took out the list of members with full numbers"),
    "network.create": say_later("made a network"),
    "network.rename": say_later("changed the network's name or note"),
    "network.add_cooperatives": say_later("added co-ops to a network"),
    "network.set_roles": say_later("changed the co-op's roles in a network"),
    "network.remove_cooperative": say_later("took the co-op out of a network"),
    "network.import_cooperatives": say_later("took co-ops from a file"),
    "network.load": say_later("loaded a network file"),
    "counterparty.register": say_later("added a buyer or supplier"),
    "counterparty.change": say_later("changed a buyer or supplier"),
    "site.add": say_later("added a place"),
    "site.move": say_later("changed a place"),
    "site.remove": say_later("removed a place"),
    "reference.save_product": say_later("changed a product"),
    "reference.save_commodity": say_later("changed a commodity"),
    "reference.save_grade": say_later("changed a grade"),
    "reference.set_conversion": say_later("set a conversion"),
    "reference.set_price": say_later("set a price"),
    "mapping.load_reference": say_later("loaded reference data"),
    "mapping.finish_stage": say_later("called a part complete"),
    "mapping.reopen_stage": say_later("opened a part again"),
    "mapping.add_evidence": say_later("added a photo as evidence"),
    "mapping.remove_evidence": say_later("removed a photo"),
    "mapping.declare_facility": say_later("named a facility"),
    "mapping.change_facility": say_later("changed a facility"),
    "mapping.remove_facility": say_later("removed a facility"),
    "mapping.declare_vehicle": say_later("named a vehicle"),
    "mapping.remove_vehicle": say_later("removed a vehicle"),
    "mapping.declare_channel": say_later("named a buyer or supplier of the co-op"),
    "mapping.change_channel": say_later("changed a buyer or supplier of the co-op"),
    "mapping.remove_channel": say_later("removed a buyer or supplier of the co-op"),
    "mapping.declare_potential": say_later("said what members can deliver"),
    "mapping.declare_potential_amounts": say_later("said how much members can deliver"),
    "mapping.declare_potential_price": say_later("said the lowest price for members"),
    "mapping.declare_potential_known": say_later("said how the amounts of members are known"),
    "mapping.declare_need": say_later("said what the co-op needs"),
    "mapping.declare_need_amounts": say_later("said how much the co-op needs"),
    "mapping.declare_need_price": say_later("said the highest price for a need"),
    "mapping.declare_need_known": say_later("said how a need is known"),
    "mapping.declare_today": say_later("said what the co-op sells and buys now"),
    "mapping.declare_today_sells": say_later("said what the co-op sells now"),
    "mapping.declare_today_buys": say_later("said what the co-op buys now"),
    "mapping.declare_local_trade": say_later("said what the local trader pays and asks"),
    "open_workshop": say_later("opened a session"),
    "close_workshop": say_later("closed a session"),
    "join_workshop": say_later("joined a session"),
    "approve_attendee": say_later("let somebody into a session"),
    "remove_attendee": say_later("took somebody out of a session"),
    "plan.ask": say_later("asked for a plan"),
    "plan.ask_again": say_later("asked for a plan once more"),
    "plan.done": say_later("worked out a plan"),
}
"""Action -> what somebody did. An action that isn't here is shown by its code."""


def in_words(line: AuditLine) -> str:
    """Return what a line says, in the reader's language."""
    said = str(WORDS.get(line.action, line.action))
    kind = line.facts.get("kind", "")
    if line.action in WORDS and kind in Role.Kind.values:
        return f"{said}: {speaks().text(str(Role.Kind(kind).label))}"
    return said
