"""Rows of `access`: who somebody is and may see, what was done, and how looking is watched over."""

from joinedup.access.models.subjects import (
    AccessGrant,
    ActionResult,
    InstantRange,
    LogEntry,
    RoleHolding,
    RowHistory,
    Seal,
    Subject,
    TeamIntake,
    TeamMembership,
    User,
    ends_after_start,
    held_once,
)
from joinedup.access.models.watching import BreakGlass, DeskReview, LookQuestion, OfficeSeat, StaffHome

__all__ = [
    "AccessGrant",
    "ActionResult",
    "BreakGlass",
    "DeskReview",
    "InstantRange",
    "LogEntry",
    "LookQuestion",
    "OfficeSeat",
    "RoleHolding",
    "RowHistory",
    "Seal",
    "StaffHome",
    "Subject",
    "TeamIntake",
    "TeamMembership",
    "User",
    "ends_after_start",
    "held_once",
]
