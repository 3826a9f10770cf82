"""Tables: plans made from what was mapped, and rounds in which their proposals are answered."""

from jejaring.domain.partnering.models.plans import PlanEdition, PlanRun
from jejaring.domain.partnering.models.rounds import (
    NOT_DRAFTED,
    Answer,
    CounterLine,
    Proposal,
    ProposalLine,
    Round,
    RoundPlan,
    Standing,
)

__all__ = [
    "NOT_DRAFTED",
    "Answer",
    "CounterLine",
    "PlanEdition",
    "PlanRun",
    "Proposal",
    "ProposalLine",
    "Round",
    "RoundPlan",
    "Standing",
]
