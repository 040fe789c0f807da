"""Rows of `commissioning`: what is bought and decided, the panel that decides together, disputes, and who must pay."""

from joinedup.commissioning.models.disputes import (
    DISPUTE_KINDS,
    Dispute,
    DisputeHandover,
    ProposedEnd,
    SettledWeek,
)
from joinedup.commissioning.models.packages import (
    EVERYTHING,
    PAYERS,
    STATES,
    Decision,
    Delegation,
    DeliveredWeek,
    Package,
    ReportedWeek,
    Split,
)
from joinedup.commissioning.models.panel import (
    CONDITION_STATES,
    HOW_TOLD,
    ITEM_ENDS,
    SAYS,
    Condition,
    Item,
    Meeting,
    Member,
    Recommendation,
    Telling,
)
from joinedup.commissioning.models.residence import RESIDENCE_BASES, Residence

__all__ = [
    "CONDITION_STATES",
    "DISPUTE_KINDS",
    "EVERYTHING",
    "HOW_TOLD",
    "ITEM_ENDS",
    "PAYERS",
    "RESIDENCE_BASES",
    "SAYS",
    "STATES",
    "Condition",
    "Decision",
    "Delegation",
    "DeliveredWeek",
    "Dispute",
    "DisputeHandover",
    "Item",
    "Meeting",
    "Member",
    "Package",
    "ProposedEnd",
    "Recommendation",
    "ReportedWeek",
    "Residence",
    "SettledWeek",
    "Split",
    "Telling",
]
