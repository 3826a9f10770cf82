"""Tables: agreements with their versions and commitments, who signed them, and what happened since."""

from jejaring.domain.agreements.models.agreements import (
    Agreement,
    AgreementParty,
    Event,
    NumberSeries,
)
from jejaring.domain.agreements.models.signatures import Approval, Paper, Signature
from jejaring.domain.agreements.models.versions import Commitment, Version

__all__ = [
    "Agreement",
    "AgreementParty",
    "Approval",
    "Commitment",
    "Event",
    "NumberSeries",
    "Paper",
    "Signature",
    "Version",
]
