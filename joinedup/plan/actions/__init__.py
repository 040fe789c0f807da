"""The only writes of `plan`: plans and what is in them, who answers for them, and visits."""

from joinedup.plan.actions.case_managers import name_case_manager, stand_down
from joinedup.plan.actions.handovers import answer_handover, offer_handover
from joinedup.plan.actions.plans import (
    ActionLine,
    CareLine,
    add_goal,
    add_line,
    agree_plan,
    draft_plan,
    end_plan,
    save_what_matters,
    set_line_state,
    take_out_goal,
)
from joinedup.plan.actions.stopped import book_anyway, leave_stopped, make_joint
from joinedup.plan.actions.visits import Booked, book_visit, cancel_visit, finish_visit, restore_visit

__all__ = [
    "ActionLine",
    "Booked",
    "CareLine",
    "add_goal",
    "add_line",
    "agree_plan",
    "answer_handover",
    "book_anyway",
    "book_visit",
    "cancel_visit",
    "draft_plan",
    "end_plan",
    "finish_visit",
    "leave_stopped",
    "make_joint",
    "name_case_manager",
    "offer_handover",
    "restore_visit",
    "save_what_matters",
    "set_line_state",
    "stand_down",
    "take_out_goal",
]
