"""The only reads of packages, delegations and weeks for others, limited to whose record the caller may see."""

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

__all__ = [
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
    "board",
    "delegations",
    "offer_of",
    "package_of",
    "packages_about",
    "week_source",
]
