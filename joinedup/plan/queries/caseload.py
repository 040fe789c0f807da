"""What is mine, what is due, and what does nobody own?

A caseload and the gap list in a fixed number of reads, however long they are; tests count them. Both start from the
caller's grants, so that the cost follows the people one may see. A gap shows from the moment at which an agreed plan
has no case manager present, or one who holds no role any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import AccessGrant, RoleHolding
from joinedup.base.clock import london_date
from joinedup.person.queries.person_row import name_of_whole
from joinedup.plan.models import CaseManager, Line, Plan, StoppedVisit, Visit
from joinedup.plan.queries.handovers import HandoverShown, offered_to
from joinedup.plan.queries.plans import is_present
from joinedup.plan.rules import PURPOSES, Tenure, age_words, gap_since

AT_ONCE = 200
AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Gap:
    """An agreed plan without a case manager: whose, where, since when, for how long in words, and who was the last."""

    plan_id: UUID
    person_id: UUID
    name: str
    place: str
    since: datetime
    age: str
    last: str


@dataclass(frozen=True, slots=True)
class Mine:
    """A plan for which the caller answers."""

    plan_id: UUID
    person_id: UUID
    name: str
    place: str
    state: str
    since: datetime
    open_lines: int


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is to be done: by whom, when, in which plan; `late` when its day has passed."""

    line_id: UUID
    plan_id: UUID
    name: str
    title: str
    owner: str
    due_on: date | None
    late: bool
    version: int


@dataclass(frozen=True, slots=True)
class NextVisit:
    """A visit of the caller's own that is to come."""

    visit_id: UUID
    person_id: UUID
    name: str
    purpose: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Saved:
    """Duplicate visits stopped among the people whom the caller may see: how many, made joint, and minutes saved."""

    stopped: int
    joined: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Caseload:
    """Everything on the caseload page; `orphans` are open lines whose owner holds no role any more.

    `offered` are plans of people who move here, waiting for the caller's answer.
    """

    mine: tuple[Mine, ...]
    due: tuple[Due, ...]
    visits: tuple[NextVisit, ...]
    gaps: tuple[Gap, ...]
    orphans: tuple[Due, ...]
    saved: Saved
    offered: tuple[HandoverShown, ...]


def caseload(caller: Caller, at: datetime) -> Caseload:
    """The caller's plans, what is due from them or their teams, their visits of a fortnight, and what nobody owns.

    A line of the log. NotAllowed without book_visits, which those have who work with people here.
    """
    caller.must("book_visits")
    note("caseload.read", place_id=caller.holdings[0].place_id)
    today = london_date(at)
    return Caseload(
        mine=_mine(caller, at),
        due=_due(caller, today),
        visits=_visits(caller, at),
        gaps=_gaps(at),
        orphans=_orphans(today, at),
        saved=_saved(),
        offered=offered_to(caller),
    )


def gaps(caller: Caller, at: datetime) -> tuple[Gap, ...]:
    """Agreed plans without a case manager, of people whom the caller may see, longest first; a line of the log."""
    caller.must("name_case_manager")
    found = _gaps(at)
    note("gaps.read", place_id=caller.holdings[0].place_id, found=len(found))
    return found


def _seen() -> QuerySet[AccessGrant, Any]:
    """The people whom the caller may see: row security leaves only the caller's own grants."""
    return AccessGrant.objects.values("person_id")


def _holds_a_role(subject: str, at: datetime) -> Exists:
    live = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
    return Exists(RoleHolding.objects.filter(live, subject_id=OuterRef(subject), starts_at__lte=at))


def _present_manager(at: datetime) -> Exists:
    live = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
    held = CaseManager.objects.filter(live, plan_id=OuterRef("pk"), starts_at__lte=at)
    return Exists(held.annotate(works_here=_holds_a_role("subject_id", at)).filter(works_here=True))


def _gaps(at: datetime) -> tuple[Gap, ...]:
    plans = Plan.objects.filter(~_present_manager(at), state="agreed", person_id__in=_seen())
    rows = list(plans.select_related("person__canonical", "place").order_by("agreed_at", "id")[:AT_ONCE])
    times = _managers_of(each.id for each in rows)
    left = _left_at({each.subject_id for held in times.values() for each in held}, at)
    shown = [_gap(each, times.get(each.id, []), left, at) for each in rows]
    return tuple(sorted(shown, key=lambda each: each.since))


def _managers_of(plan_ids: Iterable[UUID]) -> dict[UUID, list[CaseManager]]:
    found: dict[UUID, list[CaseManager]] = {}
    rows = CaseManager.objects.select_related("subject").filter(plan_id__in=list(plan_ids)).order_by("-starts_at")
    for each in rows:
        found.setdefault(each.plan_id, []).append(each)
    return found


def _left_at(subject_ids: set[UUID], at: datetime) -> dict[UUID, datetime]:
    """When somebody's last role ended, for case managers who are still named and hold none."""
    ended = RoleHolding.objects.filter(subject_id__in=subject_ids, ends_at__lte=at).order_by("ends_at")
    return {key: when for key, when in ended.values_list("subject_id", "ends_at") if when is not None}


def _gap(plan: Plan, managers: list[CaseManager], left: dict[UUID, datetime], at: datetime) -> Gap:
    """A case manager who is still named but holds no role any more went when their last role ended."""
    agreed_at = plan.agreed_at or plan.drafted_at
    ended = [
        Tenure(each.starts_at, left.get(each.subject_id, each.starts_at) if _is_now(each, at) else each.ends_at)
        for each in managers
    ]
    since = gap_since(agreed_at, ended, at) or at
    return Gap(
        plan_id=plan.id, person_id=plan.person_id, name=name_of_whole(plan.person),
        place=plan.place.name, since=since, age=age_words(at - since),
        last=managers[0].subject.label if managers else "",
    )  # fmt: skip


def _is_now(held: CaseManager, at: datetime) -> bool:
    return is_present(held.starts_at, held.ends_at, at)


def _mine(caller: Caller, at: datetime) -> tuple[Mine, ...]:
    live = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
    held = CaseManager.objects.filter(live, subject_id=caller.id, starts_at__lte=at).exclude(plan__state="ended")
    by_name = Coalesce("plan__person__canonical__family_folded", "plan__person__family_folded")
    rows = list(held.select_related("plan__person__canonical", "plan__place").order_by(by_name)[:AT_ONCE])
    open_lines: dict[UUID, int] = {}
    ids = [each.plan_id for each in rows]
    for plan_id in Line.objects.filter(plan_id__in=ids, state="open").values_list("plan_id", flat=True):
        open_lines[plan_id] = open_lines.get(plan_id, 0) + 1
    return tuple(
        Mine(
            plan_id=each.plan_id, person_id=each.person_id,
            name=name_of_whole(each.plan.person),
            place=each.plan.place.name, state=each.plan.state, since=each.starts_at,
            open_lines=open_lines.get(each.plan_id, 0),
        )
        for each in rows
    )  # fmt: skip


def _due(caller: Caller, today: date) -> tuple[Due, ...]:
    with connection.cursor() as cursor:
        cursor.execute("select access.subjects()")
        subjects = cursor.fetchone()[0] or [caller.id]
    held = Line.objects.filter(state="open", plan__state="agreed", kind="action", owner_id__in=subjects)
    return _lines(held, today)


def _orphans(today: date, at: datetime) -> tuple[Due, ...]:
    held = Line.objects.filter(
        ~_holds_a_role("owner_id", at), state="open", plan__state="agreed", owner__kind="user", person_id__in=_seen()
    )
    return _lines(held, today)


def _lines(rows: QuerySet[Line], today: date) -> tuple[Due, ...]:
    held = rows.select_related("plan__person__canonical", "owner").order_by(F("due_on").asc(nulls_last=True), "id")[
        :AT_ONCE
    ]
    return tuple(
        Due(
            line_id=each.id, plan_id=each.plan_id, title=each.title, owner=each.owner.label, due_on=each.due_on,
            name=name_of_whole(each.plan.person),
            late=each.due_on is not None and each.due_on < today, version=each.version,
        )
        for each in held
    )  # fmt: skip


def _visits(caller: Caller, at: datetime) -> tuple[NextVisit, ...]:
    held = Visit.objects.filter(worker_id=caller.id, state="planned", ends_at__gt=at, starts_at__lt=at + AHEAD)
    return tuple(
        NextVisit(
            visit_id=each.id, person_id=each.person_id, purpose=PURPOSES[each.purpose], starts_at=each.starts_at,
            ends_at=each.ends_at, name=name_of_whole(each.person),
        )
        for each in held.select_related("person__canonical").order_by("starts_at", "id")[:AT_ONCE]
    )  # fmt: skip


def _saved() -> Saved:
    rows = list(StoppedVisit.objects.filter(person_id__in=_seen()).values_list("outcome", "minutes"))
    return Saved(
        stopped=len(rows),
        joined=sum(outcome == "joint" for outcome, _ in rows),
        minutes=sum(minutes for outcome, minutes in rows if outcome in ("joint", "left")),
    )
