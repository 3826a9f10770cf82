"""Tables: who there is, and who may do what."""

from jejaring.domain.parties.models.audit import AuditHead, AuditLine
from jejaring.domain.parties.models.cooperatives import (
    Cooperative,
    Counterparty,
    Officer,
    Unit,
)
from jejaring.domain.parties.models.networks import Network, NetworkRole
from jejaring.domain.parties.models.people import (
    Consent,
    Invitation,
    Member,
    PasswordLink,
    Role,
    SecondStepReset,
    User,
)
from jejaring.domain.parties.models.tokens import ApiToken

__all__ = [
    "ApiToken",
    "AuditHead",
    "AuditLine",
    "Consent",
    "Cooperative",
    "Counterparty",
    "Invitation",
    "Member",
    "Network",
    "NetworkRole",
    "Officer",
    "PasswordLink",
    "Role",
    "SecondStepReset",
    "Unit",
    "User",
]
