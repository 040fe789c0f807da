"""Rows that say who somebody is, what they may do, whose record they may see, and what they did.

`Subject` is anybody or anything a grant can name: a user, a team, an office or a service. Row policies read
`AccessGrant` and nothing else. `person` columns are plain keys here, because `access` stands below `person`; the step
`person` adds the foreign keys. The two logs are partitioned by month and therefore made by SQL (sql/), as are the
tables of secrets, sessions and delegations, which no Django process may read.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from joinedup.access.roles import ROLES
from joinedup.base.identifiers import new_id
from joinedup.places.models import Body, Place


class InstantRange(Func):
    """`tstzrange(starts_at, ends_at)`: half-open, an empty end meaning still running."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


def held_once(name: str, *columns: str) -> ExclusionConstraint:
    """A named constraint: the same columns never hold at two overlapping times."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((column, RangeOperators.EQUAL) for column in columns),
            (InstantRange(F("starts_at"), F("ends_at")), RangeOperators.OVERLAPS),
        ],
    )


def ends_after_start(name: str) -> models.CheckConstraint:
    """A named constraint: nothing ends before it starts."""
    return models.CheckConstraint(name=name, condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")))


class Subject(models.Model):
    """Anybody or anything that can hold a grant. The label of a member of the public never holds their name."""

    KINDS = [("user", "User"), ("team", "Team"), ("office", "Office"), ("service", "Service")]

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=10, choices=KINDS)
    code = models.CharField(max_length=60, unique=True)
    label = models.CharField(max_length=120)
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="subject_kind_known", condition=Q(kind__in=["user", "team", "office", "service"])
            ),
        ]

    def __str__(self) -> str:
        return self.label


class User(AbstractBaseUser):
    """A sign-in. Its key is its subject's key. Only the role `gate` reads this table."""

    id = models.UUIDField(primary_key=True)
    username = models.CharField(max_length=60, unique=True)
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)

    objects = BaseUserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]


class RoleHolding(models.Model):
    """A subject holds a role in a place from one instant to another."""

    id = models.UUIDField(primary_key=True, default=new_id)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="role_holdings")
    role = models.CharField(max_length=20, choices=[(role.code, role.title) for role in ROLES])
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            held_once("role_held_once", "subject", "role", "place"),
            ends_after_start("role_holding_ends_after_start"),
        ]


class TeamMembership(models.Model):
    """A user belongs to a team from one instant to another; the team's grants are theirs for exactly that time."""

    id = models.UUIDField(primary_key=True, default=new_id)
    team = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="memberships")
    member = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="teams")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            held_once("member_of_team_once", "team", "member"),
            ends_after_start("team_membership_ends_after_start"),
        ]


class DutyDesk(models.Model):
    """A team that answers in turns: whoever is on shift belongs to it, and to nobody else does it show anything."""

    team = models.OneToOneField(Subject, primary_key=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()


class DutyShift(models.Model):
    """One turn at a duty desk; `access.set_shift` makes the membership of the same key beside it.

    `ends_at` is what was planned; `ended_at` says that it ended before.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    desk = models.ForeignKey(DutyDesk, on_delete=models.PROTECT, related_name="shifts")
    member = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    set_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [ends_after_start("shift_ends_after_start")]
        indexes = [models.Index(fields=["desk", "ends_at"], name="shift_by_desk")]


class TeamIntake(models.Model):
    """A team works for the people that a body sends: each person loaded from the body gets a grant for the team."""

    id = models.UUIDField(primary_key=True, default=new_id)
    team = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="intakes")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            held_once("team_takes_from_body_once", "team", "body", "place"),
            ends_after_start("team_intake_ends_after_start"),
        ]


class AccessGrant(models.Model):
    """A subject may see a person, for a purpose, because of a source, from one instant to another."""

    PURPOSES = [
        ("direct_care", "Direct care"),
        ("own_record", "Own record"),
        ("privacy_review", "Privacy review"),
        ("break_glass", "Broken glass"),
        ("proxy", "On the person's behalf"),
    ]

    id = models.UUIDField(primary_key=True, default=new_id)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="grants")
    person_id = models.UUIDField()
    purpose = models.CharField(max_length=20, choices=PURPOSES)
    source = models.CharField(max_length=60)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            ends_after_start("access_grant_ends_after_start"),
            held_once("access_granted_once", "subject", "person_id", "purpose", "source"),
            models.CheckConstraint(
                name="glass_grant_of_one_hour",
                condition=~Q(purpose="break_glass")
                | Q(ends_at__isnull=False, ends_at__lte=F("starts_at") + timedelta(hours=1)),
            ),
        ]
        indexes = [
            models.Index(fields=["person_id", "subject"], name="access_grant_by_person"),
            models.Index(fields=["subject", "person_id"], name="access_grant_by_subject"),
        ]


class ActionResult(models.Model):
    """The first result of an action under a request key, so that a replay returns it instead of acting twice."""

    id = models.UUIDField(primary_key=True, default=new_id)
    by_id = models.UUIDField()
    request_key = models.CharField(max_length=100)
    action = models.CharField(max_length=80)
    arguments_digest = models.CharField(max_length=64)
    result = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by_id", "request_key"], name="action_once_per_request_key")]


class LogEntry(models.Model):
    """One act or look: ids only, never content. Partitioned by month; written by access.record() alone."""

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    act = models.CharField(max_length=40)
    outcome = models.CharField(max_length=10)
    person_id = models.UUIDField(null=True)
    thing_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=60)
    found = models.IntegerField(null=True)
    request_id = models.CharField(max_length=40)

    class Meta:
        managed = False
        db_table = "access_logentry"


class RowHistory(models.Model):
    """What a row held before a change, by whom and when. Partitioned by month; written by a trigger alone."""

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    database_role = models.CharField(max_length=63)
    table_name = models.CharField(max_length=63)
    row_id = models.CharField(max_length=60)
    person_id = models.UUIDField(null=True)
    operation = models.CharField(max_length=6)
    before = models.JSONField(null=True)

    class Meta:
        managed = False
        db_table = "access_rowhistory"


class Seal(models.Model):
    """One sealed batch of a log: `head` is the chain's digest after its last entry."""

    id = models.BigIntegerField(primary_key=True)
    log = models.CharField(max_length=10)
    sealed_at = models.DateTimeField()
    entries = models.IntegerField()
    head = models.CharField(max_length=64)

    class Meta:
        managed = False
        db_table = "access_seal"
