"""The reads of adjustments: what weeks of a plan would change by what is known now, and what was adjusted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from joinedup.access.callers import Caller
from joinedup.base.clock import london_date
from joinedup.base.errors import JoinedUpError
from joinedup.funding.charge_case import law_of
from joinedup.funding.models import Adjustment, Assessment
from joinedup.funding.queries.charges import ChargeShown
from joinedup.funding.queries.evidence import held_of
from joinedup.funding.weeks_again import DAY, WEEK, KnownCharge, WeekChange, pence_of_day, weeks_again
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
class DecidedWeek:
    """An adjustment as it was decided: what each of its days is charged by it, and why."""

    adjustment_id: UUID
    charge_id: UUID
    days: Mapping[date, int]
    because: str


@dataclass(frozen=True, slots=True)
class PlanKnown:
    """Charges of a plan in the order in which they were decided, their keys beside them, and its adjustments."""

    person_id: UUID
    charges: tuple[KnownCharge, ...]
    charge_ids: tuple[UUID, ...]
    decided: tuple[DecidedWeek, ...]

    @property
    def adjusted(self) -> dict[date, int]:
        """What each adjusted day is charged now."""
        return {day: pence for each in self.decided for day, pence in each.days.items()}


@dataclass(frozen=True, slots=True)
class AdjustmentShown:
    """One adjusted week."""

    adjustment_id: UUID

    week_starts_on: date
    was_pence: int
    should_be_pence: int
    difference_pence: int
    because: str
    decided_by: str
    decided_at: datetime


def changed_weeks(caller: Caller, plan_id: UUID, day: date, posted_since: date | None = None) -> PlanChange:
    """What weeks of a plan would change by what is known now; a page is never lost because they cannot be reckoned."""
    caller.must("see_money")
    try:
        return change_of_plan(plan_id, day, posted_since)
    except JoinedUpError as error:
        return PlanChange(plan_id, (), f"{error.what} {error.why}".strip())


def change_of_plan(plan_id: UUID, day: date, posted_since: date | None = None) -> PlanChange:
    """The same for an action. Raises as the rule `charge-period`."""
    known = known_of(plan_id)
    if not known.charges:
        return PlanChange(plan_id, ())
    held = held_of(whole_of(known.person_id))
    law = law_of(known.charges[-1].case)
    return PlanChange(plan_id, weeks_again(known.charges, held, known.adjusted, day, law, posted_since))


def known_of(plan_id: UUID) -> PlanKnown:
    """What was decided of a plan's charge, by the charges and by the adjustments, as the caller may see them."""
    rows = list(Assessment.objects.filter(plan_id=plan_id).order_by("decided_at", "id"))
    charges = tuple(
        KnownCharge(each.as_at, london_date(each.decided_at), each.weekly_charge_pence, each.case) for each in rows
    )
    steps = Adjustment.objects.filter(plan_id=plan_id).order_by("decided_at", "week_starts_on", "id")
    return PlanKnown(
        rows[0].person_id if rows else plan_id, charges, tuple(each.id for each in rows),
        tuple(DecidedWeek(each.id, each.charge_id, _days(each), each.because) for each in steps),
    )  # fmt: skip


def _days(row: Adjustment) -> dict[date, int]:
    """What each day of an adjusted week is charged; of rows from before days were kept, the week's pence by the day."""
    days = [row.week_starts_on + number * DAY for number in range(WEEK)]
    pence = row.days_pence or [pence_of_day(row.should_be_pence, day) for day in days]
    return {day: of_day for day, of_day in zip(days, pence, strict=True) if of_day is not None}


def adjusted_in(caller: Caller, shown: ChargeShown) -> tuple[AdjustmentShown, ...]:
    """Weeks of the plan of a charge that were adjusted, for its statement, the latest week first."""
    caller.must("see_money")
    return _shown(Adjustment.objects.filter(plan_id=shown.plan_id))


def adjustments_of(caller: Caller, person_ids: Iterable[UUID]) -> tuple[AdjustmentShown, ...]:
    """Weeks of one person that were adjusted, the latest week first."""
    caller.must("see_money")
    return _shown(Adjustment.objects.filter(person_id__in=tuple(person_ids)))


def _shown(rows: QuerySet[Adjustment]) -> tuple[AdjustmentShown, ...]:
    return tuple(
        AdjustmentShown(
            each.id, each.week_starts_on, each.was_pence, each.should_be_pence, each.difference_pence, each.because,
            each.decided_by.label, each.decided_at,
        )
        for each in rows.select_related("decided_by").order_by("-week_starts_on", "-decided_at")
    )  # fmt: skip
