"""The only reads of packages, delegations and weeks for others, limited to whose record the caller may see."""

from joinedup.commissioning.queries.adjusting import (
    Move,
    MovedShown,
    adjusted_source,
    because_of,
    moved_of,
    moved_of_week,
    posted_since,
    waiting_of,
)
from joinedup.commissioning.queries.besides import Besides, besides_of
from joinedup.commissioning.queries.board import Board, PackageLine, ToBuy, board
from joinedup.commissioning.queries.delegations import Delegations, DelegationShown, delegations
from joinedup.commissioning.queries.disputes import (
    DisputeShown,
    ToDispute,
    dispute_of,
    disputes_of,
    to_dispute,
)
from joinedup.commissioning.queries.offers import Offer, offer_of
from joinedup.commissioning.queries.packages import (
    PackageShown,
    PackageTold,
    WeekShown,
    WeekSource,
    package_of,
    packages_about,
    week_source,
)
from joinedup.commissioning.queries.panel import Agenda, colleagues_of, late_promises, panel_of, possible_members
from joinedup.commissioning.queries.residence import ResidenceShown, residence_of

__all__ = [
    "Agenda",
    "Besides",
    "Board",
    "DelegationShown",
    "Delegations",
    "DisputeShown",
    "Move",
    "MovedShown",
    "Offer",
    "PackageLine",
    "PackageShown",
    "PackageTold",
    "ResidenceShown",
    "ToBuy",
    "ToDispute",
    "WeekShown",
    "WeekSource",
    "adjusted_source",
    "because_of",
    "besides_of",
    "board",
    "colleagues_of",
    "delegations",
    "dispute_of",
    "disputes_of",
    "late_promises",
    "moved_of",
    "moved_of_week",
    "offer_of",
    "package_of",
    "packages_about",
    "panel_of",
    "possible_members",
    "posted_since",
    "residence_of",
    "to_dispute",
    "waiting_of",
    "week_source",
]
