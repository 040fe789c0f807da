"""Rows of weeks whose person's part was changed after they were posted, each with the journal that moved the money."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from joinedup.access.models import Subject
from joinedup.base.identifiers import new_id
from joinedup.commissioning.models.packages import DeliveredWeek
from joinedup.funding.models import Adjustment, Assessment
from joinedup.ledger.models import Journal
from joinedup.person.models import Person


class AdjustedWeek(models.Model):
    """What the person bears of one posted week, before and after one cause, and the journal of the difference.

    The cause is an adjustment, or, without one, a charge that was in force on the week's days and is not the one that
    the package rests on. `week` names the entry that is corrected. Never edited: a further row moves it again.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    week = models.ForeignKey(DeliveredWeek, on_delete=models.PROTECT, related_name="adjusted")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    adjustment = models.ForeignKey(Adjustment, null=True, on_delete=models.PROTECT, related_name="+")
    charge = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    was_pence = models.BigIntegerField()
    is_pence = models.BigIntegerField()
    journal = models.OneToOneField(Journal, on_delete=models.PROTECT, related_name="+")
    posted_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    posted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["adjustment", "week"],
                condition=Q(adjustment__isnull=False),
                name="adjustment_posted_once_for_a_week",
            ),
            models.UniqueConstraint(
                fields=["charge", "week"],
                condition=Q(adjustment__isnull=True),
                name="newer_charge_posted_once_for_a_week",
            ),
            models.CheckConstraint(
                name="adjusted_week_is_something",
                condition=Q(was_pence__gte=0, is_pence__gte=0) & ~Q(was_pence=F("is_pence")),
            ),
        ]
