"""The only writes of packages, decisions, delegations and weeks."""

from joinedup.commissioning.actions.decisions import ask_for_decision, decide, delegate_authority, end_delegation
from joinedup.commissioning.actions.packages import end_package, propose_package
from joinedup.commissioning.actions.weeks import confirm_delivered_week, report_week

__all__ = [
    "ask_for_decision",
    "confirm_delivered_week",
    "decide",
    "delegate_authority",
    "end_delegation",
    "end_package",
    "propose_package",
    "report_week",
]
