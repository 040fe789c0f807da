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


@dataclass(frozen=True, slots=True)
class _Bought:
    package: Package
    person_pence: int
    nhs_pence: int


def posted_since(plan_id: UUID) -> date | None:
    """The first day of a plan's first posted week, as the caller sees them; None where none was posted."""
    found = DeliveredWeek.objects.filter(package__line__plan_id=plan_id).aggregate(first=Min("week_starts_on"))
    first: date | None = found["first"]
    return first


def moves_to_post(package: Package, only_week: UUID | None = None) -> tuple[Move, ...]:
    """What is decided of the posted weeks of a package, or of one of them, and not posted yet; the first week first.

    However many weeks there are, the database is asked a fixed number of times.
    """
    known = known_of(package.line.plan_id)
    weekly = dict(zip(known.charge_ids, (each.weekly_charge_pence for each in known.charges), strict=True))
    base_pence = weekly.get(package.funding_id)
    if base_pence is None or (not known.decided and set(weekly.values()) == {base_pence}):
        return ()
    weeks = DeliveredWeek.objects.filter(package_id=package.id).order_by("week_starts_on").prefetch_related("adjusted")
    if only_week is not None:
        weeks = weeks.filter(id=only_week)
    bought = _bought(package)
    return tuple(move for week in weeks for move in _moves(package, week, known, base_pence, bought))


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


def _moves(
    package: Package, week: DeliveredWeek, known: PlanKnown, base_pence: int, bought: Iterable[_Bought]
) -> Iterator[Move]:
    days = days_from(week.week_starts_on, rules.days_of_week(week.week_starts_on, package.ends_on))
    rows = list(week.adjusted.all())
    done = {(row.adjustment_id, row.charge_id) for row in rows}
    steps = list(_steps(package, days, known, base_pence))
    stands_pence = week.person_pence + sum(row.is_pence - row.was_pence for row in rows)
    parts, own = _parts(package, bought, week.week_starts_on, len(days))
    applied = [each for each in steps if (each.adjustment_id, each.charge_id) in done]
    for step in steps:
        if step in applied:
            continue
        applied = [each for each in steps if each in applied or each is step]
        charged = {day: pence_of_day(base_pence, day) for day in days}
        for each in applied:
            charged |= {day: pence for day, pence in each.days.items() if day in charged}
        due_pence = person_due(charged, base_pence, parts, own, week.amount_pence - week.nhs_pence)
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


def _bought(package: Package) -> list[_Bought]:
    """Every package of the plan that was decided, in the order of their proposal, with the person's part."""
    held = Package.objects.filter(line__plan_id=package.line.plan_id, decision__isnull=False)
    persons: dict[UUID, int] = {}
    alone: dict[UUID, int] = {}
    splits = Split.objects.filter(package__line__plan_id=package.line.plan_id, payer__in=(rules.PERSON, rules.NHS))
    for package_id, payer, pence in splits.values_list("package_id", "payer", "weekly_pence"):
        (persons if payer == rules.PERSON else alone)[package_id] = pence
    return [
        _Bought(each, persons.get(each.id, 0), alone.get(each.id, 0)) for each in held.order_by("proposed_at", "id")
    ]


def _parts(
    package: Package, bought: Iterable[_Bought], week_starts_on: date, days: int
) -> tuple[list[PackagePart], int]:
    """The packages of the plan that are bought for days of a week, and which is the week's own."""
    ends = week_starts_on + timedelta(days=days)
    found = [
        each
        for each in bought
        if each.package.starts_on < ends and (each.package.ends_on or ends) > week_starts_on
    ]  # fmt: skip
    parts = [
        PackagePart(
            each.person_pence, each.package.weekly_cost_pence - each.nhs_pence,
            (min(each.package.ends_on or ends, ends) - max(each.package.starts_on, week_starts_on)).days,
        )
        for each in found
    ]  # fmt: skip
    return parts, [each.package.id for each in found].index(package.id)


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
