"""Rows that show what a run of retention counted, left alone and destroyed, chained so that a change shows.

Written by functions of the database alone (joinedup/person/sql/0036_retention_runs.sql); no row changes once its run is
closed. They hold counts and keys, and nothing of anybody's record.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from joinedup.access.models.sharing import LegalHold
from joinedup.base.identifiers import new_id
from joinedup.places.models import Place


class RetentionRun(models.Model):
    """One run: as at which day, by the schedule that it read, which classes it might destroy, and its digest.

    `digest` covers the run, its lines and every row whose content it destroyed, and follows `previous`.
    """

    ASKED_BY = [
        ("job", "The monthly job"),
        ("command", "Somebody, by the command"),
        ("before", "Before runs were kept"),
    ]

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.BigIntegerField(unique=True)
    as_at = models.DateField()
    closed_at = models.DateTimeField()
    asked_by = models.CharField(max_length=10, choices=ASKED_BY)
    destroys = models.JSONField()
    schedule = models.JSONField()
    previous = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="retention_runs_count_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="retention_asked_by_known", condition=Q(asked_by__in=["job", "command", "before"])
            ),
        ]


class RetentionLine(models.Model):
    """What one run found of one class in one place: how many were due, were held and had their content destroyed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    run = models.ForeignKey(RetentionRun, on_delete=models.PROTECT, related_name="lines")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    class_code = models.CharField(max_length=40)
    due = models.BigIntegerField()
    held = models.BigIntegerField()
    destroyed = models.BigIntegerField(default=0)
    contents = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="retention_destroys_what_is_due_and_free",
                condition=Q(due__gte=0, held__gte=0, held__lte=F("due"), destroyed__gte=0)
                & Q(destroyed__lte=F("due") - F("held")),
            ),
            models.UniqueConstraint(
                fields=["run", "place", "class_code"], name="retention_class_once_a_run", nulls_distinct=False
            ),
        ]


class RetentionAhead(models.Model):
    """How many people's time is over in a month that was still to come when a run counted."""

    id = models.UUIDField(primary_key=True, default=new_id)
    run = models.ForeignKey(RetentionRun, on_delete=models.PROTECT, related_name="ahead")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    class_code = models.CharField(max_length=40)
    month = models.DateField()
    people = models.BigIntegerField()


class RetentionHeld(models.Model):
    """A legal hold that kept a run from destroying what was due."""

    id = models.UUIDField(primary_key=True, default=new_id)
    run = models.ForeignKey(RetentionRun, on_delete=models.PROTECT, related_name="holds")
    hold = models.ForeignKey(LegalHold, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
