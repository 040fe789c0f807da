"""The reads of adjustments: what weeks of a plan would change by what is known now, and what was adjusted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.base.clock import london_date
from joinedup.base.errors import JoinedUpError
from joinedup.funding.charge_case import law_of
from joinedup.funding.models import Adjustment, Assessment
from joinedup.funding.queries.evidence import held_of
from joinedup.funding.weeks_again import KnownCharge, WeekChange, weeks_again
from joinedup.person.queries.person_row import whole_of


@dataclass(frozen=True, slots=True)
class PlanChange:
    """Weeks of a plan that would be charged otherwise; `refused` says why they could not be worked out, or ''."""

    plan_id: UUID
    weeks: tuple[WeekChange, ...]
    refused: str = ""

    @property
    def sum_pence(self) -> int:
        """What is still due in all; below nothing it is owed back."""
        return sum(each.difference_pence for each in self.weeks)


@dataclass(frozen=True, slots=True)
class AdjustmentShown:
    """One adjusted week."""

    week_starts_on: date
    was_pence: int
    should_be_pence: int
    difference_pence: int
    because: str
    decided_by: str
    decided_at: datetime


def changed_weeks(caller: Caller, plan_id: UUID, day: date) -> PlanChange:
    """What weeks of a plan would change by what is known now; a page is never lost because they cannot be reckoned."""
    caller.must("see_money")
    try:
        return change_of_plan(plan_id, day)
    except JoinedUpError as error:
        return PlanChange(plan_id, (), f"{error.what} {error.why}".strip())


def change_of_plan(plan_id: UUID, day: date) -> PlanChange:
    """The same for an action. Raises as the rule `charge-period`."""
    rows = list(Assessment.objects.filter(plan_id=plan_id).order_by("decided_at", "id"))
    if not rows:
        return PlanChange(plan_id, ())
    charges = [
        KnownCharge(each.as_at, london_date(each.decided_at), each.weekly_charge_pence, each.case) for each in rows
    ]
    adjusted: defaultdict[date, int] = defaultdict(int)
    done = Adjustment.objects.filter(plan_id=plan_id).values_list("week_starts_on", "difference_pence")
    for week, pence in done:
        adjusted[week] += pence
    held = held_of(whole_of(rows[0].person_id))
    return PlanChange(plan_id, weeks_again(charges, held, adjusted, day, law_of(rows[-1].case)))


def adjustments_of(caller: Caller, person_ids: Iterable[UUID]) -> tuple[AdjustmentShown, ...]:
    """Weeks of one person that were adjusted, the latest week first."""
    caller.must("see_money")
    rows = Adjustment.objects.select_related("decided_by").filter(person_id__in=tuple(person_ids))
    return tuple(
        AdjustmentShown(
            each.week_starts_on, each.was_pence, each.should_be_pence, each.difference_pence, each.because,
            each.decided_by.label, each.decided_at,
        )
        for each in rows.order_by("-week_starts_on", "-decided_at")
    )  # fmt: skip
