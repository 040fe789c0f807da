"""The only writes of packages, the panel, decisions, tellings, delegations, weeks, disputes and residence."""

from joinedup.commissioning.actions.adjusting import post_adjustments
from joinedup.commissioning.actions.decisions import (
    NewCondition,
    ask_for_decision,
    decide,
    delegate_authority,
    end_delegation,
)
from joinedup.commissioning.actions.dispute_ends import answer_end, hand_over_dispute, propose_end
from joinedup.commissioning.actions.disputes import open_dispute
from joinedup.commissioning.actions.packages import end_package, propose_package
from joinedup.commissioning.actions.panel import (
    NewMember,
    call_meeting,
    decline_item,
    put_on_agenda,
    queue_for_panel,
    recommend_package,
    set_quorum,
)
from joinedup.commissioning.actions.residence import write_aftercare, write_residence
from joinedup.commissioning.actions.tellings import close_condition, review_package, tell_family
from joinedup.commissioning.actions.weeks import confirm_delivered_week, report_week

__all__ = [
    "NewCondition",
    "NewMember",
    "answer_end",
    "ask_for_decision",
    "call_meeting",
    "close_condition",
    "confirm_delivered_week",
    "decide",
    "decline_item",
    "delegate_authority",
    "end_delegation",
    "end_package",
    "hand_over_dispute",
    "open_dispute",
    "post_adjustments",
    "propose_end",
    "propose_package",
    "put_on_agenda",
    "queue_for_panel",
    "recommend_package",
    "report_week",
    "review_package",
    "set_quorum",
    "tell_family",
    "write_aftercare",
    "write_residence",
]
