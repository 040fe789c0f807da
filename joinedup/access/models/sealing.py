"""Items of a record that are closed to all but named readers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from joinedup.access.models.subjects import Subject, ends_after_start
from joinedup.base.identifiers import new_id
from joinedup.places.models import Body


class SealedItem(models.Model):
    """One line of a record is sealed: nobody but its readers sees that it is there, unless it is `marked`.

    The line is named by its teller and source key, so that it stays sealed when it is told or worked out again.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    source_key = models.CharField(max_length=400)
    record_id = models.UUIDField(null=True)
    marked = models.BooleanField(default=False)
    words = models.CharField(max_length=400)
    sealed_by_id = models.UUIDField()
    sealed_at = models.DateTimeField()
    unsealed_by_id = models.UUIDField(null=True)
    unsealed_at = models.DateTimeField(null=True)
    unsealed_words = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(name="seal_says_why", condition=Q(words__regex=r"\S")),
            models.CheckConstraint(
                name="unsealing_is_whole",
                condition=Q(unsealed_by_id__isnull=True, unsealed_at__isnull=True)
                | Q(unsealed_by_id__isnull=False, unsealed_at__isnull=False, unsealed_words__regex=r"\S"),
            ),
            models.UniqueConstraint(
                fields=["body", "source_key"], name="item_sealed_once", condition=Q(unsealed_at__isnull=True)
            ),
        ]
        indexes = [
            models.Index(fields=["person_id"], name="seal_by_person"),
            models.Index(fields=["record_id"], name="seal_by_record"),
        ]


class SealReader(models.Model):
    """A user or team may open a sealed item: for good when they were named, for an hour when they broke the seal."""

    id = models.UUIDField(primary_key=True, default=new_id)
    seal = models.ForeignKey(SealedItem, on_delete=models.PROTECT, related_name="readers")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=400, blank=True, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [ends_after_start("seal_reader_ends_after_start")]
        indexes = [models.Index(fields=["seal"], name="seal_reader_by_seal")]
