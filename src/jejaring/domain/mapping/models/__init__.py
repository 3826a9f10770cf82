"""Tables: what each co-op has and lacks, and what that is measured against."""

from jejaring.domain.mapping.models.answers import (
    Channel,
    ChannelMonth,
    Evidence,
    Facility,
    FacilityMonth,
    FacilityOutput,
    LocalTrade,
    Need,
    OpeningStock,
    Potential,
    PriceStep,
    SaidBy,
    Today,
)
from jejaring.domain.mapping.models.imports import DraftPhoto, ImportDraft, Submission
from jejaring.domain.mapping.models.places import Lane, LaneRule, Site, Vehicle
from jejaring.domain.mapping.models.reference import (
    Commodity,
    Conversion,
    Grade,
    PriceRule,
    Product,
    Reference,
)
from jejaring.domain.mapping.models.sums import (
    AnswersSum,
    RegencyDue,
    RegencyPlace,
    RegencySum,
    SumsHead,
)
from jejaring.domain.mapping.models.workshops import Attendee, StageDone, Workshop

__all__ = [
    "AnswersSum",
    "Attendee",
    "Channel",
    "ChannelMonth",
    "Commodity",
    "Conversion",
    "DraftPhoto",
    "Evidence",
    "Facility",
    "FacilityMonth",
    "FacilityOutput",
    "Grade",
    "ImportDraft",
    "Lane",
    "LaneRule",
    "LocalTrade",
    "Need",
    "OpeningStock",
    "Potential",
    "PriceRule",
    "PriceStep",
    "Product",
    "Reference",
    "RegencyDue",
    "RegencyPlace",
    "RegencySum",
    "SaidBy",
    "Site",
    "StageDone",
    "Submission",
    "SumsHead",
    "Today",
    "Vehicle",
    "Workshop",
]
