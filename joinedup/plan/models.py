"""Rows of what was agreed with a person: the plan, its goals and lines, its named case manager, and visits.

The agreement and the case manager follow PRSB's Personalised Care and Support Plan (goals in the person's words,
actions with owner and date, agreed with whom; the key worker flag is the case manager). At most one case manager at any
instant, one person or worker in one visit at a time unless it is joint: exclusion constraints say so, not our code. Row
policies and triggers are in sql/. Left out: reviews, contingency plans, and routes between visits.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from joinedup.access.models import InstantRange, Subject, ends_after_start
from joinedup.assessment.models import Assessment
from joinedup.base.identifiers import new_id
from joinedup.person.models import Person
from joinedup.places.models import Body, Place
from joinedup.plan.rules import PURPOSES

STATES = [("draft", "Draft"), ("agreed", "Agreed"), ("ended", "Ended")]
LINE_KINDS = [("care", "Care"), ("action", "Action")]
LINE_STATES = [("open", "Open"), ("done", "Done"), ("ended", "Ended")]
GOAL_STATES = [("open", "Open"), ("reached", "Reached"), ("ended", "Ended")]
UNITS = [("hour", "hours"), ("visit", "visits"), ("day", "days"), ("week", "weeks")]
VISIT_STATES = [("planned", "Planned"), ("cancelled", "Cancelled"), ("done", "Done")]
STOPPED_WHY = [("same_purpose", "The same purpose"), ("same_time", "The same time")]
OUTCOMES = [("joint", "Made joint"), ("booked", "Booked anyway"), ("left", "Left")]
HANDOVER_ANSWERS = [("accepted", "Accepted"), ("declined", "Declined"), ("withdrawn", "Taken back")]


def one_of(name: str, column: str, choices: list[tuple[str, str]], *, blank: bool = False) -> models.CheckConstraint:
    """A named constraint: the column holds one of the codes, or nothing where `blank` says so."""
    known = Q(**{f"{column}__in": [code for code, _ in choices]})
    return models.CheckConstraint(name=name, condition=known | Q(**{column: ""}) if blank else known)


class Plan(models.Model):
    """What was agreed with a person after an assessment: a draft, then agreed by whom and how, then ended and why."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="plans")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="plans")
    state = models.CharField(max_length=10, choices=STATES, default="draft")
    what_matters = models.TextField(blank=True, default="")
    drafted_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.CharField(max_length=200, blank=True, default="")
    agreed_how = models.CharField(max_length=400, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=400, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("plan_state_known", "state", STATES),
            models.CheckConstraint(
                name="agreed_plan_says_by_whom_and_how",
                condition=~Q(state="agreed") | Q(agreed_at__isnull=False) & ~Q(agreed_by="") & ~Q(agreed_how=""),
            ),
            models.CheckConstraint(
                name="ended_plan_says_when_and_why",
                condition=Q(state="ended", ended_at__isnull=False) & ~Q(ended_why="")
                | ~Q(state="ended") & Q(ended_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["assessment"], name="one_open_plan_from_an_assessment", condition=~Q(state="ended")
            ),
            models.UniqueConstraint(fields=["id", "person"], name="plan_with_its_person"),
        ]
        indexes = [models.Index(fields=["person"], name="plan_agreed_by_person", condition=Q(state="agreed"))]


class Goal(models.Model):
    """A goal in the person's own words."""

    id = models.UUIDField(primary_key=True, default=new_id)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="goals")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=600)
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=GOAL_STATES, default="open")

    class Meta:
        constraints = [
            models.CheckConstraint(name="goal_has_words", condition=~Q(words="")),
            models.UniqueConstraint(fields=["plan", "position"], name="goal_position_once"),
            one_of("goal_state_known", "state", GOAL_STATES),
        ]


class Line(models.Model):
    """One line of a plan: care with its quantity a week, or an action with its owner and the day it is due."""

    id = models.UUIDField(primary_key=True, default=new_id)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="lines")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    goal = models.ForeignKey(Goal, null=True, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=10, choices=LINE_KINDS)
    title = models.CharField(max_length=200)
    owner = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    service_code = models.CharField(max_length=40, null=True)
    quantity_per_week = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    unit = models.CharField(max_length=10, choices=UNITS, null=True)
    starts_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=LINE_STATES, default="open")
    done_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("line_kind_known", "kind", LINE_KINDS),
            one_of("line_state_known", "state", LINE_STATES),
            models.CheckConstraint(name="line_has_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="care_line_has_quantity",
                condition=~Q(kind="care")
                | Q(quantity_per_week__gt=0, unit__isnull=False, service_code__isnull=False, starts_on__isnull=False)
                & ~Q(service_code=""),
            ),
            models.CheckConstraint(name="action_line_has_date", condition=~Q(kind="action") | Q(due_on__isnull=False)),
        ]
        indexes = [models.Index(fields=["owner"], name="line_open_by_owner", condition=Q(state="open"))]


class CaseManager(models.Model):
    """The one named practitioner who answers for a plan from one instant to another, and how to reach them."""

    id = models.UUIDField(primary_key=True, default=new_id)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="case_managers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    contact = models.CharField(max_length=200)
    named_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_case_manager_at_a_time",
                expressions=[
                    ("plan", RangeOperators.EQUAL),
                    (InstantRange(F("starts_at"), F("ends_at")), RangeOperators.OVERLAPS),
                ],
            ),
            ends_after_start("case_manager_ends_after_start"),
            models.CheckConstraint(name="case_manager_can_be_reached", condition=~Q(contact="")),
        ]
        indexes = [models.Index(fields=["subject"], name="case_manager_now", condition=Q(ends_at__isnull=True))]


def _never_at_once(name: str, column: str) -> ExclusionConstraint:
    """Planned visits of one person or worker never overlap, except those that belong to one joint visit."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            (column, RangeOperators.EQUAL),
            (InstantRange(F("starts_at"), F("ends_at")), RangeOperators.OVERLAPS),
            ("joint_key", RangeOperators.NOT_EQUAL),
        ],
        condition=Q(state="planned"),
    )


def _joint_agrees(name: str, column: str) -> ExclusionConstraint:
    """Visits under one joint key agree on a column."""
    return ExclusionConstraint(
        name=name,
        expressions=[("joint_key", RangeOperators.EQUAL), (column, RangeOperators.NOT_EQUAL)],
        condition=Q(state="planned"),
    )


class Visit(models.Model):
    """Somebody comes to a person for a purpose: a claim on the person's day that every other body sees before it books.

    Visits with one `joint_key` are one joint visit; a visit of one worker has a key of its own.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="visits")
    worker = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=40, choices=list(PURPOSES.items()))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    joint_key = models.UUIDField(default=new_id)
    state = models.CharField(max_length=10, choices=VISIT_STATES, default="planned")
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="visits")
    booked_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()
    anyway_reason = models.CharField(max_length=400, blank=True, default="")
    cancelled_why = models.CharField(max_length=400, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            _never_at_once("person_not_visited_twice_at_once", "person"),
            _never_at_once("worker_not_in_two_places", "worker"),
            _joint_agrees("joint_visit_is_of_one_person", "person"),
            _joint_agrees("joint_visit_starts_once", "starts_at"),
            _joint_agrees("joint_visit_ends_once", "ends_at"),
            models.UniqueConstraint(
                fields=["joint_key", "worker"], name="worker_joins_a_visit_once", condition=Q(state="planned")
            ),
            one_of("visit_purpose_known", "purpose", list(PURPOSES.items())),
            one_of("visit_state_known", "state", VISIT_STATES),
            models.CheckConstraint(name="visit_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="cancelled_visit_says_why", condition=~Q(state="cancelled") | ~Q(cancelled_why="")
            ),
        ]
        indexes = [
            models.Index(fields=["person", "starts_at"], name="visit_by_person"),
            models.Index(fields=["worker", "starts_at"], name="visit_by_worker"),
        ]


class StoppedVisit(models.Model):
    """A visit that was stopped before it was booked: what it met, what was wanted, and what became of it.

    `minutes` is how long the wanted visit would have lasted: a joint or left one is counted as saved for the person.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    existing = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=20, choices=STOPPED_WHY)
    worker = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    stopped_at = models.DateTimeField()
    stopped_for = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=OUTCOMES, blank=True, default="")
    outcome_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, blank=True, default="")
    visit = models.ForeignKey(Visit, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            one_of("stopped_visit_why_known", "why", STOPPED_WHY),
            one_of("stopped_visit_outcome_known", "outcome", OUTCOMES, blank=True),
            models.CheckConstraint(name="visit_booked_anyway_says_why", condition=~Q(outcome="booked") | ~Q(reason="")),
            models.CheckConstraint(
                name="stopped_visit_outcome_is_whole",
                condition=Q(outcome="", outcome_at__isnull=True, visit__isnull=True)
                | Q(outcome="left", outcome_at__isnull=False, visit__isnull=True)
                | Q(outcome__in=["joint", "booked"], outcome_at__isnull=False, visit__isnull=False),
            ),
        ]


class Handover(models.Model):
    """The offer of an agreed plan to somebody who works in another place, because the person moves there, and its
    answer. Once accepted the plan is that place's; until then nothing changes."""

    id = models.UUIDField(primary_key=True, default=new_id)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="handovers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    from_place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    to_place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    moves_on = models.DateField()
    why = models.CharField(max_length=400)
    offered_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=HANDOVER_ANSWERS, blank=True, default="")
    answered_by = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("handover_answer_known", "answer", HANDOVER_ANSWERS, blank=True),
            models.CheckConstraint(name="handover_to_another_place", condition=~Q(from_place=F("to_place"))),
            models.CheckConstraint(name="handover_says_why", condition=~Q(why="")),
            models.CheckConstraint(
                name="handover_answered_whole",
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
            ),
            models.UniqueConstraint(fields=["plan"], name="one_handover_waits_at_a_time", condition=Q(answer="")),
        ]
        indexes = [models.Index(fields=["receiver"], name="handover_waits_for", condition=Q(answer=""))]
