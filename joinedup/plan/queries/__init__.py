"""The only reads of `plan` for others, limited to whose record the caller may see."""

from joinedup.plan.queries.caseload import Caseload, Gap, Saved, caseload, gaps
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
    "LineShown",
    "ManagerShown",
    "PersonPlans",
    "PlanShown",
    "Saved",
    "StoppedShown",
    "VisitShown",
    "Worker",
    "calendar",
    "caseload",
    "gaps",
    "line_of",
    "plan_of",
    "plans_of",
    "stopped_visit",
    "visit_of",
    "workers_in",
]
