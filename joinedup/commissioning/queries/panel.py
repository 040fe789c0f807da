"""The panel's agenda: what waits with its clock, the meetings, and what waits too long.

An alarm is whatever a promise was given for and nobody kept: an item past its day, a decision that nobody told the
family, a condition or a dispute past its day. Everybody sees those of people whose record they may see.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from joinedup.access.callers import Caller
from joinedup.access.models import RoleHolding
from joinedup.base.clock import LONDON, london_date
from joinedup.base.parameter_files import shipped
from joinedup.commissioning import rules
from joinedup.commissioning.models import (
    Condition,
    Decision,
    Dispute,
    Item,
    Meeting,
    Package,
    Review,
    Split,
    Telling,
)
from joinedup.commissioning.queries.besides import (
    SIDE_TITLES,
    DisputeLine,
    dispute_line,
    disputes_shown,
)
from joinedup.commissioning.queries.seats import office_of
from joinedup.commissioning.rules.panel import tell_by
from joinedup.person.models import Person
from joinedup.person.queries.person_row import full_name

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item that waits: whose, for what, its cost and the person's share, its clock and its meeting."""

    item_id: UUID
    package_id: UUID
    name: str
    title: str
    weekly_cost_pence: int
    person_pence: int
    days_waited: int
    due_on: date
    late: bool
    held_on: date | None


@dataclass(frozen=True, slots=True)
class Untold:
    """A decision, or a decline, that nobody has told the family; `late` past the day by which somebody should have."""

    package_id: UUID
    name: str
    title: str
    what: str
    decided_on: date
    tell_by: date
    late: bool


@dataclass(frozen=True, slots=True)
class OpenCondition:
    """A condition that is open, of whose package."""

    package_id: UUID
    name: str
    words: str
    owner: str
    due_on: date
    late: bool


@dataclass(frozen=True, slots=True)
class ToReview:
    """A package that runs and whose day to be looked at again has passed."""

    package_id: UUID
    name: str
    title: str
    review_on: date
    late: bool


@dataclass(frozen=True, slots=True)
class MeetingShown:
    """A meeting with its members: (name, side, office), and how many items that the caller sees are on its agenda."""

    meeting_id: UUID
    place: str
    held_on: date
    members: tuple[tuple[str, str, str], ...]
    items: int


@dataclass(frozen=True, slots=True)
class Agenda:
    """The panel as the caller sees it. `decided_days_median` is None before anything was decided by it."""

    items: tuple[Waiting, ...]
    meetings: tuple[MeetingShown, ...]
    untold: tuple[Untold, ...]
    conditions: tuple[OpenCondition, ...]
    reviews: tuple[ToReview, ...]
    disputes: tuple[DisputeLine, ...]
    decided: int
    decided_in_time: int
    decided_days_median: float | None

    @property
    def alarms(self) -> int:
        """How much of it waits too long."""
        parts: tuple[Iterable[Waiting | Untold | OpenCondition | ToReview | DisputeLine], ...] = (
            self.items, self.untold, self.conditions, self.reviews, self.disputes,
        )  # fmt: skip
        return sum(each.late for part in parts for each in part)


def panel_of(caller: Caller, at: datetime) -> Agenda:
    """What waits for the panel, for a telling, a condition or the end of a dispute, of people the caller may see."""
    caller.must("see_panel")
    today = london_date(at)
    waiting = Item.objects.select_related("package__line", "person", "meeting").filter(closed_at=None)
    closed = Item.objects.filter(closed_how__in=("decided", "declined"))
    days = [
        (london_date(done) - london_date(queued), london_date(done) <= due)
        for queued, done, due in closed.values_list("queued_at", "closed_at", "due_on")
        if done is not None
    ]
    return Agenda(
        items=tuple(_waiting(list(waiting.order_by("due_on", "id")[:AT_ONCE]), today)),
        meetings=_meetings(caller, today), untold=_untold(today), conditions=_conditions(today),
        reviews=_reviews(today),
        disputes=tuple(dispute_line(each, today) for each in disputes_shown().filter(ended_at=None)[:AT_ONCE]),
        decided=len(days), decided_in_time=sum(in_time for _, in_time in days),
        decided_days_median=median(each.days for each, _ in days) if days else None,
    )  # fmt: skip


def late_promises(caller: Caller, at: datetime) -> int:
    """How many promises about people the caller may see were not kept: the alarms of `panel_of`, in one question."""
    caller.must("see_panel")
    today = london_date(at)
    told = Exists(Telling.objects.filter(package_id=OuterRef("package_id")))
    days = shipped().value_at("panel-telling-days", today).count()
    known_by = datetime.combine(today - timedelta(days=days), time.min, LONDON)
    parts = (
        Item.objects.filter(closed_at=None, due_on__lt=today),
        Condition.objects.filter(state="open", due_on__lt=today),
        Dispute.objects.filter(ended_at=None, due_on__lt=today),
        Decision.objects.exclude(review_on=None).filter(~told, decided_at__lt=known_by),
        Item.objects.filter(~told, closed_how="declined", closed_at__lt=known_by),
        overdue_reviews(today),
    )
    first, *others = (part.order_by().values("id") for part in parts)
    return first.union(*others, all=True).count()


def overdue_reviews(today: date) -> QuerySet[Any]:
    """Decisions on packages that run and whose day to be looked at again, by the last look, has passed."""
    last = Review.objects.filter(package_id=OuterRef("package_id")).order_by("-recorded_at", "-id")
    due = Coalesce(Subquery(last.values("next_on")[:1]), F("review_on"))
    held: QuerySet[Any] = Decision.objects.annotate(due_on=due)
    return held.filter(package__state="committed", due_on__lt=today)


def possible_members(place_ids: Iterable[UUID], at: datetime) -> tuple[tuple[UUID, str], ...]:
    """Who could sit in a meeting: staff of the places who may recommend, with the body they work for."""
    held = RoleHolding.objects.select_related("subject__body").filter(
        Q(ends_at=None) | Q(ends_at__gt=at), place_id__in=list(place_ids), starts_at__lte=at,
        role__in=("commissioner", "practitioner", "case_manager"), subject__body__isnull=False,
    )  # fmt: skip
    found = {each.subject_id: f"{each.subject.label} ({each.subject.body.name})" for each in held if each.subject.body}
    return tuple(sorted(found.items(), key=lambda pair: pair[1]))


def colleagues_of(caller: Caller, package_id: UUID, at: datetime) -> tuple[tuple[UUID, str], ...]:
    """Who could see to a condition of a package: staff of its place. Nobody when the package is not to be seen."""
    caller.must("see_panel")
    package = Package.objects.filter(id=package_id).first()
    return possible_members([package.place_id], at) if package else ()


def _name(person: Person) -> str:
    return full_name(person.prefix, person.given, person.family)


def _waiting(items: list[Item], today: date) -> Iterable[Waiting]:
    keys = [each.package_id for each in items]
    shares = dict(
        Split.objects.filter(package_id__in=keys, payer=rules.PERSON).values_list("package_id", "weekly_pence")
    )
    for each in items:
        yield Waiting(
            each.id, each.package_id, _name(each.person), each.package.line.title, each.package.weekly_cost_pence,
            shares.get(each.package_id, 0), (today - london_date(each.queued_at)).days, each.due_on,
            today > each.due_on, each.meeting.held_on if each.meeting else None,
        )  # fmt: skip


def _untold(today: date) -> tuple[Untold, ...]:
    told = Exists(Telling.objects.filter(package_id=OuterRef("package_id")))
    decided = Decision.objects.select_related("package__line", "person").exclude(review_on=None).filter(~told)
    declined = Item.objects.select_related("package__line", "person").filter(~told, closed_how="declined")
    found = [
        *((each.package, each.person, "decided", each.decided_at) for each in decided.order_by("decided_at")[:AT_ONCE]),
        *((each.package, each.person, "declined", each.closed_at) for each in declined.order_by("closed_at")[:AT_ONCE]),
    ]
    return tuple(
        Untold(
            package.id, _name(person), package.line.title, what, london_date(done),
            tell_by(london_date(done), shipped()), today > tell_by(london_date(done), shipped()),
        )
        for package, person, what, done in found if done is not None
    )  # fmt: skip


def _conditions(today: date) -> tuple[OpenCondition, ...]:
    held = Condition.objects.select_related("decision", "person", "owner").filter(state="open")
    return tuple(
        OpenCondition(
            each.decision.package_id, _name(each.person), each.words, each.owner.label, each.due_on,
            today > each.due_on,
        )
        for each in held.order_by("due_on", "id")[:AT_ONCE]
    )  # fmt: skip


def _reviews(today: date) -> tuple[ToReview, ...]:
    held = overdue_reviews(today).select_related("package__line", "person").order_by("due_on", "id")[:AT_ONCE]
    return tuple(
        ToReview(each.package_id, _name(each.person), each.package.line.title, each.due_on, True) for each in held
    )


def _meetings(caller: Caller, today: date) -> tuple[MeetingShown, ...]:
    """Meetings of the caller's places from today on, and the last three before."""
    places = [each.place_id for each in caller.holdings]
    held = Meeting.objects.select_related("place").filter(place_id__in=places)
    ahead = list(held.filter(held_on__gte=today).order_by("held_on"))
    past = list(held.filter(held_on__lt=today).order_by("-held_on")[:3])
    return tuple(
        MeetingShown(
            each.id, each.place.name, each.held_on,
            tuple(
                (one.subject.label, SIDE_TITLES[one.side], office_of(one))
                for one in each.members.select_related("subject", "holding").order_by("side", "subject__label")
            ),
            Item.objects.filter(meeting_id=each.id).count(),
        )
        for each in [*reversed(past), *ahead]
    )  # fmt: skip
