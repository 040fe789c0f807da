"""What is decided of posted weeks and has not reached the fund yet, and what has.

A week was posted with the package's part of the person's charge. Since then a newer charge may hold on its days, or
adjustments were decided. Each is a step; each step that is not posted yet and moves something is a move to post.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Min, Q

from joinedup.access.callers import Caller
from joinedup.base.clock import london_date
from joinedup.commissioning import rules
from joinedup.commissioning.models import AdjustedWeek, DeliveredWeek, Package, Split
from joinedup.commissioning.rules.adjusting import PackagePart, days_from, person_due
from joinedup.funding.models import Assessment
from joinedup.funding.queries.adjustments import PlanKnown, known_of
from joinedup.funding.weeks_again import charge_in_force, pence_of_day
from joinedup.ledger.models import Journal


@dataclass(frozen=True, slots=True)
class Move:
    """One change of the person's part of a posted week that is decided and not posted: by which adjustment, or (None)
    by which charge in force, and why in words."""

    week_id: UUID
    week_starts_on: date
    adjustment_id: UUID | None
    charge_id: UUID
    because: str
    was_pence: int
    is_pence: int

    @property
    def difference_pence(self) -> int:
        """What the person still owes for the week; below nothing it is owed back."""
        return self.is_pence - self.was_pence


@dataclass(frozen=True, slots=True)
class MovedShown:
    """One adjusted week as it was posted: what moved, why, by whom, in which journal (its number None if not seen)."""

    week_id: UUID
    package_id: UUID
    week_starts_on: date
    was_pence: int
    is_pence: int
    because: str
    adjustment_id: UUID | None
    journal_id: UUID
    journal_number: int | None
    posted_by: str
    posted_at: datetime

    @property
    def difference_pence(self) -> int:
        """What the person owes more for the week; below nothing it is owed back."""
        return self.is_pence - self.was_pence


@dataclass(frozen=True, slots=True)
class _Step:
    adjustment_id: UUID | None
    charge_id: UUID
    days: Mapping[date, int]
    because: str


def posted_since(plan_id: UUID) -> date | None:
    """The first day of a plan's first posted week, as the caller sees them; None where none was posted."""
    found = DeliveredWeek.objects.filter(package__line__plan_id=plan_id).aggregate(first=Min("week_starts_on"))
    first: date | None = found["first"]
    return first


def moves_to_post(package: Package, only_week: UUID | None = None) -> tuple[Move, ...]:
    """What is decided of the posted weeks of a package, or of one of them, and not posted yet; the first week first."""
    weeks = DeliveredWeek.objects.filter(package_id=package.id).order_by("week_starts_on").prefetch_related("adjusted")
    if only_week is not None:
        weeks = weeks.filter(id=only_week)
    known = known_of(package.line.plan_id)
    if not known.charges:
        return ()
    base_pence = Assessment.objects.values_list("weekly_charge_pence", flat=True).get(id=package.funding_id)
    return tuple(move for week in weeks for move in _moves(package, week, known, base_pence))


def moved_of(person_ids: Iterable[UUID]) -> tuple[MovedShown, ...]:
    """Every adjusted week of a person that was posted, the latest first."""
    return _shown(Q(person_id__in=tuple(person_ids)))


def moved_of_package(package_id: UUID) -> tuple[MovedShown, ...]:
    """Every adjusted week of a package that was posted, the latest first."""
    return _shown(Q(week__package_id=package_id))


def moved_of_week(week_id: UUID) -> tuple[MovedShown, ...]:
    """How one posted week was adjusted, the latest first."""
    return _shown(Q(week_id=week_id))


def waiting_of(caller: Caller, person_ids: Iterable[UUID]) -> tuple[Move, ...]:
    """What is decided of a person's posted weeks and not posted yet."""
    caller.must("see_money")
    packages = Package.objects.select_related("line").filter(person_id__in=tuple(person_ids))
    return tuple(move for each in packages.order_by("starts_on", "id") for move in moves_to_post(each))


def adjusted_source(adjusted_id: UUID) -> AdjustedWeek | None:
    """The adjusted week behind a journal; None when the caller may not see whose it is."""
    held = AdjustedWeek.objects.select_related("week__journal", "adjustment", "charge")
    return held.filter(id=adjusted_id).first()


def because_of(row: AdjustedWeek) -> str:
    """Why a week was adjusted, in words for the person."""
    return row.adjustment.because if row.adjustment else _newer(row.charge.decided_at)


def _moves(package: Package, week: DeliveredWeek, known: PlanKnown, base_pence: int) -> Iterator[Move]:
    days = days_from(week.week_starts_on, rules.days_of_week(week.week_starts_on, package.ends_on))
    rows = list(week.adjusted.all())
    done = {(row.adjustment_id, row.charge_id) for row in rows}
    steps = list(_steps(package, days, known, base_pence))
    stands_pence = week.person_pence + sum(row.is_pence - row.was_pence for row in rows)
    parts, own = _parts(package, week.week_starts_on, len(days))
    applied = [each for each in steps if (each.adjustment_id, each.charge_id) in done]
    for step in steps:
        if step in applied:
            continue
        applied = [each for each in steps if each in applied or each is step]
        charged = {day: pence_of_day(base_pence, day) for day in days}
        for each in applied:
            charged |= {day: pence for day, pence in each.days.items() if day in charged}
        due_pence = person_due(charged, base_pence, parts, own, week.amount_pence)
        if due_pence != stands_pence:
            yield Move(week.id, week.week_starts_on, step.adjustment_id, step.charge_id, step.because, stands_pence,
                       due_pence)  # fmt: skip
            stands_pence = due_pence


def _steps(package: Package, days: tuple[date, ...], known: PlanKnown, base_pence: int) -> Iterator[_Step]:
    """First the charge in force on the days, then each adjustment of some of them in the order of the decisions."""
    keys = {id(charge): key for charge, key in zip(known.charges, known.charge_ids, strict=True)}
    in_force = {day: charge_in_force(known.charges, day) for day in days}
    newest = max(in_force.values(), key=lambda each: known.charges.index(each))
    pence = {day: pence_of_day(charge.weekly_charge_pence, day) for day, charge in in_force.items()}
    yield _Step(None, keys[id(newest)], pence, f"The charge decided on {_day(newest.decided_on)} holds on these days.")
    for each in known.decided:
        if any(day in each.days for day in days):
            yield _Step(each.adjustment_id, each.charge_id, each.days, each.because)


def _parts(package: Package, week_starts_on: date, days: int) -> tuple[list[PackagePart], int]:
    """The packages of the plan that are bought for days of a week, in the order of their proposal, and which is own."""
    ends = week_starts_on + timedelta(days=days)
    held = Package.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=week_starts_on), line__plan_id=package.line.plan_id, decision__isnull=False,
        starts_on__lt=ends,
    )  # fmt: skip
    found = list(held.order_by("proposed_at", "id"))
    persons = dict(
        Split.objects.filter(package__in=found, payer=rules.PERSON).values_list("package_id", "weekly_pence")
    )
    parts = [
        PackagePart(
            persons.get(each.id, 0), each.weekly_cost_pence,
            max((min(each.ends_on or ends, ends) - max(each.starts_on, week_starts_on)).days, 0),
        )
        for each in found
    ]  # fmt: skip
    return parts, [each.id for each in found].index(package.id)


def _shown(which: Q) -> tuple[MovedShown, ...]:
    rows = AdjustedWeek.objects.select_related("week", "adjustment", "charge", "posted_by").filter(which)
    found = list(rows.order_by("-week__week_starts_on", "-posted_at", "-id"))
    numbers = dict(Journal.objects.filter(id__in=[row.journal_id for row in found]).values_list("id", "number"))
    return tuple(
        MovedShown(
            row.week_id, row.week.package_id, row.week.week_starts_on, row.was_pence, row.is_pence, because_of(row),
            row.adjustment_id, row.journal_id, numbers.get(row.journal_id), row.posted_by.label, row.posted_at,
        )
        for row in found
    )  # fmt: skip


def _newer(decided_at: datetime) -> str:
    return f"The charge decided on {_day(london_date(decided_at))} holds on these days."


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
