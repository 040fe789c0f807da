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
from joinedup.commissioning.queries.aftercare import aftercare_of
from joinedup.commissioning.queries.besides import Besides, DisputeLine, besides_of
from joinedup.commissioning.queries.board import Board, PackageLine, ToBuy, board
from joinedup.commissioning.queries.delegations import Delegations, DelegationShown, delegations
from joinedup.commissioning.queries.disputes import (
    Claim,
    DisputeShown,
    ToDispute,
    claims_outside,
    dispute_of,
    disputes_of,
    ownerless_disputes,
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
from joinedup.commissioning.queries.seats import QuorumShown, possible_seats, quorums_of
from joinedup.commissioning.queries.told import (
    DisputeTold,
    PackageDecided,
    decisions_about,
    disputes_about,
    residence_about,
)

__all__ = [
    "Agenda",
    "Besides",
    "Board",
    "Claim",
    "DelegationShown",
    "Delegations",
    "DisputeLine",
    "DisputeShown",
    "DisputeTold",
    "Move",
    "MovedShown",
    "Offer",
    "PackageDecided",
    "PackageLine",
    "PackageShown",
    "PackageTold",
    "QuorumShown",
    "ResidenceShown",
    "ToBuy",
    "ToDispute",
    "WeekShown",
    "WeekSource",
    "adjusted_source",
    "aftercare_of",
    "because_of",
    "besides_of",
    "board",
    "claims_outside",
    "colleagues_of",
    "decisions_about",
    "delegations",
    "dispute_of",
    "disputes_about",
    "disputes_of",
    "late_promises",
    "moved_of",
    "moved_of_week",
    "offer_of",
    "ownerless_disputes",
    "package_of",
    "packages_about",
    "panel_of",
    "possible_members",
    "possible_seats",
    "posted_since",
    "quorums_of",
    "residence_about",
    "residence_of",
    "to_dispute",
    "waiting_of",
    "week_source",
]
