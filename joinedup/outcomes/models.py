"""Rows of what is told to the public: a release of a place, and its figures.

Figures are suppressed before they are written here, so that no small number is kept, and never change. A release is
prepared by one person and approved by another, or set aside; only an approved one is seen by the public's role (sql/).
Names and words are kept as they stood on the day, because the public's role can read no table of staff and the
catalogue may change. Nothing here is personal. Left out: withdrawing a release; a newer one stands before it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from joinedup.base.identifiers import new_id
from joinedup.outcomes.rules.figures import FURTHER, NOTHING, SMALL
from joinedup.places.models import Place

STATES = [("prepared", "Waiting for approval"), ("approved", "Released"), ("set_aside", "Set aside")]
REASONS = ("", NOTHING, SMALL, FURTHER)
_DECIDED = Q(decided_by_id__isnull=False, decided_at__isnull=False) & ~Q(decided_by_name="")
_UNDECIDED = Q(decided_by_id__isnull=True, decided_at__isnull=True, decided_by_name="")


class Release(models.Model):
    """The figures of a place as at a day: from which extract, prepared by whom, approved or set aside by whom."""

    id = models.UUIDField(primary_key=True, default=new_id)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    as_at = models.DateField()
    extract_run = models.UUIDField()
    extract_digest = models.CharField(max_length=64)
    figures_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=STATES, default="prepared")
    prepared_by_id = models.UUIDField()
    prepared_by_name = models.CharField(max_length=120)
    prepared_at = models.DateTimeField()
    decided_by_id = models.UUIDField(null=True)
    decided_by_name = models.CharField(max_length=120, blank=True, default="")
    decided_by_role = models.CharField(max_length=60, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=400, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(name="release_state_known", condition=Q(state__in=[code for code, _ in STATES])),
            models.CheckConstraint(
                name="release_decided_whole",
                condition=Q(state="prepared") & _UNDECIDED | ~Q(state="prepared") & _DECIDED,
            ),
            models.CheckConstraint(
                name="release_approved_by_another",
                condition=~Q(state="approved") | ~Q(decided_by_id=F("prepared_by_id")),
            ),
            models.UniqueConstraint(
                fields=["place"], name="one_release_waits_in_a_place", condition=Q(state="prepared")
            ),
        ]
        indexes = [models.Index(fields=["place", "-decided_at"], name="release_newest")]


class Figure(models.Model):
    """One figure of a release: a measure's whole, or one month of it. Suppressed: no number, and the reason."""

    id = models.UUIDField(primary_key=True, default=new_id)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="figures")
    position = models.PositiveSmallIntegerField()
    measure = models.CharField(max_length=60)
    described = models.JSONField()
    part = models.CharField(max_length=20, blank=True, default="")
    starts_on = models.DateField()
    ends_on = models.DateField()
    events = models.BigIntegerField(null=True)
    of = models.BigIntegerField(null=True)
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    lower = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    upper = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    left_out = models.BigIntegerField(null=True)
    suppressed = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "measure", "part"], name="figure_once_in_a_release"),
            models.CheckConstraint(name="figure_suppressed_why", condition=Q(suppressed__in=REASONS)),
            models.CheckConstraint(
                name="figure_suppressed_holds_no_number",
                condition=Q(suppressed="") & Q(events__isnull=False)
                | ~Q(suppressed="")
                & Q(
                    events__isnull=True, of__isnull=True, value__isnull=True, lower__isnull=True, upper__isnull=True,
                    left_out__isnull=True,
                ),
            ),
            models.CheckConstraint(name="figure_ends_after_start", condition=Q(ends_on__gt=F("starts_on"))),
        ]  # fmt: skip
