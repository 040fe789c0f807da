"""The only reads of `plan` for others, limited to whose record the caller may see."""

from joinedup.plan.queries.caseload import Caseload, Gap, Saved, caseload, gaps
from joinedup.plan.queries.handovers import HandoverShown, PlaceReceivers, handovers_of, offered_to, receivers_elsewhere
from joinedup.plan.queries.plans import (
    LineShown,
    ManagerShown,
    PersonPlans,
    PlanShown,
    Worker,
    line_of,
    plan_of,
    plans_of,
    workers_in,
)
from joinedup.plan.queries.visits import Calendar, StoppedShown, VisitShown, calendar, stopped_visit, visit_of

__all__ = [
    "Calendar",
    "Caseload",
    "Gap",
    "HandoverShown",
    "LineShown",
    "ManagerShown",
    "PersonPlans",
    "PlaceReceivers",
    "PlanShown",
    "Saved",
    "StoppedShown",
    "VisitShown",
    "Worker",
    "calendar",
    "caseload",
    "gaps",
    "handovers_of",
    "line_of",
    "offered_to",
    "plan_of",
    "plans_of",
    "receivers_elsewhere",
    "stopped_visit",
    "visit_of",
    "workers_in",
]
