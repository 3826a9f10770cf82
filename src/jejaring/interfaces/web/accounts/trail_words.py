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
    "people.make_token": say_later("made a key for a program"),
    "people.revoke_token": say_later("revoked a key for a program"),
}
"""Action -> what somebody did. An action that isn't here is shown by its code."""


def in_words(line: AuditLine) -> str:
    """Return what a line says, in the reader's language."""
    said = str(WORDS.get(line.action, line.action))
    kind = line.facts.get("kind", "")
    if line.action in WORDS and kind in Role.Kind.values:
        return f"{said}: {speaks().text(str(Role.Kind(kind).label))}"
    return said
