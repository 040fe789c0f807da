"""One plan as its page shows it, a person's plans, and who may be named or booked in a place.

A plan is read in a fixed number of queries, however many goals and lines it holds; a test counts them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import RoleHolding
from joinedup.assessment.models import Assessment
from joinedup.base.clock import london_date
from joinedup.base.errors import NotFound
from joinedup.person.models import Person
from joinedup.person.queries.about_me import AboutMeShown, shown_about_me
from joinedup.person.queries.agreed import agreed_look
from joinedup.person.queries.person_row import age_on, full_name, person_row, whole_of
from joinedup.places.models import Body
from joinedup.plan.models import CaseManager, Goal, Line, Plan
from joinedup.plan.rules import Tenure, age_words, gap_since

CARE_ROLES = ("coordinator", "practitioner", "case_manager")


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who may be named or booked: key, name, body."""

    subject_id: UUID
    label: str
    body: str


@dataclass(frozen=True, slots=True)
class GoalShown:
    """A goal in the person's words."""

    goal_id: UUID
    words: str
    state: str


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line: care with its quantity or an action with its date; `late` says that its day has passed."""

    line_id: UUID
    kind: str
    title: str
    owner: str
    due_on: date | None
    late: bool
    service_code: str
    quantity_per_week: Decimal | None
    unit: str
    starts_on: date | None
    state: str
    goal: str
    version: int


@dataclass(frozen=True, slots=True)
class ManagerShown:
    """A case manager: name, body, from when to when, how to reach them; `named_by` is who named them."""

    subject_id: UUID
    label: str
    body: str
    starts_at: datetime
    ends_at: datetime | None
    contact: str
    named_by: str


@dataclass(frozen=True, slots=True)
class PlanShown:
    """A plan with everything on its page. `gap_age` is how long it has had no case manager, in words ('' when it has).

    `place` is the plan's, `lives_in` the person's: they differ between a move and the handover of the plan.
    `practice_code` and `nhs_number` stand on the printed plan; both are empty for a restricted person's practice.
    """

    plan_id: UUID
    person_id: UUID
    name: str
    birth_date: date | None
    age: int | None
    nhs_number: str
    practice: str
    lives_in: str
    place: str
    place_id: UUID
    assessment_id: UUID
    state: str
    version: int
    what_matters: str
    about_me: AboutMeShown
    drafted_by: str
    drafted_at: datetime
    agreed_at: datetime | None
    agreed_by: str
    agreed_how: str
    ended_at: datetime | None
    ended_why: str
    goals: tuple[GoalShown, ...]
    lines: tuple[LineShown, ...]
    manager: ManagerShown | None
    earlier_managers: tuple[ManagerShown, ...]
    gap_age: str

    @property
    def care(self) -> tuple[LineShown, ...]:
        """Lines of care."""
        return tuple(each for each in self.lines if each.kind == "care")

    @property
    def actions(self) -> tuple[LineShown, ...]:
        """Lines that somebody does once."""
        return tuple(each for each in self.lines if each.kind == "action")


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan in a list: key, state, its dates."""

    plan_id: UUID
    state: str
    drafted_at: datetime
    agreed_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonPlans:
    """A person's plans, newest first; `ready` are complete assessments that no open plan was drafted from."""

    person_id: UUID
    name: str
    plans: tuple[PlanLine, ...]
    ready: tuple[tuple[UUID, datetime], ...]


def plan_of(caller: Caller, plan_id: UUID, at: datetime) -> PlanShown:
    """One plan as at an instant; a line of the log. NotFound when it is not there or not to be seen."""
    caller.must("see_plan")
    plan = Plan.objects.select_related("drafted_by", "place").filter(id=plan_id).first()
    if plan is None:
        raise NotFound("plan-not-found", "There is no such plan, or you may not see it.")
    person = person_row(plan.person_id)
    agreed_look(person)
    note("plan.opened", person_id=person.id, thing_id=plan.id, place_id=person.place_id)
    managers = _managers(plan.id)
    named = next((each for each in managers if is_present(each.starts_at, each.ends_at, at)), None)
    left_at = _left_at(named.subject_id, at) if named else None
    present = named if left_at is None else None
    since = None
    if plan.state == "agreed" and plan.agreed_at and present is None:
        tenures = [Tenure(each.starts_at, left_at if each is named else each.ends_at) for each in managers]
        since = gap_since(plan.agreed_at, tenures, at)
    return PlanShown(
        plan_id=plan.id, person_id=person.id, name=full_name(person.prefix, person.given, person.family),
        birth_date=person.birth_date, age=age_on(person.birth_date, london_date(at)), nhs_number=person.nhs_number,
        practice=_practice(person), lives_in=person.place.name, place=plan.place.name, place_id=plan.place_id,
        assessment_id=plan.assessment_id, state=plan.state, version=plan.version, what_matters=plan.what_matters,
        about_me=shown_about_me(person), drafted_by=plan.drafted_by.label, drafted_at=plan.drafted_at,
        agreed_at=plan.agreed_at, agreed_by=plan.agreed_by, agreed_how=plan.agreed_how, ended_at=plan.ended_at,
        ended_why=plan.ended_why, goals=_goals(plan.id), lines=_lines(plan.id, london_date(at)), manager=present,
        earlier_managers=tuple(each for each in managers if each is not present),
        gap_age=age_words(at - since) if since else "",
    )  # fmt: skip


def plans_of(caller: Caller, person_id: UUID) -> PersonPlans:
    """Every plan of a person, and the assessments from which one can be drafted; a line of the log."""
    caller.must("see_plan")
    person = person_row(person_id)
    agreed_look(person)
    note("plans.opened", person_id=person.id, place_id=person.place_id)
    whole = whole_of(person.id)
    plans = list(Plan.objects.filter(person_id__in=whole).order_by("-drafted_at"))
    used = {each.assessment_id for each in plans if each.state != "ended"}
    complete = Assessment.objects.filter(person_id__in=whole, state="complete").order_by("-completed_at")
    ready = tuple((each.id, each.completed_at) for each in complete if each.id not in used and each.completed_at)
    shown = tuple(PlanLine(each.id, each.state, each.drafted_at, each.agreed_at, each.ended_at) for each in plans)
    return PersonPlans(person.id, full_name(person.prefix, person.given, person.family), shown, ready)


def line_of(caller: Caller, line_id: UUID) -> tuple[UUID, LineShown]:
    """The key of a line's plan, and the line. NotFound when it is not there or not to be seen."""
    caller.must("see_plan")
    row = Line.objects.select_related("owner", "goal").filter(id=line_id).first()
    if row is None:
        raise NotFound("line-not-found", "There is no such line, or you may not see it.")
    return row.plan_id, _line(row, None)


def workers_in(place_id: UUID, at: datetime) -> tuple[Worker, ...]:
    """Everybody who works with people in a place at an instant, by name: roles are public at work."""
    live = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
    held = RoleHolding.objects.filter(live, place_id=place_id, role__in=CARE_ROLES, subject__kind="user")
    rows = held.select_related("subject__body").order_by("subject__label", "subject_id")
    found = {
        each.subject_id: Worker(each.subject_id, each.subject.label, each.subject.body.name)
        for each in rows
        if each.subject.body is not None
    }
    return tuple(found.values())


def is_present(starts_at: datetime, ends_at: datetime | None, at: datetime) -> bool:
    """Whether a time holds at an instant."""
    return starts_at <= at and (ends_at is None or at < ends_at)


def _left_at(subject_id: UUID, at: datetime) -> datetime | None:
    """When somebody's last role ended; None while they hold one."""
    rows = list(RoleHolding.objects.filter(subject_id=subject_id).values_list("starts_at", "ends_at"))
    if any(is_present(starts_at, ends_at, at) for starts_at, ends_at in rows):
        return None
    return max((ends_at for _, ends_at in rows if ends_at is not None and ends_at <= at), default=at)


def _practice(person: Person) -> str:
    if person.restricted or not person.gp_practice_code:
        return ""
    held = Body.objects.filter(code=person.gp_practice_code, ends_on__isnull=True).first()
    return held.name if held else person.gp_practice_code


def _goals(plan_id: UUID) -> tuple[GoalShown, ...]:
    rows = Goal.objects.filter(plan_id=plan_id).exclude(state="ended").order_by("position")
    return tuple(GoalShown(each.id, each.words, each.state) for each in rows)


def _lines(plan_id: UUID, today: date) -> tuple[LineShown, ...]:
    rows = Line.objects.select_related("owner", "goal").filter(plan_id=plan_id).order_by("due_on", "starts_on", "id")
    return tuple(_line(each, today) for each in rows)


def _line(row: Line, today: date | None) -> LineShown:
    late = row.state == "open" and row.due_on is not None and today is not None and row.due_on < today
    return LineShown(
        line_id=row.id, kind=row.kind, title=row.title, owner=row.owner.label, due_on=row.due_on, late=late,
        service_code=row.service_code or "", quantity_per_week=row.quantity_per_week, unit=row.unit or "",
        starts_on=row.starts_on, state=row.state, goal=row.goal.words if row.goal else "", version=row.version,
    )  # fmt: skip


def _managers(plan_id: UUID) -> tuple[ManagerShown, ...]:
    rows = CaseManager.objects.select_related("subject__body", "named_by").filter(plan_id=plan_id)
    return tuple(_manager(each) for each in rows.order_by("-starts_at"))


def _manager(row: CaseManager) -> ManagerShown:
    body = row.subject.body
    return ManagerShown(
        subject_id=row.subject_id, label=row.subject.label, body=body.name if body else "", starts_at=row.starts_at,
        ends_at=row.ends_at, contact=row.contact, named_by=row.named_by.label,
    )  # fmt: skip
