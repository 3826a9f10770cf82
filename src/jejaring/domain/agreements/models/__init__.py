"""Tables: agreements with their versions and commitments, who signed them, and what happened since."""

from jejaring.domain.agreements.models.agreements import (
    Agreement,
    AgreementParty,
    Event,
    NumberSeries,
)
from jejaring.domain.agreements.models.motions import Assent, Motion
from jejaring.domain.agreements.models.signatures import Approval, Paper, Signature
from jejaring.domain.agreements.models.versions import Commitment, Version

__all__ = [
    "Agreement",
    "AgreementParty",
    "Approval",
    "Assent",
    "Commitment",
    "Event",
    "Motion",
    "NumberSeries",
    "Paper",
    "Signature",
    "Version",
]
