"""Rows by which looking is watched over: broken glass, questions about looks, what a privacy officer found.

Row policies and the functions that write stand in joinedup/access/sql/ and joinedup/person/sql/.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from joinedup.access.models.subjects import Subject
from joinedup.base.identifiers import new_id
from joinedup.places.models import OfficeHolder, Place


class OfficeSeat(models.Model):
    """Whoever holds a public office uses the grants of its subject for as long as `places` says that they hold it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="seats")
    member = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="offices")
    holder = models.ForeignKey(OfficeHolder, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "member", "holder"], name="office_seat_once")]


class StaffHome(models.Model):
    """A member of staff's own family name (folded) and postcode, to notice looks at relatives and neighbours.

    No serving role reads it: a function compares it, and tells the privacy officer that a look fits and no more.
    """

    subject = models.OneToOneField(Subject, primary_key=True, on_delete=models.PROTECT, related_name="home")
    family_folded = models.CharField(max_length=120, blank=True, default="")
    postcode = models.CharField(max_length=12, blank=True, default="")


class BreakGlass(models.Model):
    """Somebody asked for sight of one person for an hour, and why; what the privacy officer found of it.

    The asking is committed before the glass can be broken (`asked_in` is its transaction): no rollback hides it.
    """

    REASONS = [
        ("life_at_risk", "A life is at risk"),
        ("urgent_care", "Urgent care, and the person cannot be asked"),
        ("safeguarding", "A child or an adult may be in danger"),
        ("law", "The law requires it"),
    ]
    REVIEWS = [("", "Not reviewed yet"), ("fine", "Found fine"), ("questioned", "Questioned")]

    id = models.UUIDField(primary_key=True, default=new_id)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    person_id = models.UUIDField()
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    from_place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=REASONS)
    words = models.TextField()
    asked_at = models.DateTimeField()
    asked_in = models.BigIntegerField()
    opened_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    review = models.CharField(max_length=10, choices=REVIEWS, blank=True, default="")
    review_words = models.TextField(blank=True, default="")
    reviewed_by_id = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(name="glass_has_a_reason", condition=Q(words__regex=r"\S.{8,}\S")),
            models.CheckConstraint(
                name="glass_reason_known",
                condition=Q(reason__in=["life_at_risk", "urgent_care", "safeguarding", "law"]),
            ),
            models.CheckConstraint(
                name="glass_open_for_an_hour",
                condition=Q(opened_at__isnull=True, ends_at__isnull=True)
                | Q(opened_at__isnull=False, ends_at__lte=F("opened_at") + timedelta(hours=1)),
            ),
            models.CheckConstraint(
                name="glass_review_is_whole",
                condition=Q(review="", reviewed_by_id__isnull=True, reviewed_at__isnull=True, review_words="")
                | Q(review__in=["fine", "questioned"], reviewed_by_id__isnull=False, reviewed_at__isnull=False)
                & ~Q(review_words=""),
            ),
            models.CheckConstraint(
                name="glass_is_reviewed_by_another",
                condition=Q(reviewed_by_id__isnull=True) | ~Q(reviewed_by_id=F("subject_id")),
            ),
        ]
        indexes = [
            models.Index(fields=["place"], name="glass_unreviewed", condition=Q(review="")),
            models.Index(fields=["subject", "person_id"], name="glass_by_subject"),
        ]


class LookQuestion(models.Model):
    """A person asks about one look at their record; the privacy officer owes an answer by a day."""

    OUTCOMES = [("", "Not answered yet"), ("rightful", "The look was rightful"), ("wrongful", "The look was wrong")]

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    line_id = models.BigIntegerField(unique=True)
    line_at = models.DateTimeField()
    words = models.TextField(blank=True, default="")
    asked_by_id = models.UUIDField()
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    outcome = models.CharField(max_length=10, choices=OUTCOMES, blank=True, default="")
    answer = models.TextField(blank=True, default="")
    answered_by_id = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="look_answer_is_whole",
                condition=Q(outcome="", answer="", answered_by_id__isnull=True, answered_at__isnull=True)
                | Q(outcome__in=["rightful", "wrongful"], answered_by_id__isnull=False, answered_at__isnull=False)
                & ~Q(answer=""),
            ),
        ]
        indexes = [models.Index(fields=["person_id"], name="look_question_by_person")]


class DeskReview(models.Model):
    """A privacy officer looked into something unusual (`item` names it) and says in words what they found."""

    OUTCOMES = [("fine", "Found fine"), ("questioned", "Questioned"), ("acted_on", "Acted on")]

    id = models.UUIDField(primary_key=True, default=new_id)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=100)
    outcome = models.CharField(max_length=10, choices=OUTCOMES)
    words = models.TextField()
    by_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "item"], name="desk_item_reviewed_once"),
            models.CheckConstraint(name="desk_review_has_words", condition=Q(words__regex=r"\S")),
            models.CheckConstraint(
                name="desk_review_outcome_known", condition=Q(outcome__in=["fine", "questioned", "acted_on"])
            ),
        ]
