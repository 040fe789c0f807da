"""Rows of the one funding panel: what each side says of a package, who meets when, the items with their clock, the
conditions of a decision, and the telling of the family.

A recommendation holds the cost and the person's share that its writer saw, and the charge that they come from; without
them there is no row. A meeting has members of both sides, each in an office held on that day, and decides with as many
of each side as the board asks for. Of an item only its meeting and its end change, of a condition only what became of
it, of the rest nothing. What must hold across rows stands in sql/0006_panel.sql and sql/0012_two_sides.sql. Left out:
minutes, and who was absent.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from joinedup.access.models import RoleHolding, Subject
from joinedup.base.identifiers import new_id
from joinedup.commissioning.models.packages import EVERYTHING, Decision, Package
from joinedup.funding.models import Assessment
from joinedup.person.models import Person
from joinedup.places.models import Place, one_of

SIDES = [("nhs", "The NHS"), ("council", "The council")]
SAYS = [
    ("recommend", "Recommend it, paid as proposed"),
    ("other_payer", "The care is right, but the other side should pay"),
    ("against", "Not this care"),
]
ITEM_ENDS = [("decided", "Decided"), ("declined", "Declined"), ("withdrawn", "Taken back")]
CONDITION_STATES = [("open", "Open"), ("met", "Met"), ("not_met", "Not met")]
HOW_TOLD = [
    ("in_person", "In person"),
    ("telephone", "By telephone"),
    ("video", "By video"),
    ("letter", "By letter"),
    ("interpreter", "In person with an interpreter"),
]
TOLD_WHAT = [("committed", "That it was decided"), ("declined", "That it was declined")]


class Meeting(models.Model):
    """One meeting of the panel of a place."""

    id = models.UUIDField(primary_key=True, default=new_id)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField()
    called_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "held_on"], name="panel_meets_once_a_day")]


class Member(models.Model):
    """Who sits in a meeting, for which side (by the body they work for) and in which office, held on that day.

    `office` is what was written before offices were rows; new members name none.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="members")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=SIDES)
    holding = models.ForeignKey(RoleHolding, null=True, on_delete=models.PROTECT, related_name="+")
    office = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        constraints = [
            one_of("panel_member_side_known", "side", SIDES),
            models.UniqueConstraint(fields=["meeting", "subject"], name="panel_member_once_in_a_meeting"),
            models.CheckConstraint(
                name="panel_member_sits_in_an_office", condition=Q(holding__isnull=False) | ~Q(office="")
            ),
        ]


class Quorum(models.Model):
    """How many members of each side the board asks for, for one kind of care or everything, from this instant on."""

    id = models.UUIDField(primary_key=True, default=new_id)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40, default=EVERYTHING)
    nhs_members = models.PositiveSmallIntegerField()
    council_members = models.PositiveSmallIntegerField()
    set_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="quorum_is_of_both_sides",
                condition=Q(nhs_members__gte=1, nhs_members__lte=6, council_members__gte=1, council_members__lte=6),
            ),
            models.CheckConstraint(name="quorum_kind_is_a_code", condition=Q(kind__regex=r"^[a-z][a-z_]*$")),
            models.UniqueConstraint(fields=["place", "kind", "set_at"], name="quorum_once_at_an_instant"),
        ]


class Item(models.Model):
    """A package that waits for the panel: since when, promised by when, in which meeting, and how it ended."""

    id = models.UUIDField(primary_key=True, default=new_id)
    package = models.OneToOneField(Package, on_delete=models.PROTECT, related_name="item")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    queued_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    queued_at = models.DateTimeField()
    due_on = models.DateField()
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.PROTECT, related_name="items")
    closed_at = models.DateTimeField(null=True)
    closed_how = models.CharField(max_length=10, choices=ITEM_ENDS, blank=True, default="")
    closed_why = models.CharField(max_length=400, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="item_end_says_how",
                condition=Q(closed_at=None, closed_how="", closed_why="")
                | Q(closed_at__isnull=False, closed_how__in=["decided", "withdrawn"])
                | Q(closed_at__isnull=False, closed_how="declined") & ~Q(closed_why=""),
            ),
        ]
        indexes = [models.Index(fields=["place", "closed_at", "due_on"], name="item_by_place")]


class Recommendation(models.Model):
    """What somebody of one side says of a proposed package, with the cost and the person's share that they saw."""

    id = models.UUIDField(primary_key=True, default=new_id)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="recommendations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=SIDES)
    recommended_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    recommended_at = models.DateTimeField()
    says = models.CharField(max_length=12, choices=SAYS)
    words = models.CharField(max_length=1000)
    seen_cost_pence = models.BigIntegerField()
    seen_person_pence = models.BigIntegerField()
    charge = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            one_of("recommendation_side_known", "side", SIDES),
            one_of("recommendation_says_known", "says", SAYS),
            models.CheckConstraint(name="recommendation_gives_a_reason", condition=~Q(words="")),
        ]
        indexes = [models.Index(fields=["package", "recommended_at"], name="recommendation_by_package")]


class Condition(models.Model):
    """What a decision asks for besides: by whom, until when, and whether it was met."""

    id = models.UUIDField(primary_key=True, default=new_id)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="conditions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=400)
    owner = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=CONDITION_STATES, default="open")
    closed_by = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_words = models.CharField(max_length=400, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(name="condition_asks_for_something", condition=~Q(words="")),
            models.CheckConstraint(
                name="condition_end_says_who_and_how",
                condition=Q(state="open", closed_by=None, closed_at=None, closed_words="")
                | Q(state__in=["met", "not_met"], closed_by__isnull=False, closed_at__isnull=False)
                & ~Q(closed_words=""),
            ),
        ]


class Telling(models.Model):
    """That somebody told the person or their family what was decided and what they pay: whom, on which day, how."""

    id = models.UUIDField(primary_key=True, default=new_id)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="tellings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=10, choices=TOLD_WHAT)
    told_whom = models.CharField(max_length=200)
    told_how = models.CharField(max_length=12, choices=HOW_TOLD)
    told_on = models.DateField()
    person_pence = models.BigIntegerField()
    told_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("telling_how_known", "told_how", HOW_TOLD),
            one_of("telling_what_known", "what", TOLD_WHAT),
            models.CheckConstraint(name="telling_names_whom", condition=~Q(told_whom="")),
        ]


class Review(models.Model):
    """That somebody looked at a decided package again: what they found, and when it is looked at next."""

    id = models.UUIDField(primary_key=True, default=new_id)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="reviews")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=1000)
    reviewed_on = models.DateField()
    next_on = models.DateField()
    reviewed_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="review_says_what_was_found", condition=~Q(words="")),
            models.CheckConstraint(name="review_names_a_later_day", condition=Q(next_on__gt=F("reviewed_on"))),
        ]
        indexes = [models.Index(fields=["package", "next_on"], name="review_by_package")]
