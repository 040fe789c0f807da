"""The only reads of packages, delegations and weeks for others, limited to whose record the caller may see."""

from joinedup.commissioning.queries.besides import Besides, besides_of
from joinedup.commissioning.queries.board import Board, PackageLine, ToBuy, board
from joinedup.commissioning.queries.delegations import Delegations, DelegationShown, delegations
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
from joinedup.commissioning.queries.panel import Agenda, panel_of, possible_members

__all__ = [
    "Agenda",
    "Besides",
    "Board",
    "DelegationShown",
    "Delegations",
    "Offer",
    "PackageLine",
    "PackageShown",
    "PackageTold",
    "ToBuy",
    "WeekShown",
    "WeekSource",
    "besides_of",
    "board",
    "delegations",
    "offer_of",
    "package_of",
    "packages_about",
    "panel_of",
    "possible_members",
    "week_source",
]
